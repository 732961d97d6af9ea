"""Tables of real data: what dmft measures of those that it accepts, against pandas' reading of the same bytes and numpy's moments.

A table that dmft refuses may be one that pandas reads: dmft is stricter (a hole, a word). One that it accepts must be read alike.
"""
import io
import os
import re

import numpy
import pandas

from fuzzing import running
from fuzzing.bench import plain
from fuzzing.table_texts import mutated, table

CODES = {0, 65}


def prepare(bench):
    """Nothing is shared between tables."""


def case(random, bench):
    lines, names, end = table(random)
    target = random.choice(names) if random.random() < 0.95 else "nowhere"
    data = mutated(random, lines, end)
    with open(os.path.join(bench.place, "t.csv"), "wb") as file:
        file.write(data)
    style = random.choice(["none", "center", "zscore"])
    of_table = ["data.file=t.csv", "data.target='" + target.replace("'", "''") + "'", "data.standardize=" + style]
    words = of_table + ["training.steps=2", "data.samples=1", "network.hiddenLayers=1"]
    solved, found = bench.run(["solve", "--json", "--quiet", *words], CODES)
    explained, wrong = bench.run(["explain", "--json", *words], CODES)
    found += wrong
    if not found and explained.code != solved.code:
        found.append(f"explain exits {explained.code}, solve {solved.code}")
    if found or explained.code != 0:
        bench.tally["tables refused"] += explained.code == 65
        return found
    bench.tally["tables accepted"] += 1
    try:
        measured, curve = running.strict_json(explained.out)["data"], running.strict_json(solved.out)
    except ValueError as error:
        return ["not JSON of finite numbers: " + plain(error)]
    found = impossible(measured, curve)
    return found or differences(bench, data, target, style, measured, of_table)


def impossible(measured, curve):
    """What can't be true of any table."""
    losses = curve["test_loss"] + curve["train_loss"]
    if not all(isinstance(loss, (int, float)) and numpy.isfinite(loss) and loss >= 0 for loss in losses):
        return ["losses that are negative or not finite"]
    numbers = [measured[name] for name in ("target_scale", "target_shift", "input_factor", "noise_variance")] + measured["eigenvalues"]
    if not all(isinstance(number, (int, float)) for number in numbers):
        return ["accepted with a moment that is not finite"]
    if not 0 <= measured["noise_variance"] <= 1 + 1e-9 or not all(value > 0 for value in measured["eigenvalues"]):
        return ["a noise or an eigenvalue out of its range"]
    if len(measured["eigenvalues"]) != measured["dimension"]:
        return ["as many eigenvalues as dimensions it is not"]
    return [] if abs(numpy.mean(measured["eigenvalues"]) - 1) <= 1e-9 else ["eigenvalues whose mean is not 1"]


def differences(bench, data, target, style, measured, of_table):
    """Where dmft and pandas with numpy differ."""
    try:
        inputs, outputs = reading(data, target)
    except Exception as error:  # whatever pandas raises: it does not read the table
        return ["accepted, and pandas refuses it: " + plain(error)]
    explained, wrong = bench.run(["explain", "--json", *of_table], CODES)
    rows = rows_of(explained)
    if rows is not None and rows != len(outputs):
        wrong.append("another number of rows than pandas")
    if not (numpy.isfinite(inputs).all() and numpy.isfinite(outputs).all()):
        return wrong + ["accepted, and pandas reads a number that is not finite"]
    return wrong + compared(bench, measured, moments(inputs, outputs, style), spread(inputs))


