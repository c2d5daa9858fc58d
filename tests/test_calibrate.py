"""Calibration: what near and strange mean, measured on the catalogue itself."""

from pathlib import Path

import numpy as np
import pytest

from kadr.calibrate import (
    DEFAULT_NEAR,
    MOST_NEAR,
    NONSENSE_QUANTILE,
    OWN_QUANTILE,
    QUERY_WORDS,
    SAMPLE,
    Calibration,
    Pieces,
    calibrate,
    nonsense,
    pieces,
)
from kadr.encode.embedded import EXTRA_AXES, EmbeddedEncoder
from kadr.encode.encoder import Role
from kadr.encode.fit import fit_embedded
from kadr.encode.passages import passage
from kadr.film import Description, Film
from kadr.index.vectors import VectorIndex, write_vectors
from kadr.search.rank import nearness
from kadr.text import language_of
from kadr.weigh import in_memory

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


def calibrated(films: list[Film], vectors: VectorIndex, encoder: EmbeddedEncoder, seed: int = 0) -> Calibration:
    asked = pieces(films, seed)
    queries, nothing = (encoder.encode(texts, Role.QUERY) for texts in (asked.texts, asked.nonsense))
    return calibrate(asked, vectors, queries, nothing)


def test_the_same_catalogue_gives_the_same_numbers(tmp_path: Path) -> None:
    films = catalogue(40)
    vectors, encoder = indexed(tmp_path, films)
    first = calibrated(films, vectors, encoder)
    assert calibrated(films, vectors, encoder) == first
    assert calibrated(films, vectors, encoder, seed=1) != first


def test_the_own_film_counts_as_near_and_a_strange_one_as_far(tmp_path: Path) -> None:
    films = catalogue(40)
    vectors, encoder = indexed(tmp_path, films)
    found = calibrated(films, vectors, encoder)
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
    found = calibrated(films, vectors, encoder)
    texts = nonsense(200, seed=99)
    best = [float(vectors.cosines(encoder.encode([text], Role.QUERY)[0]).max()) for text in texts]
    near = nearness(np.array(best, dtype=np.float32), found.floor, found.ceiling)
    assert np.mean(near < found.near) >= NONSENSE_QUANTILE - 0.02


def test_floor_and_ceiling_are_quantiles_of_strange_and_own_films(tmp_path: Path) -> None:
    films = catalogue(6)
    vectors, encoder = indexed(tmp_path, films)
    own: list[float] = []
    strange: list[float] = []
    asked = pieces(films)
    for row, piece in zip(asked.rows, asked.texts, strict=True):
        for other, cosine in enumerate(vectors.cosines(encoder.encode([piece], Role.QUERY)[0]).tolist()):
            (own if other == row else strange).append(cosine)
    found = calibrated(films, vectors, encoder)
    assert found.floor == pytest.approx(np.median(strange), abs=1e-6)
    assert found.ceiling == pytest.approx(np.quantile(own, OWN_QUANTILE), abs=1e-6)


def unlike(films: int) -> list[Film]:
    """Return films that each have their own mixture of 300 words, so that no two are near."""
    rng = np.random.default_rng(7)
    stories = [" ".join(f"слово{n}" for n in rng.integers(0, 300, 30)) for _ in range(films)]
    return [Film(id=f"{i:02}", title="Фильм", descriptions=(Description(text),)) for i, text in enumerate(stories)]


def test_where_nonsense_passes_for_a_film_no_film_is_near_to_unknown_words(tmp_path: Path) -> None:
    films = unlike(40)
    vectors, encoder = indexed(tmp_path, films)
    assert calibrated(films, vectors, encoder).near < MOST_NEAR
    asked = pieces(films)
    queries, nothing = (encoder.encode(texts, Role.QUERY) for texts in (asked.texts, asked.nonsense))
    # An encoder that takes every text of unknown words for one certain film.
    nothing[nothing[:, -EXTRA_AXES] > 0.99] = encoder.encode([passage(films[0])], Role.PASSAGE)[0]
    found = calibrate(asked, vectors, queries, nothing)
    assert found.near == calibrated(films, vectors, encoder).near
    assert found.sure > 1


