import random
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kadr.catalogue.merge import BY_ID, BY_OWN_ID, BY_TEXT, BY_YEAR, merge
from kadr.film import Description, Film, Kind
from tests.catalogue.films import PLOTS, film, plot


def groups(films: Sequence[Film]) -> list[list[str]]:
    """Return which source pages ended in one film."""
    return sorted(sorted(link.url for link in each.sources) for each in merge(films).films)


def joined(*films: Film) -> bool:
    return len(merge(films).films) == 1


def row(title: str, year: int | None, at: str, text: int | None = None, **fields: object) -> Film:
    """Return the row `at` = source and own number ("b2")."""
    texts = () if text is None else (plot(text, at[0]),)
    return film(title, year, at[0], at[1:], descriptions=texts, **fields)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (row("Маяк", 1990, "a1"), row("МАЯК!", 1990, "b1"), True),
        (row("Маяк", 1990, "a1", 0), row("Маяк", 1990, "b1", 1), True),
        (row("Белый маяк", 1990, "a1", 0), row("Белый маяк", 1991, "b1", 1), True),
        (row("Белый маяк", 1990, "a1", 0), row("Белый маяк", 1992, "b1", 0), False),
        (row("Маяк", 1990, "a1", 0), row("Маяк", 1991, "b1", 1), True),
        (row("Маяк", 1990, "a1", 0), row("Маяк", 1991, "b1", 0), True),
        (row("Маяк", None, "a1", 0), row("Маяк", 1991, "b1", 0), True),
        (row("Маяк", None, "a1", 0), row("Маяк", 1991, "b1", 1), False),
        (row("Маяк", None, "a1", 0), row("Маяк", None, "b1", 0), True),
        (row("Маяк", None, "a1"), row("Маяк", 1991, "b1", 1), False),
        (row("Маяк", 1990, "a1"), row("Огонь", 1990, "b1"), False),
        (row("Маяк", 1990, "a1", kind=Kind.FILM), row("Маяк", 1990, "b1", kind=Kind.SERIES), False),
        (row("Маяк", 1990, "a1", 0, kind=Kind.FILM), row("Маяк", 1990, "b1", 0), True),
        # the original title of one is the title of the other: only with the same year
        (row("Белый маяк", 1990, "a1", original_title="White Light"), row("White light", 1990, "b1"), True),
        (row("Белый маяк", 1990, "a1", original_title="White Light"), row("White light", 1991, "b1"), False),
        (row("Белый маяк", None, "a1", original_title="White Light"), row("White light", None, "b1"), False),
        # one source lists a film twice, or two films of one title
        (row("Белый маяк", 1990, "a1", 0), row("Белый маяк", 1990, "a2", 0), True),
        (row("Белый маяк", 1990, "a1", 0), row("Белый маяк", 1990, "a2"), True),
        (row("Белый маяк", 1990, "a1", 0), row("Белый маяк", 1990, "a2", 1), False),
        (row("Белый маяк", 1990, "a1", 0), row("Белый маяк", 1991, "a2", 0), False),
        (row("Белый маяк", None, "a1", 0), row("Белый маяк", 1991, "a2", 0), True),
        # ids
        (
            row("Маяк", 1990, "a1", external_ids={"imdb": "tt1"}),
            row("X", 2000, "b1", external_ids={"imdb": "tt1"}),
            True,
        ),
        (row("Маяк", 1990, "a1", external_ids={"imdb": "1"}), row("X", 1990, "b1", external_ids={"tmdb": "1"}), False),
        (
            row("Маяк", 1990, "a1", 0, external_ids={"imdb": "tt1"}),
            row("Маяк", 1990, "b1", 0, external_ids={"imdb": "tt2"}),
            False,
        ),
        # the source's own id: it needs a shared title and near years too, and then outweighs other texts
        (row("Маяк", 1990, "a1"), row("Огонь", 1990, "a1"), False),
        (row("Маяк", 1990, "a1", 0), row("МАЯК!", 1991, "a1", 1), True),
        (row("Маяк", 1990, "a1", 0), row("Маяк", None, "a1", 1), True),
        (row("Маяк", 1990, "a1", 0), row("Маяк", 1992, "a1", 0), False),
        (row("Маяк", 1990, "a1", 0, original_title="Light"), row("Огонь", 1991, "a1", 1, original_title="Light"), True),
        (row("Маяк", 1990, "a1", kind=Kind.FILM), row("Маяк", 1990, "a1", kind=Kind.SERIES), False),
        (
            row("Маяк", 1990, "a1", external_ids={"imdb": "tt1"}),
            row("Маяк", 1990, "a1", external_ids={"imdb": "tt2"}),
            False,
        ),
        # an id of a catalogue that we do not know may number anything
        (
            row("Маяк", 1990, "a1", external_ids={"shelf": "1"}),
            row("X", 2000, "b1", external_ids={"shelf": "1"}),
            False,
        ),
    ],
)
def test_pairs(one: Film, other: Film, *, same: bool) -> None:
    assert joined(one, other) is same
    assert joined(other, one) is same


