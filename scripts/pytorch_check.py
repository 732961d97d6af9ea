#!/usr/bin/env python3
"""An independent check: builds in PyTorch the network that `dmft explain` describes, trains it, compares losses.

    scripts/python-environment                                        (once: torch into .venv)
    .venv/bin/python scripts/pytorch_check.py configs/weight-decay.yaml
    .venv/bin/python scripts/pytorch_check.py configs/ntk.yaml training.learningRate=0.02 --networks 8 -o runs/ntk
    .venv/bin/python scripts/pytorch_check.py configs/minibatch.yaml  (batches by torch.utils.data.DataLoader)

This program uses only the output of `dmft explain CONFIG key=value ... --json`: sizes, and for
each layer its initial deviation, multiplier, rate and weight decay. The rest is ordinary PyTorch in float64: a
forward pass, autograd on half the mean square, torch.optim.SGD. The prediction comes from
`dmft solve CONFIG key=value ... --json`.

Other losses (training.loss) are those of torch.nn.functional where it has them, and are printed as they are; their test loss is that of
5,000 fresh samples.

Of several outputs the square is the sum over them. (A loss that also averages over K outputs, as torch.nn.MSELoss
does, is K times smaller: it needs K times the rates.)

Losses are mean squares without the factor 1/2, means over the networks. Test losses of generated data are exact,
from the weights. With minibatches the train loss is over the whole training set, the batch loss over the batch of the
step before its update. Of classes the share of test rows in the right one is printed too, in points. With -o the curves go to DIR/log.csv, like any training log.

Single networks scatter, at the sizes of configs/ by 10 to 40 % of their loss. So, as in equation (8.8) of the
theory notes, they disagree (exit code 1) where the mean loss is off by more than three of its standard errors and,
beyond those, by more than the tolerance. Predictions below 1 % of their start are not judged, nor are one-pass
training losses, each of a single batch. Other exit codes: 64 wrong usage, 65 what can't be trained, 74 input or
output.
"""
import argparse
import collections
import csv
import json
import math
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import time

try:
    import torch
except ImportError:
    torch = None

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILT = os.path.join(ROOT, ".build", "release", "dmft")
MOST_GROWTH = 1e6  # of the first loss; a network beyond that has diverged
LEAST_SHARE = 0.01  # of the first predicted loss; smaller predictions are not compared
TEST_SAMPLES = 5_000  # of losses other than squared error, whose test loss is no sum over directions
CHANCE = 3  # standard errors of a mean that are left to chance

# Some inputs and targets, a column an output; the mean square of a network f on them is sum (f - y)^2 / count + floor.
Sample = collections.namedtuple("Sample", "inputs targets count floor")


def leave(code, message):
    print(f"error: {message}", file=sys.stderr)
    sys.exit(code)


# What dmft says


def ask(dmft, command, words):
    """The JSON of one command of dmft, which reports its own errors."""
    try:
        result = subprocess.run([dmft, command, *words, "--json", "--quiet"], stdout=subprocess.PIPE, text=True)
    except OSError as error:
        leave(74, f"{dmft} can't be run: {error.strerror}")
    if result.returncode != 0:
        sys.exit(result.returncode if result.returncode > 0 else 1)
    return json.loads(result.stdout)


