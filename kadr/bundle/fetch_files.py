"""Bringing one version of a published place into a folder of bundles: resumed, verified, placed by one rename."""

import hashlib
import shutil
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from kadr.bundle.disk import locked, sweep, sync_tree, writing
from kadr.bundle.fetch_place import PIECE_BYTES, Head, Place, version_path
from kadr.bundle.info import MAX_PROVENANCE_BYTES
from kadr.bundle.manifest import MANIFEST, PROVENANCE, FileEntry, Manifest
from kadr.bundle.pointer import standing
from kadr.bundle.verify import MAX_MANIFEST_BYTES, read_manifest, verify
from kadr.bundle.write import is_whole
from kadr.bundle.write import place as put
from kadr.errors import BundleDamaged, BundleError, ServiceBusy

__all__ = ["YARD", "download"]

YARD = ".fetching"
"""Where versions lie until they are whole, in the folder that they are renamed into."""
SPARE_BYTES = 32 << 20
"""Left free on the disk."""
FILES_AT_ONCE = 4
"""A bundle has a hundred files, most of them small, and the Hub takes a fifth of a second for each."""
GRACE_S = 60.0
LEAST_BYTES_A_SECOND = 20_000
"""A slower transfer is given up, and goes on at the next look: a hundred megabytes then take an hour and a half."""


def download(place: Place, head: Head, root: Path) -> Path:
    """Bring a version into a folder of bundles, and return its own folder. The pointer there does not move.

    What is there whole is not asked for again; what was begun goes on. Processes that share the folder wait for each
    other.

    Args:
        place: where from.
        head: the version, and the state of the place that it is read from.
        root: the folder of bundles; made when it is not there.

    Raises:
        BundleMissing: the place has no such version.
        BundleForeign: it is of another format; nothing but its manifest was fetched.
        BundleDamaged: what came is not what its manifest says.
        BundleError: the disk refuses, or has no room.
        ServiceError: the place does not give it; what came is kept for the next time.
    """
    target, yard = root / head.version, root / YARD
    with writing(root):
        yard.mkdir(parents=True, exist_ok=True)
        with locked(yard):
            if not is_whole(target):
                staged = yard / head.version
                _clear(yard, staged)
                sweep(root)
                try:
                    _fill(place, head, staged)
                except BundleError as error:
                    if isinstance(error, BundleDamaged):
                        shutil.rmtree(staged, ignore_errors=True)
                    raise
                put(staged, target)
    return target


def _fill(place: Place, head: Head, staged: Path) -> None:
    staged.mkdir(exist_ok=True)
    manifest = _manifest(place, head, staged)
    _check_room(staged, manifest)
    _take_over(manifest, staged)
    _files(place, head, manifest, staged)
    _provenance(place, head, staged / PROVENANCE)
    sync_tree(staged)
    verify(staged)


def _manifest(place: Place, head: Head, staged: Path) -> Manifest:
    """Return the version's manifest, fetched anew: what lies there may be of an earlier publication."""
    with place.part(version_path(head.version, MANIFEST), 0, head) as part:
        content = _read(part.pieces, MAX_MANIFEST_BYTES)
    (staged / MANIFEST).write_bytes(content)
    return read_manifest(staged)


def _check_room(staged: Path, manifest: Manifest) -> None:
    """Refuse what the disk cannot hold, before it is full.

    Raises:
        BundleError: there is no room.
    """
    needed = sum(entry.size for entry in manifest.files.values()) + SPARE_BYTES
    there = sum(path.stat().st_size for path in staged.rglob("*") if path.is_file())
    free = shutil.disk_usage(staged).free
    if needed - there > free:
        raise BundleError(
            f"{staged.parent.parent}: has {free >> 20} MB free, version {manifest.version} needs"
            f" {(needed - there) >> 20}; make room, or name another folder in KADR_CACHE"
        )


