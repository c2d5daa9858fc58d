"""Alternating least squares, round by round, until it gets no better; its factors as a bundle carries them."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadr.recommend.factors import Factors
from kadr.recommend.train.als import Als

__all__ = ["alternated", "linear"]

MOST_ROUNDS = 50
"""On ml-1m the published settings take 8 to 20."""


def alternated(
    model: Als, likes: csr_array, patience: int, quality: Callable[[Factors, int], float] | None
) -> tuple[Factors, int]:
    """Return factors, and after how many rounds they were the best.

    Args:
        model: the hyper-parameters; its number of rounds counts where nothing is measured.
        likes: float32 (n_users, n_items), sparse.
        patience: rounds without a better figure after which it ends.
        quality: measures the factors of a round, counted from 1, higher is better; None for no measuring.
    """
    from threadpoolctl import threadpool_limits

    best, best_round, factors = -np.inf, 0, None
    with threadpool_limits(1, "blas"):  # the library warns of more, and they would change the bytes
        learner, confident = model.learner(), model.confident(likes)
        learner.iterations = 1
        for done in range(1, (model.iterations if quality is None else MOST_ROUNDS) + 1):
            learner.fit(confident, show_progress=False)
            now = linear(model, learner.item_factors, likes)
            figure = 0.0 if quality is None else quality(now, done)
            if quality is None or figure > best:
                best, best_round, factors = figure, done, now
            elif done - best_round >= patience:
                break
    if factors is None:
        msg = "a model of no rounds"
        raise AssertionError(msg)
    return factors, best_round


def linear(model: Als, item_factors: NDArray[np.float32], likes: csr_array) -> Factors:
    """Return factors that are added up over a history, in place of a system to solve for each visitor.

    A visitor's vector is (Y'Y + c Y_u'Y_u + r I)^-1 (1 + c) times the sum of the films' (Hu, Koren and Volinsky, ICDM
    2008). Y_u'Y_u, that of his own films, is taken to be what it is for the mean user, so that the inverse is one for
    all. The order of the films of one visitor does not depend on how long his vector is.

    Args:
        model: the hyper-parameters.
        item_factors: float32 (n_items, factors).
        likes: float32 (n_users, n_items), sparse, what it was fitted to.
    """
    y = item_factors.astype(np.float64)
    active = max(int((np.diff(likes.indptr) > 0).sum()), 1)
    counts = np.asarray(likes.sum(axis=0), dtype=np.float64).ravel()
    system = y.T @ y + model.confidence * (y.T * (counts / active)) @ y + model.regularization * np.eye(y.shape[1])
    encoder = (1 + model.confidence) * np.linalg.solve(system, y.T).T
    liked = counts > 0  # the others' factors are what the regularisation left of a random start
    return Factors.quantised((encoder * liked[:, None]).astype(np.float32), (y * liked[:, None]).astype(np.float32))
