"""Agreement against published examples and scikit-learn; coding forms written and read back."""

from __future__ import annotations

import codecs
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import cohen_kappa_score, precision_score, recall_score

from crosscurrents import (
    agreement,
    coder_agreement,
    measure,
    offer_coding_form,
    read_coding_form,
    read_corpus,
)
from crosscurrents.codebook import Codebook, Pattern, Theme
from crosscurrents.coding import coding_form

X = np.nan
# Krippendorff (2011), "Computing Krippendorff's alpha-reliability", A: two observers, ten
# units, two values.
BINARY = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]


def plain_alpha(codes: list[list[float]]) -> float:
    """Alpha pair by pair, as the definition says."""
    units = [[row[u] for row in codes if row[u] == row[u]] for u in range(len(codes[0]))]
    units = [unit for unit in units if len(unit) > 1]
    values = [v for unit in units for v in unit]
    if len(set(values)) < 2:
        return np.nan
    seen = sum(
        sum(a != b for i, a in enumerate(u) for j, b in enumerate(u) if i != j) / (len(u) - 1)
        for u in units
    )
    number = len(values)
    chance = sum(a != b for i, a in enumerate(values) for j, b in enumerate(values) if i != j)
    return 1 - (seen / number) / (chance / (number * (number - 1)))


def test_alpha_of_a_published_example():
    assert plain_alpha(BINARY) == pytest.approx(0.095, abs=5e-4)


# --- a codebook and people


def coded(coder: str, codes: list, theme: str = "water") -> pd.DataFrame:
    place = {"doc_id": "d", "paragraph": 1, "sentence": range(1, len(codes) + 1)}
    return pd.DataFrame({"coder": coder, **place, "theme": theme, "code": codes})


def hits(*sentences: int, theme: str = "water") -> pd.DataFrame:
    return pd.DataFrame({"doc_id": "d", "sentence": sentences, "theme": theme})


def test_agreement_by_hand():
    # codebook 1 1 1 1 0 0 0 0, person 1 1 1 0 1 0 0 0: both 3, neither 3, one each
    found = agreement(hits(1, 2, 2, 3, 4), coded("ann", [1, 1, 1, 0, 1, 0, 0, 0, X]))
    row = found.iloc[0]
    assert row[["theme", "coder", "n", "hits", "codes", "both"]].tolist() == [
        "water", "ann", 8, 4, 4, 3,
    ]  # fmt: skip
    assert row["percent"] == 6 / 8
    assert row["kappa"] == (6 / 8 - 1 / 2) / (1 / 2)
    # 16 values, eight of each; two of eight pairs apart: 1 - (15 * 4) / (256 - 128)
    assert row["alpha"] == pytest.approx(1 - 15 * 4 / 128)
    assert row["precision"] == row["recall"] == 3 / 4
    # Wilson's interval of 6 of 8 and of 3 of 4, as SciPy has it
    for name, part in (("percent", (6, 8)), ("precision", (3, 4)), ("recall", (3, 4))):
        expected = binomtest(*part).proportion_ci(method="wilson")
        assert (row[f"{name}_low"], row[f"{name}_high"]) == pytest.approx(tuple(expected))
    assert row["why"] == "marked in fewer than 5 sentences: kappa and alpha are rough"


@settings(max_examples=40)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=30))
def test_agreement_is_that_of_scikit_learn(pairs):
    ours, codes = np.array(pairs, int).T
    found = agreement(hits(*(np.flatnonzero(ours) + 1)), coded("a", codes.tolist()), resamples=100)
    row = found.iloc[0]
    assert row["alpha"] == pytest.approx(plain_alpha([ours, codes]), nan_ok=True)
    if len({*ours.tolist(), *codes.tolist()}) > 1:
        assert row["kappa"] == pytest.approx(cohen_kappa_score(ours, codes), nan_ok=True)
    else:
        assert np.isnan(row["kappa"])
    for name, score in (("precision", precision_score), ("recall", recall_score)):
        assert row[name] == pytest.approx(score(codes, ours, zero_division=np.nan), nan_ok=True)
    for name in ("percent", "kappa", "alpha", "precision", "recall"):
        low, value, high = (row[c] for c in (f"{name}_low", name, f"{name}_high"))
        assert np.isnan(low) or low <= high
        assert np.isnan(value) or np.isnan(low) or -1.001 <= low <= 1


