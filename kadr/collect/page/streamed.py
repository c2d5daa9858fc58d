"""State that frameworks lay out flat or send in pieces -> values. Pure functions, bounded in size and depth."""

import json
import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from kadr.collect.page.literals import MAX_DEPTH

__all__ = ["MAX_OBJECTS", "inflated", "is_flat", "of_flight", "of_turbo"]

MAX_OBJECTS = 200_000
MAX_ROWS = 5_000
_HELD = {"Set", "S"}
"""Kinds whose items follow their name."""
_PROMISE = "P"
_KEYED = re.compile(r"_\d{1,9}")
_ROW = re.compile(rb"([0-9a-f]{0,8}):([A-Z]{0,2})")
_LONG = re.compile(rb"([0-9a-f]{1,8}),")
_PLACE = re.compile(r"\$[L@]?([0-9a-f]{1,8})((?::[^:]{1,100}){0,20})")


def is_flat(value: list[Any]) -> bool:
    """Tell whether a list is a state laid out flat, as `devalue` and `turbo-stream` write it: objects hold places in
    the list.
    """
    first = value[0] if value else None
    places = first.values() if isinstance(first, dict) else first[1:] if isinstance(first, list) else ()
    return len(value) > 3 and bool(places) and all(type(p) is int and -10 < p < len(value) for p in places)


def inflated(flat: list[Any], promises: dict[int, int] | None = None) -> Any:
    """Return the value that a flat list stands for; what refers to itself ends there.

    Args:
        flat: objects hold the places of their values.
        promises: of a turbo-stream, whose keys are places, too ("_5"): where what came later stands, by its number.
    """
    left = [MAX_OBJECTS]
    name_of = str if promises is None else partial(_name_at, flat)

    def value_at(place: Any, depth: int) -> Any:
        left[0] -= 1
        if type(place) is not int or not 0 <= place < len(flat) or depth > MAX_DEPTH or left[0] < 0:
            return None
        raw = flat[place]
        if isinstance(raw, dict):
            return {name_of(key): value_at(inner, depth + 1) for key, inner in raw.items()}
        if not isinstance(raw, list):
            return raw
        if not raw or not isinstance(raw[0], str):
            return [value_at(inner, depth + 1) for inner in raw]
        if raw[0] in _HELD:
            return [value_at(inner, depth + 1) for inner in raw[1:]]
        if raw[0] == _PROMISE and len(raw) == 2 and promises:
            return value_at(promises.get(raw[1]), depth + 1)
        return value_at(raw[1], depth + 1) if len(raw) == 2 and type(raw[1]) is int else None  # ["Reactive", 1]

    return value_at(0, 0)


def _name_at(flat: list[Any], key: str) -> str:
    name = flat[place] if _KEYED.fullmatch(key) and (place := int(key[1:])) < len(flat) else key
    return name if isinstance(name, str) else key


def of_turbo(pieces: Sequence[str]) -> Any:
    """Return the value of a turbo-stream (Remix, React Router): a flat list, then lines "P4:[...]" that go on with it.

    None where the pieces are none.
    """
    lines = [line for line in "".join(pieces).split("\n") if line.strip()][:MAX_ROWS]
    flat = _json(lines[0]) if lines else None
    if not isinstance(flat, list) or not is_flat(flat):
        return None
    promises: dict[int, int] = {}
    for line in lines[1:]:
        head, _, rest = line.partition(":")
        more = _json(rest) if head[:1] == _PROMISE and head[1:].isdecimal() and len(head) < 10 else None
        if isinstance(more, list):
            promises[int(head[1:])] = len(flat)
            flat += more
        elif type(more) is int:
            promises[int(head[1:])] = more
    return inflated(flat, promises)


def of_flight(pieces: Sequence[str]) -> Any:
    """Return the rows of a stream of React components (the app router of Next.js), by their names.

    A row is "1a:" and JSON up to the line's end, or "1b:T", a length in bytes and a text; "$1b" in the JSON stands for
    row 1b, "$1b:film:0" for a part of it.
    """
    stream = "".join(pieces).encode("utf-8", "replace")
    rows: dict[str, Any] = {}
    at = 0
    while at < len(stream) and len(rows) < MAX_ROWS:
        head = _ROW.match(stream, at)
        length = _LONG.match(stream, head.end()) if head and head[2] == b"T" else None
        if head and length:
            at = length.end() + int(length[1], 16)
            rows[head[1].decode()] = stream[length.end() : at].decode("utf-8", "replace")
            continue
        end = stream.find(b"\n", at)
        end = len(stream) if end < 0 else end
        if head and not head[2]:
            rows[head[1].decode()] = _json(stream[head.end() : end].decode("utf-8", "replace"))
        at = end + 1
    return _linked(rows)


def _linked(rows: dict[str, Any]) -> dict[str, Any]:
    """Put rows in the places of their names. Shared, not copied: a row may stand in many places, in itself, too."""
    todo: list[Any] = [rows]
    for _ in range(MAX_OBJECTS):
        if not todo:
            break
        each = todo.pop()
        for key, value in list(each.items() if isinstance(each, dict) else enumerate(each)):
            if isinstance(value, str) and value[:1] == "$" and each is not rows:
                each[key] = _meant(rows, value)
            elif isinstance(value, (dict, list)):
                todo.append(value)
    return rows


def _meant(rows: dict[str, Any], text: str) -> Any:
    if text.startswith("$$"):
        return text[1:]
    found = _PLACE.fullmatch(text)
    if not found or found[1] not in rows:
        return None if text in {"$undefined", "$NaN", "$Infinity", "$-Infinity"} else text.removeprefix("$D")
    value = rows[found[1]]
    for key in found[2].split(":")[1:]:
        if isinstance(value, list) and len(value) == 4 and value[0] == "$":
            value = {"type": value[1], "key": value[2], "props": value[3]}.get(key, value)
        elif isinstance(value, list):
            value = value[int(key)] if key.isdecimal() and int(key) < len(value) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value


def _json(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
