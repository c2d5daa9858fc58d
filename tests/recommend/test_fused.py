from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.errors import BundleDamaged, QueryError
from kadr.index.arrays import save
from kadr.index.vectors import int8_rows
from kadr.recommend.card import ModelCard, Weights
from kadr.recommend.collaborative import Collaborative
from kadr.recommend.fold_in import DISLIKED, PUSH
from kadr.recommend.fused import CANDIDATES
from kadr.recommend.recommender import LEAST_CONTENT, Asked, Recommender
from kadr.recommend.types import Event, Recommended
from kadr.search.types import Filters
from tests.recommend.small import (
    CARD,
    FLOOR_COSINE,
    FULL_COSINE,
    films_of,
    ratings_of,
    recommend,
    recommender_of,
    vectors_of,
)

COUNT, RATED, VOID = 240, 180, 7
COMEDY = Filters(genres_any=("комедия",))
HISTORY = [
    *(Event(f"f{i:04}", "liked", at=float(at)) for at, i in enumerate((6, VOID, 12, 1, 31, 200))),
    Event("f0003", "disliked", at=2.5),
    Event("f0120", "rated", 8, at=3.5),
    Event("gone", "liked"),
]
VECTORS = vectors_of(COUNT)
NO_VECTOR = np.arange(COUNT) == VOID
VOTED = replace(CARD, fusion=Weights(1.0, 0.3, 0.2, 0.4))


@pytest.fixture(scope="module")
def recommender(tmp_path_factory: pytest.TempPathFactory) -> Recommender:
    folder = tmp_path_factory.mktemp("fused")
    return recommender_of(folder, films_of(COUNT), VECTORS, NO_VECTOR, ratings=ratings_of(COUNT, RATED))


@pytest.fixture(scope="module", params=["liked", "voted for"])
def mixed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Recommender, Collaborative]:
    """A recommender and its ratings: all rated films are liked, or nobody liked the ten that most voted for."""
    ratings = ratings_of(COUNT, RATED)
    if request.param == "voted for":
        fame = np.where(np.arange(COUNT) < 10, 0, ratings.fame).astype(np.float32)
        ratings = Collaborative.of(ratings.factors, fame, VOTED)
    folder = tmp_path_factory.mktemp("mixed")
    return recommender_of(folder, films_of(COUNT), VECTORS, NO_VECTOR, ratings=ratings), ratings


def ids(found: Recommended) -> list[str]:
    return [item.film.id for item in found.items]


def row(film_id: str) -> int:
    return int(film_id[1:])


def weights_of(history: Sequence[Event], half_life: float, floor: float) -> dict[int, float]:
    """Return what each film of a history counts, newest last, the liked ones adding up to 1; by the definition."""
    opinions = {"liked": 1.0, "disliked": -PUSH, "watched": 0.3}
    known = sorted((e for e in history if e.film != "gone"), key=lambda e: e.at or 0)
    weights = {
        row(e.film): (e.value / 5 - 1 if e.value is not None else opinions[e.kind])
        * max(0.5 ** ((len(known) - 1 - at) / half_life), floor)
        for at, e in enumerate(known)
    }
    total = sum(weight for weight in weights.values() if weight > 0)
    return {film: weight / total for film, weight in weights.items()}


def brute(ratings: Collaborative) -> tuple[np.ndarray, np.ndarray]:
    """Return what each film of HISTORY gives to every film, and being well known, in plain arithmetic."""
    weights = ratings.card.fusion
    everything = np.arange(COUNT)
    encoder, decoder = (
        each.astype(np.float64) for each in (ratings.factors.encoded(everything), ratings.factors.decoded(everything))
    )
    units = int8_rows(VECTORS)[0].astype(np.float64)
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    told = weights_of(HISTORY, CARD.history.half_life, CARD.history.floor)
    liked_by = np.array([max(weight, 0) * decoder @ encoder[film] for film, weight in told.items()])
    near = np.array([max(weight, 0) * (units @ units[film] - FLOOR_COSINE) for film, weight in told.items()])
    cosines = np.array([max(weight, 0) * (units @ units[film]) for film, weight in told.items() if film != VOID])
    near[list(told).index(VOID)] = 0
    near[:, VOID] = 0
    fame = ratings.fame.astype(np.float64)
    known = np.arange(COUNT) < RATED
    both = known & ~NO_VECTOR
    a = weights.collaborative / liked_by.sum(axis=0)[known].std()
    b = weights.content / cosines.sum(axis=0)[both].std()
    votes = np.log1p([film.votes or 0 for film in films_of(COUNT)])
    standing = weights.popular * fame / fame[known].std()
    standing += np.where(fame == 0, weights.votes * votes / votes[known].std(), 0)
    visitor = sum(max(weight, 0) * encoder[film] for film, weight in told.items())
    reach = np.linalg.norm(visitor) * np.linalg.norm(decoder, axis=1).max()
    ceiling = a * reach + b * (1 - FLOOR_COSINE) + standing.max()
    return (a * liked_by + b * near) / ceiling, standing / ceiling


