"""Corpora: four ways in, every bad input as one clear error or one document left out."""

from __future__ import annotations

import hashlib
import os
import pickle
import re
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from crosscurrents import read_corpus
from crosscurrents.corpus.adding import Additions, add_files
from crosscurrents.corpus.files import COLUMNS, inside

RAIN = "# Rain\n\nIt rained on the hills of Brae for a week, and nobody went out of the house.\n"
SNOW = "# Snow\n\nIt snowed on the hills of Brae for a week, and everybody went out to see it.\n"


def sha(text: str | bytes) -> str:
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def folder(tmp_path: Path, files: dict[str, str | bytes]) -> Path:
    for name, data in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return tmp_path


def catalogued(tmp_path: Path, rows: list[str], **files: str | bytes) -> Path:
    """A folder with a catalogue of doc_id, source, file, date and sha256."""
    header = "doc_id,source,file,date,sha256\n"
    texts = {f"texts/{name}.txt": data for name, data in files.items()}
    return folder(tmp_path, {"catalogue.csv": header + "\n".join(rows), **texts})


def add_listed(corpus: Path, source: Path) -> list[str]:
    """Bring the texts of a catalogue in: what became of each."""
    return [said for _, said in add_files(Additions(corpus), [str(source)], listed=True)]


# --- a folder with a catalogue


def test_a_catalogue(tmp_path):
    rows = [f"a,Mail,a.txt,2016-05,{sha(RAIN)}", "b,Star,b.txt,,"]
    corpus = read_corpus(catalogued(tmp_path, rows, a=RAIN, b=SNOW))
    documents = corpus.documents
    assert documents.columns.tolist() == [*COLUMNS, "at_hand"]
    assert documents["inferred"].tolist() == ["title: line 1"] * 2
    assert documents["date_precision"].tolist() == ["month", ""]
    assert documents["sha256"].tolist() == [sha(RAIN), sha(SNOW)]
    assert documents["at_hand"].tolist() == [True, True]
    assert corpus.rejected.empty
    assert corpus.text("b").startswith("It snowed")
    assert corpus.paragraphs("a") == [corpus.text("a")]
    assert corpus.raw("a") == RAIN


def test_further_columns_stay_and_files_may_stand_beside_the_catalogue(tmp_path):
    files = {
        "catalogue.csv": "doc_id,source,file,country\n a , Mail ,a.txt,Karsia\n",
        "a.txt": RAIN,
    }
    documents = read_corpus(folder(tmp_path, files)).documents
    assert documents.loc[0, ["doc_id", "source", "country"]].tolist() == ["a", "Mail", "Karsia"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], r"/catalogue\.csv has no rows"),
        (["a,Mail,a.txt,,", "a,Star,b.txt,,"], r"two documents have one doc_id: \['a'\]"),
        (["a,Mail,c.txt,,"], r"names 1 files that are not there.*texts/: \['c\.txt'\]"),
        (["a,Mail,texts,,"], "files that are not there"),
        ([f"a,Mail,a.txt,,{sha(SNOW)}"], f"sha256.*{sha(RAIN)[:12]}.*{sha(SNOW)[:12]}"),
        (["a,Mail,a.txt,,abc"], "sha256 'abc' is not 64 hexadecimal digits"),
        (["a,Mail,a.txt,May,"], "date 'May' of 'a' is no date that can be read; write YYYY"),
        (["a,Mail,a.txt,3/4/2016,"], "can be 2016-04-03 .day first. or 2016-03-04 .month first."),
        (["a,Mail,a.txt,2016-02-30,"], "date '2016-02-30'"),
        ([",Mail,a.txt,,"], "column 'doc_id' is empty in document number 1"),
        (["a,Mail,a.txt,,", "b,,b.txt,,"], "column 'source' is empty in document number 2"),
        (["a,Mail,,,"], "column 'file' is empty"),
        (["a,Mail,../a.txt,,"], r"file '\.\./a\.txt' lies outside the corpus folder"),
        (["a,Mail,/etc/hostname,,"], "lies outside the corpus folder"),
        (["a,Mail,a.txt"], None),  # fields at the end of a line may be left out
        (["a,Mail,a.txt,,,x"], "line 2 has 6 fields, not 5"),
    ],
)  # fmt: skip
def test_mistakes_of_a_catalogue(tmp_path, rows, message):
    path = catalogued(tmp_path, rows, a=RAIN, b=SNOW)
    if message is None:
        assert len(read_corpus(path).documents) == 1
        return
    with pytest.raises(ValueError, match=message) as error:
        read_corpus(path)
    assert len(str(error.value).splitlines()) == 1


