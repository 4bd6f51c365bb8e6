"""Does the order of the sources on a scale hold if its hits are counted another way?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crosscurrents.sentiment.robustness import kendall_tau, widest
from crosscurrents.statistics.remembered import Remembered
from crosscurrents.statistics.units import resampling_units, sized
from crosscurrents.themes.counting import COUNTS, SAYS_DENIED, scale_hits
from crosscurrents.themes.names import find_scale
from crosscurrents.themes.scales import scale_position

COUNTING, PATTERN = "counting", "pattern"
BASE = "as the page counts"
NAMED = "sentences that name"
MANY = 12  # groups that the verdict names in their order; of more, the first and last four
COLUMNS = ["near", "far", "positive", "negative", "position", "low", "high"]
COLUMNS = [*COLUMNS, "rank", "tau", "moved"]


@sized
def scale_sensitivity(
    measures,
    scale: str = "",
    *,
    by: str = "source",
    sides: Sequence | None = None,
    count: str = "hits",
    denied: str = "reverse",
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Place the groups on a scale by every way to count its hits, and without each pattern in turn.

    Parameters
    ----------
    measures : Measures or Tone
    scale, by, level, resamples, seed
        See `scale_position`.
    sides : pair, optional
        Adds the count of sentences that name both, see `scale_hits`.
    count, denied : str
        The way that the others are compared with.

    Returns
    -------
    DataFrame
        kind ("counting" or "pattern"), variant (what was changed; the first is the way that all
        others are compared with), `by`, near, far (names of the poles), positive, negative,
        position, low, high (missing for patterns left out), rank (1 = nearest to the first pole;
        equal positions share the better rank), tau (Kendall's, of the order to the first
        variant's), moved (bool: the group's rank is another one); by kind, variant, then rank.
        Patterns without a hit are not listed.

    Raises
    ------
    ValueError
        If the scale or an option of `scale_position` is none that there is.
    """
    found, measures = find_scale(measures, scale), Remembered(measures)
    first = scale_position(
        measures, scale, by=by, count=count, denied=denied, level=level, resamples=resamples,
        seed=seed,
    )  # fmt: skip
    if found is None or first.empty:
        return pd.DataFrame(columns=["kind", "variant", by, *COLUMNS])
    tables = [first.assign(kind=COUNTING, variant=f"{BASE}: {COUNTS[count].says}")]
    for variant, options in _ways(measures, found.name, sides, count, denied).items():
        table = scale_position(
            measures, scale, by=by, level=level, resamples=resamples, seed=seed, **options
        )
        tables.append(table.assign(kind=COUNTING, variant=variant))
    tables.append(_left_out(measures, found, by, count, denied))
    return _ranked(pd.concat(tables, ignore_index=True), by)[["kind", "variant", by, *COLUMNS]]


def _ways(measures, scale: str, sides, count: str, denied: str) -> dict[str, dict]:
    """The other ways to count, by what they say, with the options of `scale_position`."""
    base = {"count": count, "denied": denied}
    ways = {way.says: base | {"count": key} for key, way in COUNTS.items() if key != count}
    if "positive_denied" in measures.record["codebook"]["scales"][scale]:
        ways |= {says: base | {"denied": key} for key, says in SAYS_DENIED.items() if key != denied}
    if (measures.sentences["quoted"] > 0).any():
        ways["own voice only"] = base | {"voice": "own"}
    if sides is not None:
        named = " and ".join(s for s in sides if isinstance(s, str)) or "both sides"
        ways[f"{NAMED} {named}"] = base | {"sides": sides}
        ways[f"{COUNTS['stronger'].says}, if it names {named}"] = base | {
            "sides": sides, "count": "stronger",
        }  # fmt: skip
    return ways


def _left_out(measures, found, by: str, count: str, denied: str) -> pd.DataFrame:
    """Positions without each pattern in turn."""
    documents = resampling_units(measures, by=by, fewest=1)
    group = pd.Categorical(documents[by])
    hits = scale_hits(measures, found, denied=denied)
    code = hits["doc_id"].map(dict(zip(documents["doc_id"], group.codes.astype(int))))
    hits = hits.assign(cell=code * 2 + hits["pole"]).dropna(subset="cell").astype({"cell": int})
    pattern, patterns = pd.factorize(pd.MultiIndex.from_frame(hits[["home", "pattern"]]), sort=True)
    size = 2 * len(group.categories)
    counts = np.zeros((len(patterns), size))
    for k in range(len(patterns)):
        kept = COUNTS[count].hits(hits[pattern != k])
        counts[k] = np.bincount(kept["cell"], kept["count"], minlength=size)
    names = [f"without “{text}” ({found.ends[home]})" for home, text in patterns]
    a, b = counts[:, 0::2].ravel(), counts[:, 1::2].ravel()
    table = {
        "kind": PATTERN, "variant": np.repeat(np.array(names, object), len(group.categories)),
        by: np.tile(np.array(group.categories, object), len(patterns)),
        "near": found.ends[0], "far": found.ends[1], "positive": a.astype(int),
        "negative": b.astype(int), "low": np.nan, "high": np.nan,
        "position": np.where(a + b > 0, np.log((a + 0.5) / (b + 0.5)), np.nan),
    }  # fmt: skip
    return pd.DataFrame(table)


