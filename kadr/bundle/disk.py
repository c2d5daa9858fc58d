"""The file system, as bundles need it: walking without following links, hashing, durable writes, staging names."""

import fcntl
import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BufferedReader, FileIO
from pathlib import Path

from kadr.bundle.canonical import MAX_SHOWN
from kadr.errors import BundleDamaged, BundleError

__all__ = [
    "Entry",
    "digest",
    "discard",
    "locked",
    "replace_text",
    "staging_path",
    "sweep",
    "sync",
    "sync_tree",
    "text_of",
    "walk",
    "writing",
]

STALE_SECONDS = 24 * 60 * 60
"""No build takes a day; past it a live process of that id is another one that was given the number."""

_STAGING = re.compile(r"\.staging-([0-9]{1,9})-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder inside a bundle: its relative path with forward slashes; the size is 0 for a folder."""

    path: str
    size: int
    is_folder: bool


def walk(folder: Path, prefix: str = "") -> Iterator[Entry]:
    """Yield what lies under a folder in the order of names, a folder before its content. Links are not followed.

    Raises:
        BundleDamaged: a symbolic link, socket, pipe or device.
    """
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        path = prefix + entry.name
        if entry.is_dir(follow_symlinks=False):
            yield Entry(path, 0, is_folder=True)
            yield from walk(Path(entry.path), f"{path}/")
        elif entry.is_file(follow_symlinks=False):
            yield Entry(path, entry.stat(follow_symlinks=False).st_size, is_folder=False)
        else:
            raise BundleDamaged(f"{path[-MAX_SHOWN:]!r}: is a link or a special file")


def digest(path: Path) -> str:
    """Return the SHA-256 of a file as hex digits. A symbolic link raises OSError."""
    with FileIO(path, opener=_open_no_link) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def text_of(path: Path, limit: int) -> str:
    """Return the text of a file of at most `limit` bytes.

    Raises:
        OSError: it cannot be read, or is a link.
        ValueError: it is larger, or not UTF-8.
    """
    with BufferedReader(FileIO(path, opener=_open_no_link)) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"is larger than {limit} bytes")
    return data.decode()


def sync(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Wait until all files and folders under a folder, and the folder itself, are on the disk."""
    for entry in walk(folder):
        sync(folder / entry.path)
    sync(folder)


def replace_text(path: Path, text: str) -> None:
    """Put a text in place of a file's in one step: after a power cut it is the old or the new, never a mixture."""
    aside = staging_path(path.parent)
    try:
        aside.write_text(text, encoding="utf-8", newline="\n")
        sync(aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    sync(path.parent)


def staging_path(root: Path) -> Path:
    """Return a new name under the root for something unfinished, which `sweep` knows by this process's id."""
    return root / f".staging-{os.getpid()}-{secrets.token_hex(4)}"


def discard(folder: Path) -> None:
    """Remove a folder, link or file of the root: its name goes at once, and an interruption leaves a staging name."""
    aside = staging_path(folder.parent)
    with suppress(FileNotFoundError):  # another process removed it first
        folder.rename(aside)
    _remove(aside)


def sweep(root: Path) -> None:
    """Remove what interrupted writers left in the root: staging names whose process is gone, or older than a day."""
    with os.scandir(root) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        match = _STAGING.fullmatch(entry.name)
        if match and (not _runs(int(match[1])) or _age_seconds(Path(entry.path)) > STALE_SECONDS):
            _remove(Path(entry.path))


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Hold the root's lock, which other processes wait for; it is released when the process ends, however it ends."""
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)  # closing alone would leave it with a child forked meanwhile
        os.close(handle)


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Turn an OSError inside into a BundleError that names the root, the file and the cause."""
    try:
        yield
    except OSError as error:
        file = f" ({Path(error.filename).name!r})" if isinstance(error.filename, str) else ""
        raise BundleError(
            f"{root}: cannot be written{file}: {error.strerror or error}; check free space and permissions, run again"
        ) from error


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        # Another writer may be sweeping the same folder, and what one leaves the next one takes.
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _runs(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # another user's process
    return True


def _age_seconds(path: Path) -> float:
    try:
        return time.time() - path.lstat().st_mtime
    except FileNotFoundError:
        return 0.0  # another writer swept it


def _open_no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
