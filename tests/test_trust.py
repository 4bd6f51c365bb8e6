"""Whose corpus a report is on, what it left out, what it says at its end, and whom it names."""

import io
import json
import os
import shutil
from pathlib import Path

import pytest
from made import CORPUS, TINY, corpus_folder, notebook, run_tiny

import crosscurrents as cc
from crosscurrents import run_report
from crosscurrents.report.definitions import define_report
from crosscurrents.report.publish import Names, next_number, prune, runs
from crosscurrents.report.run import ReportError
from crosscurrents.report.verify import definition_of, find_run
from crosscurrents.storage import last_good, read_record

TEXT = "The dam was opened on Monday, and the river rose all week.\n"


def press(folder: Path) -> Path:
    return corpus_folder(folder, {"mail": TEXT})


def published(folder: Path, number: int, **more) -> Path:
    """A run on the disk that was never made, and the link to it."""
    run = folder / f"2026-01-0{number}"
    run.mkdir(parents=True)
    record = {"number": number, "outcome": "good", **more}
    (run / "run.json").write_text(json.dumps(record), encoding="utf-8")
    (folder / "latest").unlink(missing_ok=True)
    (folder / "latest").symlink_to(run.name)
    return run


# Whose corpus it is


def test_another_corpus_in_a_folder_of_the_same_name_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("crosscurrents.report.run.Run.start", None)  # no notebook may start
    first = define_report(press(tmp_path / "a" / "press"), out=tmp_path / "reports")
    published(first.folder, 1, corpus_identity=first.identity, corpus={"path": "a/press"})
    other = press(tmp_path / "b" / "press")
    with pytest.raises(ValueError, match=r"is on another corpus \('a/press'\).*name of its own"):
        run_report(other, out=tmp_path / "reports", quiet=True)
    assert not (first.folder / ".lock").exists()


def test_a_project_that_is_moved_keeps_its_reports(tmp_path):
    press(tmp_path / "one" / "press")
    before = define_report(tmp_path / "one" / "press", out=tmp_path / "one" / "reports")
    (tmp_path / "one").rename(tmp_path / "two")
    after = define_report(tmp_path / "two" / "press", out=tmp_path / "two" / "reports")
    assert before.identity[0] != after.identity[0]
    assert before.identity[1] == after.identity[1]


def test_read_previous_refuses_a_run_on_another_corpus(own, tmp_path, monkeypatch):
    measures = cc.measure(cc.read_corpus(own))
    mine, other = define_report(own, out=tmp_path / "reports"), tmp_path / "other"
    run = published(mine.folder, 1, corpus_identity=mine.identity, started="2026-01-01T04:00:00")
    measures.save(run / "measures")
    assert len(cc.read_previous(run, corpus=own).measures.documents) == len(measures.documents)
    with pytest.raises(ValueError, match="is a run on another corpus"):
        cc.read_previous(run, corpus=other)
    monkeypatch.delenv("CROSSCURRENTS_PREVIOUS", raising=False)
    monkeypatch.chdir(tmp_path)  # as in JupyterLab, the newest report on the corpus is found
    assert cc.read_previous(corpus=own).started == "2026-01-01T04:00:00"
    assert cc.read_previous(corpus=other) is None
    assert cc.read_previous() is None


# Records that are not ours


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", "no json", "[" * 200_000, '{"outcome": "good", "number": "x"}',
        '{"outcome": 7}',
    ],
)  # fmt: skip
def test_a_run_json_that_is_none_of_ours_is_ignored(tmp_path, text):
    folder = tmp_path / "tiny"
    good = published(folder, 1)
    (folder / "notes").mkdir()
    (folder / "notes" / "run.json").write_text(text, encoding="utf-8")
    assert runs(folder) == [good]
    assert next_number(folder) == 2
    prune(folder, 1)
    assert (folder / "notes" / "run.json").read_text(encoding="utf-8") == text
    shutil.copy(folder / "notes" / "run.json", good)
    assert last_good(folder) is None


def test_a_pipe_a_folder_or_a_link_is_not_opened(tmp_path):
    folder = tmp_path / "tiny"
    good = published(folder, 1)
    for name in ("pipe", "folder", "link"):
        (folder / name).mkdir()
    os.mkfifo(folder / "pipe" / "run.json")
    (folder / "folder" / "run.json").mkdir()
    (folder / "link" / "run.json").symlink_to("/dev/zero")
    assert runs(folder) == [good]
    assert next_number(folder) == 2


