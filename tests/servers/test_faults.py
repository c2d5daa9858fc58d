"""Each fault of the script goes wrong in its own way, and nothing else does."""

import gzip
import time
from http.client import HTTPException, IncompleteRead

import numpy as np
import pytest

from tests.servers.clients import post
from tests.servers.faults import PASSING
from tests.servers.inference import Fault, InferenceServer, Service, mixed_faults, vector_of

TEXTS = ["маяк", "sea", "шторм на море"]
RIGHT = [vector_of(text, 8, "maker/model") for text in TEXTS]


def spoilt(fault: Fault) -> list[list[float]]:
    """What hf-inference gives with this fault; the next call must be right again."""
    with InferenceServer(Service(dim=8), faults=[fault]) as server:
        rows: list[list[float]] = post(server.hf_url, {"inputs": TEXTS}).json
        assert np.array_equal(np.asarray(post(server.hf_url, {"inputs": TEXTS}).json, dtype=np.float32), RIGHT)
        assert [call.well for call in server.requests] == [fault.harmless, True]
        return rows


def right(rows: list[list[float]]) -> list[bool]:
    return [np.array_equal(np.asarray(row, dtype=np.float32), own) for row, own in zip(rows, RIGHT, strict=True)]


def openai(fault: Fault) -> tuple[list[int], list[list[float]]]:
    with InferenceServer(Service(dim=8), faults=[fault]) as server:
        data = post(f"{server.url}/v1/embeddings", {"input": TEXTS, "model": "maker/model"}).json["data"]
    return [row["index"] for row in data], [row["embedding"] for row in data]


def test_rows_that_are_spoilt() -> None:
    assert np.isnan(spoilt(Fault.nan())[2][0])
    assert spoilt(Fault.null())[2][0] is None
    assert spoilt(Fault.infinite())[2][0] == 1e300
    assert spoilt(Fault.zero())[2] == [0.0] * 8
    assert [len(row) for row in spoilt(Fault.wrong_dimension())] == [8, 8, 7]
    assert spoilt(Fault.empty_list()) == []
    assert len(spoilt(Fault.short_count())) == 2
    for fault in (Fault.nan(), Fault.null(), Fault.zero()):
        assert right(spoilt(fault)) == [True, True, False]


def test_rows_that_belong_to_other_texts() -> None:
    turned = spoilt(Fault.wrong_order())
    assert right([turned[2], turned[0], turned[1]]) == [True, True, True]
    assert right(spoilt(Fault.swapped())) == [False, False, False]
    drifted = spoilt(Fault.other_model())
    assert np.allclose(np.linalg.norm(drifted, axis=1), 1)
    assert right(drifted) == [False, False, False]


def test_indexes_of_openai_rows() -> None:
    places, rows = openai(Fault.wrong_order())
    assert places == [1, 2, 0]
    assert right([rows[places.index(place)] for place in range(3)]) == [True, True, True]
    assert openai(Fault.wrong_index())[0] == [0, 1, 0]
    places, rows = openai(Fault.swapped())
    assert places == [0, 1, 2]
    assert right(rows) == [False, False, False]


def test_ragged_rows_have_the_right_mean() -> None:
    for row, own in zip(spoilt(Fault.ragged()), RIGHT, strict=True):
        mean = np.mean(row, axis=0)
        assert np.allclose(mean / np.linalg.norm(mean), own, atol=1e-5)


@pytest.mark.parametrize(
    ("fault", "status", "header", "text"),
    [
        (Fault.status(500, "boom"), 500, ("content-type", "application/json"), b'{"error": "boom"}'),
        (Fault.status(504), 504, ("content-length", "0"), b""),
        (Fault.loading(7.5), 503, ("content-type", "application/json"), b'"estimated_time": 7.5'),
        (Fault.overload(), 503, ("content-type", "application/json"), b"overload detected"),
        (Fault.busy("7"), 429, ("retry-after", "7"), b"Too Many"),
        (Fault.limited(9), 429, ("ratelimit", '"api";r=0;t=9'), b"Too Many"),
        (Fault.spent(), 402, ("content-type", "application/json"), b"exceeded your monthly included credits"),
        (Fault.refused(), 401, ("content-type", "application/json"), b"Invalid username"),
        (Fault.forbidden(), 403, ("content-type", "application/json"), b"permissions"),
        (Fault.missing(), 404, ("content-type", "text/plain; charset=utf-8"), b"Not Found"),
        (Fault.html(200), 200, ("content-type", "text/html"), b"<html>"),
        (Fault.html(502), 502, ("content-type", "text/html"), b"502 Bad Gateway"),
        (Fault.error_json(), 200, ("content-type", "application/json"), b'{"error": '),
        (Fault.error_json(listed=True), 200, ("content-type", "application/json"), b'[{"error": '),
        (Fault.redirect("http://127.0.0.1:1/"), 307, ("location", "http://127.0.0.1:1/"), b""),
    ],
)
def test_answers_that_stand_instead(fault: Fault, status: int, header: tuple[str, str], text: bytes) -> None:
    with InferenceServer(faults=[fault]) as server:
        given = post(server.hf_url, {"inputs": TEXTS})
        assert (given.status, given.headers[header[0]]) == (status, header[1])
        assert text in given.body
        assert [(call.status, call.well) for call in server.requests] == [(status, False)]


