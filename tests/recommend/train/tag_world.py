"""Ratings and tags of people who like films of the moon, or those of the sea."""

import numpy as np

from kadr.recommend.train.interactions import Ratings
from kadr.recommend.train.tags import NO_USER, Tags

__all__ = ["KINDS", "world"]

KINDS = (("moon", "rocket", "crater", "silence"), ("sea", "harbour", "storm", "lantern"))


def world(n_users: int = 60, n_items: int = 40, seed: int = 0, telling: float = 1.0) -> tuple[Ratings, Tags]:
    """Return who rated what and who tagged what.

    User u likes the films of kind u % 2, and film i is of kind i % 2. `telling`: how often a tag is of the film's kind
    and not just any.
    """
    rng = np.random.default_rng(seed)
    users, items = np.nonzero(rng.random((n_users, n_items)) < 0.6)
    fits = users % 2 == items % 2
    values = np.where(fits, 8.0, 3.0) + rng.integers(-1, 2, users.size).astype(np.float64)
    ratings = Ratings.of(users, items, values, rng.permutation(users.size).astype(float), (n_users, n_items))
    given = [
        (user, film, str(rng.choice(KINDS[film % 2 if rng.random() < telling else int(rng.integers(2))])))
        for film in range(n_items)
        for user in (NO_USER, *rng.integers(0, n_users, 3).tolist())
    ]
    return ratings, Tags.of(*zip(*given, strict=True))
