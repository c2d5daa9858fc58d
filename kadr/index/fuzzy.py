"""Texts that are looked up though they are misspelt: sorted, memory-mapped, compared many at a time.

Three filters choose what is worth comparing, and none ever loses a text: its length; its letters as 64 bits, of which
one edit adds at most one and takes away at most one; and where they stand. What is left is compared with the query as
`kadr.index.distance` has it.
"""

import codecs
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.errors import BundleDamaged
from kadr.index.arrays import load, save, smallest_uint
from kadr.index.distance import MAX_APART, MAX_LETTERS, apart, beginnings

__all__ = ["MAX_LETTERS", "Close", "Spellings", "errors_allowed"]

MAX_COMPARED = 4_000
"""Texts compared with one query at the most; the filters leave more only for words whose letters are everywhere."""
FEW = 250
"""Texts that are compared one by one: as long as all at once take."""
MAX_KEPT = 10_000
"""Places of texts that are kept after they were found, at some 300 bytes each."""
MAX_LIKELY = 500
"""Words whose likely neighbours are kept, at the worst 32 kB each: visitors say the same words again and again."""

EVERY = 64
"""Texts from one that is kept to the next: a place is sought among those first, and then among so many in the file."""

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
    letters of each text as bits. What was found of late is kept, because one query looks for the same words a hundred
    times; so is every 64th text, and each block by its lengths, sixteen bytes a text: a millisecond of the first query.
    """

    starts: Numbers
    units: Numbers
    letters: Bits
    _found: dict[tuple[str, int, int], tuple[int, int]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _likely: dict[tuple[str, int, tuple[int, int] | None], NDArray[np.int64]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _blocks: dict[tuple[int, int], "_ByLength"] = field(default_factory=dict, init=False, repr=False, compare=False)
    _marks: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

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
            first = end = self._first(text, low, high)
            while end < high and self[end] == text:  # seldom more than one, whatever the block
                end += 1
            found = first, end
            if len(self._found) >= MAX_KEPT:
                self._found.clear()
            if len(text) <= MAX_LETTERS:
                self._found[text, low, high] = found
        return found

    def near(self, text: str, errors: int, within: tuple[int, int] | None = None) -> Close:
        """Return the texts of a block that a text becomes by so many edits at the most, itself included."""
        return self.compared(text, self.likely(text, errors, within), errors)

    def likely(self, text: str, errors: int, within: tuple[int, int] | None = None) -> NDArray[np.int64]:
        """Return the texts of a block that are near or may be, by their lengths and letters, ascending."""
        key = text, errors, within
        found = self._likely.get(key)
        if found is None:
            if len(self._likely) >= MAX_LIKELY:
                self._likely.clear()
            found = self._likely[key] = self._alike(text, errors, within or (0, len(self)))
        return found

    def _alike(self, text: str, errors: int, within: tuple[int, int]) -> NDArray[np.int64]:
        query = _units(text)
        asked, block = _letters(query), self._by_length(within)
        at = block.of_lengths(query.size - errors, query.size + errors)
        ids, differing = block.ids[at], block.letters[at] ^ asked
        for letters in (~asked, asked):
            kept = np.flatnonzero(np.bitwise_count(differing & letters) <= errors)
            ids, differing = ids[kept], differing[kept]
        ids = np.sort(ids)
        return _fewest(ids, self.letters[ids] ^ asked)

    def compared(self, text: str, ids: NDArray[np.int64], errors: int) -> Close:
        """Return those of some texts, ascending, that a text becomes by so many edits at the most."""
        ids = ids[self._in_place(_units(text), ids, errors)] if ids.size else ids
        lengths = self._lengths_of(ids)
        if ids.size <= FEW and errors <= MAX_APART:
            told = np.array([apart(text, other) for other in self._texts(ids)], dtype=np.uint8)
            return _within(ids, told, lengths, errors)
        table, longest = self._table(_units(text), ids, errors)
        return _within(ids, table[np.minimum(lengths, longest), np.arange(ids.size)], lengths, errors)

    def _in_place(self, query: Numbers, ids: NDArray[np.int64], errors: int) -> NDArray[np.bool_]:
        """Return which texts have the letters of a query near the places that they have in it, all but so many.

        An edit moves what stands behind it by one at the most, and takes one letter from its place.
        """
        around = np.arange(-errors, query.size + errors)
        texts = self.units.take(self.starts[ids].astype(np.int64)[:, None] + around, mode="clip")
        met = np.zeros((ids.size, query.size), dtype=np.bool_)
        for moved in range(2 * errors + 1):
            met |= texts[:, moved : moved + query.size] == query
        kept: NDArray[np.bool_] = np.count_nonzero(met, axis=1) >= query.size - errors
        return kept

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
        if not np.issubdtype(starts.dtype, np.unsignedinteger) or starts.ndim != 1 or not starts.size:
            raise BundleDamaged(f"{name}.starts.npy: holds no places of texts; rebuild the bundle")
        if units.dtype not in (np.uint8, np.uint16) or units.ndim != 1:
            raise BundleDamaged(f"{name}.units.npy: holds no letters of texts; rebuild the bundle")
        if starts.size != letters.size + 1 or int(starts[-1]) != units.size:
            raise BundleDamaged(f"{name}.starts.npy: does not fit {name}.units.npy; rebuild the bundle")
        return cls(starts.view(starts.dtype), units.view(units.dtype), letters)

    def _by_length(self, within: tuple[int, int]) -> "_ByLength":
        found = self._blocks.get(within)
        if found is None:
            low, high = within
            lengths = self._lengths(low, high)
            longest = int(lengths.max(initial=0))
            order = np.argsort(lengths.astype(smallest_uint(longest)), kind="stable")
            ends = np.searchsorted(lengths[order], np.arange(longest + 2))
            found = _ByLength((order + low).astype(np.int64), self.letters[order + low], ends)
            self._blocks[within] = found
        return found

    def _first(self, text: str, low: int, high: int) -> int:
        marks = self._marks
        if not marks:
            marks[:] = self._texts(np.arange(0, len(self), EVERY))  # in one step, whichever thread comes first
        first, end = -(-low // EVERY), -(-high // EVERY)
        at = bisect_left(marks, text, first, end)
        low, high = (low if at == first else (at - 1) * EVERY + 1), (high if at == end else at * EVERY)
        # A view is sliced and decoded in half the time that an array is.
        start, units, width = self.starts.item, self.units.view(np.uint8).data, self.units.dtype.itemsize
        while low < high:
            middle = (low + high) // 2
            if _decoded(units[start(middle) * width : start(middle + 1) * width], width) < text:
                low = middle + 1
            else:
                high = middle
        return low

    def _texts(self, ids: NDArray[np.int64]) -> Iterator[str]:
        """Yield texts by their numbers, in half the time that one by one would take."""
        units, width = self.units.view(np.uint8).data, self.units.dtype.itemsize
        for start, end in zip(self.starts[ids].tolist(), self.starts[ids + 1].tolist(), strict=True):
            yield _decoded(units[start * width : end * width], width)

    def _lengths(self, low: int, high: int) -> Numbers:
        starts = self.starts[low : high + 1]
        return starts[1:] - starts[:-1]

    def _lengths_of(self, ids: Numbers) -> NDArray[np.int64]:
        return self.starts[ids + 1].astype(np.int64) - self.starts[ids].astype(np.int64)

    def _table(self, query: Numbers, ids: NDArray[np.int64], errors: int) -> tuple[NDArray[np.uint8], int]:
        """Return the distance of the query to every beginning of each text, (longest + 1, n), and that length."""
        query = query[:MAX_LETTERS]
        longest = int(min(self._lengths_of(ids).max(initial=0), query.size + errors))
        at = self.starts[ids].astype(np.int64)[None, :] + np.arange(longest)[:, None]
        return beginnings(query, self.units[np.minimum(at, self.units.size - 1)], errors), longest


@dataclass(frozen=True, slots=True)
class _ByLength:
    """Texts of a block, the shortest first. `ids`: their numbers. `letters`: theirs. `ends`: how many are shorter."""

    ids: NDArray[np.int64]
    letters: Bits
    ends: NDArray[np.int64]

    def of_lengths(self, least: int, most: int) -> slice:
        """Return the places of the texts of such lengths, both included."""
        low, high = (min(max(bound, 0), self.ends.size - 1) for bound in (least, most + 1))
        return slice(self.ends.item(low), self.ends.item(high))


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
