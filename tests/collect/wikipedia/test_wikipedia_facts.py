import datetime as dt
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kadr.collect.wikipedia.articles import Article, article_url, image_page
from kadr.collect.wikipedia.classes import CLASSES, NOT_ONE_FILM, kind_of
from kadr.collect.wikipedia.entity import MAX_CAST, label_of, read_entity
from kadr.collect.wikipedia.entries import batches
from kadr.collect.wikipedia.listing import Span, query_of, read_rows, spans
from kadr.collect.wikipedia.words import _GENRES, country_of, genres_and_tags, without_note
from kadr.errors import PageError
from kadr.film import Kind
from kadr.sources import WikipediaSource
from kadr.vocabulary import GENRES

RU = ("ru", "en")


def said(kind: str, value: Any, rank: str = "normal", **more: Any) -> dict[str, Any]:
    return {"mainsnak": {"snaktype": "value", "datavalue": {"type": kind, "value": value}}, "rank": rank, **more}


def item(qid: str, rank: str = "normal", ordinal: str = "") -> dict[str, Any]:
    more = {"qualifiers": {"P1545": [{"datavalue": {"value": ordinal}}]}} if ordinal else {}
    return said("wikibase-entityid", {"id": qid}, rank, **more)


def date(time: str, precision: int = 11, rank: str = "normal") -> dict[str, Any]:
    return said("time", {"time": time, "precision": precision}, rank)


def runtime(amount: str, unit: str) -> dict[str, Any]:
    return said("quantity", {"amount": amount, "unit": f"http://www.wikidata.org/entity/{unit}"})


def entry(**claims: list[Any]) -> dict[str, Any]:
    return {"id": "Q5", "claims": {"P31": [item("Q11424")]} | claims}


def test_dates_by_rank_then_the_earliest() -> None:
    festival, release = date("+1999-09-01T00:00:00Z"), date("+2000-01-01T00:00:00Z")
    assert read_entity(entry(P577=[release, festival]), RU).year == 1999
    preferred = date("+2000-01-01T00:00:00Z", rank="preferred")
    assert read_entity(entry(P577=[festival, preferred]), RU).year == 2000
    wrong = date("+1950-01-01T00:00:00Z", rank="deprecated")
    assert read_entity(entry(P577=[wrong, release]), RU).year == 2000
    assert read_entity(entry(P577=[date("+1990-00-00T00:00:00Z", precision=8)]), RU).year is None
    assert read_entity(entry(P577=[date("-0044-03-15T00:00:00Z")]), RU).year is None


def test_a_series_starts_when_it_starts() -> None:
    started, shown = date("+2008-01-20T00:00:00Z"), date("+2007-05-05T00:00:00Z")
    both = entry(P31=[item("Q506240"), item("Q5398426")], P577=[shown], P580=[started])
    assert (read_entity(both, RU).kind, read_entity(both, RU).year) == (Kind.SERIES, 2008)


@pytest.mark.parametrize(
    ("amount", "unit", "minutes"),
    [
        ("+136", "Q7727", 136),
        ("+2.5", "Q25235", 150),
        ("+5400", "Q11574", 90),
        ("+3", "Q573", None),
        ("+0", "Q7727", None),
        ("+1e99", "Q7727", None),
        ("nan", "Q7727", None),
        ("x", "Q7727", None),
        ("-5", "Q7727", None),
    ],
)
def test_runtimes(amount: str, unit: str, minutes: int | None) -> None:
    assert read_entity(entry(P2047=[runtime(amount, unit)]), RU).runtime_minutes == minutes


def test_the_first_runtime_that_is_one_counts() -> None:
    assert read_entity(entry(P2047=[runtime("+1", "Q573"), runtime("+90", "Q7727")]), RU).runtime_minutes == 90


def test_cast_by_ordinal_then_as_given() -> None:
    cast = [item("Q30"), item("Q20", ordinal="2"), item("Q10", ordinal="1"), item("Q31"), item("Q30"), item("L5")]
    assert read_entity(entry(P161=cast), RU).cast == ("Q10", "Q20", "Q30", "Q31")
    assert len(read_entity(entry(P161=[item(f"Q{n}") for n in range(1, 99)]), RU).cast) == MAX_CAST


