"""Canonical JSON: one text for one value, so that equal content has equal bytes. Pure functions."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass

from kadr.errors import BundleDamaged

__all__ = ["MAX_SHOWN", "canonical", "fingerprint", "under"]

MAX_DEPTH = 16
"""Deeper than any profile or table of ours (4 levels), and far from Python's recursion limit."""
MAX_SHOWN = 100
"""Characters of a name from outside that a message repeats."""


def canonical(value: object) -> str:
    """Return the one JSON text of a value: sorted keys, one space of indent, floats by `repr`, a newline at the end.

    A dataclass is written as an object of its fields.

    Raises:
        BundleDamaged: a value that JSON cannot hold; the message begins with its key.
    """
    return json.dumps(_pure(value, ""), sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def fingerprint(value: object) -> str:
    """Return the SHA-256, as hex digits, of a value's canonical text without white space (which takes half the time).

    Raises:
        BundleDamaged: a value that JSON cannot hold; the message begins with its key.
    """
    text = json.dumps(_pure(value, ""), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _pure(value: object, key: str, depth: int = 0) -> object:
    """Return a value made of JSON types alone, with tuples as lists, or refuse it by its key."""
    if depth > MAX_DEPTH:
        raise BundleDamaged(f"{key}: is nested deeper than {MAX_DEPTH} levels")
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, str) and _is_utf8(value):
        return value
    if isinstance(value, list | tuple):
        return [_pure(item, f"{key}[{i}]", depth + 1) for i, item in enumerate(value)]
    if is_dataclass(value) and not isinstance(value, type):
        value = {f.name: getattr(value, f.name) for f in fields(value)}
    if isinstance(value, Mapping) and all(isinstance(k, str) and _is_utf8(k) for k in value):
        return {k: _pure(v, under(key, k), depth + 1) for k, v in value.items()}
    raise BundleDamaged(f"{key}: is not a value that JSON can hold; give finite numbers, text, lists and objects")


def under(key: str, name: str) -> str:
    """Return the path of a key inside another for a message: one short line, however the name was made."""
    shown = name if name.isprintable() and len(name) <= MAX_SHOWN else repr(name[:MAX_SHOWN])
    return f"{key}.{shown}" if key else shown


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
