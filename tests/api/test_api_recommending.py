"""A history comes in, films with their reasons go out, and nothing of it stays."""

import json
import logging
from dataclasses import asdict
from typing import Any

import pytest
from pydantic import TypeAdapter

from app.api.models import RecommendedOut
from kadr.engine import Engine
from kadr.recommend.types import MAX_EVENTS, Event
from kadr.search.output import film_to_json
from kadr.search.types import Filters
from tests.api.conftest import Ask


@pytest.fixture(scope="module")
def known(engine: Engine) -> list[str]:
    return [hit.film.id for hit in engine.search("", k=4).hits]


def liked(film: str) -> dict[str, Any]:
    return {"film": film, "kind": "liked"}


def test_recommendations_are_the_engines(ask: Ask, engine: Engine, known: list[str]) -> None:
    history = [
        {"film": known[0], "kind": "rated", "value": 9, "at": 1.7e9},
        {"film": known[1], "kind": "disliked"},
        {"film": known[2], "kind": "watched", "at": None},
        liked("no-such-film"),
    ]
    events = [
        Event(known[0], "rated", 9.0, 1.7e9),
        Event(known[1], "disliked"),
        Event(known[2], "watched"),
        Event("no-such-film", "liked"),
    ]
    answer = ask().post("/recommendations?k=3&offset=1&diversity=0.5&not_genre=комедия", json={"history": history})
    found = engine.recommend(events, 3, offset=1, filters=Filters(genres_none=("комедия",)), diversity=0.5)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["mode"], told["unknown"]) == ("personal", ["no-such-film"]) == (found.mode, list(found.unknown))
    assert [item["film"] for item in told["items"]] == json.loads(
        json.dumps([film_to_json(i.film) for i in found.items])
    )
    assert [item["because"] for item in told["items"]] == [[asdict(each) for each in i.because] for i in found.items]
    assert [item["rank"] for item in told["items"]] == [2, 3, 4]
    assert [item["others"] for item in told["items"]] == [0, 0, 0]
    assert answer.headers["cache-control"] == "no-store"
    TypeAdapter(RecommendedOut).validate_json(answer.content)


def test_ten_reasons_are_named_for_each_film_or_as_many_as_are_asked_for(ask: Ask, known: list[str]) -> None:
    body = {"history": [liked(film) for film in known[:13]]}
    asked = {query: ask().post(f"/recommendations{query}", json=body).json()["items"] for query in ("", "?reasons=2")}
    whole = ask().post("/recommendations?reasons=1000", json=body).json()["items"]
    assert max(len(item["because"]) for item in whole) > 2
    for items, most in ((asked[""], 10), (asked["?reasons=2"], 2)):
        assert [item["because"] for item in items] == [item["because"][:most] for item in whole]
        for item in items:
            told = [*(each["share"] for each in item["because"]), item["known"], item["others"]]
            assert sum(told) == pytest.approx(1)


def test_a_model_may_be_chosen_by_its_name(ask: Ask, engine: Engine, known: list[str]) -> None:
    body = {"history": [liked(known[3])]}
    told = ask().post("/recommendations?model_name=popular&k=3", json=body).json()
    assert (told["model"], [item["film"]["id"] for item in told["items"]]) == ("popular", known[:3])
    assert ask().post("/recommendations", json=body).json()["model"] == engine.models()[0].name
    wrong = ask().post("/recommendations?model_name=SeCrEt", json=body)
    assert (wrong.status_code, wrong.json()["field"]) == (404, "model_name")
    assert "SeCrEt" not in wrong.text


def test_without_a_history_the_best_known_films_come(ask: Ask, known: list[str]) -> None:
    told = ask().post("/recommendations", json={"history": []}).json()
    assert (told["mode"], [item["film"]["id"] for item in told["items"]][:4]) == ("popular", known)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "history"),
        ({"history": [{"film": "x"}]}, "history.0.kind"),
        ({"history": [{"film": "x", "kind": "seen"}]}, "history.0.kind"),
        ({"history": [{"film": "", "kind": "liked"}]}, "history.0.film"),
        ({"history": [{"film": 5, "kind": "liked"}]}, "history.0.film"),
        ({"history": [{"film": "x", "kind": "rated"}]}, "history.0.value"),
        ({"history": [{"film": "x", "kind": "rated", "value": 11}]}, "history.0.value"),
        ({"history": [{"film": "x", "kind": "rated", "value": "9"}]}, "history.0.value"),
        ({"history": [{"film": "x", "kind": "liked", "value": 5}]}, "history.0.value"),
        ({"history": [liked("x"), {"film": "x", "kind": "liked", "liked": 5}]}, "history.1.liked"),
        ({"history": ["liked"]}, "history.0"),
        ({"liked": []}, "history"),
        ({"history": [liked("x")] * (MAX_EVENTS + 1)}, "history"),
        ({"history": [], "user": "me"}, "user"),
        ([], ""),
        ("x", ""),
    ],
)
def test_a_history_that_is_none(ask: Ask, body: Any, field: str) -> None:
    answer = ask().post("/recommendations", json=body)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "invalid_value", field)


@pytest.mark.parametrize("kind", ["SeCrEt" * 100, ["SeCrEt"], {"SeCrEt": 1}, 5, None])
def test_a_wrong_kind_is_told_with_those_that_there_are_and_not_repeated(ask: Ask, kind: Any) -> None:
    answer = ask().post("/recommendations", json={"history": [{"film": "x", "kind": kind}]})
    assert (answer.status_code, answer.json()["field"]) == (422, "history.0.kind")
    assert answer.json()["allowed"] == {"enum": ["rated", "liked", "disliked", "watched"]}
    assert answer.json()["detail"] == "Input should be one of the values that are allowed"
    assert "SeCrEt" not in answer.text


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"history": [}', b"[" * 100_000])
def test_a_body_that_is_no_json(ask: Ask, body: bytes) -> None:
    answer = ask().post("/recommendations", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_body")


@pytest.mark.parametrize(
    "text", ['{"history":[{"film":"\\ud800","kind":"liked"}]}', '{"history":[{"film":"x","kind":"rated","value":NaN}]}']
)
def test_what_json_may_hold_and_an_answer_may_not(ask: Ask, text: str) -> None:
    answer = ask().post("/recommendations", content=text, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422


def test_a_history_is_in_no_log(ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "kadr"):
        ask().post("/recommendations", json={"history": [liked("my-secret-film")]})
        ask().post("/recommendations", json={"history": [{"film": "my-secret-film", "kind": "x"}]})
    assert len([record for record in caplog.records if record.name == "kadr.api"]) == 2
    assert "secret" not in str([record.__dict__ for record in caplog.records])


def test_a_body_of_another_kind_is_told_what_to_say(ask: Ask) -> None:
    answer = ask().post("/recommendations", content=b'{"history": []}', headers={"Content-Type": "text/plain"})
    assert answer.status_code == 422
    assert answer.json()["detail"] == "Send JSON, with Content-Type: application/json"
