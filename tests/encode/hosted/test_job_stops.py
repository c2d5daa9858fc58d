"""When a job stops: refusals for good, silence, another model; and what is kept then."""

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kadr.encode.encoder import Role
from kadr.encode.hosted.cache import VectorCache
from kadr.encode.hosted.job import embed
from kadr.errors import (
    ConfigError,
    EncodeError,
    ServiceBusy,
    ServiceDrifted,
    ServiceError,
    ServiceMissing,
    ServiceRefused,
    ServiceSpent,
    ServiceUnreached,
    ServiceWrong,
    TextRefused,
)
from tests.encode.hosted.jobs import QUICK, TEXTS, near, run, within
from tests.encode.hosted.model import CANARIES, PROFILE, Model, Script, read, vectors_of


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[VectorCache]:
    with VectorCache(tmp_path / "vectors.duckdb", PROFILE) as opened:
        yield opened


def test_so_many_refused_texts_are_the_services_fault(cache: VectorCache) -> None:
    model = Model(poison=["film"])
    with pytest.raises(TextRefused, match=r"21 of 100 texts were refused.*encoder.max_chars.*0 of 100 texts"):
        run(model, cache)


@pytest.mark.parametrize("fault", [ServiceSpent("402"), ServiceRefused("401"), ServiceMissing("404")])
def test_a_final_no_stops_keeps_what_is_paid_and_the_next_run_continues(
    cache: VectorCache, fault: ServiceError
) -> None:
    first = Model(lambda number, _: fault if number >= 9 else None)
    with pytest.raises(
        type(fault),
        match=r"40.; \d+ of 100 texts are embedded and kept; sent: .* requests",
    ) as stopped:
        run(first, cache)
    assert ("run again" in str(stopped.value)) is isinstance(fault, ServiceSpent), "what is not mended ends alike"
    assert len([call for call in first.sent if not call.answered]) <= QUICK.concurrency, "no new calls after it"
    assert cache.size == 7 * 7
    second = Model()
    run(second, cache)
    kept = set(first.answered) - set(CANARIES)
    assert sorted(set(second.answered) - set(CANARIES)) == sorted(set(TEXTS) - kept)
    assert near(read(cache, TEXTS), vectors_of(TEXTS, Role.PASSAGE))


def test_answers_on_their_way_are_kept_when_the_job_stops(cache: VectorCache) -> None:
    both, refused = threading.Barrier(2, timeout=10), threading.Event()

    def script(number: int, _: tuple[str, ...]) -> Exception | None:
        if number > 1:  # behind the canaries
            both.wait()
        if number == 2:
            return ServiceSpent("402")
        if number == 3:  # it left together with the one that is refused
            refused.wait(10)
            time.sleep(0.05)
        return None

    class Telling(Model):
        def embed(self, *args: object, **options: object) -> NDArray[np.float32]:
            try:
                return super().embed(*args, **options)  # type: ignore[arg-type]
            except ServiceSpent:
                refused.set()
                raise

    with pytest.raises(ServiceSpent, match="7 of 14 texts"):
        run(Telling(script), cache, TEXTS[:14], replace(QUICK, concurrency=2))
    assert cache.size == 7


def test_an_interrupt_leaves_no_thread_and_keeps_what_was_answered(cache: VectorCache) -> None:
    def advance(done: int) -> None:
        if done:
            raise KeyboardInterrupt

    model = Model(lambda *_: time.sleep(0.01))
    told: list[str] = []
    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        embed(TEXTS, Role.PASSAGE, model, cache, replace(QUICK, tell=told.append), advance)
    (line,) = told
    assert re.fullmatch(rf"stopped; {cache.size} of 100 texts are embedded and kept; .*; run again to continue", line)
    assert threading.active_count() == before
    assert model.flying == 0
    assert 0 < cache.size < 100
    assert cache.size == sum(len(call.texts) for call in model.sent if call.role is Role.PASSAGE)


def test_a_service_that_gives_nothing_ends_the_job_in_time_and_is_not_hammered(cache: VectorCache) -> None:
    run(Model(), cache, TEXTS[:10])
    model = Model(lambda number, _: ServiceBusy("503 overloaded") if number > 3 else None)
    start = time.monotonic()
    with pytest.raises(ServiceBusy, match=r"503 overloaded; nothing came for 1 s; \d+ of 100 texts are embedded"):
        within(60, lambda: run(model, cache, options=replace(QUICK, deadline=1, backoff=0.05)))
    assert 1 <= time.monotonic() - start < 8
    assert len(model.sent) < 80
    assert cache.size >= 10


