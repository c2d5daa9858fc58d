"""A published split, three files of who liked what -> a round. Ids are any words; files may differ in their layout."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Literal, TextIO

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
_MARKS = (",", "\t", ";", "::")
"""What may part the cells of a table, each before those that may stand in its cells."""
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
    pairs = _read(files)
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


def _read(files: Mapping[str, Path]) -> dict[str, Pairs]:
    """Return users and films of each file, as many of the one as of the other.

    "7,12,5" may say that user 7 likes 12 and 5, or that he likes 12 by 5 stars. Files that are parted alike are lines
    of users where one of them can be nothing else.
    """
    layouts = {part: _layout(files[part]) for part in _PARTS}
    lined = {each.mark for each in layouts.values() if each.lined}
    return {
        part: _pairs(files[part], layout.mark, lined=not layout.mark or (layout.mark in lined and not layout.headed))
        for part, layout in layouts.items()
    }


@dataclass(frozen=True, slots=True)
class _Layout:
    """What a file's rows are like.

    `mark`: what parts their cells, "" for blanks; `headed`: whether the first of them is a header; `lined`: whether
    they are surely no table, but a user and his films each.
    """

    mark: str
    headed: bool
    lined: bool


def _layout(path: Path) -> _Layout:
    """Tell what parts the cells of a file; where rows differ in length, and no text tells why, they are no table's."""
    widths: set[int] = set()
    words = several = headed = False
    with _opened(path) as file:
        first = next(file, "")
        mark = next((each for each in _MARKS if each in first), "")
        for number, line in enumerate(chain((first,), file) if mark else ()):
            cells = line.rstrip("\r\n").split(mark)
            if headed := number == 0 and _heads(cells):
                break
            if len(cells) > 1:
                widths |= {len(cells)} if line.endswith("\n") else set()  # else the file may have been cut short
                words = words or not "".join(cells).replace(" ", "").isdecimal()
                several = several or (" " in (film := cells[1].strip()) and film.replace(" ", "").isdecimal())
    ragged = len(widths) > 1 and (mark == "\t" or not words)
    return _Layout(mark, headed, ragged or several)


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except (OSError, ValueError, csv.Error) as cause:
        why = getattr(cause, "strerror", None) or "it is no text in UTF-8"
        raise RatingsError(f"{path}: cannot be read ({why}); name a text file of users and films") from cause


def _pairs(path: Path, mark: str, *, lined: bool) -> Pairs:
    users: list[str] = []
    items: list[str] = []
    with _opened(path) as file:
        for user, some in _lines(file, mark) if lined else _table(file, path, mark):
            users += [user] * len(some)
            items += some
    if not users:
        raise RatingsError(f"{path}: holds no row; give user,item, or one line a user: user item item ...")
    return users, items


def _lines(lines: Iterable[str], mark: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield users with their films: the first word of a line, and those behind it."""
    words = ((line.replace(mark, " ") if mark else line).split() for line in lines)
    yield from ((each[0], each[1:]) for number, each in enumerate(words) if each and (number or not _heads(each)))


def _table(lines: Iterable[str], path: Path, mark: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield users with a film each, from the first two columns."""
    plain = (line.replace("::", "\t") for line in lines) if mark == "::" else lines
    for number, cells in enumerate(csv.reader(plain, delimiter="\t" if mark == "::" else mark), 1):
        if not cells or (number == 1 and _heads(cells)):
            continue
        if len(cells) < 2 or not cells[0].strip() or not cells[1].strip():
            raise RatingsError(f"{path}, line {number}: has no user and item; each row needs both, user first")
        yield cells[0].strip(), (cells[1].strip(),)


def _heads(cells: Sequence[str]) -> bool:
    """Tell whether cells are a header, as "user_id" or RecBole's "user_id:token"; "u1" and "user7" are users."""
    return "".join(each for each in cells[0].partition(":")[0].casefold() if each.isalnum()) in _USERS


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
