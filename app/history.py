"""What this visitor liked, rated, watched and wants to watch: in the session alone. The server writes it nowhere."""

import time
from collections.abc import Mapping
from typing import cast

import streamlit as st

from app.taken import MAX_WANTED, Brought, Wanted
from kadr.film import MAX_RATING
from kadr.recommend.fold_in import opinion
from kadr.recommend.types import MAX_EVENTS, Event

__all__ = [
    "STARS",
    "bring",
    "forget",
    "forget_all",
    "history",
    "leaning",
    "like",
    "mark_watched",
    "rate",
    "remember",
    "stars",
    "want",
    "wanted",
]

_KEY, _WANTED = "history", "wanted"
STARS = 5
"""Stars that a film can be given; each is worth two points of ten."""


def history() -> Mapping[str, Event]:
    """Return the visitor's events by film, in the order in which they were said."""
    return cast("dict[str, Event]", st.session_state.setdefault(_KEY, {}))


def like(film: str, liked: bool | None) -> None:
    """Note that a film was liked or disliked; None takes back whatever was said of it."""
    if liked is None:
        forget(film)
    else:
        remember(Event(film, "liked" if liked else "disliked", None, time.time()))


def rate(film: str, stars: int | None) -> None:
    """Note how many stars a film was given, 1 to 5; None takes them back, and leaves the film watched."""
    if stars is None:
        remember(Event(film, "watched", None, time.time()))
    else:
        remember(Event(film, "rated", stars * MAX_RATING / STARS, time.time()))


def mark_watched(film: str, watched: bool) -> None:
    """Note that a film was watched, or that it was not; what says more of it, a like or stars, stays as it is."""
    event = history().get(film)
    if event is not None and event.kind != "watched":
        return
    if watched:
        remember(Event(film, "watched", None, time.time()))
    else:
        forget(film)


def remember(*events: Event) -> None:
    """Add events; the last one said of a film counts, and the oldest go where they are too many."""
    known = {film: event for film, event in history().items() if film not in {event.film for event in events}}
    known |= {event.film: event for event in events}
    _keep(known, wanted())


def bring(brought: Brought) -> None:
    """Add what was said another time: it comes before what was said in this session, and never overrules it."""
    said, marked = history(), wanted()
    older = {event.film: event for event in brought.events if event.film not in said}
    earlier = {each.film: each for each in brought.wanted if each.film not in marked}
    _keep({**older, **said}, {**earlier, **marked})


def wanted() -> Mapping[str, Wanted]:
    """Return the visitor's watchlist by film, in the order in which films came to it."""
    return cast("dict[str, Wanted]", st.session_state.setdefault(_WANTED, {}))


def want(film: str, wish: bool) -> None:
    """Put a film on the watchlist, or take it off. One of which anything is said was watched: it is none to watch."""
    others = {known: each for known, each in wanted().items() if known != film}
    _keep(history(), {**others, film: Wanted(film, time.time())} if wish else others)


def forget(film: str) -> None:
    """Take back what was said of a film."""
    st.session_state[_KEY] = {known: event for known, event in history().items() if known != film}


def forget_all() -> None:
    """Take back everything."""
    _keep({}, {})


def leaning(event: Event | None) -> bool | None:
    """Return whether an event is for its film (True) or against it (False); None where it says neither."""
    if event is None or event.kind == "watched":
        return None
    said = opinion(event)
    return said > 0 if said else None


def stars(event: Event | None) -> int | None:
    """Return the stars that an event gives its film, 1 to 5; None where it gives none."""
    if event is None or event.value is None:
        return None
    return min(STARS, max(1, round(event.value * STARS / MAX_RATING)))


def _keep(events: Mapping[str, Event], wishes: Mapping[str, Wanted]) -> None:
    st.session_state[_KEY] = dict(list(events.items())[-MAX_EVENTS:])
    st.session_state[_WANTED] = dict([pair for pair in wishes.items() if pair[0] not in events][-MAX_WANTED:])
