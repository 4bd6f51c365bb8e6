"""Does the order of the sources hold with another lexicon, and without the topic's own words?"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from crosscurrents.intervals import check_options
from crosscurrents.sentiment.rows import BOUNDED, Units, scored_sentences
from crosscurrents.statistics.bootstrap import draw_counts
from crosscurrents.statistics.units import largest_first, sized

FEW = 40  # groups up to which comparing all of them is quicker than sorting them
WIDE = 20  # groups with a column: more do not stand side by side
PAIRED = 100  # groups whose pairs are listed: 4,950 rows; nobody reads those of thousands
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
    units, known = Units(tone, by), scorings(tone)
    options = {"level": level, "resamples": resamples, "seed": seed}
    scored = [scored_sentences(tone, by, lexicon, guard=guard) for lexicon, guard in known]
    means = _drawn_means(units, scored, resamples, seed)
    tables = []
    for (lexicon, guard), rows, drawn in zip(known, scored, means, strict=True):
        table = rows.groupby("group")["score"].agg(sentences="size", mean="mean")
        table = table.join(units.intervals(rows, bounded=lexicon in BOUNDED, **options))
        ranks = _ranks(table["mean"].to_numpy()[:, None])[:, 0]
        drawn = _ranks(drawn)
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


def _drawn_means(units: Units, scored: list, resamples: int, seed: int) -> list[np.ndarray]:
    """Means (groups, resamples) of resampled units by each scoring.

    The mean itself where a group has one unit. The scorings of a group share their draws, which
    are made once for all of them.
    """
    sums = [[values[:, 0] for values in units.sums(rows)] for rows in scored]
    groups = [pd.Index(sorted(rows["group"].unique())) for rows in scored]
    means = [np.zeros((len(own), resamples)) for own in groups]
    for group, at in units.units.groupby(units.by).indices.items():
        drawn, key = np.empty((0, 0)), ()
        for own, (total, number), mean in zip(groups, sums, means, strict=True):
            k = own.get_indexer([group])[0]
            if k < 0:
                continue
            heard = at[number[at] > 0]
            if key != (len(heard), k):
                key, drawn = (len(heard), k), draw_counts(len(heard), resamples, seed, int(k))
            mean[k] = (total[heard] @ drawn) / np.maximum(number[heard] @ drawn, 1)
    return means


def _ranks(means: np.ndarray) -> np.ndarray:
    """Ranks (groups, draws) from 1 for the highest mean of each draw."""
    if len(means) <= FEW:
        return 1 + (means[None] > means[:, None] + 1e-12).sum(axis=1)
    ranks, order = np.empty(means.shape, dtype=int), np.sort(means, axis=0)
    for k in range(means.shape[1]):
        below = np.searchsorted(order[:, k], means[:, k] + 1e-12, side="right")
        ranks[:, k] = 1 + len(means) - below
    return ranks


def rank_table(table: pd.DataFrame) -> pd.DataFrame:
    """Put the ranks side by side: a row a scoring, a column a group, "1 (1–3)" with the interval.

    Parameters
    ----------
    table : DataFrame
        As `sentiment_robustness` returns it; of more groups than WIDE those with most words have
        columns, and `attrs["note"]` says so.
    """
    by = table.columns[3]
    table, note = widest(table, by)
    text = [f"{r['rank']} ({r['rank_low']}–{r['rank_high']})" for r in table.to_dict("records")]
    wide = table.assign(text=text).set_index(["scoring", by])["text"].unstack(by)  # noqa: PD010
    wide = wide.reindex(dict.fromkeys(table["scoring"])).fillna("")
    wide = wide.rename_axis(columns=None).reset_index()
    wide.attrs["note"] = note
    return wide


def widest(table: pd.DataFrame, by: str) -> tuple[pd.DataFrame, str]:
    """The rows of the groups that have room for a column each, and which these are of many."""
    named = largest_first(table, by)
    note = f"columns of the {WIDE} with most words of {len(named):,}" * (len(named) > WIDE)
    return table[table[by].isin(named[:WIDE])], note


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


def rank_changes(table: pd.DataFrame, *, most: int | None = PAIRED) -> pd.DataFrame:
    """Give every pair of groups with the scorings in which the first stands above the second.

    Parameters
    ----------
    table : DataFrame
        As `sentiment_robustness` returns it.
    most : int, optional
        Pairs only of so many groups, those with most words; `attrs["note"]` says so.

    Returns
    -------
    DataFrame
        higher, lower (by most scorings), above (scorings in which that is so), scorings, changes
        (bool: not in all of them), apart (scorings in which that is so and the two intervals do
        not overlap), against (scorings that say the contrary); those that change first, then by
        name.
    """
    by = table.columns[3]
    groups = largest_first(table, by)
    note = f"pairs of the {most} with most words of {len(groups):,}" if most else ""
    note *= most is not None and len(groups) > most
    groups = sorted(groups[:most], key=str)
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
    found = found.iloc[order].reset_index(drop=True)
    found.attrs["note"] = note
    return found
