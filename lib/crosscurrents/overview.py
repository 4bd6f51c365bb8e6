"""What a corpus holds, the sources side by side, cautions, and what a report was made from."""

from __future__ import annotations

import datetime
import re

import numpy as np
import pandas as pd

from crosscurrents.comparison import GROUP, Comparison, compared
from crosscurrents.corpus import Corpus
from crosscurrents.display import Markup
from crosscurrents.doubts import copies_findings, doubt_findings, doubts, language_findings
from crosscurrents.findings import quoted
from crosscurrents.frequency import term_frequency
from crosscurrents.lexicon import lexicon_hashes
from crosscurrents.measures import Measures
from crosscurrents.passages import concordance, evidence
from crosscurrents.plots import source_colours
from crosscurrents.significance import MIN_DOCUMENTS
from crosscurrents.writing import counted, escape, interval_name, listed

HEAVY = 0.4  # share of all words from which on one source weighs in every comparison with the rest
UNCOVERED = 0.5  # share of sentences without a theme that a reader should know of
CAUTIONS = 5  # that a page shows, of which ...
DOUBTS = 2  # are about articles that look wrong
GRAVE = ("no words", "broken encoding", "markup", "much excluded")
NAMED = 5  # articles that a sentence names


def corpus_findings(comparison: Comparison) -> list[str]:
    """Say what was left out and what looks wrong with the corpus, or that nothing does."""
    found = [f"Not read: {line}" for line in _left_out(comparison.corpus)]
    found += copies_findings(comparison)
    table = documents_table(plain_measures(comparison))
    marked = table[table["remarks"] != ""]
    if named := [f"{row.doc_id} ({row.remarks})" for row in marked.itertuples()]:
        found.append(f"Look at {listed(named, NAMED)}.")
    left = comparison.excluded["words"].sum()
    share = left / max(left + table["words"].sum(), 1)
    found.append(f"{share:.1%} of all words are not prose and are left out of every count.")
    return found


def plain_measures(comparison: Comparison) -> Measures:
    """The Measures of a comparison, also where it is one of a Tone."""
    return getattr(comparison.measures, "measures", comparison.measures)


def documents_table(measures: Measures) -> pd.DataFrame:
    """List the documents with their main facts and sizes, and what looks wrong with them.

    Returns
    -------
    DataFrame
        A row a document: doc_id, source, title, author, date, genre, words, sentences, quoted
        (share of words that are quotation), excluded_share (share of all words that is not prose),
        remarks, inferred (what the document does not say itself, as the catalogue has it).
    """
    documents = measures.documents
    words = documents["words"]
    left = documents["doc_id"].map(measures.excluded.groupby("doc_id")["words"].sum())
    left = left.fillna(0).astype(int)
    facts = [c for c in ("doc_id", "source", "title", "author", "date", "genre") if c in documents]
    table = documents[facts].assign(
        words=words,
        sentences=documents["sentences"],
        quoted=documents["quoted_words"] / words.clip(lower=1),
        excluded_share=left / (words + left).clip(lower=1),
    )
    known = doubts(measures).groupby("doc_id", sort=False)["detail"].agg("; ".join)
    remarks = table["doc_id"].map(known).astype(object).fillna("")
    undated = table["date"] == ""
    remarks = remarks.where(~undated, remarks + "; no date").str.removeprefix("; ")
    return table.assign(remarks=remarks, inferred=documents.get("inferred", ""))


@compared
def source_sizes(comparison: Comparison) -> pd.DataFrame:
    """Count the documents, words and sentences of each group, those with most words first."""
    table = comparison.groups.reset_index()
    return table.sort_values(["words", GROUP], ascending=[False, True], ignore_index=True)


