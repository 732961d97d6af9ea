"""Run folders: what `dmft COMMAND ... -o DIR` wrote.

Units. Losses are mean squared errors, without the factor 1/2 and in units of the target squared; the test loss is
that on fresh data, target noise included, the training loss that on the data of the step. `step` counts updates (0:
before the first); under gradient flow it is the number of the row. `time` is the sum of the learning rates of all steps
before, or flow time. Columns in _se are standard errors of the mean over trained networks, those in _z differences
from the theory in such errors. Symbols are those of theory-notes/symbols.md.

Columns of whole numbers are int64 if no cell is empty; other numbers are float64, NaN for an empty cell; words are str.
"""
from __future__ import annotations

import csv
import json
import os
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Union

import numpy

from ._errors import RunError, UnfinishedRun
from ._results import Curve, Result, Sweep, Transfer, Tuning, Validation
from ._table import Array, Table

# Columns of words. All others hold numbers, but for `layer` (`input`, or a place tau, at infinite depth) and the axes
# of a sweep, whose names are dotted keys: numbers if every cell is one, else words.
# Version 0.1 called `machine` what is `method` now.
WORDS = {"machine", "method", "status", "reason", "hash", "activation", "network", "curve"}
WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
AGAIN = "run dmft again to rewrite it"
SHOWN = ["reduce.size", "reduce.rank", "network.hiddenLayers", "network.width", "network.widthRatio",
         "network.parameterization", "data.inputDimension", "data.samples", "data.sampleRatio", "data.file",
         "training.mode", "training.learningRate", "training.steps", "training.horizon"]


class Strengths(NamedTuple):
    """Strengths of the signals that arrive in each layer."""

    step: Array
    layer: Array
    forward: Array
    backward: Array


# Files that a command writes only if asked to.
OPTIONAL = {"curves.csv": ("--curves", ["sweep"]),
            "arrays.npz": ("--arrays", ["solve", "simulate", "validate", "compare", "reduce"])}


