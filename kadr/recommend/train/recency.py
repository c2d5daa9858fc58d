"""How older opinions should fade: chosen on validation, as the serving side fades a visitor's history."""

from collections.abc import Callable, Sequence

import numpy as np

from kadr.recommend.fold_in import Fading
from kadr.recommend.train.metrics import ndcg
from kadr.recommend.train.mixing import some_users
from kadr.recommend.train.model import Fitted
from kadr.recommend.train.ranking import ranked
from kadr.recommend.train.split import Held, faded
from kadr.recommend.train.tune import DEPTH

__all__ = ["well_faded"]


def well_faded(
    fitted: Fitted, held: Held, tried: Sequence[Fading], advance: Callable[[int], None] = lambda _: None
) -> Fading:
    """Return what does best by NDCG@DEPTH, of equal ones the first; the default where no order is known.

    Args:
        fitted: scores histories.
        held: the users to choose by; some of them, where they are many.
        tried: what to choose from.
        advance: hears how many were tried.
    """
    if held.ages is None:
        return Fading()
    worth, held = [], some_users(held)
    for done, fading in enumerate(tried, 1):
        found = ranked(fitted, faded(held, fading.half_life, fading.floor), DEPTH)
        worth.append(ndcg(found.hits, found.wanted, DEPTH).mean())
        advance(done)
    return tried[int(np.argmax(worth))]
