"""Histories of visitors, as they come in the body of a request."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kadr.film import MAX_RATING
from kadr.recommend.types import MAX_EVENTS, Event

__all__ = ["Body", "History"]

MAX_ID = 1_000
LATEST = 1e11
"""Seconds since 1970, in the year 5138: beyond it somebody counts milliseconds."""


class Body(BaseModel):
    """A part of what is sent; members that there are not are refused, and a number is no text."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Told(Body):
    """What every event says: of which film, and when. Each kind is a model of its own, for programs."""

    film: str = Field(min_length=1, max_length=MAX_ID, description="Its id.", examples=["mine:42"])
    at: float | None = Field(None, ge=0, le=LATEST, allow_inf_nan=False, description="When: seconds since 1970.")


class Rated(Told):
    """A film that was rated."""

    kind: Literal["rated"]
    value: float = Field(ge=0, le=MAX_RATING, allow_inf_nan=False, description="The rating, of ten.", examples=[9])


class Liked(Told):
    """A film that was liked."""

    kind: Literal["liked"]


class Disliked(Told):
    """A film that was disliked."""

    kind: Literal["disliked"]


class Watched(Told):
    """A film that was watched, of which nothing more is said."""

    kind: Literal["watched"]


class History(Body):
    """What a visitor told of films."""

    history: list[Annotated[Rated | Liked | Disliked | Watched, Field(discriminator="kind")]] = Field(
        max_length=MAX_EVENTS, description="The oldest first; empty, the best known films are recommended."
    )

    def events(self) -> list[Event]:
        """Return the history as the engine reads it."""
        return [Event(each.film, each.kind, getattr(each, "value", None), each.at) for each in self.history]
