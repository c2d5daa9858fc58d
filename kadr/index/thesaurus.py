"""Words that stand for one another: a table of groups, compiled so that a word's groups are found without reading it.

A group is a *concept*: the index counts it as one more term of every film that holds one of its words, with an idf of
its own, so a film that says «пёс» is found by «собака», behind those that say «собака».
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.analysis import stem, telling_words
from kadr.index.arrays import Groups, Keys
from kadr.text import words

__all__ = ["Thesaurus"]


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """The groups of each stem. `stems`: hashes of the stems that stand in a group. `groups`: their groups' numbers."""

    stems: Keys
    groups: Groups

    @classmethod
    def of(cls, groups: Iterable[Sequence[str]]) -> Self:
        """Return the compiled form of groups of single words in any form; words of one stem are one."""
        of_stem: dict[str, set[int]] = {}
        number = 0
        for number, group in enumerate(groups, 1):
            for word in (part for text in group for part in words(text)):
                of_stem.setdefault(stem(word), set()).add(number - 1)
        keys, places = Keys.of(list(of_stem))
        pairs = [(place, g) for place, found in zip(places.tolist(), of_stem.values(), strict=True) for g in found]
        stem_of, group_of = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return cls(keys, Groups.of_pairs(stem_of, group_of, len(of_stem), number))

    def concepts(self, text: str) -> list[str]:
        """Return the groups of a text's telling words, as terms, in the order of the words."""
        return self.groups_of(telling_words(text))[0]

    def groups_of(self, found: Sequence[str]) -> tuple[list[str], NDArray[np.int64]]:
        """Return the groups of words, as terms, in the order of the words, and the place of the word of each."""
        if not found or not self.stems.sorted.size:
            return [], np.empty(0, dtype=np.int64)
        at = self.stems.find([stem(word) for word in found])
        known = np.flatnonzero(at >= 0)
        groups = [self.groups[place] for place in at[known].tolist()]
        terms = [str(group) for each in groups for group in each.tolist()]
        return terms, np.repeat(known, [each.size for each in groups])

    def save(self, folder: Path) -> None:
        """Write the arrays."""
        self.stems.save(folder / "thesaurus.stems.npy")
        self.groups.save(folder, "thesaurus.groups")

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Map the arrays."""
        return cls(Keys.open(folder / "thesaurus.stems.npy"), Groups.open(folder, "thesaurus.groups"))
