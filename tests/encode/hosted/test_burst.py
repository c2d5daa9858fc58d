"""Two hundred visitors at once, through the real client, of a service on the loopback that is well or is not."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from bench.burst import burst
from kadr.encode.encoder import Canary, Profile
from kadr.encode.hosted.lack import Lack
from kadr.encode.hosted.queries import QueryService
from kadr.encode.hosted.secrets import Keys
from kadr.encode.hosted.service import Service
from tests.encode.hosted.scripted import PATIENCE, becomes
from tests.servers.inference import Fault, InferenceServer, Limits, vector_of

MODEL, FULL_DIM, DIM = "maker/model", 32, 16
VISITORS = [f"фильм о том, как {i}" for i in range(200)]
BUDGET = 0.5


def full_vector(text: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.asarray(vector_of(f"query: {text}", FULL_DIM, MODEL), dtype=np.float32)


@contextmanager
def asked(server: InferenceServer) -> Iterator[QueryService]:
    """Yield what asks a server."""
    canary = Canary("маяк", tuple(map(float, full_vector("маяк"))))
    profile = Profile(
        "tei", MODEL, DIM, query_prefix="query: ", native_dim=FULL_DIM, url=server.url, canaries=(canary,)
    )
    client = Service(profile, Keys())
    queries = QueryService(client)
    try:
        yield queries
    finally:
        queries.close()
        client.close()


def test_every_visitor_of_a_service_that_is_well_gets_the_right_vector() -> None:
    with InferenceServer(limits=Limits(latency_ms=10, ms_per_text=1)) as server, asked(server) as queries:
        done = burst(queries, VISITORS, PATIENCE)
        assert (done.answered, done.lacks) == (200, {})
        for text, answer in zip(VISITORS, done.answers, strict=True):
            cut = full_vector(text)[:DIM]
            assert answer.vector is not None
            np.testing.assert_allclose(answer.vector, cut / np.linalg.norm(cut), atol=1e-5)
        assert len(server.requests) <= 40, "they travel together"
        assert burst(queries, VISITORS, 0).answered == 200
        assert queries.state().cached == 200
        assert queries.state().trusted is True


@pytest.mark.parametrize(
    ("fault", "lack"),
    [
        (Fault.overload(), Lack.UNAVAILABLE),
        (Fault.busy(), Lack.BUSY),
        (Fault.never_answer(), Lack.SLOW),
        (Fault.spent(), Lack.SPENT),
        (None, Lack.UNAVAILABLE),
    ],
    ids=["503", "429", "hanging", "402", "refusing connections"],
)
def test_every_visitor_of_a_dead_service_is_told_so_within_the_budget(fault: Fault | None, lack: Lack) -> None:
    with InferenceServer(faults=lambda *_: fault) as server, asked(server) as queries:
        if fault is None:
            server.close()
        for turn in range(2):
            done = burst(queries, [f"{text} {turn}" for text in VISITORS], BUDGET)
            assert done.lacks == {lack: 200}
            assert done.waited(99) < BUDGET + 0.5  # .1 when nothing else runs: see bench
        assert queries.state().lack is lack
        assert len(server.requests) <= 5, "one a thread before the breaker opened, and none since"


def test_another_model_behind_the_same_name_is_noticed() -> None:
    with InferenceServer(faults=lambda *_: Fault.other_model()) as server, asked(server) as queries:
        queries.warm_up()
        becomes(lambda: queries.state().trusted is False)
        assert queries.vector("маяк на острове", PATIENCE).lack is Lack.DRIFTED
        assert len(server.requests) == 1
