"""The polite client: the one way by which pages and answers of APIs come in."""

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self

from kadr.addresses import is_not_link_local, is_public
from kadr.collect.download import shown_url
from kadr.collect.fetch import robots
from kadr.collect.fetch.address import is_same_origin, normal_url, place_of, redirected
from kadr.collect.fetch.body import ACCEPTED
from kadr.collect.fetch.lane import MAX_WAIT_S, Lane
from kadr.collect.fetch.page import Page
from kadr.collect.fetch.reasons import (
    FORBIDDEN,
    GIVEN_UP,
    GONE,
    ITS_ROBOTS,
    NOT_FOUND,
    NOT_STORED,
    NOT_WEB,
    ODD_ANSWER,
    PASSING,
    PRIVATE,
    REDIRECTS,
    REFUSED,
    STOPPED,
    UNREACHED,
    Fault,
    is_redirect,
)
from kadr.collect.fetch.store import PageStore
from kadr.collect.fetch.stored import conditions, is_fresh, kept_headers
from kadr.collect.fetch.wish import NO_HEADERS, Judge, Wish
from kadr.errors import PageError

if TYPE_CHECKING:
    from kadr.collect.fetch.wire import Answer

__all__ = ["Fetcher", "Manners"]

_REDIRECTS = 5
_ROBOTS_FRESH_S = 86_400.0  # RFC 9309, 2.4: not used longer than 24 hours
_KEPT_FOR = timedelta(days=200)
"""After which a page that was not asked for is dropped. Three months is the longest that one counts as fresh."""
_MOST_BACKOFF_S = 30.0
_NO_RULES = frozenset({NOT_FOUND, REFUSED, ODD_ANSWER, REDIRECTS, NOT_WEB, NOT_STORED})
"""What means that a host has no robots.txt: its server answered, but not with one (RFC 9309, 2.3.1.3)."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How a fetcher behaves.

    Attributes:
        contact: address of a page or an e-mail of who runs it, for the User-Agent.
        delay_s: seconds between two requests to one host, at least; its robots.txt may ask for more.
        at_once: requests under way to one host.
        timeout_s: seconds for a whole page, redirects not included.
        max_bytes: of a page, after unpacking.
        tries: requests for one page, the first included, while the fault may pass.
        backoff_s: seconds before the second of these, at most; doubled for each further one.
        robots: whether robots.txt is obeyed. APIs have rules of their own.
        offline: nothing is asked for; the store serves whatever it has.
        allow_private: whether addresses inside a network, this machine's own included, may be connected to.
    """

    contact: str = ""
    delay_s: float = 1.0
    at_once: int = 2
    timeout_s: float = 30.0
    max_bytes: int = 10 << 20
    tries: int = 4
    backoff_s: float = 1.0
    robots: bool = True
    offline: bool = False
    allow_private: bool = False


