"""The one dictionary of columns: whole, in plain words, and the same in docs/columns.md."""

from pathlib import Path

import pytest

from crosscurrents.display import COLUMNS, FORMS, column_of, describe

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_says_what_it_is_in_one_or_two_sentences(name):
    column = COLUMNS[name]
    assert column.form in ("", "path", "right", *FORMS)
    assert column.label and "_" not in column.label
    assert column.meaning.endswith(".") and column.meaning.count(". ") <= 1


@pytest.mark.parametrize("name", ["g2", "log_ratio", "interval", "dp", "coherence"])
def test_the_glossary_explains_what_a_reader_will_not_know(name):
    table = describe([name])
    assert len(table) == 1
    assert len(table["meaning"].iloc[0]) > 40 and table["from"].iloc[0]


def test_an_unknown_column_has_its_name_in_words_and_no_meaning():
    column = column_of("press_group")
    assert (column.label, column.hover) == ("press group", "")
    assert describe(["press_group"]).empty


def test_the_page_of_columns_is_the_dictionary():
    page = (ROOT / "docs" / "columns.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert rows == [
        f"| `{name}` | {column.label} | {column.meaning} | {column.source} |"
        for name, column in COLUMNS.items()
    ]
