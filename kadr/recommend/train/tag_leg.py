"""The tag model as a leg of the fusion: fitted, and asked whether it helps."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadr.encode.encoder import Encoder
from kadr.errors import RatingsError
from kadr.recommend.factors import Factors
from kadr.recommend.train.interactions import Ratings
from kadr.recommend.train.metrics import ndcg
from kadr.recommend.train.model import Fitted, Model
from kadr.recommend.train.ranking import ranked
from kadr.recommend.train.reduced import FittedFactors
from kadr.recommend.train.split import Held, Round
from kadr.recommend.train.tag_model import Training
from kadr.recommend.train.tag_pairs import pairs_of
from kadr.recommend.train.tag_texts import BLOCK, bare_texts, encoded, film_texts
from kadr.recommend.train.tags import Tags

__all__ = ["WEIGHTS", "Help", "fit_tags", "gains", "helps", "joined", "unit"]

WEIGHTS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
"""Weights that are tried where the other model has 1 and both spread alike; each twice or so the one before."""
DEPTH = 10
"""NDCG is taken of so many films: a page."""
SIDE = 1.96
"""Standard errors on each side of a mean that 95 % of a normal distribution lie within."""

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Help:
    """What the tag model adds to another one.

    Attributes:
        users: how many were asked about.
        before: mean NDCG@10 of the other model alone.
        weight: the best of `WEIGHTS`.
        gain: mean of what the tags add to a user's NDCG@10, when each half of the users is given the weight that was
            best for the other half.
        low: lower bound of its 95 % interval, paired by user.
        high: upper bound.
    """

    users: int
    before: float
    weight: float
    gain: float
    low: float
    high: float

    @classmethod
    def of(cls, gained: NDArray[np.float64], seed: int = 0) -> "Help":
        """Return what users gained, weights chosen on one half and measured on the other.

        So the gain is not that of the luckiest weight. The interval is that of a mean by the normal distribution.

        Args:
            gained: float64 (WEIGHTS, n), from `gains`, of two users or more.
            seed: of the halves.
        """
        n = gained.shape[1]
        half = np.random.default_rng(seed).permutation(n) % 2
        of_half = np.array([int(np.argmax(gained[:, half != side].mean(axis=1))) for side in (0, 1)])
        added = gained[of_half[half], np.arange(n)] - gained[0]
        mean, margin = float(added.mean()), SIDE * float(added.std(ddof=1)) / float(np.sqrt(n))
        best = WEIGHTS[int(np.argmax(gained.mean(axis=1)))]
        return cls(n, float(gained[0].mean()), best, mean, mean - margin, mean + margin)

    @property
    def ships(self) -> bool:
        """Tell whether the tags are worth their bytes: only where the whole interval is above 0."""
        return self.weight > 0 and self.low > 0

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self) | {"ships": self.ships}

    def to_text(self) -> str:
        """Return it in a line to read."""
        return (
            f"NDCG@{DEPTH} of {self.users:,} users: {self.before:.4f} without tags, {self.gain:+.4f} with them, 95 % "
            f"interval {self.low:+.4f} to {self.high:+.4f}: {'they ship' if self.ships else 'they do not ship'}"
        )


def fit_tags(
    ratings: Ratings, tags: Tags, seed: int = 0, encoder: Encoder | None = None, training: Training | None = None
) -> FittedFactors:
    """Return the tag model of some ratings and tags; it takes films of a history for the tags of a visitor.

    The projections are learned from pairs that no profile knows of; the films' vectors are then of all that is known.

    Args:
        ratings: everything that is known of ratings.
        tags: everything that is known of tags.
        seed: of the split.
        encoder: None to fit one on the texts of the profiles.
        training: how the projections are learned.

    Raises:
        RatingsError: too little is both tagged and rated.
    """
    taught = pairs_of(ratings, tags, seed, encoder)
    towers = taught.towers(training)  # by the pairs of the report, so that these are the projections it is about
    known = bare_texts(tags, ratings.n_items), film_texts(tags, ratings)
    bare, rated = (encoded(taught.encoder, each) for each in known)
    return FittedFactors(towers.factors(bare, rated))


def helps(rounds: Iterable[Round], model: Model, tags: Tags, seed: int = 0) -> Help:
    """Return what the tag model adds to another one, for users whom neither has learned from.

    Args:
        rounds: of strong generalisation; of each, both models learn from `test.train` and are asked about `test.held`.
        model: the one that ships anyway.
        tags: everything that is known; those of the users who are asked about are left out.
        seed: of the split, and of the halves that weights are chosen on.

    Raises:
        RatingsError: too little is both tagged and rated.
    """
    gained = []
    for train, held in ((each.test.train, each.test.held) for each in rounds):
        if train.ratings is None:
            raise RatingsError("ratings: hold likes alone; the tag model learns from films that were disliked, too")
        leg = fit_tags(train.ratings, tags.some(~np.isin(tags.users, held.users)), seed)
        gained.append(gains(model.fit(train), leg, held))
    return Help.of(np.concatenate(gained, axis=1), seed)


def gains(fitted: Fitted, leg: FittedFactors, held: Held) -> NDArray[np.float64]:
    """Return NDCG@10 of each user with the tags at each weight, float64 (WEIGHTS, n); the first is without them."""
    scale = unit(fitted, leg, held)
    found = (ranked(_Mixed(fitted, leg, weight * scale), held, DEPTH) for weight in WEIGHTS)
    return np.array([ndcg(each.hits, each.wanted, DEPTH) for each in found])


def unit(fitted: Fitted, leg: FittedFactors, held: Held) -> float:
    """Return what the tags' scores are multiplied by so that they spread as another model's: the median over users.

    One number for all, so that the sum stays a sum over the films of a history.
    """
    ratios = []
    for start in range(0, held.n, BLOCK):
        block = held.histories[start : start + BLOCK]
        spread, own = fitted.scores(block).std(axis=1), leg.scores(block).std(axis=1)
        ratios.append(spread[own > 0] / own[own > 0])
    every = np.concatenate(ratios)
    return float(np.median(every)) if every.size else 0.0


def joined(factors: Factors, leg: FittedFactors, weight: float) -> Factors:
    """Return the factors whose scores are those of a model and, times `weight`, those of the tags.

    Their rank is that of both together, so that a bundle carries them as it carries any.
    """
    rows, share = np.arange(factors.n_films), np.float32(np.sqrt(weight))
    return Factors.quantised(
        np.hstack((factors.encoded(rows), share * leg.factors.encoded(rows))),
        np.hstack((factors.decoded(rows), share * leg.factors.decoded(rows))),
    )


@dataclass(frozen=True, slots=True)
class _Mixed:
    """A model, and the tags by a weight."""

    fitted: Fitted
    leg: FittedFactors
    weight: float

    @property
    def nbytes(self) -> int:
        return self.fitted.nbytes + self.leg.nbytes

    def scores(self, histories: csr_array) -> Scores:
        mixed: Scores = self.fitted.scores(histories) + np.float32(self.weight) * self.leg.scores(histories)
        return mixed
