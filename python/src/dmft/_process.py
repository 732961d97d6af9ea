"""The program, kept running: one call after the other goes to it as a line of JSON."""
from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

from ._errors import DmftError, DmftNotice, error

Progress = Callable[[float], None]


def program() -> str:
    """Path of the program: that of DMFT_PROGRAM, of the wheel, of the repository around this file, or of the PATH."""
    given = os.environ.get("DMFT_PROGRAM")
    if given:
        return given
    here = Path(__file__).resolve().parent
    for path in (here / "_program" / "dmft", *(up / ".build" / "release" / "dmft" for up in here.parents[2:3])):
        if path.is_file():
            return str(path)
    found = shutil.which("dmft")
    if found:
        return found
    raise DmftError(["the program dmft is not found: install a wheel, put it on the PATH, or name it in DMFT_PROGRAM"])


class Process:
    """One running `dmft serve`. Calls are answered one after the other."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.path = program()
        self._number = 0
        self._complaints: IO[bytes] = tempfile.TemporaryFile()
        try:
            # A session of its own: Ctrl-C in a terminal reaches Python alone, which ends the call and says so.
            self._child = subprocess.Popen(
                [self.path, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._complaints,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"}, start_new_session=True)
        except OSError as problem:
            self._complaints.close()
            raise DmftError([f"{self.path} can't be started: {problem.strerror}"]) from problem

    @property
    def is_running(self) -> bool:
        """Whether it can take a call, in the process that started it."""
        return self.owner == os.getpid() and self._child.poll() is None

    @property
    def number(self) -> int:
        """Its process id."""
        return self._child.pid

    def call(self, words: Sequence[str], progress: Progress | None) -> dict[str, Any]:
        """Runs one command; returns the last line about it. Notices become warnings.

        Raises what the command ended with, and KeyboardInterrupt at once: the process then ends.
        """
        self._number += 1
        line = json.dumps({"id": self._number, "folder": os.getcwd(), "words": list(words)})
        try:
            return self._ask(line, progress)
        except BaseException:
            self.close(signal.SIGINT)
            raise

    def _ask(self, line: str, progress: Progress | None) -> dict[str, Any]:
        assert self._child.stdin is not None and self._child.stdout is not None
        try:
            self._child.stdin.write(line.encode() + b"\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            raise self._died() from None
        while True:
            answer = self._child.stdout.readline()
            if not answer.endswith(b"\n"):
                raise self._died()
            members: dict[str, Any] = json.loads(answer)
            if "status" in members:
                return members
            if "note" in members:
                _warn(members["note"])
            elif progress is not None:
                progress(members["progress"])

    def _died(self) -> DmftError:
        code = self._child.wait()
        self._complaints.seek(0)
        said = self._complaints.read().decode(errors="replace").strip()
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return DmftError([f"{self.path} ended with {how}{': ' + said[-2000:] if said else ''}"], code)

    def close(self, number: int = signal.SIGTERM) -> None:
        """Ends it: asked first, so that a sweep in a folder keeps what is finished, then killed."""
        if self.owner != os.getpid():
            # The child of a fork: the process belongs to its parent, as does what its pipes hold.
            self._child.returncode = 0
        elif self._child.poll() is None:
            self._child.send_signal(number)
            try:
                self._child.wait(2)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout, self._complaints):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    pass


def _warn(line: str) -> None:
    text = line.partition(": ")[2] if line.startswith(("note: ", "warning: ", "error: ")) else line
    warnings.warn(text.strip(), DmftNotice, stacklevel=_outside())


def _outside() -> int:
    """The number of frames to the caller of the package."""
    import sys

    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("dmft"):
        level, frame = level + 1, frame.f_back
    return level


_idle: list[Process] = []
_lock = threading.Lock()


def call(words: Sequence[str], progress: Progress | None = None) -> dict[str, Any]:
    """Runs one command in an idle process, or in a new one where all are busy, and returns its result.

    Each thread that calls meanwhile has a process of its own. Raises what the command ended with.
    """
    with _lock:
        while _idle and not _idle[-1].is_running:
            _idle.pop().close()
        process = _idle.pop() if _idle else None
    process = process or Process()
    answer = process.call(words, progress)
    with _lock:
        _idle.append(process)
    if "errors" in answer:
        raise error(answer["status"], answer["errors"], answer.get("mistakes", []))
    return answer


def close() -> None:
    """Ends the idle processes; the next call starts a new one."""
    with _lock:
        while _idle:
            _idle.pop().close()


atexit.register(close)
