"""What a client, or a cache on the way, may keep of an answer, and how it asks whether that still holds."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from kadr import __version__

__all__ = ["FRESH_SECONDS", "etag", "holds", "kept"]

FRESH_SECONDS = 60
"""A new bundle is seen within ten seconds here, and within a minute by who keeps answers; a day passes between two."""


def etag(version: str, route: str, values: Mapping[str, Any]) -> str:
    """Return the tag of an answer: it changes with bundle, program, route and parameters, and with nothing else.

    It is a weak one: an answer tells how long it took, too.

    Args:
        version: of the bundle.
        route: its template.
        values: the parameters by name, as they count: those that say what goes without saying make no difference.
    """
    asked = json.dumps([version, __version__, route, values], sort_keys=True, default=str)
    return f'W/"{hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()[:24]}"'


def holds(tag: str, if_none_match: str) -> bool:
    """Return whether what a client keeps, by its `If-None-Match`, is the answer with this tag.

    A star, which means any answer at all, is none: whether there is one is not known before it is made.
    """
    return tag.removeprefix("W/") in {each.strip().removeprefix("W/") for each in if_none_match.split(",")}


def kept(tag: str, *, private: bool) -> dict[str, str]:
    """Return the headers of an answer that may be kept; `private`: by nobody but who asked, as it took a key."""
    whose = "private" if private else "public"
    return {"ETag": tag, "Cache-Control": f"{whose}, max-age={FRESH_SECONDS}"}
