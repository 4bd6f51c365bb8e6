"""Codebooks: themes and scales as patterns in a YAML file; mistakes name their line."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path

import yaml

from crosscurrents.core.languages import LANGUAGES, language_code
from crosscurrents.core.patterns import Denial, Matches, Pattern, Theme, match_with_denials
from crosscurrents.core.tokens import Tokens
from crosscurrents.writing import check_choice

LARGEST = 5_000_000  # bytes: what a person writes is a hundredth of it
CORE = "tag:yaml.org,2002:"
TOP = ("title", "question", "language", "themes", "scales")
THEME = ("description", "patterns", "not", "themes")
PART = ("description", "patterns", "not")  # a sub-theme, or a pole
SCALE = ("description", "poles", "denied by")
DENIED = ("before", "behind", "not")
MOST = 100_000  # patterns, aliases written out: the same
LONGEST = 80  # characters of a name, as charts and tables show it


@dataclass(frozen=True, repr=False)
class Codebook:
    """Themes and scales of a codebook file, and the hash of what they match."""

    # Sub-themes ("theme/sub") behind their theme, poles of scales ("scale/pole") at the end.
    themes: tuple[Theme, ...] = ()
    # Name of a scale -> positive and negative (names of the poles' themes), description; where the
    # scale says what denies a hit, also positive_denied and negative_denied.
    scales: dict[str, dict[str, str]] = field(default_factory=dict)
    title: str = ""
    denials: tuple[Denial, ...] = ()
    languages: tuple[str, ...] = ()  # codes; none: the language of most documents

    def __getitem__(self, name: str) -> Theme:
        """A theme, sub-theme ("theme/sub") or pole of a scale ("scale/pole") by its name.

        Raises ValueError for a name that is not in the codebook.
        """
        found = {theme.name: theme for theme in self.themes}
        check_choice("theme", name, found, "is not in the codebook")
        return found[name]

    def __repr__(self) -> str:
        themes, patterns = len(self.record()["themes"]), sum(len(t.patterns) for t in self.themes)
        size = f"{themes} themes and {len(self.scales)} scales, {patterns:,} patterns"
        return f"Codebook{f' “{self.title}”' if self.title else ''} of {size}"

    @property
    def sha256(self) -> str:
        """Hash of all that decides a match: names, patterns and their order."""
        content = []
        for t in self.themes:
            subs = (t.taken, [s.name for s in t.subs]) if t.subs else ()
            content.append((t.name, *_texts(t.patterns, t.exclusions), *subs))
        content += [(d.poles, *_texts(d.before, d.behind, d.exclusions)) for d in self.denials]
        return hashlib.sha256(repr(content).encode()).hexdigest()

    def record(self) -> dict:
        """What measures keep of a codebook: hash, names, descriptions and scales.

        Sub-themes ("theme/sub") stand among the themes, behind their own.
        """
        poles = {s[key] for s in self.scales.values() for key in s.keys() - {"description"}}
        names = {t.name: t.description for t in self.themes if t.name not in poles}
        made = {"sha256": self.sha256, "title": self.title, "languages": [*self.languages]}
        return {**made, "themes": names, "scales": self.scales}

    def match(self, tokens: Tokens) -> Matches:
        """All matches of all themes; within a theme the longest wins and overlaps count once.

        Denied hits of a scale's pole stand under the theme of that pole's denied ones.
        """
        return match_with_denials(self.themes, self.denials, tokens)


def _texts(*lists: tuple[Pattern, ...]) -> list[list[str]]:
    return [[pattern.text for pattern in patterns] for patterns in lists]


def read_codebook(path: str | Path) -> Codebook:
    """Read a codebook from a YAML file.

    The file maps `title`, `language` (one tag or a list; without it, the language of most of the
    documents), `themes` (name -> description, patterns, not, themes: its sub-themes) and `scales`
    (name -> description, poles: two names -> patterns, the nearer pole first; denied by: before,
    behind -> cues). A theme may be written as the list of its patterns alone. Words that YAML takes
    for something else (`no`, `on`, 1999) are taken as they are written.

    Raises
    ------
    ValueError
        Naming file, line and what is wrong, all mistakes at once.
    """
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"codebook {str(path)!r} is not there; name a YAML file")
    reader = Reader(path.name)
    book = reader.codebook(compose(path.name, decoded(path)))
    if reader.mistakes:
        raise ValueError("\n".join(reader.mistakes))
    return book


def listed_patterns(text: str, where: str = "") -> tuple[Pattern, ...]:
    """The patterns of a text with one a line; `#` begins a remark, and a pattern counts once.

    Raises ValueError, with `where` and the number of the line, for one that cannot be read.

    >>> [pattern.text for pattern in listed_patterns("gas field*\\noil  # crude\\n")]
    ['gas field*', 'oil']
    """
    found: dict[tuple, Pattern] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if row := line.partition("#")[0].strip():
            try:
                pattern = Pattern.parse(row)
            except ValueError as error:
                raise ValueError(f"{where}line {number}: {error}") from None
            found.setdefault(pattern.meaning, pattern)
    return tuple(found.values())


def decoded(path: Path, what: str = "codebook") -> str:
    """The text of a codebook's file; raises ValueError for anything but UTF-8 of some size."""
    name, size = f"{what} {path.name}", path.stat().st_size
    if size > LARGEST:
        raise ValueError(f"{name} has {size:,} bytes; at most {LARGEST:,} are read. Is it one?")
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"byte {data[error.start]:#04x} is not UTF-8 text; save the file as UTF-8"
        raise ValueError(f"{name}, line {line}: {what}") from None


