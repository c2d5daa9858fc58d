"""Postings: what is added to the films' scores is weight times impact, whatever the impacts."""

import numpy as np
import pytest

from kadr.index.arrays import Groups, Keys
from kadr.index.postings import SMALL, Postings, _small


def test_every_finite_half_is_told_exactly() -> None:
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
    halves = halves[np.isfinite(halves)]
    assert np.array_equal(_small(halves) * SMALL, halves.astype(np.float32))


def test_each_film_gets_weight_times_impact_of_each_term_that_it_holds() -> None:
    keys, places = Keys.of(["маяк", "шторм", "снег"])
    lighthouse, storm, snow = places.tolist()
    held = [(lighthouse, 0, 2.5), (lighthouse, 3, 1e-7), (storm, 3, 100.0), (snow, 1, 7.0)]
    terms, rows, impacts = (np.array(column) for column in zip(*sorted(held), strict=True))
    postings = Postings(
        keys, Groups.of_pairs(terms, rows, 3, 4), impacts.astype(np.float16), np.ones(3, dtype=np.float32)
    )
    scores = np.array([0.5, 0, 0, 0], dtype=np.float32)
    postings.add_scores([lighthouse, storm], [3.0, 0.25], scores)
    assert scores.tolist() == pytest.approx([8.0, 0, 0, 25.0], rel=1e-6)
    before = scores.copy()
    postings.add_scores([], [], scores)
    assert np.array_equal(scores, before)
