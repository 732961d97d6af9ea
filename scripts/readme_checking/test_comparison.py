"""What counts as the same output, and as a link that leads somewhere: python3 -m unittest discover scripts/readme_checking."""
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from readme_checking import document, links, tables  # noqa: E402
from readme_checking.comparison import differences, lines_agree  # noqa: E402


class Lines(unittest.TestCase):
    def test_numbers_agree_to_a_unit_of_their_last_digit(self):
        self.assertTrue(lines_agree("  10  0.05 1.23456", "10 0.05   1.23457"))
        self.assertTrue(lines_agree("-42 %, +3.2e+02 %", "-43 %, +3.3e+02 %"))
        self.assertFalse(lines_agree("10 0.05 1.23", "10 0.05 1.25"))
        self.assertFalse(lines_agree("+3.2e+02 %", "+3.5e+02 %"))

    def test_a_number_that_lost_its_digits_is_another(self):
        self.assertTrue(lines_agree("rate 0.5", "rate 0.4999"))
        self.assertFalse(lines_agree("rate 0.0714806669195985", "rate 0.0715"))

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
    def test_only_lines_that_differ_are_reported(self):
        self.assertEqual(differences(["a 1.0", "b"], ["a 1.1", "b"]), [])
        found = differences(["a 1.0", "b", "c"], ["a 1.1", "new", "b", "c"])
        self.assertEqual([line for line in found if line[0] in "+-"][2:], ["+new"])


class Document(unittest.TestCase):
    PAGE = "\n".join([
        '<!-- run: dmft layers from "b" before "d" from "e" to "f" -->', "", "    b 1", "    c", "", "    e", "    f", "", "text",
        "    dmft init my.yaml    a configuration", "<!-- scripts/benchmark limits --markdown -->", "**t**", "",
        "| limit | s |", "| --- | ---: |", "| flow | 0.5 (at most 2) |", "", "<!-- end -->",
    ])

    def test_commands_their_outputs_and_tables_are_found(self):
        pasted, listed, table = document.read(self.PAGE)
        self.assertEqual((pasted.command, pasted.lines), ("dmft layers", ["b 1", "c", "", "e", "f"]))
        self.assertEqual(pasted.shown("a\nb 1\nc\nd\n\ne\nf\ng"), ["b 1", "c", "", "e", "f"])
        self.assertIsNone(pasted.shown("a\nb\n"))
        self.assertEqual((pasted.status, listed.command, listed.status), (0, "dmft init my.yaml", 0))
        self.assertEqual(table.command, "scripts/benchmark limits --markdown")

    def test_new_lines_take_the_place_of_old_ones(self):
        pasted = document.read(self.PAGE)[0]
        new = document.replaced(self.PAGE, [(pasted.first, pasted.last, ["    x"])])
        self.assertEqual(document.read(new)[0].lines, ["x"])
        self.assertEqual(new.split("\n")[3:5], ["", "text"])


    def test_a_command_may_exit_otherwise(self):
        pasted, = document.read('<!-- run: dmft validate a=1 exits 3 from "theory" -->\n\n    theory')
        self.assertEqual((pasted.command, pasted.status, pasted.parts), ("dmft validate a=1", 3, [("theory", None, False)]))


class Links(unittest.TestCase):
    def problems(self, pages):
        with tempfile.TemporaryDirectory() as root:
            os.mkdir(os.path.join(root, "docs"))
            for page, text in pages.items():
                with open(os.path.join(root, page), "w") as file:
                    file.write(text)
            self.assertEqual(links.pages(root), list(pages))
            return links.problems(root, pages)

    def test_files_and_headings_must_exist(self):
        index = "[a](solve.md) [`b`](solve.md#a-run-it-1) [up](../README.md) [web](https://x.org/y)"
        solve = "# A: run `it`\n# A: run it\n[here](#a-run-it)\n"
        self.assertEqual(self.problems({"README.md": "[docs](docs/README.md)", "docs/README.md": index, "docs/solve.md": solve}), [])
        self.assertEqual(self.problems({
            "README.md": 'x\n![b](b.png) <img src="c.png">', "docs/README.md": "[a](solve.md#b) [out](../../x)", "docs/solve.md": "[x](#y)"}), [
                "README.md:2: b.png: there is no b.png", "README.md:2: c.png: there is no c.png",
                "docs/README.md:1: solve.md#b: docs/solve.md has no heading #b", "docs/README.md:1: ../../x: leads out of the repository",
                "docs/solve.md:1: #y: docs/solve.md has no heading #y"])

    def test_code_has_neither_links_nor_headings(self):
        text = "`[a](b)` and ``[a](`b`)``\n```\n[a](b)\n# c\n```\n\n    [a](b)\n"
        self.assertEqual(list(links.links(text)), [])
        self.assertEqual(list(links.links("a\n[b\nc](d.md) `x`, [`y`](z)")), [(3, "d.md"), (3, "z")])
        self.assertEqual(links.anchors(text), set())

    def test_every_page_is_in_the_index_and_the_readme_is_short(self):
        found = self.problems({"README.md": "x\n" * 181, "docs/README.md": "", "docs/solve.md": ""})
        self.assertEqual(found, [
            "docs/README.md: has no link to docs/solve.md", "README.md: 181 lines, at most 180; move what is too long to docs/"])

    def test_quoted_figures_are_in_their_source(self):
        pages = {"README.md": "<!-- figures of docs/README.md -->\n1.03 s, 67 times, 12 s\n\n99 s", "docs/README.md": "1.030 and 67.4"}
        self.assertEqual(self.problems(pages), ["README.md:2: 12 is not in docs/README.md"])


class Tables(unittest.TestCase):
    OLD = ["**t**", "", "| limit | s | ratio |", "| --- | ---: | ---: |", "| flow | 0.5 (at most 2) | 40 |"]

    def test_what_moved_or_missed_is_reported(self):
        self.assertEqual(tables.moved(self.OLD, self.OLD), [])
        new = self.OLD[:-1] + ["| flow | 2.5 (at most 2, MISSED) | 50 |"]
        self.assertEqual(tables.moved(self.OLD, new), [
            "misses its target: t: flow, s: 2.5 (at most 2, MISSED)", "moved: t: flow, s: 0.5 before, 2.5 now"])

    def test_the_verdict_is_not_pasted(self):
        output = "2026-12-01: computer\n\n**t**\n\n| a | b |\n\n**verdict**\n\n1 of 1 targets met\n"
        self.assertEqual(tables.pasted_form(["**t**"], output), ["**t**", "", "| a | b |", ""])
        self.assertEqual(tables.pasted_form(["2026-11-22: computer"], output)[0], "2026-12-01: computer")


if __name__ == "__main__":
    unittest.main()
