"""The way to one host: how many go at once, how far apart, and when it is given up."""

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from kadr.collect.fetch.reasons import GIVEN_UP, OF_THE_HOST, STOPPED, TOO_MANY, Fault

__all__ = ["Lane"]

MAX_WAIT_S = 120.0
"""The longest that a host is waited for in one run; one that asks for more is given up."""
GIVE_UP = 10
"""Pages in a row that failed by the host's fault. A crawl meets two or three by chance; ten are a ban or an outage."""
_LEAST_EXTRA_S, _MOST_EXTRA_S = 0.1, 30.0  # added to the delay after 429, doubled each time
_RECOVERY = 0.95  # of the extra delay is left after each answer: half after 14 of them


class Lane:
    """The pace of requests to one host, shared by all threads.

    Args:
        delay_s: seconds between two requests, at least, start to start.
        at_once: requests under way at the same time.
    """

    def __init__(self, delay_s: float, at_once: int) -> None:
        self._changed = threading.Condition()
        self._delay, self._extra, self._at_once = delay_s, 0.0, at_once
        self._running, self._failed = 0, 0
        self._next = -math.inf  # on the monotonic clock: before it nothing starts
        self._closed: tuple[str, str] | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and hold it.

        Raises:
            Fault: the host was given up, or the run is being stopped.
        """
        with self._changed:
            while self._closed is None and (wait := self._wait()):
                self._changed.wait(wait if wait < math.inf else None)
            self._check()
            self._running += 1
            self._next = time.monotonic() + self._delay + self._extra
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()  # not one: it might be one that pauses, and the turn be lost

    def pause(self, seconds: float) -> None:
        """Wait before a page is asked for again; holds no turn.

        Raises:
            Fault: the host was given up, or the run is being stopped.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._closed is not None, seconds)
            self._check()

    def keep_apart(self, seconds: float) -> None:
        """Leave at least so many seconds between two requests, as robots.txt asks; the one before counts too."""
        with self._changed:
            if seconds > self._delay:
                self._next += seconds - self._delay
                self._delay = seconds

    def failed(self, fault: Fault, wait: float) -> None:
        """Note a failed request: where the host asked to be left alone, nothing starts for `wait` seconds.

        After "too many requests", in addition, all that follows goes slower.
        """
        with self._changed:
            if fault.reason == TOO_MANY:
                self._extra = min(max(2 * self._extra, self._delay, _LEAST_EXTRA_S), _MOST_EXTRA_S)
            if fault.reason == TOO_MANY or fault.wait is not None:
                self._next = max(self._next, time.monotonic() + wait)

    def lost(self, fault: Fault) -> None:
        """Note a page that failed for good; the host may be given up for it."""
        if fault.reason not in OF_THE_HOST:
            return
        with self._changed:
            self._failed += 1
            if fault.wait is not None and fault.wait > MAX_WAIT_S:
                self._close(GIVEN_UP, f"it asked to be left alone for {fault.wait:,.0f} seconds")
            elif self._failed >= GIVE_UP:
                self._close(GIVEN_UP, f"{self._failed} pages in a row failed, the last one: {fault.reason}")

    def well(self) -> None:
        """Note an answer."""
        with self._changed:
            self._failed = 0
            self._extra *= _RECOVERY

    def stop(self) -> None:
        """Let nothing start any more; whoever waits is told so."""
        with self._changed:
            self._close(STOPPED, "the run is over")

    def _wait(self) -> float:
        if self._running >= self._at_once:
            return math.inf
        return max(0.0, self._next - time.monotonic())

    def _close(self, reason: str, detail: str) -> None:
        self._closed = self._closed or (reason, detail)
        self._changed.notify_all()

    def _check(self) -> None:
        if self._closed is not None:
            raise Fault(*self._closed)
