"""The current bundle, opened once for all who ask in this process, and swapped when another becomes current.

Whoever asks gets the engine that is open; nobody waits for the next one. A thread looks at the pointer every few
seconds, opens what is new beside what serves, and only then changes the one reference. A request that runs keeps the
engine that it was given: its files and threads go with the last reference to it.

Where bundles are published elsewhere, the same thread fetches what became current, while the copy that was opened last
serves. Only a copy that could be opened becomes the one that the next start begins with.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kadr.bundle import serving
from kadr.bundle.fetch import Mirror, mirror_of
from kadr.engine import Access, Engine
from kadr.errors import BundleError, BundleMissing, KadrError
from kadr.search.types import Filters, Sort
from kadr.settings import load_settings

__all__ = ["POLL_SECONDS", "Live", "Opened", "live"]

POLL_SECONDS = 10.0
"""Between two looks at the pointer: reading one small file costs nothing, and an operator who publishes looks soon."""

REFUSED_SECONDS = 60.0
"""Between two readings of a version that was refused, while another serves: its disk may have failed for a moment."""
FAULT_SECONDS = 1.0
"""Where the only bundle is refused it is read once in so long, and not for each visitor."""

UNSERVED_SECONDS = 5.0
"""Between two looks at a place elsewhere while nothing serves: a visitor waits, and the place may be back."""

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
        place: a bundle, or the folder of several of which one is current or pinned.
        opens: opens a bundle's folder.
        poll_seconds: between two looks at the pointer.
        mirror: where the bundles of the folder come from; None where they are published into it.
    """

    def __init__(
        self,
        place: Path,
        opens: Callable[[Path], Engine],
        poll_seconds: float = POLL_SECONDS,
        mirror: Mirror | None = None,
    ) -> None:
        self._place, self._opens, self._poll_seconds, self._mirror = place, opens, poll_seconds, mirror
        self._opened: Opened | None = None
        self._folder: Path | None = None
        self._fault: KadrError | None = None
        self._told = ""
        self._refused: Path | None = None
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._watcher: threading.Thread | None = None
        self._read_at = -FAULT_SECONDS

    @property
    def fault(self) -> KadrError | None:
        """Why what is current now could not be opened; None where it is open, or where nobody could be asked."""
        return self._fault

    def current(self) -> Opened:
        """Return what is open; the first caller opens it. Nobody waits for what must be fetched first.

        Raises:
            BundleMissing: there is no bundle, or it is being fetched, and none was open before.
            BundleError: what is there is refused, and nothing was open before.
        """
        opened = self._opened
        if opened is None:
            if self._fault is None or time.monotonic() - self._read_at > FAULT_SECONDS:
                self._begin()
            if self._mirror:
                self._watch()
            opened = self._opened
            if opened is None:
                raise self._fault.with_traceback(None) if self._fault else AssertionError("no bundle, and no reason")
        self._watch()
        return opened

    def look(self) -> bool:
        """Look at the pointer, open what became current, and put it in the place of the last one.

        What is damaged or missing leaves the last one serving. A version that was refused is read again once a minute
        while another serves: its files are as many as a good one's. What is elsewhere is fetched before anyone waits.

        Returns:
            Whether another bundle serves now.
        """
        try:
            newest = self._mirror.newest() if self._mirror else None
        except KadrError as error:
            with self._lock:
                self._note(error, None)
            return False
        with self._lock:
            return self._turned(lambda: newest or serving(self._place))

    def _begin(self) -> None:
        """Open what is here, without asking anybody elsewhere: the copy that serves, or the one before it."""
        if self._mirror is None:
            self.look()
            return
        with self._lock:
            if self._opened:
                return  # who had the lock before opened it
            for folder in self._mirror.copies():
                if self._turned(lambda folder=folder: folder):  # type: ignore[misc]  # mypy takes it for a parameter
                    return
            if self._fault is None:
                self._fault = BundleMissing(f"{self._mirror.where}: is being fetched; come again in a moment")

    def _turned(self, find: Callable[[], Path]) -> bool:
        """Open the folder that is found, and tell whether it serves in place of another; the lock is held."""
        folder = None
        try:
            folder = find()
            if folder == self._folder:
                self._fault, self._told, self._refused = None, "", None
                return False
            if folder == self._refused and self._opened and time.monotonic() - self._read_at < REFUSED_SECONDS:
                return False
            opened = Opened.of(self._opens(folder))
        except KadrError as error:
            self._note(error, folder)
            return False
        self._opened, self._folder, self._refused, self._fault, self._told = opened, folder, None, None, ""
        self._keep(folder)
        return True

    def _keep(self, folder: Path) -> None:
        """Let the next start begin with what serves now."""
        try:
            if self._mirror:
                self._mirror.opened(folder)
        except KadrError as error:
            _LOG.warning("what serves now could not be kept for the next start: %s", error)

    def _note(self, error: KadrError, folder: Path | None) -> None:
        """Keep why there is nothing new, and tell the operator once."""
        if str(error) != self._told and (self._opened or self._mirror):
            serves = "the last one serves on" if self._opened else "and none serves yet"
            _LOG.warning("the bundle that is current cannot be opened, %s: %s", serves, error)
        self._told, self._refused = str(error), folder
        # Who cannot be reached refused nothing: what serves may well be the newest.
        self._fault = error if self._opened is None or isinstance(error, BundleError) else self._fault
        if folder:
            self._read_at = time.monotonic()

    def close(self) -> None:
        """Look no more. Engines go with those who still hold them."""
        self._ended.set()
        with self._lock:
            self._opened = self._folder = None
        if self._mirror:
            self._mirror.close()

    def _watch(self) -> None:
        if self._watcher is None and self._lock.acquire(blocking=False):
            try:
                if self._watcher is None:
                    self._watcher = threading.Thread(target=self._keep_looking, name="kadr-live", daemon=True)
                    self._watcher.start()
            finally:
                self._lock.release()

    def _keep_looking(self) -> None:
        pause = 0.0 if self._mirror else self._poll_seconds  # what is here was looked at, what is elsewhere was not
        while not self._ended.wait(pause):
            try:
                self.look()
            except Exception:  # noqa: BLE001  # out of memory for once: what serves goes on, and the next look comes
                _LOG.exception("the current bundle could not be looked at; the last one serves on")
            pause = self._poll_seconds if self._opened else min(self._poll_seconds, UNSERVED_SECONDS)


@cache
def live(place: Path, inference_url: str = "") -> Live:
    """Return the one `Live` of a place in this process, for pages and API alike.

    Tokens come from the environment, and so does where the bundles of the place are published, and how often to look.
    """
    settings = load_settings(os.environ)
    elsewhere = settings.source if place == settings.bundle else ""
    return Live(
        place,
        lambda folder: Engine.open(folder, Access(os.environ, inference_url, warm=True)),
        settings.poll_seconds,
        mirror_of(elsewhere, place, os.environ) if elsewhere else None,
    )


def _year(engine: Engine, sort: Sort) -> int | None:
    hits = engine.search("", k=1, sort=sort, facets=False).hits
    return hits[0].film.year if hits else None
