"""The vectors of the stand-in model: a function of the text, near for texts that share words."""

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["cut", "json_of", "tokens_json_of", "tokens_of", "vector_of", "words_of"]

OWN_PART = 0.02
"""How much of a vector belongs to the very text and not to its words: texts of the same words stay apart, and near."""
EDGES = ("[CLS]", "[SEP]")
"""The tokens that a model puts around every text."""


def vector_of(text: str, dim: int, model: str = "", *, unit: bool = True) -> NDArray[np.float32]:
    """Return the vector of a text, float32 (dim,).

    Each word has a random direction of its own, seeded by the word and the model; the vector is their sum and a little
    that depends on the whole text. Letter case, order and punctuation count in that little only.

    Args:
        text: any text, an empty one too.
        dim: how many numbers.
        model: two models give unlike vectors.
        unit: scale it to length one; otherwise longer texts have longer vectors.
    """
    total = OWN_PART * _direction(f"text {text}", dim, model)
    for word in words_of(text):
        total = total + _direction(f"word {word}", dim, model)
    if unit:
        total /= np.linalg.norm(total)
    return np.asarray(total, dtype=np.float32)


def tokens_of(text: str, dim: int, model: str = "") -> NDArray[np.float32]:
    """Return the vectors of a text's tokens, float32 (words + 2, dim): their mean is `vector_of(..., unit=False)`."""
    tokens = np.stack([_direction(f"word {word}", dim, model) for word in (EDGES[0], *words_of(text), EDGES[1])])
    centred = tokens - tokens.mean(axis=0)
    return np.asarray(centred + vector_of(text, dim, model, unit=False), dtype=np.float32)


def words_of(text: str) -> list[str]:
    """Return the words of a text, which are also its tokens."""
    return re.findall(r"\w+", text.casefold())


def cut(text: str, max_tokens: int) -> str:
    """Return a text of at most so many tokens, the two around it included; a short one stays as it is."""
    words = words_of(text)
    return text if len(words) + len(EDGES) <= max_tokens else " ".join(words[: max_tokens - len(EDGES)])


def json_of(vector: Sequence[float] | NDArray[np.float32]) -> bytes:
    """Return a vector as JSON; nine digits name a float32 exactly."""
    numbers = vector.tolist() if isinstance(vector, np.ndarray) else vector
    return b"[%s]" % b",".join([b"%.9g" % number for number in numbers])


def tokens_json_of(tokens: NDArray[np.float32]) -> bytes:
    """Return vectors of tokens, (tokens, dim), as JSON."""
    return b"[%s]" % b",".join(map(json_of, tokens))


@lru_cache(maxsize=16_384)  # at 1,024 dimensions 128 MB, and as many words as a catalogue uses often
def _direction(name: str, dim: int, model: str) -> NDArray[np.float64]:
    """Return a random direction of length one, float64 (dim,), which only its name and the model decide."""
    seed = hashlib.blake2b(f"{model}\0{name}".encode(), digest_size=16).digest()
    drawn = np.random.default_rng(int.from_bytes(seed, "big")).standard_normal(dim)
    return np.asarray(drawn / np.linalg.norm(drawn), dtype=np.float64)
