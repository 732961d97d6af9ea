"""One function for each command."""
from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, TypeVar, Union

import numpy as np

from . import _keys as keys
from . import _memory, _process, _words
from ._results import Curve, Explanation, Result, Sweep, Transfer, Tuning, Validation
from ._table import Array
from ._words import Config

Kind = TypeVar("Kind", bound=Result)
Progress = Union[bool, Callable[[float], None], None]
Path = Union[str, "os.PathLike[str]"]
Steps = Union[bool, Sequence[int]]


def run(command: str, config: Config = None, /, *flags: str, table: Any = None, target: Any = None,
        folder: Path | None = None, overwrite: bool = False, workers: int | None = None, progress: Progress = None,
        axes: Mapping[str, Any] | None = None, **sections: Any) -> Result:
    """Any command of dmft, such as committee or reduce, with its flags as words: `run("reduce", None, "--collapse")`."""
    return _run(Result, command, config, list(flags), sections, axes, table=table, target=target, folder=folder,
                overwrite=overwrite, workers=workers, progress=progress)


def solve(config: Config = None, /, *, network: keys.Network | None = None, data: keys.Data | None = None,
          training: keys.Training | None = None, table: Any = None, target: Any = None, compare_limits: bool = False,
          spectra: Steps = False, sharpness: Steps = False, arrays: bool = False, folder: Path | None = None,
          overwrite: bool = False, workers: int | None = None, progress: Progress = None,
          **sections: Mapping[str, Any]) -> Curve:
    """Predicts the loss curve of a deep linear network without training it.

    config: a YAML file or table, or a mapping with sections or dotted keys; without one the built-in example. Sections stand
    over it: `solve("my.yaml", training={"learningRate": 0.02})`. table, target: data from memory, a DataFrame, a mapping of
    columns or an array, and the name of its target or an array. arrays: also the correlations of all pairs of times, in
    `result.arrays`. spectra, sharpness: also the singular values of the weights that leave their bulk and the largest eigenvalue
    of the Gauss-Newton matrix, at these steps or, for True, about twelve. folder: also keep a run folder, which `dmft.load`
    opens. progress: False shows none, a function gets the share done.
    """
    return _run(Curve, "solve", config, ["--compare-limits"] * compare_limits + _looks(spectra, sharpness),
                _sections(sections, network=network, data=data, training=training), table=table, target=target,
                arrays=arrays, folder=folder, overwrite=overwrite, workers=workers, progress=progress)


def simulate(config: Config = None, /, *, network: keys.Network | None = None, data: keys.Data | None = None,
             training: keys.Training | None = None, simulation: keys.Simulation | None = None, table: Any = None,
             target: Any = None, spectra: Steps = False, sharpness: Steps = False, arrays: bool = False,
             folder: Path | None = None, overwrite: bool = False, workers: int | None = None, progress: Progress = None,
             **sections: Mapping[str, Any]) -> Curve:
    """Trains finite networks by exact gradient steps: means over random draws, with their standard errors (_se)."""
    return _run(Curve, "simulate", config, _looks(spectra, sharpness),
                _sections(sections, network=network, data=data, training=training, simulation=simulation), table=table,
                target=target, arrays=arrays, folder=folder, overwrite=overwrite, workers=workers, progress=progress)


def validate(config: Config = None, /, *, network: keys.Network | None = None, data: keys.Data | None = None,
             training: keys.Training | None = None, simulation: keys.Simulation | None = None,
             validation: keys.Validation | None = None, theory: Mapping[str, Any] | None = None,
             sizes: Sequence[int] | None = None, table: Any = None, target: Any = None, spectra: Steps = False,
             sharpness: Steps = False, arrays: bool = False, folder: Path | None = None, overwrite: bool = False,
             workers: int | None = None, progress: Progress = None, **sections: Mapping[str, Any]) -> Validation:
    """Compares the theory with trained networks: `agrees` is True, False, or None where these networks cannot tell.

    theory: keys that are changed on the theory's side only. sizes: input dimensions to compare at.
    """
    flags = [word for key, value in _words.settings(theory or {}) for word in ("--theory", f"{key}={_words.text(value)}")]
    flags += ["--sizes", ",".join(map(str, sizes))] if sizes else []
    flags += _looks(spectra, sharpness)
    return _run(Validation, "validate", config, flags,
                _sections(sections, network=network, data=data, training=training, simulation=simulation, validation=validation),
                table=table, target=target, arrays=arrays, folder=folder, overwrite=overwrite, workers=workers, progress=progress)


def _looks(spectra: Steps, sharpness: Steps) -> list[str]:
    """Flags for the steps at which matrices are looked at."""
    def flag(name: str, steps: Steps) -> list[str]:
        if steps is False:
            return []
        return [f"--{name}={'usual' if steps is True else ','.join(map(str, steps))}"]
    return flag("spectra", spectra) + flag("sharpness", sharpness)