@compared
def excluded_shares(comparison: Comparison) -> pd.DataFrame:
    """Give the words that cleaning left out, by group and reason, as a share of all words.

    Returns
    -------
    DataFrame
        group, reason, words, excluded_share; the groups and, in each of them, the reasons with most
        words first. Marks and escapes are single signs within the prose and hold no words.
    """
    rows = comparison.excluded.assign(group=comparison.excluded["doc_id"].map(comparison.group_of))
    rows = rows[rows["words"] > 0].dropna(subset=[GROUP])
    if rows.empty:
        return pd.DataFrame(columns=[GROUP, "reason", "words", "excluded_share"])
    counts = rows.pivot_table(
        index="reason", columns=GROUP, values="words", aggfunc="sum", fill_value=0
    ).reindex(columns=comparison.by_size, fill_value=0)
    counts = counts.loc[counts.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    table = counts.reset_index().melt("reason", var_name=GROUP, value_name="words")
    every = table[GROUP].map(comparison.groups["words"] + counts.sum())
    table = table.assign(words=table["words"].astype(int), excluded_share=table["words"] / every)
    return table[[GROUP, "reason", "words", "excluded_share"]]


def excluded_lines(measures: Measures, corpus: Corpus) -> pd.DataFrame:
    """List what cleaning left out line by line, with the text where a document is available.

    Returns
    -------
    DataFrame
        doc_id, line, reason, words, text; in the order of the documents. Single signs (marks,
        escapes) are not listed.
    """
    lines = measures.excluded[measures.excluded["words"] > 0]
    known = {(r.doc_id, r.line, r.reason, r.words): r.text for r in corpus.excluded.itertuples()}
    keys = zip(*(lines[c] for c in ("doc_id", "line", "reason", "words")))
    return lines.assign(text=[known.get(key, "") for key in keys]).reset_index(drop=True)


def focus_term(comparison: Comparison, rates: pd.DataFrame, *, term: str = "") -> str:
    """The word to look at more closely: one that most groups use, and all of them often.

    Words of the codebook come first, since they belong to the question. A `term` that is given is
    the answer, as it is counted.

    Parameters
    ----------
    comparison : Comparison
    rates : DataFrame
        As `term_frequency` returns it, with stop words hidden; empty for an empty one.
    """
    if term:
        return comparison.counted_as(term)
    used = rates[rates["rate"] > 0]
    if used.empty:
        return ""
    named = used[used["term"].isin(set(comparison.themes["pattern"]))]
    used = named if len(named) else used
    by = rates.attrs.get("by", comparison.by)
    spread = used.groupby("term").agg(groups=(by, "nunique"), least=("rate", "min")).reset_index()
    spread = spread.sort_values(["groups", "least", "term"], ascending=[False, False, True])
    return str(spread["term"].iloc[0])


def typical_words(table: pd.DataFrame) -> pd.DataFrame:
    """The terms of a `keyness_by_source` table that each group uses more than the rest, in turn.

    The first term of every group comes first, then the second of every group, and so on.

    Examples
    --------
    >>> rows = [("Mail", "dam", 1), ("Mail", "weir", 1), ("Star", "dam", -1), ("Star", "rain", 1)]
    >>> table = pd.DataFrame(rows, columns=["source", "term", "direction"])
    >>> typical_words(table)["term"].tolist()
    ['dam', 'rain', 'weir']
    """
    more = table[table["direction"] > 0]
    turn = more.groupby(table.attrs.get("by", "source")).cumcount()
    found = more.loc[turn.sort_values(kind="stable").index].reset_index(drop=True)
    found.attrs = dict(table.attrs)
    return found


def with_dispersion(rates: pd.DataFrame, spread: pd.DataFrame) -> pd.DataFrame:
    """A table of `term_frequency` with range, parts and dp of `dispersion`, most uses first."""
    by = rates.attrs.get("by", rates.columns[0])
    columns = [by, "term", "range", "parts", "dp"]
    table = rates.merge(spread[columns], on=[by, "term"], how="inner")
    table = table.sort_values(["count", "term"], ascending=[False, True], ignore_index=True)
    table.attrs = dict(rates.attrs)
    return table


def key_passages(
    comparison: Comparison, table: pd.DataFrame, *, terms: int = 3, lines: int = 3
) -> pd.DataFrame:
    """Show the first terms that each group uses more than the rest, in their surroundings.

    Parameters
    ----------
    comparison : Comparison
        With its corpus; without texts there are no rows.
    table : DataFrame
        As `keyness_by_source` returns it.
    terms, lines : int
        Terms a group, and lines a term, in text order.

    Returns
    -------
    DataFrame
        The group, term, left, node, right, doc_id, paragraph.
    """
    by = table.attrs.get("by", comparison.by)
    columns = [by, "term", "left", "node", "right", "doc_id", "paragraph"]
    found = []
    if comparison.corpus is not None and len(table):
        for group, own in table[table["direction"] > 0].groupby(by, sort=True):
            found += [_lines(comparison, group, term, lines) for term in own["term"].head(terms)]
    found = [part.rename(columns={GROUP: by})[columns] for part in found if len(part)]
    rows = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)
    rows.attrs = {
        name: table.attrs[name] for name in ("by", "groups", "labels") if name in table.attrs
    }
    return rows


