"""The pace against simulated services: time is ours, nothing sleeps."""

import heapq
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.encode.hosted.pace import Pace

Limit = Callable[[float, int], tuple[bool, float | None]]
"""Tells whether a call that comes at a time, while so many are in flight, is let pass; if not, how long to wait."""

WORKERS = 4
CALL_SECONDS = 0.79  # 150 ms and 20 ms for each of 32 texts
REFUSAL_SECONDS = 0.005


@dataclass
class Seen:
    passed: int = 0
    refused: int = 0

    @property
    def share_refused(self) -> float:
        return self.refused / (self.passed + self.refused)


def simulate(limit: Limit, seconds: float, call_seconds: float = CALL_SECONDS) -> Seen:
    """Let four workers call as fast as the pace allows."""
    pace, seen, order = Pace(), Seen(), itertools.count()
    flying: list[tuple[float, int, float, bool, float | None]] = []
    now = 0.0
    while now < seconds:
        while flying and flying[0][0] <= now:
            _, _, started, passes, wait = heapq.heappop(flying)
            if passes:
                seen.passed += 1
            else:
                seen.refused += 1
                pace.limited(started, now, wait)
        if len(flying) < WORKERS and pace.delay(now) <= 0:
            pace.started(now)
            passes, wait = limit(now, sum(call[3] for call in flying))
            ends = now + (call_seconds if passes else REFUSAL_SECONDS)
            heapq.heappush(flying, (ends, next(order), now, passes, wait))
        else:
            free = [now + max(pace.delay(now), 1e-4)] if len(flying) < WORKERS else []
            now = min(free + [call[0] for call in flying[:1]])
    return seen


def by_window(rate: float, size: float = 1.0, *, says: bool = True) -> Limit:
    """Count calls by fixed windows of time; say when the next one begins, in whole seconds."""
    window, count = -1, 0

    def limit(now: float, _: int) -> tuple[bool, float | None]:
        nonlocal window, count
        if int(now / size) != window:
            window, count = int(now / size), 0
        count += 1
        return count <= rate * size, math.ceil((window + 1) * size - now) if says else None

    return limit


def by_bucket(rate: float, burst: int) -> Limit:
    """Give out tokens at a rate, and keep some for a burst."""
    tokens, last = float(burst), 0.0

    def limit(now: float, _: int) -> tuple[bool, float | None]:
        nonlocal tokens, last
        tokens, last = min(burst, tokens + (now - last) * rate), now
        if tokens < 1:
            return False, math.ceil((1 - tokens) / rate)
        tokens -= 1
        return True, None

    return limit


def by_flight(most: int) -> Limit:
    """Refuse calls beyond so many in flight, without a word on when to come again."""
    return lambda _, flying: (flying < most, None)


LIMITS = {
    "1 a second": (by_window(1), 1),
    "2 a second": (by_window(2), 2),
    "2 a second, silent": (by_window(2, says=False), 2),
    "4 a second": (by_window(4), 4),
    "300 in 5 minutes": (by_window(1, 300), 1),
    "bucket of 1, 2 a second": (by_bucket(2, 1), 2),
    "bucket of 5, 4 a second": (by_bucket(4, 5), 4),
    "1 in flight": (by_flight(1), 1 / CALL_SECONDS),
    "2 in flight": (by_flight(2), 2 / CALL_SECONDS),
}


@pytest.mark.parametrize("name", LIMITS)
def test_most_of_what_a_service_allows_is_used_and_little_is_refused(name: str) -> None:
    limit, rate = LIMITS[name]
    seconds = 600.0
    seen = simulate(limit, seconds)
    assert seen.passed >= 0.8 * rate * seconds
    assert seen.share_refused < 0.08


@pytest.mark.parametrize("call_seconds", [0.01, CALL_SECONDS])
def test_without_limits_nothing_is_delayed(call_seconds: float) -> None:
    seen = simulate(lambda *_: (True, None), 60, call_seconds)
    assert seen.refused == 0
    assert seen.passed >= 0.98 * WORKERS * 60 / call_seconds


@pytest.mark.parametrize("number", [0, 1, 10])
@pytest.mark.parametrize("wait", [None, 1.0])
def test_a_lone_refusal_is_soon_forgotten(number: int, wait: float | None) -> None:
    calls = itertools.count()
    seen = simulate(lambda *_: (next(calls) != number, wait), 240)
    assert seen.passed >= 0.8 * WORKERS * 240 / CALL_SECONDS


def test_a_wait_that_the_service_names_holds_every_call() -> None:
    pace = Pace()
    pace.started(0.0)
    pace.limited(0.0, 0.5, 30.0)
    assert pace.delay(1.0) == pytest.approx(29.5)
    assert pace.delay(30.5) == 0


def test_calls_that_left_before_the_rate_was_lowered_do_not_lower_it_again() -> None:
    pace = Pace()
    for i in range(40):
        pace.started(i / 10)
    pace.limited(3.9, 4.0, None)
    lowered = pace.rate(4.0)
    assert lowered < 10
    pace.limited(3.8, 4.01, None)
    pace.limited(3.7, 4.02, None)
    assert pace.rate(4.02) == lowered


@given(st.lists(st.tuples(st.floats(0, 10), st.booleans(), st.none() | st.floats(0, 100)), max_size=60))
def test_whatever_is_refused_the_next_call_may_start_some_time(story: list[tuple[float, bool, float | None]]) -> None:
    pace, now = Pace(), 0.0
    for pause, refused, wait in story:
        now += max(pause, pace.delay(now))
        pace.started(now)
        if refused:
            pace.limited(now, now + 0.1, wait)
            now += 0.1
        assert pace.rate(now) > 0
        assert 0 <= pace.delay(now) <= 5.001 + (wait or 0)
