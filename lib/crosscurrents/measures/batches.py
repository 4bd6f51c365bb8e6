"""Documents -> their measures, batch by batch; and the batches that were measured before.

A batch is the unit of work and of the cache: an Arrow table with a row a document. It holds the
words of each document in their order and the figures of each sentence; all tables are made from
it. It is as private as the texts.

Batches measured with the same tools (version, codebook, lexicons) lie in one folder of the user,
each named by the hash of its bytes. Files are written beside their place and moved there whole, so
that two runs at a time do no harm. A file whose hash is not its name is damaged or somebody
else's: it is neither used nor deleted.
"""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import os
import re
import sys
import time
import warnings
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.codebook import Codebook
from crosscurrents.core import BLANK, Tokens, tokenise
from crosscurrents.core.arrays import cores, in_threads, offsets_of, totals
from crosscurrents.core.languages import language_of
from crosscurrents.corpus import Corpus, clean_document, excluded_rows
from crosscurrents.corpus.files import Texts
from crosscurrents.lexicon import read_lexicon, score_tokens
from crosscurrents.storage import cache_folder, on_screen, write_whole

LARGE = 2_000_000  # bytes of text of a batch: 80 MB of memory, and large enough for NumPy
LEAST = 1_000_000  # for several workers batches get smaller towards the end, down to this
PAYS = 20_000_000  # bytes for each of several workers: a second; one starts in half of that
WORD = pa.dictionary(pa.int32(), pa.string())
# The columns of a batch: the hashes of a document, then lists, by what their items are.
COLUMNS = {
    "paragraphs": pa.int32(),  # each paragraph: its sentences; those without a word are none
    "words": pa.int32(), "quoted": pa.int32(),  # each sentence: its words, its quoted words,
    "vader": pa.float64(), "vader_known": pa.int32(),  # its score, the words that VADER knows
    "terms": WORD, "joined": pa.bool_(),  # each word; a blank alone stands before it
    "theme_sentence": pa.int32(), "theme_pattern": pa.int32(), "theme_count": pa.int32(),
    "line": pa.int32(), "reason": pa.string(), "excluded": pa.int32(),  # what cleaning excluded
    "form_term": WORD, "form": WORD, "within": pa.int32(), "first": pa.int32(),
}  # fmt: skip
# Signs of a wrong encoding, and of markup, in prose; and a sign that each has in it: quickly found.
# UTF-8 that was read as Latin-1 or Windows-1252: "Ã¼", "â€™", "Â " (no-break space), "ï»¿".
BROKEN = (
    re.compile("\ufffd|[ÃÐÑ][\x80-\xbfŒœŠšŸŽžƒˆ–—‘’‚“”„†‡•…‰‹›€™]|â€|Â[\xa0-\xbf]|ï»¿"),
    "\ufffdÃÐÑâÂï",
)
# Tags, entities, and the brackets of wikis and forums.
MARKUP = (
    re.compile(
        r"</?[a-z][a-z0-9]{0,9}(?:\s[^<>]{0,300})?/?>|&(?:[a-z]{2,8}|#\d{2,6});|\{\{|\[\["
        r"|\[/?[a-z]{1,5}\]",
        re.I,
    ),
    "<&{[",
)
SCHEMA = pa.schema(
    {"key": pa.binary(32), "cleaned": pa.binary(32), "language": pa.string()}
    | {"broken_signs": pa.int32(), "markup_signs": pa.int32()}
    | {name: pa.large_list(kind) for name, kind in COLUMNS.items()}
)


@dataclass(frozen=True)
class Batch:
    """Documents to be measured together: all that a worker, here or elsewhere, has to know."""

    documents: pd.DataFrame  # doc_id, sha256, language, corrections, measured_with
    read: Texts
    chronology: bool
    abbreviations: str
    codebook: Codebook

    def run(self) -> bytes:
        """Read, clean and measure the documents; returns the table as an Arrow file."""
        texts, kinds, excluded, languages = [], [], [], []
        for number, document in enumerate(self.documents.itertuples(index=False)):
            raw = self.read(document.doc_id, document.sha256)
            own = document.doc_id, raw, document.corrections
            found = clean_document(*own, self.chronology)
            texts.append([p.text for p in found.paragraphs])
            kinds.append([p.kind for p in found.paragraphs])
            languages.append(language_of(document.language, texts[-1]))
            excluded += [(number, *row[1:4]) for row in excluded_rows("", raw, found)]
        more = {"language": languages, "abbreviations": self.abbreviations}
        tokens = tokenise(texts, kinds=kinds, **more)
        document, line, reason, words = zip(*excluded) if excluded else ((), (), (), ())
        hashes = [hashlib.sha256("\n\n".join(text).encode()).digest() for text in texts]
        columns = {
            "key": pa.array(map(bytes.fromhex, self.documents["measured_with"])),
            "cleaned": pa.array(hashes),
            "language": pa.array(languages, pa.string()),
            "broken_signs": pa.array([_count(*BROKEN, t) for t in texts], pa.int32()),
            "markup_signs": pa.array([_count(*MARKUP, t) for t in texts], pa.int32()),
            **_sentences(tokens),
            **_words(tokens),
            **_themes(tokens, self.codebook),
            **_listed(document, len(texts), line=line, reason=reason, excluded=words),
        }
        return to_bytes(columns)


