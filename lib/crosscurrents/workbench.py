"""The workbench behind notebooks/explore.ipynb, without its widgets: questions in, answers out.

An answer holds tables and, for each, the call of the library that gives it. Bad input is answered
by a sentence that says what to do; nothing that a person types raises an error.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial, wraps
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
from threadpoolctl import threadpool_limits

import crosscurrents as cc
from crosscurrents import passages
from crosscurrents.codebook import Codebook, Pattern, Theme
from crosscurrents.corpus import Corpus
from crosscurrents.coverage import draft_counts, draft_theme, save_theme
from crosscurrents.overview import copies_findings
from crosscurrents.report.definitions import FILE, add_report
from crosscurrents.texts import folded_words, not_at_hand, token_batches
from crosscurrents.writing import as_sentence, counted, interval_name, without_turning

LINES = 300  # of a concordance: more than a person reads, and shown at once
NEAR = 15  # collocates of each source
WORDS = 200  # typical words of a side: what a table holds that is looked through
TESTED = 100_000  # words that are tested, or searched for copies, at once
PREVIEW = 200  # sentences that a draft of a theme is shown with
SAID = 300  # characters of an answer in words
LONGEST = 200  # characters of what is looked up
NOTHING = "No article of these sources lies in this period; choose another."
COMPARED = ("words", "themes", "tone", "passages")
SHOWN, STROKES = 12, 400  # sources and uses in the table of rates: more is not seen
RATES = Path(__file__).parent / "assets" / "rates.html.j2"


@dataclass(frozen=True)
class Answer:
    """What a question came to: tables by name, the call behind each, or what to do instead."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    calls: dict[str, str] = field(default_factory=dict)
    message: str = ""

    @classmethod
    def of(cls, message: str = "", **found: tuple[pd.DataFrame, str]) -> Answer:
        """An answer of tables by name, each with its call."""
        tables, calls = ({name: pair[k] for name, pair in found.items()} for k in (0, 1))
        return cls(tables, calls, message)

    @property
    def code(self) -> str:
        """The calls, a line each, ready to copy behind those of `Workbench.setup`."""
        return "\n".join(filter(None, self.calls.values()))


def call(function: Callable, *given: Any, **options: Any) -> tuple[Any, str]:
    """What a public function of the library gives, and the call that says so."""
    return function(*given, **options), code_of(function, *given, **options)


def code_of(function: Callable, *given: Any, **options: Any) -> str:
    """A call of a function as code, by the names that `Workbench.setup` gives things."""
    values = [_written(value) for value in given]
    values += [f"{name}={_written(value)}" for name, value in options.items()]
    name, module = function.__name__, function.__module__
    called = f"{name}({', '.join(values)})"
    return f"cc.{called}" if name in cc.__all__ else f"from {module} import {name}\n{called}"


def _written(value: Any) -> str:
    if isinstance(value, Theme):
        return f"codebook[{value.name!r}]"
    return {cc.Comparison: "comparison", Corpus: "texts"}.get(type(value)) or repr(value)


def asked(say: Callable[[str], Any], question: Callable) -> Callable:
    """Let a question answer what cannot be asked by a sentence, said as it says things."""

    @wraps(question)
    def ask(self: Workbench, *arguments: Any, **options: Any) -> Any:
        if self.trouble:
            return say(self.trouble)
        try:
            with threadpool_limits(1):  # small matrices: threads wait for each other
                return question(self, *arguments, **options)
        except (ValueError, OSError) as error:
            return say(what_is_wrong(error))

    return ask


answered = partial(asked, lambda said: Answer(message=said))
told = partial(asked, str)


def what_is_wrong(error: Exception) -> str:
    """An error's message as a sentence."""
    text = str(error).strip() or type(error).__name__
    if isinstance(error, OSError) and error.strerror:
        text = f"{error.strerror}: {error.filename}"
    if len(text) > SAID:  # something long was typed
        text = f"{text[: SAID // 2]} ... {text[-SAID // 3 :]}"
    return as_sentence(text)