def compare(config: Config, log: Any, /, *, columns: Mapping[str, str] | None = None, network: keys.Network | None = None,
            data: keys.Data | None = None, training: keys.Training | None = None, table: Any = None, target: Any = None,
            arrays: bool = False, folder: Path | None = None, overwrite: bool = False, progress: Progress = None,
            **sections: Mapping[str, Any]) -> Curve:
    """Compares a training log of your own with the theory.

    log: a CSV, a DataFrame, a mapping of columns, or a Keras History; names that Weights & Biases, Keras and TensorBoard write
    are known. columns: names of others, such as {"step": "iter", "test": "mse"}; roles are step, epoch, train, test, batch,
    trainAccuracy and testAccuracy.
    """
    flags = ["--columns", ",".join(f"{role}={name}" for role, name in columns.items())] if columns else []
    with _memory.folder() as place:
        path = _memory.log(log, os.path.join(place, "log in memory.csv"))
        found = _run(Curve, "compare", config, [path, *flags],
                    _sections(sections, network=network, data=data, training=training), table=table, target=target,
                    arrays=arrays, folder=folder, overwrite=overwrite, progress=progress)
    return found


def forecast(config: Config = None, /, *, budget: float = 2.0, level: float = 0.9, log: Any = None,
             network: keys.Network | None = None, data: keys.Data | None = None, training: keys.Training | None = None,
             simulation: keys.Simulation | None = None, table: Any = None, target: Any = None, folder: Path | None = None,
             overwrite: bool = False, workers: int | None = None, progress: Progress = None,
             **sections: Mapping[str, Any]) -> Curve:
    """The band in which the loss of one network will lie: columns test_low and test_high, test_joint_low for whole curves.

    budget: seconds of processor time for the networks that it rests on. level: share of networks within. log: the beginning of
    the training in question, as `compare` takes it, which narrows the band of the rest.
    """
    with _memory.folder() as place:
        flags = ["--budget", str(budget), "--level", str(level)]
        flags += [] if log is None else ["--log", _memory.log(log, os.path.join(place, "log in memory.csv"))]
        found = _run(Curve, "forecast", config, flags,
                     _sections(sections, network=network, data=data, training=training, simulation=simulation), table=table,
                     target=target, folder=folder, overwrite=overwrite, workers=workers, progress=progress)
    return found


def transfer(config: Config = None, /, *, axes: Mapping[str, Any] | None = None, horizons: Sequence[int] | None = None,
             branch_scaling: Sequence[str] | None = None, check: float | None = None, network: keys.Network | None = None,
             data: keys.Data | None = None, training: keys.Training | None = None, transfer: keys.Transfer | None = None,
             table: Any = None, target: Any = None, folder: Path | None = None, overwrite: bool = False,
             workers: int | None = None, progress: Progress = None, **sections: Mapping[str, Any]) -> Transfer:
    """Finds the best learning rate against width, depth, batch or horizon, and whether it transfers.

    axes: the sizes, such as {"network.width": [64, 128, 256]}, and families that are compared, such as
    {"network.parameterization": ["muP", "NTK"]}. horizons: optima after each of these numbers of steps.
    """
    flags = ["--horizons", ",".join(map(str, horizons))] if horizons else []
    flags += ["--branch-scaling", ",".join(branch_scaling)] if branch_scaling else []
    flags += ["--check", str(check)] if check is not None else []
    return _run(Transfer, "transfer", config, flags,
                _sections(sections, network=network, data=data, training=training, transfer=transfer), axes, table=table,
                target=target, folder=folder, overwrite=overwrite, workers=workers, progress=progress)


def tune(config: Config = None, /, *, over: str | Sequence[str] = "training.learningRate",
         bounds: Mapping[str, tuple[float, float]] | None = None, ties: Mapping[str, str] | None = None,
         schedules: Sequence[str] | None = None, check_at: Mapping[str, Any] | None = None, train: int | None = None,
         network: keys.Network | None = None, data: keys.Data | None = None, training: keys.Training | None = None,
         tune: keys.Tune | None = None, table: Any = None, target: Any = None, folder: Path | None = None,
         overwrite: bool = False, workers: int | None = None, progress: Progress = None,
         **sections: Mapping[str, Any]) -> Tuning:
    """Finds the best rate, momentum, decay, batch or schedule, and how exact each must be.

    over: the keys that are tuned. bounds: least and largest value by key. ties: keys that follow a power of a tuned one, such
    as {"training.weightDecay": "training.learningRate^-1"}. check_at: other sizes, such as {"network.width": [512, 1024]}.
    train: networks trained for each choice.
    """
    flags = ["--over", over if isinstance(over, str) else ",".join(over)]
    for key, (low, high) in (bounds or {}).items():
        flags += ["--bounds", f"{key}={low}:{high}"]
    for key, other in (ties or {}).items():
        flags += ["--tie", f"{key}={other}"]
    for key, values in (check_at or {}).items():
        flags += ["--check-at", _words.axis(key, values)]
    flags += ["--schedules", ",".join(schedules)] if schedules else []
    flags += ["--train", str(train)] if train else []
    return _run(Tuning, "tune", config, flags, _sections(sections, network=network, data=data, training=training, tune=tune),
                table=table, target=target, folder=folder, overwrite=overwrite, workers=workers, progress=progress)


