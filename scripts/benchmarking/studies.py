"""Many predictions at once: a sweep on one core and on two, a transfer study, tuning."""
import os
import tempfile
import time

from benchmarking.processes import DMFT, best, run

MOST_SWEEP_SECONDS = 6
MOST_TRANSFER_SECONDS = 3
LEAST_SCALING = 1.8
# The optimum of rate, momentum and decay in 2 s, their ranges in 10 more; a free schedule of 14 numbers in 5 s.
MOST_TUNE_SECONDS = 12
MOST_SCHEDULE_SECONDS = 5
TUNE = [
    DMFT, "tune", "data.noise=0.5", "training.steps=100", "--over",
    "training.learningRate,training.momentum,training.weightDecay", "--workers", "1", "--quiet",
]
SCHEDULES = [
    DMFT, "tune", "data.noise=0.5", "training.mode=onePass", "training.samplesPerStep=64", "training.steps=60",
    "--over", "training.learningRate,training.schedule", "--workers", "1", "--quiet",
]


def sweep(folder, workers):
    return [
        DMFT, "sweep", "network.hiddenLayers=3", "training.learningRate=logspace(1e-3,0.1,25)", "training.steps=100",
        "network.widthRatio=logspace(0.25,8,20)", "network.parameterization=muP,NTK", "data.noise=0.3", "--quiet",
        "-o", folder, "--workers", str(workers),
    ]


def measure_studies(report):
    report.progress("sweeps")
    # Fresh folders that stay until the end: a file system is slow to use again what was removed just now.
    with tempfile.TemporaryDirectory() as place:
        seconds, elapsed = {1: [], 2: []}, {1: [], 2: []}
        for turn in range(5):
            for workers in (1, 2):
                start = time.monotonic()
                seconds[workers].append(run(sweep(os.path.join(place, f"{turn}-{workers}"), workers)).seconds)
                elapsed[workers].append(time.monotonic() - start)
    report.progress("transfer")
    transfer = best([DMFT, "transfer", "--quiet"]).seconds
    report.progress("tuning")
    tune, schedules = best(TUNE).seconds, best(SCHEDULES).seconds
    scaling = min(elapsed[1]) / min(elapsed[2])
    report.title("studies: a sweep of 1000 points, L = 3, 100 steps, muP and NTK; a transfer study; tuning")
    report.table(["study", "measured"], [
        ["sweep on one core, s", report.at_most("sweep on one core", min(seconds[1]), MOST_SWEEP_SECONDS)],
        ["sweep on two cores, s", f"{min(seconds[2]):.2f}"],
        ["two cores' gain by the clock", report.at_least("gain of the second core", scaling, LEAST_SCALING)],
        ["dmft tune, rate, momentum and decay with ranges, s", report.at_most("tune", tune, MOST_TUNE_SECONDS)],
        ["dmft tune, eleven schedules, one of 14 free numbers, s", report.at_most("schedules", schedules, MOST_SCHEDULE_SECONDS)],
        ["dmft transfer at its defaults, s", report.at_most("transfer", transfer, MOST_TRANSFER_SECONDS)],
    ])
