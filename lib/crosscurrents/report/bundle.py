"""One file with all that a report rests on but the texts: numbers, parameters, lists, the lock."""

from __future__ import annotations

import io
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from crosscurrents.corpus import Corpus
from crosscurrents.measures import Measures
from crosscurrents.report.alike import charts_of
from crosscurrents.report.archive import sha256_of, write_archive
from crosscurrents.report.corpora import Corpora, read_corpora
from crosscurrents.report.definition import PROJECT, Definition
from crosscurrents.report.publishing import read_record
from crosscurrents.report.run import Run
from crosscurrents.report.unbundle import FORMAT, report_bundle
from crosscurrents.report.verify import INPUTS, TOOLS, changed_parts, definition_of, find_run
from crosscurrents.tone import measure_tone

LOCK = "requirements.lock"
# Files beside a catalogue that a notebook may read; a note or a draft there is nobody's business.
BESIDE = ("codebook.yml", "targets.yml", "topic_words.txt", "variants.csv")
RUN = 8  # words in a row that are prose, not a fact
QUOTING = {"passage", "left", "node", "right", "text"}  # columns of tables that quote
FACTS = ("title", "url", "file", "doc_id")  # of an article: facts, however long
README = """\
A bundle of Crosscurrents: the numbers behind a report, without the texts.

  crosscurrents report --bundle THIS_FILE

makes the report's tables and charts again. bundle.json says which version of the library, of the
notebooks and of each dependency (requirements.lock) they were made with; with the same ones every
table is the same to the bit. Tables that show passages name the place of each, not its words.
"""


def make_bundle(run: str | Path, out: str | Path | None = None) -> Path:
    """Put all that a published report rests on into one zip file, without the texts.

    Parameters
    ----------
    run
        Folder of a run, or of a report: then its last good one.
    out
        The file; by default the report's name, here.

    Raises
    ------
    ValueError
        If corpus, codebook, lists, notebooks or code are others than those of the run; if its
        notebooks do not share one codebook and setting; if a list holds a passage of the texts.
    ReportError
        If a notebook fails without the texts: the bundle is tried before it is handed out.
    """
    run = find_run(run)
    record = read_record(run)
    definition = definition_of(record, run.parent.parent)
    corpora = read_corpora(definition)
    _check_same(run, record, definition, corpora)
    corpus, measures = next(iter(corpora.values()))
    with tempfile.TemporaryDirectory(prefix="crosscurrents-") as temporary:
        folder = Path(temporary)
        members = _members(corpus, measures, definition, folder / "measures")
        if wrong := _prose_in(members, corpus):
            raise ValueError(f"a bundle holds no prose, but {'; '.join(wrong[:5])}; shorten that")
        content = _manifest(run, record, definition, members)
        trial = _write(folder / "trial.zip", members, content, [])
        notebooks = next(iter(definition.notebooks.values())).parent
        made = report_bundle(trial, out=folder / "trial", folder=notebooks, quiet=True)
        kept = {f"tables/{n}": run / "tables" / n for n in made.different}
        kept = {n: f for n, f in kept.items() if f.is_file() and not _columns(f) & QUOTING}
        quoting = {place.split(",")[0] for place in _prose_places(kept, corpus)}
        members |= {n: f for n, f in kept.items() if n not in quoting}
        return _write(Path(out or f"{record['report']}.zip"), members, content, made.different)


def _write(
    file: Path, members: dict[str, Path | bytes], content: dict[str, Any], of_texts: list[str]
) -> Path:
    """Write the bundle; `of_texts` are tables that cannot be made without the texts."""
    hashes = {name: sha256_of(member) for name, member in sorted(members.items())}
    content = {**content, "tables_of_texts": of_texts, "members": hashes}
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    return write_archive(file, {**members, "bundle.json": text.encode()})


def _columns(table: Path) -> set[str]:
    with table.open(encoding="utf-8") as file:
        return set(file.readline().strip().split(","))


def _check_same(
    run: Path, record: dict[str, Any], definition: Definition, corpora: Corpora
) -> None:
    now = Run(definition)
    now.look(corpora)
    if changed := changed_parts(record, now.record, {**INPUTS, **TOOLS}):
        raise ValueError(
            f"{run}: since it was made others are {'; '.join(changed)}; make the report again"
        )
    if len(corpora) > 1:
        raise ValueError(
            f"{run}: its notebooks take {len(corpora)} different codebooks or chronology settings; "
            "a bundle holds one set of measures"
        )


