"""Configurations and command lines: generated from the keys, mutated from the examples, of strange shapes; and strange words behind commands.

Beside what is wrong with any run: a configuration is refused by all commands or by none, malformed words and only they give exit code 64,
and an accepted problem has finite losses of which none is negative or below the noise, that begin at the value known in closed form.
"""
import glob
import math
import os

from fuzzing import running
from fuzzing.mutation import mutated
from fuzzing.values import DEPENDENT, EXTREME, GOOD, special

CODES = {0, 64, 65}
MOST_SECONDS = 8  # a problem that dmft itself holds for longer is explained and not solved


def prepare(bench):
    """Texts to mutate: every example of the project, and what `dmft init` writes."""
    pattern = os.path.join(running.ROOT, "configs", "**", "*.yaml")
    bench.texts = [read(path) for path in sorted(glob.glob(pattern, recursive=True))]
    bench.run(["init", "init.yaml", "--quiet"], {0}, place=bench.shared)
    bench.texts.append(read(os.path.join(bench.shared, "init.yaml")))


def read(path):
    with open(path, "rb") as file:
        return file.read()


def case(random, bench):
    if random.random() < 0.15:
        return command_line(random, bench)
    return configuration(random, bench)


# Configurations.


def configuration(random, bench):
    text, words = problem(random, bench)
    with open(os.path.join(bench.place, "c.yaml"), "wb") as file:
        file.write(text)
    os.symlink(os.path.join(running.ROOT, "configs", "data"), os.path.join(bench.place, "data"))
    is_short = random.random() < 0.9
    if is_short:
        words.append(f"training.steps={random.choice([1, 2, 5, 9])}")
    words = ["c.yaml"] + [word.replace("\0", "") for word in words]
    explained, found = bench.run(["explain", "--json", *words], CODES)
    if not is_short and seconds(explained) > MOST_SECONDS:
        bench.tally["too long to solve"] += 1
        return found
    keeping = ["-o", "run"] if random.random() < 0.3 else []
    solved, wrong = bench.run(["solve", "--json", "--quiet", *words, *keeping], CODES, writes=["run"] if keeping else [])
    if solved.code is None and seconds(explained, when_open=MOST_SECONDS + 1) > MOST_SECONDS:
        bench.tally["too long to solve"] += 1
        return found
    found += wrong + codes(words[1:], explained) + codes(words[1:], solved)
    # Only a solve can find that numbers leave their range on the way.
    is_out_of_range = solved.code == 65 and b"error: no curve: the times after the start" in solved.err
    if {explained.code, solved.code} & {0} and explained.code != solved.code and solved.code is not None and not is_out_of_range:
        found.append(f"explain exits {explained.code}, solve {solved.code}")
    if solved.code == 0:
        found += solution(solved, bench)
        if keeping and not os.path.isdir(os.path.join(bench.place, "run")):
            found.append("solve: no run folder")
    return found


def problem(random, bench):
    """A configuration, and words over it."""
    kind = random.random()
    if kind < 0.45:
        text, words = generated(random)
    elif kind < 0.80:
        text, words = mutated(random, random.choice(bench.texts)), []
    elif kind < 0.87:
        text, words = special(random).encode("utf8", "surrogatepass"), strange_words(random)
    else:
        text, words = random.choice(bench.texts), strange_words(random)
    if random.random() < 0.2:
        words += strange_words(random)
    return text, words


def generated(random):
    """A few keys with values, most of them good, half of them in the file."""
    tree, words = {}, []
    means_well = random.random() < 0.6
    for key in random.sample(list(GOOD), random.choice([0, 1, 2, 3, 4, 6, 9])):
        if means_well and key in DEPENDENT and random.random() < 0.7:
            continue
        roll = random.random() * (0.78 if means_well else 1)
        of_key = key if roll < 0.72 else random.choice(list(GOOD))
        value = random.choice(EXTREME) if 0.72 <= roll < 0.93 else random.choice(GOOD[of_key])
        if random.random() < 0.65:
            place(tree, key, value)
        else:
            words.append(f"{key}={value}")
    return ("\n".join(yaml(tree)) + "\n").encode("utf8", "surrogatepass"), words


