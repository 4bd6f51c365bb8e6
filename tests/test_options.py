"""An option has one name, one default and one way of being given, wherever it is taken."""

from __future__ import annotations

import inspect
from collections import defaultdict

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
OTHERS = {("offer_coding_form", "n"), ("sort_concordance", "order")}
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
