"""Texts as cells that no spreadsheet takes for a formula."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.cells import guarded, unguarded


@given(st.text("'=+-@\tа ", max_size=5))
def test_a_guard_is_taken_away_from_no_other_text(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] in {"", "'", "а", " "}


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠", "'="])
def test_what_a_spreadsheet_would_run_is_guarded(sign: str) -> None:
    assert guarded(f"{sign}1") == f"'{sign}1"


@pytest.mark.parametrize("text", ["", "Маяк", "1+1", "O'Hara", "'Tis", " =1"])
def test_other_texts_are_not(text: str) -> None:
    assert guarded(text) == unguarded(text) == text
