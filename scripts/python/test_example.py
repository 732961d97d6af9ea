#!/usr/bin/env python3
"""Checks example.ipynb as it is stored, and runs it.

    DMFT_RUNS=FOLDER python3 scripts/python/test_example.py

FOLDER holds the two runs that the notebook names. Running it needs nbclient, ipykernel and matplotlib. Figures are
kept as PNG files where DMFT_FIGURES names a folder.
"""
import base64
import json
import os
import re
import tempfile
import unittest
from pathlib import Path

NOTEBOOK = Path(__file__).resolve().parent / "example.ipynb"
PNG = b"\x89PNG\r\n\x1a\n"


class StoredNotebook(unittest.TestCase):
    def setUp(self):
        self.notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))

    def test_without_outputs_and_with_names_for_ids(self):
        self.assertEqual((self.notebook["nbformat"], self.notebook["nbformat_minor"]), (4, 5))
        names = [cell["id"] for cell in self.notebook["cells"]]
        self.assertEqual(len(set(names)), len(names))
        for cell in self.notebook["cells"]:
            self.assertRegex(cell["id"], "^[a-z]+(-[a-z]+)*$")
            if cell["cell_type"] == "code":
                self.assertEqual((cell["outputs"], cell["execution_count"]), ([], None), cell["id"])

    def test_the_first_text_says_how_the_runs_are_made(self):
        first = self.notebook["cells"][0]
        text = "".join(first["source"])
        self.assertEqual(first["cell_type"], "markdown")
        self.assertEqual(
            re.findall(r"^    (dmft .*)$", text, re.MULTILINE),
            ["dmft solve configs/digits.yaml --arrays -o runs/first", "dmft transfer data.noise=0.3 -o runs/transfer"])
        self.assertIn("DMFT_RUNS", text)


class RunNotebook(unittest.TestCase):
    def test_every_cell_runs_and_three_figures_come_out(self):
        import nbclient
        import nbformat

        notebook = nbformat.read(NOTEBOOK, as_version=4)
        nbformat.validate(notebook)
        runs = str(Path(os.environ.get("DMFT_RUNS", "runs")).resolve())
        with tempfile.TemporaryDirectory() as scratch:
            # Nothing of the user's own settings is read, and nothing is left behind.
            places = {name: scratch for name in ["IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR",
                                                 "JUPYTER_CONFIG_DIR", "MPLCONFIGDIR"]}
            # A kernel that starts within a debugger's reach warns of it on stderr.
            os.environ.update(places, DMFT_RUNS=runs, PYDEVD_DISABLE_FILE_VALIDATION="1")
            client = nbclient.NotebookClient(
                notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOK.parent)}})
            client.execute()  # raises CellExecutionError where a cell fails, with its traceback

        outputs = {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
        figures = {}
        for name, several in outputs.items():
            for output in several:
                self.assertNotEqual(output.output_type, "error", name)
                self.assertNotEqual(output.get("name"), "stderr", output)
                if "image/png" in output.get("data", {}):
                    figures[name] = base64.b64decode(output.data["image/png"])
        self.assertEqual(list(figures), ["draw-the-curves", "draw-the-correlations", "draw-the-transfer"])
        for name, figure in figures.items():
            self.assertTrue(figure.startswith(PNG) and len(figure) > 5000, name)
        self.assertIn("dmft solve, completed", outputs["open-the-runs"][0].data["text/plain"])
        self.assertRegex(outputs["strengths"][0].text, r"^layer 1: [0-9.]+ times its start\nlayer 2: ")
        self.assertIn("learning_rate", outputs["pandas"][0].text)
        if "DMFT_FIGURES" in os.environ:
            for name, figure in figures.items():
                Path(os.environ["DMFT_FIGURES"], f"{name}.png").write_bytes(figure)


if __name__ == "__main__":
    unittest.main()
