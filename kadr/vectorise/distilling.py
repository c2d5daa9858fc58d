"""The encoder that is distilled from a model: fitted on its vectors, saved, and asked the questions that weigh it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kadr.encode.distil import MAX_PASSAGES, fit_distilled
from kadr.encode.distilled import DistilledEncoder
from kadr.encode.encoder import Profile, Role
from kadr.vectorise.made import Asked
from kadr.vectorise.price import Texts
from kadr.vectorise.questions import Questions

__all__ = ["Given", "distilled"]

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Given:
    """What the model gave for the texts of a build; a row of NaN, or of zeros, for a text without a vector.

    `profile`: the model's. `passages`, `reduced`: those of `texts.passages` and of `texts.reduced`, float32 (passages,
    dim). `words`: of `texts.words`, float32 (words, dim).
    """

    texts: Texts
    profile: Profile
    passages: Vectors
    reduced: Vectors
    words: Vectors


def distilled(given: Given, questions: Questions, folder: Path) -> Asked:
    """Fit the encoder, save it under `folder`, and return what it makes of the questions.

    Probes are asked of one that was fitted on the films without the texts that are asked: an encoder that has seen its
    questions looks better than it is.
    """
    encoder = _fitted(given, {})
    encoder.save(folder)
    reduced = given.texts.reduced
    shorter = zip(reduced.wholes, given.reduced[reduced.firsts], strict=True)
    blind = _fitted(given, dict(zip(questions.probes.reduced, shorter, strict=True)))
    asked = questions.pieces
    pieces, nonsense = (encoder.encode(texts, Role.QUERY) for texts in (asked.texts, asked.nonsense))
    return Asked(pieces, nonsense, blind.encode(questions.probe_queries, Role.QUERY))


def _fitted(given: Given, instead: Mapping[int, tuple[str, Vectors]]) -> DistilledEncoder:
    """Fit on the words and films that have a vector, on no more films than a fit looks at; some may be replaced."""
    texts = given.texts
    known = np.flatnonzero(~np.isnan(given.words[:, 0])).tolist()
    wholes = texts.passages.firsts.tolist()
    there = [row for row, at in enumerate(wholes) if given.passages[at].any()]
    there = there[:: -(-len(there) // MAX_PASSAGES)]
    at = [wholes[row] for row in there]
    shown, vectors = [texts.passages.texts[place] for place in at], np.array(given.passages[at])
    for place, row in enumerate(there):
        if row in instead and not np.isnan(instead[row][1]).any():
            shown[place], vectors[place] = instead[row]
    return fit_distilled([texts.words[i] for i in known], given.words[known], shown, vectors, given.profile)
