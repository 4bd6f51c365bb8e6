"""The one test of the whole tool: does a source differ from the others, documents exchanged?

Words are used in bursts, so a word is no observation; a document is. Every claim that a word,
theme, tone, position or change is distinctive rests on `permutation_test`.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crosscurrents.writing import check_whole, counted

MIN_DOCUMENTS = 5  # on either side; with fewer there is no test and no claim (DEFINITIONS, test)
DRAWS = 999  # permutations: the smallest p is 1 / 1,000
ALPHA = 0.05  # adjusted p below which something is called distinctive
BELOW = f"p below {ALPHA}"  # the same as pages say it
CELLS = 8_000_000  # statistics of a block of columns (64 MB)
ROUNDING = 1e-9  # what is equal but for rounding counts as equal


@dataclass(frozen=True)
class Sample:
    """Documents of several groups, and k numbers of each document.

    Attributes
    ----------
    values : array or scipy.sparse array (documents, k)
        What is summed above the line: counts of k words, scores, hits of one pole.
    weights : array (documents,) or (documents, k)
        What is summed below it: words, sentences, hits of both poles.
    labels : sequence (documents,)
        The group of each document.
    targets : sequence, optional
        The groups that are each compared with all others together; all of them by default.
    """

    values: Any
    weights: Any
    labels: Sequence[Hashable]
    targets: Sequence[Hashable] | None = None


@dataclass(frozen=True)
class PermutationResult:
    """What became of a Sample: arrays (targets, k) in the order of its targets.

    `statistic` is above 0 where the target's ratio is the higher one; p and p_adjusted are missing
    where a side has too few documents or a number never varies.
    """

    targets: list[Hashable]
    statistic: np.ndarray
    p: np.ndarray
    p_adjusted: np.ndarray
    tests: int  # of the whole family

    def table(self, **numbers: Sequence) -> pd.DataFrame:
        """A row a target and number: group, p, p_adjusted, tests; `numbers` names them."""
        times = len(self.targets)
        names = {n: np.tile(np.array(each, object), times) for n, each in numbers.items()}
        groups = np.repeat(np.array(self.targets, object), self.p.shape[1])
        found = {"p": self.p.ravel(), "p_adjusted": self.p_adjusted.ravel(), "tests": self.tests}
        return pd.DataFrame(names | {"group": groups} | found)


def permutation_test(
    samples: Sample | Sequence[Sample],
    *,
    draws: int = DRAWS,
    seed: int = 0,
    min_documents: int = MIN_DOCUMENTS,
) -> list[PermutationResult]:
    """Test whether groups differ in ratios of sums, by exchanging documents between them.

    The residual of a document is value - weight x (sum of values / sum of weights). The residuals
    of the target's documents are summed and divided by their standard deviation over all
    permutations, sqrt(sum of squared residuals x n (N - n) / (N (N - 1))), so that small and large
    groups are on one scale. Labels of documents are drawn again `draws` times; p is the share of
    the draws with a statistic at least as far from 0 (Phipson & Smyth 2010), and the adjusted p
    compares with the largest statistic of a draw over the whole family (max T, Westfall & Young
    1993): all numbers of all targets of all samples.

    Parameters
    ----------
    samples : Sample or sequence of Sample
        One family. Each sample's documents are exchanged among themselves only.
    draws, seed : int
    min_documents : int
        Documents that either side must have with a weight in the number that is tested.

    Returns
    -------
    list of PermutationResult
        One a sample.

    Raises
    ------
    ValueError
        If shapes disagree, values are missing, a target is no label, or there are no 99 draws.

    Examples
    --------
    >>> labels = ["A"] * 5 + ["B"] * 5
    >>> (found,) = permutation_test(Sample([[2]] * 5 + [[0]] * 5, [10] * 10, labels, ["A"]))
    >>> found.statistic.round(2).tolist(), bool(found.p_adjusted[0, 0] < 0.02)
    ([[3.0]], True)
    """
    check_whole(99, draws=draws)
    family = [samples] if isinstance(samples, Sample) else list(samples)
    parts = [_Part(sample, min_documents) for sample in family]
    most = np.zeros(draws)  # the largest statistic of each draw, over the family
    beyond = [
        part.exchange(np.random.default_rng([int(seed), number]), most)
        for number, part in enumerate(parts)
    ]
    tests = sum(int(np.isfinite(part.statistic).sum()) for part in parts)
    results, most = [], np.sort(most)
    for part, count in zip(parts, beyond):
        missing = np.where(np.isfinite(part.statistic), 0, np.nan)
        higher = len(most) - np.searchsorted(most, part.seen, "left")
        p, adjusted = ((1 + number) / (len(most) + 1) + missing for number in (count, higher))
        results.append(PermutationResult(part.targets, part.statistic, p, adjusted, tests))
    return results


class _Part:
    """A sample made ready.

    Attributes
    ----------
    values : array or scipy.sparse array (k, documents)
    weights : array (k or 1, documents)
    member : bool array (targets, documents)
    rate, norm : array (k,)
        The rate of all documents, and the root of the sum of squared residuals.
    spread : array (targets,)
        Of the statistic over all permutations.
    enough : bool array (targets, k)
        Whether both sides have documents enough for a test.
    statistic, seen : array (targets, k)
        The statistic, missing without a test, and its size, less what may be rounding.
    """

    def __init__(self, sample: Sample, min_documents: int) -> None:
        from scipy.sparse import csr_array, issparse

        sparse = issparse(sample.values)
        values = csr_array(sample.values.T) if sparse else np.asarray(sample.values, float).T
        labels = np.asarray(sample.labels, object)
        weights = np.atleast_2d(np.asarray(sample.weights, float).T)
        if values.ndim != 2 or {values.shape[1], weights.shape[1]} != {len(labels)}:
            raise ValueError(
                f"values {values.T.shape}, weights {weights.T.shape} and {len(labels)} labels are "
                "not of the same documents"
            )
        if not np.isfinite(values.data if sparse else values).all() or (weights < 0).any():
            raise ValueError("values hold missing numbers, or weights negative ones")
        known = list(dict.fromkeys(labels.tolist()))
        self.targets = targets = known if sample.targets is None else list(sample.targets)
        if foreign := [t for t in targets if t not in known]:
            raise ValueError(f"targets {foreign} are not among the labels; choose from {known}")
        member = np.array([labels == t for t in targets], bool).reshape(len(targets), len(labels))
        self.values, self.weights, self.member = values, weights, member
        self.rate, self.norm = _moments(values, weights)
        total, size = len(labels), member.sum(axis=1)
        spread = np.sqrt(size * (total - size) / max(total * (total - 1), 1))
        self.spread = np.where(spread > 0, spread, np.nan)
        weighty = (weights > 0).T.astype(int)  # documents that have a part in each number
        enough = np.minimum(member @ weighty, ~member @ weighty) >= max(min_documents, 1)
        self.enough = np.broadcast_to(enough, (len(targets), values.shape[0]))
        self.statistic = np.where(
            self.enough, self._statistics(member[None], slice(None))[0], np.nan
        )
        self.seen = np.abs(self.statistic) * (1 - ROUNDING)

    def _statistics(self, members: np.ndarray, columns: slice) -> np.ndarray:
        """The statistics of draws (draws, targets, documents): (draws, targets, columns)."""
        weights = self.weights if len(self.weights) == 1 else self.weights[columns]
        draws, targets, documents = members.shape
        member = members.reshape(-1, documents)
        sums = self.values[columns] @ member.T.astype(float)
        residual = sums - self.rate[columns, None] * (weights @ member.T)
        with np.errstate(invalid="ignore", divide="ignore"):
            scaled = (residual / self.norm[columns, None]).T.reshape(draws, targets, -1)
            return scaled / self.spread[:, None]

    def exchange(self, rng: np.random.Generator, most: np.ndarray) -> np.ndarray:
        """Draw labels again: raises `most`, returns how many draws lie as far out (targets, k)."""
        beyond = np.zeros(self.statistic.shape, int)
        if not np.isfinite(self.statistic).any():
            return beyond
        targets, documents = self.member.shape
        at_once = max(1, CELLS // (targets * documents))
        for first in range(0, len(most), at_once):
            some = most[first : first + at_once]
            orders = [rng.permutation(documents) for _ in some]
            members = np.stack([self.member[:, order] for order in orders])
            step = max(1, CELLS // (targets * len(some)))
            for start in range(0, beyond.shape[1], step):
                columns = slice(start, start + step)
                drawn = np.abs(np.nan_to_num(self._statistics(members, columns)))
                drawn *= self.enough[:, columns]
                beyond[:, columns] += (drawn >= self.seen[:, columns]).sum(axis=0)
                np.maximum(some, drawn.max(axis=(1, 2), initial=0), out=some)
        return beyond


def _moments(values: Any, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rate of all documents, and the root of the sum of squared residuals, by column."""
    total, below = np.asarray(values.sum(axis=1)), weights.sum(axis=1)
    rate = np.divide(total, below, out=np.zeros(len(total)), where=below > 0)
    squares = np.asarray((values * values).sum(axis=1))
    if hasattr(values, "multiply"):  # sparse: each row's non-zero values times their weights
        both = np.asarray(values.multiply(weights).sum(axis=1)).reshape(-1)
    else:
        both = (values * weights).sum(axis=1)
    found = squares - 2 * rate * both + rate**2 * (weights**2).sum(axis=1)
    norm = np.sqrt(np.where(found > ROUNDING * np.maximum(squares, 1), found, np.nan))
    return rate, norm


# ---- what pages say of it ---------------------------------------------------------------------

FEW = f"it takes at least {MIN_DOCUMENTS} articles of a source and {MIN_DOCUMENTS} of the others"


def tests_of(table: pd.DataFrame) -> str:
    """How many tests a table's p values are adjusted for, in words.

    >>> tests_of(pd.DataFrame({"tests": [6, 6]}))
    '6 tests'
    """
    tests = table["tests"].dropna()
    return counted(int(tests.max()) if len(tests) else 0, "test")


def chance(table: pd.DataFrame) -> str:
    """What makes a difference of a table larger than chance, in words."""
    return f"{BELOW} after {tests_of(table)}"