class Problem:
    """The numbers of `dmft explain` under short names."""

    def __init__(self, explanation):
        configuration = explanation["configuration"]
        self.network, self.data, self.training = (configuration[key] for key in ("network", "data", "training"))
        self.layers, self.optimizer = explanation["layers"], explanation["optimizer"]
        self.table = explanation.get("data")
        self.mode, self.steps = self.training["mode"], self.training["steps"]
        self.batch, self.shuffle = self.training.get("samplesPerStep"), self.training.get("shuffle")
        self.refuse()
        sizes = explanation["sizes"]
        self.dimension, self.widths, self.samples = sizes["input_dimension"], sizes["widths"], sizes["samples"]
        outputs = (self.table or {}).get("outputs")
        self.outputs = len(outputs["names"]) if outputs else self.data.get("outputs", 1)
        self.loss, self.labels = self.training.get("loss", "squared"), self.data.get("labels", "linear")
        self.is_plain = self.loss == "squared" and self.labels == "linear"
        if not self.is_plain and self.mode == "population" and not self.table:
            leave(65, "the population's gradient is known for squared error alone; set training.mode=onePass")

    def refuse(self):
        """Ends where there is nothing that could be trained."""
        if self.network["depth"] == "infinite":
            leave(65, "a network of infinite depth can't be trained; set network.depth=finite")
        if self.network.get("width") == "infinite":
            leave(65, "a network of infinite width can't be trained; set its size, such as network.width=1024")
        if "trainFile" in self.data or self.data.get("split") == "exact":
            leave(65, "this script draws the rows of a table; dmft simulate trains on the very rows of an exact split")
        if self.training["time"] == "flow":
            leave(65, "PyTorch trains in steps; set training.time=discrete")
        if self.layers is None:
            leave(65, "dmft explain describes no layers for this problem")

    def schedule(self, step):
        """The factor on every rate at a step; a constant schedule has no list of them."""
        factors = self.optimizer["rate_factors"]
        return factors[step] if factors else 1.0


# Data. Each kind draws for one network a function that gives the sample of the next step, and the test sample.


class GeneratedData:
    """Gaussian inputs of covariance diag(lambda), targets beta*_c . x / sqrt(D) + noise_c."""

    def __init__(self, problem):
        self.problem, spectrum = problem, problem.data["spectrum"]
        self.inputs = problem.dimension
        modes = torch.arange(1, self.inputs + 1, dtype=torch.float64)[:, None]
        eigenvalues, signal, unit = torch.ones_like(modes), torch.ones_like(modes), self.inputs
        self.is_isotropic = spectrum == "isotropic"
        if not self.is_isotropic:
            decays = torch.tensor(spectrum["signalDecay"], dtype=torch.float64).expand(problem.outputs)
            eigenvalues, signal = modes ** -spectrum["eigenvalueDecay"], modes**-decays
            if spectrum["scale"] == "mean":
                eigenvalues, signal = eigenvalues / eigenvalues.mean(), signal / signal.mean(0)
            else:
                signal, unit = signal / signal.sum(0), 1  # sums stand for means, so no power of D is left
        self.deviations = eigenvalues.sqrt()[:, 0]
        self.sizes = (signal / eigenvalues / unit).sqrt()  # |beta*_k| / sqrt(D), a column an output
        one = torch.eye(problem.outputs, dtype=torch.float64)
        self.target_root = root(problem.data.get("targetCovariance"), one)
        self.noise_root = root(problem.data.get("noiseCovariance"), problem.data.get("noise", 0) * one)

    def target(self, generator):
        """beta* / sqrt(D), a column an output."""
        if self.is_isotropic and self.problem.outputs > 1:
            normal = torch.randn(self.inputs, self.problem.outputs, dtype=torch.float64, generator=generator)
            directions, triangle = torch.linalg.qr(normal)
            return directions * triangle.diagonal().sign() @ self.target_root
        signs = 2 * torch.randint(2, (self.inputs, self.problem.outputs), generator=generator) - 1
        return self.sizes * (signs.to(torch.float64) @ self.target_root)

    def draw(self, generator):
        target = self.target(generator)
        # E (f(x) - y)^2 is a sum over the principal directions, each passed through the network at the length of
        # its deviation, and the noise.
        floor = self.noise_root.square().sum().item()
        population = Sample(torch.diag(self.deviations), self.deviations[:, None] * target, 1, floor)

        def batch(count=self.problem.samples):
            inputs = torch.randn(count, self.inputs, dtype=torch.float64, generator=generator) * self.deviations
            noise = torch.randn(count, self.problem.outputs, dtype=torch.float64, generator=generator)
            return Sample(*self.labelled(inputs, target, noise @ self.noise_root, generator), count, 0.0)

        if not self.problem.is_plain:  # no sum over directions: a large sample
            return training_source(self.problem, None, batch, generator), batch(TEST_SAMPLES)
        return training_source(self.problem, population, batch, generator), population


    def labelled(self, inputs, target, noise, generator):
        """Inputs and labels."""
        labels, signal = self.problem.labels, inputs @ target
        if labels == "sign":
            return inputs, torch.where(signal + noise > 0, 1.0, -1.0).double()
        if labels == "logistic":
            chance = torch.rand(signal.shape, dtype=torch.float64, generator=generator)
            return inputs, torch.where(chance < torch.sigmoid(self.problem.data["labelSlope"] * signal), 1.0, -1.0).double()
        if labels == "mixture":
            sides = 2.0 * torch.randint(2, signal.shape, generator=generator).double() - 1
            center = self.problem.data["separation"] * self.deviations.square() * target[:, 0]
            return inputs + sides * center, sides
        return inputs, signal + noise


