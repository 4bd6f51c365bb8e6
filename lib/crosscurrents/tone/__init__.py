"""Tone of a corpus: scores by several lexicons, the words behind them, targets, who is quoted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pandas as pd

from crosscurrents.codebook import Pattern, Theme, read_codebook
from crosscurrents.corpus import Corpus
from crosscurrents.lexicon import Lexicon, read_lexicon
from crosscurrents.measures import Measures
from crosscurrents.tokens import tokenise
from crosscurrents.tone.speakers import quotation_table
from crosscurrents.tone.store import TABLES, empty_table, read_record, read_tables, save_tables
from crosscurrents.tone.tables import (
    PLACE,
    Scores,
    Tools,
    guarded,
    sentence_table,
    target_table,
    valence_table,
)

LEXICONS = ("vader", "afinn", "pattern")
GUARD, TARGETS = "topic_words.txt", "targets.yml"  # files of a corpus folder
BATCH = 200  # documents cut to tokens at a time

__all__ = ["Tone", "measure_tone", "read_terms"]


@dataclass(frozen=True, eq=False)
class Tone:
    """Measures with the tone of the same documents; stands wherever Measures stand.

    `sentences` has a score, a coverage and a guarded score a lexicon; `valences`, `targets` and
    `quotations` are further tables by sentence (see tone.tables and tone.speakers); `limits` says
    in sentences what could not be measured, since a text is not at hand.
    """

    documents: pd.DataFrame
    sentences: pd.DataFrame
    valences: pd.DataFrame
    targets: pd.DataFrame
    quotations: pd.DataFrame
    record: dict
    measures: Measures  # of the same documents; their large tables are made when asked for
    limits: list[str] = field(default_factory=list)
    chosen: str = "vader"  # the lexicon that was asked for first
    read: dict[str, Lexicon] = field(default_factory=dict)  # the lexicons by name

    @property
    def terms(self) -> pd.DataFrame:
        """The measures' terms."""
        return self.measures.terms

    @property
    def themes(self) -> pd.DataFrame:
        """The measures' themes."""
        return self.measures.themes

    @property
    def lexicons(self) -> list[str]:
        """The lexicons that scored these sentences."""
        return [c for c in self.sentences.columns if f"{c}_coverage" in self.sentences.columns]

    def save(self, path: str | Path) -> Path:
        """Write the tables of tone into a folder of measures, beside the measures' own."""
        tables = {name: getattr(self, name) for name in TABLES}
        scores = [c for c in self.sentences.columns if c.startswith(tuple(self.lexicons))]
        return save_tables(
            Path(path),
            tables | {"sentences": self.sentences[[*PLACE, *scores]]},
            self.record["tone"],
        )


def measure_tone(
    corpus: Corpus,
    measures: Measures,
    *,
    lexicons: Sequence[str | Path] = LEXICONS,
    guard: str | Path | None = None,
    targets: str | Path | None = None,
    reuse: bool = True,
) -> Tone:
    """Measure the tone of the documents of some measures.

    Parameters
    ----------
    corpus : Corpus
    measures : Measures
        Of that corpus, or a selection of them.
    lexicons : sequence of str or Path
        See `read_lexicon`; the first is `chosen`.  The three that have names always take part.
    guard : str or Path, optional
        File of terms that must not count, see `read_terms`; the corpus folder's own
        `topic_words.txt` by default, "" for none.
    targets : str or Path, optional
        File of named targets in the form of a codebook; the corpus folder's own `targets.yml` by
        default, "" for none.
    reuse : bool
        Whether what is stored beside the corpus may stand in for texts that are at hand.

    Returns
    -------
    Tone
        Texts that are not at hand keep what was stored of them, as far as it was measured with the
        same lexicons and lists; `limits` names the rest.

    Raises
    ------
    ValueError
        An unknown lexicon, or a list that cannot be read.
    """
    wanted = [read_lexicon(lexicon) for lexicon in dict.fromkeys([*lexicons, *LEXICONS])]
    _check_names(wanted)
    tools = Tools(
        tuple(sorted(wanted, key=lambda lexicon: [*LEXICONS, lexicon.name].index(lexicon.name))),
        _themes(corpus, guard, GUARD, lambda path: (read_terms(path),)),
        _themes(corpus, targets, TARGETS, lambda path: read_codebook(path).themes),
    )
    record = _record(tools)
    documents = measures.documents
    stored, own = _stored(corpus, documents, record)
    at_hand = set(corpus.documents.loc[corpus.documents["at_hand"], "doc_id"])
    same = reuse and own.get("code") == record["code"] and not _differences(own, record)
    fresh = [d for d in documents["doc_id"] if d in at_hand and not (same and d in stored)]
    parts = [_measured(corpus, fresh[i : i + BATCH], tools) for i in range(0, len(fresh), BATCH)]
    kept = [d for d in documents["doc_id"] if d not in fresh]
    limits = _limits(kept, stored, own, record, tools)
    parts.append(_kept(corpus, [d for d in kept if d in stored], own, record))
    tables = {
        name: _joined([empty_table(name), *(p[name] for p in parts if name in p)], documents)
        for name in TABLES
    }
    tone = dict(record, documents=dict(zip(documents["doc_id"], documents["sha256"])))
    sentences = _sentences(measures.sentences, tables["sentences"], tools)
    return Tone(
        documents, sentences, tables["valences"], tables["targets"], tables["quotations"],
        measures.record | {"tone": tone, "lexicons": record["lexicons"]}, measures, limits,
        wanted[0].name, {lexicon.name: lexicon for lexicon in tools.lexicons},
    )  # fmt: skip


