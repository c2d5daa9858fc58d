"""Calibration: what a cosine is worth with this encoder on this catalogue. Found at build time, kept in the manifest.

A cosine of .8 is near for one model and strange for another. So pieces of the catalogue's own descriptions are asked as
queries: their cosine with their own film shows what near is, with all other films what strange is; and strings of
random letters show what nothing is. The texts come first and their vectors after, because a hosted encoder is paid for
and has a cache.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kadr.film import Film
from kadr.index.arrays import key_of
from kadr.index.vectors import VectorIndex

__all__ = ["SAMPLE", "Calibration", "Pieces", "calibrate", "nonsense", "nonsense_bound", "pieces", "scale_of"]

SAMPLE = 300
"""Queries of each sort: quantiles of .95 and up are steady from here on."""
QUERY_WORDS = 12
"""Length of a piece: what people type when they describe a film."""
OWN_QUANTILE = 0.75
"""Three pieces of four are less near to their own film than what counts as nearness 1: full marks must stay rare. The
ranking hardly feels it (between .5 and .95 no judged set moved by more than .007)."""
STRANGE_QUANTILE = 0.999
"""A strange film may pass for near once in a thousand: five films of a catalogue of 5,000."""
NONSENSE_QUANTILE = 0.97
"""Share of nonsense strings that must find nothing by meaning; the promise is 0.95, over both legs."""
LEAST_NEAR, MOST_NEAR = 0.05, 0.75
"""Bounds of the threshold. In a catalogue of forty films strange ones are as near as a film's own text; most films
must still be found by their own words."""
DEFAULT_NEAR = 0.5
"""Where a catalogue has too few descriptions to ask with."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Cosines that count as nearness 0 and 1, and the nearness from which a film is in the answer.

    `sure` is what a query of which no word is known asks for besides: most nonsense stays below it. It may be above 1,
    for no film.
    """

    floor: float
    ceiling: float
    near: float
    sure: float


@dataclass(frozen=True, slots=True)
class Pieces:
    """What a calibration asks, each text as a query.

    `texts`: runs of words from descriptions. `rows`: the row of each one's film, ascending. `nonsense`: strings of
    random letters.
    """

    texts: tuple[str, ...]
    rows: tuple[int, ...]
    nonsense: tuple[str, ...]


def pieces(films: Sequence[Film], seed: int = 0, *, sample: int = SAMPLE) -> Pieces:
    """Return what to ask of a catalogue, at most `sample` texts of each sort; the same input gives the same texts.

    A film's part in it hangs on its id, so that a catalogue which changed a little asks nearly the same texts: a hosted
    encoder's cache has them.
    """
    lots = {
        row: key_of(f"{seed}\n{film.id}")
        for row, film in enumerate(films)
        if len(film.description.split()) > QUERY_WORDS
    }
    chosen = sorted(sorted(lots, key=lots.__getitem__)[:sample])
    texts = tuple(_run(films[row].description.split(), lots[row]) for row in chosen)
    return Pieces(texts, tuple(chosen), tuple(nonsense(sample, seed)) if films else ())


def calibrate(
    asked: Pieces,
    vectors: VectorIndex,
    query_vectors: NDArray[np.float32],
    nonsense_vectors: NDArray[np.float32],
) -> Calibration:
    """Return the calibration of an encoder on a catalogue.

    Args:
        asked: what was asked, from `pieces`.
        vectors: the films; those that have no vector take no part.
        query_vectors: float32 (texts, dim), one for each text of `asked`. A row of NaN stands for a text that got no
            vector: it is left out.
        nonsense_vectors: float32 (nonsense, dim), the same for nonsense. What got no vector finds nothing.

    Raises:
        EncodeError: a vector has the wrong dimension, or is zero or infinite.
    """
    rows = np.array(asked.rows, dtype=np.int64)
    has_vector = vectors.has_vector
    known = ~np.isnan(query_vectors).any(axis=1) & has_vector[rows]
    nothing = nonsense_bound(vectors, nonsense_vectors)
    if np.count_nonzero(has_vector) < 2 or not known.any():
        return _default(0.0, nothing)
    own: list[float] = []
    strange = []
    for row, vector in zip(rows[known].tolist(), query_vectors[known], strict=True):
        cosines = vectors.cosines(vector)
        own.append(float(cosines[row]))
        strange.append(cosines[has_vector & (np.arange(has_vector.size) != row)])
    return scale_of(own, np.concatenate(strange), nothing)


def scale_of(best: Sequence[float], strange: NDArray[np.float32], nothing: float) -> Calibration:
    """Return the calibration that cosines tell.

    Args:
        best: of queries with the film that may have full marks; not empty.
        strange: of queries with other films than their own; not empty.
        nothing: the cosine that most nonsense stays below.
    """
    floor, ceiling = round(float(np.median(strange)), 6), round(float(np.quantile(best, OWN_QUANTILE)), 6)
    if ceiling <= floor:
        return _default(floor, nothing)
    bounds = np.array([np.quantile(strange, STRANGE_QUANTILE), nothing])
    stranger, empty = ((bounds - floor) / (ceiling - floor)).tolist()
    near = min(max(stranger, LEAST_NEAR), MOST_NEAR)
    return Calibration(floor, ceiling, round(near, 6), round(max(empty, 0.0), 6))


def _default(floor: float, nothing: float) -> Calibration:
    """Return what is measured too little to be believed, but for what most nonsense stays below."""
    return Calibration(floor, floor + 1.0, DEFAULT_NEAR, round(max(DEFAULT_NEAR, nothing - floor), 6))


def nonsense_bound(vectors: VectorIndex, nonsense_vectors: NDArray[np.float32]) -> float:
    """Return the cosine with the nearest film that most strings of nonsense stay below; -1 where there are none."""
    best = [-1.0 if np.isnan(v).any() else float(vectors.cosines(v).max()) for v in nonsense_vectors]
    return float(np.quantile(best, NONSENSE_QUANTILE)) if best else -1.0


def nonsense(count: int, seed: int) -> list[str]:
    """Return strings of one to four random words of three to nine letters, Russian and English in turn."""
    rng = random.Random(seed)  # noqa: S311  # a sample, not a secret
    alphabets = ("абвгдежзийклмнопрстуфхцчшщъыьэюя", "abcdefghijklmnopqrstuvwxyz")
    return [
        " ".join("".join(rng.choices(alphabets[i % 2], k=rng.randint(3, 9))) for _ in range(rng.randint(1, 4)))
        for i in range(count)
    ]


def _run(found: Sequence[str], lot: int) -> str:
    """Return QUERY_WORDS words in a row from anywhere in a text that has more; a number says from where."""
    start = lot % (len(found) - QUERY_WORDS + 1)
    return " ".join(found[start : start + QUERY_WORDS])
