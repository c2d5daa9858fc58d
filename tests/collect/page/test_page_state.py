import json
from time import process_time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kadr.collect.headers import Field
from kadr.collect.page import state
from kadr.collect.page.claims import Trust
from kadr.collect.page.document import open_document
from kadr.collect.page.film_object import TELLING

URL = "https://kino.example/film/77-severnyj-mayak"


def claims_on(scripts: str, url: str = URL, heading: str = "Северный маяк (2011)") -> dict[Field, Any]:
    page = f"<html><head><title>{heading} — Кинозал</title></head><body><h1>{heading}</h1>{scripts}</body></html>"
    found = state.claims(open_document(page.encode(), url, "text/html; charset=utf-8"))
    assert {claim.trust for claim in found} <= {Trust.STATE}
    return {claim.field: claim.value for claim in found}


def json_script(value: object, attributes: str = 'id="__NEXT_DATA__"') -> str:
    text = json.dumps(value, ensure_ascii=False).replace("</", "<\\/")
    return f'<script {attributes} type="application/json">{text}</script>'


def film(**more: object) -> dict[str, Any]:
    base = {"id": 77, "title": "Северный маяк", "year": 2011, "genres": ["драма"], "countries": ["Россия"]}
    return base | {"directors": ["Анна Лодкина"]} | more


OTHER = {"id": 5, "title": "Южный порт", "year": 1999, "genres": ["ужасы"], "directors": ["Хуан Дон"], "votes": 9}
APOLLO = {
    "ROOT_QUERY": {'film({"id":77})': {"__ref": "Film:77"}},
    "Person:1": {"__typename": "Person", "id": 1, "name": None, "originalName": "Анна Лодкина"},
    "Person:2": {"__typename": "Person", "id": 2, "name": "Ольга Причал"},
    "Genre:3": {"__typename": "Genre", "id": 3, "name": "драма"},
    "Film:5": {"__typename": "Film", **OTHER},
    "Film:77": {
        "__typename": "Film",
        "id": 77,
        "title": {"__typename": "Title", "russian": "Северный маяк", "original": "Northern Light"},
        "productionYear": 2011,
        "genres": [{"__ref": "Genre:3"}],
        "countries": [{"__typename": "Country", "name": "Россия"}],
        'members({"limit":4,"role":"DIRECTOR"})': {"items": [{"person": {"__ref": "Person:1"}}]},
        'members({"limit":9,"role":["ACTOR","CAMEO"]})': {"items": [{"person": {"__ref": "Person:2"}}]},
        'members({"limit":4,"role":"WRITER"})': {"items": [{"person": {"__ref": "Person:2"}}]},
        "rating": {"kinopoisk": {"value": 7.8, "count": 120}, "imdb": {"value": 7.1, "count": 80}},
    },
}
EDGES = {
    "props": {
        "pageProps": {
            "above": {
                "id": "tt77",
                "titleText": {"text": "Северный маяк"},
                "originalTitleText": {"text": "Northern Light"},
                "releaseYear": {"year": 2011},
                "runtime": {"seconds": 5820},
                "genres": {"genres": [{"id": "x", "text": "драма"}]},
                "plot": {"plotText": {"plainText": "Смотритель ждёт."}},
                "principalCredits": [
                    {"category": {"text": "Writers"}, "credits": [{"name": {"nameText": {"text": "Кто-то"}}}]},
                    {"category": {"text": "Director"}, "credits": [{"name": {"nameText": {"text": "Анна Лодкина"}}}]},
                ],
            },
            "below": {
                "id": "tt77",
                "titleText": {"text": "Северный маяк"},
                "releaseYear": {"year": 2011},
                "countriesOfOrigin": {"countries": [{"id": "RU", "text": "Россия"}]},
                "cast": {"edges": [{"node": {"name": {"nameText": {"text": "Ольга Причал"}}}}]},
            },
        }
    }
}
REDUX = {
    "entities": {
        "films": {
            "77": {"id": 77, "name": "Северный маяк", "year": 2011, "genres": [3], "directors": [1, 2]},
            "5": {"id": 5, "name": "Южный порт", "year": 1999, "genres": [3], "directors": [2]},
        },
        "genres": {"3": {"id": 3, "name": "драма"}},
        "persons": {"1": {"id": 1, "name": "Анна Лодкина"}, "2": {"id": 2, "fullName": "x", "name": "Пётр Весло"}},
    }
}
FLAT = [
    ["Reactive", 1],
    {"data": 2, "self": 0},
    {"movie": 3, "other": 9},
    {"title": 4, "year": 5, "genres": 6},
    *("Северный маяк", 2011, [7, 8], "драма", "детектив"),
    {"title": 10, "year": 11, "genres": 6},
    *("Южный порт", 1999),
]


