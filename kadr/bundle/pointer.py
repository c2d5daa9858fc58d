"""Which version is current. The root holds version folders, `current` with one version's name, and `history`.

`history` lists the switches, oldest first, so that a rollback finds what was published before. It is written after the
pointer: an interruption between the two loses no version, because the pointer is always read first.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kadr.bundle.disk import STALE_SECONDS, discard, locked, replace_text, text_of, writing
from kadr.bundle.manifest import MANIFEST, MEND, PROVENANCE, is_version
from kadr.bundle.verify import read_manifest, verify
from kadr.errors import BundleDamaged, BundleError, BundleMissing, ConfigError

__all__ = ["VersionInfo", "current", "prune", "resolve", "rollback", "switch", "versions"]

CURRENT = "current"
HISTORY = "history"
HISTORY_LENGTH = 50
"""A year of weekly builds; older versions are long pruned."""
MAX_PROVENANCE_BYTES = 1024 * 1024
"""Timings and a run's address take a few kilobytes."""
MAX_LIST_BYTES = 64 * 1024
"""The history takes 850 bytes and the pointer 17."""
LIST = "`kadr versions` lists what is there"


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """One version of a root.

    `created` is an ISO 8601 time in UTC, empty when its provenance does not tell. `size_bytes` is the sum of the listed
    files. `flaw` says what is wrong with the manifest, and then `films` and `size_bytes` are 0; it is empty when the
    manifest is sound. The files are not looked at: `verify` does that.
    """

    version: str
    created: str
    films: int
    size_bytes: int
    is_current: bool
    flaw: str = ""


def current(root: Path) -> Path:
    """Return the folder of the current version, always one directly inside the root. It is not verified here.

    Raises:
        BundleMissing: nothing was published, or the version that the pointer names is not there.
        BundleDamaged: the pointer does not hold a version's name.
    """
    return _folder(root, _pointed(root))


def resolve(path: Path) -> Path:
    """Return the bundle that a path means: the folder itself when it is one, else the current version of that root.

    Raises:
        BundleMissing: neither is there.
        BundleDamaged: the root's pointer does not hold a version's name.
    """
    is_bundle = os.path.lexists(path / MANIFEST) or (is_version(path.name) and path.is_dir())
    return path if is_bundle else current(path)


def switch(root: Path, version: str) -> None:
    """Make a version current, after verifying it.

    Raises:
        BundleMissing: it is not in the root; the pointer stays.
        BundleDamaged, BundleForeign: it is refused; the pointer stays.
        BundleError: the disk refuses.
    """
    with _changing(root):
        trail = _trail(root)
        _move(root, version, trail if trail[-1:] == [version] else [*trail, version])


def rollback(root: Path, to: str | None = None) -> str:
    """Make an earlier version current, after verifying it, and return its name.

    Without `to` it is the one that was current before the present one; a second rollback goes one further back.
    When the pointer itself cannot be read, it is the one that was published last.

    Raises:
        BundleMissing: there is no earlier version, or none of that name; the pointer stays.
        BundleDamaged, BundleForeign: that version is refused; the pointer stays.
        BundleError: the disk refuses.
    """
    with _changing(root):
        trail = _trail(root)
        target = _previous(root, trail) if to is None else to
        if not target:
            raise BundleMissing(f"{root}: no version was published before the current one; {LIST}")
        _move(root, target, _cut(trail, target) or [*trail, target])
    return target


def versions(root: Path) -> list[VersionInfo]:
    """Return the versions of a root, newest first; those of unknown age come last.

    Raises:
        BundleMissing: there is no such root.
    """
    if not root.is_dir():
        raise BundleMissing(f"{root}: there is no such folder; run `make build`")
    now = _now(root)
    names = (entry.name for entry in root.iterdir() if is_version(entry.name) and _is_folder(entry))
    return sorted((_info(root / name, now) for name in names), key=lambda v: (v.created, v.version), reverse=True)


