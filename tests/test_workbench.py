"""The workbench without a browser: what it answers, what it saves, and bad input of every kind."""

from __future__ import annotations

import re
import tomllib
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

import crosscurrents as cc
from crosscurrents.coverage import save_theme
from crosscurrents.passages import pattern_frequency, pattern_tone
from crosscurrents.workbench import Answer, Workbench, draft_theme

BOOK = """\
# Two themes.
title: Weather
themes:
  rain:
    description: Water from above
    patterns: [rain*, "£*m"]
    not: [rain check]  # an idiom
  wind: [wind, gale*]
"""
ROWS = [
    ("Mail", "2020-01-05", "Rain fell on the town. The rain was good.\n\nA gale came."),
    ("Mail", "2020-04-05", "It snowed. Nobody liked the snow in town."),
    ("Star", "2020-07-05", "Rainy days are bad. We stayed in town, and the wind rose."),
]
QUESTIONS = {
    "rates": lambda bench, text: bench.rates(text),
    "lines": lambda bench, text: bench.lines(text),
    "near": lambda bench, text: bench.near(text),
    "tone": lambda bench, text: bench.tone(text),
    "passages": lambda bench, text: bench.compare("Mail", "Star", what="passages", word=text),
    "draft": lambda bench, text: bench.draft("new", text),
}
NONSENSE = ["", "   ", "***", "*", "?!", "=rain*", "a " * 300, "[", "\x00", "((", "qqqq"]


def weather(home: Path) -> Path:
    """A corpus of three articles in two sources, with a codebook."""
    home.mkdir()
    table = pd.DataFrame(ROWS, columns=["source", "date", "text"])
    for k, text in enumerate(table.pop("text"), start=1):
        (home / f"{k}.txt").write_text(text, encoding="utf-8")
    table.assign(doc_id=["1", "2", "3"], file=["1.txt", "2.txt", "3.txt"]).to_csv(
        home / "catalogue.csv", index=False
    )
    (home / "codebook.yml").write_text(BOOK, encoding="utf-8")
    return home


def without_texts(folder: Path) -> Path:
    """The same corpus with its measures in place of its texts."""
    corpus = cc.read_corpus(folder)
    cc.measure(corpus).save(folder / "measures")
    catalogue = pd.read_csv(folder / "catalogue.csv", dtype=str)
    catalogue = catalogue.assign(sha256=corpus.documents["sha256"].to_numpy())
    catalogue.to_csv(folder / "catalogue.csv", index=False)
    for file in folder.glob("*.txt"):
        file.unlink()
    return folder


def german(_folder: Path) -> pd.DataFrame:
    text = "Der Regen fiel auf die Stadt. Der Regen war gut, und der Wind blieb schwach."
    return pd.DataFrame({"source": ["A", "B"], "text": [text, text], "language": ["de", "de"]})


def forty(_folder: Path) -> pd.DataFrame:
    return pd.DataFrame({"source": [f"S{k:02d}" for k in range(40)], "text": "It rained. I ran."})


@pytest.fixture
def folder(tmp_path) -> Path:
    return weather(tmp_path / "weather")


@pytest.fixture(scope="module")
def opened(tmp_path_factory) -> Workbench:
    """A workbench that is asked only."""
    return Workbench(weather(tmp_path_factory.mktemp("opened") / "weather"))


@pytest.fixture
def bench(folder) -> Workbench:
    return Workbench(folder, definitions=folder.parent / "reports.toml")


def test_a_wildcard_is_counted_in_each_source(bench):
    table = bench.rates("rain*").tables["rates"].set_index("source")
    assert table["count"].to_dict() == {"Mail": 2, "Star": 1}
    assert table["words"].to_dict() == {"Mail": 20, "Star": 12}
    assert table["rate"].to_dict() == pytest.approx({"Mail": 100, "Star": 1000 / 12})
    assert table["docfreq"].to_dict() == {"Mail": 1, "Star": 1}


def test_a_pattern_has_the_rate_that_a_word_has(bench):
    found = pattern_frequency(bench.comparison, "town").set_index("source")
    words = cc.term_frequency(bench.comparison)
    words = words[words["term"] == "town"].set_index("source").loc[found.index]
    pd.testing.assert_frame_equal(
        found[["count", "words", "rate", "docfreq", "documents"]],
        words[["count", "words", "rate", "docfreq", "documents"]],
    )
    over = pattern_frequency(bench.comparison, "town", period="quarter")
    terms = cc.term_frequency(bench.comparison, term="town", period="quarter")
    assert over[["period", "count", "rate"]].values.tolist() == (
        terms[["period", "count", "rate"]].values.tolist()
    )