def read_terms(path: str | Path) -> Theme:
    """Read a list of terms that must not count: a pattern a line, `#` begins a remark.

    Raises
    ------
    ValueError
        A file that is not there or no UTF-8 text, a line that is no pattern, a term that stands
        twice, a file without terms; names file and line.
    """
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"list of terms {str(path)!r} is not there; name a text file")
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f"list of terms {path.name!r} is not UTF-8 text ({error})") from None
    patterns: dict[str, Pattern] = {}
    for number, line in enumerate(lines, start=1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        try:
            pattern = Pattern.parse(text)
        except ValueError as error:
            raise ValueError(f"list of terms {path.name!r}, line {number}: {error}") from None
        if text in patterns:
            raise ValueError(f"list of terms {path.name!r}, line {number}: {text!r} stands twice")
        patterns[text] = pattern
    if not patterns:
        raise ValueError(f"list of terms {path.name!r} holds no term; write one a line")
    return Theme(path.stem, "terms that do not count", tuple(patterns.values()))


def _check_names(lexicons: list) -> None:
    """Raise ValueError for a lexicon whose name is that of another, or of a column."""
    names = [lexicon.name for lexicon in lexicons]
    taken = [*PLACE, "words", "quoted", "target", "mentions", "others", "window", "guarded"]
    for name in names:
        if names.count(name) > 1 or name in taken or "_" in name:
            raise ValueError(
                f"lexicon {name!r}: a file's name must have no underscore and differ from {names} "
                f"and {taken}; rename it"
            )


def _themes(corpus: Corpus, path, own: str, read) -> tuple[Theme, ...]:
    if path is None:
        path = corpus.path / own if corpus.path and (corpus.path / own).is_file() else ""
    return tuple(read(path)) if str(path) else ()


def _record(tools: Tools) -> dict:
    def digest(themes) -> str:
        content = [
            (t.name, [p.text for p in t.patterns], [p.text for p in t.exclusions]) for t in themes
        ]
        return hashlib.sha256(repr(content).encode()).hexdigest() if themes else ""

    return {
        "code": _code(),
        "lexicons": {lexicon.name: lexicon.sha256 for lexicon in tools.lexicons},
        "guard": digest(tools.guard),
        "terms": [p.text for theme in tools.guard for p in theme.patterns],
        "targets": digest(tools.targets),
        "names": [target.name for target in tools.targets],
        "window": tools.window,
    }


@cache
def _code() -> str:
    """Hash of the source that measures tone (this folder, scoring and vader)."""
    here = Path(__file__).parent
    files = [f for name in ("tone", "scoring", "vader") for f in (here.parent / name).glob("*.py")]
    content = [(f.name, f.read_text(encoding="utf-8")) for f in sorted(files)]
    return hashlib.sha256(repr(content).encode()).hexdigest()


def _stored(corpus: Corpus, documents: pd.DataFrame, record: dict) -> tuple[set[str], dict]:
    """Documents of which tone is stored for the text at hand, and the record of the store."""
    own = read_record(corpus.path / "measures") if corpus.path else {}
    known = own.get("documents", {})
    same = {d for d, sha in zip(documents["doc_id"], documents["sha256"]) if known.get(d) == sha}
    return same, own


def _differences(own: dict, record: dict) -> list[str]:
    """What the store was measured with otherwise: lexicons by name, "guard", "targets"."""
    found = [n for n, sha in record["lexicons"].items() if own.get("lexicons", {}).get(n) != sha]
    found += ["guard"] * (own.get("guard") != record["guard"])
    asked = (own.get("targets"), own.get("window")) != (record["targets"], record["window"])
    return found + ["targets"] * asked


def _limits(kept: list[str], stored: set[str], own: dict, record: dict, tools: Tools) -> list[str]:
    """What cannot be said of texts that are not at hand, in sentences."""
    absent = [d for d in kept if d not in stored]
    found = []
    if absent:
        found.append(
            f"The texts of {len(absent)} documents are not at hand and their tone was not stored: "
            f"only VADER's score is known of them ({', '.join(absent[:5])})."
        )
    if kept and stored:
        for name in _differences(own, record):
            what = {"guard": "the list of topic words", "targets": "the list of targets"}
            found.append(
                f"{len(kept)} texts are not at hand and were measured without this version of "
                f"{what.get(name, f'the lexicon {name}')}: what rests on it leaves them out."
            )
    return found


def _measured(corpus: Corpus, doc_ids: list[str], tools: Tools) -> dict[str, pd.DataFrame]:
    cleaned = [corpus.cleaned(d) for d in doc_ids]
    texts = [[p.text for p in c.paragraphs] for c in cleaned]
    kinds = [[p.kind for p in c.paragraphs] for c in cleaned]
    languages = corpus.documents.set_index("doc_id")["language"].reindex(doc_ids).str[:2].tolist()
    tokens = tokenise(texts, kinds=kinds, language=languages)
    scores = Scores(tokens, tools)
    return {
        "sentences": sentence_table(tokens, doc_ids, tools, scores),
        "valences": valence_table(tokens, doc_ids, tools, scores),
        "targets": target_table(tokens, doc_ids, tools),
        "quotations": quotation_table(tokens, doc_ids, texts, kinds),
    }


def _kept(corpus: Corpus, doc_ids: list[str], own: dict, record: dict) -> dict[str, pd.DataFrame]:
    """What the store holds of documents, as far as it was measured with the same tools."""
    if not doc_ids:
        return {}
    tables = read_tables(corpus.path / "measures")
    other = _differences(own, record)
    tables = {name: table[table["doc_id"].isin(doc_ids)] for name, table in tables.items()}
    gone = [c for name in other for c in tables["sentences"] if c.partition("_")[0] == name]
    if "guard" in other:
        gone += [c for c in tables["sentences"] if c.endswith("_guarded")]
        tables["valences"] = tables["valences"].assign(guarded=False)
    tables["sentences"] = tables["sentences"].drop(columns=list(dict.fromkeys(gone)))
    tables["valences"] = tables["valences"][~tables["valences"]["lexicon"].isin(other)]
    if other:
        tables["targets"] = tables["targets"].iloc[:0]
    return tables


def _joined(tables: list[pd.DataFrame], documents: pd.DataFrame) -> pd.DataFrame:
    """Tables one below the other, in the order of the documents and of the text."""
    full = [t for t in tables if len(t)] or tables[:1]
    table = pd.concat(full, ignore_index=True)
    order = {d: k for k, d in enumerate(documents["doc_id"])}
    table = table.assign(_order=table["doc_id"].map(order).astype("int64"))
    table = table.sort_values(["_order", "paragraph", "sentence"], kind="stable")
    return table.drop(columns="_order").reset_index(drop=True)


def _sentences(measured: pd.DataFrame, scores: pd.DataFrame, tools: Tools) -> pd.DataFrame:
    """The measures' sentences with the scores of every lexicon beside them."""
    table = measured[
        ["doc_id", "paragraph", "sentence", "words", "quoted", "vader", "vader_coverage"]
    ]
    columns = [c for name in tools.names for c in (name, f"{name}_coverage", guarded(name))]
    new = scores.reindex(columns=[*PLACE, *columns])
    table = table.merge(new, on=PLACE, how="left", suffixes=("_measured", ""))
    for column in ("vader", "vader_coverage"):
        if f"{column}_measured" in table:
            table[column] = table[column].fillna(table[f"{column}_measured"])
            table = table.drop(columns=f"{column}_measured")
    return table
