"""What the routes about films answer: the engine's own answers, with headers that let a client keep them."""

import gzip
import json
import shutil
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from app.api.parameters import FilterParameters, SearchParameters
from kadr.engine import Engine
from kadr.film import Kind
from kadr.live import Live
from kadr.recommend.types import Alike
from kadr.search.output import hit_to_json, to_json
from kadr.search.request import SearchOptions
from kadr.search.types import Filters
from tests.api.conftest import Ask
from tests.builds import build_from
from tests.samples import write_config, write_films

QUERY = "смотритель маяка и письмо"


def timeless(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in json.loads(json.dumps(answer)).items() if name != "took_ms"}


def test_a_search_is_the_engines(ask: Ask, engine: Engine) -> None:
    answer = ask().get("/search", params={"q": QUERY, "k": 1})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert timeless(answer.json()) == timeless(to_json(engine.search(QUERY, k=1)))
    assert len(answer.json()["hits"]) == 1


@pytest.mark.parametrize(
    ("params", "options"),
    [
        ({"k": 2, "offset": 2}, {"k": 2, "offset": 2}),
        ({"mode": "semantic", "measure": "l2"}, {"mode": "semantic", "measure": "l2"}),
        ({"sort": "oldest", "facets": "false"}, {"sort": "oldest", "facets": False}),
        ({"q": "драма про море", "wishes": "false"}, {"wishes": False}),
        ({"q": "драма про море", "ignored": "genre:драма"}, {"ignored": ("genre:драма",)}),
        ({"q": "последний трамай", "as_typed": "true"}, {"as_typed": True}),
        ({"genre": ["драма", "комедия"], "not_country": "СССР"}, None),
        ({"years": ["1990-1999", "2019-2010"]}, {"filters": Filters(years_any=((1990, 1999), (2010, 2019)))}),
        ({"year_from": 2010, "year_to": 1990}, {"filters": Filters(year_from=1990, year_to=2010)}),
    ],
)
def test_every_option_reaches_the_engine(
    ask: Ask, engine: Engine, params: dict[str, Any], options: SearchOptions | None
) -> None:
    chosen = options or {"filters": Filters(genres_any=("драма", "комедия"), countries_none=("СССР",))}
    query = params.get("q", QUERY)
    answer = ask().get("/search", params={"q": query, **params}).json()
    assert timeless(answer) == timeless(to_json(engine.search(query, **chosen)))
    assert timeless(answer) != timeless(to_json(engine.search(query)))


def test_every_filter_has_its_parameter() -> None:
    said = {
        "year_from": 1990, "year_to": 1999, "years": ("1990-1999",), "kind": ("film",), "genre": ("a",),
        "all_genres": ("b",), "not_genre": ("c",), "country": ("d",), "not_country": ("e",), "director": ("f",),
        "actor": ("g",), "person": ("h",), "not_person": ("i",), "theme": ("j",), "rating_min": 7.5, "votes_min": 1,
        "runtime_min": 2, "runtime_max": 3, "age_min": 4, "age_max": 5, "has_poster": True,
    }  # fmt: skip
    assert set(said) == set(FilterParameters.model_fields)
    made = FilterParameters.model_validate(said).filters()
    assert made == Filters(
        1990, 1999, ((1990, 1999),), (Kind.FILM,), ("a",), ("b",), ("c",), ("d",), ("e",), ("f",), ("g",), ("j",),
        ("h",), ("i",), 7.5, 1, 2, 3, 4, 5, has_poster=True,
    )  # fmt: skip
    assert all(getattr(made, each.name) != getattr(Filters(), each.name) for each in fields(Filters))


def test_every_option_of_the_engine_has_its_parameter() -> None:
    page = SearchParameters.model_validate({"q": "x"}).page(1.0, 10)
    assert set(page) == set(SearchOptions.__annotations__)


def test_the_number_of_films_is_the_deployments_where_none_is_asked_for(ask: Ask) -> None:
    client = ask(results=4)
    assert len(client.get("/search").json()["hits"]) == 4
    assert len(client.get("/search?k=2").json()["hits"]) == 2


def test_facets_count_what_a_search_counts(ask: Ask, engine: Engine) -> None:
    answer = ask().get("/facets", params={"q": QUERY, "genre": "драма"}).json()
    result = to_json(engine.search(QUERY, filters=Filters(genres_any=("драма",))))
    assert answer == json.loads(json.dumps({"total": result["total"], "facets": result["facets"]}))


