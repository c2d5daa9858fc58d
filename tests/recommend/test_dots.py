import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from kadr.index.vectors import int8_rows
from kadr.recommend.dots import Digits, Packed, dots
from kadr.recommend.spread import SAMPLE, Spread

INT8 = st.integers(0, 6).flatmap(
    lambda dim: st.tuples(
        *[
            hnp.arrays(np.int8, st.tuples(st.integers(0, 5), st.just(dim)), elements=st.integers(-127, 127))
            for _ in range(2)
        ]
    )
)
NUMBERS = st.one_of(st.just(0.0), st.floats(1e-3, 1e3), st.floats(-1e3, -1e-3))
VECTORS = hnp.arrays(np.float64, st.integers(1, 40), elements=NUMBERS)


@given(INT8)
def test_products_are_whole_numbers_and_exact(matrices: tuple[NDArray[np.int8], NDArray[np.int8]]) -> None:
    some, others = matrices
    assert np.array_equal(dots(some, others), some.astype(np.int64) @ others.astype(np.int64).T)


@pytest.mark.parametrize("dim", [1, 63, 128, 384, 1_024])
def test_products_of_long_vectors_do_not_overflow(dim: int) -> None:
    most = np.full((3, dim), 127, dtype=np.int8)
    assert (dots(most, -most) == -127 * 127 * dim).all()


@given(VECTORS, st.integers(1, 3))
def test_digits_add_up_to_the_vector(vector: NDArray[np.float64], places: int) -> None:
    digits = Digits.of(vector, places)
    assert digits.rounded.shape == (places, vector.size)
    left = np.abs(digits.steps @ digits.rounded - vector).max()
    assert left <= np.abs(vector).max() * (0.5 / 127 / 254 ** (places - 1) + 1e-12)
    fewer = digits.first(1)
    assert np.array_equal(fewer.rounded, Digits.of(vector, 1).rounded)
    assert fewer.steps == Digits.of(vector, 1).steps


@given(VECTORS)
def test_a_packed_matrix_gives_the_same_products(vector: NDArray[np.float64]) -> None:
    matrix, scales = int8_rows(np.random.default_rng(1).normal(size=(30, vector.size)).astype(np.float32))
    exact = (matrix * scales.astype(np.float64)[:, None]) @ vector
    packed = Packed.of(matrix, scales)
    most = np.abs(vector).max() * np.abs(matrix * scales[:, None]).sum(axis=1)
    assert (np.abs(packed.products(Digits.of(vector)) - exact) <= most * 1e-6 + 1e-9).all()
    assert (np.abs(packed.products(Digits.of(vector, 1)) - exact) <= most * 0.51 / 127 + 1e-6).all()


def test_an_empty_matrix_has_no_products() -> None:
    empty = Packed.of(np.empty((0, 4), dtype=np.int8), np.empty(0, dtype=np.float32))
    assert empty.products(Digits.of(np.ones(4))).shape == (0,)


@pytest.mark.parametrize("count", [1, 500, 6 * SAMPLE])
def test_the_spread_of_scores_is_told_from_some_films(count: int) -> None:
    rng = np.random.default_rng(4)
    sizes = 1 / np.arange(1, count + 1) ** 0.7  # a few films stand out, as popular ones do
    matrix, scales = int8_rows((rng.normal(size=(count, 32)) * sizes[:, None]).astype(np.float32))
    rows = np.arange(0, count, 2)
    lengths = (np.linalg.norm(matrix, axis=1) * scales).astype(np.float32)
    spread = Spread.of(matrix, scales, rows, lengths[rows])
    vector = rng.normal(size=32)
    digits = Digits.of(vector)
    exact = float(((matrix[rows] * scales[rows, None].astype(np.float64)) @ vector).std())
    assert spread.of_scores(digits) == pytest.approx(exact, rel=0.01 if count > SAMPLE else 1e-4, abs=1e-9)
    assert spread.counts.sum() == pytest.approx(rows.size)
    assert spread.counts.size <= 2 * SAMPLE
    nothing = Spread.of(matrix, scales, rows[:0], lengths[:0])
    assert nothing.of_scores(digits) == 0
