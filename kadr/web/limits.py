"""How much one client may ask: a bucket of tokens each, filled at a steady rate."""

import time
from collections import OrderedDict
from collections.abc import Callable

__all__ = ["Buckets"]

MOST_CLIENTS = 10_000
"""Buckets that are kept; beyond it those that rested longest are forgotten, and they are the fullest ones."""
BURST_SECONDS = 10.0
"""A bucket holds what flows into it in so long: a page that asks for each letter typed does not hit its bottom."""
LEAST_BURST = 5.0


class Buckets:
    """A bucket for each client; for one thread, which is that of the event loop.

    Args:
        per_minute: tokens that flow into a bucket; 0 for no limit.
        clock: seconds that never go back.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_minute / 60
        self._size = max(LEAST_BURST, self._rate * BURST_SECONDS)
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """Return how many clients are remembered."""
        return len(self._left)

    def take(self, client: str) -> float:
        """Take a token from a client's bucket.

        Returns:
            0 where there was one; else the seconds until there will be.
        """
        if not self._rate:
            return 0.0
        now = self._clock()
        left, since = self._left.pop(client, (self._size, now))
        left = min(self._size, left + (now - since) * self._rate)
        wait = 0.0 if left >= 1 else (1 - left) / self._rate
        self._left[client] = (left if wait else left - 1, now)
        if len(self._left) > MOST_CLIENTS:
            self._left.popitem(last=False)
        return wait