def test_a_theme_is_all_of_its_patterns_and_quotation_marks_mean_the_word(bench):
    assert bench.rates("wind").tables["rates"]["count"].sum() == 2  # a gale and the wind
    assert bench.rates('"wind"').tables["rates"]["count"].sum() == 1
    assert "codebook['wind']" in bench.rates("wind").code


def test_tone_is_that_of_the_sentences_with_the_word(bench):
    table = pattern_tone(bench.comparison, "rain*").set_index("source")
    scores = bench.measures.sentences.set_index(["doc_id", "sentence"])["vader"]
    assert table.loc["Mail", "mean"] == pytest.approx((scores["1", 1] + scores["1", 2]) / 2)
    assert table["sentences"].to_dict() == {"Mail": 2, "Star": 1}
    assert table["others"].to_dict() == {"Mail": 3, "Star": 1}


def test_a_line_leads_to_its_paragraph(bench):
    line = bench.lines("gale").tables["lines"].iloc[0]
    answer = bench.paragraph("gale", line["doc_id"], line["paragraph"])
    passage = answer.tables["paragraph"]["passage"].iloc[0]
    assert (passage, passage.__html__()) == ("A gale came.", "A <mark>gale</mark> came.")
    assert "choose from 1 to 2" in bench.paragraph("gale", "1", 3).message


def test_the_calls_shown_give_what_is_shown(bench, monkeypatch):
    """Whoever copies the lines gets the tables of the screen."""
    answers = [bench.rates("rain*"), bench.lines("wind"), bench.tone("rain*")]
    answers += [bench.compare("Mail", "Star", what=what) for what in ("words", "themes", "tone")]
    assert not [answer.message for answer in answers if answer.message]
    for answer in answers:
        for name, call in answer.calls.items():
            space: dict = {}
            *before, last = f"{bench.setup()}\n{call}".splitlines()
            exec("\n".join(before), space)
            found = eval(last, space)
            shown = answer.tables[name]
            columns = [c for c in shown if c not in ("low", "high")]
            pd.testing.assert_frame_equal(found[columns], shown[columns])


def test_sources_and_period_hold_for_every_question(bench):
    assert bench.choose(sources=["Mail"], until="2020-02") == ""
    assert bench.rates("rain*").tables["rates"]["source"].tolist() == ["Mail"]
    assert "select(sources=['Mail'], until='2020-02')" in bench.setup()
    assert bench.choose(since="2030") == (
        "No article of these sources lies in this period; choose another."
    )
    assert "is not a date" in bench.choose(since="soon")
    assert bench.rates("rain*").tables["rates"]["source"].tolist() == ["Mail"]  # as before


def test_two_sources_that_are_one_or_none(bench):
    for pair in (("Mail", "Mail"), ("", "Star")):
        assert bench.compare(*pair).message == "Choose two different sources."
    assert bench.compare("Mail", "Nobody").message


def test_a_draft_says_what_it_finds_shares_and_misses(bench):
    tables = bench.draft("weather", "rain\nsnow*\nfog").tables
    patterns = tables["patterns"].set_index("pattern")
    assert patterns["matches"].to_dict() == {"rain": 2, "snow*": 2, "fog": 0}
    assert patterns["shared"].to_dict() == {"rain": "rain (2)", "snow*": "", "fog": ""}
    missed = tables["missed"].set_index("word")["sentences"].to_dict()
    assert missed["town"] == 2 and "rain" not in missed and "days" not in missed


def test_a_saved_theme_leaves_the_rest_as_it_is(bench, folder):
    said = bench.save_theme("rain", "rain*\ndrizzle", "rain check\nrain dance")
    assert said == "Saved: rain has 2 patterns in codebook.yml."
    text = (folder / "codebook.yml").read_text(encoding="utf-8")
    assert text.startswith(BOOK[: BOOK.index("patterns")])
    book = cc.read_codebook(folder / "codebook.yml")
    assert [p.text for p in book["rain"].patterns] == ["rain*", "drizzle"]
    assert [p.text for p in book["rain"].exclusions] == ["rain check", "rain dance"]
    assert [p.text for p in book["wind"].patterns] == ["wind", "gale*"]
    assert bench.rates("rain").tables["rates"]["count"].sum() == 3  # rain, rain and rainy


@pytest.mark.parametrize("theme", ["rain", "wind", "new one", 'no: "quoted" {name}'])
@pytest.mark.parametrize("exclusions", [[], ["in the = end", "off"]])
def test_what_is_saved_is_read_again(folder, theme, exclusions):
    file, patterns = folder / "codebook.yml", ["null", "£*m", 'a "b"', "=No", "90%", "#tag", "x y*"]
    before = {t.name: t for t in cc.read_codebook(file).themes}
    save_theme(file, theme, patterns=patterns, exclusions=exclusions)
    after = {t.name: t for t in cc.read_codebook(file).themes}
    assert [p.text for p in after[theme].patterns] == patterns
    assert [p.text for p in after[theme].exclusions] == exclusions
    assert {n: t for n, t in after.items() if n != theme} == (
        {n: t for n, t in before.items() if n != theme}
    )


