"""The parts of understanding, each by itself: words, forms, numbers, likeness, labels, contradictions."""

import pytest

from kadr.film import Film
from kadr.index.columns import build_columns
from kadr.index.mentions import build_mentions
from kadr.search.types import Filters, Wish
from kadr.search.understand import Known, understand
from kadr.search.understand.ages import read_age
from kadr.search.understand.forms import base_forms, base_phrases
from kadr.search.understand.lengths import read_runtime
from kadr.search.understand.meanings import conflicting
from kadr.search.understand.numbers import read_rating, read_years
from kadr.search.understand.tokens import tokenise
from tests.search.understand.shelved import KNOWN


@pytest.mark.parametrize(
    ("people", "latin", "russian"),
    [((), False, False), (("Ann Lee", "Émile Roy"), True, False), (("Вера Ёлкина",), False, True)],
)
def test_names_are_looked_for_in_the_alphabets_that_they_are_written_in(
    people: tuple[str, ...], latin: bool, russian: bool
) -> None:
    films = [Film(id="a", title="x", directors=people[:1], actors=people[1:])]
    columns = build_columns(films)
    known = Known(columns, build_mentions(films, columns))
    assert (known.writes_otherwise("вера"), known.writes_otherwise("ann")) == (latin, russian)
    for name in people:
        assert [wish.label for wish in understand(f"фильмы с {name}", known).wishes] == [name]


@pytest.mark.parametrize("query", ["«Французская комедия» про повара", "фильм «комедия 80-х» с погоней"])
def test_what_is_quoted_is_no_wish(query: str) -> None:
    understood = understand(query, KNOWN)
    assert (understood.wishes, understood.text) == ((), query)


def test_a_mark_that_stands_on_no_letter_is_no_word() -> None:
    assert [token.word for token in tokenise("кошка \u0301 \u0300\u0301, дом")] == ["кошка", "дом"]


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("тарковского", "тарковский"),
        ("гайдая", "гайдай"),
        ("хэнксом", "хэнкс"),
        ("данелии", "данелия"),
        ("павлом", "павел"),
        ("матрицу", "матрица"),
        ("сияния", "сияние"),
        ("клуба", "клуб"),
        ("странных", "странные"),
    ],
)
def test_a_case_form_leads_to_its_nominative(word: str, base: str) -> None:
    assert base in base_forms(word)
    assert base_forms(word)[0] == word


def test_other_words_are_their_own_form_and_phrases_are_bounded() -> None:
    assert base_forms("hanks") == ("hanks",)
    assert base_forms("ди") == ("ди",)
    assert "бойцовский клуб" in base_phrases(("бойцовского", "клуба"))
    assert base_phrases(()) == ("",)
    assert len(base_phrases(("странного",) * 7)) <= 64


def test_words_know_their_places_quotes_and_breaks() -> None:
    tokens = tokenise("Смотреть «Чёрная Кошка», 90-х и\u0306")
    assert [(t.word, t.quoted, t.broken, t.capital) for t in tokens] == [
        ("смотреть", False, False, True),
        ("черная", True, False, True),
        ("кошка", True, False, True),
        ("90", False, True, False),
        ("х", False, False, False),
        ("й", False, False, False),
    ]
    assert [tokens[1].start, tokens[1].end] == [10, 16]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("90-х", "1990-1999"),
        ("80-90-х", "1980-1999"),
        ("90-00-х", "1990-2009"),
        ("в 90-х", "1990-1999"),
        ("in the early 90s", "1990-1994"),
        ("1990-х годов", "1990-1999"),
        ("90 годов", "1990-1999"),
        ("с 1990 по 2000 годы", "1990-2000"),
        ("80-90 годов", "1980-1999"),
        ("80's", "1980-1989"),
        ("1980s", "1980-1989"),
        ("нулевых", "2000-2009"),
        ("60х", "1960-1969"),
        ("начала нулевых", "2000-2004"),
        ("конец 80-х", "1986-1989"),
        ("mid 90s", "1993-1996"),
        ("1999", "1999-1999"),
        ("1999 года", "1999-1999"),
        ("2005-2010", "2005-2010"),
        ("с 2005 по 2010", "2005-2010"),
        ("between 1995 and 1999", "1995-1999"),
        ("от 1990 до 1995", None),
        ("до 2000", "-1999"),
        ("до 90-х", "-1989"),
        ("не позже 1990", "-1990"),
        ("после 2010", "2011-"),
        ("after the 90s", "2000-"),
        ("с 2010 года", "2010-"),
        ("since 2010", "2010-"),
        ("2049", None),
        ("1812", None),
        ("90", None),
        ("девяносто", None),
        ("девяностолетний", None),
    ],
)
def test_years_are_read(text: str, years: str | None) -> None:
    tokens = tokenise(text)
    read = read_years(tokens, 0, 2024)
    assert (read and read[1]) == years
    assert read is None or read[0] == len(tokens)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("до двух часов", "-120"),
        ("короче 1,5 часа", "-90"),
        ("не длиннее полутора часов", "-90"),
        ("до часа", "-60"),
        ("under 90 min", "-90"),
        ("больше 3 часов", "180-"),
        ("at least two hours", "120-"),
        ("до двух", None),
        ("до двух ночи", None),
        ("до 5000 часов", None),
    ],
)
def test_lengths_are_read(text: str, minutes: str | None) -> None:
    read = read_runtime(tokenise(text), 0)
    assert (read and read[1]) == minutes


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("рейтинг выше 7", "7-"),
        ("с оценкой не ниже 7.5", "7.5-"),
        ("imdb 8+", "8-"),
        ("rated above 6", "6-"),
        ("рейтинг 18", None),
        ("рейтинг", None),
        ("выше 7", None),
    ],
)
def test_ratings_are_read(text: str, rating: str | None) -> None:
    read = read_rating(tokenise(text), 0)
    assert (read and read[1]) == rating


