"""The static encoder: a vector a token, from a small public model, averaged (model2vec; Minish Lab 2024).

It needs `tokenizers` and numpy alone: no network, no token, tens of microseconds a query. The tokens and their vectors
were taken from the model while the bundle was built (`kadr.encode.take_static`).

One axis stands behind the model's own, *void*: a passage of no known token lies on it, a query of none points the other
way, so that neither is near to any film, nor to the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from kadr.encode.encoder import Profile, Role, checked_texts
from kadr.errors import BundleDamaged
from kadr.index.arrays import load, save

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["SPACE", "TOKENIZER", "VOID_AXES", "StaticEncoder", "token_ids"]

VOID_AXES = 1
"""Axes behind those of the model."""
ROUNDING = 1e-3
"""A sum shorter than this share of one int8 step of each of its tokens is nothing but rounding."""
SPACE = "▁"
"""The token of the space before a word, in vocabularies that have one. By itself it says nothing of a text."""
TOKENIZER = "tokenizer.json"
"""The name that the library gives the file, in a model and in a bundle."""


@dataclass(frozen=True, slots=True)
class StaticEncoder:
    """A table of token vectors and the tokenizer that looks them up.

    `document`: the tokenizer as its library writes it, JSON in UTF-8; `tokenizer` is made of it, and `space` is the id
    of its token of nothing but a space, -1 where it has none. `table`: int8 (tokens, dim - 1), and `scales`: float32
    (tokens,), whose product is a token's vector times its weight; the scale of the unknown token is 0.
    """

    profile: Profile
    document: bytes
    tokenizer: "Tokenizer"
    table: NDArray[np.int8]
    scales: NDArray[np.float32]
    space: int

    @classmethod
    def of(cls, profile: Profile, document: bytes, table: NDArray[np.int8], scales: NDArray[np.float32]) -> Self:
        """Return the encoder of these parts.

        Raises:
            ValueError: the tokenizer cannot be read, or does not fit the arrays or the profile.
        """
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_buffer(document)
        tokens = tokenizer.get_vocab_size()
        if table.shape != (tokens, profile.dim - VOID_AXES) or scales.shape != (tokens,):
            raise ValueError("it does not fit its vectors")
        space = tokenizer.token_to_id(SPACE)
        return cls(profile, document, tokenizer, table, scales, -1 if space is None else space)

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        """Return one vector a text, float32 (n, dim), each of length one.

        Raises:
            EncodeError: a text is empty.
        """
        vectors = np.zeros((len(texts), self.profile.dim), dtype=np.float32)
        for vector, text in zip(vectors, checked_texts(texts), strict=True):
            self._average(self.profile.text_for(text, role), vector)
            if not vector.any():
                vector[-1] = -1.0 if role is Role.QUERY else 1.0
        return vectors

    def vector(self, text: str) -> NDArray[np.float32] | None:
        """Return a query's vector, float32 (dim,), of length one; None where no token of it is known."""
        found: NDArray[np.float32] = self.encode([text], Role.QUERY)[0]
        return None if self.is_void(found) else found

    def is_void(self, vector: NDArray[np.float32]) -> bool:
        """Tell whether a vector stands for a text without a known token."""
        return not vector[:-1].any()

    def _average(self, text: str, vector: NDArray[np.float32]) -> None:
        """Write the direction of the tokens' sum, which is that of their mean; nothing where there is none."""
        ids = token_ids(self.tokenizer, text)
        scales = self.scales[ids]
        total = scales @ self.table[ids].astype(np.float32)
        length = float(np.linalg.norm(total))
        says = bool(scales[ids != self.space].any())
        if says and length > ROUNDING * float(scales.sum()):
            vector[:-VOID_AXES] = total / length

    def save(self, folder: Path) -> None:
        """Write the tokenizer and the arrays; the profile stands in the manifest."""
        save(folder / "table.npy", self.table)
        save(folder / "scales.npy", self.scales)
        (folder / TOKENIZER).write_bytes(self.document)

    @classmethod
    def open(cls, folder: Path, profile: Profile) -> Self:
        """Map the arrays and read the tokenizer.

        Raises:
            BundleDamaged: the tokenizer cannot be read, or does not fit the arrays or the profile.
        """
        table, scales = load(folder / "table.npy", np.int8, 2), load(folder / "scales.npy", np.float32)
        try:
            return cls.of(profile, (folder / TOKENIZER).read_bytes(), table, scales)
        except ValueError as error:
            raise BundleDamaged(f"{folder.name}/{TOKENIZER}: {error}; rebuild the bundle or update kadr") from error


def token_ids(tokenizer: "Tokenizer", text: str) -> NDArray[np.int64]:
    """Return the ids of a text's tokens in order, int64."""
    # One text a call: a call of many starts threads, of which the library complains after a fork. What is no Unicode
    # text, half of a pair of surrogates, it refuses.
    sound = text.encode(errors="replace").decode()
    return np.array(tokenizer.encode(sound).ids, dtype=np.int64)
