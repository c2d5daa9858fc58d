"""Tags that people gave films."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadr.recommend.train.interactions import Ratings
from kadr.text import normalise, plain

__all__ = ["LIKED_FROM", "MAX_NAMES", "NO_USER", "Tags", "means"]

LIKED_FROM = 5.0
"""The rating, of ten, from which a film's tags count as a visitor's: 2.5 of five, as the model was published with."""

MAX_LENGTH = 60
"""Letters of a tag; what is longer is a review."""
MAX_NAMES = 20_000
"""Different tags, the commonest: bounds what is counted for a block of visitors at a time."""
NO_USER = -1
"""Number of a user who gave tags and rated nothing, and of whoever gave a film its genres."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Tags:
    """Who gave which film which tag, each once, in the order of users, films and names.

    Attributes:
        users: int32 (n,), numbers as the ratings have them, or `NO_USER`.
        items: int32 (n,), numbers as the ratings have them.
        tags: int32 (n,), places in `names`.
        names: the tags as they are compared, lower case and without signs, in alphabetical order.
    """

    users: NDArray[np.int32]
    items: NDArray[np.int32]
    tags: NDArray[np.int32]
    names: tuple[str, ...]

    @classmethod
    def of(cls, users: Sequence[int], items: Sequence[int], texts: Sequence[str]) -> Self:
        """Return the tags that are some: not empty, and no longer than a tag is.

        Where there are more than 20,000 different ones, the commonest.

        Args:
            users: (n,), who gave them.
            items: (n,), to what.
            texts: (n,), as people wrote them.
        """
        keys = {text: _key(text) for text in dict.fromkeys(texts)}
        given = sorted(
            {(user, item, keys[text]) for user, item, text in zip(users, items, texts, strict=True) if keys[text]}
        )
        counts: dict[str, int] = {}
        for _, _, key in given:
            counts[key] = counts.get(key, 0) + 1
        names = sorted(sorted(counts, key=lambda key: (-counts[key], key))[:MAX_NAMES])
        place = {name: at for at, name in enumerate(names)}
        rows = np.array([(u, i, place[key]) for u, i, key in given if key in place], dtype=np.int32).reshape(-1, 3)
        by_user, by_item, by_name = (np.ascontiguousarray(column) for column in rows.T)
        return cls(by_user, by_item, by_name, tuple(names))

    @property
    def size(self) -> int:
        """How many there are."""
        return int(self.tags.size)

    def some(self, chosen: Flags) -> "Tags":
        """Return the tags that a mask (n,) chooses."""
        return Tags(self.users[chosen], self.items[chosen], self.tags[chosen], self.names)

    def of_films(self, n_items: int) -> csr_array:
        """Return how often each film was given each tag, float32 (n_items, names), sparse."""
        return _counted(self.items, self.tags, (n_items, len(self.names)))

    def of_users(self, n_users: int) -> csr_array:
        """Return how often each user gave each tag, float32 (n_users, names), sparse."""
        own = self.users != NO_USER
        return _counted(self.users[own], self.tags[own], (n_users, len(self.names)))


def _counted(rows: NDArray[np.int32], columns: NDArray[np.int32], shape: tuple[int, int]) -> csr_array:
    return csr_array((np.ones(rows.size, dtype=np.float32), (rows, columns)), shape=shape)  # adds up what stands twice


def means(ratings: Ratings, numbers: NDArray[np.int32], n: int) -> NDArray[np.float64]:
    """Return the mean rating of each user or film, float64 (n,), of ten; NaN where there is none.

    Args:
        ratings: all of them with a value.
        numbers: int32 (ratings,), `ratings.users` or `ratings.items`.
        n: how many users or films there are.
    """
    counts = np.bincount(numbers, minlength=n)
    sums = np.bincount(numbers, weights=ratings.values, minlength=n)
    return np.where(counts, sums / np.maximum(counts, 1), np.nan)


def _key(text: str) -> str:
    """Return a tag as it is compared, "" where it is none."""
    key = normalise(plain(text[: 10 * MAX_LENGTH]))
    return key if len(key) <= MAX_LENGTH else ""
