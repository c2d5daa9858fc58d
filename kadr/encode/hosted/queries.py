"""A visitor's query: a hosted vector within the visitor's budget, or the reason why there is none. Never a fault.

The visitor's thread looks into the memory, joins the line, goes on with other work and waits when there is none left; a
few threads take what stands in the line, up to `max_batch` queries for one call, and end when nobody is left. One lock
guards all state; calls are made without it.
"""

import threading
import time
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from kadr.encode.encoder import Role
from kadr.encode.hosted.breaker import Admission, Breaker
from kadr.encode.hosted.embedder import Embedder, Guard, truncated
from kadr.encode.hosted.lack import LASTING, Lack, lack_of
from kadr.encode.hosted.trust import Trust
from kadr.encode.hosted.visit import Answer, Asking, QueryOptions, State
from kadr.encode.hosted.waiting import Call, Line, Recent, Waiting, as_sent
from kadr.errors import EncodeError, ServiceBusy, ServiceDrifted, ServiceError, ServiceWrong, TextRefused
from kadr.turns import aside

__all__ = ["Answer", "Asking", "QueryOptions", "QueryService", "State"]

WORTH_A_CALL = 8
"""Queries that go together rather than in calls of their own: what a call takes by itself, 150 ms, is 8 texts' time."""
WAKING_TEXT = "film"
"""What a model is woken with where its profile has no canary."""
MOST_REFUSED = 1_024
"""Texts that were refused and are remembered."""
ABANDONED = 3
"""How many times `max_calls` may hang unanswered beside those that count: a breaker that opens gives them up."""


