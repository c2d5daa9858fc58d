"""The numbers that decide a ranking. They are chosen at build time, stand in the manifest, and are never constants."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from kadr.errors import BundleDamaged
from kadr.index.lexical import ANALYSERS, FIELDS, LexicalParams

__all__ = ["LEGS", "Leg", "SearchParams", "legs_from_json", "lexical_from_json", "lexical_to_json"]


LEGS = ("hosted", "distilled", "static", "embedded")
"""Who may turn a query into a vector, best first: the order in which they are asked."""


@dataclass(frozen=True, slots=True)
class SearchParams:
    """What is in the answer for its words.

    `telling_idf`: a film that holds a word of the query of at least this idf is in. `telling_quantile`: the share of
    the catalogue's words that lie below it.
    """

    telling_idf: float
    telling_quantile: float

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the parameters of a manifest's `search`; raises BundleDamaged where one is missing or no number."""
        return cls(**_numbers("search", data, cls))


@dataclass(frozen=True, slots=True)
class Leg:
    """What a query encoder's cosines are worth on this catalogue.

    `dense_weight`: its share of the score in [0, 1]; the words have the rest. `floor`, `ceiling`: the cosines that
    count as nearness 0 and 1, those of a text with strange films and with its own. `near`: a film of at least this
    nearness is in the answer, [0, 1].
    """

    dense_weight: float
    floor: float
    ceiling: float
    near: float

    def to_json(self) -> dict[str, float]:
        """Return the leg as plain JSON values."""
        return asdict(self)


def legs_from_json(data: Mapping[str, Any]) -> Mapping[str, Leg]:
    """Return the legs that a manifest's `fusion` holds, by name, best first.

    Raises:
        BundleDamaged: there is none, one is unknown, or a number is missing or none.
    """
    found = data.get("legs")
    if not isinstance(found, Mapping) or not found or set(found) - set(LEGS):
        raise BundleDamaged(f"manifest.json: fusion.legs must hold some of {', '.join(LEGS)}; rebuild the bundle")
    return {name: Leg(**_numbers(f"fusion.legs.{name}", found[name], Leg)) for name in LEGS if name in found}


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


def _numbers(part: str, data: Any, of: type) -> dict[str, float]:
    names = {f.name for f in fields(of)}
    if not isinstance(data, Mapping) or set(data) != names or not all(_is_number(v) for v in data.values()):
        raise BundleDamaged(
            f"manifest.json: {part} must hold the numbers {', '.join(sorted(names))}; rebuild the bundle"
        )
    return {name: float(value) for name, value in data.items()}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
