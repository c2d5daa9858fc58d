"""The interval of a mean, and of a difference between two runs: percentile bootstrap over queries.

Sakai, Evaluating evaluation metrics based on the bootstrap (SIGIR 2006). Of a difference, each query's two answers are
drawn together (paired): what is easy or hard for both then plays no part.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kadr.evaluate.metrics import DEPTH, Outcome, reciprocal_rank, success_at

__all__ = ["Interval", "Spread", "compare", "intervals", "spread"]

_RESAMPLES = 10_000
"""Bounds of a 95% interval then rest on 250 resamples a side: they move by about 1% of its width between seeds."""
_LEAST_RESAMPLES, _MOST_DRAWS = 1_000, 1 << 26
"""Of a large set fewer resamples, so that a slice of 100,000 queries takes seconds; its interval is narrow anyway."""
_BATCH = 1 << 20  # draws held at once: 8 MB of positions
_SEED = 0  # any; fixed, so that two runs print the same interval


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and the bounds of its 95% interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Spread:
    """The intervals of S@10 and MRR@10: of one run, or of its difference to another (above zero it is better)."""

    success_10: Interval
    mrr_10: Interval


def spread(run: Sequence[Outcome]) -> Spread:
    """Return the measures of a run of one or more queries with their intervals.

    All queries alike leave nothing to vary.

    >>> spread([Outcome((2,))] * 3).mrr_10
    Interval(mean=0.5, low=0.5, high=0.5)
    """
    return Spread(*intervals(_values(run)))


def compare(run: Sequence[Outcome], other: Sequence[Outcome]) -> Spread:
    """Return how much better one run is than another, by a paired bootstrap over their common queries.

    Args:
        run: outcomes of one or more queries.
        other: outcomes of the same queries in the same order.

    Every query moves from rank 2 to rank 1, so every resample says the same.

    >>> compare([Outcome((1,))] * 3, [Outcome((2,))] * 3).mrr_10
    Interval(mean=0.5, low=0.5, high=0.5)

    Raises:
        ValueError: the runs are not of the same length.
    """
    if len(run) != len(other):
        raise ValueError(f"runs of {len(run)} and {len(other)} queries are not of the same queries")
    return Spread(*intervals(_values(run) - _values(other)))


def _values(run: Sequence[Outcome]) -> NDArray[np.float64]:
    """Return the measures of each query, float64 (2, queries), in the order of `Spread`."""
    return np.array(
        [[success_at(each, DEPTH) for each in run], [reciprocal_rank(each, DEPTH) for each in run]], dtype=np.float64
    )


def intervals(values: NDArray[np.float64]) -> list[Interval]:
    """Return the interval of the mean of each row, all rows by the same draws."""
    n = values.shape[1]
    draw = np.random.default_rng(_SEED)
    resamples = min(_RESAMPLES, max(_LEAST_RESAMPLES, _MOST_DRAWS // n))
    at_once = max(1, _BATCH // n)
    means = []
    for done in range(0, resamples, at_once):
        drawn = draw.integers(0, n, (min(at_once, resamples - done), n))
        means.append([row[drawn].mean(axis=1) for row in values])
    bounds = np.percentile(np.concatenate(means, axis=1), (2.5, 97.5), axis=1)
    return [
        Interval(float(mean), float(low), float(high))
        for mean, (low, high) in zip(values.mean(axis=1), bounds.T, strict=True)
    ]
