"""What of a suggestion is marked: the beginnings of its words that somebody typed, though misspelt."""

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from kadr.index.distance import apart
from kadr.index.fuzzy import errors_allowed
from kadr.index.skeleton import skeleton, skeletons
from kadr.search.types import Piece
from kadr.text import fold

__all__ = ["highlight"]

_WORD = re.compile(r"[^\W_]+")


def highlight(shown: str, typed: Sequence[str]) -> tuple[Piece, ...]:
    """Return a text in pieces, marked where its words begin as typed words do, or inside them if they begin nowhere.

    Args:
        shown: the text as it is written.
        typed: folded words as they are meant, in the alphabet of the text.
    """
    found = [(match.start(), fold(match[0])) for match in _WORD.finditer(shown)]
    spans: dict[int, int] = {}
    for word in typed:
        met = [(at, len(word)) for at, text in found if text.startswith(word)]
        met = met[:1] or _misspelt(word, found) or _alike(word, found)
        met = met or [(at + text.index(word), len(word)) for at, text in found if word in text][:1]
        for at, letters in met:
            spans[at] = max(at + letters, spans.get(at, 0))
    return _cut(shown, spans)


def _misspelt(word: str, found: Sequence[tuple[int, str]]) -> list[tuple[int, int]]:
    """Return where the word begins that is meant by a typed one with errors, and its letters; nothing where none is."""
    allowed = errors_allowed(len(word))
    if not allowed:
        return []
    tried = (
        (apart(word, text[:letters]), i, letters)
        for i, (_, text) in enumerate(found)
        for letters in range(len(word) - allowed, min(len(text), len(word) + allowed) + 1)
    )
    errors, best, letters = min(tried, default=(allowed + 1, 0, 0))
    return [(found[best][0], letters)] if errors <= allowed else []


def _alike(word: str, found: Sequence[tuple[int, str]]) -> list[tuple[int, int]]:
    """Return where the word begins that sounds as a typed one in the other alphabet, and its letters."""
    keys = tuple(key for key in skeletons(word) if key)
    for at, text in found:
        if skeleton(text).startswith(keys):
            letters = (n for n in range(1, len(text) + 1) if skeleton(text[:n]).startswith(keys))
            return [(at, next(letters, len(text)))]
    return []


def _cut(shown: str, spans: dict[int, int]) -> tuple[Piece, ...]:
    marks = np.zeros(len(shown), dtype=np.bool_)
    for start, end in spans.items():
        marks[start:end] = True
    edges = [0, *(np.flatnonzero(marks[1:] != marks[:-1]) + 1).tolist(), len(shown)]
    return tuple(Piece(shown[a:b], bool(marks[a])) for a, b in pairwise(edges) if a < b)
