"""Parameters of notebooks: names, types and ranges are checked before a kernel starts."""

import json
from pathlib import Path

import pytest

from crosscurrents.parameters import (
    MODELS,
    Parameters,
    Resampling,
    Sentiment,
    TermFrequency,
    check_parameters,
    model_of,
    parse_parameter,
    read_parameters,
)

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
TINY = Path(__file__).parent / "notebooks"


def notebook(path: Path, *sources: str, tags=("parameters",)) -> Path:
    cells = [
        {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source, "outputs": []}
        for source in sources
    ]
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", MODELS)
def test_the_parameters_cell_of_each_notebook_is_its_model(name):
    cell = read_parameters(NOTEBOOKS / f"{name}.ipynb")
    model = MODELS[name]
    assert {k: (type(v), v) for k, v in cell.items()} == {
        k: (type(f.default), f.default) for k, f in model.model_fields.items()
    }


def test_every_notebook_has_a_model():
    assert {path.stem for path in NOTEBOOKS.glob("*.ipynb")} == set(MODELS)


def test_defaults_are_what_they_should_be():
    assert check_parameters("term_frequency", {}) == {
        "corpus": "../seeds/alliance", "sources": [], "since": "", "until": "", "codebook": "",
        "level": 0.95, "resamples": 1000, "seed": 0,
        "n": 1, "top_n": 15, "min_count": 3, "target": "", "reference": "", "reference_list": "",
        "by": "source", "term": "", "window": 5, "period": "quarter",
        "hide_stopwords": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "needed"),
    [
        ({"top_n": "abc"}, "an integer ≥ 1 is needed"),
        ({"top_n": 0}, "an integer ≥ 1 is needed"),
        ({"top_n": 1.5}, "an integer ≥ 1 is needed"),
        ({"top_n": True}, "an integer ≥ 1 is needed"),
        ({"n": 6}, "an integer from 1 to 3 is needed"),
        ({"level": 1.0}, "a number between 0 and 1 is needed"),
        ({"level": "0.9"}, "a number between 0 and 1 is needed"),
        ({"level": float("nan")}, "a number between 0 and 1 is needed"),
        ({"seed": -1}, "an integer ≥ 0 is needed"),
        ({"hide_stopwords": "yes"}, "true or false is needed"),
        ({"hide_stopwords": 1}, "true or false is needed"),
        ({"sources": "Mail"}, "a list of text is needed"),
        ({"sources": [1]}, "a list of text is needed"),
        ({"target": None}, "text is needed"),
        ({"since": "2016-13"}, "such as '2016', '2016-05' or '2016-05-04' is needed"),
        ({"since": "May 2016"}, "such as '2016', '2016-05' or '2016-05-04' is needed"),
        ({"until": "2015-02-29"}, "such as '2016', '2016-05' or '2016-05-04' is needed"),
    ],
)
def test_a_wrong_value_is_refused(values, needed):
    (name,) = values
    with pytest.raises(ValueError) as error:
        check_parameters("term_frequency", values)
    start = f"parameter {name!r} of notebook 'term_frequency' is {values[name]!r}, "
    assert str(error.value).startswith(start)
    assert str(error.value).endswith(needed)


def test_an_unknown_name_is_refused_with_the_choices():
    with pytest.raises(ValueError, match="parameter 'topn' is unknown to notebook 'brief'; choose"):
        check_parameters("brief", {"topn": 3})


def test_all_mistakes_come_at_once():
    with pytest.raises(ValueError) as error:
        check_parameters("sentiment", {"bins": 0, "topn": 3, "lexicon": "mood"})
    assert str(error.value).count("parameter") == 3
    needed = "one of ['vader', 'afinn', 'pattern'] or the path of a CSV file is needed"
    assert needed in str(error.value)


def test_a_period_must_not_end_before_it_begins():
    with pytest.raises(ValueError, match="'since' of notebook 'brief' is '2017', a day not after"):
        check_parameters("brief", {"since": "2017", "until": "2016-05"})
    for since, until in [("2016-05", "2016"), ("2016", "2016-05-01"), ("", "2016"), ("2016", "")]:
        assert check_parameters("brief", {"since": since, "until": until})["since"] == since


def test_values_are_not_shared_between_calls():
    check_parameters("brief", {})["sources"].append("Mail")
    assert check_parameters("brief", {})["sources"] == []


