"""Fitting a projection: what a catalogue's own texts tell of a model's space.

Sentences of one film differ from the film, too: in length, in voice, in what of the plot they tell. A direction in
which they differ much says little about which film is meant, so it is made fainter: within-class covariance
normalisation (Hatch, Kajarekar, Stolcke: Within-class covariance normalization for SVM-based speaker recognition,
Interspeech 2006), a film being a class. Then only those directions are kept in which films differ most beside their own
sentences (Fisher: The use of multiple measurements in taxonomic problems, 1936). Decision record 0024 has what that is
worth.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.encode.projection import Projection
from kadr.encode.rotation import rotation
from kadr.film import Film
from kadr.index.arrays import key_of
from kadr.text import sentences

__all__ = ["Parts", "fit_projection"]

MOST = 6_000
"""Sentences that are looked at: twice as many find the same."""
LEAST_WORDS = 4
"""Words of a sentence: fewer are an exclamation."""
FAINTEST = 0.5
"""What is added, in shares of the mean, where films are set beside their sentences: it keeps directions from being
chosen because nearly nothing differs in them."""

Vectors = NDArray[np.float32]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Parts:
    """Sentences of films. `texts`: of those that have several. `rows`: the film of each, int64 (texts,), ascending."""

    texts: tuple[str, ...]
    rows: NDArray[np.int64]

    @classmethod
    def of(cls, films: Sequence[Film], aside: Container[int] = (), *, most: int = MOST) -> Self:
        """Return sentences of a catalogue, at most so many.

        A sentence's part in it hangs on the film's id, so that a catalogue which changed a little has nearly the same.

        Args:
            films: in row order.
            aside: rows of films that are left out.
            most: sentences.
        """
        found = [
            (key_of(f"{at}\n{film.id}"), row, sentence)
            for row, film in enumerate(films)
            if row not in aside
            for at, sentence in enumerate(_sentences(film))
        ]
        chosen = sorted((row, sentence) for _, row, sentence in sorted(found)[:most])
        rows = np.fromiter((row for row, _ in chosen), dtype=np.int64, count=len(chosen))
        return cls(tuple(sentence for _, sentence in chosen), rows)


def _sentences(film: Film) -> list[str]:
    """Return the sentences of a film's descriptions; none where there is one."""
    found = [s for each in film.descriptions for s in sentences(each.text) if len(s.split()) >= LEAST_WORDS]
    return found if len(found) > 1 else []


def fit_projection(films: Vectors, parts: Vectors, rows: NDArray[np.integer], dim: int) -> Projection:
    """Return the projection that films and their sentences tell; the same input gives the same, on one machine.

    Where there are few sentences they are believed little: of none comes a projection to the directions in which films
    differ most.

    Args:
        films: float32 (films, dimensions), of length one, a row of zeros for one that has no vector; one film or more.
        parts: float32 (sentences, dimensions), the same of sentences.
        rows: the film of each sentence, (sentences,).
        dim: of what is projected, no more than the dimensions.
    """
    from threadpoolctl import threadpool_limits

    # One thread: sums in another order would be other bits, and the bundle's version is a hash.
    with threadpool_limits(limits=1):
        within = _scatter(parts - films[rows]) if len(parts) else np.zeros((films.shape[1],) * 2)
        size = len(within)
        shrunk = _with_mean(within, 1 + size / max(len(parts), 1))
        whitening = _inverse_root(shrunk)
        seen = films[films.any(axis=1)] @ whitening
        seen /= np.linalg.norm(seen, axis=1, keepdims=True)
        rest = _inverse_root(_with_mean(whitening @ within @ whitening, FAINTEST))
        _, directions = np.linalg.eigh(rest @ _scatter(seen) @ rest)
        kept, _ = np.linalg.qr(rest @ directions[:, ::-1][:, :dim])
        return Projection.of(whitening @ kept @ rotation(dim))


def _scatter(vectors: NDArray[np.floating]) -> Matrix:
    wide = vectors.astype(np.float64, copy=False)
    scatter: Matrix = wide.T @ wide / max(len(wide), 1)
    return scatter


def _with_mean(scatter: Matrix, share: float) -> Matrix:
    """Return a scatter with a share of its mean eigenvalue added to each; of nothing comes the unit matrix."""
    mean = float(np.trace(scatter)) / len(scatter)
    return scatter + share * (mean or 1.0) * np.eye(len(scatter))


def _inverse_root(scatter: Matrix) -> Matrix:
    """Return the inverse of the symmetric square root, scaled so that its mean effect is one."""
    values, axes = np.linalg.eigh(scatter)
    root: Matrix = (axes * np.sqrt(values.mean() / values)) @ axes.T
    return root
