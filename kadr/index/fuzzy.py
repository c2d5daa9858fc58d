"""Texts that are looked up though they are misspelt: sorted, memory-mapped, compared many at a time.

Two filters choose what is worth comparing, and neither ever loses a text: its length, and its letters as 64 bits, of
which one edit adds at most one and takes away at most one. What is left is compared with the query in one pass over its
columns, by the bit-parallel distance of Hyyrö (A Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit
Distances, Nordic Journal of Computing 10, 2003): a word of 64 bits holds a column of the matrix, and numpy carries all
texts at once. An edit is a letter too many, too few or another, or two neighbours exchanged (optimal string alignment).
"""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.errors import BundleDamaged
from kadr.index.arrays import load, save, smallest_uint

__all__ = ["MAX_LETTERS", "Close", "Spellings", "errors_allowed"]

MAX_LETTERS = 64
"""Letters of a query that are compared: the bits of a machine word. What stands behind them must only be as long."""
MAX_COMPARED = 4_000
"""Texts compared with one query at the most; the filters leave more only for words whose letters are everywhere."""
LONG, FEW = 20, 300
"""Letters from which a query's parts tell most texts apart, and of how many texts that is asked: a microsecond each,
where the table takes 15 a letter, however few the texts are."""
MAX_KEPT = 10_000
"""Places of texts that are kept after they were found, at some 300 bytes each."""

Numbers = NDArray[np.integer]
Bits = NDArray[np.uint64]
ONE = np.uint64(1)


def errors_allowed(letters: int) -> int:
    """Return how many errors a text of so many letters may hold: none below 4, one below 8, then two.

    With more, most short words have a neighbour in a large catalogue.
    """
    return (letters >= 4) + (letters >= 8)


