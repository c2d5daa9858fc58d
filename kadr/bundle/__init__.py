"""The bundle: the only thing that passes from the building side to the serving side. Only fetching needs a library."""

from kadr.bundle.info import VersionInfo
from kadr.bundle.manifest import (
    FORMAT_VERSION,
    Draft,
    FileEntry,
    Manifest,
    SourceCount,
    is_version,
    version_of,
)
from kadr.bundle.pointer import (
    current,
    pin,
    pinned,
    prune,
    resolve,
    rollback,
    serving,
    switch,
    unpin,
    versions,
)
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
    "pin",
    "pinned",
    "place",
    "prune",
    "read_manifest",
    "resolve",
    "rollback",
    "serving",
    "switch",
    "unpin",
    "verify",
    "version_of",
    "versions",
]
