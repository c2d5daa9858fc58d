"""Calibration: what a cosine is worth with this encoder on this catalogue. Found at build time, kept in the manifest.

A cosine of .8 is near for one model and strange for another. So pieces of the catalogue's own descriptions are asked as
queries: their cosine with their own film shows what near is, with all other films what strange is; and strings of
random letters show what nothing is.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kadr.encode.encoder import Encoder, Role
from kadr.film import Film
from kadr.index.vectors import VectorIndex
from kadr.search.rank import nearness

__all__ = ["Calibration", "calibrate", "nonsense"]

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
    """Cosines that count as nearness 0 and 1, and the nearness from which a film is in the answer."""

    floor: float
    ceiling: float
    near: float


def calibrate(films: Sequence[Film], vectors: VectorIndex, encoder: Encoder, seed: int = 0) -> Calibration:
    """Return the calibration of an encoder on a catalogue; the same input gives the same numbers."""
    rng = random.Random(seed)  # noqa: S311  # a sample, not a secret
    pieces = _pieces(films, rng)
    if len(films) < 2 or not pieces:
        return Calibration(0.0, 1.0, DEFAULT_NEAR)
    own: list[float] = []
    strange = []
    for row, piece in pieces:
        cosines = vectors.cosines(encoder.encode([piece], Role.QUERY)[0])
        own.append(float(cosines[row]))
        strange.append(np.delete(cosines, row))
    others = np.concatenate(strange)
    floor, ceiling = float(np.median(others)), float(np.quantile(own, OWN_QUANTILE))
    if ceiling <= floor:
        return Calibration(floor, floor + 1.0, DEFAULT_NEAR)
    best = [float(vectors.cosines(encoder.encode([t], Role.QUERY)[0]).max()) for t in nonsense(SAMPLE, seed)]
    bound = max(float(np.quantile(others, STRANGE_QUANTILE)), float(np.quantile(best, NONSENSE_QUANTILE)))
    near = float(nearness(np.array([bound], dtype=np.float32), floor, ceiling)[0])
    return Calibration(round(floor, 6), round(ceiling, 6), round(min(max(near, LEAST_NEAR), MOST_NEAR), 6))


def nonsense(count: int, seed: int) -> list[str]:
    """Return strings of one to four random words of three to nine letters, Russian and English in turn."""
    rng = random.Random(seed)  # noqa: S311  # a sample, not a secret
    alphabets = ("абвгдежзийклмнопрстуфхцчшщъыьэюя", "abcdefghijklmnopqrstuvwxyz")
    return [
        " ".join("".join(rng.choices(alphabets[i % 2], k=rng.randint(3, 9))) for _ in range(rng.randint(1, 4)))
        for i in range(count)
    ]


def _pieces(films: Sequence[Film], rng: random.Random) -> list[tuple[int, str]]:
    """Return up to SAMPLE runs of words from descriptions, with the row of each one's film."""
    rows = [row for row, film in enumerate(films) if len(film.description.split()) > QUERY_WORDS]
    chosen = sorted(rng.sample(rows, min(SAMPLE, len(rows))))
    pieces = []
    for row in chosen:
        found = films[row].description.split()
        start = rng.randrange(len(found) - QUERY_WORDS + 1)
        pieces.append((row, " ".join(found[start : start + QUERY_WORDS])))
    return pieces
