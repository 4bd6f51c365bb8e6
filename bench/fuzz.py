"""Broken files of every format, catalogues and codebooks: each is read or refused with a reason.

    python bench/fuzz.py --minutes 10

Whatever is no ValueError, takes longer than SECONDS or more than MEMORY is a find: its file is
written into the folder `--out`, and its kind belongs into a test. XML is broken inside of its
archive, since a broken archive is refused at once.
"""

from __future__ import annotations

import argparse
import io
import logging
import random
import resource
import signal
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import pandas as pd

import crosscurrents as cc
from crosscurrents import readers
from crosscurrents.readers import read_document_file

TESTS = Path(__file__).resolve().parent.parent / "tests"
sys.path.insert(0, str(TESTS))
SECONDS = 10  # of processor time: the sample files take some hundredths
MEMORY = 4 * 2**30
TOKENS = [
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"<", b">", b"</p>", b"<!--", b"]]>", b"&#0;", b"&a;",
    b'"', b"'", b"{", b"}", b"\\", b"\\bin9999999 ", b"\\u-99999?", b"\n", b"\r", b"\f", b",", b";",
    b"\t", b"-1", b"99999999999999999999", b"1e999", b"NaN", b"null", b"../", b"/etc/passwd", b"*",
    b": ", b"- ", b"!!python/object", b"&a [*a]", b"\xed\xa0\x80", b"\xe2\x80\xae", b"=",
    b"2024-13-45", b"End of Document", b"Document 1 of 9", b"%PDF-", b"PK\3\4",
    b"stream", b"endobj", b"0 R", b"\n" * 50,
]  # fmt: skip


def samples() -> dict[str, bytes]:
    """A small file of each kind."""
    import files
    import test_exports
    import test_formats

    table = pd.DataFrame({"Headline": ["Rain", "Snow"], "Body": list(test_formats.PROSE[:2])})
    book, columns = io.BytesIO(), io.BytesIO()
    table.to_excel(book, index=False)
    table.to_parquet(columns)
    prose = "".join(f"<text:p>{p}</text:p>" for p in test_formats.PROSE)
    return {
        **{f"{name}.exp": test_exports.printed(name)[1].encode() for name in test_exports.PRINTED},
        "a.docx": files.docx(*test_formats.PROSE), "a.odt": files.odt(prose),
        "a.epub": files.epub("<p>Rain</p>", "<p>Snow</p>"), "a.pdf": files.pdf("Rain\nfell", "So"),
        "a.html": test_formats.PAGE.format(*test_formats.PROSE).encode(),
        "a.rtf": rb"{\rtf1\ansi{\info{\title Rain}}It rained.\par So.{\*\x y}}",
        "a.eml": b"From: a@b.example\nDate: Mon, 1 Jan 2024 10:00:00 +0100\nSubject: Rain\n"
                 b"Content-Type: text/plain; charset=utf-8\n\nIt rained.\n",
        "a.mbox": test_formats.MAILBOX.encode(),
        "a.csv": table.to_csv(index=False).encode(),
        "a.json": table.to_json(orient="records").encode(),
        "a.jsonl": table.to_json(orient="records", lines=True).encode(),
        "a.xlsx": book.getvalue(), "a.parquet": columns.getvalue(),
        "a.txt": "\n\n".join(test_formats.PROSE).encode(),
        "catalogue.csv": (TESTS / "corpus" / "catalogue.csv").read_bytes(),
        "codebook.yml": (TESTS / "corpus" / "codebook.yml").read_bytes(),
    }  # fmt: skip


def broken(data: bytes, others: list[bytes], rng: random.Random) -> bytes:
    """The same file with one to five mistakes."""
    for _ in range(rng.randint(1, 5)):
        if not data:
            return data
        at, size = rng.randrange(len(data)), rng.choice([1, 1, 2, 8, 64, 512])
        how = rng.randrange(7)
        if how == 0:
            data = data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]
        elif how == 1:
            data = data[:at] + data[at + size :]
        elif how == 2:
            data = data[:at] + rng.choice(TOKENS) * rng.choice([1, 1, 1, 3, 5000]) + data[at:]
        elif how == 3:
            data = data[:at] + data[at : at + size] * rng.choice([2, 3, 1000]) + data[at:]
        elif how == 4:
            data = data[:at]
        elif how == 5:
            other = rng.choice(others)
            there = rng.randrange(len(other))
            data = data[:at] + other[there : there + size] + data[at:]
        else:
            there = rng.randrange(len(data))
            data = data[:at] + data[there : there + size] + data[at + size :]
    return data


def broken_archive(data: bytes, others: list[bytes], rng: random.Random) -> bytes:
    """An archive of which one part has mistakes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        chosen = rng.choice(old.namelist())
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, broken(part, others, rng) if name == chosen else part)
    return stream.getvalue()


def attempt(name: str, data: bytes, folder: Path) -> None:
    """Read a file as a user's would be; raises ValueError for one that is refused."""
    if name == "codebook.yml":
        (folder / name).write_bytes(data)
        cc.read_codebook(folder / name)
    elif name == "catalogue.csv":
        (folder / name).write_bytes(data)
        corpus = cc.read_corpus(folder)
        for doc_id in corpus.documents.loc[corpus.documents["at_hand"], "doc_id"]:
            corpus.paragraphs(doc_id)
    else:
        for document in read_document_file(data, name).documents:
            cc.clean(document.text)


class TooSlow(BaseException):
    """A file took longer than SECONDS."""


def too_slow(*_: object) -> None:
    raise TooSlow


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="files whose name ends so")
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "finds")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGVTALRM, too_slow)
    logging.disable(logging.CRITICAL)
    # What a library does is to be seen, not to be ended after two minutes.
    readers.FORMATS = {k: f._replace(apart=False) for k, f in readers.FORMATS.items()}
    rng, tried, finds = random.Random(options.seed), 0, {}
    every = samples()
    until, others = time.monotonic() + 60 * options.minutes, list(every.values())
    chosen = [name for name in every if name.endswith(options.only)]
    with tempfile.TemporaryDirectory() as place:
        for file in (TESTS / "corpus").rglob("*.txt"):
            target = Path(place) / file.relative_to(TESTS / "corpus")
            target.parent.mkdir(exist_ok=True, parents=True)
            target.write_bytes(file.read_bytes())
        while time.monotonic() < until:
            name = rng.choice(chosen)
            zipped = zipfile.is_zipfile(io.BytesIO(every[name])) and rng.random() < 0.9
            data = (broken_archive if zipped else broken)(every[name], others, rng)
            tried += 1
            signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
            try:
                attempt(name, data, Path(place))
                found = None
            except ValueError as error:
                found = None if str(error) else error
            except (Exception, TooSlow) as error:  # what is looked for
                found = error
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            if found is not None:
                kind = f"{name}: {type(found).__name__} {str(found)[:80]}"
                if kind not in finds:
                    options.out.mkdir(exist_ok=True, parents=True)
                    (options.out / f"{len(finds)}-{name}").write_bytes(data)
                    print(f"{len(finds)}-{kind}", flush=True)
                finds[kind] = finds.get(kind, 0) + 1
    print(f"{tried:,} files, {len(finds)} kinds of finds", finds)
    return 1 if finds else 0


if __name__ == "__main__":
    sys.exit(main())
