"""Starting points to edit: a project, the catalogue of a folder, the skeleton of a codebook."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import yaml

from crosscurrents.corpus import read_corpus
from crosscurrents.corpus.files import COLUMNS
from crosscurrents.kept import write_whole
from crosscurrents.report.definitions import shipped
from crosscurrents.writing import guarded

STARTER = Path(__file__).with_name("starter")  # what a new project begins with, to be edited


def new_project(folder: str | Path, *, demo: bool = False) -> list[str]:
    """Write a project into a folder that is new or empty; give the names of its files.

    Raises ValueError for a folder that holds something, and for a file of that name.
    """
    folder = Path(folder).expanduser()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"folder {str(folder)!r} is there and not empty; name a new one")
    originals = sorted(shipped("notebooks").glob("*.ipynb"))
    shutil.copytree(STARTER, folder, dirs_exist_ok=True)
    if demo:
        ignored = shutil.ignore_patterns("measures")
        shutil.copytree(shipped("harbour"), folder / "corpus", ignore=ignored, dirs_exist_ok=True)
        reports = folder / "reports.toml"
        named = reports.read_text(encoding="utf-8").replace("[reports.articles]", "[reports.demo]")
        write_whole(reports, named)
    for original in originals:
        text = re.sub(r"\.\./seeds/\w+", "../corpus", original.read_text(encoding="utf-8"))
        write_whole(folder / "notebooks" / original.name, text)
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def write_catalogue(folder: str | Path, *, dates: str = "") -> Path:
    """Write the known facts of each document of a folder into catalogue.csv, to be corrected.

    Facts are guessed from files and documents; the column `inferred` says where each was found.
    Raises ValueError if there is a catalogue already, and as `read_corpus` does.
    """
    folder = Path(folder).expanduser()
    file = folder / "catalogue.csv"
    if file.exists():
        raise ValueError(f"{str(file)!r} is there already; edit it, or rename it to begin anew")
    documents = read_corpus(folder, dates=dates).documents
    further = [c for c in ("section", "part") if c in documents and documents[c].ne("").any()]
    columns = [c for c in COLUMNS if c not in ("date_precision",)] + further
    write_whole(file, guarded(documents[columns]).to_csv(index=False))
    return file


def write_codebook(folder: str | Path, *, themes: int = 0) -> Path:
    """Write a skeleton of a codebook from the topics and the frequent words of a corpus.

    Raises ValueError if there is a codebook already, and as `read_corpus` does.
    """
    from crosscurrents.codebook import Codebook
    from crosscurrents.comparison import Comparison
    from crosscurrents.measures import measure
    from crosscurrents.texts import stop_words
    from crosscurrents.topic_model import topics

    folder = Path(folder).expanduser()
    file = folder / "codebook.yml"
    if file.exists():
        raise ValueError(f"{str(file)!r} is there already; rename it to begin anew")
    measures = measure(read_corpus(folder), codebook=Codebook())
    terms = measures.terms[measures.terms["n"] == 1]
    counts = terms.groupby("term")["count"].sum().sort_values(ascending=False, kind="stable")
    frequent = [t for t in counts.index if t not in stop_words() and len(t) > 2][:100]
    found = topics(Comparison(measures), number=themes)
    book = {
        row.topic: {"description": f"found in {row.share:.0%} of the text; say what it is about",
                    "patterns": row.terms.split(", ")}
        for row in found.itertuples()
    }  # fmt: skip
    if not book:
        book = {"theme": {"description": "say what it is about", "patterns": frequent[:5]}}
    text = yaml.safe_dump({"themes": book}, allow_unicode=True, sort_keys=False, width=100)
    head = (
        "# A skeleton: topics were found by their words. Name them, move words, delete the rest.\n"
    )
    listed = "".join(
        f"#   {', '.join(frequent[k : k + 10])}\n" for k in range(0, len(frequent), 10)
    )
    write_whole(file, f"{head}# The most frequent words:\n{listed}{text}")
    return file
