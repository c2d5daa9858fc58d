"""Why a page could not be fetched: the reasons that pages are counted by, and the faults that carry them inside."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["Fault", "fault_of"]

NOT_FOUND = "not found"
FORBIDDEN = "forbidden by robots.txt"
REFUSED = "refused by the server"
TOO_MANY = "too many requests"
SERVER_FAULT = "server fault"
NO_ANSWER = "no answer"
TOO_SLOW = "too slow"
TOO_LARGE = "too large"
REDIRECTS = "too many redirects"
PRIVATE = "private address"
NOT_WEB = "not a web address"
NOT_STORED = "not stored"
GIVEN_UP = "host given up"
ODD_ANSWER = "odd answer"
STOPPED = "stopped"

PASSING = frozenset({TOO_MANY, SERVER_FAULT, NO_ANSWER})
"""What may be gone a moment later: asked again."""
OF_THE_HOST = PASSING | {REFUSED, TOO_SLOW}
"""What tells of the host rather than of one page: several in a row, and the host is given up."""
UNREACHED = OF_THE_HOST | {GIVEN_UP}
"""What says nothing of the page: it may be as it was."""
ITS_ROBOTS = "its robots.txt: "
"""Begins the detail of a host that is given up because nobody knows what its robots.txt says; the reason follows."""
GONE = frozenset({404, 410})


class Fault(Exception):
    """Why a request gave no page. Never leaves `kadr.collect.fetch`: the client makes a `PageError` of it.

    Attributes:
        reason: one of the constants of this module.
        detail: what there is to add; no address with a query, no text of a page.
        wait: seconds that the server asked to be left alone, None where it did not say.
    """

    def __init__(self, reason: str, detail: str = "", *, wait: float | None = None) -> None:
        self.reason, self.detail, self.wait = reason, detail, wait
        super().__init__(f"{reason} ({detail})")


def fault_of(status: int, headers: Mapping[str, str], now: datetime) -> Fault | None:
    """Return what an answer's status says went wrong, None where it brought a page, a redirect or that it is gone.

    Args:
        status: of the answer.
        headers: names in lower case.
        now: the time in UTC, for a `Retry-After` that is a date.
    """
    if status in {200, 203, 304} or status in GONE or is_redirect(status, headers):
        return None
    said = f"status {status}"
    if status in {401, 403, 451}:
        return Fault(REFUSED, said)
    if status == 429:
        return Fault(TOO_MANY, wait=_wait(headers, now))
    if status >= 500 or status in {408, 425}:
        return Fault(SERVER_FAULT, said, wait=_wait(headers, now))
    return Fault(ODD_ANSWER, said)


def is_redirect(status: int, headers: Mapping[str, str]) -> bool:
    """Tell whether an answer sends on to another address."""
    return status in {301, 302, 303, 307, 308} and "location" in headers


def _wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds of `Retry-After`, a number or a date; None where it is missing or neither."""
    value = headers.get("retry-after", "").strip()[:100]
    try:
        if value.isascii() and value.isdigit():
            return float(value)
        until = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    seconds = (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None
