"""An option has one name and one default wherever it is taken; mistakes are answered by advice."""

from __future__ import annotations

import inspect
import re
from collections import defaultdict

import pandas as pd
import pytest

import crosscurrents as cc

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


@pytest.mark.parametrize("name", ["hide_stopwords", "by", "sources", "target", "reference"])
def test_what_people_type_most_is_called_the_same(name):
    """No other spelling of these options is about."""
    forms = {"hide_stopwords": ["stop"], "by": ["group"], "sources": ["outlets", "only"]}
    others = [o for o in OPTIONS if o != name and any(f in o for f in forms.get(name, []))]
    assert name in OPTIONS and others == []


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
    ],
)
def test_a_common_mistake_is_answered_by_what_to_do(mistake, said):
    table = pd.DataFrame({"source": ["Mail", "Star"], "text": ["It rained.", "It snowed."]})
    corpus = cc.read_corpus(table)
    space = {"cc": cc, "corpus": corpus, "measures": cc.measure(corpus, cache=False)}
    with pytest.raises((ValueError, TypeError, AttributeError), match=re.escape(said)):
        eval(mistake, space)
