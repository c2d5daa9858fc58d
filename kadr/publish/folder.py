"""A local folder of bundles, as the build writes it: version folders in the root, and the pointer beside them."""

import shutil
from pathlib import Path

from kadr.bundle import place, prune, switch, verify, versions
from kadr.bundle.disk import staging_path, sweep, sync_tree, writing
from kadr.bundle.manifest import PROVENANCE
from kadr.bundle.pointer import history
from kadr.errors import BundleError
from kadr.publish.parcel import Parcel
from kadr.publish.plan import Published, Standing

__all__ = ["into_folder", "look_at"]


def look_at(root: Path) -> Standing:
    """Return what stands in a folder of bundles, nothing where there is none."""
    if not root.is_dir():
        return Standing()
    found = versions(root)
    now = next((each.version for each in found if each.is_current), "")
    return Standing(now, history(root), frozenset(each.version for each in found))


def into_folder(parcel: Parcel, root: Path, keep: int) -> Published:
    """Copy a bundle into a folder of bundles and make it current there.

    Where it stands there already, as after a build into the same folder, only the pointer is looked at.

    Raises:
        BundleError: the disk refuses; what was current stays so.
    """
    with writing(root):
        root.mkdir(parents=True, exist_ok=True)
        before = look_at(root).current
        copied = _copied(parcel, root)
    if before != parcel.version:
        switch(root, parcel.version)
    removed = prune(root, keep)
    return Published(
        version=parcel.version,
        where=str(root),
        changed=copied or before != parcel.version,
        before=before,
        files=len(parcel.files()),
        size_bytes=parcel.size_bytes,
        removed=tuple(sorted(removed)),
    )


def _copied(parcel: Parcel, root: Path) -> bool:
    """Copy a version aside, verify it and give it its name; tell whether that was needed."""
    target = root / parcel.version
    if _is_whole(target):
        return False
    sweep(root)
    aside = staging_path(root)
    try:
        shutil.copytree(parcel.folder, aside)
        (aside / PROVENANCE).write_text(parcel.provenance, encoding="utf-8", newline="\n")
        sync_tree(aside)
        verify(aside)
        return place(aside, target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _is_whole(folder: Path) -> bool:
    try:
        verify(folder)
    except BundleError:
        return False
    return True