@dataclass(frozen=True, slots=True)
class Close:
    """Texts that are close to a query. `ids`: their numbers, ascending. `errors`: uint8, edits between them.

    `lengths`: letters of each text that the query stands for: all of them, or where the query is a beginning, those
    that it reaches.
    """

    ids: NDArray[np.int64]
    errors: NDArray[np.uint8]
    lengths: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Spellings:
    """Texts in blocks, each sorted by code points. Text i is `units[starts[i]:starts[i + 1]]`.

    `starts`: unsigned (n + 1,). `units`: UTF-16 code units, uint8 where none is above 255. `letters`: uint64 (n,), the
    letters of each text as bits. What was found of late is kept: one query looks for the same words a hundred times.
    """

    starts: Numbers
    units: Numbers
    letters: Bits
    _found: dict[tuple[str, int, int], tuple[int, int]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __len__(self) -> int:
        return int(self.letters.size)

    def __getitem__(self, i: int) -> str:
        units = self.units[self.starts.item(i) : self.starts.item(i + 1)]
        return _decoded(units.tobytes(), units.dtype.itemsize)

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Return the texts in the order given; none may be empty."""
        units = _units("".join(texts))
        ends = np.cumsum([len(_units(text)) for text in texts], dtype=np.int64)
        starts = np.concatenate(([0], ends)).astype(np.int64)
        letters = np.bitwise_or.reduceat(_bits(units), starts[:-1]) if texts else np.empty(0, np.uint64)
        narrow = np.dtype("u1" if not units.size or units.max() < 256 else "<u2")
        return cls(starts.astype(smallest_uint(units.size)), units.astype(narrow), letters)

    def span(self, text: str, within: tuple[int, int] | None = None) -> tuple[int, int]:
        """Return the range of the texts that begin with a text, in one block."""
        low, high = within or (0, len(self))
        first = self._first(text, low, high)
        begins = first < high and self[first].startswith(text)
        return first, self._first(text + "\U0010ffff", first, high) if begins else first

    def same(self, text: str, within: tuple[int, int] | None = None) -> tuple[int, int]:
        """Return the range of the texts that are a text, in one block."""
        low, high = within or (0, len(self))
        found = self._found.get((text, low, high))
        if found is None:
            first = self._first(text, low, high)
            there = first < high and self[first] == text
            found = first, self._first(text + "\0", first, high) if there else first
            if len(self._found) >= MAX_KEPT:
                self._found.clear()
            if len(text) <= MAX_LETTERS:
                self._found[text, low, high] = found
        return found

    def near(self, text: str, errors: int, within: tuple[int, int] | None = None) -> Close:
        """Return the texts of a block that a text becomes by so many edits at the most, itself included."""
        query, (low, high) = _units(text), within or (0, len(self))
        letters, asked = self.letters[low:high], _letters(query)
        lengths = self._lengths(low, high)
        ids = np.flatnonzero((lengths >= query.size - errors) & (lengths <= query.size + errors))
        differing = letters[ids] ^ asked
        ids, differing = _few(ids, differing, np.bitwise_count(differing & ~asked) <= errors)
        ids, differing = _few(ids, differing, np.bitwise_count(differing & asked) <= errors)
        ids = _fewest(ids, differing) + low
        if query.size >= LONG and ids.size <= FEW:
            ids = self._sharing(query[:MAX_LETTERS], ids, errors)
        table, longest = self._table(query, ids, errors)
        reached = np.minimum(self._lengths_of(ids), longest)
        return _within(ids, table[reached, np.arange(ids.size)], reached, errors)

    def beginning(self, text: str, errors: int, within: tuple[int, int] | None = None) -> Close:
        """Return the texts of a block of which some beginning is a text but for so many edits."""
        query, (low, high) = _units(text), within or (0, len(self))
        missing = _letters(query) & ~self.letters[low:high]
        kept = self._lengths(low, high) >= query.size - errors
        kept &= np.bitwise_count(missing) <= errors
        ids = np.flatnonzero(kept)
        ids = _fewest(ids, missing[ids]) + low
        table, longest = self._table(query, ids, errors)
        beyond = np.arange(longest + 1)[:, None] > self._lengths_of(ids)[None, :]
        table[beyond] = MAX_LETTERS + 1
        reached = table.argmin(axis=0)
        return _within(ids, table[reached, np.arange(ids.size)], reached, errors)

    def holding(self, text: str, most: int) -> NDArray[np.int64]:
        """Return the first texts that hold a text anywhere inside, ascending."""
        wanted, haystack = _units(text).astype(self.units.dtype).tobytes(), self.units.tobytes()
        if _decoded(wanted, self.units.dtype.itemsize) != text:
            return np.empty(0, np.int64)
        found: list[int] = []
        width, at = self.units.dtype.itemsize, haystack.find(wanted)
        while at >= 0 and len(found) < most:
            i = int(np.searchsorted(self.starts, at // width, side="right")) - 1
            if at % width == 0 and at + len(wanted) <= int(self.starts[i + 1]) * width:
                found.append(i)
                at = int(self.starts[i + 1]) * width - 1
            at = haystack.find(wanted, at + 1)
        return np.array(found, dtype=np.int64)

    def save(self, folder: Path, name: str) -> None:
        """Write the arrays."""
        for part in ("starts", "units", "letters"):
            save(folder / f"{name}.{part}.npy", getattr(self, part))

    @classmethod
    def open(cls, folder: Path, name: str) -> Self:
        """Map the arrays.

        Raises:
            BundleDamaged: they are no texts, or do not belong together.
        """
        starts, units = (load(folder / f"{name}.{part}.npy") for part in ("starts", "units"))
        letters = load(folder / f"{name}.letters.npy", np.uint64)
        if not np.issubdtype(starts.dtype, np.unsignedinteger) or units.dtype not in (np.uint8, np.uint16):
            raise BundleDamaged(f"{name}.starts.npy, {name}.units.npy: hold no texts; rebuild the bundle")
        if starts.size != letters.size + 1 or int(starts[-1]) != units.size:
            raise BundleDamaged(f"{name}.starts.npy: does not fit {name}.units.npy; rebuild the bundle")
        return cls(starts.view(starts.dtype), units.view(units.dtype), letters)

    def _first(self, text: str, low: int, high: int) -> int:
        # A query asks hundreds of times; a view is sliced and decoded in half the time that an array is.
        start, units, width = self.starts.item, self.units.view(np.uint8).data, self.units.dtype.itemsize
        while low < high:
            middle = (low + high) // 2
            if _decoded(units[start(middle) * width : start(middle + 1) * width], width) < text:
                low = middle + 1
            else:
                high = middle
        return low

    def _lengths(self, low: int, high: int) -> Numbers:
        starts = self.starts[low : high + 1]
        return starts[1:] - starts[:-1]

    def _sharing(self, query: Numbers, ids: NDArray[np.int64], errors: int) -> NDArray[np.int64]:
        """Return the texts that hold a part of a long query as it is; so many errors cannot touch all of its parts."""
        # An edit touches one part, but for an exchange of letters across a border, which touches two.
        parts = np.array_split(query.astype(self.units.dtype), 2 * errors + 1)
        wanted = [part.tobytes() for part in parts]
        bounds = zip(self.starts[ids].tolist(), self.starts[ids + 1].tolist(), strict=True)
        texts = (self.units[a:b].tobytes() for a, b in bounds)
        kept = [any(part in text for part in wanted) for text in texts]
        return ids[np.array(kept, dtype=np.bool_)]

    def _lengths_of(self, ids: Numbers) -> NDArray[np.int64]:
        return self.starts[ids + 1].astype(np.int64) - self.starts[ids].astype(np.int64)

    def _table(self, query: Numbers, ids: NDArray[np.int64], errors: int) -> tuple[NDArray[np.uint8], int]:
        """Return the distance of the query to every beginning of each text, (longest + 1, n), and that length."""
        query = query[:MAX_LETTERS]
        longest = int(min(self._lengths_of(ids).max(initial=0), query.size + errors))
        at = self.starts[ids].astype(np.int64)[None, :] + np.arange(longest)[:, None]
        return _distances(query, self.units[np.minimum(at, self.units.size - 1)], errors), longest


def _distances(query: Numbers, texts: Numbers, errors: int) -> NDArray[np.uint8]:
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


def _few(ids: NDArray[np.int64], differing: Bits, kept: NDArray[np.bool_]) -> tuple[NDArray[np.int64], Bits]:
    return ids[kept], differing[kept]


def _fewest(ids: NDArray[np.int64], differing: Bits) -> NDArray[np.int64]:
    """Return the ids, or where they are too many, those with the fewest letters that differ, ascending.

    Args:
        ids: ascending.
        differing: the letters in which each differs, parallel to them.
    """
    if ids.size <= MAX_COMPARED:
        return ids
    return np.sort(ids[np.argsort(np.bitwise_count(differing), kind="stable")[:MAX_COMPARED]])


def _within(ids: NDArray[np.int64], errors: NDArray[np.uint8], lengths: NDArray[np.int64], most: int) -> Close:
    kept = errors <= most
    return Close(ids[kept], errors[kept], lengths[kept])


def _units(text: str) -> NDArray[np.uint16]:
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")


def _decoded(units: bytes | memoryview, width: int) -> str:
    if width == 1:
        return str(units, "latin-1")
    return codecs.utf_16_le_decode(units, "surrogatepass")[0]


def _letters(units: Numbers) -> np.uint64:
    bits: np.uint64 = np.bitwise_or.reduce(_bits(units), initial=np.uint64(0))
    return bits


def _bits(units: Numbers) -> Bits:
    # The last six bits of a unit tell the letters of one alphabet apart; any other choice would be as right.
    return ONE << (units.astype(np.uint64) & np.uint64(63))
