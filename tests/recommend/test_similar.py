from pathlib import Path

import numpy as np
import pytest

from kadr.errors import QueryError
from kadr.film import Film
from kadr.recommend.features import Features
from kadr.recommend.similar import Likeness
from kadr.recommend.types import ALIKE, Shared, Similar
from kadr.search.types import Filters
from tests.recommend.small import LEG, ratings_of, recommender_of, vectors_of

COUNT, RATED, VOID = 100, 80, 5
VECTORS = vectors_of(COUNT)
NO_VECTOR = np.arange(COUNT) == VOID


def films() -> list[Film]:
    made = [
        Film(
            id=f"f{i:04}",
            title=f"Слово{i}",
            year=1950 + i % 60,
            genres=("комедия",) if i % 3 == 0 else ("драма", "детектив"),
            directors=(f"Постановщик {i % 30}",),
            actors=(f"Актриса {i % 7}", f"Актёр {i}"),
            countries=("Франция",),
            rating=5 + i % 5,
            votes=10_000 // (1 + i),
        )
        for i in range(COUNT)
    ]
    for at, title in ((6, "Маяк"), (12, "Маяк 2"), (18, "Маяк: Начало"), (36, "Порт"), (42, "Порт III")):
        made[at] = Film(id=made[at].id, title=title, year=made[at].year, genres=("комедия",), directors=("А. Ветров",))
    return made


FILMS = films()


@pytest.fixture(scope="module")
def likeness(tmp_path_factory: pytest.TempPathFactory) -> Likeness:
    folder = tmp_path_factory.mktemp("similar")
    made = recommender_of(folder, FILMS, VECTORS, NO_VECTOR, ratings=ratings_of(COUNT, RATED))
    return Likeness.of(made, made.content.vectors, LEG)


def ask(likeness: Likeness, film: str, k: int = 10, by: str = "fused", sequels: bool = True) -> tuple[Similar, ...]:
    return likeness.similar(film, k, by, Filters(), sequels=sequels)  # type: ignore[arg-type]  # one of ALIKE, or not


def rows(found: tuple[Similar, ...]) -> list[int]:
    return [int(hit.film.id[1:]) for hit in found]


def feature_score(row: int, other: int) -> float:
    """Return the share of what a film could share that another one does, by the definition."""

    def had(film: Film) -> set[tuple[str, str]]:
        kinds = {"d": film.directors, "a": film.actors, "g": film.genres, "c": film.countries}
        return {(kind, value) for kind, values in kinds.items() for value in values}

    def worth(value: tuple[str, str]) -> float:
        count = sum(value in had(film) for film in FILMS)
        return float(np.log(COUNT / count)) if count > 1 else 0.0

    def near(film: Film) -> float:
        return max(0.0, 1 - abs((film.year or 0) - (FILMS[row].year or 0)) / 10)

    of_year = float(np.log(COUNT / sum(near(film) > 0 for film in FILMS)))
    shared = sum(map(worth, had(FILMS[row]) & had(FILMS[other]))) + of_year * near(FILMS[other])
    return shared / (sum(map(worth, had(FILMS[row]))) + of_year)


@pytest.mark.parametrize("row", [0, 1, 12, VOID])
def test_features_count_by_their_rarity(likeness: Likeness, row: int) -> None:
    scores = Features(likeness.columns).scores(row)
    assert scores.tolist() == pytest.approx([feature_score(row, other) for other in range(COUNT)], abs=1e-6)
    assert scores[row] == pytest.approx(1)
    found = ask(likeness, f"f{row:04}", by="features")
    assert [hit.score for hit in found] == pytest.approx(sorted(np.delete(scores, row), reverse=True)[:10])


def test_what_is_shared_is_named_the_rare_first(likeness: Likeness) -> None:
    first = ask(likeness, "f0001", k=3, by="features")
    assert all(hit.reasons.shared[0] == Shared("director", "Постановщик 1") for hit in first)
    assert {int(hit.film.id[1:]) % 30 for hit in first} == {1}
    assert Shared("genre", "детектив") in first[0].reasons.shared
    assert all((hit.reasons.nearness, hit.reasons.audience) == (None, None) for hit in first)


@pytest.mark.parametrize("by", ["meaning", "audience"])
def test_vectors_are_compared_by_their_cosine(likeness: Likeness, by: str) -> None:
    ratings = ratings_of(COUNT, RATED)
    vectors = VECTORS if by == "meaning" else ratings.factors.decoded(np.arange(COUNT))
    has = ~NO_VECTOR if by == "meaning" else np.arange(COUNT) < RATED
    lengths = np.where(has, np.linalg.norm(vectors, axis=1), np.inf)
    cosines = (vectors @ vectors[20]) / lengths / lengths[20]
    cosines[20] = -1
    found = ask(likeness, "f0020", by=by)
    # int8 may swap films whose cosines are a hundredth apart
    assert cosines[rows(found)] == pytest.approx(np.sort(cosines)[::-1][:10], abs=0.01)
    assert all(has[rows(found)])
    told = [hit.reasons.nearness if by == "meaning" else hit.reasons.audience for hit in found]
    assert told == [hit.score for hit in found]


