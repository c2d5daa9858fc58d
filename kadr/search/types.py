"""What a search is asked with and what it answers: the words of the engine's public face."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kadr.film import Film, Kind

__all__ = ["FacetValue", "Filters", "Hit", "Mode", "Piece", "SearchResult", "Sort", "Why", "WordMatch"]


class Mode(StrEnum):
    """Which legs answer a query."""

    HYBRID = "hybrid"
    SEMANTIC = "semantic"
    LEXICAL = "lexical"
    POPULAR = "popular"
    """No query was given: the best known films within the filters. An answer only, never asked for."""


class Sort(StrEnum):
    """The order of the results."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    RATING = "rating"


@dataclass(frozen=True, slots=True)
class Filters:
    """Wishes that a film must meet to be in the answer; empty and None ask nothing.

    Genres, countries, kinds and people compare by their normalised names ("Комедия" is "комедия"; English and Russian
    names of genres and countries are the same). A film that does not know a field fails every wish about that field,
    but passes the wishes that exclude. Years, runtime in minutes and bounds are inclusive; ratings run from 0 to 10.
    """

    year_from: int | None = None
    year_to: int | None = None
    kinds: tuple[Kind, ...] = ()
    genres_any: tuple[str, ...] = ()
    genres_all: tuple[str, ...] = ()
    genres_none: tuple[str, ...] = ()
    countries_any: tuple[str, ...] = ()
    countries_none: tuple[str, ...] = ()
    directors: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    rating_min: float | None = None
    votes_min: int | None = None
    runtime_min: int | None = None
    runtime_max: int | None = None
    age_max: int | None = None
    has_poster: bool = False


@dataclass(frozen=True, slots=True)
class WordMatch:
    """A word of the film that a word of the query met, and the field it stands in."""

    word: str
    field: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a snippet's text; `marked` where it matched the query."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    """Why a film is in the answer. `nearness`: closeness in meaning in [0, 1], None where no vector was asked."""

    exact_title: bool = False
    words: tuple[WordMatch, ...] = ()
    nearness: float | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One film of the answer. `rank` counts from 1 over all pages; `score` lies in [0, 1], higher is better."""

    film: Film
    rank: int
    score: float
    snippet: tuple[Piece, ...] = ()
    why: Why = field(default_factory=Why)


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet, and how many films of the answer have it when this facet's own choice is left out."""

    value: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer to a query.

    `total` and `facets` count the whole result set, of which `hits` are one page. `mode` is the mode that answered;
    may be less than was asked for. `encoder`: who turned the query into a vector (hosted, distilled, static, embedded),
    "" for nobody. `degraded`: why a better encoder did not, "" where none is better: `no_access`, or one of the values
    of `kadr.encode.hosted.queries.Lack`. `took_ms`: milliseconds by stage; `encode` is what the vector took.
    """

    query: str
    mode: Mode
    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    encoder: str = ""
    degraded: str = ""
    took_ms: Mapping[str, float] = field(default_factory=dict)
