"""Writing a bundle: everything goes into a staging folder, and one rename makes it a version."""

import errno
import os
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from kadr.bundle.canonical import MAX_SHOWN, canonical
from kadr.bundle.disk import digest, discard, staging_path, sweep, sync, sync_tree, walk, writing
from kadr.bundle.manifest import MANIFEST, PROVENANCE, Draft, FileEntry, Manifest, is_file_path
from kadr.bundle.verify import verify
from kadr.errors import BundleDamaged, BundleError

__all__ = ["BundleWriter", "is_whole", "place"]


class BundleWriter:
    """A context in which the files of a bundle are written into `folder`, then committed.

    Leaving without a commit removes the folder and changes nothing else; what a killed process left is removed when
    the next writer enters. Several writers may work in one root at once.

    Attributes:
        folder: the staging folder, there from entering to the commit.
        kept: after the commit, True when a whole bundle of that version was there already and stayed.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.folder = staging_path(root)
        self.kept = False

    def __enter__(self) -> Self:
        with writing(self._root):
            self._root.mkdir(parents=True, exist_ok=True)
            sweep(self._root)
            self.folder.mkdir()
        return self

    def __exit__(self, *exception: object) -> None:
        # What cannot be removed now, the next writer sweeps.
        shutil.rmtree(self.folder, ignore_errors=True)

    def commit(self, draft: Draft, provenance: Mapping[str, Any]) -> str:
        """Hash the files, add manifest and provenance, check the whole and give it its name; return the version.

        The files must be closed. `provenance` holds JSON values about this run, which are not part of the version;
        `created`, an ISO 8601 time, is added when it is not there. The pointer does not move: `switch` does that.

        Raises:
            BundleError: the disk refuses; nothing was published.
            BundleDamaged: a file or value that a bundle cannot hold; the message names it.
        """
        created = datetime.now(UTC).isoformat()
        with writing(self._root):
            manifest = Manifest.seal(draft, _entries(self.folder))
            _write(self.folder / MANIFEST, manifest.to_json())
            _write(self.folder / PROVENANCE, canonical({"created": created, **provenance}))
            sync_tree(self.folder)
            verify(self.folder)
            self.kept = not place(self.folder, self._root / manifest.version)
        return manifest.version


def place(staged: Path, target: Path) -> bool:
    """Give a verified folder its name, and tell whether that was needed.

    A whole bundle of that name stays as it is (False); a damaged one is replaced. Both lie in the same root.
    """
    while True:
        if os.path.lexists(target):
            if is_whole(target):
                return False
            discard(target)
        try:
            staged.rename(target)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                raise
            continue  # another writer placed one since we looked
        sync(target.parent)
        return True


def is_whole(folder: Path) -> bool:
    """Tell whether a bundle lies in a folder, every file as its manifest says; a link to one is none."""
    try:
        verify(folder)
    except BundleError:
        return False
    return not folder.is_symlink()


def _entries(folder: Path) -> Mapping[str, FileEntry]:
    entries = {}
    for found in walk(folder):
        if not is_file_path(found.path):
            raise BundleDamaged(
                f"{found.path[-MAX_SHOWN:]!r}: a bundle cannot hold this name; write the file elsewhere"
            )
        if not found.is_folder:
            entries[found.path] = FileEntry(found.size, digest(folder / found.path))
    return entries


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