def test_the_fused_score_is_the_mean_of_shares_of_the_best(likeness: Likeness) -> None:
    alone = {
        by: {hit.film.id: hit.score for hit in ask(likeness, "f0020", k=100, by=by)} for by in ALIKE if by != "fused"
    }
    shares = {by: {film: score / max(told.values()) for film, score in told.items()} for by, told in alone.items()}
    found = ask(likeness, "f0020", k=100)
    for hit in found[:40]:
        assert hit.score == pytest.approx(np.mean([each.get(hit.film.id, 0) for each in shares.values()]), abs=1e-5)
    assert [hit.rank for hit in found] == list(range(1, len(found) + 1))
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    assert found[0].why.nearness == found[0].reasons.nearness is not None
    assert all(hit.reasons.audience is None for hit in found if int(hit.film.id[1:]) >= RATED)


def test_of_a_series_one_film_stands_and_names_the_others(likeness: Likeness) -> None:
    apart = ask(likeness, "f0000", k=100, by="features")
    together = ask(likeness, "f0000", k=100, by="features", sequels=False)
    lighthouses = {"f0006", "f0012", "f0018"}
    assert lighthouses <= {hit.film.id for hit in apart}
    assert all(hit.series == () for hit in apart)
    shown = [hit for hit in together if hit.film.id in lighthouses]
    assert len(shown) == 1
    assert {sequel.film_id for sequel in shown[0].series} == lighthouses - {shown[0].film.id}
    assert {sequel.title for sequel in shown[0].series} < {"Маяк", "Маяк 2", "Маяк: Начало"}
    first = next(hit for hit in apart if hit.film.id in lighthouses)
    assert first.film == shown[0].film
    few = ask(likeness, "f0000", k=3, by="features", sequels=False)
    assert [hit.film.id for hit in few] == [hit.film.id for hit in together[:3]]


def test_what_is_not_known_of_a_film_is_no_likeness(likeness: Likeness, tmp_path: Path) -> None:
    void = f"f{VOID:04}"
    assert ask(likeness, void, by="meaning") == ()
    assert ask(likeness, void, by="features")
    assert all(hit.reasons.nearness is None for hit in ask(likeness, void))
    assert ask(likeness, f"f{RATED:04}", by="audience") == ()
    plain = recommender_of(tmp_path, FILMS, VECTORS, NO_VECTOR)
    unrated = Likeness.of(plain, plain.content.vectors, LEG)
    assert ask(unrated, "f0020", by="audience") == ()
    assert all(hit.reasons.audience is None for hit in ask(unrated, "f0020"))
    bare = recommender_of(tmp_path, [Film(id="a", title="А"), Film(id="b", title="Б")], VECTORS[:2] * 0 + 1, None)
    assert ask(Likeness.of(bare, bare.content.vectors, LEG), "a", by="features") == ()


def test_filters_keep_films_out_and_change_no_score(likeness: Likeness) -> None:
    whole = {hit.film.id: hit.score for hit in ask(likeness, "f0020", k=100)}
    found = likeness.similar("f0020", 100, "fused", Filters(genres_any=("комедия",), year_from=1970), sequels=True)
    assert len(found) > 10
    for hit in found:
        assert "комедия" in hit.film.genres
        assert (hit.film.year or 0) >= 1970
        assert whole.get(hit.film.id, hit.score) == hit.score


def test_another_row_of_the_film_is_never_like_it(tmp_path: Path) -> None:
    twin = Film(id="f0100", title="СЛОВО20", year=FILMS[20].year, genres=FILMS[20].genres)
    again = [*FILMS, twin, Film(id="f0101", title="СЛОВО21", year=FILMS[21].year, genres=FILMS[21].genres)]
    made = recommender_of(tmp_path, again, np.vstack([VECTORS, VECTORS[20:22]]))
    likeness = Likeness.of(made, made.content.vectors, LEG)
    for film in ("f0020", "f0100"):
        for by in ("fused", "meaning", "features"):
            shown = [hit.film.id for hit in ask(likeness, film, k=100, by=by)]
            assert not {"f0020", "f0100"} & set(shown)
            assert len({"f0021", "f0101"} & set(shown)) <= 1
    assert "f0021" in [hit.film.id for hit in ask(likeness, "f0020", k=100, by="features")]


@pytest.mark.parametrize(
    ("film", "k", "by", "name"),
    [
        ("gone", 5, "fused", "film"),
        ("f0001", 0, "fused", "k"),
        ("f0001", 101, "fused", "k"),
        ("f0001", 5, "luck", "by"),
    ],
)
def test_what_is_asked_wrongly_is_named(likeness: Likeness, film: str, k: int, by: str, name: str) -> None:
    with pytest.raises(QueryError, match=f"^{name}: ") as caught:
        ask(likeness, film, k, by)
    assert by != "luck" or str(caught.value) == "by: 'luck' is none of fused, meaning, features, audience"
