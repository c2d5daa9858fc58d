"""The tag model: two linear maps that bring the tags of a visitor near to those of the films that they like.

A visitor's text and a film's text are encoded once and stay as they are; a projection for each side is learned, so that
the cosine of the two projected vectors is high where the visitor liked the film and no more than 0 where not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.errors import RatingsError
from kadr.recommend.factors import Factors

__all__ = ["DIM", "Pairs", "Towers", "Training", "auc", "cosine_loss", "learn"]

DIM = 512
"""Dimensions that both sides are projected to, as the model was published with."""
RATE, FIRST, SECOND, TINY = 1e-3, 0.9, 0.999, 1e-8
"""Adam's step, the decay of both moments, and what keeps it from dividing by 0: Kingma and Ba, ICLR 2015."""
BATCH = 256
LEAST = np.float32(1e-12)
"""A projected vector shorter than this has no direction."""

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Who was asked of which film. `users`, `items`: int32 (n,); `liked`: bool (n,)."""

    users: NDArray[np.int32]
    items: NDArray[np.int32]
    liked: NDArray[np.bool_]

    @property
    def size(self) -> int:
        """How many there are."""
        return int(self.liked.size)

    def some(self, chosen: NDArray[np.integer] | NDArray[np.bool_]) -> "Pairs":
        """Return the pairs at some places, or those that a mask chooses."""
        return Pairs(self.users[chosen], self.items[chosen], self.liked[chosen])


@dataclass(frozen=True, slots=True)
class Training:
    """How the projections are learned.

    Attributes:
        dim: dimensions of what is projected to.
        epochs: at most so many passes over the pairs: twelve sufficed on MovieLens.
        patience: passes without a better AUC on held-out pairs after which it stops.
        seed: of the start and of the order of the pairs.
    """

    dim: int = DIM
    epochs: int = 20
    patience: int = 3
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Towers:
    """The projections of both sides, float32 (text_dim, dim); neither has a constant, so that sums stay sums."""

    user: Matrix
    film: Matrix

    def cosines(self, users: Matrix, films: Matrix, pairs: Pairs) -> NDArray[np.float32]:
        """Return the cosine of each pair, float32 (pairs,), higher is better; 0 where a text says nothing.

        Args:
            users: float32 (n_users, text_dim), the vectors of visitors' texts.
            films: float32 (n_items, text_dim), those of films' texts.
            pairs: whose cosines.
        """
        left, right = _unit(users @ self.user)[0], _unit(films @ self.film)[0]
        blocks = range(0, pairs.size, BATCH)  # all pairs at once would be 512 numbers a pair, twice
        parts = [(pairs.users[at : at + BATCH], pairs.items[at : at + BATCH]) for at in blocks]
        cosines = [np.einsum("ij,ij->i", left[of_users], right[of_films]) for of_users, of_films in parts]
        return np.concatenate([np.zeros(0, dtype=np.float32), *cosines])

    def factors(self, bare: Matrix, films: Matrix) -> Factors:
        """Return two vectors a film, for visitors who bring films and no tags.

        A visitor is then the sum of the films that they liked, each projected as a visitor's text would be, so that a
        score is an exact sum over the films of a history. Both sides are of length 1, or 0 where a film's text says
        nothing.

        Args:
            bare: float32 (n_items, text_dim), the vectors of films' tags alone: a visitor's text has no rating in it.
            films: float32 (n_items, text_dim), those of films' texts.
        """
        return Factors.quantised(_unit(bare @ self.user)[0], _unit(films @ self.film)[0])


def learn(users: Matrix, films: Matrix, pairs: Pairs, held: Pairs, training: Training | None = None) -> Towers:
    """Return the projections of the pass after which held-out pairs were told apart best.

    Both sides begin with one orthonormal projection, so that before the first step every cosine is that of the texts
    themselves. The same input gives the same bytes on one machine.

    Args:
        users: float32 (n_users, text_dim), the vectors of visitors' texts.
        films: float32 (n_items, text_dim), those of films' texts.
        pairs: what is learned from, as many liked as disliked.
        held: pairs to stop by; none of `pairs` is among them.
        training: how; None for the values that it has by itself.

    Raises:
        RatingsError: one of the two holds no liked pair, or no disliked one.
    """
    from threadpoolctl import threadpool_limits

    training = training or Training()
    if not all(part.liked.any() and not part.liked.all() for part in (pairs, held)):
        raise RatingsError("tags: too few liked and disliked films have tags to learn from; bring more ratings or tags")
    with threadpool_limits(limits=1):  # sums in another order would be other bytes
        best, waited = _start(users.shape[1], training), 0
        best_auc = auc(best.cosines(users, films, held), held.liked)
        for now in _passes(users, films, pairs, training):
            told = auc(now.cosines(users, films, held), held.liked)
            waited = 0 if told > best_auc else waited + 1
            if not waited:
                best, best_auc = now, told
            if waited >= training.patience:
                break
    return best


def cosine_loss(
    users: Matrix, films: Matrix, towers: Towers, liked: NDArray[np.bool_]
) -> tuple[float, tuple[Matrix, Matrix]]:
    """Return the cosine embedding loss of some pairs, margin 0, and its gradients by both projections.

    The loss is the mean of 1 - cosine over liked pairs and of max(0, cosine) over disliked ones, as that of PyTorch.

    Args:
        users: float32 (n, text_dim), the visitor's vector of each pair.
        films: float32 (n, text_dim), the film's vector of each pair.
        towers: the projections.
        liked: bool (n,).
    """
    (left, of_left), (right, of_right) = _unit(users @ towers.user), _unit(films @ towers.film)
    cosines = np.einsum("ij,ij->i", left, right)
    loss = np.where(liked, 1 - cosines, np.maximum(cosines, 0))
    slope = np.where(liked, -1, cosines > 0).astype(left.dtype)[:, None] / liked.size
    to_left = slope * (right - cosines[:, None] * left) / of_left
    to_right = slope * (left - cosines[:, None] * right) / of_right
    return float(loss.mean()), (users.T @ to_left, films.T @ to_right)


def auc(scores: NDArray[np.floating], liked: NDArray[np.bool_]) -> float:
    """Return how often a liked pair has a higher score than a disliked one, from 0 to 1; ties count half.

    Of four comparisons here three are right.

    >>> auc(np.array([0.9, 0.4, 0.6, 0.1]), np.array([True, True, False, False]))
    0.75

    Args:
        scores: (n,), higher is better.
        liked: bool (n,), some of them and not all.
    """
    from scipy.stats import rankdata

    n_liked = int(liked.sum())
    below = float(rankdata(scores)[liked].sum()) - n_liked * (n_liked + 1) / 2
    return below / (n_liked * (liked.size - n_liked))


def _passes(users: Matrix, films: Matrix, pairs: Pairs, training: Training) -> Iterator[Towers]:
    """Yield the projections after each pass over the pairs."""
    towers = _start(users.shape[1], training)
    moments = _Moments.of(towers), _Moments.of(towers)
    draw = np.random.default_rng(training.seed)
    step = 0
    for _ in range(training.epochs):
        order = draw.permutation(pairs.size)
        for at in range(0, pairs.size, BATCH):
            step += 1
            batch = pairs.some(order[at : at + BATCH])
            _, (by_user, by_film) = cosine_loss(users[batch.users], films[batch.items], towers, batch.liked)
            towers = Towers(towers.user - moments[0].step(by_user, step), towers.film - moments[1].step(by_film, step))
        yield towers


@dataclass(slots=True)
class _Moments:
    """Adam's running means of a gradient and of its square."""

    mean: Matrix
    square: Matrix

    @classmethod
    def of(cls, towers: Towers) -> Self:
        return cls(np.zeros_like(towers.user), np.zeros_like(towers.user))

    def step(self, gradient: Matrix, count: int) -> Matrix:
        """Return what is taken from the weights in the `count`-th step, counted from 1."""
        self.mean = FIRST * self.mean + (1 - FIRST) * gradient
        self.square = SECOND * self.square + (1 - SECOND) * gradient**2
        rate = RATE * np.sqrt(1 - SECOND**count) / (1 - FIRST**count)
        return np.asarray(rate * self.mean / (np.sqrt(self.square) + TINY), dtype=np.float32)


def _start(text_dim: int, training: Training) -> Towers:
    """Return one projection for both sides, its rows at right angles where there are no more of them than columns."""
    short, long = sorted((text_dim, training.dim))
    basis, _ = np.linalg.qr(np.random.default_rng(training.seed).normal(size=(long, short)))
    rows = (basis if text_dim == long else basis.T).astype(np.float32)
    return Towers(rows, rows)


def _unit(vectors: Matrix) -> tuple[Matrix, Matrix]:
    """Return vectors at length 1, and their lengths (n, 1); what has no direction stays 0."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    lengths = np.where(lengths > LEAST, lengths, np.inf).astype(vectors.dtype)
    return vectors / lengths, lengths
