"""New ratings make a new version of a model, in a job that can be looked at; what is wrong with them is told."""

import json
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from kadr.engine import Engine
from kadr.live import Live
from kadr.recommend.train.store import Store
from kadr.trainer.asked import TrainParameters
from kadr.trainer.learning import learn
from kadr.trainer.models import JobOut, JobsOut
from kadr.trainer.workshop import Workshop
from tests.trainer.trainings import TRAIN, USERS, Client, body, lesson, opinions, over, silent


def test_a_training_makes_a_new_version_and_leaves_the_old_one_as_it_was(
    trainer: Client, store: Store, films: list[str]
) -> None:
    before = {path: path.read_bytes() for path in (store.folder / "ease-uw-1").iterdir()}
    old = store.load("ease-uw")
    client = trainer(store)
    new = body(["new", "new", "new"], films[:3], [9, 9.5, 1])
    answer = client.post(f"{TRAIN}&validation_split=0.5", json=new)
    job = over(client, answer)
    TypeAdapter(JobOut).validate_python(job)
    assert (job["state"], job["error"], job["model_name"]) == ("done", "", "ease-uw")
    result = job["result"]
    assert (result["version"], result["new_ratings"], result["new_users"]) == (2, 3, 1)
    assert result["ratings"] == old.learned.ratings.size + 3
    assert result["validation"]["likes"] == 1
    assert {"merge", "validate", "solve", "save"} <= set(job["seconds"])
    assert {path: path.read_bytes() for path in (store.folder / "ease-uw-1").iterdir()} == before
    assert store.versions("ease-uw") == (1, 2)
    told = client.post("/predict?model_name=ease-uw", json=["new"]).json()
    assert told["version"] == "2"
    assert not set(films[:3]) & {film["id"] for film in told["predictions"]["new"]}


def test_a_training_goes_on_from_what_was_learned_while_its_ratings_were_read(
    library: Live, store: Store, films: list[str]
) -> None:
    workshop = Workshop(store, library)
    asked = TrainParameters.model_validate({"model_name": "ease-uw", "validation_split": 0})
    works = [workshop.training(asked, json.dumps(body([user], films[:1])).encode()) for user in ("one", "two")]
    results = [work(silent()) for work in works]
    assert [result["version"] for result in results] == [2, 3]
    assert {"one", "two"} <= set(store.load("ease-uw").learned.users)


def test_why_nothing_was_validated_is_told(trainer: Client, store: Store, films: list[str]) -> None:
    client = trainer(store)
    asked = {
        "disliked": (body([1], films[:1], [2]), "&validation_split=0.5"),
        "unasked": (body([1], films[:1], [9]), ""),
    }
    told = {}
    for name, (new, split) in asked.items():
        job = over(client, client.post(f"{TRAIN}{split or '&validation_split=0'}", json=new))
        assert job["result"]["validation"] is None
        told[name] = job["messages"]
    assert [each[:13] for each in told["disliked"]] == ["not validated"]
    assert told["unasked"] == []


def test_what_is_learned_in_two_steps_is_what_is_learned_at_once(engine: Engine) -> None:
    whole = opinions(engine)
    half = len(whole["users"]) // 2
    first = learn(lesson(engine, {name: values[:half] for name, values in whole.items()}), silent())[0]
    second = learn(lesson(engine, {name: values[half:] for name, values in whole.items()}, base=first), silent())[0]
    once = learn(lesson(engine, whole), silent())[0]
    assert second.users == once.users
    np.testing.assert_array_equal(second.gram.films, once.gram.films)
    np.testing.assert_allclose(second.gram.matrix, once.gram.matrix, atol=1e-4)
    np.testing.assert_array_equal(second.ratings.items, once.ratings.items)
    rows = np.arange(once.factors.n_films)
    said, expected = (each.factors.encoded(rows) @ each.factors.decoded(rows).T for each in (second, once))
    np.testing.assert_allclose(said, expected, atol=0.02 * float(np.abs(expected).max()))


def test_the_same_training_gives_the_same_bytes(engine: Engine, first: Any, films: list[str]) -> None:
    told = []
    for _ in range(2):
        learned = learn(lesson(engine, body(["x", "x"], films[:2], [9, 9]), base=first, share=0.5), silent())[0]
        told.append((learned.factors.encoder.tobytes(), learned.gram.matrix.tobytes(), learned.card))
    assert told[0] == told[1]


def test_the_last_word_on_a_film_counts(engine: Engine, first: Any) -> None:
    ratings = first.ratings
    user, item = int(ratings.users[0]), int(ratings.items[0])
    new = body([first.users[user]], [first.films[item]], [2])
    learned, told = learn(lesson(engine, new, base=first), silent())
    assert (told["ratings"], told["new_ratings"], told["new_users"]) == (ratings.size, 1, 0)
    at = (learned.ratings.users == user) & (learned.ratings.items == item)
    assert learned.ratings.values[at].tolist() == [2.0]


def test_a_model_that_begins_takes_the_ratings_of_the_last_one(trainer: Client, store: Store, films: list[str]) -> None:
    client = trainer(store)
    job = over(
        client,
        client.post("/train?model_name=als&validation_split=0.5&patience=2", json=body([1] * 4, films[-4:], [9] * 4)),
    )
    assert job["state"] == "done", job["error"]
    result = job["result"]
    assert (result["version"], result["ratings"]) == (1, store.load("als").learned.ratings.size)
    assert 1 <= result["rounds"] <= 50
    assert result["validation"]["rounds"] == result["rounds"]
    assert {each["name"]: each["kind"] for each in client.get("/models").json()["models"]} == {
        "als": "als", "ease-uw": "ease-uw",
    }  # fmt: skip
    assert client.post("/predict?model_name=als&top_k=3", json=[1]).status_code == 200


def test_a_store_that_is_empty_gets_its_first_model(trainer: Client, empty: Store, engine: Engine) -> None:
    client = trainer(empty)
    job = over(client, client.post(TRAIN, json=opinions(engine)))
    assert job["state"] == "done", job["error"]
    assert job["result"]["validation"]["before"] is None
    assert job["result"]["validation"]["after"] > 0.3
    told = client.post("/predict?model_name=ease-uw&top_k=2", json=[0, 1]).json()["predictions"]
    assert told["0"] != told["1"]
    assert empty.load("ease-uw").learned.card.trained_on["users"] == USERS


def test_a_scale_of_five_is_read_as_such(trainer: Client, store: Store, films: list[str]) -> None:
    client = trainer(store)
    over(client, client.post(f"{TRAIN}&scale=5", json=body(["five"], films[:1], [4.5])))
    learned = store.load("ease-uw").learned
    assert learned.ratings.values[learned.ratings.users == learned.users.index("five")].tolist() == [9.0]


def test_nobody_who_likes_a_film_is_a_failed_job_and_no_model(trainer: Client, empty: Store, films: list[str]) -> None:
    client = trainer(empty)
    job = over(client, client.post(TRAIN, json=body([1, 2], films[:2], [1, 2])))
    assert (job["state"], job["result"]) == ("failed", {})
    assert "nobody likes a film" in job["error"]
    assert empty.names() == ()
    jobs = client.get("/jobs").json()
    assert [each["id"] for each in jobs["jobs"]] == [job["id"]]
    TypeAdapter(JobsOut).validate_python(jobs)
