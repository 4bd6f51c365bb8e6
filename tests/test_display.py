"""What a notebook shows: escaped, sensibly rounded, with alternative text, with its whole table."""

import base64
import html
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text

import crosscurrents as cc
from crosscurrents import glossary, show
from crosscurrents.display import (
    COLUMNS,
    FORMS,
    NO_LETTERS,
    column_of,
    describe,
    format_numbers,
    table_html,
)
from crosscurrents.findings import Finding
from crosscurrents.plots import chart, finish, nothing, plain
from crosscurrents.writing import CHART_MIME, TABLE_MIME

HOSTILE = '</td><script>alert("x")</script><img src=x onerror=alert(1)>'


@pytest.fixture
def shown(monkeypatch):
    """The outputs that `show` publishes, as (data by format, metadata by format)."""
    outputs = []

    def display(bundle, *, metadata, raw):
        assert raw
        outputs.append((bundle, metadata))

    monkeypatch.setattr("IPython.display.display", display)
    return outputs


@pytest.fixture
def axes():
    from matplotlib.figure import Figure

    return Figure(figsize=(4, 2)).subplots()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1234567, 0, -5], ["1,234,567", "0", "−5"]),
        ([0.12345, 0.5], ["0.123", "0.500"]),
        ([1.23456, 0.5], ["1.23", "0.50"]),
        ([99.994, 1.0], ["99.99", "1.00"]),
        ([123.45, 1.0], ["123.5", "1.0"]),
        ([1234.5, 1.0], ["1,234", "1"]),
        ([0.0004, -0.0004, 0.0], ["<0.001", ">−0.001", "0.000"]),
        ([np.nan, np.inf, -np.inf, 2.0], ["–", "∞", "−∞", "2.00"]),
        ([np.nan, np.nan], ["–", "–"]),
    ],
)
def test_numbers_are_rounded_by_the_largest_of_their_column(values, expected):
    assert format_numbers(pd.Series(values)) == expected


def test_missing_whole_numbers_stay_whole():
    assert format_numbers(pd.Series([1, None], dtype="Int64")) == ["1", "–"]


def test_rows_that_are_not_shown_decide_on_decimals_too():
    table = pd.DataFrame({"size": [0.5, 250.0]})
    assert '<td class="cc-n">0.5</td>' in table_html(table, rows=1)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1))
def test_a_number_that_is_not_zero_is_never_shown_as_zero(values):
    for value, text in zip(values, format_numbers(pd.Series(values)), strict=True):
        digits = re.sub(r"[^1-9]", "", text)
        assert bool(digits) == (value != 0)


def test_table_has_headers_with_scope_and_numbers_flush_right():
    markup = table_html(pd.DataFrame({"source": ["Mail"], "words": [1200]}), caption="Words")
    assert "<caption><span>Words</span></caption>" in markup
    heads = re.findall(r'<th scope="col" class="(cc-.)" title="[^"]+">(\w+)</th>', markup)
    assert heads == [("cc-s", "source"), ("cc-n", "words")]
    assert '<th scope="row" class="cc-s">Mail</th><td class="cc-n">1,200</td>' in markup
    assert '<p class="cc-note"><span>1 row</span></p>' in markup


def test_other_kinds_of_columns():
    table = pd.DataFrame({"kept": [True, False], "note": ["", None], "empty": [None, None]})
    cells = re.findall(r"<t[dh](?: [^>]*)?>([^<]*)</t[dh]>", table_html(table).split("<tbody>")[1])
    assert cells == ["yes", "–", "–", "no", "–", "–"]


def test_long_text_gets_room_and_short_text_one_line():
    markup = table_html(pd.DataFrame({"a": ["x"], "b": ["x" * 50], "c": ["x" * 100]}))
    kinds = r'<th scope="col"(?: class="([^"]*)")?'
    assert re.findall(kinds, markup) == ["", "", "cc-l"]  # beside long text, short text may break
    assert re.findall(kinds, table_html(pd.DataFrame({"a": ["x"], "b": [1]}))) == ["cc-s", "cc-n"]
    context = pd.DataFrame({"left": ["the"], "node": ["vote"], "right": ["fell"]})
    assert re.findall(kinds, table_html(context)) == ["cc-r", "cc-s", "cc-s"]


def test_a_named_index_is_part_of_the_table():
    table = pd.DataFrame({"words": [1]}, index=pd.Index(["Mail"], name="source"))
    assert '<th scope="row" class="cc-s">Mail</th>' in table_html(table)


def test_an_empty_table_says_so():
    markup = table_html(pd.DataFrame({"source": [], "words": []}))
    assert "source" in markup
    assert "No rows" in markup


def test_all_text_of_a_table_is_escaped():
    table = pd.DataFrame({HOSTILE: [HOSTILE], "x": [HOSTILE]})
    markup = table_html(table, caption=HOSTILE)
    assert "<script" not in markup
    assert "<img" not in markup
    assert html.escape(HOSTILE) in markup


