"""What a person waits for: CPU seconds of whole commands, as they are typed, without any variable of the environment."""
import glob
import os
import tempfile

from benchmarking.processes import DMFT, ROOT, best, run

MOST_EXPLAIN = 1
MOST_PLAN = 2
MOST_TRANSFER = 5
MOST_SWEEP_FILES = 8
# Beside the march: the process, the configuration, the tables, the files.
MOST_FRAME = 0.010
MOST_DEEP = 12
SHORT = ["training.steps=1", "--quiet"]
DEEP = ["training.steps=200", "--quiet"]


def least(command, **options):
    return best(command, most_runs=7, patience=60, threads=None, **options).seconds


def explain(report):
    """The slowest examples; what can be explained at all."""
    seconds = {}
    for path in sorted(glob.glob(os.path.join(ROOT, "configs", "*.yaml"))):
        report.progress(f"explain {os.path.basename(path)}")
        seconds[os.path.basename(path)] = best([DMFT, "explain", path, "--quiet"], most_runs=2, threads=None, answers=(0, 65)).seconds
    slowest = sorted(seconds, key=seconds.get)[-3:]
    return [[f"explain configs/{name}, s", report.at_most(f"explain {name}", seconds[name], MOST_EXPLAIN)] for name in reversed(slowest)]


def sweeps(report):
    """A plan of 100,000 units, and the files that 1,000 units leave."""
    report.progress("sweep --plan")
    plan = best([DMFT, "sweep", "training.learningRate=logspace(1e-3,0.3,100)", "network.width=range(64,1063,1)", "--plan"],
                most_runs=2, threads=None).seconds
    report.progress("sweep of 1,000 units")
    with tempfile.TemporaryDirectory() as place:
        folder = os.path.join(place, "run")
        run([DMFT, "sweep", "training.learningRate=logspace(1e-3,0.1,1000)", "training.steps=5", "--quiet", "-o", folder], threads=None)
        files = len(os.listdir(os.path.join(folder, "units")))
    return [
        ["sweep --plan, 100,000 units, s", report.at_most("sweep --plan", plan, MOST_PLAN)],
        ["files of 1,000 units", report.at_most("files of units", files, MOST_SWEEP_FILES)],
    ]


def short_runs(report):
    """What a command takes when there is nothing to compute: the least that a person waits."""
    report.progress("short runs")
    bare = least([DMFT, "--version"])
    solve = least([DMFT, "solve", *SHORT])
    with tempfile.TemporaryDirectory() as place:
        written = least([DMFT, "solve", *SHORT, "-o", os.path.join(place, "run")])
    return [
        ["--version, s", f"{bare:.3f}"],
        ["solve of one step beside it, s", report.at_most("solve of one step", solve - bare, MOST_FRAME)],
        ["solve -o beside solve, s", report.at_most("solve -o", written - solve, MOST_FRAME)],
    ]


def transfers(report):
    report.progress("transfer configs/digits.yaml")
    seconds = best([DMFT, "transfer", os.path.join(ROOT, "configs", "digits.yaml"), "--quiet"], most_runs=2, threads=None).seconds
    return [["transfer configs/digits.yaml, s", report.at_most("transfer", seconds, MOST_TRANSFER)]]


def deep(report):
    """Residual chains beside a plain one of three layers."""
    report.progress("residual chains")
    plain = least([DMFT, "solve", "network.hiddenLayers=3", *DEEP])
    residual = {
        layers: least([DMFT, "solve", "network.residual=true", f"network.hiddenLayers={layers}", *DEEP]) for layers in (16, 64)}
    return [
        ["plain, L = 3, 200 steps, s", f"{plain:.3f}"],
        ["residual, L = 16, over that", report.at_most("residual, L = 16", residual[16] / plain, MOST_DEEP)],
        ["residual, L = 64, over L = 16", report.at_most("residual, L = 64", residual[64] / residual[16], 5)],
    ]


def measure_people(report):
    rows = [row for part in (explain, sweeps, short_runs, transfers, deep) for row in part(report)]
    report.title("what a person waits for: CPU seconds of whole commands, no variable set")
    report.table(["command", "measured"], rows)
