"""Codebooks: themes and scales as patterns in a YAML file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

from crosscurrents.codebook.denial import Denial, match_with_denials
from crosscurrents.codebook.matching import Matches, match
from crosscurrents.codebook.patterns import Pattern, Theme
from crosscurrents.tokens import Tokens

KEYS = {"description", "patterns", "not"}
SCALE_KEYS = {"description", "poles", "denied by"}


@dataclass(frozen=True)
class Codebook:
    """Themes and scales of a codebook file, and the hash of what they match."""

    themes: tuple[Theme, ...] = ()
    # Name of a scale -> positive and negative (names of the poles' themes), description; where the
    # scale says what denies a hit, also positive_denied and negative_denied.
    scales: dict[str, dict[str, str]] = field(default_factory=dict)
    title: str = ""
    denials: tuple[Denial, ...] = ()

    @property
    def sha256(self) -> str:
        """Hash of all that decides a match: names, patterns and their order."""
        content = [
            (t.name, [p.text for p in t.patterns], [p.text for p in t.exclusions])
            for t in self.themes
        ]
        content += [
            (d.poles, [p.text for p in d.before], [p.text for p in d.behind]) for d in self.denials
        ]
        return hashlib.sha256(repr(content).encode()).hexdigest()

    def record(self) -> dict:
        """What measures keep of a codebook: hash, names, descriptions and scales."""
        poles = {s[key] for s in self.scales.values() for key in s.keys() - {"description"}}
        names = {t.name: t.description for t in self.themes if t.name not in poles}
        made = {"sha256": self.sha256, "title": self.title}
        return {**made, "themes": names, "scales": self.scales}

    def match(self, tokens: Tokens) -> Matches:
        """All matches of all themes; within a theme the longest wins and overlaps count once.

        Denied hits of a scale's pole stand under the theme of that pole's denied ones.
        """
        return match_with_denials(self.themes, self.denials, tokens)


def read_codebook(path: str | Path) -> Codebook:
    """Read a codebook from a YAML file.

    The file maps `themes` (name -> description, patterns, not) and `scales` (name -> description,
    poles: two names -> patterns, the nearer pole first; denied by: before, behind -> cues). Raises
    ValueError naming file, line and what is wrong, all mistakes at once.
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
        self.denials: list[Denial] = []

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
        return Codebook(tuple(t for t in themes if t), scales, title, tuple(self.denials))

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

    def scale(self, name: str, node, scales: dict) -> list[Theme | None]:
        entry = self.mapping(node, f"scale {name!r}")
        for key in entry.keys() - SCALE_KEYS:
            self.wrong(
                entry[key],
                f"scale {name!r} has an unknown key {key!r}; choose from {sorted(SCALE_KEYS)}",
            )
        poles = self.mapping(entry["poles"], f"poles of scale {name!r}") if "poles" in entry else {}
        if len(poles) != 2:
            self.wrong(node, f"scale {name!r} needs 'poles' with two names, not {len(poles)}")
            return []
        themes = [self.theme(f"{name}/{pole}", value) for pole, value in poles.items()]
        positive, negative = (f"{name}/{pole}" for pole in poles)
        scales[name] = {
            "description": str(entry["description"].value) if "description" in entry else "",
            "positive": positive,
            "negative": negative,
        }
        if "denied by" in entry and all(themes):
            denial = self.denial(name, entry["denied by"], (positive, negative))
            self.denials.append(denial)
            for key, theme, twin in zip(("positive", "negative"), list(themes), denial.denied):
                scales[name][f"{key}_denied"] = twin
                themes.append(replace(theme, name=twin))
        return themes

    def denial(self, name: str, node, poles: tuple[str, str]) -> Denial:
        entry = self.mapping(node, f"'denied by' of scale {name!r}")
        for key in entry.keys() - {"before", "behind"}:
            self.wrong(
                entry[key], f"'denied by' has an unknown key {key!r}; choose from before, behind"
            )
        if not entry.keys() & {"before", "behind"}:
            self.wrong(node, f"'denied by' of scale {name!r} needs 'before' or 'behind'")
        cues = [
            self.patterns(entry[key], f"{name}, denied by") if key in entry else ()
            for key in ("before", "behind")
        ]
        return Denial(poles, *cues)


__all__ = ["Codebook", "Denial", "Matches", "Pattern", "Theme", "match", "read_codebook"]
