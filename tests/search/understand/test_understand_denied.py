"""What is denied: the visitor takes it back, and neither it nor its contrary is asked for."""

import pytest

from kadr.film import Film
from kadr.index.columns import build_columns
from kadr.index.mentions import build_mentions
from kadr.search.understand import Known, understand
from tests.search.understand.shelved import KNOWN


@pytest.mark.parametrize(
    ("query", "key", "text"),
    [
        ("не мелодрама", "-genre:мелодрама", ""),
        ("не комедия про войну", "-genre:комедия", "про войну"),
        ("боевик без тома круза", "-person:том круз", ""),
        ("режиссёр не Нолан", "-person:кристофер нолан", ""),
        ("not by Spielberg", "-person:стивен спилберг", ""),
        ("триллер but not american", "-country:сша", ""),
        ("про корабль, но без зомби", "-words:зомби", "про корабль"),
        ("no violence", "-words:violence", ""),
        ("ничего страшного", "-mood:страшный", ""),
        ("не старый фильм про космос", "years:new", "про космос"),
    ],
)
def test_a_denial_that_is_taken_back_leaves_neither_it_nor_its_contrary(query: str, key: str, text: str) -> None:
    before = understand(query, KNOWN)
    after = understand(query, KNOWN, [key])
    assert key in {wish.key for wish in before.wishes}
    assert [wish.key for wish in after.wishes] == [wish.key for wish in before.wishes if wish.key != key]
    assert after.text == text


@pytest.mark.parametrize(
    "query",
    [
        "director not found",
        "режиссёр не находит актёра",
        "he found nothing funny",
        "с ней не произошло ничего страшного",
        "nothing new",
        "back in 1985",
        "thriller but nothing happens",
        "жить без насилия нельзя",
        "без магии не обойтись",
        "no magic can save her",
    ],
)
def test_what_a_plot_or_a_title_denies_is_let_alone(query: str) -> None:
    got = understand(query, KNOWN)
    assert (got.wishes, got.text) == ((), query)


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("фильм без насилия для детей", ["-words:насилия", "age:-6"]),
        ("боевик без крови с томом крузом", ["genre:боевик", "-words:крови", "person:том круз"]),
        ("фильмы без рейтинга 18+", ["age:18-"]),
    ],
)
def test_what_stands_behind_denied_words_is_a_wish_of_its_own(query: str, keys: list[str]) -> None:
    assert [wish.key for wish in understand(query, KNOWN).wishes] == keys


def test_what_was_wished_goes_back_to_the_text_beside_a_denial() -> None:
    got = understand("боевик без тома круза", KNOWN, ["genre:боевик", "-person:том круз"])
    assert (got.wishes, got.text) == ((), "боевик")


def test_a_country_that_no_film_knows_is_a_word_that_is_not_wanted() -> None:
    films = [Film("a", "Раз", year=2001), Film("b", "Два", year=2015)]
    columns = build_columns(films)
    got = understand("не русский фильм про любовь", Known(columns, build_mentions(films, columns)))
    assert ([wish.key for wish in got.wishes], got.text) == (["-words:русский"], "про любовь")


def test_foreign_is_a_word_to_look_for_where_it_is_no_wish() -> None:
    got = understand("зарубежная комедия", KNOWN, ["-country:россия/ссср"])
    assert ([wish.key for wish in got.wishes], got.text) == (["genre:комедия"], "зарубежная")


def test_a_number_behind_a_wish_stays_where_it_may_be_a_title() -> None:
    films = [
        Film("a", "24", year=2001, genres=("боевик",), actors=("Зоя Верес",)),
        Film("b", "Ужастики", year=2015, genres=("ужасы",), actors=("Зоя Верес",)),
    ]
    columns = build_columns(films)
    known = Known(columns, build_mentions(films, columns))
    texts = {query: understand(query, known).text for query in ("боевик 24", "боевик 25", "ужастики 2", "верес 7")}
    assert texts == {"боевик 24": "24", "боевик 25": "", "ужастики 2": "2", "верес 7": "верес 7"}
