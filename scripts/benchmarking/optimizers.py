"""Optimisers that read the gradient beside SGD, and Muon with a momentum buffer."""
from benchmarking.processes import DMFT, best

PROBLEM = ["data.noise=0.3", "training.schedule.decay=linear"]
STEPS = 400
MOST = 1.2
RULES = {
    "clip": ["training.gradientClip=1.5"],
    "normalized": ["training.optimizer=normalized"],
    "lars": ["training.optimizer=lars"],
    "muon, no buffer": ["training.optimizer=muon"],
}
# Beyond the turn, which Muon reaches at the rate of the others, losses alternate with period two, and such histories do not compress.
SMOOTH = {"muon, no buffer": 0.003}
BUFFERED = ["training.optimizer=muon", "training.momentum=0.9", "training.nesterov=true"]
SECONDS = {100: 2, 300: 40}


def seconds(words, steps, rate=0.01):
    return best([DMFT, "solve", *PROBLEM, *words, f"training.learningRate={rate}", f"training.steps={steps}", "--quiet"]).seconds


def measure_optimizers(report):
    report.progress("SGD")
    plain = seconds([], STEPS)
    rows = []
    for name, words in RULES.items():
        report.progress(name)
        rows.append([name, report.at_most(f"{name} at {STEPS} steps", seconds(words, STEPS, SMOOTH.get(name, 0.01)) / plain, MOST)])
    rows.append(["muon that alternates", f"{seconds(RULES['muon, no buffer'], STEPS) / plain:.2f}"])
    report.title(f"optimisers that read the gradient: L = 2, {STEPS} steps; CPU time over that of SGD")
    report.table(["training.optimizer", f"{STEPS} steps"], rows)
    rows = []
    for steps, most in SECONDS.items():
        report.progress(f"Newton-Schulz with momentum, {steps} steps")
        rows.append([str(steps), report.at_most(f"Newton-Schulz with momentum, {steps} steps", seconds(BUFFERED, steps), most)])
    report.title("Muon, Newton-Schulz on the momentum buffer: L = 2; CPU seconds")
    report.table(["steps", "seconds"], rows)