class Archive(Mapping[str, Array]):
    """Arrays of an .npz file by name, float64. Each look-up reads its array from the file: keep large ones in a variable."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with zipfile.ZipFile(path) as parts:
                self._names = [name[:-4] for name in parts.namelist() if name.endswith(".npy")]
        except (OSError, zipfile.BadZipFile) as error:
            raise RunError(f"{path} can't be read ({error}); {AGAIN}") from error

    def __getitem__(self, name: str) -> Array:
        if name not in self._names:
            raise KeyError(f"{name}: {self.path} has the arrays {', '.join(self._names)}")
        with numpy.load(self.path, allow_pickle=False) as parts:
            return numpy.asarray(parts[name])

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def load(run: Union[str, "os.PathLike[str]"]) -> Run:
    """Opens the run folder `run`; tables and arrays are read when they are first asked for.

    Raises RunError where there is no such folder or it is no run. Warns with UnfinishedRun of one that was stopped.
    """
    folder = Path(run)
    if not folder.is_dir():
        raise RunError(f"{folder} is no folder; name the one that dmft ... -o wrote")
    if not (folder / "manifest.json").is_file():
        below = sorted(path.parent.name for path in folder.glob("*/manifest.json"))
        hint = f"these below it are: {', '.join(below)}" if below else "name the folder that dmft ... -o wrote"
        raise RunError(f"{folder} is no run: it has no manifest.json; {hint}")
    try:
        opened = Run(folder, json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise RunError(f"{folder / 'manifest.json'} is not one that dmft wrote ({error}); {AGAIN}") from error
    if opened.is_unfinished:
        warnings.warn(f"{folder} is unfinished and has only {', '.join(opened.files) or 'its manifest'}; "
                      f"the same dmft {opened.command} command continues where it stopped", UnfinishedRun, stacklevel=2)
    return opened


class Run:
    """One run folder, made by `load`.

    manifest: all of manifest.json, as nested dicts. command: solve, simulate, ... status: completed, diverged, agrees,
    unfinished, ... configuration: the part of the manifest that describes the problem, as nested dicts; a sweep or
    transfer keeps there what it was given and its axes, the other commands every value.
    """

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        self.folder = folder
        self.manifest = manifest
        self.command: str = manifest["command"]
        self.status: str = manifest["status"]
        self.configuration: dict[str, Any] = manifest["configuration"]
        self.is_unfinished = self.status == "unfinished"
        self._tables: dict[str, Table] = {}

    @property
    def files(self) -> list[str]:
        """Names of the tables and archives that are in the folder, sorted.

        The result.json beside them is what dmft plot draws from; its form may change with the version.
        """
        return sorted(path.name for end in ("*.csv", "*.npz") for path in self.folder.glob(end))

    @property
    def axes(self) -> dict[str, list[str]]:
        """Values of each axis of a sweep or transfer by dotted key, as lists of words; empty for other commands."""
        return {key: list(words) for group in self.configuration.get("axes", []) for key, words in group.items()}

    def setting(self, key: str) -> Any:
        """The value of a dotted key such as "network.width"; of a section such as "network", a dict."""
        value: Any = self.configuration
        for name in key.split("."):
            if not (isinstance(value, dict) and name in value):
                if key in self.axes:
                    raise KeyError(f"{key} is an axis of {self.folder}, with the values {', '.join(self.axes[key])}")
                raise KeyError(f"{key} is not in the configuration of {self.folder}; beside {name} there are "
                               f"{', '.join(value) if isinstance(value, dict) else 'no keys'}")
            value = value[name]
        return value

    def table(self, name: str) -> Table:
        """The table `name`.csv, each column of shape (rows,); run.files says which there are."""
        file = name if name.endswith(".csv") else name + ".csv"
        if file not in self._tables:
            self._tables[file] = _read_table(self._path(file))
        return self._tables[file]

    @property
    def curves(self) -> Table:
        """curves.csv: step, time, test_loss, train_loss, each of shape (rows,), and what the command adds.

        simulate and validate add test_loss_se, train_loss_se and replicas; validate also the theory's losses and z;
        compare those of the log (NaN where it has none); layers those of the theory or of linear networks. In that of a
        sweep with --curves, `unit` is the unit of `summary` to which a line belongs.
        """
        return self.table("curves")

    @property
    def layers(self) -> Table:
        """layers.csv: step, layer, forward, backward, shape (rows * layers,), layers of one step after another."""
        return self.table("layers")

    @property
    def summary(self) -> Table:
        """summary.csv of a sweep: a line for each unit that is done, shape (units,), with a column for each axis."""
        return self.table("summary")

    @property
    def transfer(self) -> Table:
        """transfer.csv: learning_rate is the optimum of each size (and family), test_loss its loss after `steps`.

        `cost` is what the largest size loses at this rate: its test loss over that at its own optimum, minus one.
        Where a loss has several minima against the rate, the optimum is the first from small rates on (`minimum` 1); the others follow as
        2, 3, ..., without a cost, and may be lower.
        """
        return self.table("transfer")

    def by_layer(self, column: str) -> Array:
        """A column of layers.csv, such as "forward_se", as an array of shape (rows, layers)."""
        layers, steps = self.layers, self.layers["step"]
        rows = numpy.unique(steps).size
        if rows == 0 or steps.size % rows or (steps.reshape(rows, -1) != steps.reshape(rows, -1)[:, :1]).any():
            raise RunError(f"{self.folder / 'layers.csv'} does not have every layer at every step; {AGAIN}")
        return layers[column].reshape(rows, -1)

    def strengths(self) -> Strengths:
        """Strengths of the signals that arrive in each layer: step, layer, forward, backward, as a named tuple.

        step: shape (rows,). layer: (layers,), 0 to L; at infinite depth str, `input` and places tau from 0.0 to 1.0.
        forward: H^l(t,t), (rows, layers). backward: G^l(t,t), the same; NaN at layer 0, which has none.
        """
        return Strengths(self.by_layer("step")[:, 0], self.by_layer("layer")[0], self.by_layer("forward"),
                         self.by_layer("backward"))

    @property
    def arrays(self) -> Archive:
        """Arrays of arrays.npz by name; only of a run with --arrays. With T times and layers 0 (the input) to L:

        time    (T,)
        C_v     (T, T)       correlation of errors on fresh inputs; C_v(t,t) + noise^2 = test loss
        C_D     (T, T)       that of the residuals on the training data; C_D(t,t) = training loss
        H       (L+1, T, T)  H^l(t,s): that of the inputs, weighted by residuals, as they arrive in layer l
        G       (L+1, T, T)  G^l(t,s): that of the backward signals, by which layer l acts on the output; G[0] is zeros
        R, A, S (T, T), (L+1, T, T) twice: responses of residuals, of forward and backward signals; S[0] is zeros

        C_v, C_D, H, G are symmetric; of discrete steps R and A are lower triangular, S strictly so. simulate and
        validate have means over networks, no responses, and test_loss, train_loss (networks, T) of each; validate also
        C_v_theory, C_D_theory, H_theory, G_theory. reduce has its curves and its target.
        T is not always the number of rows of curves.csv: discrete steps are all here where training.rows is log, so
        curves["step"] picks those of the table; with training.time flow or panels, `time` holds the solver's own nodes.
        """
        return Archive(self._path("arrays.npz"))

    @property
    def factors(self) -> Archive:
        """Arrays of factors.npz, which `dmft reduce` writes, by name; L matrices of size n, reduced to width m.

        U, V (n, m): the embedding of the small network in the large one; W (L, m, m): its trained matrices; rho (L,), if there
        is a remainder: the one singular value that all of it has in each layer.
        """
        return Archive(self._path("factors.npz"))

    @property
    def result(self) -> Result:
        """The tables as what the command's function returns, with `plot` and the rest; without what only JSON has."""
        kind = {"solve": Curve, "simulate": Curve, "compare": Curve, "validate": Validation, "transfer": Transfer,
                "sweep": Sweep, "tune": Tuning}.get(self.command, Result)
        members: dict[str, Any] = {name: self.manifest.get(name) for name in ("command", "version", "status", "hash")}
        members.update(configuration=self.configuration, findings=self.manifest.get("findings", []), problem=[])
        for file in self.files:
            stem = file.rpartition(".")[0]
            if file.endswith(".csv"):
                columns: dict[str, Any] = {name: _plain(part) for name, part in self.table(file).items()}
                members.update(columns if stem in ("curves", "transfer") and kind is not Sweep else {stem: columns})
        if kind is Transfer:
            members["size_key"] = self.manifest.get("size_key") or next(name for name in members if "." in name)
        if kind is Tuning and "tune" in members:
            members["best"] = dict(zip(members["tune"]["key"], members["tune"]["best"]))
        return kind(members)

    def plot(self, ax: Any = None, **style: Any) -> Any:
        """Draws the curves of the run with matplotlib into `ax`, or into new axes, which are returned."""
        return self.result.plot(ax, **style)

    def to_pandas(self) -> Any:
        """The main table as a pandas.DataFrame."""
        return self.result.to_pandas()

    def _repr_html_(self) -> str:
        return self.result._repr_html_()

    def _path(self, name: str) -> Path:
        path = self.folder / name
        if path.is_file():
            return path
        hint = f"it has {', '.join(self.files) or 'no tables'}"
        if self.is_unfinished:
            hint = f"it is unfinished: the same dmft {self.command} command continues where it stopped"
        elif self.command in OPTIONAL.get(name, ("", []))[1]:
            hint = f"give the same dmft {self.command} command again with {OPTIONAL[name][0]}"
        raise RunError(f"{self.folder} (dmft {self.command}) has no {name}; {hint}")

    def __repr__(self) -> str:
        axes = [f"{key} x {len(words)}" for key, words in self.axes.items()]
        sections = [(name, part) for name, part in self.configuration.items() if isinstance(part, dict)]
        values = {f"{name}.{key}": value for name, part in sections for key, value in part.items()}
        given = [f"{key}={values[key]}" for key in SHOWN if key in values]
        return f"dmft {self.command}, {self.status}: {self.folder}\n{'  '.join(axes + given)}"


