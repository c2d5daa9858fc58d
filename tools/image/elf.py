"""Blank what no loader reads of a shared library: symbol tables of linkers and debuggers.

Wheels bring them along: most of numkong's library are names of functions. `strip` of binutils would move the rest, and
can break libraries that auditwheel has mended; zeros in the same places change nothing for the loader, and compress to
nothing. Only 64-bit little-endian ELF is looked at; anything else stays as it is.
"""

import struct
from dataclasses import dataclass

__all__ = ["blanked"]

_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_LOADED = 0x2
"""SHF_ALLOC: the section is part of the program's memory (ELF specification, section header flags)."""
_NO_BYTES = 8
"""SHT_NOBITS: the section takes no place in the file."""


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int


def blanked(content: bytes) -> bytes:
    """Return a library with zeros in place of all sections that are not loaded; its length stays the same."""
    if content[:6] != b"\x7fELF\x02\x01" or len(content) < _HEADER.size:
        return content
    header = _HEADER.unpack_from(content)
    offset, size, count, names = header[6], header[11], header[12], header[13]
    if not offset or size != _SECTION.size or offset + size * count > len(content):
        return content
    sections = [_SECTION.unpack_from(content, offset + size * number) for number in range(count)]
    # Patched libraries may have loaded parts behind, and even between, what is not loaded: those stay whatever happens.
    kept = [_Span(s[4], s[4] + s[5]) for s in sections if s[2] & _LOADED and s[1] != _NO_BYTES]
    kept.append(_Span(offset, offset + size * count))
    written = bytearray(content)
    for number, section in enumerate(sections):
        span = _Span(section[4], section[4] + section[5])
        if section[2] & _LOADED or section[1] == _NO_BYTES or number in (0, names) or span.end > len(content):
            continue
        if not any(span.start < other.end and other.start < span.end for other in kept):
            written[span.start : span.end] = bytes(span.end - span.start)
    return bytes(written)
