"""The current bundle, opened once for all who ask in this process, and swapped when another becomes current.

Whoever asks gets the engine that is open; nobody waits for the next one. A thread looks at the pointer every few
seconds, opens what is new beside what serves, and only then changes the one reference. A request that runs keeps the
engine that it was given: its files and threads go with the last reference to it.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kadr.bundle import resolve
from kadr.engine import Access, Engine
from kadr.errors import KadrError
from kadr.search.types import Filters, Sort

__all__ = ["POLL_SECONDS", "Live", "Opened", "live"]

POLL_SECONDS = 10.0
"""Between two looks at the pointer: reading one small file costs nothing, and an operator who publishes looks soon."""

REFUSED_SECONDS = 60.0
"""Between two readings of a version that was refused, while another serves: its disk may have failed for a moment."""
FAULT_SECONDS = 1.0
"""Where the only bundle is refused it is read once in so long, and not for each visitor."""

_LOG = logging.getLogger("kadr.live")


@dataclass(frozen=True, slots=True)
class Opened:
    """An engine, and what its catalogue knows.

    `rated`, `posters`: whether any film has a rating, an image. `years`: the first and the last one, None where no film
    knows its year. `since`: when it was opened, seconds since the epoch.
    """

    engine: Engine
    rated: bool
    posters: bool
    years: tuple[int | None, int | None]
    since: float

    @classmethod
    def of(cls, engine: Engine) -> "Opened":
        """Return an engine with what its catalogue knows."""
        return cls(
            engine=engine,
            rated=engine.found("", filters=Filters(rating_min=0.0)).size > 0,
            posters=engine.found("", filters=Filters(has_poster=True)).size > 0,
            years=(_year(engine, Sort.OLDEST), _year(engine, Sort.NEWEST)),
            since=time.time(),
        )


class Live:
    """The current bundle of a place. Every method may be called from many threads at once.

    Args:
        place: a bundle, or the folder of several of which one is current.
        opens: opens a bundle's folder.
        poll_seconds: between two looks at the pointer.
    """

    def __init__(self, place: Path, opens: Callable[[Path], Engine], poll_seconds: float = POLL_SECONDS) -> None:
        self._place = place
        self._opens = opens
        self._poll_seconds = poll_seconds
        self._opened: Opened | None = None
        self._folder: Path | None = None
        self._fault: KadrError | None = None
        self._refused: Path | None = None
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._watcher: threading.Thread | None = None
        self._read_at = -FAULT_SECONDS

    @property
    def fault(self) -> KadrError | None:
        """Why what is current now could not be opened; None where it is open."""
        return self._fault

    def current(self) -> Opened:
        """Return what is open; the first caller opens it.

        Raises:
            BundleMissing: there is no bundle, and none was open before.
            BundleError: what is there is refused, and nothing was open before.
        """
        opened = self._opened
        if opened is None:
            if self._fault is None or time.monotonic() - self._read_at > FAULT_SECONDS:
                self.look()
            opened = self._opened
            if opened is None:
                raise self._fault or AssertionError("nothing open and no reason")
        self._watch()
        return opened

    def look(self) -> bool:
        """Look at the pointer, open what became current, and put it in the place of the last one.

        What is damaged or missing leaves the last one serving. A version that was refused is read again once a minute
        while another serves: its files are as many as a good one's.

        Returns:
            Whether another bundle serves now.
        """
        with self._lock:
            folder = None
            try:
                folder = resolve(self._place)
                if folder == self._folder:
                    self._fault = self._refused = None
                    return False
                if folder == self._refused and self._opened and time.monotonic() - self._read_at < REFUSED_SECONDS:
                    return False
                opened = Opened.of(self._opens(folder))
            except KadrError as error:
                if self._opened is not None and str(error) != str(self._fault):
                    _LOG.warning("the bundle that is current cannot be opened, the last one serves on: %s", error)
                self._fault, self._refused = error, folder
                if folder:
                    self._read_at = time.monotonic()
                return False
            self._opened, self._folder, self._fault = opened, folder, None
            return True

    def close(self) -> None:
        """Look no more. Engines go with those who still hold them."""
        self._ended.set()
        with self._lock:
            self._opened = self._folder = None

    def _watch(self) -> None:
        if self._watcher is None and self._lock.acquire(blocking=False):
            try:
                if self._watcher is None:
                    self._watcher = threading.Thread(target=self._keep_looking, name="kadr-live", daemon=True)
                    self._watcher.start()
            finally:
                self._lock.release()

    def _keep_looking(self) -> None:
        while not self._ended.wait(self._poll_seconds):
            try:
                self.look()
            except Exception:  # noqa: BLE001  # out of memory for once: what serves goes on, and the next look comes
                _LOG.exception("the current bundle could not be looked at; the last one serves on")


@cache
def live(place: Path, inference_url: str = "") -> Live:
    """Return the one `Live` of a place in this process, for pages and API alike; tokens come from the environment."""
    return Live(place, lambda folder: Engine.open(folder, Access(os.environ, inference_url, warm=True)))


def _year(engine: Engine, sort: Sort) -> int | None:
    hits = engine.search("", k=1, sort=sort, facets=False).hits
    return hits[0].film.year if hits else None