def _plain(part: Array) -> list[Any]:
    return [None if isinstance(cell, float) and cell != cell else cell for cell in part.tolist()]


def _read_table(path: Path) -> Table:
    """A table with each column as an array."""
    rows: list[list[str]] = []
    names: list[str] = []
    lines: list[int] = []
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.reader(file, strict=True)
        try:
            names = next(reader, [])
            for row in reader:
                if len(row) != len(names):
                    raise RunError(f"{path}:{reader.line_num}: {len(row)} cells, not {len(names)}; {AGAIN}")
                rows.append(row)
                lines.append(reader.line_num)
        except (csv.Error, UnicodeDecodeError) as error:
            raise RunError(f"{path}:{reader.line_num}: {error}; {AGAIN}") from error
    if not names:
        raise RunError(f"{path} is empty; {AGAIN}")
    columns: list[tuple[str, ...]] = list(zip(*rows)) if rows else [()] * len(names)
    return Table((name, _column(name, cells, path, lines)) for name, cells in zip(names, columns))


def _column(name: str, cells: Sequence[str], path: Path, lines: Sequence[int]) -> Array:
    """Whole numbers, numbers or words."""
    if name in WORDS:
        return numpy.array(cells, dtype=str)
    if cells and all(map(WHOLE.fullmatch, cells)):
        return numpy.array(list(map(int, cells)), dtype=numpy.int64)
    numbers: Array = numpy.full(len(cells), numpy.nan)
    for row, cell in enumerate(cells):
        try:
            numbers[row] = float(cell) if cell else numpy.nan
        except ValueError:
            if name == "layer" or "." in name:
                return numpy.array(cells, dtype=str)
            raise RunError(f"{path}:{lines[row]}: {name} is {cell!r}, not a number; {AGAIN}") from None
    return numbers