def test_conflicting_ids_do_not_meet_through_a_third() -> None:
    one = row("Белый маяк", 1990, "a1", 0, external_ids={"imdb": "tt1"})
    two = row("Белый маяк", 1990, "b1", 0, external_ids={"imdb": "tt2"})
    between = row("Белый маяк", 1990, "c1", 0)
    assert len(groups([one, between, two])) == 3
    by_ids = [one, two, row("Огонь", 1990, "c1", external_ids={"imdb": "tt1", "tmdb": "5"})]
    assert groups(by_ids) == [["https://a.example/1", "https://c.example/1"], ["https://b.example/1"]]


def test_years_of_one_film_do_not_creep() -> None:
    films = [row("Белый маяк", 1990 + n, f"{source}1", n) for n, source in enumerate("abc")]
    assert len(groups(films)) == 3  # 1990 and 1992 are two films, and 1991 may be either


def test_ambiguous_rows_stay_apart_and_text_decides() -> None:
    namesakes = [row("Белый маяк", 1990, "a1", 0), row("Белый маяк", 1990, "a2", 1)]
    assert len(groups([*namesakes, row("Белый маяк", 1990, "b1")])) == 3
    assert groups([*namesakes, row("Белый маяк", 1990, "b1", 1)]) == [
        ["https://a.example/1"],
        ["https://a.example/2", "https://b.example/1"],
    ]
    two_years = [row("Белый маяк", 1960, "a1"), row("Белый маяк", 2000, "a2", 1)]
    assert len(groups([*two_years, row("Белый маяк", None, "b1", 1)])) == 2
    assert len(groups([*two_years, row("Белый маяк", None, "b1")])) == 3


def test_near_equal_text_is_inflection_and_cuts_not_a_common_subject() -> None:
    cut = Description(PLOTS[0][:70])
    assert joined(row("Маяк", None, "a1", 0), film("Маяк", 1990, "b", "1", descriptions=(cut,)))
    short = Description("Смотритель маяка")
    assert not joined(row("Маяк", None, "a1", 0), film("Маяк", 1990, "b", "1", descriptions=(short,)))


def test_a_column_of_ids_that_names_no_film_joins_none() -> None:
    films = [film(f"Маяк номер {n}", 1950 + 5 * n, "a", "1", id="a:1") for n in range(10)]
    merged = merge(films)
    assert {each.id for each in merged.films} == {"a:1", *(f"a:1-{n}" for n in range(2, 11))}
    assert {each.title for each in merged.films} == {each.title for each in films}
    assert merge(films[::-1]) == merged


def test_a_film_of_many_rows_under_its_own_id_is_one_film() -> None:
    rows = [row("Маяк", 1990 + n % 2, "a1", actors=(f"Актёр {n}",)) for n in range(2000)]
    before = time.perf_counter()
    assert joined(*rows, row("Маяк", None, "a1", 0))
    assert time.perf_counter() - before < 5  # 2 million pairs would take longer


def test_an_own_id_does_not_choose_between_two_films() -> None:
    remake = [row("Маяк", 1960, "a1", 0), row("Маяк", 2000, "a1", 1)]
    assert len(groups([*remake, row("Маяк", None, "a1", 2)])) == 3
    assert len(groups([*remake, row("Маяк", 1961, "a1", 2)])) == 2


def test_counts_by_rule() -> None:
    films = [
        row("Один", 1990, "a1", external_ids={"imdb": "tt1"}),
        row("Uno", 1994, "b1", external_ids={"imdb": "tt1"}),
        row("Белый маяк", 1990, "a2"),
        row("Белый маяк", 1991, "b2"),
        row("Две луны", None, "a3", 2),
        row("Две луны", 1970, "b3", 2),
        row("Две луны", 1970, "c3"),
        row("Пекарня", 1980, "a4", 0),
        row("Пекарня", 1981, "a4", 1),
    ]
    merged = merge(films)
    assert merged.rows_in == 9
    assert merged.merged == {BY_OWN_ID: 1, BY_ID: 1, BY_YEAR: 2, BY_TEXT: 1}
    assert len(merged.films) == 4
    assert [each.id for each in merged.films] == sorted(each.id for each in merged.films)