def prune(root: Path, keep: int = 3) -> list[str]:
    """Remove all but the `keep` newest versions, the current one and the one before it.

    Only what is known to be older than the current version goes; what was never current must be a day older, because
    another builder may have committed it and be about to switch. Returns the removed versions, newest first.

    Raises:
        ConfigError: `keep` is negative.
        BundleMissing, BundleDamaged: the current version is not known; nothing is removed.
        BundleError: the disk refuses.
    """
    if keep < 0:
        raise ConfigError("keep: must be 0 or more")
    with _changing(root):
        here, trail = current(root), _trail(root)
        kept, created = {here.name, _previous(root, trail)}, _created(here)
        old = [v.version for v in versions(root)[keep:] if _is_past(v.created, created, was_current=v.version in trail)]
        removed = [version for version in old if version not in kept]
        for version in removed:
            discard(root / version)
    return removed


@contextmanager
def _changing(root: Path) -> Iterator[None]:
    if not root.is_dir():
        raise BundleMissing(f"{root}: there is no such folder; run `make build`")
    with writing(root), locked(root):
        yield


def _move(root: Path, version: str, trail: Sequence[str]) -> None:
    verify(_folder(root, version))
    replace_text(root / CURRENT, f"{version}\n")
    replace_text(root / HISTORY, "".join(f"{name}\n" for name in trail[-HISTORY_LENGTH:]))


def _folder(root: Path, version: str) -> Path:
    if not is_version(version) or not _is_folder(root / version):
        raise BundleMissing(f"{root}: has no version {version[:40]!r}; {LIST}, `make build` makes one")
    return root / version


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _pointed(root: Path) -> str:
    """Return the version that the pointer names; the version itself may be gone."""
    try:
        version = text_of(root / CURRENT, MAX_LIST_BYTES).removesuffix("\n")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BundleMissing(f"{root}: no bundle was published here; run `make build`") from error
    except (OSError, ValueError) as error:
        raise BundleDamaged(f"{root / CURRENT}: cannot be read ({type(error).__name__}); {MEND}") from error
    if not is_version(version):
        raise BundleDamaged(f"{root / CURRENT}: does not hold the name of a version; {MEND}")
    return version


def _now(root: Path) -> str:
    """Return the version that the pointer names, or "" when it names none."""
    try:
        return _pointed(root)
    except BundleError:
        return ""


def _trail(root: Path) -> list[str]:
    """Return the switches that led to the current version, oldest first; it is the last of them when it is known.

    A history that is missing or damaged is no reason to refuse: what can be read of it counts.
    """
    try:
        lines = text_of(root / HISTORY, MAX_LIST_BYTES).split("\n")
    except (OSError, ValueError):
        lines = []
    trail = [line for line in lines if is_version(line)]
    now = _now(root)
    return (_cut(trail, now) or [*trail, now]) if now else trail


def _cut(trail: Sequence[str], version: str) -> list[str]:
    """Return the trail up to the last time that the version was current; empty when it never was."""
    ends = [i for i, name in enumerate(trail, start=1) if name == version]
    return list(trail[: ends[-1]]) if ends else []


def _previous(root: Path, trail: Sequence[str]) -> str:
    """Return the version that was current before the present one and is still there, or ""."""
    now = _now(root)
    return next((name for name in reversed(trail) if name != now and _is_folder(root / name)), "")


def _is_past(created: str, now: str, *, was_current: bool) -> bool:
    """Tell from the times of their builds whether a version gave way to the current one.

    One of unknown age did; when the current one's age is unknown, none is known to have.
    """
    if not created or not now:
        return bool(now)
    age = datetime.fromisoformat(now) - datetime.fromisoformat(created)
    return age > timedelta(seconds=0 if was_current else STALE_SECONDS)


def _info(folder: Path, now: str) -> VersionInfo:
    version, created, is_current = folder.name, _created(folder), folder.name == now
    try:
        manifest = read_manifest(folder)
    except BundleError as error:
        return VersionInfo(version, created, 0, 0, is_current, flaw=str(error))
    size = sum(entry.size for entry in manifest.files.values())
    return VersionInfo(version, created, manifest.counts["films"], size, is_current)


def _created(folder: Path) -> str:
    """Return the time of the build in UTC, "" when it is not told: provenance is no part of the bundle, so no flaw."""
    try:
        told = json.loads(text_of(folder / PROVENANCE, MAX_PROVENANCE_BYTES))["created"]
        when = datetime.fromisoformat(told)
        aware = when if when.tzinfo else when.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat(timespec="microseconds")
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return ""
