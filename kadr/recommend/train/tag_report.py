"""How well tags tell what somebody likes, beside what the means of their ratings tell."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kadr.encode.encoder import Encoder
from kadr.errors import RatingsError
from kadr.recommend.train.interactions import Ratings
from kadr.recommend.train.tag_model import Pairs, Towers, Training, auc
from kadr.recommend.train.tag_pairs import pairs_of
from kadr.recommend.train.tag_split import TagSplit
from kadr.recommend.train.tag_texts import Texts
from kadr.recommend.train.tags import Tags, means

__all__ = ["Line", "TagReport", "measured"]

LEAST = 10
"""Pairs of each kind that must be left to measure by; with fewer an AUC says nothing."""

Scores = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Line:
    """One way to tell liked pairs from disliked ones.

    Attributes:
        name: what it goes by.
        auc: how often a liked pair is above a disliked one, from 0 to 1; .5 is chance.
        accuracy: share of the pairs told right, by the bound that was best on the pairs to stop by.
        liked, disliked: mean cosine of each kind; None for what is no cosine.
    """

    name: str
    auc: float
    accuracy: float
    liked: float | None = None
    disliked: float | None = None


@dataclass(frozen=True, slots=True)
class TagReport:
    """What was measured. All are counts: ratings and tags in the profiles, users and films that have a text, pairs."""

    ratings: int
    tags: int
    users: int
    films: int
    learning: int
    stopping: int
    measuring: int
    lines: tuple[Line, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        return asdict(self)

    def to_text(self) -> str:
        """Return the report as lines of text."""
        head = (
            f"{self.ratings:,} ratings and {self.tags:,} tags in the profiles of {self.users:,} users and "
            f"{self.films:,} films\npairs, half of them liked: {self.learning:,} to learn from, {self.stopping:,} to "
            f"stop by, {self.measuring:,} to measure by\n"
        )
        rows = [
            f"{line.name:<28}{line.auc:7.3f}{line.accuracy:10.3f}"
            + "".join(f"{'' if mean is None else f'{mean:.3f}':>10}" for mean in (line.liked, line.disliked))
            for line in self.lines
        ]
        return "\n".join([head, f"{'':<28}{'AUC':>7}{'accuracy':>10}{'liked':>10}{'disliked':>10}", *rows])


def measured(
    ratings: Ratings, tags: Tags, seed: int = 0, encoder: Encoder | None = None, training: Training | None = None
) -> TagReport:
    """Return how well tags, and means of ratings, tell what somebody likes; nothing in a profile knows of the pairs.

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
    split, texts, stopping, measuring = taught.split, taught.texts, taught.stopping, taught.measuring
    if measuring.size < 2 * LEAST:
        raise RatingsError(
            f"tags: only {measuring.size} pairs of a user and a tagged film are left to measure by, {2 * LEAST} are "
            "needed; bring more ratings or tags"
        )
    towers = taught.towers(training)
    told = [_by_means(split, part) | _by_texts(texts, towers, part) for part in (stopping, measuring)]
    lines = tuple(_line(name, [part[name] for part in told], stopping, measuring) for name in told[0])
    return TagReport(
        ratings=split.ratings.size,
        tags=split.tags.size,
        users=int(texts.users.any(axis=1).sum()),
        films=int(texts.films.any(axis=1).sum()),
        learning=taught.learning.size,
        stopping=stopping.size,
        measuring=measuring.size,
        lines=lines,
    )


def _by_means(split: TagSplit, pairs: Pairs) -> dict[str, Scores]:
    """Return what means of ratings say of pairs; where one is not known, the mean of all stands for it."""
    ratings = split.ratings
    of_all = float(ratings.values.mean())
    of_films = np.nan_to_num(means(ratings, ratings.items, ratings.n_items), nan=of_all)[pairs.items]
    of_users = np.nan_to_num(means(ratings, ratings.users, ratings.n_users), nan=of_all)[pairs.users]
    return {"mean of the film": of_films, "means of user and film": of_users + of_films}


def _by_texts(texts: Texts, towers: Towers, pairs: Pairs) -> dict[str, Scores]:
    """Return the cosines of pairs, before anything is learned and after."""
    as_they_are = np.einsum("ij,ij->i", texts.users[pairs.users], texts.films[pairs.items])
    return {"cosine, nothing learned": as_they_are, "cosine, learned": towers.cosines(texts.users, texts.films, pairs)}


def _line(name: str, told: Sequence[Scores], stopping: Pairs, measuring: Pairs) -> Line:
    """Return how well scores tell pairs apart; `told`: those of the pairs to stop by, and to measure by."""
    bound = _bound(told[0], stopping.liked)
    scores, liked = told[1], measuring.liked
    right = float(((scores >= bound) == liked).mean())
    averages = (float(scores[liked].mean()), float(scores[~liked].mean())) if name.startswith("cosine") else ()
    return Line(name, auc(scores, liked), right, *averages)


def _bound(scores: Scores, liked: NDArray[np.bool_]) -> float:
    """Return the score from which a pair is best said to be liked: the lowest of those that are right most often."""
    order = np.argsort(scores, kind="stable")
    ascending = scores[order]
    likes = np.concatenate(([0], np.cumsum(liked[order])))
    right = np.arange(liked.size) - likes[:-1] + likes[-1] - likes[:-1]  # disliked below, and liked from here on
    first = np.concatenate(([True], ascending[1:] != ascending[:-1]))  # equal scores cannot be parted
    return float(ascending[np.argmax(np.where(first, right, -1))])
