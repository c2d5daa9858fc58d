"""What an engine does while a hosted vector is on its way: all that needs none, so that nobody waits twice."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kadr.encode.encoder import Profile, Role
from kadr.encode.hosted.embedder import Embedder, Guard
from kadr.encode.hosted.queries import QueryService
from kadr.engine import Engine
from kadr.search.ladder import Ladder, LocalEncoder
from kadr.search.types import Mode, SearchResult
from tests.encode.hosted.scripted import PATIENCE
from tests.samples import BROAD
from tests.vectorise.shop import Shop, opened_shop

MS = PATIENCE * 1_000


class Held:
    """A service whose calls return when they are let go."""

    def __init__(self, service: Embedder) -> None:
        self._service = service
        self.profile = service.profile
        self.rest = 0.0
        self.arrived, self.free = threading.Event(), threading.Event()

    def embed(
        self, texts: Sequence[str], role: Role, *, timeout: float, guard: Guard | None = None
    ) -> NDArray[np.float32]:
        self.arrived.set()
        assert self.free.wait(PATIENCE)
        return self._service.embed(texts, role, timeout=timeout, guard=guard)


class Watched:
    """The local encoder, and what happens while it is asked."""

    def __init__(self, encoder: LocalEncoder, held: Held) -> None:
        self._encoder, self._held = encoder, held
        self.pause = 0.0
        self.asked = 0

    def vector(self, text: str) -> NDArray[np.float32] | None:
        self.asked += 1
        assert self._held.arrived.wait(PATIENCE), "the service is asked first"
        if self.pause:
            self._held.free.set()
            time.sleep(self.pause)
        return self._encoder.vector(text)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with opened_shop(tmp_path_factory.mktemp("shop")) as opened:
        opened.build()
        yield opened


def with_ladder(engine: Engine, ladder: Ladder) -> Engine:
    """Return an engine whose queries take another way to a vector."""
    return replace(engine, parts=replace(engine.parts, ladder=ladder))


@contextmanager
def watched(shop: Shop) -> Iterator[tuple[Engine, Held, Watched]]:
    """Open what is built with a service that is held and an encoder that is watched."""
    with shop.open(with_access=False) as engine:
        profile = Profile.from_json(engine.manifest.encoder)
        with closing(shop.access.service(profile)) as service:
            held = Held(service)
            local = Watched(engine.parts.ladder.local["distilled"], held)
            with closing(QueryService(held)) as queries:
                ladder = Ladder({"distilled": local}, wants_hosted=True, hosted=queries)
                yield with_ladder(engine, ladder), held, local
                held.free.set()


def same(one: SearchResult, other: SearchResult) -> bool:
    """Tell whether two answers show the same, whoever gave them."""
    return replace(one, took_ms={}, degraded="") == replace(other, took_ms={}, degraded="")


def test_what_needs_no_service_is_looked_up_while_it_is_asked_and_answers_when_time_is_over(shop: Shop) -> None:
    with watched(shop) as (engine, held, local), shop.open(with_access=False) as alone:
        start = time.monotonic()
        result = engine.search(BROAD, budget_ms=400)
        assert 0.4 <= time.monotonic() - start < 5
        assert not held.free.is_set()
        assert (result.encoder, result.degraded, local.asked) == ("distilled", "slow", 1)
        assert same(result, alone.search(BROAD))
        assert result.took_ms["encode"] >= 300, "what was waited at the end"
        assert sum(result.took_ms.values()) - result.took_ms["total"] <= result.took_ms["total"]


def test_a_vector_that_comes_in_time_makes_the_answer(shop: Shop) -> None:
    with watched(shop) as (engine, held, local), shop.open() as well:
        local.pause = 0.001
        result = engine.search(BROAD, budget_ms=MS)
        assert (result.encoder, result.degraded, local.asked) == ("hosted", "", 1)
        assert same(result, well.search(BROAD, budget_ms=MS))
        held.free.clear()  # what was asked before is kept, and nothing else need be made
        assert same(engine.search(BROAD, budget_ms=0), result)
        assert local.asked == 1


def test_a_vector_that_came_while_the_rest_took_all_the_time_is_taken(shop: Shop) -> None:
    with watched(shop) as (engine, _, local):
        local.pause = 1.0
        result = engine.search(BROAD, budget_ms=500)
        assert (result.encoder, result.degraded) == ("hosted", "")
        assert result.took_ms["total"] < 1_500


@pytest.mark.parametrize("mode", ["hybrid", "semantic"])
def test_without_any_local_encoder_the_words_are_ready(tmp_path: Path, mode: str) -> None:
    with opened_shop(tmp_path) as opened:
        opened.write(encoder="distil = false")
        opened.build()
        with opened.open(with_access=False) as engine:
            profile = Profile.from_json(engine.manifest.encoder)
            with closing(opened.access.service(profile)) as service, closing(QueryService(Held(service))) as queries:
                waiting = with_ladder(engine, Ladder({}, wants_hosted=True, hosted=queries))
                result = waiting.search(BROAD, budget_ms=100, mode=mode)
        assert (result.mode, result.encoder, result.degraded) == (Mode.LEXICAL, "", "slow")


@pytest.mark.parametrize("options", [{"mode": "lexical"}, {}], ids=["words", "nothing"])
def test_who_needs_no_vector_asks_nobody(shop: Shop, options: dict[str, str]) -> None:
    with watched(shop) as (engine, held, local):
        result = engine.search(BROAD if options else " ", budget_ms=MS, mode=options.get("mode", "hybrid"))
        assert (result.encoder, result.degraded, local.asked) == ("", "", 0)
        assert not held.arrived.is_set()
