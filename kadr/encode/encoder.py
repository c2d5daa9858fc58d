"""What every encoder promises, and the profile by which a bundle and an encoder recognise each other."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from kadr.errors import BundleDamaged, EncodeError

__all__ = ["Canary", "Encoder", "Profile", "Role", "checked_texts"]


class Role(StrEnum):
    """What a text is to the search: some models encode a query and a passage differently."""

    QUERY = "query"
    PASSAGE = "passage"


@dataclass(frozen=True, slots=True)
class Canary:
    """A fixed text and the vector that the encoder gave for it when the bundle was built."""

    text: str
    vector: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything that decides which vector a text gets. Two encoders of equal profile may share an index.

    `provider`: embedded, static, local, or who serves a hosted model. `dim`: of the vectors in the index, cut off or
    projected. `native_dim`: of those that the model gives; 0 where those are the index's. `revision`: the model's, or
    for an encoder that is fitted on the films, and for the local model's projection, a hash of what was fitted.
    `pooling`: how a model's token vectors become one; a hosted answer of token vectors is pooled only where it says
    "mean". `max_chars`: what of a text the encoder reads, its prefix aside.

    Where the model is asked decides no vector, so it takes no part in comparison: `url`, an endpoint of one's own, and
    `served_as`, the name that the provider knows the model by (empty: `model`).
    """

    provider: str
    model: str
    dim: int
    revision: str = ""
    query_prefix: str = ""
    passage_prefix: str = ""
    pooling: str = ""
    max_chars: int = 20_000
    native_dim: int = 0
    url: str = field(default="", compare=False)
    served_as: str = field(default="", compare=False)
    canaries: tuple[Canary, ...] = field(default=(), compare=False)

    @property
    def full_dim(self) -> int:
        """Dimensions of a vector as the model gives it."""
        return self.native_dim or self.dim

    def text_for(self, text: str, role: Role) -> str:
        """Return what the model is given for a text: its first `max_chars` characters behind the role's prefix."""
        return (self.query_prefix if role is Role.QUERY else self.passage_prefix) + text[: self.max_chars]

    def with_canaries(self, canaries: tuple[Canary, ...]) -> Self:
        """Return the same profile with these canaries."""
        return replace(self, canaries=canaries)

    def fingerprint(self) -> str:
        """Return 16 hex digits that name the space of the model's own vectors, before any is truncated."""
        decides = asdict(self) | {"dim": self.full_dim}
        for name in ("native_dim", "url", "served_as", "canaries"):
            del decides[name]
        return hashlib.sha256(json.dumps(decides, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]

    def __str__(self) -> str:
        """Return provider, model and dimension, as a person would name them."""
        revision = f"@{self.revision}" if self.revision else ""
        return f"{self.provider}/{self.model}{revision} ({self.dim} dimensions)"

    def to_json(self) -> dict[str, Any]:
        """Return the profile as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the profile that `to_json` wrote.

        Raises:
            BundleDamaged: a key is missing, unknown or of the wrong type.
        """
        try:
            known = {f.name for f in fields(cls)}
            if unknown := sorted(set(data) - known):
                raise BundleDamaged(f"manifest.json: encoder has the unknown key {unknown[0]!r}; update kadr")
            canaries = tuple(Canary(c["text"], tuple(map(float, c["vector"]))) for c in data["canaries"])
            return cls(**{**data, "canaries": canaries})
        except (KeyError, TypeError, ValueError) as error:
            raise BundleDamaged(f"manifest.json: encoder is not a profile ({error}); rebuild the bundle") from error


class Encoder(Protocol):
    """Text -> vector."""

    @property
    def profile(self) -> Profile:
        """What decides the vectors."""
        ...

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        """Return one vector a text, float32 (n, dim), each of length one, in the order of the texts.

        The same text in the same role always gets the same vector.

        Raises:
            EncodeError: a text is empty.
        """
        ...

    def is_void(self, vector: NDArray[np.float32]) -> bool:
        """Tell whether a passage's vector, float32 (dim,), stands for a text that this encoder knows nothing of."""
        ...


def checked_texts(texts: Sequence[str]) -> Sequence[str]:
    """Return the texts.

    Raises:
        EncodeError: one has nothing but white space; the message gives its place.
    """
    for i, text in enumerate(texts):
        if not text.strip():
            raise EncodeError(f"text {i} is empty: there is nothing to encode")
    return texts
