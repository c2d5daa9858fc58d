"""What a visitor tells of films, and what is recommended for it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from kadr.errors import QueryError
from kadr.film import MAX_RATING, Film
from kadr.search.types import Hit

__all__ = [
    "ALIKE",
    "AUDIENCE",
    "DIVERSITY",
    "EVENT_KINDS",
    "FEATURES",
    "FUSED",
    "MAX_EVENTS",
    "MEANING",
    "Alike",
    "Because",
    "Event",
    "EventKind",
    "ModelInfo",
    "Reasons",
    "Recommendation",
    "Recommended",
    "Sequel",
    "Shared",
    "Similar",
    "check_history",
]

EventKind = Literal["rated", "liked", "disliked", "watched"]
EVENT_KINDS: tuple[EventKind, ...] = get_args(EventKind)
MAX_EVENTS = 1_000
"""Events of a history. Its last sixty-odd films decide; the others only keep what was seen from coming again."""
DIVERSITY = 0.3
"""How much variety counts beside the score where nobody says: on MovieLens it cost 2 % of NDCG and made lists a
twentieth more varied (MMR with a lambda of .7)."""


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

    `share`: its part of the score; that of a film which speaks against it, because it was disliked, is negative.
    """

    film_id: str
    title: str
    share: float


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One recommended film.

    `rank` counts from 1 over all pages. `score` lies in [0, 1], higher is better; with diversity it need not fall from
    rank to rank. `because`: what the score is made of, the largest part first; empty where the film is only popular.
    `known`: the part of the score, in [0, 1], that the film has for being well known, whoever asks. `others`: the part
    of the films of the history that `because` does not name, where fewer were asked for. All parts add up to 1.
    """

    film: Film
    rank: int
    score: float
    because: tuple[Because, ...] = ()
    known: float = 0.0
    others: float = 0.0


@dataclass(frozen=True, slots=True)
class Recommended:
    """What is recommended.

    Attributes:
        items: best first.
        mode: "personal" where the history decided, "popular" where it holds nothing to go by: then these are the best
            known films that the filters allow.
        unknown: ids in the history that this bundle has no film for, each once.
        model: the name of the model that was asked, one of `Engine.models`.
    """

    items: tuple[Recommendation, ...]
    mode: Literal["personal", "popular"]
    unknown: tuple[str, ...] = ()
    model: str = ""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A way to recommend that a bundle has.

    Attributes:
        name: "fusion", "collaborative", "content" or "popular".
        kind: what it goes by: how the trained model is called, or "vectors", "votes".
        trained_on: of the ratings it learned from: how many, of how many users and films, from which value on they are
            likes, and the SHA-256 of the file; empty where it learned from none.
        figures: what was measured of it on a validation split, by name.
    """

    name: str
    kind: str
    trained_on: Mapping[str, Any] = field(default_factory=dict, hash=False)
    figures: Mapping[str, float] = field(default_factory=dict, hash=False)


Alike = Literal["fused", "meaning", "features", "audience"]
"""How films are alike: what they tell of, what they have in common, who likes them, or all of it."""
ALIKE: tuple[Alike, ...] = get_args(Alike)
FUSED, MEANING, FEATURES, AUDIENCE = ALIKE


@dataclass(frozen=True, slots=True)
class Shared:
    """A value that two films share. `kind`: director, actor, genre, tag, country, or theme, whose value is its id."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Sequel:
    """Another film of the series of a film that is shown."""

    film_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a film is like another.

    `nearness`: closeness in meaning, `audience`: how far the same people like both, both in [0, 1], higher is nearer;
    None where it was not asked or is not known. `shared`: what they have in common, the most telling first.
    """

    nearness: float | None = None
    audience: float | None = None
    shared: tuple[Shared, ...] = ()


@dataclass(frozen=True, slots=True)
class Similar(Hit):
    """A film like another one. `series`: the other films of its series, which do not stand in the answer themselves."""

    reasons: Reasons = Reasons()  # frozen: one may serve all
    series: tuple[Sequel, ...] = ()


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
        if event.value is not None and not (_is_number(event.value) and 0 <= event.value <= MAX_RATING):
            raise QueryError(f"history[{at}].value: is not between 0 and 10")
        if event.at is not None and not (_is_number(event.at) and math.isfinite(event.at)):
            raise QueryError(f"history[{at}].at: is no time; give seconds since 1970, or leave it out")


def _is_number(value: object) -> bool:
    return isinstance(value, (float, int)) and not isinstance(value, bool)
