"""What a notebook shows: escaped, sensibly rounded, with alternative text, with its whole table."""

import base64
import html
import io
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosscurrents.display import TABLE_MIME, format_numbers, show, table_html
from crosscurrents.findings import Finding
from crosscurrents.pictures import png_of

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
    table = pd.DataFrame({"rate": [0.5, 250.0]})
    assert '<td class="cc-n">0.5</td>' in table_html(table, rows=1)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1))
def test_a_number_that_is_not_zero_is_never_shown_as_zero(values):
    for value, text in zip(values, format_numbers(pd.Series(values)), strict=True):
        digits = re.sub(r"[^1-9]", "", text)
        assert bool(digits) == (value != 0)


def test_table_has_headers_with_scope_and_numbers_flush_right():
    markup = table_html(pd.DataFrame({"source": ["Mail"], "words": [1200]}), caption="Words")
    assert "<caption><span>Words</span></caption>" in markup
    assert (
        '<th scope="col" class="cc-s">source</th><th scope="col" class="cc-n">words</th>' in markup
    )
    assert '<th scope="row" class="cc-s">Mail</th><td class="cc-n">1,200</td>' in markup
    assert '<p class="cc-note"><span>1 row</span></p>' in markup


def test_column_groups_span_their_columns():
    columns = pd.MultiIndex.from_tuples([("", "term"), ("Mail", "count"), ("Mail", "rate")])
    markup = table_html(pd.DataFrame([["rain", 1, 0.5]], columns=columns))
    assert (
        '<th scope="colgroup" colspan="1"></th><th scope="colgroup" colspan="2">Mail</th>' in markup
    )


def test_other_kinds_of_columns():
    table = pd.DataFrame(
        {
            "kept": [True, False],
            "date": pd.to_datetime(["2016-05-04", None]),
            "note": ["", None],
            "share": [None, None],
        }
    )
    cells = re.findall(r"<t[dh](?: [^>]*)?>([^<]*)</t[dh]>", table_html(table).split("<tbody>")[1])
    assert cells == ["yes", "2016-05-04", "–", "–", "no", "–", "–", "–"]


def test_long_text_gets_room_and_short_text_one_line():
    markup = table_html(pd.DataFrame({"a": ["x"], "b": ["x" * 50], "c": ["x" * 100]}))
    kinds = r'<th scope="col"(?: class="([^"]*)")?>'
    assert re.findall(kinds, markup) == ["", "", "cc-l"]  # beside long text, short text may break
    assert re.findall(kinds, table_html(pd.DataFrame({"a": ["x"], "b": [1]}))) == ["cc-s", "cc-n"]


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
        '<span class="cc-to" data-page="corpus" data-table="sizes">s&lt;zes</span></li></ul>'
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


def test_a_chart_with_nothing_to_show_is_a_sentence(shown, axes):
    import matplotlib.pyplot as plt

    from crosscurrents.plots import plot_theme_heatmap

    show(plot_theme_heatmap(pd.DataFrame()))
    assert not plt.get_fignums()
    show(plot_theme_heatmap(pd.DataFrame(), ax=axes))  # one panel of somebody's figure
    (empty, _), (figure, _) = shown
    assert empty["text/html"] == '<p class="cc-text">Shares of themes: nothing to show.</p>'
    assert "image/png" not in empty and "image/png" in figure


def test_a_picture_is_opaque_and_leaves_its_figure_as_it_was():
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4, 3), dpi=100, layout="constrained")
    figure.add_subplot().set_title("A chart")
    engine = figure.get_layout_engine()
    header = png_of(figure)[16:26]  # width, height, bits, kind of colour
    assert header == b"\0\0\x02\x40" + b"\0\0\x01\xb0" + b"\x08\x02"  # 576 x 432, RGB
    assert figure.get_layout_engine() is engine and figure.dpi == 100


def test_the_same_chart_gives_the_same_bytes(shown, axes):
    axes.figure.set_label("A chart")
    show(axes)
    show(axes)
    assert shown[0] == shown[1]


def test_a_title_stands_in_for_a_label(shown, axes):
    axes.set_title("Words by source")
    show(axes.figure)
    assert shown[0][1]["image/png"]["alt"] == "Words by source"


def test_a_chart_without_alternative_text_is_refused(axes):
    with pytest.raises(ValueError, match="no alternative text"):
        show(axes)


@pytest.mark.parametrize("name", ["", "../x", "Über", "a.b", "-x"])
def test_a_table_needs_a_name_that_is_a_file_name(name):
    with pytest.raises(ValueError, match="is no file name"):
        show(pd.DataFrame({"a": [1]}), name=name)


def test_a_table_needs_rows():
    with pytest.raises(ValueError, match="rows is 0, an integer ≥ 1 is needed"):
        show(pd.DataFrame({"a": [1]}), rows=0)


@pytest.mark.parametrize("thing", [3, None, [1, 2], {"a": 1}])
def test_what_cannot_be_shown_is_refused(thing):
    with pytest.raises(TypeError, match="choose from"):
        show(thing)


def test_of_a_wide_table_the_first_columns_are_shown_and_all_kept(shown):
    table = pd.DataFrame([range(30)], columns=[f"c{k}" for k in range(30)])
    table.attrs["note"] = "some are left out"
    show(table, name="wide")
    markup = shown[0][0]["text/html"]
    assert markup.count('scope="col"') == 24
    assert "c23" in markup
    assert "c24" not in markup
    assert (
        "<span>1 row</span>; some are left out; 24 of 30 columns, the CSV file has all</p>"
        in markup
    )
    assert shown[0][0][TABLE_MIME]["csv"].splitlines()[0].endswith(",c29")