class QueryService:
    """The hosted encoder as visitors meet it. Safe for threads; no thread starts before the first query.

    It may be made before a process forks, but not used before that.
    """

    def __init__(
        self,
        embedder: Embedder,
        *,
        options: QueryOptions = QueryOptions(),  # noqa: B008  # frozen: one may serve all
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        profile = embedder.profile
        self._embedder, self._options, self._clock = embedder, options, clock
        self._dim = profile.dim
        self._trust = Trust([Guard.of(profile, canary) for canary in profile.canaries], options.check_every)
        self._waking = profile.canaries[0].text if profile.canaries else WAKING_TEXT
        self._lock = threading.Lock()
        self._breaker = Breaker(options.breaker)
        self._kept: Recent[NDArray[np.float32]] = Recent(options.most_kept)
        self._refused: Recent[float] = Recent(MOST_REFUSED)  # when a text was refused
        self._line = Line()
        self._pending: dict[str, Waiting] = {}  # in the line or in a call, by text
        self._working = self._in_flight = 0  # calls: of this circle, and of all
        self._circle = 0  # how often everybody was sent away
        self._closed = False
        self._fault = ""
        self._ailing: Lack | None = None  # why the last call failed
        self._asked = self._calls = self._cached = self._late = 0

    def ask(self, text: str, budget: float) -> "Asking":
        """Send a query and return at once: there is other work to do while the service is at its own.

        A query whose budget of seconds passes is still answered in the background, and its vector kept. With a budget
        of 0 or less nobody waits, but the query is sent.
        """
        start = self._clock()
        query = as_sent(text)
        with self._lock:
            self._asked += 1
            if (kept := self._kept.get(query)) is not None:
                self._cached += 1
                return Asking.of(Answer(kept, None, self._clock() - start, cached=True))
            waiting = self._enter(query, start, budget)
            calls = self._ready(start)
        self._start(calls)
        if isinstance(waiting, Lack):
            return Asking.of(Answer(None, waiting, self._clock() - start))
        return Asking(lambda timeout: self._awaited(waiting, start, budget, timeout), waiting)

    def vector(self, text: str, budget: float) -> Answer:
        """Return a query's vector, or why there is none, within `budget` seconds."""
        return self.ask(text, budget).vector(budget)

    def warm_up(self) -> None:
        """Wake the model and check its canary with one call in the background; return at once."""
        with self._lock:
            now = self._clock()
            self._enter(self._waking, now, 0.0)
            calls = self._ready(now)
        self._start(calls)

    def state(self) -> State:
        """Return how the service stands."""
        with self._lock:
            lack, retry_in = self._breaker.lack, self._breaker.retry_in(self._clock())
            counts = (self._asked, self._calls, self._cached, self._late)
            return State(lack, retry_in, self._trust.held, self._fault, *counts, ailing=self._ailing)

    def close(self) -> None:
        """Let everyone who waits go, and send nothing more. A call that hangs is abandoned: its thread is a daemon."""
        with self._lock:
            self._closed = True
            self._send_away(Lack.UNAVAILABLE)

    def _enter(self, query: str, now: float, budget: float) -> Waiting | Lack:
        """Return what to wait for, or why not to."""
        refused = self._refused.get(query)
        if not query or (refused is not None and now - refused < self._options.check_every):
            return Lack.TEXT
        if self._closed:
            return Lack.UNAVAILABLE
        lack = self._breaker.lack
        if lack is None and (pending := self._pending.get(query)):
            pending.watched += budget > 0
            return pending
        if len(self._line) >= self._options.most_waiting:
            return lack or Lack.BUSY
        admission = self._breaker.admit(now)
        if lack is not None:
            if admission is Admission.HOLD:
                return lack
            self._send_away(lack)  # the probe before this one, if it is still out
        waiting = Waiting(query, now, budget, watched=int(lack is None and budget > 0))
        self._pending[query] = waiting
        self._line.join(waiting)
        return lack or waiting

    def _awaited(self, waiting: Waiting, asked: float, budget: float, timeout: float) -> Answer:
        """Return what came of waiting."""
        with aside():
            waiting.done.wait(min(max(0.0, timeout), self._options.timeout))
        with self._lock:
            return self._leave(waiting, asked, budget)

    def _leave(self, waiting: Waiting, asked: float, budget: float) -> Answer:
        now = self._clock()
        waiting.watched -= budget > 0
        if waiting.done.is_set():
            return Answer(waiting.vector, waiting.lack, now - asked)
        self._late += budget > 0
        if self._breaker.missed(asked, now, budget=budget):
            self._fault = f"no answer within {budget:g} s, {self._options.breaker.misses} times in a row"
            self._send_away(Lack.SLOW)
        return Answer(None, Lack.SLOW, now - asked)

    def _ready(self, now: float) -> list[Call]:
        """Return the calls that are to be made now."""
        self._release(self._line.drop(now - self._options.timeout), Lack.SLOW)
        calls: list[Call] = []
        most, bound = self._options.max_calls, self._options.max_calls * (1 + ABANDONED)
        if self._breaker.doubtful:
            most = max(1, most // 2)
        while len(self._line) and self._working < most and self._in_flight < bound:
            # An even share each: a call that took all would leave other threads idle, and those in it waiting.
            share = max(WORTH_A_CALL, -(-len(self._line) // most))
            batch = self._line.take(min(self._options.max_batch, share))
            calls.append(Call(batch, self._trust.guard_for(len(batch), now), self._circle, self._trust.losses))
            self._working += 1
            self._in_flight += 1
        self._calls += len(calls)
        return calls

    def _start(self, calls: Iterable[Call]) -> None:
        """Make calls, each in a thread of its own."""
        for call in calls:
            try:
                threading.Thread(target=self._work, args=(call,), name="kadr-query", daemon=True).start()
            except RuntimeError as error:  # the system has no thread to give
                with self._lock:
                    self._settle(call, ServiceBusy(f"no call could be made: {error}"))

    def _work(self, call: Call) -> None:
        """Make a call, and more of them while somebody stands in the line."""
        while True:
            outcome = self._send(call)
            if isinstance(outcome, TextRefused) and len(call.waiting) == 1:
                outcome = self._doubted(call, outcome)
            with self._lock:
                self._settle(call, outcome)
                calls = self._ready(self._clock())
            if not calls:
                return
            call, *others = calls
            self._start(others)

    def _send(self, call: Call) -> NDArray[np.float32] | ServiceError:
        """Make a call: vectors, float32 (n, dim), or what went wrong."""
        texts = [waiting.text for waiting in call.waiting]
        try:
            got = self._embedder.embed(texts, Role.QUERY, timeout=self._options.timeout, guard=call.guard)
            vectors = truncated(got, self._dim)
        except ServiceError as fault:
            return fault
        except EncodeError as fault:
            return TextRefused(str(fault))
        except Exception as fault:  # noqa: BLE001  # whatever breaks here, those who wait must be let go
            return ServiceWrong(f"the call broke with {type(fault).__name__}")
        if vectors.shape != (len(texts), self._dim):
            return ServiceWrong(f"{len(texts)} vectors were due, and {vectors.shape} came")
        return vectors

    def _doubted(self, call: Call, refusal: TextRefused) -> ServiceError:
        """Return what the refusal of one text is worth: nothing where a known text is refused as well."""
        outcome: NDArray[np.float32] | ServiceError = refusal
        if call.waiting[0].text != self._waking:
            with self._lock:
                self._calls += 1
            known = Waiting(self._waking, call.waiting[0].asked, 0.0)
            outcome = self._send(Call((known,), None, call.circle, call.losses))
        if isinstance(outcome, TextRefused):
            return ServiceBusy(f"{str(outcome).rpartition('; ')[0] or outcome}; it refuses every text")
        return outcome if isinstance(outcome, ServiceError) else refusal

    def _settle(self, call: Call, outcome: NDArray[np.float32] | ServiceError) -> None:
        """Take a call's end into account."""
        self._in_flight -= 1
        self._working -= call.circle == self._circle
        if self._closed or call.losses != self._trust.losses:
            return  # all were sent away; and another model may have given what comes after a drift
        if isinstance(outcome, TextRefused):
            self._refuse(call, outcome)
        elif isinstance(outcome, ServiceError):
            self._fail(call, outcome)
        else:
            self._succeed(call, outcome)

    def _succeed(self, call: Call, vectors: NDArray[np.float32]) -> None:
        """Hand out and keep a call's vectors."""
        now = self._answered(call)
        if call.guard is not None:
            self._trust.proved(now)
        for waiting, row in zip(call.waiting, vectors, strict=True):
            vector = row.copy()  # a row would keep its whole batch in memory
            vector.flags.writeable = False
            self._kept.put(waiting.text, vector)
            self._let_go(waiting, vector, None)

    def _answered(self, call: Call) -> float:
        """Note that the service answered, and return the time."""
        self._ailing = None
        now, quick = self._clock(), self._options.breaker.quick
        self._breaker.succeeded(now, in_time=any(now - w.asked <= max(quick, w.budget) for w in call.waiting))
        return now

    def _fail(self, call: Call, fault: ServiceError) -> None:
        """Count a fault, and let go whom it concerns."""
        drifted = isinstance(fault, ServiceDrifted)
        if call.circle != self._circle and not drifted:
            return  # it was sent before the breaker opened, and says nothing new
        self._fault = str(fault)
        if drifted:
            self._trust.lost()
            self._kept.clear()
        lack = lack_of(fault)
        if self._trust.held is False and lack not in LASTING:
            lack = Lack.DRIFTED  # until a canary comes back as it was
        self._ailing = lack
        wait = fault.wait if isinstance(fault, ServiceBusy) else None
        opened = self._breaker.failed(lack, self._clock(), wait=wait)
        self._release(call.waiting, lack)
        if opened or drifted:
            self._send_away(lack)

    def _refuse(self, call: Call, fault: TextRefused) -> None:
        """Try the texts of a refused call one by one; remember one that was refused where a known text was taken."""
        self._fault = str(fault)
        if len(call.waiting) > 1:
            again = [waiting for waiting in call.waiting if self._pending.get(waiting.text) is waiting]
            for waiting in again:
                waiting.alone = True
            self._line.rejoin(again)
            return
        now = self._answered(call) if call.circle == self._circle else self._clock()
        self._refused.put(call.waiting[0].text, now)
        self._release(call.waiting, Lack.TEXT)

    def _send_away(self, lack: Lack) -> None:
        """Let everybody go, in the line and in calls; calls under way no longer count among those allowed."""
        self._line.clear()
        self._release(list(self._pending.values()), lack)
        self._circle += 1
        self._working = 0

    def _release(self, waiting: Iterable[Waiting], lack: Lack) -> None:
        """Let some go without a vector."""
        for each in waiting:
            self._let_go(each, None, lack)

    def _let_go(self, waiting: Waiting, vector: NDArray[np.float32] | None, lack: Lack | None) -> None:
        """Settle one that was not settled before; another may stand for the same text by now."""
        if self._pending.get(waiting.text) is waiting:
            del self._pending[waiting.text]
        if not waiting.done.is_set():
            waiting.settle(vector, lack)