def explain(config: Config = None, /, *, stability: bool = False, network: keys.Network | None = None,
            data: keys.Data | None = None, training: keys.Training | None = None, table: Any = None, target: Any = None,
            progress: Progress = None, **sections: Mapping[str, Any]) -> Explanation:
    """Every value with its origin, the network's layers as PyTorch has them, the cost, the largest stable rate."""
    return _run(Explanation, "explain", config, ["--stability"] * stability,
                _sections(sections, network=network, data=data, training=training), table=table, target=target, progress=progress)


def sweep(config: Config = None, /, *, axes: Mapping[str, Any] | None = None, run: str = "theory", curves: bool = False,
          network: keys.Network | None = None, data: keys.Data | None = None, training: keys.Training | None = None,
          simulation: keys.Simulation | None = None, table: Any = None, target: Any = None, folder: Path | None = None,
          workers: int | None = None, progress: Progress = None, **sections: Mapping[str, Any]) -> Sweep:
    """Runs a family of problems: every combination of the axes.

    axes: lists of values by key, expressions such as "pow2(6..13)", {"zip": {...}} for keys that move together, {"repeat": n}
    for seeds. run: theory, simulation or both. curves: also `result.curves`, every step of every unit. folder: keeps the units,
    so that the same call goes on after an interrupt; without it nothing is kept.
    """
    flags = ["--run", run] + ["--curves"] * curves
    with ExitStack() as stack:
        place = folder if folder is not None else os.path.join(stack.enter_context(_memory.folder()), "sweep")
        found = _run(Sweep, "sweep", config, flags,
                     _sections(sections, network=network, data=data, training=training, simulation=simulation), axes,
                     table=table, target=target, folder=place, workers=workers, progress=progress)
        if curves:
            from ._runs import load

            found._values["curves"] = found._members["curves"] = load(place).curves
    return found


def _sections(others: Mapping[str, Any], **named: Mapping[str, Any] | None) -> dict[str, Any]:
    return {**{name: part for name, part in named.items() if part is not None}, **others}


def _run(kind: type[Kind], command: str, config: Config, flags: list[str], sections: Mapping[str, Any],
         axes: Mapping[str, Any] | None = None, *, table: Any = None, target: Any = None, arrays: bool = False,
         folder: Path | None = None, overwrite: bool = False, workers: int | None = None, progress: Progress = None) -> Kind:
    with ExitStack() as stack:
        if table is not None:
            place = os.path.join(stack.enter_context(_memory.folder()), _memory.NAME + ".csv")
            names = _memory.write(table, place, target)
            given = dict(sections.get("data", {}))
            sections = {**sections, "data": {**given, "file": place, **({"target": names} if names else {})}}
        elif target is not None:
            sections = {**sections, "data": {**sections.get("data", {}), "target": target}}
        if arrays and folder is None:
            folder = os.path.join(stack.enter_context(_memory.folder()), "run")
        words = [command, *_words.problem(config, sections, axes), *flags, "--json"]
        words += ["-o", os.fspath(folder)] if folder is not None else []
        words += ["--arrays"] * arrays + ["--overwrite"] * (overwrite and command != "sweep")
        words += ["--workers", str(workers)] if workers is not None else []
        show = _shown(progress, command, stack)
        answer = _process.call(words, show)
        members = answer.get("result", {"command": command, "findings": answer.get("output", "").splitlines(), "problem": []})
        if table is not None and isinstance(members, dict) and "file" in members.get("configuration", {}).get("data", {}):
            members["configuration"]["data"]["file"] = _memory.NAME
        found = kind(members, _arrays(folder) if arrays else None)
    return found


def _arrays(folder: Path | None) -> dict[str, Array]:
    with np.load(os.path.join(os.fspath(folder or ""), "arrays.npz"), allow_pickle=False) as parts:
        return {name: parts[name] for name in parts.files}


def _shown(progress: Progress, command: str, stack: ExitStack) -> Callable[[float], None] | None:
    """A bar of tqdm for a person who waits, made when there is something to show."""
    if progress is not None and not isinstance(progress, bool):
        return progress
    if progress is False or (progress is None and not (sys.stderr.isatty() or "ipykernel" in sys.modules)):
        return None
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    bars: list[Any] = []

    def show(share: float) -> None:
        if not bars:
            bars.append(stack.enter_context(tqdm(total=100, desc=f"dmft {command}", unit="%", leave=False)))
        bars[0].update(max(0.0, round(100 * share) - bars[0].n))

    return show
