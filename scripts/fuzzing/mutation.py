"""Changes bytes of a text: any of them, numbers, lines, pieces of YAML."""
import re

from fuzzing.values import EXTREME, TOKENS

NUMBER = re.compile(rb"-?\d+(\.\d+)?(e-?\d+)?")


def mutated(random, text):
    """The bytes of a text after one to six changes."""
    data = bytearray(text)
    for _ in range(random.choice([1, 1, 2, 3, 6])):
        random.choice(CHANGES)(random, data)
    return bytes(data)


def _byte(random, data):
    if data:
        data[random.randrange(len(data))] = random.randrange(256)


def _insertion(random, data):
    place = random.randrange(len(data) + 1)
    data[place:place] = bytes([random.randrange(256)])


def _gap(random, data):
    place = random.randrange(len(data) + 1)
    del data[place:place + random.randrange(1, 9)]


def _token(random, data):
    place = random.randrange(len(data) + 1)
    data[place:place] = random.choice(TOKENS).encode()


def _repetition(random, data):
    if data:
        place, source = random.randrange(len(data) + 1), random.randrange(len(data))
        data[place:place] = data[source:source + random.randrange(1, 60)]


def _number(random, data):
    numbers = list(NUMBER.finditer(bytes(data)))
    if numbers:
        number = random.choice(numbers)
        data[number.start():number.end()] = random.choice(EXTREME).encode()


def _lines(change):
    def changed(random, data):
        lines = bytes(data).split(b"\n")
        change(random, lines)
        data[:] = b"\n".join(lines)
    return changed


@_lines
def _double_line(random, lines):
    lines.insert(random.randrange(len(lines) + 1), random.choice(lines))


@_lines
def _indent_line(random, lines):
    place = random.randrange(len(lines))
    lines[place] = random.choice([lines[place].lstrip(), b" " + lines[place], b"  " + lines[place], b"\t" + lines[place]])


@_lines
def _shuffle_lines(random, lines):
    random.shuffle(lines)


CHANGES = [_byte, _insertion, _gap, _token, _repetition, _number, _double_line, _indent_line, _shuffle_lines]
