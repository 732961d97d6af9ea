"""Two ways to say one problem, or a limit and problems that approach it. Each takes (random, problem, solve, folder) and gives the difference
of the losses and what is allowed, or None where it says nothing about the problem; `solve` takes keys."""
import math
import os

import numpy

from fuzzing.problems import listed, rounded, write_table

SYMMETRIES = []  # (name, function); those that find more are drawn more often


def named(name, weight=1):
    def added(pair):
        SYMMETRIES.extend([(name, pair)] * weight)
        return pair
    return added


def without(keys, *beginnings):
    return {key: value for key, value in keys.items() if not key.startswith(beginnings)}


def relative(one, other):
    rows = min(len(one), len(other))
    scale = numpy.maximum(numpy.maximum(numpy.abs(one[:rows]), numpy.abs(other[:rows])), 1e-12)
    return float(numpy.max(numpy.abs(one[:rows] - other[:rows]) / scale, initial=0))


def equal(solve, one, other, allowed):
    """Two sets of keys with the same losses."""
    one, other = solve(one), solve(other)
    error = max(relative(one.test, other.test), relative(one.train, other.train))
    return error, max(allowed, 10 * one.compression_error, 10 * other.compression_error)


def extrapolated(coarse, middle, fine):
    """The limit of a quantity at h, h/2, h/4 with errors of first and second order, and how far it can be trusted."""
    first, second = 2 * middle - coarse, 2 * fine - middle
    limit = (4 * second - first) / 3
    scale = numpy.maximum(numpy.abs(limit), 1e-12)
    return limit, scale, float(numpy.max(numpy.abs(second - first) / scale, initial=0))


OPTIMIZER = ("training.schedule", "training.momentum", "training.nesterov", "training.weightDecay", "training.decoupled")
PER_LAYER = ("network.initScale", "network.layerRates")
SAMPLES = ("data.samples", "data.sampleRatio", "training.samplesPerStep")
SHUFFLES = ["epochs", "independent", "fixed"]


@named("many samples are the population", 2)
def many_samples(random, problem, solve, _):
    if "data.file" in problem.keys:
        return None
    keys = without(problem.keys, *SAMPLES)
    many = dict(keys, **{"training.mode": random.choice(["batch", "onePass"]), "data.sampleRatio": 1e13})
    return equal(solve, many, dict(keys, **{"training.mode": "population"}), 1e-8)


@named("one minibatch of all samples is the full batch")
def whole_batch(random, problem, solve, _):
    count = problem.keys.get("data.samples")
    if problem.mode != "batch" or count is None:
        return None
    part = {"training.mode": "minibatch", "training.samplesPerStep": count, "training.shuffle": random.choice(SHUFFLES)}
    return equal(solve, dict(problem.keys, **part), problem.keys, 1e-9)


