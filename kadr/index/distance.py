"""How many edits lie between a query and texts.

An edit is a letter too many, too few or another, or two neighbours exchanged (optimal string alignment). Two ways: one
text after the other, two microseconds each, where few are left once they were filtered; and all of them at once, column
by column with a machine word for each, fifteen microseconds a letter however few they are (Hyyrö: A Bit-Vector
Algorithm for Computing Levenshtein and Damerau Edit Distances, Nordic Journal of Computing 10, 2003).
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["MAX_APART", "MAX_LETTERS", "apart", "beginnings"]

MAX_LETTERS = 64
"""Letters of a query whose distances to beginnings are told: the bits of a machine word."""

Numbers = NDArray[np.integer]
Bits = NDArray[np.uint64]
ONE = np.uint64(1)
MAX_APART = 2
"""Edits that `apart` tells."""


def apart(one: str, other: str) -> int:
    """Return how many edits lie between two texts: 0, 1, 2, or 3 for all that is more.

    What both begin and end with takes no part. Both ends of what is left differ, so that one of two edits stands at
    each of them, and the rest must be the same.
    """
    if one == other:
        return 0
    start = end = 0
    room = min(len(one), len(other))
    while start < room and one[start] == other[start]:
        start += 1
    while end < room - start and one[-1 - end] == other[-1 - end]:
        end += 1
    one, other = one[start : len(one) - end], other[start : len(other) - end]
    m, n = len(one), len(other)
    if max(m, n) < 2 or (m == n == 2 and one == other[::-1]):
        return 1
    for (a, b), (c, d) in _ENDS.get(m - n, ()):
        if one[a : m - c] == other[b : n - d] and a + c <= m and b + d <= n and _swapped(one, other, a, c):
            return 2
    return 3


_EDITS = ((1, 1), (1, 0), (0, 1), (2, 2))
"""Letters that an edit takes of either text: another letter, one too many, one too few, two exchanged."""
_ENDS = {
    more: tuple((a, b) for a in _EDITS for b in _EDITS if a[0] + b[0] - a[1] - b[1] == more) for more in range(-2, 3)
}


def _swapped(one: str, other: str, first: int, last: int) -> bool:
    """Tell whether the letters at the ends are exchanged where two are taken there."""
    return (first < 2 or one[:2] == other[1::-1]) and (last < 2 or one[-2:] == other[:-3:-1])


def beginnings(query: Numbers, texts: Numbers, errors: int) -> NDArray[np.uint8]:
    """Return how many edits lie between a query and every beginning of each text, uint8 (longest + 1, n).

    What is surely more than the errors that are allowed, because the lengths differ by more, is some large number.

    Args:
        query: code units, at most 64.
        texts: code units, (longest, n): a column is a text.
        errors: how many are allowed.
    """
    longest, n = texts.shape
    m = query.size
    table = np.full((longest + 1, n), 2 * MAX_LETTERS, dtype=np.uint8)
    if not n:
        return table
    if m <= errors:
        table[0] = m
    if not m:
        table[:] = np.arange(longest + 1)[:, None]
        return table
    inside = ~np.uint64(0) >> np.uint64(MAX_LETTERS - m)
    plus, minus, met, before = np.full(n, ~np.uint64(0)), *np.zeros((3, n), np.uint64)
    for column, places in enumerate(_places(query, texts), start=1):
        swap = ((~met & places) << ONE) & before
        met = (((places & plus) + plus) ^ plus) | places | minus | swap
        up, down = ((minus | ~(met | plus)) << ONE) | ONE, (met & plus) << ONE
        plus, minus, before = down | ~(met | up), up & met, places
        if column >= m - errors:
            # The first cell of a column is its number; from there each bit is one step up or down to the last cell.
            table[column] = column + np.bitwise_count(plus & inside) - np.bitwise_count(minus & inside)
    return table


def _places(query: Numbers, texts: Numbers) -> Bits:
    """Return for every unit of the texts the places it has in the query, as bits."""
    known = np.array(sorted(set(query.tolist())), dtype=query.dtype)
    bits = np.zeros(known.size + 1, dtype=np.uint64)
    for place, at_place in enumerate(np.searchsorted(known, query).tolist()):
        bits[at_place] |= ONE << np.uint64(place)
    at = np.searchsorted(known, texts)
    at[at == known.size] = 0
    return bits[np.where(known[at] == texts, at, known.size)]
