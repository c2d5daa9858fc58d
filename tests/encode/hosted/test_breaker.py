"""The breaker: what opens it, what closes it, how long it rests; and laws over any course of events."""

import math

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kadr.encode.hosted.breaker import Admission, Breaker, BreakerOptions
from kadr.encode.hosted.lack import AT_ONCE, LASTING, Lack, lack_of
from kadr.errors import (
    ServiceBusy,
    ServiceDrifted,
    ServiceError,
    ServiceMissing,
    ServiceRefused,
    ServiceSpent,
    ServiceWrong,
    TextRefused,
)

OPTIONS = BreakerOptions()
FAULTS = sorted(set(Lack) - {Lack.TEXT, Lack.SLOW})


def breaker() -> Breaker:
    return Breaker(OPTIONS, jitter=lambda: 0.5)  # the cool-down itself, neither shorter nor longer


def opened(lack: Lack = Lack.UNAVAILABLE) -> Breaker:
    made = breaker()
    assert [made.failed(lack, 0) for _ in range(3)] == [False, False, True]
    return made


@pytest.mark.parametrize(
    ("fault", "lack"),
    [
        (ServiceBusy("503"), Lack.UNAVAILABLE),
        (ServiceBusy("429", limited=True), Lack.BUSY),
        (ServiceWrong("NaN"), Lack.UNAVAILABLE),
        (ServiceDrifted("another model"), Lack.DRIFTED),
        (ServiceSpent("402"), Lack.SPENT),
        (ServiceRefused("401"), Lack.REFUSED),
        (ServiceMissing("404"), Lack.MISSING),
        (TextRefused("413"), Lack.TEXT),
    ],
)
def test_every_fault_has_its_lack(fault: ServiceError, lack: Lack) -> None:
    assert lack_of(fault) is lack


def test_three_failures_in_a_row_open_it_and_an_answer_between_them_does_not_count_as_one() -> None:
    one = breaker()
    for _ in range(5):
        assert not one.failed(Lack.UNAVAILABLE, 0)
        assert one.doubtful
        assert not one.failed(Lack.UNAVAILABLE, 0)
        one.succeeded(0, in_time=False)
        assert not one.doubtful
    assert one.admit(0) is Admission.SEND
    assert opened().lack is Lack.UNAVAILABLE


@pytest.mark.parametrize("lack", sorted(AT_ONCE))
def test_what_one_call_tells_opens_it_at_once(lack: Lack) -> None:
    one = breaker()
    assert one.failed(lack, 0)
    assert one.lack is lack
    assert one.retry_in(0) == (60 if lack in LASTING else 5)


@pytest.mark.parametrize(
    ("lack", "rests"), [(Lack.UNAVAILABLE, [5, 10, 20, 40, 60, 60]), (Lack.SPENT, [60, 120, 240, 480, 600, 600])]
)
def test_every_probe_that_fails_doubles_the_rest_up_to_a_limit(lack: Lack, rests: list[float]) -> None:
    one, now = breaker(), 0.0
    while not one.failed(lack, now):
        pass
    for rest in rests:
        assert one.retry_in(now) == rest
        assert one.admit(now + rest * 0.99) is Admission.HOLD
        now += rest
        assert one.admit(now) is Admission.PROBE
        assert one.admit(now) is Admission.HOLD
        assert not one.failed(lack, now)
    one.succeeded(now, in_time=True)
    while not one.failed(lack, now):
        pass
    assert one.retry_in(now) == rests[0], "an answer in time makes it short again"


def test_the_rest_is_long_again_where_a_lasting_fault_takes_the_place_of_a_passing_one() -> None:
    one = opened()
    one.failed(Lack.UNAVAILABLE, 0)
    one.failed(Lack.SPENT, 0)
    assert (one.lack, one.retry_in(0)) == (Lack.SPENT, 60)


def test_the_service_is_left_alone_for_as_long_as_it_asked() -> None:
    one = breaker()
    assert one.failed(Lack.BUSY, 0, wait=33), "one refusal that says how long is enough"
    one.failed(Lack.BUSY, 1)
    one.failed(Lack.BUSY, 2, wait=1)
    assert one.retry_in(2) == 31
    endless = breaker()
    for _ in range(3):
        endless.failed(Lack.BUSY, 0, wait=math.inf)
    assert endless.retry_in(0) == 600


def test_a_probe_that_is_never_answered_makes_way_for_the_next() -> None:
    one = opened()
    assert one.admit(5) is Admission.PROBE
    assert one.admit(64.9) is Admission.HOLD
    assert one.admit(65) is Admission.PROBE


