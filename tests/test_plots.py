"""Charts: what they say, that nothing overlaps, one colour a source, any name is safe to draw."""

import itertools
import warnings
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from crosscurrents import plots
from crosscurrents.plots import source_colours
from crosscurrents.plots.canvas import PALETTE, PANELS
from crosscurrents.plots.wording import number, plain, span
from crosscurrents.statistics.units import largest_first, sized

PLAIN = ["Mail", "Star"]
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


def intervals(value, rng, unit):
    low, high = (
        value - rng.uniform(0.1, 0.5) * abs(value),
        value + rng.uniform(0.1, 0.9) * abs(value),
    )
    return low, high, unit


def corpus_table(names, rng, unit):
    return pd.DataFrame(
        {"source": [*names, *names], "words": rng.integers(90, 9000, 2 * len(names))}
    )


def rates_table(names, rng, unit):
    rows = []
    for name in names:
        for k in range(12):
            count, words = 40 - 3 * k, 2000
            low, high, _ = intervals(count / 2, rng, unit)
            term = "https://example.org/a/long/address" if k == 4 else f"term{k}"
            rows.append((name, term, count, words, count / 2, low, high, 2, 7, unit))
    columns = ["source", "term", "count", "words", "rate", "low", "high", "docfreq", "documents"]
    return pd.DataFrame(rows, columns=[*columns, "unit"])


def keyness_table(names, rng, unit):
    ratio = np.array([6.0, 3.5, 2.0, 1.1, -0.9, -2.5, -3.0])
    table = pd.DataFrame({"source": names[0], "reference": "all others", "log_ratio": ratio})
    table["term"] = [f"term{k}" for k in range(7)]
    table["direction"] = np.sign(ratio).astype(int)
    table["count"], table["reference_count"] = [8, 7, 6, 5, 2, 1, 0], [0, 1, 2, 3, 4, 5, 6]
    table["words"], table["reference_words"] = 1200, 3400
    table["low"], table["high"] = ratio - 1, ratio + 1
    table.loc[[0, 6], "high"] = [46.0, np.nan]
    table["smoothed"] = table[["count", "reference_count"]].eq(0).any(axis=1)
    table.attrs["groups"] = list(names)
    return table.assign(unit=unit)


def sentiment_table(names, rng, unit):
    rows = [(n, 20 + k, 0.3 - 0.1 * k, *intervals(0.2, rng, unit)) for k, n in enumerate(names)]
    table = pd.DataFrame(rows, columns=["source", "sentences", "mean", "low", "high", "unit"])
    table["low"], table["high"] = table["mean"] - 0.12, table["mean"] + 0.1
    return table.assign(positive=0.5, neutral=0.3, negative=0.2)


def course_table(names, rng, unit):
    rows = [
        (n, part, 3, np.nan if part == 4 else rng.normal(0, 0.3))
        for n in names
        for part in range(1, 11)
    ]
    return pd.DataFrame(rows, columns=["source", "bin", "sentences", "mean"])


def drivers_table(names, rng, unit):
    rows = [
        (n, f"word{k}", 3, share)
        for n in names
        for k, share in enumerate([0.12, -0.1, 0.07, -0.04, 0.02])
    ]
    return pd.DataFrame(rows, columns=["source", "term", "count", "contribution"])


def scores_table(names, rng, unit):
    rows = [(n, k, float(s)) for n in names for k, s in enumerate(rng.normal(0.1, 0.4, 30))]
    return pd.DataFrame(rows, columns=["source", "sentence", "score"])


def ranks_table(names, rng, unit):
    rows = []
    for scoring in ("vader", "vader without topic words", "afinn", "afinn without topic words"):
        for rank, k in enumerate(rng.permutation(len(names)), start=1):
            limits = max(1, rank - 1), min(len(names), rank + 2)
            lexicon, guard = scoring.split()[0], "without" in scoring
            rows.append((scoring, lexicon, guard, names[k], 20, -rank, -rank - 1, 1, rank, *limits))
    columns = ["scoring", "lexicon", "guard", "source", "sentences", "mean", "low", "high"]
    table = pd.DataFrame(rows, columns=[*columns, "rank", "rank_low", "rank_high"])
    return table.assign(unit=unit)


