"""From the body of an answer to vectors that can be believed: pure functions, the only place that knows the shapes.

hf-inference and TEI answer a list of vectors, or of one vector a token; OpenAI-style servers an object whose `data`
have an `index` each; some endpoints of one's own an object with `embeddings`. The shape decides, not the provider's
name: who stands behind a provider changes from month to month.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kadr.encode.hosted.embedder import TRUSTED_COSINE, Guard
from kadr.encode.hosted.faults import Asked, told
from kadr.encode.hosted.json_body import read_json

__all__ = ["Expected", "most_bytes", "unguarded", "vectors_of"]

_NUMBERS = {int, float}
_SINGLE = np.finfo(np.float32)
_NUMBER_BYTES = 48
"""A double takes up to 24 characters in JSON; a comma, a line break and its indentation make up to twenty more."""
_SPARE_BYTES = 65_536
"""For whatever an answer holds beside the numbers: names, usage, the model's name, white space."""
_TOKENS = 1_024
"""Tokens of a text for which a token-level answer has room; the models that are pooled by mean read 512."""
MAX_BYTES = 64 * 2**20
"""Token-level answers are huge (10 MB a text); numbers become five times as much in memory while they are read."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What an answer must hold: how many vectors, of how many dimensions, and how token vectors become one."""

    count: int
    dim: int
    pooling: str = ""


def most_bytes(expected: Expected) -> int:
    """Return how many bytes an answer can have that holds what is expected."""
    vectors = expected.count * (_TOKENS if expected.pooling == "mean" else 1)
    return min(_SPARE_BYTES + vectors * (expected.dim * _NUMBER_BYTES + 256), MAX_BYTES)


def vectors_of(body: bytes, expected: Expected, asked: Asked) -> NDArray[np.float32]:
    """Return the vectors of an answer of status 200, float32 (count, dim), each of length one, in the texts' order.

    Raises:
        ServiceBusy: the body is no JSON (a proxy's page, a body cut short), or says that the model is loading.
        ServiceWrong: it is JSON, but not `count` vectors of `dim` finite numbers that are not all zero.
    """
    rows = _rows(read_json(body, asked), asked)
    if len(rows) != expected.count:
        raise asked.wrong(f"gave {len(rows)} vectors for {expected.count} texts")
    vectors = np.stack([_vector(row, expected, asked) for row in rows])
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not (lengths >= _SINGLE.tiny).all():
        raise asked.wrong("gave a vector of zeros")
    unit: NDArray[np.float32] = (vectors / lengths).astype(np.float32)
    return unit


def unguarded(vectors: NDArray[np.float32], place: int, guard: Guard, asked: Asked) -> NDArray[np.float32]:
    """Return the vectors without that of the guard, float32 (n - 1, dim).

    Args:
        vectors: those of the texts and the guard, (n, dim), each of length one.
        place: where the guard was sent, 0-based.
        guard: the canary.
        asked: what was asked.

    Raises:
        ServiceWrong: the guard's vector came back at another place: the order is lost.
        ServiceDrifted: it came back nowhere: this is another model.
    """
    near = guard.cosines(vectors)
    if near[place] >= TRUSTED_COSINE:
        return np.delete(vectors, place, axis=0)
    if near.max() >= TRUSTED_COSINE:
        raise asked.wrong(f"gave vectors in another order: that of text {place} stands at {int(near.argmax())}")
    raise asked.drifted(f"gave a known text a vector of cosine {near[place]:.3f} to the one it had before")


def _rows(answer: Any, asked: Asked) -> Sequence[Any]:
    """Return what stands for each text, in the order of the texts."""
    if isinstance(answer, dict):
        if isinstance(answer.get("data"), list):
            return _by_index(answer["data"], asked)
        if "embeddings" in answer:
            answer = answer["embeddings"]
        elif "error" in answer:
            raise told(answer, asked)
    if not isinstance(answer, list):
        raise asked.wrong(
            "gave JSON that is no list of vectors", "check encoder.url: another kind of server may answer"
        )
    return answer


def _by_index(data: list[Any], asked: Asked) -> list[Any]:
    """Return the embeddings of an OpenAI-style answer, sorted by their own index."""
    found: dict[int, Any] = {}
    for item in data:
        index = item.get("index") if isinstance(item, dict) else None
        if type(index) is not int or index in found or not 0 <= index < len(data):
            raise asked.wrong(f"gave {len(data)} embeddings whose index does not run from 0 to {len(data) - 1}")
        found[index] = item.get("embedding")
    return [found[index] for index in range(len(data))]


def _vector(row: Any, expected: Expected, asked: Asked) -> NDArray[np.float64]:
    """Return the vector of one text, float64 (dim,): as it is given, or the mean of its tokens."""
    if not (isinstance(row, list) and row and isinstance(row[0], list)):
        return _numbers(row, expected.dim, asked)
    if expected.pooling != "mean":
        raise asked.wrong(
            f"gave one vector a token, where pooling is {expected.pooling or 'not said'!r}",
            "another provider may give one a text; encoder.pooling = 'mean' is right only if the model's card says so",
        )
    if len(row) == 1 and row[0] and isinstance(row[0][0], list):
        row = row[0]  # some endpoints answer (1, tokens, dim) for each text
    mean: NDArray[np.float64] = np.mean([_numbers(token, expected.dim, asked) for token in row], axis=0)
    return mean


def _numbers(row: Any, dim: int, asked: Asked) -> NDArray[np.float64]:
    """Return a list of numbers, float64 (dim,), each of which a model can have given in single precision."""
    if not isinstance(row, list):
        raise asked.wrong("gave something else than a list of numbers for a vector")
    if len(row) != dim:
        raise asked.other_dimension(len(row), dim)
    if not {*map(type, row)} <= _NUMBERS:  # numpy would take true, "1" and null for numbers
        raise asked.wrong("gave a vector that does not hold numbers alone")
    try:
        numbers = np.array(row, dtype=np.float64)
    except OverflowError as error:  # an integer of hundreds of digits
        raise asked.wrong("gave a number that is infinite") from error
    if not np.abs(numbers).max() <= _SINGLE.max:
        raise asked.wrong("gave a number that is infinite")
    return numbers