def _lines(comparison: Comparison, group, term: str, lines: int) -> pd.DataFrame:
    own = comparison.group_of[comparison.group_of == group].index
    sources = comparison.documents.loc[comparison.documents["doc_id"].isin(own), "source"].unique()
    forms = comparison.forms_of(term)
    hits = concordance(comparison, [f"={form}" for form in forms], sources=sorted(sources))
    hits = hits if len(hits) else concordance(comparison, forms, sources=sorted(sources))
    hits = hits[hits["doc_id"].isin(own)].head(lines)
    return hits.drop(columns="source").assign(term=term, **{GROUP: group})


# --- cautions and provenance


def cautions(comparison: Comparison) -> list[str]:
    """Say what to be careful about before quoting a report, the gravest first; at most five.

    Returns
    -------
    list of str
        A sentence each on: files left out; copies; articles in a language that the lexicons or the
        codebook do not know; articles that look wrong (see `doubts`); sources of few articles; a
        source that outweighs the rest; texts that are not available; sentences without a theme, or
        no codebook; and that words are counted, not meanings.
    """
    corpus = comparison.corpus
    found = [f"Left out: {line}" for line in _left_out(corpus)]
    found += copies_findings(comparison)
    found += language_findings(comparison)
    found += doubt_findings(plain_measures(comparison), kinds=GRAVE)[:DOUBTS]
    found += [*_few(comparison), *_weight(comparison)]
    unavailable = _unavailable(comparison, corpus) if corpus is not None else []
    found += [*unavailable, *_uncovered(comparison)]
    where = "in the original article" if unavailable else "behind a number"
    counts = f"Words are counted, not meanings: read the passages {where} before quoting them."
    return [*found[: CAUTIONS - 1], counts]


def _left_out(corpus: Corpus | None) -> list[str]:
    if corpus is None or not len(corpus.rejected):
        return []
    lines = [line.rstrip(".") for line in corpus.left_out()]
    more = [f"and {counted(len(lines) - 2, 'further kind')} of files"] if len(lines) > 2 else []
    return ["; ".join([*lines[:2], *more]) + " (listed on the corpus page)."]


def _few(comparison: Comparison) -> list[str]:
    sizes = comparison.groups["documents"]
    few = sizes[sizes < MIN_DOCUMENTS]
    if few.empty:
        return []
    if len(few) == len(sizes):
        each = "is a single article" if (sizes == 1).all() else "has fewer than five articles"
        return [
            f"Each {comparison.by} {each}: the numbers describe these articles and say nothing "
            "about what the outlets or authors write elsewhere."
        ]
    names = listed([str(name) for name in few.index], 3)
    return [f"Fewer than five articles, so not tested: {names}."]


