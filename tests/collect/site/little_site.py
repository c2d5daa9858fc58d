"""A site of a few pages, told path by path, and a fetcher for it: for tests of one thing at a time."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kadr.collect.fetch.client import Fetcher, Manners
from kadr.collect.fetch.store import PageStore
from tests.servers.wire import Delivery, Loopback, Received, Reply, text_reply

Answers = Mapping[str, str | bytes | int | None]
"""Path with query -> HTML or another body, or a bare status; None: nothing comes until the server closes."""
PLOT = "Смотрительница маяка находит в старом журнале записи о кораблях, которые придут через сто лет."


def film_page(title: str, year: int = 1987, head: str = "", **more: object) -> str:
    """Return a page that describes one film in JSON-LD."""
    said = {"@context": "https://schema.org", "@type": "Movie", "name": title, "datePublished": str(year)}
    data = json.dumps({**said, "description": f"{PLOT} {title}.", **more}, ensure_ascii=False)
    return (
        f'<!doctype html><html lang="ru"><head><title>{title} ({year})</title>{head}'
        f'<script type="application/ld+json">{data}</script></head><body><h1>{title}</h1><p>{PLOT}</p></body></html>'
    )


def list_page(*links: str, head: str = "") -> str:
    """Return a page of links."""
    items = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
    return f"<!doctype html><html><head><title>Все фильмы</title>{head}</head><body><ul>{items}</ul></body></html>"


def sitemap(*addresses: str, index: bool = False, lastmod: str = "") -> str:
    """Return a sitemap, or an index of sitemaps."""
    outer, inner = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    changed = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    entries = "".join(f"<{inner}><loc>{each}</loc>{changed}</{inner}>" for each in addresses)
    return f'<?xml version="1.0"?><{outer} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{outer}>'


class LittleSite(Loopback):
    """A server of these pages. `{site}` in a page stands for its own address; what it was not told of is a 404."""

    def __init__(self, answers: Answers) -> None:
        self.answers = dict(answers)
        super().__init__(self._reply)

    @property
    def asked(self) -> list[str]:
        """The paths that were asked for, in order, robots.txt left out."""
        return [each.path for each in self.received if each.path != "/robots.txt"]

    @property
    def host(self) -> str:
        """Host and port."""
        return urlsplit(self.url).netloc

    def _reply(self, received: Received) -> Reply:
        found = self.answers.get(received.path, 404)
        if found is None:
            return Reply(200, delivery=Delivery.NEVER)
        if isinstance(found, int):
            return text_reply(f"status {found}", found)
        if isinstance(found, bytes):
            return Reply(200, found, {"Content-Type": "application/octet-stream"})
        return text_reply(found.replace("{site}", self.url), kind="text/html; charset=utf-8")


@contextmanager
def fetching(store: Path, **manners: Any) -> Iterator[Fetcher]:
    """Yield a fetcher that is quick, and lets loopback pass."""
    quick = Manners(**({"delay_s": 0.0, "tries": 1, "timeout_s": 10.0, "allow_private": True} | manners))
    with PageStore(store) as pages, Fetcher(pages, quick) as fetcher:
        yield fetcher