def test_ages_are_read() -> None:
    ages = [read_age(tokenise(text), 0) for text in ("6+", "18+", "12", "7+")]
    assert ages == [(1, "-6"), (1, "18-"), None, None]


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("для ребёнка 6 лет", "-6"),
        ("для 6-летнего ребёнка", "-6"),
        ("для детей от 3 до 7 лет", "-7"),
        ("детям 5 лет", "-5"),
        ("for a 6 year old", "-6"),
        ("for kids aged 8", "-8"),
        ("for my 4 year old daughter", "-4"),
        ("for 2 kids", None),
        ("for kids", None),
        ("для 5 друзей", None),
        ("for 30 years", None),
        ("for children of", None),
    ],
)
def test_the_age_of_a_child_is_read(text: str, age: str | None) -> None:
    read = read_age(tokenise(text), 0)
    assert (read and read[1]) == age
    assert read is None or read[0] == len(tokenise(text))


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ("французская комедия 90-х", ["Франция", "комедия", "1990–1999"]),  # an en dash
        ("french comedy of 1998 under 2 hours", ["France", "Comedy", "1998", "≤ 120 min"]),
        ("драма или комедия 6+", ["драма / комедия", "6+"]),
        ("funny film with tom hanks", ["funny", "Том Хэнкс"]),
        ("не сериал с рейтингом выше 8", ["сериал", "рейтинг ≥ 8"]),
    ],
)
def test_wishes_are_shown_in_the_language_of_the_query(query: str, labels: list[str]) -> None:
    assert sorted(wish.label for wish in understand(query, KNOWN).wishes) == sorted(labels)


@pytest.mark.parametrize(
    ("query", "label", "filters"),
    [
        ("комедия 60-х или 90-х", "1960–1969 / 1990–1999", Filters(years_any=((1960, 1969), (1990, 1999)))),  # dashes
        ("комедия 90-х или 80-х", "1980–1999", Filters(year_from=1980, year_to=1999)),  # an en dash
        ("комедия до 1970 или 90-х", "≤ 1969 / 1990–1999", Filters(years_any=((0, 1969), (1990, 1999)))),  # a dash
        (
            "с де ниро или томом хэнксом",
            "Роберт Де Ниро / Том Хэнкс",
            Filters(people_any=("Роберт Де Ниро", "Том Хэнкс")),
        ),
        ("комедия 70-х, 80-х или 90-х", "1970–1999", Filters(year_from=1970, year_to=1999)),  # an en dash
        (
            "Нолан, Спилберг или Финчер",
            "Кристофер Нолан / Стивен Спилберг / Дэвид Финчер",
            Filters(people_any=("Дэвид Финчер", "Кристофер Нолан", "Стивен Спилберг")),
        ),
        ("funny or scary movie", "funny / scary", None),
    ],
)
def test_several_of_which_any_is_meant_are_one_wish(query: str, label: str, filters: Filters | None) -> None:
    wish = understand(query, KNOWN).wishes[-1]
    assert wish.label == label
    assert filters is None or wish.filters == filters