def test_headings_are_words_with_what_they_say_and_the_csv_has_identifiers(shown):
    table = pd.DataFrame({"term": ["dam"], "docfreq": [2], "own_column": [1]})
    show(table, name="terms")
    markup = shown[0][0]["text/html"]
    assert 'title="Number of articles that contain the term.">in articles</th>' in markup
    assert ">own column</th>" in markup
    assert shown[0][0][TABLE_MIME]["csv"].startswith("term,docfreq,own_column\n")


def test_low_and_high_are_one_column_written_as_their_number():
    table = pd.DataFrame({"share": [0.5, 0.2], "low": [0.25, None], "high": [0.75, None]})
    markup = table_html(table)
    assert re.findall(r"<td[^>]*>([^<]*)</td>", markup) == ["50%", "25% to 75%", "20%", "–"]
    assert ">95% interval</th>" in markup


@pytest.mark.parametrize(("level", "said"), [(0.9, "90"), (0.975, "97.5")])
def test_intervals_are_called_by_the_level_of_their_comparison(level, said, shown):
    text = "\n\n".join(["It rained on the dam.", "It fell as it rained."] * 4)
    rows = [{"source": source, "text": text} for source in ("Mail", "Star")]
    comparison = cc.Comparison(cc.measure(cc.read_corpus(pd.DataFrame(rows))), level=level)
    table = cc.term_frequency(comparison)
    markup = table_html(table)
    assert f">{said}% interval</th>" in markup and f"in {said} of 100 samples" in markup
    show(table)
    meaning = glossary().set_index("column").loc[f"{said}% interval", "meaning"]
    assert f"in {said} of 100 samples" in meaning
    axes = cc.plot_term(table[table["term"] == "it"])
    drawn = [text.get_text() for text in axes.figure.findobj(Text)]
    assert f"line: {said}% interval" in "".join(drawn), drawn
    assert f"{said}% intervals" in repr(comparison)
    assert f"{said}% intervals" in cc.provenance(comparison).to_string()


def test_forms_of_numbers_come_from_the_dictionary_of_columns():
    table = pd.DataFrame({"log_ratio": [-1.5], "p_adjusted": [0.0001], "share": [0.001]})
    assert re.findall(r"<td[^>]*>([^<]*)</td>", table_html(table)) == [
        "−1.50", "&lt;0.001", "&lt;1%",
    ]  # fmt: skip


def test_terms_are_written_as_the_corpus_writes_them():
    table = pd.DataFrame({"term": ["sco", "dam"]})
    table.attrs["labels"] = {"sco": "SCO"}
    markup = table_html(table)
    assert ">SCO</th>" in markup and ">dam</th>" in markup


def test_cells_that_lead_to_rows_of_another_table():
    table = pd.DataFrame({"source": ["Mail"], "term": ['d"am']})
    markup = table_html(table, links={"term": ("words", "passages")})
    assert (
        '<span class="cc-to" data-page="words" data-table="passages" data-row="d&quot;am">'
        "d&quot;am</span>" in markup
    )


def test_the_glossary_has_the_columns_shown_so_far(shown):
    show(pd.DataFrame({"term": ["dam"], "dp": [0.5]}))
    table = glossary().set_index("column")
    assert {"term", "DP"} <= set(table.index)
    assert table.loc["DP", "from"] == "Gries (2008)"


# Sections


def test_what_has_no_content_is_not_shown_and_neither_is_its_heading(shown):
    for empty in (pd.DataFrame({"a": []}), [], "", None, nothing("a chart")):
        show(empty, heading="Over time", note="Read it so.")
    assert {metadata["crosscurrents"]["empty"] for _, metadata in shown} == {True}
    assert not any("text/html" in data for data, _ in shown)


def test_a_section_has_a_heading_and_says_how_to_read_it(shown):
    show("It rained.", heading="Over <time>", note="Read it so.")
    heading, text, note = (data["text/html"] for data, _ in shown)
    assert heading == '<h2 class="cc-heading" id="over-time">Over &lt;time&gt;</h2>'
    assert "It rained." in text and note == '<p class="cc-how">Read it so.</p>'
    assert shown[0][1]["crosscurrents"] == {
        "section": "Over <time>", "id": "over-time", "folded": False,
    }  # fmt: skip


def test_a_folded_section_says_where_it_begins_and_ends(shown):
    show("It rained.", pd.DataFrame({"a": [1]}), heading="Details", folded=True)
    metadata = [own.get("crosscurrents", {}) for _, own in shown]
    assert metadata[0]["folded"] and [own.get("ends") for own in metadata] == [None, None, True]


def test_a_headline_is_marked_for_the_runner(shown):
    show(Finding("The river rose.", headline=True))
    data, metadata = shown[0]
    assert data["text/html"] == '<p class="cc-headline">The river rose.</p>'
    assert metadata == {"crosscurrents": {"headline": "The river rose."}}


