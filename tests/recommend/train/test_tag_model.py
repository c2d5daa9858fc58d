from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.metrics import roc_auc_score

from kadr.errors import RatingsError
from kadr.recommend.factors import Factors
from kadr.recommend.train.interactions import Interactions, ItemSide
from kadr.recommend.train.knn import ItemKnn
from kadr.recommend.train.reduced import FittedFactors
from kadr.recommend.train.split import strong_rounds
from kadr.recommend.train.tag_leg import WEIGHTS, Help, fit_tags, gains, helps, joined, unit
from kadr.recommend.train.tag_model import Pairs, Towers, Training, auc, cosine_loss, learn
from kadr.recommend.train.tag_report import _bound, measured
from tests.recommend.train.tag_world import world

SMALL = Training(dim=24, epochs=15)


def numbers(seed: int, *shape: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(size=shape)


def pairs_of(n_users: int, n_items: int, n: int, seed: int = 0) -> Pairs:
    rng = np.random.default_rng(seed)
    users, items = (rng.integers(0, most, n).astype(np.int32) for most in (n_users, n_items))
    return Pairs(users, items, (users + items) % 2 == 0)


def test_the_loss_is_that_of_its_formula() -> None:
    towers = Towers(np.eye(2, dtype=np.float32), np.eye(2, dtype=np.float32))
    users = np.array([[1, 0], [1, 0], [1, 0], [1, 0]], dtype=np.float32)
    films = np.array([[3, 4], [3, 4], [-1, 0], [0, 0]], dtype=np.float32)
    loss, _ = cosine_loss(users, films, towers, np.array([True, False, False, True]))
    assert loss == pytest.approx(((1 - 0.6) + 0.6 + 0 + 1) / 4)


def test_the_gradient_is_that_of_finite_differences() -> None:
    users, films, liked = numbers(0, 12, 5), numbers(1, 12, 5), np.arange(12) % 3 > 0
    films[3] = 0  # no direction: it must neither count nor divide by nothing
    weights = [numbers(2, 5, 7), numbers(3, 5, 7)]

    def loss() -> float:
        return cosine_loss(users, films, Towers(*weights), liked)[0]  # type: ignore[arg-type]  # in double precision

    _, gradients = cosine_loss(users, films, Towers(*weights), liked)  # type: ignore[arg-type]  # the same
    for side, gradient in zip(weights, gradients, strict=True):
        for at in np.ndindex(side.shape):
            before = side[at]
            side[at] = before + 1e-6
            above = loss()
            side[at] = before - 1e-6
            below = loss()
            side[at] = before
            assert gradient[at] == pytest.approx((above - below) / 2e-6, abs=1e-8)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.booleans()), min_size=2, max_size=40))
def test_auc_is_that_of_scikit_learn(rows: list[tuple[float, bool]]) -> None:
    scores = np.array([score for score, _ in rows] + [0.5, 0.5])
    liked = np.array([kind for _, kind in rows] + [True, False])  # one of each at the least
    assert auc(scores, liked) == pytest.approx(roc_auc_score(liked, scores))


def test_before_anything_is_learned_cosines_are_those_of_the_texts() -> None:
    users, films = numbers(4, 9, 6).astype(np.float32), numbers(5, 11, 6).astype(np.float32)
    users[2] = 0
    pairs = pairs_of(9, 11, 300)
    towers = learn(users, films, pairs, pairs, Training(dim=16, epochs=0))
    lengths = np.maximum(np.linalg.norm(users, axis=1)[:, None] * np.linalg.norm(films, axis=1), 1e-9)
    np.testing.assert_allclose(
        towers.cosines(users, films, pairs), ((users @ films.T) / lengths)[pairs.users, pairs.items], atol=1e-5
    )


def test_likes_against_the_grain_are_learned_and_twice_the_same_bytes() -> None:
    users = np.eye(2, 6, dtype=np.float32)[np.arange(40) % 2] + 0.1 * numbers(6, 40, 6).astype(np.float32)
    films = np.eye(2, 6, dtype=np.float32)[1 - np.arange(30) % 2] + 0.1 * numbers(7, 30, 6).astype(np.float32)
    pairs, held = pairs_of(40, 30, 600), pairs_of(40, 30, 100, seed=1)
    start = learn(users, films, pairs, held, replace(SMALL, epochs=0))
    patient = replace(SMALL, epochs=250, patience=250)
    towers = learn(users, films, pairs, held, patient)
    assert auc(start.cosines(users, films, held), held.liked) < 0.1
    assert auc(towers.cosines(users, films, held), held.liked) > 0.9
    again = learn(users, films, pairs, held, patient)
    assert (towers.user.tobytes(), towers.film.tobytes()) == (again.user.tobytes(), again.film.tobytes())


