"""Fitting a projection: which sentences it looks at, and what it makes of directions that tell no film."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kadr.film import Description, Film
from kadr.vectorise.projecting import LEAST_WORDS, Parts, fit_projection


def film(number: int, *texts: str) -> Film:
    return Film(id=f"f{number}", title=f"Имя{number}", descriptions=tuple(map(Description, texts)))


Vectors = NDArray[np.float32]
TWO = "Сторож находит у моря ящик. Ночью из ящика слышится голос!"
THREE = "Две сестры открыли пекарню. Ура! Утром к ним пришёл волк? Хлеба он не ест."


def test_parts_are_the_sentences_of_films_that_have_several() -> None:
    parts = Parts.of([film(0, TWO), film(1, "Одна длинная фраза без продолжения."), film(2), film(3, THREE)])
    assert parts.rows.tolist() == [0, 0, 3, 3, 3]
    assert all(len(text.split()) >= LEAST_WORDS for text in parts.texts)
    assert {*parts.texts} == {
        "Сторож находит у моря ящик.",
        "Ночью из ящика слышится голос!",
        "Две сестры открыли пекарню.",
        "Утром к ним пришёл волк?",
        "Хлеба он не ест.",
    }


def test_sentences_of_several_descriptions_are_of_one_film() -> None:
    assert Parts.of([film(0, "Сторож находит у моря ящик.", "A keeper finds a box.")]).rows.tolist() == [0, 0]


def test_films_that_are_set_aside_take_no_part() -> None:
    assert Parts.of([film(0, TWO), film(1, THREE)], aside={1: "anything"}).rows.tolist() == [0, 0]
    none = Parts.of([film(0, TWO)], aside=[0])
    assert none.texts == ()
    assert none.rows.shape == (0,)


def test_of_many_sentences_some_are_taken_and_another_film_changes_few() -> None:
    films = [film(number, TWO.replace("ящик", f"ящик{number}")) for number in range(100)]
    some = Parts.of(films, most=60)
    assert len(some.texts) == 60
    assert some.rows.max() > 60, "of all films, not of the first"
    assert some.texts == Parts.of(films, most=60).texts
    again = {(films[row].id, text) for row, text in zip(some.rows, some.texts, strict=True)}
    fewer = Parts.of(films[1:], most=60)
    assert len(again & {(films[row + 1].id, text) for row, text in zip(fewer.rows, fewer.texts, strict=True)}) >= 58


def unit(vectors: NDArray[np.floating]) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def told(seed: int, films: int = 200, size: int = 12) -> tuple[Vectors, Vectors, NDArray[np.int64]]:
    """Return films, two sentences of each, and their rows: sentences differ from their films in the last half alone."""
    rng = np.random.default_rng(seed)
    meant = rng.normal(size=(films, size))
    meant[:, size // 2 :] = 0
    noise = rng.normal(size=(3, films, size))
    noise[:, :, : size // 2] = 0
    whole, *parts = (unit(meant + 2 * one) for one in noise)
    return whole, np.concatenate(parts), np.tile(np.arange(films), 2)


def found(films: Vectors, parts: Vectors, rows: NDArray[np.int64]) -> float:
    return float(np.mean((parts @ films.T).argmax(axis=1) == rows))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_a_direction_in_which_a_film_s_own_sentences_differ_is_made_fainter(seed: int) -> None:
    films, parts, rows = told(seed)
    project = fit_projection(films, parts[:200], rows[:200], 6)
    others = parts[200:]  # sentences that were not looked at
    assert found(films, others, rows[200:]) < 0.6
    assert found(project(films), project(others), rows[200:]) > 0.9


def test_the_same_input_gives_the_same_bits() -> None:
    films, parts, rows = told(1)
    one, other = (fit_projection(films, parts, rows, 6) for _ in range(2))
    assert np.array_equal(one.matrix, other.matrix)


@pytest.mark.parametrize("count", [1, 2, 40])
def test_without_sentences_the_cosines_of_films_stay(count: int) -> None:
    films = unit(np.random.default_rng(5).normal(size=(count, 60)))
    projected = fit_projection(films, np.empty((0, 60), np.float32), np.empty(0, np.int64), 48)(films)
    assert projected.shape == (count, 48)
    assert np.allclose(projected @ projected.T, films @ films.T, atol=2e-3)


def test_few_sentences_are_believed_little() -> None:
    rng = np.random.default_rng(6)
    films = unit(rng.normal(size=(40, 60)))
    parts = unit(films[:2] + 2 * rng.normal(size=(2, 60)))
    projected = fit_projection(films, parts, np.arange(2), 60)(films)
    assert np.allclose(projected @ projected.T, films @ films.T, atol=0.15)


def test_numbers_are_of_one_size() -> None:
    """A number far above the others leaves eight bits of the others little."""
    rng = np.random.default_rng(8)
    films = unit(rng.normal(size=(500, 60)) * np.geomspace(5, 0.1, 60))
    projected = fit_projection(films, np.empty((0, 60), np.float32), np.empty(0, np.int64), 32)(films)
    sizes = np.sqrt((projected**2).mean(axis=0))
    assert sizes.max() < 2 * sizes.min()


def test_a_film_without_a_vector_takes_no_part() -> None:
    films, parts, rows = told(2)
    more = np.concatenate((films, np.zeros((3, films.shape[1]), np.float32)))
    one, other = (fit_projection(these, parts, rows, 6) for these in (films, more))
    assert np.array_equal(one.matrix, other.matrix)
    nothing = fit_projection(np.zeros((2, 12), np.float32), np.empty((0, 12), np.float32), np.empty(0, np.int64), 6)
    assert np.isfinite(nothing.matrix).all()
