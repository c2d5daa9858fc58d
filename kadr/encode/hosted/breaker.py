"""The circuit breaker: when to stop asking a service, and when to try again. A state machine without clock or thread.

Closed, everything is sent. It opens after a few failures or missed budgets in a row, or after one fault that lasts or
says how long the service is to be left alone.
Open, nothing is sent and nobody waits, but for one probe when the cool-down is over; an answer closes it again.
An answer that comes too late for its visitor closes it as well, since a model that was loading is awake by then.
But where the next visitor is missed again, the service is slow rather than waking: from then on only an answer in time
closes it, and late ones merely make the next probe due, so that nobody waits in vain.
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from kadr.encode.hosted.lack import AT_ONCE, LASTING, Lack

__all__ = ["Admission", "Breaker", "BreakerOptions"]

MOST_DOUBLINGS = 10
"""Past this every cool-down has reached its limit."""


@dataclass(frozen=True, slots=True)
class BreakerOptions:
    """When it opens, and for how long; all times in seconds.

    `failures`, `misses`: how many in a row open it. `quick`: a wait shorter than this proves nothing, since a healthy
    call takes .17; an answer within it is in time whatever the budget. `brief`, `lasting`: the first cool-down and the
    longest one, for what passes and for what only a person mends. `probe_life`: how long a probe may take.
    """

    failures: int = 3
    misses: int = 5
    quick: float = 0.25
    brief: tuple[float, float] = (5.0, 60.0)
    lasting: tuple[float, float] = (60.0, 600.0)
    probe_life: float = 60.0


class Admission(Enum):
    """What may be done with a query."""

    SEND = auto()
    """Send it; the visitor may wait."""
    PROBE = auto()
    """Send it; the visitor does not wait."""
    HOLD = auto()
    """Do not send it."""


class Breaker:
    """Whether a service is asked. Not safe for threads: its holder locks. `now` is any clock that never goes back."""

    def __init__(self, options: BreakerOptions, *, jitter: Callable[[], float] = random.random) -> None:
        """`jitter` gives numbers in [0, 1): cool-downs are spread by a quarter, lest all programs probe at once."""
        self._options, self._jitter = options, jitter
        self._lack: Lack | None = None
        self._failures = self._misses = self._level = 0
        self._slow = False  # a late answer has closed it, and none in time came since
        self._retry_at = self._left_alone_until = self._in_time_at = -math.inf

    @property
    def lack(self) -> Lack | None:
        """Why nothing is sent; None while closed."""
        return self._lack

    @property
    def doubtful(self) -> bool:
        """Whether the last call failed: until one is answered, fewer at a time are enough to learn more."""
        return self._failures > 0

    def retry_in(self, now: float) -> float:
        """Return the seconds until the next probe is due, 0 where it is or nothing is held back."""
        return 0.0 if self._lack is None else max(0.0, self._retry_at - now)

    def admit(self, now: float) -> Admission:
        """Decide on one query. After PROBE the next probe is due when this one can no longer be answered."""
        if self._lack is None:
            return Admission.SEND
        if now < self._retry_at:
            return Admission.HOLD
        self._retry_at = now + self._options.probe_life
        return Admission.PROBE

    def succeeded(self, now: float, *, in_time: bool) -> None:
        """Count a call that was answered. `in_time`: within the budget of one who asked, waiting or not."""
        if in_time:
            self._lack = None
            self._failures = self._misses = self._level = 0
            self._slow = False
            self._in_time_at = now
        elif self._lack is None:
            self._failures = 0
        elif self._slow:
            self._retry_at = now
        else:
            self._lack = None
            self._slow = True
            self._failures, self._misses = 0, self._options.misses - 1

    def failed(self, lack: Lack, now: float, *, wait: float | None = None) -> bool:
        """Count a call that failed: while open, the probe. Return whether this opened the breaker.

        Args:
            lack: what the fault means; some open it at once.
            now: the time.
            wait: seconds that the service asked to be left alone, which opens it at once; no cool-down is shorter.
        """
        closed = self._lack is None
        self._failures += 1
        self._left_alone_until = max(self._left_alone_until, now + min(wait or 0.0, self._options.lasting[1]))
        if closed and not wait and lack not in AT_ONCE and self._failures < self._options.failures:
            return False
        self._rest(lack, now)
        return closed

    def missed(self, asked: float, now: float, *, budget: float) -> bool:
        """Count a visitor who waited for the whole budget. Return whether this opened the breaker.

        Not counted where another's answer came in time since this one asked: the service lives, it has much to do.
        """
        if self._lack is not None or budget < self._options.quick or self._in_time_at >= asked:
            return False
        self._misses += 1
        if self._misses < self._options.misses:
            return False
        self._rest(Lack.SLOW, now)
        return True

    def _rest(self, lack: Lack, now: float) -> None:
        """Open, or stay open for longer than before."""
        if self._lack is not None and (lack in LASTING) != (self._lack in LASTING):
            self._level = 0
        self._lack = lack
        self._retry_at = max(now + self._cool_down(lack, self._level), self._left_alone_until)
        self._level = min(self._level + 1, MOST_DOUBLINGS)

    def _cool_down(self, lack: Lack, level: int) -> float:
        """Return a cool-down, doubled `level` times, spread from three quarters of it to five."""
        first, most = self._options.lasting if lack in LASTING else self._options.brief
        return min(first * 2.0**level, most) * (0.75 + 0.5 * self._jitter())
