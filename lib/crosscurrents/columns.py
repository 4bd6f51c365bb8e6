"""The one dictionary of columns: what the columns of result tables are called, and what they say.

It gives the headings of tables and their hover text, the glossary at the end of each page, and
docs/columns.md. CSV files keep the identifiers.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Column:
    """A column: the heading that people read, how its values are written, what it says.

    `form` is one of FORMS. `source` is where the measure comes from, if somebody introduced it.
    """

    label: str
    form: str
    meaning: str
    source: str = ""


FORMS = {
    "": "as it is: text, or a number rounded by the largest of its column",
    "share": "a share, in per cent",
    "signed": "a number with its sign",
    "p": "a p value, three decimals",
    "date": "a day, month or year",
    "path": "a name of the codebook, its parts after a colon",
}

_DUNNING, _HARDIE = "Dunning (1993)", "Hardie (2014)"
_MONROE, _GRIES = "Monroe, Colaresi & Quinn (2008)", "Gries (2008)"
_LIJFFIJT = "Lijffijt & Gries (2012)"
_WESTFALL, _LOWE = "Westfall & Young (1993)", "Lowe, Benoit, Mikhaylov & Laver (2011)"
_RYCHLY, _FLESCH = "Rychlý (2008)", "Flesch (1948)"

COLUMNS: dict[str, Column] = {
    # What a row is about
    "doc_id": Column("article", "", "Name of the article in the catalogue."),
    "source": Column("source", "", "Outlet or author whose articles are compared with the others."),
    "group": Column("group", "", "What is compared: the values of the chosen catalogue column."),
    "title": Column("title", "", "Title of the article."),
    "author": Column("author", "", "Who wrote it, where the article says so."),
    "outlet": Column("outlet", "", "Where it appeared."),
    "date": Column("date", "date", "When it appeared, as precisely as the article says."),
    "dates": Column("dates", "date", "First and last date of the source's articles."),
    "articles": Column("article", "", "Title, author, outlet and date; of several articles their "
                       "number and span."),
    "remarks": Column("look at", "", "What looks wrong with the article."),
    "covers_more": Column("covers more than the rest", "", "Theme whose share of sentences exceeds "
                          "that in the rest most, with both shares; after a test only one with p "
                          "below 0.05."),
    "distinctive_words": Column("words it uses more than the rest", "", "Distinctive vocabulary: "
                                "words used more than in the rest, with p below 0.05."),
    "characteristic_words": Column("words it uses more than the rest", "", "Words used more than "
                                   "in the rest, the first by log-odds z; not tested."),
    "example": Column("a sentence from it, matches marked", "",
                      "Sentence with matches of its pole or theme, one to be read by itself."),
    "genre": Column("kind of text", "", "News report, analysis, opinion and so on."),
    "language": Column("language", "", "Language of the article."),
    "inferred": Column("inferred", "", "Facts that are not from the catalogue, and the evidence."),
    "period": Column("period", "date", "Year, quarter or month."),
    "term": Column("term", "", "Word or phrase, written as the corpus writes it most often."),
    "theme": Column("theme", "path", "Theme of the codebook."),
    "other": Column("other theme", "", "The theme that occurs together with it."),
    "pattern": Column("pattern", "", "Entry of the codebook that found the passage."),
    "scale": Column("scale", "", "Scale of the codebook, between two poles."),
    "near": Column("positive pole", "", "Pole above zero."),
    "far": Column("negative pole", "", "Pole below zero."),
    "pole": Column("pole", "", "End of the scale that the phrase belongs to."),
    "lexicon": Column("lexicon", "", "List of words with a score for sentiment."),
    "method": Column("method of counting", "", "How phrases were counted and weighted."),
    "voice": Column("voice", "", "Own words of the article, or words in quotation marks."),
    "target": Column("towards", "", "Whom or what the sentences mention."),
    "topic": Column("topic", "", "Topic found without the codebook, by its strongest words."),
    "top_words": Column("strongest words", "", "Words with the largest weight in the topic."),
    "reference": Column("compared with", "", "What the source is compared with."),
    "kind": Column("kind", "", "Kind of number, of text left out, or of copy: exact, near, or "
                   "syndicated across sources."),
    "jaccard": Column("overlap", "share", "Runs of five words that both articles have, of all that "
                      "either has.", "Broder (1997)"),
    "copy_of": Column("copy of", "", "The earliest article with the same text."),
    "doubt": Column("doubt", "", "What the reader of the file was not sure about."),
    "item": Column("item", "", "Word, theme, lexicon or scale that the number belongs to."),
    "collocate": Column("collocate", "", "Word that occurs near the word in focus."),
    "node": Column("word", "", "Word in focus, as the text writes it."),
    "left": Column("before", "", "Words before it."),
    "right": Column("after", "", "Words after it."),
    "paragraph": Column("paragraph", "", "Number of the paragraph in the article."),
    "sentence": Column("sentence", "", "Number of the sentence in the article."),
    "text": Column("text", "", "The passage itself."),
    "passage": Column("passage", "", "The passage itself, with what was found in bold."),
    "file": Column("file", "", "File in the corpus folder."),
    "reason": Column("reason", "", "Why it was left out."),
    "line": Column("line", "", "Line of the file."),
    "unit": Column("interval over", "", "What the bootstrap resamples: documents, or paragraphs "
                   "within one article or a few, which say nothing about other articles."),
    # Sizes and frequencies
    "count": Column("uses", "", "Number of occurrences."),
    "words": Column("words", "", "All words of the source: the denominator of its rates."),
    "rate": Column("per 1,000 words", "", "Uses per 1,000 words, stop words included."),
    "documents": Column("articles", "", "Number of articles."),
    "docfreq": Column("in articles", "", "Number of articles that contain the term."),
    "sentences": Column("sentences", "", "Number of sentences."),
    "paragraphs": Column("paragraphs", "", "Number of paragraphs."),
    "quoted": Column("quoted", "share", "Share of words inside quotation marks."),
    "excluded": Column("left out", "", "Words that are not counted as prose."),
    "excluded_share": Column("left out", "share", "Share of all words that is not prose."),
    "share": Column("share", "share", "Share of the source's sentences; in tables of "
                    "voices and of topics, of its words."),
    "rest_share": Column("in the rest", "share", "The same share in all other sources together."),
    "of": Column("of sentences", "", "Number of sentences that the share refers to."),
    "rest_of": Column("of the rest's sentences", "", "Number of sentences of all other sources."),
    "word_share": Column("share of words", "share", "Share of words in sentences with the theme."),
    "times": Column("times", "", "Number of occurrences."),
    "most_space": Column("most space", "", "Themes with the largest share of its sentences."),
    "above_rest": Column("above the rest", "", "Themes with a larger share than in all other "
                         "sources together; that share in brackets."),
    "below_rest": Column("below the rest", "", "Themes with a smaller share than in all other "
                         "sources together; that share in brackets."),
    "patterns": Column("patterns", "", "What the codebook found in the sentence."),
    "matches": Column("matches", "", "Number of matches of the codebook's patterns."),
    "reference_count": Column("uses in the rest", "", "Occurrences in the sources compared with."),
    "reference_words": Column("words of the rest", "", "All words of the sources compared with."),
    "reference_rate": Column("per 1,000 in the rest", "", "Uses per 1,000 words of the rest."),
    "reference_docfreq": Column("in articles of the rest", "", "Articles of the rest with it."),
    "reference_documents": Column("articles of the rest", "", "Number of articles of the rest."),
    # Differences and how certain they are
    "low": Column("95% interval, low", "", "Lower end of the interval: the range in which the "
                  "number would lie in 95 of 100 samples of the same kind."),
    "high": Column("95% interval, high", "", "Upper end of the interval."),
    "interval": Column("95% interval", "", "Margin of error, by bootstrap: the range in which the "
                       "number would lie in 95 of 100 samples of the same kind.",
                       "Efron & Tibshirani (1993)"),
    "p": Column("p, one test", "p", "How often chance alone gives a difference as large, if this "
                "were the only test."),
    "p_adjusted": Column("p", "p", "How often chance alone gives a difference as large anywhere "
                         "among all tests (permutation of articles); missing where a side has "
                         "fewer than five articles.", _WESTFALL),
    "tests": Column("tests", "", "Number of tests that p is adjusted for."),
    "distinctive": Column("distinctive", "", "Used more than in the rest, with p below 0.05."),
    "changed": Column("changed", "", "Changed more than chance explains, with p below 0.05."),
    "direction": Column("direction", "signed", "+1: more than the rest, −1: less."),
    "g2": Column("G2", "", "Log-likelihood ratio: how surprising the counts would be if both "
                 "sides used the term equally often. A measure of order, not a test.", _DUNNING),
    "df": Column("degrees of freedom", "", "Number of sources less one."),
    "log_ratio": Column("log ratio", "signed", "Logarithm to the base 2 of how many times the "
                        "rate of the rest: +1 is twice, +2 four times, −1 half.", _HARDIE),
    "smoothed": Column("zero on one side", "", "One side never uses it: 0 is taken as 0.5 uses."),
    "log_odds_z": Column("log-odds z", "signed", "Weighted log-odds ratio over its standard error; "
                         "orders terms where there is no test.", _MONROE),
    "standout": Column("most in", "", "Source with the highest rate."),
    # Dispersion, vocabulary, collocation
    "range": Column("in parts", "", "Number of articles (or paragraphs) that contain the term."),
    "parts": Column("parts", "", "Number of articles, or of paragraphs of a single article."),
    "dp": Column("DP", "", "Deviation of proportions: 0 is evenly spread, near 1 is all in one "
                 "place.", _GRIES),
    "dpnorm": Column("DP, normalised", "", "DP divided by its largest possible value.", _LIJFFIJT),
    "mattr": Column("MATTR", "", "Share of different words among 100 successive words; higher is "
                    "richer.", "Covington & McFall (2010)"),
    "mtld": Column("MTLD", "", "Mean length of text over which vocabulary stays varied; higher is "
                   "richer.", "McCarthy & Jarvis (2010)"),
    "yule_k": Column("Yule's K", "", "How much words are repeated; lower is richer.",
                     "Yule (1944)"),
    "flesch_reading_ease": Column("reading ease", "", "Higher is easier; 60 is plain English. "
                                  "Of articles in English.",
                                  _FLESCH),
    "flesch_kincaid_grade": Column("school grade", "", "Years of school needed to read it. Of "
                                   "articles in English.",
                                   "Kincaid et al. (1975)"),
    "log_dice": Column("logDice", "", "How exclusively two words occur near each other; 14 is "
                       "always, one less is half as strongly.", _RYCHLY),
    "pmi": Column("PMI", "signed", "How many times more often than by chance two words occur "
                  "together, as a logarithm to the base 2.", "Church & Hanks (1990)"),
    "term_count": Column("uses in all", "", "Occurrences of the word anywhere in the source."),
    "node_count": Column("uses of the word", "", "Occurrences of the word in focus."),
    # Tone
    "mean": Column("tone", "signed", "Mean score of the sentences (VADER and Pattern: −1 to +1)."),
    "sd": Column("spread", "", "Standard deviation of the scores of the sentences."),
    "positive": Column("positive", "", "Sentences, or phrases, of the positive side."),
    "neutral": Column("neutral", "", "Sentences that score about zero."),
    "negative": Column("negative", "", "Sentences, or phrases, of the negative side."),
    "coverage": Column("words known", "share", "Share of the words that the lexicon knows."),
    "score": Column("score", "signed", "Score of the sentence (VADER and Pattern: −1 to +1)."),
    "contribution": Column("share of the score", "share", "Share of the word in all that moves the "
                           "scores of the source, up or down."),
    "value": Column("adds", "signed", "What the word adds to the score of its sentences."),
    "raised_by": Column("raised by", "", "Words that raise the scores most, with their share of "
                        "all that moves them; *: topic word."),
    "lowered_by": Column("lowered by", "", "Words that lower the scores most, with their share of "
                         "all that moves them; *: topic word."),
    "mean_without": Column("without these", "signed", "Mean score if these words did not count."),
    "rest_mean": Column("tone of the rest", "signed", "Mean score of all other sources together."),
    "without_topic_words": Column("without topic words", "", "Whether words that name the topic "
                                  "are left unscored."),
    "rank": Column("rank", "", "1 is the highest."),
    "tau": Column("tau", "", "Agreement of two orders: 1 is the same order, −1 the reverse.",
                  "Kendall (1938)"),
    # Themes, scale, changes
    "position": Column("position", "signed", "Logarithm of phrases of the positive over those of "
                       "the negative pole; 0 is balance.", _LOWE),
    "se": Column("standard error", "", "Standard error of the position."),
    "observed": Column("together", "", "Sentences with both themes."),
    "expected": Column("expected", "", "Sentences with both, if the themes were independent."),
    "lift": Column("times expected", "", "Observed over expected; 1 is independence."),
    "before": Column("before", "", "The number in the earlier run."),
    "now": Column("now", "", "The number in this run."),
    "change": Column("change", "signed", "Now less before."),
    "terms": Column("strongest words", "", "Words with the largest weight in the topic."),
    "coherence": Column("coherence", "", "How often the words of a topic share a paragraph: 0 as "
                        "by chance, 1 always.", "Aletras & Stevenson (2013)"),
    "stability": Column("stability", "", "How far the words of a topic are found again in samples "
                        "of the articles; 1 is always.", "Greene, O'Callaghan & Cunningham (2014)"),
    "weight": Column("weight", "", "Weight of the word in the topic."),
    "kappa": Column("Cohen's kappa", "", "Agreement beyond chance; 1 is perfect.", "Cohen (1960)"),
    "alpha": Column("Krippendorff's alpha", "", "Agreement beyond chance; 1 is perfect.",
                    "Krippendorff (2004)"),
    "percent": Column("agreement", "share", "Share of sentences coded alike."),
}  # fmt: skip


def label(name: str) -> str:
    """The heading of a column; of one that is not in the dictionary, its name in words.

    >>> label("docfreq"), label("press_group")
    ('in articles', 'press group')
    """
    return COLUMNS[name].label if name in COLUMNS else str(name).replace("_", " ").strip() or "–"


def hover(name: str) -> str:
    """What a column says, in one sentence, with its source; empty for an unknown one."""
    if name not in COLUMNS:
        return ""
    column = COLUMNS[name]
    return f"{column.meaning} {column.source}." if column.source else column.meaning


def describe(names: list[str]) -> pd.DataFrame:
    """A glossary of those of the columns that are in the dictionary: column, meaning, source.

    >>> describe(["dp", "press"])["meaning"].tolist()
    ['Deviation of proportions: 0 is evenly spread, near 1 is all in one place.']
    """
    known = [COLUMNS[name] for name in dict.fromkeys(names) if name in COLUMNS]
    rows = {column.label: (column.label, column.meaning, column.source) for column in known}
    return pd.DataFrame(list(rows.values()), columns=["column", "meaning", "from"])


def as_markdown() -> str:
    """The dictionary as a table in Markdown: docs/columns.md."""
    lines = [
        "# Columns", "",
        "What the columns of tables and CSV files say. Pages show the heading, CSV files the name.",
        "", "| name | heading | what it says | from |", "|---|---|---|---|",
    ]  # fmt: skip
    for name, column in COLUMNS.items():
        lines.append(f"| `{name}` | {column.label} | {column.meaning} | {column.source} |")
    return "\n".join([*lines, ""])


__all__ = ["COLUMNS", "FORMS", "Column", "as_markdown", "describe", "hover", "label"]
