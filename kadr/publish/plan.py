"""What a publication changes, from what stands at the place. Pure functions.

The rule of what stays: the `keep` versions that became current last, the one that is current now, and the one before
it. All other versions go, those too that were gone back from.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kadr.bundle import is_version
from kadr.bundle.trail import advanced, before, returned, trail_of

__all__ = ["Plan", "Published", "Standing", "plan_back", "plan_for", "standing_of"]

MAX_LIST_CHARS = 64 * 1024
"""The history takes 850 characters and the pointer 17."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is published at a place: the current version ("" for none), the trail that led there, all that is kept."""

    current: str = ""
    trail: tuple[str, ...] = ()
    versions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a publication makes of a place: `trail` ends with the version; `removed` are versions, sorted."""

    version: str
    trail: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """What came of a publication.

    `where`: the place, as it may be shown. `changed`: False where this version was current and whole already.
    `commit`: of the Hub, "" elsewhere. `files`, `size_bytes`: of the version. `removed`: versions that went.
    `before`: the version that was current until then, "" for none.
    """

    version: str
    where: str
    changed: bool
    before: str
    commit: str = ""
    files: int = 0
    size_bytes: int = 0
    removed: tuple[str, ...] = ()

    def to_text(self, *, dry_run: bool = False) -> str:
        """Return it in a line or two for a person."""
        at = f"{self.where} at {self.commit[:12]}" if self.commit else self.where
        if not self.changed:
            return f"nothing changed: bundle {self.version} is current at {at}"
        verb = "would be published" if dry_run else "published"
        size = f"{self.files} files, {self.size_bytes / 1e6:,.1f} MB"
        after = f" in place of {self.before}" if self.before not in ("", self.version) else ""
        gone = f"\n{'would be removed' if dry_run else 'removed'}: {', '.join(self.removed)}" if self.removed else ""
        return f"bundle {self.version} {verb} to {at}{after}: {size}{gone}"


def standing_of(current: str, history: str, versions: Collection[str]) -> Standing:
    """Return what stands at a place, from the texts of its two files; what cannot be read of them does not count."""
    now = current[:MAX_LIST_CHARS].strip()
    now = now if is_version(now) else ""
    known = [line for line in history[:MAX_LIST_CHARS].split("\n") if is_version(line)]
    return Standing(now, trail_of(now, known), frozenset(filter(is_version, versions)))


def plan_for(standing: Standing, version: str, keep: int) -> Plan:
    """Return what becomes of a place when a version is published there."""
    trail = advanced(standing.trail, version)
    there = standing.versions | {version}
    kept = {version, before(trail, there), *_newest(trail, keep)}
    return Plan(version, trail, tuple(sorted(there - kept)))


def plan_back(standing: Standing, version: str) -> Plan:
    """Return what becomes of a place when it goes back to a version: nothing is removed."""
    return Plan(version, returned(standing.trail, version), ())


def _newest(trail: Sequence[str], keep: int) -> list[str]:
    """Return the versions that became current last, each once, newest first."""
    return list(dict.fromkeys(reversed(trail)))[:keep]
