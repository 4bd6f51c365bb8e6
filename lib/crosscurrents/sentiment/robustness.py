"""Does the order of the sources hold with another lexicon, and without the topic's own words?"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from crosscurrents.sentiment.rows import BOUNDED, Units, scored_sentences
from crosscurrents.statistics.bootstrap import draw_counts
from crosscurrents.statistics.units import sized
from crosscurrents.uncertainty import check_options

CELLS = 2**24  # comparisons that are made at a time, 16 MB
LABEL = {False: "", True: " without topic words"}


def scorings(tone) -> list[tuple[str, bool]]:
    """Every lexicon that scored a Tone, and every one again with the guard if there is one."""
    guards = (False, True) if tone.record["tone"]["guard"] else (False,)
    known = tone.sentences.notna().any()
    return [
        (lexicon, guard)
        for lexicon in tone.lexicons
        for guard in guards
        if known.get(f"{lexicon}_guarded" if guard else lexicon, False)
    ]


@sized
def sentiment_robustness(
    tone, *, by: str = "source", level: float = 0.95, resamples: int = 1000, seed: int = 0
) -> pd.DataFrame:
    """Give the rank of each group by each lexicon, with and without the guard, with intervals.

    Documents (or paragraphs, see `resampling_units`) of every group are drawn again and the groups
    ranked anew each time; the interval of a rank holds the middle ranks of these.  All scorings see
    the same draws.

    Parameters
    ----------
    tone : Tone
    by, level, resamples, seed
        See `sentiment`.

    Returns
    -------
    DataFrame
        scoring (such as "afinn without topic words"), lexicon, guard, `by`, sentences, mean, low,
        high, rank (1 = the most positive; equal means share the better rank), rank_low, rank_high,
        unit; by scoring, then by rank.  Groups without sentences have no rank.
    """
    check_options(level, resamples, seed)
    units = Units(tone, by)
    options = {"level": level, "resamples": resamples, "seed": seed}
    tables = []
    for lexicon, guard in scorings(tone):
        rows = scored_sentences(tone, by, lexicon, guard=guard)
        table = rows.groupby("group")["score"].agg(sentences="size", mean="mean")
        table = table.join(units.intervals(rows, bounded=lexicon in BOUNDED, **options))
        ranks = _ranks(table["mean"].to_numpy()[:, None])[:, 0]
        drawn = _ranks(_drawn_means(units, rows, table.index, resamples, seed))
        tails = [(1 - level) / 2, (1 + level) / 2]
        low, high = np.quantile(drawn, tails, axis=1, method="closest_observation")
        table = table.assign(
            scoring=f"{lexicon}{LABEL[guard]}", lexicon=lexicon, guard=guard, rank=ranks,
            rank_low=low.astype(int), rank_high=high.astype(int),
        )  # fmt: skip
        table = table.rename_axis(by).reset_index()
        tables.append(table.sort_values(["rank", by], kind="stable"))
    columns = ["scoring", "lexicon", "guard", by, "sentences", "mean", "low", "high"]
    columns += ["rank", "rank_low", "rank_high", "unit"]
    return (
        pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)
    )


def _drawn_means(units: Units, rows: pd.DataFrame, groups, resamples: int, seed: int) -> np.ndarray:
    """Means (groups, resamples) of resampled units; the mean itself where a group has one unit."""
    total, number = (values[:, 0] for values in units.sums(rows))
    means = np.zeros((len(groups), resamples))
    for k, group in enumerate(groups):
        at = units.units.index[units.units[units.by] == group].to_numpy()
        at = at[number[at] > 0]
        counts = draw_counts(len(at), resamples, seed, k)
        means[k] = (total[at] @ counts) / np.maximum(number[at] @ counts, 1)
    return means


def _ranks(means: np.ndarray) -> np.ndarray:
    """Ranks (groups, draws) from 1 for the highest mean of each draw."""
    step = max(CELLS // max(len(means) ** 2, 1), 1)  # draws at a time: many groups need room
    parts = [means[:, first : first + step] for first in range(0, means.shape[1], step)]
    ranks = [1 + (part[None] > part[:, None] + 1e-12).sum(axis=1) for part in parts]
    return np.concatenate(ranks, axis=1)


def rank_table(table: pd.DataFrame) -> pd.DataFrame:
    """Put the ranks side by side: a row a scoring, a column a group, "1 (1–3)" with the interval.

    Parameters
    ----------
    table : DataFrame
        As `sentiment_robustness` returns it.
    """
    by = table.columns[3]
    text = [f"{r['rank']} ({r['rank_low']}–{r['rank_high']})" for r in table.to_dict("records")]
    wide = table.assign(text=text).set_index(["scoring", by])["text"].unstack(by)  # noqa: PD010
    wide = wide.reindex(dict.fromkeys(table["scoring"])).fillna("")
    return wide.rename_axis(columns=None).reset_index()


def kendall_tau(one, other) -> float:
    """Kendall's tau-b of two lists of values (Kendall 1945), missing where either is all ties.

    >>> kendall_tau([1, 2, 3], [1, 3, 2]), kendall_tau([1, 2, 3], [3, 2, 1])
    (0.3333333333333333, -1.0)
    """
    one, other = np.asarray(one, float), np.asarray(other, float)
    above = np.triu_indices(len(one), 1)
    signs = [np.sign(np.subtract.outer(v, v))[above] for v in (one, other)]
    size = np.sqrt(np.count_nonzero(signs[0]) * np.count_nonzero(signs[1]))
    return float((signs[0] * signs[1]).sum() / size) if size else float("nan")


def rank_agreement(table: pd.DataFrame) -> pd.DataFrame:
    """Give Kendall's tau between the orders of every two scorings.

    Parameters
    ----------
    table : DataFrame
        As `sentiment_robustness` returns it.

    Returns
    -------
    DataFrame
        scoring, other, groups (ranked by both), tau (-1 to 1).
    """
    means = _wide(table)
    rows = []
    for one, other in combinations(means.columns, 2):
        both = means[[one, other]].dropna()
        rows.append((one, other, len(both), kendall_tau(both[one], both[other])))
    return pd.DataFrame(rows, columns=["scoring", "other", "groups", "tau"])


def _wide(table: pd.DataFrame) -> pd.DataFrame:
    """Means by group (rows) and scoring (columns), both in the order of the table."""
    by = table.columns[3]
    wide = table.pivot_table(index=by, columns="scoring", values="mean", sort=True)
    return wide[list(dict.fromkeys(table["scoring"]))] if len(table) else wide


def rank_changes(table: pd.DataFrame) -> pd.DataFrame:
    """Give every pair of groups with the scorings in which the first stands above the second.

    Parameters
    ----------
    table : DataFrame
        As `sentiment_robustness` returns it.

    Returns
    -------
    DataFrame
        higher, lower (by most scorings), above (scorings in which that is so), scorings, changes
        (bool: not in all of them), apart (scorings in which that is so and the two intervals do
        not overlap), against (scorings that say the contrary); those that change first, then by
        name.
    """
    by = table.columns[3]
    groups = sorted(table[by].unique(), key=str) if len(table) else []
    names = np.array(groups, dtype=object)
    one, other = np.triu_indices(len(names), 1)
    up, down, shared, over, under = np.zeros((5, len(one)), dtype=int)
    for _, rows in table.groupby("scoring", sort=False):
        own = rows.set_index(by).reindex(names)
        mean, low, high = (own[name].to_numpy(float) for name in ("mean", "low", "high"))
        shared += ~np.isnan(mean[one] + mean[other])
        up += mean[one] > mean[other]
        down += mean[one] < mean[other]
        over += low[one] > high[other]
        under += low[other] > high[one]
    turned = down > up
    one, other = np.where(turned, other, one), np.where(turned, one, other)
    up, apart = np.where(turned, down, up), np.where(turned, under, over)
    found = pd.DataFrame(
        {
            "higher": names[one].tolist(), "lower": names[other].tolist(), "above": up,
            "scorings": shared, "changes": up < shared, "apart": apart, "against": shared - up,
        }
    )  # fmt: skip
    place = {name: k for k, name in enumerate(sorted(groups))}
    order = np.lexsort([found[c].map(place).to_numpy() for c in ("lower", "higher")]
                       + [~found["changes"].to_numpy()])  # fmt: skip
    return found.iloc[order].reset_index(drop=True)
