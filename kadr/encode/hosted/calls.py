"""Many calls to a service that fails now and then: workers, repetition, division, and when to stop."""

import heapq
import random
import threading
import time
from collections.abc import Callable, Sequence

from kadr.encode.hosted.call import HANGS, Call, Tally
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
    ServiceUnreached,
    ServiceWrong,
    TextRefused,
    WrongDimension,
)

__all__ = ["Calls"]

LONGEST_BACKOFF = 30.0
"""Seconds between two tries at the most, where the service does not ask for more."""
MOST_DOUBLINGS = 10
"""Beyond, the longest backoff is reached from any first one that makes sense."""
DRIFTS = 3
"""Answers of another model to one call before the job stops: one may come from a machine that is being replaced."""
ALLOWED_REFUSALS, ALLOWED_SHARE = 20, 0.05
"""Texts that may be set aside, whichever is more: beyond that it is not the texts that are wrong."""
ALL_ITS_TIME = 0.95
"""Share of a call's time after which it counts as having hung."""
TICK = 1.0
"""Seconds after which the waiting main thread looks up: on some systems it hears Ctrl-C only then."""


class Calls:
    """Calls on their way, a few at a time.

    A call that fails for a reason that passes is repeated after a random time whose bound doubles (full jitter). One
    that failed `tries` times in a row, hung twice, or whose only text was refused, is the service's fault or its
    texts': a canary, asked alone, tells. Where the canary is answered and the call fails again, or hung before, it is
    divided, down to the one text that is set aside. Several texts that are refused are divided at once.

    When nothing was kept for `deadline` seconds, when the service refuses for good, gives another model's vectors or
    wants more texts set aside than catalogues hold bad ones, no further call starts; answers on their way are kept.
    So it is at once where the first vectors are of another dimension, and soon where nobody is there from the start.
    """

    def __init__(
        self,
        send: Callable[[Call], float],
        probe: Callable[[], None] | None,
        options: Options,
        pace: Pace,
        *,
        answered: bool = False,
    ) -> None:
        """Say how to work; nothing starts.

        Args:
            send: makes one call and keeps its vectors, in a worker's thread. It returns the seconds for which the
                service, that answered, wants no further one. It raises ServiceError.
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
        self._total = self._aside = 0
        self._failures = 0  # in a row, of all workers
        self._progress = 0.0
        self._answered = self._reached = answered
        self._silence = Silence(options)
        self._error: BaseException | None = None
        self.tally = Tally()

    def run(self, calls: Sequence[Call], advance: Callable[[int], None], *, total: int = 0, aside: int = 0) -> None:
        """Make all calls; return when every text is kept or set aside. No thread outlives this.

        Args:
            calls: what to send, in this order.
            advance: called in this thread with the number of texts that are kept or set aside.
            total: how many texts there are, where these are the rest of them.
            aside: how many of the others were refused before; they count among those that are too many.

        Raises:
            ServiceError: why the job stopped.
            Exception: whatever else `send` raised.
        """
        self._progress = time.monotonic()
        texts = sum(len(call.texts) for call in calls)
        self._total, self._aside = max(total, texts), aside
        for call in calls:
            self._push(call, -1.0)
        count = min(self._options.concurrency, texts)
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
            rest = 0.0
            try:
                if self._probe is not None and call.is_suspect(self._options.tries):
                    rest = self._send_once_more(call, self._probe)
                else:
                    rest = self._sent(call)
            except Exception as error:  # noqa: BLE001  # the main thread raises it
                outcome = error
            with self._changed:
                self._flying -= 1
                if outcome is None:
                    self._kept(call, rest)
                elif isinstance(outcome, ServiceError):
                    self._failed(call, outcome, started)
                else:
                    self._error = self._error or outcome
                self._changed.notify_all()

    def _sent(self, call: Call) -> float:
        """Send a call, and note where that took all the time there is."""
        started = time.monotonic()
        try:
            return self._send(call)
        except ServiceBusy as fault:
            if time.monotonic() - started >= ALL_ITS_TIME * self._options.timeout:
                call.hung, call.said = call.hung + 1, str(fault)
            raise

    def _send_once_more(self, call: Call, probe: Callable[[], None]) -> float:
        """Send a suspect call behind a canary: where only the canary is answered, the texts are bad.

        One that hung is not sent again: it would take all its time for the third time.
        """
        try:
            probe()
        except ServiceError as fault:
            call.hung, call.refused = 0, False  # it may well have been the service
            if isinstance(fault, TextRefused):  # the canary was taken before, so it is not the text
                raise ServiceBusy(str(fault)) from fault
            raise
        if call.hung >= HANGS:
            raise TextRefused(call.said)
        with self._changed:
            self.tally.requests += 1
        try:
            return self._sent(call)
        except (ServiceBusy, ServiceWrong) as fault:
            if isinstance(fault, ServiceDrifted) or (isinstance(fault, ServiceBusy) and fault.limited):
                raise
            raise TextRefused(str(fault)) from fault

    @property
    def _deadline(self) -> float:
        """Seconds without progress that the service may take."""
        bounds = self._options
        return bounds.deadline if self._reached else min(bounds.deadline, bounds.unreached)

    def _kept(self, call: Call, rest: float) -> None:
        now = time.monotonic()
        self.tally.kept += len(call.texts)
        if rest <= self._deadline:  # a longer one is believed only where the next call is refused, and ends the job
            self._pace.hold(now + rest)
        self._failures = 0
        self._answered = self._reached = True
        self._progress = now
        self._silence.over()

    def _divide(self, call: Call, reason: str) -> None:
        """Find the text that is refused, and set it aside where a canary was taken just before."""
        now = time.monotonic()
        if len(call.texts) > 1:
            if call.hung:
                self._progress = now  # the canary was answered
            for half in call.halves:
                self._push(half, now)
        elif not call.refused and call.hung < HANGS and call.tries < self._options.tries:
            call.refused = True
            self._push(call, now)
        else:
            self._set_aside(call.texts[0], reason)

    def _set_aside(self, text: str, reason: str) -> None:
        self.tally.refused[text] = reason
        self._progress = time.monotonic()
        refused = self._aside + len(self.tally.refused)
        if refused > max(ALLOWED_REFUSALS, ALLOWED_SHARE * self._total):
            self._error = self._error or TextRefused(
                f"{refused:,} of {self._total:,} texts were refused, the last because: {reason}; "
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
