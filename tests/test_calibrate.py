"""Calibration: what near and strange mean, measured on the catalogue itself."""

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kadr.calibrate import (
    DEFAULT_NEAR,
    MOST_NEAR,
    NONSENSE_QUANTILE,
    OWN_QUANTILE,
    SAMPLE,
    Calibration,
    _pieces,
    calibrate,
    nonsense,
)
from kadr.encode.embedded import EXTRA_AXES, EmbeddedEncoder
from kadr.encode.encoder import Profile, Role
from kadr.encode.fit import fit_embedded
from kadr.encode.passages import passage
from kadr.film import Description, Film
from kadr.index.vectors import VectorIndex, write_vectors
from kadr.search.rank import nearness
from kadr.text import language_of

THEMES = (
    "маяк смотритель берег шторм волна корабль капитан матрос якорь причал",
    "пекарня булочка сестра тюрьма побег стена охранник караул ключ подкоп",
    "астроном луна звезда телескоп орбита спутник ракета космос планета комета",
    "поезд вагон проводник станция рельсы перрон билет чемодан попутчик туннель",
)


def catalogue(films: int, words: int = 30) -> list[Film]:
    """Return films that each tell one of four themes in their own order of words."""
    rng = np.random.default_rng(7)
    return [
        Film(id=f"{i:03}", title=f"Фильм {i}", descriptions=(Description(" ".join(rng.choice(theme, words))),))
        for i in range(films)
        for theme in (THEMES[i % 4].split(),)
    ]


def indexed(folder: Path, films: list[Film]) -> tuple[VectorIndex, EmbeddedEncoder]:
    passages = [passage(film) for film in films]
    encoder = fit_embedded(passages)
    path = folder / "films.usearch"
    norms = write_vectors(path, encoder.encode(passages, Role.PASSAGE), [film.id for film in films])
    return VectorIndex.open(path, norms), encoder


def test_the_same_catalogue_gives_the_same_numbers(tmp_path: Path) -> None:
    films = catalogue(40)
    vectors, encoder = indexed(tmp_path, films)
    first = calibrate(films, vectors, encoder)
    assert calibrate(films, vectors, encoder) == first
    assert calibrate(films, vectors, encoder, seed=1) != first


def test_the_own_film_counts_as_near_and_a_strange_one_as_far(tmp_path: Path) -> None:
    films = catalogue(40)
    vectors, encoder = indexed(tmp_path, films)
    found = calibrate(films, vectors, encoder)
    assert -1 <= found.floor < found.ceiling <= 1
    assert 0.05 <= found.near <= 1
    own: list[float] = []
    strange: list[float] = []
    for row, film in enumerate(films):
        cosines = vectors.cosines(encoder.encode([film.description], Role.QUERY)[0])
        near = nearness(cosines, found.floor, found.ceiling)
        own.append(near[row])
        strange.extend(near[i] for i in range(len(films)) if i % 4 != row % 4)
    assert np.mean(own) > 0.9
    assert np.median(strange) < 0.2


def test_nonsense_is_near_to_nothing(tmp_path: Path) -> None:
    films = catalogue(40)
    vectors, encoder = indexed(tmp_path, films)
    found = calibrate(films, vectors, encoder)
    texts = nonsense(200, seed=99)
    best = [float(vectors.cosines(encoder.encode([text], Role.QUERY)[0]).max()) for text in texts]
    near = nearness(np.array(best, dtype=np.float32), found.floor, found.ceiling)
    assert np.mean(near < found.near) >= NONSENSE_QUANTILE - 0.02


def test_floor_and_ceiling_are_quantiles_of_strange_and_own_films(tmp_path: Path) -> None:
    films = catalogue(6)
    vectors, encoder = indexed(tmp_path, films)
    own: list[float] = []
    strange: list[float] = []
    for row, piece in _pieces(films, random.Random(0)):
        for other, cosine in enumerate(vectors.cosines(encoder.encode([piece], Role.QUERY)[0]).tolist()):
            (own if other == row else strange).append(cosine)
    found = calibrate(films, vectors, encoder)
    assert found.floor == pytest.approx(np.median(strange), abs=1e-6)
    assert found.ceiling == pytest.approx(np.quantile(own, OWN_QUANTILE), abs=1e-6)


class Gullible:
    """An encoder that takes every text of unknown words for one certain film."""

    def __init__(self, encoder: EmbeddedEncoder, film: str) -> None:
        self._encoder = encoder
        self._film = encoder.encode([film], Role.PASSAGE)[0]

    @property
    def profile(self) -> Profile:
        return self._encoder.profile

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        vectors = self._encoder.encode(texts, role)
        vectors[vectors[:, -EXTRA_AXES] > 0.99] = self._film
        return vectors

    def is_void(self, vector: NDArray[np.float32]) -> bool:
        return self._encoder.is_void(vector)


def test_where_nonsense_passes_for_a_film_nearness_must_be_full(tmp_path: Path) -> None:
    # Each film has its own mixture of 300 words, so that no two are near.
    rng = np.random.default_rng(7)
    stories = [" ".join(f"слово{n}" for n in rng.integers(0, 300, 30)) for _ in range(40)]
    films = [Film(id=f"{i:02}", title="Фильм", descriptions=(Description(text),)) for i, text in enumerate(stories)]
    vectors, encoder = indexed(tmp_path, films)
    assert calibrate(films, vectors, encoder).near < MOST_NEAR
    assert calibrate(films, vectors, Gullible(encoder, passage(films[0]))).near == MOST_NEAR


@pytest.mark.parametrize("films", [catalogue(1), catalogue(6, words=5), [Film(id=i, title=i) for i in "abc"]])
def test_too_little_text_gives_the_default(tmp_path: Path, films: list[Film]) -> None:
    vectors, encoder = indexed(tmp_path, films)
    assert calibrate(films, vectors, encoder) == Calibration(0.0, 1.0, DEFAULT_NEAR)


def test_films_that_are_all_alike_still_give_a_scale(tmp_path: Path) -> None:
    films = [Film(id=i, title="Маяк", descriptions=(Description(THEMES[0] + " и ещё три слова"),)) for i in "abcd"]
    vectors, encoder = indexed(tmp_path, films)
    found = calibrate(films, vectors, encoder)
    assert found.ceiling > found.floor
    assert 0 < found.near <= 1


def test_nonsense_is_words_of_random_letters_in_both_scripts() -> None:
    texts = nonsense(SAMPLE, seed=0)
    assert texts == nonsense(SAMPLE, seed=0) != nonsense(SAMPLE, seed=1)
    assert len(texts) == SAMPLE
    assert [language_of(text) for text in texts] == ["ru", "en"] * (SAMPLE // 2)
    assert all(1 <= len(text.split()) <= 4 and all(3 <= len(w) <= 9 for w in text.split()) for text in texts)