def test_fields_of_a_merged_film() -> None:
    one = film(
        "Маяк", 1990, "a", "1", id="a:1", genres=("Драма", "+"), actors=("A",), rating=6.0, votes=10, extra={"k": "1"},
        age_rating=0, descriptions=(plot(0, "a"),), external_ids={"imdb": "tt1"},
    )  # fmt: skip
    two = film(
        "Mayak", 1991, "b", "2", genres=("драма", "Семья"), actors=("B", "C"), directors=("D",), rating=8.0, votes=99,
        extra={"k": "2", "m": "3"}, age_rating=18, runtime_minutes=90, page_url="https://b.example/2",
        descriptions=(Description("СМОТРИТЕЛЬ далекого маяка - находит", "b"), plot(1, "b")),
        external_ids={"imdb": "tt1", "tmdb": "9"},
    )  # fmt: skip
    three = film(
        "Маяк", 1990, "c", "3", directors=("D", "E"), rating=9.9, tags=("море",),
        descriptions=(plot(1, "c"),), external_ids={"tmdb": "9"},
    )  # fmt: skip
    (got,) = merge([one, two, three]).films
    assert (got.id, got.title, got.year, got.age_rating, got.runtime_minutes) == ("a:1", "Маяк", 1990, 0, 90)
    assert (got.rating, got.votes) == (8.0, 99)
    assert (got.genres, got.actors, got.directors) == (("Драма", "+", "Семья"), ("A",), ("D", "E"))
    assert got.descriptions == (plot(0, "a"), plot(1, "b"))
    assert [link.name for link in got.sources] == ["a", "b", "c"]
    assert (got.extra, got.external_ids) == ({"k": "1", "m": "3"}, {"imdb": "tt1", "tmdb": "9"})
    assert (got.page_url, got.tags) == ("https://b.example/2", ("море",))


def test_namesakes_with_one_id_get_numbers() -> None:
    one, two = row("Маяк", 1990, "a1", 0, page_url="https://a.example/x"), row("Маяк", 1990, "a2", 1)
    three = row("Маяк", 1990, "a3", 2, page_url="https://a.example/y")
    taken = film("Огонь", 1990, "a", "4", id=f"{one.id}-2")
    ids = {each.page_url: each.id for each in merge([three, one, taken, two]).films if each.title == "Маяк"}
    assert ids == {"": one.id, "https://a.example/x": f"{one.id}-3", "https://a.example/y": f"{one.id}-4"}


def test_a_crowded_title_says_nothing() -> None:
    films = [row("Без названия", 1990, f"{'ab'[n % 2]}{n}") for n in range(3000)]
    before = time.perf_counter()
    assert len(merge(films).films) == 3000
    assert time.perf_counter() - before < 5  # 9 million pairs would take longer


def test_tmdb_numbers_films_and_series_apart() -> None:
    one = row("Маяк", 1990, "a1", 0, external_ids={"tmdb": "603"}, kind=Kind.FILM)
    other = row("Огонь", 2001, "b1", 1, external_ids={"tmdb": "603"}, kind=Kind.SERIES)
    assert not joined(one, other)
    assert joined(one, row("Огонь", 2001, "b1", 1, external_ids={"tmdb": "603"}))


def test_no_rows() -> None:
    assert merge([]).films == ()


def film_rows(source: str) -> st.SearchStrategy[list[Film]]:
    one = st.builds(
        lambda title, year, own, text, imdb, kind: row(
            title, year, f"{source}{own}", text, external_ids={"imdb": imdb} if imdb else {}, kind=kind
        ),
        st.sampled_from(["Маяк", "Белый маяк", "Пекарня"]),
        st.sampled_from([None, 1990, 1991, 1992]),
        st.integers(1, 9),
        st.sampled_from([None, 0, 1]),
        st.sampled_from(["", "", "", "tt1", "tt2"]),
        st.sampled_from([None, None, Kind.FILM, Kind.SERIES]),
    )
    return st.lists(one, min_size=1, max_size=7)


@settings(max_examples=300, deadline=None)
@given(film_rows("a"), film_rows("b"), film_rows("c"), st.randoms())
def test_laws(a: list[Film], b: list[Film], c: list[Film], chance: random.Random) -> None:
    merged = merge(a + b + c)
    shuffled = [each for part in (a, b, c) for each in chance.sample(part, len(part))]
    assert merge(shuffled) == merged  # order within a source plays no part
    assert merged.rows_in - sum(merged.merged.values()) == len(merged.films)
    assert len({each.id for each in merged.films}) == len(merged.films)
    links = {link for each in a + b + c for link in each.sources}
    assert {link for each in merged.films for link in each.sources} == links  # nothing is lost
    texts = {text.text for each in a + b + c for text in each.descriptions}
    assert {text.text for each in merged.films for text in each.descriptions} == texts
