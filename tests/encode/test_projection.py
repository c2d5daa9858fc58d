"""The projection: what it does to vectors, and how it is kept."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.encode.encoder import Profile
from kadr.encode.projection import Projection
from kadr.encode.rotation import rotation
from kadr.errors import BundleDamaged

RNG = np.random.default_rng(3)
MADE = Projection.of(RNG.normal(size=(6, 4)))
PROFILE = Profile("local", "m", 4, native_dim=6, revision=MADE.fingerprint())


def test_vectors_are_of_length_one_and_nothing_stays_nothing() -> None:
    vectors = RNG.normal(size=(5, 6)).astype(np.float32)
    vectors[2] = 0
    projected = MADE(vectors)
    assert projected.dtype == np.float32
    assert np.linalg.norm(projected, axis=1).tolist() == pytest.approx([1, 1, 0, 1, 1])
    plain = vectors @ MADE.matrix
    assert np.allclose(projected[0], plain[0] / np.linalg.norm(plain[0]), atol=1e-6)


@given(st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_a_vector_has_the_same_bits_alone_and_among_others(count: int, seed: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(count, 6)).astype(np.float32)
    together = MADE(vectors)
    for i in range(count):
        assert np.array_equal(MADE(vectors[i : i + 1])[0], together[i])


def test_what_is_saved_is_what_was_made(tmp_path: Path) -> None:
    MADE.save(tmp_path)
    again = Projection.open(tmp_path, PROFILE)
    assert np.array_equal(again.matrix, MADE.matrix)
    assert again.fingerprint() == MADE.fingerprint() != Projection.of(MADE.matrix * 2).fingerprint()


@pytest.mark.parametrize(
    "other", [replace(PROFILE, dim=3), replace(PROFILE, native_dim=7), replace(PROFILE, revision="0" * 16)]
)
def test_another_s_is_refused(tmp_path: Path, other: Profile) -> None:
    MADE.save(tmp_path / "local")
    with pytest.raises(BundleDamaged, match=r"^local/projection\.npy: is not the one of this bundle; rebuild"):
        Projection.open(tmp_path / "local", other)


def test_a_rotation_changes_no_cosine() -> None:
    turn = rotation(7)
    assert np.allclose(turn @ turn.T, np.eye(7))
    assert np.array_equal(turn, rotation(7))
    assert rotation(1).shape == (1, 1)
