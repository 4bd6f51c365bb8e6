"""Result tables -> sentences: the headline, how certain it is, vocabulary, what changed.

A difference is claimed only where its adjusted p is below 0.05; otherwise a sentence describes.
"""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from crosscurrents.significance import ALPHA
from crosscurrents.themes import scale_order
from crosscurrents.writing import counted

MANY = 12  # sources that have a sentence each
NAMED = 3  # words, changes or files that a sentence names


class Finding(str):
    """A computed sentence with a label in front of it and links to the tables it rests on.

    `links` holds a notebook's name, a table's (as `show` is given it), what the link says and, if
    only some rows matter, the text that they contain. A `headline` is what a report says first.

    >>> found = Finding("It rained.", label="Mail", links=[("corpus", "documents", "sizes")])
    >>> found, found.label
    ('It rained.', 'Mail')
    """

    label: str
    links: tuple[tuple[str, ...], ...]
    headline: bool

    def __new__(cls, text: str, *, label: str = "", links=(), headline: bool = False) -> Finding:
        found = super().__new__(cls, text)
        found.label, found.links, found.headline = label, tuple(links), headline
        return found


# --- the headline


def headline(
    comparison, *, scale: pd.DataFrame, contrast: pd.DataFrame, words: pd.DataFrame
) -> Finding:
    """State the main finding in at most some twenty words.

    The first of these that there is: positions on the scale, distinctive themes, distinctive words;
    without tests what the numbers show of these documents; else that there is no difference.

    Parameters
    ----------
    comparison : Comparison
    scale, contrast, words : DataFrame
        Of `scale_position`, `theme_contrast` and `keyness_by_source`.
    """
    number = len(comparison.groups)
    if number < 2:
        name = listed([str(g) for g in comparison.groups.index]) if number else "No source"
        return Finding(f"{name}: with one source there is nothing to compare.", headline=True)
    parts = (_scale_headline(scale), _theme_headline(contrast), _word_headline(words))
    if said := next(filter(None, parts), ""):
        return Finding(said, headline=True)
    return Finding(
        f"No difference between the {number} sources is larger than chance could make.",
        headline=True,
    )


def _scale_headline(scale: pd.DataFrame) -> str:
    ranked = scale.dropna(subset=["position"]) if len(scale) else scale
    if len(ranked) < 2:
        return ""
    by = ranked.attrs.get("by", "source")
    ranked = ranked.sort_values("position", ascending=False, kind="stable")
    near, far = (f"“{ranked[pole].iloc[0]}”" for pole in ("near", "far"))
    if not ranked["p_adjusted"].notna().any():
        rows = ranked.to_dict("records")
        return _described(rows[0], rows[-1], by, near, far)
    sure = ranked[ranked["p_adjusted"] < ALPHA]
    up = [str(g) for g, more in zip(sure[by], leans(sure, ranked)) if more]
    down = [str(g) for g, more in zip(sure[by], leans(sure, ranked)) if not more]
    ends = [(names, pole) for names, pole in ((up, near), (down, far)) if names]
    if not ends:
        return ""
    (names, pole), *other = ends
    said = f"{listed(names)} {_verb(names, 'lean')} more to {pole} than the rest"
    return f"{said}, {listed(other[0][0])} more to {other[0][1]}." if other else f"{said}."


def _described(first: dict, last: dict, by: str, near: str, far: str) -> str:
    """The two ends of an order that was not tested, each with its phrases."""

    def part(row: dict, side: str) -> str:
        total = row["positive"] + row["negative"]
        return f"{row[side]:,} of its {counted(total, 'phrase')}"

    said = f"“{near[1].upper()}{near[2:]} is strongest in {first[by]} ({part(first, 'positive')})"
    if last["negative"] > last["positive"]:
        return f"{said}, {far} in {last[by]} ({part(last, 'negative')})."
    return f"{said}, weakest in {last[by]} ({part(last, 'positive')})."


def leans(sure: pd.DataFrame, every: pd.DataFrame) -> list[bool]:
    """Whether each group has a larger share of the near pole's matches than all others together."""
    plus, minus = every["positive"].sum(), every["negative"].sum()
    return [
        row.positive * (minus - row.negative) > (plus - row.positive) * row.negative
        for row in sure.itertuples()
    ]