def voices_table(names, rng, unit):
    rows = []
    for name, voice in itertools.product(names, ("own", "quoted")):
        n = int(rng.integers(0, 40)) if voice == "quoted" else 60
        mean = rng.normal(0.1, 0.2) if n else np.nan
        rows.append((name, voice, n, mean, mean - 0.1, mean + 0.1, unit))
    return pd.DataFrame(
        rows, columns=["source", "voice", "sentences", "mean", "low", "high", "unit"]
    )


def targets_table(names, rng, unit):
    rows = []
    for target, name in itertools.product(["China", "the United States of America"], names):
        n = int(rng.integers(0, 40))
        mean = rng.normal(0, 0.2) if n else np.nan
        rows.append((target, name, n, 1, mean, mean - 0.1, mean + 0.1, unit, n >= 10))
    columns = ["target", "source", "sentences", "documents", "mean", "low", "high", "unit"]
    return pd.DataFrame(rows, columns=[*columns, "enough"])


def share_table(names, rng, unit):
    themes = ["trade", "a rather long name of a theme that has to wrap", "war & peace", "energy"]
    rows = []
    for theme, name in itertools.product(themes, names):
        hits = int(rng.integers(0, 12))
        limits = (hits / 80, hits / 25) if hits else (np.nan, np.nan)
        rows.append((theme, name, hits, 40, hits / 40, *limits, unit))
    columns = ["theme", "source", "sentences", "of", "share", "low", "high", "unit"]
    return pd.DataFrame(rows, columns=columns)


def scale_table(names, rng, unit):
    rows = [("closeness", n, "warmth", "friction", 9 - k, 3 + k) for k, n in enumerate(names)]
    table = pd.DataFrame(rows, columns=["scale", "source", "near", "far", "positive", "negative"])
    table["position"] = np.log((table["positive"] + 0.5) / (table["negative"] + 0.5))
    table["low"], table["high"] = table["position"] - 1, table["position"] + 0.8
    return table.assign(unit=unit)


def compared_table(names, rng, unit):
    table = pd.DataFrame({"term": [f"term{k}" for k in range(9)]})
    for k, name in enumerate(names):
        table[f"count_{name}"] = rng.integers(k == 0, 30, 9)
        table[f"words_{name}"] = 900 + 100 * k
        table[f"rate_{name}"] = table[f"count_{name}"] / table[f"words_{name}"] * 1000
    return table.assign(g2=9.0, standout=names[0])


def scatter_table(names, rng, unit):
    count = rng.integers(0, 40, 60)
    count[3] = 0
    table = pd.DataFrame({"source": names[0], "reference": names[-1], "count": count})
    table["reference_count"] = np.where(count == 0, 3, rng.integers(0, 40, 60))
    table["term"] = [f"a rather long phrase {k}" if k % 9 == 0 else f"w{k}" for k in range(60)]
    table["words"], table["reference_words"] = 1000, 3000
    table["rate"], table["reference_rate"] = table["count"], table["reference_count"] / 3
    table["direction"] = np.sign(table["rate"] - table["reference_rate"]).astype(int)
    table["g2"] = (table["rate"] - table["reference_rate"]).abs()
    table["p_adjusted"] = np.where(table["g2"] > 9, 0.01, 0.5)
    table.attrs["groups"] = list(names)
    return table.sort_values("g2", ascending=False, ignore_index=True)


def strips_table(names, rng, unit):
    rows = [(n, f"d{k}", "gas", share) for k, n in enumerate(names) for share in (0, 0.3, 0.98)]
    table = pd.DataFrame(rows, columns=["source", "doc_id", "pattern", "share"])
    looked = [{"doc_id": f"d{k}", "words": 900, "source": n} for k, n in enumerate(names)]
    table.attrs["documents"] = [*looked, {"doc_id": "without", "words": 70, "source": names[0]}]
    return table


def term_course_table(names, rng, unit):
    rows = []
    for name in names:
        for k in range(8):
            low, high, _ = intervals(3.0 + k, rng, unit)
            rows.append(("gas", name, f"{2010 + k}", 6 + k, 2000, 3.0 + k, low, high, 2, 7, unit))
    columns = ["term", "source", "period", "count", "words", "rate", "low", "high", "docfreq"]
    return pd.DataFrame(rows, columns=[*columns, "documents", "unit"])


def collocates_table(names, rng, unit):
    rows = [(n, f"word{k}", 9 - k, 80, 20, 12.5 - k) for n in names for k in range(6)]
    return pd.DataFrame(
        rows, columns=["source", "term", "count", "node_count", "term_count", "log_dice"]
    )


