"""A stored page: how old it is, whether it will do as it is, and how it is asked for again."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime

from kadr.collect.fetch.page import Page
from kadr.collect.fetch.reasons import GONE

__all__ = ["RESUMED_S", "age_of", "conditions", "is_fresh", "kept_headers"]

RESUMED_S = 3_600.0
"""Seconds within which a run counts as the one before gone on with: what may be otherwise tomorrow stands as long."""
_KEPT = ("content-type", "content-language", "etag", "last-modified", "retry-after")
_LONGEST_HEADER = 1_000  # characters; a longer one tells nothing that is needed


def age_of(page: Page) -> float:
    """Return the seconds since a page was fetched; infinite for a time that cannot be."""
    try:
        age = (datetime.now(UTC) - datetime.fromisoformat(page.fetched_at)).total_seconds()
    except (ValueError, TypeError):  # TypeError: without a time zone
        return math.inf
    return age if age >= 0 else math.inf


def is_fresh(page: Page, fresh_s: float) -> bool:
    """Tell whether a page will do that may be so many seconds old; that it is gone is believed for an hour at most."""
    return age_of(page) < (min(fresh_s, RESUMED_S) if page.status in GONE else fresh_s)


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return of an answer's headers those that tell of the content."""
    return {name: headers[name] for name in _KEPT if len(headers.get(name, "")) in range(1, _LONGEST_HEADER)}


def conditions(page: Page) -> dict[str, str]:
    """Return the headers that ask for a page only if it is not the stored one any more."""
    pairs = {"If-None-Match": page.headers.get("etag"), "If-Modified-Since": page.headers.get("last-modified")}
    return {name: value for name, value in pairs.items() if value and value.isascii() and value.isprintable()}
