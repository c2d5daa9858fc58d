"""The weight that a leg earns: how much an encoder may say beside the words, measured on this very catalogue.

An encoder helps where a sentence tells of a plot in other words than the catalogue's, and costs where names decide. How
much of each depends on the encoder, the language and the length of the descriptions, so no constant is right, and none
is right for all types of queries (`kadr.search.query_type`). Probes (`kadr.probes`) are asked at every weight, each
counts for the type that a query of its text would be of, and of the weights that cannot be told from the best one that
is taken which is nearest to the leg's default, which was measured on judged queries of other catalogues: the
one-standard-error rule (Breiman, Friedman, Olshen, Stone: Classification and Regression Trees, 1984, 3.4.3), with the
error of the paired difference. So two builds of nearly the same films give nearly the same weights, and a leg that does
harm gets little. A sentence of a film's only description may lower a weight and never raise it: the rest of the text
goes on in the same voice, which a vector hears and words do not (MiniLM on leads of an encyclopaedia: .6 by such
probes, where overviews of the same films ask best with .2, and lose .05 MRR@10 with .6). Where enough judged queries of
a type are given, they decide instead, and what the catalogue's own probes earned is their default.
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
from kadr.index.lexical import LexicalIndex, build_lexical
from kadr.index.vectors import VectorIndex, quantise
from kadr.probes import Probe, Probes, ProbeSort, reduced_films
from kadr.search.query_type import QueryType, query_type
from kadr.search.rank import fuse, lexical_share, nearness

__all__ = ["DEFAULT_WEIGHTS", "GRID", "Candidate", "Earned", "Weights", "in_memory", "weigh"]

GRID = tuple(round(step * 0.05, 2) for step in range(19))
"""Weights that are tried, ascending: 0 to .9. A leg that would silence the words is none beside them."""
DEFAULT_WEIGHTS: Mapping[str, Mapping[QueryType, float]] = {
    "hosted": dict(zip(QueryType, (0.2, 0.3, 0.4, 0.4, 0.8), strict=True)),
    "local": dict(zip(QueryType, (0.2, 0.3, 0.45, 0.4, 0.8), strict=True)),
    "distilled": dict(zip(QueryType, (0.2, 0.3, 0.4, 0.4, 0.5), strict=True)),
    "static": dict(zip(QueryType, (0.1, 0.1, 0.2, 0.2, 0.5), strict=True)),
    "embedded": dict(zip(QueryType, (0.1, 0.2, 0.2, 0.1, 0.1), strict=True)),
}
"""Where a catalogue has too few texts to ask with, or cannot tell a better one, by type in the order of `QueryType`
(title, keywords, sentence, long, foreign): decision records 0006, 0012, 0023 and 0024. Hosted and distilled (MiniLM):
plots that ask for overviews want .45 and more, overviews that ask for leads .3 and less; these gain on both. Local:
sentences gain up to .4 or .5, long texts up to .4. Embedded: keywords gain up to .3, long texts lose beyond .1
(decision record 0011); a static model is a weak leg, too."""
MIN_PROBES = 40
"""Probes that a sort needs to count: with fewer, two lucky ones outweigh what is measured."""
MIN_FOUND = 0.1
"""Share of a sort's probes that some weight must find in the first ten. Of the sample's short plots a sentence that is
taken out shares so little with the rest that 1 of 160 is found, fewer than chance: such a sort tells nothing, and its
differences in reciprocal rank, tiny as they are, chose .45 of one build and 0 of another."""
LONE_ERRORS = 2
"""Standard errors by which lone descriptions must be against a weight: with one, they took the embedded encoder's .2
from it on Russian films, where judged queries gain .007 by it."""
NAMES_BOUND = 0.01
"""MRR@10 that titles may lose to a leg: of a hundred films asked for by name, one falls from first place."""
NAMES = (ProbeSort.TITLES,)
_NO_ROWS = np.empty(0, dtype=np.int64)

Vectors = NDArray[np.float32]
Ranks = NDArray[np.int64]
_Places = Mapping[QueryType, Mapping[ProbeSort, Sequence[int]]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A leg that is to be weighed.

    `films`: the vectors of all films. `reduced`: those of `Probes.reduced` in its order, which stand in for them; None
    where `films` holds those already, as with an encoder that had to be fitted anew on `reduced_films`. `queries`:
    float32 (asked, dim), one a probe; a row of NaN is one without a vector. `scales`: what the leg's cosines are worth.
    """

    films: VectorIndex
    reduced: VectorIndex | None
    queries: Vectors
    scales: Mapping[QueryType, Calibration]

    def cosines(self, at: int, rows: NDArray[np.int64]) -> Vectors | None:
        """Return the cosine of a probe with every film, (films,), reduced ones in these rows; None without a vector."""
        vector = self.queries[at]
        if np.isnan(vector).any():
            return None
        cosines = self.films.cosines(vector)
        if self.reduced is not None and rows.size:
            cosines[rows] = self.reduced.cosines(vector)
        return cosines


