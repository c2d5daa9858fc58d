from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from kadr.film import Film
from kadr.index.places import Places
from kadr.themes.places import FEWEST, make_places
from tests.themes.worlds import WORLDS, catalogue, film, vectors_of, world_of

FILMS = catalogue(per_world=24)
FAME = np.linspace(1, 0, len(FILMS), dtype=np.float32)


def drawn(films: Sequence[Film], before: Places | None = None, turn: int = 0) -> Places:
    return make_places(vectors_of(films, turn), films, FAME[: len(films)], before)


@pytest.fixture(scope="module")
def first() -> Places:
    return drawn(FILMS)


def together(films: Sequence[Film], at: NDArray[np.float32]) -> float:
    """Return the share of films whose nearest film on the map tells of the same subject."""
    apart = np.square(at[:, None] - at).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    worlds = [world_of(each) for each in films]
    return float(np.mean([worlds[i] == worlds[j] for i, j in enumerate(apart.argmin(axis=1).tolist())]))


def middles(films: Sequence[Film], at: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the middle of each subject on the map, (subjects, 2)."""
    worlds = np.array([world_of(each) for each in films])
    return np.array([at[worlds == world].mean(axis=0) for world in WORLDS], dtype=np.float32)


def test_near_films_lie_together_in_the_unit_square(first: Places) -> None:
    assert first.drawn
    assert first.at.dtype == np.float32
    assert first.at.shape == (len(FILMS), 2)
    assert first.at.min() >= 0
    assert first.at.max() <= 1
    assert np.ptp(first.at, axis=0).max() == pytest.approx(1)  # as large as it can be
    assert together(FILMS, first.at) > 0.95


def test_the_same_films_give_the_same_map(first: Places) -> None:
    again = drawn(FILMS)
    assert again.at.tobytes() == first.at.tobytes()
    assert again.films.tobytes() == first.films.tobytes()
    assert again.founders.tobytes() == first.founders.tobytes()


def test_a_film_without_a_vector_has_no_place() -> None:
    vectors = vectors_of(FILMS)
    vectors[3], vectors[50] = np.nan, 0
    at = make_places(vectors, FILMS, FAME).at
    assert np.flatnonzero(np.isnan(at).any(axis=1)).tolist() == [3, 50]
    assert np.isnan(at[[3, 50]]).all()


def test_a_small_catalogue_has_no_map() -> None:
    few = FILMS[: FEWEST - 1]
    assert not drawn(few).drawn
    assert drawn(few).at.shape == (len(few), 2)
    vectors = np.full((40, 3), np.nan, dtype=np.float32)
    assert not make_places(vectors, FILMS[:40], FAME[:40]).drawn


def test_vectors_that_are_all_alike_still_give_places() -> None:
    at = make_places(np.ones((40, 5), dtype=np.float32), FILMS[:40], FAME[:40]).at
    assert np.isfinite(at).all()


@pytest.mark.parametrize("turn", [0, 7], ids=["same encoder", "fitted anew"])
def test_where_few_films_change_the_others_stay(first: Places, turn: int) -> None:
    gone = {"sea-003", "circus-010"}
    newcomers = [film(world, 100) for world in WORLDS]
    films = sorted([each for each in FILMS if each.id not in gone] + newcomers, key=lambda each: each.id)
    second = make_places(vectors_of(films, turn), films, np.ones(len(films), dtype=np.float32), first)
    were = {each.id: tuple(at) for each, at in zip(FILMS, first.at.tolist(), strict=True)}
    now = {each.id: tuple(at) for each, at in zip(films, second.at.tolist(), strict=True)}
    assert {id_: at for id_, at in now.items() if id_ in were} == {id_: at for id_, at in were.items() if id_ in now}
    for world, middle in zip(WORLDS, middles(FILMS, first.at), strict=True):
        away = np.linalg.norm(middles(FILMS, first.at) - now[f"{world}-100"], axis=1)
        assert np.linalg.norm(middle - now[f"{world}-100"]) == away.min()
    assert second.founders.tobytes() == first.founders.tobytes()


def test_small_changes_add_up_to_a_new_map(first: Places) -> None:
    """A map is as old as its founders, not as the last build."""
    before, films = first, list(FILMS)
    for number in range(100, 104):
        films = sorted([*films, *(film(world, number) for world in WORLDS)], key=lambda each: each.id)
        before = make_places(vectors_of(films), films, np.ones(len(films), dtype=np.float32), before)
    assert before.founders.size > first.founders.size


def test_a_new_map_lies_as_the_old_one_did(first: Places) -> None:
    films = [each for each in FILMS if int(each.id.split("-")[1]) % 5]
    second = make_places(vectors_of(films, turn=3), films, np.ones(len(films), dtype=np.float32), first)
    assert second.founders.size == len(films)
    assert together(films, second.at) > 0.95
    old, new = middles(FILMS, first.at), middles(films, second.at)
    moved = np.linalg.norm(old - new, axis=1)
    apart = np.linalg.norm(old[:, None] - old, axis=2)[np.triu_indices(len(old), 1)]
    assert moved.max() < apart.min()


def test_a_map_of_other_meanings_is_drawn_anew(first: Places) -> None:
    """The same films under an encoder that sees something else in them."""
    strange = np.random.default_rng(1).permutation(vectors_of(FILMS))
    second = make_places(strange, FILMS, FAME, first)
    assert second.at.tobytes() != first.at.tobytes()


def test_a_bundle_without_a_map_is_no_measure() -> None:
    before = Places.none(len(FILMS))
    assert drawn(FILMS, before).at.tobytes() == drawn(FILMS).at.tobytes()