def root(covariance, otherwise):
    """The symmetric square root of a covariance, if one is given."""
    if covariance is None:
        return otherwise
    values, vectors = torch.linalg.eigh(torch.tensor(covariance, dtype=torch.float64))
    return vectors * values.clamp(min=0).sqrt() @ vectors.T


class TableData:
    """Rows of a CSV table, prepared as `dmft explain` says: inputs standardised and scaled, targets likewise."""

    def __init__(self, problem):
        self.problem = problem
        outputs = problem.table.get("outputs")
        classes = problem.table.get("classes")  # of a loss on labels -1 and 1
        inputs, targets = read_table(problem.data["file"], problem.data["target"], outputs, classes)
        if problem.data["standardize"] != "none":
            inputs -= inputs.mean(0)
        if problem.data["standardize"] == "zscore":
            inputs /= inputs.std(0, correction=0)
        self.rows = inputs * problem.table["input_factor"]
        table = problem.table
        lists = [[table["target_shift"]], [table["target_scale"]]]
        if outputs:
            lists = [outputs["target_shifts"], outputs["target_scales"]]
        shifts, scales = torch.tensor(lists, dtype=torch.float64)
        self.targets = targets if classes else (targets - shifts) / scales
        self.inputs = self.rows.shape[1]

    def take(self, indices):
        return Sample(self.rows[indices], self.targets[indices], len(indices), 0.0)

    def draw(self, generator):
        number, count = len(self.rows), self.problem.samples
        if self.problem.mode in ("batch", "minibatch"):
            order = torch.randperm(number, generator=generator)
            train, test = self.take(order[:count]), self.take(order[count:])
            return training_source(self.problem, None, lambda: train, generator), test
        everything = self.take(torch.arange(number))

        def batch():
            return self.take(torch.randint(number, (count,), generator=generator))

        return training_source(self.problem, everything, batch, generator), everything


class Batches:
    """Parts of a training set, one for each step, as a DataLoader gives them."""

    def __init__(self, problem, sample, generator):
        self.sample, data = sample, torch.utils.data
        rows = data.TensorDataset(sample.inputs, sample.targets)
        options = {"batch_size": problem.batch, "generator": generator}
        if problem.shuffle in ("epochs", "fixed"):
            options.update(shuffle=problem.shuffle == "epochs", drop_last=problem.training["dropLast"])
        else:  # one batch an "epoch"
            options["sampler"] = data.RandomSampler(
                rows, replacement=problem.shuffle == "replacement", num_samples=problem.batch, generator=generator)
        self.loader = data.DataLoader(rows, **options)
        self.steps = iter(())

    def __call__(self):
        batch = next(self.steps, None)
        if batch is None:
            self.steps = iter(self.loader)
            batch = next(self.steps)
        return Sample(*batch, len(batch[0]), 0.0)


def training_source(problem, population, batch, generator):
    """A function that gives the sample of the next step."""
    if problem.mode == "onePass":
        return batch
    if problem.mode == "minibatch":
        return Batches(problem, batch(), generator)
    fixed = population if problem.mode == "population" else batch()
    return lambda: fixed


def label(cell):
    """The name of a class: a whole number without its point."""
    try:
        number = float(cell)
    except ValueError:
        return cell
    return str(int(number)) if number == int(number) else str(number)


