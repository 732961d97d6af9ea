"""Continuous limits: gradient flow, a million steps, infinite depth, each within its time and with the value it must have."""
import json

from benchmarking.processes import DMFT, best

FLOW = ["training.time=flow", "network.widthRatio=1", "data.noise=0.3"]
POWER = [
    "training.time=flow", "network.width=infinite", "data.inputDimension=1e12", "training.mode=population", "training.tolerance=1e-4",
    "data.spectrum={eigenvalueDecay: 1.5, signalDecay: 1.6, scale: top}",
]
DEEP = [
    "network.residual=true", "network.widthRatio=1.5", "data.sampleRatio=2", "data.noise=0.2", "training.learningRate=0.03",
    "training.steps=60",
]


def settled(result):
    """Error as requested; the train loss gone from t = 316 on and never negative."""
    late = [loss for time, loss in zip(result["time"], result["train_loss"]) if time >= 316]
    return result["panels"]["error"] <= 1e-6 and max(late) < 1e-12 and min(result["train_loss"]) >= 0


def tight(result):
    return result["panels"]["error"] <= 1e-4


# Name, words, most CPU seconds, whether the result is right.
LIMITS = [
    ("flow, L = 2, to t = 3: .20312461 to 1e-8", FLOW + ["training.horizon=3"], 0.2,
     lambda result: abs(result["test_loss"][-1] - 0.20312461) < 1e-8),
    ("flow, power law, L = 2, to t = 1e6 at 1e-4", POWER + ["training.horizon=1e6"], 10, tight),
    ("the same to t = 1e7", POWER + ["training.horizon=1e7"], 20, tight),
    ("flow, batch, alpha = .8, L = 3, to t = 1e6 at 1e-6",
     FLOW + ["network.hiddenLayers=3", "data.sampleRatio=0.8", "training.horizon=1e6"], 5, settled),
    ("a million steps, L = 2, rate .02",
     ["data.noise=0.3", "training.time=panels", "training.steps=1e6", "training.learningRate=0.02"], 5,
     lambda result: result["panels"]["error"] <= 1e-6 and abs(result["test_loss"][-1] - 0.18) < 1e-6),
    ("residual chain of 32 layers, 60 steps", DEEP + ["network.hiddenLayers=32"], 5, lambda result: True),
    ("infinite depth, 60 steps", DEEP + ["network.depth=infinite"], 5, lambda result: result["depth"]["error"] <= 1e-8),
]


def measure_limits(report):
    report.title("continuous limits")
    rows, seconds = [], []
    for name, words, most, check in LIMITS:
        report.progress(name)
        fastest = best([DMFT, "solve", *words, "--json", "--quiet"])
        seconds.append(fastest.seconds)
        right = report.right(name, check(json.loads(fastest.output)), "right")
        rows.append([name, report.at_most(f"seconds of {name}", fastest.seconds, most), right])
    rows.append(["ten times the horizon over the horizon", report.at_most("ten times the horizon", seconds[2] / seconds[1], 2), ""])
    rows.append(["infinite depth over 32 layers", report.at_most("infinite depth over 32 layers", seconds[6] / seconds[5], 1), ""])
    report.table(["limit", "s", "result"], rows)