def _weight(comparison: Comparison) -> list[str]:
    words = comparison.groups["words"]
    share = words / max(words.sum(), 1)
    if len(share) < 3 or share.max() < HEAVY:
        return []
    return [
        f"{share.idxmax()} holds {share.max():.0%} of all words, so for the other sources “the "
        "rest” is mostly this one; compare rates and shares, not counts."
    ]


def _unavailable(comparison: Comparison, corpus: Corpus) -> list[str]:
    chosen = corpus.documents["doc_id"].isin(comparison.documents["doc_id"])
    absent = int((chosen & ~corpus.documents["at_hand"]).sum())
    if not absent:
        return []
    return [
        f"The texts of {absent:,} of {counted(len(comparison.documents), 'article')} are not "
        "available: numbers come from stored measures, and passages are named by place only."
    ]


def _uncovered(comparison: Comparison) -> list[str]:
    names = comparison.record["codebook"]["themes"]
    if not names:
        return ["There is no codebook, so themes and positions are not compared."]
    coded = comparison.coded.group_of.dropna().index  # in a language that the codebook is in
    sentences, hits = (
        table[table["doc_id"].isin(coded)] for table in (comparison.sentences, comparison.themes)
    )
    hits = hits[hits["theme"].isin(names)]
    none = 1 - len(hits[["doc_id", "sentence"]].drop_duplicates()) / max(len(sentences), 1)
    if not len(sentences) or none < UNCOVERED:
        return []
    number = counted(len(sentences), "sentence")
    return [f"{none:.0%} of the {number} match no theme: what themes say concerns the others."]


def provenance(measures) -> pd.DataFrame:
    """Say what the numbers of a notebook were made from, as a table: made_from, which.

    `measures` are a Comparison, which also says its options, or Measures or a Tone.
    """
    comparison = measures if isinstance(measures, Comparison) else Comparison(measures)
    record, documents = plain_measures(comparison).record, comparison.documents
    book, dates = record["codebook"], sorted(d for d in documents["date"] if d)
    span = " to ".join(dict.fromkeys([dates[0], dates[-1]])) if dates else ""
    undated = f"{len(documents) - len(dates):,} undated" if len(dates) < len(documents) else ""
    span = ", ".join(filter(None, [span, undated]))
    lexicons = {**lexicon_hashes(), **record["lexicons"]}
    subs = sum("/" in name for name in book["themes"])
    parts = {"theme": len(book["themes"]) - subs, "sub-theme": subs, "scale": len(book["scales"])}
    themes = ", ".join(counted(n, noun) for noun, n in parts.items() if n or noun == "theme")
    version = record.get("version", record.get("code", ""))
    options = (
        f"{comparison.level:.0%} intervals, {comparison.resamples:,} resamples, "
        f"seed {comparison.seed}, words {comparison.forms}"
    )
    rows = [
        ("articles", f"{len(documents):,}, compared by {comparison.by}, {span}"),
        ("words", f"{documents['words'].sum():,}"),
        ("options", options),
        ("library", f"crosscurrents {record['library']}, version of measures {str(version)[:12]}"),
        ("codebook", f"{themes}, sha256 {book['sha256'][:12]}"),
        *((f"lexicon {name}", f"sha256 {sha[:12]}") for name, sha in lexicons.items()),
        ("chronology", "counted as prose" if record["chronology"] else "left out"),
    ]
    return pd.DataFrame(rows, columns=["made_from", "which"])


