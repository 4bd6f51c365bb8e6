"""Forms in which people code sentences by hand, blind to their source, and reading them back."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd

from crosscurrents.checks import check_whole
from crosscurrents.concordance import sentence_texts
from crosscurrents.spreadsheet import guarded
from crosscurrents.texts import at_hand
from crosscurrents.themes import theme_names

ID, TEXT, NOTE = "id", "sentence", "note"
LETTERS = "abcdefghijkmnpqrstuvwxyz"  # without l and o, which look like digits
LENGTH = 9  # letters of an id: 24 ** 9, so that two of a million sentences hardly ever meet
CODES = {"0": 0.0, "1": 1.0, "0.0": 0.0, "1.0": 1.0, "0,0": 0.0, "1,0": 1.0, "": np.nan}


def coding_form(
    corpus, measures, *, n: int = 50, themes: Sequence[str] | None = None, seed: int = 0
) -> pd.DataFrame:
    """Draw sentences at random for a person to code, without a word on where they are from.

    Each sentence at hand is as likely as any other, whatever its source; they stand in random
    order. The ids are made of letters only and show neither document nor place.

    Parameters
    ----------
    corpus : Corpus
        Its texts are needed.
    measures : Measures
        Of this corpus.
    n : int
        Sentences, at least 1; all there are if these are fewer.
    themes : list of str, optional
        Which themes to ask for; all of the codebook by default, without sub-themes.
    seed : int

    Returns
    -------
    DataFrame
        id, sentence (its text), an empty column a theme, and note.

    Raises
    ------
    ValueError
        If a theme is unknown, n or seed is out of its range, or no text is at hand.
    """
    check_whole(n=n)
    check_whole(0, seed=seed)
    names = _themes(measures, themes)
    there = set(at_hand(corpus, measures.documents["doc_id"]))
    places = measures.sentences[measures.sentences["doc_id"].isin(there)].reset_index(drop=True)
    if places.empty:
        raise ValueError(
            "no text of the corpus is at hand, and a form shows sentences; bring it in"
        )
    drawn = np.random.default_rng(seed).permutation(len(places))[:n]
    places = places.iloc[drawn].reset_index(drop=True)
    form = pd.DataFrame({ID: sentence_ids(measures, places), TEXT: _texts(corpus, places)})
    return form.assign(**dict.fromkeys([*names, NOTE], ""))


def _themes(measures, themes: Sequence[str] | None) -> list[str]:
    if themes is None:
        return theme_names(measures)
    known = theme_names(measures, subthemes=True)
    for name in themes:
        if name not in known:
            raise ValueError(f"theme {name!r} is not in the codebook; choose from {known}")
    return list(themes)


def _texts(corpus, places: pd.DataFrame) -> list[str]:
    texts = {
        doc_id: sentence_texts(corpus, doc_id)
        for doc_id in places["doc_id"].unique()
    }
    pairs = zip(places["doc_id"], places["sentence"].tolist())
    return [texts[doc_id][number - 1] for doc_id, number in pairs]


def sentence_ids(measures, places: pd.DataFrame) -> list[str]:
    """Give the id of each sentence: letters of a hash of its document's prose and its number."""
    prose = dict(zip(measures.documents["doc_id"], measures.documents["cleaned_sha256"]))
    found = []
    for doc_id, number in zip(places["doc_id"], places["sentence"].tolist()):
        digest = hashlib.sha256(f"{doc_id}\0{prose[doc_id]}\0{number}".encode()).digest()
        rest = int.from_bytes(digest[:16])
        letters = []
        for _ in range(LENGTH):
            rest, place = divmod(rest, len(LETTERS))
            letters.append(LETTERS[place])
        found.append("".join(letters))
    return found


def write_coding_form(form: pd.DataFrame, path: str | Path) -> Path:
    """Write a form as CSV that spreadsheets open: fill in 1 (speaks of it) or 0, save as CSV.

    It holds sentences of the texts: keep it where they may be, outside of a repository or under a
    name that git ignores (`*.coding.csv` is, here). Cells that a spreadsheet would take for a
    formula begin with an apostrophe. A file that is there already is never written over.

    Raises
    ------
    ValueError
        If the file is there, or its folder is not.
    """
    path = Path(path)
    if not path.absolute().parent.is_dir():
        raise ValueError(f"path {str(path)!r}: there is no folder {str(path.parent)!r}")
    try:
        with path.open(
            "x", encoding="utf-8-sig", newline=""
        ) as file:  # a mark that Excel looks for
            guarded(form).to_csv(file, index=False)
    except FileExistsError:
        raise ValueError(
            f"path {str(path)!r} is there already and may hold a person's codes; name another"
        ) from None
    return path


