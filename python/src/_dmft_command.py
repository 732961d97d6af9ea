"""The command `dmft` of an installed wheel: becomes the program inside, without loading numpy."""
import os
import sys
from pathlib import Path


def main() -> None:
    """Runs the program that stands in the package, with the same words."""
    program = Path(__file__).resolve().parent / "dmft" / "_program" / "dmft"
    if not program.is_file():
        sys.exit("this installation of the Python package dmft has no program inside; install a wheel of scripts/wheel")
    os.execv(program, ["dmft", *sys.argv[1:]])
