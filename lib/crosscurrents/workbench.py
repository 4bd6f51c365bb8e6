"""The workbench behind notebooks/explore.ipynb, without its widgets: questions in, answers out.

An answer holds tables and, for each, the call of the library that gives it. Bad input is answered
by a sentence that says what to do; nothing that a person types raises an error.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

import pandas as pd

from crosscurrents.codebook import Codebook, Pattern, Theme, read_codebook
from crosscurrents.codebook_editing import save_theme
from crosscurrents.collocation import collocates
from crosscurrents.comparison import Comparison
from crosscurrents.core.matching import match
from crosscurrents.corpus import Corpus, read_corpus
from crosscurrents.frequency import content_terms
from crosscurrents.keywords import keyness
from crosscurrents.lookup import (
    found_places,
    pattern_frequency,
    pattern_over_time,
    pattern_tone,
    read_paragraph,
)
from crosscurrents.measures import measure
from crosscurrents.passages import concordance
from crosscurrents.report.definitions import FILE, add_report
from crosscurrents.texts import (
    folded_words,
    narrow,
    not_at_hand,
    token_batches,
    word_places,
)
from crosscurrents.themes import theme_share
from crosscurrents.tone import sentiment

LINES = 300  # of a concordance: more than a person reads, and shown at once
NEAR = 15  # collocates of each source
WORDS = 200  # typical words of a side: what a table holds that is looked through
TESTED = 100_000  # words of two sources whose words are tested at once, within 0.3 s
PREVIEW = 200  # sentences that a draft of a theme is shown with
LOOKED = 2_000  # words of a batch among which the missed ones are
MISSED = 30  # words that a draft does not find
LONGEST = 200  # characters of what is looked up
NOTHING = "No article of these sources lies in this period; choose another."
COMPARED = ("words", "themes", "tone", "passages")


@dataclass(frozen=True)
class Answer:
    """What a question came to: tables by name, the call behind each, or what to do instead."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    calls: dict[str, str] = field(default_factory=dict)
    message: str = ""

    @property
    def code(self) -> str:
        """The calls, a line each, ready to copy behind those of `Workbench.setup`."""
        return "\n".join(self.calls.values())


def answered(question: Callable[..., Answer]) -> Callable[..., Answer]:
    """Let a question answer what cannot be asked by a sentence."""

    @wraps(question)
    def asked(self: Workbench, *arguments: Any, **options: Any) -> Answer:
        if self.trouble:
            return Answer(message=self.trouble)
        try:
            return question(self, *arguments, **options)
        except (ValueError, OSError) as error:
            return Answer(message=as_sentence(error))

    return asked


def as_sentence(error: Exception) -> str:
    """An error's message as a sentence."""
    text = str(error).strip() or type(error).__name__
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