def test_a_film_and_those_near_to_it(ask: Ask, engine: Engine) -> None:
    hit = engine.search("Вторая луна").hits[0]
    client = ask()
    assert client.get(f"/films/{hit.film.id}").json() == json.loads(json.dumps(hit_to_json(hit)["film"]))
    near = client.get(f"/films/{hit.film.id}/similar?k=3").json()["hits"]
    found = engine.similar(hit.film.id, 3)
    plain = [{name: told for name, told in each.items() if name not in {"reasons", "series"}} for each in near]
    assert plain == json.loads(json.dumps([hit_to_json(each) for each in found]))
    assert [each["reasons"] for each in near] == json.loads(json.dumps([asdict(each.reasons) for each in found]))
    assert len(near) == 3


@pytest.mark.parametrize("by", ["fused", "meaning", "features", "audience"])
def test_films_like_one_are_those_that_were_asked_for(ask: Ask, engine: Engine, by: Alike) -> None:
    film = engine.search("Вторая луна").hits[0].film.id
    client, filters = ask(), Filters(year_from=1990, genres_none=("комедия",))
    for sequels in (False, True):
        asked = {"k": 20, "by": by, "sequels": str(sequels).lower(), "year_from": 1990, "not_genre": "комедия"}
        answer = client.get(f"/films/{film}/similar", params=asked)
        found = engine.similar(film, 20, by, filters, sequels=sequels)
        assert [hit["film"]["id"] for hit in answer.json()["hits"]] == [each.film.id for each in found]
        told = [[hit["reasons"], hit["series"]] for hit in answer.json()["hits"]]
        meant = [(asdict(each.reasons), [asdict(one) for one in each.series]) for each in found]
        assert told == json.loads(json.dumps(meant))
        assert bool(found) == (by != "audience")  # this bundle learned from no ratings


def test_a_series_is_named_by_its_best_film(tmp_path: Path, ask: Ask) -> None:
    trains = [f"Ночной поезд {number}" for number in (2, 3, 4)]
    rows = [{"id": str(at), "title": title, "genres": "драма"} for at, title in enumerate(["Тихая река", *trains])]
    write_films(tmp_path / "quays.jsonl", rows)
    live = Live(build_from(write_config(tmp_path, quays="quays.jsonl")).folder, Engine.open, 3600)
    client = ask(live)
    together = client.get("/films/quays:0/similar").json()["hits"]
    apart = client.get("/films/quays:0/similar?sequels=true").json()["hits"]
    live.close()
    assert [len(each["series"]) for each in together] == [2]
    assert {each["title"] for each in (together[0]["film"], *together[0]["series"])} == set(trains)
    assert [each["series"] for each in apart] == [[], [], []]


def test_an_id_may_end_in_the_word_that_asks_for_films_like_it(tmp_path: Path, ask: Ask) -> None:
    titles = {"a": "Тихая река", "a/similar": "Ночной поезд", "b": "Медный пёс"}
    rows = [{"id": id_, "title": title, "genres": "драма"} for id_, title in titles.items()]
    write_films(tmp_path / "quays.jsonl", rows)
    live = Live(build_from(write_config(tmp_path, quays="quays.jsonl")).folder, Engine.open, 3600)
    client = ask(live)
    film, near = client.get("/films/quays:a%2Fsimilar"), client.get("/films/quays:a/similar")
    near_that = client.get("/films/quays:a%2fsimilar/similar")
    missing = client.get("/films/quays:b%2Fsimilar")
    live.close()
    assert film.json()["title"] == "Ночной поезд"
    assert film.headers["etag"] != near.headers["etag"]
    assert {hit["film"]["title"] for hit in near.json()["hits"]} == {"Ночной поезд", "Медный пёс"}
    assert {hit["film"]["title"] for hit in near_that.json()["hits"]} == {"Тихая река", "Медный пёс"}
    assert (missing.status_code, missing.json()["code"]) == (404, "film_not_found")


@pytest.mark.parametrize("asked", ["by=luck", "sequels=1", "by=fused&by=meaning", "year_from=x"])
def test_what_likeness_there_is_not(ask: Ask, engine: Engine, asked: str) -> None:
    film = engine.search("", k=1).hits[0].film.id
    answer = ask().get(f"/films/{film}/similar?{asked}")
    assert (answer.status_code in {400, 422}, answer.json()["field"]) == (True, asked.partition("=")[0])


@pytest.mark.parametrize("path", ["/films/no-such", "/films/no/such", "/films/no%2Fsuch/similar", "/films/%00"])
def test_a_film_that_is_not_there(ask: Ask, path: str) -> None:
    answer = ask().get(path)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (404, "film_not_found", "film_id")


