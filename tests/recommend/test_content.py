from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kadr.errors import QueryError
from kadr.film import Film
from kadr.index.vectors import VectorIndex, int8_rows, write_vectors
from kadr.recommend.content import CANDIDATES, ByContent, ruled_out, whole_vectors
from kadr.recommend.fold_in import DISLIKED, HALF_LIFE, PUSH, fold
from kadr.recommend.recommender import Recommender
from kadr.recommend.types import Event, Recommended
from kadr.search.types import Filters
from tests.recommend.small import FLOOR_COSINE, FULL_COSINE, films_of, recommend, recommender_of, vectors_of

COUNT = 300
VECTORS = vectors_of(COUNT)
COMEDY = Filters(genres_any=("комедия",))
HISTORY = [Event(f"f{i:04}", "liked") for i in (6, 12, 1, 31, 120)] + [Event("f0003", "disliked")]


@pytest.fixture(scope="module")
def recommender(tmp_path_factory: pytest.TempPathFactory) -> Recommender:
    return recommender_of(tmp_path_factory.mktemp("content"), films_of(COUNT), VECTORS)


def ids(found: Recommended) -> list[str]:
    return [item.film.id for item in found.items]


def row(film_id: str) -> int:
    return int(film_id[1:])


def nearness_of(a: int, b: int) -> float:
    """Return the nearness of two films, from their rounded vectors, in plain arithmetic."""
    u, v = (int8_rows(VECTORS[at][None])[0][0].astype(np.float64) for at in (a, b))
    cosine = float(u @ v / np.sqrt((u @ u) * (v @ v)))
    return min(max((cosine - FLOOR_COSINE) / (FULL_COSINE - FLOOR_COSINE), 0.0), 1.0)


