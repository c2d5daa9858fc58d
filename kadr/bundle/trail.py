"""The trail: which versions were current one after another, oldest first. Pure functions of names."""

from collections.abc import Collection, Sequence

__all__ = ["HISTORY_LENGTH", "advanced", "before", "lines_of", "returned", "trail_of"]

HISTORY_LENGTH = 50
"""A year of weekly builds; older versions are long pruned."""


def trail_of(now: str, history: Sequence[str]) -> tuple[str, ...]:
    """Return the switches that led to the version that is current, which ends them; all of them where none is ("")."""
    if not now:
        return tuple(history)
    ends = [i for i, name in enumerate(history, start=1) if name == now]
    return tuple(history[: ends[-1]]) if ends else (*history, now)


def advanced(trail: Sequence[str], version: str) -> tuple[str, ...]:
    """Return the trail after a switch to a version."""
    return tuple(trail if trail and trail[-1] == version else (*trail, version))[-HISTORY_LENGTH:]


def returned(trail: Sequence[str], version: str) -> tuple[str, ...]:
    """Return the trail after going back to a version: what came after it is forgotten."""
    return trail_of(version, trail)[-HISTORY_LENGTH:]


def before(trail: Sequence[str], there: Collection[str]) -> str:
    """Return the version that was current before the trail's last and is still there, or ""."""
    now = trail[-1] if trail else ""
    return next((name for name in reversed(trail) if name != now and name in there), "")


def lines_of(trail: Sequence[str]) -> str:
    """Return the text of the file `history`."""
    return "".join(f"{name}\n" for name in trail)
