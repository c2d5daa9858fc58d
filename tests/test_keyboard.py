"""Two keyboard layouts: what the same keys write, and which keys touch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.keyboard import NEIGHBOURS, swapped, swaps

RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбюё"
LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ghbdtn", "привет"),
        ("Ghbdtn", "Привет"),
        ("руддщ", "hello"),
        ("k.,jdm b cvthnm", "любовь и смерть"),
        ("`krb 2", "ёлки 2"),
        ("<tkjt cjkywt", "Белое солнце"),
        ("Xtkjdtr^ gfer&", "Человек: паук?"),
        ("1984", "1984"),
        ("", ""),
    ],
)
def test_the_other_layout(typed: str, meant: str) -> None:
    assert swapped(typed) == meant


def test_every_letter_key_has_its_place() -> None:
    assert swapped(LATIN + "a") == RUSSIAN + "ф"
    assert swapped(RUSSIAN) == LATIN


@given(st.text(alphabet=RUSSIAN + RUSSIAN.upper() + ' 0123456789.,?:;"№', max_size=30))
def test_the_same_keys_twice_write_the_same(text: str) -> None:
    assert swapped(swapped(f"я{text}")) == f"я{text}"


@pytest.mark.parametrize(
    ("text", "told"), [("ghbdtn", True), ("привет", True), ("привет hello", False), ("1984", False), ("", False)]
)
def test_only_one_alphabet_may_be_the_wrong_one(text: str, told: bool) -> None:
    assert swaps(text) is told


def test_keys_touch_both_ways() -> None:
    assert NEIGHBOURS["g"] == set("tyfhvb")
    assert NEIGHBOURS["п"] == set("енарим")
    for key, touching in NEIGHBOURS.items():
        for other in touching & NEIGHBOURS.keys():
            assert key in NEIGHBOURS[other]
