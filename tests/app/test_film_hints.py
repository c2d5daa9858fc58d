"""What the film page proposes to type is understood, all of it together and each part by itself."""

import pytest

from app.texts.film import TEXTS
from kadr.search.understand import understand
from tests.search.understand.shelved import KNOWN

RUSSIAN, ENGLISH = 0, 1


def asked(title: str, typed: str, language: int) -> str:
    """Return the query that the page sends."""
    return TEXTS["film_alike_query_but"][language].format(title=title, words=typed)


@pytest.mark.parametrize(
    ("language", "title", "keys", "text"),
    [
        (
            RUSSIAN,
            "Матрица",
            ["like:матрица", "mood:смешной", "-words:насилия", "years:1980-1989"],
            "про космос, повеселее",
        ),
        (
            RUSSIAN,
            "2001: Космическая одиссея",  # words of a title are none of a description's
            ["like:2001 космическая одиссея", "mood:смешной", "-words:насилия", "years:1980-1989"],
            "про космос, повеселее",
        ),
        (
            ENGLISH,
            "The Matrix",
            ["like:the matrix", "mood:смешной", "-words:violence", "years:1980-1989"],
            "in space, funnier",
        ),
    ],
)
def test_the_whole_hint_is_understood(language: int, title: str, keys: list[str], text: str) -> None:
    got = understand(asked(title, TEXTS["film_alike_hint"][language], language), KNOWN)
    assert [wish.key for wish in got.wishes] == keys
    assert (got.text, got.long, len(got.like)) == (text, False, 1)


@pytest.mark.parametrize(("language", "title"), [(RUSSIAN, "Матрица"), (ENGLISH, "The Matrix")])
def test_each_part_of_the_hint_is_understood(language: int, title: str) -> None:
    found = []
    for part in TEXTS["film_alike_hint"][language].split(", "):
        like, *others = understand(asked(title, part, language), KNOWN).wishes
        assert like.kind == "like"
        found.append([wish.kind for wish in others])
    assert found == [[], ["mood"], ["words"], ["years"]]


def test_the_mark_that_closes_the_title_is_not_looked_for() -> None:
    assert understand(asked("Матрица", "про космос", RUSSIAN), KNOWN).text == "про космос"
    assert understand(asked("The Matrix", "in space", ENGLISH), KNOWN).text == "in space"
