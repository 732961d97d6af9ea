#!/usr/bin/env python3
"""Compares dmft.load with the files themselves, read by json, csv and numpy.load, and against identities.

    DMFT_RUNS=FOLDER PYTHONPATH=python/src python3 python/tests/test_runs.py

FOLDER holds the runs that Tests/CommandTests/PythonTests.swift makes before it starts this.
"""
import csv
import json
import os
import unittest
from pathlib import Path

import numpy

from dmft import load

try:
    import pandas
except ImportError:
    pandas = None

RUNS = Path(os.environ.get("DMFT_RUNS", "runs"))
COMMANDS = {
    "first": "solve", "deep": "solve", "flow": "solve", "log": "solve", "simulate": "simulate", "validate": "validate",
    "compare": "compare", "transfer": "transfer", "sweep": "sweep", "both": "sweep", "reduce": "reduce",
    "collapse": "reduce", "layers": "layers",
}


def cells(path):
    """The lines of a table as dicts of its cells."""
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class EveryRun(unittest.TestCase):
    def test_manifest(self):
        for name, command in COMMANDS.items():
            run = load(RUNS / name)
            manifest = json.loads((RUNS / name / "manifest.json").read_text())
            self.assertEqual(run.manifest, manifest)
            self.assertEqual((run.command, run.status), (command, manifest["status"]))
            self.assertEqual(run.configuration, manifest["configuration"])
            self.assertFalse(run.is_unfinished)
            others = {"manifest.json", "config.yaml", "result.json", "report.html"}
            self.assertEqual(sorted(run.files + list(others)), sorted(manifest["files"]))
            there = [path.name for path in (RUNS / name).iterdir() if path.is_file()]
            self.assertEqual(sorted(there), sorted(manifest["files"]))

    def test_every_cell_of_every_table(self):
        tables = 0
        for path in RUNS.glob("*/*.csv"):
            if path.parent.name not in COMMANDS:
                continue
            table, rows = load(path.parent).table(path.name), cells(path)
            self.assertEqual(list(table), list(rows[0]), path)
            for name, column in table.items():
                written = [row[name] for row in rows]
                self.assertEqual(column.shape, (len(rows),))
                self.assertIn(column.dtype.kind, "ifU", (path, name))
                for value, cell in zip(column, written):
                    if column.dtype.kind == "U":
                        self.assertEqual(value, cell)
                    elif cell == "":
                        self.assertTrue(numpy.isnan(value), (path, name))
                    else:
                        self.assertEqual(value, float(cell), (path, name))
            tables += 1
        self.assertEqual(tables, 27)

    def test_every_array(self):
        archives = 0
        for path in RUNS.glob("*/*.npz"):
            run = load(path.parent)
            archive = run.arrays if path.name == "arrays.npz" else run.factors
            with numpy.load(path, allow_pickle=False) as parts:
                self.assertEqual(list(archive), parts.files)
                for name in parts.files:
                    self.assertIn(name, archive)
                    self.assertEqual(archive[name].dtype, numpy.float64)
                    numpy.testing.assert_array_equal(archive[name], parts[name])
            archives += 1
        self.assertEqual(archives, 9)

    def test_two_lines_say_what_it_is(self):
        for name, command in COMMANDS.items():
            lines = repr(load(RUNS / name)).split("\n")
            self.assertEqual(len(lines), 2)
            self.assertTrue(lines[0].startswith(f"dmft {command}, ") and lines[0].endswith(name), lines)
        self.assertIn("network.width=24", repr(load(RUNS / "first")))
        self.assertIn("network.width x 3", repr(load(RUNS / "transfer")))
        self.assertIn("reduce.size=20", repr(load(RUNS / "reduce")))


