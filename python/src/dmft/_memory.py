"""Tables from memory, as files that are gone after the call."""
from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

NAME = "table in memory"


@contextmanager
def folder() -> Iterator[str]:
    """A folder that goes."""
    with tempfile.TemporaryDirectory(prefix="dmft-") as place:
        yield place


def write(table: Any, path: str, target: Any = None) -> str | list[str] | None:
    """Writes a table as CSV; returns the names of the target's columns, None where there is no target.

    table: a DataFrame of pandas or polars, a mapping of columns, a structured or two-dimensional array, whose columns are then
    called x0, x1, ...; target: name or names of its columns, or an array with a row for each of the table's.
    """
    columns = _columns(table)
    names: str | list[str] | None = None
    if isinstance(target, str):
        names = target
    elif isinstance(target, Sequence) and target and all(isinstance(name, str) for name in target) and set(target) <= set(columns):
        names = [str(name) for name in target]
    elif target is not None:
        added = _targets(target, columns)
        columns = {**columns, **added}
        names = list(added) if len(added) > 1 else list(added)[0]
    wanted = [names] if isinstance(names, str) else names or []
    missing = [name for name in wanted if name not in columns]
    if missing:
        raise KeyError(f"target {', '.join(missing)} is not a column of the table; it has {', '.join(columns)}")
    _save(columns, path)
    return names


def _columns(table: Any) -> dict[str, Sequence[Any]]:
    if hasattr(table, "columns") and hasattr(table, "__getitem__") and not isinstance(table, (Mapping, np.ndarray)):
        return {str(name): _list(table[name]) for name in table.columns}
    if isinstance(table, Mapping):
        return {str(name): _list(column) for name, column in table.items()}
    array = np.asarray(table)
    if array.dtype.names:
        return {name: array[name].tolist() for name in array.dtype.names}
    if array.ndim != 2:
        raise ValueError(f"a table has rows and columns, got an array of shape {array.shape}")
    return {f"x{number}": array[:, number].tolist() for number in range(array.shape[1])}


def _targets(target: Any, columns: Mapping[str, Any]) -> dict[str, Sequence[Any]]:
    name = str(getattr(target, "name", None) or "target")
    array = np.asarray(target)
    if array.ndim not in (1, 2):
        raise ValueError(f"a target has one or two dimensions, got an array of shape {array.shape}")
    rows = len(next(iter(columns.values()), []))
    if array.shape[0] != rows:
        raise ValueError(f"the target has {array.shape[0]} rows, the table {rows}")
    many = array if array.ndim == 2 else array[:, None]
    names = [name] if many.shape[1] == 1 else [f"{name}{number}" for number in range(many.shape[1])]
    names = [own if own not in columns else own + "_" for own in names]
    return {own: many[:, number].tolist() for number, own in enumerate(names)}


def _list(column: Any) -> Sequence[Any]:
    cells: Sequence[Any] = column.tolist() if hasattr(column, "tolist") else list(column)
    return cells


def _save(columns: Mapping[str, Sequence[Any]], path: str) -> None:
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1:
        raise ValueError("the columns of a table must be of one length, got " + ", ".join(map(str, sorted(lengths))))
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*([_cell(value) for value in column] for column in columns.values())))


def _cell(value: Any) -> Any:
    """Shortest digits that read back equal; what is missing is an empty cell."""
    if value is None or (isinstance(value, float) and value != value) or type(value).__name__ == "NAType":
        return ""
    return {True: 1, False: 0}[value] if isinstance(value, bool) else value


def log(log: Any, path: str) -> str:
    """A training log as a file: a path as it is, otherwise a DataFrame, a mapping of columns, or a Keras History."""
    if isinstance(log, (str, os.PathLike)):
        return os.fspath(log)
    if isinstance(getattr(log, "history", None), Mapping):
        columns = _columns(log.history)
        epochs = list(getattr(log, "epoch", None) or range(len(next(iter(columns.values()), []))))
        columns = {"epoch": epochs, **columns}
    else:
        columns = _columns(log)
        index = getattr(log, "index", None)
        if index is not None and not callable(index):
            # Without a name it is a column without a name, as pandas writes it: row numbers then count epochs.
            name = str(getattr(index, "name", None) or "")
            if name not in columns and (name or not any("step" in own.lower() or "epoch" in own.lower() for own in columns)):
                columns = {name: _list(index), **columns}
    _save(columns, path)
    return path
