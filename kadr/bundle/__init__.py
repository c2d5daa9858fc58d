"""The bundle: the only thing that passes from the building side to the serving side. Standard library only."""

from kadr.bundle.manifest import (
    FORMAT_VERSION,
    Draft,
    FileEntry,
    Manifest,
    SourceCount,
    is_version,
    version_of,
)
from kadr.bundle.pointer import VersionInfo, current, prune, resolve, rollback, switch, versions
from kadr.bundle.verify import read_manifest, verify
from kadr.bundle.write import BundleWriter, place

__all__ = [
    "FORMAT_VERSION",
    "BundleWriter",
    "Draft",
    "FileEntry",
    "Manifest",
    "SourceCount",
    "VersionInfo",
    "current",
    "is_version",
    "place",
    "prune",
    "read_manifest",
    "resolve",
    "rollback",
    "switch",
    "verify",
    "version_of",
    "versions",
]
