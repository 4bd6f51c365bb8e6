"""Reports: pages of whole runs, published whole or not at all; every way of failing."""

import json
import re
import shutil
import signal
import time
from pathlib import Path

import pandas as pd
import psutil
import pytest
from bs4 import BeautifulSoup
from made import CORPUS, GOOD, TESTS, TINY, files, run_tiny, tiny_arguments

from crosscurrents import run_report
from crosscurrents.report.definitions import ORDER, define_report
from crosscurrents.report.pages import POLICY, SCRIPT, find_failures, read_executed
from crosscurrents.report.publish import free_folder
from crosscurrents.report.run import ReportError


@pytest.fixture(scope="module")
def out(tiny_report, tmp_path_factory):
    out = tmp_path_factory.mktemp("reports")
    shutil.copytree(tiny_report.parent, out / "tiny", symlinks=True)
    return out


@pytest.fixture(scope="module")
def published(out):
    """A report of tiny notebooks, each odd in its way, none of which may fail."""
    return out / "tiny" / (out / "tiny" / "latest").readlink()


@pytest.fixture(scope="module")
def failed(published, out):
    """A second run of the same report, with notebooks that fail; with what was there before it."""
    before = files(published)
    with pytest.raises(ReportError) as error:
        run_tiny(out, "raises", "raises_last", "kills_kernel", "good")
    return error.value, before


@pytest.fixture(scope="module")
def run_record(published):
    return json.loads((published / "run.json").read_text(encoding="utf-8"))


def page(published, name):
    return (published / f"{name}.html").read_text(encoding="utf-8")


# What is published


def test_the_first_notebook_is_the_index_and_latest_points_to_the_run(published, out):
    assert published.parent == out / "tiny"
    assert sorted(p.name for p in published.glob("*.html")) == sorted(
        ["index.html", *(f"{name}.html" for name in GOOD[1:])]
    )
    latest = out / "tiny" / "latest"
    assert latest.readlink() == Path(published.name)
    assert (latest / "index.html").samefile(published / "index.html")


def test_nothing_else_is_left(published, out):
    assert sorted(p.name for p in (out / "tiny").iterdir() if p.name != "failed") == sorted(
        [".lock", published.name, "latest"]
    )


def test_pages_have_no_code_one_script_and_fetch_nothing(published):
    for path in published.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "import pandas" not in text
        tree = BeautifulSoup(text, "html.parser")
        assert tree.select("iframe, object, embed, form, base") == []
        assert [script.string.strip() for script in tree.select("script")] == [SCRIPT.strip()]
        fetched = [e["src"] for e in tree.select("[src]")] + [
            e["href"] for e in tree.select("link")
        ]
        assert all(address.startswith("data:image/") for address in fetched)
        assert tree.select_one("meta[http-equiv]")["content"] == POLICY
        assert len(tree.select("main")) == len(tree.select("h1")) == 1


def test_pages_link_to_each_other(published):
    text = page(published, "warns")
    links = re.findall(r'<a (aria-current="page" )?href="(\w+\.html)">', text)
    assert [file for _, file in links] == ["index.html", *(f"{name}.html" for name in GOOD[1:])]
    assert [file for here, file in links if here] == ["warns.html"]


def test_a_table_is_there_whole_as_csv_with_a_link(published):
    text = page(published, "index")
    link = '<a download="" href="tables/good_words.csv">good_words.csv</a>'
    assert f"<span>2 of 3 rows</span>; as CSV: {link}" in text
    table = pd.read_csv(published / "tables" / "good_words.csv")
    assert table.to_dict("list") == {"word": ["rain", "dam", "river"], "count": [1234, 5, 7]}


def test_kernels_get_the_measures_and_import_little(published):
    text = page(published, "measured")
    assert "&#x27;record.json&#x27;" in text or "'record.json'" in text
    assert "True notebooks False" in text  # corpus found, working folder, NLTK not loaded


def test_a_page_stays_small_however_much_is_printed(published):
    text = page(published, "prints_much")
    assert len(text) < 60_000
    assert "… and 19,980,000 characters more" in text


def test_warnings_are_in_the_notebook_that_ran_and_not_on_the_page(published):
    assert "the river is low" not in page(published, "warns")
    ran = published / "notebooks" / "warns.ipynb"
    assert "the river is low" in ran.read_text(encoding="utf-8")


def test_what_a_cell_leaves_running_is_ended(run_record):
    marker = run_record["parameters"]["leaves_child"]["marker"]
    running = [p for p in psutil.process_iter(["cmdline"]) if marker in (p.info["cmdline"] or [])]
    assert marker and running == []