@named("the first epoch of minibatches is one pass")
def first_epoch(random, problem, solve, _):
    count = problem.keys.get("data.samples")
    if problem.mode != "batch" or count is None or int(count) < 2 or "data.fitCorrection" in problem.keys:
        return None
    size = random.randrange(1, int(count) // 2 + 1)
    steps = min(int(problem.steps), int(count) // size)
    keys = without(problem.keys, "training.schedule")
    keys.update({"training.samplesPerStep": size, "training.steps": steps})
    part = dict(keys, **{"training.mode": "minibatch", "training.shuffle": random.choice(["epochs", "fixed"])})
    fresh = dict(without(keys, "data.samples") if "data.file" not in keys else keys, **{"training.mode": "onePass"})
    one, other = solve(part), solve(fresh)
    if one.status != "completed" or other.status != "completed":
        return None
    return relative(one.test, other.test), max(1e-9, 10 * one.compression_error, 10 * other.compression_error)


@named("wide is infinitely wide")
def wide(_, problem, solve, __):
    if problem.rule != "muP":
        return None
    keys = without(problem.keys, "network.width")
    return equal(solve, dict(keys, **{"network.widthRatio": 1e13}), dict(keys, **{"network.width": "infinite"}), 1e-8)


@named("NTK is muP of another richness")
def ntk(_, problem, solve, __):
    if problem.ratio == math.inf:
        return None
    mean_field = {"network.parameterization": "muP", "network.richness": repr(problem.richness / math.sqrt(problem.ratio))}
    return equal(
        solve, dict(problem.keys, **{"network.parameterization": "NTK"}), dict(problem.keys, **mean_field), 1e-9)


@named("standard is NTK with rates")
def standard(_, problem, solve, __):
    if problem.ratio == math.inf:
        return None
    rates = [problem.rates[0]] + [rate * problem.ratio for rate in problem.rates[1:]]
    tangent = {"network.parameterization": "NTK", "network.layerRates": listed(rates)}
    return equal(
        solve, dict(problem.keys, **{"network.parameterization": "standard"}), dict(problem.keys, **tangent), 1e-9)


@named("scales are rates and a richness", 2)
def scales(random, problem, solve, _):
    if problem.branch is not None and problem.layers > 1:
        return None
    drawn = [rounded(random.uniform(0.4, 1.6)) for _ in range(problem.layers + 1)]
    product = math.prod(drawn)
    one = dict(problem.keys, **{"network.initScale": listed(drawn), "network.layerRates": listed(problem.rates)})
    rates = [rate * (product / scale)**2 for rate, scale in zip(problem.rates, drawn)]
    other = without(problem.keys, "network.initScale")
    other.update({"network.layerRates": listed(rates), "network.richness": repr(problem.richness / product)})
    return equal(solve, one, other, 1e-8)


@named("one rate is a rate for each layer")
def rates(random, problem, solve, _):
    if problem.decay:
        return None
    factor = rounded(random.uniform(0.3, 3))
    one = dict(problem.keys, **{
        "network.layerRates": listed(problem.rates), "training.learningRate": repr(problem.rate * factor)})
    other = dict(problem.keys, **{"network.layerRates": listed([rate * factor for rate in problem.rates])})
    return equal(solve, one, other, 1e-9)


@named("panels are steps", 2)
def panels(random, problem, solve, _):
    if problem.mode == "onePass":
        return None
    keys = without(problem.keys, *OPTIMIZER)
    keys.update({"training.steps": random.choice([5, 30, 90]), "training.learningRate": repr(problem.rate * 0.5)})
    return equal(solve, dict(keys, **{"training.time": "panels", "training.tolerance": 1e-6}), keys, 2e-6)


@named("flow is small steps", 2)
def flow(random, problem, solve, _):
    keys = without(problem.keys, *OPTIMIZER, "training.steps", "training.learningRate", "training.samplesPerStep")
    keys["training.mode"] = random.choice(["batch", "population"])
    if "data.file" in keys and keys["training.mode"] == "batch" and "data.samples" not in keys:
        return None
    horizon = problem.rate * problem.steps
    curve = solve(dict(keys, **{"training.time": "flow", "training.horizon": repr(horizon)}))
    if curve.status != "completed":
        return None
    ends = []
    for steps in (40, 80, 160):
        of_steps = solve(dict(keys, **{"training.steps": steps, "training.learningRate": repr(horizon / steps)}))
        if len(of_steps.test) != steps + 1:  # the steps are too large for this problem
            return None
        ends.append(numpy.array([of_steps.test[-1], of_steps.train[-1]]))
    limit, scale, doubt = extrapolated(*ends)
    error = numpy.max(numpy.abs(numpy.array([curve.test[-1], curve.train[-1]]) - limit) / scale)
    return float(error), max(3e-6, 3 * doubt)


@named("infinite depth is many layers", 2)
def depth(_, problem, solve, __):
    if "data.file" in problem.keys:
        return None
    keys = without(problem.keys, *PER_LAYER)
    keys.update({"network.residual": "true", "network.branchScale": problem.keys.get("network.branchScale", 0.7)})
    curve = solve(dict(keys, **{"network.depth": "infinite"}))
    layers = [solve(dict(keys, **{"network.hiddenLayers": count})) for count in (17, 33, 65)]
    if any(len(of_layers.test) != len(curve.test) for of_layers in layers):  # one of them has diverged
        return None
    limit, scale, doubt = extrapolated(*(of_layers.both for of_layers in layers))
    return float(numpy.max(numpy.abs(curve.both - limit) / scale)), max(1e-6, doubt)


@named("a flat power law is isotropic")
def flat(_, problem, solve, __):
    if "data.file" in problem.keys or "data.spectrum.scale" in problem.keys:
        return None
    spectrum = {"eigenvalueDecay": 0, "signalDecay": 0, "scale": "mean"}
    return equal(solve, dict(problem.keys, **{"data.spectrum." + key: value for key, value in spectrum.items()}), problem.keys, 1e-9)


@named("branches without strength are no layers")
def no_branch(_, problem, solve, __):
    if problem.layers < 2 or problem.decay:
        return None
    keys = dict(without(problem.keys, *PER_LAYER, "network.residual", "network.branchScale"), **{"network.parameterization": "muP"})
    deep = dict(keys, **{"network.residual": "true", "network.branchScale": 1e-9})
    return equal(solve, deep, dict(keys, **{"network.hiddenLayers": 1}), 1e-9)


@named("one hidden layer has no branch")
def one_layer(_, problem, solve, __):
    keys = without(problem.keys, *PER_LAYER, "network.residual", "network.branchScale")
    keys["network.hiddenLayers"] = 1
    return equal(solve, dict(keys, **{"network.residual": "true"}), keys, 1e-12)


@named("a schedule is its factors")
def schedule(_, problem, solve, __):
    if "training.schedule.decay" not in problem.keys:
        return None
    factors = dict(without(problem.keys, "training.schedule"), **{"training.schedule.multipliers": listed(problem.factors)})
    return equal(solve, problem.keys, factors, 1e-12)


@named("units of a table do not matter", 2)
def units(random, problem, solve, folder):
    style = problem.keys.get("data.standardize")
    if style in (None, "zscore"):  # there each column has units of its own
        return None
    with open(os.path.join(folder, problem.keys["data.file"])) as file:
        names, *rows = [line.split(",") for line in file.read().splitlines()]
    numbers = numpy.array(rows, float)
    factor, shift = 10**random.uniform(-6, 6), 0 if style == "none" else random.uniform(-5, 5)
    numbers[:, :-1] = (numbers[:, :-1] + shift) * factor
    numbers[:, -1] = numbers[:, -1] * -3 + 7
    write_table(os.path.join(folder, "units.csv"), names, numbers)
    return equal(solve, problem.keys, dict(problem.keys, **{"data.file": "units.csv"}), 1e-7)
