"""The weight that a leg earns: how much an encoder may say beside the words, measured on this very catalogue.

An encoder helps where a sentence tells of a plot in other words than the catalogue's, and costs where names decide. How
much of each depends on the encoder, the language and the length of the descriptions, so no constant is right. Probes
(`kadr.probes`) are asked at every weight, and of the weights that cannot be told from the best one that is taken which
is nearest to the leg's default, which was measured on judged queries of other catalogues: the one-standard-error rule
(Breiman, Friedman, Olshen, Stone: Classification and Regression Trees, 1984, 3.4.3), with the error of the paired
difference. So two builds of nearly the same films give nearly the same weight, and a leg that does harm gets little.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kadr.calibrate import Calibration
from kadr.evaluate.metrics import DEPTH, Outcome, Scores
from kadr.film import Film
from kadr.index.lexical import LexicalParams, build_lexical
from kadr.index.vectors import VectorIndex, quantise
from kadr.probes import Probe, Probes, ProbeSort, reduced_films
from kadr.search.rank import fuse, lexical_share, nearness

__all__ = ["DEFAULT_WEIGHTS", "GRID", "Candidate", "Earned", "Weights", "in_memory", "weigh"]

GRID = tuple(round(step * 0.05, 2) for step in range(19))
"""Weights that are tried, ascending: 0 to .9. A leg that would silence the words is none beside them."""
DEFAULT_WEIGHTS: Mapping[str, float] = {"hosted": 0.4, "distilled": 0.5, "static": 0.2, "embedded": 0.2}
"""Where a catalogue has too few texts to ask with, or cannot tell a better one. Hosted: a small model (MiniLM) was
within .015 MRR@10 of its best at .4, on plots (best at .6) as on descriptions (.25). Distilled: best at .5 and .6 on
two mixes of English overviews, at .2 on leads of an encyclopaedia (decision record 0006). Embedded: decision record
0003; a static model is a weak leg, too."""
MIN_PROBES = 40
"""Probes that a sort needs to count: with fewer, two lucky ones outweigh what is measured."""
NAMES_BOUND = 0.01
"""MRR@10 that titles and people may lose to a leg: of a hundred films asked for by name, one falls from first place."""
NAMES = (ProbeSort.TITLES, ProbeSort.PEOPLE)
_NO_ROWS = np.empty(0, dtype=np.int64)

Vectors = NDArray[np.float32]
Ranks = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A leg that is to be weighed.

    `films`: the vectors of all films. `reduced`: float32 (reduced films, dim), those of `Probes.reduced` in its order,
    which stand in for them; None where `films` holds those already, as with an encoder that had to be fitted anew on
    `reduced_films`. `queries`: float32 (asked, dim), one a probe. A row of NaN, in both, is a text without a vector.
    `calibration`: what the leg's cosines are worth.
    """

    films: VectorIndex
    reduced: Vectors | None
    queries: Vectors
    calibration: Calibration


@dataclass(frozen=True, slots=True)
class Earned:
    """The weight of a leg, and what the probes score with it, by sort.

    `measured`: whether the probes gave the weight; else it is the default, because there were too few.
    """

    weight: float
    measured: bool
    scores: Mapping[ProbeSort, Scores]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"weight": self.weight, "measured": self.measured, "scores": _figures(self.scores)}


@dataclass(frozen=True, slots=True)
class Weights:
    """What each leg earned. `lexical`: what the words score alone, by sort of probe."""

    lexical: Mapping[ProbeSort, Scores]
    legs: Mapping[str, Earned]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"lexical": _figures(self.lexical), "legs": {name: leg.to_json() for name, leg in self.legs.items()}}


def weigh(films: Sequence[Film], asked: Probes, legs: Mapping[str, Candidate], params: LexicalParams) -> Weights:
    """Return the weight that each leg earns on a catalogue; the same input gives the same weights.

    Scores are made as a search makes them, but that every film counts as found. One probe is scored at a time.

    Args:
        films: the catalogue in row order.
        asked: its probes.
        legs: who is weighed, by a name of `kadr.search.params.LEGS`.
        params: of the lexical leg.

    Raises:
        EncodeError: a vector has the wrong dimension, or is zero or infinite.
    """
    alone, fused = _ranks(films, asked, legs, params)
    places = {sort: [at for at, probe in enumerate(asked.asked) if probe.sort is sort] for sort in ProbeSort}
    places = {sort: at for sort, at in places.items() if at}
    counted = {sort: at for sort, at in places.items() if len(at) >= MIN_PROBES}
    earned = {}
    for name, ranks in fused.items():
        measured = ProbeSort.SENTENCES in counted
        gains = {sort: (_reciprocal(ranks[at]), _reciprocal(alone[at])) for sort, at in counted.items()}
        weight = _chosen(gains, DEFAULT_WEIGHTS[name]) if measured else DEFAULT_WEIGHTS[name]
        earned[name] = Earned(weight, measured, _scored(ranks[:, GRID.index(weight)], places))
    return Weights(_scored(alone, places), earned)