@pytest.mark.parametrize("name", ["latest", ".lock"])
def test_a_folder_in_the_place_of_what_a_report_makes(here, tmp_path, name):
    (tmp_path / "reports" / "tiny" / name).mkdir(parents=True)
    with pytest.raises(ValueError, match=r"(?:is a folder, not the|no file of ours).* move it"):
        run_tiny(tmp_path / "reports", "warns")
    assert (tmp_path / "reports" / "tiny" / name).is_dir()


def test_measures_that_cannot_be_read_are_a_clear_error(own, tmp_path, monkeypatch):
    measures = cc.measure(cc.read_corpus(own))
    run = published(tmp_path / "tiny", 1, started="2026-01-01T04:00:00")
    monkeypatch.setenv("CROSSCURRENTS_PREVIOUS", str(run))
    measures.save(run / "measures")
    (run / "measures" / "record.json").write_text("[" * 200_000, encoding="utf-8")
    assert "cannot be read" in cc.read_previous().error
    with pytest.raises(ValueError, match=r"record\.json.* cannot be read"):
        cc.read_measures(run / "measures")


# Bad input


def test_a_coding_form_among_the_documents_is_refused_before_anything_runs(tmp_path):
    corpus = press(tmp_path / "press")
    values = {"coding_form": str(corpus / "form.csv")}
    with pytest.raises(ValueError, match=r"coding_form.* in the corpus folder.* outside of it"):
        run_report(corpus, out=tmp_path / "reports", parameters=values, quiet=True)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["mail.txt", "press"]
    inside = {"coding_form": str(tmp_path / "form.csv")}
    assert define_report(corpus, parameters=inside).parameters["themes"]["coding_form"]


@pytest.mark.parametrize("name", ["report", "measure", "check"])
def test_a_second_corpus_is_an_error(name, run_main, capsys):
    with pytest.raises(SystemExit) as ended:
        run_main(name, "--corpus", "a", "--corpus", "b")
    assert ended.value.code == 2
    assert "--corpus is given twice, 'a' and 'b'" in capsys.readouterr().err


# What is said


PRESS = ["report", "--corpus", "press", "--notebooks-dir", TINY, "--notebooks", "warns"]
HEADLINE = """
from IPython.display import display
display({"text/plain": "x"}, metadata={"crosscurrents": {"headline": "The Mail  writes more"}},
        raw=True)
"""


