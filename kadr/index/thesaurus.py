"""Words that stand for one another: a table of groups, compiled so that a word's groups are found without reading it.

A group is a *concept*: the index counts it as one more term of every film that holds one of its words, with an idf of
its own, so a film that says «пёс» is found by «собака», behind those that say «собака».
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from kadr.analysis import stem, telling_words
from kadr.index.arrays import Groups, Keys, Strings
from kadr.text import words

__all__ = ["Thesaurus"]

TOLD = "thesaurus.told"
"""The name of the files that hold the groups' words."""


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """The groups of each stem.

    `stems`: hashes of the stems that stand in a group. `groups`: their groups' numbers. `told`: the words of each
    group, folded and joined by spaces, to tell which word of a film answered; none in a bundle that has no such file.
    """

    stems: Keys
    groups: Groups
    told: Strings

    @classmethod
    def of(cls, groups: Iterable[Sequence[str]]) -> Self:
        """Return the compiled form of groups of single words in any form; words of one stem are one."""
        of_stem: dict[str, set[int]] = {}
        told = [[part for text in group for part in words(text)] for group in groups]
        for number, group in enumerate(told):
            for word in group:
                of_stem.setdefault(stem(word), set()).add(number)
        keys, places = Keys.of(list(of_stem))
        pairs = [(place, g) for place, found in zip(places.tolist(), of_stem.values(), strict=True) for g in found]
        stem_of, group_of = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        kept = Strings.of(" ".join(group) for group in told)
        return cls(keys, Groups.of_pairs(stem_of, group_of, len(of_stem), len(told)), kept)

    def concepts(self, text: str) -> list[str]:
        """Return the groups of a text's telling words, as terms, in the order of the words."""
        return self.groups_of(telling_words(text))[0]

    def groups_of(self, found: Sequence[str]) -> tuple[list[str], list[int]]:
        """Return the groups of words, as terms, in the order of the words, and the place of the word of each."""
        if not found or not self.stems.sorted.size:
            return [], []
        at = self.stems.find([stem(word) for word in found]).tolist()
        pairs = [(str(g), word) for word, place in enumerate(at) if place >= 0 for g in self.groups[place].tolist()]
        return [group for group, _ in pairs], [word for _, word in pairs]

    def words_of(self, groups: Iterable[str]) -> list[str]:
        """Return the folded words of groups, given as terms."""
        known = [int(group) for group in groups if int(group) < len(self.told)]
        return [word for text in self.told.take(known) for word in text.split()]

    def save(self, folder: Path) -> None:
        """Write the arrays."""
        self.stems.save(folder / "thesaurus.stems.npy")
        self.groups.save(folder, "thesaurus.groups")
        self.told.save(folder, TOLD)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Map the arrays.

        Raises:
            BundleDamaged: they do not belong together.
        """
        stems = Keys.open(folder / "thesaurus.stems.npy")
        groups = Groups.open(folder, "thesaurus.groups", stems.sorted.size)
        return cls(stems, groups, Strings.open(folder, TOLD))