def test_the_record_says_what_was_run_with_what(published, run_record):
    assert run_record["outcome"] == "good"
    assert run_record["failures"] == []
    assert run_record["corpus"]["documents"] == 12
    assert re.fullmatch("[0-9a-f]{64}", run_record["corpus"]["sha256"])
    assert run_record["parameters"]["good"] == {
        "corpus": "tests/corpus", "sources": [], "top_n": 7,
    }  # fmt: skip
    good = run_record["notebooks"]["good"]
    assert good["page"] == "index.html"
    assert good["tables"] == ["good_words.csv"]
    assert 0 < good["seconds"] < run_record["seconds"]["total"]
    assert {"python", "pandas", "papermill", "nltk"} <= set(run_record["versions"])
    assert {"codebook_sha256", "lexicons", "lock_sha256", "commit"} <= set(run_record)


# A run that fails


def test_a_failed_run_publishes_nothing_and_leaves_the_last_good_one(failed, published, out):
    _, before = failed
    assert files(published) == before
    assert (out / "tiny" / "latest").readlink() == Path(published.name)
    assert list((out / "tiny").glob(".run-*")) == []


def test_each_failure_is_shown_with_its_place(failed):
    error, _ = failed
    found = {failure.notebook: failure for failure in error.failures}
    assert set(found) == {"raises", "raises_last", "kills_kernel"}
    assert found["raises"].error == "ValueError: the river is dry"
    assert found["raises"].place == "cell [3] 'raise ValueError(\"the river is dry\")'"
    assert "----> 2" in "\n".join(found["raises"].lines)
    assert found["raises_last"].error == "ZeroDivisionError: division by zero"
    assert found["raises_last"].place == "cell [4] '1 / 0'"
    assert "Kernel died" in found["kills_kernel"].error
    assert found["kills_kernel"].place == "cell [*] 'import os'"
    assert str(error).startswith("report 'tiny' failed, nothing was published\n")


@pytest.mark.slow
def test_a_notebook_that_takes_too_long_is_ended(tmp_path):
    with pytest.raises(ReportError) as error:
        run_tiny(tmp_path, "hangs", time_limit=15)  # by far enough for its kernel to start
    (failure,) = error.value.failures
    assert failure.place.startswith("cell [*] ")
    assert failure.error == "took longer than 15 s"
    assert {path.stem for path in (error.value.kept / "notebooks").iterdir()} == {"hangs"}


def test_what_ran_of_a_failed_run_is_kept(failed, out):
    error, _ = failed
    assert error.kept.parent == out / "tiny" / "failed"
    names = {"good", "kills_kernel", "raises", "raises_last"}
    assert {path.stem for path in (error.kept / "notebooks").glob("*.ipynb")} == names
    assert list(error.kept.glob("*.html")) == []
    record = json.loads((error.kept / "run.json").read_text(encoding="utf-8"))
    assert record["outcome"] == "failed"
    assert len(record["failures"]) == 3
    assert record["notebooks"]["good"]["outcome"] == "good"


def test_a_cell_that_did_not_run_is_a_failure_whatever_papermill_says(published):
    notebook = read_executed(published / "notebooks" / "good.ipynb")
    notebook.cells[-1].execution_count = None
    (failure,) = find_failures("good", notebook)
    assert failure.error == "this cell did not run"


# Bad input


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"notebooks": ["goof"]},
            "notebooks ['goof'] are not there; choose from ['eats_memory', 'good',",
        ),
        ({"notebooks": ["no_parameters"]}, "has 0 cells tagged 'parameters'"),
        ({"parameters": {"topn": 1}}, "parameter 'topn' is unknown to all notebooks; choose from"),
        (
            {"parameters": {"goof.top_n": 1}},
            "parameter 'goof.top_n' is of no notebook here; choose from [",
        ),
        ({"parameters": {"top_n": "abc"}}, "of notebook 'good' is 'abc', an integer ≥ 1 is"),
        ({"parameters": {"good.top_n": 1.5}}, "of notebook 'good' is 1.5, an integer ≥ 1 is"),
        ({"parameters": {"good.topn": 1}}, "parameter 'topn' is unknown to notebook 'good'"),
        ({"parameters": {"corpus": "x"}}, "parameter 'corpus' cannot be set"),
        ({"parameters": {"sources": ["Globe"]}}, "of notebook 'good' is 'Globe'; choose from ['"),
        ({"name": "../x"}, "name '../x' is no folder name"),
        ({"name": "x" * 300}, "has 300 characters; at most 100"),
        ({"folder": CORPUS}, "holds no notebooks"),
        ({"corpus": TESTS / "nowhere"}, "is not there"),
        ({"corpus": TINY}, "no document of the corpus can be read: eats_memory.ipynb is of no"),
    ],
)
def test_bad_input_is_one_error_before_any_notebook_runs(
    here, options, message, tmp_path, monkeypatch
):
    monkeypatch.setattr("crosscurrents.report.run.Run.start", None)
    options = {"corpus": CORPUS, "name": "tiny", "folder": TINY, "notebooks": ["good"]} | options
    if options["folder"] == CORPUS:
        options["notebooks"] = None
    with pytest.raises(ValueError) as error:
        run_report(out=tmp_path / "reports", quiet=True, **options)
    assert message in str(error.value)
    assert not (tmp_path / "reports").exists()


