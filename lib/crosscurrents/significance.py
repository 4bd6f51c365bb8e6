"""The one test of the whole tool: does a source differ from the others, documents exchanged?

Words come in clumps, so a word is no observation; a document is. Every claim that a word, theme,
tone, position or change is distinctive rests on `permutation_test`.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

MIN_DOCUMENTS = 5  # on either side; with fewer there is no test and no claim (DEFINITIONS, test)
DRAWS = 999  # permutations: the smallest p is 1 / 1,000
ALPHA = 0.05  # adjusted p below which something is called distinctive
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
    if draws != int(draws) or draws < 99:
        raise ValueError(f"draws {draws!r} is not a whole number of at least 99")
    family = [samples] if isinstance(samples, Sample) else list(samples)
    parts = [_Part.of(sample, min_documents) for sample in family]
    most = np.zeros(int(draws))  # the largest statistic of each draw, over the family
    beyond = []
    for number, part in enumerate(parts):
        beyond.append(part.exchange(int(draws), np.random.default_rng([int(seed), number]), most))
    most = np.sort(most)
    tests = sum(int(np.isfinite(part.statistic).sum()) for part in parts)
    return [part.tested(count, most, tests) for part, count in zip(parts, beyond)]


@dataclass
class _Part:
    """A sample made ready: residuals of documents as columns with squares that add up to 1."""

    targets: list[Hashable]
    values: Any  # (k, documents), sparse or not
    weights: np.ndarray  # (k or 1, documents)
    rate: np.ndarray  # (k,) of all documents
    norm: np.ndarray  # (k,) root of the sum of squared residuals
    member: np.ndarray  # bool (targets, documents)
    spread: np.ndarray  # (targets,) of the statistic over all permutations
    enough: np.ndarray  # bool (targets, k): both sides have documents enough for a test
    statistic: np.ndarray  # (targets, k)

    @classmethod
    def of(cls, sample: Sample, min_documents: int) -> _Part:
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
        targets = known if sample.targets is None else list(sample.targets)
        if foreign := [t for t in targets if t not in known]:
            raise ValueError(f"targets {foreign} are not among the labels; choose from {known}")
        member = np.array([labels == t for t in targets], bool).reshape(len(targets), len(labels))
        rate, norm = _moments(values, weights)
        total, size = len(labels), member.sum(axis=1)
        spread = np.sqrt(size * (total - size) / max(total * (total - 1), 1))
        spread = np.where(spread > 0, spread, np.nan)
        weighty = (weights > 0).T.astype(int)  # documents that have a part in each number
        here, there = member @ weighty, ~member @ weighty
        enough = np.minimum(here, there) >= max(min_documents, 1)
        enough = np.broadcast_to(enough, (len(targets), values.shape[0]))
        part = cls(targets, values, weights, rate, norm, member, spread, enough, np.zeros(0))
        statistic = part._statistics(member, slice(None)).reshape(len(targets), -1)
        part.statistic = np.where(enough, statistic, np.nan)
        return part

    def _statistics(self, member: np.ndarray, columns: slice) -> np.ndarray:
        """The statistic of each row of `member`, whose targets recur in order: (rows, columns)."""
        weights = self.weights if len(self.weights) == 1 else self.weights[columns]
        sums = self.values[columns] @ member.T.astype(float)
        residual = sums - self.rate[columns, None] * (weights @ member.T)
        spread = np.tile(self.spread, len(member) // max(len(self.spread), 1))
        with np.errstate(invalid="ignore", divide="ignore"):
            return (residual / self.norm[columns, None]).T / spread[:, None]

    def exchange(self, draws: int, rng: np.random.Generator, most: np.ndarray) -> np.ndarray:
        """Draw labels again: raises `most`, returns how many draws lie as far out (targets, k)."""
        beyond = np.zeros(self.statistic.shape, int)
        tested = np.flatnonzero(np.isfinite(self.spread) & self.enough.any(axis=1))
        if not len(tested) or not self.statistic.shape[1]:
            return beyond
        own = replace(
            self, targets=[self.targets[k] for k in tested], member=self.member[tested],
            spread=self.spread[tested], enough=self.enough[tested],
            statistic=self.statistic[tested],
        )  # fmt: skip
        seen = np.abs(own.statistic) * (1 - ROUNDING)
        rows, documents = own.member.shape
        at_once = max(1, CELLS // max(rows * documents, 1))
        for first in range(0, draws, at_once):
            number = min(at_once, draws - first)
            orders = [rng.permutation(documents) for _ in range(number)]
            member = np.concatenate([own.member[:, order] for order in orders])
            step = max(1, CELLS // len(member))
            for start in range(0, own.statistic.shape[1], step):
                columns = slice(start, start + step)
                drawn = np.abs(np.nan_to_num(own._statistics(member, columns)))
                drawn = drawn.reshape(number, rows, -1) * own.enough[:, columns]
                beyond[tested, columns] += (drawn >= seen[None, :, columns]).sum(axis=0)
                top = drawn.max(axis=(1, 2), initial=0)
                np.maximum(most[first : first + number], top, out=most[first : first + number])
        return beyond

    def tested(self, beyond: np.ndarray, most: np.ndarray, tests: int) -> PermutationResult:
        missing = ~np.isfinite(self.statistic)
        seen = np.abs(self.statistic) * (1 - ROUNDING)
        size = len(most) + 1
        p = np.where(missing, np.nan, (1 + beyond) / size)
        adjusted = (1 + len(most) - np.searchsorted(most, seen, "left")) / size
        adjusted = np.where(missing, np.nan, adjusted)
        return PermutationResult(self.targets, self.statistic, p, adjusted, tests)


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
