"""Many calls to a service that fails now and then: workers, repetition, division, and when to stop."""

import heapq
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kadr.encode.hosted.embedder import Guard
from kadr.encode.hosted.faults import ServiceUnreached, WrongDimension
from kadr.encode.hosted.options import Options
from kadr.encode.hosted.pace import Pace
from kadr.encode.hosted.silence import Silence, out_of_time
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

__all__ = ["Call", "Calls", "Tally"]

LONGEST_BACKOFF = 30.0
"""Seconds between two tries at the most, where the service does not ask for more."""
MOST_DOUBLINGS = 10
"""Beyond, the longest backoff is reached from any first one that makes sense."""
DRIFTS = 3
"""Answers of another model to one call before the job stops: one may come from a machine that is being replaced."""
ALLOWED_REFUSALS, ALLOWED_SHARE = 20, 0.05
"""Texts that may be set aside, whichever is more: beyond that it is not the texts that are wrong."""
TICK = 1.0
"""Seconds after which the waiting main thread looks up: on some systems it hears Ctrl-C only then."""


@dataclass(slots=True, eq=False)
class Call:
    """Texts that are sent together with a canary, and how that failed.

    `tries`: in a row, whatever the reason. `wrong` and `drifted`: so many of all answers could not be believed.
    """

    texts: tuple[str, ...]
    guard: Guard | None = None
    tries: int = 0
    wrong: int = 0
    drifted: int = 0

    @property
    def halves(self) -> tuple["Call", "Call"]:
        """The first and the second half of the texts, as calls that were not tried yet."""
        middle = len(self.texts) // 2
        return Call(self.texts[:middle], self.guard), Call(self.texts[middle:], self.guard)


@dataclass(slots=True)
class Tally:
    """What came of the calls so far: requests sent, those that failed, texts kept, and why others were set aside."""

    requests: int = 0
    failed: int = 0
    kept: int = 0
    refused: dict[str, str] = field(default_factory=dict)