def offer_coding_form(
    corpus, measures, path: str | Path = "", *, n: int = 100, seed: int = 0
) -> str:
    """Write a form if a file is named that is not there yet; say what to do with it.

    Parameters
    ----------
    corpus, measures, n, seed
        See `coding_form`.
    path
        Where to write it; nothing is written without.

    Returns
    -------
    str
        One sentence.
    """
    texts = at_hand(corpus, measures.documents["doc_id"])
    if not path:
        return (
            "Name a file as coding_form, and sentences drawn at random, without their source, are "
            "written into it for a person to code; name the filled file in codings."
        )
    path = Path(path)
    if not path.exists():
        if not texts:
            return "No form is written: it shows sentences, and no text is at hand."
        write_coding_form(coding_form(corpus, measures, n=n, seed=seed), path)
    return (
        f"The form is {path.name}: write 1 where a sentence speaks of a theme and 0 where it does "
        "not, and name the file in codings. It holds sentences of the texts: do not publish it."
    )


def read_coding_form(
    path: str | Path | Sequence[str | Path], measures, *, themes: Sequence[str] | None = None
) -> pd.DataFrame:
    """Read forms that people filled in, one file a coder.

    Commas, semicolons or tabs between cells, UTF-8 with or without its mark, UTF-16 and the Windows
    code page are understood; lines may stand in another order or be missing.

    Parameters
    ----------
    path : path or list of paths
        The coder is the name of the file, without its endings.
    measures : Measures
        Of the corpus that the form was made from.
    themes : list of str, optional
        Only these; all columns of the form by default.

    Returns
    -------
    DataFrame
        coder, doc_id, paragraph, sentence, theme, code (1, 0, or missing where the cell is empty).

    Raises
    ------
    ValueError
        Naming file and line: ids that are not of this corpus or stand twice, codes other than 0 and
        1, columns that are no theme, files that are no form. All mistakes of a file at once.
    """
    paths = [Path(p) for p in ([path] if isinstance(path, str | Path) else path)]
    coders = [p.name.split(".")[0] for p in paths]
    twice = sorted({name for name in coders if coders.count(name) > 1})
    if twice:
        raise ValueError(
            f"path names the coders {twice} twice; give each coder's file its own name"
        )
    sentences = measures.sentences[["doc_id", "paragraph", "sentence"]]
    sentences = sentences if paths else sentences[:0]
    known = dict(zip(sentence_ids(measures, sentences), sentences.itertuples(index=False)))
    every = theme_names(measures, subthemes=True)
    names = every if themes is None else _themes(measures, themes)
    rows = []
    for file, coder in zip(paths, coders):
        for place, theme, code in _read(file, known, every):
            if theme in names:
                rows.append((coder, *place, theme, code))
    columns = ["coder", "doc_id", "paragraph", "sentence", "theme", "code"]
    return pd.DataFrame(rows, columns=columns)


def _read(path: Path, known: dict, themes: list[str]) -> list[tuple]:
    """Place, theme and code of each cell of a form."""
    head, lines = _cells(path)
    wrong = [
        f"line 1: column {name!r} is no theme"
        + "".join(f"; did you mean {near!r}?" for near in get_close_matches(name, themes, 1))
        for name in head
        if name not in (ID, TEXT, NOTE, *themes)
    ]
    wrong += [f"line 1: column {n!r} stands twice" for n in sorted(set(head)) if head.count(n) > 1]
    asked = [name for name in head if name in themes]
    if not asked and not wrong:
        wrong.append(f"line 1: there is no column of a theme; choose from {themes}")
    found, seen = [], {}
    for number, cells in lines:
        cell = dict(zip(head, cells))
        key = cell.get(ID, "").strip().lower()
        if not any(cells):
            continue
        if key not in known:
            wrong.append(f"line {number}: id {key!r} is none of a sentence of this corpus")
        elif key in seen:
            wrong.append(f"line {number}: id {key!r} stands in line {seen[key]}, too")
        seen.setdefault(key, number)
        for theme in asked:
            text = cell.get(theme, "").strip().strip("'")
            if text not in CODES:
                wrong.append(f"line {number}: {theme!r} is {text!r}; write 1, 0 or leave it empty")
            elif key in known:
                found.append((known[key], theme, CODES[text]))
    if wrong:
        more = [f"and {len(wrong) - 20} more"] if len(wrong) > 20 else []
        raise ValueError("\n".join(f"{path.name}, {m}" for m in [*wrong[:20], *more]))
    return found


def _cells(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header of a CSV file of any spreadsheet, and its lines with their numbers."""
    if not path.is_file():
        raise ValueError(f"coding form {str(path)!r} is not there; name a CSV file")
    data = path.read_bytes()
    if data.startswith(b"PK"):
        raise ValueError(f"{path.name} is a workbook, not CSV; save it as CSV")
    try:
        wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    first = text.lstrip("\r\n").split("\n", 1)[0]
    if first.lower().startswith("sep="):  # a line by which Excel says how cells are parted
        text = text.lstrip("\r\n").split("\n", 1)[-1]
        first = text.split("\n", 1)[0]
    parting = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=parting)
    head = next(reader, [])
    head = [name.strip().removeprefix("'") for name in head]
    while head and not head[-1]:
        head.pop()
    if ID not in head:
        raise ValueError(f"{path.name} is no coding form: it has no column 'id', but {head[:5]}")
    return head, [(reader.line_num, row) for row in reader]
