"""A film site on the loopback, with everything that goes wrong on one.

    with film_site(40, specials=QUICK) as site:
        crawl(site.url + "/sitemap.xml")      # or "/films?page={page}"
        for path, expected in site.truth.items():
            assert differences(films[path], expected) == []

Its films are ours, in Russian and English, in eight layouts by turns. `SPECIALS` is the table of all pages that are not
plain films: what each does, and what a correct crawler must make of it.
"""

import threading
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import format_datetime
from hashlib import blake2b
from time import monotonic
from typing import Any

from kadr.film import Film
from tests.servers.site_faults import bomb_body
from tests.servers.site_films import SiteFilm
from tests.servers.site_layouts import html_of, layout_of
from tests.servers.site_lists import bad_sitemaps, list_page, robots, sitemap, sitemap_index
from tests.servers.site_special import Ask, Becomes, Special, html_reply
from tests.servers.site_stock import SPECIALS, Stock
from tests.servers.wire import Delivery, Loopback, Received, Reply, text_reply

__all__ = ["QUICK", "SPECIALS", "Becomes", "FilmSite", "Manner", "Special", "differences", "film_site"]

QUICK: Sequence[Special] = tuple(special for special in SPECIALS if not special.waits)
"""Those special pages that a crawler is done with at once, or after a second."""
PER_SITEMAP, PER_PAGE = 500, 20
_WINDOW_S = 1.0
"""Over which the rate of a client is counted."""
_STUMBLES = (
    Reply(500),
    Reply(429, headers={"Retry-After": "0"}),
    Reply(200, b"<html><head><title>cut", {"Content-Length": "9000"}, sized=False),
    Reply(503, b"<h1>503 Service Unavailable</h1>"),
    Reply(200, delivery=Delivery.DROP_BEFORE),
)
"""What the first request for a page may meet on a site that stumbles."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How the site behaves as a whole.

    Attributes:
        seed: decides the films.
        rate: requests within a second that a client (told by its User-Agent) may make, 0 for any number; each one more
            is answered 429 with `Retry-After: 1`.
        crawl_delay: that robots.txt asks for, in seconds, 0 for none.
        robots_status: of robots.txt, 200 for its text.
        stumbles: every so many-th film page fails on its first visit, each in another way; 0 for none.
        ban_after: requests that a client may make before it is answered 403 for good, 0 for any number.
        validators: whether pages have an ETag and a Last-Modified, and 304 is answered.
        bad_sitemaps: whether the index names sitemaps that are broken, hostile or endless.
        patience_s: the time limit for a page that the client has; slow pages are slow by this measure.
    """

    seed: int = 1
    rate: int = 0
    crawl_delay: float = 0.0
    robots_status: int = 200
    stumbles: int = 0
    ban_after: int = 0
    validators: bool = True
    bad_sitemaps: bool = False
    patience_s: float = 2.0


