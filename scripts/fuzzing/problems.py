"""Random problems that dmft has to solve: its keys, and the same problem for the dense equations."""
import math
import os

import numpy

from fuzzing.dense_equations import Problem, optimizer_kernels


def rounded(number):
    """A number as a person writes it."""
    return float(f"{number:.4g}")


def listed(numbers):
    return "[" + ", ".join(repr(float(number)) for number in numbers) + "]"


class RandomProblem:
    """`keys` are what dmft is given, `dense` (a Problem) what the equations are; `steps` and `ratio` (N/D) are used by symmetries."""

    def __init__(self, random, folder, name="t.csv"):
        self.random, self.keys = random, {}
        self.layers, self.steps = random.choice([1, 2, 2, 3, 4, 6]), random.randrange(2, 9)
        self.keys["network.hiddenLayers"], self.keys["training.steps"] = self.layers, self.steps
        self.branch = self._branch()
        self.rule = self._set("network.parameterization", random.choice(["muP", "muP", "NTK", "standard"]))
        self.richness = self._set("network.richness", rounded(10**random.uniform(-1.2, 0.7)))
        self.spectrum = (numpy.ones(1), numpy.ones(1), numpy.ones(1))  # eigenvalues, weights, powers of the target
        self.dimension, self.is_top = random.choice([8, 20, 40, 256]), False
        self.samples = self._table(os.path.join(folder, name)) if random.random() < 0.15 else self._generated()
        self._mode()
        self.ratio = self._width()
        self.scales = self._per_layer("network.initScale", self._scale) or [1.0] * (self.layers + 1)
        self.rates = self._per_layer("network.layerRates", self._rate) or [1.0] * (self.layers + 1)
        self._optimizer()
        self.dense = self._dense()

    def _set(self, key, value):
        self.keys[key] = value
        return value

    def _branch(self):
        if self.random.random() < 0.6:
            return None
        self.keys["network.residual"] = "true"
        return self._set("network.branchScale", rounded(self.random.uniform(0.1, 1.5)))

    # Data.

    def _generated(self):
        """Isotropic data or power laws; returns what counts the samples: P/D, or P itself where eigenvalues are summed."""
        random, keys = self.random, self.keys
        self.noise = self._set("data.noise", rounded(random.choice([0, random.uniform(0, 1.5)])))
        if random.random() < 0.4:
            self.dimension = min(self.dimension, 40)
            self._power_law()
        keys["data.inputDimension"] = self.dimension
        if random.random() < 0.5:
            ratio = self._set("data.sampleRatio", rounded(10**random.uniform(-0.7, 1)))
        else:
            least = max(1, self.dimension // 4)
            ratio = self._set("data.samples", random.randrange(least, 6 * self.dimension)) / self.dimension
        return ratio * self.dimension if self.is_top else ratio

    def _power_law(self):
        """Equation (7.1) of the notes: eigenvalues and strengths of the target fall as powers of the rank."""
        random, rank = self.random, numpy.arange(1, self.dimension + 1.0)
        decay = self._set("data.spectrum.eigenvalueDecay", rounded(random.choice([0, random.uniform(0, 2.5)])))
        signal = self._set("data.spectrum.signalDecay", rounded(random.choice([0, random.uniform(0, 3)])))
        self.is_top = random.random() < 0.4
        self.keys["data.spectrum.scale"] = "top" if self.is_top else "mean"
        values, strengths = rank**-decay, rank**-signal
        if self.is_top:
            weights, strengths = numpy.ones(self.dimension), strengths / strengths.sum()
        else:
            weights = numpy.full(self.dimension, 1 / self.dimension)
            values, strengths = values / values.mean(), strengths / strengths.mean()
        self.spectrum = values, weights, strengths / values

    def _table(self, path):
        """A small table of correlated columns with a noisy linear target, and what dmft measures of it."""
        random, keys = self.random, self.keys
        generator = numpy.random.default_rng(random.randrange(2**31))
        rows, self.dimension = random.choice([30, 60]), random.choice([2, 4, 7])
        size = self.dimension
        mixing = generator.standard_normal((size, size))
        inputs = generator.standard_normal((rows, size)) * 10**generator.uniform(-0.5, 0.5, size) @ mixing + generator.uniform(-3, 3, size)
        target = inputs @ generator.standard_normal(size) + generator.standard_normal(rows) * random.choice([0.1, 1, 3]) + 5
        write_table(path, [f"c{column}" for column in range(size)] + ["y"], numpy.column_stack([inputs, target]))
        style = random.choice(["none", "center", "zscore"])
        keys.update({"data.file": os.path.basename(path), "data.target": "y", "data.standardize": style})
        inputs = inputs - (0 if style == "none" else inputs.mean(0))
        inputs = inputs / (inputs.std(0) if style == "zscore" else 1)
        target = (target - target.mean()) / target.std()
        values, directions = numpy.linalg.eigh(inputs.T @ inputs / rows)
        factor = size / values.sum()
        values, projected = values * factor, inputs @ directions * math.sqrt(factor)
        weights = math.sqrt(size) * (projected.T @ target) / (rows * values)
        self.spectrum = values, numpy.full(size, 1 / size), weights**2
        self.noise = math.sqrt(max(0, target @ target / rows - (weights**2 * values).mean()))
        return self._set("data.samples", random.randrange(1, rows)) / size

    def _mode(self):
        random, keys = self.random, self.keys
        self.mode = self._set("training.mode", random.choice(["batch", "batch", "onePass", "population"]))
        if self.mode == "onePass" and random.random() < 0.5:
            keys.pop("data.samples", None)
            keys.pop("data.sampleRatio", None)
            samples = self._set("training.samplesPerStep", random.randrange(1, 4 * self.dimension))
            self.samples = samples if self.is_top else samples / self.dimension

    # Network and optimiser.

    def _width(self):
        random, roll = self.random, self.random.random()
        if roll < 0.15 and self.rule == "muP":
            self.keys["network.width"] = "infinite"
            return math.inf
        if roll < 0.55:
            ratio = self._set("network.width", random.randrange(1, 8 * self.dimension)) / self.dimension
        else:
            ratio = self._set("network.widthRatio", rounded(10**random.uniform(-0.7, 1.3)))
        return ratio * self.dimension if self.is_top else ratio

    def _per_layer(self, key, draw):
        if self.random.random() < 0.6:
            return None
        numbers = [draw() for _ in range(self.layers + 1)]
        self.keys[key] = listed(numbers)
        return numbers

    def _scale(self):
        random = self.random
        return rounded(random.choice([0, random.uniform(0.2, 1.6)]) if random.random() < 0.15 else random.uniform(0.4, 1.4))

    def _rate(self):
        random = self.random
        return rounded(random.choice([0, random.uniform(0, 3)]) if random.random() < 0.25 else random.uniform(0.2, 2))

    def _optimizer(self):
        random, keys = self.random, self.keys
        self.momentum = rounded(random.uniform(0.05, 0.95)) if random.random() < 0.35 else 0
        self.decay = rounded(random.uniform(0, 0.6)) if random.random() < 0.35 else 0
        self.is_nesterov = bool(self.momentum) and random.random() < 0.5
        self.is_decoupled = bool(self.decay) and random.random() < 0.5
        for key, value in (("momentum", self.momentum), ("weightDecay", self.decay)):
            if value:
                keys["training." + key] = value
        for key, value in (("nesterov", self.is_nesterov), ("decoupled", self.is_decoupled)):
            if value:
                keys["training." + key] = "true"
        # Near, below or above the largest stable rate, by what a lazy network with these samples would stand.
        samples = 1e9 if self.mode == "population" else self.samples
        stiffness = (
            sum(self.layer_rates()) * (1 if self.branch is None else 2) * max(1, self.spectrum[0].max())
            * (1 + samples**-0.5)**2 * (1 + 1 / self.ratio))
        self.rate = rounded(10**random.uniform(-1.3, 0.7) / max(stiffness, 0.3) * (1 - self.momentum * 0.7))
        keys["training.learningRate"] = self.rate
        self.factors = self._schedule()

    def layer_rates(self):
        """Of the equations: a standard parameterisation learns faster above the input layer by the ratio of widths."""
        if self.rule != "standard":
            return self.rates
        return [self.rates[0]] + [rate * self.ratio for rate in self.rates[1:]]

    def _schedule(self):
        """Factors of the rate, a step each."""
        random, keys, steps = self.random, self.keys, self.steps
        if random.random() < 0.7:
            return [1.0] * steps
        if random.random() < 0.4:
            factors = [rounded(random.uniform(0, 2)) for _ in range(steps)]
            keys["training.schedule.multipliers"] = listed(factors)
            return factors
        warm, decay = random.randrange(0, steps + 1), random.choice(["constant", "cosine", "linear", "power", "wsd"])
        own = rounded(random.uniform(0.3, 3) if decay == "power" else random.uniform(0, 0.95))
        last = rounded(random.choice([0, 1, random.random()]))
        keys.update({
            "training.schedule.warmupSteps": warm, "training.schedule.decay": decay, "training.schedule.finalFraction": last})
        if decay in ("power", "wsd"):
            keys["training.schedule." + ("exponent" if decay == "power" else "stableFraction")] = own
        return [schedule_factor(step, steps, warm, decay, own, last) for step in range(steps)]

    def _dense(self):
        kernels = optimizer_kernels(
            [self.rate * factor for factor in self.factors] + [0.0], self.momentum, self.is_nesterov, self.decay, self.is_decoupled)
        richness = self.richness if self.rule == "muP" else self.richness / math.sqrt(self.ratio)
        # A residual chain of one hidden layer has no branch.
        branch = self.branch if self.layers > 1 else None
        return Problem(
            self.layers, self.ratio, self.samples, richness, self.noise, self.mode, self.scales, self.layer_rates(), kernels, branch,
            *self.spectrum)


def schedule_factor(step, steps, warm, decay, own, last):
    if step < warm:
        return (step + 1) / warm
    part = (step - warm) / (steps - warm)
    if decay == "constant":
        return 1.0
    left = {
        "cosine": lambda: (1 + math.cos(math.pi * part)) / 2, "linear": lambda: 1 - part, "power": lambda: (1 - part) ** own,
        "wsd": lambda: 1 - max(0, part - own) / (1 - own)}[decay]()
    return last + (1 - last) * left


def write_table(path, names, numbers):
    with open(path, "w") as file:
        file.write(",".join(names) + "\n")
        file.writelines(",".join(repr(float(number)) for number in row) + "\n" for row in numbers)


def words(keys):
    return [f"{key}={value}" for key, value in keys.items()]
