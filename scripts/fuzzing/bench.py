"""Where the cases of one generator are tried: a folder for each, what was run there, what was found, and the sums over all of them."""
import collections
import os
import random
import re
import shutil
import tempfile

from fuzzing import running


class Bench:
    """Tries cases one by one. What a case may do lies in its folder: `place` is its working directory."""

    def __init__(self, generator, seed, keep=None):
        self.generator, self.seed, self.keep = generator, seed, keep
        self.scratch = tempfile.mkdtemp(prefix="dmft-fuzz-")
        self.place = self.shared = os.path.join(self.scratch, "shared")
        os.mkdir(self.shared)
        self.tally = collections.Counter()
        self.failures = collections.defaultdict(list)  # by what is wrong, the numbers of the cases
        self.worst = {}  # largest differences that were measured, by their names
        self.outcomes = []

    def run(self, words, allowed, writes=(), place=None, is_whole=True):
        """One run of dmft; returns its outcome and what is wrong with it. Only what lies at `writes`, below its working directory, may
        change, and what is there afterwards has to be whole, unless the case itself has damaged it."""
        place = place or self.place
        environment = {}
        for name in ("TMPDIR", "HOME"):
            environment[name] = os.path.join(self.scratch, name)
            os.makedirs(environment[name], exist_ok=True)
        without = {os.path.join(place, name) for name in writes} | {self.shared} - {place}
        before = running.snapshot(self.scratch, without)
        outcome = running.run(words, place, environment)
        self.outcomes.append(outcome)
        self.tally["runs"] += 1
        self.tally[f"{words[0] if words else 'dmft'} exits {outcome.code}"] += 1
        wrong = running.wrongs(outcome, allowed)
        if running.changes(before, running.snapshot(self.scratch, without)):
            wrong.append(f"{words[0]}: changed or left files outside its folder")
        for name in writes if is_whole else ():
            wrong += [f"{words[0]}: {what}" for what in running.half_written(os.path.join(place, name))]
        return outcome, wrong

    def try_cases(self, case, numbers):
        """`case(random, bench)` yields what is wrong with it. Each has random numbers of its own, so that it can be tried alone."""
        for number in numbers:
            self.place = os.path.join(self.scratch, "case")
            os.mkdir(self.place)
            self.outcomes = []
            found = list(dict.fromkeys(case(random.Random(f"{self.seed}/{self.generator}/{number}"), self)))
            for what in found:
                self.failures[what].append(number)
            if found and self.keep:
                self._keep(number, found)
            self.tally["cases"] += 1
            for name in os.listdir(self.scratch):
                if name != "shared":
                    shutil.rmtree(os.path.join(self.scratch, name))

    def largest(self, name, number):
        """Keeps the largest of some numbers."""
        self.worst[name] = max(self.worst.get(name, 0.0), number)

    def _keep(self, number, found):
        """The first few cases of each kind: their files as they are now, their commands, and what these said."""
        if all(len(self.failures[what]) > 3 for what in found):
            return
        folder = os.path.join(self.keep, f"{self.generator}-{self.seed}-{number}")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.place, folder, symlinks=True)
        with open(os.path.join(folder, "FOUND.txt"), "w", errors="replace") as file:
            file.write("".join(what + "\n" for what in found))
            for outcome in self.outcomes:
                file.write(f"\n$ {outcome.command}\nexit {outcome.code}\n{outcome.err.decode('utf8', 'replace')[-3000:]}\n")

    def close(self):
        shutil.rmtree(self.scratch, ignore_errors=True)


def plain(error):
    """An error of Python as a kind: without the numbers and names of one case."""
    return re.sub(r"[\d.]+|'[^']*'", "#", f"{type(error).__name__} {error}")[:70]