def test_suggestions_hold_no_rows(ask: Ask, engine: Engine) -> None:
    found = engine.suggest("мая", 3, ("шахматы",))
    told = [{name: value for name, value in asdict(each).items() if name != "rows"} for each in found]
    answer = ask().get("/suggest", params={"q": "мая", "k": 3, "recent": ["шахматы"]}).json()
    assert answer == {"suggestions": json.loads(json.dumps(told))}
    assert told


def test_films_by_lot_are_the_same_for_a_seed_only(ask: Ask, engine: Engine) -> None:
    client = ask()
    drawn = client.get("/random?k=5&seed=7")
    assert [film["id"] for film in drawn.json()["films"]] == [film.id for film in engine.random(5, 7)]
    assert drawn.headers["cache-control"] == "public, max-age=60"
    free = [client.get("/random?k=20") for _ in range(2)]
    assert {each.headers["cache-control"] for each in free} == {"no-store"}
    assert free[0].json() != free[1].json()


def test_an_answer_can_be_kept_for_as_long_as_the_bundle(ask: Ask) -> None:
    client = ask()
    first = client.get("/search", params={"q": QUERY})
    again = client.get("/search", params={"q": QUERY}, headers={"If-None-Match": f'"x", {first.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert again.headers["vary"] == first.headers["vary"] == "Accept-Encoding"
    other = client.get("/search", params={"q": QUERY}, headers={"If-None-Match": '"x"'})
    assert other.status_code == 200
    assert 'kadr_api_cache_total{outcome="hit"} 1.0' in client.get("/metrics").text


def test_the_tag_knows_what_makes_a_difference(ask: Ask) -> None:
    def tag(path: str, *params: tuple[str, str]) -> str:
        return str(client.get(f"{path}?{urlencode(params)}").headers["etag"])

    client = ask()
    plain = tag("/search", ("q", "море"))
    same = [(("q", "море"), ("k", "10")), (("mode", "hybrid"), ("q", "море")), (("q", "море"), ("timeout_ms", "900"))]
    assert {tag("/search", *each) for each in same} == {plain}
    genres = (("genre", "драма"), ("genre", "комедия"))
    assert tag("/search", *genres) == tag("/search", *reversed(genres))
    others = [tag("/search", ("q", "мор")), tag("/search", ("q", "море"), ("k", "11")), tag("/facets", ("q", "море"))]
    assert len({plain, *others, tag("/search", *genres)}) == 5
    films = [hit["film"]["id"] for hit in client.get("/search?k=2").json()["hits"]]
    assert tag(f"/films/{films[0]}") != tag(f"/films/{films[1]}")


def test_what_takes_a_key_is_kept_by_nobody_else(ask: Ask) -> None:
    key = "a-key-of-sixteen-"
    answer = ask(api_keys=(key,)).get("/themes", headers={"X-API-Key": key})
    assert answer.headers["cache-control"] == "private, max-age=60"


def test_long_answers_are_packed(ask: Ask) -> None:
    with ask().stream("GET", "/search?k=20", headers={"Accept-Encoding": "gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert json.loads(gzip.decompress(packed))["total"] > 10


def test_parameters_that_may_be_repeated_are_those_with_many_values(ask: Ask) -> None:
    several = {"genre": "драма", "kind": "film", "ignored": "genre:драма", "years": "1980-1989"}
    for path, values in (("/search?", several), ("/suggest?q=a&", {"recent": "маяк"})):
        for name, value in values.items():
            assert ask().get(f"{path}{name}={value}&{name}={value}").status_code == 200, name
    for name, value in {"q": "a", "k": "1", "mode": "lexical", "year_from": "1990", "has_poster": "true"}.items():
        assert ask().get(f"/search?{name}={value}&{name}={value}").json()["code"] == "repeated_parameter", name


def test_the_bundle_is_told(ask: Ask, shelf: Live, engine: Engine) -> None:
    told = ask().get("/bundle").json()
    assert told["version"] == engine.manifest.version
    assert told["counts"]["films"] == engine.manifest.counts["films"]
    assert told["created"].endswith("+00:00")
    assert told["encoder"]["legs"] == ["embedded"]
    assert told["years"] == list(shelf.current().years)
    assert told["newer_refused"] is False


def test_a_bundle_by_itself_tells_when_it_was_built(ask: Ask, shelf: Live, tmp_path: Path) -> None:
    alone = Live(shutil.copytree(shelf.current().engine.path, tmp_path / "films"), Engine.open, 3600)
    assert ask(alone).get("/bundle").json()["created"] == ask().get("/bundle").json()["created"]
    alone.close()
