"""Users of the training data, and histories, get films with all that is known of them."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from kadr.engine import Engine
from kadr.film import FILM_FIELDS
from kadr.recommend.train.store import Store
from kadr.trainer.models import TrainedModelsOut
from kadr.web.predicting import MAX_VISITORS, PredictedOut
from tests.trainer.trainings import USERS, Client, opinions

ASKED = "/predict?model_name=ease-uw"


def test_the_models_are_listed(trainer: Client, store: Store) -> None:
    answer = trainer(store).get("/models")
    (model,) = answer.json()["models"]
    assert (model["name"], model["kind"], model["version"], model["versions"]) == ("ease-uw", "ease-uw", 1, [1])
    assert model["trained_on"]["users"] == USERS
    assert answer.json()["trainable"] == ["als", "ease-uw"]
    TypeAdapter(TrainedModelsOut).validate_json(answer.content)


def test_a_damaged_model_is_left_out_of_the_list_and_named_where_it_is_asked(trainer: Client, store: Store) -> None:
    (store.folder / "ease-uw-1" / "model.json").write_text("{", encoding="utf-8")
    client = trainer(store)
    assert client.get("/models").json()["models"] == []
    answer = client.post(ASKED, json=[1])
    assert (answer.status_code, answer.json()["code"]) == (404, "no_model")
    assert str(store.folder) not in answer.text


def test_users_of_the_training_data_get_films_of_their_taste_that_they_have_not_rated(
    trainer: Client, store: Store, engine: Engine
) -> None:
    answer = trainer(store).post(f"{ASKED}&top_k=5", json=[0, "1"])
    told = answer.json()
    assert (answer.status_code, told["model_name"], told["version"]) == (200, "ease-uw", "1")
    assert list(told["predictions"]) == ["0", "1"]
    assert (told["popular"], told["unknown"]) == ([], {})
    body = opinions(engine)
    for user, genre in (("0", "комедия"), ("1", "драма")):
        films = told["predictions"][user]
        rated = {film for each, film in zip(body["users"], body["movies"], strict=True) if str(each) == user}
        left = [film.id for film in engine.films() if genre in film.genres and film.id not in rated]
        assert len(films) == 5
        assert not rated & {film["id"] for film in films}
        assert {film["id"] for film in films[: len(left)]} <= set(left)
        assert set(films[0]) == set(FILM_FIELDS)
    TypeAdapter(PredictedOut).validate_json(answer.content)


def test_a_history_says_the_same_as_the_ratings_of_a_user(trainer: Client, store: Store, engine: Engine) -> None:
    body = opinions(engine)
    rows = zip(*body.values(), strict=True)
    events = [{"film": film, "kind": "rated", "value": value} for user, film, value in rows if user == 4]
    client = trainer(store)
    by_id = client.post(ASKED, json=[4]).json()
    by_history = client.post(ASKED, json=[{"user": "x", "history": events}]).json()
    assert by_history["predictions"]["x"] == by_id["predictions"]["4"]


def test_who_told_nothing_gets_the_best_known_films_and_is_named(trainer: Client, store: Store) -> None:
    body = [{"user": 1, "history": []}, {"user": 2, "history": [{"film": "no-such-film", "kind": "liked"}]}]
    told = trainer(store).post(ASKED, json=body).json()
    assert told["popular"] == ["1", "2"]
    assert told["unknown"] == {"2": ["no-such-film"]}
    assert told["predictions"]["1"] == told["predictions"]["2"]
    assert len(told["predictions"]["1"]) == 10


@pytest.mark.parametrize(
    ("query", "body", "field"),
    [
        ("model_name=ease-uw&top_k=0", [1], "top_k"),
        ("model_name=ease-uw", [], ""),
        ("model_name=ease-uw", {}, ""),
        ("model_name=ease-uw", "1", ""),
        ("model_name=ease-uw", [1, 999], "1"),
        ("model_name=ease-uw", [-1], "0"),
        ("model_name=ease-uw", [1.5], "0"),
        ("model_name=ease-uw", [None], "0"),
        ("model_name=ease-uw", [[1]], "0"),
        ("model_name=ease-uw", list(range(MAX_VISITORS + 1)), ""),
        ("model_name=ease-uw", [1, {"user": 1, "history": []}], "0"),
        ("model_name=ease-uw", [{"user": 1}], "0.history"),
    ],
)
def test_what_cannot_be_predicted(trainer: Client, store: Store, query: str, body: Any, field: str) -> None:
    answer = trainer(store).post(f"/predict?{query}", json=body)
    told = answer.json()
    assert (answer.status_code, told["code"], told["field"]) == (422, "invalid_value", field), told
    assert len(told["errors"]) == 1


@pytest.mark.parametrize("name", ["dense", "als", "EASE-UW"])
def test_a_model_that_was_not_trained(trainer: Client, store: Store, name: str) -> None:
    told = trainer(store).post(f"/predict?model_name={name}", json=[1]).json()
    assert (told["status"], told["code"], told["field"]) == (404, "no_model", "model_name")
    assert told["allowed"] == {"enum": ["ease-uw"]}


def test_a_user_who_is_asked_about_twice_is_answered_once(trainer: Client, store: Store) -> None:
    assert list(trainer(store).post(ASKED, json=[1, 2, "1"]).json()["predictions"]) == ["1", "2"]


def test_who_dislikes_nearly_everything_gets_as_many_films(trainer: Client, store: Store, engine: Engine) -> None:
    films = [film.id for film in engine.films()]
    history = [{"film": film, "kind": "disliked"} for film in films[::2]] + [{"film": films[1], "kind": "liked"}]
    told = trainer(store).post(f"{ASKED}&top_k=10", json=[{"user": 1, "history": history}]).json()
    found = {film["id"] for film in told["predictions"]["1"]}
    assert len(found) == min(10, len(films) - len(films[::2]) - 1)
    assert not found & {*films[::2], films[1]}


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"null", "application/json", 422, "invalid_value"),
        (b"", "application/json", 400, "malformed_body"),
        (b"[1", "application/json", 400, "malformed_body"),
        (b"[NaN]", "application/json", 400, "malformed_body"),
        (b"\xff\xfe[1]", "application/json", 400, "malformed_body"),
        (b"[" * 100_000, "application/json", 400, "malformed_body"),
        (b"[" + b"9" * 5_000 + b"]", "application/json", 400, "malformed_body"),
        (b'["\\ud800"]', "application/json", 422, "invalid_value"),
        (b"[1]", "text/plain", 422, "invalid_value"),
    ],
)
def test_a_body_that_is_none(trainer: Client, store: Store, content: bytes, kind: str, status: int, code: str) -> None:
    for path in ("/predict", "/train"):
        answer = trainer(store).post(f"{path}?model_name=ease-uw", content=content, headers={"Content-Type": kind})
        assert (answer.status_code, answer.json()["code"]) == (status, code), path