def read_table(path, target, outputs, classes=None):
    """Inputs and targets of a CSV file with a header; all columns but the targets are inputs."""
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            header, *rows = [row for row in csv.reader(file) if row]
        columns = [header.index(name) for name in ([target] if isinstance(target, str) else target)]
        inputs = [index for index in range(len(header)) if index not in columns]

        def numbers(chosen):
            return torch.tensor([[float(row[index]) for index in chosen] for row in rows], dtype=torch.float64)

        if outputs and outputs["classes"]:
            cells = [row[columns[0]] for row in rows]
            targets = [[float(cell == name) for name in outputs["names"]] for cell in cells]
            return numbers(inputs), torch.tensor(targets, dtype=torch.float64)
        if classes:
            sides = [2.0 * classes.index(label(row[columns[0]])) - 1 for row in rows]
            return numbers(inputs), torch.tensor(sides, dtype=torch.float64)[:, None]
        return numbers(inputs), numbers(columns)
    except OSError as error:
        leave(74, f"{path}: {error.strerror}")
    except ValueError as error:
        leave(65, f"{path}: {error}")


# The network and its training: ordinary PyTorch


def initial_weights(problem, inputs, generator):
    """One matrix a layer, (outputs, inputs) as in torch.nn.Linear."""
    weights = []
    units = [inputs, *problem.widths, problem.outputs]
    for layer, fan_in, fan_out in zip(problem.layers, units, units[1:]):
        shape = (fan_out, fan_in)
        weight = layer["init_deviation"] * torch.randn(shape, dtype=torch.float64, generator=generator)
        weights.append(weight.requires_grad_())
    return weights


def forward(problem, weights, x):
    for layer, weight in zip(problem.layers, weights):
        y = layer["multiplier"] * (x @ weight.T)
        x = x + y if layer["role"] == "branch" else y
    return x


def mean_square(problem, weights, sample):
    errors = forward(problem, weights, sample.inputs) - sample.targets
    return errors.square().sum() / sample.count + sample.floor


def mean_loss(problem, weights, sample):
    """The loss as dmft reports it, by the functions of torch."""
    if problem.is_plain:
        return mean_square(problem, weights, sample)
    outputs, labels, functional = forward(problem, weights, sample.inputs), sample.targets, torch.nn.functional
    if problem.loss == "logistic":
        return functional.binary_cross_entropy_with_logits(outputs, (labels + 1) / 2)
    if problem.loss == "huber":
        return functional.huber_loss(outputs, labels, delta=problem.training["huberDelta"])
    if problem.loss == "logcosh":
        distance = (outputs - labels).abs()
        return (distance + functional.softplus(-2 * distance) - math.log(2)).mean()
    if problem.loss == "squaredHinge":
        return 0.5 * functional.relu(1 - labels * outputs).square().mean()
    return functional.mse_loss(outputs, labels)


def orthogonal(matrix, rule):
    """The step of Muon: the polar factor over the range, or the Newton-Schulz iteration of its public code."""
    if rule["orthogonalization"] == "exact":
        u, values, v = torch.linalg.svd(matrix, full_matrices=False)
        return u @ torch.diag((values > 1e-13 * values.max()).double()) @ v
    a, b, c = rule["coefficients"]
    x = matrix / (matrix.norm() + 1e-7)
    if matrix.size(0) > matrix.size(1):
        x = x.T
    for _ in range(rule["steps"]):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return x.T if matrix.size(0) > matrix.size(1) else x


class GradientRule:
    """What is made of the gradients before the step: clip_grad_norm_, normalised gradients, LARS, Muon."""

    def __init__(self, rule, momentum, nesterov, weights):
        self.rule, self.momentum, self.nesterov = rule, momentum, nesterov
        self.holds_momentum = rule["name"] == "muon" and rule["momentum_order"] == "before"
        self.buffers = [torch.zeros_like(weight) for weight in weights] if self.holds_momentum else None

    def apply(self, weights):
        name = self.rule["name"]
        if name == "clip":
            torch.nn.utils.clip_grad_norm_(weights, self.rule["max_norm"])
            return
        gradients = [weight.grad for weight in weights]
        if name == "normalized":
            norms = [gradient.norm() for gradient in gradients]
            if self.rule["over"] == "global":
                norms = [torch.stack(norms).norm()] * len(norms)
            factors = [1 / norm for norm in norms]
        elif name == "lars":
            factors = [weight.norm() / gradient.norm() for weight, gradient in zip(weights, gradients)]
        else:
            for index, gradient in enumerate(gradients):
                gradient.copy_(orthogonal(self.direction(index, gradient), self.rule))
            return
        for gradient, factor in zip(gradients, factors):
            gradient *= factor

    def direction(self, index, gradient):
        if not self.holds_momentum:
            return gradient
        buffer = self.buffers[index].mul_(self.momentum).add_(gradient)
        return gradient + self.momentum * buffer if self.nesterov else buffer


