"""Calls of one visitor each: remembered, shared, bounded, and given up while the service is ill."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from kadr.encode.hosted.breaker import BreakerOptions
from kadr.encode.hosted.lack import Lack
from kadr.encode.hosted.single import Got, SingleCalls, SingleOptions
from kadr.errors import ServiceBusy, ServiceSpent, ServiceWrong, TextRefused
from tests.encode.hosted.scripted import PATIENCE, SOON, Clock, becomes

OPTIONS = SingleOptions(breaker=BreakerOptions(quick=SOON))


class Hosted:
    """A service whose calls go as a test says. While `free` is clear they hang."""

    def __init__(self) -> None:
        self.free = threading.Event()
        self.free.set()
        self.sent: list[str] = []
        self.fault: Exception | None = None

    def call(self, key: str) -> Callable[[float], str]:
        def send(timeout: float) -> str:
            assert timeout == OPTIONS.timeout
            self.sent.append(key)
            fault, free = self.fault, self.free
            assert free.wait(PATIENCE)
            if fault is not None:
                raise fault
            return key.upper()

        return send


@contextmanager
def calls(options: SingleOptions = OPTIONS) -> Iterator[tuple[SingleCalls[str], Hosted, Clock]]:
    clock, hosted = Clock(), Hosted()
    single: SingleCalls[str] = SingleCalls(options=options, clock=clock)
    try:
        yield single, hosted, clock
    finally:
        hosted.free.set()
        single.close()


def asked(single: SingleCalls[str], hosted: Hosted, key: str, budget: float = PATIENCE) -> Got[str]:
    return single.ask(key, hosted.call(key), budget).get(budget)


def at_work() -> int:
    return sum(thread.name == "kadr-refine" for thread in threading.enumerate())


def test_those_who_ask_the_same_share_a_call_and_the_next_find_it_in_memory() -> None:
    with calls() as (single, hosted, _):
        hosted.free.clear()
        waiting = [single.ask("a", hosted.call("a"), PATIENCE) for _ in range(5)]
        becomes(lambda: hosted.sent)
        hosted.free.set()
        assert [each.get(PATIENCE).value for each in waiting] == ["A"] * 5
        kept = asked(single, hosted, "a", 0)
        assert (kept.value, kept.cached) == ("A", True)
        assert hosted.sent == ["a"]
        becomes(lambda: at_work() == 0)


def test_what_comes_late_serves_the_next() -> None:
    with calls() as (single, hosted, _):
        hosted.free.clear()
        assert asked(single, hosted, "a", SOON).lack is Lack.SLOW
        hosted.free.set()
        becomes(lambda: single.ask("a", hosted.call("a"), 0).get(0).cached)
        assert (hosted.sent, single.state().late) == (["a"], 1)


def test_more_than_so_many_at_once_are_turned_away() -> None:
    with calls() as (single, hosted, _):
        hosted.free.clear()
        for i in range(4):
            single.ask(f"q{i}", hosted.call(f"q{i}"), 0)
        becomes(lambda: len(hosted.sent) == 4)
        assert asked(single, hosted, "one more").lack is Lack.BUSY
        assert at_work() == 4


def test_it_opens_after_failures_probes_alone_and_closes_again() -> None:
    with calls() as (single, hosted, clock):
        hosted.fault = ServiceBusy("503")
        lacks = [asked(single, hosted, f"q{i}").lack for i in range(5)]
        assert lacks == [Lack.UNAVAILABLE] * 5
        assert len(hosted.sent) == 3, "nobody is sent while it is open"
        hosted.fault = None
        clock.now += 6.3
        assert asked(single, hosted, "probe").lack is Lack.UNAVAILABLE, "nobody waits for a probe"
        becomes(lambda: single.state().lack is None)
        assert asked(single, hosted, "probe").cached
        assert single.state().ailing is None


def test_what_only_a_person_mends_opens_it_at_once() -> None:
    with calls() as (single, hosted, clock):
        hosted.fault = ServiceSpent("402")
        assert [asked(single, hosted, key).lack for key in "abc"] == [Lack.SPENT] * 3
        clock.now += 40
        assert asked(single, hosted, "d").lack is Lack.SPENT
        assert hosted.sent == ["a"]


def test_it_obeys_a_service_that_wants_to_be_left_alone() -> None:
    with calls() as (single, hosted, clock):
        hosted.fault = ServiceBusy("429", wait=120, limited=True)
        assert asked(single, hosted, "a").lack is Lack.BUSY
        clock.now += 119
        assert asked(single, hosted, "b").lack is Lack.BUSY
        assert hosted.sent == ["a"]


def test_a_service_that_is_too_slow_for_everybody_is_not_waited_for() -> None:
    options = SingleOptions(max_calls=16, breaker=OPTIONS.breaker)
    with calls(options) as (single, hosted, _):
        hosted.free.clear()
        for i in range(5):
            assert asked(single, hosted, f"q{i}", SOON).lack is Lack.SLOW
        start = time.perf_counter()
        assert asked(single, hosted, "q6").lack is Lack.SLOW
        assert time.perf_counter() - start < PATIENCE / 2
        assert len(hosted.sent) == 5
        hosted.free.set()
        becomes(lambda: single.state().lack is None)
        assert asked(single, hosted, "q0").cached, "what was late is kept"


def test_calls_that_fail_after_it_opened_say_nothing_new() -> None:
    with calls() as (single, hosted, _):
        hosted.free.clear()
        hosted.fault = ServiceBusy("hung")
        single.ask("slow", hosted.call("slow"), 0)
        becomes(lambda: hosted.sent)
        slow = hosted.free
        hosted.free = threading.Event()
        hosted.free.set()
        hosted.fault = ServiceSpent("402")
        assert asked(single, hosted, "a").lack is Lack.SPENT
        slow.set()
        becomes(lambda: at_work() == 0)
        assert (single.state().lack, single.state().fault) == (Lack.SPENT, "402")


def test_a_question_that_is_not_taken_is_remembered_for_a_while_and_harms_no_other() -> None:
    with calls() as (single, hosted, clock):
        hosted.fault = TextRefused("400")
        for key in ("a", "b", "c", "d", "a"):
            assert asked(single, hosted, key).lack is Lack.TEXT
        assert hosted.sent == ["a", "b", "c", "d"]
        assert single.state().lack is None
        hosted.fault = None
        assert asked(single, hosted, "e").value == "E"
        clock.now += 600
        assert asked(single, hosted, "a").value == "A"


def test_only_questions_in_a_row_that_are_not_taken_leave_the_service_alone() -> None:
    with calls(SingleOptions(unfit=3, breaker=OPTIONS.breaker)) as (single, hosted, clock):
        for key in ("a", "b", "GOOD", "c", "d"):
            hosted.fault = None if key == "GOOD" else TextRefused("400")
            asked(single, hosted, key)
        assert single.state().lack is None
        asked(single, hosted, "e")
        assert single.state().lack is Lack.UNAVAILABLE
        clock.now += 59
        assert asked(single, hosted, "f").lack is Lack.UNAVAILABLE
        assert len(hosted.sent) == 6


@pytest.mark.parametrize("fault", [ServiceWrong("NaN"), ValueError("a bug"), MemoryError()])
def test_whatever_breaks_is_no_fault_of_a_visitor(fault: Exception) -> None:
    with calls() as (single, hosted, _):
        hosted.fault = fault
        assert asked(single, hosted, "a").lack is Lack.UNAVAILABLE
        assert "a bug" not in single.state().fault


def test_closing_lets_everybody_go() -> None:
    with calls() as (single, hosted, _):
        hosted.free.clear()
        waiting = single.ask("a", hosted.call("a"), PATIENCE)
        becomes(lambda: hosted.sent)
        single.close()
        assert waiting.get(PATIENCE).lack is Lack.UNAVAILABLE
        assert asked(single, hosted, "b").lack is Lack.UNAVAILABLE
        assert hosted.sent == ["a"]
