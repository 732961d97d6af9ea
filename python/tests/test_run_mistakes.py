#!/usr/bin/env python3
"""Errors of dmft.load for folders that are no runs, of stopped runs, and of files that were changed.

    DMFT_RUNS=FOLDER PYTHONPATH=python/src python3 python/tests/test_run_mistakes.py

FOLDER is that of test_runs.py.
"""
import os
import shutil
import tempfile
import unittest
from pathlib import Path

from dmft import RunError, UnfinishedRun, load

RUNS = Path(os.environ.get("DMFT_RUNS", "runs"))


class Mistakes(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def copy(self, name, file=None, change=None):
        """A copy of a run, with the text of a file changed."""
        run = Path(shutil.copytree(RUNS / name, self.folder / name))
        if file:
            (run / file).write_text(change((run / file).read_text()))
        return run

    def test_no_run(self):
        with self.assertRaisesRegex(RunError, "nothing is no folder; name the one that dmft"):
            load(self.folder / "nothing")
        with self.assertRaisesRegex(RunError, "has no manifest.json; name the folder"):
            load(self.folder)
        with self.assertRaisesRegex(RunError, "has no manifest.json; these below it are: .*first, .*transfer"):
            load(RUNS)
        with self.assertRaisesRegex(RunError, "manifest.json is not one that dmft wrote .*run dmft again"):
            load(self.copy("first", "manifest.json", lambda text: text[:100]))
        with self.assertRaisesRegex(RunError, "manifest.json is not one that dmft wrote .'command'"):
            load(self.copy("deep", "manifest.json", lambda text: '{"version": 3}'))

    def test_what_is_not_there(self):
        for name, what, hint in [
            ("transfer", "curves", "it has transfer.csv"), ("both", "curves", "again with --curves"),
            ("deep", "factors", "it has arrays.npz, curves.csv"), ("layers", "arrays", "it has conserved.csv"),
            ("collapse", "arrays", "the same dmft reduce command again with --arrays"),
        ]:
            with self.assertRaisesRegex(RunError, f"has no {what}.*{hint}"):
                getattr(load(RUNS / name), what)
        with self.assertRaisesRegex(KeyError, "h: .* has the arrays time, C_v"):
            load(RUNS / "first").arrays["h"]

    def test_unfinished(self):
        with self.assertWarnsRegex(UnfinishedRun, "only its manifest; the same dmft simulate command continues"):
            run = load(RUNS / "unfinished")
        self.assertTrue(run.is_unfinished and run.setting("simulation.replicas") == 4000 and run.files == [])
        with self.assertRaisesRegex(RunError, "has no curves.csv; it is unfinished: the same dmft simulate"):
            run.curves
        with self.assertWarnsRegex(UnfinishedRun, "only curves.csv, summary.csv"):
            part = load(self.copy("sweep", "manifest.json", lambda text: text.replace('"completed"', '"unfinished"')))
        self.assertEqual(part.summary["unit"].tolist(), list(range(6)))

    def test_tables_that_were_changed(self):
        for number, (change, message) in enumerate([
            (lambda text: text.replace("\n2,", "\n2,soon", 1), r"curves.csv:4: time is 'soon0.1', not a number"),
            (lambda text: text.replace("\n3,", "\n3,0,", 1), r"curves.csv:5: 6 cells, not 5"),
            (lambda text: text + '13,"0.6', r"curves.csv:15: .*run dmft again"),
            (lambda text: "", "curves.csv is empty"),
        ]):
            run = shutil.copytree(RUNS / "first", self.folder / str(number))
            (run / "curves.csv").write_text(change((run / "curves.csv").read_text()))
            with self.assertRaisesRegex(RunError, message):
                load(run).curves
        run = self.copy("first", "layers.csv", lambda text: text[:text.rstrip().rindex("\n") + 1])
        with self.assertRaisesRegex(RunError, "does not have every layer at every step"):
            load(run).strengths()
        lines = (RUNS / "first" / "layers.csv").read_text().splitlines(keepends=True)
        (run / "layers.csv").write_text("".join(lines[:3] + [lines[4], lines[3]] + lines[5:]))
        with self.assertRaisesRegex(RunError, "does not have every layer at every step"):
            load(run).strengths()
        (run / "arrays.npz").write_bytes((run / "arrays.npz").read_bytes()[:500])
        with self.assertRaisesRegex(RunError, "arrays.npz can't be read .*run dmft again"):
            load(run).arrays


if __name__ == "__main__":
    unittest.main()
