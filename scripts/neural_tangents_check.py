#!/usr/bin/env python3
"""An independent check of the kernels of infinite width: those of `dmft solve` with network.regime lazy against google/neural-tangents.

    python3 -m venv DIR
    DIR/bin/pip install 'jax==0.4.25' 'jaxlib==0.4.25' 'numpy<2' 'scipy<1.13' neural-tangents
    DIR/bin/python scripts/neural_tangents_check.py

Rows are those of configs/data/diabetes_train.csv and diabetes_test.csv, prepared here from the files: z-scores by the training rows, one
factor that makes their mean square 1. A weight of deviation s counts s^2 times in the kernel of neural-tangents, which is
network.layerRates = s^2 here. Prints the largest relative difference of every kernel, off the diagonal and on it; exit code 1 where one
off the diagonal, or of an activation other than ReLU, is above 1e-11. (On the diagonal the ReLU of neural-tangents is off by the root of
a rounding error, some 1e-9; with one layer the exact value is |x|^2/D.)
"""
import csv
import os
import subprocess
import sys
import tempfile
import warnings

import jax
import numpy

warnings.filterwarnings("ignore")
jax.config.update("jax_enable_x64", True)
from neural_tangents import stax  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DATA = os.path.join(ROOT, "configs", "data")
TARGET = "progression"
# Activation, hidden layers, deviation of the weights, branch scale (None: plain).
CASES = [
    ("linear", 3, 1.0, None), ("relu", 1, 1.0, None), ("relu", 3, 2 ** 0.5, None), ("relu", 4, 1.2, 0.8),
    ("erf", 2, 1.0, None), ("erf", 3, 1.5, 0.8), ("gelu", 1, 1.0, None), ("gelu", 3, 1.4, None), ("gelu", 3, 1.2, 0.8),
]
LAYERS = {"linear": stax.Identity, "relu": stax.Relu, "erf": stax.Erf, "gelu": lambda: stax.Gelu(approximate=False)}
TOLERANCE = 1e-11


def rows(name):
    with open(os.path.join(DATA, name), encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    return numpy.array([[float(value) for key, value in row.items() if key != TARGET] for row in table])


def prepared():
    train, test = rows("diabetes_train.csv"), rows("diabetes_test.csv")
    mean, deviation = train.mean(0), train.std(0)
    train, test = (train - mean) / deviation, (test - mean) / deviation
    return numpy.concatenate([train, test]) / numpy.sqrt((train ** 2).mean())


def expected(inputs, activation, layers, scale, branch):
    """NNGP and NTK by neural-tangents."""
    def dense(factor=1.0):
        return stax.Dense(1, W_std=scale * factor, b_std=None)
    parts = [dense()]
    for _ in range(layers - 1):
        if branch is None:
            parts += [LAYERS[activation](), dense()]
        else:
            move = stax.serial(LAYERS[activation](), dense(branch / (layers - 1) ** 0.5))
            parts += [stax.FanOut(2), stax.parallel(stax.Identity(), move), stax.FanInSum()]
    _, _, kernel = stax.serial(*parts, LAYERS[activation](), dense())
    both = kernel(jax.numpy.array(inputs), None, ("nngp", "ntk"))
    return numpy.array(both.nngp), numpy.array(both.ntk)


def found(activation, layers, scale, branch):
    """The same by dmft, from arrays.npz of a run folder."""
    words = [
        f"data.trainFile={DATA}/diabetes_train.csv", f"data.testFile={DATA}/diabetes_test.csv", f"data.target={TARGET}",
        "data.standardize=zscore", "network.regime=lazy", f"network.activation={activation}", f"network.hiddenLayers={layers}",
        f"network.initScale={scale!r}", f"network.layerRates={scale * scale!r}", "training.steps=1",
    ]
    if branch is not None:
        words += ["network.residual=true", f"network.branchScale={branch!r}"]
    dmft = os.path.join(ROOT, ".build", "release", "dmft")
    with tempfile.TemporaryDirectory() as place:
        folder = os.path.join(place, "run")
        subprocess.run([dmft, "solve", *words, "-o", folder, "--arrays", "--quiet"], check=True, stdout=subprocess.DEVNULL)
        with numpy.load(os.path.join(folder, "arrays.npz")) as arrays:
            return arrays["nngp"], arrays["ntk"]


def main():
    inputs = prepared()
    off = ~numpy.eye(len(inputs), dtype=bool)
    wrong = 0
    print("activation  layers  scale  branch  nngp off/on diagonal  ntk off/on diagonal")
    for activation, layers, scale, branch in CASES:
        numbers = []
        for ours, theirs in zip(found(activation, layers, scale, branch), expected(inputs, activation, layers, scale, branch)):
            difference = abs(ours - theirs) / abs(theirs).max()
            numbers += [difference[off].max(), difference[~off].max()]
        judged = numbers[::2] if activation == "relu" else numbers
        wrong += not all(number <= TOLERANCE for number in judged)
        print(f"{activation:10}  {layers:6}  {scale:5.3g}  {branch or 'plain':>6}  "
              + "  ".join(f"{one:.0e} {two:.0e}      " for one, two in zip(numbers[::2], numbers[1::2])))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
