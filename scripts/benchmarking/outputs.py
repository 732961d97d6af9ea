"""Several outputs beside one, and the accuracy of a classifier."""
import json
import os

from benchmarking.processes import DMFT, ROOT, best

OUTPUTS = 10
MOST_COUPLED = 150
MOST_EXACT_SECONDS = 10
MOST_DECOUPLED_SECONDS = 1
MOST_ACCURACY_ERROR = 4e-4

# Correlated targets and noise of unequal variances: no rotation makes both diagonal.
TARGETS = [[0.5 ** abs(row - column) for column in range(OUTPUTS)] for row in range(OUTPUTS)]
NOISE = [[0.05 * (row + 1) if row == column else 0 for column in range(OUTPUTS)] for row in range(OUTPUTS)]
PLAIN = ["network.hiddenLayers=2", "data.inputDimension=1000", "data.samples=2000", "training.learningRate=0.02"]
COUPLED = [*PLAIN, f"data.targetCovariance={TARGETS}", f"data.noiseCovariance={NOISE}"]
DIGITS = [os.path.join(ROOT, "configs", "digits10.yaml"), "training.steps=100"]


def solve(*words):
    return best([DMFT, "solve", *words, "--json", "--quiet", "--workers", "1"], most_runs=3)


def measure_outputs(report):
    report.title(f"several outputs: L = 2, 100 steps; {OUTPUTS} outputs beside one, and ten digits (61 directions) with accuracy")
    rows = []
    report.progress("one output and ten")
    start = solve(*PLAIN, "data.noise=0.3", "training.steps=1").seconds
    # Of so short a run the start of the program is most; what is compared is what the steps take.
    single = max(1e-3, solve(*PLAIN, "data.noise=0.3", "training.steps=100").seconds - start)
    rows.append(["one output, without the start of the program", f"{single:.3f} s", ""])
    for coupling, bound in (("exact", MOST_COUPLED), ("decoupled", OUTPUTS)):
        seconds = solve(*COUPLED, f"data.outputCoupling={coupling}", "training.steps=100").seconds - start
        rows.append([
            f"{OUTPUTS} outputs that couple, {coupling}", f"{seconds:.3f} s",
            report.at_most(f"{OUTPUTS} outputs over one, {coupling}", seconds / single, bound),
        ])
    report.progress("ten digits")
    for coupling, bound in (("exact", MOST_EXACT_SECONDS), ("decoupled", MOST_DECOUPLED_SECONDS)):
        found = solve(*DIGITS, f"data.outputCoupling={coupling}")
        rows.append([
            f"ten digits, {coupling}, all of the process", f"{found.seconds:.2f} s",
            report.at_most(f"ten digits, {coupling}", found.seconds, bound),
        ])
        error = json.loads(found.output)["accuracy_error"]
        rows.append([
            "standard error of its accuracy", "", report.at_most(f"error of the accuracy, {coupling}", error, MOST_ACCURACY_ERROR),
        ])
    report.table(["run", "", "target"], rows)
