"""Embedding a catalogue through the real client, from a server that fails as the real ones do."""

import contextlib
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kadr.encode.encoder import Profile, Role
from kadr.encode.hosted.cache import VectorCache
from kadr.encode.hosted.job import Embedded, embed
from kadr.encode.hosted.options import Options
from kadr.encode.hosted.secrets import Keys
from kadr.encode.hosted.service import Service
from kadr.errors import (
    ServiceBusy,
    ServiceDrifted,
    ServiceError,
    ServiceMissing,
    ServiceRefused,
    ServiceSpent,
    ServiceWrong,
)
from tests.servers.faults import PASSING
from tests.servers.inference import Fault, InferenceServer, Limits, mixed_faults, vector_of
from tests.servers.inference import Service as Served

DIM = 32
CANARIES = ("маяк в тумане", "a lighthouse keeper")
QUICK = Options(canaries=CANARIES, batch=8, backoff=0.01, timeout=5, deadline=30)
TEXTS = [f"film {i} about {'the sea ' * (i % 7)}and trains" for i in range(150)]
QUICKLY_PASSING = [fault for fault in PASSING if not fault.name.startswith(("status 429", "loading"))]
"""Refusals for being too many have tests of their own; here they would only take time."""


def profile_at(server: InferenceServer, provider: str = "tei") -> Profile:
    url = {"tei": server.url, "openai": f"{server.url}/v1"}.get(provider, "")
    return Profile(provider, "maker/model", DIM, url=url, query_prefix="query: ", passage_prefix="passage: ")


def run(server: InferenceServer, path: Path, provider: str = "tei", options: Options = QUICK) -> Embedded:
    profile = profile_at(server, provider)
    with (
        contextlib.closing(Service(profile, Keys(), base=server.url)) as service,
        VectorCache(path, profile) as cache,
    ):
        return embed(TEXTS, Role.PASSAGE, service, cache, options, lambda _: None)


def kept(server: InferenceServer, path: Path, provider: str = "tei") -> int:
    """Return how many texts have their vector, after a look at each."""
    with VectorCache(path, profile_at(server, provider)) as cache:
        lost = set(cache.missing(TEXTS, Role.PASSAGE))
        there = [text for text in TEXTS if text not in lost]
        found = np.vstack([np.empty((0, DIM), np.float32), *cache.read(there, Role.PASSAGE)])
    true = [vector_of(f"passage: {text}", DIM, "maker/model") for text in there]
    assert all(row @ vector > 0.99999 for row, vector in zip(found, true, strict=True))
    return len(there)


@pytest.fixture
def server() -> Iterator[InferenceServer]:
    with InferenceServer(Served(dim=DIM)) as started:
        yield started


@pytest.mark.parametrize("provider", ["tei", "openai", "hf-inference"])
def test_a_fifth_of_the_calls_may_fail_in_every_passing_way(
    server: InferenceServer, tmp_path: Path, provider: str
) -> None:
    server.misbehave(mixed_faults(0.2, seed=3, kinds=QUICKLY_PASSING))
    result = run(server, tmp_path / "v", provider)
    assert (result.set_aside, result.spent.texts) == ((), 150)
    assert kept(server, tmp_path / "v", provider) == 150
    assert len({call.fault.name for call in server.requests if call.fault.name}) >= 3
    assert len(server.requests) == result.spent.requests


@pytest.mark.parametrize("status", [400, 413, 422, 424])
def test_the_poisonous_text_is_found(server: InferenceServer, tmp_path: Path, status: int) -> None:
    with InferenceServer(Served(dim=DIM), poison={"film 77 ": status, "film 5 ": status}) as poisoned:
        result = run(poisoned, tmp_path / "v")
        assert sorted(place for found in result.set_aside for place in found.places) == [5, 77]
        assert all(str(status) in found.reason for found in result.set_aside)
        assert kept(poisoned, tmp_path / "v") == 148
    assert run(server, tmp_path / "v").spent.requests == 0, "the next run does not pay for them again"


@pytest.mark.parametrize(
    ("fault", "error"),
    [(Fault.spent(), ServiceSpent), (Fault.refused(), ServiceRefused), (Fault.missing(), ServiceMissing)],
    ids=["402", "401", "404"],
)
def test_a_final_no_in_the_middle_loses_nothing_that_was_paid(
    server: InferenceServer, tmp_path: Path, fault: Fault, error: type[ServiceError]
) -> None:
    server.misbehave(lambda number, _: fault if number >= 12 else None)
    with pytest.raises(error, match=r"\d+ of 150 texts are embedded and kept; sent: .* requests") as stopped:
        run(server, tmp_path / "v")
    assert ("run again" in str(stopped.value)) is (error is ServiceSpent), "what is not mended ends alike"
    assert len(server.requests) <= 12 + QUICK.concurrency
    assert kept(server, tmp_path / "v") == 70
    server.misbehave([])
    assert run(server, tmp_path / "v").spent.texts == 80
    paid = Counter(server.paid_texts)
    assert all(paid[f"passage: {text}"] == 1 for text in TEXTS)
    assert kept(server, tmp_path / "v") == 150