def test_reads_a_store_with_references() -> None:
    assert claims_on(json_script({"props": {"apolloState": {"data": APOLLO}}})) == {
        Field.TITLE: "Северный маяк",
        Field.ORIGINAL_TITLE: "Northern Light",
        Field.YEAR: 2011,
        Field.KIND: "Film",
        Field.GENRES: ["драма"],
        Field.COUNTRIES: ["Россия"],
        Field.DIRECTORS: ["Анна Лодкина"],
        Field.ACTORS: ["Ольга Причал"],
        Field.RATING_KINOPOISK: 7.8,
        Field.VOTES_KINOPOISK: 120,
        Field.RATING_IMDB: 7.1,
        Field.VOTES_IMDB: 80,
    }


def test_joins_what_two_objects_say_of_one_film() -> None:
    assert claims_on(json_script(EDGES)) == {
        Field.TITLE: "Северный маяк",
        Field.ORIGINAL_TITLE: "Northern Light",
        Field.YEAR: 2011,
        Field.RUNTIME: 97,
        Field.GENRES: ["драма"],
        Field.COUNTRIES: ["Россия"],
        Field.DESCRIPTION: "Смотритель ждёт.",
        Field.DIRECTORS: ["Анна Лодкина"],
        Field.ACTORS: ["Ольга Причал"],
    }


def test_reads_numbers_of_rows_in_tables() -> None:
    found = claims_on(json_script(REDUX, ""))
    assert (found[Field.DIRECTORS], found[Field.GENRES]) == (["Анна Лодкина", "Пётр Весло"], ["драма"])


def test_reads_a_flat_state_that_refers_to_itself() -> None:
    assert claims_on(json_script(FLAT, 'id="__NUXT_DATA__"')) == {
        Field.TITLE: "Северный маяк",
        Field.YEAR: 2011,
        Field.GENRES: ["драма", "детектив"],
    }


CREDITS: dict[str, Any] = {
    "by job": {"crew": [{"job": "Editor", "name": "Х"}, {"job": "Director", "name": "Анна Лодкина"}]},
    "by profession": {"persons": [{"name": "Анна Лодкина", "enProfession": "director"}, {"name": "Х"}]},
    "by a Russian word": {"staff": [{"role": "Режиссёр", "person": {"name": "Анна Лодкина"}}]},
    "by groups": {"credits": {"directors": [{"name": "Анна Лодкина"}], "writers": [{"name": "Х"}]}},
    "as a text": {"director": "Анна Лодкина"},
    "as an object": {"director": {"id": 4, "name": "Анна Лодкина"}},
    "in a page of a list": {"directors": {"total": 1, "items": [{"name": "Анна Лодкина"}]}},
}


@pytest.mark.parametrize("shape", CREDITS)
def test_reads_directors_in_any_shape(shape: str) -> None:
    item = {key: value for key, value in film().items() if key != "directors"} | CREDITS[shape]
    assert claims_on(json_script({"film": item}))[Field.DIRECTORS] == ["Анна Лодкина"]


@pytest.mark.parametrize(
    "script",
    [
        "window.__INITIAL_STATE__ = {};",
        "window['__DATA__']={};window.after = 1",
        "var a = 1; var initialState = {}; go(initialState)",
        "(function(){self.__PRELOADED__ = {}\n})()",
        "window.__STATE__ = JSON.parse({!r})",
        "window.__STATE__ = JSON.parse({!s})",
    ],
)
def test_reads_assignments_of_json(script: str) -> None:
    text = json.dumps({"page": {"movie": film(tagline="It's"), "similar": [OTHER]}})
    if "{!r}" in script:
        filled = script.replace("{!r}", "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'")
    elif "{!s}" in script:
        filled = script.replace("{!s}", json.dumps(text))
    else:
        filled = script.replace("{}", text)
    found = claims_on(f"<script>{filled}</script>")
    assert (found[Field.DIRECTORS], found[Field.TAGLINE]) == (["Анна Лодкина"], "It's")


def test_undefined_counts_as_null() -> None:
    text = json.dumps({"movie": film()})[:-1] + ', "user": undefined, "list": [undefined]}'
    assert claims_on(f"<script>window.__S__ = {text};</script>")[Field.YEAR] == 2011


@pytest.mark.parametrize(
    "others",
    [
        [OTHER],
        [OTHER, film(id=5, title="Северный маяк 2", directors=["Х"])],
        [film(id=6, year=1950, directors=["Х"])],  # a namesake: the year in the heading decides
        [film(id=8, title="Маяк", directors=["Х"]), film(id=9, title="Северный", directors=["Х"])],
    ],
)
def test_other_films_do_not_leak(others: list[dict[str, Any]]) -> None:
    for order in (1, -1):
        listed = [*others, film()][::order]
        for url in (URL, "https://kino.example/watch/abc"):
            assert claims_on(json_script({"a": {"items": listed}}), url)[Field.DIRECTORS] == ["Анна Лодкина"]


@pytest.mark.parametrize(
    "value",
    [
        {"similar": [OTHER, OTHER | {"id": 6, "title": "Порт"}]},
        {"trailer": {"id": 77, "title": "Северный маяк", "duration": 120}},
        {"menu": [{"title": "Северный маяк", "url": "/film/77"}]},
        {"person": {"id": 77, "name": "Северный", "year": 1980}},
        {"title": "Северный маяк"},
        [],
        "Северный маяк",
    ],
)
def test_what_is_not_the_film_gives_nothing(value: object) -> None:
    assert claims_on(json_script(value)) == {}


