import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.index.themes import NO_THEME
from kadr.themes.clusters import (
    FAR,
    MARGIN,
    Labels,
    Vectors,
    centres_of,
    compact,
    cores,
    cosines_to,
    merged,
    nearest,
    own_cosines,
    settled,
    steady,
)
from tests.index.samples import few

labels_of = st.lists(st.integers(-1, 6), min_size=1, max_size=40).map(lambda n: np.array(n, dtype=np.int32))


def unit(n: int, seed: int, dim: int = 6) -> Vectors:
    drawn = np.random.default_rng(seed).normal(size=(n, dim))
    vectors: Vectors = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)
    return vectors


@given(labels_of)
def test_compact_groups_are_the_same_groups_without_gaps(labels: Labels) -> None:
    found = compact(labels)
    assert set(found.tolist()) - {NO_THEME} == set(range(found.max(initial=-1) + 1))
    assert np.array_equal(found == NO_THEME, labels == NO_THEME)
    for one in range(len(labels)):
        assert np.array_equal(found == found[one], labels == labels[one])


@few
@given(labels_of, st.integers(0, 99))
def test_steady_groups_are_a_fixed_point_in_which_nobody_is_far_from_home(labels: Labels, seed: int) -> None:
    centred = unit(len(labels), seed)
    found = steady(centred, labels)
    assert np.array_equal(found == NO_THEME, labels == NO_THEME)
    if (labels != NO_THEME).any():
        cosines = cosines_to(centres_of(centred, found), centred)
        inside = found != NO_THEME
        assert (cosines.max(axis=1) <= own_cosines(cosines, found) + MARGIN)[inside].all()
        assert np.array_equal(steady(centred, found), found)


@few
@given(st.integers(10, 60), st.integers(1, 5), st.integers(0, 99))
def test_the_nearest_centre_takes_a_film_and_the_farthest_films_stay_out(n: int, k: int, seed: int) -> None:
    centred, centres = unit(n, seed), unit(k, seed + 1000)
    found = nearest(centred, centres)
    cosines = centred @ centres.T
    inside = found != NO_THEME
    assert np.array_equal(cosines.argmax(axis=1)[inside], found[inside])
    assert (~inside).sum() <= FAR * n
    assert cosines.max(axis=1)[inside].min() >= cosines.max(axis=1)[~inside].max(initial=-1)


def test_a_centre_is_the_mean_direction_and_an_empty_group_is_near_to_nobody() -> None:
    centred = np.array([[1, 0], [0, 1], [-1, 0]], dtype=np.float32)
    labels = np.array([0, 0, 2], dtype=np.int32)
    centres = centres_of(centred, labels)
    assert centres == pytest.approx(np.array([[0.5**0.5, 0.5**0.5], [0, 0], [-1, 0]]))
    assert cosines_to(centres, centred)[:, 1].tolist() == [-1, -1, -1]


def test_groups_with_centres_alike_become_one() -> None:
    centred = np.array([[1, 0.1], [1, -0.1], [-1, 0]], dtype=np.float32)
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    assert merged(centred, np.array([0, 1, 2], dtype=np.int32)).tolist() == [0, 0, 1]


def test_dense_places_are_found_in_a_thin_cloud_and_films_between_them_join_the_nearer() -> None:
    rng = np.random.default_rng(1)
    places = np.eye(8)[:4]
    drawn = np.vstack([*(place + 0.15 * rng.normal(size=(40, 8)) for place in places), rng.normal(size=(60, 8))])
    centred = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)
    found = merged(centred, settled(centred, cores(centred)))
    assert 4 <= found.max() + 1 <= 8
    for at in range(4):
        own, counts = np.unique(found[40 * at : 40 * at + 40], return_counts=True)
        assert counts.max() >= 28
        assert own[counts.argmax()] != NO_THEME
    assert np.array_equal(settled(centred, found), settled(centred, settled(centred, found)))
