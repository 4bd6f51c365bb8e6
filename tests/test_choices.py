"""What parameters name is looked up in corpus, codebook and lists before a kernel starts."""

import pandas as pd
import pytest

from crosscurrents.choices import check_choices, choices_of
from crosscurrents.corpus import read_corpus
from crosscurrents.measures import measure
from crosscurrents.parameters import check_parameters
from crosscurrents.report import run_report


def test_choices_name_all_that_is_not_there():
    choices = {"source": ["Mail", "Star"], "theme": ["war"], "scale": ["closeness"]}
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
    choices = {"source": ["Mail", "Star"]}
    with pytest.raises(ValueError, match=r"is its target, 'Mail'; choose from \['Star'\]"):
        check_choices("term_frequency", {"target": "Mail", "reference": "Mail"}, choices)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A corpus with a list of targets, and its measures."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "a.txt").write_text("Karsia is a good friend. Velland is not.\n", encoding="utf-8")
    (folder / "targets.yml").write_text(
        "themes:\n  Karsia: {patterns: [karsia]}\n  Velland: {patterns: [velland]}\n"
    )
    corpus = read_corpus(folder)
    return corpus, measure(corpus)


def test_targets_and_columns_are_those_of_the_corpus(made):
    values = {"towards": "Velland", "by": "genre"}
    choices = choices_of(*made, values)
    assert choices["towards"] == ["Karsia", "Velland"]
    check_choices("sentiment", values, choices)
    with pytest.raises(ValueError) as error:
        check_choices("sentiment", {"towards": "Atlantis", "by": "colour"}, choices)
    assert "'towards' of notebook 'sentiment' is 'Atlantis'; choose from ['Karsia'" in str(
        error.value
    )
    assert "'by' of notebook 'sentiment' is 'colour'; choose from ['doc_id'" in str(error.value)


def test_a_list_or_lexicon_that_cannot_be_read(made, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("word,value\ngood,1\n")
    with pytest.raises(ValueError, match=r"lacks the columns \['score', 'term'\]"):
        choices_of(*made, {"towards": "", "lexicon": str(bad)})
    bad.write_text("")
    with pytest.raises(ValueError, match="holds no term"):
        choices_of(*made, {"towards": "", "topic_words": str(bad)})


def test_a_guard_needs_its_list(made):
    with pytest.raises(ValueError, match=r"'guard' is True, but there are no topic words"):
        choices_of(*made, {"towards": "", "guard": True})
    assert "towards" in choices_of(*made, {"towards": "", "guard": False})


def test_a_report_stops_before_its_kernels(tmp_path):
    table = pd.DataFrame({"source": ["Mail"], "text": ["A good day. A bad day."]})
    table.to_csv(tmp_path / "t.csv", index=False)
    for name, value in (("sentiment.towards", "Atlantis"), ("term_frequency.by", "colour")):
        with pytest.raises(ValueError, match=f"{value!r}; choose from"):
            run_report(tmp_path / "t.csv", out=tmp_path / "out", parameters={name: value})
    assert not list(tmp_path.glob("out/*/latest"))


def test_a_reference_list_is_there_and_found_from_any_folder(tmp_path, monkeypatch):
    (tmp_path / "list.csv").write_text("term,count\ngas,3\n")
    monkeypatch.chdir(tmp_path)
    checked = check_parameters("term_frequency", {"reference_list": "list.csv"})
    assert checked["reference_list"] == str((tmp_path / "list.csv").resolve())
    with pytest.raises(
        ValueError, match=r"'none\.csv', the path of a file or folder that is there"
    ):
        check_parameters("term_frequency", {"reference_list": "none.csv"})
