"""Golden files: what a user sees, frozen, so that the inside can change and nothing else.

    python tests/golden.py check [CASE ...]     say what is not as it was; exit code 1 if something
    python tests/golden.py write [CASE ...]     freeze it anew: only where a change is meant

A case is the tables of measures of a corpus, one page with its parameters, or the commands with
good and bad input. Sentences, alternative texts and what commands print are kept as they are. Of
a table are kept its rows, its columns, a hash of what is text or whole numbers, in order, and two
sums of what are fractions: they are compared to 9 digits, as machines round differently.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import itertools
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd

TESTS = Path(__file__).resolve().parent
ROOT, FOLDER = TESTS.parent, TESTS / "golden"
DIGITS = 1e-9  # of a sum of fractions: beyond it machines differ
PAGES = ("brief", "corpus", "term_frequency", "sentiment", "themes")
SEEDS, DEMO, OWN = "seeds/alliance", "seeds/harbour", "tests/corpus"
MADE_NOW = {"provenance", "columns"}  # tables of versions and times, and of all that was shown
MEASURED_NOW = "measured_with"  # the column of the measures that does
SETS = {  # five sets of parameters beside the defaults: the corpus, and by page what is set
    "genres": (DEMO, {"*": {"by": "genre", "level": 0.9, "resamples": 200, "seed": 4}}),
    "chosen": (
        DEMO,
        {
            "*": {"since": "2023-06", "copies": "first", "period": "month", "forms": "stemmed"},
            "term_frequency": {"n": 2, "min_count": 2, "top_n": 8},
            "sentiment": {"lexicon": "afinn", "top_n": 4},
            "themes": {"topics": 4, "passages": 2},
        },
    ),
    "pair": (
        SEEDS,
        {"*": {"sources": "first two", "level": 0.9, "period": "year"}, "term_frequency": {"n": 3}},
    ),
    "focus": (
        OWN,
        {
            "*": {"seed": 7, "resamples": 300, "by": "country"},
            "corpus": {"chronology": True},
            "term_frequency": {"term": "water", "hide_stopwords": False, "window": 3},
            "sentiment": {"lexicon": "pattern"},
        },
    ),
    "target": (
        DEMO,
        {
            "*": {"until": "2023-12", "period": "year"},
            "term_frequency": {"target": "first", "reference": "second"},
        },
    ),
}


# ---- what is frozen of a thing -----------------------------------------------------------------


def table_facts(table: pd.DataFrame) -> dict:
    """Rows, and by column a hash or two sums."""
    return {"rows": len(table), "columns": {str(c): _column(table[c]) for c in table}}


def _column(values: pd.Series) -> str | list[float]:
    if pd.api.types.is_float_dtype(values):
        known = values.dropna()
        places = np.arange(1, len(values) + 1)[values.notna()]
        return [len(known), float(known.sum()), float((known * places).sum() / len(values))]
    text = "\n".join(map(str, values))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def differences(old: object, new: object, where: str = "") -> Iterator[str]:
    """Say, a line each, what is not the same."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            if key not in old or key not in new:
                yield f"{where}/{key}: {'new' if key in new else 'gone'}"
            else:
                yield from differences(old[key], new[key], f"{where}/{key}")
    elif isinstance(old, list) and isinstance(new, list):
        for place, pair in enumerate(itertools.zip_longest(old, new)):
            found = list(differences(*pair, f"{where}[{place}]"))
            yield from found
            if found and len(old) != len(new):  # from here on nothing lies beside its like
                yield f"{where}: {len(old)} items are now {len(new)}"
                return
    elif isinstance(old, float) and isinstance(new, float):
        if not np.isclose(old, new, rtol=DIGITS, atol=1e-12):
            yield f"{where}: {old!r} is now {new!r}"
    elif old != new:
        yield f"{where}:\n  - {old!r}\n  + {new!r}"


# ---- measures ----------------------------------------------------------------------------------