def test_a_chart_without_letters_is_replaced_by_its_table(shown, axes):
    @chart("one word")
    def plot(table, ax):
        ax.set_title(plain(table["term"].iloc[0]))
        return finish(ax, "A chart of one word."), ""

    show(plot(pd.DataFrame({"term": ["\U00014400"]}), axes))  # Anatolian hieroglyphs
    (said, _), (table, _) = shown
    assert said["text/plain"] == NO_LETTERS
    assert table[TABLE_MIME]["csv"] == "term\n\U00014400\n"


def test_show_table_carries_all_rows_as_csv(shown):
    table = pd.DataFrame({"term": list("abcd"), "rate": [1 / 3, 2, 3, 4]})
    show(table, name="terms", caption="Terms", rows=2)
    data, _ = shown[0]
    assert data[TABLE_MIME]["name"] == "terms"
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(data[TABLE_MIME]["csv"])), table)
    assert data["text/html"].count("<tr>") == 3
    assert "2 of 4 rows" in data["text/html"]


def test_columns_are_shown_in_part_and_kept_whole(shown):
    show(pd.DataFrame({"a": [1], "b": [2], "c": [3]}), columns=["c", "a", "none"])
    data, _ = shown[0]
    assert re.findall(r"<th scope=.col.[^>]*>(\w+)<", data["text/html"]) == ["c", "a"]
    assert data[TABLE_MIME]["csv"] == "a,b,c\n1,2,3\n"


def test_a_chosen_column_without_values_is_not_shown(shown):
    show(pd.DataFrame({"a": [1], "p": [None]}), columns=["a", "p"])
    data, _ = shown[0]
    assert "<th" in data["text/html"] and data["text/html"].count('scope="col"') == 1
    assert data[TABLE_MIME]["csv"] == "a,p\n1,\n"


def test_show_text_and_lists_escaped(shown):
    show(HOSTILE)
    show([HOSTILE, "b"])
    assert shown[0][0]["text/html"] == f'<p class="cc-text">{html.escape(HOSTILE)}</p>'
    assert shown[1][0]["text/html"].count("<li>") == 2
    assert "<script" not in shown[1][0]["text/html"]


def test_a_finding_shows_its_label_and_marks_its_links(shown):
    show([Finding("It <b>rained.", label="M&S.", links=[("corpus", "sizes", "s<zes")])])
    assert shown[0][0]["text/html"] == (
        '<ul class="cc-text"><li><strong>M&amp;S.</strong> It &lt;b&gt;rained. '
        '<span class="cc-to" hidden data-page="corpus" data-table="sizes" data-row="">s&lt;zes'
        "</span></li></ul>"
    )


def test_show_chart_with_its_label_as_alternative_text(shown, axes):
    axes.figure.set_label("A line that rises")
    show(axes)
    data, metadata = shown[0]
    png = base64.b64decode(data["image/png"])
    assert png.startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"] == "A line that rises"
    assert 300 < metadata["image/png"]["width"] < 500  # 4 inches are 384 CSS pixels
    assert data["text/plain"] == "A line that rises"


def test_a_chart_is_also_an_svg_with_words_in_it(shown, axes):
    axes.set_title("Words by source")
    show(axes, name="sizes")
    chart = shown[0][0][CHART_MIME]
    assert chart["name"] == "sizes"
    assert chart["svg"].rstrip().endswith("</svg>") and "Words by source</text>" in chart["svg"]


def test_the_same_chart_gives_the_same_bytes(shown, axes):
    axes.figure.set_label("A chart")
    show(axes)
    show(axes)
    assert shown[0] == shown[1]


def test_a_chart_without_alternative_text_is_refused(axes):
    with pytest.raises(ValueError, match="no alternative text"):
        show(axes)


def test_a_table_says_what_it_leaves_out(shown):
    table = pd.DataFrame({"words": [3]})
    table.attrs["note"] = "some are left out"
    show(table, name="words")
    assert "<span>1 row</span>; some are left out</p>" in shown[0][0]["text/html"]


# The one dictionary of columns: whole, in plain words, and the same in docs/columns.md

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_says_what_it_is_in_one_or_two_sentences(name):
    column = COLUMNS[name]
    assert column.form in ("", "path", "right", *FORMS)
    assert column.label and "_" not in column.label
    assert column.meaning.endswith(".") and column.meaning.count(". ") <= 1


@pytest.mark.parametrize("name", ["g2", "log_ratio", "interval", "dp", "coherence"])
def test_the_glossary_explains_what_a_reader_will_not_know(name):
    table = describe([column_of(name)])
    assert len(table) == 1
    assert len(table["meaning"].iloc[0]) > 40 and table["from"].iloc[0]


def test_an_unknown_column_has_its_name_in_words_and_no_meaning():
    column = column_of("press_group")
    assert (column.label, column.hover) == ("press group", "")
    assert describe([column]).empty


def test_the_page_of_columns_is_the_dictionary():
    page = (ROOT / "docs" / "columns.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert rows == [
        f"| `{name}` | {column.label} | {column.meaning} | {column.source} |"
        for name, column in COLUMNS.items()
    ]