THEMES = ["trade", "a rather long name of a theme that has to wrap", "war & peace", "energy"]


def theme_contrast_table(names, rng, unit):
    rows = []
    for theme, name in itertools.product(THEMES, names):
        ratio = rng.normal(0, 2)
        limits = ratio - 1.5, ratio + 1.5
        rows.append((theme, name, 12, 40, 0.3, 30, 400, 0.075, ratio, *limits, 0.001, 0.01))
    columns = ["theme", "source", "sentences", "of", "share", "rest_sentences", "rest_of"]
    columns += ["rest_share", "log_ratio", "low", "high", "p", "p_adjusted"]
    return pd.DataFrame(rows, columns=columns).assign(tests=len(rows), unit=unit)


def theme_course_table(names, rng, unit):
    rows = []
    for theme, name, part in itertools.product(THEMES, names, range(1, 11)):
        hits = int(rng.integers(0, 5))
        rows.append((theme, name, part, hits, 8, hits / 8, hits / 9, hits / 7, 1, unit))
    columns = ["theme", "source", "bin", "sentences", "of", "share", "low", "high", "documents"]
    return pd.DataFrame(rows, columns=[*columns, "unit"])


def theme_time_table(names, rng, unit):
    table = theme_course_table(names, rng, unit)
    return table.assign(period=(2010 + table.pop("bin")).astype(str))


def pairs_table(names, rng, unit):
    rows = []
    for one, other in itertools.combinations([*THEMES, *names], 2):
        p, lift = rng.uniform(0, 0.1), 2 ** rng.normal(0, 1)
        rows.append((one, other, 4, 4 / lift, lift, lift / 2, lift * 2, 9, 8, 90, p, 2 * p, 20))
    columns = ["theme", "other", "joint", "expected", "lift", "low", "high", "count"]
    columns += ["other_count", "of", "p", "p_adjusted", "tests"]
    return pd.DataFrame(rows, columns=columns).assign(unit=unit)


def sensitivity_table(names, rng, unit):
    rows = []
    for kind, variant in (
        ("counting", "as the page counts: every hit"), ("counting", "a sentence once a pole"),
        ("counting", "sentences that name one side and also the other side, for the stronger pole"),
        ("pattern", "without “trust” (warmth)"), ("pattern", "without “foe” (friction)"),
    ):  # fmt: skip
        for rank, name in enumerate(names, start=1):
            rows.append((kind, variant, name, "warmth", "friction", 9, 3, 2.0 - rank, rank, 0.5))
    columns = ["kind", "variant", "source", "near", "far", "positive", "negative", "position"]
    return pd.DataFrame(rows, columns=[*columns, "rank", "tau"]).assign(moved=True)


def scale_theme_table(names, rng, unit):
    rows = []
    for theme, name in itertools.product(THEMES, names):
        a, b = (int(n) for n in rng.integers(0, 12, 2))
        position = np.log((a + 0.5) / (b + 0.5)) if a + b else np.nan
        rows.append((theme, "closeness", name, "warmth", "friction", a, b, position, a + b > 4))
    columns = ["theme", "scale", "source", "near", "far", "positive", "negative", "position"]
    return pd.DataFrame(rows, columns=[*columns, "enough"])


CHARTS = {
    "plot_scale_by_theme": scale_theme_table,
    "plot_theme_contrast": theme_contrast_table,
    "plot_theme_course": theme_course_table,
    "plot_theme_over_time": theme_time_table,
    "plot_theme_pairs": pairs_table,
    "plot_scale_sensitivity": sensitivity_table,
    "plot_rate_heatmap": compared_table,
    "plot_rate_scatter": scatter_table,
    "plot_strips": strips_table,
    "plot_term_course": term_course_table,
    "plot_collocates": collocates_table,
    "plot_corpus": corpus_table,
    "plot_term_rates": rates_table,
    "plot_keyness": keyness_table,
    "plot_sentiment": sentiment_table,
    "plot_sentiment_course": course_table,
    "plot_drivers": drivers_table,
    "plot_robustness": ranks_table,
    "plot_guard": ranks_table,
    "plot_voices": voices_table,
    "plot_sentence_scores": scores_table,
    "plot_target_tone": targets_table,
    "plot_theme_heatmap": share_table,
    "plot_theme_shares": share_table,
    "plot_scale": scale_table,
}
WITH_INTERVALS = [
    "plot_term_course",
    *("plot_robustness", "plot_guard", "plot_voices"),
    *("plot_term_rates", "plot_keyness", "plot_sentiment", "plot_theme_shares", "plot_scale"),
    *("plot_theme_contrast", "plot_theme_over_time"),
]