def test_ids_of_other_catalogues() -> None:
    ids = {"P345": ["nm0000206", "tt0133093"], "P2603": ["301"], "P4947": ["603"], "P4983": ["1399"]}
    claims = {name: [said("string", each) for each in found] for name, found in ids.items()}
    film = read_entity(entry(**claims), RU).external_ids
    assert film == {"wikidata": "Q5", "imdb": "tt0133093", "kinopoisk": "301", "tmdb": "603"}
    series = read_entity(entry(**claims, P31=[item("Q1259759")]), RU).external_ids
    assert series["tmdb"] == "1399"


@pytest.mark.parametrize("qid", NOT_ONE_FILM)
def test_what_is_not_one_film_is_refused(qid: str) -> None:
    with pytest.raises(PageError, match="is not one film"):
        read_entity(entry(P31=[item("Q11424"), item(qid)]), RU)


@pytest.mark.parametrize("raw", [{"id": "Q5", "missing": True}, {}, None, [], {"id": "Q5"}, {"id": 5, "claims": {}}])
def test_missing_entries_are_refused(raw: Any) -> None:
    with pytest.raises(PageError, match="no such entry"):
        read_entity(raw, RU)


def test_an_entry_of_another_class_is_no_film() -> None:
    with pytest.raises(PageError, match="is no film"):
        read_entity(entry(P31=[item("Q571")]), RU)
    with pytest.raises(PageError, match="is no film"):
        read_entity({"id": "Q5", "claims": []}, RU)  # PHP writes an empty map so


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "value", "mainsnak"]), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["P577", "P161", "P2047", "P345", "P1476", "P136"]), JSON), JSON)
def test_odd_claims_cost_their_field_alone(claims: dict[str, Any], labels: Any) -> None:
    found = read_entity(entry(**claims) | {"labels": labels, "sitelinks": labels}, RU)
    assert found.kind is Kind.FILM
    assert found.external_ids["wikidata"] == "Q5"


def test_names_by_language() -> None:
    labels = {"en": {"value": "Anna"}, "mul": {"value": "Any"}}
    assert label_of({"labels": labels | {"ru": {"value": "Анна"}}}, RU) == "Анна"
    assert label_of({"labels": labels}, RU) == "Anna"
    assert label_of({"labels": {"mul": {"value": "Any"}}}, RU) == "Any"
    assert label_of({"labels": []}, RU) == label_of(None, RU) == ""


def test_classes_imply_known_genres() -> None:
    assert {each.genre for each in CLASSES.values()} - {""} <= set(GENRES)
    assert kind_of(("Q571",)) is None


def test_genres_are_those_of_the_vocabulary() -> None:
    known = {genre for genres in _GENRES.values() for genre in genres.split(", ") if genre}
    assert known <= set(GENRES)
    labels = ["фильм ужасов", "драматический фильм", "кинодрама", "научно-фантастический фильм", "thriller film"]
    labels += ["приключенческий фильм", "Криминальная комедия", "фильм о мести", "художественный фильм"]
    genres, tags = genres_and_tags(labels, ["мультфильм", "", "драма"])
    assert genres == ("ужасы", "драма", "фантастика", "триллер", "приключения", "криминал", "комедия", "мультфильм")
    assert tags == ("фильм о мести",)


@pytest.mark.parametrize(
    ("label", "country"),
    [
        ("Союз Советских Социалистических Республик", "СССР"),
        ("Соединённые Штаты Америки", "США"),
        ("Веймарская республика", "Германия"),
        ("Франция", "Франция"),
        ("Сан-Марино", "Сан-Марино"),
    ],
)
def test_countries(label: str, country: str) -> None:
    assert country_of(label) == country


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("Матрица (фильм)", "Матрица"),
        ("Чужой (фильм, 1979)", "Чужой"),
        ("Шерлок (телесериал)", "Шерлок"),
        ("Alien (1979 film)", "Alien"),
        ("Война (1999)", "Война"),
        ("Бёрдмен (Неожиданное достоинство невежества)", "Бёрдмен (Неожиданное достоинство невежества)"),
        ("(500) дней лета", "(500) дней лета"),
        ("(фильм)", "(фильм)"),
    ],
)
def test_notes_are_taken_off_titles(title: str, bare: str) -> None:
    assert without_note(title) == bare


def test_spans_cover_every_day_once() -> None:
    found = list(spans(1895, 2100))
    assert found[0].first == dt.date(1895, 1, 1)
    assert found[-1].after == dt.date(2101, 1, 1)
    assert all(one.after == other.first for one, other in pairwise(found))
    assert Span(dt.date(1999, 1, 1), dt.date(2000, 1, 1)) in found
    assert len(found) < 125


