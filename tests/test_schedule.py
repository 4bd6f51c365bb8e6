"""reports.toml and what has its reports made every night."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from made import CORPUS, TESTS, TINY, expected_blocks

from crosscurrents.report.definitions import (
    cron_line,
    defined,
    find_settings,
    read_settings,
    seconds,
    size,
    systemd_units,
)

GOOD = f"""
[reports.rivers]
corpus = "{CORPUS}"
notebooks_dir = "{TINY}"
notebooks = ["good", "warns"]
title = "Rivers & dams"
keep = 3
time_limit = "90 s"
memory_limit = "1.5 GB"

[reports.rivers.parameters]
top_n = 4
good.top_n = 9

[reports.plain]
corpus = "{CORPUS}"
"""


@pytest.fixture
def settings(tmp_path):
    def write(text=GOOD, name="reports.toml"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    return write


# reports.toml


def test_a_report_is_what_its_table_says(settings, tmp_path):
    (rivers,) = defined(settings(), ["rivers"])
    assert rivers.name == "rivers"
    assert list(rivers.notebooks) == ["good", "warns"]
    assert (rivers.title, rivers.keep) == ("Rivers & dams", 3)
    assert (rivers.time_limit, rivers.memory_limit) == (90.0, 1_500_000_000)
    assert rivers.parameters["good"]["top_n"] == 9
    assert rivers.parameters["warns"]["top_n"] == 4
    assert rivers.folder == tmp_path / "reports" / "rivers"


def test_the_command_line_comes_before_the_file(settings):
    (rivers,) = defined(settings(), ["rivers"], keep=7, parameters={"good.top_n": "2"})
    assert rivers.keep == 7
    assert rivers.parameters["good"]["top_n"] == 2
    assert rivers.parameters["warns"]["top_n"] == 4


def test_files_are_found_beside_reports_toml(settings, tmp_path):
    (tmp_path / "own.yml").write_text("themes:\n  water:\n    patterns: [river]\n")
    text = f'[reports.a]\ncorpus = "{CORPUS}"\nparameters.codebook = "own.yml"\n'
    (definition,) = defined(settings(text), ["a"])
    assert definition.parameters["themes"]["codebook"] == str(tmp_path / "own.yml")


# expected/settings.txt: the message of a mistake, above a reports.toml.
@pytest.mark.parametrize(("message", "text"), expected_blocks("settings"))
def test_a_mistake_names_file_key_value_and_choices(settings, message, text):
    file = settings(text)
    with pytest.raises(ValueError) as error:
        read_settings(file)
    assert str(error.value).startswith(f"{file}: ")
    assert message in str(error.value)


def test_all_mistakes_are_said_at_once(settings):
    text = "[reports.a]\nkeep = 0\nkep = 1\n[reports.b]\ncorpus = 3\n"
    with pytest.raises(ValueError) as error:
        read_settings(settings(text))
    said = str(error.value).splitlines()
    assert [line.split(": ")[1].split(" ")[0] for line in said] == [
        "reports.a.corpus", "reports.a.keep", "reports.a.kep", "reports.b.corpus",
    ]  # fmt: skip


def test_what_is_no_toml_says_where(settings):
    with pytest.raises(ValueError, match=r"reports\.toml: .*line 2"):
        read_settings(settings("[reports.a]\ncorpus = \n"))


def test_the_file_is_looked_for_here_then_in_the_project(settings, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert find_settings() == TESTS.parent / "reports.toml"
    file = settings()
    assert find_settings() == find_settings(tmp_path) == find_settings(file) == file
    with pytest.raises(ValueError, match=r"reports\.toml is not there; looked for \["):
        find_settings(tmp_path / "nowhere")


@pytest.mark.parametrize("value", ["", "x", "0", "-3 s", "3 weeks", True, "1e9"])
def test_what_is_no_length_of_time(value):
    with pytest.raises(ValueError, match="is not a length of time"):
        seconds(value)


def test_sizes_need_a_unit():
    assert size("2 GiB") == 2**31
    with pytest.raises(ValueError, match="is not a size"):
        size("4")


# The command line


def test_a_dry_run_checks_and_says_and_writes_nothing(here, settings, run_main, tmp_path):
    settings()
    code, said, _ = run_main("report", "rivers", "--dry-run")
    assert code == 0
    assert said.startswith("report 'rivers': would be run for the first time\n")
    assert "12 documents" in said
    assert "90 s and 1,500 MB" in said
    assert "  good: top_n=9\n" in said
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["report"],
        ["report", "rivers", "--corpus", CORPUS],
        ["report", "rivers", "--name", "x"],
        ["report", "rivers", "--keep", "0"],
        ["report", "rivers", "--set", "sources=Globe", "--dry-run"],
        ["report", "--corpus", CORPUS, "--set", "top_n"],
        ["schedule", "rivers", "--cron", "--at", "25:00"],
        ["schedule", "rivers", "--cron", "--write", "x"],
        ["check", "nowhere.yml", "--corpus", CORPUS],
    ],
)
def test_bad_input_is_exit_code_2(here, settings, run_main, arguments):
    settings()
    code, said, wrong = run_main(*arguments)
    assert (code, said) == (2, "")
    assert wrong.startswith("crosscurrents: ") and wrong.count("\n") == 1


def test_several_reports_and_nothing_new(here, settings, run_main, monkeypatch, tmp_path):
    text = "".join(
        f'[reports.{name}]\ncorpus = "{corpus}"\nnotebooks_dir = "{TINY}"\nnotebooks = ["warns"]\n'
        for name, corpus in {"one": CORPUS, "lost": tmp_path / "nowhere", "two": CORPUS}.items()
    )
    settings(text)
    code, said, wrong = run_main("report", "one", "lost", "two")
    assert code == 2  # and yet the others were made
    assert wrong.count("\n") == 1
    made = [line for line in said.splitlines() if line.endswith(".html")]
    assert [Path(line).parts[-3] for line in made] == ["one", "two"]
    monkeypatch.setattr("crosscurrents.report.run.Run.start", None)  # no notebook may start
    code, said, wrong = run_main("report", "one")
    assert (code, wrong) == (0, "")
    assert said.startswith("report 'one': nothing new since the last run: ")
    assert run_main("report", "one", "two", "--quiet") == (0, "", "")
    code, said, _ = run_main("report", "one", "--dry-run")
    assert said.startswith("report 'one': nothing new since ")


# Units and crontab lines


@pytest.fixture
def odd(settings):
    """A reports.toml at a place with every sign that systemd, cron or a shell takes for its own."""
    return settings(GOOD, "a b%d $HOME 'x'/reports.toml")


def test_units_say_what_lab_practice_asks_for(settings):
    file = settings()
    (rivers,) = defined(file, ["rivers"])
    units = systemd_units(rivers, file, "04:05")
    assert sorted(units) == [
        "crosscurrents-rivers-failed.service", "crosscurrents-rivers.service",
        "crosscurrents-rivers.timer",
    ]  # fmt: skip
    service, timer = units["crosscurrents-rivers.service"], units["crosscurrents-rivers.timer"]
    for line in [
        "SuccessExitStatus=75", "KillMode=control-group", "TimeoutStartSec=1890",
        "MemoryMax=5000000000", "OnFailure=crosscurrents-rivers-failed.service",
        f"WorkingDirectory={file.parent}",
    ]:  # fmt: skip
        assert line in service.splitlines()
    assert f" -m crosscurrents report rivers --quiet --definitions {file}\n" in service
    assert "OnCalendar=*-*-* 04:05:00\n" in timer
    assert "Persistent=true\n" in timer


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze on the path")
@pytest.mark.parametrize("place", ["settings", "odd"])
def test_systemd_takes_the_units(place, request, tmp_path):
    given = request.getfixturevalue(place)
    file = given() if callable(given) else given
    (rivers,) = defined(file, ["rivers"])
    folder = tmp_path / "units"
    folder.mkdir()
    for name, text in systemd_units(rivers, file).items():
        (folder / name).write_text(text, encoding="utf-8")
    check = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, sorted(folder.iterdir()))],
        capture_output=True, text=True, timeout=60,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{folder}:"},
    )  # fmt: skip
    assert [line for line in check.stderr.splitlines() if "crosscurrents" in line] == []
    assert check.returncode == 0, check.stderr


def test_a_crontab_line_means_the_same_to_cron(odd):
    (rivers,) = defined(odd, ["rivers"])
    line = cron_line(rivers, odd, "04:05")
    assert line.count("\n") == 1
    minute, hour, *_ = line.split()
    assert (minute, hour) == ("5", "4")
    command = line.split("  ", 1)[1]
    assert "%" not in command.replace(r"\%", "")
    says = "import os, sys; print(os.getcwd()); print(sys.argv[-1])"
    shell = command.replace(r"\%", "%").replace("-m crosscurrents", f"-c '{says}'")
    ran = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, text=True, timeout=60)
    assert ran.stdout.splitlines() == [str(odd.parent), str(odd)]


def test_units_are_written_where_they_belong(settings, run_main, tmp_path):
    settings()
    code, said, _ = run_main("schedule", "rivers", "--systemd", "--write", tmp_path / "user")
    assert code == 0
    assert len(list((tmp_path / "user").iterdir())) == 3
    assert "systemctl --user enable --now crosscurrents-rivers.timer" in said
    assert run_main("schedule", "rivers", "--systemd")[1].count("[Unit]") == 3
