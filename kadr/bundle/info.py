"""What is known of a version without looking at its files."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kadr.bundle.disk import text_of
from kadr.bundle.manifest import PROVENANCE
from kadr.bundle.verify import read_manifest
from kadr.errors import BundleError

__all__ = ["MAX_PROVENANCE_BYTES", "VersionInfo", "created_of", "info_of"]

MAX_PROVENANCE_BYTES = 1024 * 1024
"""Timings and a run's address take a few kilobytes."""


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


def info_of(folder: Path, now: str) -> VersionInfo:
    """Return what is known of the version in a folder; `now` is the name of the current one."""
    version, created, is_current = folder.name, created_of(folder), folder.name == now
    try:
        manifest = read_manifest(folder)
    except BundleError as error:
        return VersionInfo(version, created, 0, 0, is_current, flaw=str(error))
    size = sum(entry.size for entry in manifest.files.values())
    return VersionInfo(version, created, manifest.counts["films"], size, is_current)


def created_of(folder: Path) -> str:
    """Return the time of the build in UTC, "" when it is not told: provenance is no part of the bundle, so no flaw."""
    try:
        told = json.loads(text_of(folder / PROVENANCE, MAX_PROVENANCE_BYTES))["created"]
        when = datetime.fromisoformat(told)
        aware = when if when.tzinfo else when.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat(timespec="microseconds")
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return ""