def test_years_that_hold_all_years_are_no_wish() -> None:
    assert [wish.kind for wish in understand("комедия до 2000 или после 1990", KNOWN).wishes] == ["genre"]


def test_words_of_one_wish_in_two_places_are_both_its_own() -> None:
    query = "хочу доброго и светлого фильма"
    got = understand(query, KNOWN)
    assert [(wish.key, [query[a:b] for a, b in wish.spans]) for wish in got.wishes] == [
        ("mood:добрый", ["доброго", "светлого"])
    ]
    assert got.text == ""


def test_wishes_that_no_film_meets_together_are_soft() -> None:
    got = understand("комедия 90-х до 1980", KNOWN)
    assert [(wish.key, wish.soft) for wish in got.wishes] == [
        ("genre:комедия", False),
        ("years:1990-1999", True),
        ("years:-1979", True),
    ]
    one = Wish("genre:драма", "genre", "драма", (), filters=Filters(genres_any=("драма",)))
    other = Wish("-genre:драма", "genre", "драма", (), negated=True)
    assert conflicting([one, other]) == {one.key, other.key}
    assert not conflicting([one, Wish("genre:комедия", "genre", "комедия", ())])


@pytest.mark.parametrize("query", ["tom hanks in 1994", "хэнкс в 1994", "фильмы тома хэнкса в 1994 году"])
def test_a_year_behind_a_person_is_soft_because_films_are_about_people_too(query: str) -> None:
    got = understand(query, KNOWN)
    assert [(wish.key, wish.soft) for wish in got.wishes] == [("person:том хэнкс", False), ("years:1994-1994", True)]
    assert got.text == ""


def test_the_film_that_is_named_is_told_by_its_rows() -> None:
    got = understand("фильм как Матрица, но про вампиров", KNOWN)
    titles = KNOWN.mentions.films_of("матрица").tolist()
    assert (list(got.like), got.text) == (titles, "про вампиров")
    assert understand("он живёт как матрица", KNOWN).like == ()


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("movies by tarantino", "person:квентин тарантино"),
        ("directed by nolan", "person:кристофер нолан"),
        ("with Leonardo DiCaprio", "person:леонардо дикаприо"),
        ("leonardo di caprio", "person:леонардо дикаприо"),
        ("фильмы ди каприо", "person:леонардо дикаприо"),
        ("фильм Дэвида Финчера", "person:дэвид финчер"),
        ("без Тома Круза", "-person:том круз"),
    ],
)
def test_people_are_known_in_every_form_and_alphabet(query: str, key: str) -> None:
    assert [wish.key for wish in understand(query, KNOWN).wishes] == [key]


def test_the_words_beside_a_name_say_what_the_person_did() -> None:
    asked = {
        query: understand(query, KNOWN).wishes[0].filters
        for query in ("режиссер клинт иствуд", "фильм с клинтом иствудом", "в главной роли клинт иствуд")
    }
    assert list(asked.values()) == [
        Filters(directors=("Клинт Иствуд",)),
        Filters(people_any=("Клинт Иствуд",)),
        Filters(actors=("Клинт Иствуд",)),
    ]


def test_a_title_stands_before_the_surname_that_it_is_too() -> None:
    films = [
        Film("a", "Верес", year=1994, genres=("боевик",), actors=("Пётр Чалый",)),
        Film("b", "Другая пристань", year=2001, genres=("боевик",), actors=("Зоя Верес", "Пётр Чалый")),
        Film("c", "Третья пристань", year=2003, genres=("боевик",), actors=("Зоя Верес", "Пётр Чалый")),
    ]
    columns = build_columns(films)
    known = Known(columns, build_mentions(films, columns))
    assert [wish.kind for wish in understand("верес боевик", known).wishes] == ["genre"]
    for query in ("боевик с зоей верес", "боевик с верес"):
        assert {wish.kind for wish in understand(query, known).wishes} == {"genre", "person"}, query


def test_of_a_word_longer_than_any_only_its_beginning_is_read() -> None:
    one, other = tokenise("маяк " + "а" * 4_000)
    assert (one.word, other.start, other.end) == ("маяк", 5, 4_005)
    assert other.word == "а" * 64
