"""What each word of a query is worth beside the others: by what sort of word it is, and by where it stands.

Two people who tell of one film share its nouns and names sooner than its verbs and adjectives: of the rarer words of a
sentence, films hold three nouns of ten in what else is told of them, and one verb of sixteen (decision record 0011). In
Russian the ending tells the sort of a word well enough; in English it does not, and all words are worth the same.
What a text begins with, tells more of what it is about than what it ends with.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kadr.analysis import MAX_LETTERS

__all__ = ["ADJECTIVE", "OTHER", "VERB", "sort_of", "worths"]

OTHER, VERB, ADJECTIVE = range(3)
"""Sorts of words, as places in a table of their worth."""
MIN_LETTERS = 5
"""Shorter words are nouns as often as not, whatever they end with: «сеть», «рой», «пыль»."""
_ENDINGS = {
    VERB: """
    ть ться ти тись чь чься ет ит ют ят ут ется ится ются утся ятся ал ил ала ила али или ался илась алась ились ались
    лся лась лись ел ела ели ул ула ули улся улась улись ешь ишь ав ив вшись
    """,
    ADJECTIVE: "ый ий ой ая яя ое ее ые ие ого его ому ему ым им ых их ыми ими ую юю",
}
_VERBS, _ADJECTIVES = (tuple(_ENDINGS[sort].split()) for sort in (VERB, ADJECTIVE))
"""Endings. Some nouns have them, too («здание», «область»): rarer than what is meant, and worth a little less."""


def sort_of(word: str) -> int:
    """Return the sort of one folded word, by its ending; only Russian words are told apart."""
    return _sort_of(word) if len(word) <= MAX_LETTERS else OTHER


@lru_cache(maxsize=20_000)
def _sort_of(word: str) -> int:
    if len(word) < MIN_LETTERS or not "а" <= word[0] <= "я":
        return OTHER
    if word.endswith(_ADJECTIVES):
        return ADJECTIVE
    return VERB if word.endswith(_VERBS) else OTHER


def worths(found: Sequence[str], verbs: float, adjectives: float, opening: float) -> NDArray[np.float64]:
    """Return what each word of a query is worth, float64 (words,).

    Args:
        found: the telling words of the query, in order.
        verbs: of a verb, where another word is worth 1.
        adjectives: of an adjective.
        opening: by what share the first word is worth more, and the last one less; evenly between them.
    """
    table = np.array([1.0, verbs, adjectives])
    place = 1 - 2 * np.arange(len(found)) / max(len(found), 1)
    of_sort: NDArray[np.float64] = table[np.fromiter(map(sort_of, found), dtype=np.int64, count=len(found))]
    return of_sort * (1 + opening * place)
