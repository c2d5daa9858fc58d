"""A store at an address that fsspec opens: s3://, gs://, az://, sftp://, memory://, and file:// for a static site.

Such a store has no commits. The version's files go first and its manifest after them, then all are read again into a
fresh folder, verified and questioned; then the files at the root, and the pointer last. Whoever reads meanwhile reads
the version before, which stays. Nor has it locks: of two that publish at once the last one wins, who looks again what
stands there before and after it moves the pointer, and removes nothing once another has moved it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kadr.bundle import Manifest
from kadr.bundle.disk import replace_text
from kadr.bundle.manifest import MANIFEST, PROVENANCE
from kadr.collect.download import shown_url
from kadr.errors import BundleError, BundleMissing, ConfigError, KadrError, ServiceBusy, ServiceRefused
from kadr.progress import Reporter
from kadr.publish.card import card
from kadr.publish.parcel import (
    CURRENT,
    HISTORY,
    VERSIONS,
    Content,
    Parcel,
    arrived,
    beside,
    is_part,
    version_folder,
    version_in,
)
from kadr.publish.place import Planned, patiently
from kadr.publish.plan import Plan, Published, Standing, standing_of

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem  # type: ignore[import-untyped]  # it ships no types

__all__ = ["UrlPlace"]

MAX_MANIFEST_BYTES = 16 * 1024 * 1024
_HTTP = ("http://", "https://")


class UrlPlace:
    """One folder of a store.

    Args:
        url: its address, with the protocol that fsspec knows it by; credentials come from the environment, as the
            store's own library reads them.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self.where = shown_url(self._url)

    def look(self) -> Standing:
        """Return what stands in the folder."""
        with self._faults():
            self._store.invalidate_cache()
            versions = {version_in(path) for path in self._found(VERSIONS)} - {""}
            return standing_of(self._text(CURRENT), self._text(HISTORY), versions)

    def fetch(self, version: str, under: Path) -> Path:
        """Download a version; see `Place.fetch`.

        Raises:
            BundleMissing: it is not there.
            ServiceError: the store does not give it.
        """
        with self._faults():
            found = self._found(version_folder(version).rstrip("/"))
            paths = [path for path in found if is_part(path, version)]
            if not paths:
                raise BundleMissing(f"{self.where}: has no version {version[:40]!r}")
            for path in paths:
                target = under / path
                target.parent.mkdir(parents=True, exist_ok=True)
                self._store.get_file(self._at(path), str(target))
        return under / version_folder(version)

    def publish(self, parcel: Parcel, planned: Planned, reporter: Reporter) -> Published:
        """Bring a parcel there and move the pointer; see `Place.publish`.

        Raises:
            BundleDamaged: what arrived is not what was sent; the pointer stays.
            ServiceError: the store does not do what it was asked for.
        """
        before = patiently(self.look, reporter).current
        tried: list[Plan] = []
        patiently(lambda: self._once(parcel, planned, reporter, tried), reporter)
        return Published(
            version=parcel.version,
            where=self.where,
            changed=bool(tried),
            before=before,
            files=len(parcel.files()),
            size_bytes=parcel.size_bytes,
            removed=tried[-1].removed if tried else (),
        )

    def _once(self, parcel: Parcel, planned: Planned, reporter: Reporter, tried: list[Plan]) -> None:
        standing = self.look()
        there = self._holds(parcel)
        if standing.current == parcel.version and there and not planned(standing).removed:
            return
        if not there:
            self._upload(parcel, reporter)
        self._check(parcel, reporter, again=there)
        plan = planned(self.look())  # uploading took long, and another may have published
        tried.append(plan)
        with self._faults():
            for path, content in beside(parcel, plan, card(parcel.manifest, self.where, self.where)).items():
                self._put(path, content)
        if not self._holds(parcel):
            raise ServiceBusy(f"{self.where}: another who published removed what was sent", wait=0.0)
        self._remove(plan)

    def _remove(self, plan: Plan) -> None:
        """Remove what a plan says, while what it made current still is."""
        for version in plan.removed:
            if self.look().current != plan.version:
                return
            with self._faults():
                self._store.rm(self._at(version_folder(version).rstrip("/")), recursive=True)

    def _check(self, parcel: Parcel, reporter: Reporter, *, again: bool) -> None:
        """Read the version again; where it was there before, and is not what it seemed to be, it is written anew."""
        try:
            with reporter.step("check what arrived"):
                arrived(parcel, lambda under: self.fetch(parcel.version, under))
        except BundleError:
            if not again:
                raise
            self._upload(parcel, reporter)
            self._check(parcel, reporter, again=False)

    def _upload(self, parcel: Parcel, reporter: Reporter) -> None:
        """Write a version's files, the manifest last, and remove what else lies in its folder."""
        folder, files, sent = version_folder(parcel.version), parcel.files(), 0
        with reporter.step("upload", len(files)) as advance, self._faults():
            old = self._found(folder.rstrip("/"))
            for path in sorted(old, key=lambda path: path != folder + MANIFEST):  # the manifest goes first
                if path == folder + MANIFEST or path.removeprefix(folder) not in files:
                    self._store.rm_file(self._at(path))
            for done, (path, content) in enumerate(files.items(), start=1):
                self._put(folder + path, content)
                sent += len(content) if isinstance(content, bytes) else content.stat().st_size
                advance(done, len(files), f"{sent / 1e6:,.1f} MB")

    def _holds(self, parcel: Parcel) -> bool:
        """Tell whether a version is there by its manifest, names and sizes; its content is read when it arrives."""
        folder = version_folder(parcel.version)
        with self._faults():
            sizes = self._found(folder.rstrip("/"))
            written = self._text(folder + MANIFEST, MAX_MANIFEST_BYTES)
        try:
            manifest = Manifest.from_json(written)
        except BundleError:
            return False
        expected = {folder + path: entry.size for path, entry in manifest.files.items()}
        aside = {folder + MANIFEST, folder + PROVENANCE}
        return manifest.version == parcel.version and expected == {p: s for p, s in sizes.items() if p not in aside}

    @cached_property
    def _opened(self) -> "tuple[AbstractFileSystem, str]":
        from fsspec.core import url_to_fs  # type: ignore[import-untyped]  # it ships no types

        if self._url.startswith(_HTTP):
            raise ConfigError(f"{self.where}: cannot be written over http; name the store behind it, as s3://bucket")
        with self._faults():
            store, root = url_to_fs(self._url)
            return store, str(root).rstrip("/")

    @property
    def _store(self) -> Any:
        return self._opened[0]

    def _at(self, path: str) -> str:
        return f"{self._opened[1]}/{path}"

    def _found(self, folder: str) -> dict[str, int]:
        """Return the files under a folder of the place with their sizes, by their paths from its root."""
        try:
            found = self._store.find(self._at(folder), detail=True)
        except FileNotFoundError:
            return {}
        start = len(self._at(""))
        return {str(path)[start:]: int(about["size"]) for path, about in found.items()}

    def _text(self, path: str, limit: int = 64 * 1024) -> str:
        try:
            data: bytes = self._store.cat_file(self._at(path), start=0, end=limit)
        except FileNotFoundError:
            return ""
        return data.decode(errors="replace")

    def _put(self, path: str, content: Content) -> None:
        from fsspec.implementations.local import LocalFileSystem  # type: ignore[import-untyped]  # the same

        at = self._at(path)
        self._store.makedirs(at.rpartition("/")[0], exist_ok=True)
        if isinstance(content, Path):
            self._store.put_file(str(content), at)
        elif isinstance(self._store, LocalFileSystem):
            replace_text(Path(at), content.decode())  # a store replaces a file in one step, a disk only when asked to
        else:
            self._store.pipe_file(at, content)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Turn what a store's own library raises into an error of ours; its text may hold a signed address."""
        try:
            yield
        except KadrError:
            raise
        except ImportError as error:
            lacks = error.name or "a package"
            raise ConfigError(f"{self.where}: opening it needs {lacks} (pip install s3fs, gcsfs, adlfs...)") from None
        except PermissionError:
            raise ServiceRefused(f"{self.where}: may not be written or read; check the store's credentials") from None
        except ValueError as error:
            raise ConfigError(f"{self.where}: cannot be opened ({type(error).__name__}); check publish.url") from None
        except Exception as error:  # noqa: BLE001  # each store has errors of its own
            number = error.errno if isinstance(error, OSError) else None
            why = os.strerror(number) if isinstance(number, int) else type(error).__name__
            raise ServiceBusy(f"{self.where}: the store did not do it ({why}); run it again later") from None
