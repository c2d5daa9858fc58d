"""Capitals for queries that are typed without."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.encode.casing import Casing
from kadr.errors import BundleDamaged
from kadr.film import Description, Film

FILMS = [
    Film(id="a", title="Одна", descriptions=(Description("Мальчик Гарри Поттер едет в школу. Школа стоит в горах."),)),
    Film(
        id="b", title="Другая", descriptions=(Description("Где Гарри, там и Рон. Гарри едет в Лондон, а школа ждёт."),)
    ),
    Film(id="c", title="Third", descriptions=(Description("A boy meets the King of Norway. The king is old."),)),
]
CASING = Casing.of(FILMS)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("гарри поттер в школе", "Гарри Поттер в школе"),
        ("ГАРРИ ПОТТЕР В ШКОЛЕ", "Гарри Поттер в школе"),
        ("про поттера и рона", "про Поттера и Рона"),  # in any form
        ("  лондон-норвегия: norway?! ", "  Лондон-норвегия: Norway?! "),
        ("a king of norway", "a king of Norway"),  # a king is written both ways
        ("Мальчик и гарри", "Мальчик и гарри"),  # it has a case of its own
        ("Гарри", "Гарри"),
        ("«гарри»", "«Гарри»"),
        ("12 ?!", "12 ?!"),
        ("", ""),
    ],
)
def test_names_are_written_as_the_films_write_them(typed: str, written: str) -> None:
    assert CASING(typed) == written


@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=60))
def test_letters_stay_and_case_alone_changes(text: str) -> None:
    assert CASING(text).lower() == text.lower() or len(CASING(text).lower()) >= len(text)
    assert CASING(CASING(text)) == CASING(text)


@given(st.lists(st.sampled_from(["гарри", "школа", "лондон", "and", "norway", "king"]), max_size=5).map(" ".join))
def test_small_letters_and_capitals_are_written_alike(text: str) -> None:
    assert CASING(text) == CASING(text.upper())


def test_without_films_nothing_is_a_name() -> None:
    assert Casing.of([])("гарри поттер") == "гарри поттер"


def test_it_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    CASING.save(tmp_path)
    assert Casing.open(tmp_path)("гарри в лондоне") == "Гарри в Лондоне"
    (tmp_path / "casing.npy").write_bytes(b"no array")
    with pytest.raises(BundleDamaged, match=r"casing\.npy"):
        Casing.open(tmp_path)