def _theme_headline(contrast: pd.DataFrame) -> str:
    if contrast.empty:
        return ""
    by = contrast.attrs.get("by", "source")
    tested = contrast["p_adjusted"].notna().any()
    if not tested:
        return ""
    own = contrast[contrast["distinctive"]]
    own = own.sort_values("p_adjusted", kind="stable").drop_duplicates(by).head(2)
    parts = [
        f"{row[by]} to “{row['theme']}” ({row['share']:.0%} of sentences, {row['rest_share']:.0%} "
        "elsewhere)"
        for row in own.to_dict("records")
    ]
    return f"More space than elsewhere is given by {'; by '.join(parts)}." if parts else ""


def _word_headline(words: pd.DataFrame) -> str:
    if words.empty:
        return ""
    by = words.attrs.get("by", "source")
    tested = words["p_adjusted"].notna().any()
    own = words[words["distinctive"]] if tested else words[words["direction"] > 0]
    parts = [
        f"{group} ({', '.join(quoted(rows, 2))})" for group, rows in own.groupby(by, sort=False)
    ][:NAMED]
    if not parts:
        return ""
    lead = "Distinctive vocabulary" if tested else "Most characteristic vocabulary"
    return f"{lead}: {', '.join(parts)}."


def certainty(
    comparison, *, scale: pd.DataFrame, words: pd.DataFrame, robust: pd.DataFrame | None = None
) -> Finding:
    """Say in two or three sentences how certain the headline is, and what it rests on.

    Parameters
    ----------
    comparison : Comparison
    scale, words : DataFrame
        As `headline` takes them.
    robust : DataFrame, optional
        Of `scale_robustness`.
    """
    sizes = comparison.groups["documents"]
    tables = [table for table in (scale, words) if len(table)]
    tested = any(table["p_adjusted"].notna().any() for table in tables)
    if not tested:
        each = "one article" if sizes.max() == 1 else "so few articles"
        what = (
            f"This is a description, not proof: with {each} from each source, no difference can be "
            "tested (that takes five articles from each)."
        )
    else:
        what = _tested(scale)
    found = [what]
    if len(scale.dropna(subset=["position"])) > 1 and robust is not None and len(robust):
        found.append(_same_order(scale_order(robust)))
    links = [("themes", "scale", "how positions are counted")] if len(scale) else []
    if len(words):
        links.append(("term_frequency", "keyness", "all words compared"))
    return Finding(" ".join(found), links=links)


def _tested(scale: pd.DataFrame) -> str:
    """How sure the differences are that the headline names, and who has none."""
    known = scale[scale["p_adjusted"].notna()] if len(scale) else scale
    sure = known["p_adjusted"] < ALPHA if len(known) else np.zeros(0, bool)
    if not sure.any():
        return (
            "A difference is named only if chance alone would make one as large in fewer than 5 of "
            "100 such corpora."
        )
    what = "a difference this large" if sure.sum() == 1 else "differences this large"
    by = scale.attrs.get("by", "source")
    names = [str(name) for name in known.loc[~sure, by]]
    said = f"Chance alone would make {what} in fewer than 5 of 100 such corpora."
    if 0 < len(names) <= MANY:
        said += f" {listed(names)} {_verb(names, 'lean')} to no side clearly more than the rest."
    return said


def _same_order(robust) -> str:
    """How far the order of the groups is the same by every method of counting."""
    ways = f"all {robust.methods} methods of counting"
    if robust.agreeing == robust.possible:
        return f"The order of the {len(robust.order)} sources is the same under {ways}."
    if len(robust.swapped) <= NAMED:
        pairs = listed([f"{one} and {other}" for one, other in robust.swapped])
        return f"The order of the sources is the same under {ways}, except between {pairs}."
    return (
        f"Under {ways}, {robust.agreeing} of {counted(robust.possible, 'pair')} of sources stay in "
        "the same order."
    )


# --- vocabulary


def word_findings(table: pd.DataFrame) -> list[Finding]:
    """Name the distinctive vocabulary of each source, or describe it where there is no test.

    Parameters
    ----------
    table : DataFrame
        As `keyness_by_source` returns it.
    """
    if table.empty:
        return []
    by = table.attrs.get("by", "source")
    tested = table["p_adjusted"].notna().any()
    found, none = [], []
    for group, own in table.groupby(by, sort=True):
        named = own[own["distinctive"]] if tested else own[own["direction"] > 0]
        if named.empty:
            none.append(str(group))
            continue
        told = [uses(row, named) for row in named.head(NAMED).to_dict("records")]
        more = f", and {len(named) - NAMED} more" if tested and len(named) > NAMED else ""
        links = [("term_frequency", "keyness", "table", str(group))]
        found.append(Finding(f"{listed(told)}{more}.", label=f"{group}:", links=links))
    found = found[:MANY]
    if none and tested:
        verb = "has" if len(none) == 1 else "have"
        found.append(Finding(f"{listed(none[:MANY])} {verb} no distinctive word."))
    return found


