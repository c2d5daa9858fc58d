"""Texts that a service refuses, or hangs on: found, doubted, set aside, remembered; and a service that is down."""

import random
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from kadr.encode.encoder import Role
from kadr.encode.hosted.cache import REFUSED_DAYS, VectorCache
from kadr.encode.hosted.cost import plan
from kadr.errors import ServiceBusy, ServiceSpent, TextRefused
from tests.encode.hosted.jobs import QUICK, TEXTS, run, within
from tests.encode.hosted.model import PROFILE, Model, filled

DAY = 86_400.0
REFUSED = TextRefused("m: answered 424")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vectors.duckdb"


@pytest.fixture
def cache(path: Path) -> Iterator[VectorCache]:
    with VectorCache(path, PROFILE) as opened:
        yield opened


def test_a_build_that_passed_passes_again_and_pays_nothing_for_its_bad_texts(path: Path) -> None:
    """Four in a hundred are bad: more than the texts that are left could have."""
    texts = [f"{'poison' if i % 25 == 0 else 'film'} {i}" for i in range(600)]
    found = []
    for due in (600, 0, 0):
        model = Model(poison=["poison"])
        with VectorCache(path, PROFILE) as cache:
            assert plan(texts, Role.PASSAGE, cache, QUICK).to_send == due
            found.append(run(model, cache, texts).set_aside)
        assert bool(model.sent) == bool(due)
    assert [len(each) for each in found] == [24] * 3
    assert found[0] == found[1] == found[2]


def test_what_the_plan_leaves_out_for_being_refused_is_said(cache: VectorCache) -> None:
    texts = [*TEXTS, "poison"]
    run(Model(poison=["poison"]), cache, texts)
    found = plan([*texts, "new"], Role.PASSAGE, cache, QUICK)
    assert (found.distinct, found.cached, found.refused, found.to_send) == (102, 100, 1, 1)
    assert "100 in the cache, 1 refused before; to send: 1 texts" in found.to_text()
    assert run(Model(poison=["poison"]), cache, [*texts, "new"]).spent.characters == found.characters


def test_refused_texts_of_all_runs_are_counted_together_and_among_all_texts(path: Path) -> None:
    texts = [f"film {i}" for i in range(600)]
    bad = [f"poison {i}" for i in range(25)]
    with VectorCache(path, PROFILE) as cache:
        assert len(run(Model(poison=["poison"]), cache, [*texts, *bad]).set_aside) == 25
        worse = [*texts, *bad, *(f"poison again {i}" for i in range(9))]
        with pytest.raises(TextRefused, match=r"32 of 634 texts were refused"):
            run(Model(poison=["poison"]), cache, worse)


def test_texts_that_are_too_many_to_be_at_fault_are_sent_again_when_that_is_mended(cache: VectorCache) -> None:
    with pytest.raises(TextRefused, match="21 of 100 texts"):
        run(Model(poison=["film"]), cache)
    assert run(Model(), cache).set_aside == ()
    assert cache.size == 100


def test_what_was_found_out_before_a_job_stopped_is_kept(cache: VectorCache) -> None:

    def script(number: int, sent: tuple[str, ...]) -> Exception | None:
        if number >= 120:
            return ServiceSpent("402")
        return ServiceBusy("503") if any("film 1 " in text for text in sent) else None

    with pytest.raises(ServiceSpent):
        run(Model(script, poison=["film 6 "]), cache, options=replace(QUICK, batch=2, concurrency=1, tries=99))
    second = Model(poison=["film 6 "])
    assert [found.places for found in run(second, cache).set_aside] == [(6,)]
    assert not any(TEXTS[6] in call.texts for call in second.sent)


def test_a_refusal_is_forgotten_after_a_month_and_with_the_profile(path: Path) -> None:
    now = 20_000 * DAY
    with VectorCache(path, PROFILE, clock=lambda: now) as cache:
        cache.put_refused({"a": "413", "b": "400"}, Role.PASSAGE)
        cache.put_refused({"a": "422"}, Role.PASSAGE)
        assert cache.refused(["b", "a", "c"], Role.PASSAGE) == {"a": "422", "b": "400"}
        assert cache.refused(["a"], Role.QUERY) == {}
    with VectorCache(path, replace(PROFILE, revision="2"), clock=lambda: now) as cache:
        assert cache.refused(["a"], Role.PASSAGE) == {}
    for days, known in ((REFUSED_DAYS - 1, {"a": "422"}), (REFUSED_DAYS, {})):
        later = now + days * DAY
        with VectorCache(path, PROFILE, clock=lambda: later) as cache:  # noqa: B023  # called within the turn
            assert cache.refused(["a"], Role.PASSAGE) == known
            cache.prune()
    with VectorCache(path, PROFILE, clock=lambda: now) as cache:
        assert cache.refused(["a", "b"], Role.PASSAGE) == {}, "it was dropped"


def test_a_cache_of_before_refusals_keeps_what_was_paid_for(path: Path) -> None:
    filled(path, TEXTS)
    with duckdb.connect(str(path)) as connection:
        connection.execute("DROP TABLE refusals")
    with VectorCache(path, PROFILE) as cache:
        assert cache.warnings == ()
        assert cache.missing(TEXTS, Role.PASSAGE) == []
        cache.put_refused({"a": "413"}, Role.PASSAGE)
        assert cache.refused(["a"], Role.PASSAGE) == {"a": "413"}


