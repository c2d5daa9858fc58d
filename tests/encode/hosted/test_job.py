"""Embedding a catalogue with a model inside the process: what is sent, kept, repeated, set aside, and when it stops."""

import random
import threading
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kadr.encode.encoder import Profile, Role
from kadr.encode.hosted.cache import VectorCache
from kadr.encode.hosted.cost import plan
from kadr.encode.hosted.job import embed
from kadr.encode.hosted.options import Options
from kadr.errors import (
    ServiceBusy,
    ServiceError,
    ServiceWrong,
)
from tests.encode.hosted.jobs import QUICK, TEXTS, near, run
from tests.encode.hosted.model import CANARIES, PROFILE, Model, Script, read, vectors_of


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[VectorCache]:
    with VectorCache(tmp_path / "vectors.duckdb", PROFILE) as opened:
        yield opened


def test_every_text_gets_its_vector_and_each_distinct_one_is_sent_once(cache: VectorCache) -> None:
    model, texts = Model(), [*TEXTS, *TEXTS[10:30], TEXTS[0]]
    result = run(model, cache, texts)
    assert near(read(cache, texts), vectors_of(texts, Role.PASSAGE))
    assert sorted(model.answered) == sorted([*TEXTS, *CANARIES])
    assert result.set_aside == ()
    assert model.peak <= QUICK.concurrency
    batches = [call for call in model.sent if call.role is Role.PASSAGE]
    assert all(call.guarded and len(call.texts) <= 7 for call in batches)
    assert [canary.text for canary in result.canaries] == list(CANARIES)


def test_the_plan_is_what_is_spent(cache: VectorCache) -> None:
    wanted = plan(TEXTS, Role.PASSAGE, cache, QUICK)
    spent = run(Model(), cache).spent
    assert (spent.texts, spent.characters, spent.requests, spent.retries) == (100, wanted.characters, 17, 0)
    assert wanted.requests == 17  # 15 batches of 7 and two canaries
    assert "sent: 100 texts" in spent.to_text()
    more = [*TEXTS, "one more", "one more"]
    again = plan(more, Role.PASSAGE, cache, QUICK)
    assert (again.texts, again.distinct, again.cached, again.to_send, again.requests) == (102, 101, 100, 1, 3)
    assert again.to_text().startswith("102 texts, 101 of them distinct, 100 in the cache; to send: 1 texts, ")
    assert run(Model(), cache, more).spent.characters == again.characters


def test_a_second_run_sends_nothing_and_a_changed_catalogue_its_changes(cache: VectorCache) -> None:
    run(Model(), cache)
    before, second = read(cache, TEXTS), Model()
    result = run(second, cache)
    assert (second.sent, result.spent.requests) == ([], 0)
    assert [canary.text for canary in result.canaries] == list(CANARIES)
    assert plan(TEXTS, Role.PASSAGE, cache, QUICK).requests == 0
    third = Model()
    run(third, cache, [*TEXTS[:-1], "another film"])
    assert sorted(third.answered) == sorted([*CANARIES, "another film"])
    assert (read(cache, TEXTS) == before).all()


def test_no_texts_are_no_work_but_wanted_canaries_are(cache: VectorCache) -> None:
    model = Model()
    assert run(model, cache, []).spent.texts == 0
    assert sorted(model.answered) == sorted(CANARIES)


def test_a_job_without_canaries_works_unguarded(cache: VectorCache) -> None:
    model = Model()
    run(model, cache, options=replace(QUICK, canaries=()))
    assert near(read(cache, TEXTS), vectors_of(TEXTS, Role.PASSAGE))
    assert {len(call.texts) for call in model.sent} == {8, 4}


