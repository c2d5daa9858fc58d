"""What the API tells of a bundle besides its manifest."""

from functools import lru_cache
from pathlib import Path

from kadr.bundle import versions
from kadr.errors import KadrError

__all__ = ["created"]


@lru_cache(maxsize=4)
def created(folder: Path) -> str:
    """Return when a bundle was built, ISO 8601 in UTC; "" where it does not tell. Read once a bundle."""
    try:
        return next((each.created for each in versions(folder.parent) if each.version == folder.name), "")
    except (KadrError, OSError):
        return ""
