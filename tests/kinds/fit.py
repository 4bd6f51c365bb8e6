"""Fit the weights of lib/crosscurrents/cleaning/weights.toml to the marked pages.

    python tests/kinds/fit.py          lines and titles of a file by weights fitted to the others
    python tests/kinds/fit.py write    fit to all of them and write the weights

The rules were written for these pages and know their lines. So that a line stands for one that no
rule knows, the pages of a file are read without the alternatives of rules, and the words of menus,
that no other file needs; and again without a quarter, half and three quarters of all others.
"""

from __future__ import annotations

import difflib
import random
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import numpy as np
import pandas as pd
from scipy import optimize
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from crosscurrents.cleaning import doubt, facts, heads, places, rules, titles
from crosscurrents.cleaning.lines import split_units
from crosscurrents.cleaning.markup import read_page, straight

FOLDER = Path(__file__).parent
PROJECT = FOLDER.parents[1]
CORPORA = [PROJECT / "seeds" / "harbour", PROJECT / "tests" / "corpus"]  # without menus
WEIGHTS = Path(doubt.__file__).with_name("weights.toml")
RATES = (0.0, 0.25, 0.5, 0.75)  # of the rules that are held out
# Strength of fit, weight of a word against another sign, pages that a word or another sign is
# on at least: the best of some thirty settings with each file held out.
C, WORDS, PAGES, SIGN_PAGES = 0.2, 2.0, 4, 4
# Prose lost is worse than furniture left: lines of prose on the wrong side count three times as
# much in the next fit, three times over.
ROUNDS, HARD = 3, 3.0
LEAST = 0.05  # a smaller weight changes nothing
# The same of titles, of which there is one a page.
TITLE_C, TITLE_PAGES = 1.0, 3


class Page(NamedTuple):
    """A marked page: for each sign of its text whether it is prose; title, author and date."""

    name: str
    file: str
    raw: str
    prose: list[bool]
    facts: list[str]


class Line(NamedTuple):
    """A line that is weighed: its signs, whether it is furniture, its words, text and page."""

    signs: dict[str, float]
    furniture: bool
    words: int
    text: str
    page: str
    file: str


def read_marked(file: Path) -> list[Page]:
    """The pages of a marked file."""
    pages = []
    for block in re.split("^@@ ", file.read_text(encoding="utf-8"), flags=re.M)[1:]:
        head, body = block.split("\n", 1)
        name, *facts = (part.strip() for part in head.split("|"))
        raw, prose, inside = [], [], True
        for line in body.split("\n"):
            for sign in line.removeprefix("~") + "\n":
                if sign in "⟦⟧":
                    inside = sign == "⟧"
                    continue
                raw.append(sign)
                prose.append(inside and not line.startswith("~"))
        pages.append(Page(name, file.stem, "".join(raw)[:-1], prose[:-1], facts))
    return pages


def read_corpus(folder: Path) -> list[Page]:
    """The texts of a corpus with the titles of its catalogue, for the titles only."""
    catalogue = pd.read_csv(folder / "catalogue.csv", dtype=str, keep_default_na=False)
    texts = {file.name: file.read_text(encoding="utf-8") for file in folder.rglob("*.txt")}
    return [
        Page(row.file, folder.name, texts[Path(row.file).name], [], [row.title, "-", "-"])
        for row in catalogue.itertuples()
        if Path(row.file).name in texts
    ]


def read_pair(file: Path) -> Page:
    """A short document whose prose is in a file beside it."""
    raw, right = file.read_bytes().decode(), file.with_suffix(".clean").read_text("utf-8")
    found = list(rules.WORD.finditer(raw))
    steps = difflib.SequenceMatcher(
        None, [straight(m[0]) for m in found], rules.WORD.findall(straight(right)), autojunk=False
    )
    prose = [False] * len(raw)
    for first, _, size in steps.get_matching_blocks():
        for match in found[first : first + size]:
            prose[match.start() : match.end()] = [True] * len(match[0])
    return Page(
        file.stem, "pairs-" + (file.stem[-1] if file.stem[-1].isdigit() else "d"), raw, prose, []
    )


