"""Arrays on disk: the small pieces that every index file is made of.

Texts that are only looked up are kept as 64-bit hashes in a sorted array: eight bytes a key, nothing to load, and all
keys of a query found by one binary search. Texts that are shown are kept as UTF-8 with offsets.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar, overload

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from kadr.errors import BundleDamaged

__all__ = ["Groups", "Keys", "Strings", "key_of", "load", "save"]

Stored = TypeVar("Stored", bound=np.generic)


def save(path: Path, array: NDArray[np.generic]) -> None:
    """Write one array as .npy, so that its dtype and shape travel with it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, np.ascontiguousarray(array), allow_pickle=False)


@overload
def load(path: Path) -> NDArray[np.generic]: ...
@overload
def load(path: Path, dtype: type[Stored], ndim: int = 1, length: int | None = None) -> NDArray[Stored]: ...
def load(path: Path, dtype: type[np.generic] | None = None, ndim: int = 1, length: int | None = None) -> NDArray[Any]:
    """Map one array from disk, read-only; nothing is read until it is touched.

    Args:
        path: the .npy file that `save` wrote.
        dtype: what its numbers must be; None where any will do.
        ndim: how many dimensions it must then have.
        length: how long it must then be, as the files beside it say; None where they say nothing.

    Raises:
        BundleDamaged: the file is missing, cut short, no such array, or of another length.
    """
    try:
        # Not np.load: that takes a zip archive for an array, too.
        array = np.asarray(npy.open_memmap(path, mode="r"))
    except Exception as error:  # a damaged header raises whatever numpy's parsers do, tokenize's errors among them
        why = "is missing" if isinstance(error, FileNotFoundError) else "is cut short, or no array"
        raise BundleDamaged(f"{path.name}: {why}; rebuild the bundle") from error
    if dtype is not None and (array.dtype != dtype or array.ndim != ndim):
        raise BundleDamaged(f"{path.name}: holds {array.dtype} in {array.ndim} dimensions; rebuild the bundle")
    if length is not None:
        _check_length(path, len(array), length)
    return array


def key_of(text: str) -> int:
    """Return the 64-bit key of a text: the first 8 bytes of its BLAKE2b digest, little-endian."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def _hashes(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Return the key of each text; all at once takes half the time that one by one would."""
    digests = [hashlib.blake2b(text.encode(), digest_size=8).digest() for text in texts]
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64, copy=False)


