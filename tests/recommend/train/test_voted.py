from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadr.recommend.standing import in_spreads
from kadr.recommend.train.interactions import Interactions, ItemSide
from kadr.recommend.train.metrics import ndcg
from kadr.recommend.train.mixing import VOTES as VOTE_WEIGHTS
from kadr.recommend.train.ranking import ranked
from kadr.recommend.train.reduced import EaseUw
from kadr.recommend.train.split import Held, Split
from kadr.recommend.train.tune import DEPTH
from kadr.recommend.train.voted import Voted

DRAW = np.random.default_rng(3)
LIKES = csr_array(((DRAW.random((40, 12)) < 0.4) & (np.arange(12) < 9)).astype(np.float32))
SHARED = csr_array(
    np.eye(12, 3, dtype=np.float32) + np.eye(12, 3, k=-9, dtype=np.float32) * (np.arange(12) != 10)[:, None]
)
VOTES = np.array([0, 1, 10, 100, 1000, *[50] * 4, 700, 90, np.nan], dtype=np.float32)
SMALL = EaseUw(rank=4)


def test_votes_are_added_where_nobody_liked_a_film_and_unknown_ones_are_none() -> None:
    data = Interactions(LIKES, side=ItemSide(SHARED, votes=VOTES))
    ease = SMALL.fit(data)
    known = ease.factors.decoder_scales > 0
    assert known.tolist() == [True] * 10 + [False, True]  # film 10 shares nothing
    plain = in_spreads(ease.scores(LIKES), known)
    votes = np.log1p(np.nan_to_num(VOTES))
    new = np.arange(12) >= 9
    for weight in (0.0, 0.5):
        found = Voted(SMALL, weight).fit(data).scores(LIKES)
        assert found == pytest.approx(plain + weight * new * votes / votes[known].std(), abs=1e-5)


@pytest.mark.parametrize("votes", [None, np.full(12, np.nan, dtype=np.float32)])
def test_where_no_votes_are_known_the_order_is_that_of_what_is_learned(votes: NDArray[np.float32] | None) -> None:
    data = Interactions(LIKES, side=ItemSide(votes=votes))
    found = Voted(replace(SMALL), 5.0).fit(data).scores(LIKES)
    assert (np.argsort(-found, kind="stable") == np.argsort(-SMALL.fit(data).scores(LIKES), kind="stable")).all()


@pytest.mark.parametrize("right", [9, 11])
def test_the_weight_is_the_one_that_users_held_out_are_served_best_by(right: int) -> None:
    data = Interactions(LIKES, side=ItemSide(SHARED, votes=np.where(np.arange(12) == right, 1e6, VOTES)))
    users = LIKES.shape[0]
    target = csr_array((np.ones(users), (np.arange(users), np.full(users, right))), shape=LIKES.shape)
    held = Held(LIKES, LIKES, target, np.arange(users, dtype=np.int32), np.arange(12) >= 9)
    model = Voted(SMALL).weighed(Split(data, held))

    def quality(weight: float) -> float:
        found = ranked(Voted(SMALL, weight).fit(data), held, DEPTH)
        return float(ndcg(found.hits, found.wanted, DEPTH).mean())

    best = max(map(quality, VOTE_WEIGHTS))
    assert quality(model.weight) == best > quality(0.0)
    assert all(quality(weight) < best for weight in VOTE_WEIGHTS if weight < model.weight)