def place(tree, key, value):
    *sections, name = key.split(".")
    for section in sections:
        if not isinstance(tree.get(section), dict):
            tree[section] = {}
        tree = tree[section]
    tree[name] = value


def yaml(tree, indent=""):
    for key, value in tree.items():
        if isinstance(value, dict):
            yield f"{indent}{key}:"
            yield from yaml(value, indent + "  ")
        else:
            yield f"{indent}{key}: {value}"


def strange_words(random):
    return [strange_word(random) for _ in range(random.choice([0, 0, 1, 2, 3]))]


def strange_word(random):
    key = random.choice(list(GOOD))
    value = random.choice(GOOD[key] + EXTREME)
    misspelt = list(key)
    misspelt[random.randrange(len(key))] = random.choice("abz.é😀 =")
    return random.choice(
        [f"{key}={value}"] * 7
        + ["".join(misspelt) + "=" + value, key, "=" + value, f" {key} = {value} ",
           key.split(".")[0] + "=" + random.choice(["", "{}", "[]", "3", "{width: 3}", "~"])])


def seconds(explained, when_open=0):
    """What dmft announces that a problem takes; 0 where it does not say, and at least `when_open` where it says "at least"."""
    try:
        cost = running.strict_json(explained.out)["cost"]
        return max(cost["seconds"] or 0, when_open if cost["at_least"] else 0)
    except (ValueError, KeyError, TypeError):
        return 0


def codes(words, outcome):
    """64 is for words that are no key=value, and only for them."""
    malformed = [word for word in words if not word.partition("=")[1] or not word.partition("=")[0].strip()]
    if malformed and outcome.code in (0, 65):
        return [f"{outcome.words[0]}: exit {outcome.code} for a malformed word"]
    if not malformed and outcome.code == 64 and not any(word.startswith("-") for word in words):
        return [f"{outcome.words[0]}: exit 64 for words that are in form"]
    return []


# Solutions.


def solution(solved, bench):
    """What can't be true of losses, whatever the problem."""
    try:
        result = running.strict_json(solved.out)
    except ValueError as error:
        return [f"solve: not JSON of finite numbers: {error}"[:90]]
    bench.tally[f"solve {result['status']}"] += 1
    configuration = result["configuration"]
    noise, start, found = variances(configuration["data"])[1], first_loss(configuration), []
    for name in ("test_loss", "train_loss"):
        losses = result[name]
        if not losses or not all(isinstance(loss, (int, float)) and math.isfinite(loss) for loss in losses):
            found.append(f"solve: {name} is empty or not finite")
        elif min(losses) < 0:
            found.append(f"solve: {name} is negative")
        elif start is not None and not abs(losses[0] - start) <= 1e-9 * start:
            found.append(f"solve: {name} does not begin at its exact value")
    if not found and min(result["test_loss"]) < noise * (1 - 1e-9):
        found.append("solve: the test loss is below the noise")
    if len({len(result[name]) for name in ("test_loss", "train_loss", "time")}) > 1:
        found.append("solve: columns differ in length")
    return found


def first_loss(configuration):
    """The loss at step 0 by its formula (identity 5 of theory-notes/06-exact-limits.md); None where that isn't finite or the sum is another."""
    network, data = configuration["network"], configuration["data"]
    measures_itself = "file" in data or "trainFile" in data
    if measures_itself or isinstance(data.get("spectrum"), dict) and data["spectrum"].get("scale") == "top":
        return None
    is_deep = network.get("depth") == "infinite"
    layers = 2 if is_deep else network["hiddenLayers"]
    scales = network["initScale"] if isinstance(network["initScale"], list) else [network["initScale"]] * (layers + 1)
    try:
        predictor = 0.0
        if network.get("width") != "infinite":
            ratio = network["widthRatio"] if "widthRatio" in network else network["width"] / data["inputDimension"]
            scale = network["richness"]**2 * (ratio if network["parameterization"] == "muP" else 1)
            predictor = (scales[0] * scales[-1])**2 * hidden_growth(network, layers, scales, is_deep) / scale
        loss = sum(variances(data)) + data.get("outputs", 1) * predictor
    except (OverflowError, ZeroDivisionError):
        return None
    return loss if math.isfinite(loss) else None