def measures_of(make: Callable[[Path], Path]) -> dict:
    """Measure a corpus by the command, with tone; facts of every table that it stores."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = make(folder)
        code, _, said = run("measure", "--corpus", corpus, "--out", folder / "out", "--tone")
        assert code == 0, said
        found = {}
        for path in sorted((folder / "out").rglob("*.parquet")):
            table = pd.read_parquet(path)
            table = table.drop(columns=MEASURED_NOW, errors="ignore")
            found[path.relative_to(folder / "out").with_suffix("").as_posix()] = table_facts(table)
        return found


def five_articles(folder: Path) -> Path:
    """The five articles with their texts, of which nothing is stored."""
    texts = os.environ["CROSSCURRENTS_TEXTS"]
    for name in ("catalogue.csv", "codebook.yml"):
        (folder / "corpus").mkdir(exist_ok=True)
        shutil.copy(ROOT / SEEDS / name, folder / "corpus" / name)
    assert run("add", folder / "corpus", texts, "--listed")[0] == 0
    return folder / "corpus"


def bench_corpus(folder: Path) -> Path:
    """2 MB of the corpus of the bench."""
    with mock.patch.object(sys, "path", [str(ROOT / "bench"), *sys.path]):
        from corpus import documents

    (folder / "corpus").mkdir()
    for place, text in enumerate(documents(2_000_000)):
        (folder / "corpus" / f"{place:04d}.txt").write_text(text, encoding="utf-8")
    shutil.copy(TESTS / "corpus" / "codebook.yml", folder / "corpus")
    return folder / "corpus"


def hostile_corpus(folder: Path) -> Path:
    """HTML, scripts, formulas and turning signs, as the tests of reports have them."""
    with mock.patch.object(sys, "path", [str(TESTS), *sys.path]):
        import test_hostile

    return test_hostile.corpus.__wrapped__(_Folder(folder))


class _Folder:
    """What pytest's tmp_path_factory does for a fixture, in one folder."""

    def __init__(self, folder: Path):
        self.folder = folder

    def mktemp(self, name: str) -> Path:
        (self.folder / name).mkdir()
        return self.folder / name


# ---- pages -------------------------------------------------------------------------------------


CACHE = tempfile.TemporaryDirectory()  # what one page measures the next one finds
OUTPUTS: dict[tuple, list[tuple[dict, dict]]] = {}  # of pages with all their defaults


def page_of(page: str, corpus: str, sets: dict) -> dict:
    """What each cell of a page shows, with the facts of its tables."""
    outputs = outputs_of(page, corpus, sets) if sets else default_page(page, corpus)
    return {"shown": [fact for output in outputs for fact in _facts(*output)]}


def default_page(page: str, corpus: str) -> list[tuple[dict, dict]]:
    """The outputs of a page with all its defaults, run once."""
    if (page, corpus) not in OUTPUTS:
        OUTPUTS[page, corpus] = outputs_of(page, corpus, {})
    return OUTPUTS[page, corpus]


def outputs_of(page: str, corpus: str, sets: dict) -> list[tuple[dict, dict]]:
    """Run the cells of a page here: what each shows, data and metadata."""
    import IPython.display
    import matplotlib.pyplot as plt

    import crosscurrents as cc

    shown: list[tuple[dict, dict]] = []
    names: dict[str, object] = {}

    def display(bundle, *, metadata=None, raw=False):
        shown.append((bundle, metadata or {}))

    notebook = json.loads((ROOT / "notebooks" / f"{page}.ipynb").read_text(encoding="utf-8"))
    here = Path.cwd()
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.object(IPython.display, "display", display),
        # Of a chart its alternative text is kept: pictures are drawn where whole reports are made.
        mock.patch("crosscurrents.display.png_of", lambda _: bytes(24)),
        mock.patch("crosscurrents.display.svg_of", lambda _: ""),
        mock.patch.dict(os.environ),
    ):
        place = Path(folder) / "corpus"
        shutil.copytree(ROOT / corpus, place, ignore=_ignored if corpus == SEEDS else None)
        for name in [n for n in os.environ if n.startswith("CROSSCURRENTS_")]:
            del os.environ[name]
        os.environ["CROSSCURRENTS_CACHE"] = CACHE.name
        os.chdir(folder)
        try:
            for cell in notebook["cells"]:
                tags = cell["metadata"].get("tags", [])
                if cell["cell_type"] != "code" or "lab" in tags:
                    continue
                exec("".join(cell["source"]), names)
                if "parameters" in tags:
                    chosen = {**sets.get("*", {}), **sets.get(page, {})}
                    sources = sorted(cc.read_corpus(place).documents["source"].unique())
                    second = sources[min(1, len(sources) - 1)]
                    known = {"first": sources[0], "second": second, "first two": sources[:2]}
                    for key, value in chosen.items():
                        if key in ("target", "reference", "sources"):
                            chosen[key] = known[value]
                    names["corpus"] = str(place)
                    names.update((k, v) for k, v in chosen.items() if k in names)
        finally:
            os.chdir(here)
            plt.close("all")
    return shown


def _ignored(folder: str, names: list[str]) -> set[str]:
    """The texts of the five articles, which not every checkout has."""
    return {"texts"} & set(names)


def _facts(bundle: dict, metadata: dict) -> Iterator[object]:
    """A table by its facts, a chart by its alternative text, a sentence as it is."""
    own = next((value for value in bundle.values() if isinstance(value, dict)), {})
    if "csv" in own:
        if own["name"] not in MADE_NOW:
            table = pd.read_csv(io.StringIO(own["csv"]), keep_default_na=False, na_values=[""])
            yield {"table": own["name"], **table_facts(table)}
    elif own:
        yield {"chart": own["name"], "alt": bundle["text/plain"]}
    elif text := bundle.get("text/plain"):
        yield text


