"""Training of finite networks: the simulator compared with PyTorch."""
import json
import os
import subprocess
import sys

from benchmarking.processes import DMFT, ROOT, best, run

PEER = os.path.join(ROOT, "scripts", "peer", "pytorch_training.py")
VIRTUAL_PYTHON = os.path.join(ROOT, ".venv", "bin", "python")
LEAST_RATIO = 20


def simulate(replicas):
    return [
        DMFT, "simulate", "network.hiddenLayers=3", "network.width=1000", "data.inputDimension=1000", "data.samples=2000",
        "data.noise=0.3", "training.learningRate=0.02", "training.steps=200", f"simulation.replicas={replicas}",
        "--workers", "2", "--json", "--quiet",
    ]


def measure_training(report):
    python = VIRTUAL_PYTHON if os.path.exists(VIRTUAL_PYTHON) else sys.executable
    report.title("training one network, N = D = 1000, P = 2000, L = 3, 200 full-batch steps, float64")
    if subprocess.run([python, "-c", "import torch"], stderr=subprocess.DEVNULL).returncode != 0:
        return report.note("left out: torch is missing (scripts/python-environment)")
    report.progress("training beside PyTorch")
    ours = best(simulate(2))
    theirs = json.loads(run([python, PEER, *"1000 1000 2000 3 200 0.02 0.3 1 2".split()]).output)
    losses = json.loads(ours.output)["train_loss"][-1], theirs["last_train_loss"]
    is_right = abs(losses[0] - losses[1]) < 0.3 * losses[1]  # single networks scatter
    ratio = theirs["cpu_seconds"] / (ours.seconds / 2)
    report.table(["PyTorch's loop alone, s", "dmft simulate, half of two networks, s", "ratio", "memory, GB", "last train losses"], [[
        f"{theirs['cpu_seconds']:.1f}", f"{ours.seconds / 2:.2f}", report.at_least("PyTorch over dmft simulate", ratio, LEAST_RATIO),
        f"{ours.memory / 1e9:.3f}", f"{losses[1]:.4f}, {losses[0]:.4f}: {report.right('last train losses', is_right)}",
    ]])
