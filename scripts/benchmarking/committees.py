"""Committee machines: the equations of the overlaps, integrated with error control."""
from benchmarking.processes import DMFT, best

PROBLEMS = {
    "K = 3, M = 2, ReLU": (["committee.activation=relu", "committee.studentUnits=3", "committee.learningRate=0.2"], 0.5),
    "K = 3, M = 2, erf": (["committee.studentUnits=3"], 0.5),
}
SHARED = ["committee.noise=0.1", "committee.horizon=100", "committee.tolerance=1e-8", "--quiet"]


def measure_committees(report):
    rows = []
    for name, (words, most) in PROBLEMS.items():
        report.progress(f"committee, {name}")
        seconds = best([DMFT, "committee", *words, *SHARED]).seconds
        rows.append([name, report.at_most(f"committee, {name}", seconds, most)])
    report.title("committee machines to time 100, tolerance 1e-8, 200 rows; CPU seconds")
    report.table(["units", "seconds"], rows)
