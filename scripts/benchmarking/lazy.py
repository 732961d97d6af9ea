"""Kernels and curves of infinite width on rows of a table."""
import os
import random
import tempfile

from benchmarking.processes import DMFT, best

ROWS, COLUMNS, STEPS = 1200, 20, 200
MOST_RELU = 5


def table(path):
    """Rows of normal inputs with a bent target."""
    numbers = random.Random(1)
    with open(path, "w", encoding="utf-8") as file:
        file.write(",".join(f"x{column}" for column in range(COLUMNS)) + ",y\n")
        for _ in range(ROWS):
            inputs = [numbers.gauss(0, 1) for _ in range(COLUMNS)]
            file.write(",".join(f"{value:.6f}" for value in [*inputs, abs(inputs[0]) + inputs[1]]) + "\n")


def measure_lazy(report):
    rows = []
    with tempfile.TemporaryDirectory() as place:
        path = os.path.join(place, "table.csv")
        table(path)
        words = [f"data.file={path}", "data.target=y", f"data.trainFraction={1000 / ROWS}", "network.regime=lazy",
                 "network.hiddenLayers=3", "network.parameterization=NTK", "training.learningRate=0.01",
                 f"training.steps={STEPS}", "--quiet"]
        for activation in ("linear", "relu", "erf", "gelu", "tanh", "silu"):
            report.progress(f"lazy, {activation}")
            seconds = best([DMFT, "solve", *words, f"network.activation={activation}"]).seconds
            rows.append([activation, report.at_most("lazy, ReLU", seconds, MOST_RELU) if activation == "relu" else f"{seconds:.2f}"])
    report.title(f"lazy: kernels of {ROWS} rows, 1,000 of them trained on, L = 3, {STEPS} steps; CPU seconds")
    report.table(["activation", "CPU s"], rows)