def compose(name: str, text: str) -> yaml.Node | None:
    """The nodes of a YAML text; raises ValueError naming the file, the line and what to do."""
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        what = f"character U+{error.character:04X} is not allowed in YAML; remove it"
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = mark.line + 1 if mark else 1
        what = f"{error.problem}{_hint(text, error, line)}"
        if bare := _without_colon(text, error, line):
            line, row = bare
            what = f"{row!r} has no colon behind its name; write 'name:'"
    except RecursionError:
        line, what = 1, "too many lists inside each other; look for a bracket too many"
    raise ValueError(f"codebook {name}, line {line}: {what}") from None


def _without_colon(text: str, error, line: int) -> tuple[int, str] | None:
    """The line, and its text, of a name whose colon is missing, if that is what is wrong.

    `line` is where YAML noticed it: that of the name, or the one behind.
    """
    problem, rows = error.problem or "", text.splitlines()
    if "could not find expected ':'" in problem and error.context_mark:
        line = error.context_mark.line + 2
    elif "mapping values" not in problem and "'<block mapping start>'" not in problem:
        return None
    for number in range(min(line - 1, len(rows)), 0, -1):
        row = rows[number - 1].partition(" #")[0].strip()
        if row and not row.startswith("#"):
            return None if ":" in row or row.startswith("-") else (number, row)
    return None


# What of an error of YAML's tells its most likely cause, and what to do about it.
HINTS = {
    "alias": "a pattern that begins with * needs quotes, such as '*ism'",
    "cannot start any token": "put a text that begins with such a sign in quotes",
    "single document": "only one line --- is allowed, at the top",
    "mapping values": "put a text that holds a colon in quotes, and indent keys alike",
    "": "look for a missing bracket, quote or comma here or above",
}


def _hint(text: str, error: yaml.YAMLError, line: int) -> str:
    row = "".join(text.splitlines()[line - 1 : line])
    if "\t" in row[: len(row) - len(row.lstrip())]:
        return "; the line begins with a tab: indent with blanks"
    said = f"{error.problem} {getattr(error, 'context', '')}"
    return f"; {next(hint for sign, hint in HINTS.items() if sign in said)}"


