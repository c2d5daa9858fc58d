"""What a search is asked with and what it answers: the words of the engine's public face."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kadr.film import Film, Kind

__all__ = [
    "Correction",
    "FacetValue",
    "Filters",
    "Hit",
    "Mode",
    "Piece",
    "SearchResult",
    "Sort",
    "Span",
    "Suggestion",
    "Why",
    "Wish",
    "WordMatch",
]


Span = tuple[int, int]
"""Where something stands in a query: its first character, and the one after its last."""


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
    but passes the wishes that exclude. `people_*` look at directors and actors alike, `themes`
    hold ids. Years, runtime in minutes and
    bounds are inclusive; ratings run from 0 to 10. `years_any` are spans of years, of which one must hold the film's.
    """

    year_from: int | None = None
    year_to: int | None = None
    years_any: tuple[tuple[int, int], ...] = ()
    kinds: tuple[Kind, ...] = ()
    genres_any: tuple[str, ...] = ()
    genres_all: tuple[str, ...] = ()
    genres_none: tuple[str, ...] = ()
    countries_any: tuple[str, ...] = ()
    countries_none: tuple[str, ...] = ()
    directors: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    people_any: tuple[str, ...] = ()
    people_none: tuple[str, ...] = ()
    rating_min: float | None = None
    votes_min: int | None = None
    runtime_min: int | None = None
    runtime_max: int | None = None
    age_min: int | None = None
    age_max: int | None = None
    has_poster: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that the visitor asks of a film, to be shown beside the answer and taken away there.

    Attributes:
        key: stable name, for links and for `ignored`: "genre:комедия", "-genre:комедия", "years:1990-1999",
            "person:леонардо дикаприо". A minus: films are to be without it.
        kind: what stands before the colon of the key.
        label: what is shown, in the language of the query; a negated wish's label does not say "not".
        spans: where its words stand in the query as it was read: corrected, where it was misspelt.
        negated: films are to be without it.
        soft: it moves the ranking; a hard one decides what is in the answer.
        filters: the wish as filters, and nothing else; empty for `like` and `words`, which are no filters: a film is to
            be like another, or without words that its label says.
    """

    key: str
    kind: str
    label: str
    spans: tuple[Span, ...]
    negated: bool = False
    soft: bool = False
    filters: Filters = Filters()  # frozen: one empty Filters may serve all wishes


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
class Suggestion:
    """What somebody who is typing may mean.

    `kind`: title, person, genre or query. `pieces`: the text, marked where it meets what was typed. `rows`: the
    films meant, ascending: all of a title, the best known of anything else. `how` it was found: prefix, layout,
    alphabet, typo or inside (the middle of a word).
    """

    text: str
    kind: str
    pieces: tuple[Piece, ...]
    rows: tuple[int, ...]
    how: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A query as it was meant: "Showing results for <shown>; search instead for <original>".

    `spans`: beginning and end of each part of `shown` that differs. `why`: layout or typo, the heavier where both are.
    """

    shown: str
    original: str
    spans: tuple[Span, ...]
    why: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer to a query.

    `total` and `facets` count the whole result set, of which `hits` are one page. `mode` is the mode that answered;
    may be less than was asked for. `encoder`: who turned the query into a vector (hosted, local, distilled, static,
    embedded),
    "" for nobody. `degraded`: why a better encoder did not, "" where none is better: `no_access`, or one of the values
    of `kadr.encode.hosted.queries.Lack`. `took_ms`: milliseconds by stage; `encode` is what the vector took.
    `refined`: of the steps `rewrite` and `rerank`, those that the bundle wants and this query was due, each with why it
    changed nothing, in the words of `degraded`, "" where it did its part. `correction`: how the query was read where it
    was misspelt, None where it stands. `wishes`: what was read out of it, in its order; `relaxed`: whether no film met
    the hard ones together, so that one of them, or all, were made soft. `following`: how many of `total` only follow,
    because few films answer the query: they do not know what is wished, or meet the wishes without a word in common.
    """

    query: str
    mode: Mode
    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    encoder: str = ""
    degraded: str = ""
    took_ms: Mapping[str, float] = field(default_factory=dict)
    refined: Mapping[str, str] = field(default_factory=dict)
    correction: Correction | None = None
    wishes: tuple[Wish, ...] = ()
    relaxed: bool = False
    following: int = 0
