"""The polite client: the one way by which pages and answers of APIs come in."""

import ipaddress
import math
import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Self

from kadr import __version__
from kadr.collect.download import is_public, shown_url
from kadr.collect.fetch import robots
from kadr.collect.fetch.address import normal_url, place_of, redirected
from kadr.collect.fetch.body import ACCEPTED
from kadr.collect.fetch.lane import MAX_WAIT_S, Lane
from kadr.collect.fetch.page import Page
from kadr.collect.fetch.reasons import (
    FORBIDDEN,
    GIVEN_UP,
    GONE,
    NOT_FOUND,
    NOT_STORED,
    NOT_WEB,
    ODD_ANSWER,
    PASSING,
    PRIVATE,
    REDIRECTS,
    REFUSED,
    STOPPED,
    Fault,
    is_redirect,
)
from kadr.collect.fetch.store import PageStore
from kadr.errors import PageError

if TYPE_CHECKING:
    from kadr.collect.fetch.wire import Answer

__all__ = ["Fetcher", "Manners"]

_REDIRECTS = 5
_ROBOTS_FRESH_S = 86_400.0  # RFC 9309, 2.4: not used longer than 24 hours
_KEPT = ("content-type", "content-language", "etag", "last-modified", "retry-after")
_LONGEST_HEADER = 1_000  # characters; a longer one tells nothing that is needed
_MOST_BACKOFF_S = 30.0
_NO_RULES = frozenset({NOT_FOUND, REFUSED, ODD_ANSWER, REDIRECTS, NOT_WEB, NOT_STORED})
"""What means that a host has no robots.txt: its server answered, but not with one (RFC 9309, 2.3.1.3)."""
_NONE: Mapping[str, str] = MappingProxyType({})


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

    Args:
        store: where pages are kept; it stays open.
        manners: how to behave.
    """

    def __init__(self, store: PageStore, manners: Manners) -> None:
        from kadr.collect.fetch.wire import Wire

        self._store, self._manners = store, manners
        allowed = _anywhere if manners.allow_private else is_public
        self._wire = Wire(allowed, manners.timeout_s, manners.at_once)
        self._lock = threading.Lock()
        self._lanes: dict[str, Lane] = {}
        self._rules: dict[str, robots.Rules | Fault] = {}
        self._asking: dict[str, threading.Lock] = {}
        self._stopped = False
        self._headers = {
            "User-Agent": _agent(manners.contact),
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Encoding": ACCEPTED,
        }

    def __enter__(self) -> Self:
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

    def get(
        self, url: str, *, fresh_s: float = 0.0, headers: Mapping[str, str] = _NONE, max_bytes: int | None = None
    ) -> Page:
        """Return a page: the stored one while it is fresh, else as the server has it now.

        A stored page is asked for with the condition that it changed. What comes is stored before it is returned. That
        a page is gone is stored too, so that it is not asked for again while that is fresh.

        Args:
            url: an http or https address.
            fresh_s: seconds for which a stored page is taken as it is.
            headers: to send besides the usual ones, a token for example; never stored, shown or sent to another host.
            max_bytes: of the page, after unpacking, where it may be larger than the manners allow for others.

        Raises:
            PageError: there is no such page, or none was got; `reason` is a constant of `reasons`.
            SourceError: the store fails.
        """
        try:
            return self._page(normal_url(url), fresh_s, headers, max_bytes or self._manners.max_bytes)
        except Fault as fault:
            # `from None`: what lies beneath may quote the address whole.
            raise PageError(shown_url(url), fault.reason, fault.detail) from None

    def sitemaps_of(self, url: str) -> tuple[str, ...]:
        """Return the addresses of the sitemaps that the robots.txt of a page's host names.

        Raises:
            PageError: the robots.txt cannot be had.
            SourceError: the store fails.
        """
        try:
            return self._rules_of(normal_url(url)).sitemaps
        except Fault as fault:
            raise PageError(shown_url(url), fault.reason, fault.detail) from None  # as above

    def _page(self, url: str, fresh_s: float, headers: Mapping[str, str], limit: int) -> Page:
        stored = self._store.get(url)
        if stored is not None and (self._manners.offline or _age(stored) < fresh_s):
            return _present(stored)
        if self._manners.offline:
            raise Fault(NOT_STORED, "collect it once without --offline")
        if stored is not None and stored.status != 200:
            stored = None
        where, answer = self._followed(url, stored, headers, limit)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        if answer.status == 304:
            if stored is None or where != stored.final_url:
                raise Fault(ODD_ANSWER, "status 304 for a page that is not stored")
            self._store.touch(url, now)
            return replace(stored, fetched_at=now)
        page = Page(url, where, answer.status, _kept(answer.headers), answer.body, now)
        self._store.put(page)
        return _present(page)

    def _followed(self, url: str, stored: Page | None, headers: Mapping[str, str], limit: int) -> tuple[str, "Answer"]:
        """Return the answer at the end of the redirects, and where that was."""
        where, its_robots = url, robots.address_of(url)
        obey = self._manners.robots and url != its_robots  # which is never forbidden, nor what it redirects to
        for _ in range(_REDIRECTS + 1):
            if obey and not self._rules_of(where).allow(where):
                raise Fault(FORBIDDEN, "" if where == url else "the page it redirects to")
            sent = self._headers | (dict(headers) if robots.address_of(where) == its_robots else {})
            if stored is not None and where == stored.final_url:
                sent |= _conditions(stored)
            answer = self._answered(where, sent, limit, cut=url == its_robots)
            if not is_redirect(answer.status, answer.headers):
                return where, answer
            where = redirected(where, answer.headers["location"])
        raise Fault(REDIRECTS, f"more than {_REDIRECTS}")

    def _answered(self, url: str, headers: Mapping[str, str], limit: int, *, cut: bool) -> "Answer":
        """Return the answer to one address, asked again while the fault may pass."""
        lane = self._lane(url)
        for left in reversed(range(self._manners.tries)):
            try:
                with lane.turn():
                    answer = self._wire.ask(url, headers, limit, cut=cut)
            except Fault as fault:
                wait = self._backoff(left) if fault.wait is None else fault.wait
                lane.failed(fault, min(wait, MAX_WAIT_S))
                if not left or fault.reason not in PASSING or wait > MAX_WAIT_S:
                    lane.lost(fault)
                    raise
                lane.pause(wait)
            else:
                lane.well()
                return answer
        raise AssertionError  # the last try returns or raises

    def _backoff(self, left: int) -> float:
        """Return a wait before the next try: full jitter, so that clients that failed together do not return so."""
        most = self._manners.backoff_s * 2.0 ** (self._manners.tries - 1 - left)
        return random.uniform(0.0, min(most, _MOST_BACKOFF_S))  # noqa: S311  # spreads requests, guards nothing

    def _lane(self, url: str) -> Lane:
        with self._lock:
            if self._stopped:
                raise Fault(STOPPED, "the run is over")
            fresh = Lane(self._manners.delay_s, self._manners.at_once)
            return self._lanes.setdefault(place_of(url), fresh)

    def _rules_of(self, url: str) -> robots.Rules:
        """Return what the host's robots.txt says; it is asked for once a run, whoever comes first."""
        where = robots.address_of(url)
        with self._lock:
            turn = self._asking.setdefault(where, threading.Lock())
        with turn:
            if where not in self._rules:
                self._rules[where] = self._read_rules(where)
            found = self._rules[where]
        if isinstance(found, Fault):
            raise found
        return found

    def _read_rules(self, where: str) -> robots.Rules | Fault:
        """Read a robots.txt (RFC 9309): where there is none all is allowed, behind a fault of the server nothing."""
        try:
            page = self._page(where, _ROBOTS_FRESH_S, _NONE, robots.MAX_BYTES)
        except Fault as fault:
            if fault.reason in _NO_RULES:
                return robots.Rules()
            if fault.reason in {PRIVATE, GIVEN_UP, STOPPED}:
                return fault
            return Fault(GIVEN_UP, f"its robots.txt: {fault.reason}")
        rules = robots.read_rules(page.body.decode("utf-8-sig", "replace"), page.final_url)
        if not self._manners.offline:
            self._lane(where).keep_apart(rules.delay_s)
        return rules


