"""What the engine knows, as JSON values, where `kadr.search.output` has no words for it."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from kadr.bundle import versions
from kadr.errors import KadrError
from kadr.film import Film
from kadr.search.output import hit_to_json
from kadr.search.types import Hit

__all__ = ["created", "film_to_json"]


def film_to_json(film: Film) -> dict[str, Any]:
    """Return a film as it stands in a hit of a search."""
    told: dict[str, Any] = hit_to_json(Hit(film, rank=1, score=1.0))["film"]
    return told


@lru_cache(maxsize=4)
def created(folder: Path) -> str:
    """Return when a bundle was built, ISO 8601 in UTC; "" where it does not tell. Read once a bundle."""
    try:
        return next((each.created for each in versions(folder.parent) if each.version == folder.name), "")
    except (KadrError, OSError):
        return ""
