"""Which source stands out for which theme, against all the others together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crosscurrents.intervals import adjust_p, bootstrap_log_ratio, check_options
from crosscurrents.statistics.by_document import welch
from crosscurrents.statistics.permutation import MANY, ratio_test
from crosscurrents.statistics.units import FEWEST, resampling_units, sized
from crosscurrents.themes.names import chosen_themes
from crosscurrents.themes.touched import Touched, touched

COLUMNS = ["sentences", "of", "share", "rest_sentences", "rest_of", "rest_share", "log_ratio"]
COLUMNS += ["low", "high", "p", "p_adjusted", "tests", "test", "unit"]
DOCUMENTS, PARAGRAPHS, LARGE = (
    "documents, Welch's t", "paragraphs, shuffled", "paragraphs, Student's t",
)  # fmt: skip
MOST = 500  # units of a side that are drawn again: the t of 500 is that of more
SURE = 0.05  # adjusted p below which a difference is named


@sized
def theme_contrast(
    measures,
    *,
    by: str = "source",
    themes: str | Sequence[str] | None = None,
    subthemes: bool = False,
    method: str = "bh",
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare each group's share of every theme with that of all the other groups together.

    Sentences come in clumps, so documents are compared where both sides have at least five of them
    (Welch's t on their shares, Lijffijt et al. 2016). Otherwise paragraphs are: they change sides
    as a whole (see `ratio_test`), and the result holds within these articles only.

    Parameters
    ----------
    measures : Measures
    by, themes, subthemes
        See `theme_share`.
    method : {"bh", "holm"}
        See `adjust_p`; all themes of all groups are one family.
    level, resamples, seed
        See `bootstrap_ratio`.

    Returns
    -------
    DataFrame
        theme, `by`; sentences (touched), of (all), share; rest_sentences, rest_of, rest_share (of
        the others); log_ratio (log2 of share over rest_share, 1 is twice as much; a zero count is
        replaced by 0.5) with low and high; p, p_adjusted, tests (how many p was adjusted for), test
        (what was compared), unit; by theme in codebook order, then by group. A theme that no
        sentence touches is not tested.

    Raises
    ------
    ValueError
        If `by` is no column of the documents, a theme is not in the codebook, or the method is
        unknown.
    """
    check_options(level, resamples, seed)
    adjust_p([], method)
    names = chosen_themes(measures, themes, subthemes)
    options = {"level": level, "resamples": resamples, "seed": seed}
    documents = resampling_units(measures, by=by, fewest=1)
    groups = documents[by].drop_duplicates().tolist()
    if len(groups) < 2 or not names:
        return pd.DataFrame(columns=["theme", by, *COLUMNS])
    sums: dict[bool, tuple[pd.DataFrame, Touched]] = {}
    tables = []
    for group in groups:
        size = int((documents[by] == group).sum())
        many = min(size, len(documents) - size) >= FEWEST
        if many not in sums:
            units = documents if many else resampling_units(measures, by=by, fewest=np.inf)
            sums[many] = units, touched(measures, units, names)
        units, found = sums[many]
        table = _contrast(found, (units[by] == group).to_numpy(), many, options)
        tables.append(table.assign(theme=names, _order=range(len(names)), **{by: group}))
    table = pd.concat(tables, ignore_index=True)
    table["p_adjusted"] = adjust_p(table["p"], method)
    table["tests"] = int(table["p"].notna().sum())
    table = table.sort_values(["_order", by], kind="stable", ignore_index=True)
    return table[["theme", by, *COLUMNS]]


def _contrast(found: Touched, target: np.ndarray, many: bool, options: dict) -> pd.DataFrame:
    """Compare the units of the target with all others, a row a theme."""
    kept = found.sentences > 0
    hits, every, target = found.hits[kept], found.sentences[kept], target[kept]
    sides = [(hits[side], every[side]) for side in (target, ~target)]
    count, rest = (side[0].sum(axis=0).astype(int) for side in sides)
    of, rest_of = (int(side[1].sum()) for side in sides)
    (own, own_of), (other, other_of) = sides
    lumped = [_lumped(*side, options["seed"]) for side in sides]
    counts, sizes = zip(*lumped)
    log_ratio, low, high = bootstrap_log_ratio(*counts, *sizes, **options)
    if many:
        _, p = welch(own / own_of[:, None], other / other_of[:, None])
    else:
        _, p = ratio_test(hits, every, target, seed=options["seed"])
    unit = "documents" if many else "within these articles"
    return pd.DataFrame(
        {
            "sentences": count, "of": of, "share": count / of,
            "rest_sentences": rest, "rest_of": rest_of, "rest_share": rest / rest_of,
            "log_ratio": log_ratio, "low": low, "high": high, "p": p,
            "test": DOCUMENTS if many else LARGE if len(hits) > MANY else PARAGRAPHS, "unit": unit,
        }
    )  # fmt: skip


def _lumped(hits, every, seed: int):
    """Put the units of a large side together by chance (random groups: Wolter 2007, ch. 2).

    As many groups tell as much of the spread, and the others of every source need not be drawn
    again for each source.
    """
    if len(every) <= MOST:
        return hits, every
    number = np.random.default_rng(seed).permutation(len(every)) % MOST
    sums = np.zeros((MOST, hits.shape[1]))
    np.add.at(sums, number, hits)
    return sums, np.bincount(number, every, MOST)


def theme_profile(table: pd.DataFrame, *, top_n: int = 3) -> pd.DataFrame:
    """Put in words what each group speaks of: most of all, and more or less than the others do.

    Parameters
    ----------
    table : DataFrame
        As `theme_contrast` returns it.
    top_n : int
        Themes that are named at most in a cell.

    Returns
    -------
    DataFrame
        `by`, of (sentences), and as text "speaks most of" (share), "more than the others" and "less
        than the others" (share here and there; only where the adjusted p is below 0.05).
    """
    by = table.columns[1]
    rows = []
    for group, own in table.groupby(by, sort=True):
        most = own[own["sentences"] > 0].sort_values("share", ascending=False, kind="stable")
        sure = own[own["p_adjusted"] < SURE].sort_values("p_adjusted", kind="stable")
        spoken = [f"{r['theme']} {r['share']:.0%}" for r in most.head(top_n).to_dict("records")]
        sides = [
            _named(sure[sure["log_ratio"] > 0], top_n),
            _named(sure[sure["log_ratio"] < 0], top_n),
        ]
        rows.append((group, int(own["of"].iloc[0]), ", ".join(spoken), *sides))
    names = [by, "of", "speaks most of", "more than the others", "less than the others"]
    return pd.DataFrame(rows, columns=names)


def _named(rows: pd.DataFrame, top_n: int) -> str:
    """Themes with the share here and elsewhere."""
    return ", ".join(
        f"{r['theme']} ({r['share']:.0%} : {r['rest_share']:.0%})"
        for r in rows.head(top_n).to_dict("records")
    )
