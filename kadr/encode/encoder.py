"""What every encoder promises, and the profile by which a bundle and an encoder recognise each other."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
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
    """Everything that decides which vector a text gets. Two encoders of equal profile may share an index."""

    provider: str
    model: str
    dim: int
    revision: str = ""
    query_prefix: str = ""
    passage_prefix: str = ""
    pooling: str = ""
    max_chars: int = 20_000
    canaries: tuple[Canary, ...] = field(default=(), compare=False)

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
