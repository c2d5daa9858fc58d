from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kadr.errors import RatingsError
from kadr.recommend.train.interactions import ItemSide, Ratings
from kadr.recommend.train.split import LATE, Held, Round, Split, cold_rounds, faded, last_round, strong_rounds

SIDE = ItemSide()
N_USERS = 30


def some_ratings(seed: int, n_users: int = N_USERS, n_items: int = 40) -> Ratings:
    """Ratings of a seeded crowd, some pairs rated twice, a third of them no likes."""
    draw = np.random.default_rng(seed)
    n = n_users * 25
    return Ratings.of(
        draw.integers(0, n_users, n),
        draw.integers(0, n_items, n),
        draw.choice([4.0, 6.0, 7.0, 8.0, 10.0], n),
        draw.integers(0, 1000, n).astype(np.float64),
        (n_users, n_items),
    )


Dense = NDArray[np.bool_]


def dense(held: Held, part: str) -> Dense:
    """Return one matrix of who is held, bool (n_users, n_items), by the numbers of the ratings."""
    matrix = getattr(held, part)
    whole = np.zeros((N_USERS, matrix.shape[1]), dtype=bool)
    whole[held.users] = matrix.toarray() != 0
    return whole


def trained(split: Split) -> Dense:
    """Return what stands in the training data, likes and other ratings."""
    assert split.train.ratings is not None
    whole = split.train.likes.toarray() > 0
    whole[split.train.ratings.users, split.train.ratings.items] = True
    return np.asarray(whole, dtype=bool)


def known(held: Held, part: str) -> list[set[int]]:
    matrix = getattr(held, part)
    return [set(matrix[[row]].indices.tolist()) for row in range(held.n)]


def last_words(ratings: Ratings) -> dict[tuple[int, int], float]:
    zipped = zip(ratings.users.tolist(), ratings.items.tolist(), ratings.values.tolist(), strict=True)
    return {(user, item): value for user, item, value in zipped}


def all_rounds(seed: int) -> list[Round]:
    ratings = some_ratings(seed)
    return [
        *strong_rounds(ratings, SIDE, 3, seed),
        last_round(ratings, SIDE),
        *cold_rounds(ratings, SIDE, 2, seed),
    ]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_what_is_asked_stands_nowhere_else(seed: int) -> None:
    for each in all_rounds(seed):
        for split in (each.tuning, each.test):
            held = split.held
            history, seen, target = (dense(held, part) for part in ("histories", "seen", "targets"))
            assert held.n or split is each.tuning
            assert history[held.users].any(axis=1).all()
            assert target[held.users].any(axis=1).all()
            assert not (history & ~seen).any()
            assert not (target & seen).any()
            assert not (target & trained(split)).any()
            assert held.candidates is None or not target[:, ~held.candidates].any()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_values_are_chosen_by_other_answers_than_those_of_the_test(seed: int) -> None:
    for each in all_rounds(seed):
        answers = dense(each.test.held, "targets")
        assert not (dense(each.tuning.held, "targets") & answers).any()
        if each.test.held.candidates is None:  # of new films values are chosen once, for all rounds
            assert not (trained(each.tuning) & answers).any()


def test_each_user_is_asked_once_over_the_folds_by_a_model_that_never_saw_him() -> None:
    ratings = some_ratings(1)
    rounds = list(strong_rounds(ratings, SIDE, 3, 7))
    asked = np.concatenate([each.test.held.users for each in rounds])
    assert len(set(asked.tolist())) == asked.size == 30
    for each in rounds:
        assert each.test.train.likes[each.test.held.users].nnz == 0
        assert not set(each.tuning.held.users.tolist()) & set(each.test.held.users.tolist())


def test_a_fifth_of_the_likes_is_asked_and_what_was_disliked_is_seen() -> None:
    ratings = some_ratings(2)
    words = last_words(ratings)
    for each in strong_rounds(ratings, SIDE, 3, 7):
        held = each.test.held
        for row, user in enumerate(held.users.tolist()):
            rated = {item for owner, item in words if owner == user}
            liked = {item for item in rated if words[user, item] >= 7}
            history, seen, target = (known(held, part)[row] for part in ("histories", "seen", "targets"))
            assert history | target == liked
            assert len(target) == max(1, round(len(liked) / 5))
            assert seen == rated - target


def test_the_same_seed_gives_the_same_split_and_another_seed_another() -> None:
    ratings = some_ratings(3)
    one, two, other = (dense(next(strong_rounds(ratings, SIDE, 3, seed)).test.held, "targets") for seed in (7, 7, 8))
    assert (one == two).all()
    assert (one != other).any()


