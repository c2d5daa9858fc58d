import numpy as np
from scipy.sparse import csr_array, vstack

from kadr.recommend.train.gram import Gram
from kadr.recommend.train.interactions import Interactions
from kadr.recommend.train.reduced import EaseUw
from kadr.trainer.solving import ClosedForm, Matter


def test_users_who_like_nothing_change_nothing() -> None:
    rng = np.random.default_rng(2)
    kinds = np.arange(80)[:, None] % 3 == np.arange(24) % 3
    likes = csr_array((rng.random(kinds.shape) < np.where(kinds, 0.6, 0.15)).astype(np.float32))
    more = csr_array(vstack([likes, csr_array((4_000, 24), dtype=np.float32)]))
    solver = ClosedForm(EaseUw(rank=5))
    found = [solver.final(Matter(Interactions(each), Gram.of(each, solver.power)), 0).factors for each in (likes, more)]
    rows = np.arange(24)
    products = [each.encoded(rows) @ each.decoded(rows).T for each in found]
    assert np.abs(products[0]).max() > 0
    assert np.allclose(products[0], products[1], atol=1e-6)
