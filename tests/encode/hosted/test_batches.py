"""Cutting texts into calls."""

from hypothesis import given
from hypothesis import strategies as st

from kadr.encode.encoder import Profile, Role
from kadr.encode.hosted.batches import batches
from kadr.encode.hosted.options import Options

PROFILE = Profile("tei", "m", 8, passage_prefix="passage: ", max_chars=100)


def size(text: str) -> int:
    return len(f"passage: {text[:100]}".encode())


@given(st.lists(st.text(max_size=150), unique=True, max_size=60), st.integers(1, 9), st.integers(1, 400))
def test_every_text_is_in_one_batch_and_every_batch_is_within_bounds(texts: list[str], batch: int, most: int) -> None:
    options = Options(batch=batch, most_bytes=most)
    cut = batches(texts, Role.PASSAGE, PROFILE, options)
    assert sorted(text for found in cut for text in found) == sorted(texts)
    assert all(1 <= len(found) <= batch for found in cut)
    assert all(len(found) == 1 or sum(map(size, found)) <= most for found in cut)


@given(st.lists(st.text(max_size=150), unique=True, max_size=60))
def test_texts_of_similar_length_go_together_long_ones_first(texts: list[str]) -> None:
    sizes = [size(text) for found in batches(texts, Role.PASSAGE, PROFILE, Options(batch=7)) for text in found]
    assert sizes == sorted(sizes, reverse=True)


def test_texts_of_equal_length_keep_their_order() -> None:
    assert batches(["b", "a", "d", "c"], Role.PASSAGE, PROFILE, Options(batch=3)) == [("b", "a", "d"), ("c",)]


def test_the_canary_has_its_place_in_a_call() -> None:
    texts = [f"{i:02}" for i in range(64)]
    cut = batches(texts, Role.PASSAGE, PROFILE, Options(canaries=("a",), batch=32))
    assert [len(found) for found in cut] == [31, 31, 2]
    alone = batches(texts, Role.PASSAGE, PROFILE, Options(canaries=("a",), batch=1))
    assert [len(found) for found in alone] == [1] * 64


def test_a_text_that_cannot_be_written_is_still_sent_for_the_service_to_judge() -> None:
    assert batches(["\ud800"], Role.PASSAGE, PROFILE, Options()) == [("\ud800",)]