def test_intervals_narrow_with_more_sentences_and_hold_the_value():
    one, two = [1, 1, 1, 0, 0, 0, 0, 0] * 5, [1, 1, 0, 1, 0, 0, 0, 0] * 5
    places = [k + 1 for k, code in enumerate(one) if code]
    few = agreement(hits(*places), coded("a", two)).iloc[0]
    many = agreement(
        hits(*(p + 40 * k for k in range(10) for p in places)), coded("a", two * 10)
    ).iloc[0]
    assert few["kappa_low"] < few["kappa"] < few["kappa_high"]
    width = few["kappa_high"] - few["kappa_low"], many["kappa_high"] - many["kappa_low"]
    assert width[1] < width[0] / 2
    assert few["kappa"] == pytest.approx(many["kappa"])


@pytest.mark.parametrize(
    ("found", "codes", "why"),
    [
        ([], [0, 0, 0], "both find it in no sentence: kappa and alpha cannot be told from chance"),
        ([1, 2], [1, 1], "both find it in every sentence: kappa and alpha cannot be told from"),
        ([], [1, 0], "the codebook finds it in no sentence: no precision"),
        ([1], [0, 0], "the person marks it in no sentence: no recall"),
        ([1], [X, X], "no sentence was coded"),
    ],
)
def test_what_cannot_be_said_says_why(found, codes, why):
    row = agreement(hits(*found), coded("a", codes)).iloc[0]
    assert row["why"].startswith(why)
    if why.startswith("both"):
        assert np.isnan([row["kappa"], row["alpha"]]).all() and row["percent"] == 1


def test_several_coders_and_themes():
    codes = pd.concat([coded("ann", [1, 0, X]), coded("ben", [1, 1, 0]), coded("ann", [0], "law")])
    found = agreement(hits(1), codes)
    assert found[["theme", "coder", "n"]].to_numpy().tolist() == [
        ["water", "ann", 2], ["water", "ben", 3], ["law", "ann", 1],
    ]  # fmt: skip
    people = coder_agreement(codes)
    assert len(people) == 1  # one of them alone coded law
    row = people.iloc[0]
    assert row[["theme", "first", "coder", "n", "percent"]].tolist() == [
        "water", "ann", "ben", 2, 0.5,
    ]  # fmt: skip
    assert row["kappa"] == 0 and row["alpha"] == pytest.approx(0)


def test_every_two_people_are_compared():
    codes = pd.concat([coded("a", BINARY[0]), coded("b", BINARY[1]), coded("c", BINARY[0][:4])])
    people = coder_agreement(codes).set_index(["first", "coder"])
    assert people.index.tolist() == [("a", "b"), ("a", "c"), ("b", "c")]
    assert people["n"].tolist() == [10, 4, 4]
    assert people.loc[("a", "b"), "alpha"] == pytest.approx(0.095, abs=5e-4)
    assert people.loc[("a", "c"), ["percent", "kappa"]].tolist() == [1, 1]


def test_tables_that_cannot_be():
    with pytest.raises(ValueError, match=r"codebook_hits lacks the columns \['sentence'\]"):
        agreement(hits(1).drop(columns="sentence"), coded("a", [1]))
    with pytest.raises(ValueError, match=r"human_codes lacks the columns \['coder'\]"):
        agreement(hits(1), coded("a", [1]).drop(columns="coder"))
    with pytest.raises(ValueError, match=r"code 2.0; choose from \[0, 1\]"):
        agreement(hits(1), coded("a", [2.0]))
    assert agreement(hits(1), coded("a", [])).empty


# --- forms

TEXT = {
    "Mail": "The river rose; the mill stood still. =A1 was on the door. Nobody came.",
    "Star": "A court met on the river. The judge left.\n\nWater fell again.",
}


@pytest.fixture(scope="module")
def mill():
    table = pd.DataFrame({"source": [*TEXT], "text": [*TEXT.values()]})
    corpus = read_corpus(table)
    law = Theme("law; order", "", (Pattern.parse("court"), Pattern.parse("judge")))
    themes = (Theme("water", "", (Pattern.parse("river"),)), law)
    return corpus, measure(corpus, codebook=Codebook(themes), cache=False)