class Columns(unittest.TestCase):
    def test_kinds(self):
        curves = load(RUNS / "simulate").curves
        self.assertEqual([column.dtype.kind for column in curves.values()], list("ifffffif"))
        summary = load(RUNS / "both").summary
        self.assertEqual(summary["method"].tolist().count("theory"), 4)
        self.assertEqual(summary["network.initScale"].tolist()[-1], "[1.0, 0.5, 1.0]")  # quoted in the file
        self.assertEqual(summary["network.width"].dtype.kind, "i")
        theory = summary["method"] == "theory"
        self.assertTrue(numpy.isnan(summary["replicas"][theory]).all())
        self.assertTrue((summary["replicas"][~theory] == 2).all())
        self.assertEqual(load(RUNS / "layers").table("growth")["activation"][0], "relu")

    def test_a_log_with_holes(self):
        curves = load(RUNS / "compare").curves
        numpy.testing.assert_array_equal(curves["test_loss_log"][[0, 5, 10]], [1.9, 0.9, 0.7])
        self.assertTrue(numpy.isnan(curves["train_loss_log"][5]) and numpy.isnan(curves["test_loss_log"][1]))

    def test_an_unknown_column_names_the_others(self):
        with self.assertRaisesRegex(KeyError, "loss: the columns are step, time, test_loss, train_loss"):
            load(RUNS / "first").curves["loss"]

    @unittest.skipUnless(pandas, "pandas is not installed")
    def test_pandas(self):
        for name, table in [("first", "curves"), ("transfer", "transfer"), ("both", "summary")]:
            frame = pandas.read_csv(RUNS / name / f"{table}.csv", float_precision="round_trip")
            ours = pandas.DataFrame(load(RUNS / name).table(table))
            self.assertEqual(list(frame.columns), list(ours.columns))
            self.assertEqual(len(frame), len(ours))
            for column in frame.columns:
                if frame[column].dtype.kind in "if" and ours[column].dtype.kind in "if":
                    numpy.testing.assert_array_equal(frame[column].to_numpy(float), ours[column].to_numpy(float))


class Settings(unittest.TestCase):
    def test_dotted_keys(self):
        run = load(RUNS / "first")
        self.assertEqual(run.setting("network.width"), 24)
        self.assertEqual(run.setting("network.parameterization"), "muP")
        self.assertEqual(run.setting("network"), run.configuration["network"])
        self.assertEqual(run.axes, {})
        with self.assertRaisesRegex(KeyError, "network.size is not in .*hiddenLayers"):
            run.setting("network.size")
        with self.assertRaisesRegex(KeyError, "network.width.x is not in"):
            run.setting("network.width.x")

    def test_axes(self):
        run = load(RUNS / "transfer")
        self.assertEqual(run.axes, {"network.width": ["8", "16", "32"], "network.parameterization": ["muP", "NTK"]})
        with self.assertRaisesRegex(KeyError, "network.width is an axis of .*8, 16, 32"):
            run.setting("network.width")


