"""Loss curves of deep linear networks, predicted without training them.

    import dmft
    result = dmft.solve(training={"learningRate": 0.02})
    result.test_loss        # a numpy array, one entry a step
    result.plot()           # with matplotlib

Every command is a function of its name; a problem is a YAML file, a mapping, or sections as keywords. What is wrong with it
is an `InvalidConfiguration` with every mistake. `load` opens a run folder. docs/python.md has it all.
"""
from ._calls import compare, explain, forecast, run, simulate, solve, sweep, transfer, tune, validate
from ._errors import DmftError, DmftNotice, FileError, InvalidConfiguration, Mistake, RunError, UnfinishedRun
from ._process import close
from ._results import Curve, Explanation, Result, Sweep, Transfer, Tuning, Validation
from ._runs import Run, load
from ._table import Table

__version__ = "0.2.0"

__all__ = [
    "Curve", "DmftError", "DmftNotice", "Explanation", "FileError", "InvalidConfiguration", "Mistake", "Result", "Run",
    "RunError", "Sweep", "Table", "Transfer", "Tuning", "UnfinishedRun", "Validation", "close", "compare", "explain", "forecast",
    "load", "run", "simulate", "solve", "sweep", "transfer", "tune", "validate",
]
