"""How older opinions should fade: chosen on validation, as the serving side fades a visitor's history."""

from collections.abc import Callable
from itertools import product

import numpy as np

from kadr.recommend.fold_in import Fading
from kadr.recommend.train.metrics import ndcg
from kadr.recommend.train.mixing import some_users
from kadr.recommend.train.model import Fitted
from kadr.recommend.train.ranking import ranked
from kadr.recommend.train.split import Held, faded
from kadr.recommend.train.tune import DEPTH

__all__ = ["FADINGS", "well_faded"]

FADINGS = (Fading(1.0, 1.0), *(Fading(*each) for each in product((2.5, 5.0, 10.0, 20.0, 40.0), (0.0, 0.05, 0.1, 0.2))))
"""What is tried: nothing fades, or from a visitor's last evening to his last month."""


def well_faded(fitted: Fitted, held: Held, advance: Callable[[int], None] = lambda _: None) -> Fading:
    """Return what of FADINGS does best by NDCG@DEPTH, of equal ones the first; the default where no order is known.

    Args:
        fitted: scores histories.
        held: the users to choose by; some of them, where they are many.
        advance: hears how many were tried.
    """
    if held.ages is None:
        return Fading()
    worth, held = [], some_users(held)
    for done, fading in enumerate(FADINGS, 1):
        found = ranked(fitted, faded(held, fading.half_life, fading.floor), DEPTH)
        worth.append(ndcg(found.hits, found.wanted, DEPTH).mean())
        advance(done)
    return FADINGS[int(np.argmax(worth))]
