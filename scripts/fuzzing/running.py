"""Runs dmft within limits, and says what about an outcome is wrong whatever the command was."""
import dataclasses
import hashlib
import json
import os
import re
import resource
import shlex
import signal
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DMFT = os.path.abspath(os.environ.get("DMFT", os.path.join(ROOT, ".build", "release", "dmft")))
# Processor time, not time on the clock: a shared computer makes nothing a hang.
SECONDS = 20
ADDRESS_SPACE = 14 << 30
# What a program prints that has lost control of itself.
TRACEBACK = re.compile(
    rb"Fatal error|Traceback|Stack dump|Current stack trace|\*\*\* Program crashed|terminate called|Assertion|assertion failed"
    rb"|BLAS : |gsl: |malloc\(\): |free\(\): |Swift/[A-Za-z]+\.swift")
# Where an error says that the mistake is: the command line, a line of a file, a file or folder.
PLACE = re.compile(r"^error: (command line: |[^\n]*?:\d+:\d+: |[^\n:]+: |and \d+ more )")


@dataclasses.dataclass
class Outcome:
    """How one run of dmft ended. `code` is None for one that used up its processor time, negative for a signal."""
    words: list
    code: int | None
    out: bytes
    err: bytes

    @property
    def crashed(self):
        return self.code is not None and (self.code < 0 or self.code in (132, 133, 134, 136, 139))

    @property
    def command(self):
        return "dmft " + shlex.join(self.words)


def _limit():
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 2))


def run(words, folder, environment=None):
    """One run in a folder; temporary files and the home directory are where `environment` says."""
    process = subprocess.Popen(
        [DMFT, *words], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=_limit,
        env=dict(os.environ, OPENBLAS_NUM_THREADS="1", LC_ALL="C.UTF-8", **(environment or {})))
    try:
        out, err = process.communicate(timeout=30 * SECONDS)  # one that waits for something uses no processor time
        code = process.returncode
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        code = None
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        code = None
    return Outcome(list(words), code, out, err)


def wrongs(outcome, allowed):
    """What is wrong with an outcome, each in a sentence without numbers of this very run; `allowed` are the exit codes that it may have."""
    name = outcome.words[0] if outcome.words else "dmft"
    if outcome.code is None:
        return [f"{name}: a hang (more than {SECONDS} s of processor time)"]
    if outcome.crashed:
        return [f"{name}: a crash ({outcome.code})"]
    found = []
    if outcome.code not in allowed:
        found.append(f"{name}: exit {outcome.code}, allowed are {', '.join(map(str, sorted(allowed)))}")
    if TRACEBACK.search(outcome.out + outcome.err):
        found.append(f"{name}: a message of the run time instead of its own")
    if outcome.code in (65, 74) and unplaced(outcome):
        found.append(f"{name}: an error without its place")
    if outcome.code == 64 and not re.search(rb"(?im)^error: ", outcome.err):
        found.append(f"{name}: exit 64 without a word")
    return found


def unplaced(outcome):
    """Error lines that neither begin with a place nor name a word of the command; a silent failure counts as one."""
    lines = [line for line in outcome.err.decode("utf8", "replace").split("\n") if line.startswith("error: ")]
    named = [word for word in outcome.words[1:] if word]
    if any("\n" in word and word in outcome.err.decode("utf8", "replace") for word in named):
        return []  # a name of several lines
    return [line for line in lines if not PLACE.match(line) and not any(word in line for word in named)] if lines else ["no error"]


def strict_json(data):
    """JSON whose numbers are all finite: `NaN` and `Infinity`, which Python would take, are refused."""
    def refuse(word):
        raise ValueError("a number that is not finite: " + word)
    return json.loads(data.decode("utf8"), parse_constant=refuse)


def snapshot(folder, without=()):
    """Every name below a folder with what it holds, links not followed; without what lies at or below some paths."""
    found = {}
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if os.path.join(place, name) not in without]
        for name in folders + files:
            path = os.path.join(place, name)
            if path in without:
                continue
            if os.path.islink(path):
                found[path] = "link to " + os.readlink(path)
            elif os.path.isfile(path):
                with open(path, "rb") as file:
                    found[path] = hashlib.sha256(file.read()).hexdigest()
            else:
                found[path] = "folder"
    return found


def changes(before, after):
    """Names that have come, gone or changed between two snapshots."""
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def half_written(folder):
    """What an ended run may not leave in its folder: temporary names, files that the manifest names and that are not there, no manifest."""
    if not os.path.isdir(folder):
        return []
    names = [os.path.join(place, name) for place, folders, files in os.walk(folder) for name in folders + files]
    found = ["left a temporary file" for name in names if os.path.basename(name).startswith(".dmft-writing-")]
    try:
        with open(os.path.join(folder, "manifest.json"), "rb") as file:
            manifest = strict_json(file.read())
        found += [f"{name} of the manifest is missing" for name in manifest["files"] if not os.path.exists(os.path.join(folder, name))]
    except (OSError, ValueError, KeyError) as error:
        found.append(f"no whole manifest ({type(error).__name__})")
    return found