def test_a_folder_that_cannot_be_written(here, tmp_path):
    (tmp_path / "reports").write_text("a file")
    with pytest.raises(ValueError, match=r"folder '.*reports/tiny' cannot be written"):
        run_tiny(tmp_path / "reports", "good")


def test_a_codebook_that_is_not_there(here, tmp_path):
    with pytest.raises((ValueError, OSError), match=r"nowhere\.yml"):
        run_report(CORPUS, out=tmp_path, parameters={"codebook": "nowhere.yml"}, quiet=True)
    assert list(tmp_path.iterdir()) == []


def test_a_definition_has_every_parameter_of_every_notebook():
    definition = define_report(CORPUS, parameters={"top_n": 4, "sentiment.resamples": "500"})
    assert definition.name == "corpus"
    assert list(definition.notebooks)[:5] == ORDER
    assert definition.parameters["term_frequency"]["top_n"] == 4
    assert definition.parameters["sentiment"]["top_n"] == 4
    assert definition.parameters["sentiment"]["resamples"] == 500
    assert "top_n" not in definition.parameters["brief"]
    assert {p["corpus"] for p in definition.parameters.values()} == {str(CORPUS.resolve())}


# Publishing


def test_runs_of_one_second_do_not_meet(tmp_path):
    from datetime import UTC, datetime

    started = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    names = []
    for _ in range(3):
        folder = free_folder(tmp_path, started)
        folder.mkdir()
        names.append(folder.name)
    assert names == ["2026-01-02T030405Z", "2026-01-02T030405Z-2", "2026-01-02T030405Z-3"]


# The command line


@pytest.mark.parametrize(
    ("stop", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGKILL, -9)]
)
def test_a_run_that_is_stopped_leaves_nothing_behind(here, command, tmp_path, stop, code):
    process = command(*tiny_arguments("hangs"))
    folder = tmp_path / "reports" / "tiny"
    deadline = time.monotonic() + 60
    family, begun = [], []
    while not (begun and len(family) > 1) and time.monotonic() < deadline:  # papermill, its kernel
        time.sleep(0.1)
        begun = list(folder.glob(".run-*/pages/notebooks/hangs.ipynb"))
        family = psutil.Process(process.pid).children(recursive=True)
    assert begun and len(family) >= 2
    process.send_signal(stop)
    _, said = process.communicate(timeout=60)
    assert process.returncode == code
    assert "Traceback" not in said
    _, alive = psutil.wait_procs(family, timeout=60)
    assert alive == []
    if stop != signal.SIGKILL:
        assert list(folder.glob(".run-*")) == []
        [kept] = (folder / "failed").iterdir()
        record = json.loads((kept / "run.json").read_text(encoding="utf-8"))
        assert record["failures"] == ["ended by a signal"]
        assert not (folder / "latest").exists()
        return
    assert not (folder / "latest").exists() and list(folder.glob(".run-*"))
    run_tiny(tmp_path / "reports", "warns")  # the next run works, and clears away what was left
    assert list(folder.glob(".run-*")) == []


def test_a_report_from_the_command_line(command, tmp_path):
    process = command(
        *tiny_arguments("good"), "--set", "top_n=9", "--set", "sources=Velland Courier"
    )
    said, wrong = process.communicate(timeout=60)
    assert (process.returncode, wrong) == (0, "")
    index = tmp_path / said.strip().splitlines()[-1]
    text = index.read_text(encoding="utf-8").replace("&#x27;", "'")
    assert "It ran with 9 terms on ['Velland Courier']." in text
    catalogue = pd.read_csv(CORPUS / "catalogue.csv")
    count = (catalogue["source"] == "Velland Courier").sum()
    assert f"{count} documents from 1 source, " in text  # what is selected is what the page says


def test_a_failing_notebook_is_exit_code_1(here, run_main):
    code, said, wrong = run_main(*tiny_arguments("raises_last"))
    assert (code, said) == (1, "")
    assert "ZeroDivisionError: division by zero" in wrong


def test_a_second_run_is_exit_code_75(here, run_main, tmp_path):
    from filelock import FileLock

    (tmp_path / "reports" / "tiny").mkdir(parents=True)
    with FileLock(tmp_path / "reports" / "tiny" / ".lock"):
        code, _, wrong = run_main(*tiny_arguments("good"))
    assert code == 75
    assert wrong == "report 'tiny' is being made by another run\n"


def test_debug_shows_the_traceback(run_main):
    with pytest.raises(ValueError, match="is not there"):
        run_main("check", "--corpus", "nowhere", "--debug")
