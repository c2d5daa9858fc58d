import re
from pathlib import Path

import pytest

from app.texts import TEXTS, count, grouped, say

APP = Path(__file__).parents[2] / "app"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 фильмов"),
        (1, "1 фильм"),
        (2, "2 фильма"),
        (5, "5 фильмов"),
        (11, "11 фильмов"),
        (12, "12 фильмов"),
        (21, "21 фильм"),
        (22, "22 фильма"),
        (111, "111 фильмов"),
        (1001, "1\u202f001 фильм"),
    ],
)
def test_nouns_agree_with_their_numbers(number: int, text: str) -> None:
    assert count(number, "films") == text


def test_both_languages_have_the_same_places() -> None:
    for key, (russian, english) in TEXTS.items():
        assert set(re.findall(r"{\w+}", russian)) == set(re.findall(r"{\w+}", english)), key
        assert ("|" in russian) == ("|" in english), key
        assert not re.search("[А-Яа-яЁё]", english), key


def test_thousands_are_parted() -> None:
    assert grouped(1234567) == "1\u202f234\u202f567"


def test_every_text_that_the_code_names_exists_and_every_text_is_named() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in APP.rglob("*.py") if path.parent.name != "texts")
    named = set(re.findall(r'"([a-z][a-z0-9_]*)"', code))
    families = [*re.findall(r"""f['\"]([a-z_]+_)\{""", code), "mode_", "sort_", "measure_"]
    keys = TEXTS.keys()
    said = set(re.findall(r'say\("([a-z0-9_]+)"', code)) | set(re.findall(r'count\([^"]+"([a-z]+)"\)', code))
    assert said <= keys
    assert {key for key in keys if key not in named and not key.startswith(tuple(families))} == set()


def test_places_are_filled() -> None:
    assert say("poster_alt_year", title="Маяк", year=1994) == "Постер: Маяк (1994)"
