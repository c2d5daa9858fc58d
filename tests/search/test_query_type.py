"""How a query is asked: a table, and bounds."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.search.query_type import LONG_WORDS, QueryType, query_type

TITLE = [
    "маяк",
    "вторая луна",
    "пекарня 1984",
    "lighthouse",
    "the lighthouse",
    "Ключ под Ковриком",
    "Анна Седых",
    "Keepers of the Northern Light",
    "2084: A Moon Story",
    "«не трогай сундук, он живой»",
    '"nobody told me about the bakery"',
    "old ferry song 2003",
    "",
    "   ",
    "?!",
    "1984",
]
KEYWORDS = [
    "маяк сундук смотритель",
    "анна седых драма",
    "зомби в торговом центре",
    "комедия про собаку",
    "паромщик и луна 1997",
    "space station accident astronaut",
    "ограбление банка заложники переговорщик сержант",
    "Кино про Париж",
    "фильм Анны Седых",
    "КОРАБЛЬ ОСТРОВ КЛАД",
    "комедия 1990 про пекаря",
    "гонки пустыня грузовик взрыв погоня банда топливо",
]
SENTENCE = [
    "девочка находит дверь в другой мир за шкафом",
    "смотритель маяка находит на берегу запертый сундук",
    "a man wakes up in a hospital and does not remember his name",
    "two brothers who open a bakery next to a prison",
    "мальчик, который боится темноты",
    "a ship in a storm",
    "гонки пустыня грузовик взрыв погоня банда топливо вода колодец старик девушка",
]
LONG = ["она " * LONG_WORDS, "старик " * 5_000, "he walks and walks, " * 8]


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        *((query, QueryType.TITLE) for query in TITLE),
        *((query, QueryType.KEYWORDS) for query in KEYWORDS),
        *((query, QueryType.SENTENCE) for query in SENTENCE),
        *((query, QueryType.LONG) for query in LONG),
    ],
)
def test_how_a_query_is_asked(query: str, kind: QueryType) -> None:
    assert query_type(query) is kind
    assert query_type(f"  {query}\n") is kind


@given(st.text())
def test_every_text_has_a_type(query: str) -> None:
    assert query_type(query) in QueryType


@given(st.lists(st.sampled_from(("она", "и", "маяк", "Анна", "не", "moon", "a", "1999")), min_size=LONG_WORDS))
def test_many_words_are_a_long_description_whatever_they_are(words: list[str]) -> None:
    assert query_type(" ".join(words)) is QueryType.LONG
    assert query_type(" ".join(words[: LONG_WORDS - 1])) is not QueryType.LONG


@pytest.mark.parametrize("text", ["a" * 10_000, "." * 10_000, "я " * 5_000, "«" * 10_000, "ﷺ" * 10_000, "é́" * 5_000])
def test_the_longest_query_takes_no_time(text: str) -> None:
    start = time.perf_counter()
    for _ in range(10):
        query_type(text)
    assert time.perf_counter() - start < 0.2  # some 2 ms on the slowest machine we know
