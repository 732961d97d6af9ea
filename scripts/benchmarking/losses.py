"""Other losses beside squared error: fresh samples, whose means are integrals, and training sets, by sampled paths."""
from benchmarking.processes import DMFT, best

SQUARED = ["data.noise=0.3", "training.learningRate=0.1"]
LOGISTIC = [*SQUARED, "data.labels=sign", "training.loss=logistic"]
ONE_PASS = ["training.mode=onePass", "training.steps=100"]
BATCH = ["training.mode=batch", "training.steps=60", "training.samplePaths=16384"]
MOST_OF_SQUARED = 3
MOST_BATCH_SECONDS = 4


def seconds(words):
    return best([DMFT, "solve", *words, "--quiet"]).seconds


def measure_losses(report):
    report.progress("one pass, 100 steps")
    squared = seconds([*SQUARED, *ONE_PASS])
    logistic = seconds([*LOGISTIC, *ONE_PASS])
    report.progress("a training set, 60 steps of 16,384 paths")
    batch = seconds([*LOGISTIC, *BATCH])
    report.title("logistic loss of signs, L = 2; CPU time")
    report.table(
        ["", "CPU"],
        [
            ["one pass, 100 steps, over squared error", report.at_most("one pass", logistic / squared, MOST_OF_SQUARED)],
            ["training set, 60 steps, 16,384 paths, seconds", report.at_most("training set", batch, MOST_BATCH_SECONDS)],
        ])
