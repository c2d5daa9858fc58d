"""What an encoder reads of a film: the whole, and windows of a long plot.

A model reads some hundred words of a text and no more, and one vector of many scenes is near to none of them. So a long
description is read in windows, too, which overlap and begin and end with sentences: a film is as near as its nearest
passage (decision record 0012 has what that is worth).
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.film import Film

__all__ = ["Passages", "passage", "windows"]

LONG_TEXT = 2_000
"""Characters above which a description has windows: some 350 words, which most models read as a whole."""
WINDOW = 1_000
"""Characters of a window, about: 170 words of English, 130 of Russian, within the context of every preset."""
OVERLAP = 200
"""Characters that a window shares with the one before it, about a sentence or two: a scene may lie across the cut."""
MOST_WINDOWS = 8
"""Windows of a film; of a longer plot each is longer. It bounds the price and the size of a film."""
_SENTENCE_END = re.compile(r"[.!?…][\"»”)]{0,3}\s")


@dataclass(frozen=True, slots=True)
class Passages:
    """The passages of films. `texts`: film i has those from `starts[i]` to before `starts[i + 1]`, its whole first.

    `starts`: uint32 (films + 1,).
    """

    texts: tuple[str, ...]
    starts: NDArray[np.uint32]

    @classmethod
    def of(cls, films: Iterable[Film]) -> Self:
        """Return the passages of films in their order: the whole of each, and its windows."""
        found = [(passage(film), *(f"{film.title}. {window}" for window in windows(film))) for film in films]
        starts = np.cumsum([0, *map(len, found)], dtype=np.uint32)
        return cls(tuple(chain.from_iterable(found)), starts)

    @property
    def several(self) -> NDArray[np.uint32] | None:
        """The starts; None where every film has one passage."""
        return None if len(self.texts) == len(self.starts) - 1 else self.starts

    @property
    def firsts(self) -> NDArray[np.uint32]:
        """The place of each film's whole, (films,)."""
        return self.starts[:-1]

    @property
    def wholes(self) -> list[str]:
        """The first passage of each film."""
        return [self.texts[at] for at in self.firsts.tolist()]

    @property
    def films(self) -> NDArray[np.intp]:
        """The film of each passage, (passages,)."""
        return np.repeat(np.arange(len(self.firsts)), np.diff(self.starts))


def passage(film: Film) -> str:
    """Return the text that stands for a film among the vectors: titles, genres, tags, tagline and descriptions.

    People are left out: names carry no meaning that a vector could hold, and the lexical leg finds them.
    """
    titles = dict.fromkeys((film.title, film.original_title))
    parts = (*titles, " ".join(film.genres), " ".join(film.tags), film.tagline, *(d.text for d in film.descriptions))
    return ". ".join(part for part in parts if part)


def windows(film: Film) -> tuple[str, ...]:
    """Return the windows of a film's long descriptions, in order: parts of them as they are written, at most 8."""
    long = [d.text for d in film.descriptions if len(d.text) > LONG_TEXT][:MOST_WINDOWS]
    length = max(WINDOW, sum(map(len, long)) // MOST_WINDOWS)
    while len(found := [window for text in long for window in _windows(text, length)]) > MOST_WINDOWS:
        length += length // 4
    return tuple(found)


def _windows(text: str, length: int) -> Iterator[str]:
    """Yield windows of at most so many characters, from a sentence's beginning to a sentence's end where one fits."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    start = 0
    while start + length < len(text):
        last = bisect_right(ends, start + length) - 1
        end = ends[last] if last >= 0 and ends[last] > start else start + length
        yield text[start:end].strip()
        # What is shared begins with a sentence, too.
        shared = bisect_left(ends, end - OVERLAP)
        start = ends[shared] if shared < len(ends) and start < ends[shared] < end else end
    yield text[start:].strip()