class Workbench:
    """A corpus, the choice of its documents, and every question of the workbench.

    Parameters
    ----------
    corpus : str, Path, DataFrame or Corpus
        As `read_corpus` takes it. If it cannot be read, `trouble` says why.
    codebook : str or Path, optional
        The corpus's own by default.
    definitions : str or Path
        The reports.toml that `save_report` writes.
    progress : callable, optional
        Told in a sentence what is being done while the corpus is opened.

    Attributes
    ----------
    trouble : str
        Why nothing can be asked, "" if it can.
    notes : list of str
        What the reader should know of the corpus: texts that are missing, and so on.
    """

    def __init__(
        self,
        corpus,
        *,
        codebook: str | Path = "",
        definitions: str | Path = FILE,
        progress: Callable[[str], object] = str,
    ):
        self.path, self.codebook_path = corpus, str(codebook or "")
        self.definitions = Path(definitions)
        self.corpus: Corpus | None = None
        self.comparison: cc.Comparison | None = None
        self.codebook = Codebook()
        self.trouble, self.notes = "", []
        self.chosen: dict[str, Any] = {"sources": [], "since": "", "until": ""}
        try:
            self._open(progress)
        except (ValueError, OSError) as error:
            self.trouble = what_is_wrong(error)

    def _open(self, progress: Callable[[str], object]) -> None:
        progress("Reading the catalogue and the files ...")
        self.corpus = self.path if isinstance(self.path, Corpus) else cc.read_corpus(self.path)
        if not self.codebook_path and self.corpus.codebook_file:
            self.codebook_path = str(self.corpus.codebook_file)
        if self.codebook_path:
            self.codebook = cc.read_codebook(self.codebook_path)
        number = len(self.corpus.documents)
        progress(f"Measuring {number:,} articles (some seconds for a million words) ...")
        self.measures = cc.measure(self.corpus, codebook=self.codebook)
        self.notes = not_at_hand(self.corpus)
        documents = self.measures.documents
        if not documents["words"].sum():
            raise ValueError(self._without_words())
        if not self.corpus.documents["at_hand"].any():
            self.notes = ["No text is available here, so passages and look-ups find nothing."]
        foreign = ~documents["language"].astype("str").str[:2].isin(["en", ""])
        if foreign.all():
            self.notes.append(
                "These texts are not in English: words and passages hold; tone is not scored."
            )
        self.choose()
        if documents["words"].sum() <= TESTED:
            self.notes += copies_findings(self.comparison)
        progress("Making the answers quick ...")
        self._prepare()

    def _prepare(self) -> None:
        """Ask each question once, so that the answers to all others come at once."""
        for _, tokens in token_batches(self.comparison.texts):
            folded_words(tokens)
        common = self.measures.terms["term"].mode()
        self.rates(str(common.iloc[0]) if len(common) else "")
        self.tone(str(common.iloc[0]) if len(common) else "")
        if len(self.sources) > 1:
            for what in ("words", "tone"):
                self.compare(*self.sources[:2], what=what)

    def _without_words(self) -> str:
        tags = self.measures.documents["language"].astype("str")
        if tags.str.startswith("zh").any() and find_spec("jieba") is None:
            return "to cut Chinese into words, first run: pip install 'crosscurrents[chinese]'"
        return "these articles have no words that can be counted; name a corpus with others"

    @property
    def sources(self) -> list[str]:
        """All sources, those with most words first."""
        return [] if self.trouble else cc.Comparison(self.measures).by_size

    @property
    def themes(self) -> list[str]:
        """The themes of the codebook, sub-themes and poles of scales too."""
        negated = {name for denial in self.codebook.denials for name in denial.denied}
        return [theme.name for theme in self.codebook.themes if theme.name not in negated]

    @told
    def choose(self, *, sources=(), since: str = "", until: str = "") -> str:
        """Choose sources and a period for all questions; a sentence if that leaves nothing."""
        chosen = {"sources": list(sources), "since": since.strip(), "until": until.strip()}
        try:
            measures = self.measures.select(**chosen)
        except ValueError as error:
            if str(error).startswith("no document is left"):
                return NOTHING
            raise
        if not measures.documents["words"].sum():
            return NOTHING
        self.chosen = chosen
        self.comparison = cc.Comparison(measures, corpus=self.corpus)
        return ""

    def size(self) -> str:
        """How much is chosen, in a sentence."""
        documents = self.comparison.documents
        sources, marked = documents["source"].nunique(), self.chosen["sources"]
        more = "" if marked else " (no source marked: all of them)"
        said = f"{counted(len(documents), 'article')} of {counted(sources, 'source')}"
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

    def query(self, text: str) -> str | Theme:
        """What a person typed: a pattern, or a theme of the codebook.

        A theme's name means the theme; quotation marks around it mean the words.
        """
        text = " ".join(str(text).split())
        if not text:
            raise ValueError("type a word, a phrase, a pattern such as climat* or a theme")
        if len(text) > LONGEST:
            raise ValueError(f"this has {len(text)} characters; look up at most {LONGEST}")
        if text in self.themes:
            return self.codebook[text]
        text = text.strip('"“”') or text
        Pattern.parse(text)
        return text

    @answered
    def rates(self, text: str, *, period: str = "quarter") -> Answer:
        """How often each source uses it, over time, and where in the texts."""
        pattern = self.query(text)
        answer = Answer.of(
            rates=call(passages.pattern_frequency, self.comparison, pattern),
            over_time=call(passages.pattern_frequency, self.comparison, pattern, period=period),
            places=(
                passages.found_places(self.comparison, pattern),  # the two above have found them
                code_of(cc.occurrences, self.comparison, pattern),
            ),
        )
        return answer if answer.tables["rates"]["count"].sum() else self._not_found(text)

    @answered
    def lines(self, text: str, *, sources=(), width: int = 8) -> Answer:
        """The concordance, its first LINES lines."""
        options: dict[str, Any] = {"width": width, "top_n": LINES}
        if sources:
            options["sources"] = list(sources)
        found = call(cc.concordance, self.comparison, self.query(text), **options)
        more = f"The first {LINES} uses; choose fewer sources to see others."
        answer = Answer.of(more if len(found[0]) == LINES else "", lines=found)
        return answer if len(found[0]) else self._not_found(text)

    @answered
    def near(self, text: str, *, window: int = 5) -> Answer:
        """The words that occur near it, in each source."""
        options = {"window": window, "hide_stopwords": True, "min_count": 2, "top_n": NEAR}
        found = call(cc.collocates, self.comparison, self.query(text), **options)
        if found[0].empty:
            return Answer(message="No word occurs near it twice in the same source.")
        return Answer.of(near=found)

    @answered
    def tone(self, text: str) -> Answer:
        """The tone of the sentences that contain it, and of all others."""
        found = call(passages.pattern_tone, self.comparison, self.query(text))
        return Answer.of(tone=found) if len(found[0]) else self._not_found(text)

    @answered
    def paragraph(self, text: str, doc_id: str, paragraph: int) -> Answer:
        """The paragraph of a line, with what matches marked (table `paragraph`: passage)."""
        pattern = self.query(text) if text else ""
        place = doc_id, int(paragraph)
        passage, code = call(passages.read_paragraph, self.corpus, *place, pattern=pattern)
        table = pd.DataFrame({"doc_id": [doc_id], "passage": pd.Series([passage], dtype=object)})
        return Answer.of(paragraph=(table, code))

    def _not_found(self, text: str) -> Answer:
        if not self.comparison.corpus.documents["at_hand"].any():
            return Answer(message="No text is available here; put the files into the corpus first.")
        short = str(text).strip()
        hint = "" if "*" in short else f" Try {short}* for words that begin so."
        return Answer(message=f"“{short}” does not occur in the articles chosen.{hint}")

    # ---- two sources --------------------------------------------------------------------------

    @answered
    def compare(self, first: str, second: str, *, what: str = "words", word: str = "") -> Answer:
        """Two sources side by side: their words, themes, tone, or passages with a word."""
        if not first or not second or first == second:
            return Answer(message="Choose two different sources.")
        if what == "words":
            return self._words(first, second)
        if what == "passages":
            return self.lines(word, sources=[first, second])
        if what == "themes" and not self.codebook.themes:
            return Answer(message="There is no codebook; save a theme on the codebook bench first.")
        pair = [first, second]
        measures = self.comparison.measures
        both = self.comparison.once(
            ("pair", *pair),
            lambda: cc.Comparison(measures.select(sources=pair), corpus=self.corpus),
        )
        table, code = call({"themes": cc.theme_share, "tone": cc.sentiment}[what], both)
        if what == "tone" and not table["mean"].notna().any():
            return Answer(message="No lexicon knows the language of these texts.")
        setup = f"comparison = cc.Comparison(measures.select(sources={pair!r}), corpus=texts)\n"
        return Answer.of(**{what: (table, setup + code)})

    def _words(self, first: str, second: str) -> Answer:
        both = self.comparison.groups["words"].reindex([first, second]).sum()
        options = {"target": first, "reference": second, "hide_stopwords": True, "top_n": WORDS}
        if both <= TESTED:
            found, note = call(cc.keyness, self.comparison, **options), ""
        else:
            table = cc.keyness(self.comparison, tests=False, **options)
            found = table, code_of(cc.keyness, self.comparison, **options)
            note = "Not tested yet: the call below tests every word and takes longer."
        if found[0].empty:
            return Answer(message="No content word occurs twice in these two sources.")
        return Answer.of(note, words=found)

    # ---- the codebook -------------------------------------------------------------------------

    def theme_text(self, name: str) -> tuple[str, str]:
        """The patterns and the exclusions of a theme, one a line, to be edited."""
        lists = _written_patterns(self.codebook[name]) if name in self.themes else ([], [])
        return "\n".join(lists[0]), "\n".join(lists[1])

    @answered
    def draft(self, name: str, patterns: str, exclusions: str = "") -> Answer:
        """What a draft of a theme matches, shares with other themes, and misses.

        Tables: patterns (pattern, matches, documents, shared: themes that find the same words),
        sentences (a line each) and missed (words in the same sentences that no theme finds).
        """
        theme = draft_theme(name, patterns, exclusions)
        counts, missed = draft_counts(self.comparison, self.codebook, theme)
        lines = cc.concordance(self.comparison, theme, top_n=PREVIEW)
        own, shut = _written_patterns(theme)
        file = self.codebook_path or "codebook.yml"
        code = (
            "from crosscurrents.coverage import save_theme\n"
            f"save_theme({file!r}, {theme.name!r}, patterns={own!r}, exclusions={shut!r})\n"
            f"cc.concordance(comparison, cc.read_codebook({file!r})[{theme.name!r}])"
        )
        note = "" if counts["matches"].sum() else "None of these patterns occurs in the articles."
        return Answer.of(note, patterns=(counts, ""), sentences=(lines, code), missed=(missed, ""))

    @told
    def save_theme(self, name: str, patterns: str, exclusions: str = "", *, path: str = "") -> str:
        """Write a draft into the codebook's file and measure again; a sentence on what was done."""
        path = path.strip() or self.codebook_path
        if not path:
            return "Name a file for the codebook, such as codebook.yml."
        theme = draft_theme(name, patterns, exclusions)
        own, shut = _written_patterns(theme)
        save_theme(path, theme.name, patterns=own, exclusions=shut)
        self.codebook, self.codebook_path = cc.read_codebook(path), str(path)
        patterns = counted(len(theme.patterns), "pattern")
        saved = f"Saved: {theme.name} has {patterns} in {Path(path).name}."
        try:
            self.measures = cc.measure(self.corpus, codebook=self.codebook)
        except ValueError:
            return f"{saved} The shares stay as they were: counting anew needs the texts."
        self.choose(**self.chosen)
        return saved

    # ---- the report ---------------------------------------------------------------------------

    @told
    def save_report(self, name: str, *, term: str = "", target: str = "", reference: str = ""):
        """Write the choice as a report into reports.toml; a sentence on what was done."""
        if not isinstance(self.path, str | Path):
            return "Only a corpus that is a folder or a file can have a report."
        home = self.definitions.absolute().parent
        parameters = {key: value for key, value in self.chosen.items() if value}
        if self.codebook_path and Path(self.codebook_path).parent != self.corpus.path:
            parameters["codebook"] = _seen_from(self.codebook_path, home)
        words = {"term": term.strip(), "target": target, "reference": reference}
        parameters |= {f"term_frequency.{k}": value for k, value in words.items() if value}
        if term.strip() in self.themes:
            parameters.pop("term_frequency.term", "")
        name, corpus = name.strip(), _seen_from(self.path, home)
        add_report(self.definitions, name, corpus=corpus, parameters=parameters)
        return (
            f"Saved as report {name!r} in {self.definitions.name}. In a terminal, "
            f"“.venv/bin/crosscurrents report {name}” makes it."
        )