def classified(page: Page) -> list[Line]:
    """The lines of a page that are weighed."""
    read = read_page(page.raw)
    units, lines = split_units(read.text, read.reasons), []
    undecided = doubt.Signs.undecided

    def none(signs: doubt.Signs) -> list[int]:
        for i in undecided(signs):
            unit = signs.units[i]
            marks = [page.prose[k] for k in range(unit.start, unit.end) if page.raw[k].isalnum()]
            found = (signs.of(i), 2 * sum(marks) < len(marks), unit.words, unit.plain)
            lines.extend([Line(*found, page.name, page.file)] if marks else [])
        return []

    once = mock.patch.object(places, "PASSES", 1)
    with mock.patch.object(doubt.Signs, "undecided", none), once:
        places.classify(units, read.notes)
    return lines


def alternatives(pattern: str) -> list[str]:
    """The alternatives of a pattern: what stands between bars outside of brackets."""
    found, depth, inside = [""], 0, False
    for part in re.findall(r"\\.|\[\^?\]?|.", pattern, re.S):
        if inside:
            inside = part != "]"
        else:
            inside = part.startswith("[")
            depth += (part == "(") - (part == ")")
        if part == "|" and not depth and not inside:
            found.append("")
        else:
            found[-1] += part
    return found


class HeldOut:
    """The rules and words of menus without those that only one file of pages needs."""

    def __init__(self, pages: list[Page]):
        self.rules, self.words = rules.RULES, rules.INTERFACE
        self.parts = [alternatives(rule.pattern) for rule in self.rules]
        self.needs: dict[tuple[int, str], set[str]] = defaultdict(set)
        self.said: dict[str, set[str]] = defaultdict(set)
        for page in pages:
            read = read_page(page.raw)
            for unit in split_units(read.text, read.reasons):
                self._look(unit, page)

    def _look(self, unit, page: Page) -> None:
        if unit.words <= 8 and not any(page.prose[unit.start : unit.end]):
            for word in rules.WORD.findall(unit.plain.lower()):
                self.said[word].add(page.file)
        for k, rule in enumerate(self.rules):
            first = unit.plain[: rules.BEGIN].lower()
            held = any(bit in unit.plain for bit in rules._split(rule.holds))
            begun = first.startswith(rules._split(rule.begins)) if rule.begins else False
            tried = unit.words <= rule.words and (held or begun or not (rule.holds or rule.begins))
            for part in self.parts[k] if tried else ():
                if rules._compiled(part).fullmatch(unit.plain):
                    self.needs[k, part].add(page.file)

    def without(self, file: str, rate: float = 0.0):
        """Read pages without what only `file` needs, and a part of the rest."""
        kept = []
        for k, rule in enumerate(self.rules):
            parts = [
                part for part in self.parts[k]
                if self.needs.get((k, part)) != {file} and random.random() >= rate
            ]  # fmt: skip
            kept += [rule._replace(pattern="|".join(parts))] if parts else []
        words = {
            w for w in sorted(self.words)
            if self.said.get(w) != {file} and random.random() >= rate / 2
        }  # fmt: skip
        rules.line_reason.cache_clear()
        with mock.patch.object(rules, "RULES", tuple(kept)):
            tables = {key: rules._Table(*key) for key in rules.TABLES}
        return (
            mock.patch.object(rules, "TABLES", tables),
            mock.patch.object(rules, "INTERFACE", words),
            mock.patch.object(doubt, "INTERFACE", words),
        )


def read_lines(pages: list[Page]) -> list[list[Line]]:
    """The lines to be weighed, by the rate of the rules held out."""
    held, found = HeldOut(pages), []
    for rate in RATES:
        found.append([])
        for file in dict.fromkeys(page.file for page in pages):
            patches = held.without(file, rate)
            with patches[0], patches[1], patches[2]:
                found[-1] += [ln for page in pages if page.file == file for ln in classified(page)]
    rules.line_reason.cache_clear()
    return found


