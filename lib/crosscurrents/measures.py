"""Corpus -> Measures: the one pass over text; tidy tables that hold none of the prose."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pandas as pd

from crosscurrents.codebook import Codebook, read_codebook
from crosscurrents.corpus import COLUMNS, Corpus, set_aside_rows
from crosscurrents.lexicon import read_lexicon
from crosscurrents.tokens import BLANK, Tokens, tokenise

TABLES = {
    "documents": COLUMNS
    + ["paragraphs", "sentences", "words", "quoted_words", "cleaned_sha256", "measured_with"],
    "terms": ["doc_id", "paragraph", "term", "n", "count"],
    "sentences": ["doc_id", "paragraph", "sentence", "words", "quoted", "vader", "vader_coverage"],
    "themes": ["doc_id", "paragraph", "sentence", "theme", "pattern", "count"],
    "set_aside": ["doc_id", "line", "reason", "words"],
}
PHRASES = (2, 3)  # words; longer phrases would begin to give the text away
BATCH = 4_000_000  # characters of prose measured at a time: bounds memory, large enough for NumPy
STORE = "CROSSCURRENTS_MEASURES"  # a further folder of measures to look into, set by report runs


@dataclass(frozen=True, eq=False)
class Measures:
    """All that a comparison needs: five tidy tables (TABLES) and a record of how they were made."""

    documents: pd.DataFrame
    terms: pd.DataFrame
    sentences: pd.DataFrame
    themes: pd.DataFrame
    set_aside: pd.DataFrame
    record: dict

    def select(
        self, *, sources: list[str] | None = None, since: str = "", until: str = ""
    ) -> Measures:
        """The measures of some sources (all by default) and of a period.

        `since` and `until` are dates of any precision, both inclusive; a document without a date
        is left out of every period. Raises ValueError for a source that is not there, a date that
        is none, or when no document is left.
        """
        documents = self.documents
        known = sorted(documents["source"].unique())
        for source in sources or []:
            if source not in known:
                raise ValueError(f"source {source!r} is not in the corpus; choose from {known}")
        keep = documents["source"].isin(sources or known) & in_period(
            documents["date"], since, until
        )
        if not keep.any():
            raise ValueError(
                f"no document is left with sources {sources or known}, since {since!r}, until {until!r}"
            )
        return self._of(documents[keep].reset_index(drop=True))

    def _of(self, documents: pd.DataFrame) -> Measures:
        tables = {
            name: (table := getattr(self, name))[
                table["doc_id"].isin(documents["doc_id"])
            ].reset_index(drop=True)
            for name in TABLES
            if name != "documents"
        }
        return replace(self, documents=documents, **tables)

    def save(self, path: str | Path) -> Path:
        """Write the tables as Parquet and the record as JSON into a folder, whole or not at all."""
        path = Path(path)
        path.mkdir(parents=True, exist_ok=True)
        for name in TABLES:
            partial = path / f".{name}.parquet.part"
            getattr(self, name).to_parquet(partial, index=False, compression="zstd")
            os.replace(partial, path / f"{name}.parquet")
        partial = path / ".record.json.part"
        partial.write_text(
            json.dumps(self.record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        os.replace(partial, path / "record.json")
        return path


def in_period(dates: pd.Series, since: str = "", until: str = "") -> pd.Series:
    """Which dates (ISO, cut to their precision) lie in a period, both ends inclusive.

    >>> in_period(pd.Series(["2016-09", "2019", ""]), since="2016", until="2016-12").tolist()
    [True, False, False]
    """
    for name, value in {"since": since, "until": until}.items():
        if value and (
            len(value) not in (4, 7, 10) or pd.isna(pd.to_datetime(value, errors="coerce"))
        ):
            raise ValueError(f"{name} {value!r} is not a date; write YYYY, YYYY-MM or YYYY-MM-DD")
    if since and until and until[: len(since)] < since[: len(until)]:
        raise ValueError(f"until {until!r} lies before since {since!r}")
    keep = pd.Series(True, index=dates.index)
    if since:
        keep &= (dates != "") & (dates.str[: len(since)] >= since) | (dates != "") & dates.map(
            since.startswith
        )
    if until:
        keep &= (dates != "") & (dates.str[: len(until)] <= until)
    return keep


def read_measures(path: str | Path) -> Measures:
    """Read measures that `Measures.save` wrote; raises ValueError where a table is missing or foreign."""
    path = Path(path)
    missing = [
        f for f in [*(f"{n}.parquet" for n in TABLES), "record.json"] if not (path / f).is_file()
    ]
    if missing:
        raise ValueError(f"measures {str(path)!r} lack {missing}; measure the corpus again")
    tables = {}
    for name, columns in TABLES.items():
        try:
            tables[name] = pd.read_parquet(path / f"{name}.parquet")
        except (OSError, ValueError) as error:
            raise ValueError(f"measures {str(path / name)!r} cannot be read: {error}") from None
        lacking = [c for c in columns if c not in tables[name]]
        if lacking:
            raise ValueError(
                f"measures {str(path / name)!r} lack the columns {lacking}; measure the corpus again"
            )
    return Measures(**tables, record=json.loads((path / "record.json").read_text(encoding="utf-8")))


def measure(
    corpus: Corpus, *, codebook: Codebook | str | Path | None = None, reuse: bool = True
) -> Measures:
    """Measure a corpus; what was measured before with the same text and tools is not measured again.

    Parameters
    ----------
    corpus
        As `read_corpus` gives it. A document whose text is not at hand takes part through the
        measures stored in the corpus folder.
    codebook
        A Codebook or the path of one; by default the corpus folder's `codebook.yml`, if any.
    reuse
        Whether stored measures may stand in for documents that are at hand.

    Raises
    ------
    ValueError
        A codebook that cannot be read; a document not at hand that was not measured before, or
        was measured with another codebook or lexicon.
    """
    book = _codebook(corpus, codebook)
    record = _record(book, corpus)
    documents = corpus.documents.assign(measured_with=_keys(corpus, record))
    stores = _stores(corpus)
    taken, fresh = [], []
    for row in documents.itertuples():
        store = _stored(stores, row, record, reuse)
        if store is not None:
            taken.append((store, row.doc_id))
        elif row.at_hand:
            fresh.append(row.doc_id)
        else:
            raise ValueError(_not_at_hand(stores, row))
    parts = [
        s._of(s.documents[s.documents["doc_id"].isin([d for t, d in taken if t is s])])
        for s in stores
    ]
    parts += [_measure_batch(corpus, documents, batch, book) for batch in _batches(corpus, fresh)]
    return _merge(parts, documents, record)


def _codebook(corpus: Corpus, codebook) -> Codebook:
    if isinstance(codebook, Codebook):
        return codebook
    if codebook:
        return read_codebook(codebook)
    own = corpus.path / "codebook.yml" if corpus.path else None
    return read_codebook(own) if own and own.is_file() else Codebook()


def _record(book: Codebook, corpus: Corpus) -> dict:
    try:
        library = version("crosscurrents")
    except PackageNotFoundError:
        library = "unknown"
    return {
        "library": library,
        "code": _code(),
        "codebook": book.record(),
        "lexicons": {"vader": read_lexicon("vader").sha256},
        "chronology": corpus.chronology,
    }


@cache
def _code() -> str:
    """Hash of the source of all that measures: this module and those of ours that it imports."""
    sources: dict[str, str] = {}
    names = {"measures"}
    while names:
        name = names.pop()
        place = Path(__file__).parent.joinpath(*name.split("."))
        file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
        sources[name] = file.read_text(encoding="utf-8")
        names |= set(re.findall(r"from crosscurrents\.([\w.]+) import", sources[name]))
        names -= sources.keys()
    return hashlib.sha256(repr(sorted(sources.items())).encode()).hexdigest()


def _keys(corpus: Corpus, record: dict) -> list[str]:
    """Per document, a hash of the text and all that it is measured with."""
    tools = json.dumps(
        [record["code"], record["codebook"]["sha256"], record["lexicons"], record["chronology"]]
    )
    corrections = corpus.documents.get("corrections", pd.Series("", index=corpus.documents.index))
    return [
        hashlib.sha256("\0".join([tools, *row]).encode()).hexdigest()
        for row in zip(corpus.documents["sha256"], corrections, corpus.documents["language"])
    ]


def _stores(corpus: Corpus) -> list[Measures]:
    """Measures that are stored already: of this report run, and beside the corpus."""
    folders = [os.environ.get(STORE, ""), corpus.path / "measures" if corpus.path else ""]
    return [read_measures(f) for f in folders if f and (Path(f) / "record.json").is_file()]


def _stored(stores: list[Measures], row, record: dict, reuse: bool) -> Measures | None:
    """The store that holds a document as it would be measured now.

    A text that is not at hand keeps what an earlier version of the code measured of it.
    """
    for store in stores:
        mine = (store.documents["doc_id"] == row.doc_id) & (store.documents["sha256"] == row.sha256)
        if not mine.any():
            continue
        if row.at_hand:
            if reuse and store.documents.loc[mine, "measured_with"].iloc[0] == row.measured_with:
                return store
        elif _tools(store.record) == _tools(record):
            return store
    return None


def _tools(record: dict) -> list:
    return [record["codebook"]["sha256"], record["lexicons"], record["chronology"]]


def _not_at_hand(stores: list[Measures], row) -> str:
    return (
        f"the text of document {row.doc_id!r} ({row.file}) is not at hand, and what is stored of it was "
        f"measured with another codebook, lexicon or chronology setting; bring the text in, or use the stored ones"
        if stores
        else f"the text of document {row.doc_id!r} ({row.file}) is not at hand and was not measured before"
    )


def _batches(corpus: Corpus, doc_ids: list[str]) -> list[list[str]]:
    batches, size = [[]], 0
    for doc_id in doc_ids:
        if size > BATCH:
            batches.append([])
            size = 0
        batches[-1].append(doc_id)
        size += sum(map(len, corpus.paragraphs(doc_id)))
    return [b for b in batches if b]


def _measure_batch(
    corpus: Corpus, documents: pd.DataFrame, doc_ids: list[str], book: Codebook
) -> Measures:
    cleaned = [corpus.cleaned(d) for d in doc_ids]
    texts = [[p.text for p in c.paragraphs] for c in cleaned]
    kinds = [[p.kind for p in c.paragraphs] for c in cleaned]
    rows = documents.set_index("doc_id").loc[doc_ids].reset_index()
    tokens = tokenise(texts, kinds=kinds, language=rows["language"].str[:2].tolist())
    names = np.array(doc_ids, object)
    sentences = _sentences(tokens, names)
    counts = sentences.groupby("doc_id", sort=False)["words"].agg(["size", "sum"])
    quoted = (sentences["words"] * sentences["quoted"]).groupby(sentences["doc_id"]).sum()
    rows = rows.drop(columns="at_hand").assign(
        paragraphs=np.diff(tokens.documents),
        sentences=counts["size"].reindex(doc_ids, fill_value=0).to_numpy(),
        words=counts["sum"].reindex(doc_ids, fill_value=0).to_numpy(),
        quoted_words=quoted.reindex(doc_ids, fill_value=0).round().astype(int).to_numpy(),
        cleaned_sha256=[hashlib.sha256("\n\n".join(t).encode()).hexdigest() for t in texts],
    )
    aside = [r[:4] for d, c in zip(doc_ids, cleaned) for r in set_aside_rows(d, corpus.raw(d), c)]
    return Measures(
        rows, _terms(tokens, names), sentences, _themes(tokens, names, book),
        pd.DataFrame(aside, columns=TABLES["set_aside"]), {},
    )  # fmt: skip


@dataclass(frozen=True)
class _Places:
    """Per sentence: which document it stands in, its paragraph and its number there (from 1)."""

    document: np.ndarray
    paragraph: np.ndarray
    sentence: np.ndarray
    words: np.ndarray

    @classmethod
    def of(cls, tokens: Tokens) -> _Places:
        words = np.diff(tokens.words.sentences)
        paragraph = np.repeat(np.arange(len(tokens.paragraphs) - 1), np.diff(tokens.paragraphs))
        owner = np.repeat(np.arange(len(tokens.documents) - 1), np.diff(tokens.documents))
        document = owner[paragraph]
        counted = np.cumsum(words > 0)  # a sentence without a word is none
        before = np.concatenate([[0], counted])[tokens.paragraphs[tokens.documents[:-1]]]
        return cls(
            document,
            paragraph - tokens.documents[:-1][document] + 1,
            counted - before[document],
            words,
        )


def _sentences(tokens: Tokens, names: np.ndarray) -> pd.DataFrame:
    from crosscurrents.vader import score_tokens

    place, words = _Places.of(tokens), tokens.words
    known = ~np.isnan(read_lexicon("vader").valence(tokens.table.folded))
    inside = np.repeat(np.arange(len(place.words)), place.words)
    size = len(place.words)
    divisor = np.maximum(place.words, 1)
    quoted = (
        np.bincount(inside, weights=tokens.quoted_pieces[words.piece], minlength=size) / divisor
    )
    coverage = np.bincount(inside, weights=known[words.ids], minlength=size) / divisor
    scores = score_tokens(tokens)[:, 3] if size else np.zeros(0)
    table = pd.DataFrame(
        {
            "doc_id": names[place.document], "paragraph": place.paragraph.astype(np.int32),
            "sentence": place.sentence.astype(np.int32), "words": place.words.astype(np.int32),
            "quoted": quoted, "vader": scores, "vader_coverage": coverage,
        }
    )  # fmt: skip
    return table[table["words"] > 0].astype({"doc_id": "str"}).reset_index(drop=True)


def _terms(tokens: Tokens, names: np.ndarray) -> pd.DataFrame:
    words, table, place = tokens.words, tokens.table, _Places.of(tokens)
    vocabulary: dict[str, int] = {}
    folded = np.array([vocabulary.setdefault(f, len(vocabulary)) for f in table.folded.to_pylist()], np.int64)
    text = np.array(list(vocabulary), object)
    ids = folded[words.ids]
    sentence = np.repeat(np.arange(len(place.words)), place.words)
    paragraph = np.repeat(np.arange(len(tokens.paragraphs) - 1), np.diff(tokens.paragraphs))[
        sentence
    ]
    document = place.document[sentence]
    size = max(len(text), 1)
    key, count = np.unique(paragraph * size + ids, return_counts=True)
    owner = (
        np.repeat(np.arange(len(names)), np.diff(tokens.documents))[key // size]
        if len(key)
        else key
    )
    number = key // size - tokens.documents[:-1][owner] + 1
    parts = [(owner, number, text[key % size], np.ones(len(key), int), count)]
    joined = np.concatenate([words.gap[1:] == BLANK, [False]]) if len(ids) else np.zeros(0, bool)
    for n in PHRASES:
        ok = joined[: max(len(ids) - n + 1, 0)].copy()
        for k in range(1, n - 1):
            ok &= joined[k : k + len(ok)]
        start = np.flatnonzero(ok)
        phrase = (
            np.stack([ids[start + k] for k in range(n)], axis=1)
            if len(start)
            else np.zeros((0, n), int)
        )
        distinct, code = np.unique(phrase, axis=0, return_inverse=True)
        key, count = np.unique(
            document[start] * max(len(distinct), 1) + code.ravel(), return_counts=True
        )
        which = key % max(len(distinct), 1)
        spelled = np.array([" ".join(text[i] for i in row) for row in distinct], object)
        owner = key // max(len(distinct), 1)
        terms = spelled[which] if len(which) else np.zeros(0, object)
        parts.append((owner, np.zeros(len(key), int), terms, np.full(len(key), n), count))
    columns = [np.concatenate([p[i] for p in parts]) for i in range(5)]
    return pd.DataFrame(
        {
            "doc_id": names[columns[0].astype(int)], "paragraph": columns[1].astype(np.int32), "term": columns[2],
            "n": columns[3].astype(np.int8), "count": columns[4].astype(np.int32),
        }
    ).astype({"doc_id": "str", "term": "str"})  # fmt: skip


def _themes(tokens: Tokens, names: np.ndarray, book: Codebook) -> pd.DataFrame:
    matches, place = book.match(tokens), _Places.of(tokens)
    sentence = np.searchsorted(tokens.words.sentences, matches.first, "right") - 1
    # Sentences without a word begin where the next one does; the last that begins there holds the hit.
    theme = np.array([t.name for t in book.themes], object)
    pattern = [
        book.themes[t].patterns[p].text
        for t, p in zip(matches.theme.tolist(), matches.pattern.tolist())
    ]
    table = pd.DataFrame(
        {
            "doc_id": names[place.document[sentence]], "paragraph": place.paragraph[sentence].astype(np.int32),
            "sentence": place.sentence[sentence].astype(np.int32),
            "theme": theme[matches.theme] if len(matches.theme) else theme[:0],
            "pattern": np.array(pattern, object), "count": np.ones(len(sentence), np.int32),
        }
    ).astype({"doc_id": "str", "theme": "str", "pattern": "str"})  # fmt: skip
    by = TABLES["themes"][:-1]
    return table.groupby(by, sort=False, as_index=False)["count"].sum()


def _merge(parts: list[Measures], documents: pd.DataFrame, record: dict) -> Measures:
    """The parts as one, in the order of the catalogue and of the text; phrases that recur only."""
    tables = {
        name: pd.concat([getattr(p, name) for p in parts], ignore_index=True) for name in TABLES
    }
    order = {d: i for i, d in enumerate(documents["doc_id"])}
    measured = tables["documents"].set_index("doc_id")
    own = [c for c in TABLES["documents"] if c not in documents]
    tables["documents"] = documents.drop(columns="at_hand").assign(
        **{c: measured[c].reindex(documents["doc_id"]).to_numpy() for c in own}
    )
    terms = tables["terms"]
    total = terms.groupby(["n", "term"])["count"].transform("sum")
    tables["terms"] = terms[(terms["n"] == 1) | (total > 1)]
    for name, columns in TABLES.items():
        if name != "documents":
            by = [
                c
                for c in columns
                if c not in ("count", "words", "quoted", "vader", "vader_coverage", "reason")
            ]
            table = tables[name].assign(_order=tables[name]["doc_id"].map(order).astype(int))
            table = table.sort_values(["_order", *by[1:]], kind="stable", ignore_index=True)
            tables[name] = table[columns]
    return Measures(**tables, record=record)