def nothing(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == f"{CORE}null" and not node.style


def kind(node: yaml.Node) -> str:
    """What a node is, in the words of a message."""
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    return "nothing" if nothing(node) else repr(node.value)[:40]


class Reader:
    """Walks the YAML nodes, so that every mistake can name its line."""

    def __init__(self, name: str):
        self.name = name
        self.mistakes: list[str] = []
        self.scales: dict[str, dict[str, str]] = {}
        self.denials: list[Denial] = []
        self.number = 0  # of patterns so far

    def wrong(self, node, message: str) -> None:
        self.mistakes.append(f"codebook {self.name}, line {node.start_mark.line + 1}: {message}")

    def codebook(self, root) -> Codebook:
        """What a whole file says."""
        if root is None or nothing(root):
            self.mistakes.append(f"codebook {self.name} is empty; it needs 'themes' or 'scales'")
            return Codebook()
        top = self.mapping(root, "a codebook", TOP)
        named = self.mapping(top.get("themes"), "themes")
        found = [self.theme(name, node, f"theme {name!r}", THEME) for name, node in named.items()]
        themes = [each for theme in found if theme for each in (theme, *theme.subs)]
        for name, node in self.mapping(top.get("scales"), "scales").items():
            if name in named:
                self.wrong(node, f"{name!r} is the name of a theme and of a scale; rename one")
            themes += self.scale(name, node)
        languages = self.language(top["language"]) if "language" in top else ()
        if not themes and not self.mistakes:
            self.wrong(root, "a codebook needs at least one theme or scale")
        title = self.text(top.get("title", top.get("question")), "title")
        return Codebook(tuple(themes), self.scales, title, tuple(self.denials), languages)

    def language(self, node) -> tuple[str, ...]:
        """The codes of the language, or of a list of them, that the patterns are written in."""
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        tags = [self.text(item, "language") for item in nodes]
        codes = [language_code(tag) if tag else "" for tag in tags]
        for item, tag, code in zip(nodes, tags, codes):
            if code not in LANGUAGES:
                self.wrong(item, f"language {tag!r} is not known; choose from {list(LANGUAGES)}")
        return tuple(dict.fromkeys(codes))

    def theme(self, name: str, node, what: str, keys: tuple[str, ...] = PART) -> Theme | None:
        """A theme with its sub-themes, a sub-theme or a pole, which may be its patterns alone.

        None where there is nothing to find it by.
        """
        alone = isinstance(node, yaml.SequenceNode)
        entry = {"patterns": node} if alone else self.mapping(node, what, keys)
        if "patterns" not in entry and "themes" not in entry:
            if isinstance(node, yaml.MappingNode):
                self.wrong(node, f"{what} has no patterns")
            return None
        patterns = self.patterns(entry.get("patterns"), what)
        shut = self.patterns(entry.get("not"), f"'not' of {what}")
        for meaning in patterns.keys() & shut.keys():
            item, pattern = patterns[meaning]
            self.wrong(item, f"{what} has {pattern.text!r} under 'not' too: it could never hit")
        lists = (tuple(p for _, p in found.values()) for found in (patterns, shut))
        described = self.text(entry.get("description"), f"description of {what}")
        made = Theme(name, described, *lists)
        inner = self.mapping(entry.get("themes"), f"sub-themes of {what}")
        subs = [self.theme(f"{name}/{sub}", n, f"theme '{name}/{sub}'") for sub, n in inner.items()]
        return made.with_subs(tuple(sub.within(made) for sub in subs if sub))

    def scale(self, name: str, node) -> list[Theme]:
        """The two poles of a scale, which is added to the scales, and their denied twins."""
        entry = self.mapping(node, f"scale {name!r}", SCALE)
        poles = self.mapping(entry.get("poles"), f"poles of scale {name!r}")
        if len(poles) != 2:
            self.wrong(node, f"scale {name!r} needs 'poles' with two names, not {len(poles)}")
            return []
        near, far = (f"{name}/{pole}" for pole in poles)
        parts = [self.theme(n, v, f"pole {n!r}") for n, v in zip((near, far), poles.values())]
        found = [pole for pole in parts if pole]
        described = self.text(entry.get("description"), f"description of scale {name!r}")
        self.scales[name] = {"description": described, "positive": near, "negative": far}
        if "denied by" in entry and len(found) == 2:
            denial = self.denial(entry["denied by"], f"'denied by' of scale {name!r}", (near, far))
            for key, pole, twin in zip(("positive", "negative"), tuple(found), denial.denied):
                self.scales[name][f"{key}_denied"] = twin
                found.append(replace(pole, name=twin))
        return found

    def denial(self, node, what: str, poles: tuple[str, str]) -> Denial:
        """What denies the hits of a scale's poles."""
        entry = self.mapping(node, what, DENIED)
        if not entry.keys() - {"not"} and isinstance(node, yaml.MappingNode):
            self.wrong(node, f"{what} needs 'before' or 'behind'")
        cues = [self.patterns(entry.get(key), what) for key in DENIED]
        self.denials.append(Denial(poles, *(tuple(p for _, p in cue.values()) for cue in cues)))
        return self.denials[-1]

    def patterns(self, node, what: str) -> dict[tuple, tuple[yaml.Node, Pattern]]:
        """The patterns of a list by what they mean, each with its node; none of no node."""
        found: dict[tuple, tuple[yaml.Node, Pattern]] = {}
        if node is None:
            return found
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            other = "an empty list" if isinstance(node, yaml.SequenceNode) else kind(node)
            self.wrong(node, f"{what} needs a list of patterns, one or more, not {other}")
            return found
        self.number += len(node.value)
        if self.number > MOST:
            self.mistakes = [f"codebook {self.name} has more than {MOST:,} patterns"]
            return found
        for item, behind in zip(node.value, [*node.value[1:], None]):
            try:
                pattern = _pattern(item, behind, what)
                _, first = found.setdefault(pattern.meaning, (item, pattern))
                if first is not pattern:
                    same = f" ({first.text!r} means the same)" * (first.text != pattern.text)
                    raise ValueError(f"{what} has pattern {pattern.text!r} twice{same}")
            except ValueError as error:
                self.wrong(item, str(error))
        return found

    def check_name(self, key, what: str, others) -> None:
        """Say what is wrong with a name that the writer chose."""
        name = key.value
        if "/" in name:
            self.wrong(key, f"name {name!r} of {what} holds '/', which parts names")
        if not name.strip() or len(name) > LONGEST or not name.isprintable():
            shown = name[:LONGEST]
            self.wrong(key, f"name {shown!r} of {what} is not 1 to {LONGEST} characters")
        same = [other for other in others if other.casefold().split() == name.casefold().split()]
        if same:
            self.wrong(key, f"{what} has {name!r} and {same[0]!r}, which read the same")

    def mapping(self, node, what: str, keys: tuple[str, ...] = ()) -> dict:
        """A mapping's nodes by key: these keys, or else names; none of no node."""
        result: dict[str, yaml.Node] = {}
        if node is None:
            return result
        if not isinstance(node, yaml.MappingNode):
            known = f"; its keys are {list(keys)}" if keys else ""
            self.wrong(node, f"{what} must be a mapping of names, not {kind(node)}{known}")
            return result
        if not keys and not node.value:
            self.wrong(node, f"{what} holds no name")
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.wrong(key, f"{what} has {kind(key)} as a name")
            elif key.value == "<<":
                self.wrong(key, f"{what} has a merge key '<<', which is not read; write it out")
            elif key.value in result:
                self.wrong(key, f"{what} has {key.value!r} twice")
            elif keys and key.value not in keys:
                near = get_close_matches(key.value.lower(), keys, 1)
                meant = f"did you mean {near[0]!r}? " if near else ""
                self.wrong(key, f"{what} has an unknown key {key.value!r}; {meant}choose from "
                           f"{list(keys)}")  # fmt: skip
            else:
                if not keys:
                    self.check_name(key, what, result)
                result[key.value] = value
        return result

    def text(self, node, what: str) -> str:
        """A title or description."""
        if node is None or nothing(node):
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self.wrong(node, f"{what} must be a text, not {kind(node)}")
            return ""
        return str(node.value)


def _pattern(item: yaml.Node, behind: yaml.Node | None, what: str) -> Pattern:
    """A pattern of a list, as it is written."""
    if isinstance(item, yaml.MappingNode):
        raise ValueError(f"{what} has a pattern that is no text; put one with ': ' in quotes")
    if not isinstance(item, yaml.ScalarNode):
        raise ValueError(f"{what} has a pattern that is no text but {kind(item)}")
    if not item.tag.startswith(CORE):
        raise ValueError(f"{what} has a pattern with the tag {item.tag!r}; put it in quotes")
    if nothing(item) and item.value == "":
        raise ValueError(f"{what} has an empty pattern; one that begins with # needs quotes")
    if behind is not None and behind.start_mark.index == item.end_mark.index + 1:
        both = item.value, getattr(behind, "value", "")
        if both[0][-1:].isdigit() and str(both[1])[:1].isdigit():
            raise ValueError(f"{what} has {','.join(both)!r} in brackets; put it in quotes")
    try:
        return Pattern.parse(item.value)
    except ValueError as error:
        raise ValueError(f"{what}: {error}") from None
