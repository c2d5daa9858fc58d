"""What of a suggestion is marked."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.search.highlight import highlight


@pytest.mark.parametrize(
    ("shown", "typed", "marked"),
    [
        ("Ёлки-палки", ["елк"], "[Ёлк]и-палки"),
        ("Ёлки-палки", ["пал", "ел"], "[Ёл]ки-[пал]ки"),
        ("The Third Man", ["the", "th"], "[The] Third Man"),
        ("Космос", ["космас"], "[Космос]"),
        ("Космос", ["комсо"], "[Космо]с"),
        ("Полкосмоса", ["космос"], "Пол[космос]а"),
        ("Синема", ["sinem"], "[Синем]а"),
        ("Космос", ["кит"], "Космос"),
        ("Космос", [], "Космос"),
        ("", ["кит"], ""),
        ("?!", ["кит"], "?!"),
    ],
)
def test_the_beginnings_of_words(shown: str, typed: list[str], marked: str) -> None:
    pieces = highlight(shown, typed)
    assert "".join(f"[{p.text}]" if p.marked else p.text for p in pieces) == marked


@given(st.text(max_size=40), st.lists(st.text(min_size=1, max_size=6), max_size=3))
def test_no_letter_is_lost(shown: str, typed: list[str]) -> None:
    pieces = highlight(shown, typed)
    assert "".join(piece.text for piece in pieces) == shown
    assert all(piece.text for piece in pieces)
    assert all(a.marked != b.marked for a, b in pairwise(pieces))
