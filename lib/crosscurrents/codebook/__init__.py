"""Codebooks: themes and scales as patterns in a YAML file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from crosscurrents.codebook.matching import Matches, match
from crosscurrents.codebook.patterns import Pattern, Theme
from crosscurrents.tokens import Tokens

KEYS = {"description", "patterns", "not"}


@dataclass(frozen=True)
class Codebook:
    """Themes and scales of a codebook file, and the hash of what they match."""

    themes: tuple[Theme, ...] = ()
    # Name of a scale -> positive and negative (names of the poles' themes), description.
    scales: dict[str, dict[str, str]] = field(default_factory=dict)
    title: str = ""

    @property
    def sha256(self) -> str:
        """Hash of all that decides a match: names, patterns and their order."""
        content = [
            (t.name, [p.text for p in t.patterns], [p.text for p in t.exclusions])
            for t in self.themes
        ]
        return hashlib.sha256(repr(content).encode()).hexdigest()

    def record(self) -> dict:
        """What measures keep of a codebook: hash, names, descriptions and scales."""
        poles = {pole for s in self.scales.values() for pole in (s["positive"], s["negative"])}
        names = {t.name: t.description for t in self.themes if t.name not in poles}
        made = {"sha256": self.sha256, "title": self.title}
        return {**made, "themes": names, "scales": self.scales}

    def match(self, tokens: Tokens) -> Matches:
        """All matches of all themes; within a theme the longest wins and overlaps count once."""
        return match(self.themes, tokens)


def read_codebook(path: str | Path) -> Codebook:
    """Read a codebook from a YAML file.

    The file maps `themes` (name -> description, patterns, not) and `scales` (name -> description,
    poles: two names -> patterns, the nearer pole first). Raises ValueError naming file, line and
    what is wrong, all mistakes at once.
    """
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"codebook {str(path)!r} is not there; name a YAML file")
    try:
        root = _compose(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "is not UTF-8 text"
        raise ValueError(f"codebook {path.name}{where}: {problem}") from None
    reader = _Reader(path.name)
    codebook = reader.codebook(root)
    if reader.mistakes:
        raise ValueError("\n".join(reader.mistakes))
    return codebook


def _compose(text: str) -> yaml.Node | None:
    """The nodes of a YAML text, by the fast parser; what is wrong is told by the plain one."""
    try:
        return yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError:
        return yaml.compose(text, Loader=yaml.SafeLoader)


class _Reader:
    """Walks the YAML nodes, so that every mistake can name its line."""

    def __init__(self, name: str):
        self.name = name
        self.mistakes: list[str] = []

    def wrong(self, node, message: str) -> None:
        self.mistakes.append(f"codebook {self.name}, line {node.start_mark.line + 1}: {message}")

    def mapping(self, node, what: str) -> dict:
        if not isinstance(node, yaml.MappingNode):
            found = "a list" if isinstance(node, yaml.SequenceNode) else repr(node.value)[:40]
            self.wrong(node, f"{what} must be a mapping of names, not {found}")
            return {}
        result = {}
        for key, value in node.value:
            if str(key.value) in result:
                self.wrong(key, f"{what} has {key.value!r} twice")
            result[str(key.value)] = value
        return result

    def codebook(self, root) -> Codebook:
        if root is None:
            self.mistakes.append(f"codebook {self.name} is empty; it needs 'themes' or 'scales'")
            return Codebook()
        top = self.mapping(root, "a codebook")
        for key in sorted(top.keys() - {"title", "themes", "scales"}):
            self.wrong(top[key], f"unknown key {key!r}; choose from ['title', 'themes', 'scales']")
        themes = []
        if "themes" in top:
            for name, node in self.mapping(top["themes"], "themes").items():
                themes.append(self.theme(name, node))
        scales: dict[str, dict[str, str]] = {}
        if "scales" in top:
            for name, node in self.mapping(top["scales"], "scales").items():
                themes += self.scale(name, node, scales)
        if not themes and not self.mistakes:
            self.wrong(root, "a codebook needs at least one theme or scale")
        names = [t.name for t in themes if t]
        for name in sorted({n for n in names if names.count(n) > 1}):
            self.wrong(root, f"{name!r} is the name of a theme and of a scale's pole")
        title = str(top["title"].value) if "title" in top else ""
        return Codebook(tuple(t for t in themes if t), scales, title)

    def theme(self, name: str, node) -> Theme | None:
        if isinstance(node, yaml.SequenceNode):
            return Theme(name, "", self.patterns(node, name))
        entry = self.mapping(node, f"theme {name!r}")
        for key in entry.keys() - KEYS:
            self.wrong(
                entry[key], f"theme {name!r} has an unknown key {key!r}; choose from {sorted(KEYS)}"
            )
        if "patterns" not in entry:
            if isinstance(node, yaml.MappingNode):
                self.wrong(node, f"theme {name!r} has no patterns")
            return None
        description = str(entry["description"].value) if "description" in entry else ""
        exclusions = self.patterns(entry["not"], name) if "not" in entry else ()
        return Theme(name, description, self.patterns(entry["patterns"], name), exclusions)

    def patterns(self, node, name: str) -> tuple[Pattern, ...]:
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self.wrong(node, f"theme {name!r} needs a list of patterns, one or more")
            return ()
        found: dict[str, Pattern] = {}
        for item in node.value:
            try:
                if not isinstance(item, yaml.ScalarNode):
                    raise ValueError(f"theme {name!r} has a pattern that is no text")
                pattern = Pattern.parse(item.value)
            except ValueError as error:
                self.wrong(item, str(error))
                continue
            if pattern.text in found:
                self.wrong(item, f"theme {name!r} has pattern {pattern.text!r} twice")
            found[pattern.text] = pattern
        return tuple(found.values())

    def scale(self, name: str, node, scales: dict) -> list[Theme]:
        entry = self.mapping(node, f"scale {name!r}")
        for key in entry.keys() - {"description", "poles"}:
            self.wrong(
                entry[key],
                f"scale {name!r} has an unknown key {key!r}; choose from ['description', 'poles']",
            )
        poles = self.mapping(entry["poles"], f"poles of scale {name!r}") if "poles" in entry else {}
        if len(poles) != 2:
            self.wrong(node, f"scale {name!r} needs 'poles' with two names, not {len(poles)}")
            return []
        themes = [self.theme(f"{name}/{pole}", value) for pole, value in poles.items()]
        description = str(entry["description"].value) if "description" in entry else ""
        near, far = poles
        scales[name] = {
            "description": description,
            "positive": f"{name}/{near}",
            "negative": f"{name}/{far}",
        }
        return themes


__all__ = ["Codebook", "Matches", "Pattern", "Theme", "match", "read_codebook"]