def test_the_last_like_is_told_from_those_before_it() -> None:
    # Five likes and a dislike of one user, in the order of their times; films 0 to 5, and a late dislike of film 6.
    ratings = Ratings.of(
        np.zeros(7, dtype=np.int32),
        np.array([5, 0, 1, 2, 3, 4, 6], dtype=np.int32),
        np.array([2.0, 8, 8, 8, 8, 8, 2]),
        np.arange(7.0),
        (1, 8),
    )
    found = last_round(ratings, SIDE)
    assert known(found.test.held, "targets") == [{4}]
    assert known(found.test.held, "histories") == [{0, 1, 2, 3}]
    assert known(found.test.held, "seen") == [{5, 0, 1, 2, 3}]
    assert found.test.held.ages is not None
    assert found.test.held.ages.tolist() == [3, 2, 1, 0]
    assert found.test.train.likes.indices.tolist() == [0, 1, 2, 3]
    assert known(found.tuning.held, "targets") == [{3}]
    assert known(found.tuning.held, "histories") == [{0, 1, 2}]
    assert found.tuning.held.ages is not None
    assert found.tuning.held.ages.tolist() == [2, 1, 0]
    assert found.tuning.train.likes.indices.tolist() == [0, 1, 2]


def test_each_of_the_likes_before_the_last_is_told_from_those_before_it() -> None:
    # Nine likes of one user and five of another, by their times; a third of them is asked for.
    ratings = Ratings.of(
        np.repeat(np.array([0, 1], dtype=np.int32), [9, 5]),
        np.concatenate([np.arange(9), np.arange(5)]).astype(np.int32),
        np.full(14, 8.0),
        np.arange(14.0),
        (2, 9),
    )
    tuning = last_round(ratings, SIDE).tuning
    assert known(tuning.held, "targets") == [{7}, {3}, {6}, {5}]
    assert known(tuning.held, "histories") == [set(range(7)), {0, 1, 2}, set(range(6)), set(range(5))]
    assert tuning.held.users.tolist() == [0, 1, 0, 0]
    assert tuning.held.ages is not None
    assert tuning.held.ages.tolist() == [6, 5, 4, 3, 2, 1, 0, 2, 1, 0, 5, 4, 3, 2, 1, 0, 4, 3, 2, 1, 0]
    assert [row.indices.tolist() for row in tuning.train.likes] == [[0, 1, 2, 3, 4], [0, 1, 2]]


def test_no_more_than_some_likes_are_asked_for() -> None:
    many = 3 * LATE + 6
    ratings = Ratings.of(
        np.zeros(many, dtype=np.int32),
        np.arange(many, dtype=np.int32),
        np.full(many, 8.0),
        np.arange(1.0 * many),
        (1, many),
    )
    assert last_round(ratings, SIDE).tuning.held.n == LATE


def test_older_likes_fade_by_half_and_never_below_the_floor() -> None:
    ratings = Ratings.of(
        np.zeros(5, dtype=np.int32), np.arange(5, dtype=np.int32), np.full(5, 8.0), np.arange(5.0), (1, 5)
    )
    held = last_round(ratings, SIDE).test.held
    assert faded(held, 1, 0.2).histories.data.tolist() == pytest.approx([0.2, 0.25, 0.5, 1])
    strong = next(strong_rounds(some_ratings(1), SIDE, 3)).test.held
    assert faded(strong, 1, 0.2) is strong


def test_new_films_are_the_only_candidates_and_nobody_trains_on_them() -> None:
    rounds = list(cold_rounds(some_ratings(4), SIDE, 3, 7))
    assert rounds[0].tuning is rounds[2].tuning
    tuned_on = rounds[0].tuning.held.candidates
    assert tuned_on is not None
    for each in rounds:
        new = each.test.held.candidates
        assert new is not None
        assert 0 < new.sum() <= 4
        assert not (new & tuned_on).any()
        assert each.test.train.counts[new].sum() == 0
        assert each.test.train.counts[tuned_on].sum() > 0
        assert not set(each.test.held.users.tolist()) & set(each.tuning.held.users.tolist())


FEW = some_ratings(5, n_users=1)
NO_TIMES = Ratings(FEW.users, FEW.items, FEW.values, np.full(FEW.size, np.nan), 1, 40)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (lambda: list(strong_rounds(FEW, SIDE, 5)), "too few for 5 folds"),
        (lambda: list(strong_rounds(some_ratings(1), SIDE, 2)), "3 at the least"),
        (lambda: last_round(NO_TIMES, SIDE), "no times"),
        (lambda: last_round(some_ratings(1).some(np.zeros(750, dtype=bool)), SIDE), "nobody has 5 likes"),
        (lambda: list(cold_rounds(FEW, SIDE)), "leave the protocol 'cold' out"),
    ],
)
def test_too_little_is_said_plainly(asked: Callable[[], object], said: str) -> None:
    with pytest.raises(RatingsError, match=said):
        asked()
