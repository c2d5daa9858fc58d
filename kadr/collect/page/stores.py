"""The data that a page's own program carries along in scripts -> values. Pure functions, bounded in size and depth."""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["MAX_DEPTH", "Store", "stores_in"]

MAX_STATE = 5 << 20
"""5 MiB: the state of a large film page has 0.5 MB."""
MAX_TRIED = 4 * MAX_STATE
"""Characters that may follow all assignments of one script together, so that no script costs quadratic time."""
MAX_SCRIPTS = 300
MAX_STORES = 20
MAX_DEPTH = 60
"""Levels of objects and lists; answers of GraphQL have twenty."""
MAX_OBJECTS = 200_000
_ASSIGNED = re.compile(
    r"(?:(?:window|self|globalThis|var|let|const)\s{0,5}[.\s\[]\s{0,5}[\"']?)([$\w]{1,60})[\"']?\]?\s{0,5}=\s{0,5}"
    r"(JSON\.parse\(\s{0,5})?(?=[\[{\"'])"
)
_UNDEFINED = re.compile(r"(?<=[:,\[])\s{0,5}(?:undefined|NaN|void 0)\s{0,5}(?=[,}\]])")
_ENTITY_KEY = re.compile(r"[^:]{1,60}:.{1,200}", re.DOTALL)
_NO_DATA = ("ld+json", "importmap", "speculationrules")
"""JSON of other kinds: schema.org has a reader of its own."""


class Store:
    """One state: its values, and its objects by the names under which others refer to them."""

    def __init__(self, name: str, root: Any) -> None:
        self.name, self.root = name, root
        self._entities: dict[str, dict[str, Any]] = {}
        self._tables: dict[str, dict[str, Any]] = {}
        self.objects: list[dict[str, Any]] = []
        for key, value in _walk(root):
            self.objects.append(value)
            if _ENTITY_KEY.fullmatch(key):
                self._entities.setdefault(key, value)
            if value and all(name.isdigit() for name in islice(value, 5)):
                self._tables.setdefault(key.lower(), value)

    def follow(self, value: Any) -> Any:
        """Return what a reference of Apollo ({"__ref": "Film:1"}, {"type": "id", "id": "Film:1"}) stands for."""
        if not isinstance(value, dict):
            return value
        name = value.get("__ref") or (value.get("id") if value.get("type") == "id" else None)
        return self._entities.get(name, value) if isinstance(name, str) else value

    def row(self, tables: Iterable[str], number: Any) -> Any:
        """Return the object of a number in the first table that has it ({"persons": {"7": {...}}}), else the number."""
        found = (self._tables[name].get(str(number)) for name in tables if name in self._tables)
        return next((row for row in found if row is not None), number)


def stores_in(tree: "HtmlElement") -> Iterator[Store]:
    """Yield the states of a page: JSON scripts, then assignments of JSON in other scripts."""
    found = 0
    for n, script in enumerate(tree.iter("script")):
        text = script.text or ""
        if n >= MAX_SCRIPTS or found >= MAX_STORES:
            return
        if len(text) > MAX_STATE or not text.strip():
            continue
        kind = (script.get("type") or "").lower()
        if any(other in kind for other in _NO_DATA):
            continue
        values = _script_values(script.get("id") or "", text) if "json" in kind else _assigned(text)
        for name, value in values:
            found += 1
            yield Store(name, value)


def _script_values(name: str, text: str) -> Iterator[tuple[str, Any]]:
    value, _ = _decoded(text.strip(), 0)
    if isinstance(value, list) and value and _is_flat(value):
        value = _inflated(value)
    if isinstance(value, (dict, list)):
        yield name or "application/json", value


def _assigned(text: str) -> Iterator[tuple[str, Any]]:
    """Yield name and value of every `window.name = {...}` that holds JSON."""
    at, left = 0, MAX_TRIED
    while left > 0 and (found := _ASSIGNED.search(text, at)):
        at = found.end()
        left -= len(text) - at
        if text[at] in "{[":
            value, at = _decoded(text, at)
        else:
            value = _decoded(_string(text, at).strip(), 0)[0] if found[2] else None
        if isinstance(value, (dict, list)) and value:
            yield f"window.{found[1]}", value


def _string(text: str, at: int) -> str:
    """Return the JavaScript string that starts at a quotation mark, "" if it is none."""
    quote = text[at]
    end = re.compile(rf"(?:[^{quote}\\]|\\.)*{quote}", re.DOTALL).match(text, at + 1)
    if not end:
        return ""
    inner = end[0][:-1]
    if quote == "'":
        inner = re.sub(r"\\.|\"", lambda m: {"\\'": "'", '"': '\\"'}.get(m[0], m[0]), inner, flags=re.DOTALL)
    value, _ = _decoded(f'"{inner}"', 0)
    return value if isinstance(value, str) else ""


def _decoded(text: str, at: int) -> tuple[Any, int]:
    """Return the JSON value at a place in a text and the place after it; `undefined` counts as null.

    Where there is none, None and the place itself.
    """
    decoder = json.JSONDecoder(strict=False)
    try:
        return decoder.raw_decode(text, at)
    except (ValueError, RecursionError):
        mended = _UNDEFINED.sub("null", text[at:]) if "undefined" in text or "void 0" in text else ""
    try:
        return decoder.raw_decode(mended)[0], at
    except (ValueError, RecursionError):
        return None, at


def _is_flat(value: list[Any]) -> bool:
    """Tell whether a list is a state laid out flat, as `devalue` writes it: objects hold places in the list."""
    first = value[0]
    places = first.values() if isinstance(first, dict) else first[1:] if isinstance(first, list) else ()
    return len(value) > 3 and bool(places) and all(type(p) is int and -10 < p < len(value) for p in places)


def _inflated(flat: list[Any]) -> Any:
    """Return the value that a flat list stands for; what refers to itself ends there."""
    left = [MAX_OBJECTS]

    def value_at(place: Any, depth: int) -> Any:
        left[0] -= 1
        if type(place) is not int or not 0 <= place < len(flat) or depth > MAX_DEPTH or left[0] < 0:
            return None
        raw = flat[place]
        if isinstance(raw, dict):
            return {key: value_at(inner, depth + 1) for key, inner in raw.items()}
        if isinstance(raw, list) and raw and isinstance(raw[0], str):  # ["Reactive", 1], ["Date", "1999-..."]
            return value_at(raw[1], depth + 1) if len(raw) == 2 and type(raw[1]) is int else None
        if isinstance(raw, list):
            return [value_at(inner, depth + 1) for inner in raw]
        return raw

    return value_at(0, 0)


def _walk(root: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every object with the key it stands under, in document order."""
    todo: list[tuple[str, Any, int]] = [("", root, 0)]
    left = MAX_OBJECTS
    while todo and left:
        key, value, depth = todo.pop()
        left -= 1
        if isinstance(value, dict):
            yield key, value
        if depth < MAX_DEPTH and isinstance(value, (dict, list)):
            inner = value.items() if isinstance(value, dict) else ((key, item) for item in value)
            todo.extend(reversed([(str(k), v, depth + 1) for k, v in inner if isinstance(v, (dict, list))]))
