"""Report pages in a real browser: Debian's Chromium, driven by Playwright."""

import shutil
import subprocess
from pathlib import Path

import pytest
from made import TESTS, run_tiny

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCREENS = {"index": 2.5, "corpus": 4, "term_frequency": 6, "sentiment": 5, "themes": 7}
PAGES = list(SCREENS)  # and how many screens each may be long
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def report(whole_report):
    """The whole report on the demo corpus."""
    return whole_report(TESTS.parent / "seeds" / "harbour")


@pytest.fixture
def visit(chromium):
    """Open a file; the page gathers what it asks for and what its console says.

    What the page's own policy stopped was not asked for; the console says it.
    """
    opened = []

    def visit(path: Path, **options):
        context = chromium.new_context(viewport=DESKTOP, **options)
        opened.append(context)
        page = context.new_page()
        page.asked, page.said = [], []
        page.on("requestfinished", lambda request: page.asked.append(request.url))
        page.on("requestfailed", lambda r: r.failure == "csp" or page.asked.append(r.url))
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto(path.as_uri())
        return page

    yield visit
    for context in opened:
        context.close()


def of_the_page(urls, path):
    return [u for u in urls if u != path.as_uri() and not u.startswith("data:")]


def hrefs(page, selector):
    return page.locator(selector).evaluate_all("all => all.map(e => e.getAttribute('href'))")


def unfold(page):
    page.evaluate("for (const e of document.querySelectorAll('details')) e.open = true")


def overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_whole_by_itself(report, visit, name, scheme):
    path = report / f"{name}.html"
    page = visit(path, color_scheme=scheme)
    assert of_the_page(page.asked, path) == []
    assert page.said == []
    pictures = page.locator("img").all()
    assert pictures or name in {"corpus"}
    for picture in pictures:
        assert picture.get_attribute("alt").strip()
        assert picture.evaluate("image => image.complete && image.naturalWidth") > 0
    policy = page.locator('meta[http-equiv="Content-Security-Policy"]').get_attribute("content")
    assert policy.startswith("default-src 'none'")
    assert page.locator("h1").count() == 1
    assert overflow(page) <= 0
    assert path.stat().st_size < 1_000_000
    dead = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.hash.slice(1).split('=')[0])"
        ".filter(id => !document.getElementById(decodeURIComponent(id)))"
    )
    assert dead == []
    page.set_viewport_size({"width": 1366, "height": 768})
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height <= SCREENS[name] * 768


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone(report, visit, name):
    page = visit(report / f"{name}.html")
    page.set_viewport_size(PHONE)
    unfold(page)
    assert overflow(page) <= 0
    sizes = "element => parseFloat(getComputedStyle(element).fontSize)"
    assert page.locator("main :is(.cc-text, .prose p)").first.evaluate(sizes) >= 16
    for picture in page.locator("figure img").all():
        assert picture.evaluate("image => image.width / image.naturalWidth") > 0.35


def test_pages_are_reached_from_each_other(report, visit):
    page = visit(report / "index.html")
    assert all((report / link).is_file() for link in hrefs(page, "header nav a"))
    page.locator("header nav a").nth(2).click()
    assert (
        page.locator('header nav a[aria-current="page"]').inner_text()
        == page.title().split(" ·")[0]
    )
    for address in hrefs(page, "main a, footer a"):
        assert address.startswith("#") or (report / address.split("#")[0]).is_file()


def test_links_of_the_contents_lead_to_their_sections(report, visit):
    page = visit(report / "themes.html")
    links = page.locator("nav.contents a").all()
    assert len(links) > 2
    for link in links:
        place = page.locator(link.get_attribute("href"))  # a heading, or what begins with one
        assert place.inner_text().startswith(link.inner_text())


def test_tables_can_be_scrolled_by_keyboard_and_are_named(report, visit):
    page = visit(report / "term_frequency.html")
    tables = page.locator(".cc-table").all()
    assert tables
    for table in tables:
        assert table.get_attribute("tabindex") == "0"
        assert table.get_attribute("aria-label")
        assert table.locator("thead th[scope]").count() > 1


