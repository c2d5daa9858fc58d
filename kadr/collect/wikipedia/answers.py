"""Asking an API of Wikimedia: a query -> its JSON answer, checked; lag waited out, large questions halved."""

import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from kadr.collect.download import shown_url
from kadr.collect.fetch.reasons import FORBIDDEN, GIVEN_UP, NOT_WEB, PRIVATE, REFUSED, STOPPED, TOO_MANY
from kadr.collect.json_answers import dig, object_of, text_at
from kadr.errors import PageError

if TYPE_CHECKING:
    from kadr.collect.fetch.client import Fetcher
    from kadr.collect.fetch.page import Page

__all__ = ["FUTILE", "Api", "in_parts"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Parts = tuple[dict[K, V], dict[K, PageError]]
"""What was answered, and why the rest was not."""

MAX_LAG_S = 5.0
"""What mediawiki.org, "Manual:Maxlag parameter", recommends to programs that nobody waits for; also the shortest pause
after such an error, where the answer's `Retry-After` does not say."""
_LONGEST_PAUSE_S = 60.0
_LAG_TRIES = 6  # half a minute at the least, six minutes at the most; after that the batch is given up for this run
_LONGEST_MARK = 200  # characters of a mark by which an answer is continued
_MAX_CONTINUED = 60  # every part holds one page at least, and 50 pages are asked for
_PASSING = ("ratelimited", "readonly", "internal_api_error", "cirrussearch-too-busy-error")
"""Starts of error codes that say nothing of the question (mediawiki.org, "API:Errors and warnings")."""
FUTILE = frozenset({GIVEN_UP, REFUSED, FORBIDDEN, TOO_MANY, PRIVATE, NOT_WEB, STOPPED})
"""What a smaller question would meet, too."""


@dataclass(frozen=True, slots=True)
class Api:
    """One API, asked politely.

    Attributes:
        fetcher: sends, stores and spaces the requests.
        base: the address, without a query.
        fresh_s: seconds for which a stored answer counts as fresh.
        pause: waits so many seconds, when the servers behind the API lag.
    """

    fetcher: "Fetcher" = field(repr=False)
    base: str
    fresh_s: float
    pause: Callable[[float], None] = field(repr=False)

    def ask(self, query: Mapping[str, str]) -> tuple[Mapping[str, Any], str]:
        """Return the JSON object that answers a query, and when it was fetched.

        A stored answer that is broken is asked for anew, once; so is one that was broken on its way.

        Raises:
            PageError: no answer, one that is no JSON object, an error of the API, or lag that does not end.
        """
        url = f"{self.base}?{urlencode(query)}"
        fresh_s, lags, broken = self.fresh_s, 0, False
        while True:
            page = self.fetcher.get(url, fresh_s=fresh_s)
            fresh_s = 0.0
            try:
                answer = object_of(page)
                lag_s = _lag(page, answer)
            except PageError:
                if broken:
                    raise
                broken = True
                continue
            if lag_s is None:
                return answer, page.fetched_at
            lags += 1
            if lags == _LAG_TRIES:
                raise PageError(shown_url(url), "the servers lag", "run it again in an hour")
            self.pause(min(lag_s, _LONGEST_PAUSE_S))

    def ask_all(self, query: Mapping[str, str]) -> list[tuple[Mapping[str, Any], str]]:
        """Return every part of an answer that is continued (mediawiki.org, "API:Continue").

        Raises:
            PageError: as `ask`, or the answer does not end.
        """
        parts, more = [self.ask(query)], set[str]()
        while isinstance(onward := parts[-1][0].get("continue"), dict):
            onward = {key: str(value)[:_LONGEST_MARK] for key, value in onward.items()}
            mark = json.dumps(onward, sort_keys=True)
            if mark in more or len(more) == _MAX_CONTINUED:
                raise PageError(shown_url(self.base), "an answer without end")
            more.add(mark)
            parts.append(self.ask({**query, **onward}))
        return parts


def in_parts(keys: Sequence[K], ask: Callable[[Sequence[K]], dict[K, V]]) -> Parts[K, V]:
    """Ask about many things at once; where that fails, about each half of them, down to single ones."""
    if not keys:
        return {}, {}
    try:
        return ask(keys), {}
    except PageError as fault:
        if len(keys) == 1 or fault.reason in FUTILE:
            return {}, dict.fromkeys(keys, fault)
    half = len(keys) // 2
    (first, failed), (second, failed_too) = in_parts(keys[:half], ask), in_parts(keys[half:], ask)
    return first | second, failed | failed_too


def _lag(page: "Page", answer: Mapping[str, Any]) -> float | None:
    """Return how many seconds to wait where the servers behind the API are too busy; None for an answer.

    Raises:
        PageError: the API reports another error.
    """
    error = answer.get("error")
    if error is None:
        return None
    code = text_at(error, "code")[:80] or "unnamed"
    if code != "maxlag" and not code.startswith(_PASSING):
        raise PageError(shown_url(page.url), "an error of the API", code)
    told = page.headers.get("retry-after", "")
    if told.isascii() and told.isdigit():
        return float(told[:6])
    lag = dig(error, "lag")
    return max(MAX_LAG_S, min(float(lag), _LONGEST_PAUSE_S)) if isinstance(lag, (int, float)) else MAX_LAG_S
