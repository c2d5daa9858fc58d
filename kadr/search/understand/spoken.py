"""Words that wishes are told with: they are right as they are, whatever the films say."""

from itertools import chain

from kadr.analysis import stem
from kadr.search.understand import lengths, numbers
from kadr.search.understand.lexicon import NOMINATIVES, PHRASES, WORDS

__all__ = ["is_spoken"]

_WORDS = frozenset(chain(lengths.SPOKEN, numbers.SPOKEN, NOMINATIVES, *(phrase.split() for phrase in WORDS)))
_STEMS = frozenset(chain.from_iterable(phrase.split() for phrase in PHRASES))


def is_spoken(word: str) -> bool:
    """Tell whether a folded word, in any form, is one that wishes are told with."""
    return word in _WORDS or stem(word) in _STEMS