def brute_parts(target: int) -> dict[str, float]:
    """Return what each film of HISTORY gives to the score of a film, by its definition."""
    fades = [0.5 ** (age / HALF_LIFE) for age in range(len(HISTORY) - 1, -1, -1)]
    weights = [fade * (1.0 if event.kind == "liked" else -PUSH) for fade, event in zip(fades, HISTORY, strict=True)]
    total = sum(weight for weight in weights if weight > 0)
    fame = (1 + np.log1p(10_000 // (1 + target)) / np.log1p(10_000)) / 2
    return {
        event.film: weight / total * nearness_of(row(event.film), target) * fame
        for weight, event in zip(weights, HISTORY, strict=True)
    }


@pytest.mark.parametrize("filters", [Filters(), COMEDY])
def test_scores_are_the_sum_of_exact_parts(recommender: Recommender, filters: Filters) -> None:
    found = recommend(recommender, HISTORY, k=100, filters=filters, diversity=0)
    assert found.mode == "personal"
    for item in found.items:
        parts = brute_parts(row(item.film.id))
        assert item.score == pytest.approx(sum(parts.values()), abs=1e-5)
        assert sum(reason.share for reason in item.because) == pytest.approx(1)
        assert [reason.share for reason in item.because] == sorted((r.share for r in item.because), reverse=True)
        told = {reason.film_id: reason.share * item.score for reason in item.because}
        assert told == pytest.approx({film: part for film, part in parts.items() if part}, abs=1e-5)
        assert all(reason.title == f"Картина {row(reason.film_id)}" for reason in item.because)


def test_the_best_films_are_those_of_a_brute_force_search(recommender: Recommender) -> None:
    seen = {row(event.film) for event in HISTORY}
    scores = {
        target: sum(brute_parts(target).values())
        for target in range(COUNT)
        if target not in seen and target % 3 == 0 and nearness_of(3, target) < DISLIKED
    }
    best = sorted((t for t in scores if scores[t] > 0), key=lambda t: -scores[t])
    found = recommend(recommender, HISTORY, k=100, filters=COMEDY, diversity=0)
    assert [row(film) for film in ids(found)] == best[:100]
    assert any(nearness_of(3, t) >= DISLIKED for t in range(COUNT) if t not in seen)  # the rule had work to do


@pytest.mark.parametrize("diversity", [0, 0.3, 1])
def test_pages_make_one_long_list(recommender: Recommender, diversity: float) -> None:
    whole = [recommend(recommender, HISTORY, k=100, offset=at, diversity=diversity) for at in (0, 100, 200)]
    pages = [recommend(recommender, HISTORY, k=7, offset=at, diversity=diversity) for at in range(0, COUNT, 7)]
    together = [item for page in pages for item in page.items]
    assert together == [item for page in whole for item in page.items]
    assert [item.rank for item in together] == list(range(1, len(together) + 1))
    assert len({item.film.id for item in together}) == len(together) > 150


def test_diversity_brings_films_of_other_groups(recommender: Recommender) -> None:
    history = [Event("f0006", "liked"), Event("f0012", "liked"), Event("f0001", "rated", 7)]

    def crowding(diversity: float) -> float:
        rows = [row(film) for film in ids(recommend(recommender, history, diversity=diversity))]
        return float(np.mean([nearness_of(a, b) for a in rows for b in rows if a < b]))

    assert crowding(0) > crowding(0.5) > crowding(1)
    first = {ids(recommend(recommender, history, diversity=diversity))[0] for diversity in (0, 0.3, 1)}
    assert len(first) == 1


def test_filters_come_before_the_scores(recommender: Recommender) -> None:
    found = recommend(recommender, HISTORY, k=20, filters=Filters(year_from=1960, year_to=1962))
    assert len(found.items) > 10
    assert all(item.film.year in {1960, 1961, 1962} for item in found.items)
    assert recommend(recommender, HISTORY, filters=Filters(year_from=2050)).items == ()


def test_seen_films_do_not_come_again(recommender: Recommender) -> None:
    kinds = [Event("f0007", "watched"), Event("f0018", "rated", 5), Event("f0024", "disliked"), Event("f0000", "liked")]
    for history in (kinds, kinds[:3]):
        shown = {film for at in range(0, COUNT, 100) for film in ids(recommend(recommender, history, k=100, offset=at))}
        assert not shown & {event.film for event in history}


@pytest.mark.parametrize(
    "history",
    [[], [Event("gone", "liked")], [Event("f0003", "disliked")], [Event("f0003", "rated", 5)]],
    ids=["none", "unknown", "disliked", "neither"],
)
def test_without_a_liking_the_best_known_come(recommender: Recommender, history: list[Event]) -> None:
    found = recommend(recommender, history, k=30, filters=COMEDY)
    assert found.mode == "popular"
    assert found.unknown == (("gone",) if history and history[0].film == "gone" else ())
    known = recommender.columns.popularity[[row(film) for film in ids(found)]]
    assert (np.diff(known) <= 0).all()
    assert all("комедия" in item.film.genres and item.because == () for item in found.items)
    if history and history[0].kind == "disliked":
        assert all(nearness_of(3, row(film)) < DISLIKED for film in ids(found))
    else:
        left = [r for r in range(0, COUNT, 3) if f"f{r:04}" not in {event.film for event in history}]
        assert known[0] == recommender.columns.popularity[left].max()


@pytest.mark.parametrize("liked", [[], ["f0008"]], ids=["popular", "personal"])
def test_who_dislikes_a_great_deal_is_left_with_half(recommender: Recommender, liked: list[str]) -> None:
    dislikes = [Event(f"f{i:04}", "disliked") for i in range(COUNT) if i % 4]
    history = [Event(film, "liked") for film in liked] + dislikes
    pages = [ids(recommend(recommender, history, k=20, offset=at, diversity=0)) for at in range(0, COUNT, 20)]
    whole = [ids(recommend(recommender, history, k=100, offset=at, diversity=0)) for at in range(0, COUNT, 100)]
    shown = [film for page in pages for film in page]
    assert shown == [film for page in whole for film in page]
    least = 20 if liked else (COUNT - len(history)) // 2
    assert least <= len(shown) == len(set(shown)) < COUNT - len(history)
    assert all(nearness_of(row(dislikes[-1].film), row(film)) < DISLIKED for film in shown)


def test_the_newest_dislikes_rule_out_first() -> None:
    alike = np.array([[1, 0, 0, 1], [0, 1, 1, 0], [0, 0, 1, 0], [0, 1, 1, 0]], dtype=np.bool_)
    assert ruled_out(alike).tolist() == [False, True, True, False]
    assert ruled_out(alike[:3]).tolist() == [False, True, True, False]
    assert ruled_out(alike[:1, :1]).tolist() == [False]  # of one film nothing would be left
    assert ruled_out(alike[:0]).tolist() == [False] * 4
    assert ruled_out(alike[:, :0]).tolist() == []


def test_films_without_a_vector_are_never_near(tmp_path: Path) -> None:
    void = np.zeros(60, dtype=np.bool_)
    void[[2, 8, 14]] = True
    recommender = recommender_of(tmp_path, films_of(60), VECTORS[:60], void)
    shown = ids(recommend(recommender, [Event("f0020", "liked"), Event("f0002", "liked")], k=100))
    assert shown
    assert not {"f0002", "f0008", "f0014"} & set(shown)
    popular = recommend(recommender, [Event("f0002", "liked")], k=100)
    assert popular.mode == "popular"
    assert {"f0008", "f0014"} <= set(ids(popular))


def test_one_film_in_two_rows_comes_once_and_not_when_seen(tmp_path: Path) -> None:
    films, vectors = films_of(60), VECTORS[:60].copy()
    twin = Film(id="f0060", title="КАРТИНА 6", year=films[6].year, genres=films[6].genres, rating=9, votes=5)
    namesake = Film(id="f0061", title="Картина 6", year=2020, rating=6, votes=5)
    vectors = np.vstack([vectors, vectors[6] + 0.01, vectors[6] + 0.02])
    recommender = recommender_of(tmp_path, [*films, twin, namesake], vectors)
    for history in ([Event("f0012", "liked")], []):
        shown = ids(recommend(recommender, history, k=100, diversity=0))
        assert len({"f0006", "f0060"} & set(shown)) == 1
        assert "f0061" in shown
    for seen in ("f0006", "f0060"):
        shown = ids(recommend(recommender, [Event(seen, "liked")], k=100))
        assert not {"f0006", "f0060"} & set(shown)
        assert "f0061" in shown


def test_films_of_several_passages_are_compared_whole(tmp_path: Path) -> None:
    starts = np.arange(61, dtype=np.uint32) * 3
    noise = np.random.default_rng(5).normal(size=(180, VECTORS.shape[1])).astype(np.float32)
    noise[::3] = VECTORS[:60]
    several = recommender_of(tmp_path, films_of(60), noise, starts=starts)
    (tmp_path / "one").mkdir()
    single = recommender_of(tmp_path / "one", films_of(60), VECTORS[:60])
    history = [Event("f0006", "liked"), Event("f0001", "disliked")]
    assert recommend(several, history, k=50) == recommend(single, history, k=50)


def test_a_film_whose_whole_has_no_vector_is_its_first_passage(tmp_path: Path) -> None:
    vectors = np.eye(6, dtype=np.float32)
    void = np.array([True, False, False, True, True, False])
    norms = write_vectors(tmp_path / "v.usearch", vectors, ["a", "b"], void, np.array([0, 3, 6], dtype=np.uint32))
    whole = whole_vectors(VectorIndex.open(tmp_path / "v.usearch", norms))
    assert whole.n_films == 2
    assert whole.vector(0).argmax() == 1
    assert whole.vector(1).argmax() == 5


def test_in_a_large_catalogue_the_best_are_found_among_the_nearest(tmp_path: Path) -> None:
    count = CANDIDATES + 300
    recommender = recommender_of(tmp_path, films_of(count), vectors_of(count))
    taste = fold(HISTORY, recommender.table.row_of, recommender.content.vectors.is_void)
    for filters, step in ((Filters(), 1), (COMEDY, 3)):
        rows = np.setdiff1d(np.arange(0, count, step), taste.seen)
        best = rows[np.argsort(-ByContent(recommender.content, taste).scores(rows), kind="stable")[:50]]
        found = recommend(recommender, HISTORY, k=50, filters=filters, diversity=0)
        assert [row(film) for film in ids(found)] == best.tolist()
    assert len(recommend(recommender, HISTORY, k=100, offset=900).items) == 100
    assert recommend(recommender, HISTORY, k=100, offset=CANDIDATES).items == ()


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        (lambda r: recommend(r, [], k=0), "k"),
        (lambda r: recommend(r, [], k=101), "k"),
        (lambda r: recommend(r, [], offset=-1), "offset"),
        (lambda r: recommend(r, [], diversity=1.1), "diversity"),
        (lambda r: recommend(r, [], diversity=float("nan")), "diversity"),
        (lambda r: recommend(r, [], filters=Filters(year_from=2000, year_to=1990)), "year_from"),
        (lambda r: recommend(r, [Event("f0001", "rated", 11)]), r"history\[0\]\.value"),
    ],
)
def test_what_cannot_be_asked(recommender: Recommender, ask: Callable[[Recommender], Recommended], field: str) -> None:
    with pytest.raises(QueryError, match=f"^{field}: "):
        ask(recommender)


def test_an_empty_catalogue_recommends_nothing(tmp_path: Path) -> None:
    recommender = recommender_of(tmp_path, [], np.empty((0, 4), dtype=np.float32))
    found = recommend(recommender, [Event("f1", "liked")])
    assert (found.items, found.mode, found.unknown) == ((), "popular", ("f1",))
