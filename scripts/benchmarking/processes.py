"""Whole processes: what they cost and what they print."""
import collections
import os
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DMFT = os.path.join(ROOT, ".build", "release", "dmft")

# CPU seconds (user + system), peak bytes, stdout, seconds by the clock.
Run = collections.namedtuple("Run", "seconds memory output elapsed")


def run(command, threads=1, answers=(0,)):
    """One run of a process with a number of BLAS threads, which ends with one of these codes; None sets no number."""
    environment = dict(os.environ, OPENBLAS_NUM_THREADS=str(threads))
    if threads is None:
        del environment["OPENBLAS_NUM_THREADS"]
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if not os.WIFEXITED(status) or os.WEXITSTATUS(status) not in answers:
        sys.exit(f"{' '.join(command)} ended with status {status}")
    return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, output, time.monotonic() - start)


def best(command, most_runs=5, patience=120, **options):
    """The run of least CPU time; slow ones are repeated for at most `patience` seconds."""
    start, runs = time.monotonic(), []
    while len(runs) < most_runs and (not runs or time.monotonic() - start < patience):
        runs.append(run(command, **options))
    return min(runs)