class FilmSite:
    """The site, as `film_site` opens it, and a second host, to which some of its pages redirect.

    `stock` says which films there are, and can change them between two runs of a crawler. `statuses` counts what was
    answered, by status: those of 304 are the pages that needed no second transfer.
    """

    def __init__(self, stock: Stock, manner: Manner) -> None:
        self.stock, self.manner = stock, manner
        self.statuses: Counter[int] = Counter()
        self._visits: Counter[str] = Counter()
        self._clients: dict[str, _Client] = {}
        self._lock = threading.Lock()
        self._here = Loopback(lambda received: self._answer(received, self.url))
        self._other = Loopback(lambda received: self._answer(received, self.other_url))
        self._bad: Mapping[str, Reply] = {}
        if manner.bad_sitemaps:
            bomb = Reply(200, bomb_body(), {"Content-Type": "application/gzip"})
            self._bad = {**bad_sitemaps(self.url, stock.first.path), "/bad/bomb.xml.gz": bomb}

    @property
    def url(self) -> str:
        """The site's address, without a slash at the end."""
        return self._here.url

    @property
    def other_url(self) -> str:
        """The address of the other host."""
        return self._other.url

    @property
    def requests(self) -> Sequence[Received]:
        """What the site was asked, in order."""
        return self._here.received

    @property
    def other_requests(self) -> Sequence[Received]:
        """What the other host was asked, in order."""
        return self._other.received

    @property
    def truth(self) -> Mapping[str, Mapping[str, Any]]:
        """What must be read from the page of every film that the lists lead to: path to field to value.

        Films of special pages are among them. "" means that nothing may be read; `differences` compares.
        """
        return self.stock.truth(self.url, self.other_url)

    def forgive(self) -> None:
        """Forget who asked for what: bans end, and what fails on a first visit only fails again."""
        with self._lock:
            self._visits.clear()
            self._clients.clear()

    def close(self) -> None:
        """Stop both hosts."""
        self._here.close()
        self._other.close()

    def _answer(self, received: Received, base: str) -> Reply:
        path = received.path.partition("?")[0]
        with self._lock:
            visit = self._visits[path]
            self._visits[path] += 1
            client = self._clients.setdefault(received.headers.get("user-agent", ""), _Client())
            refusal = client.refusal(self.manner)
        reply = refusal or self._route(received, base, visit)
        with self._lock:
            self.statuses[reply.status] += 1
        return reply

    def _route(self, received: Received, base: str, visit: int) -> Reply:
        path, _, query = received.path.partition("?")
        if path == "/robots.txt":
            well = self.manner.robots_status == 200
            return robots(base, self.manner.crawl_delay) if well else Reply(self.manner.robots_status)
        if path.startswith("/sitemap"):
            return self._sitemap(path, base)
        if path in {"/", "/films"}:
            return self._list(query, base)
        if special := self.stock.specials.get(received.path) or self.stock.specials.get(path):
            return self._conditional(received, special.answer(self._ask(special, received, base, visit)))
        return self._bad.get(path) or self._film(received, base, visit)

    def _film(self, received: Received, base: str, visit: int) -> Reply:
        film = self.stock.at(received.path.partition("?")[0])
        if isinstance(film, int):
            return html_reply(f"<h1>{film}</h1>", film)
        every = self.manner.stumbles
        if every and not visit and film.number % every == 0:
            return _STUMBLES[film.number // every % len(_STUMBLES)]
        reply = html_reply(html_of(film, base, layout_of(film.number)))
        return self._conditional(received, reply, film)

    def _conditional(self, received: Received, reply: Reply, film: SiteFilm | None = None) -> Reply:
        """Return the reply with its validators, or 304 where the client has it."""
        if not self.manner.validators or reply.status != 200 or reply.repeat > 1:
            return reply
        tag = f'"{blake2b(reply.body, digest_size=8).hexdigest()}"'
        had, told = received.headers.get("if-none-match"), {"ETag": tag}
        same = had == tag
        if film:
            told["Last-Modified"] = format_datetime(self.stock.changed_at(film), usegmt=True)
            same = same if had else received.headers.get("if-modified-since") == told["Last-Modified"]
        return Reply(304, headers=told) if same else reply.plus(told)

    def _ask(self, special: Special, received: Received, base: str, visit: int) -> Ask:
        film = self.stock.at(special.path)
        assert isinstance(film, SiteFilm)
        return Ask(
            received=received,
            base=base,
            other=self.other_url,
            visit=visit,
            patience_s=self.manner.patience_s,
            film=film,
            first=self.stock.first,
            layout=special.plan,
            rest=lambda seconds: self._here.rest(monotonic() + seconds),
        )

    def _sitemap(self, path: str, base: str) -> Reply:
        """Return the index, or the sitemap of a number; there are two at the least, and every other one is packed."""
        size = max(1, min(PER_SITEMAP, -(-self.stock.count // 2)))
        names = [f"/sitemap-{n}.xml{'' if n % 2 else '.gz'}" for n in range(1, self.stock.chunks(size) + 1)]
        if path == "/sitemap.xml":
            return sitemap_index([base + name for name in (*self._bad, *names)])
        if path not in names:
            return text_reply("Not Found", 404)
        number = names.index(path) + 1
        films = self.stock.chunk(number, size)
        days = {base + at: self.stock.changed_at(film).date().isoformat() for at, film in films}
        return sitemap(days, packed=number % 2 == 0)

    def _list(self, query: str, base: str) -> Reply:
        """Return a list page: the first where none is asked for, 404 behind the last."""
        asked = query.removeprefix("page=")
        number = int(asked) if asked.isdecimal() else 1
        last = self.stock.chunks(PER_PAGE)
        if not 1 <= number <= last:
            return html_reply("<h1>404</h1>", 404)
        return list_page(base, number, last, {at: film.title[:99] for at, film in self.stock.chunk(number, PER_PAGE)})


class _Client:
    """What one client asked for, as far as limits go."""

    def __init__(self) -> None:
        self.total = 0
        self._recent: deque[float] = deque()

    def refusal(self, manner: Manner) -> Reply | None:
        """Count a request, and return the refusal of one too many."""
        self.total += 1
        if manner.ban_after and self.total > manner.ban_after:
            return html_reply("<h1>403 Forbidden</h1>", 403)
        if not manner.rate:
            return None
        now = monotonic()
        while self._recent and now - self._recent[0] >= _WINDOW_S:
            self._recent.popleft()
        if len(self._recent) >= manner.rate:
            return text_reply("Too Many Requests", 429).plus({"Retry-After": "1"})
        self._recent.append(now)
        return None


@contextmanager
def film_site(films: int = 40, specials: Sequence[Special] = (), **manner: Any) -> Iterator[FilmSite]:
    """Open a site of so many films, with special pages: `QUICK`, `SPECIALS`, some of them. `manner`: see `Manner`."""
    behaviour = Manner(**manner)
    site = FilmSite(Stock(films, specials, behaviour.seed), behaviour)
    try:
        yield site
    finally:
        site.close()


def differences(film: Film, expected: Mapping[str, Any]) -> list[str]:
    """Return the fields of a film that are not as expected, each with both values.

    A description agrees where one of the two begins with the other, spaces aside.
    """
    told = []
    for name, wanted in expected.items():
        got = (film.descriptions[0].text if film.descriptions else "") if name == "description" else getattr(film, name)
        if name == "description" and got and wanted:
            one, two = ("".join(text.split()) for text in (got, wanted))
            same = one.startswith(two) or two.startswith(one)
        else:
            same = got == wanted
        if not same:
            told.append(f"{name}: {got!r} in place of {wanted!r}")
    return told
