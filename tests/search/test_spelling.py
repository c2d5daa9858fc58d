"""What a misspelt query means, and which queries are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.film import Description, Film
from kadr.index.lexical import LexicalParams, build_lexical
from kadr.index.titles import build_titles
from kadr.search.spelling import Speller

TEXTS = (
    "Смотритель маяка спасает моряков во время шторма на севере.",
    "Смотритель маяка пишет письма дочери о море и шторме.",
    "Следователь ищет пропавший звездолёт, а звездные войны начинаются снова.",
    "Звездные войны закончились, и следователь возвращается домой к дочери.",
    "Романтическая комедия про повара, который печёт пироги для школы.",
    "Школьный учитель и повар спасают школу от закрытия, весёлая комедия.",
    "A lighthouse keeper writes letters during the winter storm.",
    "The winter storm brings letters from a forgotten lighthouse keeper.",
    "Призраки старого замка пугают туристов из большого города.",
    "Туристы ночуют в замке, где живут призраки и привидения.",
)
FILMS = [
    Film(id=str(i), title=title, genres=("комедия",) if "комедия" in text else (), descriptions=(Description(text),))
    for i, (title, text) in enumerate(
        zip(
            ("Маяк", "Письма", "Звездолёт", "Возвращение", "Пироги", "Учитель", "Winter", "Letters", "Зомок", "Ночь"),
            TEXTS,
            strict=True,
        )
    )
]
TITLES = build_titles(FILMS)
LEXICAL = build_lexical(FILMS, LexicalParams())
SPELLER = Speller(TITLES, LEXICAL)


@pytest.mark.parametrize(
    ("query", "shown", "parts", "why"),
    [
        ("смотритиль маяка", "смотритель маяка", ["смотритель"], "typo"),
        ("звезные войны", "звездные войны", ["звездные"], "typo"),
        ("Звезные Войны", "Звездные Войны", ["Звездные"], "typo"),
        ("ЗВЕЗНЫЕ", "ЗВЕЗДНЫЕ", ["ЗВЕЗДНЫЕ"], "typo"),
        ("комидия про школу", "комедия про школу", ["комедия"], "typo"),
        ("следоватлеь ищет", "следователь ищет", ["следователь"], "typo"),
        ("lighthose keeper", "lighthouse keeper", ["lighthouse"], "typo"),
        ("cvjnhbntkm vfzrf", "смотритель маяка", ["смотритель маяка"], "layout"),
        ("дшпрерщгыу", "lighthouse", ["lighthouse"], "layout"),
        ("школа и gjdfh", "школа и повар", ["повар"], "layout"),
        ("звездныевойны", "звездные войны", ["звездные войны"], "typo"),
        ("смотри тель маяка", "смотритель маяка", ["смотритель"], "typo"),
    ],
)
def test_what_is_meant(query: str, shown: str, parts: list[str], why: str) -> None:
    found = SPELLER.correct(query)
    assert found is not None
    assert (found.shown, found.original, found.why) == (shown, query, why)
    assert [found.shown[a:b] for a, b in found.spans] == parts


@pytest.mark.parametrize(
    "query",
    [
        "смотритель маяка",  # right
        "смотрителями маяков",  # other forms
        "Зомок",  # a title, though замок is a word
        "зомок",
        "звездолёта",
        "Выхухоль",  # a word that no film has, and none near it
        "xxi век",
        "1985",
        "дом",
        "",
        "?!",
        "кит",
        "THE",
    ],
)
def test_what_is_left_alone(query: str) -> None:
    assert SPELLER.correct(query) is None


def test_a_long_description_is_left_alone() -> None:
    assert SPELLER.correct("звезные " * 25) is None
    assert SPELLER.correct("звезные " * 24) is not None


def test_without_more_results_nothing_is_corrected() -> None:
    """The catalogue of one speller answered from another, in which the corrected words find nothing."""
    elsewhere = build_lexical([Film(id="a", title="Звезные")], LexicalParams())
    assert Speller(TITLES, elsewhere).correct("звезные войны") is None
    assert Speller(TITLES).correct("звезные войны") is not None


@given(
    st.text(max_size=80) | st.lists(st.sampled_from(["звезные", "маяк", "gjdfh", "?", "XVI"]), max_size=8).map(" ".join)
)
def test_spans_mark_what_differs(query: str) -> None:
    found = SPELLER.correct(query)
    if found is not None:
        assert found.shown != query
        assert found.original == query
        at = 0
        for start, end in found.spans:
            assert at <= start < end <= len(found.shown)
            at = end


@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=2).map(" ".join), st.integers(0, 12), st.integers(1, 12))
def test_texts_of_the_catalogue_are_right(text: str, start: int, n: int) -> None:
    assert SPELLER.correct(" ".join(text.split()[start : start + n])) is None


@pytest.mark.parametrize("text", ["звезные" * 1400, "з " * 5_000, "\u0301" * 10_000, "k.," * 3_300])
def test_hostile_queries_cost_little(text: str) -> None:
    found = SPELLER.correct(text)
    assert found is None or found.original == text