def test_the_end_of_a_run_and_a_new_file_that_cannot_be_read(here, run_main, tmp_path):
    books = notebook(tmp_path / "books", "brief", 'corpus: str = ""', HEADLINE)
    press(tmp_path / "press")
    arguments = ["report", "--corpus", "press", "--notebooks-dir", books]
    code, said, _ = run_main(*arguments)
    lines = said.splitlines()
    assert (code, lines[0]) == (0, "The Mail writes more")
    assert lines[1].startswith("1 notebook in ") and lines[1].endswith(" s")
    assert (tmp_path / lines[2]).is_file() and len(lines) == 3
    assert "nothing new" in run_main(*arguments)[1]
    (tmp_path / "press" / "star.txt").write_text("")  # nothing of it can be read
    assert "left out: 1 file " in run_main(*arguments, "--dry-run")[1]
    code, said, wrong = run_main(*arguments, "--quiet")
    assert (code, said) == (0, "")
    assert wrong.startswith("left out: 1 file ") and wrong.endswith("star.txt\n")
    assert run_main(*arguments, "--quiet") == (0, "", "")  # no news the second night
    code, said, _ = run_main(*arguments)
    assert code == 0
    assert "left out: 1 file " in said and "nothing new" in said
    code, said, wrong = run_main("measure", "--corpus", "press")
    assert code == 0 and wrong.startswith("left out: 1 file ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("buffer", [0, 8192])
def test_a_report_that_could_not_be_printed_is_published(
    here, run_main, monkeypatch, tmp_path, buffer
):
    press(tmp_path / "press")
    with (
        open("/dev/full", "wb", buffering=buffer) as full,
        io.TextIOWrapper(full, write_through=not buffer) as out,
        monkeypatch.context() as patch,
    ):
        patch.setattr("sys.stdout", out)
        code, _, wrong = run_main(*PRESS)
    assert code == 3
    assert "all is done, but not printed: No space left" in wrong
    assert last_good(tmp_path / "reports" / "press")


def test_progress_is_shown_on_a_terminal_alone(here, run_main, monkeypatch, tmp_path):
    press(tmp_path / "press")
    there, terminal = os.openpty()
    with open(terminal, "w") as err, monkeypatch.context() as patch:
        patch.setattr("sys.stderr", err)
        assert run_main(*PRESS)[0] == 0
        said = os.read(there, 10_000).decode()
    os.close(there)
    assert "reading the corpus" in said and "running warns" in said
    assert "warns finished after" in said and "\x1b" not in said
    code, _, wrong = run_main(*PRESS, "--force")
    assert (code, wrong) == (0, "")


# What is published names nobody


def test_names_of_files_are_as_seen_from_the_project():
    names = Names(["/data/ann/p/seeds", "/srv/ann/x.yml"], ["/data/ann/p", "/srv/lib"])
    assert names.of("/data/ann/p/a/b.txt") == "a/b.txt"
    assert names.of("/srv/ann/x.yml") == "x.yml"
    said = "in /data/ann/p/seeds/a.txt, /data/ann/p/seeds2 and /srv/lib/y.py of /srv/ann/x.yml"
    assert names.hide([said]) == ["in seeds/a.txt, seeds2 and y.py of x.yml"]
    assert names.hide({"image/png": said}) == {"image/png": said}


def test_no_path_of_the_corpus_is_published(here, tmp_path):
    home = tmp_path / "ann-secret"
    corpus = press(home / "press")
    (home / "own.yml").write_text("themes:\n  water:\n    patterns: [river]\n")
    cells = ['corpus: str = ""\ncodebook: str = ""', "import warnings; warnings.warn(corpus)"]
    books = notebook(home / "books", "says", *cells, "print(corpus, codebook)")
    run = run_report(
        corpus, out=tmp_path / "site" / "reports", folder=books, quiet=True,
        parameters={"codebook": str(home / "own.yml")},
    )  # fmt: skip
    for file in run.rglob("*"):
        if file.is_file():
            assert b"ann-secret" not in file.read_bytes(), file
    record = read_record(run)
    assert record["parameters"]["says"] == {"corpus": "press", "codebook": "own.yml"}
    assert record["corpus"]["path"] == "press"
    assert record["codebook_sha256"] == cc.read_codebook(home / "own.yml").sha256
    assert [*record["files"]] == ["own.yml"]
    with pytest.raises(ValueError, match="name it by --corpus"):
        definition_of(record, run, tmp_path)


def test_verify_takes_the_limits_of_the_run(tmp_path):
    definition = define_report(CORPUS, folder=TINY, notebooks=["warns"])
    record = {
        "report": "tiny", "corpus": {"path": "tests/corpus"}, "parameters": {"warns": {}},
        "notebooks": {"warns": {"file": "tests/notebooks/warns.ipynb"}},
        "limits": {"seconds": 77.0, "bytes": 3_000_000},
    }  # fmt: skip
    run = published(tmp_path / "reports" / "tiny", 1, **record)
    again = definition_of(read_record(find_run(run)), run, tmp_path)
    assert (again.time_limit, again.memory_limit) == (77.0, 3_000_000)
    assert again.notebooks == definition.notebooks
    assert again.corpus == CORPUS
    broken = {**record, "limits": {"seconds": "x"}}
    with pytest.raises(ValueError, match="does not say what the run was made of"):
        definition_of(broken, run, tmp_path)


# During a run


def test_a_text_rewritten_with_the_same_size_and_time_is_noticed(here, tmp_path):
    corpus = press(tmp_path / "press")
    rewrite = (
        "import os\nfrom pathlib import Path\nfile = Path(corpus) / 'mail.txt'\n"
        "times = file.stat()\ntext = file.read_text()\n"
        "file.write_text(text.replace('Monday', 'Friday'))\n"
        "os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))"
    )
    books = notebook(tmp_path / "books", "rewrites", 'corpus: str = ""', rewrite)
    with pytest.raises(ReportError, match=r"the corpus changed .*mail\.txt changed"):
        run_report(corpus, out=tmp_path / "reports", folder=books, quiet=True)


def test_notebooks_share_a_folder_for_results_that_is_gone_afterwards(here, tmp_path):
    share = (
        "import os\nfrom pathlib import Path\n"
        "place = Path(os.environ['CROSSCURRENTS_RESULTS'])\nassert place.is_dir()\n"
        "print('shared', sorted(p.name for p in place.iterdir()))\n"
        "(place / 'table').write_text('1')\nprint(place)"
    )
    books = notebook(tmp_path / "books", "shares", 'corpus: str = ""', share)
    run = run_report(CORPUS, out=tmp_path / "reports", folder=books, quiet=True)
    text = (run / "index.html").read_text(encoding="utf-8")
    assert "shared []" in text
    assert not [p for p in (tmp_path / "reports").rglob("*") if p.name in ("table", "results")]


def test_the_memory_limit_holds_while_the_corpus_is_read(tmp_path):
    corpus = press(tmp_path / "press")
    with pytest.raises(ValueError, match="reading the corpus took more memory than 20 MB"):
        run_tiny(tmp_path / "reports", "warns", corpus=corpus, memory_limit=20_000_000)
    assert not (tmp_path / "reports").exists()