THEMES = 2  # that exceed the rest, and are named of a source
WORDS = 4  # of its vocabulary that are named of a source
TOGETHER = 0.75  # share of two words' uses that stand side by side: then they are one phrase
SOURCES = 12  # rows of the page: the sources with most words; the CSV file has all
# Words of the sentence that speaks for a source, where there is one of this length.
SHORTEST, LONGEST = 12, 32
CANDIDATES = 12  # passages of a theme among which it is chosen
FACTS = ("author", "outlet", "date")  # of a single article
# What a sentence begins with that only makes sense behind another one.
DEPENDENT = re.compile(
    r"[\"“‘«(]*(?:it|they|he|she|this|that|these|those|one|such|both|but|and|yet|so|still|then|also"
    r"|instead|however|moreover|in addition|the (?:former|latter|same))\b",
    re.I,
)
WIDTH, HEIGHT = 160, 26  # of the drawing of a position, in pixels


# --- the opening page: sources side by side


def side_by_side(
    comparison: Comparison,
    *,
    scale: pd.DataFrame,
    contrast: pd.DataFrame,
    words: pd.DataFrame,
) -> pd.DataFrame:
    """Put the main facts of each source side by side.

    Parameters
    ----------
    comparison : Comparison
        With its corpus, for the sentences.
    scale, contrast, words : DataFrame
        Of `scale_position`, `theme_contrast` and `keyness_by_source`.

    Returns
    -------
    DataFrame
        A row a group, from the near pole on, else those with most words first: the group, shown
        with its articles and words; articles (title, author, outlet and date of a single one, else
        number and span), words; position (with low and high in the text), covers_more (the theme
        that exceeds its share of the rest most, with both shares of sentences; of a group that
        could be tested only one with p below 0.05), distinctive_words
        or, without a test, characteristic_words, and example (its
        sentence with most matches of its pole or theme), each as far as there are any.
        `attrs["headings"]` names the poles.
    """
    by, groups = comparison.by, _order(comparison, scale)
    if comparison.groups.empty:
        return pd.DataFrame(columns=[by, "articles", "words"])
    documents = dict(iter(comparison.grouped.groupby(GROUP)))
    words_of = comparison.groups["words"]
    articles = [_articles(documents[g]) for g in groups]
    names = [_name(g, parts, words_of[g]) for g, parts in zip(groups, articles)]
    table = pd.DataFrame({by: pd.Series(names, dtype=object)})
    table["articles"] = [", ".join(filter(None, parts)) for parts in articles]
    table["words"] = words_of.reindex(groups).to_numpy()
    headings = {}
    if len(scale):
        table["position"] = pd.Series(_positions(scale, groups), dtype=object)
        ends = f"← {scale['far'].iloc[0]}", f"{scale['near'].iloc[0]} →"
        headings["position"] = " | ".join(end.replace(" ", "\N{NO-BREAK SPACE}") for end in ends)
    main = _main_themes(contrast)
    if main:
        table["covers_more"] = [main[g][1] if g in main else "" for g in groups]
    if len(words):
        tested = words["p_adjusted"].notna().any()
        named = words[words["distinctive"]] if tested else words[words["direction"] > 0]
        own = _vocabulary(comparison, named)
        name = "distinctive_words" if tested else "characteristic_words"
        table[name] = [own.get(g, "none" if tested else "") for g in groups]
    poles = _poles(scale)
    sentences = _sentences(comparison, {g: poles.get(g) or main.get(g, ("",))[0] for g in groups})
    if any(sentences.values()):
        table["example"] = pd.Series([sentences.get(g, "") for g in groups], dtype=object)
    table.attrs = {"by": by, "groups": groups, "headings": headings}
    if len(groups) > SOURCES:
        table.attrs["note"] = "most words first"
    return table