def test_progress_ends_with_all_that_was_sent(cache: VectorCache) -> None:
    done: list[int] = []
    before = threading.active_count()
    embed(TEXTS, Role.PASSAGE, Model(), cache, QUICK, done.append)
    assert done[-1] == len(TEXTS)
    assert threading.active_count() == before


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), share=st.sampled_from([0.2, 0.5]), batch=st.integers(1, 12), calls=st.integers(1, 6))
def test_passing_faults_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, seed: int, share: float, batch: int, calls: int
) -> None:
    faults = (
        ServiceBusy("503"),
        ServiceBusy("503, loading", wait=0.002),
        ServiceWrong("NaN"),
    )

    def script(number: int, _: tuple[str, ...]) -> Exception | None:
        drawn = random.Random(f"{seed} {number}")
        return drawn.choice(faults) if drawn.random() < share else None

    # By default six tries: with half of the calls failing, one of these texts in a hundred would fail as often.
    options = replace(QUICK, batch=batch, concurrency=calls, deadline=60, tries=16)
    with VectorCache(tmp_path_factory.mktemp("cache") / "v", PROFILE) as cache:
        result = run(Model(script), cache, TEXTS[:40], options)
        assert result.set_aside == ()
        assert near(read(cache, TEXTS[:40]), vectors_of(TEXTS[:40], Role.PASSAGE))
        assert result.spent.texts == 40


def test_refusals_for_being_too_many_lose_nothing(cache: VectorCache) -> None:
    def script(number: int, _: tuple[str, ...]) -> Exception | None:
        return ServiceBusy("429", wait=0.1 * (number % 2), limited=True) if number in {9, 10} else None

    result = run(Model(script), cache)
    assert result.set_aside == ()
    assert (result.spent.texts, result.spent.requests, result.spent.retries) == (100, 19, 2)


def test_poisonous_texts_are_set_aside_and_the_rest_goes_on(cache: VectorCache) -> None:
    texts = [*TEXTS[:50], "a poison one", *TEXTS[50:], "and POISON", "a poison one"]
    result = run(Model(poison=["poison", "POISON"]), cache, texts)
    assert [found.places for found in result.set_aside] == [(50, 102), (101,)]
    assert all("refused" in found.reason for found in result.set_aside)
    assert near(read(cache, TEXTS), vectors_of(TEXTS, Role.PASSAGE))
    assert not read(cache, ["a poison one"]).any()
    assert result.spent.texts == 100
    second = Model(poison=["poison", "POISON"])
    assert run(second, cache, texts).set_aside == result.set_aside
    assert second.sent == [], "they are not paid for again"


@pytest.mark.parametrize("fault", [ServiceBusy("500 out of memory"), ServiceWrong("NaN in a vector")])
def test_a_text_that_always_breaks_the_service_is_found_too(cache: VectorCache, fault: ServiceError) -> None:
    def script(_: int, sent: tuple[str, ...]) -> Exception | None:
        return fault if any("film 33 " in text for text in sent) else None

    result = run(Model(script), cache)
    assert [found.places for found in result.set_aside] == [(33,)]
    assert str(fault) in result.set_aside[0].reason
    assert cache.size == 99


def test_a_service_that_comes_back_loses_no_text(cache: VectorCache) -> None:
    """It is down for longer than any batch is tried, then well: it was not the texts."""
    down = Model(lambda number, _: ServiceBusy("503") if 10 <= number < 55 else None)
    options = replace(QUICK, tries=3)
    assert run(down, cache, options=options).set_aside == ()
    assert cache.size == 100


def test_a_wait_holds_all_calls(cache: VectorCache) -> None:
    times: list[float] = []

    def script(number: int, _: tuple[str, ...]) -> Exception | None:
        times.append(time.monotonic())
        return ServiceBusy("503", wait=0.5) if number == 2 else None

    run(Model(script), cache, options=replace(QUICK, concurrency=1))
    assert times[3] - times[2] >= 0.5


def slowly(seconds: float) -> Script:
    def script(*_: object) -> None:
        time.sleep(seconds)

    return script


def test_calls_go_side_by_side(cache: VectorCache) -> None:
    model = Model(slowly(0.1))
    start = time.monotonic()
    run(model, cache, options=replace(QUICK, concurrency=8))
    assert model.peak == 8
    assert time.monotonic() - start < 1.2  # one after another it takes 1.7 s and more


def test_memory_does_not_grow_with_the_vectors(tmp_path: Path) -> None:
    """Nor with the answers: 4,000 vectors of 2,048 dimensions are 32 MB."""
    profile = Profile("tei", "m", 2048)
    texts = [f"film {i}" for i in range(4000)]
    with VectorCache(tmp_path / "v", profile) as cache:
        tracemalloc.start()
        try:
            embed(texts, Role.PASSAGE, Model(profile=profile), cache, Options(canaries=CANARIES), lambda _: None)
            count = sum(len(block) for block in cache.read(texts, Role.PASSAGE, 256))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert count == 4000
    assert peak < 16e6
