"""An option has one name and one default wherever it is taken; mistakes are answered by advice."""

from __future__ import annotations

import inspect
import re
from collections import defaultdict

import pandas as pd
import pytest

import crosscurrents as cc

BOOK = """
themes: {wet: [rain*], cold: [snow*]}
scales: {mood: {poles: {warm: [sun], cold: [ice]}}}
"""
# Options that say how much of a result is wanted: a good number differs from table to table.
SIZES = {"top_n", "min_count", "most"}
# Given by position where they are what the function is about, and options elsewhere.
SUBJECTS = {
    "target", "reference", "scale", "shares", "words", "theme", "pattern", "places", "path",
    "corpus", "term", "documents",
}  # fmt: skip
# Two words that mean something else elsewhere: words in a term, and the order on a scale.
OTHERS = {("offer_coding_form", "n"), ("concordance", "order")}
# Of a bare statistic, which has no Comparison to take them from.
BARE = {
    "agreement", "bootstrap_log_ratio", "bootstrap_ratio", "coder_agreement", "offer_coding_form",
}  # fmt: skip


def options() -> dict[str, dict[str, inspect.Parameter]]:
    """The options of every public function: name of the option -> function -> parameter."""
    found: dict = defaultdict(dict)
    for name in cc.__all__:
        function = getattr(cc, name)
        if inspect.isfunction(function):
            for parameter in inspect.signature(function).parameters.values():
                if (name, parameter.name) not in OTHERS:
                    found[parameter.name][name] = parameter
    return found


OPTIONS = options()


@pytest.mark.parametrize("option", sorted(OPTIONS))
def test_an_option_has_one_default(option):
    given = {
        function: parameter.default
        for function, parameter in OPTIONS[option].items()
        if parameter.default is not inspect.Parameter.empty and option not in SIZES
    }
    plain = {default for function, default in given.items() if function not in BARE}
    plain = {None if default == "" else default for default in plain}  # "" is none in a notebook
    assert len(plain) <= 1, given
    assert len({default for function, default in given.items() if function in BARE}) <= 1


@pytest.mark.parametrize("option", sorted(set(OPTIONS) - SUBJECTS))
def test_an_option_is_given_by_name_everywhere_or_nowhere(option):
    kinds = {function: p.kind is p.KEYWORD_ONLY for function, p in OPTIONS[option].items()}
    assert len(set(kinds.values())) == 1, kinds


