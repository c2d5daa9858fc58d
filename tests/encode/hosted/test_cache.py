"""The cache of vectors: what was put is there, whatever happens in between."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kadr.encode.encoder import Canary, Role
from kadr.encode.hosted.cache import VectorCache
from kadr.errors import ConfigError, EncodeError
from tests.encode.hosted.model import PROFILE, filled, read, vector_of, vectors_of

TEXTS = [f"film number {i} about the sea" for i in range(50)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "vectors.duckdb"


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.text(min_size=1), min_size=1, max_size=30),
    parts=st.lists(st.integers(1, 12), min_size=1, max_size=4),
    block=st.integers(1, 12),
)
def test_what_was_put_is_read_with_the_same_bits_now_and_later(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], parts: list[int], block: int
) -> None:
    path = tmp_path_factory.mktemp("cache") / "v"
    with VectorCache(path, PROFILE) as cache:
        rest = texts
        for part in [*parts, len(texts)]:
            now, rest = rest[:part], rest[part:]
            if now:
                vectors = np.stack([vector_of(text.encode("utf-8", "surrogatepass").hex()) for text in now])
                cache.put(now, Role.PASSAGE, vectors)
        first = read(cache, texts)
        assert cache.missing(texts, Role.PASSAGE) == []
    with VectorCache(path, PROFILE) as cache:
        assert read(cache, texts, block=block).tobytes() == first.tobytes()
        assert read(cache, texts[::-1]).tobytes() == np.ascontiguousarray(first[::-1]).tobytes()
    true = np.stack([vector_of(text.encode("utf-8", "surrogatepass").hex()) for text in texts])
    assert ((first * true).sum(axis=1) > 0.999999).all()
    assert np.allclose(np.linalg.norm(first, axis=1), 1, atol=1e-6)


def test_missing_texts_come_in_order_each_once(path: Path) -> None:
    filled(path, TEXTS[:3])
    with VectorCache(path, PROFILE) as cache:
        asked = ["z", TEXTS[1], "a", "z", TEXTS[0], "y"]
        assert cache.missing(asked, Role.PASSAGE) == ["z", "a", "y"]
        assert cache.size == 3


def test_texts_that_are_sent_alike_are_one_and_roles_are_two(path: Path) -> None:
    long = "a" * PROFILE.max_chars
    with VectorCache(path, PROFILE) as cache:
        cache.put([long], Role.PASSAGE, vectors_of([long], Role.PASSAGE))
        assert cache.missing([f"{long} more", long], Role.PASSAGE) == []
        assert cache.missing([long], Role.QUERY) == [long]
        assert (read(cache, [f"{long} more"]) == read(cache, [long])).all()


def test_a_text_keeps_its_first_vector(path: Path) -> None:
    first = filled(path, ["a", "b"])
    with VectorCache(path, PROFILE) as cache:
        cache.put(["b", "c", "c"], Role.PASSAGE, vectors_of(["x", "y", "y"], Role.PASSAGE))
        assert (read(cache, ["a", "b"]) == first).all()
        assert cache.size == 3


def test_a_text_without_a_vector_reads_as_zeros(path: Path) -> None:
    filled(path, ["a"])
    with VectorCache(path, PROFILE) as cache:
        assert np.linalg.norm(read(cache, ["b", "a"]), axis=1) == pytest.approx([0, 1])


def test_two_models_without_prefixes_are_not_mixed_up(path: Path) -> None:
    """What is sent is the same, so that the model alone tells their vectors apart."""
    bare = replace(PROFILE, query_prefix="", passage_prefix="")
    other = replace(bare, model="other")
    mine = vectors_of(["x"], Role.PASSAGE, bare)
    for profile, vectors in ((bare, mine), (other, -mine)):
        with VectorCache(path, profile) as cache:
            cache.put(["x"], Role.PASSAGE, vectors)
    for profile, vectors in ((bare, mine), (other, -mine)):
        with VectorCache(path, profile) as cache:
            (found,) = cache.read(["x"], Role.PASSAGE)
            assert (found * vectors).sum() > 0.999


def test_models_stand_side_by_side_and_a_truncated_one_shares(path: Path) -> None:
    other, short = replace(PROFILE, revision="2"), replace(PROFILE, dim=4, native_dim=PROFILE.dim)
    filled(path, TEXTS)
    with VectorCache(path, other) as cache:
        assert cache.missing(TEXTS, Role.PASSAGE) == TEXTS
        cache.put(TEXTS[:2], Role.PASSAGE, -vectors_of(TEXTS[:2], Role.PASSAGE))
        assert cache.size == 2
    with VectorCache(path, short) as cache:
        assert cache.missing(TEXTS, Role.PASSAGE) == []
        assert read(cache, TEXTS).shape == (50, PROFILE.dim)


@pytest.mark.parametrize(
    "bad", [np.ones((2, 15)), np.ones((1, 16)), np.full((2, 16), np.nan), np.full((2, 16), np.inf)]
)
def test_vectors_that_are_none_are_not_kept(path: Path, bad: NDArray[np.float64]) -> None:
    with VectorCache(path, PROFILE) as cache:
        with pytest.raises(EncodeError):
            cache.put(["a", "b"], Role.PASSAGE, bad.astype(np.float32))
        assert cache.size == 0


def test_canaries_keep_their_first_vector_and_order(path: Path) -> None:
    def canary(text: str, of: str) -> Canary:
        return Canary(text, tuple(map(float, vector_of(of))))

    with VectorCache(path, PROFILE) as cache:
        cache.put_canaries([canary("b", "b"), canary("a", "a")])
        kept = cache.canaries()
        cache.put_canaries([canary("a", "x"), canary("c", "c")])
        assert [found.text for found in cache.canaries()] == ["b", "a", "c"]
        assert cache.canaries()[:2] == kept
        with pytest.raises(EncodeError):
            cache.put_canaries([Canary("d", (1.0,))])
    with VectorCache(path, PROFILE) as cache:
        assert cache.canaries()[:2] == kept
        assert np.array(kept[1].vector) @ vector_of("a") > 0.999999
        cache.drop_canaries()
        assert cache.canaries() == ()


def test_what_no_run_needs_any_more_is_dropped(path: Path) -> None:
    filled(path, ["old", "a", "b"])
    for _ in range(3):
        with VectorCache(path, PROFILE) as cache:
            cache.mark(["a", "b", "new"], Role.PASSAGE)
            cache.mark(["a"], Role.PASSAGE)  # the same run
    with VectorCache(path, PROFILE) as cache:
        assert cache.prune(runs=4) == 0
        assert cache.prune(runs=3) == 1
        assert cache.missing(["a", "old", "b"], Role.PASSAGE) == ["old"]


def test_a_closed_cache_says_so(path: Path) -> None:
    with VectorCache(path, PROFILE) as cache:
        pass
    with pytest.raises(ConfigError):
        _ = cache.size