@pytest.mark.parametrize(
    "script",
    [
        '<script type="application/json">{"title": "Северный маяк", "year": 2011, "genres": ["драма"]</script>',
        "<script>window.x = {title: 'Северный маяк', year: 2011, genres: ['драма'], open: () => go(1)}</script>",
        '<script type="application/ld+json">{"title": "Северный маяк", "year": 2011, "genres": ["драма"]}</script>',
        f'<script type="application/json">{"[" * 200_000}</script>',
        f"<script>{'window.a = {' * 20_000}</script>",
        f"<script>{'window.a = JSON.parse(' * 20_000}</script>",
        f"<script>window.a = '{'x' * (6 << 20)}'</script>",
        f"<script>{'window.a = (function(a){return [' * 20_000}</script>",
        f"<script>window.a = {{{'a:[1,2,3],' * 100_000}</script>",
        f"<script>{'__next_f.push([1,`' * 20_000}</script>",
        f'<script>{"streamController.enqueue(" * 20_000}"{"[" * 20_000}")</script>',
    ],
)
def test_broken_foreign_and_hostile_scripts_are_passed_over(script: str) -> None:
    start = process_time()
    assert claims_on(script) == {}
    assert process_time() - start < 10  # seconds of this process; quadratic time takes two minutes


SCRIPTED = {
    "bare keys and quotes of all kinds": """window.x = {id: 77, title: 'Северный маяк', 'year': 2011, /* of it */
        genres: [`драма`,], directors: ["Анна Лодкина"], seen: !1, next: undefined, at: new Date(5), };""",
    "a function of Nuxt": """window.__NUXT__=(function(a,b,c){c.name=a;return {data:[{title:"Северный маяк",year:b,
        genres:["драма"],directors:[c]}]}}("Анна Лодкина",2011,{}));""",
    "an arrow": """window.a=((a,b)=>({title:a,year:2011,genres:['драма'],directors:[b]}))('Северный маяк',
        'Анна Лодкина')""",
    "a path of names": """window.App.page.data = {title:"Северный маяк",year:2011,genres:["драма"],
        director:"Анна Лодкина"}""",
    "percent signs": """var s = JSON.parse(decodeURIComponent('%7B%22title%22%3A%22Северный%20маяк%22%2C%22year%22
        %3A2011%2C%22genres%22%3A%5B%22драма%22%5D%2C%22directors%22%3A%22Анна%20Лодкина%22%7D'));""",
}


@pytest.mark.parametrize("name", SCRIPTED)
def test_reads_what_is_no_json(name: str) -> None:
    found = claims_on(f"<script>{SCRIPTED[name]}</script>")
    assert found == {
        Field.TITLE: "Северный маяк",
        Field.YEAR: 2011,
        Field.GENRES: ["драма"],
        Field.DIRECTORS: ["Анна Лодкина"],
    }


@pytest.mark.parametrize(
    "person",
    [
        {"fullName": "Анна Лодкина", "slug": "anna"},
        {"full_name": "Анна Лодкина", "title": "режиссёр"},
        {"firstName": "Анна", "lastName": "Лодкина", "id": 4},
        {"person": {"first_name": "Анна", "last_name": "Лодкина"}},
        {"name": "Анна", "surname": "Лодкина"},
        {"givenName": "Анна", "familyName": "Лодкина", "title": "Ms"},
        {"name": "Анна Лодкина", "fullName": "Anna Lodkina", "firstName": "Anna", "lastName": "Lodkina"},
    ],
)
def test_people_by_any_of_their_names(person: dict[str, Any]) -> None:
    assert claims_on(json_script({"film": film(directors=[person])}))[Field.DIRECTORS] == ["Анна Лодкина"]


def test_two_people_in_one_text_are_two() -> None:
    found = claims_on(
        json_script({"film": film(directors="Анна Лодкина и Пётр Весло", actors=["Рой и Ко", "Ян и Яна"])})
    )
    assert found[Field.DIRECTORS] == ["Анна Лодкина", "Пётр Весло"]
    assert found[Field.ACTORS] == ["Рой и Ко", "Ян и Яна"]


def test_values_that_are_none_are_left_out() -> None:
    item = film(
        year="скоро", ageRating="R", ratingImdb=70, imdbId="nm0000001", duration="long", directors=[4, None, {}]
    )
    assert claims_on(json_script({"film": item})) == {
        Field.TITLE: "Северный маяк",
        Field.GENRES: ["драма"],
        Field.COUNTRIES: ["Россия"],
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(["title", "year", "genres", "directors", "countries", "members", "credits", "rating", "runtime"])


@given(st.dictionaries(KEYS, JSON, max_size=9), JSON)
@example({"title": "Маяк", "year": 1990, "genres": ["драма"], "directors": [], "countries": ""}, None)
def test_any_state_is_read_without_a_fault(item: dict[str, Any], around: Any) -> None:
    found = claims_on(json_script([{"film": {**item, "id": 77}}, around]))
    for field in TELLING & found.keys():
        assert found[field] not in (None, "", [])