class Optimizer:
    """torch.optim.SGD with a group for each layer, and the things that it has no setting for."""

    def __init__(self, problem, weights):
        self.problem, self.weights, rule = problem, weights, problem.optimizer
        given = rule.get("gradient_rule")
        momentum, nesterov = rule["momentum"], rule["nesterov"]
        self.rule = GradientRule(given, momentum, nesterov, weights) if given else None
        if self.rule and self.rule.holds_momentum:
            momentum, nesterov = 0.0, False
        groups = []
        for layer, weight in zip(problem.layers, weights):
            group = {"params": [weight], "lr": layer["sgd_rate"], "weight_decay": layer["sgd_weight_decay"]}
            if group["weight_decay"] is None:  # rate 0, and decays all the same: no gradient, the rate of dmft
                group.update(lr=problem.training["learningRate"], weight_decay=rule["weight_decay"], frozen=True)
            if rule["decoupled"]:  # by hand, below
                group["weight_decay"] = 0.0
            groups.append({**group, "first_rate": group["lr"]})
        self.sgd = torch.optim.SGD(groups, lr=0.0, momentum=momentum, nesterov=nesterov)

    def step(self, objective, factor):
        self.sgd.zero_grad()
        objective.backward()
        rule = self.problem.optimizer
        with torch.no_grad():
            if self.rule:
                self.rule.apply(self.weights)
            for group, weight in zip(self.sgd.param_groups, self.weights):
                group["lr"] = group["first_rate"] * factor
                if group.get("frozen"):
                    weight.grad.zero_()
                if rule["decoupled"]:
                    weight *= 1 - self.problem.training["learningRate"] * factor * rule["weight_decay"]
        self.sgd.step()


def accuracy(problem, weights, sample):
    """Share of rows whose largest output, in units of the one-hot columns, is that of their class; nan without classes."""
    if problem.labels != "linear":
        return (forward(problem, weights, sample.inputs) * sample.targets > 0).double().mean().item()
    outputs = (problem.table or {}).get("outputs")
    if not outputs or not outputs["classes"]:
        return math.nan
    scales, shifts = (torch.tensor(outputs[name], dtype=torch.float64) for name in ("target_scales", "target_shifts"))
    said, right = ((values * scales + shifts).argmax(1)
                   for values in (forward(problem, weights, sample.inputs), sample.targets))
    return (said == right).double().mean().item()


def train(problem, data, steps, generator, progress):
    """What one network has at steps 0 ... steps, by name; shorter if it diverges."""
    next_sample, test_sample = data.draw(generator)
    weights = initial_weights(problem, data.inputs, generator)
    optimizer = Optimizer(problem, weights)
    curves = {name: [] for name in ("test_loss", "train_loss", "batch_loss", "test_accuracy")}
    for step in range(steps + 1):
        sample = next_sample()
        loss = mean_loss(problem, weights, sample)
        whole = getattr(next_sample, "sample", sample)
        with torch.no_grad():
            train_loss = loss if whole is sample else mean_loss(problem, weights, whole)
            test_loss = train_loss if whole is test_sample else mean_loss(problem, weights, test_sample)
            right = accuracy(problem, weights, test_sample)
        for values, value in zip(curves.values(), (test_loss.item(), train_loss.item(), loss.item(), right)):
            values.append(value)
        losses = [curves[name] for name in ("test_loss", "train_loss", "batch_loss")]
        if not all(values[-1] <= MOST_GROWTH * values[0] for values in losses):
            return {name: values[:-1] for name, values in curves.items()}
        if step < steps:
            optimizer.step((0.5 if problem.loss == "squared" else 1.0) * loss, problem.schedule(step))
        progress.step()
    return curves