@pytest.mark.parametrize("text", ["", "themes:\n", "title: Weather\n", "themes:\n  a: [b]\n"])
def test_a_first_theme_is_saved(tmp_path, text):
    (tmp_path / "book.yml").write_text(text, encoding="utf-8")
    save_theme(tmp_path / "book.yml", "rain", patterns=["rain*"])
    assert cc.read_codebook(tmp_path / "book.yml")["rain"].patterns[0].text == "rain*"


def test_a_theme_that_cannot_be_saved_leaves_the_file(bench, folder):
    before = (folder / "codebook.yml").read_bytes()
    for name, patterns in (("", "rain"), ("rain", ""), ("a/b", "rain"), ("rain", "rain check")):
        said = bench.save_theme(name, patterns, "rain check")
        assert said.endswith(".") and not said.startswith("Saved")
    assert (folder / "codebook.yml").read_bytes() == before
    assert sorted(p.name for p in folder.iterdir()) == [
        "1.txt", "2.txt", "3.txt", "catalogue.csv", "codebook.yml",
    ]  # fmt: skip


def test_the_choice_becomes_a_report(bench, folder, run_main):
    bench.choose(sources=["Mail"], since="2020")
    said = bench.save_report("friday", term="rain*", target="Mail", reference="Star")
    assert said.startswith("Saved as report 'friday' in reports.toml")
    file = folder.parent / "reports.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))["reports"]["friday"]
    assert table["corpus"] == "weather"
    assert table["parameters"]["term_frequency"] == {
        "term": "rain*", "target": "Mail", "reference": "Star",
    }  # fmt: skip
    assert table["parameters"]["sources"] == ["Mail"] and table["parameters"]["since"] == "2020"
    before = file.read_bytes()
    for name in ("friday", "", "a/b", "latest"):
        assert not bench.save_report(name).startswith("Saved")
    assert file.read_bytes() == before
    assert bench.save_report("saturday").startswith("Saved")
    code, out, _ = run_main("report", "--definitions", file, "--list")
    assert code == 0 and "friday" in out and "saturday" in out


@pytest.mark.parametrize("text", NONSENSE)
@pytest.mark.parametrize("question", QUESTIONS)
def test_nonsense_is_answered_by_a_sentence(opened, question, text):
    answer = QUESTIONS[question](opened, text)
    assert isinstance(answer, Answer)
    assert answer.message[:1].isupper() or answer.message[:1] == "“"
    assert answer.message.endswith((".", "!", "?"))


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_corpus_that_cannot_be_read_is_told(question, tmp_path):
    (tmp_path / "empty").mkdir()
    empty = pd.DataFrame({"source": ["Mail"], "text": ["..."]})
    for corpus in (tmp_path / "none", tmp_path / "empty", tmp_path, empty):
        bench = Workbench(corpus)
        assert bench.trouble.endswith(".") and bench.sources == []
        assert QUESTIONS[question](bench, "rain").message == bench.trouble
        assert bench.choose(sources=["Mail"]) == bench.save_report("x") == bench.trouble


def test_texts_that_are_not_there(folder):
    bench = Workbench(without_texts(folder))
    assert not bench.trouble
    assert bench.notes == ["No text is available here, so passages and look-ups find nothing."]
    for question in ("rates", "lines", "tone", "passages"):
        assert "put the files into" in QUESTIONS[question](bench, "rain").message
    assert len(bench.compare("Mail", "Star", what="words").tables["words"])
    said = bench.save_theme("snow", "snow*")
    assert said.startswith("Saved: snow has 1 pattern") and said.endswith("needs the texts.")


def test_another_language_has_words_and_no_tone():
    bench = Workbench(german(Path()))
    assert "tone is not scored" in bench.notes[0]
    assert bench.rates("regen").tables["rates"]["count"].tolist() == [2, 2]
    assert bench.tone("regen").message
    assert bench.compare("A", "B", what="tone").message


def test_forty_sources_and_no_codebook():
    bench = Workbench(forty(Path()))
    assert len(bench.sources) == 40
    assert len(bench.rates("rained").tables["rates"]) == 40
    assert bench.compare("S00", "S39", what="themes").message.startswith("There is no codebook")
    assert bench.save_theme("x", "rain").startswith("Name a file")
    assert bench.save_report("x").startswith("Only a corpus")