def made(chart, names=PLAIN, unit="within this article"):
    return CHARTS[chart](list(names), np.random.default_rng(4), unit)


def texts(figure):
    import matplotlib.text

    found = figure.findobj(lambda artist: isinstance(artist, matplotlib.text.Text))
    return [t for t in found if t.get_visible() and t.get_text().strip()]


def shown(ax):
    return " ".join(" ".join(text.get_text() for text in texts(ax.figure)).split())


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


@pytest.mark.parametrize("names", [PLAIN, HARD, HARD[:5]], ids=["two", "eight", "five"])
@pytest.mark.parametrize("chart", CHARTS)
def test_no_label_overlaps_and_any_name_is_safe(chart, names):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ax = getattr(plots, chart)(made(chart, names))
        assert overlaps(ax.figure) == []


@pytest.mark.parametrize("names", [PLAIN, HARD], ids=["two", "eight"])
@pytest.mark.parametrize("chart", CHARTS)
def test_no_label_is_cut_off(chart, names):
    assert beyond(getattr(plots, chart)(made(chart, names)).figure) == []


LONG = {
    "plot_term_rates": {"top_n": 30},
    "plot_keyness": {"top_n": 30},
    "plot_rate_heatmap": {"top_n": 30},
    "plot_rate_scatter": {"top_n": 30},
    "plot_drivers": {"top_n": 30},
    "plot_collocates": {"top_n": 30},
}


@pytest.mark.parametrize("chart", LONG)
def test_thirty_terms_of_eight_sources_find_room(chart):
    table = made(chart, HARD)
    rows = [table.assign(term=[f"{t} {k}" for t in table["term"]]) for k in range(30)]
    if chart == "plot_keyness":  # bars in both directions
        rows = [r.assign(log_ratio=r["log_ratio"] * (1 + k / 20)) for k, r in enumerate(rows)]
    long = pd.concat(rows, ignore_index=True)
    long.attrs = table.attrs
    figure = getattr(plots, chart)(long, **LONG[chart]).figure
    assert overlaps(figure) == []
    assert beyond(figure) == []


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_returns_axes_with_alternative_text_and_leaves_the_table_alone(chart):
    table = made(chart)
    before = table.copy()
    rc = dict(mpl.rcParams)
    ax = getattr(plots, chart)(table)
    pd.testing.assert_frame_equal(table, before)
    assert isinstance(ax, mpl.axes.Axes)
    assert dict(mpl.rcParams) == rc
    label = ax.figure.get_label()
    assert len(label) > 60
    assert "Mail" in label
    assert "nan" not in label


@pytest.mark.parametrize("chart", CHARTS)
def test_given_axes_are_drawn_on(chart):
    import matplotlib.pyplot as plt

    _, (left, right) = plt.subplots(1, 2, figsize=(12, 5))
    assert getattr(plots, chart)(made(chart), ax=right) is right
    assert not left.lines
    free = plt.figure().add_axes((0.1, 0.1, 0.8, 0.8))
    assert getattr(plots, chart)(made(chart), ax=free) is free


@pytest.mark.parametrize("chart", CHARTS)
def test_an_empty_table_says_so(chart):
    ax = getattr(plots, chart)(made(chart)[:0])
    assert "nothing to show" in shown(ax)
    assert "nothing to show" in ax.figure.get_label()


@pytest.mark.parametrize("chart", WITH_INTERVALS)
def test_a_chart_says_what_its_intervals_stand_for(chart):
    within = getattr(plots, chart)(made(chart))
    assert "within this article" in shown(within)
    assert "within this article" in within.figure.get_label()
    documents = getattr(plots, chart)(made(chart, unit="documents"))
    assert "documents drawn again" in shown(documents)
    assert "within" not in shown(documents)
    bare = made(chart).assign(low=np.nan, high=np.nan)
    assert "no interval" in shown(getattr(plots, chart)(bare))