def _take_over(manifest: Manifest, staged: Path) -> None:
    """Copy what a version that is here has the same: a new build leaves much as it was. It is hashed like the rest."""
    root, known = staged.parent.parent, dict[str, Path]()
    for version in standing(root):
        with suppress(BundleError):
            files = read_manifest(root / version).files
            known |= {entry.sha256: root / version / path for path, entry in files.items()}
    for path, entry in manifest.files.items():
        if entry.sha256 in known and not (staged / path).exists():
            (staged / path).parent.mkdir(parents=True, exist_ok=True)
            with suppress(OSError):  # whoever else shares the folder may have removed it
                shutil.copyfile(known[entry.sha256], staged / path)


def _files(place: Place, head: Head, manifest: Manifest, staged: Path) -> None:
    """Bring all files, some at a time; the first fault ends it when those that come are here.

    The threads are no pool's: the end of the program would wait for one.
    """
    left, faults = deque(sorted(manifest.files.items())), list[Exception]()

    def work() -> None:
        while left and not faults:
            try:
                path, entry = left.popleft()
                _file(place, head, staged / path, path, entry)
            except IndexError:
                return  # another thread took the last one
            except Exception as error:  # noqa: BLE001  # raised where the threads are waited for
                faults.append(error)

    threads = [threading.Thread(target=work, name="kadr-fetch", daemon=True) for _ in range(FILES_AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


def _file(place: Place, head: Head, target: Path, path: str, entry: FileEntry) -> None:
    """Bring one file: from where it broke off, and where that is not what was published, once more from its beginning.

    Raises:
        BundleDamaged: what the place has is not what the manifest says.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    there = target.stat().st_size if target.is_file() else 0
    starts = [there] if 0 < there <= entry.size else []
    for start in [*starts, 0]:
        if _fetched(place, head, target, path, (entry, start)) == entry.sha256:
            return
        target.unlink()
    raise BundleDamaged(
        f"{place.where}: {version_path(head.version, path)}: is not what {MANIFEST} says (size or SHA-256);"
        " publish it again"
    )


def _fetched(place: Place, head: Head, target: Path, path: str, wanted: tuple[FileEntry, int]) -> str:
    """Write a file from a byte on, and return the SHA-256 of the whole, "" where its size is not what it is to be."""
    entry, start = wanted
    hasher = hashlib.sha256()
    with target.open("r+b" if start else "w+b") as file:
        while piece := file.read(PIECE_BYTES):
            hasher.update(piece)
        size = file.tell()
        if size < entry.size:
            with place.part(version_path(head.version, path), size, head) as part:
                if part.start != size:
                    file.seek(part.start)
                    file.truncate()
                    hasher, size = hashlib.sha256(), part.start
                for piece in _timely(part.pieces, entry.size, place.where):
                    size += len(piece)
                    if size > entry.size:
                        return ""
                    file.write(piece)
                    hasher.update(piece)
    return hasher.hexdigest() if size == entry.size else ""


def _provenance(place: Place, head: Head, target: Path) -> None:
    """Bring what is said of the build, which is no part of the bundle: where it is missing or odd, it is left out."""
    with suppress(BundleError), place.part(version_path(head.version, PROVENANCE), 0, head) as part:
        target.write_bytes(_read(part.pieces, MAX_PROVENANCE_BYTES))


def _read(pieces: Iterator[bytes], most: int) -> bytes:
    content = bytearray()
    for piece in _timely(pieces, most, ""):
        content += piece
        if len(content) > most:
            raise BundleDamaged(f"{MANIFEST}: is larger than {most} bytes; publish again")
    return bytes(content)


def _timely(pieces: Iterator[bytes], size: int, where: str) -> Iterator[bytes]:
    """Yield pieces for as long as a slow line needs for so many bytes.

    Raises:
        ServiceBusy: it took longer.
    """
    until = time.monotonic() + GRACE_S + size / LEAST_BYTES_A_SECOND
    for piece in pieces:
        yield piece
        if time.monotonic() > until:
            raise ServiceBusy(f"{where}: is too slow; the transfer goes on at the next look")


def _clear(yard: Path, kept: Path) -> None:
    """Remove what was begun of other versions, and what stands in the way."""
    for entry in yard.iterdir():
        if entry != kept or not entry.is_dir() or entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
            entry.unlink(missing_ok=True)
