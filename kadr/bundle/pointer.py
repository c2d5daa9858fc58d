"""Which version is current. The root holds version folders, `current` with one version's name, `history` and `pinned`.

`pinned` names the version that is served whatever becomes current; it is there while one is. `history` lists the
switches, oldest first, so that a rollback finds what was published before. It is written after the pointer: an
interruption between the two loses no version, because the pointer is always read first.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from kadr.bundle.disk import STALE_SECONDS, discard, locked, replace_text, text_of, writing
from kadr.bundle.info import VersionInfo, created_of, info_of
from kadr.bundle.manifest import MANIFEST, MEND, is_version
from kadr.bundle.trail import advanced, before, lines_of, returned, trail_of
from kadr.bundle.verify import verify
from kadr.errors import BundleDamaged, BundleError, BundleMissing, ConfigError

__all__ = [
    "CURRENT",
    "VersionInfo",
    "current",
    "drop",
    "history",
    "pin",
    "pinned",
    "prune",
    "resolve",
    "rollback",
    "serving",
    "standing",
    "switch",
    "unpin",
    "versions",
]

CURRENT = "current"
HISTORY = "history"
PINNED = "pinned"
MAX_LIST_BYTES = 64 * 1024
"""The history takes 850 bytes and the pointer 17."""
LIST = "`kadr versions` lists what is there"


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
        _move(root, version, advanced(history(root), version))


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
        trail = history(root)
        target = _previous(root, trail) if to is None else to
        if not target:
            raise BundleMissing(f"{root}: no version was published before the current one; {LIST}")
        _move(root, target, returned(trail, target))
    return target


def pin(root: Path, version: str) -> None:
    """Keep a version serving, whatever becomes current, after verifying it.

    Raises:
        BundleMissing: it is not in the root; nothing changes.
        BundleDamaged, BundleForeign: it is refused; nothing changes.
        BundleError: the disk refuses.
    """
    with _changing(root):
        verify(_folder(root, version))
        replace_text(root / PINNED, f"{version}\n")


def unpin(root: Path) -> bool:
    """Serve the current version again, and tell whether another was pinned.

    Raises:
        BundleMissing: there is no such root.
        BundleError: the disk refuses.
    """
    with _changing(root):
        was = os.path.lexists(root / PINNED)
        (root / PINNED).unlink(missing_ok=True)
    return was


def pinned(root: Path) -> str:
    """Return the version that is pinned, which may be gone; "" where none is.

    Raises:
        BundleDamaged: the file does not hold a version's name.
    """
    try:
        return _name_in(root / PINNED)
    except (FileNotFoundError, NotADirectoryError):
        return ""


def serving(path: Path) -> Path:
    """Return the bundle that a path is to serve: what `resolve` finds, but for a root the pinned version if one is.

    Raises:
        BundleMissing: it is not there.
        BundleDamaged: the pointer, or the pin, does not hold a version's name.
    """
    version = pinned(path)
    return _folder(path, version) if version else resolve(path)


def standing(root: Path) -> list[str]:
    """Return the versions of a root that must stay, as far as they are there: current, the one before, the pinned."""
    names = (_now(root), _previous(root, history(root)), pinned(root))
    return [name for name in dict.fromkeys(names) if name and _is_folder(root / name)]


def history(root: Path) -> tuple[str, ...]:
    """Return the switches that led to the current version, oldest first; it is the last of them when it is known.

    A history that is missing or damaged is no reason to refuse: what can be read of it counts.
    """
    try:
        lines = text_of(root / HISTORY, MAX_LIST_BYTES).split("\n")
    except (OSError, ValueError):
        lines = []
    return trail_of(_now(root), [line for line in lines if is_version(line)])


def versions(root: Path) -> list[VersionInfo]:
    """Return the versions of a root, newest first; those of unknown age come last.

    Raises:
        BundleMissing: there is no such root.
    """
    if not root.is_dir():
        raise BundleMissing(f"{root}: there is no such folder; run `make build`")
    now = _now(root)
    names = (entry.name for entry in root.iterdir() if is_version(entry.name) and _is_folder(entry))
    return sorted((info_of(root / name, now) for name in names), key=lambda v: (v.created, v.version), reverse=True)


def prune(root: Path, keep: int = 3) -> list[str]:
    """Remove all but the `keep` newest versions, the current one, the one before it and the pinned one.

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
        here, trail = current(root), history(root)
        kept, created = standing(root), created_of(here)
        old = [v.version for v in versions(root)[keep:] if _is_past(v.created, created, was_current=v.version in trail)]
        removed = [version for version in old if version not in kept]
        for version in removed:
            discard(root / version)
    return removed


def drop(root: Path) -> list[str]:
    """Remove all versions but those that must stay, from a root of copies that can be had again; return their names.

    Raises:
        BundleMissing: there is no such root.
        BundleError: the disk refuses.
    """
    with _changing(root):
        kept = standing(root)
        removed = sorted(entry.name for entry in root.iterdir() if is_version(entry.name) and entry.name not in kept)
        for version in removed:
            discard(root / version)
    return removed


@contextmanager
def _changing(root: Path) -> Iterator[None]:
    if not root.is_dir():
        raise BundleMissing(f"{root}: there is no such folder; run `make build`")
    with writing(root), locked(root):
        yield


def _move(root: Path, version: str, trail: tuple[str, ...]) -> None:
    verify(_folder(root, version))
    replace_text(root / CURRENT, f"{version}\n")
    replace_text(root / HISTORY, lines_of(trail))


def _folder(root: Path, version: str) -> Path:
    if not is_version(version) or not _is_folder(root / version):
        raise BundleMissing(f"{root}: has no version {version[:40]!r}; {LIST}, `make build` makes one")
    return root / version


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _pointed(root: Path) -> str:
    """Return the version that the pointer names; the version itself may be gone."""
    try:
        return _name_in(root / CURRENT)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BundleMissing(f"{root}: no bundle was published here; run `make build`") from error


def _name_in(file: Path) -> str:
    """Return the version that a file names; OSError where there is no such file."""
    try:
        version = text_of(file, MAX_LIST_BYTES).removesuffix("\n")
    except (FileNotFoundError, NotADirectoryError):
        raise
    except (OSError, ValueError) as error:
        raise BundleDamaged(f"{file}: cannot be read ({type(error).__name__}); {MEND}") from error
    if not is_version(version):
        raise BundleDamaged(f"{file}: does not hold the name of a version; {MEND}")
    return version


def _now(root: Path) -> str:
    """Return the version that the pointer names, or "" when it names none."""
    try:
        return _pointed(root)
    except BundleError:
        return ""


def _previous(root: Path, trail: tuple[str, ...]) -> str:
    """Return the version that was current before the present one and is still there, or ""."""
    now = _now(root)
    there = {name for name in trail if _is_folder(root / name)}
    return before(trail if now else (*trail, ""), there)


def _is_past(created: str, now: str, *, was_current: bool) -> bool:
    """Tell from the times of their builds whether a version gave way to the current one.

    One of unknown age did; when the current one's age is unknown, none is known to have.
    """
    if not created or not now:
        return bool(now)
    age = datetime.fromisoformat(now) - datetime.fromisoformat(created)
    return age > timedelta(seconds=0 if was_current else STALE_SECONDS)
