"""The stand-in speaks each dialect as its original was seen to."""

import json
from collections.abc import Iterator

import numpy as np
import pytest

from tests.servers.clients import get, post
from tests.servers.inference import Access, Fault, InferenceServer, Service, vector_of

OPENAI_PATHS = (
    "/deepinfra/v1/openai/embeddings",
    "/scaleway/v1/embeddings",
    "/together/v1/embeddings",
    "/v1/embeddings",
    "/embeddings",
)
MODELS = ("maker/model", "maker/second")
MINE, NARROW, STRANGE = "hf_mine", "hf_narrow", "hf_strange"
TEXTS = ["маяк", "sea storm"]


@pytest.fixture(scope="module")
def server() -> Iterator[InferenceServer]:
    with InferenceServer(Service(models=MODELS, dim=8)) as started:
        yield started


def test_hf_gives_a_row_a_text_and_a_bare_string_flat(server: InferenceServer) -> None:
    given = post(server.hf_url, {"inputs": TEXTS})
    expected = [vector_of(text, 8, "maker/model") for text in TEXTS]
    assert given.status == 200
    assert given.headers["content-type"] == "application/json"
    assert np.array_equal(np.asarray(given.json, dtype=np.float32), expected)
    assert np.shape(post(server.hf_url, {"inputs": "маяк"}).json) == (8,)
    assert post(server.hf_url, {"inputs": []}).body == b"[]"


def test_hf_ignores_what_stands_beside_the_texts(server: InferenceServer) -> None:
    extras = {"normalize": False, "truncate": True, "prompt_name": "query", "dimensions": 4}
    plain = post(server.hf_url, {"inputs": TEXTS})
    assert post(server.hf_url, {"inputs": TEXTS} | extras).body == plain.body


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        ({"inputs": 7}, "application/json", "'int' object is not subscriptable"),
        ({"inputs": None}, "application/json", "'NoneType' object is not subscriptable"),
        ({"inputs": ["a", 7]}, "application/json", "'int' object is not subscriptable"),
        ({"text": "a"}, "application/json", "Body needs to provide a inputs key, received: "),
        (b'{"inputs": ["a"', "application/json", "unexpected end of data: "),
        ({"inputs": "a"}, "", 'Content type "" not supported'),
    ],
)
def test_hf_refuses_with_400(server: InferenceServer, body: object, kind: str, message: str) -> None:
    given = post(server.hf_url, body, kind=kind)
    assert given.status == 400
    assert given.json["error"].startswith(message)


def test_hf_at_token_level_gives_ragged_rows_and_refuses_long_texts() -> None:
    with InferenceServer(Service(dim=8, token_level=True, max_tokens=6)) as server:
        assert [len(row) for row in post(server.hf_url, {"inputs": TEXTS}).json] == [3, 4]
        assert np.shape(post(server.hf_url, {"inputs": "sea storm"}).json) == (4, 8)
        refused = post(server.hf_url, {"inputs": ["a", "a b c d e"]})
        assert refused.status == 400
        assert refused.json["error"].startswith("The size of tensor a (7) must match the size of tensor b (6)")


def test_hf_at_sentence_level_cuts_long_texts_off() -> None:
    with InferenceServer(Service(dim=8, max_tokens=4)) as server:
        assert post(server.hf_url, {"inputs": ["a b c d"]}).body == post(server.hf_url, {"inputs": ["a b"]}).body


def test_a_model_that_is_not_served_is_404(server: InferenceServer) -> None:
    assert post(server.hf_url.replace("maker/model", "maker/other"), {"inputs": TEXTS}).status == 404
    given = post(f"{server.url}/v1/embeddings", {"input": TEXTS, "model": "maker/other"})
    assert given.status == 404
    assert given.json["error"]["code"] == "model_not_found"
    assert "maker/other" in given.json["error"]["message"]


@pytest.mark.parametrize("path", OPENAI_PATHS)
def test_openai_rows_carry_their_index(server: InferenceServer, path: str) -> None:
    given = post(server.url + path, {"input": TEXTS, "model": "maker/second"}).json
    assert given["object"] == "list"
    assert given["model"] == "maker/second"
    assert given["usage"] == {"prompt_tokens": 7, "total_tokens": 7}
    assert [(row["object"], row["index"]) for row in given["data"]] == [("embedding", 0), ("embedding", 1)]
    expected = [vector_of(text, 8, "maker/second") for text in TEXTS]
    assert np.array_equal(np.asarray([row["embedding"] for row in given["data"]], dtype=np.float32), expected)
    single = post(server.url + path, {"input": "маяк", "model": "maker/second"}).json
    assert len(single["data"]) == 1