def _ranked(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Add rank, tau and what moved, against the first variant."""
    number, variants = pd.factorize(table["variant"])
    position = table["position"].round(12)  # equal but for rounding is equal
    rank = position.groupby(number).rank(ascending=False, method="min")
    base = table[by].map(dict(zip(table[by][number == 0], rank[number == 0])))
    known = base.notna() & rank.notna()
    tau = [
        kendall_tau(*(ranks[known & (number == k)] for ranks in (base, rank)))
        for k in range(len(variants))
    ]
    table = table.assign(rank=rank, tau=np.array(tau)[number], moved=known & (base != rank))
    order = table.assign(_variant=number).sort_values(["_variant", "rank", by], kind="stable")
    return order.drop(columns="_variant").reset_index(drop=True)


def scale_ranks(table: pd.DataFrame) -> pd.DataFrame:
    """Put the ways to count side by side: a row a way, a column of ranks a group, and tau.

    Parameters
    ----------
    table : DataFrame
        As `scale_sensitivity` returns it.

    Returns
    -------
    DataFrame
        variant, a column a group (rank and position), tau; the patterns that change the order when
        they are left out stand below the ways to count. Of many groups those with most words have
        columns, `attrs["note"]` says so.
    """
    by = table.columns[2]
    table, note = widest(table, by)
    shown = table[(table["kind"] == COUNTING) | table.groupby("variant")["moved"].transform("any")]
    text = [_place(row) for row in shown.to_dict("records")]
    wide = shown.assign(text=text).set_index(["variant", by])["text"].unstack(by)  # noqa: PD010
    wide = wide.reindex(dict.fromkeys(shown["variant"])).fillna("–")
    tau = shown.groupby("variant")["tau"].first()
    wide = wide.assign(tau=tau.reindex(wide.index)).rename_axis(columns=None).reset_index()
    wide.attrs["note"] = note
    return wide


def _place(row: dict) -> str:
    if np.isnan(row["rank"]):
        return "–"
    return f"{row['rank']:.0f} ({row['position']:+.2f})".replace("-", "−")


def scale_verdict(table: pd.DataFrame) -> str:
    """Say in one computed sentence whether the order of the groups on the scale holds.

    Parameters
    ----------
    table : DataFrame
        As `scale_sensitivity` returns it.
    """
    if table.empty:
        return "There is no position to tell: that takes a scale, of which the codebook has none."
    by = table.columns[2] if len(table.columns) > 2 else "source"
    variants = list(dict.fromkeys(table["variant"]))
    base = table[table["variant"] == variants[0]].dropna(subset=["rank"])
    if len(base) < 2:
        return "There is no order to test: it takes two sources with hits."
    names = base[by].astype(str).tolist()
    order = " > ".join(names if len(names) <= MANY else [*names[:4], "…", *names[-4:]])
    ways, patterns = (table[table["kind"] == kind] for kind in (COUNTING, PATTERN))
    ways = ways[ways["variant"] != variants[0]]
    tau = ways.groupby("variant", sort=False)["tau"].first()
    moved = ways.groupby("variant")["moved"].any()
    range_ = f", Kendall's tau {_signed(tau.min())} to {_signed(tau.max())}" if len(tau) else ""
    alone = patterns.groupby("variant", sort=False)["moved"].any()
    named = [f"{name.removeprefix('without ')}" for name in alone[alone].index[:3]]
    more = f" and {alone.sum() - 3} more" if alone.sum() > 3 else ""
    by_one = f": {', '.join(named)}{more}" if named else ""
    return (
        f"The order is {order}; {len(moved) - moved.sum()} of {len(moved)} other ways to count "
        f"give the same{range_}; leaving out a single pattern changes it for {alone.sum()} of "
        f"{len(alone)}{by_one}; {_fixed(table, base, by)}."
    )


def scale_ends(table: pd.DataFrame) -> str:
    """Say by how many ways to count the first and the last group of the order are first and last.

    Parameters
    ----------
    table : DataFrame
        As `scale_sensitivity` returns it.

    Returns
    -------
    str
        Empty for fewer than two groups with hits.
    """
    ways = table[table["kind"] == COUNTING] if len(table) else table
    names = list(dict.fromkeys(ways["variant"])) if len(ways) else []
    base = ways[ways["variant"] == names[0]].dropna(subset=["rank"]) if names else table
    if len(base) < 2:
        return ""
    by = table.columns[2]
    ranks = ways.pivot_table(index="variant", columns=by, values="rank", sort=False)
    first, last = base[by].iloc[0], base[by].iloc[-1]
    ahead, behind = (ranks[first] == 1).sum(), (ranks[last] == ranks.max(axis=1)).sum()
    text = (
        f"{first} is first by {ahead} of {len(names)} ways to count, {last} last by {behind}; "
        f"{_fixed(table, base, by)}."
    )
    if both := [name for name in names if name.startswith(NAMED)]:
        hits = ways.groupby("variant")[["positive", "negative"]].sum().sum(axis=1)
        text += f" Of {hits[names[0]]:,} phrases {hits[both[0]]:,} stand in {both[0]}."
    return text


def _fixed(table: pd.DataFrame, base: pd.DataFrame, by: str) -> str:
    """Name the pairs of groups that stand in one order by every way to count."""
    ways = table[table["kind"] == COUNTING]
    wide = ways.pivot_table(index="variant", columns=by, values="rank", sort=False)
    names = base[by].tolist()
    one, other = np.triu_indices(len(names), 1)
    held = np.ones(len(one), dtype=bool)
    for row in wide[names].to_numpy(float):
        unknown = np.isnan(row[one] + row[other])
        held &= (row[one] < row[other]) | unknown
    pairs = f"{held.sum():,} of {len(held):,} pairs of sources"
    return f"{pairs} keep their places by every way to count"


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
