"""The body of an answer, read and unpacked within bounds."""

import gzip
import io
import zlib
from collections.abc import Mapping
from typing import Protocol

from kadr.collect.fetch.reasons import NO_ANSWER, ODD_ANSWER, TOO_LARGE, Fault

__all__ = ["ACCEPTED", "Stream", "read_body", "unpacked"]

ACCEPTED = "gzip, deflate"
"""The packings that are asked for, and undone."""
_CHUNK = 1 << 16


class Stream(Protocol):
    """What urllib3 gives as the body of an answer."""

    def read(self, amt: int, *, decode_content: bool) -> bytes:
        """Return up to `amt` bytes as they were sent, none at the end."""
        ...


def read_body(stream: Stream, headers: Mapping[str, str], limit: int, *, cut: bool = False) -> bytes:
    """Return a whole body, its packing undone.

    Args:
        stream: the body as it comes.
        headers: of the answer, names in lower case.
        limit: the most bytes, packed and unpacked.
        cut: return the first `limit` bytes of a longer one that is not packed, or unpacks to more.

    Raises:
        Fault: longer, cut short, or packed in a way that was not asked for.
    """
    packing = headers.get("content-encoding", "").strip().lower()
    if packing not in {"", "identity", "gzip", "x-gzip", "deflate"}:
        raise Fault(ODD_ANSWER, f"packed as {packing[:20]!r}")
    cut_raw = cut and packing in {"", "identity"}
    told = headers.get("content-length", "").strip()
    if told.isascii() and told.isdigit() and len(told) < 20 and int(told) > limit and not cut_raw:
        raise _too_large(limit)
    parts, size = [], 0
    while size <= limit and (part := stream.read(_CHUNK, decode_content=False)):
        size += len(part)
        parts.append(part)
    body = b"".join(parts)
    if cut_raw:
        return body[:limit]
    if size > limit:
        raise _too_large(limit)
    body = unpacked(body, packing, limit + 1)
    if len(body) > limit and not cut:
        raise _too_large(limit)
    return body[:limit]


def unpacked(body: bytes, packing: str, most: int) -> bytes:
    """Return at most the first `most` bytes of what was packed; what is not packed, whatever the header said, as it is.

    Raises:
        Fault: broken or cut short.
    """
    try:
        if packing in {"gzip", "x-gzip"} and body.startswith(b"\x1f\x8b"):
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as stream:
                return stream.read(most)
        if packing == "deflate" and body:
            return _inflated(body, most)
    except (OSError, EOFError, zlib.error) as cause:
        raise Fault(NO_ANSWER, "cut short or broken") from cause
    return body


def _inflated(body: bytes, most: int) -> bytes:
    """Undo "deflate", which is zlib by the standard (RFC 9110, 8.4.1.2) and bare in what some servers send."""
    is_zlib = body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    packed = zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
    whole = packed.decompress(body, most)
    if not packed.eof and len(whole) < most:
        raise EOFError
    return whole


def _too_large(limit: int) -> Fault:
    return Fault(TOO_LARGE, f"more than {limit:,} bytes")