class Identities(unittest.TestCase):
    def test_arrays_against_tables(self):
        for name in ["first", "deep", "log", "compare", "simulate"]:
            run = load(RUNS / name)
            rows = run.curves["step"]  # all steps are in the arrays, and those that are reported in the tables
            arrays = run.arrays
            count = len(arrays["time"])
            self.assertEqual(arrays["H"].shape, (len(run.strengths().layer), count, count))
            numpy.testing.assert_allclose(arrays["time"][rows], run.curves["time"], rtol=1e-14)
            test = numpy.diagonal(arrays["C_v"])[rows] + run.setting("data.noise") ** 2
            numpy.testing.assert_allclose(test, run.curves["test_loss"], rtol=1e-12)
            numpy.testing.assert_allclose(numpy.diagonal(arrays["C_D"])[rows], run.curves["train_loss"], rtol=1e-12)
            forward = numpy.diagonal(arrays["H"], axis1=1, axis2=2).T[rows]
            numpy.testing.assert_allclose(forward, run.strengths().forward, rtol=1e-12)
            backward = numpy.diagonal(arrays["G"], axis1=1, axis2=2).T[rows]
            numpy.testing.assert_allclose(backward[:, 1:], run.strengths().backward[:, 1:], rtol=1e-12)
            self.assertFalse(arrays["G"][0].any())
            for kind in ["C_v", "C_D", "H", "G"]:
                swapped = numpy.swapaxes(arrays[kind], -1, -2)
                numpy.testing.assert_allclose(arrays[kind], swapped, rtol=1e-10, atol=1e-13)
    def test_flow_has_the_nodes_of_the_solver(self):
        run = load(RUNS / "flow")
        arrays, ends = run.arrays, [0, -1]
        numpy.testing.assert_allclose(arrays["time"][ends], [0, run.setting("training.horizon")], rtol=1e-14)
        self.assertTrue((numpy.diff(arrays["time"]) > 0).all())
        for name, column in [("C_v", "test_loss"), ("C_D", "train_loss")]:
            noise = run.setting("data.noise") ** 2 if name == "C_v" else 0
            losses = numpy.diagonal(arrays[name])[ends] + noise
            numpy.testing.assert_allclose(losses, run.curves[column][ends], rtol=1e-12)

    def test_all_steps_are_in_the_arrays(self):
        log = load(RUNS / "log")
        self.assertEqual((len(log.arrays["time"]), log.curves["step"][-1]), (201, 200))
        self.assertLess(len(log.curves["step"]), 50)

    def test_responses_look_back_only(self):
        arrays = load(RUNS / "first").arrays
        numpy.testing.assert_array_equal(numpy.diagonal(arrays["R"]), 1)
        self.assertFalse(any(numpy.triu(arrays[kind], least).any() for kind, least in [("R", 1), ("A", 1), ("S", 0)]))
        self.assertTrue(arrays["A"][1:].any() and arrays["S"][1:].any() and not arrays["S"][0].any())

    def test_networks_of_a_simulation(self):
        for name in ["simulate", "validate"]:
            run = load(RUNS / name)
            losses = run.arrays["test_loss"]
            self.assertEqual(losses.shape, (run.setting("simulation.replicas"), 13))
            numpy.testing.assert_allclose(losses.mean(axis=0), run.curves["test_loss"], rtol=1e-12)
            error = losses.std(axis=0, ddof=1) / len(losses) ** 0.5
            numpy.testing.assert_allclose(error, run.curves["test_loss_se"], rtol=1e-9)
            self.assertEqual(run.by_layer("forward_se").shape, (13, 3))
        theory = numpy.diagonal(run.arrays["C_D_theory"])
        numpy.testing.assert_allclose(theory, run.curves["train_loss_theory"], rtol=1e-12)

    def test_strengths(self):
        strengths = load(RUNS / "first").strengths()
        rows = cells(RUNS / "first" / "layers.csv")
        self.assertEqual(strengths.forward[4, 2], float(rows[14]["forward"]))
        self.assertEqual((rows[14]["step"], rows[14]["layer"]), ("4", "2"))
        self.assertEqual((strengths.step.tolist(), strengths.layer.tolist()), (list(range(13)), [0, 1, 2]))
        numpy.testing.assert_array_equal(numpy.isnan(strengths.backward), [[True, False, False]] * 13)
        places = load(RUNS / "deep").strengths().layer
        self.assertEqual((places[0], places[1], places[-1]), ("input", "0.0", "1.0"))

    def test_transfer(self):
        run = load(RUNS / "transfer")
        families = {family["name"]: family["horizons"][0] for family in run.manifest["families"]}
        for name, horizon in families.items():
            own = (run.transfer["network.parameterization"] == name) & (run.transfer["minimum"] == 1)
            numpy.testing.assert_allclose(run.transfer["learning_rate"][own], horizon["optimal_rate"], rtol=1e-12)
            numpy.testing.assert_allclose(run.transfer["cost"][own], horizon["cost"], rtol=1e-12)
        self.assertEqual(sorted(families), ["NTK", "muP"])

    def test_sweep(self):
        run = load(RUNS / "sweep")
        last = {unit: loss for unit, loss in zip(run.curves["unit"].tolist(), run.curves["test_loss"])}
        self.assertEqual([last[unit] for unit in run.summary["unit"].tolist()], run.summary["test_loss"].tolist())
        self.assertEqual(sorted(set(run.summary["status"])), ["completed", "diverged"])

    def test_reduction(self):
        run = load(RUNS / "reduce")
        factors = run.factors
        size, width, layers = (run.setting("reduce.size"), run.manifest["width"], run.setting("reduce.weightLayers"))
        self.assertEqual((factors["U"].shape, factors["W"].shape), ((size, width), (layers, width, width)))
        for name in "UV":
            numpy.testing.assert_allclose(factors[name].T @ factors[name], numpy.eye(width), atol=1e-12)
        spectrum = run.table("singular_values")
        small = (spectrum["network"] == "small") & (spectrum["layer"] == 1)
        numpy.testing.assert_allclose(
            spectrum["singular_value"][small], numpy.linalg.svd(factors["W"][0], compute_uv=False), rtol=1e-10)
        inactive = spectrum["singular_value"][spectrum["network"] == "inactive"]
        numpy.testing.assert_allclose(numpy.abs(factors["rho"]), inactive, rtol=1e-12)
        numpy.testing.assert_array_equal(run.arrays["small_loss"], run.table("reduction.csv")["small_loss"])


if __name__ == "__main__":
    unittest.main()
