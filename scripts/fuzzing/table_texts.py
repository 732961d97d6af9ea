"""Tables as CSV: columns of many sizes and units, then cells, lines and bytes that are not what they should be."""
import numpy

# Cells that some reader takes for a number, and another does not.
ODD_CELLS = [
    "", " ", "nan", "NaN", "NA", "null", "inf", "-inf", "1e400", "-1e400", "1e308", "1.7e308", "1e-320", "5e-324", "0x1F", "1_000",
    "1,5", "1.5.2", "+1", "--1", "+-1", "1e", "e5", ".", ".5", "5.", "1e+5", "1E5", "1d5", "1f", "$3", "3%", "'3'", "１", "−3",
    "3\u00a0", "\u00a03", " 3 ", "\t3", '"3"', '" 3"', '"3', '3"', '""""', '"1\n2"', "TRUE", "2020-01-01", "=1+1", "0x",
    "1e9999999999", "0.1e1", "00012", "-0", "1\u200b", "\ufeff1", "9" * 400, "0." + "0" * 330 + "1", "1e-400",
    "123456789012345678901234567890"]


def columns(random):
    """Numbers of a table: rows, columns; a column may be shifted, scaled, rounded, constant, a copy of another, near the ends of a double."""
    rows, count = random.choice([3, 4, 6, 12, 40, 120]), random.choice([1, 2, 3, 5, 9]) + 1
    numbers = numpy.random.default_rng(random.randrange(2**32)).standard_normal((rows, count))
    for column in range(count):
        kind = random.randrange(12)
        if kind == 0:
            numbers[:, column] += 10**random.uniform(2, 14)
        elif kind == 1:
            numbers[:, column] *= 10**random.uniform(-12, 12)
        elif kind == 2:
            numbers[:, column] = numpy.round(numbers[:, column])
        elif kind == 3:
            numbers[:, column] = random.choice([0, 1, 7.5, 1e-300])
        elif kind == 4 and column:
            numbers[:, column] = numbers[:, column - 1] * random.choice([1, 2, -1, 1e-6])
        elif kind == 5:
            numbers[:, column] *= random.choice([1e150, 1e155, 1e-150, 1e-160, 1e-200, 1e300])
    return numbers


def table(random):
    """Lines of a table, the names of its columns as a reader finds them, and the end of a line."""
    numbers = columns(random)
    names = [name(random, column) for column in range(numbers.shape[1])]
    form = random.choice([
        repr, lambda x: f"{x:.6g}", lambda x: f"{x:g}", lambda x: f"{x:.17e}", lambda x: " " + repr(x), lambda x: f'"{x!r}"',
        lambda x: f"{x:.3f}"])
    head = ",".join('"' + name.replace('"', '""') + '"' if set(name) & set(',"') else name for name in names)
    end = random.choice(["\n"] * 6 + ["\r\n"] * 2 + ["\r"])
    return [head] + [",".join(form(float(number)) for number in row) for row in numbers], [name.strip() for name in names], end


def name(random, column):
    if random.random() < 0.6:
        return f"c{column}"
    return random.choice(["x", "col ", "é", "a b", '"q,"', "feature"]) + str(column)


def mutated(random, lines, end):
    """The bytes of a table after some changes; none in half of the cases."""
    lines = list(lines)
    for _ in range(random.choice([0, 0, 0, 1, 1, 2, 4])):
        random.choice(CHANGES)(random, lines, random.randrange(len(lines)))
    data = bytearray((end.join(lines) + random.choice([end, "", end + end])).encode("utf8", "surrogatepass"))
    for _ in range(random.choice([0, 0, 0, 1, 2])):
        if data:
            data[random.randrange(len(data))] = random.choice([random.randrange(256), *b',"0-\n'])
    if random.random() < 0.02:
        code = random.choice(["utf-16", "latin-1", "utf-32"])
        data = bytes(data).decode("utf8", "replace").encode(code, "replace")
    return bytes(data)


def _cell(random, lines, at):
    cells = lines[at].split(",")
    cells[random.randrange(len(cells))] = random.choice(ODD_CELLS)
    lines[at] = ",".join(cells)


def _line(random, lines, at):
    lines.insert(at, random.choice(["", " ", ",", "#c", lines[at]]))


def _ending(random, lines, at):
    lines[at] += random.choice([",", " ", "\t", ",1", "\r", "\0", '"', ", "])


def _removal(random, lines, at):
    if len(lines) > 2:
        del lines[at]


def _cut(random, lines, at):
    lines[at] = lines[at][:random.randrange(len(lines[at]) + 1)]


def _separators(random, lines, at):
    lines[at] = lines[at].replace(",", random.choice([";", "\t", ", ", " ,", ",,"]), random.choice([1, -1]))


def _last(random, lines, _):
    lines.append(random.choice(["", "", "\n\n", " ", "\x1a", "EOF"]))


def _head(random, lines, _):
    head = lines[0]
    lines[0] = random.choice([head + ",", head.replace(",", ", "), "\ufeff" + head, head.upper(), " " + head, "1,2,3"])


def _break(random, lines, at):
    half = len(lines[at]) // 2
    lines[at] = lines[at][:half] + random.choice(["\n", "\r\n", "\r", "\0", "\x0b", "\x0c", "\x85", "\u2028"]) + lines[at][half:]


def _quotes(random, lines, at):
    lines[at] = '"' + lines[at].replace(",", '","') + '"'


def _shuffle(random, lines, _):
    random.shuffle(lines)


CHANGES = [_cell, _line, _ending, _removal, _cut, _separators, _last, _head, _break, _quotes, _shuffle]
