"""What a leg is worth on this catalogue: the scale of its cosines and its weight beside the words, by type of query."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kadr.calibrate import Calibration, calibrate, nonsense_bound, scale_of
from kadr.film import Film
from kadr.index.lexical import LexicalIndex
from kadr.index.vectors import VectorIndex
from kadr.probes import Probes, ProbeSort
from kadr.search.params import Leg, Scale
from kadr.search.query_type import QueryType, query_type
from kadr.vectorise.made import Made
from kadr.vectorise.questions import Questions
from kadr.weigh import MIN_PROBES, Candidate, weigh

__all__ = ["legs_of", "scales_of"]

Vectors = NDArray[np.float32]

FOREIGN_NEAR = 0.75
"""What is near enough of a query in another alphabet, of what is in the films' own: said in another language the same
is less near (decision record 0023)."""
STRANGERS = 20_000
"""Films of a probe that tell what strange is: quantiles of .999 are steady with far fewer, and it bounds the memory."""


def legs_of(
    films: Sequence[Film], made: Made, questions: Questions, index: VectorIndex, lexical: LexicalIndex
) -> tuple[Mapping[str, Leg], Mapping[str, Any]]:
    """Return the legs of a bundle by name, and what the probes scored, as JSON values for the manifest.

    Args:
        films: in row order.
        made: their vectors, and each leg's vectors of the questions.
        questions: what was asked.
        index: the films' vectors as the bundle holds them.
        lexical: the lexical leg.
    """
    searched = made.blind or index
    candidates = {}
    for name, asked in made.legs.items():
        base = calibrate(questions.pieces, index, asked.pieces, asked.nonsense)
        leg = Candidate(searched, made.reduced, asked.probes, dict.fromkeys(QueryType, base))
        nothing = nonsense_bound(index, asked.nonsense)
        candidates[name] = replace(leg, scales=scales_of(leg, questions.probes, base, nothing))
    earned = weigh(films, questions.probes, candidates, lexical)
    return {name: _leg(earned.legs[name].weights, leg.scales) for name, leg in candidates.items()}, earned.to_json()


def _leg(weights: Mapping[QueryType, float], scales: Mapping[QueryType, Calibration]) -> Leg:
    return Leg({kind: Scale(weights[kind], at.floor, at.ceiling, at.near, at.sure) for kind, at in scales.items()})


def _foreign(base: Calibration) -> Calibration:
    """Return the scale of queries in another alphabet than the films', which no probe can ask."""
    return replace(base, near=round(FOREIGN_NEAR * base.near, 6))


def scales_of(leg: Candidate, asked: Probes, base: Calibration, nothing: float) -> dict[QueryType, Calibration]:
    """Return what a leg's cosines are worth for each type of query, as its probes tell; judged ones take no part.

    Full marks are for the nearest film of a query, whosesoever it is: few words are nearer to many strange films than
    to their own, and were all of those full marks, nothing would tell them apart (MiniLM on English keywords: MRR@10
    .503 at its best weight, .519 so).

    Args:
        leg: whose `scales` are not looked at.
        asked: the probes.
        base: of sentences, and of any type that has too few probes.
        nothing: the cosine that most nonsense stays below.

    Raises:
        EncodeError: a vector has the wrong dimension, or is zero or infinite.
    """
    best: dict[QueryType, list[float]] = {}
    strange: dict[QueryType, list[Vectors]] = {}
    some = np.flatnonzero(leg.films.has_vector)
    some = some[:: 1 + some.size // STRANGERS]
    for at, probe in enumerate(asked.asked):
        kind = query_type(probe.query)
        if probe.sort is ProbeSort.JUDGED or kind is QueryType.SENTENCE:
            continue
        cosines = leg.cosines(at, asked.reduced_rows)
        if cosines is not None:
            best.setdefault(kind, []).append(float(cosines.max()))
            strange.setdefault(kind, []).append(cosines[some[some != probe.rows[0]]])
    told = [kind for kind, found in best.items() if len(found) >= MIN_PROBES and some.size > 1]
    return (
        dict.fromkeys(QueryType, base)
        | {QueryType.FOREIGN: _foreign(base)}
        | {kind: scale_of(best[kind], np.concatenate(strange[kind]), nothing) for kind in told}
    )
