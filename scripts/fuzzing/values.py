"""Keys of a configuration with values that may be right, and words that are wrong or extreme wherever they stand."""

GOOD = {
    "network.hiddenLayers": ["1", "2", "3", "5", "1e0", "2.0", "+2"],
    "network.width": ["1", "2", "64", "256", "infinite", "INFINITE", "1e6"],
    "network.widthRatio": ["0.5", "1", "3", "1e-3", "1e3"],
    "network.parameterization": ["muP", "NTK", "standard", "mup", "ntk"],
    "network.richness": ["1", "0.1", "3", "1e-3"],
    "network.residual": ["true", "false"],
    "network.branchScale": ["1", "0.3", "1e-2"],
    "network.depth": ["finite", "infinite"],
    "network.initScale": ["1", "0", "0.5", "[1, 1, 1]", "[1.0, 0.5, 0.3]"],
    "network.layerRates": ["1", "0", "2", "[1, 0, 1]", "[2.0, 1.0, 0.25]"],
    "data.inputDimension": ["1", "2", "16", "256", "1e4"],
    "data.samples": ["1", "2", "100", "512", "1e6"],
    "data.sampleRatio": ["0.1", "1", "2", "50"],
    "data.noise": ["0", "0.1", "1", "10"],
    "data.spectrum": [
        "isotropic", "{eigenvalueDecay: 1.2, signalDecay: 1.5}", "{eigenvalueDecay: 1.5, signalDecay: 1.6, scale: top}",
        "{eigenvalueDecay: 0, signalDecay: 0, scale: mean}"],
    "data.spectrum.eigenvalueDecay": ["0", "1", "1.2", "20"],
    "data.spectrum.signalDecay": ["0", "1", "1.5", "20"],
    "data.spectrum.scale": ["mean", "top"],
    "training.mode": ["batch", "minibatch", "onePass", "population"],
    "training.shuffle": ["epochs", "independent", "fixed", "replacement"],
    "training.dropLast": ["true", "false"],
    "training.epochs": ["1", "7"],
    "training.samplesPerStep": ["1", "64", "512"],
    "training.steps": ["1", "2", "5", "10"],
    "training.learningRate": ["0.01", "0.05", "0.2", "1", "1e-6"],
    "training.sgdRate": ["0.01", "1", "12.8"],
    "training.schedule": [
        "constant", "{decay: linear}", "{multipliers: [1, 0.5]}", "{warmupSteps: 1, decay: cosine, finalFraction: 0.1}"],
    "training.schedule.warmupSteps": ["0", "1", "3"],
    "training.schedule.decay": ["constant", "cosine", "linear", "power", "wsd"],
    "training.schedule.finalFraction": ["0", "0.5", "1"],
    "training.schedule.multipliers": ["[1]", "[0]", "[1, 2, 3]", "[0, 0, 0, 0, 0]"],
    "training.momentum": ["0", "0.5", "0.9"],
    "training.nesterov": ["true", "false"],
    "training.weightDecay": ["0", "0.1", "1"],
    "training.decoupled": ["true", "false"],
    "training.time": ["discrete", "flow", "panels"],
    "training.horizon": ["0.1", "1", "10"],
    "training.rows": ["all", "log"],
    "training.tolerance": ["1e-6", "1e-4", "0.5"],
    "simulation.replicas": ["1", "32"],
    "simulation.seed": ["0", "1", "12345678901234567"],
    "validation.tolerance": ["0.05"],
    "transfer.tolerance": ["0.01"],
}
# Keys that are right only beside others: mostly left out where a configuration is meant to be right.
DEPENDENT = {
    "training.nesterov", "training.schedule.multipliers", "training.horizon", "data.spectrum.eigenvalueDecay",
    "data.spectrum.signalDecay", "data.spectrum.scale", "network.initScale", "network.layerRates"}

EXTREME = [
    # numbers at the ends of their types, and beyond
    "0", "-0", "-0.0", "-1", "1e-300", "1e-320", "4.9e-324", "1e300", "1.7976931348623157e308", "1e308", "1e400", "-1e400",
    "2147483648", "4611686018427387904", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
    "18446744073709551616", "1e12", "1e18", "9e18", "1e19", "1e50", "1e-11", "1e-12", "1e-50", "0.9999999999999999",
    "0.99999999999999999", "9" * 400, "0." + "0" * 400 + "1",
    # words that some reader somewhere takes for a number
    ".nan", ".inf", "-.inf", "nan", "inf", "0x10", "0b1", "0o7", "1_000", "1,000", "1e", "e1", "+", "-", ".", "1.2.3", "1e1e1",
    "0.1e-0", "00012", "١٢", "１２", "∞", "1\u00a0", "1\u200b", "\ufeff3", "😀",
    # what YAML makes of a word
    "~", "null", "", "true", "yes", "on", "'1'", '"1"', "!!int 3", "!!float 3", "!!str 3", "!foo 3", "&a 3", "*a", "[]", "{}",
    "[[1]]", "{a: 1}", "[1,,2]", "[nan]", "[1e400]", "|", "> 3", "\t3", "3 #c", "a" * 3000,
]

# Pieces of YAML that change the meaning of what is around them.
TOKENS = [
    "&a ", "*a", "<<: *a\n", "!!binary ", "!!map ", "---\n", "...\n", "%YAML 1.1\n", "%TAG ! x\n", "? ", ": ", "- ", "[", "]", "{",
    "}", "\t", "\r\n", "\r", "\0", "\x07", "\u2028", "\u0085", "\ufeff", "'", '"', "#", "|\n", ">\n", ",", "@", "`", "~", "null",
    ".nan", "1e999",
]


def special(random):
    """Files of a shape that no mutation finds: deep, wide, referring to themselves."""
    n = random.choice([10, 100, 1000, 5000])
    letters = "abcdefghij"[:min(n, 9) + 1]
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "\n".join(
        f"{b}: &{b} [" + ", ".join([f"*{a}"] * 9) + "]" for a, b in zip(letters, letters[1:]))
    return random.choice([
        "network: " + "[" * n, "network: " + "{a: " * n, "- " * n + "1", "network: " + "[" * n + "]" * n,
        "\n".join(" " * i + "k:" for i in range(min(n, 1000))), bomb,
        "a: &a {x: 1}\nnetwork:\n  <<: *a\n  width: 3\n", "base: &b {width: 64}\nnetwork: {<<: *b}\n",
        "network: &n {width: 64}\ndata: *n\n", "network: &n\n  width: 64\n  x: *n\n",
        "\n".join("network: {width: 3}" for _ in range(min(n, 300))), "? {a: 1}\n: 2\n", "? [network]\n: {width: 2}\n",
        "network:\n  width: !!int '64'\n", "--- \nnetwork: {width: 64}\n---\nnetwork: {width: 32}\n", "%YAML 9.9\n---\nnetwork: {}\n",
    ])
