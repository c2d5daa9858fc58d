"""Whether likes hold something to learn from."""

import numpy as np
from numpy.typing import NDArray

from kadr.errors import RatingsError
from kadr.recommend.train.interactions import Interactions

__all__ = ["liked_films", "nothing_to_learn"]


def liked_films(data: Interactions) -> NDArray[np.int32]:
    """Return the films that anybody liked, int32, ascending: a model learns of these only.

    Raises:
        RatingsError: nobody liked any.
    """
    films: NDArray[np.int32] = np.unique(data.likes.indices).astype(np.int32)
    if not films.size:
        raise nothing_to_learn()
    return films


def nothing_to_learn() -> RatingsError:
    """Return the error that nobody likes a film."""
    return RatingsError("ratings: nobody likes a film, so there is nothing to learn from; lower `liked_from`")
