"""Where a static model comes from: a folder, or the Hub. Build side only.

The layouts are those of model2vec and of sentence-transformers' static embeddings. Their config files are not read:
whether vectors are put at length one is our own affair, and nothing else in them decides a vector.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from kadr.encode.safetensors import read_tensors
from kadr.encode.static import TOKENIZER

__all__ = ["MAX_BYTES", "NAMES", "StaticModel"]

TENSORS = "model.safetensors"
INNER = "0_StaticEmbedding/"
"""Where sentence-transformers keeps both files."""
NAMES = tuple(folder + name for folder in ("", INNER) for name in (TENSORS, TOKENIZER))
"""All files that are ever read of a model."""
MAX_BYTES = 2 * 1024**3
"""Of one file. The largest known model, potion-multilingual-128M, has 512 MB."""
MAX_DIM = 8_192
MAX_NUMBER = 1e6
"""In a vector. Those of known models are below 100; far beyond this, lengths are too large for float32."""
EMBEDDINGS = ("embeddings", "embedding.weight")


@dataclass(frozen=True, slots=True)
class StaticModel:
    """A model's files, read.

    `tokenizer`: the whole tokenizer.json. `embeddings`: (rows, dim), of any number type, mapped. `mapping`: the row of
    each token id, None where they are the same. `weights`: (tokens,), a factor for each token id, None for one.
    """

    tokenizer: bytes
    embeddings: NDArray[Any]
    mapping: NDArray[Any] | None
    weights: NDArray[Any] | None

    @property
    def dim(self) -> int:
        """Dimensions of a vector."""
        return int(self.embeddings.shape[1])

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read a model's folder.

        Raises:
            ValueError: a file is damaged or of another kind; the message names it.
            OSError: a file is missing or cannot be read.
        """
        home = folder if all((folder / name).is_file() for name in (TENSORS, TOKENIZER)) else folder / INNER
        for name in (TENSORS, TOKENIZER):
            if (home / name).stat().st_size > MAX_BYTES:
                raise ValueError(f"{name}: is larger than {MAX_BYTES:,} bytes")
        try:
            found = read_tensors(home / TENSORS, (*EMBEDDINGS, "mapping", "weights"))
            embeddings = _table(found)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{TENSORS}: {error}") from error
        return cls((home / TOKENIZER).read_bytes(), embeddings, found.get("mapping"), found.get("weights"))

    def rows(self, ids: Sequence[int], dim: int) -> NDArray[np.float32]:
        """Return the vectors of tokens times their weights, float32 (tokens, dim), cut to `dim`.

        Raises:
            ValueError: a token has no vector, or one with a number that no vector has.
        """
        at = np.asarray(ids, dtype=np.int64)
        scale = np.ones(len(at)) if self.weights is None else _taken(self.weights, at, "weights")
        where = at if self.mapping is None else _taken(self.mapping, at, "mapping").astype(np.int64)
        with np.errstate(over="ignore", invalid="ignore"):  # such numbers are refused by the next line
            rows: NDArray[np.floating[Any]] = _taken(self.embeddings, where, "embeddings")[:, :dim] * scale[:, None]
            if not (np.abs(rows) <= MAX_NUMBER).all():
                raise ValueError(f"{TENSORS}: holds a number that is none, or beyond {MAX_NUMBER:,.0f}")
        return rows.astype(np.float32)

    def digest(self) -> str:
        """Return 16 hex digits that name the content of both files, as far as it decides vectors."""
        sha = hashlib.sha256(self.tokenizer)
        for array in (self.embeddings, self.mapping, self.weights):
            if array is not None:
                sha.update(f"{array.dtype.str}{array.shape}".encode())
                sha.update(np.ascontiguousarray(array).view(np.uint8).data)
        return sha.hexdigest()[:16]


def _table(found: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    table = next((found[name] for name in EMBEDDINGS if name in found), None)
    if table is None:
        raise ValueError(f"has no array {EMBEDDINGS[0]!r}: this is no static model")
    if table.ndim != 2 or table.shape[1] > MAX_DIM:
        raise ValueError(f"has embeddings of the shape {table.shape}, which is no table of vectors")
    return table


def _taken(array: NDArray[Any], at: NDArray[np.int64], name: str) -> NDArray[Any]:
    if array.ndim != (2 if name == "embeddings" else 1) or (at.size and not 0 <= at.min() <= at.max() < len(array)):
        raise ValueError(f"{TENSORS}: its array {name!r} does not fit {TOKENIZER}")
    taken: NDArray[Any] = array[at]
    return taken
