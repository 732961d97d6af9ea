"""Results of commands: columns as numpy arrays, tables, a picture, a verdict."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _drawing
from ._drawing import Series
from ._table import Array, Table, brief, column, html

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_TEXTS = {"findings", "problem", "sizes", "families", "theory_overrides", "failed"}
_ORDER = ("unit", "step", "time", "test_loss", "train_loss", "test_loss_se", "train_loss_se", "replicas", "test_loss_theory",
          "train_loss_theory", "test_loss_z", "train_loss_z", "layer", "forward", "backward", "key", "value", "given", "best",
          "from", "to", "origin", "used", "role")


class Result:
    """What a command found. Members of its JSON are attributes: lists of numbers as numpy arrays, tables as `Table`.

    command, version, status: words. configuration: the resolved problem. hash: SHA-256 of the problem. findings: sentences,
    the verdict first. problem: what was asked, clause by clause. answer: of a check, passed, failed or cannotTell, else None.
    arrays: correlations of all pairs of times by name, of a call with arrays=True.
    """

    command: str
    version: str
    status: str
    hash: str
    configuration: dict[str, Any]
    findings: list[str]
    problem: list[str]

    _main = "step"
    _labels = ("step", "mean squared error")

    def __init__(self, members: Mapping[str, Any], arrays: Mapping[str, Array] | None = None) -> None:
        self._members = dict(members)
        self._values: dict[str, Any] = {}
        self.arrays: dict[str, Array] = dict(arrays or {})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ("_members", "_values", "arrays"):
            raise AttributeError(name)
        if name in self._members:
            return self[name]
        raise AttributeError(f"{name} is not in this result of {self._members.get('command', 'dmft')}; there are {', '.join(self)}")

    def __getitem__(self, name: str) -> Any:
        if name not in self._values:
            if name not in self._members:
                raise KeyError(f"{name}: there are {', '.join(self)}")
            self._values[name] = _value(name, self._members[name])
        return self._values[name]

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def keys(self) -> Iterable[str]:
        """Names of all members."""
        return self._members.keys()

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *(name for name in self._members if name.isidentifier())]

    @property
    def answer(self) -> str | None:
        """Of a check: passed, failed or cannotTell; None where there is none."""
        found = self._members.get("answer")
        return None if found is None else str(found)

    @property
    def verdict(self) -> str:
        """The first finding."""
        return self.findings[0] if self.findings else self.status

    @property
    def table(self) -> Table:
        """The main table, as the command writes it to its CSV."""
        if self._main not in self._members:
            raise AttributeError(f"dmft {self.command} has no table")
        count = len(self._members[self._main])
        names = [name for name, part in self._members.items()
                 if isinstance(part, list) and len(part) == count and name not in _TEXTS and not any(isinstance(one, (list, dict)) for one in part)]
        return Table((name, self[name]) for name in _ordered(names))

    def to_pandas(self) -> Any:
        """The main table as a pandas.DataFrame."""
        return self.table.to_pandas()

    def to_dict(self) -> dict[str, Any]:
        """The members as JSON has them."""
        return dict(self._members)

    def _series(self) -> list[Series]:
        return []

    def _axis(self) -> tuple[str, str]:
        return self._labels

    def plot(self, ax: Any = None, **style: Any) -> Any:
        """Draws it with matplotlib into `ax`, or into new axes, which are returned."""
        series = self._series()
        if not series:
            raise ValueError(f"there is nothing to draw in this result of dmft {self.command}")
        if ax is None:
            import matplotlib.pyplot as plt

            ax = plt.subplots(layout="constrained")[1]
        x_label, y_label = self._axis()
        lines: dict[str, dict[str, Any]] = {"line": {"linestyle": "-"}, "dashed": {"linestyle": "--"}, "points": {"linestyle": "", "marker": ".", "markersize": 4}}
        positive = True
        for number, (label, x, y, kind) in enumerate(series):
            ax.plot(x, y, **{"label": label, "color": _drawing.COLORS[number % len(_drawing.COLORS)], **lines[kind], **style})
            positive = positive and bool(np.all(np.asarray(x, dtype=float) > 0))
        first = np.asarray(series[0][1], dtype=float)
        ax.set(xlabel=x_label, ylabel=y_label, yscale="log")
        if positive and len(first) > 1 and first.max() / first.min() > 10:
            ax.set_xscale("log")
        ax.legend()
        return ax

    def _repr_html_(self) -> str:
        picture = _drawing.svg(self._series(), *self._axis())
        try:
            table = html(self.table)
        except (AttributeError, KeyError):
            table = ""
        texts = "".join(f"<p>{escape(text)}</p>" for text in self.findings)
        return f"<div><p><small>{escape(' | '.join(self.problem))}</small></p>{picture}{texts}{table}</div>"

    def __repr__(self) -> str:
        lines = [f"dmft {self.command}: {' | '.join(self.problem)}"]
        try:
            lines.append(repr(self.table))
        except (AttributeError, KeyError):
            pass
        return "\n".join(lines + list(self.findings))

    def __getstate__(self) -> dict[str, Any]:
        return {"_members": self._members, "_values": {}, "arrays": self.arrays}


class Curve(Result):
    """Loss curves, a row for each reported step; losses are mean squared errors without the factor 1/2.

    step counts updates; time is the sum of the rates before, or flow time. simulate adds test_loss_se and train_loss_se,
    standard errors over networks; validate further test_loss_theory, test_loss_z and those of the train loss.
    """

    step: IntArray
    time: FloatArray
    test_loss: FloatArray
    train_loss: FloatArray
    layers: Table

    def by_layer(self, name: str) -> Array:
        """A column of layers, such as forward, with shape (rows, layers)."""
        steps = self.layers["step"]
        return self.layers[name].reshape(np.unique(steps).size, -1)

    def _axis(self) -> tuple[str, str]:
        time = self.configuration.get("training", {}).get("time", "discrete")
        return ("time" if time == "flow" else "step", self._labels[1])

    def _series(self) -> list[Series]:
        x = self.time if self._axis()[0] == "time" else self.step
        found: list[Series] = []
        for name in ("test", "train", "batch"):
            own, theory, log = f"{name}_loss", f"{name}_loss_theory", f"{name}_loss_log"
            style = "line" if name == "test" else "dashed"
            if theory in self:
                found += [(f"{name}, theory", x, self[theory], style), (f"{name}, networks", x, self[own], "points")]
            elif log in self:
                found += [(f"{name}, theory", x, self[own], style), (f"{name}, log", x, self[log], "points")]
            elif own in self:
                found.append((name, x, self[own], style))
        return found


class Validation(Curve):
    """Theory and trained networks: the columns without _theory are means over networks."""

    test_loss_se: FloatArray
    train_loss_se: FloatArray
    test_loss_theory: FloatArray
    train_loss_theory: FloatArray
    test_loss_z: FloatArray
    train_loss_z: FloatArray

    @property
    def agrees(self) -> bool | None:
        """Whether theory and networks agree; None where these networks cannot tell."""
        return {"passed": True, "failed": False}.get(self.answer or "")


class Transfer(Result):
    """The best learning rate of each size: a row for each minimum, the optimum first (minimum == 1)."""

    learning_rate: FloatArray
    test_loss: FloatArray
    cost: FloatArray
    size_key: str
    _main = "learning_rate"

    def _axis(self) -> tuple[str, str]:
        return (self.size_key, "learning rate")

    def _series(self) -> list[Series]:
        table, size = self.table, self.size_key
        if table[size].dtype.kind not in "if":
            return []
        best = table["minimum"] == 1
        found: list[Series] = []
        families = [name for name in table if name != size and ("." in name or name == "steps" or table[name].dtype.kind == "U")]
        for label, rows in _groups(table, best, families):
            label = label or "best"
            found.append((label, table[size][rows], table["learning_rate"][rows], "line"))
        return found


class Tuning(Result):
    """The best values of some keys. best, ranges: by key; pytorch: what to set for each layer."""

    best: dict[str, Any]
    ranges: dict[str, Any]
    loss: float

    @property
    def table(self) -> Table:
        """A row for each key: given, best, the range that loses at most 1 %."""
        return Table(self["tune"])

    @property
    def pytorch(self) -> Table:
        """Deviation of the weights at the start, multiplier, lr and weight_decay of each layer, for torch.optim.SGD."""
        names = [name for name in ("layer", "role", "init_deviation", "multiplier", "lr", "weight_decay") if name in self]
        return Table((name, self[name]) for name in names)

    def _axis(self) -> tuple[str, str]:
        return ("value over best value", "test loss")

    def _series(self) -> list[Series]:
        if not isinstance(self._members.get("tune_profiles"), dict):
            return []
        profiles = self["tune_profiles"]
        found: list[Series] = []
        for key in dict.fromkeys(profiles["key"].tolist()):
            own, best = profiles["key"] == key, self.best.get(key)
            if isinstance(best, (int, float)) and best:
                loss = next(name for name in profiles if name not in ("key", "value"))
                found.append((str(key), profiles["value"][own] / best, profiles[loss][own], "line"))
        return found


class Sweep(Result):
    """A line for each unit: its axes, status, losses at its end. curves: every step of every unit, if asked."""

    summary: Table

    @property
    def table(self) -> Table:
        """summary.csv: a line for each unit, with a column for each axis."""
        return Table(self["summary"])

    def _axis(self) -> tuple[str, str]:
        return (self._x() or "unit", "test loss at the end")

    def _x(self) -> str | None:
        axes = {name: np.unique(part).size for name, part in self.table.items() if "." in name and part.dtype.kind in "if"}
        return max(axes, key=lambda name: axes[name]) if axes else None

    def _series(self) -> list[Series]:
        table, x = self.table, self._x()
        if x is None:
            return []
        every = np.ones(table.rows, dtype=bool)
        names = [name for name in table if ("." in name and name != x) or name == "method"]
        found: list[Series] = []
        for label, rows in _groups(table, every, names):
            order = np.argsort(table[x][rows], kind="stable")
            found.append((label or "test loss", table[x][rows][order], table["test_loss"][rows][order], "line"))
        return found


class Explanation(Result):
    """The resolved problem: values with their origins, layers, cost, the largest stable rate."""

    values: Table
    layers: Table
    largest_stable_rate: float | None
    cost: dict[str, Any]
    optimizer: dict[str, Any]

    @property
    def table(self) -> Table:
        """A row for each key: its value and where it comes from."""
        return Table(self["values"])


def _groups(table: Table, rows: npt.NDArray[np.bool_], names: list[str]) -> Iterator[tuple[str, Array]]:
    """Rows that agree in some columns, with the values that tell them apart."""
    varied = [name for name in names if name in table and np.unique(table[name][rows]).size > 1]
    labels = [", ".join(f"{name.split('.')[-1]} {brief(table[name][row])}" for name in varied) for row in range(table.rows)]
    for label in dict.fromkeys(label for label, kept in zip(labels, rows) if kept):
        yield label, np.array([row for row, own in enumerate(labels) if own == label and rows[row]], dtype=int)


def _ordered(names: Iterable[str]) -> list[str]:
    def rank(name: str) -> tuple[int, int, str]:
        return (0 if "." in name else 1, _ORDER.index(name) if name in _ORDER else len(_ORDER), name)

    return sorted(names, key=rank)


def _value(name: str, value: Any) -> Any:
    if isinstance(value, list):
        if name in _TEXTS or any(isinstance(part, list) for part in value):
            return value
        if value and all(isinstance(part, dict) for part in value):
            names = _ordered(dict.fromkeys(own for part in value for own in part))
            cells = {own: [part.get(own) for part in value] for own in names}
            flat = not any(isinstance(cell, (list, dict)) for part in cells.values() for cell in part)
            return Table((own, _column(own, part)) for own, part in cells.items()) if flat else value
        return value if any(isinstance(part, dict) for part in value) else _column(name, value)
    if isinstance(value, dict) and name not in ("configuration", "best", "ranges", "cost", "optimizer"):
        lengths = {len(part) if isinstance(part, list) else -1 for part in value.values()}
        if len(lengths) == 1 and -1 not in lengths and not any(isinstance(cell, (list, dict)) for part in value.values() for cell in part):
            return Table((own, _column(own, value[own])) for own in _ordered(value))
    return value


def _column(name: str, values: list[Any]) -> Array:
    """Layers and axes come as words; they are numbers where every one is."""
    if (name == "layer" or "." in name) and values and all(isinstance(cell, str) for cell in values):
        for kind in (int, float):
            try:
                return column([kind(cell) for cell in values])
            except ValueError:
                continue
    return column(values)
