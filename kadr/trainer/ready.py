"""A trained model, ready to be asked about users of its training data, or about histories."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import chain
from typing import TYPE_CHECKING, Self

import numpy as np

from kadr.engine import MAX_DEPTH, Engine
from kadr.recommend.collaborative import Collaborative
from kadr.recommend.factors import Factors
from kadr.recommend.recommender import FUSION, POPULAR, Asked, Recommender
from kadr.recommend.train.store import Learned, Stored
from kadr.recommend.types import MAX_EVENTS, Event, Recommended
from kadr.web.predicting import MAX_FILMS, Prediction
from kadr.web.problems import Fault, Problem

if TYPE_CHECKING:
    from kadr.film import Film

__all__ = ["Ready"]

SHOWN = 5
"""Users that are unknown, of whom the place is told."""


class Ready:
    """One version of a model beside a bundle, whose films, meanings and filters it takes. Threads may share it."""

    def __init__(self, version: int, learned: Learned, recommender: Recommender) -> None:
        self.version = version
        self._learned, self._recommender = learned, recommender
        self._numbers = {each: number for number, each in enumerate(learned.users)}
        ratings = learned.ratings
        self._starts = np.searchsorted(ratings.users, np.arange(ratings.n_users + 1))

    @classmethod
    def of(cls, stored: Stored, engine: Engine) -> Self:
        """Return a version of a model beside the bundle of an engine."""
        mine, learned = engine.parts.recommender, stored.learned
        model = _by_row(learned, mine)
        return cls(
            stored.version, learned, Recommender.of(mine.table, mine.columns, engine.parts.titles, mine.content, model)
        )

    def predicted(self, users: Sequence[str], k: int) -> dict[str, Prediction]:
        """Return the k best films for each of these users, none of which they rated.

        Raises:
            Problem: one is not of the training data; it tells which, by the place in the list.
        """
        unknown = [at for at, user in enumerate(users) if user not in self._numbers]
        if unknown:
            told = "is no user of the training data; send a history instead"
            raise Problem("invalid_value", *(Fault(told, str(at)) for at in unknown[:SHOWN]))
        return {user: self._one(self._events(self._numbers[user]), k) for user in users}

    def folded(self, histories: Mapping[str, Sequence[Event]], k: int) -> dict[str, Prediction]:
        """Return the k best films for each history."""
        return {user: self._one(events, k) for user, events in histories.items()}

    def _events(self, number: int) -> list[Event]:
        """Return what a user of the training data rated, the oldest first."""
        ratings, films = self._learned.ratings, self._learned.films
        span = slice(self._starts[number], self._starts[number + 1])
        values, times = ratings.values[span], ratings.times[span]
        rated, dated = ~np.isnan(values), ~np.isnan(times)
        return [
            Event(
                films[item],
                "rated" if rated[at] else "liked",
                float(values[at]) if rated[at] else None,
                float(times[at]) if dated[at] else None,
            )
            for at, item in enumerate(ratings.items[span].tolist())
        ]

    def _one(self, events: Sequence[Event], k: int) -> Prediction:
        """Return the k best films for a history, however long: its last MAX_EVENTS decide, and all of it is seen.

        Where fewer have anything that speaks for them, the best known of the others follow.
        """
        seen = {event.film for event in events}
        films: dict[str, Film] = {}
        first: Recommended | None = None
        met = [Event(each.film, "watched") for each in events]
        for page in chain(self._pages(events, k, FUSION), self._pages(met, k, POPULAR)):
            first = first or page
            films |= {each.film.id: each.film for each in page.items if each.film.id not in seen}
            if len(films) >= k:
                break
        personal, unknown = (first.mode == "personal", first.unknown) if first else (False, ())
        return Prediction(list(films.values())[:k], personal, unknown)

    def _pages(self, events: Sequence[Event], k: int, model: str) -> Iterator[Recommended]:
        """Yield pages of films until there are no more; k films each where none of them can have been seen."""
        size = k if len(events) <= MAX_EVENTS else MAX_FILMS
        for offset in range(0, MAX_DEPTH, size):
            page = self._recommender.recommend(events[-MAX_EVENTS:], Asked(size, offset, diversity=0.0, model=model))
            yield page
            if len(page.items) < size:
                return


def _by_row(learned: Learned, of: Recommender) -> Collaborative:
    """Return a model with its films in the rows of a bundle, which may be another than it was trained beside."""
    at, rows = [], []
    for place, film in enumerate(learned.films):
        row = of.table.row_of(film)
        if row is not None:
            at.append(place)
            rows.append(row)
    fame = np.zeros(len(of.table), dtype=np.float32)
    fame[rows] = learned.fame[at]
    arrays = []
    for each in fields(learned.factors):
        array = getattr(learned.factors, each.name)
        spread = np.zeros((len(of.table), *array.shape[1:]), array.dtype)
        spread[rows] = array[at]
        arrays.append(spread)
    return Collaborative.of(Factors(*arrays), fame, learned.card)