class Workbench:
    """A corpus, the choice of its documents, and every question of the workbench.

    Parameters
    ----------
    corpus : str, Path, DataFrame or Corpus
        As `read_corpus` takes it. What cannot be read is told by `trouble`.
    codebook : str or Path, optional
        The corpus's own by default.
    definitions : str or Path
        The reports.toml that `save_report` writes.

    Attributes
    ----------
    trouble : str
        Why nothing can be asked, "" if it can.
    notes : list of str
        What the reader should know of the corpus: texts that are missing, and so on.
    """

    def __init__(self, corpus, *, codebook: str | Path = "", definitions: str | Path = FILE):
        self.path, self.codebook_path = corpus, str(codebook or "")
        self.definitions = Path(definitions)
        self.corpus: Corpus | None = None
        self.comparison: Comparison | None = None
        self.codebook = Codebook()
        self.trouble, self.notes = "", []
        self.chosen: dict[str, Any] = {"sources": [], "since": "", "until": ""}
        try:
            self._open()
        except (ValueError, OSError) as error:
            self.trouble = as_sentence(error)

    def _open(self) -> None:
        self.corpus = self.path if isinstance(self.path, Corpus) else read_corpus(self.path)
        own = self.corpus.path / "codebook.yml" if self.corpus.path else None
        if not self.codebook_path and own and own.is_file():
            self.codebook_path = str(own)
        if self.codebook_path:
            self.codebook = read_codebook(self.codebook_path)
        self.measures = measure(self.corpus, codebook=self.codebook)
        self.notes = not_at_hand(self.corpus)
        documents = self.measures.documents
        if not documents["words"].sum():
            raise ValueError(f"corpus {self._named()} has no words; name a folder with articles")
        if not self.corpus.documents["at_hand"].any():
            self.notes = ["No text is available here, so passages and look-ups find nothing."]
        foreign = ~documents["language"].astype("str").str[:2].isin(["en", ""])
        if foreign.all():
            self.notes.append(
                "These texts are not in English: words and passages hold; tone is not scored."
            )
        self.choose()
        self._prepare()

    def _prepare(self) -> None:
        """Ask each question once, so that the answers to all others come at once."""
        for _, tokens in token_batches(self._narrowed()):
            folded_words(tokens)
        common = self.measures.terms["term"].mode()
        self.rates(str(common.iloc[0]) if len(common) else "")
        self.tone(str(common.iloc[0]) if len(common) else "")
        if len(self.sources) > 1:
            for what in ("words", "tone"):
                self.compare(*self.sources[:2], what=what)

    def _named(self) -> str:
        return repr(str(self.corpus.path or "of this table"))

    @property
    def sources(self) -> list[str]:
        """All sources, those with most words first."""
        return [] if self.trouble else Comparison(self.measures).by_size

    @property
    def themes(self) -> list[str]:
        """The themes of the codebook, sub-themes and poles of scales too."""
        negated = {name for denial in self.codebook.denials for name in denial.denied}
        return [theme.name for theme in self.codebook.themes if theme.name not in negated]

    def choose(self, *, sources=(), since: str = "", until: str = "") -> str:
        """Choose sources and a period for all questions; a sentence if that leaves nothing."""
        chosen = {"sources": list(sources), "since": since.strip(), "until": until.strip()}
        try:
            measures = self.measures.select(**chosen)
        except (ValueError, AttributeError) as error:
            empty = str(error).startswith("no document is left")
            return self.trouble or (NOTHING if empty else as_sentence(error))
        if not measures.documents["words"].sum():
            return NOTHING
        self.chosen = chosen
        self.comparison = Comparison(measures, corpus=self.corpus)
        return ""

    def size(self) -> str:
        """How much is chosen, in a sentence."""
        documents = self.comparison.documents
        sources, marked = documents["source"].nunique(), self.chosen["sources"]
        more = "" if marked else " (no source marked: all of them)"
        said = f"{len(documents):,} articles of {sources:,} sources"
        return f"{said}, {documents['words'].sum():,} words{more}."

    def setup(self) -> str:
        """The calls that every other call rests on, ready to copy."""
        book = f", codebook={self.codebook_path!r}" if self.codebook_path else ""
        given = {name: value for name, value in self.chosen.items() if value}
        select = f".select({', '.join(f'{k}={v!r}' for k, v in given.items())})" if given else ""
        shown = isinstance(self.path, str | Path)
        lines = [
            "import crosscurrents as cc",
            f"texts = cc.read_corpus({str(self.path)!r})" if shown else "texts = corpus",
            f"measures = cc.measure(texts{book}){select}",
            "comparison = cc.Comparison(measures, corpus=texts)",
        ]
        if self.codebook_path:
            lines.append(f"codebook = cc.read_codebook({self.codebook_path!r})")
        return "\n".join(lines)

    # ---- one word -----------------------------------------------------------------------------

    def query(self, text: str) -> tuple[str | Theme, str]:
        """What a person typed as a pattern or a theme of the codebook, and that as code.

        A theme's name means the theme; quotation marks around it mean the words.
        """
        text = " ".join(str(text).split())
        if not text:
            raise ValueError("type a word, a phrase, a pattern such as climat* or a theme")
        if len(text) > LONGEST:
            raise ValueError(f"this has {len(text)} characters; look up at most {LONGEST}")
        if text in self.themes:
            return self.codebook[text], f"codebook[{text!r}]"
        text = text.strip('"“”') or text
        Pattern.parse(text)
        return text, repr(text)

    @answered
    def rates(self, text: str, *, period: str = "quarter") -> Answer:
        """How often each source uses it, over time, and where in the texts."""
        pattern, code = self.query(text)
        table = pattern_frequency(self.comparison, pattern)
        if not table["count"].sum():
            return Answer(message=self._not_found(text))
        return Answer(
            {
                "rates": table,
                "over_time": pattern_over_time(self.comparison, pattern, period=period),
                "places": found_places(self.comparison, pattern)[0],
            },
            {
                "rates": f"cc.pattern_frequency(comparison, {code})",
                "over_time": f"cc.pattern_over_time(comparison, {code}, period={period!r})",
                "places": f"cc.occurrences(comparison, {code})",
            },
        )

    @answered
    def lines(self, text: str, *, sources=(), width: int = 8) -> Answer:
        """The concordance, its first LINES lines."""
        pattern, code = self.query(text)
        options: dict[str, Any] = {"width": width, "top_n": LINES}
        if sources:
            options["sources"] = list(sources)
        table = concordance(self.comparison, pattern, **options)
        if table.empty:
            return Answer(message=self._not_found(text))
        said = ", ".join(f"{name}={value!r}" for name, value in options.items())
        more = f"The first {LINES} uses; choose fewer sources to see others."
        return Answer(
            {"lines": table},
            {"lines": f"cc.concordance(comparison, {code}, {said})"},
            more if len(table) == LINES else "",
        )

    @answered
    def near(self, text: str, *, window: int = 5) -> Answer:
        """The words that occur near it, in each source."""
        pattern, code = self.query(text)
        options = {"window": window, "hide_stopwords": True, "min_count": 2, "top_n": NEAR}
        table = collocates(self.comparison, pattern, **options)
        if table.empty:
            return Answer(message="No word occurs near it twice in the same source.")
        said = ", ".join(f"{name}={value!r}" for name, value in options.items())
        return Answer({"near": table}, {"near": f"cc.collocates(comparison, {code}, {said})"})

    @answered
    def tone(self, text: str) -> Answer:
        """The tone of the sentences that contain it, beside that of all others."""
        pattern, code = self.query(text)
        table = pattern_tone(self.comparison, pattern)
        if table.empty:
            return Answer(message=self._not_found(text))
        return Answer({"tone": table}, {"tone": f"cc.pattern_tone(comparison, {code})"})

    @answered
    def paragraph(self, text: str, doc_id: str, paragraph: int) -> Answer:
        """The paragraph of a line, with what matches marked (table `paragraph`: passage)."""
        pattern, code = self.query(text) if text else ("", "''")
        passage = read_paragraph(self.corpus, doc_id, int(paragraph), pattern=pattern)
        table = pd.DataFrame({"doc_id": [doc_id], "passage": pd.Series([passage], dtype=object)})
        call = f"cc.read_paragraph(texts, {doc_id!r}, {int(paragraph)}, pattern={code})"
        return Answer({"paragraph": table}, {"paragraph": call})

    def _not_found(self, text: str) -> str:
        if not self.comparison.corpus.documents["at_hand"].any():
            return "No text is available here; put the files into the corpus folder first."
        short = str(text).strip()
        hint = "" if "*" in short else f" Try {short}* for words that begin so."
        return f"“{short}” does not occur in the articles chosen.{hint}"

    # ---- two sources --------------------------------------------------------------------------

    @answered
    def compare(self, first: str, second: str, *, what: str = "words", word: str = "") -> Answer:
        """Two sources side by side: their words, themes, tone, or passages with a word."""
        if what not in COMPARED:
            raise ValueError(f"what {what!r} is not known; choose from {list(COMPARED)}")
        if not first or not second or first == second:
            return Answer(message="Choose two different sources.")
        missing = {first, second} - set(self.comparison.groups.index)
        if missing:
            return Answer(message=f"{missing.pop()} is not among the articles chosen above.")
        if what == "words":
            return self._words(first, second)
        if what == "passages":
            return self.lines(word, sources=[first, second])
        if what == "themes" and not self.codebook.themes:
            return Answer(message="There is no codebook; save a theme on the codebook bench first.")
        function, name = {"themes": (theme_share, "theme_share"), "tone": (sentiment, "sentiment")}[
            what
        ]
        table = function(self._pair(first, second))
        if what == "tone" and not table["mean"].notna().any():
            return Answer(message="No lexicon knows the language of these texts.")
        chosen = f"measures.select(sources={[first, second]!r})"
        setup = f"pair = cc.Comparison({chosen}, corpus=texts)\n"
        return Answer({what: table}, {what: f"{setup}cc.{name}(pair)"})

    def _pair(self, first: str, second: str) -> Comparison:
        """Two sources alone, each tested against the other."""

        def make() -> Comparison:
            measures = self.comparison.measures.select(sources=[first, second])
            return Comparison(measures, corpus=self.corpus)

        return self.comparison.once(("pair", first, second), make)

    def _words(self, first: str, second: str) -> Answer:
        both = self.comparison.groups.loc[[first, second], "words"].sum()
        small = int(both) <= TESTED
        options = {"target": first, "reference": second, "top_n": WORDS}
        table = keyness(self.comparison, tests=small, intervals=small, **options)
        if table.empty:
            return Answer(message="No content word occurs twice in these two sources.")
        said = ", ".join(f"{name}={value!r}" for name, value in options.items())
        note = "" if small else "Not tested yet: the call below tests every word and takes longer."
        return Answer({"words": table}, {"words": f"cc.keyness(comparison, {said})"}, note)

    # ---- the codebook -------------------------------------------------------------------------

    def theme_text(self, name: str) -> tuple[str, str]:
        """The patterns and the exclusions of a theme, one a line, to be edited."""
        if name not in self.themes:
            return "", ""
        theme = self.codebook[name]
        return tuple("\n".join(p.text for p in ps) for ps in (theme.patterns, theme.exclusions))

    @answered
    def draft(self, name: str, patterns: str, exclusions: str = "") -> Answer:
        """What a draft of a theme matches, shares with other themes, and misses.

        Tables: patterns (pattern, matches, documents, shared: themes that find the same words),
        sentences (a line each) and missed (words in the same sentences that no theme finds).
        """
        theme = draft_theme(name, patterns, exclusions)
        counts, missed = self._draft_counts(theme)
        lines = concordance(self.comparison, theme, top_n=PREVIEW)
        own, shut = ([p.text for p in ps] for ps in (theme.patterns, theme.exclusions))
        file = self.codebook_path or "codebook.yml"
        call = (
            f"cc.save_theme({file!r}, {theme.name!r}, patterns={own!r}, exclusions={shut!r})\n"
            f"cc.concordance(comparison, cc.read_codebook({file!r})[{theme.name!r}])"
        )
        note = "" if counts["matches"].sum() else "None of these patterns occurs in the articles."
        return Answer(
            {"patterns": counts, "sentences": lines, "missed": missed},
            {"sentences": call},
            note,
        )

    def _draft_counts(self, theme: Theme) -> tuple[pd.DataFrame, pd.DataFrame]:
        others = tuple(t for t in self.codebook.themes if _is_other(t.name, theme.name))
        size = len(theme.patterns)
        documents: list[set] = [set() for _ in range(size)]
        matches, shared = [0] * size, [{} for _ in range(size)]
        near: dict[str, int] = {}
        for batch, (_, tokens) in enumerate(token_batches(self._narrowed())):
            found, place = match((theme,), tokens), word_places(tokens)
            rivals = match(others, tokens) if others else None
            owner = dict(zip(rivals.first.tolist(), rivals.theme.tolist())) if others else {}
            for pattern, first in zip(found.pattern.tolist(), found.first.tolist()):
                matches[pattern] += 1
                documents[pattern].add((batch, int(place.document[first])))
                if first in owner:
                    name = others[owner[first]].name
                    shared[pattern][name] = shared[pattern].get(name, 0) + 1
            _add_near(near, tokens, place.sentence, found, rivals)
        table = pd.DataFrame(
            {
                "pattern": [p.text for p in theme.patterns],
                "matches": matches,
                "documents": [len(d) for d in documents],
                "shared": [
                    ", ".join(f"{n} ({k})" for n, k in sorted(s.items(), key=lambda i: -i[1]))
                    for s in shared
                ],
            }
        )
        words = pd.Series(near, dtype=int).sort_values(ascending=False, kind="stable")
        words = words.head(LOOKED)
        words = words[content_terms(pd.Index(words.index.astype("str")))].head(MISSED)
        missed = pd.DataFrame({"word": words.index.astype("str"), "sentences": words.to_numpy()})
        return table.sort_values("matches", ascending=False, kind="stable"), missed

    def _narrowed(self) -> Corpus:
        comparison = self.comparison
        return comparison.once("narrow", lambda: narrow(comparison.corpus, comparison))

    def save_theme(self, name: str, patterns: str, exclusions: str = "", *, path: str = "") -> str:
        """Write a draft into the codebook's file and measure again; a sentence on what was done."""
        path = path.strip() or self.codebook_path
        if not path:
            return "Name a file for the codebook, such as codebook.yml."
        try:
            theme = draft_theme(name, patterns, exclusions)
            lists = [[p.text for p in ps] for ps in (theme.patterns, theme.exclusions)]
            save_theme(path, theme.name, patterns=lists[0], exclusions=lists[1])
            self.codebook, self.codebook_path = read_codebook(path), str(path)
            self.measures = measure(self.corpus, codebook=self.codebook)
        except (ValueError, OSError) as error:
            return as_sentence(error)
        self.choose(**self.chosen)
        return f"Saved: {theme.name} has {len(theme.patterns)} patterns in {Path(path).name}."

    # ---- the report ---------------------------------------------------------------------------

    def save_report(self, name: str, *, term: str = "", target: str = "", reference: str = ""):
        """Write the choice as a report into reports.toml; a sentence on what was done."""
        if self.trouble or not isinstance(self.path, str | Path):
            return self.trouble or "Only a corpus that is a folder or a file can have a report."
        home = self.definitions.absolute().parent
        parameters = {name: value for name, value in self.chosen.items() if value}
        if self.codebook_path and Path(self.codebook_path).parent != self.corpus.path:
            parameters["codebook"] = _seen_from(self.codebook_path, home)
        words = {"term": term.strip(), "target": target, "reference": reference}
        parameters |= {f"term_frequency.{k}": value for k, value in words.items() if value}
        try:
            if term.strip() and term.strip() in self.themes:
                parameters.pop("term_frequency.term")
            corpus = _seen_from(self.path, home)
            add_report(self.definitions, name.strip(), corpus=corpus, parameters=parameters)
        except (ValueError, OSError) as error:
            return as_sentence(error)
        return (
            f"Saved as report {name.strip()!r} in {self.definitions.name}; make it by: "
            f".venv/bin/crosscurrents report {name.strip()}"
        )