def test_a_wrong_dimension_is_told_with_both(tmp_path: Path) -> None:
    with InferenceServer(Served(dim=DIM + 1)) as wider, pytest.raises(ServiceWrong, match=r"33.*32|32.*33") as stopped:
        run(wider, tmp_path / "v")
    assert len(wider.requests) <= len(CANARIES), "another try would give the same"
    assert "run again" not in str(stopped.value)
    assert "encoder.dim" in str(stopped.value)


def test_a_wrong_dimension_behind_right_ones_is_tried_again(server: InferenceServer, tmp_path: Path) -> None:
    server.misbehave(lambda number, _: Fault.wrong_dimension() if number == 4 else None)
    assert run(server, tmp_path / "v").spent.texts == 150


def nowhere() -> str:
    """Return an address at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def test_where_nobody_is_there_from_the_start_the_job_says_so_and_stops_early(tmp_path: Path) -> None:
    told: list[str] = []
    options = replace(QUICK, deadline=600, unreached=2.5, quiet=0.5, reminder=1, tell=told.append)
    profile = Profile("tei", "maker/model", DIM, url=nowhere())
    begun = time.monotonic()
    with (
        contextlib.closing(Service(profile, Keys())) as service,
        VectorCache(tmp_path / "v", profile) as cache,
        pytest.raises(ServiceBusy, match=r"could not be reached.*refused.*nothing came for 2 s|for 3 s") as stopped,
    ):
        embed(TEXTS, Role.PASSAGE, service, cache, options, lambda _: None)
    assert 2.5 <= time.monotonic() - begun < 10
    assert type(stopped.value) is ServiceBusy
    assert 1 <= len(told) <= 3
    for line in told:
        assert re.search(r"127\.0\.0\.1:.* could not be reached .*trying on until \d\d:\d\d:\d\d$", line)


def test_another_model_is_not_mixed_in(server: InferenceServer, tmp_path: Path) -> None:
    server.misbehave(lambda number, _: Fault.other_model() if number >= 12 else None)
    with pytest.raises(ServiceDrifted, match=r"70 of 150 texts .* remove the cache file v to embed everything anew"):
        run(server, tmp_path / "v")
    with pytest.raises(ServiceDrifted, match="cosine"):
        run(server, tmp_path / "v")
    assert kept(server, tmp_path / "v") == 70


def test_the_limit_of_a_service_is_found_and_kept(tmp_path: Path) -> None:
    with InferenceServer(Served(dim=DIM), limits=Limits(rate=8)) as limited:
        start = time.monotonic()
        assert run(limited, tmp_path / "v", options=replace(QUICK, batch=4)).spent.texts == 150
        passed = sum(call.status == 200 for call in limited.requests)
        assert passed == 52
        assert len(limited.requests) - passed <= 15
        assert time.monotonic() - start < 52 / (0.4 * 8)  # a short run, half of which finds the limit


CRASHING = """
import sys
from pathlib import Path
from tests.encode.hosted import test_job_wire as there
from kadr.encode.encoder import Profile, Role
from kadr.encode.hosted.cache import VectorCache
from kadr.encode.hosted.job import embed
from kadr.encode.hosted.secrets import Keys
from kadr.encode.hosted.service import Service
profile = Profile("tei", "maker/model", there.DIM, url=sys.argv[1], query_prefix="query: ", passage_prefix="passage: ")
with VectorCache(Path(sys.argv[2]), profile) as cache:
    service = Service(profile, Keys())
    embed(there.TEXTS, Role.PASSAGE, service, cache, there.QUICK, lambda done: print(done, flush=True))
"""


@pytest.mark.parametrize("after", [1, 40, 100])
def test_a_killed_run_is_continued(tmp_path: Path, after: int) -> None:
    with InferenceServer(Served(dim=DIM), limits=Limits(latency_ms=50)) as server:
        command = [sys.executable, "-c", CRASHING, server.url, str(tmp_path / "v")]
        process = subprocess.Popen(command, cwd=Path(__file__).parents[3], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        said = 0
        while said < after:
            said = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
        assert said <= kept(server, tmp_path / "v") < 150
        result = run(server, tmp_path / "v")
        assert kept(server, tmp_path / "v") == 150
        assert result.spent.texts <= 150 - said
        twice = [text for text, times in Counter(server.paid_texts).items() if times > 1 and "passage: " in text]
        assert len(twice) <= QUICK.concurrency * QUICK.texts_a_call