def test_it_stops_by_the_held_out_pairs_and_keeps_the_best_pass() -> None:
    users, films = numbers(8, 30, 6).astype(np.float32), numbers(9, 30, 6).astype(np.float32)
    pairs, held = pairs_of(30, 30, 400), pairs_of(30, 30, 200, seed=2)
    aucs = [
        auc(learn(users, films, pairs, held, Training(12, epochs, 100)).cosines(users, films, held), held.liked)
        for epochs in (0, 3, 6, 12)
    ]
    assert aucs == sorted(aucs)  # more passes never give worse ones
    hasty, patient = (learn(users, films, pairs, held, Training(12, 30, patience)) for patience in (1, 100))
    reached = [auc(each.cosines(users, films, held), held.liked) for each in (hasty, patient)]
    assert reached[0] < reached[1]


@pytest.mark.parametrize("liked", [True, False])
def test_one_kind_of_pair_alone_is_refused(liked: bool) -> None:
    pairs = pairs_of(4, 4, 20)
    one = Pairs(pairs.users, pairs.items, np.full(20, liked))
    for both in ((one, pairs), (pairs, one)):
        with pytest.raises(RatingsError, match="too few liked and disliked films have tags"):
            learn(np.eye(4, dtype=np.float32), np.eye(4, dtype=np.float32), *both)


# As a leg of the fusion.


@pytest.fixture(scope="module")
def leg() -> FittedFactors:
    return fit_tags(*world(), training=SMALL)


@pytest.mark.parametrize("kind", [0, 1])
def test_films_of_the_kind_that_was_liked_come_first_whoever_tagged_them(leg: FittedFactors, kind: int) -> None:
    liked = np.isin(np.arange(40), np.arange(kind, 10, 2))
    scores = leg.scores(csr_array(liked[None, :].astype(np.float32)))
    assert scores.dtype == np.float32
    assert auc(scores[0, ~liked], np.arange(40)[~liked] % 2 == kind) > 0.95


def test_a_score_is_the_sum_of_what_each_film_of_a_history_says(leg: FittedFactors) -> None:
    history = np.zeros((1, 40), dtype=np.float32)
    history[0, [3, 8, 21]] = 1, 0.5, 0.25
    alone = leg.scores(csr_array(np.eye(40, dtype=np.float32)))
    np.testing.assert_allclose(leg.scores(csr_array(history)), history @ alone, atol=1e-5)
    assert not leg.scores(csr_array((1, 40), dtype=np.float32)).any()
    assert leg.nbytes == 2 * 40 * (24 + 4)


def test_int8_loses_little() -> None:
    films = numbers(10, 40, 9).astype(np.float32)
    towers = Towers(numbers(11, 9, 24).astype(np.float32), numbers(12, 9, 24).astype(np.float32))
    bare = numbers(17, 40, 9).astype(np.float32)
    left, right = bare @ towers.user, films @ towers.film
    exact = (left / np.linalg.norm(left, axis=1, keepdims=True)) @ (
        right / np.linalg.norm(right, axis=1, keepdims=True)
    ).T
    near = FittedFactors(towers.factors(bare, films)).scores(csr_array(np.eye(40, dtype=np.float32)))
    np.testing.assert_allclose(near, exact, atol=0.01)


def test_joined_factors_score_as_both_together(leg: FittedFactors) -> None:
    factors = Factors.quantised(numbers(13, 40, 8).astype(np.float32), numbers(14, 40, 8).astype(np.float32))
    both = joined(factors, leg, 0.5)
    everything = csr_array(np.eye(40, dtype=np.float32))
    expected = FittedFactors(factors).scores(everything) + 0.5 * leg.scores(everything)
    assert both.rank == 32
    np.testing.assert_allclose(FittedFactors(both).scores(everything), expected, atol=0.25)
    assert np.abs(FittedFactors(both).scores(everything) - expected).mean() < 0.05