def _vocabulary(comparison: Comparison, named: pd.DataFrame) -> dict:
    """The first words of each group, two that mostly stand together as one phrase ("Big Dig")."""
    pairs = term_frequency(comparison, n=2, intervals=False)
    found = {}
    for group, rows in named.groupby(_by(named)):
        rows = rows.head(WORDS + 2)
        counts = dict(zip(rows["term"], rows["count"]))
        own = pairs[pairs[_by(pairs)] == group]
        for term, count in zip(own["term"], own["count"]):
            one, other = term.split(" ")
            least = min(counts.get(one, 0), counts.get(other, 0))
            if least and count >= TOGETHER * max(counts[one], counts[other]):
                rows = rows[rows["term"] != other]
                rows = rows.assign(term=rows["term"].replace(one, term))
        rows.attrs["labels"] = {term: comparison.label(term) for term in rows["term"]}
        found[group] = ", ".join(quoted(rows, WORDS))
    return found


def position_note(scale: pd.DataFrame) -> str:
    """How to read the drawing of positions; empty without a scale."""
    if scale.empty:
        return ""
    near, far = scale["near"].iloc[0], scale["far"].iloc[0]
    within = scale["unit"].astype(str).str.startswith("within").all()
    of = " (for these articles only)" if within else ""
    return (
        f"Dot: position between “{far}” (left) and “{near}” (right); coloured line: "
        f"{interval_name(scale)}{of}; upright line: as many phrases of one as of the other."
    )


def _by(table: pd.DataFrame) -> str:
    return table.attrs.get("by", "source")


def _articles(documents: pd.DataFrame) -> tuple[str, str]:
    """Title, and author, outlet and date, of a single article; number and span of several."""
    dates = sorted(d for d in documents["date"].astype(str) if d)
    if len(documents) > 1:
        ends = dict.fromkeys(plain_date(d[:7]) for d in [*dates[:1], *dates[-1:]])
        undated = f", {len(documents) - len(dates)} undated" if len(dates) < len(documents) else ""
        return " to ".join(ends), counted(len(documents), "article") + undated
    own = str(documents[GROUP].iloc[0])
    facts = [str(documents[name].iloc[0] or "") for name in FACTS if name in documents]
    facts[-1:] = [plain_date(facts[-1])] if facts else []
    rest = ", ".join(fact for fact in facts if fact and fact != own)
    return str(documents["title"].iloc[0] or "") if "title" in documents else "", rest


def plain_date(date: str) -> str:
    """An ISO date as people write it.

    >>> plain_date("2019-01-09"), plain_date("2016-09"), plain_date("2015")
    ('9 January 2019', 'September 2016', '2015')
    """
    if not re.fullmatch(r"\d{4}-\d{2}(?:-\d{2})?", date):
        return date
    day = datetime.date.fromisoformat(date if len(date) == 10 else f"{date}-01")
    return f"{day.day} {day:%B %Y}" if len(date) == 10 else f"{day:%B %Y}"


def _order(comparison: Comparison, scale: pd.DataFrame) -> list:
    """The groups from the near pole on, those without a position behind; else by their words."""
    known = scale.dropna(subset=["position"]) if len(scale) else scale
    if known.empty or len(comparison.by_size) > SOURCES:
        return comparison.by_size
    ranked = known.sort_values("position", ascending=False, kind="stable")[_by(scale)].tolist()
    return [*ranked, *(g for g in comparison.by_size if g not in ranked)]


def _name(group: object, articles: tuple[str, str], words: int) -> Markup:
    """The name of a group, and in small letters its articles and words."""
    title, rest = articles
    size = counted(int(words), "word").replace(" ", "\N{NO-BREAK SPACE}")
    facts = [escape(part) for part in (title, ", ".join(filter(None, [rest, size]))) if part]
    markup = f"<strong>{escape(group)}</strong><br><small>{'<br>'.join(facts)}</small>"
    return Markup(str(group), markup)


