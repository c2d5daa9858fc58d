"""Bundles from elsewhere: a published place is looked at, and what became current there is copied into a folder.

That folder is a folder of bundles like any other: its pointer names the copy that was opened last, so that a start
without a network finds it, and `pinned` holds one fast. What cannot be opened never becomes current in it.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kadr.bundle.fetch_files import download
from kadr.bundle.fetch_place import Head, Place
from kadr.bundle.manifest import is_version
from kadr.bundle.pointer import CURRENT, drop, pin, pinned, standing, switch
from kadr.bundle.write import is_whole
from kadr.errors import BundleDamaged, BundleForeign, BundleMissing, KadrError, ServiceBusy, ServiceError
from kadr.settings import HUB_ADDRESS, checked_source

__all__ = ["REFUSED_S", "Head", "Mirror", "Place", "mirror_of", "place_of"]

REFUSED_S = 600.0
"""What was refused is fetched once more after so long, though the pointer did not move: a transfer may have failed. The
published place pays for it, so it is not each look's."""
HUB = "https://huggingface.co"


@dataclass(frozen=True, slots=True)
class _Held:
    """What a look ended with. It holds until `until`, of `time.monotonic()`: for one state of the place, or for all."""

    error: KadrError
    until: float
    head: Head | None = None

    def check(self, head: Head | None) -> None:
        """Raise it once more where it still holds."""
        if self.head == head and time.monotonic() < self.until:
            raise self.error.with_traceback(None)  # or its traceback would grow with each look


class Mirror:
    """The copies of a published place in a folder. Every method may be called from many threads at once.

    Args:
        place: where bundles are published.
        root: the folder of copies; made when something is fetched.
    """

    def __init__(self, place: Place, root: Path) -> None:
        self._place, self._root = place, root
        self._lock = threading.Lock()
        self._head: Head | None = None
        self._here = ""  # the version that was verified here last
        self._held: _Held | None = None

    @property
    def where(self) -> str:
        """The name of the place, as messages have it."""
        return self._place.where

    def copies(self) -> list[Path]:
        """Return what may serve without asking anybody, best first: the pinned version alone where one is, else the
        current one and the one before.

        Raises:
            BundleDamaged: the pin does not hold a version's name.
        """
        version, there = pinned(self._root), standing(self._root)
        return [self._root / name for name in there if not version or name == version]

    def newest(self) -> Path:
        """Return the folder of what is to serve now, fetched and verified where it was not here yet.

        One request tells whether another became current. Where a version is pinned and here, nobody is asked.

        Raises:
            BundleError: there is none, what is there is refused, or the disk refuses.
            ServiceError: the place does not answer, or not now.
        """
        with self._lock:
            version = pinned(self._root)
            if version and self._has(version):
                return self._root / version
            return self._copied(version)

    def once(self) -> Path:
        """Return the newest copy for a program that asks once, and keep it; where the place is away, the last one.

        Raises:
            BundleError: there is none, or it is refused.
            ServiceError: the place does not answer, and there is no copy.
        """
        try:
            folder = self.newest()
        except ServiceError:
            if found := self.copies():
                return found[0]
            raise
        self.opened(folder)
        return folder

    def hold(self, version: str) -> None:
        """Fetch a version where it is not here whole, and pin it. Raises as `newest` does."""
        if not is_version(version):
            raise BundleMissing(f"{self.where}: has no version {version[:40]!r}: a name has 16 digits, 0-9 and a-f")
        with self._lock:
            if not self._has(version):
                self._copied(version)
            pin(self._root, version)

    def opened(self, folder: Path) -> None:
        """Note that a copy serves: it becomes the current one here, and those that are not needed go.

        Raises:
            BundleError: the disk refuses.
        """
        if folder.parent == self._root and self._now() != folder.name:
            switch(self._root, folder.name)
            drop(self._root)

    def close(self) -> None:
        """Let go of connections; a transfer that another thread waits for ends at its next byte."""
        self._place.close()

    def _now(self) -> str:
        file = self._root / CURRENT
        return file.read_text(encoding="utf-8", errors="replace").strip() if file.is_file() else ""

    def _has(self, version: str) -> bool:
        """Tell whether a version is here whole; it is read once."""
        folder = self._root / version
        if self._here != version and is_whole(folder):
            self._here = version
        return self._here == version and folder.is_dir()

    def _copied(self, version: str) -> Path:
        """Return the copy of a version, or of the one that is current at the place, fetched where it must be."""
        if self._held:
            self._held.check(None)
        try:
            self._head = self._place.head(self._head)
            head = replace(self._head, version=version) if version else self._head
            if not self._has(head.version):
                self._fetch(head)
        except ServiceBusy as busy:
            if busy.wait:
                self._held = _Held(busy, time.monotonic() + busy.wait)
            raise
        return self._root / head.version

    def _fetch(self, head: Head) -> None:
        if self._held:
            self._held.check(head)
        try:
            download(self._place, head, self._root)
        except (BundleDamaged, BundleForeign, BundleMissing) as error:
            self._held = _Held(error, time.monotonic() + REFUSED_S, head)
            self._head = None  # what is published again in its place has the same pointer, and another commit
            raise
        self._here, self._held = head.version, None


def mirror_of(source: str, root: Path, environ: Mapping[str, str]) -> Mirror:
    """Return the copies of the place that an address names.

    Args:
        source: as KADR_BUNDLE has it.
        root: the folder of copies.
        environ: the environment, for HF_TOKEN and HF_ENDPOINT.

    Raises:
        ConfigError: the address has a wrong form.
    """
    return Mirror(place_of(source, environ), root)


def place_of(source: str, environ: Mapping[str, str]) -> Place:
    """Return the place that an address names; nothing is asked yet. Raises as `mirror_of` does."""
    source = checked_source(source)
    known = HUB_ADDRESS.fullmatch(source)
    if known or source.startswith(("https:", "http:")):
        from kadr.bundle.fetch_web import hub_place, web_place

        if not known:
            return web_place(source)
        endpoint = environ.get("HF_ENDPOINT", "").strip().rstrip("/") or HUB
        return hub_place(known["repo"], known["revision"] or "main", endpoint, environ.get("HF_TOKEN", "").strip())
    from kadr.bundle.fetch_store import StorePlace

    return StorePlace(source)