def _seen_from(path: str | Path, home: Path) -> str:
    """A path as seen from a folder."""
    return Path(os.path.relpath(Path(path).expanduser(), home)).as_posix()


def _written_patterns(theme: Theme) -> tuple[list[str], list[str]]:
    """The patterns and the exclusions of a theme as a codebook writes them."""
    return [p.text for p in theme.patterns], [p.text for p in theme.exclusions]


def rates_html(rates: pd.DataFrame, over_time: pd.DataFrame, places: pd.DataFrame) -> str:
    """The rates of the sources, where in their articles and when, as one table of HTML.

    Parameters
    ----------
    rates, over_time, places : DataFrame
        As `pattern_frequency`, the same by period, and `occurrences` return them.
    """
    from jinja2 import Environment

    by, periods = rates.attrs["by"], sorted(over_time["period"].unique())
    when = f"{periods[0]} to {periods[-1]}" if periods else ""
    interval = f"and {interval_name(rates)}"
    rows = [
        {
            **row,
            "source": row[by],
            "interval": pd.notna(row["low"]),
            "places": places.loc[places[by] == row[by], "share"].head(STROKES).tolist(),
            "course": over_time[over_time[by] == row[by]].set_index("period")["rate"].to_dict(),
        }
        for row in rates.head(SHOWN).to_dict("records")
    ]
    page = Environment(autoescape=True, finalize=without_turning)
    return page.from_string(RATES.read_text(encoding="utf-8")).render(
        heads=["", "uses", "per 1,000 words", interval, "place in the article", when],
        rows=rows,
        more=len(rates) - SHOWN,
        periods=periods,
        top=rates["high"].fillna(rates["rate"]).max() or 1.0,
        highest=over_time["rate"].max() or 1.0,
    )