def fit(lines: list[Line]) -> dict[str, float]:
    """The weights of signs, by logistic regressions in which a line counts by its words."""
    on, small = defaultdict(set), defaultdict(set)
    for line in lines:
        for sign in line.signs:
            on[sign].add(line.page)
        for word in re.findall(r"\b[a-z]+(?:['’][a-z]+)?\b", line.text):
            small[word].add(line.page)  # names of people and places are never in small letters
    by = {}
    for sign, found in on.items():
        if not sign.startswith("w:") and len(found) >= SIGN_PAGES:
            by[sign] = 1.0
        elif len(found) >= PAGES and len(small[sign[2:].lstrip("^")]) >= SIGN_PAGES:
            by[sign] = WORDS
    vectors = DictVectorizer()
    sized = [{s: v * by[s] for s, v in line.signs.items() if s in by} for line in lines]
    x = vectors.fit_transform(sized)
    x.indices, x.indptr = x.indices.astype("int32"), x.indptr.astype("int32")
    model = LogisticRegression(C=C, solver="liblinear", max_iter=3000)
    furniture = np.array([line.furniture for line in lines])
    counts = np.array([line.words**0.5 for line in lines])
    model.fit(x, furniture, sample_weight=counts)
    for _ in range(ROUNDS):
        counts = np.where(~furniture & model.predict(x), HARD * counts, counts)
        model.fit(x, furniture, sample_weight=counts)
    weights = dict(zip(vectors.feature_names_, model.coef_[0]))
    weights = {
        sign: round(float(w) * by[sign], 2) for sign, w in weights.items() if abs(w) >= LEAST
    }
    weights["always"] = round(weights.get("always", 0.0) + float(model.intercept_[0]), 2)
    return weights


def classified_titles(page: Page) -> list[tuple[titles.Signs, bool]]:
    """The candidates for the title of a page that does not name it in a label: which is the one.

    Of a short document without facts, the lines that are prose and hence no title.
    """
    read = read_page(page.raw)
    units, found = split_units(read.text, read.reasons), []
    wanted = _compared(page.facts[0]) if page.facts else "-"

    def look(head: heads.Head, first: int, top: list) -> None:
        found.extend(
            (signs, _compared(facts.title_of(unit.plain)) == wanted)
            for unit, signs in titles.candidates(head, first, top)
            if page.facts or any(page.prose[unit.start : unit.end])
        )

    with mock.patch.object(heads, "find_title", look):
        known = places.classify(units, read.notes) | read.facts
    lacking = wanted not in ("", "-") and not any(is_it for _, is_it in found)
    return [] if "title" in known or lacking else found


def _compared(text: str) -> str:
    return straight(text).casefold().rstrip(".,")


def fit_titles(pages: list[list[tuple[titles.Signs, bool]]]) -> dict[str, float]:
    """The weights of signs of titles: of all candidates of a page, and none, one is the title.

    A conditional logit (McFadden 1974), in which "none" has the sum 0.
    """
    on: dict[str, int] = defaultdict(int)
    for page in pages:
        for sign in {sign for signs, _ in page for sign in signs} - {"always"}:
            on[sign] += 1
    vectors = DictVectorizer()
    rows = [
        [{s: v for s, v in signs.items() if on[s] >= TITLE_PAGES} for signs, _ in p] for p in pages
    ]
    x = vectors.fit_transform([signs for page in rows for signs in page])
    group = np.repeat(np.arange(len(pages)), [len(page) for page in pages])
    is_it = np.array([is_it for page in pages for _, is_it in page])
    none = np.bincount(group, is_it, minlength=len(pages)) == 0

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        sums = np.exp(x @ weights[:-1] + weights[-1])
        whole = 1 + np.bincount(group, sums, minlength=len(pages))
        right = np.bincount(group, sums * is_it, minlength=len(pages)) + none
        steps = sums / whole[group] - np.where(none[group], 0, sums * is_it / right[group])
        part = weights[:-1] / TITLE_C
        return (
            float(np.log(whole / right).sum() + part @ weights[:-1] / 2),
            np.append(x.T @ steps + part, steps.sum()),
        )

    found = optimize.minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B").x
    weights = dict(zip([*vectors.feature_names_, "always"], found.round(2).tolist()))
    return {sign: weight for sign, weight in weights.items() if abs(weight) >= LEAST}