def test_all_mistakes_are_told_at_once(tmp_path):
    rows = ["a,Mail,a.txt,yesterday,", "a,,../b.txt,,zz"]
    with pytest.raises(ValueError) as error:
        read_corpus(catalogued(tmp_path, rows))
    for part in ("one doc_id", "'source' is empty", "yesterday", "outside", "sha256 'zz'"):
        assert part in str(error.value)


def test_a_catalogue_without_its_columns(tmp_path):
    path = folder(tmp_path, {"catalogue.csv": "id,outlet\na,Mail\n"})
    message = r"lacks the columns \['doc_id', 'source', 'file'\]; it has \['id', 'outlet'\]"
    with pytest.raises(ValueError, match=message):
        read_corpus(path)
    with pytest.raises(ValueError, match="lacks the columns"):
        read_corpus(folder(tmp_path, {"catalogue.csv": ""}))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"---", "holds no letter and no digit"),
        (b"%PDF-1.7 and no more", "is a damaged PDF (PdfStreamError)"),
        (b"\x89PNG\0\0", "is not a text file (it holds zero bytes)"),
    ],
)
def test_one_bad_document_among_many_is_excluded_and_listed(tmp_path, data, reason):
    corpus = read_corpus(catalogued(tmp_path, ["a,Mail,a.txt,,", "b,Star,b.txt,,"], a=RAIN, b=data))
    assert corpus.documents["doc_id"].tolist() == ["a"]
    assert corpus.rejected.values.tolist() == [["b", "b.txt", reason]]
    corpus = read_corpus(folder(tmp_path / "plain", {"a.txt": RAIN, "b.txt": data}))
    assert corpus.documents["doc_id"].tolist() == ["a"]
    assert corpus.rejected.values.tolist() == [["b", "b.txt", reason]]
    with pytest.raises(ValueError, match=r"b\.txt " + re.escape(reason)):
        read_corpus(folder(tmp_path / "alone", {"b.txt": data}))


def test_a_document_without_a_text_needs_measures_of_its_hash(tmp_path):
    rows = [f"a,Mail,a.txt,,{sha(RAIN)}", f"b,Star,b.txt,,{sha(SNOW)}"]
    path = catalogued(tmp_path, rows, a=RAIN)
    with pytest.raises(ValueError, match="names 1 files that are not there, nor measured before"):
        read_corpus(path)
    (path / "measures").mkdir()
    pd.DataFrame({"sha256": [sha(SNOW)]}).to_parquet(path / "measures" / "documents.parquet")
    corpus = read_corpus(path)
    assert corpus.documents["at_hand"].tolist() == [True, False]
    with pytest.raises(ValueError, match=rf"'b' is not available; put 'b\.txt' .*{sha(SNOW)[:12]}"):
        corpus.text("b")
    assert corpus.excluded["doc_id"].unique().tolist() == ["a"]


# --- a folder without a catalogue


def test_a_folder_of_files(tmp_path):
    files = {"mail/2016/a.txt": RAIN, "mail/b.md": SNOW, "star.txt": RAIN, "README.md": "# Read"}
    files |= {".hidden/c.txt": RAIN, ".d.txt": RAIN, "notes.csv": "a,b\n"}
    files["picture.png"] = b"\x89P\0"
    corpus = read_corpus(folder(tmp_path, files))
    documents = corpus.documents
    assert documents["doc_id"].tolist() == ["mail/2016/a", "mail/b", "star"]
    assert documents["source"].tolist() == ["mail", "mail", "star"]
    assert documents["title"].tolist() == ["Rain", "Snow", "Rain"]
    assert documents["file"].tolist() == ["mail/2016/a.txt", "mail/b.md", "star.txt"]
    assert corpus.text("mail/b").startswith("It snowed")