def in_memory(vectors: Vectors) -> VectorIndex:
    """Return vectors, float32 (n, dim), as an index without a file; a row of NaN is a film that has no vector.

    Raises:
        EncodeError: a vector is zero or infinite.
    """
    has_vector = ~np.isnan(vectors).any(axis=1)
    matrix = np.zeros(vectors.shape, dtype=np.int8)
    matrix[has_vector] = quantise(vectors[has_vector])
    lengths = np.sqrt(np.einsum("ij,ij->i", matrix, matrix, dtype=np.float32)).astype(np.float32)
    lengths[~has_vector] = np.inf
    norms = np.where(has_vector, np.linalg.norm(vectors, axis=1), 0).astype(np.float32)
    return VectorIndex(Path(), matrix, lengths, norms)


def _ranks(
    films: Sequence[Film], asked: Probes, legs: Mapping[str, Candidate], params: LexicalParams
) -> tuple[Ranks, dict[str, Ranks]]:
    """Return the rank of each probe's film by words alone, (asked,), and by leg and weight, (asked, weights)."""
    index = build_lexical(reduced_films(films, asked), params)
    rows = np.fromiter(asked.reduced, dtype=np.int64, count=len(asked.reduced))
    stand_ins = {name: in_memory(leg.reduced) for name, leg in legs.items() if leg.reduced is not None and rows.size}
    alone = np.empty(len(asked.asked), dtype=np.int64)
    fused = {name: np.empty((alone.size, len(GRID)), dtype=np.int64) for name in legs}
    for at, probe in enumerate(asked.asked):
        words = lexical_share(index.scores(probe.query))
        alone[at] = _rank(words, words, probe)
        for name, leg in legs.items():
            vector = leg.queries[at]
            if np.isnan(vector).any():
                fused[name][at] = alone[at]
                continue
            cosines = leg.films.cosines(vector)
            if name in stand_ins:
                cosines[rows] = stand_ins[name].cosines(vector)
            near = nearness(cosines, leg.calibration.floor, leg.calibration.ceiling)
            fused[name][at] = [_rank(fuse(words, near, weight, _NO_ROWS), cosines, probe) for weight in GRID]
    return alone, fused


def _rank(scores: Vectors, ties: Vectors, probe: Probe) -> int:
    """Return the 1-based rank of a probe's film; what cannot be told from it counts as before it."""
    own = scores[probe.row]
    equal = scores == own
    return int(np.count_nonzero(scores > own) + np.count_nonzero(equal & (ties >= ties[probe.row])))


def _reciprocal(ranks: Ranks) -> NDArray[np.float64]:
    return np.where(ranks <= DEPTH, 1 / ranks, 0.0)


def _chosen(gains: Mapping[ProbeSort, tuple[NDArray[np.float64], NDArray[np.float64]]], default: float) -> float:
    """Return the weight nearest to the default of those that cannot be told from the best; each sort counts alike.

    Args:
        gains: by sort, the reciprocal ranks at each weight, (probes, weights), and by words alone, (probes,).
        default: a weight.
    """
    means = np.mean([at_weights.mean(axis=0) for at_weights, _ in gains.values()], axis=0)
    lost = [alone[:, None] - at_weights for sort, (at_weights, alone) in gains.items() if sort in NAMES]
    if lost:
        means[np.concatenate(lost).mean(axis=0) > NAMES_BOUND] = -np.inf
    best = int(np.argmax(means))
    gaps = [at_weights[:, best, None] - at_weights for at_weights, _ in gains.values()]
    error = np.sqrt(sum(gap.var(axis=0, ddof=1) / len(gap) for gap in gaps)) / len(gaps)
    good = [weight for weight, is_good in zip(GRID, means[best] - means <= error, strict=True) if is_good]
    return min(good, key=lambda weight: (round(abs(weight - default), 6), weight))


def _scored(ranks: Ranks, places: Mapping[ProbeSort, Sequence[int]]) -> dict[ProbeSort, Scores]:
    return {sort: Scores.of([Outcome((rank,)) for rank in ranks[at].tolist()]) for sort, at in places.items()}


def _figures(scores: Mapping[ProbeSort, Scores]) -> dict[str, dict[str, float]]:
    # Four digits: a tenth of what one probe of a thousand changes.
    return {
        sort.value: {"n": s.n, "success_10": round(s.success_10, 4), "mrr_10": round(s.mrr_10, 4)}
        for sort, s in scores.items()
    }
