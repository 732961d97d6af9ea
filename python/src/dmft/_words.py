"""A problem as words of a command line."""
from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Union

import numpy as np

Config = Union[str, "os.PathLike[str]", Mapping[str, Any], None]

_PLAIN = re.compile(r"[A-Za-z0-9_./+-]+")
_OTHERWISE = {"null", "yes", "no", "on", "off"}


def problem(config: Config, sections: Mapping[str, Any], axes: Mapping[str, Any] | None = None) -> list[str]:
    """Words for a file or a mapping, with sections that stand over it and axes."""
    words: list[str] = []
    if isinstance(config, Mapping):
        given = dict(settings({name: part for name, part in config.items() if name != "axes"}))
        axes = {**config.get("axes", {}), **(axes or {})} if isinstance(config.get("axes", {}), Mapping) else axes
    elif config is None:
        given = {}
    else:
        words.append(os.fspath(config))
        given = {}
    given.update(settings(sections))
    varied = set(axes or {})
    words += [f"{key}={text(value)}" for key, value in given.items() if key not in varied]
    return words + [axis(key, values) for key, values in (axes or {}).items()]


def settings(sections: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted keys and their values; None stands for a key that is not given."""
    for name, value in sections.items():
        if not isinstance(name, str):
            raise TypeError(f"names of keys must be str, got {name!r}")
        key = before + name
        if isinstance(value, Mapping):
            yield from settings(value, key + ".")
        elif value is not None:
            if not before and "." not in key:
                raise TypeError(f"{key} is a section and must be a mapping, such as {key}={{...}}, got {value!r}")
            yield key, value


def axis(key: str, values: Any) -> str:
    """`key=a,b,c`, an expression such as pow2(6..13) as it is, `zip(k=..,l=..)`, `repeat=n`."""
    if key == "zip" and isinstance(values, Mapping):
        return "zip(" + ",".join(axis(name, list(part)) for name, part in values.items()) + ")"
    if isinstance(values, str):
        return f"{key}={values}"
    if not isinstance(values, Iterable):
        return f"{key}={text(values)}"
    return f"{key}=" + ",".join(text(value) for value in values)


def text(value: Any) -> str:
    """A value as YAML."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (str, os.PathLike)):
        word = os.fspath(value)
        return word if _PLAIN.fullmatch(word) and word.lower() not in _OTHERWISE else "'" + word.replace("'", "''") + "'"
    if isinstance(value, Iterable):
        return "[" + ",".join(text(part) for part in value) + "]"
    raise TypeError(f"a value must be a number, a str, a path, a bool or a list of them, got {type(value).__name__}")
