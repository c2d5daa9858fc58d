import numpy as np
import pytest

from kadr.recommend.diverse import diversified

SCORES = np.array([1.0, 0.9, 0.5, 0.4], dtype=np.float32)
NEAR = np.eye(4, dtype=np.float32)
NEAR[0, 1] = NEAR[1, 0] = 0.9
NEAR[0, 2] = NEAR[2, 0] = 0.1


@pytest.mark.parametrize(
    ("diversity", "order"),
    [
        (0.0, [0, 1, 2, 3]),
        (0.3, [0, 1, 2, 3]),  # after 0: 1 has .7 * .9 - .3 * .9 = .36, 2 has .7 * .5 - .3 * .1 = .32, 3 has .28
        (0.5, [0, 2, 3, 1]),  # after 0: 1 has 0, 2 has .2, 3 has .2 too, and 2 comes first; then 3 by .2
        (1.0, [0, 3, 2, 1]),  # after 0: 3 is not near at all
    ],
)
def test_the_order_by_hand(diversity: float, order: list[int]) -> None:
    assert diversified(SCORES * 7, diversity, 4, NEAR) == order
    assert diversified(SCORES, diversity, 2, NEAR) == order[:2]
    assert diversified(SCORES, diversity, 9, NEAR) == order
