"""What the routes answer, for who reads their description. `tests/api` holds the answers against it.

The answers are made by `kadr.search.output`, not through these: films were checked when the bundle was built.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kadr.film import Kind

__all__ = [
    "BundleOut",
    "FacetsOut",
    "FilmOut",
    "FilmsOut",
    "HealthOut",
    "HitsOut",
    "ProblemOut",
    "ReadyOut",
    "RecommendedOut",
    "SearchOut",
    "SuggestionsOut",
    "ThemesOut",
]

FILM = {"id": "mine:42", "title": "Вторая луна", "year": 2019, "genres": ["фантастика"], "rating": 6.2}


class Out(BaseModel):
    """An object of an answer: it has these members and no others."""

    model_config = ConfigDict(extra="forbid")


class DescriptionOut(Out):
    """A text about a film, from one source."""

    text: str
    source: str
    language: str = Field(description="ISO 639-1, empty where it could not be told.")


class SourceOut(Out):
    """A source that knows a film, and the licence of its texts."""

    name: str
    id: str
    url: str
    licence: str


class FilmOut(Out):
    """A film or a series. Empty texts and lists, and null, mean that it is not known."""

    id: str = Field(description="Stays the same from bundle to bundle.", examples=[FILM["id"]])
    title: str = Field(examples=[FILM["title"]])
    original_title: str
    year: int | None = Field(examples=[FILM["year"]])
    kind: Kind | None
    genres: list[str] = Field(examples=[FILM["genres"]])
    countries: list[str]
    directors: list[str]
    actors: list[str]
    runtime_minutes: int | None
    age_rating: int | None
    descriptions: list[DescriptionOut]
    tagline: str
    rating: float | None = Field(description="0 to 10.", examples=[FILM["rating"]])
    votes: int | None
    page_url: str
    image_url: str
    sources: list[SourceOut]
    fetched_at: str
    tags: list[str]
    external_ids: dict[str, str] = Field(examples=[{"imdb": "tt0000001"}])
    extra: dict[str, str]


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


class HitsOut(Out):
    """Films in the order of their nearness."""

    hits: list[HitOut]


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
    because: list[BecauseOut]


class RecommendedOut(Out):
    """What is recommended."""

    mode: Literal["personal", "popular"] = Field(description="Whether the history decided, or holds nothing to go by.")
    items: list[RecommendationOut]
    unknown: list[str] = Field(description="Ids of the history that this catalogue has no film for.")


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


class HealthOut(Out):
    """The process runs."""

    status: Literal["live"]


class ReadyOut(Out):
    """A bundle is open."""

    status: Literal["ready"]
    version: str


class ErrorOut(Out):
    """One thing that is wrong."""

    detail: str
    field: str
    allowed: dict[str, Any]


class ProblemOut(Out):
    """Problem details after RFC 9457. `detail`, `field` and `allowed` are those of the first of `errors`."""

    type: str = Field(examples=["urn:kadr:problem:invalid_value"])
    title: str = Field(examples=["A value is not allowed"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["Input should be less than or equal to 100"])
    instance: str = Field(description="Names the request, as the log does.", examples=["urn:kadr:request:4f1c"])
    code: str = Field(examples=["invalid_value"])
    field: str = Field(examples=["k"])
    allowed: dict[str, Any] = Field(
        description="In the words of JSON Schema.", examples=[{"minimum": 1, "maximum": 100}]
    )
    errors: list[ErrorOut]