class Fetcher:
    """Fetches pages through a store. Use it as a context manager, from as many threads as wanted.

    `stale`: how many pages were taken as they were stored long ago, because their host gave none or none that would do.

    Args:
        store: where pages are kept; it stays open.
        manners: how to behave.
    """

    def __init__(self, store: PageStore, manners: Manners) -> None:
        from kadr.collect.fetch.wire import Wire

        self._store, self._manners = store, manners
        allowed = is_not_link_local if manners.allow_private else is_public
        self._wire = Wire(allowed, manners.at_once)
        self._wish = Wish(manners.tries, manners.timeout_s, manners.max_bytes)
        self._lock = threading.Lock()
        self._lanes: dict[str, Lane] = {}
        self._rules: dict[str, robots.Rules | Fault] = {}
        self._asking: dict[str, threading.Lock] = {}
        self._stopped = False
        self.stale = 0
        self._headers = {
            "User-Agent": robots.agent_of(manners.contact),
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Encoding": ACCEPTED,
        }

    def __enter__(self) -> Self:
        if not self._manners.offline:  # what an offline run does not find it cannot ask for
            self._store.forget((datetime.now(UTC) - _KEPT_FOR).isoformat(timespec="seconds"))
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.stop()
        self._wire.close()

    def stop(self) -> None:
        """Ask for nothing more: threads that wait for their turn get a PageError at once."""
        with self._lock:
            self._stopped = True
            lanes = tuple(self._lanes.values())
        for lane in lanes:
            lane.stop()

    def get(  # noqa: PLR0913  # one keyword a wish
        self,
        url: str,
        *,
        fresh_s: float = 0.0,
        headers: Mapping[str, str] = NO_HEADERS,
        max_bytes: int | None = None,
        tries: int | None = None,
        timeout_s: float | None = None,
        judge: Judge | None = None,
        stale: bool = False,
    ) -> Page:
        """Return a page: the stored one while it is fresh, else as the server has it now.

        A stored page is asked for with the condition that it changed. What comes is stored before it is returned. That
        a page is gone is stored too, so that it is not asked for again for as long, an hour at most.

        Args:
            url: an http or https address.
            fresh_s: seconds for which a stored page is taken as it is.
            headers: to send besides the usual, a token for example; never stored, shown or sent to another host.
            max_bytes: of the page, after unpacking, where it may be larger than the manners allow for others.
            tries: in place of those of the manners; robots.txt is asked for likewise.
            timeout_s: in the same way.
            judge: called with what came, before it is stored; where it raises PageError, what was stored stays.
            stale: whether an old stored page will do where the host cannot be reached or refuses, or sent what `judge`
                refuses; `Fetcher.stale` counts them.

        Raises:
            PageError: there is no such page, or none was got; `reason` is a constant of `reasons`, or of `judge`.
            SourceError: the store fails.
        """
        plain = self._wish
        wish = Wish(
            tries or plain.tries, timeout_s or plain.timeout_s, max_bytes or plain.max_bytes, fresh_s, headers, judge
        )
        try:
            return self._page(normal_url(url), wish)
        except Fault as fault:
            if stale and fault.reason in UNREACHED and (old := self._old(url)):
                return old
            # `from None`: what lies beneath may quote the address whole.
            raise PageError(shown_url(url), fault.reason, fault.detail) from None
        except PageError:  # by `judge`
            if stale and (old := self._old(url)):
                return old
            raise

    def sitemaps_of(self, url: str) -> tuple[str, ...]:
        """Return the addresses of the sitemaps that the robots.txt of a page's host names.

        Raises:
            PageError: the robots.txt cannot be had.
            SourceError: the store fails.
        """
        try:
            return self._rules_of(normal_url(url), self._wish).sitemaps
        except Fault as fault:
            raise PageError(shown_url(url), fault.reason, fault.detail) from None  # as above

    def _old(self, url: str) -> Page | None:
        """Return a stored page however old it is, None where there is none that may be shown."""
        old = self._store.get(normal_url(url))
        if old is None or old.status in GONE:
            return None
        with self._lock:
            self.stale += 1
        return old

    def _page(self, url: str, wish: Wish) -> Page:
        stored = self._store.get(url)
        if stored is not None and (self._manners.offline or is_fresh(stored, wish.fresh_s)):
            return _present(stored)
        if self._manners.offline:
            raise Fault(NOT_STORED, "collect it once without --offline")
        if stored is not None and stored.status in GONE:
            stored = None
        where, answer = self._followed(url, stored, wish)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        if answer.status == 304:
            if stored is None or where != stored.final_url:
                raise Fault(ODD_ANSWER, "status 304 for a page that is not stored")
            self._store.touch(url, now)
            return replace(stored, fetched_at=now)
        page = Page(url, where, answer.status, kept_headers(answer.headers), answer.body, now)
        if wish.judge is not None and page.status not in GONE:
            wish.judge(page)
        self._store.put(page)
        return _present(page)

    def _followed(self, url: str, stored: Page | None, wish: Wish) -> tuple[str, "Answer"]:
        """Return the answer at the end of the redirects, and where that was."""
        where, its_robots = url, robots.address_of(url)
        obey = self._manners.robots and url != its_robots  # which is never forbidden, nor what it redirects to
        for _ in range(_REDIRECTS + 1):
            if obey and not self._rules_of(where, wish).allow(where):
                raise Fault(FORBIDDEN, "" if where == url else "the page it redirects to")
            sent = self._headers | (dict(wish.headers) if is_same_origin(where, url) else {})
            if stored is not None and where == stored.final_url:
                sent |= conditions(stored)
            answer = self._answered(where, sent, wish, cut=url == its_robots)
            if not is_redirect(answer.status, answer.headers):
                return where, answer
            where = redirected(where, answer.headers["location"])
        raise Fault(REDIRECTS, f"more than {_REDIRECTS}")

    def _answered(self, url: str, headers: Mapping[str, str], wish: Wish, *, cut: bool) -> "Answer":
        """Return the answer to one address, asked again while the fault may pass."""
        lane = self._lane(url)
        for tried in range(wish.tries):
            try:
                with lane.turn():
                    answer = self._wire.ask(url, headers, wish.max_bytes, wish.timeout_s, cut=cut)
            except Fault as fault:
                wait = self._backoff(tried) if fault.wait is None else fault.wait
                lane.failed(fault, min(wait, MAX_WAIT_S))
                if tried + 1 == wish.tries or fault.reason not in PASSING or wait > MAX_WAIT_S:
                    lane.lost(fault)
                    raise
                lane.pause(wait)
            else:
                lane.well()
                return answer
        raise AssertionError  # the last try returns or raises

    def _backoff(self, tried: int) -> float:
        """Return a wait before the next try: full jitter, so that clients that failed together do not return so."""
        most = self._manners.backoff_s * 2.0**tried
        return random.uniform(0.0, min(most, _MOST_BACKOFF_S))  # noqa: S311  # spreads requests, guards nothing

    def _lane(self, url: str) -> Lane:
        with self._lock:
            if self._stopped:
                raise Fault(STOPPED, "the run is over")
            fresh = Lane(self._manners.delay_s, self._manners.at_once)
            return self._lanes.setdefault(place_of(url), fresh)

    def _rules_of(self, url: str, wish: Wish) -> robots.Rules:
        """Return what the host's robots.txt says; it is asked for once a run, whoever comes first."""
        where = robots.address_of(url)
        with self._lock:
            turn = self._asking.setdefault(where, threading.Lock())
        with turn:
            if where not in self._rules:
                self._rules[where] = self._read_rules(where, wish)
            found = self._rules[where]
        if isinstance(found, Fault):
            raise found
        return found

    def _read_rules(self, where: str, wish: Wish) -> robots.Rules | Fault:
        """Read a robots.txt (RFC 9309): where there is none all is allowed, behind a fault of the server nothing."""
        try:
            page = self._page(where, Wish(wish.tries, wish.timeout_s, robots.MAX_BYTES, _ROBOTS_FRESH_S))
        except Fault as fault:
            if fault.reason in _NO_RULES:
                return robots.Rules()
            if fault.reason in {PRIVATE, GIVEN_UP, STOPPED}:
                return fault
            return Fault(GIVEN_UP, f"{ITS_ROBOTS}{fault.reason}")
        rules = robots.read_rules(page.body.decode("utf-8-sig", "replace"), page.final_url)
        if rules.delay_s > robots.MAX_DELAY_S:
            return Fault(FORBIDDEN, f"it asks for {rules.delay_s:,.0f} seconds between two pages")
        if not self._manners.offline:
            self._lane(where).keep_apart(rules.delay_s)
        return rules


def _present(page: Page) -> Page:
    if page.status in GONE:
        raise Fault(NOT_FOUND, f"status {page.status}")
    return page
