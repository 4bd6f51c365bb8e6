"""A corpus whose texts, titles, sources, themes are HTML, scripts, formulas and turning signs."""

import csv
import json
from unittest import mock

import pytest
from bs4 import BeautifulSoup
from made import Here

from crosscurrents import run_report
from crosscurrents.report.pages import POLICY, SCRIPT

SCRIPTED = "<script>document.title='taken'</script>"
PICTURE = '<img src="http://localhost:9/x.png" onerror="document.title=1">'
STYLED = "</style><style>body{display:none}</style>"
TURNED = "\u202eevil\u202d \u2066isolate"
FORMULA = '=HYPERLINK("http://localhost:9")'
SOURCES = [f"Mail {SCRIPTED}", f"{FORMULA} $x^{{$", f"Star {TURNED}", f'"Post" {STYLED}']
TITLES = [PICTURE, "</title></td></table>" + SCRIPTED, FORMULA, "{{ 7 * 7 }} {% raw %} " + TURNED]
OPENED = "<img src=x onerror=document.title=1><script>document.title=1"  # names hold no slash
SENTENCES = [
    "The river rose and the good people feared the awful dam.",
    f"{SCRIPTED} said the mayor about the river and the hopeful road.",
    f"Nobody liked the {PICTURE} on the road to the dam.",
    f"{FORMULA} was written on the wall of the {TURNED} mill.",
    "We trust our neighbours and we hate the flood, said the mayor.",
    "\x1b[31mRed\x1b[0m letters & <b>bold</b> ones stood on the river bridge.",
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile") / "corpus"
    folder.mkdir()
    rows = [["doc_id", "source", "title", "author", "date", "file"]]
    for i, (source, title) in enumerate(zip(SOURCES, TITLES)):
        paragraphs = [" ".join(SENTENCES[i:] + SENTENCES[: i + 1]) for _ in range(4)]
        (folder / f"text{i}.txt").write_text("\n\n".join(paragraphs), encoding="utf-8")
        rows.append([f"<i>{i}</i>", source, title, PICTURE, f"201{i}", f"text{i}.txt"])
    with (folder / "catalogue.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    pole = ["good", "trust", "hopeful"], ["hate", "feared", "awful"]
    book = {
        "title": f"Who owns it? {SCRIPTED} {TURNED}",
        "themes": {
            f"water {OPENED}": {"patterns": ["river", "dam", "flood"]},
            f"{FORMULA[:10]} & 'roads'": {"patterns": ["road", "bridge", "script"]},
        },
        "scales": {f"warmth {OPENED}": {"poles": {f"warm {OPENED}": pole[0], "=cold": pole[1]}}},
    }
    (folder / "codebook.yml").write_text(json.dumps(book), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def report(corpus):
    with mock.patch("crosscurrents.report.run.Process", Here):
        return run_report(
            corpus, name="hostile", out=corpus.parent / "reports", quiet=True,
            parameters={"resamples": 100},
        )  # fmt: skip


def pages(report):
    return sorted(report.glob("*.html"))


def test_every_page_is_made(report):
    assert len(pages(report)) >= 5


def test_text_stays_text_everywhere(report):
    for path in pages(report):
        text = path.read_text(encoding="utf-8")
        tree = BeautifulSoup(text, "html.parser")
        assert [s.string.strip() for s in tree.select("script")] == [SCRIPT.strip()], path
        assert all(image["src"].startswith("data:image/") for image in tree.select("img")), path
        assert tree.select("iframe, object, embed, form, base, b, i") == [], path
        assert tree.select_one("meta[http-equiv]")["content"] == POLICY
        assert tree.select("[onerror], [onload], [onclick]") == []
        assert [s for s in tree.select("style") if "display:none}" in s.get_text()[:30]] == []
        assert len(tree.select("main")) == len(tree.select("title")) == 1


def test_no_sign_turns_what_stands_around_it(report):
    turning = [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))]
    for path in pages(report):
        text = path.read_text(encoding="utf-8")
        assert [sign for sign in turning if sign in text] == [], path


def test_the_names_are_there_as_they_were_written(report):
    index = BeautifulSoup((report / "index.html").read_text(encoding="utf-8"), "html.parser")
    said = index.get_text()
    assert "Who owns it? <script>" in index.select_one(".report").get_text()
    assert all(source.split()[0] in said for source in SOURCES)
    assert SCRIPTED in said
    charts = " ".join(image["alt"] for image in index.select("img"))
    assert SCRIPTED in charts


def test_no_cell_of_a_csv_is_a_formula_and_numbers_stay_numbers(report):
    numbers = 0
    for path in sorted((report / "tables").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                for cell in row:
                    if cell[:1] in ("=", "+", "-", "@", "\t", "\r"):
                        float(cell)  # raises for what is none
                        numbers += 1
    assert numbers > 3
    text = "".join(p.read_text(encoding="utf-8") for p in (report / "tables").glob("*.csv"))
    assert "'=HYPERLINK" in text


@pytest.mark.browser
@pytest.mark.slow
def test_nothing_of_it_runs_in_a_browser(report, chromium):
    page, asked, said = chromium.new_page(), [], []
    page.on("request", lambda r: asked.append(r.url))
    page.on("console", lambda message: said.append(message.text))
    for path in pages(report):
        page.goto(path.as_uri())
        assert not page.title().startswith(("taken", "1"))
        assert page.locator("main").is_visible()
    page.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == []
