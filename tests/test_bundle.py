"""Bundles: the report again from one file, no prose in it, and nothing in one is trusted."""

import io
import json
import re
import stat
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from crosscurrents.__main__ import main
from crosscurrents.corpus import read_corpus
from crosscurrents.report import run_report
from crosscurrents.report.archive import read_archive, sha256_of, write_archive
from crosscurrents.report.bundle import RUN, _prose_in, make_bundle
from crosscurrents.report.unbundle import report_bundle

NOTEBOOKS = ["brief", "corpus"]


@pytest.fixture(scope="module")
def published(own, tmp_path_factory):
    out = tmp_path_factory.mktemp("reports")
    run_report(
        own, name="dam", out=out, notebooks=NOTEBOOKS, parameters={"resamples": "200"}, quiet=True
    )
    return out / "dam"


@pytest.fixture(scope="module")
def bundle(published, tmp_path_factory):
    return make_bundle(published, tmp_path_factory.mktemp("bundle") / "dam.zip")


@pytest.fixture(scope="module")
def again(bundle, tmp_path_factory):
    return report_bundle(bundle, out=tmp_path_factory.mktemp("again"), quiet=True)


def manifest(bundle: Path) -> dict:
    with zipfile.ZipFile(bundle) as archive:
        return json.loads(archive.read("bundle.json"))


def test_every_table_again_to_the_bit(published, again):
    tables = {f.name for f in (published / "latest" / "tables").glob("*.csv")}
    assert again.different == [] and again.other == []
    assert again.charts[0] == again.charts[1] >= 4
    assert set(again.same) | set(again.of_texts) == tables
    assert {"brief_brief.csv", "brief_changes.csv", "corpus_documents.csv"} <= set(again.same)
    assert again.of_texts == ["corpus_set_aside_lines.csv"]  # it shows the lines themselves
    for name in again.same:
        there, here = published / "latest" / "tables" / name, again.folder / "tables" / name
        assert there.read_bytes() == here.read_bytes()


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def values_in(bundle: Path):
    """All texts of a bundle: of tables value by value and column by column, of others whole."""
    with zipfile.ZipFile(bundle) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            if not name.endswith(".parquet"):
                yield name, data.decode("utf-8")
                continue
            table = pd.read_parquet(io.BytesIO(data))
            for column in table.columns:
                # One below the other too: rows in the order of a text would give it away.
                yield f"{name}, {column}", " ".join(map(str, table[column].tolist()))


def test_no_eight_words_of_any_text_are_in_it(bundle, own):
    corpus = read_corpus(own)
    prose = set()
    for doc_id in corpus.documents["doc_id"]:
        found = words(" ".join(p.text for p in corpus.cleaned(doc_id).paragraphs))
        prose |= {tuple(found[k : k + RUN]) for k in range(len(found) - RUN + 1)}
    assert len(prose) > 1000
    facts = ("title", "url", "doc_id")
    for place, text in values_in(bundle):
        if place == "corpus/catalogue.csv" or place.endswith(facts):
            continue
        found = words(text)
        runs = {tuple(found[k : k + RUN]) for k in range(len(found) - RUN + 1)}
        assert not runs & prose, place


def test_what_is_in_it(bundle, published):
    content = manifest(bundle)
    record = json.loads((published / "latest" / "run.json").read_text(encoding="utf-8"))
    assert content["parameters"]["brief"]["resamples"] == 200
    assert "corpus" not in content["parameters"]["brief"]
    for part in ("codebook_sha256", "lexicons", "lock_sha256", "versions", "code_sha256"):
        assert content[part] == record[part]
    with zipfile.ZipFile(bundle) as archive:
        names = set(archive.namelist())
        assert sha256_of(archive.read("requirements.lock")) == record["lock_sha256"]
    assert {"README.txt", "corpus/catalogue.csv", "corpus/codebook.yml"} <= names
    assert {"corpus/measures/terms.parquet", "corpus/measures/tone/valences.parquet"} <= names
    assert not any("texts" in name or name.endswith(".ipynb") for name in names)
    assert str(published) not in json.dumps(content)  # where it was made is nobody's business


def test_the_same_content_is_the_same_bytes(bundle, tmp_path):
    with zipfile.ZipFile(bundle) as archive:
        members = {name: archive.read(name) for name in reversed(archive.namelist())}
    assert write_archive(tmp_path / "again.zip", members).read_bytes() == bundle.read_bytes()


def test_a_list_that_repeats_a_passage_is_refused(own):
    corpus = read_corpus(own)
    text = " ".join(p.text for p in corpus.cleaned("courier-01").paragraphs)
    long, short = " ".join(words(text)[4:12]), " ".join(words(text)[4:11])
    found = _prose_in({"corpus/codebook.yml": f"# {long}\n".encode()}, corpus)
    assert found == ["corpus/codebook.yml repeats a passage of an article"]
    assert _prose_in({"corpus/codebook.yml": f"# {short}\n".encode()}, corpus) == []
    table = f"doc_id,title,note\na,{long},\nb,,{long}\n".encode()
    found = _prose_in({"corpus/catalogue.csv": table}, corpus)
    assert found == ["corpus/catalogue.csv, column note repeats a passage of an article"]


def test_a_bundle_of_what_has_changed_since_is_refused(published, tmp_path, capsys):
    run = (published / "latest").resolve()
    record = json.loads((run / "run.json").read_text(encoding="utf-8"))
    copy = tmp_path / "dam" / run.name
    copy.mkdir(parents=True)
    record["codebook_sha256"] = "0" * 64
    (copy / "run.json").write_text(json.dumps(record), encoding="utf-8")
    assert main(["bundle", str(copy), "--out", str(tmp_path / "x.zip")]) == 2
    assert "since it was made others are the codebook (000000000000, now" in capsys.readouterr().err
    assert not (tmp_path / "x.zip").exists()


def zipped(file: Path, *members, **options) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("files/0-link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


BOMB = b"0" * 30_000_000


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ([("../outside.txt", "x")], "'../outside.txt' has no place in a bundle"),
        ([("/etc/passwd", "x")], "'/etc/passwd' has no place"),
        ([("files/../../x", "x")], "has no place"),
        ([("corpus\\x.csv", "x")], "has no place"),
        ([("corpus/texts/a.txt", "x")], "has no place"),
        ([("notebooks/brief.ipynb", "x")], "has no place"),
        ([("README.txt", "x"), ("README.txt", "y")], "'README.txt' is there twice"),
        ([(link(), "/etc/passwd")], "is a link"),
        ([("files/0-bomb", BOMB)], "would unpack to 30,000,000 bytes"),
        ([(f"files/{k}-x", "") for k in range(201)], "201 members"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_archives_are_not_trusted(tmp_path, members, message):
    file = zipped(tmp_path / "x.zip", *members)
    with pytest.raises(ValueError, match=re.escape(message)):
        read_archive(file, tmp_path / "inside" / "x")
    assert [*(tmp_path / "inside").iterdir()] == []


def test_what_is_no_sound_zip_file_is_refused(tmp_path, bundle, capsys):
    (tmp_path / "x.zip").write_text("nothing", encoding="utf-8")
    assert main(["report", "--bundle", str(tmp_path / "x.zip"), "--out", str(tmp_path)]) == 2
    assert "is no sound zip file" in capsys.readouterr().err
    data = bytearray(bundle.read_bytes())
    data[len(data) // 3] ^= 0xFF  # a bit of a member
    (tmp_path / "y.zip").write_bytes(data)
    with pytest.raises(ValueError, match=r"no sound zip file|is broken|no sound bundle"):
        report_bundle(tmp_path / "y.zip", out=tmp_path)
    with pytest.raises(ValueError, match="is not there"):
        report_bundle(tmp_path / "z.zip", out=tmp_path)


def test_a_bundle_has_its_own_corpus_and_parameters(bundle, capsys):
    assert main(["report", "--bundle", str(bundle), "--corpus", "x", "--set", "level=0.9"]) == 2
    assert "--bundle and ['corpus', 'settings']" in capsys.readouterr().err


def changed(bundle: Path, file: Path, change) -> Path:
    """The bundle with a member or bundle.json changed."""
    with zipfile.ZipFile(bundle) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    content = json.loads(members["bundle.json"])
    change(members, content)
    members["bundle.json"] = json.dumps(content).encode()
    return write_archive(file, members)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m, c: m.update({"requirements.lock": b"x"}), "are not as bundle.json says"),
        (lambda m, c: m.pop("README.txt"), r"\['README.txt'\] are not as"),
        (lambda m, c: m.update({"files/0-x": b"x"}), r"\['files/0-x'\] are not as"),
        (lambda m, c: c.update(format=2), "has format 2; this version reads 1"),
        (lambda m, c: c.pop("members"), "has no sound bundle.json"),
        (lambda m, c: c["parameters"]["brief"].update(codebook="/etc/passwd"), "leads elsewhere"),
        (lambda m, c: c["parameters"]["brief"].update(codebook="../x"), "leads elsewhere"),
        (
            lambda m, c: c["parameters"]["brief"].update(codebook={"file": "files/9-x"}),
            "names 'files/9-x', not in the bundle",
        ),
        (lambda m, c: c["parameters"]["brief"].update(level=7), "level"),
        (lambda m, c: c["notebooks"].update(nowhere="0"), "nowhere"),
    ],
)
def test_what_a_bundle_says_is_checked(bundle, tmp_path, change, message):
    file = changed(bundle, tmp_path / "x.zip", change)
    with pytest.raises(ValueError, match=message):
        report_bundle(file, out=tmp_path / "out", quiet=True)
    assert not (tmp_path / "out" / "dam").exists()