def test_five_missed_budgets_open_it() -> None:
    one = breaker()
    assert [one.missed(i, i + 1.5, budget=1.5) for i in range(5)] == [False] * 4 + [True]
    assert one.lack is Lack.SLOW
    assert not one.missed(5, 6.5, budget=1.5)


def test_misses_of_a_busy_service_or_of_hasty_visitors_do_not_count() -> None:
    one = breaker()
    one.succeeded(1.0, in_time=True)
    assert not any(one.missed(0.5, 2.0, budget=1.5) for _ in range(9))
    assert not any(one.missed(2.0, 2.1, budget=0.1) for _ in range(9))
    assert one.lack is None


def test_a_late_answer_closes_it_once_and_then_only_one_in_time() -> None:
    one = breaker()
    for asked in range(5):
        one.missed(asked, asked + 1.5, budget=1.5)
    one.succeeded(9, in_time=False)
    assert one.admit(9) is Admission.SEND
    assert one.missed(10, 11.5, budget=1.5), "the first miss after it opens it again"
    assert one.retry_in(11.5) == 10
    one.succeeded(12, in_time=False)
    assert one.lack is Lack.SLOW
    assert one.admit(12) is Admission.PROBE, "but it lives: the next probe is due"
    one.succeeded(12.2, in_time=True)
    assert not any(one.missed(13 + i, 15 + i, budget=1.5) for i in range(4)), "all is forgotten"
    assert one.admit(19) is Admission.SEND


class Courses(RuleBasedStateMachine):
    """Any course of events, against what must hold whatever happens."""

    def __init__(self) -> None:
        super().__init__()
        self.breaker = Breaker(OPTIONS)
        self.now = 0.0
        self.failures = self.misses = 0  # in a row, no answer of any kind between them
        self.probed = -math.inf
        self.probing = False
        self.silent_since = 0.0  # since when nothing came but time

    @rule(seconds=st.floats(0.01, 700))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule(in_time=st.booleans())
    def a_call_is_answered(self, in_time: bool) -> None:
        self.breaker.succeeded(self.now, in_time=in_time)
        self.failures = self.misses = 0
        self.probing = False
        self.silent_since = self.now
        if in_time:
            assert self.breaker.lack is None

    @rule(lack=st.sampled_from(FAULTS), wait=st.none() | st.floats(0, 10_000))
    def a_call_fails(self, lack: Lack, wait: float | None) -> None:
        closed = self.breaker.lack is None
        opens = self.breaker.failed(lack, self.now, wait=wait)
        self.failures += 1
        self.probing = False
        self.silent_since = self.now
        assert opens == (closed and self.breaker.lack is not None)
        if lack in AT_ONCE or wait or self.failures >= OPTIONS.failures:
            assert self.breaker.lack is not None
        if self.breaker.lack is not None:
            assert self.breaker.lack is lack
            least = max(min(wait or 0, 600), 0.75 * (60 if lack in LASTING else 5))
            assert self.breaker.retry_in(self.now) > least - 1e-6

    @rule(waited=st.floats(0.25, 60))
    def a_visitor_is_missed(self, waited: float) -> None:
        closed = self.breaker.lack is None
        opens = self.breaker.missed(self.now + 0.001, self.now + waited, budget=waited)
        self.now += waited
        self.misses += 1
        self.silent_since = self.now if opens else self.silent_since
        assert opens == (closed and self.breaker.lack is not None)
        if self.misses >= OPTIONS.misses:
            assert self.breaker.lack is not None

    @rule()
    def a_query_is_asked(self) -> None:
        lack = self.breaker.lack
        admission = self.breaker.admit(self.now)
        assert (admission is Admission.SEND) == (lack is None)
        if admission is Admission.PROBE:
            assert not self.probing or self.now - self.probed >= OPTIONS.probe_life, "one probe at a time"
            self.probed, self.probing = self.now, True
        assert self.breaker.admit(self.now) is not Admission.PROBE

    @precondition(lambda self: self.breaker.lack is not None)
    @invariant()
    def it_is_never_shut_for_good(self) -> None:
        longest = 1.25 * OPTIONS.lasting[1] + OPTIONS.probe_life
        assert self.breaker.retry_in(self.now) <= longest
        if self.now - self.silent_since > longest and not self.probing:
            assert self.breaker.retry_in(self.now) == 0

    @invariant()
    def nothing_is_held_back_while_closed(self) -> None:
        if self.breaker.lack is None:
            assert self.breaker.retry_in(self.now) == 0


TestCourses = Courses.TestCase
TestCourses.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
