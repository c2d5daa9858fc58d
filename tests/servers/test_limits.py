"""The stand-in takes the time that it was given, and no more calls than it was told."""

import json
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.commands import ROOT
from tests.servers.clients import Answer, post
from tests.servers.inference import Fault, InferenceServer, Limits, Service, vector_of
from tests.servers.wire import Loopback, Received, Reply


def burst(server: InferenceServer, calls: int) -> list[Answer]:
    with ThreadPoolExecutor(calls) as pool:
        return list(pool.map(lambda number: post(server.hf_url, {"inputs": [f"text {number}"]}), range(calls)))


def test_a_call_takes_its_latency_and_that_of_each_text() -> None:
    with InferenceServer(limits=Limits(latency_ms=100, ms_per_text=50)) as server:
        started = time.monotonic()
        post(server.hf_url, {"inputs": ["a", "b", "c"]})
        assert 0.25 <= time.monotonic() - started < 1.0


def test_calls_are_served_side_by_side() -> None:
    with InferenceServer(limits=Limits(latency_ms=300)) as server:
        started = time.monotonic()
        assert [answer.status for answer in burst(server, 6)] == [200] * 6
        assert time.monotonic() - started < 1.5
        assert server.peak_concurrency == 6


def test_more_at_once_than_allowed_is_refused() -> None:
    with InferenceServer(limits=Limits(latency_ms=500, concurrency=2)) as server:
        answers = burst(server, 5)
        assert sorted(answer.status for answer in answers) == [200, 200, 429, 429, 429]
        assert {answer.headers.get("retry-after") for answer in answers if answer.status == 429} == {"1"}
        assert post(server.hf_url, {"inputs": ["a"]}).status == 200


def test_more_in_a_window_than_allowed_is_refused_until_it_ends() -> None:
    with InferenceServer(limits=Limits(rate=3, window_s=1)) as server:
        answers = [post(server.hf_url, {"inputs": ["a"]}) for _ in range(8)]
        refused = [answer for answer in answers if answer.status == 429]
        assert 2 <= len(refused) <= 5
        assert refused[0].headers["retry-after"] == "1"
        assert refused[0].headers["ratelimit"] == '"api";r=0;t=1'
        assert refused[0].headers["ratelimit-policy"] == '"fixed window";"api";q=3;w=1'
        time.sleep(1.0)
        assert post(server.hf_url, {"inputs": ["a"]}).status == 200


def test_a_failing_call_takes_no_time() -> None:
    with InferenceServer(limits=Limits(latency_ms=2_000), faults=[Fault.overload()]) as server:
        started = time.monotonic()
        assert post(server.hf_url, {"inputs": ["a"]}).status == 503
        assert time.monotonic() - started < 1


def test_a_mistake_of_the_stand_in_is_not_hidden() -> None:
    def answer(received: Received) -> Reply:
        raise LookupError(received.path)

    server = Loopback(answer)
    with pytest.raises(ConnectionError):
        post(f"{server.url}/broken", {})
    with pytest.raises(LookupError, match="/broken"):
        server.close()


def test_nothing_is_left_running() -> None:
    before = set(threading.enumerate())
    with InferenceServer(faults=[Fault.never_answer()]) as server:
        with pytest.raises(TimeoutError):
            post(server.hf_url, {"inputs": ["a"]}, timeout=0.2)
        port = int(server.url.rpartition(":")[2])
    for thread in set(threading.enumerate()) - before:
        thread.join(2)
        assert not thread.is_alive()
    with InferenceServer(port=port) as again:  # the port is free, as when a service comes back
        assert post(again.hf_url, {"inputs": ["a"]}).status == 200


def test_it_serves_from_a_process_of_its_own() -> None:
    options = ["--dim", "4", "--model", "maker/own", "--faulty", "0", "--latency-ms", "1"]
    command = [sys.executable, "-m", "tests.servers.inference", *options]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        given = post(f"{url}/embed", {"inputs": ["a", "b"]})
        seen = json.loads(process.communicate(timeout=30)[0])
    assert given.json[1] == [pytest.approx(number) for number in vector_of("b", 4, "maker/own").tolist()]
    assert (seen["requests"], seen["paid_texts"], seen["statuses"]) == (1, 2, {"200": 1})


def test_the_first_model_is_the_one_without_a_name() -> None:
    with InferenceServer(Service(models=("a/one", "a/two"), dim=4)) as server:
        assert "/a/one/" in server.hf_url
        assert post(f"{server.url}/embed", {"inputs": "x"}).json == [post(server.hf_url, {"inputs": "x"}).json]