def _members(
    corpus: Corpus, measures: Measures, definition: Definition, folder: Path
) -> dict[str, Path | bytes]:
    """Names in the bundle, and their files (of measures written to a folder) or contents."""
    values = next(v for v in definition.parameters.values() if "corpus" in v)
    lists = definition.parameters.get("sentiment", {})
    measures.save(folder)
    lexicons = [lists["lexicon"]] if lists.get("lexicon") else []
    measure_tone(
        corpus, measures, lexicons=lexicons, guard=lists.get("topic_words") or None,
        targets=lists.get("targets") or None,
    ).save(folder)  # fmt: skip
    members: dict[str, Path | bytes] = {"README.txt": README.encode()}
    members |= {
        f"corpus/measures/{file.relative_to(folder).as_posix()}": file
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
    members["corpus/catalogue.csv"] = _catalogue(corpus.documents).encode("utf-8")
    beside = Path(values["corpus"])
    members |= {f"corpus/{n}": beside / n for n in BESIDE if (beside / n).is_file()}
    if (PROJECT / LOCK).is_file():
        members[LOCK] = PROJECT / LOCK
    return members | {place: Path(file) for file, place in _named(definition).items()}


def _catalogue(documents: pd.DataFrame) -> str:
    """The facts of the documents as a catalogue, each with the name of a file it may come from."""
    names = [f"{k:05}.txt" for k in range(1, len(documents) + 1)]
    file = documents["file"].where(documents["file"] != "", pd.Series(names, documents.index))
    table = documents.drop(columns="at_hand").assign(file=file)
    return table.to_csv(index=False, lineterminator="\n")


def _named(definition: Definition) -> dict[str, str]:
    """Files that parameters name, and their places in the bundle."""
    values = [
        v for named in definition.parameters.values() for k, v in named.items() if k != "corpus"
    ]
    files = sorted({v for v in values if isinstance(v, str) and v and Path(v).is_file()})
    return {
        file: f"files/{k}-{re.sub(r'[^A-Za-z0-9._-]', '_', Path(file).name)[-100:]}"
        for k, file in enumerate(files)
    }


def _manifest(
    run: Path, record: dict[str, Any], definition: Definition, members: dict[str, Path | bytes]
) -> dict[str, Any]:
    """bundle.json: what made the report, and the hash of each of its tables and charts."""
    places = _named(definition)
    parameters = {
        notebook: {
            k: {"file": places[v]} if isinstance(v, str) and v in places else v
            for k, v in values.items()
            if k not in ("corpus", "previous")
        }
        for notebook, values in record["parameters"].items()
    }
    parts = ["report", "title", "started", "codebook_sha256", "lexicons", *TOOLS, "commit"]
    return {
        "format": FORMAT,
        **{part: record.get(part, "") for part in parts},
        "corpus_sha256": record["corpus"]["sha256"],
        "parameters": parameters,
        "notebooks": {name: entry["sha256"] for name, entry in record["notebooks"].items()},
        "charts": charts_of(run),
        "tables": {f.name: sha256_of(f) for f in sorted((run / "tables").glob("*.csv"))},
    }


def _prose_in(members: dict[str, Path | bytes], corpus: Corpus) -> list[str]:
    """What of the members holds prose, in words."""
    return [f"{name} repeats a passage of an article" for name in _prose_places(members, corpus)]


def _prose_places(members: dict[str, Path | bytes], corpus: Corpus) -> list[str]:
    """Where members hold eight words in a row of a text that is at hand; its facts may."""
    places: dict[tuple[str, ...], str] = {}
    for name, text in _texts_of(members):
        words = _words(text)
        for k in range(len(words) - RUN + 1):
            places.setdefault(tuple(words[k : k + RUN]), name)
    found = []
    documents = corpus.documents
    for doc_id in documents.loc[documents["at_hand"], "doc_id"] if places else []:
        words = _words(corpus.raw(doc_id))
        runs = zip(*(words[k:] for k in range(RUN)), strict=False)
        found += sorted({places[r] for r in runs if r in places})
    return list(dict.fromkeys(found))


def _texts_of(members: dict[str, Path | bytes]) -> Iterator[tuple[str, str]]:
    """Each member with its texts: a table value by value, without the facts, other files whole."""
    for name, content in members.items():
        if name in (LOCK, "README.txt"):
            continue
        if name.endswith(".parquet"):
            table = pd.read_parquet(content)
        elif name == "corpus/catalogue.csv" or name.startswith("tables/"):
            table = pd.read_csv(io.BytesIO(content) if isinstance(content, bytes) else content)
        else:
            data = content if isinstance(content, bytes) else content.read_bytes()
            yield name, data.decode("utf-8", "replace")
            continue
        for column in table.columns:
            if column not in FACTS and not pd.api.types.is_numeric_dtype(table[column]):
                for value in table[column].dropna().unique():
                    yield f"{name}, column {column}", str(value)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
