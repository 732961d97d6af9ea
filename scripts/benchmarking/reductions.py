"""Small networks that are equivalent to orthogonally initialised ones, compared with the full ones of the same program."""
import json

from benchmarking.processes import DMFT, run

FACTORISATION = ["reduce.size=1000", "reduce.rank=10", "training.steps=500", "training.rows=log", "--full"]
COMPLETION = [
    "reduce.size=200", "reduce.rank=5", "reduce.observed=0.2", "training.learningRate=2", "training.steps=3000",
    "training.rows=log",
]
# The smaller start leaves both networks a smaller error.
COMPLETIONS = [(scale, seed) for scale in ("0.1", "0.03") for seed in (1, 2, 3)]
LEAST_FACTORISATION_RATIO = 300
LEAST_COMPLETION_RATIO = 10


def reduced(words):
    """The result of one reduction, CPU seconds of the small network with all its set-up, and of the full one."""
    result = json.loads(run([DMFT, "reduce", *words, "--json", "--quiet"]).output)
    seconds = result["seconds"]
    return result, seconds["drawing"] + seconds["set_up"] + seconds["small"], seconds["drawing"] + seconds["full"]


def measure_reductions(report):
    report.title("small networks beside whole ones; CPU seconds of one run, with drawing of the weights and set-up")
    report.progress("small networks")
    result, small, full = reduced(FACTORISATION)
    name = "factorisation, d = 1000, r = 10, 500 steps"
    off = max(result["remainder"] + result["identity_error"])
    rows = [[
        name, f"{full:.2f}", f"{small:.3f}", report.at_least(f"whole over small, {name}", full / small, LEAST_FACTORISATION_RATIO),
        "differ by " + report.at_most(f"difference, {name}", off, 1e-10, digits=2),
    ]]
    for scale, seed in COMPLETIONS:
        name = f"completion, 20 % seen, start {scale}, seed {seed}"
        result, small, full = reduced(COMPLETION + [f"reduce.initScale={scale}", f"simulation.seed={seed}"])
        errors = result["small_completion_error"][-1], result["full_completion_error"][-1]
        rows.append([
            name, f"{full:.2f}", f"{small:.3f}", report.at_least(f"whole over small, {name}", full / small, LEAST_COMPLETION_RATIO),
            f"errors {errors[1]:.2g}, {errors[0]:.2g}: times " + report.at_most(f"error, {name}", errors[0] / errors[1], 1.1, digits=2),
        ])
    report.table(["problem", "whole, s", "small, s", "ratio", "result"], rows)
