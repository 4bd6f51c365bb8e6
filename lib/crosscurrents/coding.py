"""People who code sentences: forms blind to the source, reading them back, and how far they agree.

Sentences are drawn at random whatever their source. A codebook is compared with people, and people
with each other, theme by theme."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from difflib import get_close_matches
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from crosscurrents.passages import passages
from crosscurrents.readers.tables import read_table
from crosscurrents.texts import at_hand
from crosscurrents.themes import theme_names
from crosscurrents.writing import LEVEL, check_columns, check_options, check_whole, guarded

ID, TEXT, NOTE = "id", "sentence", "note"
LETTERS = "abcdefghijkmnpqrstuvwxyz"  # without l and o, which look like digits
LENGTH = 9  # letters of an id: 24 ** 9, so that two of a million sentences hardly ever meet
CODES = {"0": 0.0, "1": 1.0, "0.0": 0.0, "1.0": 1.0, "0,0": 0.0, "1,0": 1.0, "": np.nan}
FEW = 5  # sentences; of fewer, samples hold too few to show how kappa varies
PLACE = ["doc_id", "sentence"]
MEASURED = ["percent", "kappa", "alpha", "precision", "recall"]
COLUMNS = ["theme", "coder", "n", "hits", "codes", "both"] + [
    name for measure in MEASURED for name in (measure, f"{measure}_low", f"{measure}_high")
]


def coding_form(corpus, measures, *, n: int = 50, seed: int = 0) -> pd.DataFrame:
    """Draw sentences at random for a person to code, without a word on where they are from.

    Each available sentence is as likely as any other, whatever its source; they are in random
    order. The ids are made of letters only and show neither document nor place.

    Parameters
    ----------
    corpus : Corpus
        Its texts are needed.
    measures : Measures
        Of this corpus.
    n : int
        Sentences, at least 1; all there are if these are fewer.
    seed : int

    Returns
    -------
    DataFrame
        id, sentence (its text), an empty column a theme (sub-themes have none), and note.

    Raises
    ------
    ValueError
        If n or seed is out of its range, or no text is available.
    """
    check_whole(n=n)
    check_whole(0, seed=seed)
    places = measures.sentences[measures.sentences["doc_id"].isin(at_hand(corpus))]
    if places.empty:
        raise ValueError("no text of the corpus is available, and a form shows sentences")
    drawn = np.random.default_rng(seed).permutation(len(places))[:n]
    places = places.iloc[drawn].reset_index(drop=True)
    texts = passages(corpus, places)["passage"]
    form = pd.DataFrame({ID: sentence_ids(measures, places), TEXT: texts})
    return form.assign(**dict.fromkeys([*theme_names(measures), NOTE], ""))


def sentence_ids(measures, places: pd.DataFrame) -> list[str]:
    """Give the id of each sentence: letters of a hash of its document's prose and its number."""
    prose = dict(zip(measures.documents["doc_id"], measures.documents["cleaned_sha256"]))
    found, powers = [], [len(LETTERS) ** k for k in range(LENGTH)]
    for doc_id, number in zip(places["doc_id"], places["sentence"].tolist()):
        digest = hashlib.sha256(f"{doc_id}\0{prose[doc_id]}\0{number}".encode()).digest()
        code = int.from_bytes(digest[:16])
        found.append("".join(LETTERS[code // power % len(LETTERS)] for power in powers))
    return found


def offer_coding_form(corpus, measures, path: str | Path, *, n: int = 100, seed: int = 0) -> str:
    """Write a form as CSV that spreadsheets open, if the file is not there yet; say what to do.

    It holds sentences of the texts: keep it where they may be, outside of a repository or under a
    name that git ignores (`*.coding.csv` is, here). Cells that a spreadsheet would take for a
    formula begin with an apostrophe. A file that is there already is never written over.

    Parameters
    ----------
    corpus, measures, n, seed
        See `coding_form`.
    path
        Where to write it.

    Returns
    -------
    str
        One sentence or two.
    """
    path = Path(path)
    if not path.exists():
        if not measures.documents["doc_id"].isin(at_hand(corpus)).any():
            return "No form is written: it shows sentences, and no text is available."
        form = guarded(coding_form(corpus, measures, n=n, seed=seed))
        form.to_csv(path, mode="x", encoding="utf-8-sig", index=False)  # Excel looks for the mark
    return (
        f"The form is {path.name}: write 1 where a sentence is about a theme and 0 where it is "
        "not, and name the file in codings. It holds sentences of the texts: do not publish it."
    )


def read_coding_form(path: str | Path | Sequence[str | Path], measures) -> pd.DataFrame:
    """Read forms that people filled in, one file a coder.

    Any table that `read_corpus` reads will do; lines may be in another order or missing.

    Parameters
    ----------
    path : path or list of paths
        The coder is the name of the file, without its endings.
    measures : Measures
        Of the corpus that the form was made from.

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
    if twice := sorted({name for name in coders if coders.count(name) > 1}):
        raise ValueError(
            f"path names the coders {twice} twice; give each coder's file its own name"
        )
    columns = ["doc_id", "paragraph", "sentence"]
    sentences = measures.sentences[columns] if paths else measures.sentences[columns][:0]
    known = dict(zip(sentence_ids(measures, sentences), sentences.itertuples(index=False)))
    every = theme_names(measures, subthemes=True)
    rows = [
        (coder, *row) for file, coder in zip(paths, coders) for row in _read(file, known, every)
    ]
    return pd.DataFrame(rows, columns=["coder", *columns, "theme", "code"])


def _read(path: Path, known: dict, themes: list[str]) -> list[tuple]:
    """Place (doc_id, paragraph, sentence), theme and code of each cell of a form."""
    if not path.is_file():
        raise ValueError(f"coding form {str(path)!r} is not there; name a CSV file")
    form = read_table(path).rename(columns=lambda name: name.removeprefix("'"))
    if ID not in form:
        raise ValueError(f"{path.name} is no coding form: it has no column 'id', but {[*form][:5]}")
    wrong = [
        f"line 1: column {name!r} is no theme"
        + "".join(f"; did you mean {near!r}?" for near in get_close_matches(name, themes, 1))
        for name in form
        if name not in (ID, TEXT, NOTE, *themes)
    ]
    asked = [name for name in form if name in themes]
    if not asked and not wrong:
        wrong.append(f"line 1: there is no column of a theme; choose from {themes}")
    found, seen = [], {}
    for number, cell in enumerate(form.to_dict("records"), start=2):
        key = cell[ID].strip().lower()
        if key not in known:
            wrong.append(f"line {number}: id {key!r} is none of a sentence of this corpus")
        elif key in seen:
            wrong.append(f"line {number}: id {key!r} is in line {seen[key]}, too")
        seen.setdefault(key, number)
        for theme in asked:
            text = cell[theme].strip().strip("'")
            if text not in CODES:
                wrong.append(f"line {number}: {theme!r} is {text!r}; write 1, 0 or leave it empty")
            elif key in known:
                found.append((*known[key], theme, CODES[text]))
    if wrong:
        more = [f"and {len(wrong) - 20} more"] if len(wrong) > 20 else []
        raise ValueError("\n".join(f"{path.name}, {m}" for m in [*wrong[:20], *more]))
    return found


def agreement(
    codebook_hits: pd.DataFrame,
    human_codes: pd.DataFrame,
    *,
    level: float = LEVEL,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare what a codebook finds with what people say, theme by theme.

    Percent is the share of sentences on which the two agree; kappa (Cohen 1960) and alpha
    (Krippendorff 2011) take off what chance gives; precision is the share of the codebook's
    sentences that the person marks, recall the share of the person's that the codebook finds.
    Intervals of shares are Wilson's (1927), limits of kappa and alpha are percentiles of samples
    of the sentences, drawn with replacement.

    Parameters
    ----------
    codebook_hits : DataFrame
        `measures.themes`, or any table with doc_id, sentence and theme: what is not listed is not
        found.
    human_codes : DataFrame
        As `read_coding_form` gives it: coder, doc_id, sentence, theme, code (1, 0 or missing).
    level, resamples, seed
        Of the intervals.

    Returns
    -------
    DataFrame
        theme, coder, n (sentences that the coder coded), hits (the codebook's), codes (the
        coder's), both, and percent, kappa, alpha, precision, recall, each with _low and _high; why
        (what is missing, and for what reason); by theme, then by coder.

    Raises
    ------
    ValueError
        If columns are missing, codes are neither 0 nor 1, or an option is out of its range.
    """
    check_options(level, resamples, seed)
    check_columns("codebook_hits", codebook_hits, [*PLACE, "theme"])
    codes = _checked(human_codes)
    found = pd.MultiIndex.from_frame(codebook_hits[[*PLACE, "theme"]])
    hit = pd.MultiIndex.from_frame(codes[[*PLACE, "theme"]]).isin(found)
    rows, codes = [], codes.assign(hit=hit)
    for key, part in codes.groupby(["theme", "coder"], sort=False):
        part = part.dropna(subset="code")
        pairs = np.histogram2d(part["hit"], part["code"], bins=[[0, 1, 2]] * 2)[0].astype(int)
        figures = [len(part), *map(int, (pairs[1].sum(), pairs[:, 1].sum(), pairs[1, 1]))]
        numbers = np.transpose(_limits(pairs, level, resamples, seed)).ravel()
        rows.append((*key, *figures, *numbers, _why(*figures[:3])))
    return pd.DataFrame(rows, columns=[*COLUMNS, "why"])


def _limits(pairs: np.ndarray, level: float, resamples: int, seed: int) -> tuple:
    """The measures of a table of pairs, and their limits: Wilson's (1927) of shares."""
    from scipy.stats import binomtest

    number, values = pairs.sum(), _measures(pairs[None])[:, 0]
    low, high = np.full((2, len(values)), np.nan)
    both = pairs[1, 1]
    shares = {0: (np.trace(pairs), number), 3: (both, pairs[1].sum()), 4: (both, pairs[:, 1].sum())}
    for k, (hits, of) in shares.items():
        if of:
            low[k], high[k] = binomtest(hits, of).proportion_ci(level, method="wilson")
    if number > 1:
        # To draw sentences again is to draw their pairs of codes.
        drawn = np.random.default_rng(seed).multinomial(number, pairs.ravel() / number, resamples)
        again = pd.DataFrame(_measures(drawn.reshape(-1, 2, 2))[1:3].T)
        limits = again.quantile([(1 - level) / 2, (1 + level) / 2])
        low[1:3], high[1:3] = np.where(again.notna().mean() > 0.5, limits, np.nan)
    known = ~np.isnan(values)
    return values, np.where(known, low, np.nan), np.where(known, high, np.nan)


def _measures(pairs: np.ndarray) -> np.ndarray:
    """The MEASURED of tables (k, 2, 2) of codebook by person: (measures, k).

    Kappa is (p_o - p_e) / (1 - p_e): p_o the share of sentences with the same code, p_e the share
    that two with these totals would reach by chance. Alpha is 1 - D_o / D_e, over coincidences:
    each pair of codes in both orders. Both are missing where all codes are the same.
    """
    number, agreed = pairs.sum(axis=(1, 2)), np.trace(pairs, axis1=1, axis2=2)
    both, hits, codes = pairs[:, 1, 1], pairs[:, 1].sum(axis=1), pairs[:, :, 1].sum(axis=1)
    ones, every = hits + codes, 2 * number
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = agreed / number
        chance = (hits * codes + (number - hits) * (number - codes)) / number**2
        kappa = np.where(chance < 1, (percent - chance) / (1 - chance), np.nan)
        alpha = 1 - (every - 1) * (number - agreed) / (ones * (every - ones))
        alpha = np.where((ones > 0) & (ones < every), alpha, np.nan)
        return np.stack([percent, kappa, alpha, both / hits, both / codes])


def _why(number: int, hits: int, codes: int) -> str:
    """What cannot be said, and for what reason."""
    if not number:
        return "no sentence was coded"
    if hits == codes and hits in (0, number):
        what = "every sentence" if hits else "no sentence"
        return f"both find it in {what}: kappa and alpha cannot be told from chance"
    if not hits:
        return "the codebook finds it in no sentence: no precision"
    if not codes:
        return "the person marks it in no sentence: no recall"
    few = f"marked in fewer than {FEW} sentences: kappa and alpha are rough"
    return few if min(hits, codes) < FEW else ""


def coder_agreement(
    human_codes: pd.DataFrame, *, level: float = LEVEL, resamples: int = 1000, seed: int = 0
) -> pd.DataFrame:
    """Compare every two people who coded the same sentences, as `agreement` compares a codebook.

    Their agreement is the most that a codebook can reach.

    Parameters
    ----------
    human_codes : DataFrame
        As `read_coding_form` gives it, of two coders or more.
    level, resamples, seed
        Of the intervals.

    Returns
    -------
    DataFrame
        theme, first, coder (the other one), n (sentences that both coded), and percent, kappa,
        alpha, each with _low and _high.

    Raises
    ------
    ValueError
        As `agreement`.
    """
    codes, options = _checked(human_codes), {"level": level, "resamples": resamples, "seed": seed}
    key, columns = [*PLACE, "theme"], ["theme", "first", "coder", "n", *COLUMNS[6:15]]
    tables = [pd.DataFrame(columns=columns)]
    known = codes.dropna(subset="code")
    for one, other in combinations(dict.fromkeys(known["coder"]), 2):
        first, second = (known[known["coder"] == coder] for coder in (one, other))
        both = second.merge(first[key], on=key)
        table = agreement(first[first["code"] == 1], both, **options)
        tables.append(table.assign(first=one)[columns])
    return pd.concat(tables[1:] or tables, ignore_index=True)


def _checked(codes: pd.DataFrame) -> pd.DataFrame:
    check_columns("human_codes", codes, ["coder", *PLACE, "theme", "code"])
    given = codes["code"].dropna()
    for code in given[~given.isin([0, 1])].tolist():
        raise ValueError(f"human_codes has code {code!r}; choose from [0, 1] or none")
    return codes.assign(code=codes["code"].astype(float))
