"""Pages of the loopback site that are hard to get: statuses, redirects, time, size, connections, encodings of text."""

import gzip
import zlib
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from functools import lru_cache
from time import time

from tests.servers.site_special import HTML, Ask, Becomes, Special, html_reply, page
from tests.servers.wire import Delivery, Reply

__all__ = ["FAULTS", "bomb_body"]

_FILM, _SAME, _REFUSED, _FAILED = Becomes.FILM, Becomes.SAME, Becomes.REFUSED, Becomes.FAILED
_NOT_FOUND, _REFUSAL, _FAULT = ("not found",), ("refused by the server",), ("server fault",)
_ROBOTS, _REDIRECTS, _LARGE = ("forbidden by robots.txt",), ("too many redirects",), ("too large",)
_CUT, _SLOW = ("no answer",), ("too slow", "no answer")
BOMB_BYTES = 1 << 30
"""What the bomb unpacks to: a gigabyte, from a megabyte on the wire."""
_BLOCK = b"<p>" + b" " * ((1 << 20) - 3)
ENDLESS = 1 << 40
"""Times that a block is sent over: nobody waits for the last."""

Answer = Callable[[Ask], Reply]


def _status(status: int, text: str = "", **headers: str) -> Answer:
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return lambda _: html_reply(f"<h1>{status}</h1><p>{text}</p>", status, named)


def _to(location: str, status: int = 301) -> Answer:
    """A redirect; `{base}`, `{other}`, `{first}` and `{visit}` stand for what their names say."""
    return lambda ask: Reply(
        status,
        headers={"Location": location.format(base=ask.base, other=ask.other, first=ask.first.path, visit=ask.visit)},
    )


def _once(fault: Answer) -> Answer:
    """A fault on the first visit, the page from then on."""
    return lambda ask: page(ask) if ask.visit else fault(ask)


def _busy_until(_: Ask) -> Reply:
    return Reply(429, headers={"Retry-After": formatdate(time() + 1, usegmt=True)})


def _delivered(delivery: Delivery) -> Answer:
    return lambda ask: replace(page(ask), delivery=delivery)


def _length(factor: float) -> Answer:
    """A length that is told wrong; the connection ends with the body."""

    def answer(ask: Ask) -> Reply:
        told = {"Content-Length": str(int(len(page(ask).body) * factor))}
        return replace(page(ask).plus(told), sized=False)

    return answer


def _late(ask: Ask) -> Reply:
    ask.rest(ask.patience_s / 5)
    return page(ask)


def _dripping(patience: float) -> Answer:
    """The body in twenty pieces over so many times what the client waits at most."""
    return lambda ask: replace(page(ask), drip_s=ask.patience_s * patience)


def _endless(_: Ask) -> Reply:
    return Reply(200, _BLOCK[: 1 << 16], {"Content-Type": HTML}, repeat=ENDLESS, sized=False)


def _large(_: Ask) -> Reply:
    return Reply(200, _BLOCK, {"Content-Type": HTML}, repeat=64)