@dataclass(frozen=True, slots=True)
class Earned:
    """The weights of a leg by type of query, and what the probes score, by sort.

    `weights`: those that a search takes. `own`: what the catalogue's own probes earned, the same where nothing was
    judged, and `measured`: the types for which they did; for the others it is the default, because there were too few.
    `scores`: with `own`, judged queries aside.
    """

    weights: Mapping[QueryType, float]
    own: Mapping[QueryType, float]
    measured: tuple[QueryType, ...]
    scores: Mapping[ProbeSort, Scores]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values of what the catalogue itself tells; nothing in them hangs on a judged query."""
        return {
            "weights": {kind.value: weight for kind, weight in self.own.items()},
            "measured": [kind.value for kind in self.measured],
            "scores": _figures(self.scores),
        }


@dataclass(frozen=True, slots=True)
class Weights:
    """What each leg earned. `lexical`: what the words score alone, by sort of probe."""

    lexical: Mapping[ProbeSort, Scores]
    legs: Mapping[str, Earned]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"lexical": _figures(self.lexical), "legs": {name: leg.to_json() for name, leg in self.legs.items()}}


def weigh(films: Sequence[Film], asked: Probes, legs: Mapping[str, Candidate], lexical: LexicalIndex) -> Weights:
    """Return the weights that each leg earns on a catalogue; the same input gives the same weights.

    Scores are made as a search makes them, but that every film counts as found. One probe is scored at a time.

    Args:
        films: the catalogue in row order.
        asked: its probes.
        legs: who is weighed, by a name of `kadr.search.params.LEGS`.
        lexical: the lexical leg, of which another is made that lacks what the probes ask.

    Raises:
        EncodeError: a vector has the wrong dimension, or is zero or infinite.
    """
    alone, fused = _ranks(films, asked, legs, lexical)
    places: dict[QueryType, dict[ProbeSort, list[int]]] = {kind: {} for kind in QueryType}
    for at, probe in enumerate(asked.asked):
        places[query_type(probe.query)].setdefault(probe.sort, []).append(at)
    earned = {name: _earned(DEFAULT_WEIGHTS[name], asked, places, ranks, alone) for name, ranks in fused.items()}
    return Weights(_scored(alone, places), earned)


def _earned(default: Mapping[QueryType, float], asked: Probes, places: _Places, ranks: Ranks, alone: Ranks) -> Earned:
    """Return what a leg earned by the ranks of all probes at each weight, (asked, weights), and by words, (asked,)."""
    weights, own, measured = {}, {}, []
    taken = np.empty(len(alone), dtype=np.int64)
    for kind, found in places.items():
        telling = {sort: _telling(asked, at) for sort, at in found.items()}
        gains = {
            sort: (_reciprocal(ranks[at]), _reciprocal(alone[at]))
            for sort, at in telling.items()
            if len(at) >= MIN_PROBES and _found(ranks[at], alone[at]) >= MIN_FOUND
        }
        judged = gains.pop(ProbeSort.JUDGED, None)
        own[kind] = default[kind]
        if gains:
            measured.append(kind)
            lone = any(asked.asked[telling[sort][0]].alone for sort in gains)
            own[kind] = _chosen(gains, own[kind], own[kind], LONE_ERRORS) if lone else _chosen(gains, own[kind])
        weights[kind] = own[kind] if judged is None else _chosen({ProbeSort.JUDGED: judged}, own[kind])
        for at in found.values():
            taken[at] = ranks[at, GRID.index(own[kind])]
    return Earned(weights, own, tuple(measured), _scored(taken, places))


def _found(ranks: Ranks, alone: Ranks) -> float:
    """Return the share of probes whose film is among the first ten by words alone, or at some weight of a leg."""
    return float(np.mean(np.minimum(ranks.min(axis=1), alone) <= DEPTH))


def _telling(asked: Probes, places: Sequence[int]) -> list[int]:
    """Return probes of a sort without those of lone descriptions, if so many are left; else those before the others."""
    paired = [at for at in places if not asked.asked[at].alone]
    lone = [at for at in places if asked.asked[at].alone]
    return paired if len(paired) >= MIN_PROBES else [*lone, *paired]


def in_memory(vectors: Vectors, starts: NDArray[np.integer] | None = None) -> VectorIndex:
    """Return vectors, float32 (n, dim), as an index without a file; a row of NaN is a passage that has no vector.

    `starts` says whose they are, as in `kadr.index.vectors.write_vectors`.

    Raises:
        EncodeError: a vector is zero or infinite.
    """
    has_vector = ~np.isnan(vectors).any(axis=1)
    matrix = np.zeros(vectors.shape, dtype=np.int8)
    matrix[has_vector] = quantise(vectors[has_vector])
    lengths = np.sqrt(np.einsum("ij,ij->i", matrix, matrix, dtype=np.float32)).astype(np.float32)
    lengths[~has_vector] = np.inf
    norms = np.where(has_vector, np.linalg.norm(vectors, axis=1), 0).astype(np.float32)
    return VectorIndex(Path(), matrix, lengths, norms, starts)


def _ranks(
    films: Sequence[Film], asked: Probes, legs: Mapping[str, Candidate], lexical: LexicalIndex
) -> tuple[Ranks, dict[str, Ranks]]:
    """Return the rank of each probe's film by words alone, (asked,), and by leg and weight, (asked, weights)."""
    index = build_lexical(reduced_films(films, asked), lexical.params, lexical.synonyms)
    rows = asked.reduced_rows
    alone = np.empty(len(asked.asked), dtype=np.int64)
    fused = {name: np.empty((alone.size, len(GRID)), dtype=np.int64) for name in legs}
    for at, probe in enumerate(asked.asked):
        words = lexical_share(index.scores(probe.query))
        alone[at] = _rank(words, words, probe)
        for name, leg in legs.items():
            cosines = leg.cosines(at, rows)
            if cosines is None:
                fused[name][at] = alone[at]
                continue
            scale = leg.scales[query_type(probe.query)]
            near = nearness(cosines, scale.floor, scale.ceiling)
            fused[name][at] = [_rank(fuse(words, near, weight, _NO_ROWS), cosines, probe) for weight in GRID]
    return alone, fused


