"""What films share, as sparse rows."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kadr.film import Description, Film, Kind
from kadr.recommend.train.features import WORDS, features_of, side_of
from tests.recommend.train.rated_world import films


def cosines(catalogue: tuple[Film, ...]) -> NDArray[np.float32]:
    rows = features_of(catalogue)
    return np.asarray((rows @ rows.T).toarray())


def test_rows_have_length_one_and_films_that_share_more_are_nearer() -> None:
    base = Film("s:1", "Маяк", genres=("драма",), directors=("Анна Ли",), tags=("море",), year=1990)
    akin = replace(base, id="s:2", title="Шторм")
    apart = replace(base, id="s:3", title="Архив", directors=("Олег Ру",), tags=("город",))
    other = Film("s:4", "Сад", genres=("комедия",), directors=("Олег Ру",), tags=("город",), year=2020)
    bare = Film("s:5", "Мост")
    near = cosines((base, akin, apart, other, bare))
    assert np.allclose(np.diagonal(near), [1, 1, 1, 1, 0], atol=1e-6)
    assert np.isclose(near[0, 1], 1)
    assert near[0, 1] > near[0, 2] > near[0, 3] == 0
    assert near[2, 3] > 0


def test_what_few_films_share_weighs_more() -> None:
    common = tuple(Film(f"s:{at}", f"Берег {at}", countries=("СССР",), genres=("драма",)) for at in range(10))
    pair = tuple(Film(f"z:{at}", f"Маяк {at}", countries=("Куба",), genres=("драма", "вестерн")) for at in range(2))
    rows = features_of((Film("a:1", "Сад"), *common, *pair)).toarray()
    weights = np.sort(rows[-1][rows[-1] > 0])
    assert weights.size == 2 + 1  # both genres are shared, and the country
    assert np.isclose(weights[1] / weights[0], np.log(13 / 2) / np.log(13 / 12))
    assert np.isclose((weights[:2] ** 2).sum(), weights[2] ** 2)  # its genres have the say of its country


def test_names_of_genres_and_countries_are_those_of_the_vocabulary() -> None:
    assert cosines(
        (
            Film("s:1", "Маяк", genres=("comedy",), countries=("USA",)),
            Film("s:2", "Сад", genres=("комедия",), countries=("США",)),
            Film("s:3", "Мост", genres=("драма",)),
        )
    )[0, 1] > 0.999  # fmt: skip


def test_a_description_speaks_by_its_rarest_words_in_any_form() -> None:
    text = "смотритель маяка находит письмо в бутылке " + " ".join(f"слово{at}" for at in range(40))
    told = [Film("s:1", "А1", descriptions=(Description(text),)), Film("s:2", "А2", descriptions=(Description(text),))]
    rows = features_of((*told, *(Film(f"t:{at}", f"Б{at}") for at in range(30))))
    assert rows[[0]].nnz == WORDS
    inflected = features_of(
        (
            Film("s:1", "А1", descriptions=(Description("старый смотритель"),)),
            Film("s:2", "А2", descriptions=(Description("старого смотрителя"),)),
            Film("s:3", "А3"),
        )
    )
    assert np.isclose((inflected @ inflected.T).toarray()[0, 1], 1)


def test_films_of_a_sample_have_features_and_votes() -> None:
    catalogue = (*films()[:3], Film("z:9", "Пусто", votes=7, kind=Kind.FILM))
    vectors = np.array([[3, 4], [0, 0], [np.nan, np.nan], [0, 2]], dtype=np.float32)
    side = side_of(catalogue, vectors)
    assert side.features is not None
    assert side.vectors is not None
    assert side.votes is not None
    assert np.allclose(side.vectors, np.array([[0.6, 0.8], [0, 0], [0, 0], [0, 1]]))
    assert side.votes.tolist()[3] == 7
    assert np.isnan(side.votes[:3]).all()
    assert side.features.shape[0] == 4
    assert side_of(catalogue).vectors is None


@settings(max_examples=20)
@given(st.permutations(films()[:12]))
def test_the_order_of_films_plays_no_part(order: list[Film]) -> None:
    plain, mixed = cosines(films()[:12]), cosines(tuple(order))
    at = [films()[:12].index(film) for film in order]
    assert np.allclose(mixed, plain[np.ix_(at, at)], atol=1e-6)


def test_a_catalogue_that_shares_nothing_has_no_features() -> None:
    assert features_of((Film("s:1", "Маяк", genres=("драма",)), Film("s:2", "Сад"))).shape == (2, 0)
