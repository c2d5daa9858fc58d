"""Words fainter by what their concepts say of them already.

A concept is to find films that say a thing in other words, and there it counts in full. A film that holds the word
itself is found by the word, and its concept says the same once more: `LexicalParams.own_concept` is what that counts.
The difference is taken from the postings of the stem, when they are built, so that a query has nothing to do for it.
"""

from dataclasses import replace

import numpy as np

from kadr.index.postings import Postings
from kadr.index.thesaurus import Thesaurus

__all__ = ["fainter"]


def fainter(stems: Postings, concepts: Postings, synonyms: Thesaurus, excess: float, idf_power: float) -> Postings:
    """Return the postings of stems, those that stand in groups of synonyms fainter.

    What a concept of a film counts beside the word itself is taken to be as their idf to its power: both occur there as
    often. Nothing is heard less than not at all.

    Args:
        stems: whose impacts are lessened.
        concepts: of the same films; one without postings says nothing.
        synonyms: the groups of the stems, whose numbers are the terms of `concepts`.
        excess: what a concept counts too much in a film that holds the word itself, beside the word.
        idf_power: as `LexicalParams` has it.
    """
    at = concepts.terms.find([str(group) for group in range(len(synonyms.told))])
    at[at >= 0] = np.where(concepts.rows.lengths()[at[at >= 0]] > 0, at[at >= 0], -1)
    _, place, listed = np.intersect1d(
        stems.terms.sorted, synonyms.stems.sorted, assume_unique=True, return_indices=True
    )
    concept = at[synonyms.groups.take(listed)]
    place = np.repeat(place, synonyms.groups.lengths()[listed])[concept >= 0]
    said = np.minimum(1.0, concepts.idf[concept[concept >= 0]] / stems.idf[place]) ** idf_power
    left = np.maximum(0.0, 1 - excess * np.bincount(place, said, minlength=stems.idf.size))
    return replace(stems, impacts=(stems.impacts * left[stems.rows.group_of_each()]).astype(np.float16))
