"""The training server itself: its key, its description, its health, and what it says without models or a bundle."""

import json
import socket
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kadr.engine import Engine
from kadr.errors import ConfigError
from kadr.live import Live
from kadr.recommend.train.store import Store
from kadr.trainer.factory import create
from kadr.trainer.key import key_of
from tests.commands import Run
from tests.trainer.trainings import KEY, Client

CLOSED = (("GET", "/models"), ("POST", "/predict"), ("POST", "/train"), ("GET", "/jobs"), ("GET", "/jobs/x"))


@pytest.mark.parametrize("shown", [{}, {"X-API-Key": KEY[:-1]}, {"X-API-Key": ""}, {"Authorization": f"Basic {KEY}"}])
def test_without_the_key_nothing_is_told(library: Live, store: Store, shown: dict[str, str]) -> None:
    client = TestClient(create(store, library, KEY), headers=shown)
    for method, path in CLOSED:
        answer = client.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (401, "key_required")
    assert client.get("/health").json() == {"status": "live"}


def test_the_key_may_be_a_bearers(library: Live, store: Store) -> None:
    client = TestClient(create(store, library, KEY), headers={"Authorization": f"Bearer {KEY}"})
    assert client.get("/models").status_code == 200


@pytest.mark.parametrize("key", ["", " ", "short", "with spaces in between", "я" * 20, "a" * 201])
def test_a_key_that_is_none_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(ConfigError, match="KADR_TRAIN_KEY") as error:
        key_of({"KADR_TRAIN_KEY": key})
    assert not key.strip() or key not in str(error.value)


def test_the_key_is_what_the_environment_holds() -> None:
    assert key_of({"KADR_TRAIN_KEY": f" {KEY} "}) == KEY


def test_it_starts_only_with_a_key(kadr: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KADR_TRAIN_KEY", raising=False)
    ended = kadr("serve", "--train")
    assert (ended.code, "KADR_TRAIN_KEY" in ended.err) == (2, True)


def test_it_starts_only_with_a_bundle(kadr: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KADR_TRAIN_KEY", KEY)
    ended = kadr("serve", "--train", "--bundle", "nowhere")
    assert ended.code == 3
    assert KEY not in ended.err + ended.out


@pytest.mark.parametrize("kind", ["--train", "--api-only", None])
def test_an_address_where_nobody_can_listen_is_told_in_a_line(
    kadr: Run, bundles: Path, monkeypatch: pytest.MonkeyPatch, kind: str | None
) -> None:
    monkeypatch.setenv("KADR_TRAIN_KEY", KEY)
    monkeypatch.setenv("KADR_BUNDLE", str(bundles))
    kinds = [kind] if kind else []
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        taken = kadr("serve", *kinds, "--host", "127.0.0.1", "--port", port)
    told = f"kadr: --port: {port} at 127.0.0.1 cannot be listened at (address already in use); name another\n"
    assert (taken.code, taken.err) == (2, told)
    foreign = kadr("serve", *kinds, "--host", "192.0.2.1", "--port", port)  # of addresses that nobody has
    assert (foreign.code, foreign.err.count("\n")) == (2, 1)
    assert foreign.err.startswith(f"kadr: --port: {port} at 192.0.2.1 cannot be listened at (")
    strange = kadr("serve", *kinds, "--host", "no such host")
    assert strange.err == "kadr: --host: 'no such host' is no address of this machine; name one, as 127.0.0.1\n"


def test_two_servers_at_once_are_refused(kadr: Run) -> None:
    assert kadr("serve", "--train", "--api-only").code == 2


def test_without_models_the_list_is_empty_and_says_what_can_be_trained(trainer: Client, empty: Store) -> None:
    assert trainer(empty).get("/models").json() == {"models": [], "trainable": ["als", "ease-uw"]}


def test_without_a_bundle_there_is_nothing_to_answer_from(tmp_path: Path, store: Store) -> None:
    live = Live(tmp_path / "nowhere", Engine.open, poll_seconds=3600)
    client = TestClient(create(store, live, KEY), headers={"X-API-Key": KEY})
    for path in ("/predict", "/train"):
        answer = client.post(f"{path}?model_name=ease-uw", json=[1])
        assert (answer.status_code, answer.json()["code"]) == (404, "no_bundle")
        assert str(tmp_path) not in answer.text
    live.close()


def test_the_description_tells_bodies_answers_and_examples(trainer: Client, store: Store) -> None:
    told = trainer(store).get("/openapi.json").json()
    assert set(told["paths"]) == {"/models", "/predict", "/train", "/jobs", "/jobs/{job_id}", "/health"}
    sent = {
        path: told["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        for path in ("/predict", "/train")
    }
    assert set(sent["/train"]["required"]) == {"users", "movies", "ratings"}
    assert all(each["examples"] for each in sent["/train"]["properties"].values())
    assert {"202", "401", "409", "422"} <= set(told["paths"]["/train"]["post"]["responses"])
    assert "$defs" not in json.dumps(told)
    assert KEY not in json.dumps(told)
    assert ["POST", "/train"][1] in trainer(store).get("/docs").text


def test_what_is_no_route(trainer: Client, store: Store) -> None:
    client = trainer(store)
    assert client.get("/nothing").json()["code"] == "not_found"
    assert client.get("/train").json()["code"] == "method_not_allowed"
    assert client.get("/jobs/nothing").json()["code"] == "not_found"
    assert client.get("/models?x=1").json()["code"] == "unknown_parameter"
    assert client.head("/models").status_code == 200
