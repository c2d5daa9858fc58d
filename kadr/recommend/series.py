"""Films of one series, told by their titles: the same beginning, and a number, a part or a subtitle behind it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kadr.text import normalise

__all__ = ["Named", "grouped", "named"]

LEAST_BASE = 3
"""Letters of the shortest beginning that is one: "Оно" has three. "Mr" and "Dr" have two."""
LEAST_WORDS = 2
"""Words before an "and" that make it the beginning of a subtitle: "Гарри Поттер и узник", not "Старик и море"."""

_SUBTITLE = re.compile(r"\s*(?::|\s[-–—]\s|[.!?]\s)\s*")
_AND = re.compile(r"\s(?:и|and)\s", re.IGNORECASE)
_NUMBER = re.compile(r"\d+|[ivx]+")
_PART = frozenset(["part", "chapter", "episode", "volume", "vol", "часть", "глава", "эпизод", "том", "фильм", "серия"])
"""Words that stand before or behind the number of a part."""


@dataclass(frozen=True, slots=True)
class Named:
    """A title as a series names it: its beginning, normalised, and whether anything stands behind that."""

    base: str
    further: bool

    def with_(self, other: "Named") -> bool:
        """Tell whether two titles name films of one series. The same title twice is another film, or made anew."""
        return self.base == other.base and (self.further or other.further)


def named(title: str) -> Named:
    """Return the beginning of a title, and whether a number, a part or a subtitle stands behind it."""
    whole = normalise(title)
    for cut in _cuts(title):
        words = _unnumbered(normalise(title[:cut]).split())
        base = " ".join(words)
        if len(base) >= LEAST_BASE:
            return Named(base, base != whole)
    return Named(whole, further=False)


def _cuts(title: str) -> Iterator[int]:
    """Yield where a title may end and its subtitle begin, the first first, and the title's own end at last."""
    yield from (found.start() for found in _SUBTITLE.finditer(title) if found.start())
    joined = _AND.search(title)
    if joined and len(normalise(title[: joined.start()]).split()) >= LEAST_WORDS:
        yield joined.start()
    yield len(title)


def _unnumbered(words: list[str]) -> list[str]:
    """Return words without the number of a part at their end, and without what it is called."""
    kept = words
    while len(kept) > 1 and (_NUMBER.fullmatch(kept[-1]) or kept[-1] in _PART):
        kept = kept[:-1]
    return kept


def grouped(titles: Sequence[str], k: int) -> list[list[int]]:
    """Return the first k titles of different series, each with the later ones of its series, as places in order.

    Titles behind the k-th series are in none but those of the first k.

    Args:
        titles: the best film's first.
        k: how many series are wanted.
    """
    groups: list[list[int]] = []
    of_base: dict[str, list[tuple[Named, int]]] = {}
    for place, title in enumerate(titles):
        name = named(title)
        heads = of_base.setdefault(name.base, [])
        group = next((at for head, at in heads if head.with_(name)), None)
        if group is not None:
            groups[group].append(place)
        elif len(groups) < k:
            heads.append((name, len(groups)))
            groups.append([place])
    return groups
