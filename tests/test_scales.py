"""Positions on a scale by every way to count, whether the order holds, tone by theme: by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from made import measured

from crosscurrents.corpus import read_corpus
from crosscurrents.measures import measure
from crosscurrents.sentiment import sentiment_by_theme
from crosscurrents.statistics.positions import log_position
from crosscurrents.themes import (
    document_positions,
    scale_by_theme,
    scale_ends,
    scale_over_time,
    scale_position,
    scale_ranks,
    scale_sensitivity,
    scale_verdict,
    target_pair,
    theme_tone,
)
from crosscurrents.themes.counting import COUNTS, scale_hits
from crosscurrents.themes.names import find_scale
from crosscurrents.tone import measure_tone

BOOK = """
themes:
  trade: [trade, tariff*]
  north: [velland]
  south: [karsia]
scales:
  closeness:
    poles:
      warmth: [friend*, trust, ally]
      friction: [foe, quarrel*]
    denied by: {before: [hardly, no]}
  empty:
    poles: {near: [unheardof], far: [foe]}
"""
MAIL = """Velland and Karsia are friends, friends and friends. They trust trade.

Velland calls them a foe. "Karsia is a foe, a foe," said one. They are hardly friends."""
STAR = "The foe quarrels. No foe is a friend. Karsia and Velland quarrel, quarrel and trust."
SUN = "Friends trust friends."


@pytest.fixture(scope="module")
def measures(book):
    return measured(book, ("Mail", MAIL), ("Star", STAR), ("Sun", SUN))


def hits(measures, **options):
    """Hits of both poles by source."""
    table = scale_position(measures, "closeness", resamples=100, **options)
    assert table.columns.tolist()[:2] == ["scale", options.get("by", "source")]
    return {r["source"]: (r["positive"], r["negative"]) for r in table.to_dict("records")}


@pytest.mark.parametrize(
    ("options", "mail", "star"),
    [
        # Mail: friends x 3 and trust; foe; foe x 2; friends, denied. Star: foe and quarrels;
        # foe, denied, and friend, denied; quarrel x 2 and trust.
        ({}, (4, 4), (2, 5)),
        ({"denied": "drop"}, (4, 3), (1, 4)),
        ({"denied": "count"}, (5, 3), (2, 5)),
        ({"count": "sentences"}, (2, 3), (2, 3)),
        ({"count": "stronger"}, (2, 3), (0, 2)),
        ({"count": "paragraphs"}, (1, 1), (1, 1)),
        ({"count": "patterns"}, (2, 2), (2, 3)),
        ({"voice": "own"}, (4, 2), (2, 5)),
        ({"voice": "quoted"}, (0, 2), (0, 0)),
        ({"sides": ["north", "south"]}, (3, 0), (1, 2)),
        ({"about": "trade"}, (1, 0), (0, 0)),
        ({"without": ["friend*"]}, (1, 3), (2, 4)),
    ],
)
def test_ways_to_count_by_hand(measures, options, mail, star):
    found = hits(measures, **options)
    assert (found["Mail"], found["Star"]) == (mail, star)


def test_positions_and_errors_follow_from_the_hits(measures):
    table = scale_position(measures, resamples=100).set_index("source")
    mail = table.loc["Mail"]
    assert mail["position"] == pytest.approx(0)
    assert mail["se"] == pytest.approx(math.sqrt(2 / 4.5))
    assert (mail["low"] < 0) and (mail["high"] > 0)
    assert (mail["near"], mail["far"], mail["documents"]) == ("warmth", "friction", 1)
    assert table.loc["Sun", "position"] == pytest.approx(math.log(3.5 / 0.5))
    assert np.isnan(table.loc["Sun", "low"])  # one paragraph cannot be drawn again


def test_a_way_to_count_keeps_the_columns_of_hits(measures):
    scale = find_scale(measures)
    every = scale_hits(measures, scale)
    for way in COUNTS:
        kept = scale_hits(measures, scale, count=way)
        assert kept.columns.tolist() == every.columns.tolist()
        assert kept["count"].sum() <= every["count"].sum()
        assert COUNTS[way].says and COUNTS[way].source


def test_sides_may_be_targets_or_tables_of_places(measures, tmp_path):
    corpus = read_corpus(pd.DataFrame({"source": ["Mail", "Star"], "text": [MAIL, STAR]}))
    (tmp_path / "targets.yml").write_text(
        "themes:\n  Velland: {patterns: [velland]}\n  Karsia: {patterns: [karsia]}\n"
    )
    chosen = measures.select(sources=["Mail", "Star"])
    tone = measure_tone(corpus, chosen, targets=tmp_path / "targets.yml", reuse=False)
    assert target_pair(tone) == ["Velland", "Karsia"]
    assert target_pair(measures) is None
    assert hits(tone, sides=target_pair(tone)) == {"Mail": (3, 0), "Star": (1, 2)}
    places = pd.DataFrame({"doc_id": ["1", "1"], "sentence": [1, 3]})
    assert hits(measures, sides=[places, "north"])["Mail"] == (3, 1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scale": "heat"}, r"scale 'heat' is not in the codebook; choose from \['closeness'"),
        ({"count": "words"}, r"count 'words' is not known; choose from \['hits', 'sentences'"),
        ({"denied": "kept"}, r"denied 'kept' is not known; choose from \['reverse'"),
        ({"voice": "mine"}, r"voice 'mine' is not known; choose from \['all'"),
        ({"sides": "north"}, "sides 'north' are not two"),
        ({"sides": ["north", "west"]}, r"side 'west' is neither a theme nor a target; choose from"),
        ({"sides": ["north", pd.DataFrame({"x": [1]})]}, r"lacks the columns \['doc_id'"),
        ({"about": "tide"}, "theme 'tide' is not in the codebook"),
        ({"by": "outlet"}, "by 'outlet' is not a column"),
        ({"level": 0}, "level 0 is not between"),
    ],
)
def test_options_that_are_none(measures, options, message):
    with pytest.raises(ValueError, match=message):
        scale_position(measures, **options)


def test_a_scale_with_a_pole_that_nothing_hits(measures):
    table = scale_position(measures, "empty", resamples=100).set_index("source")
    assert table["positive"].tolist() == [0, 0, 0]
    assert table.loc["Star", "position"] == pytest.approx(math.log(0.5 / (2 + 0.5)))
    assert np.isnan(table.loc["Sun", "position"])
    order = scale_sensitivity(measures, "empty", resamples=100)
    assert set(order["source"]) == {"Mail", "Star", "Sun"}
    assert "Mail" in scale_verdict(order)


def test_documents_themes_and_periods_have_positions(book):
    rows = [("Mail", "2016-02-01", MAIL), ("Mail", "2017", STAR), ("Sun", "", SUN)]
    measures = measured(book, *rows, columns=["source", "date", "text"])
    documents = document_positions(measures)
    assert documents[["source", "doc_id", "positive", "negative"]].values.tolist() == [
        ["Mail", "1", 4, 4], ["Mail", "2", 2, 5], ["Sun", "3", 3, 0],
    ]  # fmt: skip
    same = scale_position(measures, by="doc_id", resamples=100)
    assert same["position"].tolist() == documents["position"].tolist()
    assert document_positions(measures, by="doc_id")["doc_id"].tolist() == ["1", "2", "3"]
    time = scale_over_time(measures, resamples=100)
    assert time[["source", "period", "positive"]].values.tolist() == [
        ["Mail", "2016", 4], ["Mail", "2017", 2],
    ]  # fmt: skip
    by_theme = scale_by_theme(measures, themes=["trade", "north"], resamples=100)
    assert by_theme[["theme", "source", "positive", "negative"]].values.tolist() == [
        ["trade", "Mail", 1, 0], ["trade", "Sun", 0, 0],
        ["north", "Mail", 4, 3], ["north", "Sun", 0, 0],
    ]  # fmt: skip


def test_no_scale_gives_empty_tables():
    bare = measure(read_corpus(pd.DataFrame({"source": ["Mail"], "text": [MAIL]})), reuse=False)
    for table in (scale_position(bare), scale_by_theme(bare), scale_over_time(bare)):
        assert table.empty
        assert "position" in table
    assert np.isnan(document_positions(bare)["position"]).all()
    order = scale_sensitivity(bare)
    assert order.empty and scale_ranks(order).empty
    assert "takes a scale" in scale_verdict(order)


# --- does the order hold


def test_the_first_variant_is_what_all_are_compared_with(measures):
    order = scale_sensitivity(measures, sides=["north", "south"], resamples=100)
    first = order[order["variant"] == order["variant"].iloc[0]]
    assert first["source"].tolist() == ["Sun", "Mail", "Star"]
    assert first["rank"].tolist() == [1, 2, 3]
    assert (first["tau"] == 1).all() and not first["moved"].any()
    named = order[order["variant"] == "sentences that name north and south"].set_index("source")
    assert named.loc["Mail", "rank"] == 1 and named.loc["Mail", "moved"]
    assert np.isnan(named.loc["Sun", "rank"]) and not named.loc["Sun", "moved"]
    # "denied hits" and "own voice" are asked only where there are any
    assert "denied hits left out" in set(order["variant"])
    assert "own voice only" in set(order["variant"])


def test_a_pattern_is_left_out_with_its_denied_hits(measures):
    order = scale_sensitivity(measures, resamples=100)
    alone = order[order["kind"] == "pattern"]
    assert set(alone["variant"]) == {
        "without “friend*” (warmth)", "without “trust” (warmth)",
        "without “foe” (friction)", "without “quarrel*” (friction)",
    }  # fmt: skip
    foe = alone[alone["variant"] == "without “foe” (friction)"].set_index("source")
    assert foe.loc["Mail", ["positive", "negative"]].tolist() == [4, 1]
    assert foe.loc["Star", ["positive", "negative"]].tolist() == [1, 4]
    for row in alone.to_dict("records"):
        pattern = row["variant"].split("“")[1].split("”")[0]
        wanted = hits(measures, without=[pattern])[row["source"]]
        assert (row["positive"], row["negative"]) == wanted


def test_ranks_and_verdict_say_what_moves(measures):
    order = scale_sensitivity(measures, resamples=100)
    ranks = scale_ranks(order)
    assert ranks.columns.tolist() == ["variant", "Mail", "Star", "Sun", "tau"]
    assert ranks.loc[0, "variant"] == "as the page counts: every hit"
    assert ranks.loc[0, "Star"].startswith("3 (−")
    verdict = scale_verdict(order)
    assert verdict.startswith("The order is Sun > Mail > Star; ")
    assert "leaving out a single pattern changes it for" in verdict
    assert scale_verdict(order[order["source"] == "Sun"]).startswith("There is no order")


def test_of_many_sources_the_verdict_names_the_first_and_last_and_counts_pairs():
    names = [f"s{k:02}" for k in range(14)]
    ways = [names, [names[1], names[0], *names[2:]], names[:13]]  # the last knows 13 only
    rows = [
        {"kind": "counting", "variant": f"way {k}", "source": name, "rank": 1.0 + place,
         "position": 0.0, "tau": 1.0, "moved": False}
        for k, way in enumerate(ways) for place, name in enumerate(way)
    ]  # fmt: skip
    verdict = scale_verdict(pd.DataFrame(rows))
    assert "s00 > s01 > s02 > s03 > … > s10 > s11 > s12 > s13;" in verdict
    assert "90 of 91 pairs of sources keep their places by every way to count" in verdict


def test_sensitivity_starts_from_any_way_to_count(measures):
    order = scale_sensitivity(measures, count="sentences", denied="drop", resamples=100)
    first = order[order["variant"] == order["variant"].iloc[0]].set_index("source")
    wanted = hits(measures, count="sentences", denied="drop")
    assert (first.loc["Mail", "positive"], first.loc["Mail", "negative"]) == wanted["Mail"]
    assert "every hit" in set(order["variant"])
    for row in order[order["kind"] == "pattern"].to_dict("records"):
        pattern = row["variant"].split("“")[1].split("”")[0]
        found = hits(measures, count="sentences", denied="drop", without=[pattern])
        assert (row["positive"], row["negative"]) == found[row["source"]]


# --- the statistic behind


def test_the_interval_covers_where_hits_clump():
    """95% intervals of clumped hits hold the truth in at least nine of ten samples."""
    rng, held, plain, samples = np.random.default_rng(9), 0, 0, 120
    truth = math.log(2)
    for _ in range(samples):
        counts = rng.poisson(rng.gamma(0.7, 1 / 0.7, (24, 2)) * [1.2, 0.6])
        position, se, low, high = log_position(counts, resamples=300)
        held += low <= truth <= high
        plain += abs(position - truth) <= 1.96 * se
    assert held / samples > 0.9
    assert held >= plain


def test_an_interval_is_never_shorter_than_that_of_independent_hits():
    even = np.tile([2, 1], (12, 1))
    position, se, low, high = log_position(even, resamples=200)
    assert position == pytest.approx(math.log(24.5 / 12.5))
    assert high - low >= 2 * 1.96 * se
    assert np.isnan(log_position([[0, 0], [0, 0]])).all()
    lone = log_position([[3, 1]])
    assert lone[0] == pytest.approx(math.log(3.5 / 1.5)) and np.isnan(lone[2:]).all()


# --- theme x tone


def test_tone_of_a_theme_against_the_other_sentences(book):
    texts = ["Trade is good. It is bad. Trade is great.", "It rained. Tariffs are bad."]
    measures = measured(book, ("Mail", "\n\n".join(texts)))
    scores = measures.sentences["vader"].tolist()
    table = theme_tone(measures, themes="trade", fewest=2, resamples=100)
    (row,) = table.to_dict("records")
    assert (row["sentences"], row["rest_sentences"]) == (3, 2)
    assert row["mean"] == pytest.approx(np.mean([scores[0], scores[2], scores[4]]))
    assert row["rest_mean"] == pytest.approx(np.mean([scores[1], scores[3]]))
    assert row["difference"] == pytest.approx(row["mean"] - row["rest_mean"])
    assert row["difference_low"] < row["difference"] < row["difference_high"]
    assert (row["lexicon"], row["enough"]) == ("vader", True)
    few = theme_tone(measures, themes="trade", fewest=3, resamples=100)
    assert few["enough"].tolist() == [False]


def test_tone_by_theme_agrees_with_sentiment_by_theme(measures):
    table = theme_tone(measures, resamples=100)
    other = sentiment_by_theme(measures, resamples=100)
    columns = ["theme", "source", "sentences", "documents", "mean", "low", "high", "unit"]
    pd.testing.assert_frame_equal(table[columns], other[columns])


def test_the_error_of_a_difference_is_clustered(book):
    rng = np.random.default_rng(8)
    said = ["Trade is good.", "Trade is bad.", "It is good.", "It is bad."]
    rows = [("Mail", " ".join(rng.choice(said, 8))) for _ in range(9)]
    measures = measured(book, *rows)
    (row,) = theme_tone(measures, themes="trade", resamples=100).to_dict("records")
    table = measures.sentences
    touched = measures.themes[measures.themes["theme"] == "trade"][["doc_id", "sentence"]]
    on = table.merge(touched, how="left", indicator=True)["_merge"].eq("both").to_numpy()
    pulls = []
    for doc_id in measures.documents["doc_id"]:
        own = (table["doc_id"] == doc_id).to_numpy()
        parts = [
            ((table["vader"] - table["vader"][side].mean()) / side.sum())[own & side].sum()
            for side in (on, ~on)
        ]
        pulls.append(parts[0] - parts[1])
    error = math.sqrt(9 * np.var(pulls, ddof=1))
    from scipy.stats import t

    assert row["difference_high"] - row["difference"] == pytest.approx(error * t.ppf(0.975, 8))


def test_tone_of_what_is_not_there(measures):
    for options, message in (
        ({"lexicons": "labmt"}, "lexicon 'labmt' did not score"),
        ({"themes": ["tide"]}, "theme 'tide' is not in the codebook"),
        ({"fewest": 0}, "fewest 0 is not a whole number"),
        ({"by": "outlet"}, "by 'outlet' is not a column"),
    ):
        with pytest.raises(ValueError, match=message):
            theme_tone(measures, **options)
    assert theme_tone(measures, themes=[]).empty


def test_ranks_of_many_sources_have_columns_for_those_with_most_words():
    names = [f"s{k:02}" for k in range(25)]
    table = pd.DataFrame(
        {"kind": "counting", "variant": "every hit", "source": names, "rank": range(1, 26),
         "position": 0.0, "tau": 1.0, "moved": False}
    )  # fmt: skip
    table.attrs["groups"] = names[::-1]
    ranks = scale_ranks(table)
    assert ranks.columns.tolist() == ["variant", *names[5:], "tau"]
    assert ranks.attrs["note"] == "columns of the 20 with most words of 25"


def test_how_far_the_ends_hold():
    rows = [
        ("counting", variant, source, hits, hits, rank)
        for variant, ranks, hits in [
            ("as the page counts: every hit", (1, 2, 3), 5),
            ("a sentence once a pole", (1, 3, 2), 4),
            ("sentences that name A and B", (2, 3, 1), 2),
        ]
        for source, rank in zip(("Mail", "Star", "Sun"), ranks, strict=True)
    ]
    rows.append(("pattern", "without “x” (near)", "Mail", 1, 1, 3))
    table = pd.DataFrame(rows, columns="kind variant source positive negative rank".split())
    assert scale_ends(table) == (
        "Mail is first by 2 of 3 ways to count, Sun last by 1; 1 of 3 pairs of sources keep their "
        "places by every way to count. Of 30 phrases 12 stand in sentences that name A and B."
    )
    assert scale_ends(table[table["source"] == "Mail"]) == scale_ends(table[:0]) == ""
