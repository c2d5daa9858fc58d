"""Addresses of a site: one spelling for each page, whose site it is of, and which of them are asked for. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urljoin, urlsplit

from kadr.collect.fetch.address import normal_url
from kadr.collect.fetch.reasons import Fault
from kadr.errors import ConfigError

__all__ = ["Glob", "Patterns", "canonical", "is_same_site"]

MAX_ADDRESS = 2_048
"""The longest that sitemaps.org allows; longer ones are a page's own data, not a page."""
_TRACKING = re.compile(r"utm_\w+|gclid|yclid|ysclid|fbclid|msclkid|_openstat", re.IGNORECASE)
"""Parameters that advertising adds; no site shows another page for them."""


def canonical(address: str, base: str = "") -> str:
    """Return the one spelling of a page's address, "" for what is no http(s) address of a page.

    It is the form that the fetcher asks and stores by, without the parameters that advertising adds.

    Args:
        address: as a page or a file has it.
        base: the address it is relative to.
    """
    text = address.strip()
    if not text or len(text) > MAX_ADDRESS:
        return ""
    try:
        whole = normal_url(urljoin(base, text) if base else text)
    except (Fault, ValueError):  # ValueError: brackets without an IPv6 address in them
        return ""
    if "?" in whole:
        path, _, query = whole.partition("?")
        query = "&".join(p for p in query.split("&") if not _TRACKING.fullmatch(p.partition("=")[0]))
        whole = f"{path}?{query}" if query else path
    return whole if len(whole) <= MAX_ADDRESS else ""


def is_same_site(address: str, other: str) -> bool:
    """Tell whether two canonical addresses are of one site: the same host and port, `www.` aside, or one's host a
    subdomain of the other's.
    """
    one, two = (urlsplit(each).netloc.removeprefix("www.") for each in (address, other))
    return one == two or one.endswith(f".{two}") or two.endswith(f".{one}")


@dataclass(frozen=True, slots=True)
class Glob:
    """A pattern in which `*` stands for any characters, none included. Matching takes linear time."""

    pieces: tuple[str, ...]

    @classmethod
    def of(cls, pattern: str) -> Self:
        """Compile a pattern; stars next to each other are one."""
        return cls(tuple(unquote(re.sub(r"\*+", "*", pattern)).split("*")))

    def matches(self, text: str) -> bool:
        """Tell whether the pattern matches the whole text."""
        first, *rest = self.pieces
        if not rest:
            return text == first
        *middle, last = rest
        if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
            return False
        at, end = len(first), len(text) - len(last)
        for piece in middle:  # the earliest place for each leaves the most room for the next
            at = text.find(piece, at, end)
            if at < 0:
                return False
            at += len(piece)
        return True


@dataclass(frozen=True, slots=True)
class Patterns:
    """Which pages of a site are wanted. Matched against path and query, percent signs resolved."""

    include: tuple[Glob, ...] = ()
    exclude: tuple[Glob, ...] = ()

    @classmethod
    def of(cls, include: Iterable[str], exclude: Iterable[str]) -> Self:
        """Compile the patterns of a configuration.

        Raises:
            ConfigError: one can match no address, because it begins with neither a slash nor a star.
        """
        return cls(_compiled("include", include), _compiled("exclude", exclude))

    def want(self, address: str) -> bool:
        """Tell whether a canonical address is matched by any of `include` (or there is none), and none of `exclude`."""
        parts = urlsplit(address)
        text = unquote(parts.path + (f"?{parts.query}" if parts.query else ""))
        wanted = not self.include or any(glob.matches(text) for glob in self.include)
        return wanted and not any(glob.matches(text) for glob in self.exclude)


def _compiled(key: str, patterns: Iterable[str]) -> tuple[Glob, ...]:
    kept = []
    for pattern in patterns:
        if not pattern.startswith(("/", "*")):
            raise ConfigError(f'{key}: {pattern[:60]!r} matches no page; begin with / or *: "/film/*"')
        kept.append(Glob.of(pattern))
    return tuple(kept)
