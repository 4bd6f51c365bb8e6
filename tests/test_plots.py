"""Charts: what they draw and say, that nothing overlaps, one colour a source, any name is safe."""

import itertools
import warnings

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import crosscurrents as cc
from crosscurrents import plots as style
from crosscurrents.plots import charts, source_colours, source_looks

PLAIN = ["Mail", "Star"]
NAMES = [*PLAIN, "The Post"]
HARD = [
    "The Institute for Long Names and Regional Studies, Occasional Papers",
    "Mail",
    "_under $core$ $x^2$",
    "<b>Bold & Co</b>",
    "Star",
    "北京 Daily",
    "Le Courrier de l’Extrême-Orient",
    "Zeit 🎉",
]


@pytest.fixture(autouse=True)
def _close_figures():
    mpl.use("Agg")
    import matplotlib.pyplot as plt

    yield
    plt.close("all")


def texts(figure):
    import matplotlib.text

    found = figure.findobj(lambda artist: isinstance(artist, matplotlib.text.Text))
    return [t for t in found if t.get_visible() and t.get_text().strip()]


def words(ax):
    return [text.get_text() for text in texts(ax.figure)]


def shown(ax):
    return " ".join(" ".join(words(ax)).split())


def boxes(figure):
    """Texts with the boxes they are drawn in; ticks out of view are not drawn at all."""
    figure.canvas.draw()
    ticks = [
        (tick, sorted(axis.get_view_interval()))
        for ax in figure.axes
        for axis in (ax.xaxis, ax.yaxis)
        for tick in axis.get_major_ticks()
    ]
    unseen = {id(t.label1) for t, (low, high) in ticks if not low <= t.get_loc() <= high}
    found = [(t.get_text(), t.get_window_extent()) for t in texts(figure) if id(t) not in unseen]
    return [(text, box) for text, box in found if box.width > 2]


def overlaps(figure):
    """Pairs of texts that lie over each other by more than a pixel."""
    found = [(text, box.padded(-1)) for text, box in boxes(figure)]
    return [(a, b) for (a, x), (b, y) in itertools.combinations(found, 2) if x.overlaps(y)]


def beyond(figure):
    """Texts that are cut off at the edge of the figure."""
    width, height = figure.canvas.get_width_height()
    inside = mpl.transforms.Bbox([[-1, -1], [width + 1, height + 1]])
    return [
        text
        for text, box in boxes(figure)
        if not (inside.contains(box.x0, box.y0) and inside.contains(box.x1, box.y1))
    ]


# Tables as the charts get them: a row for each group and line, with intervals.


def made(names, lines=("dam", "rain", "levee"), unit="within this article"):
    rng = np.random.default_rng(4)
    rows = [(line, name) for line in lines for name in names]
    table = pd.DataFrame(rows, columns=["line", "source"])
    value = rng.normal(0, 1, len(table))
    table = table.assign(value=value, low=value - 0.5, high=value + 0.7, unit=unit, note="12 of 90")
    table["rank"] = table.groupby("line")["value"].rank(ascending=False)
    table["size"] = table["value"].abs()
    table["at"] = rng.uniform(0, 1, len(table))
    table.attrs = {"by": "source", "groups": list(names), "labels": {"dam": "Dam"}}
    return table


def first(table):
    """The rows of the first line."""
    found = table[table["line"] == "dam"]
    found.attrs = table.attrs
    return found


WHAT = {"what": "the numbers"}
CHARTS = {
    "dots": lambda t, ax=None: charts.dots_with_intervals(
        t[t["source"] == t["source"].iloc[0]], value="value", label="line", by="source", zero=True,
        axis="scores", ax=ax, **WHAT
    ),
    "dots of groups": lambda t, ax=None: charts.dots_with_intervals(
        first(t), value="value", label="source", by="source", notes="note", ax=ax, **WHAT
    ),
    "bars": lambda t, ax=None: charts.bars(
        first(t), value="value", label="source", by="source", notes="note", ax=ax, **WHAT
    ),
    "heat map": lambda t, ax=None: charts.heat_map(
        t, value="size", row="line", column="source", axis="uses", ax=ax, **WHAT
    ),
    "lines": lambda t, ax=None: charts.lines(
        t, x="line", value="value", by="source", axis="scores", ax=ax, **WHAT
    ),
    "strips": lambda t, ax=None: charts.strips(
        t, at="at", by="source", axis="place", ax=ax, **WHAT
    ),
    "ranks": lambda t, ax=None: charts.ranks(
        t, method="line", rank="rank", by="source", ax=ax, **WHAT
    ),
}  # fmt: skip
KINDS = list(CHARTS)