def _anywhere(address: str) -> bool:
    """Tell whether an address may be connected to where private ones may: all but link-local ones.

    There is no film site there, but the service that tells a cloud machine its own secrets.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    return not (getattr(ip, "ipv4_mapped", None) or ip).is_link_local


def _agent(contact: str) -> str:
    """Return the User-Agent; what could end the header or its comment is left out."""
    shown = "".join(c for c in contact if c.isascii() and c.isprintable() and c not in "()")
    return f"{robots.NAME}/{__version__}" + (f" (+{shown})" if shown else "")


def _age(page: Page) -> float:
    """Return the seconds since a page was fetched; infinite for a time that cannot be."""
    try:
        age = (datetime.now(UTC) - datetime.fromisoformat(page.fetched_at)).total_seconds()
    except (ValueError, TypeError):  # TypeError: without a time zone
        return math.inf
    return age if age >= 0 else math.inf


def _present(page: Page) -> Page:
    if page.status in GONE:
        raise Fault(NOT_FOUND, f"status {page.status}")
    return page


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in _KEPT if len(headers.get(name, "")) in range(1, _LONGEST_HEADER)}


def _conditions(stored: Page) -> dict[str, str]:
    """Return the headers that ask for a page only if it is not the stored one any more."""
    pairs = {"If-None-Match": stored.headers.get("etag"), "If-Modified-Since": stored.headers.get("last-modified")}
    return {name: value for name, value in pairs.items() if value and value.isascii() and value.isprintable()}
