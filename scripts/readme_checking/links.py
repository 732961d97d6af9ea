"""What can be checked of README.md and docs/ without the program: links, the index, the length of README.md, figures from elsewhere."""
import os
import re

INDEX = os.path.join("docs", "README.md")
MOST_LINES = 180  # of README.md: what is longer is not read
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|\b(?:src|href)=\"([^\"]+)\"")
CODE = re.compile(r"(`+)(?!`)(?:(?!\n\n).)*?(?<!`)\1(?!`)", re.DOTALL)
FENCE = re.compile(r"^ {0,3}(```|~~~)")
HEADING = re.compile(r"^#{1,6} +(.*?)(?: +#+)?$")
FIGURES = re.compile(r"^<!-- figures of (\S+) -->$")
FIGURE = re.compile(r"(\d[\d,]*(?:\.\d+)?) (?:s|times)\b")
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def pages(root):
    """README.md and all of docs/, as paths from the root."""
    return ["README.md"] + sorted(
        os.path.relpath(os.path.join(folder, name), root)
        for folder, _, names in os.walk(os.path.join(root, "docs")) for name in names if name.endswith(".md"))


def prose(text):
    """Lines with their numbers, without code blocks."""
    is_fenced, found = False, []
    for number, line in enumerate(text.split("\n"), 1):
        if FENCE.match(line):
            is_fenced = not is_fenced
        elif not is_fenced and not line.startswith("    "):
            found.append((number, line))
    return found


def anchors(text):
    """The names that a page's headings have in links, as GitHub makes them."""
    found, counts = set(), {}
    for _, line in prose(text):
        heading = HEADING.match(line)
        if heading:
            words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).lower()
            name = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
            counts[name] = counts.get(name, -1) + 1
            found.add(f"{name}-{counts[name]}" if counts[name] else name)
    return found


def links(text):
    """Targets of relative links with the numbers of their lines; links in code are no links, and a link may go over two lines."""
    lines = [""] * (text.count("\n") + 1)
    for number, line in prose(text):
        lines[number - 1] = line
    words = CODE.sub(lambda code: re.sub(r"[^\n]", "-", code[0]), "\n".join(lines))
    for match in LINK.finditer(words):
        target = match[1] or match[2]
        if not re.match(r"[a-z]+:", target):
            yield words.count("\n", 0, match.start(1) if match[1] else match.start(2)) + 1, target


def broken(root, page, target, texts):
    """Why a link leads nowhere; None if it leads somewhere."""
    path, _, anchor = target.partition("#")
    aim = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
    if os.path.isabs(path) or aim.startswith(".."):
        return "leads out of the repository"
    if not os.path.exists(os.path.join(root, aim)):
        return f"there is no {aim}"
    if anchor and aim.endswith(".md"):
        if aim not in texts:
            with open(os.path.join(root, aim)) as file:
                texts = {aim: file.read()}
        if anchor not in anchors(texts[aim]):
            return f"{aim} has no heading #{anchor}"
    return None


def wrong_figures(root, page, text):
    """Times and ratios that the file named above them does not have, to the digits that are written."""
    source, known = None, []
    for number, line in enumerate(text.split("\n"), 1):
        named = FIGURES.match(line)
        if named:
            source = named[1]
            with open(os.path.join(root, source)) as file:
                known = [float(word) for word in NUMBER.findall(file.read())]
        elif not line:
            source = None
        elif source:
            for word in (match[1].replace(",", "") for match in FIGURE.finditer(line)):
                half_unit = 0.5 * 10.0 ** -len(word.partition(".")[2])
                if not any(abs(float(word) - value) <= half_unit * (1 + 1e-9) for value in known):
                    yield f"{page}:{number}: {word} is not in {source}"


def problems(root, texts):
    """A line for each link that leads nowhere, page that the index leaves out, and figure that is not where it comes from."""
    found = []
    for page, text in texts.items():
        for number, target in links(text):
            reason = broken(root, page, target, texts)
            if reason:
                found.append(f"{page}:{number}: {target}: {reason}")
        found += wrong_figures(root, page, text)
    listed = {os.path.normpath(os.path.join("docs", target.partition("#")[0])) for _, target in links(texts.get(INDEX, ""))}
    found += [f"{INDEX}: has no link to {page}" for page in texts if page not in listed | {INDEX, "README.md"}]
    length = texts["README.md"].count("\n")
    if length > MOST_LINES:
        found.append(f"README.md: {length} lines, at most {MOST_LINES}; move what is too long to docs/")
    return found
