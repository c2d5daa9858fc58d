"""The numbers that decide a ranking. They are chosen at build time, stand in the manifest, and are never constants."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from kadr.errors import BundleDamaged
from kadr.index.lexical import ANALYSERS, FIELDS, LexicalParams
from kadr.search.query_type import QueryType

__all__ = ["LEGS", "Leg", "Scale", "SearchParams", "legs_from_json", "lexical_from_json", "lexical_to_json"]


LEGS = ("hosted", "local", "distilled", "static", "embedded")
"""Who may turn a query into a vector, best first: the order in which they are asked."""


@dataclass(frozen=True, slots=True)
class SearchParams:
    """What is in the answer for its words.

    `telling_idf`: a film that holds a word of the query of at least this idf is in. `telling_quantile`: the share of
    the catalogue's words that lie below it. `cyrillic`: the share of the descriptions that are in Cyrillic
    letters, of the titles where there is none.
    """

    telling_idf: float
    telling_quantile: float
    cyrillic: float

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the parameters of a manifest's `search`; raises BundleDamaged where one is missing or no number."""
        return cls(**_numbers("search", {name: value for name, value in data.items() if name != "refine"}, cls))


@dataclass(frozen=True, slots=True)
class Scale:
    """What a query encoder's cosines are worth on this catalogue, for queries of one type.

    `dense_weight`: their share of the score in [0, 1]; the words have the rest. `floor`, `ceiling`: the cosines that
    count as nearness 0 and 1, those of a text with strange films and with its own. `near`: a film of at least this
    nearness is in the answer, [0, 1]; `sure`: what it needs besides for a query of which
    no word is known, above 1 for no film.
    """

    dense_weight: float
    floor: float
    ceiling: float
    near: float
    sure: float


@dataclass(frozen=True, slots=True)
class Leg:
    """A query encoder: its scale for each type of query."""

    scales: Mapping[QueryType, Scale]

    @property
    def dense_weight(self) -> float:
        """Its share of the score of a sentence: where one figure is to tell what a leg is worth, it is this."""
        return self.scales[QueryType.SENTENCE].dense_weight

    @property
    def floor(self) -> float:
        """The cosine of a sentence with a strange film."""
        return self.scales[QueryType.SENTENCE].floor

    @property
    def ceiling(self) -> float:
        """The cosine of a sentence with its own film."""
        return self.scales[QueryType.SENTENCE].ceiling

    def to_json(self) -> dict[str, dict[str, float]]:
        """Return the scales as plain JSON values."""
        return {kind.value: asdict(scale) for kind, scale in self.scales.items()}


def legs_from_json(data: Mapping[str, Any]) -> Mapping[str, Leg]:
    """Return the legs that a manifest's `fusion` holds, by name, best first.

    Raises:
        BundleDamaged: there is none, one is unknown, it lacks a type of query, or a number is missing or none.
    """
    found = data.get("legs")
    if not isinstance(found, Mapping) or not found or set(found) - set(LEGS):
        raise BundleDamaged(f"manifest.json: fusion.legs must hold some of {', '.join(LEGS)}; rebuild the bundle")
    return {name: _leg(f"fusion.legs.{name}", found[name]) for name in LEGS if name in found}


def _leg(part: str, data: Any) -> Leg:
    kinds = {kind.value for kind in QueryType}
    if not isinstance(data, Mapping) or set(data) != kinds:
        raise BundleDamaged(f"manifest.json: {part} must hold {', '.join(sorted(kinds))}; rebuild the bundle")
    return Leg({kind: Scale(**_numbers(f"{part}.{kind}", data[kind], Scale)) for kind in QueryType})


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
