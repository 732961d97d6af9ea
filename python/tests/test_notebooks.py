#!/usr/bin/env python3
"""Checks the notebooks as they are stored, and runs them.

    PYTHONPATH=python/src python3 python/tests/test_notebooks.py

Running them needs nbclient, ipykernel, matplotlib and pandas. Figures are kept as PNG files where DMFT_FIGURES names a folder.
"""
import base64
import json
import os
import tempfile
import unittest
import warnings
from pathlib import Path

import dmft

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
PNG = b"\x89PNG\r\n\x1a\n"
FIGURES = {"first_curve": 3, "rate_transfer": 2, "beside_pytorch": 2, "paper_figures": 7}


class Stored(unittest.TestCase):
    def test_without_outputs_and_with_names_for_ids(self):
        self.assertEqual({path.stem for path in FOLDER.glob("*.ipynb")}, set(FIGURES))
        for path in FOLDER.glob("*.ipynb"):
            notebook = json.loads(path.read_text(encoding="utf-8"))
            self.assertEqual((notebook["nbformat"], notebook["nbformat_minor"]), (4, 5))
            names = [cell["id"] for cell in notebook["cells"]]
            self.assertEqual(len(set(names)), len(names))
            for cell in notebook["cells"]:
                self.assertRegex(cell["id"], "^[a-z]+(-[a-z]+)*$")
                if cell["cell_type"] == "code":
                    self.assertEqual((cell["outputs"], cell["execution_count"]), ([], None), cell["id"])


class Run(unittest.TestCase):
    def run_notebook(self, stem):
        import nbclient
        import nbformat

        warnings.simplefilter("ignore")  # of what the packages of Jupyter think of one another
        notebook = nbformat.read(FOLDER / f"{stem}.ipynb", as_version=4)
        nbformat.validate(notebook)
        with tempfile.TemporaryDirectory() as scratch:
            # Nothing of the user's own settings is read, and nothing is left behind.
            places = {name: scratch for name in ["IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR",
                                                 "JUPYTER_CONFIG_DIR", "MPLCONFIGDIR"]}
            # A kernel that starts within a debugger's reach warns of it on stderr.
            os.environ.update(places, PYDEVD_DISABLE_FILE_VALIDATION="1", OPENBLAS_NUM_THREADS="1", PYTHONPATH=str(Path(dmft.__file__).parents[1]))
            client = nbclient.NotebookClient(
                notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": scratch}})
            client.execute()  # raises CellExecutionError where a cell fails, with its traceback
        figures = []
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                self.assertNotEqual(output.output_type, "error", cell.id)
                self.assertNotEqual(output.get("name"), "stderr", output)
                if "image/png" in output.get("data", {}):
                    figures.append((cell.id, base64.b64decode(output.data["image/png"])))
        self.assertEqual(len(figures), FIGURES[stem])
        for number, (name, figure) in enumerate(figures):
            self.assertTrue(figure.startswith(PNG) and len(figure) > 5000, name)
            if "DMFT_FIGURES" in os.environ:
                Path(os.environ["DMFT_FIGURES"], f"{stem}-{number}-{name}.png").write_bytes(figure)
        return {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}

    def test_first_curve(self):
        outputs = self.run_notebook("first_curve")
        self.assertIn("<svg", outputs["solve"][0].data["text/html"])
        self.assertRegex(outputs["networks"][0].text, "theory against 48 trained networks")

    def test_rate_transfer(self):
        outputs = self.run_notebook("rate_transfer")
        self.assertIn("muP", outputs["search"][0].text)

    def test_beside_pytorch(self):
        outputs = self.run_notebook("beside_pytorch")
        self.assertRegex(outputs["compare"][0].text, r"(?m)^(train|test) loss: typical deviation [0-9.]+ %")
        deviations = [float(line.split("typical deviation ")[1].split(" %")[0]) for line in outputs["compare"][0].text.splitlines()]
        self.assertTrue(len(deviations) == 2 and max(deviations) < 5, deviations)

    def test_paper_figures(self):
        self.run_notebook("paper_figures")


if __name__ == "__main__":
    unittest.main()
