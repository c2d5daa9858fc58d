"""Film and its parts: the one record that passes between collecting, indexing and serving.

Nothing here imports anything of ours but the error tree and text normalisation.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum

from kadr.errors import RowError
from kadr.text import normalise

__all__ = [
    "EXTERNAL_IDS",
    "FILM_FIELDS",
    "FIRST_YEAR",
    "LANGUAGES",
    "LAST_YEAR",
    "MAX_AGE_RATING",
    "MAX_RATING",
    "MAX_TITLE",
    "Description",
    "Film",
    "Kind",
    "SourceLink",
    "source_id",
    "title_id",
]

FIRST_YEAR = 1870
"""Before the oldest moving pictures (Passage de Vénus, 1874)."""
LAST_YEAR = 2100
"""Announced films carry years to come; beyond this it is a mistake."""
MAX_RUNTIME_MINUTES = 6_000
"""A hundred hours: beyond it a value is seconds taken for minutes far more often than it is a film."""
MAX_AGE_RATING = 21
MAX_RATING = 10.0
MAX_TITLE = 500
EXTERNAL_IDS = ("imdb", "kinopoisk", "tmdb", "wikidata")
"""Catalogues whose ids name one film everywhere: two rows that share one are the same film."""

LANGUAGES = "languages"
"""Key of `extra`: the number of languages in which the film has an encyclopaedia's article, in digits."""


class Kind(StrEnum):
    """What sort of work a row is."""

    FILM = "film"
    SERIES = "series"


@dataclass(frozen=True, slots=True)
class Description:
    """One text about a film: `language` is an ISO 639-1 code, empty when it could not be told."""

    text: str
    source: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class SourceLink:
    """A source that knows the film: its name, the film's id there, the page, and the licence of its texts, "" where
    none was given.
    """

    name: str
    id: str = ""
    url: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Film:
    """One film or series.

    `id` is stable from build to build: `source_id` or `title_id`. Empty text and empty tuples mean "not known", as
    does None for numbers. Ratings run from 0 to 10, higher is better. `fetched_at` is an ISO 8601 date or time.
    Texts are plain: markup and entities were taken out where they were read.

    Raises:
        RowError: a field is outside its range; the message names the field.
    """

    id: str
    title: str
    original_title: str = ""
    year: int | None = None
    kind: Kind | None = None
    genres: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    directors: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    runtime_minutes: int | None = None
    age_rating: int | None = None
    descriptions: tuple[Description, ...] = ()
    tagline: str = ""
    rating: float | None = None
    votes: int | None = None
    page_url: str = ""
    image_url: str = ""
    sources: tuple[SourceLink, ...] = ()
    fetched_at: str = ""
    tags: tuple[str, ...] = ()
    external_ids: Mapping[str, str] = field(default_factory=dict, hash=False)
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not self.id:
            raise RowError("id", "is empty")
        if not normalise(self.title):
            raise RowError("title", "is empty or has no letter or digit")
        if len(self.title) > MAX_TITLE:
            raise RowError("title", f"is longer than {MAX_TITLE} characters")
        _in_range("year", self.year, FIRST_YEAR, LAST_YEAR)
        _in_range("runtime_minutes", self.runtime_minutes, 1, MAX_RUNTIME_MINUTES)
        _in_range("age_rating", self.age_rating, 0, MAX_AGE_RATING)
        _in_range("rating", self.rating, 0, MAX_RATING)
        _in_range("votes", self.votes, 0, 10**12)
        for name in ("page_url", "image_url"):
            url = getattr(self, name)
            if url and not url.lower().startswith(("http://", "https://")):
                raise RowError(name, "is not an http or https address")

    @property
    def description(self) -> str:
        """The text shown first: the longest Russian one, else the longest of any language, else empty."""
        best = max(self.descriptions, key=lambda d: (d.language == "ru", len(d.text)), default=None)
        return best.text if best else ""

    @property
    def people(self) -> tuple[str, ...]:
        """Directors, then actors, each once."""
        return tuple(dict.fromkeys(self.directors + self.actors))


FILM_FIELDS = tuple(f.name for f in fields(Film))


def source_id(source: str, id_there: str) -> str:
    """Return the id of a film that its source numbers itself: `source:id`."""
    return f"{source}:{id_there}"


def title_id(title: str, year: int | None) -> str:
    """Return the id of a film known by title and year alone: 12 hex digits of BLAKE2b over the normalised pair."""
    key = f"{normalise(title)}\n{year or ''}"
    return "t" + hashlib.blake2b(key.encode(), digest_size=6).hexdigest()


def _in_range(name: str, value: float | None, low: float, high: float) -> None:
    if value is not None and not low <= value <= high:  # NaN and infinity are outside, too
        raise RowError(name, f"must lie between {low} and {high}")