@pytest.fixture(scope="module")
def space(book) -> dict:
    """What the mistakes below are made with."""
    texts = {"source": ["Mail", "Star"], "date": ["2016-05", ""]}
    corpus = cc.read_corpus(pd.DataFrame({**texts, "text": ["It rained.", "It snowed."]}))
    measures = cc.measure(corpus, codebook=book, cache=False)
    tone = cc.measure_tone(corpus, measures)
    return {"cc": cc, "corpus": corpus, "measures": measures, "tone": tone}


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        ("cc.concordance(measures, 'rain')", "give the corpus"),
        ("cc.collocates(measures, 'rain')", "give the corpus"),
        ("cc.sentiment(measures, by='month')", "sentiment(comparison, period='month')"),
        ("cc.keyness(measures)", "name a target, one of ['Mail', 'Star']; keyness_by_source"),
        ("cc.keyness(measures, target='Mai')", "choose from ['Mail', 'Star']"),
        ("cc.keyness(corpus, target='Mail')", "measure it first: cc.measure(corpus)"),
        ("cc.Comparison(corpus)", "measure it first: cc.measure(corpus)"),
        ("cc.term_frequency('folder')", "begin with cc.measure(cc.read_corpus(FOLDER))"),
        ("cc.measure('folder')", "read it first: cc.read_corpus(FOLDER)"),
        ("cc.measure(corpus.documents)", "read it first: cc.read_corpus(FOLDER)"),
        ("measures.select(sources='Mail')", "write ['Mail']"),
        ("cc.term_frequency(measures, top=5)", "term_frequency got an unexpected keyword argument"),
        ("cc.sentiment(measures, lexicon='afin')", "cc.measure_tone(corpus, measures)"),
        ("cc.sentiment_drivers(measures)", "cc.measure_tone(corpus, measures)"),
        ("cc.concordance(corpus, 'rain|snow')", "write each alternative"),
        ("cc.keynes", "did you mean cc.keyness?"),
        # groups, periods and what is chosen
        ("cc.Comparison(measures, by='outlet')", "by 'outlet' is no column of the documents; choo"),
        ("cc.Comparison(measures, by='genre')", "by 'genre' is empty in all documents; choose"),
        ("cc.Comparison(measures, level=2)", "level 2 is not between"),
        ("cc.Comparison(measures, bye='source')", "options ['bye'] are not known"),
        ("cc.Comparison(measures, forms='lemmas')", "'lemmas' is not known; choose from ['as writ"),
        ("cc.Comparison(measures).check_group('target', 'Z')", "'Z' is no source of the corpus; c"),
        ("cc.sentiment(tone, period='week')", "period 'week' is not known; choose from"),
        ("cc.term_frequency(measures, term='wet', period='week')", "period 'week' is not known"),
        ("cc.theme_share(measures, period='week')", "period 'week' is not known; choose from"),
        ("measures.select(sources=['Globe'])", "'Globe' is not in the corpus; choose from ['Mail'"),
        ("measures.select(since='May')", "since 'May' is not a date; write YYYY, YYYY-MM or YYYY-"),
        ("measures.select(until='2016-13')", "until '2016-13' is not a date"),
        ("measures.select(since='2017', until='2016')", "until '2016' lies before since '2017'"),
        ("measures.select(since='2020')", "no document is left"),
        ("measures.select(sources=['Star'], since='2016')", "no document is left"),
        (
            "cc.choose_copies(measures, corpus, 'last')",
            "'last' is not known; choose from",
        ),
        ("corpus.text('x')", "doc_id 'x' is not in the corpus; choose from ['"),
        # words
        ("cc.term_frequency(measures, n=0)", "n 0 is not a length of terms; choose from [1, 2, 3]"),
        ("cc.term_frequency(measures, n=4)", "n 4 is not"),
        ("cc.term_frequency(measures, min_count=-1)", "min_count -1"),
        ("cc.term_frequency(measures, top_n=0)", "top_n 0"),
        ("cc.term_frequency(measures, top_n=2.5)", "top_n 2.5 is not a whole number"),
        ("cc.term_frequency(measures, term='–')", "term '–' holds no word"),
        ("cc.keyness(measures, target='Mail', reference='Globe')", "reference 'Globe' is no sourc"),
        ("cc.keyness(measures, target='Mail', reference='')", "reference '' is no source of the c"),
        ("cc.keyness(measures, target='Mail', reference='Mail')", "reference 'Mail' is the target"),
        ("cc.keyness(measures.select(sources=['Mail']), target='Mail')", "nothing to be compared "),
        ("cc.keyness(measures, target='Mail', n=0)", "n 0 is not a length"),
        ("cc.keyness(measures, target='Mail', min_count=0)", "min_count 0"),
        ("cc.log_likelihood(5, 1, 3, 10)", "target holds counts above target_words"),
        ("cc.log_likelihood(1, 1, 3, 10, variant='g2')", "variant 'g2' is not known; choose"),
        ("cc.log_ratio(1, -1, 3, 10)", "reference holds negative counts"),
        ("cc.log_ratio(1, 1, 3, 10, smoothing='none')", "smoothing 'none'"),
        ("cc.log_odds_z(1, 1, 3, 10, prior_words=0)", "prior_words 0"),
        ("cc.collocates(corpus, 'rain', window=0)", "window 0 is not a whole number of at least 1"),
        ("cc.collocates(corpus, 'rain', window=1.5)", "window 1.5 is not a whole number"),
        ("cc.collocates(corpus, 'rain', min_count=0)", "min_count 0"),
        ("cc.collocates(corpus, 'rain', top_n=0)", "top_n 0"),
        ("cc.collocates(corpus, '–')", "has no word in it"),
        ("cc.concordance(corpus, '')", "is not a text"),
        ("cc.concordance(corpus, '*')", "can match everything"),
        ("cc.concordance(corpus, 'rain', width=0)", "width 0 is not a whole number"),
        ("cc.concordance(corpus, 'rain', width=2.5)", "width 2.5 is not a whole number"),
        ("cc.concordance(corpus, 'rain', width=True)", "width True is not a whole number"),
        ("cc.concordance(corpus, 'rain', sources=['Globe'])", "'Globe' is not in the corpus; choo"),
        # themes and positions
        ("cc.theme_share(measures, themes='tide')", "'tide' is not in the codebook; choose from ["),
        ("cc.evidence(measures, theme='fire')", "'fire' is not in the codebook; choose from ['wet"),
        ("cc.evidence(measures, theme='wet', top_n=-1)", "top_n -1 is not a whole number of at le"),
        ("cc.evidence(measures, theme='wet', top_n=1.5)", "top_n 1.5"),
        ("cc.scale_position(measures, scale='heat')", "'heat' is not in the codebook; choose from"),
        ("cc.scale_position(measures, method='words')", "'words' is not known; choose from ['matc"),
        # tone
        ("cc.sentiment(measures, lexicon='afinn')", "did not score these measures; choose from ['"),
        ("cc.sentiment_by_voice(measures, lexicon='afinn')", "choose from ['vader']"),
        ("cc.sentiment(measures, level=95)", "level 95 is not between 0 and 1"),
        ("cc.sentiment(measures, without_topic_words=True)", "no topic words were measured"),
        ("cc.sentiment(tone, without_topic_words=True)", "no topic words were measured"),
        ("cc.target_tone(tone, lexicon='mood')", "lexicon 'mood' did not"),
        ("cc.sentiment_drivers(tone, lexicon='mood')", "lexicon 'mood' did not"),
        ("cc.driver_sentences(tone, lexicon='mood')", "lexicon 'mood' did not"),
        ("cc.sentiment_drivers(tone, top_n=0)", "top_n 0 is not a whole number of at least 1"),
        ("cc.sentiment_drivers(tone, top_n=2.5)", "top_n 2.5 is not a whole number of at least 1"),
        ("cc.sentiment_drivers(tone, top_n=True)", "top_n True is not a whole number of at least"),
        ("cc.sentiment_drivers(measures)", "without the words behind their scores; measure"),
        ("cc.tokenise('Gas flows.')", "documents holds a string; give a list of doc"),
        ("cc.tokenise([['Gas flows.'], 'It rained.'])", "documents holds a string; give a list"),
        ("cc.score_sentences('good')", "texts 'good' is one string"),
        ("cc.score_sentences(['good', None, 1.5])", "holds values of type ['NoneType', 'float']"),
        # intervals
        ("cc.bootstrap_ratio([1, 2], [1, 2], level=95)", "level 95"),
        ("cc.bootstrap_ratio([1, 2], [1, 2], resamples=10)", "resamples 10"),
        ("cc.bootstrap_ratio([1, 2], [1, 2], seed=-1)", "seed -1"),
        ("cc.bootstrap_ratio([1, 2], [1, 2, 3])", "do not go together"),
        ("cc.bootstrap_ratio([[1, 2]], [[1, 2, 3]])", "do not go together"),
        ("cc.bootstrap_ratio([1, float('nan')], [1, 2])", "missing values"),
        ("cc.bootstrap_ratio([1, 2], [1, -2])", "negative"),
        ("cc.bootstrap_log_ratio([[1]], [[1, 2]], [9], [9])", "same terms"),
        ("cc.bootstrap_log_ratio([[1]], [[1]], [9, 9], [9])", "do not go together"),
        # measuring and showing
        ("cc.measure(corpus, workers=-1)", "is not a whole number of at least 0"),
        ("cc.measure(corpus, workers=1.5)", "is not a whole number of at least 0"),
        ("cc.measure(corpus, workers=True)", "is not a whole number of at least 0"),
        ("cc.measure(corpus, workers='2')", "is not a whole number of at least 0"),
        ("cc.show(corpus.documents, rows=0)", "rows 0 is not a whole number of at least 1"),
        ("cc.show(3)", "choose from"),
        ("cc.show([1, 2])", "choose from"),
        ("cc.show({'a': 1})", "choose from"),
    ],
)
def test_a_mistake_is_answered_by_what_to_do(mistake, said, space):
    with pytest.raises((ValueError, TypeError, AttributeError), match=re.escape(said)):
        eval(mistake, space)