def _rank(scores: Vectors, ties: Vectors, probe: Probe) -> int:
    """Return the 1-based rank of the best of a probe's films; what cannot be told from it counts as before it."""
    own = max(probe.rows, key=lambda row: (scores[row], ties[row]))
    ahead = (scores > scores[own]) | ((scores == scores[own]) & (ties >= ties[own]))
    ahead[[*probe.rows]] = False
    return int(np.count_nonzero(ahead)) + 1


def _reciprocal(ranks: Ranks) -> NDArray[np.float64]:
    return np.where(ranks <= DEPTH, 1 / ranks, 0.0)


def _chosen(
    gains: Mapping[ProbeSort, tuple[NDArray[np.float64], NDArray[np.float64]]],
    default: float,
    most: float = GRID[-1],
    errors: int = 1,
) -> float:
    """Return the weight nearest to the default of those that cannot be told from the best; each sort counts alike.

    Args:
        gains: by sort, the reciprocal ranks at each weight, (probes, weights), and by words alone, (probes,).
        default: a weight.
        most: the greatest weight that is allowed.
        errors: standard errors within which a weight cannot be told from the best.
    """
    means = np.mean([at_weights.mean(axis=0) for at_weights, _ in gains.values()], axis=0)
    lost = [alone[:, None] - at_weights for sort, (at_weights, alone) in gains.items() if sort in NAMES]
    if lost:
        means[np.concatenate(lost).mean(axis=0) > NAMES_BOUND] = -np.inf
    means[np.array(GRID) > most] = -np.inf
    best = int(np.argmax(means))
    gaps = [at_weights[:, best, None] - at_weights for at_weights, _ in gains.values()]
    error = np.sqrt(sum(gap.var(axis=0, ddof=1) / len(gap) for gap in gaps)) / len(gaps)
    good = [weight for weight, is_good in zip(GRID, means[best] - means <= errors * error, strict=True) if is_good]
    return min(good, key=lambda weight: (round(abs(weight - default), 6), weight))


def _scored(ranks: Ranks, places: _Places) -> dict[ProbeSort, Scores]:
    """Return what the catalogue's own probes score, by sort."""
    of_sort: dict[ProbeSort, list[int]] = {}
    for found in places.values():
        for sort, at in found.items():
            of_sort.setdefault(sort, []).extend(ranks[at].tolist())
    return {
        sort: Scores.of([Outcome((rank,)) for rank in of_sort[sort]])
        for sort in ProbeSort
        if sort in of_sort and sort is not ProbeSort.JUDGED
    }


def _figures(scores: Mapping[ProbeSort, Scores]) -> dict[str, dict[str, float]]:
    # Four digits: a tenth of what one probe of a thousand changes.
    return {
        sort.value: {"n": s.n, "success_10": round(s.success_10, 4), "mrr_10": round(s.mrr_10, 4)}
        for sort, s in scores.items()
    }
