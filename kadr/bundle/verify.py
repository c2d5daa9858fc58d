"""Questioning a bundle before anything in it is opened: a damaged graph file would end the whole process."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path, PurePosixPath

from kadr.bundle.canonical import MAX_SHOWN
from kadr.bundle.disk import digest, text_of, walk
from kadr.bundle.manifest import MANIFEST, MEND, PROVENANCE, FileEntry, Manifest, is_version, version_of
from kadr.errors import BundleDamaged, BundleMissing

__all__ = ["read_manifest", "verify"]

MAX_MANIFEST_BYTES = 16 * 1024 * 1024
"""Some 16 canary vectors of 4,096 numbers take 1.5 MB; nothing else in a manifest comes near."""
HASHING_THREADS = 4
"""Hashing holds no interpreter lock; beyond four the largest file alone decides."""


def verify(folder: Path) -> Manifest:
    """Check a bundle against its manifest and return it: version, names, sizes, then the SHA-256 of every file.

    `provenance.json` may stand beside the listed files; nothing else may, and no link.

    Raises:
        BundleMissing: there is no such folder.
        BundleForeign: the bundle is of another format.
        BundleDamaged: anything else is amiss; the message names the file and what to do.
    """
    manifest = read_manifest(folder)
    try:
        _check_sizes(folder, manifest.files)
        _check_digests(folder, manifest.files)
    except BundleDamaged as error:
        raise BundleDamaged(f"{folder.name}/{error}; {MEND}") from error
    except OSError as error:
        raise BundleDamaged(f"{error.filename or folder}: cannot be read ({error.strerror}); {MEND}") from error
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a bundle, checked against its own version but not against the files.

    Raises:
        BundleMissing: there is no such folder.
        BundleForeign: the bundle is of another format.
        BundleDamaged: the manifest is missing or not as it was written, or the folder bears another version's name.
    """
    if not folder.is_dir():
        raise BundleMissing(f"{folder}: there is no bundle here; run `make build`")
    name = f"{folder.name}/{MANIFEST}"
    try:
        text = text_of(folder / MANIFEST, MAX_MANIFEST_BYTES)
    except FileNotFoundError as error:
        raise BundleDamaged(f"{name}: is missing; {MEND}") from error
    except (OSError, ValueError) as error:
        raise BundleDamaged(f"{name}: cannot be read ({type(error).__name__}); {MEND}") from error
    manifest = Manifest.from_json(text, name)
    if version_of(manifest.files, manifest) != manifest.version:
        raise BundleDamaged(f"{name}: its content does not have the version {manifest.version}; {MEND}")
    if is_version(folder.name) and folder.name != manifest.version:
        raise BundleDamaged(f"{name}: is of version {manifest.version}, in a folder of another's name; {MEND}")
    return manifest


def _check_sizes(folder: Path, files: Mapping[str, FileEntry]) -> None:
    folders = {str(parent) for path in files for parent in PurePosixPath(path).parents}
    missing = set(files)
    for entry in walk(folder):
        if entry.path in (MANIFEST, PROVENANCE) and not entry.is_folder:
            continue
        if entry.path not in (folders if entry.is_folder else files):
            raise BundleDamaged(f"{entry.path[-MAX_SHOWN:]!r}: is no part of this bundle")
        missing.discard(entry.path)
        if not entry.is_folder and entry.size != files[entry.path].size:
            raise BundleDamaged(f"{entry.path}: has {entry.size} bytes, {MANIFEST} says {files[entry.path].size}")
    if missing:
        raise BundleDamaged(f"{min(missing)}: is missing, though {MANIFEST} lists it")


def _check_digests(folder: Path, files: Mapping[str, FileEntry]) -> None:
    # The largest first: begun last, it would be waited for while the other threads have nothing left to do.
    paths = sorted(files, key=lambda path: (-files[path].size, path))
    with ThreadPoolExecutor(HASHING_THREADS) as pool:
        found = dict(zip(paths, pool.map(partial(_digest, folder), paths), strict=True))
    for path in sorted(files):
        if found[path] != files[path].sha256:
            raise BundleDamaged(f"{path}: its SHA-256 is not the one in {MANIFEST}")


def _digest(folder: Path, path: str) -> str:
    try:
        return digest(folder / path)
    except OSError as error:
        raise BundleDamaged(f"{path}: cannot be read ({error.strerror})") from error
