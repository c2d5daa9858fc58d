"""The numbers that decide a ranking. They are chosen at build time, stand in the manifest, and are never constants."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from kadr.errors import BundleDamaged
from kadr.index.lexical import ANALYSERS, FIELDS, LexicalParams

__all__ = ["FusionParams", "SearchParams", "lexical_from_json", "lexical_to_json"]


@dataclass(frozen=True, slots=True)
class SearchParams:
    """What is in the answer at all.

    `telling_idf`: a film that holds a word of the query of at least this idf is in. `telling_quantile`: the share of
    the catalogue's words that lie below it. `near`: a film of at least this nearness is in, [0, 1].
    """

    telling_idf: float
    telling_quantile: float
    near: float

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the parameters of a manifest's `search`; raises BundleDamaged where one is missing or no number."""
        return cls(**_numbers("search", data, cls))


@dataclass(frozen=True, slots=True)
class FusionParams:
    """How the legs make one score.

    `dense_weight`: share of the dense leg in [0, 1]; the words have the rest. `floor`, `ceiling`: the cosines that
    count as nearness 0 and 1, those of a text with strange films and with its own.
    """

    dense_weight: float
    floor: float
    ceiling: float

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the parameters of a manifest's `fusion`; raises BundleDamaged where one is missing or no number."""
        return cls(**_numbers("fusion", {k: v for k, v in data.items() if k != "lexical"}, cls))


def lexical_from_json(data: Mapping[str, Any]) -> LexicalParams:
    """Return the BM25F parameters that a manifest's `fusion.lexical` holds.

    Raises:
        BundleDamaged: they are not the parameters of our fields and analysers.
    """
    try:
        params = LexicalParams(**data)
        whole = set(params.weights) == set(params.b) == set(FIELDS) and {"stems"} <= set(params.analysers) <= set(
            ANALYSERS
        )
    except TypeError as error:
        raise BundleDamaged(f"manifest.json: fusion.lexical: {error}; rebuild the bundle") from error
    if not whole:
        raise BundleDamaged("manifest.json: fusion.lexical names other fields or analysers; rebuild the bundle")
    return params


def lexical_to_json(params: LexicalParams) -> dict[str, Any]:
    """Return BM25F parameters as plain JSON values."""
    return asdict(params)


def _numbers(part: str, data: Mapping[str, Any], of: type) -> dict[str, float]:
    names = {f.name for f in fields(of)}
    if set(data) != names or not all(_is_number(v) for v in data.values()):
        raise BundleDamaged(
            f"manifest.json: {part} must hold the numbers {', '.join(sorted(names))}; rebuild the bundle"
        )
    return {name: float(value) for name, value in data.items()}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