@dataclass(frozen=True, slots=True)
class Keys:
    """A set of texts by their hashes. `sorted`: uint64 (n,), ascending, without repeats."""

    sorted: NDArray[np.uint64]

    @classmethod
    def of(cls, texts: Sequence[str]) -> tuple[Self, NDArray[np.int64]]:
        """Return the keys of distinct texts, and for each text its position among them.

        Raises:
            ValueError: two texts share a hash, or one stands twice.
        """
        hashes = _hashes(texts)
        order = np.argsort(hashes, kind="stable")
        keys = hashes[order]
        if keys.size and bool(np.any(keys[1:] == keys[:-1])):
            msg = "a key stands twice"
            raise ValueError(msg)
        places = np.empty(len(texts), dtype=np.int64)
        places[order] = np.arange(len(texts))
        return cls(keys), places

    def find(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Return the position of each text, -1 for those not in the set."""
        if not self.sorted.size or not texts:
            return np.full(len(texts), -1, dtype=np.int64)
        hashes = _hashes(texts)
        at = self.sorted.searchsorted(hashes)
        at[at == self.sorted.size] = 0
        at[self.sorted[at] != hashes] = -1
        return at

    def save(self, path: Path) -> None:
        """Write the keys."""
        save(path, self.sorted)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Map the keys."""
        return cls(load(path, np.uint64))


@dataclass(frozen=True, slots=True)
class Groups:
    """Lists of numbers, one list a group (compressed sparse rows).

    Group g is `values[starts[g]:starts[g + 1]]`. `starts`: uint32 or uint64 (n + 1,); `values`: unsigned, in order.
    """

    starts: NDArray[np.integer]
    values: NDArray[np.integer]

    def __len__(self) -> int:
        return int(self.starts.size) - 1

    def __getitem__(self, group: int) -> NDArray[np.integer]:
        return self.values[self.starts.item(group) : self.starts.item(group + 1)]

    def lengths(self) -> NDArray[np.int64]:
        """Return how many values each group has."""
        starts = self.starts.astype(np.int64)
        return starts[1:] - starts[:-1]

    @classmethod
    def of_pairs(cls, group: NDArray[np.integer], value: NDArray[np.integer], n_groups: int, n_values: int) -> Self:
        """Return the groups of pairs given in any order; values of a group ascend."""
        order = np.lexsort((value, group))
        counts = np.bincount(group, minlength=n_groups)
        starts = np.concatenate(([0], np.cumsum(counts)))
        return cls(starts.astype(smallest_uint(int(starts[-1]))), value[order].astype(smallest_uint(n_values)))

    def group_of_each(self) -> NDArray[np.int64]:
        """Return for every value the number of its group."""
        return np.repeat(np.arange(len(self)), self.lengths())

    def take(self, groups: NDArray[np.integer]) -> NDArray[np.integer]:
        """Return the values of the given groups, one list after the other."""
        starts = self.starts.take(groups).astype(np.int64)
        lengths = self.starts.take(groups + 1).astype(np.int64) - starts
        at = np.repeat(starts - (lengths.cumsum() - lengths), lengths)
        at += np.arange(at.size)
        taken: NDArray[np.integer] = self.values.take(at)
        return taken

    def save(self, folder: Path, name: str) -> None:
        """Write both arrays."""
        save(folder / f"{name}.starts.npy", self.starts)
        save(folder / f"{name}.values.npy", self.values)

    @classmethod
    def open(cls, folder: Path, name: str, length: int | None = None) -> Self:
        """Map both arrays; `length` is how many groups there must be, None for any number.

        Raises:
            BundleDamaged: they are missing, damaged, do not belong together, or are of another number of groups.
        """
        values = folder / f"{name}.values.npy"
        return cls(*_fitting(folder / f"{name}.starts.npy", _unsigned(values), values.name, length))


@dataclass(frozen=True, slots=True)
class Strings:
    """A list of texts as one run of UTF-8. Text i is `utf8[starts[i]:starts[i + 1]]`."""

    starts: NDArray[np.integer]
    utf8: NDArray[np.uint8]

    def __len__(self) -> int:
        return int(self.starts.size) - 1

    def __getitem__(self, i: int) -> str:
        return self.utf8[self.starts.item(i) : self.starts.item(i + 1)].tobytes().decode()

    def take(self, places: Sequence[int]) -> list[str]:
        """Return the texts at these places, in half the time that one by one would take."""
        at = np.array(places, dtype=np.intp)
        utf8 = self.utf8.data
        spans = zip(self.starts[at].tolist(), self.starts[at + 1].tolist(), strict=True)
        return [str(utf8[start:end], "utf-8") for start, end in spans]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Return the list of these texts."""
        encoded = [t.encode() for t in texts]
        starts = np.concatenate(([0], np.cumsum([len(e) for e in encoded], dtype=np.int64)))
        return cls(starts.astype(smallest_uint(int(starts[-1]))), np.frombuffer(b"".join(encoded), dtype=np.uint8))

    def save(self, folder: Path, name: str) -> None:
        """Write both arrays."""
        save(folder / f"{name}.starts.npy", self.starts)
        save(folder / f"{name}.utf8.npy", self.utf8)

    @classmethod
    def open(cls, folder: Path, name: str, length: int | None = None) -> Self:
        """Map both arrays; `length` is how many texts there must be, None for any number.

        Raises:
            BundleDamaged: they are missing, damaged, do not belong together, or are of another number of texts.
        """
        utf8 = folder / f"{name}.utf8.npy"
        return cls(*_fitting(folder / f"{name}.starts.npy", load(utf8, np.uint8), utf8.name, length))


def smallest_uint(largest: int) -> type[np.unsignedinteger]:
    """Return the narrowest of uint16, uint32 and uint64 that holds a number: postings are mostly row numbers."""
    if largest < 2**16:
        return np.uint16
    return np.uint32 if largest < 2**32 else np.uint64


def _unsigned(path: Path) -> NDArray[np.unsignedinteger]:
    array = load(path)
    if not np.issubdtype(array.dtype, np.unsignedinteger) or array.ndim != 1:
        raise BundleDamaged(f"{path.name}: holds {array.dtype} in {array.ndim} dimensions; rebuild the bundle")
    return array  # type: ignore[return-value]  # the check above says so


def _fitting(
    path: Path, values: NDArray[Stored], name: str, length: int | None
) -> tuple[NDArray[np.unsignedinteger], NDArray[Stored]]:
    """Return offsets into values, and these, if they reach from the first value to behind the last in so many runs."""
    starts = _unsigned(path)
    if not starts.size or starts[0] or int(starts[-1]) != values.size:
        raise BundleDamaged(f"{path.name}: does not fit {name}; rebuild the bundle")
    if length is not None:
        _check_length(path, starts.size - 1, length)
    return starts, values


def _check_length(path: Path, found: int, length: int) -> None:
    if found != length:
        fault = f"does not fit the files beside it, it is of {found} where they are of {length}"
        raise BundleDamaged(f"{path.parent.name}/{path.name}: {fault}; rebuild the bundle")
