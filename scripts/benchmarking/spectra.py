"""Spectra of the weights and sharpness: what twelve steps of 100 take beside the curve."""
from benchmarking.processes import DMFT, best

WORDS = ["network.hiddenLayers=2", "network.richness=8", "training.learningRate=0.01", "data.noise=0.3", "training.steps=100", "--quiet"]
PARTS = {"--spectra": 2, "--sharpness": 5}


def measure_spectra(report):
    rows = []
    bare = best([DMFT, "solve", *WORDS]).seconds
    for flag, most in PARTS.items():
        report.progress(f"solve {flag}")
        seconds = max(0.0, best([DMFT, "solve", *WORDS, flag]).seconds - bare)
        rows.append([flag, report.at_most(f"solve {flag}", seconds, most)])
    report.title("twelve of 100 steps, two hidden layers; CPU seconds beside those of the curve")
    report.table(["flag", "seconds"], rows)
