"""Which hosted models refine an answer, and how much they count: chosen in the catalogue file, kept in the manifest."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from kadr.errors import BundleDamaged, ConfigError
from kadr.search.rerank import DEPTH, WEIGHT
from kadr.search.rewrite import GUESS_WEIGHT, RETELLING_WEIGHT

__all__ = ["RERANK", "REWRITE", "RefineParams"]

REWRITE, RERANK = "rewrite", "rerank"
"""The two steps, as `lacks` names them."""
MOST_DEPTH = 100
"""Films that a cross-encoder may be given: more take longer than any visitor waits."""


@dataclass(frozen=True, slots=True)
class RefineParams:
    """Which models refine an answer, and how much they count; without a model a step is off.

    `rerank`: a cross-encoder. `rewrite`: a chat model. `rerank_url`, `rewrite_url`: servers of one's own, "" for
    Hugging Face's router. `rerank_depth`: how many films are read again. `rerank_weight`: its share in [0, 1]; the
    other two: against 1 of the query itself.
    """

    rerank: str = ""
    rerank_url: str = ""
    rerank_depth: int = DEPTH
    rerank_weight: float = WEIGHT
    rewrite: str = ""
    rewrite_url: str = ""
    retelling_weight: float = RETELLING_WEIGHT
    guess_weight: float = GUESS_WEIGHT

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            ConfigError: one is out of its range; the message names its key.
        """
        for name in ("rerank_weight", "retelling_weight", "guess_weight"):
            if not 0 <= getattr(self, name) <= 1:
                raise ConfigError(f"search.{name}: must lie between 0 and 1")
        if not 1 <= self.rerank_depth <= MOST_DEPTH:
            raise ConfigError(f"search.rerank_depth: must lie between 1 and {MOST_DEPTH}")

    @property
    def wanted(self) -> tuple[str, ...]:
        """The steps that are on."""
        return tuple(step for step, model in ((REWRITE, self.rewrite), (RERANK, self.rerank)) if model)

    def to_json(self) -> dict[str, Any]:
        """Return the parameters as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the parameters that a manifest's `search.refine` holds; an empty one is all off.

        Raises:
            BundleDamaged: a key is unknown, or a value is of another type or out of its range.
        """
        kinds = {f.name: type(f.default) for f in fields(cls)}
        for name, value in data.items():
            kind = kinds.get(name)
            fits = isinstance(value, int | float if kind is float else kind or ()) and not isinstance(value, bool)
            if not fits:
                raise BundleDamaged(f"manifest.json: search.refine.{name} is unknown or no {kind}; rebuild the bundle")
        try:
            return cls(**data)
        except ConfigError as error:
            raise BundleDamaged(f"manifest.json: search.refine: {error}; rebuild the bundle") from error
