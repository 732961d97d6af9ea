#!/usr/bin/env python3
"""Runs the examples of docs/python.md, block by block, as doctest does."""
import doctest
import re
import unittest
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "python.md"


class Page(unittest.TestCase):
    def test_examples(self):
        text = PAGE.read_text(encoding="utf-8")
        names, parser = {}, doctest.DocTestParser()
        runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
        complaints = []
        for block in re.finditer(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            line = text[:block.start()].count("\n") + 1
            test = parser.get_doctest(block.group(1), names, PAGE.name, str(PAGE), line)
            runner.run(test, out=complaints.append, clear_globs=False)
            names = test.globs
        self.assertEqual(runner.summarize(verbose=False).failed, 0, "".join(complaints))
        self.assertGreater(runner.tries, 10)


if __name__ == "__main__":
    unittest.main()