def held_out_titles(pages: list[Page]) -> None:
    """Print for each file how many titles are right by weights fitted to the others."""
    known = {page.name: classified_titles(page) for page in pages}
    total = [0, 0]
    for file in dict.fromkeys(page.file for page in pages):
        weights = fit_titles([known[page.name] for page in pages if page.file != file])
        own = [known[p.name] for p in pages if p.file == file and p.facts and known[p.name]]
        right = 0
        for page in own:
            sums = [sum(weights.get(s, 0.0) * v for s, v in signs.items()) for signs, _ in page]
            best = max(range(len(sums)), key=sums.__getitem__)
            right += page[best][1] if any(is_it for _, is_it in page) else sums[best] < titles.LEAST
        total = [total[0] + right, total[1] + len(own)]
        print(f"{file:9} titles right {right} of {len(own)} whose title is among the candidates")
    print(f"all       titles right {total[0]} of {total[1]}")


def weighed(line: Line, weights: dict[str, float]) -> float:
    return sum(weights.get(sign, 0.0) * size for sign, size in line.signs.items())


def held_out(found: list[list[Line]]) -> None:
    """Print for each file what is lost and left of its lines by weights fitted to the others."""
    every = [line for part in found for line in part]
    total = np.zeros(3, int)
    for file in dict.fromkeys(line.file for line in found[0]):
        weights = fit([line for line in every if line.file != file])
        lines = [line for line in found[0] if line.file == file]
        sure = [weighed(line, weights) > doubt.SURE for line in lines]
        lost = sum(ln.words for ln, is_sure in zip(lines, sure) if is_sure and not ln.furniture)
        left = sum(ln.words for ln, is_sure in zip(lines, sure) if ln.furniture and not is_sure)
        before = sum(line.words for line in lines if line.furniture)
        total += (lost, left, before)
        print(f"{file:9} words of prose lost {lost:4}, of furniture left {left:4} of {before:4}")
    print(
        f"all       words of prose lost {total[0]:4}, of furniture left {total[1]:4} of {total[2]}"
    )


def write(tables: dict[str, dict[str, float]]) -> None:
    """Write the weights, the greatest first."""
    text = [
        "# How much a sign of a line speaks for furniture (above 0) or prose (below 0), as log"
        "\n# odds: see doubt.py; of a title, titles.py. Written by tests/kinds/fit.py, not by hand."
        "\n# w: is before a word, w:^ before the first one of a title, or of a line without an end."
    ]
    for name, weights in tables.items():
        order = sorted(weights, key=weights.get, reverse=True)
        text += [f"\n[{name}]", *(f'"{sign}" = {weights[sign]}' for sign in order)]
    WEIGHTS.write_text("\n".join(text) + "\n", encoding="utf-8")
    doubt.fitted.cache_clear()


def main() -> None:
    random.seed(1)
    files = sorted(FOLDER.glob("pages-*.txt"), key=lambda file: int(file.stem[6:]))
    files += sorted(FOLDER.glob("heads-*.txt"))
    pairs = [file.with_suffix(".txt") for file in sorted(FOLDER.glob("*.clean"))]
    pages = [page for file in files for page in read_marked(file)] + [*map(read_pair, pairs)]
    titled = pages + [page for folder in CORPORA for page in read_corpus(folder)]
    if "write" in sys.argv:
        tables = {"lines": fit([line for part in read_lines(pages) for line in part])}
        write(tables | {"titles": {}})
        write(tables | {"titles": fit_titles([*map(classified_titles, titled)])})
    else:
        held_out(read_lines(pages))
        held_out_titles(titled)


if __name__ == "__main__":
    main()
