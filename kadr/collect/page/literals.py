"""Values written in JavaScript, as page state often is -> values. Bounded in depth and in values.

Nothing is evaluated: literals are read, parameters of one function around them are replaced by its arguments, and
everything else is refused.
"""

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from kadr.collect.page.parameters import Setting, Slot, filled
from kadr.collect.page.quoted import QUOTES, read_string

__all__ = ["MAX_DEPTH", "Budget", "read_literal"]

MAX_DEPTH = 60
"""Levels of objects and lists; answers of GraphQL have twenty."""
MAX_VALUES = 200_000
"""Values of one page's literals, a second; a large state has 30,000."""
_SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/)*")
_NUMBER = re.compile(
    r"[-+]?(?:0[xX][\da-fA-F]{1,16}|Infinity|(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][-+]?\d{1,3})?n?)(?![\w$])"
)
_NAME = re.compile(r"[^\W\d][\w$]*|\$[\w$]*")
_DOTTED = re.compile(r"(?:new\s+)?(?:[^\W\d]|\$)[\w$]{0,60}(?:\s?\.\s?[\w$]{1,60}){0,5}")
_WORDS = {"true": True, "false": False, "null": None, "undefined": None, "NaN": None, "Infinity": None}
_FUNCTION = re.compile(r"\(\s*(?:function\s*[\w$]{0,60}\s*)?\(([\s\w$,]{0,20000})\)\s*(=>)?\s*")
"""What a state is wrapped in: `(function(a,b){return ...}(1,2))` of Nuxt 2, or `((a,b)=>({...}))(1,2)`."""
_RETURN = re.compile(r"return(?![\w$])")
_DECLARED = re.compile(r"(?:var|let|const)\s+")


class _NotLiteral(ValueError):
    """What stands there is code."""


@dataclass(slots=True)
class Budget:
    """How many values may still be read from a page's literals."""

    left: int = MAX_VALUES


def read_literal(text: str, at: int, budget: Budget) -> tuple[Any, int]:
    """Return the value of the literal at a place in a script and the place after it; None and the place if none is.

    Taken: objects with bare, quoted and numeric keys, lists with holes, strings in any quotation marks, numbers,
    `undefined`, `void 0`, `!0`, comments, `JSON.parse(decodeURIComponent("..."))`, dates, maps and sets, and one
    function around all that is called at once. A name that is not known stands for null.
    """
    if budget.left <= 0:
        return None, at
    reader = _Reader(text, at, budget)
    try:
        return reader.value(0), reader.at
    except (_NotLiteral, RecursionError):
        return None, at


