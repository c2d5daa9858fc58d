"""What one page is asked for with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from kadr.collect.fetch.page import Page

__all__ = ["NO_HEADERS", "Judge", "Wish"]

Judge = Callable[[Page], None]
"""Looks at a page before it is stored, and raises `PageError` where it is not to be."""
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Wish:
    """How a page is wanted; `Fetcher.get` tells of each.

    Attributes:
        tries: requests for it, the first included.
        timeout_s: seconds for each of them.
        max_bytes: after unpacking.
        fresh_s: seconds for which a stored page is taken as it is.
        headers: sent to its own host, besides the usual ones.
        judge: called with what came, before it is stored.
    """

    tries: int
    timeout_s: float
    max_bytes: int
    fresh_s: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    judge: Judge | None = None