def too_near(target: int) -> bool:
    u, v = (int8_rows(VECTORS[at][None])[0][0].astype(np.float64) for at in (3, target))
    cosine = float(u @ v / np.sqrt((u @ u) * (v @ v)))
    return target != VOID and (cosine - FLOOR_COSINE) / (FULL_COSINE - FLOOR_COSINE) >= DISLIKED


@pytest.mark.parametrize("filters", [Filters(), COMEDY])
def test_scores_and_reasons_are_those_of_the_formula(
    mixed: tuple[Recommender, Collaborative], filters: Filters
) -> None:
    recommender, ratings = mixed
    found = recommend(recommender, HISTORY, k=100, filters=filters, diversity=0)
    assert (found.mode, found.model, found.unknown) == ("personal", "fusion", ("gone",))
    parts, known = brute(ratings)
    films = [f"f{film:04}" for film in weights_of(HISTORY, 5, 0.2)]
    for item in found.items:
        target = row(item.film.id)
        assert item.score == pytest.approx(parts[:, target].sum() + known[target], abs=1e-5)
        assert item.known * item.score == pytest.approx(known[target], abs=1e-5)
        assert sum(reason.share for reason in item.because) + item.known == pytest.approx(1)
        told = {reason.film_id: reason.share * item.score for reason in item.because}
        exact = {film: part for film, part in zip(films, parts[:, target].tolist(), strict=True) if abs(part) > 1e-9}
        assert told == pytest.approx(exact, abs=1e-5)
        assert all(reason.title == f"Картина {row(reason.film_id)}" for reason in item.because)


@pytest.mark.parametrize("reasons", [0, 1, 2])
def test_the_loudest_reasons_are_named_and_the_share_of_the_others_is_told(
    mixed: tuple[Recommender, Collaborative], reasons: int
) -> None:
    whole, found = (recommend(mixed[0], HISTORY, reasons=most) for most in (1_000, reasons))
    assert any(len(item.because) > 2 for item in whole.items)
    for item, each in zip(whole.items, found.items, strict=True):
        assert (each.film.id, each.score, each.known) == (item.film.id, item.score, item.known)
        assert (each.because, item.others) == (item.because[:reasons], 0)
        assert each.others == pytest.approx(sum(reason.share for reason in item.because[reasons:]))


@pytest.mark.parametrize(("filters", "step"), [(Filters(), 1), (COMEDY, 3)])
def test_the_best_films_are_those_of_a_brute_force_search_over_all(
    mixed: tuple[Recommender, Collaborative], filters: Filters, step: int
) -> None:
    recommender, ratings = mixed
    parts, known = brute(ratings)
    scores = parts.sum(axis=0) + known
    seen = {row(event.film) for event in HISTORY if event.film != "gone"}
    allowed = [t for t in range(0, COUNT, step) if t not in seen and not too_near(t) and scores[t] > 1e-6]
    best = sorted(allowed, key=lambda t: -scores[t])
    pages = [recommend(recommender, HISTORY, k=100, offset=at, filters=filters, diversity=0) for at in (0, 100, 200)]
    assert [row(film) for page in pages for film in ids(page)] == best
    assert any(t >= RATED for t in best[:100])  # films without ratings are reached by what they tell
    assert any(too_near(t) for t in range(COUNT) if t not in seen)


