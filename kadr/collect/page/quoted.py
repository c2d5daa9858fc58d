"""Strings as JavaScript writes them -> text. Pure functions, linear time."""

import re

__all__ = ["QUOTES", "read_string"]

QUOTES = frozenset("\"'`")
_STRINGS = {mark: re.compile(rf"{mark}([^{mark}\\]*(?:\\.[^{mark}\\]*)*){mark}", re.DOTALL) for mark in QUOTES}
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.DOTALL)
_MEANT = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "", "\n": "", "\r\n": ""}


def read_string(text: str, at: int) -> tuple[str, int]:
    """Return the string that starts at a quotation mark and the place after it; "" and the place if it is none."""
    pattern = _STRINGS.get(text[at : at + 1])
    found = pattern.match(text, at) if pattern else None
    if not found or (text[at] == "`" and "${" in found[1]):
        return "", at
    return _unescaped(found[1]), found.end()


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(_meant, text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # joins halves of one character


def _meant(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    if code:
        return chr(number) if (number := int(code, 16)) <= 0x10FFFF else ""
    return _MEANT.get(escape[4], escape[4])