@dataclass(slots=True)
class _Reader:
    """A place in a script that moves on."""

    text: str
    at: int
    budget: Budget
    slots: dict[str, Slot] = field(default_factory=dict)

    def value(self, depth: int) -> Any:
        """Read one value.

        Raises:
            _NotLiteral: it is code, too deep, or the budget is spent.
        """
        self.budget.left -= 1
        if depth > MAX_DEPTH or self.budget.left < 0:
            raise _NotLiteral
        mark = self.peek()
        if mark == "{":
            return self.object(depth + 1)
        if mark == "[":
            return self.items("[", "]", depth + 1)
        if mark and mark in QUOTES:
            return self.string()
        if mark == "(":
            return self.called(depth + 1)
        if mark == "!":
            self.at += 1
            return not self.value(depth + 1)
        if found := _NUMBER.match(self.text, self.at):
            self.at = found.end()
            return _number(found[0])
        return self.named(depth + 1)

    def peek(self) -> str:
        """Return the next character that is no space and no comment, "" at the end."""
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.text[self.at : self.at + 1]

    def take(self, mark: str) -> None:
        """Go past a character.

        Raises:
            _NotLiteral: another one stands there.
        """
        if self.peek() != mark:
            raise _NotLiteral
        self.at += 1

    def found(self, pattern: re.Pattern[str]) -> str:
        """Go past what matches, and return it, "" if nothing does."""
        self.peek()
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return match[0] if match else ""

    def string(self) -> str:
        """Read a string."""
        value, end = read_string(self.text, self.at)
        if end == self.at:
            raise _NotLiteral
        self.at = end
        return value

    def items(self, opening: str, closing: str, depth: int) -> list[Any]:
        """Read values between commas; where one is left out, None."""
        self.take(opening)
        values: list[Any] = []
        while (mark := self.peek()) != closing:
            if mark == ",":
                self.budget.left -= 1
                values.append(None)
            else:
                values.append(self.value(depth))
                if self.peek() == closing:
                    break
            self.take(",")
        self.at += 1
        return values

    def object(self, depth: int) -> dict[str, Any]:
        """Read an object."""
        self.take("{")
        found: dict[str, Any] = {}
        while (mark := self.peek()) != "}":
            bare = mark not in QUOTES
            key = self.string() if not bare else self.found(_NAME) or self.found(_NUMBER)
            if not key and bare:
                raise _NotLiteral
            if self.peek() == ":":
                self.at += 1
                found[key] = self.value(depth)
            else:
                found[key] = self.slots.get(key)
            if self.peek() == "}":
                break
            self.take(",")
        self.at += 1
        return found

    def named(self, depth: int) -> Any:
        """Read a word, a parameter, an unknown name, or a call of one that only wraps a value."""
        name = self.found(_DOTTED)
        if not name or name == "function":
            raise _NotLiteral
        if name == "void":
            self.value(depth)
            return None
        if self.peek() != "(":
            return self.slots[name] if name in self.slots else _WORDS.get(name)
        inner = self.items("(", ")", depth)
        return _CALLS.get(name.rpartition(" ")[2], _nothing)(inner[0] if inner else None)

    def called(self, depth: int) -> Any:
        """Read a value in parentheses, or a function that is called at once."""
        start = _FUNCTION.match(self.text, self.at)
        if not start or self.slots or not (start[2] or "function" in start[0][:12]):
            self.take("(")
            value = self.value(depth)
            self.take(")")
            return value
        self.at = start.end()
        self.slots = {name: Slot(name) for name in map(str.strip, start[1].split(",")) if name}
        names = list(self.slots)
        roots, told = self.body(depth)
        inside = self.peek() == "("  # (function(a){...}(1)), or (function(a){...})(1)
        if not inside:
            self.take(")")
        self.slots = {}
        values = self.items("(", ")", depth)
        if inside:
            self.take(")")
        known = dict.fromkeys(names) | dict(zip(names, values, strict=False))
        return filled(roots, told, known)

    def body(self, depth: int) -> tuple[Any, list[Setting]]:
        """Read a function's body: what it sets, then what it returns."""
        told: list[Setting] = []
        if self.peek() != "{":
            return self.value(depth), told
        self.at += 1
        while self.found(_RETURN) == "":
            told.append(self.setting(depth))
            while self.peek() == ";":
                self.at += 1
        value = self.value(depth)
        while self.peek() == ";":
            self.at += 1
        self.take("}")
        return value, told

    def setting(self, depth: int) -> Setting:
        """Read `a.name = value` or `a[0] = value`."""
        self.budget.left -= 2  # it costs as much as two values more
        declared = bool(self.found(_DECLARED))
        name = self.found(_NAME)
        if declared:
            self.slots.setdefault(name, Slot(name))
        keys: list[Any] = []
        while (mark := self.peek()) in {".", "["}:
            if mark == ".":
                self.at += 1
                keys.append(self.found(_NAME))
            else:
                keys += self.items("[", "]", depth)[:1]
            if len(keys) > MAX_DEPTH:
                raise _NotLiteral
        self.take("=")
        if name not in self.slots or declared == bool(keys):
            raise _NotLiteral
        return name, keys, self.value(depth)


def _number(text: str) -> float | int | None:
    text = text.rstrip("n")
    if "nfi" in text:
        return None
    if text[:3].lower().lstrip("+-").startswith("0x"):
        return int(text, 16)
    if not any(c in text for c in ".eE"):
        return int(text)
    return value if math.isfinite(value := float(text)) else None


def _parsed(value: Any) -> Any:
    try:
        return json.loads(value, strict=False) if isinstance(value, str) else None
    except (ValueError, RecursionError):
        return None


def _decoded(value: Any) -> Any:
    return unquote(value) if isinstance(value, str) else None


def _pairs(value: Any) -> Any:
    pairs = value if isinstance(value, list) else []
    return {str(pair[0]): pair[1] for pair in pairs if isinstance(pair, list) and len(pair) == 2}


def _nothing(_: Any) -> Any:
    return None


_CALLS: dict[str, Callable[[Any], Any]] = {
    "JSON.parse": _parsed,
    "decodeURIComponent": _decoded,
    "decodeURI": _decoded,
    "Object.freeze": lambda value: value,
    "Object.create": lambda _: {},
    "Array": lambda _: [],
    "Date": lambda value: value if isinstance(value, (str, int)) else None,
    "Set": lambda value: value,
    "Map": _pairs,
}
"""What only wraps a value; of any other call the result is not known."""