def variances(data):
    """Variance of the targets without noise and of the noise, summed over the outputs; of a table 0 for what it measures itself."""
    outputs = data.get("outputs", 1)

    def trace(name, otherwise):
        matrix = data.get(name)
        return sum(row[index] for index, row in enumerate(matrix)) if matrix else outputs * otherwise

    return trace("targetCovariance", 1), trace("noiseCovariance", data.get("noise", 0)**2)


def hidden_growth(network, layers, scales, is_deep):
    """By what factor the hidden layers make a field stronger at first."""
    branch = network.get("branchScale", 1)
    if is_deep:
        return math.exp((branch * scales[1])**2)
    if network["residual"]:
        return math.prod(1 + (branch * scale)**2 / max(layers - 1, 1) for scale in scales[1:layers])
    return math.prod(scale**2 for scale in scales[1:layers])


# Command lines.

COMMANDS = [
    "solve", "simulate", "validate", "compare", "transfer", "sweep", "worker", "status", "merge", "reduce", "layers", "plot", "cite",
    "explain", "init", "help", "solv", "", "-", "--version", "--help", "\u0000x", "é"]
FLAGS = [
    "--json", "--quiet", "--help", "--version", "--arrays", "--figures", "--overwrite", "--copy-data", "--plan", "--curves", "--bogus",
    "--", "-", "-o", "--workers", "--shards", "--shard", "--run", "--sizes", "--png", "-j", "--json=1", "--workers=2", "--"]
OPERANDS = [
    "0", "1", "-1", "2", "0/1", "1/1", "0/0", "-1/2", "x/y", "1e400", "9223372036854775808", "theory", "both", "", " ", "nowhere",
    "nowhere.yaml", ".", "..", "/", "/dev/null", "/dev/full", "/proc/self/mem", "a" * 5000, "\x1b[2J", "\n", "%s%n", "😀", "*", "~"]
AXES = [
    "range(1,3,1)", "range(1,3,0)", "range(3,1,1)", "range(0,1e300,1e-300)", "logspace(1e-3,1,4)", "logspace(0,1,4)",
    "logspace(1,2,1e9)", "logspace(1,2,-1)", "pow2(1..3)", "pow2(3..1)", "pow2(0..99999)", "1,2,3", ",", "1,,2", "[1,2],[3]",
    "range(", "pow2()", "logspace(nan,inf,3)", "range(1,2)", "repeat=3"]
# Small enough for any command; what is added after it may be worse, and then is refused or explained.
SMALL = [
    "training.steps=3", "network.width=8", "data.inputDimension=8", "data.samples=16", "simulation.replicas=2"]


def command_line(random, bench):
    """A command with flags, operands and axes that it may not know; run folders go to `run`."""
    command = random.choice(COMMANDS).replace("\0", "")
    words = [random.choice(FLAGS + OPERANDS) for _ in range(random.choice([0, 1, 1, 2, 3]))]
    if command in ("sweep", "transfer", "solv") and random.random() < 0.8:
        words += [f"{random.choice(list(GOOD))}={random.choice(AXES)}" for _ in range(random.choice([1, 1, 2]))]
        words += ["--plan"] if command == "sweep" and random.random() < 0.7 else []
    if command in ("solve", "simulate", "validate", "sweep", "explain"):
        words += SMALL
    if command in ("reduce", "layers", "transfer"):
        words += ["training.steps=3"]
    words = [word for word in words if "\0" not in word]
    harmless(words)
    if random.random() < 0.4:
        words += ["-o", "run"]
    allowed = {0, 1, 2, 3, 64, 65, 74} if command in ("validate", "sweep") else {0, 64, 65, 74}
    words = [command, *words]
    _, found = bench.run(words, allowed, writes=written_by(words))
    return found


def harmless(words):
    """No folder of this computer becomes a run folder: what follows -o is a name in the case's own folder."""
    for index, word in enumerate(words[:-1]):
        if word == "-o" and ("/" in words[index + 1] or words[index + 1].startswith(".")):
            words[index + 1] = "run"


def written_by(words):
    """Names below the working directory that a command with these words may make."""
    named = words[1:] if words[0] == "init" else [word for before, word in zip(words, words[1:]) if before == "-o"]
    return [word for word in named if word.strip("./") and "/" not in word]
