"""Charts of the tone and themes pages: what they draw, what their alternative text says."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import crosscurrents as cc
from crosscurrents.plots.style import NOTHING, source_colours

NAMES = ["Mail", "Star", "The Post"]


@pytest.fixture(autouse=True)
def _close_figures():
    mpl.use("Agg")
    import matplotlib.pyplot as plt

    yield
    plt.close("all")


def table_of(rows, columns, **more):
    table = pd.DataFrame(rows, columns=columns).assign(**more)
    table.attrs = {"by": "source", "groups": NAMES}
    return table


def robustness():
    rows = [
        (lexicon, without, name, 0.1 * k - 0.05 * without)
        for lexicon in ("vader", "afinn")
        for without in (False, True)
        for k, name in enumerate(NAMES)
    ]
    table = table_of(rows, ["lexicon", "without_topic_words", "source", "mean"], unit="documents")
    table["low"], table["high"] = table["mean"] - 0.1, table["mean"] + 0.1
    return table


def shares(p=np.nan):
    rows = [(theme, name, 10 * k + 1, 100) for theme in ("water", "law") for k, name in
            enumerate(NAMES)]  # fmt: skip
    table = table_of(rows, ["theme", "source", "sentences", "of"], p_adjusted=p)
    return table.assign(share=table["sentences"] / table["of"])


def positions():
    table = table_of(
        [("Mail", 3, 1, 0.8), ("Star", 1, 3, -0.8), ("The Post", 0, 0, np.nan)],
        ["source", "positive", "negative", "position"],
        near="calm", far="anger", unit="within this article",
    )  # fmt: skip
    return table.assign(low=table["position"] - 0.5, high=table["position"] + 0.5)


def periods(columns, number):
    rows = [(name, f"2023-Q{q}") for name in NAMES for q in range(1, number + 1)]
    table = table_of(rows, ["source", "period"], unit="documents", **columns)
    return table.assign(low=0.0, high=0.2)


def texts_of(axes):
    return [t.get_text() for t in axes.figure.findobj(mpl.text.Text) if t.get_text()]


def test_tone_has_a_panel_for_each_lexicon_and_a_line_for_each_way_of_counting():
    axes = cc.plot_tone(robustness())
    panels = axes.figure.axes
    assert [panel.get_title(loc="left") for panel in panels] == ["VADER", "AFINN"]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == [label for name in NAMES for label in (name, "without topic words")]
    hollow = [line for line in axes.lines if line.get_markerfacecolor() == "white"]
    assert len(hollow) == len(NAMES)
    assert "hollow: without topic words" in " ".join(texts_of(axes))
    assert axes.figure.get_label().count("mean score of sentences by") == 2


def test_one_lexicon_without_topic_words_has_one_panel():
    table = robustness()
    table = table[(table["lexicon"] == "vader") & ~table["without_topic_words"]]
    axes = cc.plot_tone(table)
    assert len(axes.figure.axes) == 1
    assert "hollow" not in " ".join(texts_of(axes))


def test_voices_are_drawn_only_where_somebody_is_quoted():
    rows = [("Mail", "own", 10, 0.9, 0.1), ("Mail", "quoted", 2, 0.1, -0.2)]
    rows += [("Star", "own", 8, 1.0, 0.0), ("Star", "quoted", 0, 0.0, np.nan)]
    table = table_of(rows, ["source", "voice", "sentences", "share", "mean"], unit="documents")
    table = table.assign(low=np.nan, high=np.nan)
    axes = cc.plot_voices(table)
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["Mail", "in quotations", "Star"]
    assert "2 sentences, 10% of words" in texts_of(axes)
    assert cc.plot_voices(table[table["voice"] == "own"]).figure.get_gid() == NOTHING


def test_targets_with_too_few_sentences_are_not_coloured():
    rows = [("the council", "Mail", 12, 0.3, True, 0.01), ("the council", "Star", 3, 0.9, False, 1)]
    rows += [("the mayor", "Mail", 1, 0.5, False, 1), ("the mayor", "Star", 0, np.nan, False, 1)]
    columns = ["target", "source", "sentences", "mean", "enough", "p_adjusted"]
    axes = cc.plot_targets(table_of(rows, columns))
    found = texts_of(axes)
    assert "+0.30 (12)" in found and "the mayor" not in found
    assert not any("0.90" in text for text in found)
    assert "framed" in " ".join(found)
    assert cc.plot_targets(table_of(rows[1:2], columns)).figure.get_gid() == NOTHING


def test_a_frame_marks_tested_differences_of_themes_only():
    plain = cc.plot_themes(shares())
    assert "framed" not in " ".join(texts_of(plain))
    tested = cc.plot_themes(shares(p=[0.01, 1, 1, 1, 1, 1]))
    assert "framed" in " ".join(texts_of(tested))
    frames = [p for p in tested.patches if not p.get_fill()]
    assert len(frames) == 1
    assert "21% (21)" in texts_of(plain) and "n = 100" in " ".join(texts_of(plain))


def test_positions_are_ordered_and_articles_stand_behind_them():
    articles = table_of([("Mail", 1.0), ("Mail", 0.5), ("Star", -1.0)], ["source", "position"])
    axes = cc.plot_scale(positions(), documents=articles)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Mail", "Star"]
    assert len(axes.collections[-1].get_offsets()) == 3
    assert "“anger”" in axes.get_xlabel() and "“calm”" in axes.get_xlabel()
    assert "3 : 1" in texts_of(axes)
    single = cc.plot_scale(positions(), documents=articles.iloc[1:])
    assert not single.collections  # a dot of one article would only cover the source's own


def test_the_order_by_method_has_a_line_for_each_source():
    rows = [(label, name, rank) for label in ("every match", "own speech only") for rank, name in
            enumerate(NAMES, 1)]  # fmt: skip
    axes = cc.plot_scale_robustness(table_of(rows, ["label", "source", "rank"]))
    assert len(axes.lines) == len(NAMES)
    assert [line.get_color() for line in axes.lines] == list(source_colours(NAMES).values())
    one = table_of(rows[:1], ["label", "source", "rank"])
    assert cc.plot_scale_robustness(one).figure.get_gid() == NOTHING


@pytest.mark.parametrize(("number", "drawn"), [(2, False), (3, True)])
def test_a_course_over_time_takes_three_periods_of_a_source(number, drawn):
    tone = periods({"mean": 0.1}, number)
    scale = periods({"position": 0.1, "near": "calm", "far": "anger"}, number)
    themes = periods({"share": 0.1, "sentences": 5, "theme": "water"}, number)
    for table in (tone, scale, themes):
        assert (cc.plot_over_time(table).figure.get_gid() != NOTHING) == drawn


def test_three_periods_of_three_sources_are_no_course():
    table = periods({"mean": 0.1}, 3)
    table = table[[k % 4 == 0 for k in range(9)]]  # one period each
    assert cc.plot_over_time(table).figure.get_gid() == NOTHING


def test_themes_over_time_have_one_legend_and_the_largest_themes():
    tables = [
        periods({"share": 0.1, "sentences": k, "theme": f"theme {k}"}, 3) for k in range(1, 9)
    ]
    table = pd.concat(tables, ignore_index=True)
    table.attrs = tables[0].attrs
    axes = cc.plot_over_time(table)
    assert len(axes.figure.axes) == 6 and len(axes.figure.legends) == 1
    assert axes.get_title(loc="left") == "theme 8"
    assert not any(panel.get_legend() for panel in axes.figure.axes)
    assert "the 6 largest of 8 themes" in " ".join(texts_of(axes))


def test_pairs_of_themes_with_few_sentences_are_left_out():
    rows = [("water", "law", 10, 5.0, 2.0, 1.2, 3.0), ("law", "cost", 1, 0.5, 2.0, 0.5, 9.0)]
    rows += [("water", "cost", 0, 6.0, 0.0, 0.0, 0.5)]
    columns = ["theme", "other", "observed", "expected", "lift", "low", "high"]
    table = table_of(rows, columns, unit="documents")
    axes = cc.plot_cooccurrence(table)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["water + law"]
    assert "10 sentences, 5.0 expected" in texts_of(axes)
    assert cc.plot_cooccurrence(table[1:]).figure.get_gid() == NOTHING


@pytest.mark.parametrize(
    "plot, table",
    [
        (cc.plot_tone, robustness()), (cc.plot_themes, shares()), (cc.plot_scale, positions()),
        (cc.plot_over_time, periods({"mean": 0.1}, 3)),
    ],
)  # fmt: skip
def test_charts_leave_their_table_as_it_was_and_say_nothing_without_rows(plot, table):
    before = table.copy()
    axes = plot(table)
    pd.testing.assert_frame_equal(table, before)
    assert len(axes.figure.get_label()) > 30
    assert plot(table.iloc[:0]).figure.get_gid() == NOTHING
