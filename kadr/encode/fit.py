"""Fitting the embedded encoder on a catalogue. Build side only: it needs scikit-learn."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kadr.encode.embedded import EXTRA_AXES, ROUNDING, EmbeddedEncoder, term_weights
from kadr.encode.encoder import Profile, checked_texts
from kadr.encode.rotation import rotation
from kadr.errors import EncodeError
from kadr.index.arrays import Keys
from kadr.index.vectors import LEVELS

__all__ = ["DIM", "fit_embedded"]

DIM = 256
"""Dimensions of a large enough catalogue. 384 found a little more alone, and nothing more in the fusion."""
MIN_FILMS_OF_A_TERM = 2
"""A word of one film says nothing about likeness."""
MAX_TERMS = 40_000
"""Bounds the projection to 10 MB; the commonest terms stay."""


def fit_embedded(passages: Sequence[str], dim: int = DIM) -> EmbeddedEncoder:
    """Return an encoder fitted on the passages of a catalogue, one a film.

    The dimension is at most `dim`, and at most films - 1 (but never under 3, which one film needs). The same passages
    give the same encoder, bit for bit, on one machine.

    Raises:
        EncodeError: there is no passage, or one is empty.
    """
    if not passages:
        raise EncodeError("there is no passage to fit the embedded encoder on")
    counted = [term_weights(text) for text in checked_texts(passages)]
    names, idf, unknown_idf = _vocabulary([terms for terms, _ in counted])
    keys, places = Keys.of(names)
    ordered_idf = np.empty_like(idf)
    ordered_idf[places] = idf
    rank = max(1, min(dim - EXTRA_AXES, len(passages) - 1 - EXTRA_AXES, len(names) - 1))
    projection, retention = _project(counted, keys, ordered_idf, rank)
    peaks = np.maximum(np.abs(projection).max(axis=1), np.finfo(np.float32).tiny)
    directions = np.rint(projection / peaks[:, None] * LEVELS).astype(np.int8)
    profile = Profile(provider="embedded", model="tfidf-svd", dim=rank + EXTRA_AXES, pooling="sum")
    encoder = EmbeddedEncoder(
        profile=profile,
        terms=keys,
        idf=ordered_idf,
        directions=directions,
        scales=(peaks / LEVELS).astype(np.float32),
        unknown_idf=unknown_idf,
        retention=retention,
    )
    return replace(encoder, profile=replace(profile, revision=_fingerprint(encoder)))


def _vocabulary(terms_of: Sequence[Sequence[str]]) -> tuple[list[str], NDArray[np.float32], float]:
    films: dict[str, int] = {}
    for terms in terms_of:
        for term in terms:
            films[term] = films.get(term, 0) + 1
    at_least = MIN_FILMS_OF_A_TERM if len(terms_of) > MIN_FILMS_OF_A_TERM else 1
    kept = sorted((t for t, df in films.items() if df >= at_least), key=lambda t: (-films[t], t))[:MAX_TERMS]
    if not kept:
        kept = sorted(films)[:MAX_TERMS] or ["\0"]
    df = np.array([films.get(t, 0) for t in kept], dtype=np.float64)
    idf = np.log((1 + len(terms_of)) / (1 + df)) + 1
    return kept, idf.astype(np.float32), float(np.log(1 + len(terms_of)) + 1)


def _project(
    counted: Sequence[tuple[Sequence[str], NDArray[np.float32]]], keys: Keys, idf: NDArray[np.float32], rank: int
) -> tuple[NDArray[np.float32], float]:
    """Return the projection, float32 (terms, rank), and the mean length that passages keep through it."""
    from scipy.sparse import csr_matrix
    from sklearn.preprocessing import normalize
    from sklearn.utils.extmath import randomized_svd
    from threadpoolctl import threadpool_limits

    found = [keys.find(terms) for terms, _ in counted]
    starts = np.concatenate(([0], np.cumsum([int((f >= 0).sum()) for f in found])))
    columns = np.concatenate([f[f >= 0] for f in found])
    weights = np.concatenate([tf[f >= 0] * idf[f[f >= 0]] for f, (_, tf) in zip(found, counted, strict=True)])
    matrix = normalize(csr_matrix((weights, columns, starts), shape=(len(counted), keys.sorted.size)))
    # One thread: sums in another order would be other bits, and the bundle's version is a hash.
    with threadpool_limits(limits=1):
        _, _, components = randomized_svd(matrix, n_components=rank, random_state=0, n_iter=4)
        kept = np.linalg.norm(matrix @ components.T, axis=1)
        turned = components.T @ rotation(rank)
    return turned.astype(np.float32), float(kept[kept > ROUNDING].mean()) if (kept > ROUNDING).any() else 1.0


def _fingerprint(encoder: EmbeddedEncoder) -> str:
    import hashlib

    digest = hashlib.sha256()
    numbers = np.array([encoder.unknown_idf, encoder.retention])
    for array in (encoder.terms.sorted, encoder.idf, encoder.directions, encoder.scales, numbers):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:16]
