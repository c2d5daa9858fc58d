"""The data that a page's own program carries along in scripts -> values. Pure functions, bounded in size and depth."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from kadr.collect.page.literals import MAX_DEPTH, Budget, read_literal
from kadr.collect.page.quoted import read_string
from kadr.collect.page.streamed import MAX_OBJECTS, inflated, is_flat, of_flight, of_turbo

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["Store", "stores_in"]

MAX_STATE = 5 << 20
"""5 MiB: the state of a large film page has 0.5 MB."""
MAX_TRIED = 4 * MAX_STATE
"""Characters that may follow all assignments of one script together, so that no script costs quadratic time."""
MAX_SCRIPTS = 300
MAX_STORES = 40
"""The settings and counters of a page's programs, ten or twenty, are stores, too."""
_ASSIGNED = re.compile(
    r"(?:(?:window|self|globalThis|var|let|const)\s{0,5}[.\s\[]\s{0,5}[\"']?)([$\w]{1,60}(?:\.[$\w]{1,60}){0,3})[\"']?\]?"
    r"\s{0,5}=\s{0,5}(?=[\[{]|\(\s{0,5}(?:function\b|\([\w$,\s]{0,2000}\)\s{0,5}=>)|JSON\.parse\()"
)
_SENT = re.compile(
    r"(?:__next_f(?:\s{0,5}=[^()]{0,60}\))?\.push\(\s{0,5}\[\s{0,5}1\s{0,5},|streamController\.enqueue\()\s{0,5}(?=[\"'`])"
)
"""Calls that hand on a piece of a state."""
_READERS: Mapping[str, Callable[[Sequence[str]], Any]] = {"__next_f": of_flight, "streamController": of_turbo}
"""Next.js with the app router; Remix and React Router."""
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
    """Yield the states of a page: JSON scripts and assignments in other scripts, then what several scripts send."""
    found = 0
    budget = Budget()
    sent: dict[str, list[str]] = {}
    for script in islice(tree.iter("script"), MAX_SCRIPTS):
        text = script.text or ""
        if len(text) > MAX_STATE or not text.strip():
            continue
        kind = (script.get("type") or "").lower()
        if any(other in kind for other in _NO_DATA):
            continue
        if "json" in kind:
            values = _script_values(script.get("id") or "", text, budget)
        else:
            values = _assigned(text, budget)
            _keep_sent(text, sent)
        for name, value in values:
            found += 1
            yield Store(name, value)
            if found >= MAX_STORES:
                return
    for name, pieces in sent.items():
        value = _READERS[name](pieces)
        if isinstance(value, (dict, list)) and value:
            yield Store(name, value)


def _script_values(name: str, text: str, budget: Budget) -> Iterator[tuple[str, Any]]:
    value, _ = _decoded(text.strip(), 0, budget)
    if isinstance(value, list) and is_flat(value):
        value = inflated(value)
    if isinstance(value, (dict, list)):
        yield name or "application/json", value


def _assigned(text: str, budget: Budget) -> Iterator[tuple[str, Any]]:
    """Yield name and value of every `window.name = {...}` that holds data."""
    at, left = 0, MAX_TRIED
    while left > 0 and (found := _ASSIGNED.search(text, at)):
        at = found.end()
        left -= len(text) - at
        value, at = _decoded(text, at, budget) if text[at] in "{[" else read_literal(text, at, budget)
        if isinstance(value, (dict, list)) and value:
            yield f"window.{found[1]}", value


def _keep_sent(text: str, sent: dict[str, list[str]]) -> None:
    """Keep the pieces of a state that a script hands on."""
    at = 0
    while found := _SENT.search(text, at):
        piece, at = read_string(text, found.end())
        if piece:
            name = next(name for name in _READERS if name in found[0])
            sent.setdefault(name, []).append(piece)


def _decoded(text: str, at: int, budget: Budget) -> tuple[Any, int]:
    """Return the JSON value, or else the literal, at a place in a text and the place after it.

    Where there is none, None and the place itself.
    """
    try:
        return json.JSONDecoder(strict=False).raw_decode(text, at)
    except (ValueError, RecursionError):
        return read_literal(text, at, budget)


def _walk(root: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every object once, with the key it first stands under, in document order."""
    todo: list[tuple[str, Any, int]] = [("", root, 0)]
    seen: set[int] = set()
    left = MAX_OBJECTS
    while todo and left:
        key, value, depth = todo.pop()
        left -= 1
        if id(value) in seen:  # a state may share objects, and hold one in itself
            continue
        seen.add(id(value))
        if isinstance(value, dict):
            yield key, value
        if depth < MAX_DEPTH and isinstance(value, (dict, list)):
            inner = value.items() if isinstance(value, dict) else ((key, item) for item in value)
            todo.extend(reversed([(str(k), v, depth + 1) for k, v in inner if isinstance(v, (dict, list))]))