def fill(form: pd.DataFrame, codes) -> pd.DataFrame:
    """The form as a person filled it in: a code of (text, theme)."""
    filled = form.copy()
    for theme in ("water", "law; order"):
        filled[theme] = [codes(text, theme) for text in form["sentence"]]
    return filled


def test_a_form_is_blind_and_complete(mill):
    form = coding_form(*mill, n=100)
    assert form.columns.tolist() == ["id", "sentence", "water", "law; order", "note"]
    assert sorted(form["sentence"]) == sorted(
        ["The river rose; the mill stood still.", "=A1 was on the door.", "Nobody came.",
         "A court met on the river.", "The judge left.", "Water fell again."]
    )  # fmt: skip
    assert form["id"].str.fullmatch("[a-z]{9}").all() and form["id"].is_unique
    assert not form.to_csv().count("Mail") + form.to_csv().count("Star")
    pd.testing.assert_frame_equal(form, coding_form(*mill, n=100))
    assert coding_form(*mill, n=100, seed=1)["id"].tolist() != form["id"].tolist()
    assert coding_form(*mill, n=2)["id"].tolist() == form["id"].tolist()[:2]


def test_a_form_goes_out_and_comes_back(mill, tmp_path):
    path = tmp_path / "ann.coding.csv"
    offer_coding_form(*mill, path)
    assert path.read_bytes().startswith(codecs.BOM_UTF8)
    assert "'=A1 was on the door." in path.read_text(encoding="utf-8")
    with pytest.raises(OSError, match="no"):
        offer_coding_form(*mill, tmp_path / "no" / "a.csv")
    empty = read_coding_form(path, mill[1])
    assert empty["coder"].unique().tolist() == ["ann"]
    assert len(empty) == 12 and empty["code"].isna().all()
    said = agreement(mill[1].themes, empty)
    assert said["why"].tolist() == ["no sentence was coded"] * 2


def right(text: str, theme: str) -> str:
    words = {"water": ("river", "Water"), "law; order": ("court", "judge")}[theme]
    return "1" if any(word in text for word in words) else "0"


SAVED = {
    "as written": lambda form: form.to_csv(index=False).encode("utf-8-sig"),
    "semicolons, as Excel in Europe": lambda form: form.to_csv(index=False, sep=";").encode(),
    "tabs and UTF-16, as Excel's Unicode text": (
        lambda form: form.to_csv(index=False, sep="\t", lineterminator="\r\n").encode("utf-16")
    ),
    "the Windows code page": (
        lambda form: form.assign(note="naïve").to_csv(index=False, sep=";").encode("cp1252")
    ),
    "a line sep=": lambda form: b"sep=;\r\n" + form.to_csv(index=False, sep=";").encode(),
    "sorted, numbers with decimals": (
        lambda form: form.sort_values("sentence").replace({"1": "1.0", "0": "0,0"})
        .to_csv(index=False).encode()
    ),
    "empty columns and lines": (
        lambda form: (form.to_csv(index=False).replace("\n", ",,\n") + ",,,,,,\n").encode()
    ),
    "quoted numbers": lambda form: form.replace({"1": "'1"}).to_csv(index=False).encode(),
}  # fmt: skip


@pytest.mark.parametrize("how", SAVED)
def test_forms_as_spreadsheets_save_them(mill, tmp_path, how):
    path = tmp_path / "ann.csv"
    path.write_bytes(SAVED[how](fill(coding_form(*mill, n=100), right)))
    codes = read_coding_form(path, mill[1])
    assert codes["code"].value_counts().to_dict() == {0.0: 7, 1.0: 5}
    found = agreement(mill[1].themes, codes).set_index("theme")
    # "Water fell again" is no hit of the pattern "river"
    assert found.loc["water", ["hits", "codes", "both", "n"]].tolist() == [2, 3, 2, 6]
    assert found.loc["law; order", ["percent", "kappa", "alpha"]].tolist() == [1, 1, 1]


