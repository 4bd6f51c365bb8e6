"""Own voice and quoted voice: how much each is, how each sounds, and who is quoted."""

from __future__ import annotations

import pandas as pd

from crosscurrents.checks import check_whole
from crosscurrents.sentiment.means import sentiment
from crosscurrents.sentiment.rows import HALF, group_sizes
from crosscurrents.statistics.units import check_by, sized


def voice_share(measures, *, by: str = "source") -> pd.DataFrame:
    """Give how much of each group is quotation.

    Returns
    -------
    DataFrame
        `by`, documents, words, quoted_words, share (of the words), sentences, quoted_sentences (of
        which half the words or more are quoted); by group.  Reported speech without marks counts
        as own voice.
    """
    documents = check_by(measures.documents, by)
    names = documents.set_index("doc_id", drop=False)[by]
    rows = measures.sentences.assign(group=measures.sentences["doc_id"].map(names))
    rows = rows.assign(
        quoted_words=rows["quoted"] * rows["words"], quoted_sentences=rows["quoted"] >= HALF
    )
    sums = rows.groupby("group").agg(
        quoted_words=("quoted_words", "sum"),
        sentences=("words", "size"),
        quoted_sentences=("quoted_sentences", "sum"),
    )
    table = group_sizes(measures, by).join(sums).fillna(0.0)
    table["quoted_words"] = table["quoted_words"].round()
    table["share"] = table["quoted_words"] / table["words"].where(table["words"] > 0)
    counts = ["quoted_words", "sentences", "quoted_sentences"]
    table[counts] = table[counts].astype(int)
    columns = ["documents", "words", "quoted_words", "share", "sentences", "quoted_sentences"]
    return table.rename_axis(by)[columns].reset_index()


@sized
def sentiment_by_voice(measures, *, by: str = "source", lexicon: str = "vader", **options):
    """Give the mean sentence score of each group, own voice and quoted voice apart.

    Parameters
    ----------
    measures : Measures or Tone
    by, lexicon, options
        See `sentiment`.

    Returns
    -------
    DataFrame
        `by`, voice ("own", "quoted"), and the further columns of `sentiment`; by group.
    """
    tables = []
    for voice in ("own", "quoted"):
        table = sentiment(measures, by=by, lexicon=lexicon, voice=voice, **options)
        table.insert(1, "voice", voice)
        tables.append(table)
    table = pd.concat(tables, ignore_index=True).sort_values([by, "voice"], kind="stable")
    return table.reset_index(drop=True)


def quoted_speakers(tone, *, by: str = "source", top_n: int = 5) -> pd.DataFrame:
    """Give who is quoted in each group, where the text says so plainly beside the quotation.

    Parameters
    ----------
    tone : Tone
    by : str
        Column of `tone.documents`.
    top_n : int
        Speakers of each group, those with most words first.

    Returns
    -------
    DataFrame
        `by`, speaker, quotations, words, share (of the group's quoted words); the last row of a
        group, speaker "(not said plainly)", holds all other quotations whose speaker is not plain.
    """
    check_whole(top_n=top_n)
    columns = [by, "speaker", "quotations", "words", "share"]
    names = check_by(tone.documents, by).set_index("doc_id", drop=False)[by]
    rows = tone.quotations
    if rows.empty:
        return pd.DataFrame(columns=columns)
    rows = rows.assign(**{by: rows["doc_id"].map(names)}).dropna(subset=[by])
    table = rows.groupby([by, "speaker"], as_index=False).agg(
        quotations=("words", "size"), words=("words", "sum")
    )
    table["share"] = table["words"] / table.groupby(by)["words"].transform("sum").clip(lower=1)
    table["last"] = table["speaker"] == ""
    table = table.sort_values([by, "last", "words", "speaker"], ascending=[True, True, False, True])
    named = table[~table["last"]].groupby(by, sort=False).head(top_n)
    table = pd.concat([named, table[table["last"]]]).sort_values([by, "last"], kind="stable")
    table["speaker"] = table["speaker"].where(~table["last"], "(not said plainly)")
    return table[columns].reset_index(drop=True)
