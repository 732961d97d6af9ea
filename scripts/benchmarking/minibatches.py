"""The march through minibatches beside that through full batches, which has as many steps."""
from benchmarking.processes import DMFT, best

PROBLEM = ["data.noise=0.3", "training.learningRate=0.01"]
MINIBATCH = ["training.mode=minibatch", "training.samplesPerStep=32"]
MOST_AT_400 = 1.3
MOST_AT_2000 = 3


def seconds(words, steps):
    return best([DMFT, "solve", *PROBLEM, *words, f"training.steps={steps}", "--quiet"]).seconds


def measure_minibatches(report):
    rows = []
    batch = {}
    for steps in (400, 2000):
        report.progress(f"full batch, {steps} steps")
        batch[steps] = seconds(["training.mode=batch"], steps)
    for shuffle in ("independent", "epochs", "fixed"):
        row = [shuffle]
        for steps, most in ((400, MOST_AT_400), (2000, MOST_AT_2000)):
            report.progress(f"{shuffle}, {steps} steps")
            ratio = seconds([*MINIBATCH, f"training.shuffle={shuffle}"], steps) / batch[steps]
            row.append(report.at_most(f"{shuffle} at {steps} steps", ratio, most))
        rows.append(row)
    report.title("minibatches: 16 batches an epoch, L = 2; CPU time over that of the full batch")
    report.table(["training.shuffle", "400 steps", "2,000 steps"], rows)
