"""Films and series have other paths, parameters and keys in the API: the pairs of names, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kadr.film import Kind

__all__ = ["SHAPES", "Shape", "Work"]


@dataclass(frozen=True, slots=True)
class Shape:
    """What the API calls the same thing for one kind.

    Attributes:
        path: of its calls, and of its pages for visitors.
        title, original, date: keys of an answer.
        since, until: parameters that bound the date in a list.
        extra: further parameters of a list.
        credits: the part of an answer that holds the cast. A series' plain credits are those of its latest season only.
        ages: the part of an answer that holds age ratings.
        tags: the key of the list within the part `keywords`.
    """

    path: str
    title: str
    original: str
    date: str
    since: str
    until: str
    extra: Mapping[str, str]
    credits: str
    ages: str
    tags: str


SHAPES = MappingProxyType(
    {
        Kind.FILM: Shape(
            path="movie",
            title="title",
            original="original_title",
            date="release_date",
            since="primary_release_date.gte",
            until="primary_release_date.lte",
            extra={"include_video": "false"},
            credits="credits",
            ages="release_dates",
            tags="keywords",
        ),
        Kind.SERIES: Shape(
            path="tv",
            title="name",
            original="original_name",
            date="first_air_date",
            since="first_air_date.gte",
            until="first_air_date.lte",
            extra={"include_null_first_air_dates": "false"},
            credits="aggregate_credits",
            ages="content_ratings",
            tags="results",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Work:
    """A film or series in a list. Ids are counted apart for the two kinds; `title` is clipped."""

    kind: Kind
    id: int
    votes: int
    title: str = ""

    @property
    def path(self) -> str:
        """Of its calls, and of its page for visitors."""
        return f"{SHAPES[self.kind].path}/{self.id}"