class Progress:
    """Prints on stderr how long it will take: in a terminal always, elsewhere once if that is long."""

    def __init__(self, networks, steps):
        self.networks, self.steps, self.done = networks, steps, 0
        self.start, self.is_announced, self.is_terminal = None, False, sys.stderr.isatty()

    def step(self):
        self.done += 1
        if self.start is None:  # the first step also loads much of torch
            self.start = time.monotonic()
            return
        elapsed = time.monotonic() - self.start
        left = elapsed / (self.done - 1) * (self.networks * (self.steps + 1) - self.done)
        if not self.is_announced and elapsed > 3:
            self.is_announced = True
            if left > 60:
                print(f"about {left / 60:.0f} min; fewer --networks or smaller sizes take less", file=sys.stderr)
        if self.is_terminal:
            network, step = divmod(self.done - 1, self.steps + 1)
            print(f"\rnetwork {network + 1} of {self.networks}, step {step} of {self.steps}, {left:.0f} s left ",
                  end="", file=sys.stderr, flush=True)

    def end(self):
        if self.is_terminal:
            print("\r\033[K", end="", file=sys.stderr)


def train_all(problem, data, steps, networks, seed):
    generator = torch.Generator().manual_seed(seed)
    progress = Progress(networks, steps)
    found = [train(problem, data, steps, generator, progress) for _ in range(networks)]
    progress.end()
    # A batch that is the whole training set, or new, has no loss of its own.
    names = ["test_loss", "train_loss"] + (["batch_loss"] if problem.mode == "minibatch" else [])
    names += ["test_accuracy"] if not math.isnan(found[0]["test_accuracy"][0]) else []
    return {name: Summary([curves[name] for curves in found]) for name in names}


def bytes_needed(problem):
    """About what one network takes: weights with their gradients, samples, and features for the backward pass."""
    rows = max(problem.samples or 0, 0 if problem.table else problem.dimension)
    units = [problem.dimension, *problem.widths, problem.outputs]
    weights = sum(a * b for a, b in zip(units, units[1:])) * (3 + (problem.optimizer["momentum"] > 0))
    return 8 * (weights + rows * 3 * sum(units))


