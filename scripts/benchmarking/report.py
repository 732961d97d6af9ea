"""Measurements compared with targets: tables for a terminal or for docs/benchmarks.md, and the targets that were missed."""
import sys


def number(value, digits):
    """A few digits, and no power of ten where the number can be read without."""
    return f"{value:.0f}" if 1000 <= value < 1e6 else f"{value:.{digits}g}"


class Report:
    def __init__(self, is_markdown):
        self.is_markdown = is_markdown
        self.met = 0
        self.missed = []

    def title(self, text):
        print(f"**{text}**\n" if self.is_markdown else f"\n{text}", flush=True)

    def note(self, text):
        print(f"{text}\n" if self.is_markdown else f"  {text}", flush=True)

    def progress(self, text):
        """Progress on stderr; no part of the report."""
        print(f"... {text}", file=sys.stderr, flush=True)

    def table(self, headers, rows):
        """Rows of texts; the first column names the row."""
        if self.is_markdown:
            lines = [headers, ["---"] + ["---:"] * (len(headers) - 1), *rows]
            print("\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n", flush=True)
            return
        widths = [max(len(cells[column]) for cells in [headers, *rows]) for column in range(len(headers))]
        for cells in [headers, *rows]:
            padded = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:])]
            print("  " + "  ".join([cells[0].ljust(widths[0]), *padded]), flush=True)

    def at_least(self, what, value, bound, digits=3):
        return self._against(what, value >= bound, f"{number(value, digits)} (at least {bound:g}", value)

    def at_most(self, what, value, bound, digits=3):
        return self._against(what, value <= bound, f"{number(value, digits)} (at most {bound:g}", value)

    def right(self, what, is_right, words="agree", found=""):
        """Whether a result is what it must be; `words` for one that is, and what was found instead."""
        self._count(what, is_right, f"wrong {found}".rstrip())
        return words if is_right else "WRONG"

    def _against(self, what, is_met, text, value):
        self._count(what, is_met, f"{value:.3g}")
        return f"{text})" if is_met else f"{text}, MISSED)"

    def _count(self, what, is_met, words):
        if is_met:
            self.met += 1
        else:
            self.missed.append(f"{what}: {words}")

    def verdict(self):
        """Reports the missed targets; returns whether there are none."""
        self.title("verdict")
        self.note(f"{self.met} of {self.met + len(self.missed)} targets met")
        for target in self.missed:
            self.note(f"- missed: {target}" if self.is_markdown else f"missed: {target}")
        return not self.missed
