"""Recommendations: a history in, films with reasons out. Nothing of the history stays."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.described import problems
from app.api.desk import DeskHere, Told
from app.api.models import RecommendedOut
from app.api.parameters import RecommendParameters
from kadr.film import MAX_RATING
from kadr.live import Opened
from kadr.recommend.types import MAX_EVENTS, Event, Recommendation
from kadr.search.output import film_to_json

__all__ = ["router"]

router = APIRouter(tags=["films"])

MAX_ID = 1_000
LATEST = 1e11
"""Seconds since 1970, in the year 5138: beyond it somebody counts milliseconds."""


class Body(BaseModel):
    """A part of what is sent; members that there are not are refused, and a number is no text."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Rated(Body):
    """A film that was rated."""

    film: str = Field(min_length=1, max_length=MAX_ID, description="Its id.", examples=["mine:42"])
    kind: Literal["rated"]
    value: float = Field(ge=0, le=MAX_RATING, allow_inf_nan=False, description="The rating, of ten.", examples=[9])
    at: float | None = Field(None, ge=0, le=LATEST, allow_inf_nan=False, description="When: seconds since 1970.")


class Met(Body):
    """A film that was liked, disliked or watched."""

    film: str = Field(min_length=1, max_length=MAX_ID, description="Its id.")
    kind: Literal["liked", "disliked", "watched"]
    at: float | None = Field(None, ge=0, le=LATEST, allow_inf_nan=False, description="When: seconds since 1970.")


class History(Body):
    """What a visitor told of films."""

    history: list[Annotated[Rated | Met, Field(discriminator="kind")]] = Field(
        max_length=MAX_EVENTS, description="The oldest first; empty, the best known films are recommended."
    )

    def events(self) -> list[Event]:
        """Return the history as the engine reads it."""
        return [Event(each.film, each.kind, getattr(each, "value", None), each.at) for each in self.history]


@router.post("/recommendations", responses={200: {"model": RecommendedOut}, **problems()})
async def recommendations(asked: Annotated[RecommendParameters, Query()], told: History, desk: DeskHere) -> Response:
    """Recommend films for a history, each with the films of it that speak for it.

    The history comes with each request and is kept nowhere.
    """

    def work(opened: Opened) -> Told:
        found = opened.engine.recommend(
            told.events(), asked.k, offset=asked.offset, filters=asked.filters(), diversity=asked.diversity
        )
        items = [_item(each) for each in found.items]
        return Told({"mode": found.mode, "items": items, "unknown": found.unknown})

    return await desk.tell(work)


def _item(each: Recommendation) -> dict[str, Any]:
    return {
        "rank": each.rank,
        "score": round(each.score, 6),
        "film": film_to_json(each.film),
        "because": [asdict(one) for one in each.because],
    }