def test_a_service_that_refuses_everything_for_a_while_costs_no_good_text(cache: VectorCache) -> None:
    down = Model(lambda number, _: REFUSED if 10 <= number < 60 else None)
    assert run(down, cache).set_aside == ()
    assert cache.size == 100


def test_a_single_refusal_is_doubted(cache: VectorCache) -> None:
    once = Model(lambda number, _: REFUSED if number == 5 else None)
    assert run(once, cache, options=replace(QUICK, batch=1)).set_aside == ()
    assert cache.size == 100


def test_the_halves_of_a_refused_batch_are_guarded_like_the_whole(cache: VectorCache) -> None:
    model = Model(poison=["film 33 "])
    run(model, cache)
    batches = [call for call in model.sent if call.role is Role.PASSAGE]
    assert any(len(call.texts) < 7 for call in batches)
    assert all(call.guarded for call in batches)


@pytest.mark.parametrize("bad", [{42}, {3, 42}, {41, 42}])
def test_a_text_on_which_the_server_hangs_is_found_and_the_build_goes_on(cache: VectorCache, bad: set[int]) -> None:
    """The bounds are those of a build, 120 s and 300 s, at a four hundredth."""
    options = replace(QUICK, timeout=0.3, deadline=0.75)

    def script(_: int, sent: tuple[str, ...]) -> Exception | None:
        if any(f"film {i} " in text for text in sent for i in bad):
            time.sleep(options.timeout)
            return ServiceBusy("gave no whole answer within 120 s")
        return None

    model = Model(script)
    result = within(60, lambda: run(model, cache, options=options))
    assert {place for found in result.set_aside for place in found.places} == bad
    assert all("120 s" in found.reason for found in result.set_aside)
    assert cache.size == 100 - len(bad)
    hung = [call.texts for call in model.sent if not call.answered]
    assert max(hung.count(texts) for texts in hung) == 2, "twice for a batch, once for its parts"


def test_a_service_that_hangs_for_a_while_costs_no_text(cache: VectorCache) -> None:
    options = replace(QUICK, timeout=0.1, deadline=20)

    def script(number: int, _: tuple[str, ...]) -> Exception | None:
        if 6 <= number < 30:
            time.sleep(options.timeout)
            return ServiceBusy("gave no whole answer")
        return None

    assert within(60, lambda: run(Model(script), cache, options=options)).set_aside == ()
    assert cache.size == 100


def test_a_suspect_that_meets_a_limit_is_not_set_aside(cache: VectorCache) -> None:
    """It failed too often, the canary is answered, and then there are too many calls: that says nothing of the text."""
    met: list[Exception | None] = [*[ServiceBusy("503")] * 3, ServiceBusy("429", limited=True)]

    def script(_: int, sent: tuple[str, ...]) -> Exception | None:
        return met.pop(0) if met and sent[0].startswith(PROFILE.passage_prefix) else None

    options = replace(QUICK, batch=1, tries=3)
    assert run(Model(script), cache, TEXTS[:1], options).set_aside == ()
    assert met == []
    assert cache.size == 1


def test_a_limit_that_says_how_long_is_waited_for(cache: VectorCache) -> None:
    times: list[float] = []

    def script(number: int, _: tuple[str, ...]) -> Exception | None:
        times.append(time.monotonic())
        return ServiceBusy("429", wait=0.5, limited=True) if number == 2 else None

    run(Model(script), cache, options=replace(QUICK, concurrency=1))
    assert times[3] - times[2] >= 0.5


def test_repetitions_are_spread_over_the_whole_time(cache: VectorCache) -> None:
    """Else all calls that a service refused at one moment would come back at one."""
    random.seed(3)
    failed: dict[str, float] = {}
    gaps: list[float] = []
    lock = threading.Lock()

    def script(_: int, sent: tuple[str, ...]) -> Exception | None:
        with lock:
            if sent[0] not in failed:
                failed[sent[0]] = time.monotonic()
                return ServiceBusy("503")
            gaps.append(time.monotonic() - failed[sent[0]])
        return None

    run(Model(script), cache, TEXTS[:24], replace(QUICK, canaries=(), batch=1, concurrency=24, backoff=1.0))
    assert len(gaps) == 24
    assert min(gaps) < 0.4
    assert max(gaps) > 0.6


def test_what_a_good_answer_says_of_the_next_call_is_obeyed(cache: VectorCache) -> None:
    times: list[float] = []

    class Resting(Model):
        @property
        def rest(self) -> float:
            return {3: 0.4, 4: 3_600.0}.get(len(self.sent), 0.0)

    def script(*_: object) -> None:
        times.append(time.monotonic())

    run(Resting(script), cache, TEXTS[:30], replace(QUICK, concurrency=1))
    assert times[3] - times[2] >= 0.4
    assert times[-1] - times[3] < 5, "one that is longer than a build waits is put to the test"
    assert len(times) == 7