class Calls:
    """Calls on their way, a few at a time.

    A call that fails for a reason that passes is repeated after a random time whose bound doubles (full jitter). One
    that failed `tries` times in a row is the service's fault or its texts': a canary, asked alone, tells. Where the
    canary is answered and the call fails again, it is divided, down to the one text that is set aside. Refused texts
    are divided at once.

    When nothing was kept for `deadline` seconds, when the service refuses for good, gives another model's vectors or
    wants more texts set aside than catalogues hold bad ones, no further call starts; answers on their way are kept.
    So it is at once where the first vectors are of another dimension, and soon where nobody is there from the start.
    """

    def __init__(
        self,
        send: Callable[[Call], None],
        probe: Callable[[], None] | None,
        options: Options,
        pace: Pace,
        *,
        answered: bool = False,
    ) -> None:
        """Say how to work; nothing starts.

        Args:
            send: makes one call and keeps its vectors, in a worker's thread. It raises ServiceError.
            probe: asks the service for a canary, and raises ServiceError where it does not get it. None: the calls are
                canaries themselves, which are neither divided nor set aside.
            options: bounds.
            pace: what is known of the service's limits; no other calls may be on their way by it.
            answered: whether the service has given vectors of this model already.
        """
        self._send, self._probe, self._options, self._pace = send, probe, options, pace
        self._changed = threading.Condition()
        self._waiting: list[tuple[float, int, Call]] = []
        self._pushed = 0
        self._flying = 0
        self._texts = 0
        self._failures = 0  # in a row, of all workers
        self._progress = 0.0
        self._answered = self._reached = answered
        self._silence = Silence(options)
        self._error: BaseException | None = None
        self.tally = Tally()

    def run(self, calls: Sequence[Call], advance: Callable[[int], None]) -> None:
        """Make all calls; return when every text is kept or set aside. No thread outlives this.

        Args:
            calls: what to send, in this order.
            advance: called in this thread with the number of texts that are kept or set aside.

        Raises:
            ServiceError: why the job stopped.
            Exception: whatever else `send` raised.
        """
        self._progress = time.monotonic()
        self._texts = sum(len(call.texts) for call in calls)
        for call in calls:
            self._push(call, -1.0)
        count = min(self._options.concurrency, self._texts)
        workers = [threading.Thread(target=self._work, name=f"kadr-embed-{i}", daemon=True) for i in range(count)]
        try:
            for worker in workers:
                worker.start()
            self._watch(advance)
        except BaseException as error:
            self._stop(error)
            raise
        finally:
            for worker in workers:
                if worker.ident is not None:  # it was started
                    worker.join()
        if self._error is not None:
            raise self._error

    def _watch(self, advance: Callable[[int], None]) -> None:
        told, over = 0, False
        while not over:
            with self._changed:
                self._changed.wait_for(lambda: self._done != told or self._over, TICK)  # noqa: B023  # called at once
                told, over = self._done, self._over
                line = "" if over else self._silence.line(time.monotonic(), self._progress, self._deadline)
            advance(told)
            if line:
                self._options.tell(line)

    @property
    def _done(self) -> int:
        return self.tally.kept + len(self.tally.refused)

    @property
    def _over(self) -> bool:
        return self._error is not None or not (self._waiting or self._flying)

    def _stop(self, error: BaseException) -> None:
        with self._changed:
            self._error = self._error or error
            self._changed.notify_all()

    def _push(self, call: Call, at: float) -> None:
        self._pushed += 1
        heapq.heappush(self._waiting, (at, self._pushed, call))

    def _take(self) -> Call | None:
        """Return the next call when its time has come; None when there is nothing left to do."""
        with self._changed:
            while not self._over:
                now = time.monotonic()
                delay = max(self._waiting[0][0] - now, self._pace.delay(now)) if self._waiting else None
                if delay is not None and delay <= 0:
                    self._flying += 1
                    self.tally.requests += 1
                    self._pace.started(now)
                    return heapq.heappop(self._waiting)[2]
                self._changed.wait(delay)
            return None

    def _work(self) -> None:
        while (call := self._take()) is not None:
            started = time.monotonic()
            outcome: Exception | None = None
            try:
                if self._probe is not None and call.tries >= self._options.tries:
                    self._send_once_more(call, self._probe)
                else:
                    self._send(call)
            except Exception as error:  # noqa: BLE001  # the main thread raises it
                outcome = error
            with self._changed:
                self._flying -= 1
                if outcome is None:
                    self._kept(call)
                elif isinstance(outcome, ServiceError):
                    self._failed(call, outcome, started)
                else:
                    self._error = self._error or outcome
                self._changed.notify_all()

    def _send_once_more(self, call: Call, probe: Callable[[], None]) -> None:
        """Send a call that has failed often, behind a canary: where only the canary is answered, the texts are bad."""
        with self._changed:
            self.tally.requests += 1
        try:
            probe()
        except TextRefused as error:  # it was taken before, so it is not the text
            raise ServiceBusy(str(error)) from error
        try:
            self._send(call)
        except ServiceError as fault:
            if isinstance(fault, ServiceDrifted) or not isinstance(fault, (ServiceBusy, ServiceWrong)):
                raise
            if isinstance(fault, ServiceBusy) and fault.limited:
                raise
            raise TextRefused(str(fault)) from fault

    @property
    def _deadline(self) -> float:
        """Seconds without progress that the service may take."""
        bounds = self._options
        return bounds.deadline if self._reached else min(bounds.deadline, bounds.unreached)

    def _kept(self, call: Call) -> None:
        self.tally.kept += len(call.texts)
        self._failures = 0
        self._answered = self._reached = True
        self._progress = time.monotonic()
        self._silence.over()

    def _divide(self, call: Call, reason: str) -> None:
        if len(call.texts) > 1:
            for half in call.halves:
                self._push(half, time.monotonic())
            return
        self.tally.refused[call.texts[0]] = reason
        self._progress = time.monotonic()
        if len(self.tally.refused) > max(ALLOWED_REFUSALS, ALLOWED_SHARE * self._texts):
            self._error = self._error or TextRefused(
                f"{len(self.tally.refused)} of {self._texts:,} texts were refused, the last because: {reason}; "
                "so many are not the texts' fault: look at encoder.max_chars and encoder.model"
            )

    def _failed(self, call: Call, fault: ServiceError, started: float) -> None:
        """Decide what becomes of a call that failed."""
        self.tally.failed += 1
        call.wrong += isinstance(fault, ServiceWrong)
        call.drifted += isinstance(fault, ServiceDrifted)
        self._reached = self._reached or not isinstance(fault, ServiceUnreached)
        refused = isinstance(fault, TextRefused)
        if (
            isinstance(fault, (ServiceSpent, ServiceRefused, ServiceMissing))
            or (isinstance(fault, WrongDimension) and not self._answered)
            or call.drifted >= DRIFTS
            or (self._probe is None and (refused or call.wrong >= self._options.tries))
        ):
            self._error = self._error or fault
        elif refused:
            self._divide(call, str(fault))
        else:
            self._repeat(call, fault, started)

    def _repeat(self, call: Call, fault: ServiceError, started: float) -> None:
        """Let a call be made again, unless the service was given all the time it may have."""
        busy = fault if isinstance(fault, ServiceBusy) else ServiceBusy("")
        now, wait = time.monotonic(), busy.wait or 0.0
        if wait > self._deadline or now - self._progress > self._deadline:
            self._error = self._error or out_of_time(fault, wait, self._deadline)
            return
        self._silence.failed(fault)
        if busy.limited:
            self._pace.limited(started, now, busy.wait)
            self._push(call, now)
            return
        last = self._progress + self._deadline  # the last try is made at that time, not long after
        self._pace.hold(now + wait)
        self._failures += 1
        if self._failures >= 2 * self._options.concurrency:  # four workers, each fifth call: 3 in a million by chance
            self._pace.hold(min(now + self._jitter(self._failures // self._options.concurrency), last))
        self._push(call, min(now + self._jitter(call.tries), last))
        call.tries = 0 if call.tries >= self._options.tries else call.tries + 1

    def _jitter(self, doublings: int) -> float:
        bound = min(LONGEST_BACKOFF, self._options.backoff * 2 ** min(doublings, MOST_DOUBLINGS))
        return random.uniform(0, bound)  # noqa: S311  # spreads calls, hides nothing