@pytest.mark.parametrize("diversity", [0, 0.3])
def test_pages_make_one_list_and_a_filter_changes_no_score(recommender: Recommender, diversity: float) -> None:
    whole = recommend(recommender, HISTORY, k=60, diversity=diversity).items
    pages = [recommend(recommender, HISTORY, k=7, offset=at, diversity=diversity).items for at in range(0, 56, 7)]
    assert [item for page in pages for item in page] == list(whole[:56])
    scores = {item.film.id: item.score for item in whole}
    for item in recommend(recommender, HISTORY, k=60, filters=COMEDY, diversity=0).items:
        assert scores.get(item.film.id, item.score) == item.score


@pytest.fixture(scope="module")
def ask(recommender: Recommender) -> Callable[..., Recommended]:
    """What asks the recommender, with a short name where a property fails."""
    return partial(recommend, recommender)


EVENTS = st.builds(
    Event,
    st.integers(0, COUNT - 1).map(lambda i: f"f{i:04}"),
    st.sampled_from(["liked", "disliked", "watched"]),
)


@given(st.lists(EVENTS, max_size=12), st.sampled_from(["", "fusion", "collaborative", "content", "popular"]))
def test_whatever_is_told_shares_add_up_and_nothing_seen_comes(
    ask: Callable[..., Recommended], history: list[Event], model: str
) -> None:
    found = ask(history, model=model)
    assert not {event.film for event in history} & set(ids(found))
    assert len(found.items) == 10
    for item in found.items:
        assert 0 <= item.score <= 1
        if found.mode == "personal":
            assert sum(reason.share for reason in item.because) + item.known == pytest.approx(1)
        else:
            assert (item.because, item.known) == ((), 0)


def test_each_model_is_asked_by_its_name(recommender: Recommender) -> None:
    assert [(m.name, m.kind) for m in recommender.models] == [
        ("fusion", "ease-uw"),
        ("collaborative", "ease-uw"),
        ("content", "vectors"),
        ("popular", "ratings"),
    ]
    assert recommender.models[0].trained_on["ratings"] == 12_000
    assert recommender.models[1].figures == {"ndcg@10": 0.35}
    lists = {m.name: recommend(recommender, HISTORY, k=50, diversity=0, model=m.name) for m in recommender.models}
    assert {name: found.model for name, found in lists.items()} == {name: name for name in lists}
    assert len({tuple(ids(found)) for found in lists.values()}) == 4
    assert lists["popular"].mode == "popular"
    assert all(row(film) < RATED for film in ids(lists["collaborative"]))
    assert all(item.known == 0 for item in lists["collaborative"].items)
    assert recommend(recommender, HISTORY, k=50, diversity=0) == lists["fusion"]
    with pytest.raises(QueryError, match=r"^model: 'best' is none of fusion, collaborative, content, popular$"):
        recommend(recommender, [], model="best")


def test_content_alone_is_what_a_bundle_without_ratings_has(recommender: Recommender, tmp_path: Path) -> None:
    plain = recommender_of(tmp_path, films_of(COUNT), VECTORS, NO_VECTOR)
    assert [model.name for model in plain.models] == ["content", "popular"]
    by_name = recommend(recommender, HISTORY, k=30, model="content")
    assert recommend(plain, HISTORY, k=30) == by_name
    with pytest.raises(QueryError, match=r"^model: 'fusion' is none of content, popular$"):
        recommend(plain, HISTORY, model="fusion")


@pytest.mark.parametrize("history", [[], [Event("gone", "liked")], [Event("f0003", "disliked")]])
def test_without_a_liking_the_films_that_most_rated_come(recommender: Recommender, history: list[Event]) -> None:
    found = recommend(recommender, history, k=20, filters=COMEDY)
    assert found.mode == "popular"
    fame = ratings_of(COUNT, RATED).fame[[row(film) for film in ids(found)]]
    assert (np.diff(fame) <= 0).all()
    assert fame[0] > 0
    assert all("комедия" in item.film.genres for item in found.items)


