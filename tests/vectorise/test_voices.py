from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kadr.film import Description, Film
from kadr.vectorise.voices import LEAST, Voices

DIM = 64
PLOTS = np.eye(DIM, dtype=np.float32)[2:]
LEADS, OVERVIEWS = np.eye(DIM, dtype=np.float32)[:2]
Vectors = NDArray[np.float32]


def unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def told(voice: Vectors, count: int) -> Vectors:
    """Return vectors of plots, each told in one voice, which is louder than they are."""
    return unit(PLOTS[np.arange(count) % len(PLOTS)] + 1.5 * voice)


def films(*voices: tuple[str, str, int]) -> list[Film]:
    """Return films by source, language and number."""
    return [
        Film(id=f"{source}:{language}:{i}", title="x", descriptions=(Description("y", source, language),))
        for source, language, count in voices
        for i in range(count)
    ]


def plain(catalogue: Sequence[Film], vectors: Vectors) -> Vectors:
    rows = np.arange(len(catalogue))
    return Voices.of(catalogue, vectors, rows).without(vectors, rows)


def nearest(asked: Vectors, vectors: Vectors) -> list[int]:
    return (asked @ vectors.T).argmax(axis=1).tolist()  # type: ignore[no-any-return]


def test_a_plot_is_nearest_to_the_same_plot_in_another_voice() -> None:
    count = 4 * len(PLOTS)
    assert count >= LEAST
    catalogue = films(("leads", "en", count), ("overviews", "en", count))
    vectors = np.concatenate((told(LEADS, count), told(OVERVIEWS, count)))
    asked, own = vectors[count : count + len(PLOTS)], [*range(len(PLOTS))]
    others = np.delete(np.arange(2 * count), np.arange(count, 2 * count, len(PLOTS)))
    assert not set(nearest(asked[:1], vectors[others])) & set(range(count))  # the voice decides
    found = plain(catalogue, vectors)
    assert nearest(asked, found[:count]) == own
    # The first plot in the other voice is nearer than any other plot in its own.
    assert others[nearest(asked[:1], found[others])[0]] % len(PLOTS) == 0


def test_languages_of_one_source_are_voices_apart_and_their_means_become_one() -> None:
    catalogue = films(("ours", "ru", LEAST), ("ours", "en", LEAST))
    vectors = np.concatenate((told(LEADS, LEAST), told(OVERVIEWS, LEAST)))
    one, other = plain(catalogue, vectors).reshape(2, LEAST, DIM).mean(axis=1)
    assert np.abs(one - other).max() < 1e-5
    assert np.abs(np.subtract(*vectors.reshape(2, LEAST, DIM).mean(axis=1))).max() > 0.5


def test_a_voice_of_few_films_and_one_of_all_stay_as_they_are() -> None:
    few = films(("leads", "en", LEAST - 1), ("overviews", "en", LEAST))
    vectors = np.concatenate((told(LEADS, LEAST - 1), told(OVERVIEWS, LEAST)))
    assert np.allclose(plain(few, vectors)[: LEAST - 1], vectors[: LEAST - 1], atol=1e-6)
    assert not np.allclose(plain(few, vectors)[LEAST - 1 :], vectors[LEAST - 1 :], atol=1e-2)
    assert np.allclose(plain(films(("leads", "en", LEAST)), told(LEADS, LEAST)), told(LEADS, LEAST), atol=1e-6)


def test_what_has_no_vector_has_none_afterwards_and_says_nothing_of_a_voice() -> None:
    catalogue = films(("leads", "en", LEAST + 5), ("overviews", "en", LEAST))
    vectors = np.concatenate((told(LEADS, LEAST + 5), told(OVERVIEWS, LEAST)))
    kept = np.r_[5 : len(vectors)]
    vectors[:5] = 0
    found = plain(catalogue, vectors)
    assert not found[:5].any()
    assert np.allclose(found[5:], plain([catalogue[i] for i in kept], vectors[kept]), atol=1e-6)
    voices = Voices.of(catalogue, vectors, np.arange(len(vectors)))
    assert np.isnan(voices.without(np.full((1, DIM), np.nan, dtype=np.float32), np.array([0]))).all()


def test_windows_lose_the_voice_of_their_film_which_its_whole_tells() -> None:
    catalogue = films(("leads", "en", LEAST), ("overviews", "en", LEAST))
    wholes = np.concatenate((told(LEADS, LEAST), told(OVERVIEWS, LEAST)))
    passages, of_film = np.repeat(wholes, 2, axis=0), np.repeat(np.arange(2 * LEAST), 2)
    passages[1::2] = PLOTS[0]
    voices = Voices.of(catalogue, passages, np.arange(0, len(passages), 2))
    assert np.allclose(voices.apart, Voices.of(catalogue, wholes, np.arange(2 * LEAST)).apart)
    found = voices.without(passages, of_film)
    voices.take_out(passages, of_film)
    assert np.array_equal(found, passages)
    assert np.allclose(found[::2], plain(catalogue, wholes), atol=1e-6)
    assert not np.allclose(found[1], found[-1], atol=1e-2)


@given(seed=st.integers(0, 2**32 - 1))
def test_vectors_are_of_length_one_and_the_order_of_films_is_nothing_to_them(seed: int) -> None:
    draw = np.random.default_rng(seed)
    catalogue = films(("leads", "en", LEAST), ("overviews", "en", LEAST), ("", "", 3))
    vectors = unit(draw.normal(size=(len(catalogue), DIM)).astype(np.float32))
    found = plain(catalogue, vectors)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    order = draw.permutation(len(catalogue))
    assert np.allclose(plain([catalogue[i] for i in order], vectors[order]), found[order], atol=1e-5)
