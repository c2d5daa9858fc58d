"""JSON as sites write it, a little broken more often than not -> values. Pure functions, linear time."""

import html
import json
import re
from typing import Any

__all__ = ["read_json"]

MAX_REPAIRED = 3 << 20
"""Characters that are mended, which takes a second for each million; a season with its whole cast has 200,000."""
_MAX_VALUES = 200
"""Values one after another in one script."""
_SPACE = re.compile(r"\s*")
_HEAD = re.compile(r"(?:[\s/*>-]|<!--|<!\[CDATA\[)*")
_WRAPPING = " \t\r\n;/*->"
"""Characters of comment and CDATA ends; no JSON object or list ends with one."""
_MARGIN = "\ufeff \t\r\n;"
_PLAIN = re.compile(r'[^"\\]+')
_TOKEN = re.compile(r'[^"{}\[\],/]+')
_FRAMES = frozenset({"@graph", "mainEntity", "about"})
_CUT = "null"
"""In place of a string whose end is missing: half a name is none."""
_ESCAPES = frozenset('"\\/bfnrtu')
_AFTER_COMMA = frozenset('"{[-0123456789tfn/')
_HEX = re.compile(r"[0-9a-fA-F]{4}")
_BARE = re.compile(r"\b(?:undefined|NaN|-?Infinity)\b")


def read_json(text: str) -> list[Any]:
    """Return the values in a script: usually one, more where several stand one after another, none if nothing helps.

    Repaired: comments and CDATA around it, raw line breaks in strings, trailing commas, quotation marks in a string
    that were not escaped, escapes that JSON does not know, comments, `undefined`, entities in place of quotation
    marks, and a tail that was cut off.
    """
    text = text.strip(_MARGIN)
    values = _values(text)
    if values is None:
        text = _unwrapped(text)
        values = _values(text)
    return (_values(_repaired(text[:MAX_REPAIRED])) or []) if values is None else values


def _values(text: str) -> list[Any] | None:
    """Read values one after another; None if any part of the text is no JSON."""
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    at = 0
    while at < len(text) and len(values) < _MAX_VALUES:
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return None
        values.append(value)
        while at < len(text) and (text[at].isspace() or text[at] in ",;"):
            at += 1
    return values


def _unwrapped(text: str) -> str:
    text = text[found.end() :] if (found := _HEAD.match(text)) else text
    for _ in range(3):  # a comment around CDATA around a comment is the most that plug-ins make
        bare = text.rstrip(_WRAPPING)
        text = bare[:-2] if bare.endswith("]]") and text[len(bare) :].startswith(">") else bare
    return html.unescape(text) if "&quot;" in text and '"' not in text else text


def _repaired(text: str) -> str:
    """Return the text as JSON, as far as its shape can be told."""
    out: list[str] = []
    closers: list[tuple[str, int]] = []
    at = 0
    while at < len(text):
        mark = text[at]
        if mark == '"':
            string, at = _string(text, at)
            out.append(string)
        elif mark in "{[":
            closers.append(("}" if mark == "{" else "]", len(out)))
            out.append(mark)
            at += 1
        elif mark in "}]":
            _drop_comma(out)
            if closers and closers.pop()[0] == mark:  # a closer that fits nothing is dropped
                out.append(mark)
            at += 1
        elif mark == "/":
            at = _after_comment(text, at)
        elif mark == ",":
            out.append(mark)
            at += 1
        elif found := _TOKEN.match(text, at):
            out.append(_BARE.sub("null", found[0]))
            at = found.end()
    return _closed(out, closers)


def _string(text: str, start: int) -> tuple[str, int]:
    """Return the string that starts at a quotation mark, as JSON writes it, and the place after it."""
    parts, at = ['"'], start + 1
    while at < len(text):
        mark = text[at]
        if mark == "\\":
            following = text[at + 1 : at + 2]
            known = following in _ESCAPES and following and (following != "u" or _HEX.match(text, at + 2))
            parts.append(text[at : at + 2] if known else following if following in {"'", "\n"} else "\\\\" + following)
            at += 2
        elif mark != '"':
            found = _PLAIN.match(text, at)
            parts.append(found[0] if found else mark)
            at = found.end() if found else at + 1
        elif _ends(text, at + 1):
            return "".join(parts) + '"', at + 1
        else:
            parts.append('\\"')
            at += 1
    return _CUT, at


def _ends(text: str, at: int) -> bool:
    """Tell whether a quotation mark before `at` closes its string, by what follows."""
    at = _skip(text, at)
    mark = text[at : at + 1]
    if mark != ",":
        return mark in {"", "}", "]", ":"}
    following = text[(at := _skip(text, at + 1)) : at + 1]
    return not following or following in _AFTER_COMMA or following in "}]"


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _after_comment(text: str, at: int) -> int:
    for opening, closing in (("//", "\n"), ("/*", "*/")):
        if text.startswith(opening, at):
            end = text.find(closing, at)
            return len(text) if end < 0 else end + len(closing)
    return at + 1


def _drop_comma(out: list[str]) -> None:
    while out and (out[-1] == "," or not out[-1].strip()):
        out.pop()


def _closed(out: list[str], closers: list[tuple[str, int]]) -> str:
    """Close what a cut-off text left open; a key without its value gets null, and so does a list of values that lacks
    its end: another place may have it whole.
    """
    unfinished = next((at for at in reversed(range(len(closers))) if closers[at][0] == "]"), 0)
    if unfinished and not _is_frame(out, closers[unfinished][1]):
        out[closers[unfinished][1] :] = ["null"]
        del closers[unfinished:]
    elif closers:
        if out and out[-1] == _CUT and closers[-1][0] == "}" and _is_key(out):
            out.pop()
        _drop_comma(out)
        if out and out[-1].rstrip().endswith(":"):
            out.append("null")
        elif closers[-1][0] == "}" and out and out[-1].endswith('"') and _is_key(out):
            out.append(":null")
    return "".join(out) + "".join(closer for closer, _ in reversed(closers))


def _is_frame(out: list[str], at: int) -> bool:
    """Tell whether the list that opens at `at` holds whole objects of a page rather than values of one."""
    key = next((piece for piece in reversed(out[max(at - 3, 0) : at]) if piece.startswith('"')), "")
    return key.strip('"') in _FRAMES


def _is_key(out: list[str]) -> bool:
    before = next((piece.strip() for piece in reversed(out[:-1]) if piece.strip()), "")
    return before in {"{", ","}
