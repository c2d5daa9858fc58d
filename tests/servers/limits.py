"""How much a service takes at once and in a second, and what it says to those who ask for more."""

import math
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

__all__ = ["Gate", "Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What is served, and how fast; 0 means without end.

    A call takes `latency_ms` and `ms_per_text` for each of its texts, which are served one after another.
    `concurrency`: calls in flight; one more is answered 429 at once. `rate`: calls a second, counted over windows of
    `window_s`; one more within a window is answered 429.
    """

    latency_ms: float = 0.0
    ms_per_text: float = 0.0
    concurrency: int = 0
    rate: float = 0.0
    window_s: float = 1.0

    def seconds_for(self, texts: int) -> float:
        """Return how long a call of so many texts takes."""
        return (self.latency_ms + texts * self.ms_per_text) / 1000


class Gate:
    """Counts the calls in flight and those of the present window."""

    def __init__(self, limits: Limits) -> None:
        self.peak = 0
        self._limits = limits
        self._lock = threading.Lock()
        self._in_flight = 0
        self._window = -1
        self._in_window = 0
        self._started = time.monotonic()

    @contextmanager
    def call(self) -> Iterator[bool]:
        """Count a call while it is served; yield whether there are too many in flight, this one included."""
        with self._lock:
            self._in_flight += 1
            self.peak = max(self.peak, self._in_flight)
            crowded = 0 < self._limits.concurrency < self._in_flight
        try:
            yield crowded
        finally:
            with self._lock:
                self._in_flight -= 1

    def over_rate(self) -> Mapping[str, str]:
        """Count a call into its window; return the headers that refuse it, or nothing where it may pass."""
        if not self._limits.rate:
            return {}
        size = self._limits.window_s
        quota = max(1, int(self._limits.rate * size))
        with self._lock:
            passed = time.monotonic() - self._started
            if (window := int(passed / size)) != self._window:
                self._window, self._in_window = window, 0
            self._in_window += 1
            if self._in_window <= quota:
                return {}
        left = math.ceil((window + 1) * size - passed)
        return {
            "Retry-After": str(left),
            "RateLimit": f'"api";r=0;t={left}',
            "RateLimit-Policy": f'"fixed window";"api";q={quota};w={math.ceil(size)}',
        }
