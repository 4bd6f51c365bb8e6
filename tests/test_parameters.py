"""Parameters of notebooks: names, types, ranges, choices are checked before a kernel starts."""

import json
import re
from pathlib import Path

import pytest

import crosscurrents as cc
from crosscurrents.parameters import (
    check_choices,
    check_parameters,
    choices_of,
    parse_parameter,
    read_schema,
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


def schema(name: str):
    return read_schema(NOTEBOOKS / f"{name}.ipynb")


def check(name: str, values: dict) -> dict:
    return check_parameters(schema(name), values)


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_defaults_of_each_notebook_are_sound_and_its_schema_has_its_name(path):
    found = read_schema(path)
    assert found.__name__ == path.stem
    assert check_parameters(found, {}) == found().model_dump()


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_what_comments_say_in_brackets_is_understood(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    (own,) = [cell["source"] for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    said = re.findall(r"#.*\[(.+)\]$", "".join(own), re.M)
    assert said
    assert read_schema(path)  # refuses what it does not know


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
        ({"resamples": 99}, "an integer ≥ 100 is needed"),
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
        check("term_frequency", values)
    start = f"parameter {name!r} of notebook 'term_frequency' is {values[name]!r}, "
    assert str(error.value).startswith(start)
    assert str(error.value).endswith(needed)


def test_an_unknown_name_is_refused_with_the_choices():
    with pytest.raises(ValueError, match="parameter 'topn' is unknown to notebook 'brief'; choose"):
        check("brief", {"topn": 3})


def test_all_mistakes_come_at_once():
    with pytest.raises(ValueError) as error:
        check("sentiment", {"resamples": 0, "topn": 3, "lexicon": "mood"})
    assert str(error.value).count("parameter") == 3
    needed = "one of ['vader', 'afinn', 'pattern'] or the path of a CSV file is needed"
    assert needed in str(error.value)


def test_values_are_not_shared_between_calls():
    check("brief", {})["sources"].append("Mail")
    assert check("brief", {})["sources"] == []


def test_a_notebook_of_ones_own_is_held_to_its_own_cell(tmp_path):
    cell = (
        'places: int = 3\nshare = 0.5\nsince: str = ""  # [a]  # begin [date]\ntop_n: float = 0.5\n'
        'side: str = "left"  # where [left | right]\nnear: int = 2  # steps [from 1 to 4]'
    )
    mine = read_schema(notebook(tmp_path / "mine.ipynb", cell))
    defaults = {"places": 3, "share": 0.5, "since": "", "top_n": 0.5, "side": "left", "near": 2}
    assert check_parameters(mine, {"places": 4}) == {**defaults, "places": 4}
    assert check_parameters(mine, {"top_n": 0.1})["top_n"] == 0.1  # no count of anything here
    for values, needed in [
        ({"places": "x"}, "'places' of notebook 'mine' is 'x', an integer is needed"),
        ({"share": "x"}, "'share' of notebook 'mine' is 'x', a number is needed"),
        ({"since": "soon"}, "'since' of notebook 'mine' is 'soon', a year, month or day"),
        (
            {"side": "up"},
            r"'side' of notebook 'mine' is 'up', one of \['left', 'right'\] is needed",
        ),
        ({"near": 5}, "'near' of notebook 'mine' is 5, an integer from 1 to 4 is needed"),
    ]:
        with pytest.raises(ValueError, match=needed):
            check_parameters(mine, values)


@pytest.mark.parametrize(
    ("text", "of", "name", "value"),
    [
        ("5", "term_frequency", "top_n", 5),
        ("5.5", "term_frequency", "top_n", "5.5"),
        ("0.9", "brief", "level", 0.9),
        ("many", "brief", "level", "many"),
        ("false", "term_frequency", "hide_stopwords", False),
        ("no", "term_frequency", "hide_stopwords", "no"),
        ("2016", "brief", "since", "2016"),
        ("Mail,Star News", "brief", "sources", ["Mail", "Star News"]),
        ("", "brief", "sources", []),
        ("vader", "sentiment", "lexicon", "vader"),
        ("x", "sentiment", "unknown", "x"),
    ],
)
def test_text_of_a_command_line_becomes_a_value(text, of, name, value):
    assert parse_parameter(text, schema(of), name) == value


def test_a_parameters_cell_is_read_with_types_and_comments(tmp_path):
    path = notebook(tmp_path / "a.ipynb", 'n: int = 1  # words\nwho: list[str] = ["a"]\nx = -0.5\n')
    assert read_schema(path)().model_dump() == {"n": 1, "who": ["a"], "x": -0.5}


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ([], "has 0 cells tagged 'parameters', one is needed"),
        (["a = 1", "b = 1"], "has 2 cells tagged 'parameters', one is needed"),
        (["a = open('x')"], "must hold only 'name: type = literal'"),
        (["import os"], "must hold only 'name: type = literal': import os"),
        (["a, b = 1, 2"], "must hold only 'name: type = literal'"),
        (["a: int"], "must hold only 'name: type = literal'"),
        (["a: int = 1  # words [≥1]"], "a comment ends in [≥1], which narrows nothing"),
        (["a = (1"], "must hold only 'name: type = literal'"),
    ],
)
def test_a_parameters_cell_that_cannot_be_read(tmp_path, sources, message):
    path = notebook(tmp_path / "a.ipynb", *sources)
    with pytest.raises(ValueError) as error:
        read_schema(path)
    assert message in str(error.value)
    assert "a.ipynb" in str(error.value)


def test_no_cell_is_tagged():
    with pytest.raises(ValueError, match=r"notebook 'no_parameters\.ipynb' has 0 cells tagged"):
        read_schema(TINY / "no_parameters.ipynb")


@pytest.mark.parametrize("content", ["", "not JSON", "[]", "{}"])
def test_a_file_that_is_no_notebook(tmp_path, content):
    (tmp_path / "a.ipynb").write_text(content)
    with pytest.raises(ValueError, match=r"notebook 'a\.ipynb' is not a notebook file"):
        read_schema(tmp_path / "a.ipynb")


def test_files_to_read_and_to_write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ann.csv").write_text("id", encoding="utf-8")
    found = check("themes", {"codings": ["ann.csv"], "coding_form": "ben.csv"})
    assert found["codings"] == [str((tmp_path / "ann.csv").resolve())]
    assert found["coding_form"] == str(tmp_path / "ben.csv")  # a notebook runs elsewhere
    assert check("themes", {})["codings"] == []
    for wrong in ({"codings": ["no.csv"]}, {"coding_form": "no/ben.csv"}, {"coding_form": "."}):
        with pytest.raises(ValueError, match="is needed"):
            check("themes", wrong)


def test_a_list_on_the_command_line_may_hold_commas():
    model = schema("corpus")
    assert parse_parameter('["The Mail, London", "Star"]', model, "sources") == [
        "The Mail, London", "Star",
    ]  # fmt: skip
    for wrong in ('["The Mail', "[1, 2]"):
        with pytest.raises(ValueError, match=r"parameter 'sources' .* a list of text is needed"):
            check_parameters(model, {"sources": parse_parameter(wrong, model, "sources")})


# What there is to choose from

SOURCES = {name: ["Mail", "Star"] for name in ("sources", "target", "reference")}


def test_choices_name_all_that_is_not_there():
    choices = {**SOURCES, "theme": ["war"], "scale": ["closeness"]}
    check_choices("themes", {"sources": ["Mail"], "theme": "", "scale": "closeness"}, choices)
    check_choices("other", {"top_n": 3, "words": ["x"]}, choices)
    with pytest.raises(ValueError) as error:
        check_choices(
            "themes", {"sources": ["Mail", "Globe"], "target": "Sun", "theme": "x"}, choices
        )
    assert str(error.value) == (
        "parameter 'sources' of notebook 'themes' is 'Globe'; choose from ['Mail', 'Star']; "
        "parameter 'target' of notebook 'themes' is 'Sun'; choose from ['Mail', 'Star']; "
        "parameter 'theme' of notebook 'themes' is 'x'; choose from ['war']"
    )


def test_a_target_that_is_its_own_reference():
    with pytest.raises(ValueError, match=r"is its target, 'Mail'; choose from \['Star'\]"):
        check_choices("term_frequency", {"target": "Mail", "reference": "Mail"}, SOURCES)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A corpus with a list of targets, and its measures."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "a.txt").write_text("Karsia is a good friend. Velland is not.\n", encoding="utf-8")
    (folder / "targets.yml").write_text(
        "themes:\n  Karsia: {patterns: [karsia]}\n  Velland: {patterns: [velland]}\n"
    )
    corpus = cc.read_corpus(folder)
    return corpus, cc.measure(corpus)


def test_columns_are_those_of_the_corpus(made):
    choices = choices_of(*made, {"by": "genre"})
    check_choices("sentiment", {"by": "source"}, choices)
    for by in ("colour", "genre"):  # a column that is not there, and one without a value
        with pytest.raises(ValueError, match=f"'by' of notebook 'sentiment' is '{by}'; choose"):
            check_choices("sentiment", {"by": by}, choices)


@pytest.mark.parametrize("name", ["lexicon", "topic_words", "targets"])
def test_a_list_or_lexicon_that_cannot_be_read(made, tmp_path, name):
    bad = tmp_path / "bad.csv"
    bad.write_text("")
    with pytest.raises(ValueError, match=r"bad\.csv"):
        choices_of(*made, {name: str(bad)})
    assert choices_of(*made, {"lexicon": "vader", "topic_words": "", "targets": ""})


def test_a_reference_list_is_there_and_found_from_any_folder(tmp_path, monkeypatch):
    (tmp_path / "list.csv").write_text("term,count\ngas,3\n")
    monkeypatch.chdir(tmp_path)
    checked = check("term_frequency", {"reference_list": "list.csv"})
    assert checked["reference_list"] == str((tmp_path / "list.csv").resolve())
    with pytest.raises(ValueError, match=r"'none\.csv', the path of a file that is there"):
        check("term_frequency", {"reference_list": "none.csv"})
