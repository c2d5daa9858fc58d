"""What the routes answer, for who reads their description. `tests/api` holds the answers against it.

The answers are made by `kadr.search.output`, not through these, as `kadr.web.models` says.
"""

from typing import Any, Literal

from pydantic import Field

from kadr.web.models import FilmOut, Out

__all__ = [
    "BundleOut",
    "FacetsOut",
    "FilmsOut",
    "HitsOut",
    "ModelsOut",
    "ReadyOut",
    "RecommendedOut",
    "SearchOut",
    "SuggestionsOut",
    "ThemesOut",
]


class PieceOut(Out):
    """A run of text."""

    text: str
    marked: bool = Field(description="Whether it met the query.")


class WordMatchOut(Out):
    """A word of the film that a word of the query met."""

    word: str
    field: str


class WhyOut(Out):
    """Why a film is in the answer."""

    exact_title: bool
    words: list[WordMatchOut]
    nearness: float | None = Field(description="Closeness in meaning, 0 to 1; null where no vector was asked.")


class HitOut(Out):
    """One film of an answer."""

    rank: int = Field(description="From 1, over all pages.")
    score: float = Field(description="0 to 1, higher is better.")
    film: FilmOut
    snippet: list[PieceOut]
    why: WhyOut


class FacetValueOut(Out):
    """A value to choose, and how many films of the answer have it."""

    value: str
    count: int
    chosen: bool


class CorrectionOut(Out):
    """How a misspelt query was read."""

    shown: str
    original: str
    spans: list[tuple[int, int]]
    why: str


class WishOut(Out):
    """One thing that was read out of a query; `ignored` takes its key."""

    key: str = Field(examples=["genre:комедия"])
    kind: str
    label: str
    spans: list[tuple[int, int]]
    negated: bool
    soft: bool


class SearchOut(Out):
    """The answer to a query."""

    query: str
    mode: Literal["hybrid", "semantic", "lexical", "popular"] = Field(description="The mode that answered.")
    encoder: str = Field(description="Who turned the query into a vector; empty for nobody.", examples=["embedded"])
    degraded: str = Field(description="Why a better encoder did not; empty where none is better.", examples=[""])
    total: int = Field(description="Films in the whole answer, of which `hits` is one page.")
    following: int = Field(description="How many of `total` only follow those that answer the query, to fill the page.")
    facets: dict[str, list[FacetValueOut]]
    hits: list[HitOut]
    took_ms: dict[str, float] = Field(description="Milliseconds by stage.")
    correction: CorrectionOut | None
    wishes: list[WishOut]
    relaxed: bool = Field(description="Whether no film met all wishes, so that some only moved the order.")
    refined: dict[str, str]


class FacetsOut(Out):
    """What may be chosen next, with counts; each facet is counted without its own choice."""

    total: int
    facets: dict[str, list[FacetValueOut]]


class SharedOut(Out):
    """A value that two films share."""

    kind: str = Field(description="director, actor, genre, tag, country or theme.", examples=["director"])
    value: str = Field(description="A theme's is its id.")


class ReasonsOut(Out):
    """Why a film is like another; null where it was not asked or is not known."""

    nearness: float | None = Field(description="Closeness in meaning, 0 to 1.")
    audience: float | None = Field(description="How far the same people like both, 0 to 1.")
    shared: list[SharedOut] = Field(description="What they have in common, the most telling first.")


class SequelOut(Out):
    """Another film of the series."""

    film_id: str
    title: str


class SimilarOut(HitOut):
    """A film like another one, and why."""

    reasons: ReasonsOut
    series: list[SequelOut] = Field(description="Other films of its series, which are not in the answer themselves.")


class HitsOut(Out):
    """Films like one, the most alike first."""

    hits: list[SimilarOut]


class FilmsOut(Out):
    """Films in no order."""

    films: list[FilmOut]


class BecauseOut(Out):
    """A film of the history that speaks for a recommended one, or, by a negative share, against it."""

    film_id: str
    title: str
    share: float


class RecommendationOut(Out):
    """A recommended film, and why."""

    rank: int
    score: float
    film: FilmOut
    because: list[BecauseOut] = Field(description="The loudest first, so many as `reasons` asks for.")
    known: float = Field(description="The part of the score that the film has for being well known, 0 to 1.")
    others: float = Field(description="The part of the films of the history that are not named. All parts make 1.")


class RecommendedOut(Out):
    """What is recommended."""

    mode: Literal["personal", "popular"] = Field(description="Whether the history decided, or holds nothing to go by.")
    items: list[RecommendationOut]
    unknown: list[str] = Field(description="Ids of the history that this catalogue has no film for.")
    model: str = Field(description="The model that recommends.", examples=["content"])


class ModelOut(Out):
    """A model that recommends."""

    name: str = Field(description="What `model_name` of `/predict` takes.", examples=["content"])
    kind: str = Field(description="What it goes by, or how the trained model is called.", examples=["vectors"])
    at: str = Field(description="When the bundle with it was built, ISO 8601, UTC; empty where it is not known.")
    trained_on: dict[str, Any] = Field(
        description="Ratings, users, films, and from which value on one is a like; empty where it learned from none.",
        examples=[{"ratings": 90_210, "users": 600, "films": 3_200, "liked_from": 7.0}],
    )
    figures: dict[str, Any] = Field(
        description="What was measured on a validation split.", examples=[{"ndcg@10": 0.34}]
    )


class ModelsOut(Out):
    """The models of the bundle."""

    models: list[ModelOut]


class SuggestionOut(Out):
    """What may be meant."""

    text: str
    kind: str = Field(examples=["title"])
    pieces: list[PieceOut]
    how: str = Field(examples=["prefix"])


class SuggestionsOut(Out):
    """What somebody who is typing may mean, the likeliest first."""

    suggestions: list[SuggestionOut]


class ThemeOut(Out):
    """A group of films that tell of the same things."""

    id: str = Field(description="What the parameter `theme` takes.")
    name_ru: str
    name_en: str
    terms: list[str]
    size: int


class ThemesOut(Out):
    """The themes, the largest first; none where the catalogue is small."""

    themes: list[ThemeOut]


class BundleSourceOut(Out):
    """Where films come from, and what is to be shown with them."""

    name: str
    films: int
    notice: str


class EncoderOut(Out):
    """Which model gave the films their vectors, and who may turn a query into one, best first."""

    provider: str
    model: str
    dim: int
    legs: list[str]
    lack: str = Field(description="Why the hosted one does not answer; empty where it does, or there is none.")


class BundleOut(Out):
    """What is served."""

    version: str
    created: str = Field(description="ISO 8601, UTC; empty where it is not known.")
    opened: str = Field(description="ISO 8601, UTC.")
    counts: dict[str, int]
    years: tuple[int | None, int | None]
    sources: list[BundleSourceOut]
    encoder: EncoderOut
    quality: dict[str, Any]
    newer_refused: bool = Field(description="Whether a newer bundle is there that cannot be opened.")


class ReadyOut(Out):
    """A bundle is open."""

    status: Literal["ready"]
    version: str
