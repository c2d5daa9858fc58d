"""Where the loopback site says which pages it has: robots.txt, sitemaps, list pages. Pure functions."""

import gzip
from collections.abc import Mapping, Sequence
from html import escape
from typing import TypeVar

from tests.servers.site_special import html_reply
from tests.servers.wire import Reply, text_reply

__all__ = ["bad_sitemaps", "list_page", "robots", "sitemap", "sitemap_index", "woven"]

T = TypeVar("T")
_NS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_XML = "application/xml"


def woven(many: Sequence[T], few: Sequence[T]) -> list[T]:
    """Return both in their order, the few spread evenly among the many."""
    places = [(at / max(1, len(many)), 0, at) for at in range(len(many))]
    places += [((at + 0.5) / len(few), 1, at) for at in range(len(few))]
    return [(few if kind else many)[at] for _, kind, at in sorted(places)]


def robots(base: str, crawl_delay: float) -> Reply:
    """Return robots.txt; a `crawl_delay` of 0 is not told."""
    delay = f"Crawl-delay: {crawl_delay:g}\n" if crawl_delay else ""
    return text_reply(
        f"User-agent: *\nDisallow: /private/\nDisallow: /*?print=\n{delay}\nUser-agent: BadBot\nDisallow: /\n\n"
        f"Sitemap: {base}/sitemap.xml\n"
    )


def sitemap_index(addresses: Sequence[str]) -> Reply:
    """Return an index of sitemaps."""
    rows = "".join(f"<sitemap><loc>{escape(address)}</loc></sitemap>\n" for address in addresses)
    return text_reply(f'{_HEAD}<sitemapindex xmlns="{_NS}">\n{rows}</sitemapindex>\n', kind=_XML)


def sitemap(pages: Mapping[str, str], *, packed: bool) -> Reply:
    """Return a sitemap of addresses, each with the day of its last change, packed by gzip or not."""
    rows = "".join(
        f"<url><loc>{escape(address)}</loc><lastmod>{day}</lastmod></url>\n" for address, day in pages.items()
    )
    reply = text_reply(f'{_HEAD}<urlset xmlns="{_NS}">\n{rows}</urlset>\n', kind=_XML)
    if not packed:
        return reply
    return Reply(200, gzip.compress(reply.body, mtime=0), {"Content-Type": "application/gzip"})


def bad_sitemaps(base: str, film: str) -> Mapping[str, Reply]:
    """Return sitemaps that are wrong each in its own way; none names a film but `film`, which the site has."""
    url = f"<url><loc>{base}{film}</loc></url>"
    laughs = "".join(f'<!ENTITY l{at + 1} "{f"&l{at};" * 10}">' for at in range(9))
    whole = {
        "/bad/index-of-itself.xml": f'<sitemapindex xmlns="{_NS}"><sitemap><loc>{base}/bad/index-of-itself.xml</loc>'
        f"</sitemap><sitemap><loc>{base}/sitemap.xml</loc></sitemap></sitemapindex>",
        "/bad/cut.xml": f'<urlset xmlns="{_NS}">{url}<url><loc>{base}/film/cu',
        "/bad/laughs.xml": f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><urlset><url><loc>&l9;</loc></url></urlset>',
        "/bad/file.xml": f'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><urlset><url><loc>{base}/&f;</loc></url>'
        f"{url}</urlset>",
        "/bad/abroad.xml": f"<urlset>{url}<url><loc>http://films.invalid/film/1</loc></url></urlset>",
        "/bad/plain.txt": f"{base}{film}\n\nnot an address\n",
        "/bad/page.xml": "<!DOCTYPE html><html><body><h1>Проверка браузера</h1></body></html>",
        "/bad/empty.xml": "",
    }
    replies = {
        path: text_reply((_HEAD if path.endswith("xml") else "") + text, kind=_XML) for path, text in whole.items()
    }
    return replies | {"/bad/missing.xml": text_reply("Not Found", 404), "/bad/broken.xml": Reply(500)}


def list_page(base: str, number: int, last: int, links: Mapping[str, str]) -> Reply:
    """Return a list page: links to films (address to title), to the pages before and after, and to other places."""
    near = [each for each in (number - 1, number + 1) if 1 <= each <= last]
    head = "".join(
        f'<link rel="{"next" if each > number else "prev"}" href="{base}/films?page={each}">' for each in near
    )
    turn = "".join(f'<a rel="{"next" if each > number else "prev"}" href="?page={each}">{each}</a> ' for each in near)
    cards = "".join(f'<li><a href="{escape(address)}">{escape(title)}</a></li>\n' for address, title in links.items())
    return html_reply(
        f'<!DOCTYPE html><html lang="ru"><head><title>Фильмы, страница {number}</title>{head}</head><body>'
        f'<nav><a href="/">Киносвод</a> <a href="/films?sort=year">По годам</a> <a href="mailto:me@kino.example">@</a>'
        f' <a href="javascript:void(0)">Меню</a></nav><h1>Фильмы</h1><ul>{cards}</ul><p>{turn}</p></body></html>'
    )
