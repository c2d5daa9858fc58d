"""A page's bytes -> one parsed document that all readers share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from lxml import etree, html

from kadr.collect.download import shown_url
from kadr.errors import PageError, SourceError
from kadr.text import collapse

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["MAX_BYTES", "Document", "meta", "open_document", "resolved", "text_in"]

MAX_BYTES = 10 << 20
"""10 MiB, as many as the fetcher takes: ten times the largest film page met (IMDb, 1 MB)."""
_MAX_TEXT = 5_000
"""Characters of a heading or a meta tag that are looked at."""
_MAX_METAS = 500
_MAX_READ = 40_000  # characters of one element, twice the longest description kept
_INLINE = frozenset({"a", "b", "i", "u", "em", "strong", "span", "font", "small", "sup", "sub", "mark", "abbr", "wbr"})
"""Elements that part no words."""


@dataclass(frozen=True, slots=True)
class Document:
    """A page, parsed once.

    Attributes:
        url: the page's address after redirects.
        text: the HTML, decoded.
        tree: the root element.
        language: of the page as it declares it ("ru"), "" where it does not.
        base: the address against which links in it are resolved.
        metas: the contents of the meta tags by name or property in lower case; see `meta`.
    """

    url: str
    text: str = field(repr=False)
    tree: "HtmlElement" = field(repr=False)
    language: str = ""
    base: str = ""
    metas: Mapping[str, list[str]] = field(default_factory=dict, repr=False, hash=False)


def open_document(body: bytes, url: str, content_type: str = "") -> Document:
    """Decode and parse a page. Comments are left out; nesting beyond libxml2's 255 levels ends the page there.

    Args:
        body: what the server sent, decompressed.
        url: the page's address after redirects.
        content_type: the header, which may name the encoding.

    Raises:
        PageError: the page is empty, too large, or no text.
    """
    from kadr.collect.fetch.charset import decode_page

    shown = shown_url(url)
    if not body:
        raise PageError(shown, "an empty answer", "0 bytes")
    if len(body) > MAX_BYTES:
        raise PageError(shown, "too large", f"more than {MAX_BYTES >> 20} MiB")
    try:
        text = decode_page(body, content_type).replace("\x00", "")
    except SourceError as cause:
        raise PageError(shown, "not a film page", "its encoding cannot be told") from cause
    tree = _parsed(text, shown)
    base = tree.xpath("string(//base/@href)")
    return Document(url, text, tree, _language(tree), resolved(url, str(base)[:_MAX_TEXT]) or url, _metas(tree))


def resolved(base: str, link: str) -> str:
    """Return an absolute http(s) address for a link in a page, "" for anything else (`javascript:`, `data:`)."""
    try:
        address = urljoin(base, link.strip()) if link.strip() else ""
    except ValueError:
        return ""
    return address if address.lower().startswith(("http://", "https://")) else ""


def meta(document: Document) -> Mapping[str, list[str]]:
    """Return the contents of the meta tags by their name or property in lower case, in page order."""
    return document.metas


def _metas(tree: "HtmlElement") -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tag in islice(tree.iter("meta"), _MAX_METAS):
        content = collapse((tag.get("content") or "")[:_MAX_TEXT])
        for key in {(tag.get(name) or "").strip().lower() for name in ("property", "name", "itemprop")} - {""}:
            if content:
                found.setdefault(key[:100], []).append(content)
    return found


def text_in(element: "HtmlElement") -> str:
    """Return the text a visitor reads in an element, clipped, with single spaces and without scripts and styles."""
    parts, size = [], 0
    for event, node in etree.iterwalk(element, events=("start", "end")):
        piece = node.text if event == "start" else node.tail if node is not element else ""
        if event == "start" and node.tag in {"script", "style"}:
            piece = ""
        parts.append(f" {piece or ''}" if node.tag not in _INLINE else piece or "")
        size += len(parts[-1])
        if size > _MAX_READ:
            break
    return collapse("".join(parts))


def _parsed(text: str, shown: str) -> "HtmlElement":
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as cause:  # the last: a document without any element
        raise PageError(shown, "not a film page", "an empty page") from cause


def _language(tree: "HtmlElement") -> str:
    for path in ("string(/html/@lang)", "string(//meta[@property='og:locale']/@content)"):
        code = str(tree.xpath(path)).strip().lower().replace("_", "-").partition("-")[0]
        if code.isascii() and code.isalpha() and len(code) in {2, 3}:
            return code
    return ""
