"""What counts as the same output: python3 -m unittest discover scripts/readme_checking."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from readme_checking import document, tables  # noqa: E402
from readme_checking.comparison import differences, lines_agree  # noqa: E402


class Lines(unittest.TestCase):
    def test_numbers_agree_to_a_unit_of_their_last_digit(self):
        self.assertTrue(lines_agree("  10  0.05 1.23456", "10 0.05   1.23457"))
        self.assertTrue(lines_agree("-42 %, +3.2e+02 %", "-43 %, +3.3e+02 %"))
        self.assertFalse(lines_agree("10 0.05 1.23", "10 0.05 1.25"))
        self.assertFalse(lines_agree("+3.2e+02 %", "+3.5e+02 %"))

    def test_counts_and_words_agree_exactly(self):
        self.assertFalse(lines_agree("worst step 99", "worst step 98"))
        self.assertFalse(lines_agree("64 networks agree", "64 networks agreed"))

    def test_times_are_not_compared_but_what_stands_beside_them_is(self):
        self.assertTrue(lines_agree("1.31 CPU-s, 2.45 MB, here about 0.7 s", "9 CPU-s, 2.45 MB, here under 0.1 s"))
        self.assertFalse(lines_agree("0.5 s (64 networks)", "0.5 s (63 networks)"))
        self.assertFalse(lines_agree("1.31 CPU-s, 2.45 MB", "1.31 CPU-s, 3.45 MB"))

    def test_rounding_errors_agree_whatever_they_are(self):
        self.assertTrue(lines_agree("off 1.7e-16", "off 9.1e-16"))
        self.assertFalse(lines_agree("off 1.7e-06", "off 9.1e-06"))


class Differences(unittest.TestCase):
    def test_only_lines_that_differ_are_told(self):
        self.assertEqual(differences(["a 1.0", "b"], ["a 1.1", "b"]), [])
        found = differences(["a 1.0", "b", "c"], ["a 1.1", "new", "b", "c"])
        self.assertEqual([line for line in found if line[0] in "+-"][2:], ["+new"])


class Document(unittest.TestCase):
    README = "\n".join([
        '<!-- run: dmft layers from "b" before "d" from "e" to "f" -->', "", "    b 1", "    c", "", "    e", "    f", "", "text",
        "    dmft init my.yaml    a configuration", "<!-- scripts/benchmark limits --markdown -->", "**t**", "",
        "| limit | s |", "| --- | ---: |", "| flow | 0.5 (at most 2) |", "", "<!-- end -->",
    ])

    def test_commands_their_outputs_and_tables_are_found(self):
        pasted, listed, table = document.read(self.README)
        self.assertEqual((pasted.command, pasted.lines), ("dmft layers", ["b 1", "c", "", "e", "f"]))
        self.assertEqual(pasted.shown("a\nb 1\nc\nd\n\ne\nf\ng"), ["b 1", "c", "", "e", "f"])
        self.assertIsNone(pasted.shown("a\nb\n"))
        self.assertEqual(listed.command, "dmft init my.yaml")
        self.assertEqual(table.command, "scripts/benchmark limits --markdown")

    def test_new_lines_take_the_place_of_old_ones(self):
        pasted = document.read(self.README)[0]
        new = document.replaced(self.README, [(pasted.first, pasted.last, ["    x"])])
        self.assertEqual(document.read(new)[0].lines, ["x"])
        self.assertEqual(new.split("\n")[3:5], ["", "text"])


class Tables(unittest.TestCase):
    OLD = ["**t**", "", "| limit | s | ratio |", "| --- | ---: | ---: |", "| flow | 0.5 (at most 2) | 40 |"]

    def test_what_moved_or_missed_is_told(self):
        self.assertEqual(tables.moved(self.OLD, self.OLD), [])
        new = self.OLD[:-1] + ["| flow | 2.5 (at most 2, MISSED) | 50 |"]
        self.assertEqual(tables.moved(self.OLD, new), [
            "misses its target: t: flow, s: 2.5 (at most 2, MISSED)", "moved: t: flow, s: 0.5 in the README, 2.5 now"])

    def test_the_verdict_is_not_pasted(self):
        output = "2026-12-01: machine\n\n**t**\n\n| a | b |\n\n**verdict**\n\n1 of 1 targets met\n"
        self.assertEqual(tables.pasted_form(["**t**"], output), ["**t**", "", "| a | b |", ""])
        self.assertEqual(tables.pasted_form(["2026-11-22: machine"], output)[0], "2026-12-01: machine")


if __name__ == "__main__":
    unittest.main()