@lru_cache(2)
def bomb_body(size: int = BOMB_BYTES) -> bytes:
    """Return a gzip file of so many bytes, whole MiB: after a full flush the packed block is the same each time."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(_BLOCK) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(_BLOCK) + packer.flush(zlib.Z_FULL_FLUSH)
    rest = size // len(_BLOCK) - 1
    check = zlib.crc32(_BLOCK)
    for _ in range(rest):
        check = zlib.crc32(_BLOCK, check)
    head = b"\x1f\x8b\x08\0\0\0\0\0\2\xff"
    tail = packer.flush() + check.to_bytes(4, "little") + size.to_bytes(4, "little")
    return head + block + again * rest + tail


def _bomb(_: Ask) -> Reply:
    return Reply(200, bomb_body(), {"Content-Type": HTML, "Content-Encoding": "gzip"})


def _zipped(ask: Ask) -> Reply:
    return replace(page(ask), body=gzip.compress(page(ask).body, mtime=0)).plus({"Content-Encoding": "gzip"})


def _torn(ask: Ask) -> Reply:
    """The packed page with its middle turned to zeros."""
    packed = _zipped(ask)
    third = len(packed.body) // 3
    return replace(packed, body=packed.body[:third] + bytes(third) + packed.body[2 * third :])


def _in(encoding: str, header: str = "", meta: str = "", mark: bytes = b"") -> Answer:
    """The page in an encoding, with what its header and its first tag say of it."""

    def answer(ask: Ask) -> Reply:
        text = page(ask).body.decode()
        text = text.replace("<head>", f'<head><meta charset="{meta}">') if meta else text
        kind = "text/html" + (f"; charset={header}" if header else "")
        return Reply(200, mark + text.encode(encoding, "xmlcharrefreplace"), {"Content-Type": kind})

    return answer


_REDIRECTED = (
    Special("/film/moved", "301 to a film that is listed", _SAME, _to("{first}"), at="{first}"),
    Special("/film/chain", "three redirects to a film that is listed", _SAME, _to("/hop/1", 302), at="{first}"),
    Special("/hop/1", "the second of them", _SAME, _to("{base}/hop/2", 307), at="{first}", listed=False),
    Special("/hop/2", "the third", _SAME, _to("{first}", 308), at="{first}", listed=False),
    Special("/film/old-name", "301 to a film's only page", _SAME, _to("new-name"), at="/film/new-name"),
    Special("/film/new-name", "that page", _FILM, page, listed=False),
    Special("/film/loop", "redirects to itself", _FAILED, _to("/film/loop"), _REDIRECTS),
    Special("/film/spiral", "redirects to ever new addresses", _FAILED, _to("/spiral?n={visit}"), _REDIRECTS),
    Special("/spiral", "goes on with it", _FAILED, _to("/spiral?n={visit}"), _REDIRECTS, listed=False),
    Special("/film/abroad", "301 to a film of another host", _SAME, _to("{other}/film/guest"), at="/film/guest"),
    Special("/film/guest", "that film", _FILM, page, listed=False, abroad=True),
    Special("/film/abroad-private", "301 to what another host forbids", _FAILED, _to("{other}/private/x"), _ROBOTS),
    Special("/film/file", "301 to a file", _FAILED, _to("file:///etc/passwd"), ("not a web address",)),
    Special("/film/script-scheme", "301 to a script", _FAILED, _to("javascript:alert(1)"), ("not a web address",)),
    Special("/film/nowhere", "302 without a place", _FAILED, lambda _: Reply(302), ("odd answer",)),
    # Whoever allows private addresses, as a test on the loopback must, finds nobody there.
    Special(
        "/film/metadata",
        "301 to where a cloud keeps its secrets",
        _FAILED,
        _to("http://169.254.169.254/latest/meta-data/"),
        ("private address", *_SLOW),
        waits=True,
    ),
)
_STATUSES = (
    Special("/film/busy", "429 with Retry-After: 1, then fine", _FILM, _once(_status(429, Retry_After="1"))),
    Special("/film/busy-until", "429 with a date, then fine", _FILM, _once(_busy_until)),
    Special("/film/always-busy", "429 always", _FAILED, _status(429, Retry_After="0"), ("too many requests",)),
    Special("/film/hiccup", "500 once, then fine", _FILM, _once(_status(500))),
    Special("/film/gateway", "502 once, then fine", _FILM, _once(_status(502, "Bad Gateway"))),
    Special("/film/broken", "500 always", _FAILED, _status(500), _FAULT),
    Special("/film/missing", "404", _FAILED, _status(404, "Страница не найдена"), _NOT_FOUND),
    Special("/film/gone", "410", _FAILED, _status(410), _NOT_FOUND),
    Special("/film/refused", "403", _FAILED, _status(403, "Just a moment..."), _REFUSAL),
    Special("/film/login", "401", _FAILED, _status(401, WWW_Authenticate="Basic"), _REFUSAL),
    Special("/film/teapot", "418", _FAILED, _status(418), ("odd answer",)),
    Special("/private/draft", "forbidden by robots.txt", _FAILED, page, _ROBOTS),
    Special("{first}?print=1", "forbidden by a pattern of robots.txt", _FAILED, page, _ROBOTS),
)
_CONNECTIONS = (
    Special("/film/cut-once", "half of the body, then fine", _FILM, _once(_delivered(Delivery.DROP_MID_BODY))),
    Special("/film/hung-up-once", "no answer, then fine", _FILM, _once(_delivered(Delivery.DROP_BEFORE))),
    Special("/film/cut", "half of the body, always", _FAILED, _delivered(Delivery.DROP_MID_BODY), _CUT),
    Special("/film/hung-up", "no answer, ever", _FAILED, _delivered(Delivery.DROP_BEFORE), _CUT),
    Special("/film/promising", "a Content-Length that is too large", _FAILED, _length(1.5), _CUT),
    Special("/film/short", "a Content-Length that ends in the head", _REFUSED, _length(0.008)),
    Special("/film/unsized", "a body that ends with the connection", _FILM, lambda a: replace(page(a), sized=False)),
    Special("/film/slow-start", "headers late, but in time", _FILM, _late),
    Special("/film/slow", "a body that comes slowly, but in time", _FILM, _dripping(1 / 5)),
    Special("/film/never", "no answer, no end", _FAILED, _delivered(Delivery.NEVER), _SLOW, waits=True),
    Special("/film/drips", "a body that takes ten times too long", _FAILED, _dripping(10), _SLOW, waits=True),
    Special("/film/endless", "a body without end", _FAILED, _endless, _LARGE),
    Special("/film/large", "64 MiB, declared", _FAILED, _large, _LARGE),
    Special("/film/bomb", "1 MB that unpacks to 1 GiB", _FAILED, _bomb, _LARGE),
    Special("/film/zipped", "a body packed by gzip", _FILM, _zipped),
    Special("/film/torn-zip", "a packed body that is damaged", _FAILED, _torn),
)
_ENCODINGS = (
    Special("/film/cp1251-header", "windows-1251, told by the header", _FILM, _in("cp1251", header="windows-1251")),
    Special("/film/cp1251-meta", "windows-1251, told by meta only", _FILM, _in("cp1251", meta="windows-1251")),
    Special("/film/cp1251-untold", "windows-1251, told by nothing", _FILM, _in("cp1251")),
    Special("/film/cp1251-wrong", "windows-1251 that says UTF-8", _FILM, _in("cp1251", header="utf-8", meta="utf-8")),
    Special("/film/koi8-meta", "koi8-r, told by meta only", _FILM, _in("koi8-r", meta="koi8-r")),
    Special(
        "/film/marked", "UTF-8 with its mark, told wrong", _FILM, _in("utf-8", "windows-1251", mark=b"\xef\xbb\xbf")
    ),
)
FAULTS = (*_REDIRECTED, *_STATUSES, *_CONNECTIONS, *_ENCODINGS)
