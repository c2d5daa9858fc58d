"""Calls that serve one visitor each, in the background: remembered, shared, guarded by a breaker. Never a fault.

As `queries` is for vectors, whose queries travel together. Reranking and rewriting send one request a query: whoever
asks waits for as long as there is time, and what comes later serves the next who asks the same.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from kadr.encode.hosted.breaker import Admission, Breaker, BreakerOptions
from kadr.encode.hosted.lack import Lack, lack_of
from kadr.encode.hosted.waiting import Recent
from kadr.errors import ServiceBusy, ServiceError, ServiceWrong
from kadr.turns import aside

__all__ = ["Got", "Pending", "SingleCalls", "SingleOptions", "SingleState"]

Value = TypeVar("Value")

UNFIT_REST_S = 60.0
"""Seconds that a model is left alone which gives nobody what is asked of it."""


@dataclass(frozen=True, slots=True)
class SingleOptions:
    """How calls are made; times in seconds.

    `timeout`: of a call, whoever waits for it. `max_calls`: at once; one more is turned away. `most_kept`: answers in
    memory. `forget_after`: how long a question is remembered that the service did not take. `unfit`: how many of those
    in a row leave the service alone for a minute: one visitor's words are that visitor's matter, all visitors' are not.
    """

    timeout: float = 20.0
    max_calls: int = 4
    most_kept: int = 1_024
    forget_after: float = 600.0
    unfit: int = 20
    breaker: BreakerOptions = BreakerOptions()  # noqa: RUF009  # frozen: one may serve all


@dataclass(frozen=True, slots=True, eq=False)
class Got(Generic[Value]):
    """An answer, or why there is none; exactly one of them. `cached`: it was in memory."""

    value: Value | None
    lack: Lack | None
    cached: bool = False


@dataclass(frozen=True, slots=True)
class SingleState:
    """How the service stands; holds no secret. `fault` may quote the server, and a server may quote a visitor.

    `lack`: why it is not asked now, None while it is. `ailing`: why the last call failed, None where it was answered.
    `asked`: questions; `calls`: requests sent; `cached`: questions answered from memory; `late`: those whose visitor
    left before the answer.
    """

    lack: Lack | None
    ailing: Lack | None
    fault: str
    asked: int
    calls: int
    cached: int
    late: int


@dataclass(slots=True, eq=False)
class _Call(Generic[Value]):
    key: str
    send: Callable[[float], Value]
    asked: float
    budget: float
    circle: int
    got: Got[Value] | None = None
    done: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True, eq=False)
class Pending(Generic[Value]):
    """A question that was sent. `get`: to be called once; waits for at most so many seconds, and never raises."""

    get: Callable[[float], Got[Value]]

    @classmethod
    def of(cls, got: Got[Value]) -> "Pending[Value]":
        """Return one that was answered at once."""
        return cls(lambda _: got)


class SingleCalls(Generic[Value]):
    """Questions to one service. Safe for threads; each call has a thread, which ends with it."""

    def __init__(
        self,
        *,
        options: SingleOptions = SingleOptions(),  # frozen: one may serve all
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._options, self._clock = options, clock
        self._lock = threading.Lock()
        self._breaker = Breaker(options.breaker)
        self._kept: Recent[Value] = Recent(options.most_kept)
        self._untaken: Recent[float] = Recent(options.most_kept)
        self._pending: dict[str, _Call[Value]] = {}
        self._in_flight = self._unfit = 0
        self._circle = 0  # how often everybody was sent away
        self._closed = False
        self._fault = ""
        self._ailing: Lack | None = None
        self._asked = self._calls = self._cached = self._late = 0

    def ask(self, key: str, send: Callable[[float], Value], budget: float) -> Pending[Value]:
        """Begin to ask, and return at once.

        Args:
            key: what names the question; one answer serves all who ask it.
            send: makes the call within so many seconds; raises ServiceError. It runs in a thread of its own.
            budget: seconds that the visitor will wait, from now.
        """
        with self._lock:
            self._asked += 1
            if (kept := self._kept.get(key)) is not None:
                self._cached += 1
                return Pending.of(Got(kept, None, cached=True))
            call = self._enter(key, send, budget)
        if isinstance(call, Lack):
            return Pending.of(Got(None, call))
        asked = self._clock()
        return Pending(lambda timeout: self._awaited(call, asked, budget, timeout))

    def state(self) -> SingleState:
        """Return how the service stands."""
        with self._lock:
            counts = (self._asked, self._calls, self._cached, self._late)
            return SingleState(self._breaker.lack, self._ailing, self._fault, *counts)

    def close(self) -> None:
        """Let everyone who waits go, and send nothing more."""
        with self._lock:
            self._closed = True
            self._send_away(Lack.UNAVAILABLE)

    def _enter(self, key: str, send: Callable[[float], Value], budget: float) -> _Call[Value] | Lack:
        """Return the call to wait for, or why there is none to wait for."""
        now = self._clock()
        untaken = self._untaken.get(key)
        if untaken is not None and now - untaken < self._options.forget_after:
            return Lack.TEXT
        if self._closed:
            return Lack.UNAVAILABLE
        lack = self._breaker.lack
        if lack is None and (pending := self._pending.get(key)):
            return pending
        if self._in_flight >= self._options.max_calls:
            return lack or Lack.BUSY
        if self._breaker.admit(now) is Admission.HOLD:
            return lack or Lack.UNAVAILABLE
        call = _Call(key, send, now, budget, self._circle)
        self._pending[key] = call
        self._begin(call)
        return lack or call

    def _begin(self, call: _Call[Value]) -> None:
        self._calls += 1
        self._in_flight += 1
        try:
            threading.Thread(target=self._work, args=(call,), name="kadr-refine", daemon=True).start()
        except RuntimeError as error:  # the system has no thread to give
            self._settle(call, ServiceBusy(f"no call could be made: {error}"))

    def _work(self, call: _Call[Value]) -> None:
        outcome: Value | ServiceError
        try:
            outcome = call.send(self._options.timeout)
        except ServiceError as fault:
            outcome = fault
        except Exception as fault:  # noqa: BLE001  # whatever breaks here, those who wait must be let go
            outcome = ServiceWrong(f"the call broke with {type(fault).__name__}")
        with self._lock:
            self._settle(call, outcome)

    def _settle(self, call: _Call[Value], outcome: Value | ServiceError) -> None:
        """Take a call's end into account."""
        self._in_flight -= 1
        if self._closed:
            return  # all were sent away
        if isinstance(outcome, ServiceError):
            self._let_go(call, Got(None, self._failed(call, outcome)))
            return
        self._answered(call)
        self._unfit = 0
        self._kept.put(call.key, outcome)
        self._let_go(call, Got(outcome, None))

    def _answered(self, call: _Call[Value]) -> None:
        now = self._clock()
        self._ailing = None
        self._breaker.succeeded(now, in_time=now - call.asked <= max(self._options.breaker.quick, call.budget))

    def _failed(self, call: _Call[Value], fault: ServiceError) -> Lack:
        """Count a fault, and return what it means to the visitor."""
        lack, now = lack_of(fault), self._clock()
        if call.circle != self._circle:
            return lack  # it was sent before the breaker opened, and says nothing new
        self._fault = str(fault)
        if lack is Lack.TEXT:
            self._untaken.put(call.key, now)
            self._unfit += 1
            if self._unfit < self._options.unfit:
                self._answered(call)
                return lack
        self._ailing = Lack.UNAVAILABLE if lack is Lack.TEXT else lack
        wait = UNFIT_REST_S if lack is Lack.TEXT else None
        if isinstance(fault, ServiceBusy):
            wait = fault.wait
        if self._breaker.failed(self._ailing, now, wait=wait):
            self._send_away(self._ailing)
        return lack

    def _awaited(self, call: _Call[Value], asked: float, budget: float, timeout: float) -> Got[Value]:
        """Return what came of waiting."""
        with aside():
            call.done.wait(min(max(0.0, timeout), self._options.timeout))
        with self._lock:
            if call.got is not None:
                return call.got
            self._late += budget > 0
            if self._breaker.missed(asked, self._clock(), budget=budget):
                self._fault = f"no answer within {budget:g} s, {self._options.breaker.misses} times in a row"
                self._send_away(Lack.SLOW)
            return Got(None, Lack.SLOW)

    def _send_away(self, lack: Lack) -> None:
        self._circle += 1
        for call in list(self._pending.values()):
            self._let_go(call, Got(None, lack))

    def _let_go(self, call: _Call[Value], got: Got[Value]) -> None:
        """Settle a call that was not settled before; another may stand for the same key by now."""
        if self._pending.get(call.key) is call:
            del self._pending[call.key]
        if not call.done.is_set():
            call.got = got
            call.done.set()