@pytest.mark.parametrize(
    ("script", "least"),
    [
        (lambda _number, _texts: ServiceUnreached("refused"), 0.2),
        (lambda number, _texts: ServiceBusy("503") if number == 0 else ServiceUnreached("refused"), 1.0),
        (lambda number, _texts: ServiceUnreached("refused") if number > 3 else None, 1.0),
    ],
    ids=["never", "busy first", "answered first"],
)
def test_who_was_there_once_gets_the_whole_deadline(cache: VectorCache, script: Script, least: float) -> None:
    start = time.monotonic()
    options = replace(QUICK, deadline=1, unreached=0.2, backoff=0.02)
    with pytest.raises(ServiceBusy, match=rf"refused; nothing came for {least:.0f} s"):
        within(60, lambda: run(Model(script), cache, options=options))
    assert least <= time.monotonic() - start < least + 2


def test_a_wait_beyond_the_deadline_ends_the_job_at_once_with_its_time(cache: VectorCache) -> None:
    model = Model(lambda number, _: ServiceBusy("429", wait=3600, limited=True) if number > 3 else None)
    start = time.monotonic()
    with pytest.raises(ServiceBusy, match=r"left alone for 3,600 s.*run again to continue") as caught:
        within(60, lambda: run(model, cache))
    assert caught.value.wait == 3600
    assert time.monotonic() - start < 5


def test_a_service_that_is_wrong_from_the_start_is_named(cache: VectorCache) -> None:
    with pytest.raises(ServiceWrong, match="8 dimensions, not 16; 0 of 100"):
        run(Model(lambda *_: ServiceWrong("8 dimensions, not 16")), cache)
    with pytest.raises(TextRefused, match="no such input"):
        run(Model(lambda *_: TextRefused("no such input")), cache)


def test_another_model_behind_the_name_is_refused_before_anything_is_mixed(cache: VectorCache) -> None:
    run(Model(), cache, TEXTS[:50])
    before, other = read(cache, TEXTS[:50]), Model()
    other.weights = "new"
    with pytest.raises(ServiceDrifted, match=r"cosine .*50 of 100 texts .*remove the cache file vectors.duckdb"):
        run(other, cache)
    assert cache.size == 50
    assert {call.role for call in other.sent} == {Role.QUERY}
    assert (read(cache, TEXTS[:50]) == before).all()
    run(Model(), cache)  # it is back
    assert near(read(cache, TEXTS), vectors_of(TEXTS, Role.PASSAGE))


def test_another_model_in_the_middle_is_noticed_call_by_call(cache: VectorCache) -> None:
    class Changing(Model):
        def embed(self, *args: object, **options: object) -> NDArray[np.float32]:
            if len(self.sent) > 6:
                self.weights = "new"
            return super().embed(*args, **options)  # type: ignore[arg-type]

    with pytest.raises(ServiceDrifted, match="remove the cache file"):
        run(Changing(), cache)
    kept = [text for text in TEXTS if text not in cache.missing(TEXTS, Role.PASSAGE)]
    assert kept
    assert near(read(cache, kept), vectors_of(kept, Role.PASSAGE))


def test_canaries_of_a_cache_without_vectors_guard_nothing(cache: VectorCache) -> None:
    other = Model()
    other.weights = "old"
    run(other, cache, [])
    run(Model(), cache)
    assert near(read(cache, TEXTS), vectors_of(TEXTS, Role.PASSAGE))


def test_new_canaries_do_not_replace_those_that_guard_the_cache(cache: VectorCache) -> None:
    run(Model(), cache, TEXTS[:50])
    changed = replace(QUICK, canaries=("a new canary",))
    other = Model()
    other.weights = "new"
    with pytest.raises(ServiceDrifted):
        run(other, cache, options=changed)
    assert [canary.text for canary in run(Model(), cache, options=changed).canaries] == ["a new canary"]


def test_mistakes_of_the_caller_are_told(cache: VectorCache) -> None:
    with pytest.raises(EncodeError, match="text 1 is empty"):
        run(Model(), cache, ["a", " "])
    with pytest.raises(ConfigError, match="is open for"):
        run(Model(profile=replace(PROFILE, model="other")), cache)


def test_a_mistake_in_the_embedder_surfaces(cache: VectorCache) -> None:
    with pytest.raises(ZeroDivisionError):
        run(Model(lambda number, _: ZeroDivisionError() if number == 5 else None), cache)
