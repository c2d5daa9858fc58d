"""The pace of calls: finds a service's limit from its refusals, and stays under it. Pure: the caller brings the time.

The constants were chosen by simulating limits by the second, by five minutes, of token buckets and of calls in flight,
four workers, calls of .15 and .79 s. With calls of .79 s every one of 27 limits is used to .8 and more.
"""

import math

__all__ = ["Pace"]

LOWERED = 0.9
"""What is kept of a rate that went well for a while before a call was refused."""
LOWERED_FAR = 0.7
"""What is kept of a rate that never went well."""
FEW_CALLS = 10
"""Fewer calls than this do not show that a rate went well."""
LEAST_PASSED = 5
"""Calls that the first refusal is taken to come after: one of the very first calls says little of the rate."""
DOUBLING_CALLS, DOUBLING_SECONDS = 60, 20.0
"""Calls and seconds after which the rate has doubled where none was refused. The growth is quadratic: it stays near a
limit for some 25 calls and 8 seconds, and leaves behind quickly what was no limit."""
SLOWEST = 0.2
"""Calls a second: a limit below that says how long to wait. A service that refuses at random must not bring the job to
a standstill."""
SHORTEST_SPAN = 1.0
"""Seconds over which calls are counted at least: limits are stated by the second or longer."""


class Pace:
    """When the next call may start. Not safe for threads: its holder locks.

    Without refusals it delays nothing. A refusal (429) lowers the rate, calls a second, at once, and each call that
    passes raises it a little (AIMD with a growth that quickens). Where more was let pass since the last refusal, over
    the time until the next call may pass, the rate is lowered to that only. Calls then start evenly, so that a limit of
    calls in flight is kept, too.
    """

    def __init__(self) -> None:
        self._base = math.inf
        self._passed = 0
        self._since = math.inf  # when the calls began that `_passed` counts
        self._next = self._held = -math.inf

    def rate(self, now: float) -> float:
        """Return the calls a second that may start now; infinite as long as nothing was refused."""
        grown = min(self._passed / DOUBLING_CALLS, (now - self._since) / DOUBLING_SECONDS)
        return self._base * (1 + max(grown, 0.0) ** 2)

    def delay(self, now: float) -> float:
        """Return the seconds until a call may start, 0 for at once."""
        return max(0.0, self._next - now, self._held - now)

    def started(self, now: float) -> None:
        """Note that a call starts."""
        self._since = min(self._since, now)
        self._passed += 1
        self._next = max(self._next, now) + 1 / self.rate(now)

    def limited(self, started: float, now: float, wait: float | None) -> None:
        """Note that a call was refused because there were too many.

        Args:
            started: when it started. Calls that were on their way when the rate was lowered last say nothing new.
            now: the time.
            wait: seconds that the service asked for, all calls hold; None where it did not say.
        """
        self.hold(now + (wait or 0.0))
        if started < self._since:
            return
        self._passed -= 1
        self._base = self._lowered(now, wait or 0.0)
        self._passed = 0
        self._since = max(now, self._held)
        self._next = self._since if wait else now + 1 / self._base

    def hold(self, until: float) -> None:
        """Let no call start before that time."""
        self._held = max(self._held, until)

    def _lowered(self, now: float, wait: float) -> float:
        elapsed = now - self._since
        passed = max(self._passed, 1)
        allowed = passed / max(elapsed + wait, SHORTEST_SPAN)
        if math.isinf(self._base):
            kept = LOWERED_FAR * max(passed, LEAST_PASSED) / max(elapsed, SHORTEST_SPAN)
        else:
            kept = self.rate(now) * (LOWERED if self._passed >= FEW_CALLS else LOWERED_FAR)
        return max(LOWERED * allowed, kept, SLOWEST)