def free_bytes():
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            return next(1024 * int(line.split()[1]) for line in file if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        return math.inf


# What is shown


def describe(problem, inputs, networks):
    sizes = "-".join(str(size) for size in [inputs, *problem.widths, problem.outputs])
    data = {"batch": f"the same {problem.samples} samples", "onePass": f"{problem.samples} fresh samples",
            "minibatch": f"batches of {problem.batch} of {problem.samples} samples by a DataLoader ({problem.shuffle})",
            "population": "the population"}[problem.mode]
    rule = problem.optimizer
    how = f"{'Nesterov ' if rule['nesterov'] else ''}momentum {rule['momentum']:g}"
    if "gradient_rule" in rule:
        given = rule["gradient_rule"]
        extra = {"clip": f" (max_norm {given.get('max_norm') or 0:g})", "normalized": f" over {given.get('over')}"}
        how += f", gradients first: {given['name']}{extra.get(given['name'], '')}"
    if rule["decoupled"] and rule["weight_decay"]:
        how += f", weights times 1 - rate * {rule['weight_decay']:g} by hand"
    print(f"{networks} networks {sizes} in torch {torch.__version__}, float64 | {data} at every step | "
          f"torch.optim.SGD, {how}, {problem.steps} steps\n")
    print(f"{'layer':<12}{'init':<12}{'multiplier':<12}{'lr':<12}weight_decay      (all from dmft explain)")
    for layer in problem.layers:
        decay = layer["sgd_weight_decay"]
        print(f"{layer['layer']} {layer['role']:<10}{layer['init_deviation']:<12.6g}{layer['multiplier']:<12.6g}"
              f"{layer['sgd_rate']:<12.6g}{'at the rate of dmft' if decay is None else format(decay, '.6g')}")
    print(flush=True)


class Summary:
    """Mean over the networks, scatter and standard error of one loss at each step that all networks reached."""

    def __init__(self, curves):
        columns = list(zip(*curves))
        self.steps, self.networks = len(columns), len(curves)
        self.means = [statistics.fmean(column) for column in columns]
        self.deviations = [statistics.stdev(column) if self.networks > 1 else 0.0 for column in columns]
        self.errors = [deviation / self.networks**0.5 for deviation in self.deviations]


def write_log(path, curves):
    columns = {"step": range(curves["test_loss"].steps), **{name: curve.means for name, curve in curves.items()}}
    if curves["test_loss"].networks > 1:
        columns.update({name + "_sd": curve.deviations for name, curve in curves.items()})
    try:
        with open(path, "w", newline="", encoding="ascii") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(zip(*columns.values()))
    except OSError as error:
        leave(74, f"{path} can't be written: {error.strerror}")


def print_table(solution, curves):
    """About a dozen rows: steps 1, 2, 3, 5 times powers of ten, and the last."""
    names = [name for name in ("train_loss", "batch_loss", "test_loss", "test_accuracy") if name in curves]
    print(f"{'':8}" + (4 * " ").join(f"{words(name):>24}{'':8}" for name in names).rstrip())
    print(f"{'step':>8}" + (4 * " ").join(len(names) * [f"{'predicted':>12}{'trained':>12}{'ratio':>8}"]))
    round_numbers = {0} | {digit * 10**power for digit in (1, 2, 3, 5) for power in range(9)}
    steps = curves["test_loss"].steps
    reached = [(index, step) for index, step in enumerate(solution["step"]) if step < steps]
    for index, step in reached:
        if step in round_numbers or step == reached[-1][1]:
            cells = []
            for name in names:
                predicted, trained = solution[name][index], curves[name].means[step]
                ratio = trained / predicted if predicted else math.nan
                cells.append(f"{predicted:>12.6g}{trained:>12.6g}{ratio:>8.4f}")
            print(f"{step:>8}" + (4 * " ").join(cells))
    print()


def words(name):
    """`test` of `test_loss`, `accuracy` of `test_accuracy`."""
    return "accuracy" if name == "test_accuracy" else name.removesuffix("_loss")


def report(name, solution, summary, first, judged):
    """Prints where a curve is farthest off, and the median from a step on; how far at most, beyond chance."""
    predicted = solution[name]
    largest, excess, late = (0.0, 0), (0.0, 0), []
    for step, value in zip(solution["step"], predicted):
        if step < summary.steps and value >= LEAST_SHARE * predicted[0]:
            scale = 1 if name == "test_accuracy" else value
            off = abs(summary.means[step] - value)
            largest = max(largest, (off / scale, step))
            excess = max(excess, ((off - CHANCE * summary.errors[step]) / scale, step))
            late += [off / scale] if step >= first else []
    unit = "points" if name == "test_accuracy" else "%"
    deviation, step = largest
    line = f"largest deviation, {words(name) + ':':<10}{100 * deviation:.2f} {unit} (step {step}"
    if summary.networks > 1:
        scale = 1 if name == "test_accuracy" else predicted[solution["step"].index(step)]
        line += f"; standard error {100 * summary.errors[step] / scale:.2f} {unit})"
        beyond = f"{100 * excess[0]:.2f} {unit} (step {excess[1]})" if excess[0] > 0 else "nowhere"
        line += f", beyond {CHANCE} standard errors: {beyond}"
    else:
        line += ")"
    if late:
        line += f"; median{f' from step {first} on' if first else ''}: {100 * statistics.median(late):.2f} {unit}"
    print(line + ("" if judged else "; not judged"))
    return excess[0] if judged else 0.0


def compare(problem, solution, curves, tolerance, first):
    """Prints the comparison; whether the curves agree."""
    print_table(solution, curves)
    test = curves["test_loss"]
    diverged = test.steps <= solution["step"][-1]
    if diverged:
        print(f"a network diverged after step {test.steps - 1}, the prediction does not")
    unjudged = {"test_accuracy", "train_loss" if problem.mode == "onePass" else ""}  # single batches; other units
    off = [report(name, solution, curve, first, name not in unjudged) for name, curve in curves.items()]
    agrees = not diverged and max(off) <= tolerance
    chance = " beyond chance" if test.networks > 1 else ""
    print(f"{'agrees' if agrees else 'DISAGREES'}: tolerance {100 * tolerance:g} %{chance}")
    return agrees


# The command line


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.print_usage(sys.stderr)
        leave(64, message)


def natural(text):
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is no whole number above 0")


def positive(text):
    try:
        if float(text) > 0:
            return float(text)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text} is no number above 0")