def _count(pattern: re.Pattern, signs: str, paragraphs: list[str]) -> int:
    """How often a pattern, which has one of some signs in it, occurs in paragraphs.

    >>> _count(*BROKEN, ["It wasnâ€™t fÃ¼r us."]), _count(*MARKUP, ["A <b>dam</b>&nbsp;of S & Co"])
    (2, 3)
    """
    if not any(map("\n".join(paragraphs).__contains__, signs)):
        return 0
    return sum(1 for text in paragraphs for _ in pattern.finditer(text))


def to_bytes(columns: dict[str, pa.Array]) -> bytes:
    """The columns of a batch as an Arrow file."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, SCHEMA) as writer:
        writer.write_table(pa.table({f.name: columns[f.name] for f in SCHEMA}, SCHEMA))
    return sink.getvalue().to_pybytes()


def from_bytes(data: bytes | pa.Buffer) -> pa.Table:
    """Read a batch; raises ValueError for anything else."""
    try:
        table = pa.ipc.open_file(pa.py_buffer(data)).read_all()
    except (pa.ArrowException, OSError, MemoryError) as error:
        raise ValueError(f"is no batch of measures: {error}") from None
    if not table.schema.equals(SCHEMA):
        raise ValueError("is no batch of measures: its columns are others")
    return table


def _lists(offsets: np.ndarray, **columns: Any) -> dict[str, pa.Array]:
    """Columns of lists; the items of a document begin at its offset."""
    ends = pa.array(offsets, pa.int64())
    return {
        name: pa.LargeListArray.from_arrays(
            ends, values if isinstance(values, pa.Array) else pa.array(values, COLUMNS[name])
        )
        for name, values in columns.items()
    }


def _listed(owner: Sequence[int], documents: int, **columns: Any) -> dict[str, pa.Array]:
    """The same, of items that each say to which document they belong, ascending."""
    return _lists(np.searchsorted(np.asarray(owner), np.arange(documents + 1)), **columns)


def _sentences(tokens: Tokens) -> dict[str, pa.Array]:
    """The columns about paragraphs and sentences."""
    words = tokens.words
    sizes = np.diff(words.sentences)
    worded = sizes > 0
    before = offsets_of(worded)
    in_vader = ~np.isnan(read_lexicon("vader").valence(tokens.table.folded))
    vader = score_tokens(tokens)[:, 3] if len(sizes) else np.zeros(0)

    def each_sentence(flags: np.ndarray) -> np.ndarray:
        return totals(flags, words.sentences)[worded]

    return {
        **_lists(tokens.documents, paragraphs=np.diff(before[tokens.paragraphs])),
        **_lists(
            before[tokens.paragraphs[tokens.documents]],
            words=sizes[worded],
            quoted=each_sentence(tokens.quoted_pieces[words.piece]),
            vader=vader[worded],
            vader_known=each_sentence(in_vader[words.ids]),
        ),
    }


def _words(tokens: Tokens) -> dict[str, pa.Array]:
    """The columns about words, and about how they are written where that is not as counted.

    The counted form has a row only where it begins a sentence: how often it occurs otherwise is
    what the other rows leave of all occurrences.
    """
    words, spelled = tokens.words, tokens.table.spelled
    folded = tokens.table.folded.dictionary_encode()
    same = pc.equal(spelled, tokens.table.folded).to_numpy(zero_copy_only=False)
    first = np.zeros(len(words.ids), bool)
    first[words.sentences[:-1][np.diff(words.sentences) > 0]] = True
    bounds = words.sentences[tokens.paragraphs[tokens.documents]]
    told = np.flatnonzero(~same[words.ids] | first)
    document = np.searchsorted(bounds, told, side="right") - 1
    key = document * max(len(spelled), 1) + words.ids[told]
    key, number = np.unique(key, return_inverse=True)
    begin = np.bincount(number, first[told], len(key)).astype(np.int32)
    inner = np.bincount(number, minlength=len(key)).astype(np.int32) - begin
    document, form = np.divmod(key, max(len(spelled), 1))
    return {
        **_lists(bounds, terms=folded.take(pa.array(words.ids)), joined=words.gap == BLANK),
        **_listed(
            document, len(tokens.documents) - 1, form_term=folded.take(pa.array(form)),
            form=spelled.take(pa.array(form)).dictionary_encode(), within=inner, first=begin,
        ),
    }  # fmt: skip


def _themes(tokens: Tokens, book: Codebook) -> dict[str, pa.Array]:
    """The columns about hits: the sentence, from 0 in the document; the pattern, of all in turn."""
    found, bounds = book.match(tokens), tokens.words.sentences
    before = offsets_of(np.diff(bounds) > 0)
    # Sentences without a word begin where the next one does; the last that begins there has it.
    sentence = before[np.searchsorted(bounds, found.first, side="right")] - 1
    first = offsets_of(np.array([len(t.patterns) for t in book.themes], np.int64))
    size = max(int(first[-1]), 1)
    key = sentence * size + first[found.theme] + found.pattern
    key, count = np.unique(key, return_counts=True)
    sentence, pattern = np.divmod(key, size)
    ends = before[tokens.paragraphs[tokens.documents]]
    document = np.searchsorted(ends, sentence, side="right") - 1
    return _listed(
        document, len(ends) - 1, theme_sentence=sentence - ends[document], theme_pattern=pattern,
        theme_count=count,
    )  # fmt: skip


# --- sharing the work


def paying_workers(corpus: Corpus, documents: pd.DataFrame) -> int:
    """How many workers pay for some documents: one a processor at most."""
    return max(min(cores(), int(_sizes(corpus, documents).sum()) // PAYS), 1)


def batches_of(
    corpus: Corpus, documents: pd.DataFrame, codebook: Codebook, *, workers: int = 1
) -> list[Batch]:
    """Batches of some documents.

    Parameters
    ----------
    documents : DataFrame
        Rows of `corpus.documents` whose texts are available, with `measured_with`.
    workers
        How many batches may be measured at a time.
    """
    if "corrections" not in documents:
        documents = documents.assign(corrections="")
    documents = documents[["doc_id", "sha256", "language", "corrections", "measured_with"]]
    settings = corpus.chronology, corpus.abbreviations, codebook
    ends, batches, first = offsets_of(_sizes(corpus, documents)), [], 0
    while first < len(documents):
        # Large ones first if workers are to end together.
        rest = (ends[-1] - ends[first]) / 4 / workers
        goal = ends[first] + (LARGE if workers == 1 else np.clip(rest, LEAST, LARGE))
        last = max(int(np.searchsorted(ends, goal, side="right")) - 1, first + 1)
        part = documents.iloc[first:last]
        batches.append(Batch(part, corpus._read.only(part["doc_id"].tolist()), *settings))
        first = last
    return batches


def _sizes(corpus: Corpus, documents: pd.DataFrame) -> np.ndarray:
    """Bytes of documents, or what comes near."""
    return np.array([*map(corpus._read.size, documents["doc_id"])], np.int64)


def run_batches(batches: Sequence[Batch], *, workers: int = 1, client: Any = None) -> Iterator:
    """Measure batches: here, by processes or by a Dask cluster; results as they come, as bytes.

    Workers read the files themselves. Shows a progress bar where a person looks on.
    """
    if client is not None:
        results = _on_cluster(batches, client)
    elif workers > 1 and len(batches) > 1:
        results = _on_processes(batches, workers)
    else:
        results = (batch.run() for batch in batches)
    if len(batches) < 2 or not (sys.stderr.isatty() or on_screen()):
        return results
    from tqdm.auto import tqdm  # in a notebook, a widget

    return iter(tqdm(results, total=len(batches), desc="measuring", unit="batch", leave=False))


def _on_processes(batches: Sequence[Batch], workers: int) -> Iterator[bytes]:
    # Not a fork: threads of Arrow and NumPy do not live on in the child.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(workers, len(batches)), mp_context=context)
    left = dict(enumerate(batches))
    try:
        with contextlib.suppress(BrokenProcessPool):  # a worker died, of memory perhaps
            futures = {pool.submit(batch.run): number for number, batch in left.items()}
            for future in as_completed([*futures]):
                number, found = futures.pop(future), future.result()
                del left[number]
                yield found
        for batch in left.values():
            yield batch.run()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def cluster(address: str | None):
    """A client of a Dask scheduler for a with statement, which gives None without an address."""
    if not address:
        return contextlib.nullcontext()
    try:
        from distributed import Client

        return Client(address, timeout="10s")
    except ImportError:
        raise ValueError("--dask needs the extra: pip install 'crosscurrents[dask]'") from None
    except (OSError, ValueError) as error:
        raise ValueError(f"no Dask scheduler answers at {address!r}: {error}") from None


def _on_cluster(batches: Sequence[Batch], client: Any) -> Iterator[bytes]:
    from distributed import as_completed as completed

    futures = [client.submit(batch.run, pure=False) for batch in batches]
    try:
        for future in completed(futures):
            yield future.result()
            future.release()
    finally:
        client.cancel([future for future in futures if not future.done()])


SUFFIX = ".arrow"
KEPT = 60 * 86_400  # seconds that the batches of other tools (an older library) are kept unused


@dataclass
class Cache:
    """The batches of one set of tools; without a folder in memory only."""

    folder: Path | None
    batches: list[pa.Table] = field(default_factory=list)
    files: list[Path | None] = field(default_factory=list)  # of each batch, if it lies in one

    @classmethod
    def open(cls, tools: str, *, use: bool = True) -> Cache:
        """Read the batches that were measured with some tools (their hash); ignore broken ones."""
        root = cache_folder() if use else None
        cache = cls(root / tools[:32] if root else None)

        def read(file: Path) -> pa.Table | None:
            try:  # another run may have removed it
                content = _map(file)
                if hashlib.sha256(content).hexdigest() == file.stem:
                    return from_bytes(_map(file))  # what was looked at does not stay in memory
            except (OSError, ValueError):
                pass
            return None

        files = sorted(cache.folder.glob(f"*{SUFFIX}")) if cache.folder else []
        found = in_threads(read, files)
        for file, batch in zip(files, found, strict=True):
            if batch is not None:
                cache.batches.append(batch)
                cache.files.append(file)
        return cache

    def find(self, keys: Iterable[str]) -> np.ndarray:
        """The row of each document among the rows of all batches, -1 where it is in none.

        `keys` are in hexadecimal digits, as `measured_with` of the documents.
        """
        wanted = pa.array(map(bytes.fromhex, keys), pa.binary(32))
        found = pc.index_in(wanted, value_set=self._table().column("key"))
        return found.fill_null(-1).to_numpy().astype(np.int64)

    def sizes(self, column: str) -> np.ndarray:
        """How many items each document has, in the order of the batches."""
        return pc.list_value_length(self._table().column(column)).to_numpy()

    def take(self, places: np.ndarray, columns: list[str]) -> pa.Table:
        """The rows of documents, in this order, with some columns; of one vocabulary.

        A batch at a time: Arrow would copy all of them to take some rows. Files are mapped anew
        afterwards, since all that was looked at of one is counted as our memory.
        """
        ends = offsets_of(np.array([len(batch) for batch in self.batches], np.int64))
        batch = np.searchsorted(ends, places, side="right") - 1
        tables = [table.select(columns) for table in self.batches]
        parts = [_rows(tables[k], places[batch == k] - ends[k]) for k in np.unique(batch)]
        found = pa.concat_tables([SCHEMA.empty_table().select(columns), *parts])
        order = np.argsort(batch, kind="stable")
        if (np.diff(order) < 0).any():
            found = found.combine_chunks().take(pa.array(np.argsort(order)))
        for k in filter(self.files.__getitem__, np.unique(batch)):
            with contextlib.suppress(OSError, ValueError):  # another run has removed it
                self.batches[k] = from_bytes(_map(self.files[k]))
        return found.combine_chunks()

    def _table(self) -> pa.Table:
        return pa.concat_tables([SCHEMA.empty_table(), *self.batches])

    def add(self, data: bytes) -> None:
        """Take a batch up, and into the folder where there is one and it can be written."""
        path = self.folder / f"{hashlib.sha256(data).hexdigest()}{SUFFIX}" if self.folder else None
        if path:
            try:
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                write_whole(path, data)
                data = _map(path)
            except OSError as error:
                warnings.warn(f"what is measured is not kept in the cache: {error}", stacklevel=2)
                self.folder = path = None
        self.batches.append(from_bytes(data))
        self.files.append(path)

    def tidy(self) -> None:
        """Remove the batches of tools that were not used for long."""
        if self.folder is None or not self.folder.is_dir():
            return
        with contextlib.suppress(OSError):  # another run was faster, or nothing can be written
            os.utime(self.folder)
            for folder in self.folder.parent.glob("[0-9a-f]" * len(self.folder.name)):
                if time.time() - folder.lstat().st_mtime > KEPT and not folder.is_symlink():
                    for file in folder.glob(f"*{SUFFIX}"):
                        file.unlink()
                    folder.rmdir()  # not if anything else is in it


def _rows(table: pa.Table, places: np.ndarray) -> pa.Table:
    """Rows of a table in this order; of those that follow each other no copy."""
    if (np.diff(places) == 1).all():
        return table.slice(places[0], len(places))
    return table.take(pa.array(places))


def _map(path: Path) -> pa.Buffer:
    """The content of a file, which takes memory only where it is looked at."""
    with pa.memory_map(str(path)) as file:
        return file.read_buffer()
