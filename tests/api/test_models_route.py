"""The models are listed with what they learned from, and each predicts for several visitors at once."""

import json
import logging
from typing import Any

import pytest
from pydantic import TypeAdapter

from app.api.models import ModelsOut
from kadr.engine import Engine
from kadr.film import FILM_FIELDS
from kadr.recommend.types import MAX_EVENTS, Event
from kadr.search.output import film_to_json
from kadr.web.predicting import MAX_VISITORS, PredictedOut
from tests.api.conftest import Ask


@pytest.fixture(scope="module")
def known(engine: Engine) -> list[str]:
    return [hit.film.id for hit in engine.search("", k=4).hits]


def visitor(user: Any, *films: str) -> dict[str, Any]:
    return {"user": user, "history": [{"film": film, "kind": "liked"} for film in films]}


def test_the_models_are_the_engines(ask: Ask, engine: Engine) -> None:
    answer = ask().get("/models")
    told = answer.json()["models"]
    assert [each["name"] for each in told] == [each.name for each in engine.models()]
    assert {"content", "popular"} <= {each["name"] for each in told}
    assert all(each["at"].endswith("+00:00") for each in told)
    TypeAdapter(ModelsOut).validate_json(answer.content)


def test_the_list_is_kept_for_as_long_as_the_bundle(ask: Ask) -> None:
    client = ask()
    tag = client.get("/models").headers["etag"]
    assert client.get("/models", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/models?name=x").json()["code"] == "unknown_parameter"


def test_each_visitor_gets_what_the_engine_recommends_in_full(ask: Ask, engine: Engine, known: list[str]) -> None:
    body = [visitor(7, known[0]), visitor("anna", known[1], "no-such-film"), visitor(-3)]
    answer = ask().post("/predict?model_name=content&top_k=3", json=body)
    assert answer.status_code == 200
    told = answer.json()
    assert list(told["predictions"]) == ["7", "anna", "-3"]
    for user, films in (("7", [known[0]]), ("anna", [known[1]]), ("-3", [])):
        found = engine.recommend([Event(film, "liked") for film in films], 3, diversity=0.0, model="content")
        expected = json.loads(json.dumps([film_to_json(item.film) for item in found.items]))
        assert told["predictions"][user] == expected
        assert len(expected) == 3
        assert set(expected[0]) == set(FILM_FIELDS)
    assert told["popular"] == ["-3"]
    assert told["unknown"] == {"anna": ["no-such-film"]}
    assert (told["model_name"], told["version"]) == ("content", engine.manifest.version)
    assert answer.headers["cache-control"] == "no-store"
    TypeAdapter(PredictedOut).validate_json(answer.content)


def test_models_differ(ask: Ask, engine: Engine, known: list[str]) -> None:
    client, body = ask(), [visitor(1, known[3])]
    lists = {
        each.name: [
            film["id"] for film in client.post(f"/predict?model_name={each.name}", json=body).json()["predictions"]["1"]
        ]
        for each in engine.models()
    }
    assert all(lists.values())
    assert lists["content"] != lists["popular"]
    assert lists["popular"][:3] == known[:3]


def test_histories_of_one_user_are_one_history(ask: Ask, known: list[str]) -> None:
    client, path = ask(), "/predict?model_name=content&top_k=3"
    parts = client.post(path, json=[visitor(7, known[0]), visitor(8), visitor("7", known[1])]).json()
    whole = client.post(path, json=[visitor(7, *known[:2]), visitor(8)]).json()
    assert parts == whole
    assert list(parts["predictions"]) == ["7", "8"]


@pytest.mark.parametrize("name", ["dense", "CONTENT", "%20content", "я"])
def test_a_model_that_there_is_not_is_told_with_those_that_there_are(ask: Ask, engine: Engine, name: str) -> None:
    answer = ask().post(f"/predict?model_name={name}", json=[visitor(1)])
    told = answer.json()
    assert (answer.status_code, told["code"], told["field"]) == (404, "no_model", "model_name")
    assert told["allowed"] == {"enum": sorted(each.name for each in engine.models())}


@pytest.mark.parametrize(
    ("query", "body", "field"),
    [
        ("", [visitor(1)], "model_name"),
        ("model_name=content&top_k=0", [visitor(1)], "top_k"),
        ("model_name=content&top_k=101", [visitor(1)], "top_k"),
        ("model_name=content", [], ""),
        ("model_name=content", [visitor(each) for each in range(MAX_VISITORS + 1)], ""),
        ("model_name=content", {"history": []}, ""),
        ("model_name=content", [7], "0"),
        ("model_name=content", [{"user": 7}], "0.history"),
        ("model_name=content", [{"history": []}], "0.user"),
        ("model_name=content", [visitor(None)], "0.user"),
        ("model_name=content", [visitor(user=True)], "0.user"),
        ("model_name=content", [visitor(1.5)], "0.user"),
        ("model_name=content", [visitor("")], "0.user"),
        ("model_name=content", [visitor(["x"])], "0.user"),
        ("model_name=content", [{**visitor(7), "name": "x"}], "0.name"),
        (
            "model_name=content",
            [{"user": 7, "history": [{"film": "x", "kind": "rated", "value": 11}]}],
            "0.history.0.value",
        ),
        ("model_name=content", [{"user": 7, "history": [{"film": "x", "kind": "seen"}]}], "0.history.0.kind"),
        ("model_name=content", [visitor(7, *["x"] * (MAX_EVENTS + 1))], "0.history"),
    ],
)
def test_what_cannot_be_predicted(ask: Ask, query: str, body: Any, field: str) -> None:
    answer = ask().post(f"/predict?{query}", json=body)
    told = answer.json()
    assert (answer.status_code, told["code"], told["field"]) == (422, "invalid_value", field), told
    assert len(told["errors"]) == 1


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000, b'[{"user": ' + b"9" * 5_000 + b', "history": []}]'])
def test_a_body_that_is_no_json(ask: Ask, body: bytes) -> None:
    answer = ask().post("/predict?model_name=content", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_body")


def test_a_user_that_no_answer_can_name(ask: Ask) -> None:
    text = b'[{"user": "\\ud800", "history": []}]'
    answer = ask().post("/predict?model_name=content", content=text, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["field"]) == (422, "0.user")


def test_nobody_is_in_a_log(ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "kadr"):
        ask().post("/predict?model_name=content", json=[visitor("secret-user", "secret-film")])
        ask().post("/predict?model_name=content", json=[{"user": "secret-user"}])
    assert len([record for record in caplog.records if record.name == "kadr.api"]) == 2
    assert "secret" not in str([record.__dict__ for record in caplog.records])
