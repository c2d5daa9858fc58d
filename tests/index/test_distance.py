"""The distance of two texts is that of the textbook."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.index.distance import MAX_APART, apart
from tests.index.test_fuzzy import plainly

letters = st.text(alphabet="аб", max_size=7) | st.text(alphabet="абвг", max_size=7)


@given(letters, letters)
def test_apart_is_the_distance_as_far_as_it_is_told(one: str, other: str) -> None:
    assert apart(one, other) == apart(other, one) == min(plainly(one, other), MAX_APART + 1)


@pytest.mark.parametrize(
    ("one", "other", "errors"),
    [
        ("маяк", "маяк", 0),
        ("маяк", "мая", 1),
        ("маяк", "мяак", 1),
        ("маяк", "амкя", 2),  # both ends exchanged
        ("маяк", "аякм", 2),  # one letter from the front to the end
        ("маяк", "кяам", 3),
        ("", "ма", 2),
        ("", "мая", 3),
        ("абвг", "вабг", 2),  # no exchange over a letter
    ],
)
def test_edits_of_every_kind(one: str, other: str, errors: int) -> None:
    assert apart(one, other) == errors
