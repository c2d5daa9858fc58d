"""What a special page of the loopback site is: what it does, and what a correct crawler must make of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tests.servers.site_films import SiteFilm
from tests.servers.site_layouts import LAYOUTS, Layout, html_of
from tests.servers.wire import Received, Reply

__all__ = ["HTML", "Ask", "Becomes", "Special", "html_reply", "page"]

HTML = "text/html; charset=utf-8"


class Becomes(StrEnum):
    """What a correct crawler makes of an address."""

    FILM = "film"
    SAME = "same"
    """A film that has its page at another address: it is kept once, however many lead there."""
    REFUSED = "refused"
    """A page that was read and is no film."""
    FAILED = "failed"
    """No page could be had."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for a special page.

    `base`: address of the site; `other`: of the second host. `visit`: how often the address was asked for before.
    `patience_s`: the time limit for a page that the client is taken to have. `film`: that of the page; `first`: the
    first film of the site. `layout`: how the page is built.
    """

    received: Received
    base: str
    other: str
    visit: int
    patience_s: float
    film: SiteFilm
    first: SiteFilm
    layout: Layout
    rest: Callable[[float], None]
    """Waits so many seconds, or until the server closes."""


@dataclass(frozen=True, slots=True)
class Special:
    """An address and what is to be made of it.

    Attributes:
        path: path and query; `{first}` in it stands for the path of the site's first film.
        does: in words.
        becomes: what a correct crawler makes of it.
        answer: the answer to a request.
        reasons: the reason (or for a refused page the detail) that is to be told, any one of them; () for any.
        at: where its film has its page, where that is another address.
        layout: the name of the page's layout, which decides what can be read from it.
        edit: fields of the film that are not as `film_of` makes them.
        expects: values to be read that are not as the film has them.
        listed: whether sitemaps and list pages name it.
        waits: whether it takes the client's patience, and its retries with it.
        abroad: whether it is a page of the other host.
    """

    path: str
    does: str
    becomes: Becomes
    answer: Callable[[Ask], Reply]
    reasons: tuple[str, ...] = ()
    at: str = ""
    layout: str = "json-ld"
    edit: Mapping[str, Any] = field(default_factory=dict)
    expects: Mapping[str, Any] = field(default_factory=dict)
    listed: bool = True
    waits: bool = False
    abroad: bool = False

    @property
    def plan(self) -> Layout:
        """The layout of its page."""
        return next(layout for layout in LAYOUTS if layout.name == self.layout)


def html_reply(text: str, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Reply:
    """Return a page in UTF-8."""
    return Reply(status, text.encode("utf-8"), {"Content-Type": HTML, **dict(headers)})


def page(ask: Ask) -> Reply:
    """Return the page of the film as its layout has it."""
    return html_reply(html_of(ask.film, ask.base, ask.layout))
