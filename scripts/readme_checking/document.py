"""A page as what can be checked of it: commands whose output is pasted, commands without, and tables of the benchmark."""
import re

# `exits N` behind the command is its exit code, 0 if left out. Parts say which lines are pasted: from "TEXT" to "TEXT" runs from the first line that begins with the one
# to the next that begins with the other, both included; `before "TEXT"` leaves the other out. Without `from` it is the top, without an
# end the end; several parts follow one another.
MARKER = re.compile(r"^<!-- run: (?P<command>.*?)(?: exits (?P<status>\d+))?(?P<parts>(?: (?:from|to|before) \"[^\"]*\")*) -->$")
PART = re.compile(r'(from|to|before) "([^"]*)"')
COMMAND = re.compile(r"^    (dmft .*?)(?:  +\S.*)?$")
BENCHMARK = re.compile(r"^<!-- (scripts/benchmark .*?) -->$")
END = "<!-- end -->"


class Pasted:
    """A command, its exit code, and the lines of its output that the page shows."""

    def __init__(self, command, status, parts, lines, first, last):
        self.command, self.status, self.parts, self.lines = command, status, parts, lines
        self.first, self.last = first, last  # the lines of the page, last excluded

    def shown(self, output):
        """Of an output, the lines that the page is to show; None where a part is not in it."""
        lines, shown, place = [line.rstrip() for line in output.splitlines()], [], 0
        for start, end, is_excluded in self.parts or [("", None, False)]:
            first = next((at for at in range(place, len(lines)) if lines[at].lstrip().startswith(start)), None)
            if first is None:
                return None
            last = len(lines) - 1
            if end is not None:
                last = next((at for at in range(first, len(lines)) if lines[at].lstrip().startswith(end)), None)
                if last is None:
                    return None
            place = last if is_excluded else last + 1
            # A part that is set off in the output is set off in the page.
            shown += ([""] if first > 0 and not lines[first - 1] else []) + lines[first:place]
        return trimmed(shown)


class Listed:
    """A command that stands in a list, without an output."""

    status = 0

    def __init__(self, command, line):
        self.command, self.line = command, line


class Table:
    """What `scripts/benchmark --markdown` printed."""

    def __init__(self, command, lines, first, last):
        self.command, self.lines, self.first, self.last = command, lines, first, last


def trimmed(lines):
    """Without empty lines at both ends."""
    while lines and not lines[0]:
        lines = lines[1:]
    while lines and not lines[-1]:
        lines = lines[:-1]
    return lines


def parts(words):
    """Beginnings of the first and the last line, and whether the latter is left out; None stands for the end of the output."""
    found = []
    for word, text in PART.findall(words):
        if word == "from":
            found.append((text, None, False))
        else:
            start = found.pop()[0] if found and found[-1][1] is None else ""
            found.append((start, text, word == "before"))
    return found


def code_block(lines, after):
    """First and last line (excluded) of the indented block that follows a line."""
    first = after
    while first < len(lines) and not lines[first]:
        first += 1
    last = first
    while last < len(lines) and (not lines[last] or lines[last].startswith("    ")):
        last += 1
    while last > first and not lines[last - 1]:
        last -= 1
    return first, last


def read(text):
    """All that can be checked, in the order of the page: later commands may use files that earlier ones wrote."""
    lines, items, at = text.split("\n"), [], 0
    while at < len(lines):
        marker, benchmark = MARKER.match(lines[at]), BENCHMARK.match(lines[at])
        if marker:
            first, last = code_block(lines, at + 1)
            # A block may begin with its own command.
            if lines[first].strip() == marker["command"]:
                first, _ = code_block(lines, first + 1)
            pasted = [line[4:].rstrip() for line in lines[first:last]]
            items.append(Pasted(marker["command"], int(marker["status"] or 0), parts(marker["parts"]), pasted, first, last))
            at = last
        elif benchmark and END in lines[at:]:
            last = lines.index(END, at)
            items.append(Table(benchmark[1], lines[at + 1:last], at + 1, last))
            at = last
        else:
            if COMMAND.match(lines[at]):
                items.append(Listed(COMMAND.match(lines[at])[1], at + 1))
            at += 1
    return items


def replaced(text, blocks):
    """The page with other lines in place of some blocks: (first, last, lines)."""
    lines = text.split("\n")
    for first, last, new in sorted(blocks, reverse=True):
        lines[first:last] = new
    return "\n".join(lines)
