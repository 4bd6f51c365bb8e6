"""What readers make of files that ordinary programs wrote: words and facts, format by format.

Needs LibreOffice (soffice) and Chromium. Ten articles of the demo corpus are written as HTML, which
the programs turn into files of every format; the words that are read are held against the article.
"""

from __future__ import annotations

import collections
import datetime
import html
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import crosscurrents as cc
from crosscurrents.readers import read_document_file

ARTICLES = 10
OFFICE = {"docx": "docx:MS Word 2007 XML", "odt": "odt", "rtf": "rtf", "pdf": "pdf",
          "txt": "txt:Text (encoded):MS_1252",
          "epub": "epub"}  # fmt: skip


def main() -> int:
    corpus = cc.read_corpus("seeds/harbour")
    rows = corpus.documents.iloc[:: len(corpus.documents) // ARTICLES][:ARTICLES]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for row in rows.itertuples():
            page = _page(row, corpus.paragraphs(row.doc_id))
            (folder / f"{row.doc_id}.html").write_text(page, encoding="utf-8")
        _convert(folder)
        print(
            f"{'format':<12}{'files':>6}{'read':>6}{'words right':>13}"
            f"{'title':>7}{'author':>7}{'date':>7}"
        )
        for kind in [*OFFICE, "html", "saved.html", "print.pdf"]:
            print(_line(kind, folder, rows, corpus))
    return 0


def _page(row, paragraphs: list[str]) -> str:
    text = "\n".join(f"<p>{html.escape(p)}</p>" for p in paragraphs)
    day = datetime.date.fromisoformat(row.date)
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>{html.escape(row.title)}</title><meta name="author" content="{html.escape(row.author)}">
<meta property="og:site_name" content="{html.escape(row.source)}">
<meta property="article:published_time" content="{row.date}T22:30:00-05:00"></head><body>
<nav><a href="/">Home</a> <a href="/news">News</a> <a href="/sport">Sport</a></nav>
<article><h1>{html.escape(row.title)}</h1>
<p>By {html.escape(row.author)}</p>
<p>{day.day} {day:%B %Y}</p>
{text}
</article><footer><p>Contact us</p><p>All rights reserved</p></footer></body></html>"""


def _convert(folder: Path) -> None:
    pages = sorted(folder.glob("*.html"))
    plain = folder / "plain"
    plain.mkdir()
    for page in pages:  # office programs have no menus of a site in their documents
        text = page.read_text(encoding="utf-8")
        head, rest = text.split("<nav>", 1)
        body = rest.split("</nav>", 1)[1].split("<footer>", 1)[0]
        (plain / page.name).write_text(f"{head}{body}</body></html>", encoding="utf-8")
    for kind, filter_ in OFFICE.items():
        made = folder / kind
        source = (
            sorted((folder / "odt").glob("*.odt"))
            if kind == "epub"
            else sorted(plain.glob("*.html"))
        )
        _run(
            "soffice",
            "--headless",
            "--writer",
            "--convert-to",
            filter_,
            "--outdir",
            str(made),
            *map(str, source),
        )
    for kind in ("saved.html", "print.pdf"):
        (folder / kind).mkdir()
    browser = next(filter(None, map(shutil.which, ["chromium", "google-chrome"])))
    flags = [browser, "--headless", "--no-sandbox", "--disable-gpu"]
    for page in pages:
        saved = subprocess.run(
            [*flags, "--dump-dom", page.as_uri()], capture_output=True, check=True
        )
        (folder / "saved.html" / page.name).write_bytes(saved.stdout)
        _run(*flags, f"--print-to-pdf={folder / 'print.pdf' / page.stem}.pdf", page.as_uri())


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _line(kind: str, folder: Path, rows, corpus) -> str:
    place = folder if kind == "html" else folder / kind
    read, right, facts = 0, [], collections.Counter()
    for row in rows.itertuples():
        files = [f for f in place.glob(f"{row.doc_id}.*") if f.is_file()]
        if not files:
            continue
        try:
            read_document_file(files[0].read_bytes(), files[0].name)
        except ValueError as error:
            print(f"{files[0].name}: {error}", file=sys.stderr)
            continue
        read += 1
        folder_ = folder / "one"
        shutil.rmtree(folder_, ignore_errors=True)
        folder_.mkdir()
        shutil.copy(files[0], folder_)
        one = cc.read_corpus(folder_)
        found = collections.Counter(one.text(one.documents["doc_id"][0]).split())
        wanted = collections.Counter(corpus.text(row.doc_id).split())
        right.append(
            1
            - (found - wanted).total() / max(found.total(), 1) / 2
            - (wanted - found).total() / wanted.total() / 2
        )
        for fact in ("title", "author", "date"):
            facts[fact] += one.documents[fact][0] == getattr(row, fact)
    share = f"{min(right):.3f}" if right else "-"
    return f"{kind:<12}{len(rows):>6}{read:>6}{share:>13}" + "".join(
        f"{facts[f]:>7}" for f in ("title", "author", "date")
    )


if __name__ == "__main__":
    sys.exit(main())