def arguments():
    parser = Parser(
        description="Trains in PyTorch the network that dmft explain describes, and compares it with dmft solve.",
        usage="%(prog)s CONFIG [key=value ...] [-o DIR] [--networks n] [--seed n] [--tolerance t] [--dmft PATH]"
              " [--threads n] [--from STEP]",
        epilog="example: scripts/pytorch_check.py configs/weight-decay.yaml training.weightDecay=0.2 --networks 8")
    parser.add_argument("words", nargs="+", metavar="CONFIG|key=value", help="as for dmft solve")
    parser.add_argument("-o", dest="folder", metavar="DIR", help="write DIR/log.csv; nothing is written without")
    parser.add_argument("--networks", type=natural, default=4, metavar="n", help="networks to train (4)")
    parser.add_argument("--seed", type=int, default=1, metavar="n", help="seed of weights and data (1)")
    parser.add_argument("--tolerance", type=positive, default=0.1, metavar="t",
                        help="relative deviation beyond chance (0.1)")
    parser.add_argument("--from", dest="first", type=int, default=0, metavar="STEP",
                        help="first step of the median deviation (0)")
    parser.add_argument("--dmft", metavar="PATH", help="the program (.build/release/dmft, or dmft on the PATH)")
    parser.add_argument("--threads", type=natural, metavar="n", help="threads of PyTorch (its own choice)")
    return parser.parse_intermixed_args()


def find_dmft(given):
    path = given or (BUILT if os.path.exists(BUILT) else shutil.which("dmft"))
    if path is None:
        leave(74, "dmft is not built and not on the PATH: run scripts/install, or name it with --dmft")
    return path


def prepare_folder(folder):
    """Makes the folder before the work, so that nothing is trained in vain."""
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        leave(74, f"{folder} can't be made: {error.strerror}")
    if not os.access(folder, os.W_OK):
        leave(74, f"{folder} can't be written to")
    return os.path.join(folder, "log.csv")


def next_command(words, log):
    files, keys = [[word for word in words if ("=" in word) == kind] for kind in (False, True)]
    return shlex.join(["dmft", "compare", *files, log, *keys])


def main():
    options = arguments()
    if torch is None:
        leave(1, "PyTorch is missing for this Python: run scripts/python-environment, and then what it prints")
    if options.threads:
        torch.set_num_threads(options.threads)
    dmft = find_dmft(options.dmft)
    problem = Problem(ask(dmft, "explain", options.words))
    needed, free = bytes_needed(problem), free_bytes()
    if needed > free:
        leave(65, f"training needs about {needed / 1e9:.3g} GB, {free / 1e9:.3g} GB are free; set smaller sizes, "
                  "such as data.inputDimension=500")
    solution = ask(dmft, "solve", options.words)
    log = prepare_folder(options.folder) if options.folder else None
    data = TableData(problem) if problem.table else GeneratedData(problem)
    describe(problem, data.inputs, options.networks)
    if solution["status"] != "completed":
        print(f"the prediction itself has {solution['status']}; compared up to step {solution['step'][-1]}\n")
    curves = train_all(problem, data, solution["step"][-1], options.networks, options.seed)
    if log:
        write_log(log, curves)
    agrees = compare(problem, solution, curves, options.tolerance, options.first)
    if log:
        print(f"\nwritten: {log}\nnext:  {next_command(options.words, log)}")
    sys.exit(0 if agrees else 1)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        leave(130, "interrupted; nothing is kept")
    except BrokenPipeError:  # the reader of the output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
