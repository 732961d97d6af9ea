"""Tables of the benchmark: which figures have moved too far, which miss their targets."""
import re

LEADING = re.compile(r"^[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
MOST_MOVED = 1.5
ROUNDING = 1e-9


def figures(lines):
    """All numbers that have a target or are ratios, by table, row and column; and the cells with MISSED or WRONG."""
    found, missed, title, headers = {}, [], "", None
    for line in lines:
        if line.startswith("**"):
            title, headers = line.strip("*"), None
        elif line.startswith("| ---"):
            continue
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if headers is None:
                headers = cells
                continue
            for header, cell in zip(headers[1:], cells[1:]):
                name = f"{title}: {cells[0]}" + (f", {header}" if header else "")
                if "MISSED" in cell or "WRONG" in cell:
                    missed.append(f"{name}: {cell}")
                number = LEADING.match(cell)
                if number and ("(at " in cell or header == "ratio"):
                    found[name] = float(number[0])
        else:
            headers = None
    return found, missed


def moved(pasted, printed):
    """What to report of a table: targets that are missed, figures that moved, rows that are gone or new."""
    before, _ = figures(pasted)
    now, missed = figures(printed)
    lines = [f"misses its target: {what}" for what in missed]
    for name, value in now.items():
        if name not in before:
            lines.append(f"new: {name}")
            continue
        small, large = sorted(abs(number) for number in (before[name], value))
        if large > ROUNDING and large > MOST_MOVED * small:
            lines.append(f"moved: {name}: {before[name]:g} before, {value:g} now")
    return lines + [f"gone: {name}" for name in before if name not in now]


def pasted_form(old, output):
    """An output as it is pasted: without the verdict, and without computer and date where the page leaves them out."""
    lines = output.rstrip().split("\n")
    if "**verdict**" in lines:
        lines = lines[:lines.index("**verdict**")]
    has_head = next((line for line in old if line), "").startswith("20")
    if not has_head:
        titles = [at for at, line in enumerate(lines) if line.startswith("**")]
        lines = lines[titles[0]:] if titles else lines
    while lines and not lines[-1]:
        lines.pop()
    return lines + [""]