@pytest.mark.parametrize("chart", WITH_INTERVALS)
def test_the_longest_note_is_not_cut_off(chart):
    table = made(chart)
    if "smoothed" in table:
        table["smoothed"] = True
    first = table.index[0]
    table["unit"] = np.where(table.index % 2, "documents", "within these articles")
    table[["low", "high"]] = table[["low", "high"]].astype(float)
    table.loc[first, ["low", "high"]] = np.nan
    figure = getattr(plots, chart)(table).figure
    assert beyond(figure) == []
    assert overlaps(figure) == []


@pytest.mark.parametrize(
    "chart", ["plot_term_rates", "plot_drivers", "plot_collocates", "plot_sentiment_course"]
)
def test_panels_are_for_the_largest_sources_where_there_are_many(chart):
    names = [f"source {k:02}" for k in range(40)]
    table = made(chart, names)
    table.attrs["groups"] = [*names[20:], *names[:20]]  # those with most words first
    ax = getattr(plots, chart)(table)
    assert f"the {PANELS} with most words of 40 shown, the table has all" in shown(ax)
    titled = {t for t in (a.get_title(loc="left") for a in ax.figure.axes) if t}
    assert titled == set(names[20 : 20 + PANELS])


@pytest.mark.parametrize("column", ["words", "of", "sentences", "rows"])
def test_a_table_that_does_not_say_which_groups_are_large_shows_it_by_its_numbers(column):
    table = pd.DataFrame({"source": ["a", "b", "c", "a"], column: [1, 5, 9, 1]})
    order = ["a", "b", "c"] if column == "rows" else ["c", "b", "a"]
    assert largest_first(table, "source") == order


def test_every_table_of_groups_says_which_have_most_words():
    """Of groups with as many words the first by name goes first; empty ones are groups too."""
    documents = pd.DataFrame({"source": ["b", "a", "c", "c", "d"], "words": [4, 4, 3, 3, 0]})
    make = sized(lambda measures, *, by: pd.DataFrame({by: ["a"]}))
    table = make(SimpleNamespace(documents=documents))
    assert table.attrs["groups"] == ["c", "a", "b", "d"]
    some = pd.DataFrame({"source": ["x", "d", "b"]})
    some.attrs = table.attrs
    assert largest_first(some, "source") == ["b", "d", "x"]


def test_mixed_units_are_told_apart():
    table = made("plot_sentiment")
    table["unit"] = ["documents", "within this article"]
    label = plots.plot_sentiment(table).figure.get_label()
    assert "documents drawn again; within this article, paragraphs" in label


def test_a_source_keeps_its_colour_in_every_chart():
    assert source_colours(["Star", "Mail"]) == {"Mail": PALETTE[0], "Star": PALETTE[1]}
    table = made("plot_keyness", ["Star", "Mail"])  # only Star is the target
    bars = plots.plot_keyness(table).patches
    assert mpl.colors.to_hex(bars[0].get_facecolor()) == PALETTE[1].lower()
    words = plots.plot_corpus(made("plot_corpus", ["Star", "Mail"]))
    names = [label.get_text() for label in words.get_yticklabels()]
    colours = [mpl.colors.to_hex(bar.get_facecolor()) for bar in words.patches]
    assert dict(zip(names, colours)) == {k: v.lower() for k, v in source_colours(PLAIN).items()}
    assert len(set(PALETTE)) == 8


def test_numbers_stand_beside_the_dots():
    assert "(20 sentences)" in shown(plots.plot_sentiment(made("plot_sentiment")))
    assert "50% / 30% / 20%" in shown(plots.plot_sentiment(made("plot_sentiment")))
    assert "8 : 0" in shown(plots.plot_keyness(made("plot_keyness")))
    assert "zero on one side, taken as 0.5" in shown(plots.plot_keyness(made("plot_keyness")))
    scale = plots.plot_scale(made("plot_scale"))
    assert "9 : 3" in shown(scale)
    assert "← friction" in shown(scale)
    assert "n = 40" in shown(plots.plot_theme_heatmap(made("plot_theme_heatmap")))
    rates = shown(plots.plot_term_rates(made("plot_term_rates")))
    assert "occurrences per 1,000 words" in rates
    assert "2,000 words, 7 documents" in rates


def test_a_zero_line_is_always_in_sight():
    for chart in ("plot_sentiment", "plot_scale", "plot_keyness"):
        low, high = getattr(plots, chart)(made(chart)).get_xlim()
        assert low < 0 < high


