"""Run folders with hostile contents: strings that would do something in a page, a shell, a gnuplot script or a terminal, numbers out of any
range, cut and foreign files; then plot, cite, merge, status and worker, and the command itself once more.

Beside what is wrong with any run: nothing is written outside the folder or through a name from it, nothing hostile gets into the page,
gnuplot understands every script, and no control character reaches the terminal.
"""
import json
import os
import re
import shutil

from fuzzing import running

TEXTS = [
    "<script>document.title='pwned'</script>", '"><img src=x onerror=alert(1)>', "'; system('touch PWN'); '", '"; system("touch PWN"); #',
    "`touch PWN`", "$(touch PWN)", "@`touch PWN`", "\n!touch PWN\n", "\\\n system 'touch PWN'", "../../PWN", "figures/../../PWN",
    "/tmp/PWN", "|touch PWN", "< touch PWN", "file://etc/passwd", "javascript:touch", "{/Symbol a}{_}^{", "%s%n%d", "\x1b]0;x\x07",
    "\u202e\u0000", "a" * 20000, "]]>", "</style></script>", "'\"\\", "\n", "", "NaN", "--", "}}\\end", "😀"]
NUMBERS = [
    0, -1, 1e308, 10**30, 2**63, 1e-320, -0.0, 10**400, None, True, [], {}, "inf", float("nan"), float("inf")]
CELLS = ["nan", "inf", "1e400", "-1", "0", ""]
SMALL = ["network.width=16", "data.inputDimension=16", "data.samples=32", "training.steps=5"]
COMMANDS = {
    "solve": ["solve", "network.width=32", "training.steps=6", "--arrays"],
    "table": ["solve", os.path.join(running.ROOT, "configs", "diabetes.yaml"), "training.steps=5"],
    "simulate": ["simulate", *SMALL, "simulation.replicas=4"],
    "validate": ["validate", *SMALL, "simulation.replicas=8"],
    "sweep": ["sweep", "network.width=16,32", "training.learningRate=0.01,0.05", "training.steps=5", "--curves"],
    "transfer": ["transfer", "network.width=64,128", "training.steps=10"],
    "layers": ["layers", "training.steps=10", "network.width=8", "data.inputDimension=8", "data.samples=16", "simulation.replicas=2"],
    "reduce": ["reduce", "reduce.size=12", "reduce.rank=2", "training.steps=20"],
    "committee": ["committee", "committee.horizon=3", "data.inputDimension=20", "simulation.replicas=8", "validation.tolerance=0.9",
                  "--validate"],
    "forecast": ["forecast", *SMALL, "--budget", "60"],
}
HOSTILE_HTML = re.compile(r"<script>document|<img src=x|</style></script>|(href|src)=\"(javascript:|file:)")


def prepare(bench):
    """A run folder of each command."""
    for name, words in COMMANDS.items():
        outcome, wrong = bench.run([*words, "--quiet", "-o", name], {0, 3}, writes=[name], place=bench.shared)
        if wrong:
            raise SystemExit(f"{outcome.command}: {'; '.join(wrong)}\n{outcome.err.decode('utf8', 'replace')}")


def case(random, bench):
    name = random.choice(list(COMMANDS))
    folder = os.path.join(bench.place, "run")
    shutil.copytree(os.path.join(bench.shared, name), folder)
    damage(random, folder)
    found = []
    for words, allowed in commands(name):
        outcome, wrong = bench.run(words, allowed, writes=["run"], is_whole=False)
        found += wrong + consequences(bench, words[0], outcome, folder)
    return found


def commands(name):
    """What is tried on a folder, and the exit codes that it may have."""
    tried = [(["plot", "run"], {0, 65, 74}), (["cite", "run"], {0, 65, 74})]
    if name == "sweep":
        tried += [
            (["status", "run"], {0, 65, 74}), (["worker", "run", "--shard", "0/2", "--quiet"], {0, 2, 65, 74}),
            (["merge", "run"], {0, 2, 65, 74, 75})]
    again = [*COMMANDS[name], "--quiet", "-o", "run"]
    return tried + [(again, {0, 2, 3, 65, 74})]


def damage(random, folder):
    """One, two or five changes to the manifest or other files."""
    path = os.path.join(folder, "manifest.json")
    with open(path) as file:
        manifest = json.load(file)
    others = [name for name in os.listdir(folder) if name.endswith((".csv", ".yaml", ".json", ".npz")) and name != "manifest.json"]
    for _ in range(random.choice([1, 2, 5])):
        if random.random() < 0.6:
            manifest = altered(random, manifest)
        else:
            damage_file(random, os.path.join(folder, random.choice(others)))
    with open(path, "w") as file:
        json.dump(manifest, file)


def altered(random, value):
    """JSON with one hostile value or name somewhere in it."""
    roll = random.random()
    if isinstance(value, dict) and value and roll < 0.93:
        value, key = dict(value), random.choice(list(value))
        kind = random.random()
        if kind < 0.12:
            value[random.choice(TEXTS)] = value.pop(key)
        elif kind < 0.17:
            del value[key]
        else:
            value[key] = altered(random, value[key])
        return value
    if isinstance(value, list) and value and roll < 0.85:
        value, index = list(value), random.randrange(len(value))
        value[index] = altered(random, value[index])
        return value if random.random() < 0.9 else value * 50
    return random.choice(TEXTS) if random.random() < 0.7 else random.choice(NUMBERS)


def damage_file(random, path):
    with open(path, "rb") as file:
        data = file.read()
    kind = random.random()
    if kind < 0.3 and path.endswith(".json"):
        data = json.dumps(altered(random, json.loads(data))).encode() if is_json(data) else b"{"
    elif kind < 0.4:
        lines = data.split(b"\n")
        at = random.randrange(len(lines))
        cells = lines[at].split(b",")
        cells[random.randrange(len(cells))] = random.choice(TEXTS + CELLS).encode("utf8", "surrogatepass")
        lines[at] = b",".join(cells)
        data = b"\n".join(lines)
    elif kind < 0.6:
        data = data[:random.randrange(len(data) + 1)]
    elif kind < 0.9:
        place = random.randrange(len(data) + 1)
        data = data[:place] + random.randbytes(20) + data[place:]
    else:
        data = b""
    with open(path, "wb") as file:
        file.write(data)


def is_json(data):
    try:
        json.loads(data)
        return True
    except ValueError:
        return False


def consequences(bench, command, outcome, folder):
    """What a hostile folder must not bring about."""
    found = []
    for place in (bench.place, folder, os.path.join(folder, "figures"), bench.scratch, "/tmp"):
        trace = os.path.join(place, "PWN")
        if os.path.lexists(trace):
            found.append(f"{command}: obeyed a string of the folder")
            os.unlink(trace)
    page = os.path.join(folder, "report.html")
    if outcome.code == 0 and os.path.isfile(page):
        with open(page, encoding="utf8", errors="replace") as file:
            if HOSTILE_HTML.search(file.read()):
                found.append(f"{command}: a hostile string in the page")
    if re.search(rb"gnuplot.*line \d|line \d+: ", outcome.err):
        found.append(f"{command}: gnuplot does not understand its script")
    if re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", outcome.out + outcome.err):
        found.append(f"{command}: a control character on the terminal")
    if any(name.startswith(".dmft-writing-") for _, folders, files in os.walk(folder) for name in folders + files):
        found.append(f"{command}: left a temporary file")
    return found