def test_two_files_of_one_name_keep_their_endings(tmp_path):
    corpus = read_corpus(folder(tmp_path, {"a.txt": RAIN, "a.md": SNOW, "b.txt": RAIN}))
    assert corpus.documents["doc_id"].tolist() == ["a.md", "a.txt", "b"]
    assert corpus.text("a.md").startswith("It snowed")


def test_a_folder_that_is_missing_or_empty(tmp_path):
    with pytest.raises(ValueError, match="is not there; name a folder of documents"):
        read_corpus(tmp_path / "nowhere")
    with pytest.raises(ValueError, match=r"no document .*: put files of text"):
        read_corpus(tmp_path)
    folder(tmp_path, {"a.pdf": b"%PDF-1.7"})
    for path in (tmp_path, tmp_path / "a.pdf"):
        with pytest.raises(ValueError, match=r"no document .*: a\.pdf is a damaged PDF"):
            read_corpus(path)


def test_links_to_folders_are_not_followed(tmp_path):
    path = folder(tmp_path / "corpus", {"a.txt": RAIN, "measures/terms.parquet": "PAR1"})
    (path / "loop").symlink_to(path, target_is_directory=True)
    (path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (path / "inner.txt").symlink_to(path / "a.txt")
    (tmp_path / "here").symlink_to(path)  # a corpus may itself be a link
    corpus = read_corpus(tmp_path / "here")
    assert corpus.documents["doc_id"].tolist() == ["a", "inner"]
    reasons = rejected(corpus)
    assert reasons.pop("measures/terms.parquet")  # without a record beside it, it is none of ours
    assert reasons == {
        "loop/": "is a link to a folder, which is not followed",
        "gone.txt": "cannot be read (no such file or directory)",
    }


def test_errors_of_reading_are_told_in_a_line(tmp_path, monkeypatch):
    path = folder(tmp_path, {"a.txt": RAIN, "b.txt": SNOW})
    opened = os.open

    def refuse(file, *args, **kwargs):
        if str(file).endswith("b.txt"):
            raise PermissionError(13, "Permission denied")
        return opened(file, *args, **kwargs)

    monkeypatch.setattr(os, "open", refuse)
    assert read_corpus(path).rejected.values.tolist() == [
        ["b", "b.txt", "cannot be read (permission denied)"]
    ]


def test_a_file_rewritten_with_the_same_size_and_times_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSCURRENTS_CACHE", str(tmp_path / "cache"))
    path = folder(tmp_path / "corpus", {"a.txt": "It rained. " * 300_000})
    before = read_corpus(path).documents["sha256"].tolist()
    times = (path / "a.txt").stat()
    (path / "a.txt").write_text("It hailed. " * 300_000)
    os.utime(path / "a.txt", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert (path / "a.txt").stat().st_size == times.st_size
    assert read_corpus(path).documents["sha256"].tolist() != before


# --- nothing is left out silently


def rejected(corpus) -> dict[str, str]:
    return dict(zip(corpus.rejected["file"], corpus.rejected["reason"]))


BY_DESIGN = [
    "README.md", "LICENSE", "LICENCE.txt", "x/readme.txt", "codebook.yml", "topic_words.txt",
    "targets.yml", "variants.csv", "reports.toml", "feeds.toml", ".hidden.txt", ".git/a.txt",
    "measures/record.json", "measures/terms.parquet", "measures/tone/record.json",
    "ann.coding.csv",
]  # fmt: skip
OTHERS = {
    "table.csv": b"a,b\n1,2\n", "mail/table.jsonl": b"x", "b.pdf": b"%PDF-1.7",
    "photo.png": b"\x89P\0",
    "mail/licensed.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "page.js": b"x", "a.zip": b"PK\3\4",
}  # fmt: skip
WHY = {
    "table.csv": "has no column of texts; say which it is: columns={'text': '...'} or --columns "
    "text=NAME (it has ['a', 'b'])",
    "mail/table.jsonl": "is a table that cannot be read (line 1 is not JSON (Expecting value))",
    "b.pdf": "is a damaged PDF (PdfStreamError)",
    "photo.png": "is not a text file (it holds zero bytes)",
    "mail/licensed.doc": "is an old or encrypted Word or Excel file; save it as .docx or .xlsx",
    "page.js": "is of no kind that is read (.js); name it .txt if it is text",
    "a.zip": "is damaged (the archive is cut off or broken)",
}


def test_every_file_of_a_folder_is_a_document_or_rejected(tmp_path):
    files = dict.fromkeys(BY_DESIGN, "x") | OTHERS
    files |= {"a.txt": RAIN, "mail/b.md": SNOW, "licensed.txt": RAIN, "measures/b.txt": SNOW}
    files |= {"notes": RAIN, "wrong.png": SNOW}  # what a file holds counts, not its name
    corpus = read_corpus(folder(tmp_path, files))
    assert corpus.documents["file"].tolist() == [
        "a.txt", "licensed.txt", "mail/b.md", "measures/b.txt", "notes", "wrong.png",
    ]  # fmt: skip
    assert rejected(corpus) == WHY


def test_every_file_beside_a_catalogue_is_listed_or_rejected(tmp_path):
    path = catalogued(tmp_path, ["a,Mail,a.txt,,", "b,Mail,./x/b.txt,,"], a=RAIN, c=SNOW)
    texts = dict.fromkeys([*BY_DESIGN, *OTHERS, "a.txt", "x/b.txt"], SNOW)
    corpus = read_corpus(folder(path, texts))
    assert corpus.documents["doc_id"].tolist() == ["a", "b"]
    assert corpus.raw("a") == RAIN
    assert rejected(corpus) == dict.fromkeys(
        [*OTHERS, "texts/c.txt"], "is not listed in catalogue.csv"
    ) | {"a.txt": "has the name of a file in texts/, which is read instead"}
    assert set(corpus.rejected["doc_id"]) == {""}


def test_a_file_that_is_not_listed_does_not_hide_a_document_of_that_id(tmp_path):
    path = catalogued(tmp_path, ["c.txt,Mail,a.txt,,"], a=RAIN)
    corpus = read_corpus(folder(path, {"c.txt": SNOW}))
    assert corpus.documents["doc_id"].tolist() == ["c.txt"]
    assert rejected(corpus) == {"c.txt": "is not listed in catalogue.csv"}


def test_a_corpus_inside_a_corpus_is_named(tmp_path):
    path = catalogued(tmp_path, ["a,Mail,a.txt,,"], a=RAIN)
    catalogued(tmp_path / "other", ["b,Star,b.txt,,"], b=SNOW)
    corpus = read_corpus(path)
    assert corpus.documents["doc_id"].tolist() == ["a"]
    assert rejected(corpus) == {"other/": "is a corpus of its own (it has a catalogue.csv)"}
    assert corpus.left_out() == ["1 folder is a corpus of its own: other/"]


def test_what_is_left_out_in_a_line_for_each_kind(tmp_path):
    files = {"a.txt": RAIN, "e.js": "x", "f.txt": b"Rain\0", "g.txt": b"Rain, rain\0"}
    files |= dict.fromkeys(["a.pdf", "b.dat", "c.pdf", "D.PDF"], "%PDF-1.7")
    assert read_corpus(folder(tmp_path, files)).left_out() == [
        "4 files are a damaged PDF: D.PDF, a.pdf, b.dat and 1 more",
        "1 file is of no kind that is read: e.js",
        "2 files are not a text file: f.txt, g.txt",
    ]
    table = pd.DataFrame({"doc_id": list("abcd"), "text": [RAIN, "", "...", ""]})
    assert read_corpus(table).left_out() == [
        "2 documents are empty: b, d", "1 document holds no letter and no digit: c",
    ]  # fmt: skip
    assert read_corpus(table[:1]).left_out() == []


def test_rows_of_a_file_that_are_left_out_are_named_as_documents(tmp_path):
    (tmp_path / "t.csv").write_text(f'text,title\n"{RAIN}",a\n,b\n,c\n')
    assert read_corpus(tmp_path).left_out() == ["2 documents are empty: t#2, t#3"]
    rows = "".join(f"{name},Mail,t.csv,{k}\n" for k, name in enumerate("xyz", 1))
    (tmp_path / "catalogue.csv").write_text(f"doc_id,source,file,part\n{rows}")
    assert read_corpus(tmp_path).left_out() == ["2 documents are empty: y, z"]


# --- only regular files of the corpus are opened


def in_time(code: str, *arguments, seconds: int = 30, **environment: str) -> str:
    """Run code in another process, with little memory: what it prints."""
    limit = "import resource as r; r.setrlimit(r.RLIMIT_AS, (3 << 30, 3 << 30))\n"
    begin = "import sys, crosscurrents as cc, pandas as pd\nfrom pathlib import Path\n"
    begin += "from crosscurrents.corpus.adding import Additions, add_files\n"
    run = subprocess.run(
        [sys.executable, "-c", limit + begin + code, *map(str, arguments)], timeout=seconds,
        capture_output=True, env={**os.environ, **environment},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr.decode()[-2000:]
    return run.stdout.decode()


SPECIAL = {
    "pipe.txt": None, "zero.txt": "/dev/zero", "kmsg.txt": "/proc/kmsg", "up.txt": "/etc/passwd",
}  # fmt: skip


def special_files(path: Path) -> None:
    for name, target in SPECIAL.items():
        (path / name).symlink_to(target) if target else os.mkfifo(path / name)


@pytest.mark.parametrize("listed", [False, True])
def test_pipes_devices_and_links_that_lead_out_are_not_opened(tmp_path, listed):
    path = folder(tmp_path / "corpus", {"a.txt": RAIN})
    special_files(path)
    if listed:
        rows = [f"{name},Mail,{name}" for name in ["a.txt", *SPECIAL]]
        folder(path, {"catalogue.csv": "doc_id,source,file\n" + "\n".join(rows)})
    code = "c = cc.read_corpus(sys.argv[1]); cc.measure(c)\n"
    code += "print(*c.documents['file'], '|', *c.rejected['file'] + ':' + c.rejected['reason'])"
    said = in_time(code, path)
    read, _, others = said.partition("|")
    assert read.split() == ["a.txt"]
    assert "pipe.txt:is no regular file" in others
    for name in ("zero", "kmsg", "up"):
        assert f"{name}.txt:is a link that leads out of the corpus folder" in others


def test_a_folder_of_a_catalogue_that_is_a_link_out(tmp_path):
    path = catalogued(tmp_path / "corpus", ["a,Mail,a.txt,,", "b,Mail,x/b.txt,,"], a=RAIN)
    folder(tmp_path / "away", {"b.txt": SNOW})
    (path / "texts" / "x").symlink_to(tmp_path / "away")
    corpus = read_corpus(path)
    assert rejected(corpus) == {
        "x/b.txt": "is a link that leads out of the corpus folder",
        "texts/x/": "is a link to a folder, which is not followed",
    }


def test_a_catalogue_that_is_a_pipe_or_a_link_out(tmp_path):
    path = folder(tmp_path / "corpus", {"a.txt": RAIN})
    other = folder(tmp_path / "away", {"catalogue.csv": "doc_id,source,file\na,Mail,a.txt\n"})
    os.mkfifo(path / "catalogue.csv")
    with pytest.raises(ValueError, match=r"catalogue.csv of corpus .* is no regular file"):
        read_corpus(path)
    (path / "catalogue.csv").unlink()
    (path / "catalogue.csv").symlink_to(other / "catalogue.csv")
    with pytest.raises(ValueError, match="is a link that leads out of the corpus folder"):
        read_corpus(path)


def test_texts_are_not_written_through_links_nor_read_from_pipes(tmp_path):
    rows = [f"a,Mail,x/a.txt,,{sha(RAIN)}", f"b,Mail,b.txt,,{sha(SNOW)}"]
    corpus = catalogued(tmp_path / "corpus", rows)
    source = folder(tmp_path / "from", {"a.txt": RAIN, "b.txt": SNOW})
    special_files(source)
    away = folder(tmp_path / "away", {"b.txt": SNOW})
    (corpus / "texts").mkdir()
    (corpus / "texts" / "x").symlink_to(away)
    outcomes = add_listed(corpus, source)
    assert outcomes[0].startswith("left out: texts/x is a link that leads out of the corpus folder")
    assert sorted(f.name for f in away.iterdir()) == ["b.txt"]
    (corpus / "texts" / "x").unlink()
    (corpus / "texts" / "b.txt").unlink()
    (corpus / "texts" / "b.txt").symlink_to(away / "b.txt")
    code = "print(add_files(Additions(sys.argv[1]), sys.argv[2:], listed=True))"
    assert in_time(code, corpus, source).count("added as texts/") == 2
    assert not (corpus / "texts" / "b.txt").is_symlink()
    assert (away / "b.txt").read_text() == SNOW


# --- names and paths of any kind


def test_a_path_that_is_none():
    for path in ("x" * 300, "a\0b", "~nobody-of-this-name/x"):
        with pytest.raises(ValueError, match="is not there; name a folder of documents"):
            read_corpus(path)


def test_a_name_of_300_characters_in_a_catalogue(tmp_path):
    path = catalogued(tmp_path, [f"a,Mail,{'x' * 300}.txt,,{sha(RAIN)}"])
    with pytest.raises(ValueError, match="names 1 files that are not there"):
        read_corpus(path)


def test_a_name_that_is_not_utf_8_is_rejected(tmp_path):
    path = folder(tmp_path, {"a.txt": RAIN})
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xe9.txt")).write_text(SNOW)
    assert rejected(read_corpus(path)) == {"b\\xe9.txt": "has a name that is not UTF-8; rename it"}


def test_a_file_that_goes_away_later(tmp_path):
    corpus = read_corpus(folder(tmp_path, {"a.txt": RAIN}))
    (tmp_path / "a.txt").unlink()
    with pytest.raises(ValueError, match=r"document 'a' .*cannot be read \(no such file"):
        corpus.text("a")


# --- tables


def test_a_pandas_table():
    table = pd.DataFrame(
        {"source": ["Mail", "Star"], "text": [RAIN, SNOW.replace("\n", "\r\n")],
         "date": [pd.Timestamp("2016-05-04"), None], "words": [3, 4]}
    )  # fmt: skip
    corpus = read_corpus(table)
    assert corpus.documents["doc_id"].tolist() == ["1", "2"]
    assert corpus.documents["date"].tolist() == ["2016-05-04", ""]
    assert corpus.documents["catalogue:words"].tolist() == ["3", "4"]  # ours are counted
    assert "\r" not in corpus.raw("2")
    assert "text" not in corpus.documents
    assert table.columns.tolist() == ["source", "text", "date", "words"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pd.DataFrame({"source": [], "text": []}), "the table has no rows"),
        (pd.DataFrame({"source": ["a"]}), "the table has no column of texts"),
        (pd.DataFrame({"source": ["", "b"], "text": [RAIN, SNOW]}), "'source' is empty"),
        (pd.DataFrame({"source": ["a"], "text": [" "]}), "no document .* can be read: 1 is empty"),
        (pd.DataFrame({"doc_id": [1, 1], "source": "a", "text": [RAIN, SNOW]}), "one doc_id: .'1'"),
    ],
)  # fmt: skip
def test_mistakes_of_a_table(table, message):
    with pytest.raises(ValueError, match=message):
        read_corpus(table)


# --- what a corpus gives


def test_what_was_excluded_stands_with_line_reason_and_words(own):
    table = read_corpus(own).excluded
    assert table.columns.tolist() == ["doc_id", "line", "reason", "words", "text"]
    mine = table[table["doc_id"] == "courier-01"]
    assert mine.iloc[0].tolist() == [
        "courier-01", 2, "headline", 7, "# Karsia begins filling the Hesk Gap reservoir",
    ]  # fmt: skip
    assert mine["line"].is_monotonic_increasing


def test_the_chronology_can_be_switched_on(own):
    without, with_it = (
        read_corpus(own, chronology=c).paragraphs("review-02") for c in (False, True)
    )
    assert len(with_it) == len(without) + 5


def test_corrections_of_the_catalogue_are_heeded(tmp_path):
    text = "doc_id,source,file,corrections\na,Mail,a.txt,1: prose\nb,Mail,b.txt,{}\n"
    files = {"a.txt": RAIN, "b.txt": SNOW}
    corpus = read_corpus(folder(tmp_path, {"catalogue.csv": text.format(""), **files}))
    assert corpus.paragraphs("a")[0] == "Rain"
    assert len(corpus.paragraphs("b")) == 1
    corpus = read_corpus(folder(tmp_path, {"catalogue.csv": text.format("99: prose"), **files}))
    with pytest.raises(ValueError, match="document 'b': correction '99: prose' names lines"):
        corpus.paragraphs("b")


def test_a_corpus_can_be_sent_to_another_process(own):
    corpus = read_corpus(own)
    corpus.text("ferry-01")
    again = pickle.loads(pickle.dumps(corpus))
    assert again.text("ferry-01") == corpus.text("ferry-01")


def test_a_corpus_of_many_files_opens_quickly(tmp_path):
    path = folder(tmp_path, {f"{i % 10}/{i}.txt": RAIN + str(i) for i in range(2000)})
    start = time.process_time()
    corpus = read_corpus(path)
    for doc_id in corpus.documents["doc_id"]:
        corpus.paragraphs(doc_id)
    assert time.process_time() - start < 8  # seconds: a table look-up a document would take more


# --- bringing texts in


def test_texts_are_brought_in_by_their_hashes(tmp_path):
    rows = [
        f"a,Mail,deep/a.txt,,{sha(RAIN)}",
        f"b,Star,b.txt,,{sha(SNOW)}",
        f"c,Sun,c.txt,,{sha('c')}",
    ]
    corpus = catalogued(tmp_path / "corpus", rows)
    source = folder(tmp_path / "from", {"x/one.txt": RAIN, "two.md": SNOW, "other.txt": "Hail."})
    missing = "left out: no file has its hash"
    assert add_listed(corpus, source) == [
        "added as texts/b.txt", "added as texts/deep/a.txt", missing,
    ]  # fmt: skip
    assert (corpus / "texts" / "deep" / "a.txt").read_text() == RAIN
    assert add_listed(corpus, source) == [
        "there already (texts/b.txt)", "there already (texts/deep/a.txt)", missing,
    ]  # fmt: skip
    (corpus / "texts" / "b.txt").write_text("broken")
    assert add_listed(corpus, source)[0] == "added as texts/b.txt"
    assert (corpus / "texts" / "b.txt").read_text() == SNOW
    assert sorted(f.name for f in corpus.rglob("*") if f.is_file()) == [
        "a.txt",
        "b.txt",
        "catalogue.csv",
    ]


def test_texts_that_cannot_be_brought_in(tmp_path):
    corpus = catalogued(tmp_path / "corpus", [f"a,Mail,a.txt,,{sha(RAIN)}"])
    with pytest.raises(ValueError, match="are not there; name files, folders or addresses"):
        add_listed(corpus, tmp_path / "nowhere")
    with pytest.raises(ValueError, match=r"has no catalogue\.csv with hashes"):
        add_listed(tmp_path, corpus)
    with pytest.raises(ValueError, match=r"has no catalogue\.csv with hashes"):
        add_listed(catalogued(tmp_path / "bare", ["a,Mail,a.txt,,"]), corpus)
    with pytest.raises(ValueError, match="lies outside the corpus folder"):
        Additions(catalogued(tmp_path / "out", [f"a,Mail,../../a.txt,,{sha(RAIN)}"]))


# --- dates and places


@pytest.mark.parametrize(
    ("name", "within"),
    [("a.txt", True), ("x/a.txt", True), ("a..txt", True), ("../a", False), ("x/../../a", False),
     ("/a", False), ("C:\\a", False), ("..\\a", False), ("\\\\host\\a", False)],
)  # fmt: skip
def test_which_files_stay_within_the_folder(name, within):
    assert inside(name) == within


def test_in_a_table_without_sources_each_document_is_its_own():
    documents = read_corpus(pd.DataFrame({"text": [RAIN, f"{RAIN} Twice."]})).documents
    assert documents["source"].tolist() == documents["doc_id"].tolist() == ["1", "2"]
