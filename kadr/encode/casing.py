"""Capitals for queries that are typed without: a model hears a name by its capital.

Most queries are typed in small letters, some in capitals alone, and films are described in both. A model that knows
letters by their case is then far from what it would say of the same words (decision record 0024). So a query without a
case of its own is written as the catalogue writes its words: names with a capital.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kadr.analysis import stem
from kadr.film import Film
from kadr.index.arrays import Keys
from kadr.index.proper import name_shares
from kadr.text import fold

__all__ = ["Casing"]

FILE = "casing.npy"
MOSTLY = 0.5
"""Share of a word's occurrences in which it is a name: above it, it is taken for one. .8 finds a little less."""
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Casing:
    """Which words are names. `names`: their stems."""

    names: Keys

    @classmethod
    def of(cls, films: Sequence[Film]) -> Self:
        """Return what the descriptions of films write as names."""
        return cls.of_stems(name for name, share in name_shares(films).items() if share > MOSTLY)

    @classmethod
    def of_stems(cls, stems: Iterable[str]) -> Self:
        """Return the casing that has these stems for names."""
        return cls(Keys.of(sorted(stems))[0])

    def __call__(self, text: str) -> str:
        """Return a text with capitals where it has small letters alone, or capitals alone; another as it is."""
        small = text.lower()
        if text not in {small, text.upper()}:
            return text
        found = list(_WORD.finditer(small))
        named = self.names.find([stem(fold(match.group())) for match in found]) >= 0
        written, end = [], 0
        for match, is_name in zip(found, named.tolist(), strict=True):
            word = match.group()
            written += [small[end : match.start()], word.capitalize() if is_name else word]
            end = match.end()
        return "".join((*written, small[end:]))

    def save(self, folder: Path) -> None:
        """Write the stems' hashes into a folder."""
        self.names.save(folder / FILE)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Map what `save` wrote.

        Raises:
            BundleDamaged: it is not there, or not whole.
        """
        return cls(Keys.open(folder / FILE))