def test_the_unit_makes_both_spread_alike(leg: FittedFactors) -> None:
    held = next(strong_rounds(world()[0], ItemSide(), 3)).test.held
    factors = leg.factors
    twice = FittedFactors(replace(factors, encoder_scales=2 * factors.encoder_scales))
    assert unit(twice, leg, held) == pytest.approx(2)


def test_tags_that_tell_help_and_ship() -> None:
    ratings, tags = world(telling=1)
    rounds = list(strong_rounds(ratings, ItemSide(), 3))
    found = helps(rounds, Noise(), tags)
    assert found.ships
    assert found.users == sum(each.test.held.n for each in rounds)
    assert found.gain > 0.05
    assert found.low < found.gain < found.high
    assert "they ship" in found.to_text()


def test_tags_that_say_nothing_new_do_not_ship() -> None:
    ratings, tags = world(telling=0)
    found = helps(strong_rounds(ratings, ItemSide(), 3), ItemKnn(), tags)
    assert not found.ships
    assert "they do not ship" in found.to_text()


def test_likes_without_ratings_are_refused() -> None:
    ratings, tags = world()
    first = next(strong_rounds(ratings, ItemSide(), 3))
    bare = replace(first, test=replace(first.test, train=Interactions(first.test.train.likes)))
    with pytest.raises(RatingsError, match="hold likes alone"):
        helps([bare], Noise(), tags)


def test_weights_are_measured_on_the_half_that_did_not_choose_them() -> None:
    # Every user is helped by one weight of its own, drawn at random: the best weight of all is luck.
    gained = np.random.default_rng(1).normal(size=(len(WEIGHTS), 400))
    gained[0] = 0
    lucky = Help.of(gained)
    assert gained.mean(axis=1).max() > 0.03
    assert not lucky.ships
    steady = gained.copy()
    steady[3] += 0.5
    assert Help.of(steady).weight == WEIGHTS[3]
    assert Help.of(steady).gain == pytest.approx(steady[3].mean())
    assert Help.of(steady).ships


def test_without_tags_a_model_is_as_good_as_alone(leg: FittedFactors) -> None:
    split = next(strong_rounds(world()[0], ItemSide(), 3)).test
    gained = gains(ItemKnn().fit(split.train), leg, split.held)
    assert gained.shape == (len(WEIGHTS), split.held.n)
    assert Help.of(np.repeat(gained[:1], len(WEIGHTS), axis=0)).gain == 0


# The report.


def test_the_report_sets_the_learned_cosine_beside_the_means() -> None:
    report = measured(*world(), training=SMALL)
    lines = {line.name: line for line in report.lines}
    assert list(lines) == [
        "mean of the film",
        "means of user and film",
        "cosine, nothing learned",
        "cosine, learned",
    ]
    assert lines["means of user and film"].auc < 0.7
    assert lines["cosine, learned"].auc > 0.95
    assert lines["cosine, learned"].accuracy > 0.9
    liked, disliked = lines["cosine, learned"].liked, lines["cosine, learned"].disliked
    assert liked is not None
    assert disliked is not None
    assert liked > disliked + 0.3
    assert lines["mean of the film"].liked is None
    assert f"{lines['cosine, learned'].auc:.3f}" in report.to_text()
    assert report.to_json()["lines"][0]["name"] == "mean of the film"
    assert report == measured(*world(), training=SMALL)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=12))
def test_the_bound_is_the_one_that_is_right_most_often(rows: list[tuple[int, bool]]) -> None:
    scores, liked = np.array([float(row[0]) for row in rows]), np.array([row[1] for row in rows])
    right = {bound: int(((scores >= bound) == liked).sum()) for bound in sorted(set(scores.tolist()))}
    assert _bound(scores, liked) == max(right, key=lambda bound: (right[bound], -bound))


def test_too_little_to_measure_by_is_refused() -> None:
    with pytest.raises(RatingsError, match="pairs of a user and a tagged film are left"):
        measured(*world(6, 6), training=SMALL)


class Noise:
    """A model that knows nothing: scores drawn for each film once."""

    name: ClassVar[str] = "noise"

    @classmethod
    def suggested(cls, trial: object) -> "Noise":
        del trial
        return cls()

    def fit(self, data: Interactions) -> FittedFactors:
        drawn = Factors.quantised(*(numbers(seed, data.n_items, 4).astype(np.float32) for seed in (15, 16)))
        return FittedFactors(drawn)