# ---- commands ----------------------------------------------------------------------------------


def run(*arguments: object) -> tuple[int, str, str]:
    """A command in this process: exit code, standard output, standard error."""
    from crosscurrents.cli import main

    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch("signal.signal"),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stopped:  # argparse
            code = stopped.code
    return int(code or 0), out.getvalue(), err.getvalue()


BAD_FILES = {
    "corpus/empty.txt": b"",
    "corpus/broken.pdf": b"%PDF-1.4\nnothing follows",
    "corpus/zip.docx": b"PK\x03\x04 no archive",
    "corpus/west.txt": "Caf\xe9s closed. Nobody went to the harbour.".encode("cp1252"),
    "corpus/one.txt": b"The harbour is open. People like the new harbour and trust it.",
    "corpus/two.txt": b"The harbour is open. People like the new harbour and trust it.",
    "words/wild.yml": b"title: q\nthemes:\n  sea:\n    patterns: ['wat?r', 'sea OR land']\n",
    "words/colon.yml": b"title: q\nthemes\n  sea: [water]\n",
    "table.csv": b"Headline;Publication;Body;Date\nA;Post;The sea rose.;03/04/2024\n",
}
COMMANDS = (FOLDER / "commands.txt").read_text(encoding="utf-8").splitlines()


def commands() -> dict:
    """Run the commands, one after the other, in a folder with good and bad files."""
    here, found = Path.cwd(), {}
    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ):
        os.environ.update({"CROSSCURRENTS_CACHE": "off", "COLUMNS": "100"})
        for name, content in BAD_FILES.items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        os.chdir(folder)
        try:
            for place, line in enumerate(COMMANDS):
                code, out, err = run(*line.split())
                said = [_neutral(text, folder).splitlines() for text in (out, err)]
                found[f"{place:02d} {line}"] = {"code": code, "out": said[0], "err": said[1]}
        finally:
            os.chdir(here)
    return found


def _neutral(text: str, folder: str) -> str:
    """Without what differs from run to run: the folder, seconds, versions, the date."""
    text = text.replace(str(Path(folder).resolve()), "FOLDER").replace(folder, "FOLDER")
    text = text.replace(sys.executable, "PYTHON")
    text = re.sub(r"\d+(\.\d+)? s\b", "N s", text)
    return re.sub(r"\d{4}-\d\d-\d\dT?[\d:]*", "DATE", text)


# ---- cases -------------------------------------------------------------------------------------


def _pages(corpus: str, sets: dict) -> dict[str, Callable[[], dict]]:
    return {page: (lambda page=page: page_of(page, corpus, sets)) for page in PAGES}


CASES: dict[str, Callable[[], dict]] = {
    "measures-five": lambda: measures_of(five_articles),
    "measures-harbour": lambda: measures_of(lambda _: ROOT / DEMO),
    "measures-own": lambda: measures_of(lambda _: TESTS / "corpus"),
    "measures-hostile": lambda: measures_of(hostile_corpus),
    "measures-bench": lambda: measures_of(bench_corpus),
    "commands": commands,
    **{f"alliance-{page}": call for page, call in _pages(SEEDS, {}).items()},
    **{f"harbour-{page}": call for page, call in _pages(DEMO, {}).items()},
    **{
        f"{name}-{page}": call
        for name, (corpus, sets) in SETS.items()
        for page, call in _pages(corpus, sets).items()
    },
}


def compare(case: str) -> list[str]:
    """What is not as it was in a case."""
    old = json.loads((FOLDER / f"{case}.json").read_text(encoding="utf-8"))
    return list(differences(old, json.loads(json.dumps(CASES[case]())), case))


def write(case: str) -> None:
    """Freeze a case as it is now."""
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps(CASES[case](), indent=1, ensure_ascii=False)
    (FOLDER / f"{case}.json").write_text(text + "\n", encoding="utf-8")


def main(command: str, *cases: str) -> int:
    unknown = sorted(set(cases) - set(CASES))
    if command not in ("check", "write") or unknown:
        print(f"{__doc__}\nCases: {', '.join(CASES)}", file=sys.stderr)
        return 2
    said = []
    for case in cases or CASES:
        if case == "measures-five" and not os.environ.get("CROSSCURRENTS_TEXTS"):
            print(f"{case}: left out, CROSSCURRENTS_TEXTS names no folder")
        elif command == "write":
            write(case)
        else:
            said += compare(case)
    print("\n".join(said) if said else "written" if command == "write" else "as it was")
    return 1 if said else 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "lib"))
    os.environ["CROSSCURRENTS_CACHE"] = "off"  # what another version has measured proves nothing
    sys.exit(main(*(sys.argv[1:] or [""])))
