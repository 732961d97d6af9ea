"""Efficiency of a march relative to the BLAS of the computer: the dense count of the equations over the time it took.

Row t of a plain chain has n = t + 1 columns. In each junction, one a hidden layer and one of the data mode, equations (3.6) and (3.7)
hold twelve products of a row with a matrix (n^2 entries, n^2/2 where it is triangular or symmetric):

    backward  K A^, A^ Psi, K X, Y Psi    four triangles  n^2/2 multiply-adds each    entries: A^, X, Y, H  n^2/2 each
              K H^T                       symmetric       n^2
              K C                         full            n^2                                  C           n^2
    forward   the same with M, Pi and S^, Y, X, G, C

that is 8 n^2 multiply-adds, and 6 n^2 entries of 8 bytes if each half-step reads each of its matrices once. The data's samples,
equation (3.12), add 2 n^2 multiply-adds, and n^2 entries: R and the correlation of the errors. A sum of n^2 over the rows is T^3/3.

The rates are called effective: a march that reads less than this count, because it compresses the past, may exceed the rates of the hardware.
"""
from benchmarking.hardware import measure

MATRICES_OF_JUNCTION = 7
MATRICES_OF_DATA = 6
LEAST_SHARE = 0.5
# From here on the matrices of a march stand in memory and not in the processor's caches.
FROM_MEMORY = 800


def operations(steps, layers):
    return 2 * (8 * (layers + 1) + 2) * (steps + 1) ** 3 / 3


def entry_bytes(steps, layers):
    return 8 * (6 * (layers + 1) + 1) * (steps + 1) ** 3 / 3


def roofline(report, seconds, layers=3):
    """Shares of dgemv's bytes and of dgemm's operations, for {steps: CPU seconds}."""
    matrices = MATRICES_OF_JUNCTION * (layers + 1) + MATRICES_OF_DATA
    report.title("roofline of the same runs: the dense count of equations (3.6), (3.7), (3.12) over their time")
    report.note(f"dgemv: square matrices of as many columns as steps, going round {matrices} of them as the march does, and one alone")
    report.progress("dgemm")
    most_operations = measure("dgemm", 1000)
    rows = []
    for steps, own_seconds in seconds.items():
        report.progress(f"dgemv, n = {steps}")
        around, alone = measure("dgemv", steps, matrices), measure("dgemv", steps, 1)
        read = entry_bytes(steps, layers) / own_seconds
        done = operations(steps, layers) / own_seconds
        share = f"{read / around:.2f}"
        if steps >= FROM_MEMORY:
            share = report.at_least(f"share of dgemv's bandwidth at {steps} steps", read / around, LEAST_SHARE, digits=2)
        rows.append([
            str(steps), f"{read / 1e9:.1f}", f"{around / 1e9:.1f}", share, f"{alone / 1e9:.1f}", f"{read / alone:.2f}",
            f"{done / 1e9:.1f}", f"{most_operations / 1e9:.1f}", f"{done / most_operations:.2f}",
        ])
    report.table(
        ["steps", "GB/s", "dgemv", "share", "dgemv, one matrix", "share", "GFLOP/s", "dgemm, n = 1000", "share"], rows)