def draft_theme(name: str, patterns: str, exclusions: str = "") -> Theme:
    """A theme from two texts with a pattern a line.

    Raises
    ------
    ValueError
        For a theme without a name or patterns, and patterns that cannot be read.

    >>> draft_theme("energy", "gas field*\\noil\\n").patterns[0].text
    'gas field*'
    """
    name = " ".join(name.split())
    if not name:
        raise ValueError("give the theme a name")
    lists = []
    for text in (patterns, exclusions):
        found = {}
        for line in filter(None, map(str.strip, text.splitlines())):
            pattern = Pattern.parse(line)
            found.setdefault(pattern.meaning, pattern)
        lists.append(tuple(found.values()))
    if not lists[0]:
        raise ValueError("write at least one pattern, one a line")
    return Theme(name, "", *lists)


def _is_other(name: str, theme: str) -> bool:
    """Whether a theme is not the one at hand, nor its sub-theme, nor a pole of a scale."""
    return name != theme and not name.startswith(f"{theme}/") and "/" not in name


def _add_near(near: dict[str, int], tokens, sentence_of, found, rivals) -> None:
    """Count the sentences with a match in which each word that no theme finds occurs."""
    import numpy as np

    ids, vocabulary = folded_words(tokens)
    inside = np.zeros(int(sentence_of[-1]) + 1 if len(sentence_of) else 0, bool)
    inside[sentence_of[found.first]] = True
    kept = inside[sentence_of]
    for hits in filter(None, (found, rivals)):
        turns = np.bincount(hits.first, minlength=len(ids) + 1)
        turns = turns - np.bincount(hits.last + 1, minlength=len(ids) + 1)
        kept &= np.cumsum(turns)[: len(ids)] == 0
    keys = np.sort(sentence_of[kept].astype(np.int64) * len(vocabulary) + ids[kept])
    first = np.append(True, keys[1:] != keys[:-1])[: len(keys)]  # a word counts once a sentence
    counts = np.bincount(keys[first] % max(len(vocabulary), 1), minlength=len(vocabulary))
    for word in np.argsort(-counts, kind="stable")[:LOOKED].tolist():
        if counts[word]:
            near[vocabulary[word]] = near.get(vocabulary[word], 0) + int(counts[word])


def _seen_from(path: str | Path, home: Path) -> str:
    """A path as seen from a folder, where it lies below or beside it."""
    path = Path(path).expanduser().absolute()
    try:
        return Path(os.path.relpath(path, home)).as_posix()
    except ValueError:  # another drive
        return str(path)
