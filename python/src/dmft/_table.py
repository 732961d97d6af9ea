"""Columns by name, and how a few of their rows are shown."""
from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class Table(dict[str, Array]):
    """Columns by name, in their order, all of one length. pandas.DataFrame(table) works."""

    def __missing__(self, name: str) -> Array:
        raise KeyError(f"{name}: the columns are {', '.join(self)}")

    def __getattr__(self, name: str) -> Array:
        if name in self:
            return self[name]
        raise AttributeError(f"{name}: the columns are {', '.join(self)}")

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *self]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(next(iter(self.values()), ()))

    def to_pandas(self) -> Any:
        """A pandas.DataFrame."""
        import pandas

        return pandas.DataFrame(dict(self))

    def _repr_html_(self) -> str:
        return html(self)

    def __repr__(self) -> str:
        lines = [list(self), *([brief(column[row]) for column in self.values()] for row in spread(self.rows))]
        widths = [max(len(line[place]) for line in lines) for place in range(len(self))]
        return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths)) for line in lines)


def column(values: Iterable[Any]) -> Array:
    """int64 of whole numbers, float64 of numbers with NaN for None, otherwise str."""
    cells = list(values)
    kinds = {type(cell) for cell in cells}
    if kinds <= {int} and cells:
        return np.array(cells, dtype=np.int64)
    if kinds <= {int, float, type(None)}:
        return np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64)
    if kinds <= {bool}:
        return np.array(cells, dtype=np.bool_)
    return np.array(["" if cell is None else str(cell) for cell in cells], dtype=str)


def spread(count: int) -> list[int]:
    """Rows 0, 1, 2, 5, 10, ... and the last."""
    rows, decade = [0] if count else [], 1
    while decade < count:
        rows += [row for row in (decade, 2 * decade, 5 * decade) if row < count - 1]
        decade *= 10
    return rows + [count - 1] if count > 1 else rows


def brief(value: Any) -> str:
    """At most four digits; nothing for NaN."""
    if isinstance(value, (float, np.floating)):
        return "" if np.isnan(value) else f"{value:.4g}"
    return str(value)


def html(table: Table) -> str:
    """A few rows as HTML."""
    head = "".join(f"<th>{escape(name)}</th>" for name in table)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(brief(column[row]))}</td>" for column in table.values()) + "</tr>"
        for row in spread(table.rows))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
