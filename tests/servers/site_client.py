"""A plain client of the loopback site, which the site's own table is held against: requests, protego and no more."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import requests
from protego import Protego

__all__ = ["Outcome", "fetch", "outcome"]

_LIMIT = 10 << 20
"""Bytes of a page that a client takes."""
_NAMES = {
    "not found": (404, 410),
    "refused by the server": (401, 403),
    "server fault": (500,),
    "odd answer": (302, 418),
}
_WAIT_S = 10.0
"""What a busy machine may take: no page that is asked for here is slow by design."""


def fetch(url: str, **headers: str) -> requests.Response:
    """Ask once, without following redirects."""
    return requests.get(url, headers=headers, timeout=_WAIT_S, allow_redirects=False)


@dataclass(frozen=True)
class Outcome:
    """What a plain client gets: a body, or the reason why there is none."""

    reason: str = ""
    body: bytes = b""
    url: str = ""


def _attempt(url: str) -> Outcome:
    """Ask once, redirects included."""
    for _ in range(6):
        if urlsplit(url).scheme != "http":
            return Outcome("not a web address")
        rules = Protego.parse(fetch(urljoin(url, "/robots.txt")).text)
        if not rules.can_fetch(url, "kadr"):
            return Outcome("forbidden by robots.txt")
        with requests.get(url, timeout=_WAIT_S, allow_redirects=False, stream=True) as answer:
            if answer.is_redirect:
                url = urljoin(url, answer.headers["Location"])
                continue
            if answer.status_code == 429:
                return Outcome("too many requests")
            if answer.status_code != 200:
                named = [reason for reason, statuses in _NAMES.items() if answer.status_code in statuses]
                return Outcome(named[0] if named else "server fault")
            body = bytearray()
            for part in answer.iter_content(1 << 16):
                body += part
                if len(body) > _LIMIT:
                    return Outcome("too large")
            return Outcome(body=bytes(body), url=url)
    return Outcome("too many redirects")


def outcome(url: str) -> Outcome:
    """Ask, and ask once more where the first answer was a passing fault."""
    for _ in range(2):
        try:
            got = _attempt(url)
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError, requests.Timeout):
            got = Outcome("no answer")
        except requests.exceptions.ContentDecodingError:
            got = Outcome("a body that is not packed as it says")
        if got.reason not in {"too many requests", "server fault", "no answer"}:
            break
    return got