def test_a_draft_needs_a_name_and_patterns():
    assert draft_theme("a", "x\n\nX \ny").patterns == draft_theme("a", "x\ny").patterns
    for name, patterns in (("", "x"), ("a", " \n")):
        with pytest.raises(ValueError, match=r"give the theme a name|at least one pattern"):
            draft_theme(name, patterns)


def test_names_of_a_corpus_are_text_on_the_screen():
    """A source that is called like a tag stays text."""
    widgets = pytest.importorskip("crosscurrents.explorer")
    table = pd.DataFrame({"source": ["<b>A</b>", "B"], "text": ["It <i>rained</i>.", "It rained."]})
    lookup = widgets.LookUp(Workbench(table))
    lookup.text.value = "rained"
    assert "<b>A" not in lookup.rates.value and "&lt;b&gt;A" in lookup.rates.value


CORPORA = {
    "texts": lambda folder: folder,
    "no texts": without_texts,
    "another language": german,
    "forty sources": forty,
    "one article": lambda _: pd.DataFrame({"text": ["It rained."]}),
}
TYPED = ["", "***", "((", "\x00", "a " * 300, "qqqq", "<b>", "1999-99"]
SENTENCE = re.compile(r"[A-Z0-9“].*[.!?]$", re.S)


def walk(widget):
    yield widget
    for part in getattr(widget, "children", ()):
        yield from walk(part)


def statuses(box) -> set[str]:
    """What the workbench says, without the headings of the two sides and hidden blanks."""
    shown = (w.value for w in walk(box) if str(getattr(w, "value", "")).startswith("<p role="))
    return {unescape(re.sub(r"<[^>]*>", "", said)).strip() for said in shown}


def poke(box) -> set[str]:
    """Use every widget of a workbench as nobody would, and gather what it says."""
    widgets = pytest.importorskip("ipywidgets")
    said, typed = statuses(box), (widgets.Text, widgets.Combobox, widgets.Textarea)
    buttons = [widget for widget in walk(box) if isinstance(widget, widgets.Button)]
    for widget in list(walk(box)):
        if isinstance(widget, widgets.Tab):
            choices, trait = range(len(widget.children)), "selected_index"
        elif isinstance(widget, widgets.SelectMultiple):
            choices, trait = [widget.options, widget.options[:1], ()], "value"
        elif isinstance(widget, widgets.Dropdown | widgets.ToggleButtons):
            choices, trait = [widget.options[-1], *widget.options[:4]], "value"
        else:
            choices, trait = (TYPED if isinstance(widget, typed) else []), "value"
        for choice in choices:
            setattr(widget, trait, choice)
            said |= statuses(box)
        for button in buttons if choices else []:
            button.click()
            said |= statuses(box)
    return said


@pytest.mark.parametrize("case", CORPORA)
def test_a_workbench_answers_whatever_is_done_by_a_sentence(case, folder, tmp_path, monkeypatch):
    """No widget raises, and what is said begins and ends as a sentence does."""
    pytest.importorskip("crosscurrents.explorer")
    monkeypatch.chdir(tmp_path)
    box = cc.explore(CORPORA[case](folder), definitions=tmp_path / "reports.toml")
    said = poke(box)
    heads = {"Mail", "Star", "A", "B", "1", "S00", "S39", "S01", "S02", "S03"}
    assert len(said) > 12
    assert [text for text in said - heads if not SENTENCE.match(text)] == []
    assert not any(len(text) > 320 or "Traceback" in text for text in said)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"sources": ["Nobody"]}, "Source 'Nobody' is not in the corpus; choose from"),
        ({"sources": "Mail"}, "2 articles of 1 source, 20 words."),
        ({"since": "soon"}, "Since 'soon' is not a date"),
        ({"since": "2050"}, "No article of these sources lies in this period"),
        ({"codebook": "nowhere.yml"}, "Codebook 'nowhere.yml' is not there"),
    ],
)
def test_what_a_workbench_is_opened_with_is_checked(options, said, folder, tmp_path):
    pytest.importorskip("crosscurrents.explorer")
    box = cc.explore(folder, definitions=tmp_path / "reports.toml", **options)
    assert any(text.startswith(said) for text in statuses(box))


def test_opening_says_what_it_does(folder):
    heard = []
    Workbench(folder, progress=heard.append)
    assert [text.split(" ")[0] for text in heard] == ["Reading", "Measuring", "Making"]


def test_only_the_answer_is_hidden_before_a_question():
    """Layouts are shared by many widgets: hiding one must not hide another."""
    pytest.importorskip("crosscurrents.explorer")
    box = cc.explore(pd.DataFrame({"source": ["A", "B"], "text": ["It rained.", "It rained."]}))
    hidden = [w for w in walk(box) if getattr(getattr(w, "layout", None), "display", "") == "none"]
    assert [type(widget).__name__ for widget in hidden] == ["Tab"]
