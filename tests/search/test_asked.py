"""What a search is about to look for."""

import pytest

from kadr.film import Description, Film
from kadr.index.columns import build_columns
from kadr.index.lexical import LexicalParams, build_lexical
from kadr.index.mentions import build_mentions
from kadr.index.titles import build_titles
from kadr.search.asked import read
from kadr.search.request import Request
from kadr.search.spelling import Speller
from kadr.search.understand import Known

FILMS = [
    Film("a", "Изгой", year=2000, actors=("Том Хэнкс",), descriptions=(Description("A man with a parcel."),)),
    Film("b", "Hands", year=2001, descriptions=(Description("Movies with hands: a barber with scissors for hands."),)),
    Film("c", "Two", year=2002, descriptions=(Description("Tom has two hands, and movies to watch with them."),)),
]
COLUMNS = build_columns(FILMS)
KNOWN = Known(COLUMNS, build_mentions(FILMS, COLUMNS))
SPELLER = Speller(build_titles(FILMS, None, {}), build_lexical(FILMS, LexicalParams()))


@pytest.mark.parametrize(
    ("typed", "wishes"),
    [("movies with Tom Hanks", ["person:том хэнкс"]), ("movies with Hanks", ["person:том хэнкс"]), ("hanks", [])],
)
def test_a_name_in_the_other_alphabet_is_no_slip(typed: str, wishes: list[str]) -> None:
    asked = read(Request(typed), SPELLER, KNOWN)
    assert asked.correction is None
    assert [wish.key for wish in asked.wishes] == wishes
    slip = SPELLER.correct("movies with haands")
    assert slip is not None
    assert slip.shown == "movies with hands"


@pytest.mark.parametrize(
    ("typed", "sought"),
    [
        ("изгой 2", "изгой"),
        ("хочу посмотреть Изгой 2", "изгой"),
        ("hands 3", "hands"),
        ("брат 2", "брат 2"),
        ("брат 3", "брат"),
        ("изгой 84", "изгой 84"),
        ("rocky 3", "rocky 3"),
        ("rocky 4", "rocky"),
        ("человек 2", "человек 2"),
    ],
)
def test_a_part_that_is_not_here_is_its_first_film(typed: str, sought: str) -> None:
    films = [*FILMS, Film("d", "Брат", year=1997), Film("e", "Брат 2: Назад", year=2000)]
    films += [Film("f", "Rocky", year=1976), Film("g", "Rocky III", year=1982)]
    columns = build_columns(films)
    known, speller = Known(columns, build_mentions(films, columns)), Speller(build_titles(films, None, {}))
    assert read(Request(typed), speller, known).request.query == sought
    assert read(Request(typed, as_typed=True), speller, known).request.query.endswith(typed[-2:])