def reading(data, target):
    """Inputs (rows, columns) and target (rows) as pandas reads them."""
    try:
        frame = frame_of(data)
    except pandas.errors.ParserError as error:
        if "Buffer overflow" not in str(error):  # which pandas 1.5 mistakes some lines for that end in a carriage return
            raise
        frame = frame_of(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
    frame.columns = [name if str(name).startswith('"') else str(name).strip() for name in frame.columns]
    numbers = frame.apply(pandas.to_numeric)
    return numbers.drop(columns=[target]).to_numpy(float), numbers[target].to_numpy(float)


def frame_of(data):
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        encoding = "cp1252"  # as dmft reads such a file, with a notice
    # By default pandas rounds some numbers to an adjacent one, which shows where a mean exceeds its deviation by 10^9.
    return pandas.read_csv(
        io.BytesIO(data), skipinitialspace=True, encoding=encoding, na_values=[], keep_default_na=False, skip_blank_lines=True,
        float_precision="round_trip")


def rows_of(explained):
    """Rows of the table, of which `data.samples` is by default a part."""
    if explained.code != 0:
        return None
    origins = [value["origin"] for value in running.strict_json(explained.out)["values"] if value["key"] == "data.samples"]
    found = re.findall(r"of (\d+) rows", origins[0]) if origins else []
    return int(found[0]) if found else None


def moments(inputs, outputs, style):
    """What dmft measures of a table, in long doubles as far as numpy has them.

    The rank is counted on columns of unit deviation (eigenvalues above 1e-10 of the largest); as many directions are kept in the columns'
    own units. `is_near` says that an eigenvalue is near that floor, or that the kept ones are too different for a double; the latter makes
    the fit on fewer directions than columns incomparable.
    """
    inputs, outputs = inputs.astype(numpy.longdouble), outputs.astype(numpy.longdouble)
    if style != "none":
        inputs = inputs - inputs.mean(0)
    if style == "zscore":
        inputs = inputs / numpy.sqrt((inputs * inputs).mean(0))
    shift = outputs.mean()
    scale = numpy.sqrt(((outputs - shift)**2).mean())
    target = ((outputs - shift) / scale).astype(float)
    covariance = inputs.T @ inputs / len(outputs)
    top = numpy.abs(numpy.diag(covariance)).max()
    values, directions = numpy.linalg.eigh((covariance / top).astype(float))
    values, directions = values[::-1], directions[:, ::-1]
    deviations = numpy.sqrt(numpy.diag(covariance))
    some = deviations > 0
    alike = (covariance[numpy.ix_(some, some)] / numpy.outer(deviations[some], deviations[some])).astype(float)
    of_unit = numpy.linalg.eigvalsh(alike) if some.any() else numpy.zeros(1)
    rank = int((of_unit > 1e-10 * of_unit.max()).sum())
    if rank == some.sum():  # then the fit depends on no units, and is best in columns of one size
        projected = (inputs[:, some] / deviations[some]).astype(float)
    else:
        projected = (inputs / numpy.sqrt(top)).astype(float) @ directions[:, :rank]
    residual = target - projected @ numpy.linalg.lstsq(projected, target, rcond=None)[0]
    is_near = numpy.any((of_unit > 1e-11 * of_unit.max()) & (of_unit < 1e-9 * of_unit.max()))
    return {
        "shift": float(shift), "scale": float(scale), "eigenvalues": values[:rank] / values[:rank].mean(),
        "noise": float((residual**2).mean()), "is_near": bool(is_near or rank and values[rank - 1] < 1e-12 * values[0]),
        "is_comparable": bool(rank == some.sum() or rank and values[rank - 1] > 1e-12 * values[0])}


def spread(inputs):
    """By how much the mean of a column exceeds its deviation, at most: then rounding of the mean shows."""
    with numpy.errstate(all="ignore"):
        deviations = inputs.std(0)
        return float(numpy.nanmax(numpy.abs(inputs.mean(0)) / numpy.where(deviations > 0, deviations, numpy.nan), initial=1))


def compared(bench, measured, exact, wide):
    """Moments that are not equal, as exactly as the table can be measured in doubles."""
    found, scale = [], exact["scale"]
    far = max(abs(exact["shift"]) / scale, 1)
    wide = max(far, wide)
    if not abs(measured["target_shift"] - exact["shift"]) <= 1e-12 * max(abs(exact["shift"]), scale):
        found.append("another mean of the target")
    if not abs(measured["target_scale"] - scale) <= max(1e-10, 1e-15 * far**2) * scale:
        found.append("another deviation of the target")
    eigenvalues = numpy.array(measured["eigenvalues"])
    if len(eigenvalues) != len(exact["eigenvalues"]):
        bench.tally["tables with an eigenvalue at the floor"] += exact["is_near"]
        return found + ([] if exact["is_near"] else ["another dimension"])
    error = numpy.max(numpy.abs(eigenvalues - exact["eigenvalues"]), initial=0)
    if not error <= (1e-8 + 4 * (1e-16 * wide)**2) * numpy.max(exact["eigenvalues"], initial=0):
        found.append("other eigenvalues")
    elif exact["is_comparable"] and not abs(measured["noise_variance"] - exact["noise"]) <= 1e-6 + 1e-16 * wide:
        found.append("another noise")
    return found