def test_no_content_has_none() -> None:
    with InferenceServer(faults=[Fault.no_content()]) as server:
        given = post(server.hf_url, {"inputs": TEXTS})
        assert (given.status, given.body, given.headers.get("content-length")) == (204, b"", None)


def test_connections_that_end_too_soon() -> None:
    with InferenceServer(faults=[Fault.drop_before(), Fault.drop_mid_body()]) as server:
        with pytest.raises(ConnectionError):
            post(server.hf_url, {"inputs": TEXTS})
        with pytest.raises(IncompleteRead) as half:
            post(server.hf_url, {"inputs": TEXTS})
        assert half.value.expected is not None
        assert abs(len(half.value.partial) - half.value.expected) <= 1
        assert post(server.hf_url, {"inputs": TEXTS}).status == 200
        assert server.paid_texts == TEXTS


def test_a_call_without_an_answer_ends_with_the_server() -> None:
    with InferenceServer(faults=[Fault.never_answer()]) as server:
        with pytest.raises(TimeoutError):
            post(server.hf_url, {"inputs": TEXTS}, timeout=0.3)
        started = time.monotonic()
    assert time.monotonic() - started < 2


def test_answers_that_come_late_or_in_drops() -> None:
    with InferenceServer(Service(dim=8), faults=[Fault.latency(200), Fault.slow_drip(0.3)]) as server:
        for least in (0.2, 0.28):
            started = time.monotonic()
            given = post(server.hf_url, {"inputs": TEXTS})
            assert time.monotonic() - started >= least
            assert right(given.json) == [True, True, True]


def test_bodies_that_are_far_too_large() -> None:
    with InferenceServer(faults=[Fault.huge(2), Fault.huge(2, declared=False), Fault.bomb(3)]) as server:
        told = post(server.hf_url, {"inputs": TEXTS})
        untold = post(server.hf_url, {"inputs": TEXTS})
        assert len(told.body) == len(untold.body) > 2_000_000
        assert (told.headers.get("content-length"), untold.headers.get("content-length")) == (str(len(told.body)), None)
        packed = post(server.hf_url, {"inputs": TEXTS})
        assert packed.headers["content-encoding"] == "gzip"
        assert len(packed.body) < 10_000
        assert len(gzip.decompress(packed.body)) > 3_000_000


def test_a_script_may_be_a_function_and_may_change() -> None:
    with InferenceServer(faults=lambda number, texts: Fault.spent() if number or "маяк" in texts else None) as server:
        assert [post(server.hf_url, {"inputs": [text]}).status for text in ("sea", "sea")] == [200, 402]
        server.misbehave([])
        assert post(server.hf_url, {"inputs": TEXTS}).status == 200
        server.misbehave([None, Fault.refused()])
        assert [post(server.hf_url, {"inputs": TEXTS}).status for _ in range(3)] == [200, 401, 200]


def test_mixed_faults_depend_on_the_number_alone() -> None:
    one, same, other = mixed_faults(0.2, 1), mixed_faults(0.2, 1), mixed_faults(0.2, 2)
    drawn = [one(number, ()) for number in range(4_000)]
    assert drawn == [same(number, ("a",)) for number in range(4_000)]
    assert drawn != [other(number, ()) for number in range(4_000)]
    failing = [fault for fault in drawn if fault]
    assert 0.17 < len(failing) / 4_000 < 0.23
    assert {fault.name for fault in failing} == {fault.name for fault in PASSING}
    assert not any(mixed_faults(0)(number, ()) for number in range(100))


@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: fault.name)
@pytest.mark.parametrize("path", ["hf", "openai", "tei"])
def test_every_passing_fault_passes(fault: Fault, path: str) -> None:
    with InferenceServer(Service(dim=8), faults=[fault]) as server:
        url = {"hf": server.hf_url, "openai": f"{server.url}/v1/embeddings", "tei": f"{server.url}/embed"}[path]
        body = {"inputs": TEXTS} if path != "openai" else {"input": TEXTS, "model": "maker/model"}
        try:
            first = post(url, body).body
        except (HTTPException, OSError):
            first = b""
        second = post(url, body)
        assert second.status == 200
        assert (first == second.body) == fault.harmless
