"""Sitemaps (sitemaps.org, protocol 0.9): XML, plain text, gzip; broken ones as far as they can be read."""

import datetime as dt
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
MAX_MARKS = 4_000_000
"""Of < and & in one file: 50 MB of pages with short addresses and dates have as many, and each takes time."""
MAX_DECLARED = 1_000
"""In the DTD within one file, which the parser remembers; no sitemap needs one."""
_DECLARATIONS = (b"<!E", b"<!A", b"<!N")  # ENTITY and ELEMENT, ATTLIST, NOTATION
MAX_FAULTS = 10_000
"""Of the XML of one file, each of which the parser remembers."""
MAX_TEXT = 10_000
"""Characters of an address or a date, far above what is one."""
_REFERENCE = re.compile(rb"&(?!#\d{1,7};|#x[0-9a-fA-F]{1,6};)(?:(amp|lt|gt|quot|apos);)?")
_CODES = {b"lt": b"&#60;", b"gt": b"&#62;", b"quot": b"&#34;", b"apos": b"&#39;"}
_ROOT_END = re.compile(rb"</[\w:.-]{0,60}(?:urlset|sitemapindex)\s*>\s*$", re.IGNORECASE)
_TAIL = 200
_ROOTS, _ENTRIES, _WANTED = frozenset({"urlset", "sitemapindex"}), frozenset({"url", "sitemap"}), ("loc", "lastmod")
_CHUNK = 1 << 16
_REFERENCE_LENGTH = 10  # of the longest that passes as it is: &#1234567;
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
    if data.count(b"<") + data.count(b"&") > MAX_MARKS:
        raise SourceError(f"has more than {MAX_MARKS:,} elements and references")
    if sum(data.replace(b"\0", b"").count(each) for each in _DECLARATIONS) > MAX_DECLARED:
        raise SourceError(f"declares more than {MAX_DECLARED:,} elements and entities")
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
    target = _Target()
    # The target makes no tree: of 50 MB that would be a gigabyte and more.
    parser = etree.XMLParser(  # type: ignore[call-overload]  # a target need not take what it does not want
        target=target, recover=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        for part in _chunks(data) if data.startswith(_WIDE) else _joined(_mended(data)):
            parser.feed(part)
            yield from target.taken()
            if len(parser.feed_error_log) > MAX_FAULTS:
                break
        else:
            parser.close()
    except etree.XMLSyntaxError as cause:
        if not target.is_sitemap:  # otherwise what was read before the break stands
            raise SourceError("is no sitemap: the XML cannot be read") from cause
    yield from target.taken()
    if not target.is_sitemap:
        raise SourceError("is no sitemap: it names no page; a page of the site may have come in its place")


class _Target:
    """Takes the elements of a sitemap as they come, and keeps of them what is asked for and not yet taken."""

    def __init__(self) -> None:
        self.is_sitemap = False
        self._path: list[str] = []
        self._text = ""
        self._texts: dict[str, str] = {}
        self._entries: list[Entry] = []

    def taken(self) -> list[Entry]:
        """Return the entries that came since it was asked last."""
        entries, self._entries = self._entries, []
        return entries

    def start(self, tag: str | bytes, _: object) -> None:
        """Take the beginning of an element; its namespace does not matter."""
        name = str(tag).rpartition("}")[2]
        self._path.append(name)
        self._text = ""
        self.is_sitemap = self.is_sitemap or name in _ROOTS
        if name in _ENTRIES:
            self._texts = {}

    def data(self, text: str) -> None:
        """Take text, of an address or a date alone: that of pictures and videos stands deeper."""
        if self._path[-1:] and self._path[-1] in _WANTED and len(self._text) < MAX_TEXT:
            self._text += text

    def end(self, _: object) -> None:
        """Take the end of an element."""
        name = self._path.pop() if self._path else ""
        if name in _ENTRIES:
            self._keep(name)
        elif name in _WANTED and self._path and self._path[-1] in _ENTRIES:
            self._texts[name] = self._text.strip()

    def close(self) -> None:
        """Take the end of the file, which may come before that of its last entry."""
        for name in set(self._path) & _ENTRIES:
            self._keep(name)

    def _keep(self, name: str) -> None:
        if address := self._texts.get("loc"):
            self.is_sitemap = True
            self._entries.append(Entry(address, name == "sitemap", changed_at(self._texts.get("lastmod", ""))))
            self._texts = {}


def _mended(data: bytes) -> Iterator[bytes]:
    """Yield XML that a recovering parser makes the most of.

    Addresses are written with a bare & more often than anything else in a sitemap is wrong, and behind the first fault
    libxml2 drops references by name; numbers always pass. An address that is cut off in the middle would become
    another one, so a file without its end stops behind its last whole address.
    """
    end = len(data) if _ROOT_END.search(data[-_TAIL:]) else data.rfind(b"loc>") + len(b"loc>")
    at = 0
    while at < end:
        opened = data.find(b"<![CDATA[", at, end)
        inside = end if opened < 0 else opened
        for part in _chunks(data, at, inside):
            yield _REFERENCE.sub(lambda found: _CODES.get(found[1] or b"", b"&#38;"), part)
        closed = data.find(b"]]>", inside, end)
        at = end if closed < 0 else closed + len(b"]]>")
        yield from _chunks(data, inside, at)


def _joined(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Yield small parts together: to feed a parser with one of ten bytes takes as long as with a thousand."""
    waiting, size = [], 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size >= _CHUNK:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def _chunks(data: bytes, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Yield a part of a file in pieces, no reference cut in two."""
    end = len(data) if end is None else end
    while start < end:
        cut = min(start + _CHUNK, end)
        split = data.rfind(b"&", cut - _REFERENCE_LENGTH, cut) if cut < end else -1
        cut = split if split > start else cut
        yield data[start:cut]
        start = cut