def uses(row: dict, table: pd.DataFrame) -> str:
    """A term with its uses here and in the rest: "“levee” (8 uses, 15 in the rest)"."""
    term = table.attrs.get("labels", {}).get(row["term"], row["term"])
    rest = row["reference_count"]
    there = f"{rest:,} in the rest" if rest else "none elsewhere"
    return f"“{term}” ({counted(row['count'], 'use')}, {there})"


def quoted(rows: pd.DataFrame, number: int) -> list[str]:
    """The first terms of a table as the corpus writes them, in quotation marks."""
    labels = rows.attrs.get("labels", {})
    return [f"“{labels.get(term, term)}”" for term in rows["term"].head(number)]


# --- what changed


def change_findings(previous, documents: pd.DataFrame, table: pd.DataFrame) -> list[Finding]:
    """Say what is new since the earlier run; nothing where there is none.

    Parameters
    ----------
    previous : Previous or None
        As `read_previous` returns it; one that cannot be read says why.
    documents, table : DataFrame
        Of `document_changes` and `changes`.
    """
    if previous is None:
        return []
    if not previous:
        why = f"The earlier run cannot be read, so nothing is compared: {previous.error}"
        return [Finding(why)]
    moment = f" of {_moment(previous.started)}" if previous.started else ""
    since = f"Since the run{moment}" if moment else "Since the earlier run"
    counts = documents["change"].value_counts() if len(documents) else {}
    verbs = {"added": "added", "changed": "changed", "gone": "removed", "renamed": "renamed"}
    parts = [
        f"{counted(counts[c], 'article')} {verb}{_where(documents[documents['change'] == c])}"
        for c, verb in verbs.items()
        if c in counts
    ]
    links = [("brief", "changes_documents", "articles")] if len(documents) else []
    found = [Finding(f"{since}: {listed(parts) if parts else 'no article is new'}.", links=links)]
    if table.empty:
        return found
    links, by = [("brief", "changes", "changes")], table.attrs.get("by", "source")
    tests, changed = int(table["tests"].max()), table[table["changed"]]
    if not tests:
        said = (
            "Too few articles are new to test whether anything changed; “Numbers before and now”, "
            "under More, describes what they add."
        )
        return [*found, Finding(said, links=links)]
    if changed.empty:
        said = f"None of {counted(tests, 'number')} changed more than chance alone explains."
        return [*found, Finding(said, links=links)]
    said = f"{len(changed)} of {counted(tests, 'number')} changed more than chance alone explains."
    found.append(Finding(said, links=links))
    for row in changed.head(NAMED).to_dict("records"):
        before, now = (f"{row[c]:.2f}".replace("-", "−") for c in ("before", "now"))
        what, p = f"{row['kind']} “{row['item']}”", row["p_adjusted"]
        text = f"{what} was {before} and is {now} (p = {p:.3f})."
        found.append(Finding(text, label=f"{row[by]}:"))
    return found


def _where(documents: pd.DataFrame) -> str:
    """Where articles are from, by number: " (2 Mail, 1 Star)"."""
    counts = documents["source"].value_counts() if "source" in documents else []
    parts = [f"{n:,} {name}" for name, n in counts.items()] if 0 < len(counts) <= MANY else []
    return f" ({', '.join(parts)})" if parts else ""


def _moment(started: str) -> str:
    time = datetime.datetime.fromisoformat(started)
    return f"{time.day} {time:%B %Y, %H:%M}"


# --- words and numbers


def article_names(documents: pd.DataFrame, doc_ids) -> list[str]:
    """Articles as a sentence names them: by title and source, by name without a title."""
    facts = documents.set_index("doc_id").loc[doc_ids]
    titles = facts["title"].fillna("") if "title" in facts else pd.Series("", facts.index)
    return [
        f"“{title}” ({source})" if title else str(doc_id)
        for doc_id, title, source in zip(facts.index, titles, facts["source"])
    ]


def listed(items: list[str], most: int = 0) -> str:
    """Items with commas between them and "and" before the last; of many, the first and how many.

    >>> listed(["Mail", "Star", "Post"]), listed(["Mail", "Star", "Post"], 1)
    ('Mail, Star and Post', 'Mail and 2 more')
    """
    more = f" and {len(items) - most:,} more" if 0 < most < len(items) else ""
    items = items[: most or None]
    said = items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
    return said + more


def _verb(names: list[str], verb: str) -> str:
    return verb if len(names) > 1 else f"{verb}s"
