"""What the job and the query side ask of a hosted model: one call, and the canary that guards it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kadr.encode.encoder import Canary, Profile, Role

__all__ = ["TRUSTED_COSINE", "Embedder", "Guard", "truncated"]

TRUSTED_COSINE = 0.99
"""A canary's vector that is less near than this to what it was comes from another model: the same weights on another
machine or in half precision stay above .999."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A canary on its way: the text as it is sent, prefix and all, and its vector, float32 (full_dim,), length one."""

    text: str
    vector: NDArray[np.float32]

    @classmethod
    def of(cls, profile: Profile, canary: Canary) -> "Guard":
        """Return the guard that a profile's canary makes; canaries are queries."""
        vector = np.asarray(canary.vector, dtype=np.float32)
        return cls(profile.text_for(canary.text, Role.QUERY), vector / np.linalg.norm(vector))

    def cosines(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return how near vectors of length one, float32 (n, full_dim), are to the canary's, float32 (n,)."""
        near: NDArray[np.float32] = vectors @ self.vector
        return near


class Embedder(Protocol):
    """One call to a hosted model."""

    @property
    def profile(self) -> Profile:
        """What decides the vectors."""
        ...

    @property
    def rest(self) -> float:
        """Seconds for which the service, by what it said with an answer, wants no further call; 0 for none."""
        ...

    def embed(
        self, texts: Sequence[str], role: Role, *, timeout: float, guard: Guard | None = None
    ) -> NDArray[np.float32]:
        """Send one request, and return one vector a text, float32 (n, full_dim), each of length one, in order.

        Args:
            texts: what to encode, without prefixes; at least one, none blank.
            role: what the texts are.
            timeout: seconds from the call to the last byte of the answer.
            guard: a canary to send among the texts at a random place; the answer is believed only where its vector
                comes back at that place.

        Raises:
            ServiceError: one of its kinds. Nothing is tried twice.
            EncodeError: a text is blank, or there is none.
        """
        ...


def truncated(vectors: NDArray[np.float32], dim: int) -> NDArray[np.float32]:
    """Return the first `dim` numbers of each vector, float32 (n, dim), at length one again (Matryoshka truncation)."""
    cut = np.ascontiguousarray(vectors[:, :dim], dtype=np.float32)
    lengths = np.linalg.norm(cut, axis=1, keepdims=True)
    result: NDArray[np.float32] = cut / np.maximum(lengths, np.finfo(np.float32).tiny)
    return result