@pytest.mark.parametrize("path", ["/embed", "/"])
def test_tei_gives_two_dimensions_always(server: InferenceServer, path: str) -> None:
    assert np.shape(post(server.url + path, {"inputs": "маяк"}).json) == (1, 8)
    given = np.asarray(post(server.url + path, {"inputs": TEXTS, "normalize": False}).json)
    assert given.shape == (2, 8)
    assert not np.allclose(np.linalg.norm(given, axis=1), 1, atol=1e-3)


def test_tei_refuses_in_its_own_words(server: InferenceServer) -> None:
    many = post(f"{server.url}/embed", {"inputs": ["a"] * 64})
    assert many.status == 422
    assert many.json == {"error": "batch size 64 > maximum allowed batch size 32", "error_type": "Validation"}
    none = post(f"{server.url}/embed", {"inputs": []})
    assert (none.status, none.json["error_type"]) == (400, "Empty")
    heavy = post(f"{server.url}/embed", {"inputs": ["a" * 2_000_001]})
    assert (heavy.status, heavy.headers["content-type"]) == (413, "text/plain; charset=utf-8")
    assert heavy.body.endswith(b"length limit exceeded")


def test_tei_says_what_it_is(server: InferenceServer) -> None:
    about = get(f"{server.url}/info").json
    assert (about["model_id"], about["max_client_batch_size"]) == ("maker/model", 32)
    assert get(f"{server.url}/health").status == 200
    assert get(f"{server.url}/nowhere").status == 404
    assert post(f"{server.url}/nowhere", {}).status == 404


def test_who_has_no_token_is_refused_as_each_refuses() -> None:
    with InferenceServer(access=Access(MINE, narrow=NARROW)) as server:
        hf, own, tei = server.hf_url, f"{server.url}/v1/embeddings", f"{server.url}/embed"
        assert post(hf, {"inputs": TEXTS}, token=MINE).status == 200
        wrong = post(hf, {"inputs": TEXTS}, token=STRANGE)
        assert (wrong.status, wrong.json) == (401, {"error": "Invalid username or password."})
        narrow = post(hf, {"inputs": TEXTS}, token=NARROW)
        assert narrow.status == 403
        assert "sufficient permissions" in narrow.json["error"]
        assert post(own, {"input": TEXTS, "model": "maker/model"}).json == {"error": "Unauthorized"}
        assert (post(tei, {"inputs": TEXTS}).status, post(tei, {"inputs": TEXTS}).body) == (401, b"")
        assert post(tei, {"inputs": TEXTS}, token=MINE).status == 200


def test_a_poisonous_text_takes_its_whole_call_with_it() -> None:
    with InferenceServer(poison={"ядовит": 424}) as server:
        refused = post(f"{server.url}/embed", {"inputs": ["маяк", "это ядовито"]})
        assert (refused.status, refused.json["error_type"]) == (424, "Backend")
        assert post(f"{server.url}/embed", {"inputs": ["маяк"]}).status == 200


def test_what_was_received_is_kept() -> None:
    with InferenceServer(access=Access(MINE), faults=[None, Fault.drop_before()]) as server:
        post(server.hf_url, {"inputs": TEXTS}, token=MINE)
        with pytest.raises(ConnectionError):
            post(server.hf_url, {"inputs": ["a"]}, token=MINE)
        post(server.hf_url, {"inputs": ["b"]}, token=STRANGE)
        assert [call.status for call in server.requests] == [200, 0, 401]
        assert [call.texts for call in server.requests] == [tuple(TEXTS), ("a",), ("b",)]
        assert server.paid_texts == TEXTS
        assert server.requests[2].headers["authorization"] == f"Bearer {STRANGE}"
        assert server.requests[0].path in server.hf_url
        assert f"Bearer {STRANGE}" in server.log
        assert json.dumps(TEXTS) in server.log
