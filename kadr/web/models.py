"""What all our services answer, for who reads their description: films, problems, that they live.

The answers are made by `kadr.search.output`, not through these: films were checked when the bundle was built.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kadr.film import Kind

__all__ = ["FilmOut", "HealthOut", "Out", "ProblemOut"]

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


class HealthOut(Out):
    """The process runs."""

    status: Literal["live"]


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
