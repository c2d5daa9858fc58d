"""Words that wishes are told with are right as they are."""

import pytest

from kadr.film import Description, Film
from kadr.index.titles import build_titles
from kadr.search.spelling import Speller
from kadr.search.understand.spoken import is_spoken

ALIKE = "Дальше лес, и никогда не максим: never, newest, пот и серьги, комедиант и ужастик, rates and shores."
FILMS = [Film(id=str(i), title=f"Часть {i}", descriptions=(Description(ALIKE),)) for i in range(60)]
SPELLER = Speller(build_titles(FILMS))


@pytest.mark.parametrize(
    "query", ["дольше трёх часов", "2 часа максимум", "newer than 2010", "что-нибудь про ужастики", "сериал новее 2015"]
)
def test_no_word_of_a_wish_is_corrected(query: str) -> None:
    assert SPELLER.correct(query) is None


def test_others_are() -> None:
    found = SPELLER.correct("дальше лесс максимм")
    assert found is not None
    assert found.shown == "дальше лес максим"


@pytest.mark.parametrize("word", ["дольше", "newer", "комедию", "сериалы", "часа", "грустное"])
def test_they_are_told_in_their_forms(word: str) -> None:
    assert is_spoken(word)


@pytest.mark.parametrize("word", ["дальше", "never", "комидия", "маяк", "корабль"])
def test_other_words_are_none(word: str) -> None:
    assert not is_spoken(word)