@pytest.mark.parametrize(("first", "after", "shown"), [(1900, 1910, "1900-1909"), (1999, 2000, "1999")])
def test_a_span_splits_into_all_of_itself(first: int, after: int, shown: str) -> None:
    span = Span(dt.date(first, 1, 1), dt.date(after, 1, 1))
    parts = span.split()
    assert (parts[0].first, parts[-1].after) == (span.first, span.after)
    assert all(one.after == other.first for one, other in pairwise(parts))
    assert str(span) == shown
    assert len(parts) == (12 if after - first == 1 else after - first)
    assert Span(dt.date(1999, 2, 1), dt.date(1999, 3, 1)).split() == ()


def test_rows_that_name_no_film_are_left_out() -> None:
    row = {"film": {"value": "http://www.wikidata.org/entity/Q7"}, "links": {"value": "9"}, "title": {"value": "Ы"}}
    odd = [row | {"links": {"value": "x"}}, row | {"film": {"value": "P7"}}, row | {"title": {}}, None, 5]
    found = read_rows({"results": {"bindings": [row, *odd]}})
    assert [(each.qid, each.languages, each.title) for each in found] == [("Q7", 9, "Ы")]
    with pytest.raises(ValueError, match="no results"):
        read_rows({"results": []})


NUMBERS = st.sets(st.integers(1, 5_000), min_size=1, max_size=600)


@given(NUMBERS)
def test_batches_hold_all_and_at_most_fifty(numbers: set[int]) -> None:
    found = list(batches(f"Q{number}" for number in numbers))
    assert [int(qid[1:]) for batch in found for qid in batch] == sorted(numbers)
    assert max(map(len, found)) <= 50


@settings(max_examples=25)
@given(st.integers(1, 20_000))
def test_one_entry_more_changes_few_questions(number: int) -> None:
    """Otherwise a single new film would make every stored answer useless."""
    numbers = {n * 7 for n in range(1, 2_800)}
    before = {tuple(each) for each in batches(f"Q{n}" for n in numbers)}
    after = {tuple(each) for each in batches(f"Q{n}" for n in numbers | {number})}
    assert len(before) > 50
    assert len(after - before) <= 4


def test_addresses_of_articles() -> None:
    assert article_url("en", "Who? (1974 film)") == "https://en.wikipedia.org/wiki/Who%3F_(1974_film)"
    assert article_url("ru", 'А"<b>').isascii()


def test_the_page_of_a_picture() -> None:
    url = "https://upload.wikimedia.org/wikipedia/{}/thumb/a/ab/Кадр_1.jpg/500px-Кадр_1.jpg"
    article = Article(
        "Ы", "", "", disambiguation=False, image_url=url.format("commons"), image_name='К "1".jpg', fetched_at=""
    )
    assert image_page("ru", article) == "https://commons.wikimedia.org/wiki/File:%D0%9A_%221%22.jpg"
    own = replace(article, image_url=url.format("ru"))
    assert image_page("ru", own) == "https://ru.wikipedia.org/wiki/File:%D0%9A_%221%22.jpg"


@pytest.mark.parametrize(("kind", "names"), [(Kind.FILM, ["P577"]), (Kind.SERIES, ["P580", "P577"])])
def test_a_query_lets_the_service_use_its_index(kind: Kind, names: list[str]) -> None:
    """The hint and the bounds stand beside each date: after a UNION they come too late."""
    text = query_of(WikipediaSource("w"), kind, Span(dt.date(1999, 1, 1), dt.date(2000, 1, 1)))["query"]
    dated = (
        r"\?film wdt:(P\d+) \?date \. hint:Prior hint:rangeSafe true \.\s+FILTER\(\?date >= \"1999-01-01T00:00:00Z\""
    )
    assert re.findall(dated, text) == names
    assert text.count("?date <") == len(names)
    assert text.count("{") == text.count("}")
    assert text.count("UNION") == len(names) - 1


def test_languages_are_wikipedias() -> None:
    sites = ["ruwiki", "enwiki", "zh_min_nanwiki", "be_x_oldwiki", "simplewiki"]
    others = ["commonswiki", "specieswiki", "metawiki", "ruwikiquote", "enwikivoyage", "wiki", "RUWIKI", ""]
    assert read_entity(entry() | {"sitelinks": {site: {"site": site} for site in [*sites, *others]}}, RU).languages == 5
    assert read_entity(entry() | {"sitelinks": []}, RU).languages == 0