def test_a_text_without_a_vector_is_left_out_and_nonsense_without_one_finds_nothing(tmp_path: Path) -> None:
    films = unlike(40)
    vectors, encoder = indexed(tmp_path, films)
    asked = pieces(films)
    queries, nothing = (encoder.encode(texts, Role.QUERY) for texts in (asked.texts, asked.nonsense))
    some = Pieces(asked.texts[1:], asked.rows[1:], asked.nonsense)
    queries[0] = np.nan
    assert calibrate(asked, vectors, queries, nothing) == calibrate(some, vectors, queries[1:], nothing)
    # The nonsense of this encoder is at a right angle to every film: that finds nothing, too.
    assert calibrate(asked, vectors, queries, np.full_like(nothing, np.nan)) == calibrate(
        asked, vectors, queries, nothing
    )
    queries[:] = np.nan
    assert calibrate(asked, vectors, queries, nothing) == Calibration(0.0, 1.0, DEFAULT_NEAR, DEFAULT_NEAR)


def test_films_without_a_vector_take_no_part(tmp_path: Path) -> None:
    films = unlike(40)
    _, encoder = indexed(tmp_path, films)
    asked = pieces(films)
    queries, nothing = (encoder.encode(texts, Role.QUERY) for texts in (asked.texts, asked.nonsense))
    matrix = encoder.encode([passage(film) for film in films], Role.PASSAGE)
    void = np.arange(40) % 3 == 0
    norms = write_vectors(tmp_path / "some", matrix, [film.id for film in films], void)
    left = [film for film, nothing_there in zip(films, void, strict=True) if not nothing_there]
    norms_left = write_vectors(tmp_path / "left", matrix[~void], [film.id for film in left])
    asked_left = Pieces(
        tuple(text for text, row in zip(asked.texts, asked.rows, strict=True) if not void[row]),
        tuple(range(len(left))),
        asked.nonsense,
    )
    found = calibrate(asked, VectorIndex.open(tmp_path / "some", norms), queries, nothing)
    assert found == calibrate(asked_left, VectorIndex.open(tmp_path / "left", norms_left), queries[~void], nothing)


def test_pieces_are_runs_of_words_of_their_films_and_no_more_than_asked_for() -> None:
    films = [*catalogue(30), Film(id="short", title="Кратко", descriptions=(Description("Слов мало."),))]
    asked = pieces(films, sample=20)
    assert len(asked.texts) == len(asked.rows) == len(asked.nonsense) == 20
    assert list(asked.rows) == sorted(set(asked.rows))
    assert all(text in films[row].description for text, row in zip(asked.texts, asked.rows, strict=True))
    assert {len(text.split()) for text in asked.texts} == {QUERY_WORDS}
    assert pieces(films).rows == tuple(range(30))
    assert pieces([]) == Pieces((), (), ())
    bare = pieces([Film(id="a", title="Пусто")], sample=20)
    assert (bare.texts, bare.rows, bare.nonsense) == ((), (), asked.nonsense)


def test_what_nonsense_reaches_is_measured_of_titles_alone() -> None:
    """An encoder that reads letters brings any near to some title, and nothing of the films says how near."""
    films = [Film(id=title, title=title) for title in ("Маяк", "Пекарня", "Поезд")]
    nothing = np.tile(np.array([0.8, 0.6, 0, 0], dtype=np.float32), (20, 1))
    found = calibrate(pieces(films), in_memory(np.eye(3, 4, dtype=np.float32)), nothing[:0], nothing)
    assert (found.floor, found.ceiling, found.near) == (0, 1, DEFAULT_NEAR)
    assert found.sure == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize("films", [catalogue(1), catalogue(6, words=5), [Film(id=i, title=i) for i in "abc"]])
def test_too_little_text_gives_the_default(tmp_path: Path, films: list[Film]) -> None:
    vectors, encoder = indexed(tmp_path, films)
    assert calibrated(films, vectors, encoder) == Calibration(0.0, 1.0, DEFAULT_NEAR, DEFAULT_NEAR)


def test_films_that_are_all_alike_still_give_a_scale(tmp_path: Path) -> None:
    films = [Film(id=i, title="Маяк", descriptions=(Description(THEMES[0] + " и ещё три слова"),)) for i in "abcd"]
    vectors, encoder = indexed(tmp_path, films)
    found = calibrated(films, vectors, encoder)
    assert found.ceiling > found.floor
    assert 0 < found.near <= 1


def test_nonsense_is_words_of_random_letters_in_both_scripts() -> None:
    texts = nonsense(SAMPLE, seed=0)
    assert texts == nonsense(SAMPLE, seed=0) != nonsense(SAMPLE, seed=1)
    assert len(texts) == SAMPLE
    assert [language_of(text) for text in texts] == ["ru", "en"] * (SAMPLE // 2)
    assert all(1 <= len(text.split()) <= 4 and all(3 <= len(w) <= 9 for w in text.split()) for text in texts)
