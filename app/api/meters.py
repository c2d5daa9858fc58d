"""What an operator watches, as Prometheus reads it. Each API has a registry of its own."""

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from kadr.live import Opened
from kadr.search.types import SearchResult

__all__ = ["Meters"]

SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 3.0, 10.0)
"""From a query by words to the longest that one may wait for; 0.3 is what an answer may take by default."""
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
"""Those that are counted by name: a client may send any word for one."""


class Meters:
    """The counters of one API. Every method may be called from many threads at once."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "kadr_api_requests", "Requests answered.", ["route", "method", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "kadr_api_request_seconds", "What answers took.", ["route"], buckets=SECONDS, registry=self._registry
        )
        self._stages = Histogram(
            "kadr_search_stage_seconds", "What searches took.", ["stage"], buckets=SECONDS, registry=self._registry
        )
        self._encoders = Counter(
            "kadr_search_encoder", "Who turned queries into vectors.", ["encoder"], registry=self._registry
        )
        self._degraded = Counter(
            "kadr_search_degraded",
            "Searches that a better encoder did not answer.",
            ["reason"],
            registry=self._registry,
        )
        self._kept = Counter(
            "kadr_api_cache",
            "Answers that a client had (hit), or that were made (miss).",
            ["outcome"],
            registry=self._registry,
        )
        self._bundle = Gauge("kadr_bundle_info", "The bundle that serves.", ["version"], registry=self._registry)
        self._opened = Gauge("kadr_bundle_open_seconds", "Since the bundle was opened.", registry=self._registry)
        self._age = Gauge("kadr_bundle_age_seconds", "Since the bundle was built.", registry=self._registry)

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._requests.labels(route, method if method in METHODS else "other", str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def searched(self, result: SearchResult) -> None:
        """Count a search: its stages, and who encoded it."""
        for stage, milliseconds in result.took_ms.items():
            self._stages.labels(stage).observe(milliseconds / 1000)
        self._encoders.labels(result.encoder or "none").inc()
        if result.degraded:
            self._degraded.labels(result.degraded).inc()

    def kept(self, *, hit: bool) -> None:
        """Count an answer that may be kept: whether the client had it still."""
        self._kept.labels("hit" if hit else "miss").inc()

    def text(self, opened: Opened | None, created: float | None) -> bytes:
        """Return all figures in the text format.

        Args:
            opened: the bundle that serves, None for none.
            created: when it was built, seconds since the epoch; None where it does not tell.
        """
        self._bundle.clear()
        now = time.time()
        if opened is not None:
            self._bundle.labels(opened.engine.manifest.version).set(1)
        self._opened.set(now - opened.since if opened else float("nan"))
        self._age.set(now - created if created else float("nan"))
        return generate_latest(self._registry)
