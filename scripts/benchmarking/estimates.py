"""What `dmft` announces beside what it takes: memory and CPU seconds over a matrix of problems, each within a factor of three."""
import re

from benchmarking.processes import DMFT, run

FACTOR = 3
# Below these a run is what starting a process and allocating anything at all take.
LEAST_SECONDS, LEAST_BYTES = 0.1, 4e6

UNITS = {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "s": 1, "min": 60, "h": 3600}
QUANTITY = r"(?:under )?([0-9.e+-]+) (B|kB|MB|GB|s|min|h)\b"

PLAIN = ["data.noise=0.3"]
RESIDUAL = ["network.residual=true", "data.noise=0.2", "training.learningRate=0.03"]
DEEP = [*RESIDUAL, "network.depth=infinite"]
POWER = ["data.inputDimension=1000", "data.spectrum={eigenvalueDecay: 1.5, signalDecay: 1.6}", "training.learningRate=0.002"]
FLOW = ["training.time=flow", "data.noise=0.3"]


def layers(count):
    return f"network.hiddenLayers={count}"


def steps(count):
    return f"training.steps={count}"


# Name and words; the announced seconds of the search for the stable rate count where the run diverges.
CASES = (
    [(f"plain, L = {depth}, {count} steps", ["solve", *PLAIN, layers(depth), steps(count), "training.learningRate=0.02"])
     for depth in (1, 3, 10) for count in (100, 400)]
    + [("plain, L = 3, 2000 steps", ["solve", *PLAIN, layers(3), steps(2000), "training.learningRate=0.02"])]
    + [(f"residual, L = {depth}, {count} steps", ["solve", *RESIDUAL, layers(depth), steps(count)])
       for depth in (4, 16) for count in (100, 400)]
    + [(f"infinite depth, {count} steps", ["solve", *DEEP, steps(count)]) for count in (30, 100, 200)]
    + [(f"power law, L = 3, {count} steps", ["solve", *POWER, layers(3), steps(count)]) for count in (100, 400)]
    + [("one pass, L = 2, 400 steps", ["solve", *PLAIN, "training.mode=onePass", steps(400)]),
       ("momentum, L = 2, 400 steps", ["solve", "training.momentum=0.8", "training.learningRate=0.01", steps(400)]),
       ("table of digits, 400 steps", ["solve", "configs/digits.yaml", steps(400)])]
    + [(f"panels, L = 2, {count} steps", ["solve", *PLAIN, "training.time=panels", steps(count), "training.learningRate=0.02"])
       for count in ("400", "1e4", "1e6")]
    + [(f"flow, L = 3, to {horizon}", ["solve", "configs/flow.yaml", f"training.horizon={horizon}"])
       for horizon in ("1e2", "1e4", "1e6")]
    + [("flow, power law, to 1e6", ["solve", "configs/power-law-flow.yaml"]),
       ("flow, residual, L = 4, to 1e2", ["solve", *FLOW, "network.residual=true", layers(4), "training.horizon=1e2"])]
    + [(f"diverging, L = {depth}, {count} steps", ["solve", *PLAIN, layers(depth), steps(count), "training.learningRate=3"])
       for depth, count in ((2, 100), (10, 400), (100, 100))]
    + [("diverging, residual, L = 8", ["solve", *RESIDUAL[:2], layers(8), "training.learningRate=1"]),
       ("diverging, infinite depth", ["solve", *RESIDUAL[:2], "network.depth=infinite", steps(20), "network.branchScale=2",
                                     "training.learningRate=0.02"]),
       ("edge of stability, L = 2, 1000 steps", ["solve", *PLAIN, steps(1000), "training.learningRate=0.3"])]
    + [("simulate, 32 networks", ["simulate", *PLAIN]),
       ("simulate, wide and deep", ["simulate", *PLAIN, layers(4), "network.widthRatio=8", "simulation.replicas=4"]),
       ("simulate, momentum, table", ["simulate", "configs/digits.yaml", "simulation.replicas=8"]),
       ("layers", ["layers"]), ("reduce", ["reduce"]), ("reduce, whole", ["reduce", "reduce.size=500", "reduce.rank=10", "--full"]),
       ("validate", ["validate", *PLAIN, "simulation.replicas=16"]),
       ("transfer, small", ["transfer", *PLAIN, "network.width=64,256,1024"]),
       ("transfer, depths", ["transfer", *RESIDUAL, "network.hiddenLayers=2,4,8"])]
)


def quantities(text):
    return [float(number) * UNITS[unit] for number, unit in re.findall(QUANTITY, text)]


def announced(output):
    """Bytes and seconds before the run; where it diverged, with those of the search for the stable rate."""
    line = re.search(r"^cost: (.*)$", output, re.M).group(1)
    size, time = quantities(line)[:2]
    search = re.search(r"if it diverges, up to (.*)", line)
    if search and "diverged at" in output:
        more = quantities(search.group(1))
        size, time = size + more[0], time + more[1]
    return size, time, "at least" in line


def ratio(announced, taken, least):
    return max(announced, least) / max(taken, least)


def measure_estimates(report):
    report.title(f"announced over taken, memory (peak less that of the smallest run) and CPU seconds; at most a factor of {FACTOR}")
    base = min(run([DMFT, "solve", layers(1), steps(1), "--workers", "1"]).memory for _ in range(3))
    rows = []
    for name, words in CASES:
        report.progress(name)
        one_core = [] if words[0] == "reduce" else ["--workers", "1"]
        measured = run([DMFT, *words, *one_core], answers=(0, 1, 3))
        size, time, is_bound = announced(measured.output)
        cells = [name]
        for what, expected, taken, least, unit in (
            ("bytes", size, measured.memory - base, LEAST_BYTES, 1e6), ("seconds", time, measured.seconds, LEAST_SECONDS, 1),
        ):
            share = ratio(expected, taken, least)
            is_right = share <= FACTOR and (share >= 1 / FACTOR or what == "seconds" and is_bound)
            mark = report.right(f"{what} of {name}", is_right, f"{share:.2f}", f"{share:.3g}")
            cells += [f"{expected / unit:.3g}", f"{taken / unit:.3g}", mark]
        rows.append(cells)
    report.table(["run", "MB announced", "taken", "ratio", "s announced", "taken", "ratio"], rows)
