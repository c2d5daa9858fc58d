"""A published split, three files of who liked what -> a round. Ids are any words; files may differ in their layout."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from scipy.sparse import csr_array

from kadr.errors import RatingsError
from kadr.recommend.train.interactions import Interactions
from kadr.recommend.train.split import Held, Round, Split

__all__ = ["Exclude", "read_published"]

Exclude = Literal["train", "train+valid"]
_USERS = frozenset({"user", "userid", "uid", "u"})
"""What the first cell of a header says, letters and digits only."""
_PARTS = ("train", "valid", "test")
Pairs = tuple[list[str], list[str]]


def read_published(files: Mapping[str, Path], exclude: Exclude) -> tuple[Round, str]:
    """Return the round of a published split, and what was read, in lines.

    Each row is a like, whatever its rating: a split holds what its authors kept. Hyper-parameters are chosen on train
    and valid. Then, with "train", the model learns from train alone and valid's films stay among the candidates, as
    LightGCN and those after it measure; with "train+valid" it learns from both, and neither is recommended again.

    Args:
        files: those of train, valid and test.
        exclude: what is learned from, and not recommended.

    Raises:
        RatingsError: a file cannot be read or holds no row; the message names it.
    """
    pairs = {part: _read(files[part]) for part in _PARTS}
    users, items = (_numbers([each[at] for each in pairs.values()]) for at in (0, 1))
    shape = len(users), len(items)
    likes = {part: _likes(each, users, items, shape) for part, each in pairs.items()}
    train, valid, test = (likes[part] for part in _PARTS)
    known = train if exclude == "train" else csr_array(((train + valid) > 0).astype(np.float32))
    found = Round(_split(train, valid), _split(known, test))
    return found, _told(files, likes, known)


def _split(known: csr_array, targets: csr_array) -> Split:
    """Return what is known to learn from, and its users to be right about."""
    rows = np.flatnonzero(np.diff(targets.indptr) > 0)
    history = known[rows]
    return Split(Interactions(known), Held(history, history, targets[rows], rows.astype(np.int32)))


def _read(path: Path) -> Pairs:
    users: list[str] = []
    items: list[str] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for user, some in _rows(file, path):
                users += [user] * len(some)
                items += some
    except (OSError, ValueError, csv.Error) as cause:
        why = getattr(cause, "strerror", None) or "it is no text in UTF-8"
        raise RatingsError(f"{path}: cannot be read ({why})") from cause
    if not users:
        raise RatingsError(f"{path}: holds no row; give user,item, or one line a user: user item item ...")
    return users, items


def _rows(lines: Iterator[str], path: Path) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield users with films: of a table one a row, of lines of words all that stand behind the first."""
    first = next(lines, "")
    comma = next((mark for mark in (",", "\t", ";", "::") if mark in first), "")
    if not comma:
        words = (line.split() for line in _all(first, lines))
        yield from (
            (each[0], each[1:]) for number, each in enumerate(words, 1) if each and not (number == 1 and _heads(each))
        )
        return
    plain = (line.replace("::", "\t") if comma == "::" else line for line in _all(first, lines))
    table = csv.reader(plain, delimiter="\t" if comma == "::" else comma)
    for number, cells in enumerate(table, 1):
        if number == 1 and cells and _heads(cells):
            continue
        if cells and (len(cells) < 2 or not cells[0].strip() or not cells[1].strip()):
            raise RatingsError(f"{path}, line {number}: has no user and item; each row needs both, user first")
        if cells:
            yield cells[0].strip(), (cells[1].strip(),)


def _all(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _heads(cells: Sequence[str]) -> bool:
    """Tell whether cells are a header; "u1" and "user7" are users."""
    return "".join(each for each in cells[0].casefold() if each.isalnum()) in _USERS


def _numbers(parts: Sequence[Sequence[str]]) -> dict[str, int]:
    """Return the ids of all parts, numbered in their order: numbers by their size and before words."""
    ids = {each for part in parts for each in part}
    ordered = sorted(ids, key=lambda each: (0, len(each.lstrip("0")), each) if each.isdecimal() else (1, 0, each))
    return {each: at for at, each in enumerate(ordered)}


def _likes(pairs: Pairs, users: Mapping[str, int], items: Mapping[str, int], shape: tuple[int, int]) -> csr_array:
    rows = np.array([users[each] for each in pairs[0]])
    columns = np.array([items[each] for each in pairs[1]])
    likes = csr_array((np.ones(rows.size, dtype=np.float32), (rows, columns)), shape=shape)
    likes.sum_duplicates()
    likes.data[:] = 1
    return likes


def _told(files: Mapping[str, Path], likes: Mapping[str, csr_array], known: csr_array) -> str:
    lines = [f"{part}: {files[part]}: {each.nnz:,} likes" for part, each in likes.items()]
    lines.append("{:,} users, {:,} films".format(*known.shape))
    lost = int(known.multiply(likes["test"]).nnz)
    if lost:
        lines.append(f"warning: {lost:,} likes of test are not recommended: they stand in what is learned from")
    return "\n".join(lines)
