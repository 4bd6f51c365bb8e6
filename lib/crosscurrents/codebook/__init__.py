"""Codebooks: themes and scales as patterns in a YAML file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from crosscurrents.codebook.nodes import compose, decoded
from crosscurrents.codebook.reading import Reader
from crosscurrents.core.matching import Matches, match
from crosscurrents.core.negation import Denial, match_with_denials
from crosscurrents.core.patterns import Pattern, Theme
from crosscurrents.core.tokens import Tokens


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
    languages: tuple[str, ...] = ()  # codes of those it is written in; none: that of most documents

    def __getitem__(self, name: str) -> Theme:
        """A theme, sub-theme ("theme/sub") or pole of a scale ("scale/pole") by its name.

        Raises ValueError for a name that is not in the codebook.
        """
        found = {theme.name: theme for theme in self.themes}
        if name not in found:
            raise ValueError(f"theme {name!r} is not in the codebook; choose from {list(found)}")
        return found[name]

    def __repr__(self) -> str:
        themes, patterns = len(self.record()["themes"]), sum(len(t.patterns) for t in self.themes)
        named = f" “{self.title}”" if self.title else ""
        return (
            f"Codebook{named} of {themes} themes and {len(self.scales)} scales, {patterns:,} "
            "patterns"
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{escape(t.name)}</th><td>{len(t.patterns)}</td><td>{escape(t.description)}</td></tr>"
            for t in self.themes
        )
        head = "<tr><th>theme</th><th>patterns</th><th>description</th></tr>"
        return f"<p>{escape(repr(self))}</p><table>{head}{rows}</table>"

    @property
    def sha256(self) -> str:
        """Hash of all that decides a match: names, patterns and their order."""
        content = [
            (t.name, [p.text for p in t.patterns], [p.text for p in t.exclusions])
            + ((t.taken, [s.name for s in t.subs]) if t.subs else ())
            for t in self.themes
        ]
        content += [
            (d.poles, *([p.text for p in cues] for cues in (d.before, d.behind, d.exclusions)))
            for d in self.denials
        ]
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
    themes, scales, title = reader.codebook(compose(path.name, decoded(path)))
    if reader.mistakes:
        raise ValueError("\n".join(reader.mistakes))
    return Codebook(themes, scales, title, tuple(reader.denials), reader.languages)


__all__ = ["Codebook", "Denial", "Matches", "Pattern", "Theme", "match", "read_codebook"]