def _main_themes(contrast: pd.DataFrame) -> dict:
    """The theme of each group that exceeds its share in the rest most, and what the table says.

    Of a group that could be tested it is named only if the test says so; else the largest theme is.
    """
    found = {}
    order = contrast[contrast["share"] > 0].assign(more=lambda t: t["share"] - t["rest_share"])
    order = order.sort_values(["more", "theme"], ascending=[False, True])
    for group, own in order.groupby(_by(contrast)):
        tested = own["p_adjusted"].notna().any()
        named = own[own["distinctive"]].head(THEMES) if tested else own[own["more"] > 0].head(1)
        said = [
            f"{row['theme']} ({row['share']:.0%}; {row['rest_share']:.0%} in the rest)"
            for row in named.to_dict("records")
        ]
        largest = own.loc[own["share"].idxmax()]
        none = f"none clearly (its largest: {largest['theme']}, {largest['share']:.0%})"
        first = named.iloc[0] if len(named) else largest
        found[group] = first["theme"], ", ".join(said) or none
    return found


def _poles(scale: pd.DataFrame) -> dict:
    """The pole of which each group has more matches, as the codebook names it."""
    return {
        row[_by(scale)]: f"{row['scale']}/{row['near' if row['position'] >= 0 else 'far']}"
        for row in scale.to_dict("records")
        if np.isfinite(row["position"])
    }


def _sentences(comparison: Comparison, themes: dict) -> dict:
    """For each group one sentence with most matches of its theme, a short one where there is."""
    if comparison.corpus is None:
        return {}
    found = {}
    for theme in sorted({t for t in themes.values() if t}):
        passages = evidence(comparison, theme=theme, top_n=CANDIDATES)
        if "passage" not in passages:
            return {}
        passages = passages[passages["passage"].astype(str) != ""]
        passages = passages.assign(
            other=~passages["words"].between(SHORTEST, LONGEST),
            dependent=[bool(DEPENDENT.match(str(text))) for text in passages["passage"]],
        )
        passages = passages.sort_values(["other", "dependent"], kind="stable")
        passages = passages.drop_duplicates(_by(passages))
        for group, text in zip(passages[_by(passages)], passages["passage"]):
            if themes.get(group) == theme:
                found[group] = text
    return found


# --- the drawing of a position


def _positions(scale: pd.DataFrame, groups: list) -> list[Markup]:
    """A dot and an interval for each group on one axis, which marks zero."""
    rows = {row[_by(scale)]: row for row in scale.to_dict("records")}
    ends = np.abs(scale[["position", "low", "high"]].to_numpy(float))
    reach = np.nanmax(ends, initial=0.5) * 1.05
    colours = source_colours(scale.attrs.get("groups", groups))
    return [
        _drawing(rows.get(group), reach, colours.get(group, "currentColor")) for group in groups
    ]


def _drawing(row: dict | None, reach: float, colour: str) -> Markup:
    if row is None or not np.isfinite(row["position"]):
        return Markup("–", "–")
    text = f"{row['position']:+.2f}".replace("-", "−")
    ends = f"{row['low']:+.2f} to {row['high']:+.2f}".replace("-", "−")
    known = np.isfinite([row["low"], row["high"]]).all()
    text = f"{text} ({ends})" if known else text
    counts = f"{row['positive']:,} {row['near']}, {row['negative']:,} {row['far']}"
    x, low, high = (WIDTH / 2 * (1 + row[k] / reach) for k in ("position", "low", "high"))
    middle = HEIGHT / 2
    line = (
        f'<path d="M{low:.1f} {middle}H{high:.1f}" stroke="{colour}" stroke-width="2"/>'
        if known
        else ""
    )
    markup = (
        f'<svg class="cc-mark" role="img" aria-label="{escape(text)}" width="{WIDTH}" '
        f'height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"><path d="M0 {middle}H{WIDTH}" '
        f'stroke="currentColor" stroke-opacity=".2"/><path d="M{WIDTH / 2} 2V{HEIGHT - 2}" '
        f'stroke="currentColor" stroke-opacity=".6"/>{line}'
        f'<circle cx="{x:.1f}" cy="{middle}" r="5" fill="{colour}"/></svg>'
        f"<small>{escape(counts)}</small>"
    )
    return Markup(text, markup)
