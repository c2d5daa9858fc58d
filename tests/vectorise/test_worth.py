"""What a leg's cosines are worth, by type of query."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kadr.calibrate import Calibration, nonsense_bound, scale_of
from kadr.probes import Probe, Probes, ProbeSort, with_judged
from kadr.search.query_type import QueryType
from kadr.vectorise.worth import scales_of
from kadr.weigh import MIN_PROBES, Candidate, in_memory

DIM, FILMS = 16, 60
BASE = Calibration(0.1, 0.9, 0.5, 0.7)
OTHERS = dict.fromkeys(QueryType, BASE) | {QueryType.FOREIGN: replace(BASE, near=0.375)}
Vectors = NDArray[np.float32]


def directions(n: int, seed: int = 0) -> Vectors:
    vectors = np.random.default_rng(seed).standard_normal((n, DIM)).astype(np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


OWN = directions(FILMS)


def candidate(queries: Vectors) -> Candidate:
    return Candidate(in_memory(OWN), None, queries, dict.fromkeys(QueryType, BASE))


def titles(n: int) -> Probes:
    return Probes({}, tuple(Probe(f"маяк {i}", (i % FILMS,), ProbeSort.TITLES) for i in range(n)))


def test_a_type_with_probes_has_its_own_scale_and_the_others_that_of_sentences() -> None:
    asked = titles(MIN_PROBES)
    scales = scales_of(candidate(OWN[:MIN_PROBES]), asked, BASE, -1.0)
    assert scales[QueryType.TITLE].ceiling == pytest.approx(1, abs=0.01)  # each asks with its film's own vector
    assert scales[QueryType.TITLE].floor == pytest.approx(0, abs=0.1)
    assert {**scales, QueryType.TITLE: BASE} == OTHERS
    assert scales_of(candidate(OWN[: MIN_PROBES - 1]), titles(MIN_PROBES - 1), BASE, -1.0) == OTHERS


def test_full_marks_are_for_the_nearest_film_whosesoever_it_is() -> None:
    wrong = np.roll(OWN, 1, axis=0)[:MIN_PROBES]
    scale = scales_of(candidate(wrong), titles(MIN_PROBES), BASE, -1.0)[QueryType.TITLE]
    assert scale.ceiling == pytest.approx(1, abs=0.01)


def test_what_has_no_vector_tells_nothing() -> None:
    queries = OWN[:MIN_PROBES].copy()
    queries[0] = np.nan
    assert scales_of(candidate(queries), titles(MIN_PROBES), BASE, -1.0)[QueryType.TITLE] == BASE


def test_judged_queries_have_no_say_in_a_scale() -> None:
    asked = with_judged(titles(MIN_PROBES), [("две сестры", (i,)) for i in range(FILMS)])
    queries = np.concatenate((OWN[:MIN_PROBES], directions(FILMS, seed=9)))
    alone = scales_of(candidate(OWN[:MIN_PROBES]), titles(MIN_PROBES), BASE, -1.0)
    assert scales_of(candidate(queries), asked, BASE, -1.0) == alone


cosines = st.lists(st.floats(-1, 1, width=32), min_size=2, max_size=50)


@given(cosines, cosines, st.floats(-1, 1))
def test_a_scale_has_its_ends_in_order_and_its_threshold_within(
    best: list[float], strange: list[float], nothing: float
) -> None:
    scale = scale_of(best, np.array(strange, dtype=np.float32), nothing)
    assert scale.floor < scale.ceiling
    assert 0 < scale.near < 1


def test_more_nonsense_asks_for_more_nearness() -> None:
    best, strange = [0.8] * 50, np.linspace(0, 0.3, 500, dtype=np.float32)
    assert scale_of(best, strange, 0.5).sure > scale_of(best, strange, 0.1).sure


def test_the_bound_of_nonsense_is_what_most_of_it_stays_below() -> None:
    index = in_memory(OWN)
    assert nonsense_bound(index, np.empty((0, DIM), dtype=np.float32)) == -1
    assert nonsense_bound(index, np.full((3, DIM), np.nan, dtype=np.float32)) == -1
    asked = directions(200, seed=4)
    best = [float(index.cosines(each).max()) for each in asked]
    assert np.mean(np.array(best) <= nonsense_bound(index, asked)) == pytest.approx(0.97, abs=0.01)
