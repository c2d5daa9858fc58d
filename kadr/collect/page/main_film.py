"""Which of the films that a page describes is the page's own. Pure functions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kadr.collect.download import shown_url
from kadr.collect.page.document import Document, meta, resolved, text_in
from kadr.collect.page.schema import Node, get, text_of_node
from kadr.collect.page.titles import read_title, site_names
from kadr.errors import PageError
from kadr.film import Kind
from kadr.text import normalise

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["REFUSED", "SEVERAL", "agrees", "canonical", "main_film", "page_titles"]

REFUSED = "not a film page"
"""Reason of a `PageError` for a page that tells of no film, or of more than one."""
SEVERAL = "several films"
"""Detail of one that describes more than one, none plainly its own."""
_HEADINGS = 3
_MAX_COMPARED = 200

Described = tuple[Node, Kind]


def main_film(document: Document, films: Sequence[Described], parts: Sequence[Node]) -> Described | None:
    """Return the film the page is about: the only one, or the only one whose name or address is the page's.

    Args:
        document: the page.
        films: objects that describe a film or series, with its kind.
        parts: objects that describe an episode, a season or a clip.

    Raises:
        PageError: several films and no telling which; or no film, but an episode or a season.
    """
    different = _different(films[:_MAX_COMPARED])
    if not different:
        if parts and any(agrees(document, part) or _is_address(document, part) for part in parts):
            raise PageError(shown_url(document.url), REFUSED, "an episode or a season of a series")
        return None
    if len(different) == 1:
        return None if _is_other(document, different[0][0]) else different[0]
    own = [film for film in different if agrees(document, film[0])]
    if len(own) != 1:
        own = [film for film in own or different if _is_address(document, film[0])]
    if len(own) == 1:
        return own[0]
    raise PageError(shown_url(document.url), REFUSED, SEVERAL)


def page_titles(document: Document) -> list[tuple[str, str]]:
    """Return the page's own headings, best first, with where each stands: og:title, h1, title."""
    tags = meta(document)
    found = [(text, key) for key in ("og:title", "twitter:title") for text in tags.get(key, ())[:1]]
    headings = document.tree.xpath("//h1")[:_HEADINGS]
    found += [(text, "h1") for heading in headings if (text := _headline(heading))]
    found += [(text, "title") for title in document.tree.xpath("/html/head/title")[:1] if (text := text_in(title))]
    return found


def _headline(heading: "HtmlElement") -> str:
    """Return a heading's text, what is set small in it as a note: <h1>Title <small>Original</small></h1>."""
    text = text_in(heading)
    for small in heading.findall(".//small")[:1]:
        note = text_in(small)
        if 1 < len(note) < len(text) and text.endswith(note) and "(" not in note:
            return f"{text.removesuffix(note).rstrip(' /|-')} ({note})"
    return text


def canonical(document: Document) -> tuple[str, str]:
    """Return the page's own address and where it stands: its canonical link or og:url if on the same site."""
    links = [(str(href), "link rel=canonical") for href in document.tree.xpath("//link[@rel='canonical']/@href")[:1]]
    links += [(address, "meta og:url") for address in meta(document).get("og:url", ())[:1]]
    for link, origin in links:
        address = resolved(document.base, link)
        if address and _site(address) == _site(document.url) and _tells_page(address, document.url):
            return address.partition("#")[0], origin
    return document.url.partition("#")[0], "address"


def _tells_page(address: str, url: str) -> bool:
    """Refuse a canonical link to the front page from any other: a template's mistake that would merge all films."""
    return urlsplit(address).path.strip("/") != "" or urlsplit(url).path.strip("/") == ""


def _site(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower().removeprefix("www.").removeprefix("m.")
    except ValueError:
        return ""


def _different(films: Sequence[Described]) -> list[Described]:
    """Return films without those described twice, the fullest description of each."""
    kept: dict[tuple[str, str], Described] = {}
    for node, kind in films:
        name = normalise(text_of_node(get(node, "name", "headline")))
        if not name:
            continue
        year = text_of_node(get(node, "datepublished", "datecreated", "startdate"))[:4]
        key = next((k for k in kept if k[0] == name and (k[1] == year or not k[1] or not year)), (name, year))
        if key not in kept or len(node) > len(kept[key][0]):
            kept[key] = (node, kind)
    return list(kept.values()) or list(films[:1] if len(films) == 1 else ())


def _is_other(document: Document, node: Node) -> bool:
    """Tell whether a lone film is another one, such as a recommended one: another name, and a page of its own here."""
    address = resolved(document.base, text_of_node(node.get("url")))
    away = bool(address) and _site(address) == _site(document.url) and not _is_address(document, node)
    return away and not agrees(document, node)


def agrees(document: Document, node: Node) -> bool:
    """Tell whether an object bears one of the page's own titles."""
    called = [text_of_node(node.get(key)) for key in ("name", "headline", "alternatename", "alternativeheadline")]
    names = {normalise(read_title(name, ()).title) for name in called} - {""}
    sites = site_names(document.url, meta(document))
    shown = [read_title(text, sites) for text, _ in page_titles(document)]
    return any(normalise(name) in names for titles in shown for name in (titles.title, titles.original))


def _is_address(document: Document, node: Node) -> bool:
    page = {_bare(document.url), _bare(canonical(document)[0])}
    return any(_bare(resolved(document.base, text_of_node(node.get(key)))) in page for key in ("url", "@id"))


def _bare(address: str) -> str:
    return address.partition("#")[0].partition("?")[0].partition("://")[2].removeprefix("www.").rstrip("/")