@pytest.mark.parametrize("name", PAGES)
def test_print_has_no_navigation_and_cuts_nothing_off(report, visit, name):
    page = visit(report / f"{name}.html")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 960})  # A4 without its margins
    unfold(page)  # as beforeprint does
    assert not page.locator("header nav").is_visible()
    assert overflow(page) <= 0
    for table in page.locator(".cc-table").all():
        assert table.evaluate("e => e.scrollWidth - e.clientWidth") <= 0


def test_make_pdf_prints_every_page(report, chromium, tmp_path):
    script, names = TESTS.parent / "scripts" / "pdf.sh", ["index", "themes"]
    (tmp_path / "run").mkdir()
    for name in names:
        shutil.copy(report / f"{name}.html", tmp_path / "run")
    done = subprocess.run(
        ["sh", script, tmp_path / "run"], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert sorted(Path(line).stem for line in done.stdout.split()) == names
    for name in names:
        pdf = (tmp_path / "pdf" / f"{name}.pdf").read_bytes()
        assert pdf.startswith(b"%PDF")
        assert b"/StructTreeRoot" in pdf  # tagged, so that it can be read aloud


# From a number to its passage


def test_a_sentence_leads_to_the_rows_of_its_table_and_a_row_to_its_passages(report, visit):
    from playwright.sync_api import expect

    page = visit(report / "term_frequency.html")
    sentence = page.locator("main ul.cc-text li").first
    source = sentence.locator("strong").inner_text().removesuffix(":")
    sentence.locator("a").first.press("Enter")  # by keyboard
    table = page.locator("#term_frequency_keyness")
    expect(table).to_be_focused()  # a browser follows a link when it has time
    shown = table.locator("tbody tr:not([hidden])")
    assert shown.count() > 0
    assert set(shown.locator("th").all_inner_texts()) == {source}
    term = shown.locator("a.cc-row").first
    word = term.inner_text()
    term.press("Enter")
    passages = page.locator("#term_frequency_passages")
    expect(passages).to_be_focused()
    assert passages.evaluate("e => e.closest('details').open")
    rows = passages.locator("tbody tr:not([hidden])").all_inner_texts()
    assert rows and all(word in row for row in rows)


@pytest.mark.parametrize(
    ("name", "folded"), [("index", "main details"), ("sentiment", "details.fold")]
)
def test_what_is_folded_opens_by_keyboard(report, visit, name, folded):
    page = visit(report / f"{name}.html")
    fold = page.locator(folded).first
    assert fold.get_attribute("open") is None
    assert not fold.locator(".cc-table").first.is_visible()
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    assert fold.get_attribute("open") is not None
    assert fold.locator(".cc-table").first.is_visible()


def test_a_link_from_another_page_lands_on_the_filtered_rows(report, visit):
    path = report / "term_frequency.html"
    page = visit(path)
    source = page.locator("#term_frequency_keyness tbody th").first.inner_text()
    page.goto(f"{path.as_uri()}#term_frequency_keyness={source.replace(' ', '%20')}")
    page.reload()
    shown = page.locator("#term_frequency_keyness tbody tr:not([hidden]) th").all_inner_texts()
    assert set(shown) == {source}


# Tables


@pytest.fixture
def table(report, visit):
    """The box of a table with hidden rows on a page, its tools, and the page."""
    page = visit(report / "term_frequency.html")
    id = page.locator(".cc-table:has(tr[hidden])").first.get_attribute("id")
    box = page.locator(f"#{id}")
    name = box.get_attribute("aria-label")
    tools = page.locator(".cc-tools").filter(has=page.get_by_label(f"Filter the table: {name}"))
    return box, tools.first, page


def cells(box, column):
    rows = box.locator("tbody tr:not([hidden])")
    return rows.evaluate_all("(rows, k) => rows.map(row => row.cells[k].innerText)", column)


def test_a_table_sorts_by_keyboard_both_ways_and_back(table):
    box, _, page = table
    heads = box.locator("thead tr").last.locator("th")
    numeric = heads.evaluate_all("all => all.findIndex(e => e.classList.contains('cc-n'))")
    head, before = heads.nth(numeric), cells(box, numeric)
    head.locator("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    numbers = [float(text.replace(",", "").replace("−", "-")) for text in cells(box, numeric)]
    assert numbers == sorted(numbers, reverse=True)
    page.keyboard.press("Space")
    assert head.get_attribute("aria-sort") == "ascending"
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") is None
    assert cells(box, numeric) == before


def test_one_column_at_a_time_is_sorted_by(table):
    box, _, _ = table
    for column in (0, 1):
        box.locator("thead tr").last.locator("button").nth(column).click()
        assert box.locator("th[aria-sort]").count() == 1


def test_a_table_is_filtered_over_all_rows_that_it_holds(table):
    box, tools, _ = table
    rows = box.locator("tbody tr")
    word = rows.last.locator("th, td").nth(1).evaluate("cell => cell.textContent")
    tools.locator("input").fill(word.upper())
    shown = box.locator("tbody tr:not([hidden])")
    assert shown.count() >= 1
    assert all(word in text for text in shown.evaluate_all("all => all.map(r => r.textContent)"))
    note = box.locator("xpath=following-sibling::p[1]/span")
    assert note.get_attribute("role") == "status"
    assert note.inner_text() == f"{shown.count()} of {rows.count()} rows match"
    tools.locator("input").fill("")
    assert " of " in note.inner_text() and "match" not in note.inner_text()


def test_all_rows_are_a_button_away(table):
    box, tools, _ = table
    button, few = tools.locator("button"), box.locator("tbody tr:not([hidden])").count()
    button.click()
    assert button.get_attribute("aria-expanded") == "true"
    assert box.locator("tbody tr[hidden]").count() == 0
    button.click()
    assert box.locator("tbody tr:not([hidden])").count() == few


def test_without_scripts_a_table_stays_readable(report, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((report / "term_frequency.html").as_uri())
    assert page.locator(".cc-tools").count() == 0
    box = page.locator(".cc-table").first
    assert box.locator("tbody tr:visible").count() > 3
    assert box.locator("thead th").first.inner_text()
    context.close()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    ("scheme", "size"), [("light", DESKTOP), ("dark", PHONE)], ids=["desktop", "phone"]
)
def test_axe_finds_nothing_serious(report, chromium, name, scheme, size):
    from axe_playwright_python.sync_playwright import Axe

    # axe is put into the page, which the page's own policy would refuse.
    context = chromium.new_context(viewport=size, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto((report / f"{name}.html").as_uri())
    found = Axe().run(page).response["violations"]
    context.close()
    grave = [v for v in found if v["impact"] in ("serious", "critical")]
    said = [f"{v['id']}: {v['help']}: {v['nodes'][0]['html'][:200]}" for v in grave]
    assert said == []


@pytest.mark.parametrize(
    ("name", "table"), [("sentiment", "sentiment_driver_sentences"), ("themes", "themes_evidence")]
)
def test_a_word_or_theme_leads_to_its_passages_by_keyboard(report, visit, name, table):
    page = visit(report / f"{name}.html")
    link = page.locator(f"a.cc-row[href*='#{table}=']").first
    said = link.inner_text()
    link.focus()
    page.keyboard.press("Enter")
    rows = page.locator(f"#{table} tbody tr:not([hidden])")
    rows.first.wait_for(state="visible")
    assert {head.inner_text() for head in rows.locator("th").all()} == {said}
    assert rows.locator("mark").count() >= rows.count()


def test_hostile_text_stays_text(tiny_report, visit):
    path = tiny_report / "hostile.html"
    page = visit(path)
    assert of_the_page(page.asked, path) == []
    assert page.said == []
    assert page.title().startswith("Hostile text")
    assert page.locator("main img").count() == 1  # its own chart
    assert "<script>" in page.locator("main img").get_attribute("alt")
    assert page.locator("caption").inner_text().startswith("</td></table>")


def test_even_html_that_a_notebook_writes_runs_and_fetches_nothing(here, tmp_path, visit):
    path = run_tiny(tmp_path, "raw_html") / "index.html"
    page = visit(path)
    assert page.locator('main img[src^="http:"]').count() == 1
    assert of_the_page(page.asked, path) == []
    assert sum("Content Security Policy" in said for said in page.said) >= 2  # script, picture
    assert page.title().startswith("What a notebook writes")