def test_a_heat_map_of_many_sources_is_still_readable():
    names = [f"Outlet number {k}" for k in range(14)]
    ax = plots.plot_theme_heatmap(made("plot_theme_heatmap", names))
    assert overlaps(ax.figure) == []


def test_the_best_rows_are_drawn():
    table = pd.concat([made("plot_keyness")] * 4, ignore_index=True)
    table["term"] = [f"term{k}" for k in range(len(table))]
    assert len(plots.plot_keyness(table, top_n=3).get_yticklabels()) == 6
    assert len(plots.plot_term_rates(made("plot_term_rates"), top_n=3).get_yticklabels()) == 3


def test_a_scatter_names_what_differs_and_shows_zeros_as_0():
    ax = plots.plot_rate_scatter(made("plot_rate_scatter"))
    named = [t.get_text() for t in ax.texts]
    assert len(named) > 6
    assert "0" in [label.get_text() for label in ax.get_yticklabels()]
    assert made("plot_rate_scatter")["term"].iloc[0] in named


def test_strips_show_documents_without_a_hit():
    ax = plots.plot_strips(made("plot_strips"))
    assert "0 in 70" in shown(ax)
    assert "3 in 900" in shown(ax)


def test_labels():
    assert [number(v) for v in (0, 7, 1234.4, 0.01234, 99.96)] == [
        "0",
        "7",
        "1,234",
        "0.0123",
        "100.0",
    ]
    assert span(np.nan, 1) == "no interval"
    assert span(-0.5, 1, 1) == "−0.5 to 1.0"
    assert plain("a\tb\u202e") == "a b"


def test_documents_are_faint_dots_behind_a_position():
    table = made("plot_scale")
    documents = pd.DataFrame(
        {"source": ["Mail", "Mail", "Star", "gone"], "doc_id": list("abcd"),
         "position": [0.5, np.nan, -9.0, 1.0]}
    )  # fmt: skip
    ax = plots.plot_scale(table, documents=documents)
    (faint,) = [c for c in ax.collections if len(c.get_offsets()) == 2]
    low, high = ax.get_xlim()
    assert ((faint.get_offsets()[:, 0] >= low) & (faint.get_offsets()[:, 0] <= high)).all()


def test_voices_of_a_corpus_that_quotes_nobody():
    table = made("plot_voices")
    table = table[table["voice"] == "own"].reset_index(drop=True)
    assert "Mail" in plots.plot_voices(table.astype({"source": "str"})).figure.get_label()
    table.loc[:, ["sentences", "mean", "low", "high"]] = [0, np.nan, np.nan, np.nan]
    table.loc[0, ["sentences", "mean"]] = [2, 0.25]
    assert "Mail" in plots.plot_voices(table).figure.get_label()


@pytest.mark.parametrize(
    "chart",
    ["plot_sentiment", "plot_theme_contrast", "plot_theme_course", "plot_sentiment_course"],
)
def test_a_chart_of_many_sources_says_how_many_it_leaves_out(chart):
    ax = getattr(plots, chart)(made(chart, [f"source {k:02}" for k in range(40)]))
    assert " of 40 shown, the table has all" in shown(ax)
    assert " of 40 shown, the table has all." in ax.figure.get_label() or "course" in chart
    few = getattr(plots, chart)(made(chart, ["Mail", "Star"]))
    assert "the table has all" not in shown(few)


def test_a_bar_chart_of_the_corpus_ends():
    documents = pd.DataFrame({"source": [f"s{k:02}" for k in range(45)], "words": range(45)})
    ax = plots.plot_corpus(documents)
    assert [t.get_text() for t in ax.get_yticklabels()][:2] == ["s44", "s43"]
    assert len(ax.get_yticklabels()) == 30
    assert "the 30 with most words of 45 shown" in ax.get_xlabel()


def test_a_chart_of_some_themes_says_of_how_many():
    table = pd.DataFrame(
        [(f"t{k}", "Mail", "2020", 9 - k, 20, (9 - k) / 20) for k in range(8)],
        columns=["theme", "source", "period", "sentences", "of", "share"],
    ).assign(low=np.nan, high=np.nan, documents=1, unit="documents")
    assert "the 6 themes that most sentences touch, of 8" in shown(
        plots.plot_theme_over_time(table)
    )
    some = plots.plot_theme_over_time(table[table["theme"] < "t6"])
    assert "themes that most" not in shown(some)