def test_a_notebook_of_ones_own_is_held_to_its_own_defaults():
    defaults = {"places": 3, "share": 0.5, "since": ""}
    assert check_parameters("mine", {"places": 4}, defaults=defaults) == {**defaults, "places": 4}
    with pytest.raises(
        ValueError, match="'places' of notebook 'mine' is 'x', an integer is needed"
    ):
        check_parameters("mine", {"places": "x"}, defaults=defaults)
    with pytest.raises(
        ValueError, match="'since' of notebook 'mine' is 'soon', a year, month or day"
    ):
        check_parameters("mine", {"since": "soon"}, defaults=defaults)
    assert model_of("brief", {"places": 3}) is not MODELS["brief"]
    assert model_of("brief", read_parameters(NOTEBOOKS / "brief.ipynb")) is MODELS["brief"]


@pytest.mark.parametrize(
    ("text", "model", "name", "value"),
    [
        ("5", TermFrequency, "top_n", 5),
        ("5.5", TermFrequency, "top_n", "5.5"),
        ("0.9", Resampling, "level", 0.9),
        ("many", Resampling, "level", "many"),
        ("false", TermFrequency, "hide_stopwords", False),
        ("no", TermFrequency, "hide_stopwords", "no"),
        ("2016", Parameters, "since", "2016"),
        ("Mail,Star News", Parameters, "sources", ["Mail", "Star News"]),
        ("", Parameters, "sources", []),
        ("vader", Sentiment, "lexicon", "vader"),
        ("x", Sentiment, "unknown", "x"),
    ],
)
def test_text_of_a_command_line_becomes_a_value(text, model, name, value):
    assert parse_parameter(text, model, name) == value


def test_a_parameters_cell_is_read_with_types_and_comments(tmp_path):
    path = notebook(tmp_path / "a.ipynb", 'n: int = 1  # words\nwho: list[str] = ["a"]\nx = -0.5\n')
    assert read_parameters(path) == {"n": 1, "who": ["a"], "x": -0.5}


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ([], "has 0 cells tagged 'parameters', one is needed"),
        (["a = 1", "b = 1"], "has 2 cells tagged 'parameters', one is needed"),
        (["a = open('x')"], "must hold only 'name: type = literal'"),
        (["import os"], "must hold only 'name: type = literal': import os"),
        (["a, b = 1, 2"], "must hold only 'name: type = literal'"),
        (["a: int"], "must hold only 'name: type = literal'"),
        (["a = (1"], "must hold only 'name: type = literal'"),
    ],
)
def test_a_parameters_cell_that_cannot_be_read(tmp_path, sources, message):
    path = notebook(tmp_path / "a.ipynb", *sources)
    with pytest.raises(ValueError) as error:
        read_parameters(path)
    assert message in str(error.value)
    assert "a.ipynb" in str(error.value)


def test_no_cell_is_tagged():
    with pytest.raises(ValueError, match=r"notebook 'no_parameters\.ipynb' has 0 cells tagged"):
        read_parameters(TINY / "no_parameters.ipynb")


@pytest.mark.parametrize("content", ["", "not JSON", "[]", "{}"])
def test_a_file_that_is_no_notebook(tmp_path, content):
    (tmp_path / "a.ipynb").write_text(content)
    with pytest.raises(ValueError, match=r"notebook 'a\.ipynb' is not a notebook file"):
        read_parameters(tmp_path / "a.ipynb")


def test_files_to_read_and_to_write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ann.csv").write_text("id", encoding="utf-8")
    found = check_parameters("themes", {"codings": ["ann.csv"], "coding_form": "ben.csv"})
    assert found["codings"] == [str((tmp_path / "ann.csv").resolve())]
    assert found["coding_form"] == str(tmp_path / "ben.csv")  # a notebook runs elsewhere
    assert check_parameters("themes", {})["codings"] == []
    for wrong in ({"codings": ["no.csv"]}, {"coding_form": "no/ben.csv"}, {"coding_form": "."}):
        with pytest.raises(ValueError, match="is needed"):
            check_parameters("themes", wrong)


def test_a_list_on_the_command_line_may_hold_commas():
    model = model_of("corpus")
    assert parse_parameter('["The Mail, London", "Star"]', model, "sources") == [
        "The Mail, London", "Star",
    ]  # fmt: skip
    for wrong in ('["The Mail', "[1, 2]"):
        with pytest.raises(ValueError, match=r"parameter 'sources' .* a list of text is needed"):
            check_parameters("corpus", {"sources": parse_parameter(wrong, model, "sources")})