def test_two_coders(mill, tmp_path):
    form = coding_form(*mill, n=4)
    paths = [tmp_path / "ann.csv", tmp_path / "ben.csv"]
    for path, code in zip(paths, ("1", "")):
        path.write_text(fill(form, lambda *_: code).to_csv(index=False), encoding="utf-8")  # noqa: B023
    codes = read_coding_form(paths, mill[1])
    water = codes[codes["theme"] == "water"]
    assert water.groupby("coder")["code"].count().to_dict() == {"ann": 4, "ben": 0}
    with pytest.raises(ValueError, match=r"names the coders \['ann'\] twice"):
        read_coding_form([paths[0], paths[0]], mill[1])


def form_error(mill, path: Path, change) -> str:
    form = fill(coding_form(*mill, n=3), right)
    path.write_text(change(form).to_csv(index=False), encoding="utf-8")
    with pytest.raises(ValueError) as error:
        read_coding_form(path, mill[1])
    return str(error.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.assign(id=["q", *f["id"][1:]]), "ann.csv, line 2: id 'q' is none of a"),
        (lambda f: f.assign(id=[f["id"][0]] * 3), "line 3: id .* is in line 2, too"),
        (lambda f: f.assign(water=["2", "x", "1"]), "line 2: 'water' is '2'; write 1, 0 or"),
        (lambda f: f.assign(water=["2", "x", "1"]), "line 3: 'water' is 'x'"),
        (lambda f: f.rename(columns={"water": "watter"}), "'watter' is no theme; did you mean 'wa"),
        (lambda f: f[["id", "sentence"]], "no column of a theme; choose from"),
        (lambda f: f.drop(columns="id"), "is no coding form: it has no column 'id'"),
    ],
)
def test_mistakes_in_a_form_are_told(mill, tmp_path, change, message):
    import re

    assert re.search(message, form_error(mill, tmp_path / "ann.csv", change))


def test_a_form_of_other_texts_is_refused(mill, tmp_path):
    other = read_corpus(pd.DataFrame({"source": ["Mail"], "text": ["The river fell. They left."]}))
    measures = measure(other, codebook=Codebook((Theme("water", "", (Pattern.parse("x"),)),)),
                       cache=False)  # fmt: skip
    path = tmp_path / "a.csv"
    offer_coding_form(*mill, path, n=6)
    with pytest.raises(ValueError, match="is none of a sentence of this corpus"):
        read_coding_form(path, measures)


def test_forms_that_cannot_be(mill, tmp_path):
    corpus, measures = mill
    for options, message in [
        ({"n": 0}, "n 0 is not a whole number"),
        ({"n": True}, "n True is not"),
        ({"seed": -1}, "seed -1 is not"),
    ]:
        with pytest.raises(ValueError, match=message):
            coding_form(corpus, measures, **options)
    with pytest.raises(ValueError, match="is not there; name a CSV file"):
        read_coding_form(tmp_path / "no.csv", measures)
    (tmp_path / "book.xlsx").write_bytes(b"PK\x03\x04")
    with pytest.raises(ValueError, match=r"table 'book\.xlsx' cannot be read: is damaged"):
        read_coding_form(tmp_path / "book.xlsx", measures)


def test_a_form_is_offered_and_written_once(mill, tmp_path):
    from dataclasses import replace

    path = tmp_path / "ann.coding.csv"
    said = offer_coding_form(*mill, path, n=2)
    assert said.startswith("The form is ann.coding.csv: write 1 where")
    written = path.read_bytes()
    assert offer_coding_form(*mill, path, n=5) == said  # what a person filled in stays
    assert path.read_bytes() == written
    bare = replace(mill[0], documents=mill[0].documents.assign(at_hand=False))
    none = offer_coding_form(bare, mill[1], tmp_path / "new.csv")
    assert none.startswith("No form is written") and not (tmp_path / "new.csv").exists()


def test_no_forms_give_empty_tables(mill):
    codes = read_coding_form([], mill[1])
    assert codes.columns.tolist() == [
        "coder", "doc_id", "paragraph", "sentence", "theme", "code",
    ]  # fmt: skip
    assert agreement(mill[1].themes, codes).empty
    assert coder_agreement(codes).empty
