"""The computer that the numbers belong to."""
import datetime
import json
import os
import shlex
import subprocess
import sys

from benchmarking.processes import DMFT, ROOT, run

BLAS_RATES = os.path.join(ROOT, "scripts", "benchmarking", "blas_rates.py")


def describe(report):
    """Everything but the program that a number depends on: processor and its load, BLAS, day, command."""
    core = measure("core")
    version = run([DMFT, "--version"]).output.strip()
    numpy = [sys.executable, "-c", "import numpy; print(numpy.__version__)"]
    found = subprocess.run(numpy, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    # The script's path is left out: it is specific to this computer.
    command = shlex.join(["scripts/benchmark", *sys.argv[1:]])
    report.note(f"{datetime.date.today()}: {processor()}, {os.cpu_count()} cores (load {os.getloadavg()[0]:.1f} at the start); "
                f"OpenBLAS {core['release']} for {core['core']}; dmft {version}; numpy {found.stdout.strip() or 'missing'}")
    report.note(f"`{command}`; CPU seconds (user + system) of whole processes with one BLAS thread, best of five if not said otherwise")


def processor():
    with open("/proc/cpuinfo") as lines:
        for line in lines:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return "unknown processor"


def measure(*words):
    """An answer of `blas_rates.py`."""
    return json.loads(run([sys.executable, BLAS_RATES, *map(str, words)]).output)
