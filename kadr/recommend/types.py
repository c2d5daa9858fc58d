"""What a visitor tells of films, and what is recommended for it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from kadr.errors import QueryError
from kadr.film import MAX_RATING, Film

__all__ = [
    "DIVERSITY",
    "EVENT_KINDS",
    "MAX_EVENTS",
    "Because",
    "Event",
    "EventKind",
    "Recommendation",
    "Recommended",
    "check_history",
]

EventKind = Literal["rated", "liked", "disliked", "watched"]
EVENT_KINDS: tuple[EventKind, ...] = get_args(EventKind)
MAX_EVENTS = 1_000
"""Events of a history. Its last sixty-odd films decide; the others only keep what was seen from coming again."""
DIVERSITY = 0.3
"""How much variety counts beside the score where nobody says: on MovieLens it cost 2 % of NDCG and made lists a
twentieth more varied (the facts on recommenders; there its counterpart is called lambda, and is .7)."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that a visitor told of one film.

    Attributes:
        film: the film's id.
        kind: "rated", "liked", "disliked" or "watched".
        value: the rating where it was rated, from 0 to 10, higher is better.
        at: when, in seconds since 1970; None where it is not known.
    """

    film: str
    kind: EventKind
    value: float | None = None
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Because:
    """A film of the history that speaks for a recommendation.

    `share`: its part of the score. The shares of a recommendation add up to 1; that of a film which speaks against it,
    because it was disliked, is negative.
    """

    film_id: str
    title: str
    share: float


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One recommended film.

    `rank` counts from 1 over all pages. `score` lies in [0, 1], higher is better; with diversity it need not fall from
    rank to rank. `because`: what the score is made of, the largest part first; empty where the film is only popular.
    """

    film: Film
    rank: int
    score: float
    because: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class Recommended:
    """What is recommended.

    Attributes:
        items: best first.
        mode: "personal" where the history decided, "popular" where it holds nothing to go by: then these are the best
            known films that the filters allow.
        unknown: ids in the history that this bundle has no film for, each once.
    """

    items: tuple[Recommendation, ...]
    mode: Literal["personal", "popular"]
    unknown: tuple[str, ...] = ()


def check_history(history: Sequence[Event]) -> None:
    """Raise where a history cannot be meant.

    Raises:
        QueryError: it is too long, or an event has a kind, rating or time that is none; the message names its place,
            counted from 0.
    """
    if len(history) > MAX_EVENTS:
        raise QueryError(f"history: has {len(history)} events, at most {MAX_EVENTS} are allowed; leave the oldest out")
    for at, event in enumerate(history):
        if not isinstance(event.film, str) or not event.film:
            raise QueryError(f"history[{at}].film: is no id of a film; give a text that is not empty")
        if event.kind not in EVENT_KINDS:
            raise QueryError(f"history[{at}].kind: is none of {', '.join(EVENT_KINDS)}")
        if event.kind == "rated" and event.value is None:
            raise QueryError(f"history[{at}].value: is missing; give the rating, from 0 to 10")
        if event.value is not None and not (_is_finite(event.value) and 0 <= event.value <= MAX_RATING):
            raise QueryError(f"history[{at}].value: is not between 0 and 10")
        if event.at is not None and not _is_finite(event.at):
            raise QueryError(f"history[{at}].at: is no time; give seconds since 1970, or leave it out")


def _is_finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
