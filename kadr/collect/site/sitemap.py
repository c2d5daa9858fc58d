"""Sitemaps (sitemaps.org, protocol 0.9): XML, plain text, gzip; broken ones as far as they can be read."""

import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from kadr.collect.encoding import decode
from kadr.collect.unpack import Blob, unpack
from kadr.errors import SourceError

__all__ = ["Entry", "changed_at", "read_sitemap"]

MAX_SITEMAP = 50 << 20
"""Bytes of one file after unpacking, as the protocol says."""
MAX_ENTRIES = 200_000
"""Addresses of one file: the protocol says 50,000, and sites that overstep it are read nevertheless."""
_REFERENCE = re.compile(rb"&(?!#\d{1,7};|#x[0-9a-fA-F]{1,6};)(?:(amp|lt|gt|quot|apos);)?")
_CODES = {b"lt": b"&#60;", b"gt": b"&#62;", b"quot": b"&#34;", b"apos": b"&#39;"}
_ROOT_END = re.compile(rb"</[\w:.-]{0,60}(?:urlset|sitemapindex)\s*>\s*$", re.IGNORECASE)
_TAIL = 200
_TAGS = ("{*}urlset", "{*}sitemapindex", "{*}url", "{*}sitemap")
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DATE_SPAN = dt.timedelta(days=1, hours=12)
"""A date alone ends a day later, and up to twelve hours more in the time zone that it does not tell."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An address that a sitemap names.

    Attributes:
        address: as it stands there.
        is_sitemap: it leads to another sitemap, not to a page.
        changed: seconds since 1970 at the latest when the page last changed; None where it does not say.
    """

    address: str
    is_sitemap: bool = False
    changed: float | None = None


def read_sitemap(body: bytes) -> Iterator[Entry]:
    """Yield what a sitemap or an index of sitemaps names, in its order, without ever holding its tree.

    Namespaces are ignored, as are pictures and videos of a page. Entities, DTDs and the network stay shut.

    Raises:
        SourceError: it unpacks to more than 50 MB, or is no sitemap. Nothing was yielded then.
    """
    data = unpack(Blob("", body), MAX_SITEMAP).data
    if len(data) > MAX_SITEMAP:
        raise SourceError(f"holds more than {MAX_SITEMAP:,} bytes")
    entries = _xml(data) if data.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<") else _lines(data)
    for _, entry in zip(range(MAX_ENTRIES), entries, strict=False):
        yield entry


def changed_at(text: str) -> float | None:
    """Return the moment of a `lastmod`, the last one it can mean, as seconds since 1970; None for anything else."""
    text = text.strip()[:40]
    try:
        moment = dt.datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=dt.UTC)
        return (moment + _DATE_SPAN if _DATE.fullmatch(text) else moment).timestamp()
    except (ValueError, OverflowError):
        return None


def _lines(data: bytes) -> Iterator[Entry]:
    """Read a text sitemap: an address a line."""
    found = [line.strip() for line in decode(data).splitlines()]
    if not any(line.startswith(("http://", "https://")) for line in found):
        raise SourceError("is no sitemap: neither XML nor a list of addresses")
    yield from (Entry(line) for line in found if line)


def _xml(data: bytes) -> Iterator[Entry]:
    data = data if data.startswith(_WIDE) else _mended(data)
    steps = etree.iterparse(
        io.BytesIO(data), tag=_TAGS, recover=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    roots = set()
    try:
        for _, element in steps:
            name = _name(element)
            if name in {"urlset", "sitemapindex"}:
                roots.add(name)
                continue
            if entry := _entry(element, is_sitemap=name == "sitemap"):
                roots.add(name)
                yield entry
            _forget(element)
    except etree.XMLSyntaxError as cause:
        if not roots:  # otherwise what was read before the break stands
            raise SourceError("is no sitemap: the XML cannot be read") from cause
    if not roots:
        raise SourceError("is no sitemap: it names no page; a page of the site may have come in its place")


def _mended(data: bytes) -> bytes:
    """Return XML that a recovering parser makes the most of.

    Addresses are written with a bare & more often than anything else in a sitemap is wrong, and behind the first fault
    libxml2 drops references by name; numbers always pass. An address that is cut off in the middle would become
    another one, so a file without its end stops behind its last whole address.
    """
    first, *others = data.split(b"<![CDATA[")
    parts = [_numbered(first)]
    for other in others:
        inside, end, rest = other.partition(b"]]>")
        parts.append(b"<![CDATA[" + inside + end + _numbered(rest))
    data = b"".join(parts)
    return data if _ROOT_END.search(data[-_TAIL:]) else data[: data.rfind(b"loc>") + len(b"loc>")]


def _numbered(data: bytes) -> bytes:
    return _REFERENCE.sub(lambda found: _CODES.get(found[1] or b"", b"&#38;"), data)


def _entry(element: etree._Element, *, is_sitemap: bool) -> Entry | None:
    """Read the children of a `url` or `sitemap`; deeper ones are of its pictures."""
    texts = {_name(child): (child.text or "").strip() for child in reversed(element) if not len(child)}
    return Entry(texts["loc"], is_sitemap, changed_at(texts.get("lastmod", ""))) if texts.get("loc") else None


def _name(element: etree._Element) -> str:
    """Return an element's name without its namespace, "" for a comment or an entity."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _forget(element: etree._Element) -> None:
    """Free what was read: a sitemap of 50 MB would be a tree of a gigabyte."""
    parent = element.getparent()
    element.clear()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
