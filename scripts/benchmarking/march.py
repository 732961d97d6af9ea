"""The march through discrete steps: compared with the whole-horizon iteration, with the hardware, and on harder problems."""
import json
import os
import sys

from benchmarking.processes import DMFT, ROOT, best, run
from benchmarking.roofline import roofline

PEER = os.path.join(ROOT, "scripts", "peer", "fixed_point.py")
STEPS = [200, 800, 2000]
# The peer takes about a minute here and the cube of it beyond.
MOST_PEER_STEPS = 800
LEAST_RATIOS = {200: 30, 800: 50, 2000: 60}
LEAST_RATIO = 10

PLAIN = ["network.hiddenLayers=3", "network.widthRatio=1", "data.sampleRatio=2", "data.noise=0.3"]
RATE = "training.learningRate=0.04"


def solve(steps, *words, cores=1):
    return [DMFT, "solve", *words, f"training.steps={steps}", "--json", "--quiet", "--workers", str(cores)]


def losses(run):
    result = json.loads(run.output)
    return result["test_loss"] + result["train_loss"]


class Peer:
    """CPU seconds of the peer, measured where it ends within minutes."""

    def __init__(self):
        self.runs = {}
        # Its own "seconds" are a wall clock's, which is meaningless on a shared computer.
        self.start = best([sys.executable, "-c", "import numpy"]).seconds

    def measured(self, steps):
        """Its best run and its words."""
        if steps not in self.runs:
            command = [sys.executable, PEER, str(steps + 1), "3", "1", "2", "1", "0.04", "0.3"]
            self.runs[steps] = best(command, patience=60)
        words = self.runs[steps].output.split()
        return self.runs[steps], dict(zip(words[1::2], map(float, words[2::2])), converged=words[0] == "converged")

    def seconds(self, steps):
        """Of the process and without its start, and where they come from."""
        base = min(steps, MOST_PEER_STEPS)
        process, _ = self.measured(base)
        growth = ((steps + 1) / (base + 1)) ** 3
        return process.seconds * growth, (process.seconds - self.start) * growth, "extrapolated" if base < steps else "measured"


def compare(report, peer, steps):
    """One row of the comparison, and our CPU seconds."""
    report.progress(f"plain chain, {steps} steps")
    ours = best(solve(steps, *PLAIN, RATE))
    theirs, started, origin = peer.seconds(steps)
    agreement = "-"
    if origin == "measured":
        words, last = peer.measured(steps)[1], json.loads(ours.output)["test_loss"][-1]
        is_right = words["converged"] and abs(last - words["test"]) < 1e-8 * words["test"]
        agreement = report.right(f"last test loss at {steps} steps", is_right, found=f"{last} against {words['test']}")
    ratio = report.at_least(f"peer over dmft at {steps} steps", theirs / ours.seconds, LEAST_RATIOS.get(steps, LEAST_RATIO))
    cells = [
        str(steps), f"{theirs:.2f}", origin, f"{ours.seconds:.3f}", ratio, f"{started / ours.seconds:.1f}",
        f"{ours.memory / 1e9:.3f}", agreement,
    ]
    return cells, ours


def compare_plain(report, all_steps):
    """The runs of the plain chain by their number of steps."""
    report.title("plain chain, L = 3, batch, beside whole-horizon iteration (scripts/peer/fixed_point.py)")
    peer, rows, runs = Peer(), [], {}
    for steps in all_steps:
        cells, runs[steps] = compare(report, peer, steps)
        rows.append(cells)
    report.table(["steps", "peer, s", "", "dmft, s", "ratio", "without numpy's start", "memory, GB", "last test loss"], rows)
    if any(steps > MOST_PEER_STEPS for steps in all_steps):
        report.note(f"extrapolated: from the measured {MOST_PEER_STEPS} steps as the cube of steps + 1")
    roofline(report, {steps: run.seconds for steps, run in runs.items()})
    return runs


RESIDUAL = ["network.residual=true", "network.hiddenLayers=16", *PLAIN[1:]]
# A spectrum needs a smaller rate than the flat one; both are measured with it.
WIDE = [*PLAIN, "data.inputDimension=1000", "training.learningRate=0.002"]
SPECTRUM = "data.spectrum={eigenvalueDecay: 1.5, signalDecay: 1.6}"


def compare_problems(report, runs):
    """Depth, spectrum, memory, start and cores, each compared with its target."""
    report.title("the march on other problems")
    rows = []

    def row(what, value, target):
        rows.append([what, value, target])

    report.progress("residual chain, spectrum of 1,000 eigenvalues")
    plain = runs[200].seconds if 200 in runs else best(solve(200, *PLAIN, RATE)).seconds
    deep = best(solve(200, *RESIDUAL, RATE)).seconds
    row("residual chain, L = 16, over plain, L = 3; 200 steps", f"{deep:.3f} s",
        report.at_most("residual chain of 16 layers over plain one of 3", deep / plain, 12))
    flat, spectral = best(solve(200, *WIDE)), best(solve(200, *WIDE, SPECTRUM))
    row("1,000 eigenvalues (power law) over equal ones; 200 steps", f"{spectral.seconds:.3f} s",
        report.at_most("1,000 eigenvalues over equal ones", spectral.seconds / flat.seconds, 8))
    compression = json.loads(spectral.output)["compression"]
    row("its error of compression", f"{compression['fluctuation_masses']} + {compression['signal_masses']} masses",
        report.at_most("error of compression", compression["measured_error"], 1e-6))
    compare_memory(report, runs, row)
    start = best([DMFT, "solve"]).seconds
    row("`dmft solve` with no words", f"{start:.3f} s", report.at_most("start of dmft solve", start, 0.15))
    compare_cores(report, row)
    report.table(["problem", "measured", "target"], rows)


def compare_memory(report, runs, row):
    for steps, most in ((1000, 0.75), (2000, 3)):
        memory = (runs[steps] if steps in runs else run(solve(steps, *PLAIN, RATE))).memory
        row(f"peak memory, plain, L = 3; {steps} steps", f"{memory / 1e9:.3f} GB",
            report.at_most(f"GB at {steps} steps", memory / 1e9, most))


def compare_cores(report, row):
    """Cores share the rows of one large problem and its modes: the same losses, sooner."""
    report.progress("one core and two")
    for what, steps, words in (("plain, 2000 steps", 2000, [*PLAIN, RATE]), ("1,000 eigenvalues, 800 steps", 800, [*WIDE, SPECTRUM])):
        one, two = (run(solve(steps, *words, cores=cores), threads=cores) for cores in (1, 2))
        difference = max(abs(a - b) / abs(a) for a, b in zip(losses(one), losses(two)))
        row(f"losses on one core and two: {what}", f"{one.elapsed / two.elapsed:.2f} times as fast by the clock",
            report.at_most(f"difference between numbers of cores, {what}", difference, 1e-12))


def measure_march(report):
    compare_problems(report, compare_plain(report, STEPS))
