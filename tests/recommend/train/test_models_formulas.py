"""Each model's formula, against the same worked out the long way on a small case."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadr.errors import RatingsError
from kadr.recommend.train.als import Als
from kadr.recommend.train.content_model import Content
from kadr.recommend.train.ease import Ease
from kadr.recommend.train.fusion import Fusion, standardised
from kadr.recommend.train.gram import Gram
from kadr.recommend.train.interactions import Interactions, ItemSide, Ratings
from kadr.recommend.train.inverse import ByFilms, ByRows, inverted
from kadr.recommend.train.knn import ItemKnn
from kadr.recommend.train.low_rank import BEYOND, Kept, LowRank, Weights
from kadr.recommend.train.popular import Popular, fame
from kadr.recommend.train.reduced import LIGHT, OWN, SHRINKAGE, EaseUw, _light, watched
from tests.recommend.train.some_likes import N_ITEMS, N_USERS, interactions, of_likes

Doubles = NDArray[np.float64]


def dense(data: Interactions) -> Doubles:
    array: Doubles = data.likes.toarray().astype(np.float64)
    return array


def everybody() -> csr_array:
    return csr_array(np.eye(N_ITEMS, dtype=np.float32))


def weights_of(matrix: Doubles, damping: Doubles | None = None) -> Doubles:
    """B of the Gram matrix with its ridge, film by film: each foretold by least squares from all others."""
    films = len(matrix)
    weights = np.zeros_like(matrix)
    for film in range(films):
        others = np.arange(films) != film
        weights[others, film] = np.linalg.solve(matrix[np.ix_(others, others)], matrix[others, film])
    return weights * (np.ones(films) if damping is None else damping)


def test_popular_counts_decayed_likes_times_the_bayesian_mean() -> None:
    day = 86_400.0
    ratings = Ratings.of(
        np.array([0, 1, 2, 0]), np.array([0, 0, 1, 2]), np.array([8.0, 10, 9, 1]),
        np.array([0, 10, 10, 10]) * day, (3, 4),
    )  # fmt: skip
    worth = Popular(half_life=10, prior=2).fit(Interactions.of(ratings)).worth
    assert worth == pytest.approx([1.5 * (18 + 14) / 4 / 10, (9 + 14) / 3 / 10, 0, 0])


def test_popular_counts_where_there_are_no_values() -> None:
    fitted = Popular(half_life=10).fit(of_likes([(0, 0), (1, 0), (2, 1)], (3, 3)))
    assert fitted.worth.tolist() == [2, 1, 0]
    assert fame(fitted) == pytest.approx([1, np.log(2) / np.log(3), 0])


def test_knn_is_the_shrunk_cosine_of_the_nearest() -> None:
    data = interactions()
    likes = dense(data)
    both, count = likes.T @ likes, likes.sum(axis=0)
    near = both / (np.sqrt(np.outer(count, count)) + 3)
    np.fill_diagonal(near, 0)
    for film in range(N_ITEMS):
        near[film, np.argsort(-near[film], kind="stable")[5:]] = 0
    fitted = ItemKnn(neighbours=5, shrink=3).fit(data)
    assert fitted.scores(everybody()) == pytest.approx(near.T, abs=1e-6)
    assert max(np.diff(fitted.nearest.indptr)) == 5


def test_ease_foretells_each_film_from_all_others() -> None:
    data = interactions()
    likes = dense(data)[:, :-1]  # nobody liked the last film
    ridge = 0.7 * np.sqrt(likes.sum())
    expected = weights_of(likes.T @ likes + ridge * np.eye(N_ITEMS - 1))
    scores = Ease(ridge=0.7).fit(data).scores(everybody())
    assert scores[:-1, :-1] == pytest.approx(expected, abs=1e-5)
    assert not scores[:, -1].any()


def gram_of(rows: Doubles, power: float, total: float) -> Doubles:
    """Rows weighed by n^-power, together as much as `total` likes."""
    count = rows.sum(axis=1)
    shares = np.where(count > 0, np.maximum(count, 1) ** -power, 0)
    shares *= total / (shares * count).sum()
    product: Doubles = rows.T @ (shares[:, None] * rows)
    return product


def test_ease_uw_of_full_rank_is_its_formula() -> None:
    data = interactions()
    model = EaseUw(share=1, ridge=0.9, power=0.4, ridge_power=0.3, output_power=0.1, watched=0.6, features=2.0)
    likes = dense(data)[:, :-1]
    assert data.ratings is not None
    seen = watched(data.ratings).toarray().astype(np.float64)[:, :-1]
    assert data.side.features is not None
    features = data.side.features.toarray().astype(np.float64)
    relative = likes.sum(axis=0) / likes.sum(axis=0).mean()
    n = likes.sum()
    gram = gram_of(likes, 0.4, n) + 0.6 * gram_of(seen, 0.4, n) + 2.0 * (features @ features.T)[:-1, :-1]
    matrix = gram + np.diag(0.9 * np.sqrt(n * 1.6) * relative**0.3)
    expected = weights_of(matrix, relative**-0.1)
    others = ~np.eye(N_ITEMS - 1, dtype=bool)
    encoder, decoder = model.vectors(data)
    assert (encoder[:-1] @ decoder[:-1].T)[others] == pytest.approx(expected[others], abs=1e-4)
    rounded = model.fit(data).scores(everybody())[:-1, :-1]
    assert rounded[others] == pytest.approx(expected[others], abs=0.02 * float(np.abs(expected).max()))


def test_kept_gram_matrices_give_the_same_model() -> None:
    data = interactions()
    assert data.ratings is not None
    model = EaseUw(rank=6, share=1)
    seen = watched(data.ratings)
    kept = model.solved(
        Gram.of(data.likes, model.power), data.counts, N_USERS, Gram.of(seen, model.power), data.side.features
    )
    assert kept.scores(everybody()) == pytest.approx(model.fit(data).scores(everybody()), abs=1e-2)
    with pytest.raises(RatingsError, match="nothing to learn from"):
        model.solved(Gram.of(data.likes, 0), np.zeros(N_ITEMS), N_USERS, None, None)
    with pytest.raises(RatingsError, match="lacks films"):
        model.solved(Gram.of(data.likes[:, :5], 0), data.counts, N_USERS, None, None)


def test_directions_are_chosen_for_users_to_come_and_for_films_not_seen() -> None:
    data = interactions()
    likes = dense(data)[:, :-1]
    model = EaseUw(rank=5, share=1, ridge=0.9, power=0, ridge_power=0, output_power=0, watched=0, features=0)
    gram = likes.T @ likes
    ridge = 0.9 * np.sqrt(likes.sum())
    weights = weights_of(gram + ridge * np.eye(N_ITEMS - 1))
    alone = 1 / np.diagonal(np.linalg.inv(gram + ridge * np.eye(N_ITEMS - 1)))
    weights += OWN * np.diag(alone / ridge - 1)
    gram += SHRINKAGE * (N_ITEMS - 1) / N_USERS * np.diag(np.diagonal(gram))
    _, vectors = np.linalg.eigh(weights.T @ gram @ weights)
    best = vectors[:, -5:]
    encoder, decoder = model.vectors(data)
    assert encoder[:-1] @ decoder[:-1].T == pytest.approx(weights @ best @ best.T, abs=2e-3)


def test_a_film_that_nobody_liked_counts_as_though_it_alone_had_come() -> None:
    data = interactions()
    likes = dense(data)
    model = EaseUw(share=1, power=0, ridge_power=0, output_power=0, watched=0, features=2.0)
    assert data.side.features is not None
    features = data.side.features.toarray().astype(np.float64)
    matrix = likes.T @ likes + 2.0 * features @ features.T
    expected = weights_of(matrix + model.ridge * np.sqrt(likes.sum()) * np.eye(N_ITEMS))
    encoder, decoder = model.vectors(data)
    assert encoder[-1] @ decoder[:-1].T == pytest.approx(expected[-1, :-1], abs=1e-4)
    assert encoder[:-1] @ decoder[-1] == pytest.approx(expected[:-1, -1], abs=1e-4)
    alike = [film for film in range(N_ITEMS - 1) if film % 3 == (N_ITEMS - 1) % 3]
    assert expected[-1, alike].min() > 0


def test_no_other_directions_foretell_more() -> None:
    rng = np.random.default_rng(2)
    likes = (rng.random((80, 30)) < rng.random(30) * 0.5).astype(np.float64)
    inverse = ByFilms.of(likes.T @ likes, np.full(30, 5.0))
    weights = Weights(inverse, rng.random(30) + 0.5, rng.random(30))
    every = weights.times(np.eye(30))
    assert every == pytest.approx(weights.transposed(np.eye(30)).T)
    low = LowRank.of(weights, lambda columns: likes.T @ (likes @ columns), Kept(6, 1))
    foretold = likes @ every
    left, strengths, right = np.linalg.svd(foretold, full_matrices=False)
    best = (left[:, :6] * strengths[:6]) @ right[:6]
    assert likes @ low.encoder @ low.decoder.T == pytest.approx(best, abs=1e-3)
    assert low.strengths == pytest.approx(strengths[:6] ** 2, rel=1e-4)


def test_the_fewest_directions_with_the_share_are_kept() -> None:
    films, most = 160, 20
    rng = np.random.default_rng(3)
    likes = (rng.random((400, films)) < 0.1 + 0.4 * (np.arange(400)[:, None] % 4 == np.arange(films) % 4)) * 1.0
    weights = Weights(ByFilms.of(likes.T @ likes, np.full(films, 20.0)), np.ones(films), np.zeros(films))
    squares = np.linalg.svd(likes @ weights.times(np.eye(films)), compute_uv=False) ** 2
    assert squares[most + BEYOND :].sum() > 0.05 * squares.sum()  # so much is beyond what the iteration follows

    def rank(share: float) -> int:
        return LowRank.of(weights, lambda columns: likes.T @ (likes @ columns), Kept(most, share)).strengths.size

    for share in (0.5, 0.7, 0.8, 0.85):
        assert abs(rank(share) - np.searchsorted(squares.cumsum(), share * squares.sum()) - 1) <= (share > 0.7)
    assert rank(0.99) == most


@pytest.mark.parametrize(
    ("light", "nearly", "rank"),
    [(2, 0.8, 2), (2, 0.81, 3), (0, 0.0, 3), (4, 0.0, 3), (9, 0.0, 3)],
    ids=["enough", "too little", "none", "more than needed", "more than there are"],
)
def test_a_light_model_is_enough_where_it_has_nearly_as_much(light: int, nearly: float, rank: int) -> None:
    assert Kept(5, 0.9, light, nearly).of(np.array([0.5, 0.8, 0.95, 1.0])) == rank


def test_the_light_rank_fits_into_a_megabyte() -> None:
    for films in (1_682, 3_628, 9_742):
        rank = _light(films)
        assert films * (2 * rank + 8) <= LIGHT < films * (2 * (rank + 1) + 8) + films
    assert _light(10**7) == 0


def test_a_rank_beyond_the_films_is_not_reached() -> None:
    encoder, decoder = EaseUw(rank=N_ITEMS + 8, share=1).vectors(interactions())
    assert encoder.shape == decoder.shape
    assert 3 < encoder.shape[1] < N_ITEMS  # one of them was liked by nobody


def test_both_ways_give_one_inverse() -> None:
    rng = np.random.default_rng(4)
    rows = csr_array((rng.random((700, 600)) < 0.1) * rng.random((700, 1)))
    ridge = rng.random(600) + 0.5
    exact = np.linalg.inv((rows.T @ rows).toarray() + np.diag(ridge))
    columns = rng.random((600, 3))
    for inverse in (ByFilms.of((rows.T @ rows).toarray(), ridge), ByRows.of(rows, ridge)):
        assert inverse.diagonal == pytest.approx(np.diagonal(exact), rel=1e-8)
        assert inverse.times(columns) == pytest.approx(exact @ columns, rel=1e-8)
        np.testing.assert_allclose(inverse.whole(), exact, rtol=1e-6, atol=1e-12)  # as approx, a hundred times as fast
    assert isinstance(inverted(rows, ridge), ByFilms)
    assert isinstance(inverted(rows[:599], ridge), ByRows)


@given(st.integers(1, 8), st.integers(1, 8), st.integers(0, 2**32 - 1), st.floats(0.01, 100))
def test_an_inverse_times_what_it_inverts_changes_nothing(n_rows: int, films: int, seed: int, least: float) -> None:
    rng = np.random.default_rng(seed)
    rows = csr_array(rng.integers(0, 3, (n_rows, films)).astype(np.float64))
    ridge = least * (1 + rng.random(films))
    whole = (rows.T @ rows).toarray() + np.diag(ridge)
    for inverse in (ByFilms.of((rows.T @ rows).toarray(), ridge), ByRows.of(rows, ridge)):
        np.testing.assert_allclose(inverse.times(whole), np.eye(films), atol=1e-7)


@pytest.mark.parametrize("ridge", [0.0, -1.0, np.nan])
def test_a_ridge_that_is_none_is_refused(ridge: float) -> None:
    with pytest.raises(RatingsError, match="above 0"):
        inverted(csr_array(np.ones((2, 3))), np.full(3, ridge))


def test_what_has_no_inverse_is_refused() -> None:
    with pytest.raises(RatingsError, match="larger ridge"):
        ByFilms.of(np.ones((2, 2)), np.full(2, -3.0))


def test_als_solves_a_visitor_as_in_training() -> None:
    data = interactions()
    model = Als(factors=4, regularization=0.5, confidence=3.0)
    fitted = model.fit(data)
    films = fitted.item_factors.astype(np.float64)
    history = np.zeros(N_ITEMS)
    history[[0, 4]] = 1.0, 0.3
    confidence = 1 + 3.0 * history
    matrix = films.T @ (np.where(history > 0, confidence, 1)[:, None] * films) + 0.5 * np.eye(4)
    visitor = np.linalg.solve(matrix, films.T @ np.where(history > 0, confidence, 0))
    (scores,) = fitted.scores(csr_array(history[None].astype(np.float32)))
    assert scores == pytest.approx(films @ visitor, abs=1e-4)


def test_content_is_the_cosine_of_the_mean() -> None:
    data = interactions()
    assert data.side.vectors is not None
    assert data.side.features is not None
    told = [data.side.vectors.astype(np.float64), data.side.features.toarray().astype(np.float64)]
    history = csr_array(([1.0, 0.5], ([0, 0], [2, 4])), shape=(1, N_ITEMS), dtype=np.float32)
    cosines = []
    for rows in told:
        mean = rows[2] + 0.5 * rows[4]
        cosines.append(rows @ mean / np.linalg.norm(mean))
    (scores,) = Content(features=0.25).fit(data).scores(history)
    assert scores == pytest.approx(0.75 * cosines[0] + 0.25 * cosines[1], abs=1e-5)
    (only,) = (
        Content(features=0.25).fit(Interactions(data.likes, side=ItemSide(vectors=data.side.vectors))).scores(history)
    )
    assert only == pytest.approx(cosines[0], abs=1e-5)


def test_fusion_adds_standardised_scores() -> None:
    data = interactions()
    model = Fusion(als_weight=0.5, content_weight=0.25)
    asked = data.likes[:5]
    members = [each.fit(data).scores(asked) for each in (model.ease, model.als, model.content)]
    expected = sum(
        weight * (scores - scores.mean(axis=1, keepdims=True)) / scores.std(axis=1, keepdims=True)
        for weight, scores in zip((1, 0.5, 0.25), members, strict=True)
    )
    assert model.fit(data).scores(asked) == pytest.approx(expected, abs=1e-4)


def test_equal_scores_have_no_spread_to_be_measured_by() -> None:
    assert not standardised(np.full((2, 3), 7, dtype=np.float32)).any()


def test_what_was_watched_is_what_was_rated_at_all() -> None:
    ratings = Ratings.of(
        np.array([1, 0, 1]), np.array([2, 0, 2]), np.array([9.0, 1.0, 2.0]), np.array([1.0, 2, 3]), (2, 3)
    )
    assert watched(ratings).toarray().tolist() == [[1, 0, 0], [0, 0, 1]]
    assert interactions().likes.shape == (N_USERS, N_ITEMS)