def drawn(kind, table, **options):
    with mpl.rc_context(style.house_style()):
        return CHARTS[kind](table, **options)


@pytest.mark.parametrize("names", [HARD, HARD[:5]], ids=["eight", "five"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_label_overlaps_or_is_cut_off_and_any_name_is_safe(kind, names):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = drawn(kind, made(names)).figure
        assert overlaps(figure) == []
        assert beyond(figure) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_says_its_numbers_and_leaves_the_table_and_the_style_alone(kind):
    table = made(PLAIN)
    before, rc = table.copy(), dict(mpl.rcParams)
    ax = drawn(kind, table)
    pd.testing.assert_frame_equal(table, before)
    assert isinstance(ax, mpl.axes.Axes) and dict(mpl.rcParams) == rc
    label = ax.figure.get_label()
    assert "the numbers" in label and "nan" not in label
    assert "Mail" in label


@pytest.mark.parametrize("kind", KINDS)
def test_given_axes_are_drawn_on(kind):
    import matplotlib.pyplot as plt

    _, (left, right) = plt.subplots(1, 2, figsize=(12, 5))
    assert drawn(kind, made(PLAIN), ax=right) is right
    assert not left.lines


def test_an_empty_table_says_so():
    table = made(PLAIN).assign(value=np.nan)
    for empty in (table.iloc[:0], table):
        ax = style.chart("the numbers", values=("value",))(CHARTS["bars"])(empty)
        assert "nothing to show" in shown(ax) and ax.figure.get_gid() == style.NOTHING


def test_terms_are_drawn_as_the_corpus_writes_them():
    assert "Dam" in shown(drawn("dots", made(PLAIN)))
    assert "Dam" in shown(drawn("heat map", made(PLAIN)))


def test_a_dot_is_hollow_where_there_is_no_interval():
    table = first(made(PLAIN)).assign(low=[0.0, np.nan], high=[1.0, np.nan])
    dots = [line for line in drawn("dots of groups", table).lines if len(line.get_xdata()) == 1]
    assert [line.get_markerfacecolor() == "white" for line in dots] == [False, True]


def test_an_interval_far_beyond_the_values_is_cut_and_has_an_arrow():
    table = first(made(PLAIN)).assign(value=[1.0, 2.0], low=[0.5, 1.0], high=[1.5, 500.0])
    ax = drawn("dots of groups", table)
    assert ax.get_xlim()[1] < 10
    assert any(line.get_marker() == ">" for line in ax.lines)


def test_lines_have_gaps_where_a_group_has_no_value():
    table = made(PLAIN)
    table = table[~((table["line"] == "rain") & (table["source"] == "Mail"))]
    mail = next(line for line in drawn("lines", table).lines if len(line.get_ydata()) == 3)
    assert np.isnan(mail.get_ydata()).tolist() == [False, False, True]  # dam, levee, rain


def test_a_heat_map_frames_what_is_strong():
    table = made(PLAIN).assign(sure=[True, *[False] * 5])
    ax = charts.heat_map(
        table, value="size", row="line", column="source", strong="sure", what="the numbers"
    )
    assert sum(not patch.get_fill() for patch in ax.patches) == 1


# Style


def test_a_source_keeps_its_colour_when_another_is_added():
    names = [f"Source {k}" for k in range(5)]
    kept = 0
    for k in range(200):
        before, after = source_colours(names), source_colours([*names, f"New {k}"])
        assert len(set(after.values())) == 6  # and no two share one
        kept += sum(after[name] == before[name] for name in names)
    assert kept > 0.85 * 200 * len(names)  # unless the two compete for it
    assert source_colours(reversed(names)) == source_colours(names)


def test_eight_sources_have_eight_colours_and_more_differ_in_their_marker():
    names = [f"Source {k}" for k in range(16)]
    assert len(set(source_colours(names[:8]).values())) == 8
    assert len(set(source_looks(names).values())) == 16


def test_the_largest_groups_are_drawn_and_the_chart_says_of_how_many():
    table = pd.DataFrame({"source": list("abc"), "value": 1})
    table.attrs = {"by": "source", "groups": ["c", "a", "b"]}
    kept, rest = style.largest(table, "source", 2)
    assert kept["source"].tolist() == ["a", "c"]
    assert rest == "the 2 with most words of 3 shown; the table has all"


def test_letters_that_no_font_has_are_marked_and_their_table_is_kept():
    sizes = pd.DataFrame({"source": ["Mail", "\U00014400"], "documents": [3, 1], "words": [9, 3]})
    figure = cc.plot_sizes(sizes).figure
    assert figure.get_gid() == style.UNREADABLE
    assert figure.table is sizes
    for name in ("Γειά", "Правда", "العربية"):
        assert cc.plot_sizes(sizes.assign(source=["Mail", name])).figure.get_gid() is None


def test_a_chart_says_what_its_intervals_are():
    table = pd.DataFrame({"low": [0.0, np.nan], "high": [1.0, np.nan], "unit": "documents"})
    assert style.scope(table[:1]) == "line: 95% interval (bootstrap over documents)"
    assert style.scope(table).endswith("hollow: no interval")
    assert style.scope(table[1:]) == style.scope(table[1:], "band")
    assert style.scope(table[1:]).startswith("no intervals: too few")
    assert style.scope(table, "band", "no band").startswith("band: 95% interval")
    inside = table[:1].assign(unit="within this article")
    assert style.scope(inside) == (
        "line: 95% interval within this article (bootstrap over paragraphs)"
    )


# The corpus and words pages


def keyness(p=np.nan):
    rows = [
        (name, term, direction, count, there, ratio, p)
        for name in PLAIN
        for term, direction, count, there, ratio in [
            ("dam", 1, 8, 2, 2.0), ("weir", 1, 3, 0, 2.6), ("rain", -1, 0, 5, -3.5)
        ]
    ]  # fmt: skip
    names = ["source", "term", "direction", "count", "reference_count", "log_ratio", "p_adjusted"]
    table = pd.DataFrame(rows, columns=names).assign(words=900, unit="within this article", g2=1.0)
    table = table.assign(low=table["log_ratio"] - 1, high=table["log_ratio"] + 1)
    table = table.assign(reference="all others", rate=table["count"] / 0.9)
    table = table.assign(reference_rate=table["reference_count"] / 0.9)
    table.attrs = {"by": "source", "groups": PLAIN, "labels": {"dam": "Dam"}}
    return table


def test_vocabulary_without_a_test_is_not_called_distinctive():
    figure = cc.plot_keyness(keyness()).figure
    assert [ax.get_title(loc="left") for ax in figure.axes] == PLAIN
    assert "no test, ordered by log-odds z" in figure.get_label()
    assert "distinctive" not in figure.get_label()
    assert "8 : 2" in shown(figure.axes[0])


def test_a_word_that_a_source_never_uses_is_not_drawn_as_used_more():
    assert "rain" not in cc.plot_keyness(keyness()).figure.get_label()


def test_with_a_test_only_distinctive_words_are_drawn():
    table = keyness(0.01)
    table.loc[table["term"] == "weir", "p_adjusted"] = 0.3
    label = cc.plot_keyness(table).figure.get_label()
    assert "Dam" in label and "weir" not in label and "distinctive: p below 0.05" in label
    assert cc.plot_keyness(keyness(0.5)).figure.get_gid() == style.NOTHING


def test_rates_frame_tested_differences_only():
    row = {"term": "dam", "standout": "Mail", "p_adjusted": 0.01}
    for name, count in (("Mail", 8), ("Star", 2)):
        row |= {f"rate_{name}": count / 0.9, f"count_{name}": count, f"words_{name}": 900}
    table = pd.DataFrame([row])
    table.attrs = {"by": "source", "groups": PLAIN}
    ax = cc.plot_rates(table)
    assert sum(not patch.get_fill() for patch in ax.patches) == 1
    assert "8.9 (8)" in shown(ax) and "900 words" in shown(ax)
    plain = cc.plot_rates(table.assign(p_adjusted=np.nan))
    assert all(patch.get_fill() for patch in plain.patches) and "frame" not in shown(plain)


def test_one_word_how_often_and_where():
    rates = pd.DataFrame(
        {"source": PLAIN, "term": "dam", "count": [8, 2], "words": 900, "rate": [8.9, 2.2],
         "low": [5.0, np.nan], "high": [12.0, np.nan], "unit": "within this article"}
    )  # fmt: skip
    rates.attrs = {"by": "source", "groups": PLAIN}
    places = pd.DataFrame({"source": ["Mail", "Mail", "Star"], "share": [0.1, 0.9, 0.5]})
    places.attrs = {"by": "source", "groups": PLAIN}
    figure = cc.plot_term(rates, places).figure
    assert len(figure.axes) == 2 and "Mail 2; Star 1" in figure.get_label()
    assert len(cc.plot_term(rates).figure.axes) == 1  # without texts


def test_sizes_and_what_was_left_out():
    sizes = pd.DataFrame({"source": PLAIN, "documents": [3, 1], "words": [900, 300]})
    sizes.attrs = {"by": "source", "groups": PLAIN}
    assert "300 (1 article)" in shown(cc.plot_sizes(sizes))
    table = pd.DataFrame({"source": PLAIN, "reason": "byline", "excluded_share": [0.1, 0.0]})
    table.attrs = {"by": "source", "groups": PLAIN}
    assert "byline, Mail 10%" in cc.plot_excluded(table).figure.get_label()


# The themes and tone pages


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


def test_tone_has_a_panel_for_each_lexicon_and_a_line_for_each_way_of_counting():
    axes = cc.plot_tone(robustness())
    panels = axes.figure.axes
    assert [panel.get_title(loc="left") for panel in panels] == ["VADER", "AFINN"]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == [label for name in NAMES for label in (name, "without topic words")]
    hollow = [line for line in axes.lines if line.get_markerfacecolor() == "white"]
    assert len(hollow) == len(NAMES)
    assert "hollow: without topic words" in " ".join(words(axes))
    assert axes.figure.get_label().count("mean score of sentences by") == 2


def test_one_lexicon_without_topic_words_has_one_panel():
    table = robustness()
    table = table[(table["lexicon"] == "vader") & ~table["without_topic_words"]]
    axes = cc.plot_tone(table)
    assert len(axes.figure.axes) == 1
    assert "hollow" not in " ".join(words(axes))


def test_voices_are_drawn_only_where_somebody_is_quoted():
    rows = [("Mail", "own", 10, 0.9, 0.1), ("Mail", "quoted", 2, 0.1, -0.2)]
    rows += [("Star", "own", 8, 1.0, 0.0), ("Star", "quoted", 0, 0.0, np.nan)]
    table = table_of(rows, ["source", "voice", "sentences", "share", "mean"], unit="documents")
    table = table.assign(low=np.nan, high=np.nan)
    axes = cc.plot_voices(table)
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["Mail", "in quotations", "Star"]
    assert "2 sentences, 10% of words" in words(axes)
    assert cc.plot_voices(table[table["voice"] == "own"]).figure.get_gid() == style.NOTHING


def test_targets_with_too_few_sentences_are_not_coloured():
    rows = [("the council", "Mail", 12, 0.3, True, 0.01), ("the council", "Star", 3, 0.9, False, 1)]
    rows += [("the mayor", "Mail", 1, 0.5, False, 1), ("the mayor", "Star", 0, np.nan, False, 1)]
    columns = ["target", "source", "sentences", "mean", "enough", "p_adjusted"]
    axes = cc.plot_targets(table_of(rows, columns))
    found = words(axes)
    assert "+0.30 (12)" in found and "the mayor" not in found
    assert not any("0.90" in text for text in found)
    assert "framed" in " ".join(found)
    assert cc.plot_targets(table_of(rows[1:2], columns)).figure.get_gid() == style.NOTHING


def test_a_frame_marks_tested_differences_of_themes_only():
    plain = cc.plot_themes(shares())
    assert "framed" not in " ".join(words(plain))
    tested = cc.plot_themes(shares(p=[0.01, 1, 1, 1, 1, 1]))
    assert "framed" in " ".join(words(tested))
    frames = [p for p in tested.patches if not p.get_fill()]
    assert len(frames) == 1
    assert "21% (21)" in words(plain) and "n = 100" in " ".join(words(plain))


def test_positions_are_ordered():
    axes = cc.plot_scale(positions())
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Mail", "Star"]
    assert "“anger”" in axes.get_xlabel() and "“calm”" in axes.get_xlabel()
    assert "3 : 1" in words(axes)


def test_the_order_by_method_has_a_line_for_each_source():
    rows = [(label, name, rank) for label in ("every match", "own speech only") for rank, name in
            enumerate(NAMES, 1)]  # fmt: skip
    axes = cc.plot_scale_robustness(table_of(rows, ["label", "source", "rank"]))
    assert len(axes.lines) == len(NAMES)
    assert [line.get_color() for line in axes.lines] == list(source_colours(NAMES).values())
    one = table_of(rows[:1], ["label", "source", "rank"])
    assert cc.plot_scale_robustness(one).figure.get_gid() == style.NOTHING


@pytest.mark.parametrize(("number", "drawn"), [(2, False), (3, True)])
def test_a_course_over_time_takes_three_periods_of_a_source(number, drawn):
    tone = periods({"mean": 0.1}, number)
    scale = periods({"position": 0.1, "near": "calm", "far": "anger"}, number)
    themes = periods({"share": 0.1, "sentences": 5, "theme": "water"}, number)
    for table in (tone, scale, themes):
        assert (cc.plot_over_time(table).figure.get_gid() != style.NOTHING) == drawn


@pytest.mark.parametrize("known", [True, False])
def test_a_course_says_what_its_band_is(known):
    table = periods({"mean": 0.1}, 3)
    table = table if known else table.assign(low=np.nan, high=np.nan)
    said = "band: 95% interval" if known else "no intervals: too few"
    assert any(word.startswith(said) for word in words(cc.plot_over_time(table)))


def test_a_period_without_articles_is_a_gap_of_its_length():
    table = periods({"mean": 0.1}, 3)
    table["period"] = table["period"].replace("2023-Q3", "2024-Q3")
    axes = cc.plot_over_time(table)
    ticks = [label.get_text() for label in axes.get_xticklabels()]
    assert ticks == ["2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4", "2024-Q1", "2024-Q2", "2024-Q3"]
    drawn = np.isfinite(axes.lines[0].get_ydata().astype(float))
    assert drawn.tolist() == [True, True, False, False, False, False, True]


def test_three_periods_of_three_sources_are_no_course():
    table = periods({"mean": 0.1}, 3)
    table = table[[k % 4 == 0 for k in range(9)]]  # one period each
    assert cc.plot_over_time(table).figure.get_gid() == style.NOTHING


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
    assert "the 6 largest of 8 themes" in " ".join(words(axes))


def test_pairs_of_themes_with_few_sentences_are_left_out():
    rows = [("water", "law", 10, 5.0, 2.0, 1.2, 3.0), ("law", "cost", 1, 0.5, 2.0, 0.5, 9.0)]
    rows += [("water", "cost", 0, 6.0, 0.0, 0.0, 0.5)]
    columns = ["theme", "other", "observed", "expected", "lift", "low", "high"]
    table = table_of(rows, columns, unit="documents")
    axes = cc.plot_cooccurrence(table)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["water + law"]
    assert "10 sentences, 5.0 expected" in words(axes)
    assert cc.plot_cooccurrence(table[1:]).figure.get_gid() == style.NOTHING