def test_a_film_without_vector_speaks_by_its_ratings(recommender: Recommender) -> None:
    history = [Event(f"f{VOID:04}", "liked")]
    assert recommend(recommender, history).mode == "personal"
    assert recommend(recommender, history, model="content").mode == "popular"
    unrated = [Event("f0200", "liked")]
    assert recommend(recommender, unrated, model="collaborative").mode == "popular"
    assert {reason.film_id for item in recommend(recommender, unrated).items for reason in item.because} == {"f0200"}


def test_meaning_always_counts_a_little_so_that_every_film_is_in_reach(tmp_path: Path) -> None:
    card = replace(CARD, fusion=Weights(1.0, 0.0, 0.0))
    made = recommender_of(tmp_path, films_of(COUNT), VECTORS, NO_VECTOR, ratings=ratings_of(COUNT, RATED, card=card))
    assert made.mixtures["fusion"].weights.content == LEAST_CONTENT
    pages = [recommend(made, HISTORY, k=100, offset=at, diversity=0) for at in (0, 100)]
    shown = {row(film) for page in pages for film in ids(page)}
    assert shown & set(range(RATED, COUNT))


@pytest.mark.parametrize("votes", [0, 5])
def test_in_a_large_catalogue_the_best_are_found_among_few(tmp_path: Path, votes: float) -> None:
    count = 2 * CANDIDATES + 600
    ratings = ratings_of(count, CANDIDATES + 300, card=replace(CARD, fusion=Weights(1.0, 0.3, 0.2, votes)))
    films = [replace(film, votes=10 if at % 31 else 1_000_000) for at, film in enumerate(films_of(count))]
    made = recommender_of(tmp_path, films, vectors_of(count), ratings=ratings)
    folded = made.fold_in(HISTORY, Asked(1, diversity=0))
    scoring = made.mixtures["fusion"].asked(folded.taste)
    for filters, step in ((Filters(), 1), (COMEDY, 3), (Filters(year_from=1950, year_to=1953), 0)):
        rows = np.setdiff1d(np.arange(0, count, step), folded.taste.seen) if step else np.arange(count)
        if not step:
            rows = np.setdiff1d(rows[rows % 60 < 4], folded.taste.seen)
        best = rows[np.argsort(-scoring.scores(rows), kind="stable")[:20]]
        found = recommend(made, HISTORY, k=20, filters=filters, diversity=0)
        assert [row(film) for film in ids(found)] == best.tolist()


def test_what_was_saved_recommends_the_same(recommender: Recommender, tmp_path: Path) -> None:
    ratings = ratings_of(COUNT, RATED)
    assert Collaborative.open(tmp_path, COUNT) is None
    ratings.save(tmp_path)
    opened = Collaborative.open(tmp_path, COUNT)
    assert opened is not None
    assert opened.card == CARD
    (tmp_path / "again").mkdir()
    again = recommender_of(tmp_path / "again", films_of(COUNT), VECTORS, NO_VECTOR, ratings=opened)
    assert recommend(again, HISTORY, k=50) == recommend(recommender, HISTORY, k=50)


@pytest.mark.parametrize("fame", [np.zeros(COUNT - 1), np.full(COUNT, 1.5), np.full(COUNT, np.nan)])
def test_a_damaged_model_is_refused(tmp_path: Path, fame: np.ndarray) -> None:
    ratings_of(COUNT, RATED).save(tmp_path)
    save(tmp_path / "recommend" / "fame.npy", fame.astype(np.float32))
    with pytest.raises(BundleDamaged, match=r"^fame\.npy: "):
        Collaborative.open(tmp_path, COUNT)
    (tmp_path / "recommend" / "fame.npy").unlink()
    with pytest.raises(BundleDamaged, match=r"^fame\.npy: is missing"):
        Collaborative.open(tmp_path, COUNT)


def test_a_model_that_knows_no_film_leaves_it_to_meaning(tmp_path: Path) -> None:
    empty = ratings_of(COUNT, 0, card=ModelCard("empty", "empty", {}))
    made = recommender_of(tmp_path, films_of(COUNT), VECTORS, NO_VECTOR, ratings=empty)
    assert recommend(made, HISTORY, model="collaborative").mode == "popular"
    assert recommend(made, HISTORY, model="content").mode == "personal"
    assert len(recommend(made, HISTORY).items) == 10
