"""What goes wrong, as exceptions and warnings."""
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_KEY = re.compile(r"^(?:unknown key )?([a-z]+(?:\.[A-Za-z0-9_]+)+)")


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong with a configuration.

    key: the dotted key as it was given, if it is known. place: where it stands. reason: what is wrong. suggestion: what to
    do instead, if the reason does not say it. nearest: the key that was probably meant.
    """

    key: str | None
    place: str | None
    reason: str
    suggestion: str | None

    @property
    def nearest(self) -> str | None:
        """The key that was probably meant, of `did you mean ...?`."""
        found = re.search(r"did you mean (\S+?)\?", f"{self.reason}; {self.suggestion or ''}")
        return found.group(1) if found else None

    def __str__(self) -> str:
        text = f"{self.reason}; {self.suggestion}" if self.suggestion else self.reason
        if self.place and not self.place.startswith("command line: ") and self.place not in text:
            return f"{self.place}: {text}"
        return text if self.key is None or self.key in text else f"{self.key}: {text}"


class DmftError(Exception):
    """A command ended without a result. `errors` are the lines that it printed, `status` its exit code."""

    def __init__(self, errors: Sequence[str], status: int = 1) -> None:
        super().__init__("\n".join(errors))
        self.errors = list(errors)
        self.status = status

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.errors, self.status), self.__dict__)


class InvalidConfiguration(DmftError, ValueError):
    """Keys, values or data are wrong: every mistake, with its key and what to do instead."""

    def __init__(self, errors: Sequence[str], status: int = 65, mistakes: Sequence[Mistake] = ()) -> None:
        super().__init__(errors, status)
        self.mistakes = list(mistakes)


class FileError(DmftError, OSError):
    """A file is missing or can't be read or written."""


class RunError(DmftError):
    """What is wrong with a run folder or was not found in it, where, and what to do."""

    def __init__(self, errors: Sequence[str] | str, status: int = 65) -> None:
        super().__init__([errors] if isinstance(errors, str) else errors, status)


class DmftNotice(UserWarning):
    """What a command would have noted on stderr: a key without effect, a table read in an unusual way."""


class UnfinishedRun(UserWarning):
    """The run was stopped before its end; only some of its files are there."""


def error(status: int, errors: Sequence[str], mistakes: Sequence[dict[str, Any]]) -> DmftError:
    """The exception for the end of a call."""
    if status == 74:
        return FileError(errors, status)
    if status not in (64, 65):
        return DmftError(errors, status)
    found = [_mistake(one) for one in mistakes] or [_of_line(line) for line in errors]
    return InvalidConfiguration([str(one) for one in found], status, found)


def _mistake(one: dict[str, Any]) -> Mistake:
    named = _KEY.match(one["reason"])
    return Mistake(one["key"] or (named.group(1) if named else None), one["place"], one["reason"], one["suggestion"])


def _of_line(line: str) -> Mistake:
    """What theory or networks refuse: `key: reason; suggestion`."""
    named = re.match(r"([a-z]+(?:\.[A-Za-z0-9]+)+): (.*)$", line, re.DOTALL)
    reason, _, suggestion = (named.group(2) if named else line).partition("; ")
    return Mistake(named.group(1) if named else None, None, reason, suggestion or None)
