"""Ratings that cannot be learned from: each kind of mistake is told by its place, and no job begins."""

from typing import Any

import pytest

from kadr.recommend.train.store import Store
from kadr.trainer.arriving import MAX_RATINGS
from tests.trainer.trainings import TRAIN, Client, body


@pytest.mark.parametrize(
    ("query", "wrong", "field"),
    [
        ("model_name=ease-uw&validation_split=0.6", {}, "validation_split"),
        ("model_name=ease-uw&validation_split=nan", {}, "validation_split"),
        ("model_name=ease-uw&patience=0", {}, "patience"),
        ("model_name=ease-uw&scale=0", {}, "scale"),
        ("model_name=ease-uw", {"users": []}, "users"),
        ("model_name=ease-uw", {"users": "1"}, "users"),
        ("model_name=ease-uw", {"users": [1, 2, 3]}, "ratings"),
        ("model_name=ease-uw", {"users": [1, -1]}, "users.1"),
        ("model_name=ease-uw", {"users": [1, "-1"]}, "users.1"),
        ("model_name=ease-uw", {"users": [1, 1.5]}, "users.1"),
        ("model_name=ease-uw", {"users": [True, 1]}, "users.0"),
        ("model_name=ease-uw", {"users": [None, 1]}, "users.0"),
        ("model_name=ease-uw", {"users": ["", 1]}, "users.0"),
        ("model_name=ease-uw", {"users": [10**30, 1]}, "users.0"),
        ("model_name=ease-uw", {"movies": ["no-such-film", "nor-this"]}, "movies.0"),
        ("model_name=ease-uw", {"movies": ["imdb:tt9999999", "kinopoisk:x"]}, "movies.0"),
        ("model_name=ease-uw", {"movies": [-7, 8]}, "movies.0"),
        ("model_name=ease-uw", {"movies": [{}, []]}, "movies.0"),
        ("model_name=ease-uw", {"ratings": [9, 10.5]}, "ratings.1"),
        ("model_name=ease-uw&scale=5", {"ratings": [5, 5.5]}, "ratings.1"),
        ("model_name=ease-uw", {"ratings": [-1, 9]}, "ratings.0"),
        ("model_name=ease-uw", {"ratings": ["9", 9]}, "ratings.0"),
        ("model_name=ease-uw", {"ratings": [True, 9]}, "ratings.0"),
        ("model_name=ease-uw", {"ratings": [None, 9]}, "ratings.0"),
        ("model_name=ease-uw", {"times": []}, "times"),
    ],
)
def test_what_cannot_be_learned_from(
    trainer: Client, store: Store, films: list[str], query: str, wrong: dict[str, Any], field: str
) -> None:
    client = trainer(store)
    answer = client.post(f"/train?{query}", json={**body([1, 2], films[:2], [9, 8]), **wrong})
    told = answer.json()
    assert (answer.status_code, told["code"], told["field"]) == (422, "invalid_value", field), told
    assert client.get("/jobs").json() == {"jobs": []}
    assert store.versions("ease-uw") == (1,)


def test_a_pair_that_stands_twice_is_told_by_its_place(trainer: Client, store: Store, films: list[str]) -> None:
    twice = body([1, 2, "1"], [films[0], films[0], films[0]], [9, 9, 8])
    told = trainer(store).post(TRAIN, json=twice).json()
    assert (told["status"], told["field"], len(told["errors"])) == (422, "movies.2", 1)
    assert "(1 of the ratings)" in told["detail"]


def test_of_a_thousand_faults_some_are_told_with_how_many_there_are(trainer: Client, store: Store) -> None:
    many = body(range(1000), [f"no-{at}" for at in range(1000)], [9] * 1000)
    told = trainer(store).post(TRAIN, json=many).json()
    assert [each["field"] for each in told["errors"]] == [f"movies.{at}" for at in range(5)]
    assert "(1000 of the ratings)" in told["detail"]


def test_more_ratings_than_one_request_may_bring(trainer: Client, store: Store) -> None:
    users = b"[" + b",".join(b"%d" % at for at in range(MAX_RATINGS + 1)) + b"]"
    content = b'{"users":%s,"movies":["x"],"ratings":[9]}' % users
    answer = trainer(store).post(TRAIN, content=content, headers={"Content-Type": "application/json"})
    told = answer.json()
    assert (answer.status_code, told["field"]) == (422, "users")
    assert told["allowed"] == {"minItems": 1, "maxItems": MAX_RATINGS}


def test_a_model_that_cannot_be_trained_is_told_with_those_that_can(
    trainer: Client, store: Store, films: list[str]
) -> None:
    told = trainer(store).post("/train?model_name=dense", json=body([1], films[:1])).json()
    assert (told["status"], told["code"], told["allowed"]) == (404, "no_model", {"enum": ["als", "ease-uw"]})
