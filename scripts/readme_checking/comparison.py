"""Whether two outputs say the same: words exactly, numbers as far as processors agree, times of the clock not at all."""
import difflib
import re

# What differs from run to run: "under 0.1 s", "about 1.6 s", "1.31 CPU-s", "3 min", "12.3 GB are free".
TIMES = re.compile(r"(?:(?:under|about) )?\d[\d.]*(?:e[-+]?\d+)? (?:CPU-)?(?:ms|s|min|h)\b|\d[\d.]* [kMGT]?B (?:is|are) free")
NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w])")
RELATIVE = 1e-3
# Where people read, numbers have no more significant digits, of which zeros at the end are left out: 0.5 here, 0.4999 there.
MOST_DIGITS = 4
# Numbers as small as this are rounding errors: they are as large as the kernels of the processor make them.
ROUNDING = 1e-10


def words(line):
    """A line without its numbers and the widths of its columns."""
    return " ".join(NUMBER.sub("#", TIMES.sub("TIME", line)).split())


def unit(text):
    """One unit of the last digit that is printed; none for counts, which are exact."""
    digits, _, power = text.partition("e")
    if "." not in digits and not power:
        return 0.0
    return 10.0 ** (int(power or 0) - len(digits.partition(".")[2]))


def significant(text):
    """The significant digits of a number as it is printed."""
    return text.partition("e")[0].lstrip("+-").replace(".", "").lstrip("0")


def agree(one, other, is_percentage=False):
    """Whether two printed numbers are the same on another processor."""
    if one == other:
        return True
    if abs(len(significant(one)) - len(significant(other))) > MOST_DIGITS - 1:
        return False
    a, b = float(one), float(other)
    if max(abs(a), abs(b)) < ROUNDING:
        return True
    allowed = max(unit(one), unit(other), 1.0 if is_percentage and one.lstrip("+-").isdigit() else 0.0)
    return abs(a - b) <= max(RELATIVE * max(abs(a), abs(b)), allowed * (1 + 1e-9))


def lines_agree(one, other):
    """Whether two lines say the same."""
    if words(one) != words(other):
        return False
    ones, others = (TIMES.sub("TIME", line) for line in (one, other))
    pairs = zip(NUMBER.finditer(ones), NUMBER.finditer(others))
    return all(agree(a[0], b[0], ones[a.end():].startswith(" %")) for a, b in pairs)


def differences(pasted, printed, page="README.md"):
    """A diff of what is pasted and what is printed; empty where both say the same."""
    matcher = difflib.SequenceMatcher(None, [words(line) for line in pasted], [words(line) for line in printed], autojunk=False)
    printed = list(printed)
    for kind, first, last, other, _ in matcher.get_opcodes():
        if kind != "equal":
            continue
        for offset in range(last - first):
            if lines_agree(pasted[first + offset], printed[other + offset]):
                printed[other + offset] = pasted[first + offset]
    return list(difflib.unified_diff(pasted, printed, page, "printed now", lineterm="", n=1))
