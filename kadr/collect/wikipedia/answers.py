"""Asking an API of Wikimedia: a query -> its JSON answer, checked; lag waited out, large questions halved."""

import json
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from kadr.collect.download import shown_url
from kadr.collect.fetch.reasons import FORBIDDEN, GIVEN_UP, NOT_WEB, PRIVATE, REFUSED, STOPPED, TOO_MANY
from kadr.collect.harvest import crashed
from kadr.collect.json_answers import NO_JSON, dig, object_of, text_at
from kadr.errors import KadrError, PageError

if TYPE_CHECKING:
    from kadr.collect.fetch.client import Fetcher
    from kadr.collect.fetch.page import Page

__all__ = ["FUTILE", "LAGGING", "Api", "Patience", "in_parts"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Parts = tuple[dict[K, V], dict[K, PageError]]
"""What was answered, and why the rest was not."""

LAGGING = "the servers lag"
MAX_LAG_S = 5.0
"""What mediawiki.org, "Manual:Maxlag parameter", recommends to programs that nobody waits for; also the shortest pause
after such an error, where the answer's `Retry-After` does not say."""
_LONGEST_PAUSE_S = 60.0
_LAG_TRIES = 6  # half a minute at the least, five minutes at the most; after that the batch is given up for this run
_LONGEST_LAG_S = 1_800.0
"""Of a whole run: lag of half an hour has a cause that takes people to mend, and hundreds of batches are asked for."""
_LONGEST_MARK = 200  # characters of a mark by which an answer is continued
_MAX_CONTINUED = 60  # every part holds one page at least, and 50 pages are asked for
_PASSING = ("ratelimited", "readonly", "internal_api_error", "cirrussearch-too-busy-error")
"""Starts of error codes that say nothing of the question (mediawiki.org, "API:Errors and warnings")."""
FUTILE = frozenset({GIVEN_UP, REFUSED, FORBIDDEN, TOO_MANY, PRIVATE, NOT_WEB, STOPPED, LAGGING})
"""What a smaller question would meet, too."""


@dataclass(slots=True)
class Patience:
    """How long a run still waits for servers that lag. `pause` waits so many seconds."""

    pause: Callable[[float], None] = field(repr=False)
    left_s: float = _LONGEST_LAG_S

    def wait(self, seconds: float) -> None:
        """Wait, for no longer than is left."""
        seconds = min(seconds, self.left_s)
        self.left_s -= seconds
        if seconds:
            self.pause(seconds)


class _Lag(PageError):
    """The servers behind an API are too busy. `wait_s`: how long they ask to be left alone."""

    def __init__(self, url: str, wait_s: float) -> None:
        self.wait_s = wait_s
        super().__init__(url, LAGGING, "run it again in an hour")


@dataclass(frozen=True, slots=True)
class Api:
    """One API, asked politely.

    Attributes:
        fetcher: sends, stores and spaces the requests.
        base: the address, without a query.
        fresh_s: seconds for which a stored answer counts as fresh.
        patience: waits when the servers behind the API lag.
    """

    fetcher: "Fetcher" = field(repr=False)
    base: str
    fresh_s: float
    patience: Patience = field(repr=False)

    def ask(
        self, query: Mapping[str, str], *, stale: bool = False, tries: int | None = None
    ) -> tuple[Mapping[str, Any], str]:
        """Return the JSON object that answers a query, and when it was fetched.

        Nothing but such an object is ever stored, so what was stored before stays. Lag is waited out, and an answer
        that was broken on its way is asked for anew, once.

        Args:
            query: what is asked.
            stale: whether an old stored answer will do where the servers give none; then nothing is asked twice.
            tries: requests while a fault may pass; None for the fetcher's own number.

        Raises:
            PageError: no answer, one that is no JSON object, an error of the API, or lag that does not end.
        """
        url = f"{self.base}?{urlencode(query)}"
        failed: Counter[str] = Counter()
        while True:
            try:
                page = self.fetcher.get(url, fresh_s=self.fresh_s, stale=stale, tries=tries, judge=self._judge)
                return _answer(page), page.fetched_at
            except PageError as fault:
                failed[fault.reason] += 1
                most = _LAG_TRIES if self.patience.left_s else 1
                if failed[fault.reason] >= {LAGGING: most, NO_JSON: 2}.get(fault.reason, 1):
                    raise

    def ask_all(self, query: Mapping[str, str], *, stale: bool = False) -> list[tuple[Mapping[str, Any], str]]:
        """Return every part of an answer that is continued (mediawiki.org, "API:Continue").

        Raises:
            PageError: as `ask`, or the answer does not end.
        """
        parts, more = [self.ask(query, stale=stale)], set[str]()
        while isinstance(onward := parts[-1][0].get("continue"), dict):
            onward = {key: str(value)[:_LONGEST_MARK] for key, value in onward.items()}
            mark = json.dumps(onward, sort_keys=True)
            if mark in more or len(more) == _MAX_CONTINUED:
                raise PageError(shown_url(self.base), "an answer without end")
            more.add(mark)
            parts.append(self.ask({**query, **onward}, stale=stale))
        return parts

    def _judge(self, page: "Page") -> None:
        """Keep what is no answer out of the store, and let servers that lag rest, whoever asks next.

        Raises:
            PageError: it is none.
        """
        try:
            _answer(page)
        except _Lag as lag:
            self.patience.wait(lag.wait_s)
            raise


def in_parts(keys: Sequence[K], ask: Callable[[Sequence[K]], dict[K, V]]) -> Parts[K, V]:
    """Ask about many things at once; where that fails, about each half of them, down to single ones."""
    if not keys:
        return {}, {}
    try:
        return ask(keys), {}
    except PageError as error:
        fault = error
    except KadrError:
        raise  # the store is broken
    except Exception as error:  # noqa: BLE001  # an answer that breaks a reader must cost its part, not the run
        fault = PageError("", crashed(error))
    if len(keys) == 1 or fault.reason in FUTILE:
        return {}, dict.fromkeys(keys, fault)
    half = len(keys) // 2
    (first, failed), (second, failed_too) = in_parts(keys[:half], ask), in_parts(keys[half:], ask)
    return first | second, failed | failed_too


def _answer(page: "Page") -> Mapping[str, Any]:
    """Return the JSON object of an answer.

    Raises:
        PageError: it is none, or says that the API could not answer; `_Lag` where the servers are too busy.
    """
    answer = object_of(page)
    error = answer.get("error")
    if error is None:
        return answer
    url, code = shown_url(page.url), text_at(error, "code")[:80] or "unnamed"
    if code != "maxlag" and not code.startswith(_PASSING):
        raise PageError(url, "an error of the API", code)
    told = page.headers.get("retry-after", "")
    if told.isascii() and told.isdigit():
        raise _Lag(url, min(float(told[:6]), _LONGEST_PAUSE_S))
    lag = dig(error, "lag")
    raise _Lag(url, min(max(MAX_LAG_S, lag), _LONGEST_PAUSE_S) if isinstance(lag, (int, float)) else MAX_LAG_S)
