"""A history -> how much each of its films counts, and which films it rules out. Pure functions of events and arrays."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kadr.recommend.types import Event

__all__ = ["DISLIKED", "FLOOR", "HALF_LIFE", "MOST", "Fading", "Taste", "fold", "opinion"]

MIDDLE = 5.0
"""The rating that says nothing, of 10."""
LIKED_FROM, DISLIKED_TO = 6.0, 4.0
"""Ratings that are for a film and against it; between them the film was only seen."""
WATCHED = 0.3
"""What it counts that a film was watched and nothing was said of it, beside 1 for one that was liked."""
_SAID = {"liked": 1.0, "disliked": -1.0, "watched": WATCHED}
PUSH = 0.3
"""What a disliked film takes from its like, beside what a liked one gives. On MovieLens taking anything gained nothing
(decision 0019; .3 of it neither gained nor lost); a visitor expects to be heard."""
HALF_LIFE, FLOOR = 10.0, 0.1
"""Films after which an opinion counts half, and the share that it keeps for good: the largest single gain that was
measured, 30 % of NDCG@10 where the next film is to be told."""
MOST = 64
"""Films whose opinions count, those with the most weight: of a thousand, the others keep a tenth of their say."""
DISLIKED = 0.8
"""Nearness to a disliked film from which another is taken for more of the same, and is not recommended."""

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Fading:
    """How opinions fade as newer ones come.

    `half_life`: films after which one counts half. `floor`: the share of it that stays for good, in [0, 1]; with 1
    nothing fades.
    """

    half_life: float = HALF_LIFE
    floor: float = FLOOR


@dataclass(frozen=True, slots=True)
class Taste:
    """What a history says of the films of a bundle.

    `rows`: int64 (m,), the films that count, the oldest opinion first; `films`: their ids. `weights`: float32 (m,),
    positive for liked films, negative for disliked ones, the positive ones adding up to 1 where there are any, and then
    the negative ones to -1 at the least: dislikes, however many, take no more than likes give. `seen`: int64 (any,),
    every film of the history. `unknown`: ids that the bundle lacks, each once.
    """

    rows: Rows
    films: tuple[str, ...]
    weights: NDArray[np.float32]
    seen: Rows
    unknown: tuple[str, ...]

    @property
    def liking(self) -> NDArray[np.float64]:
        """The weights of liked films, float64 (m,); 0 for disliked ones."""
        return np.maximum(self.weights, 0).astype(np.float64)

    @property
    def liked(self) -> bool:
        """Tell whether any film speaks for others."""
        return bool((self.weights > 0).any())


def opinion(event: Event) -> float:
    """Return what an event says of its film, from -1 to 1; 0 where it says nothing."""
    if event.kind == "rated":
        value = MIDDLE if event.value is None else event.value
        centred = (value - MIDDLE) / MIDDLE
        return centred if value >= LIKED_FROM or value <= DISLIKED_TO else 0.0
    return _SAID[event.kind]


def fold(
    history: Sequence[Event],
    row_of: Callable[[str], int | None],
    void: Callable[[int], bool],
    fading: Fading = Fading(),  # frozen: one may serve all calls
    most: int = MOST,
) -> Taste:
    """Return what a history says.

    Events are taken by their times, those without one first, and else in the order given: the last one is the newest.
    Of several about one film the last counts; that it was watched says nothing beside an opinion.

    Args:
        history: events that `check_history` let pass.
        row_of: the row of a film's id, None where the bundle has no such film.
        void: whether nothing is known of a row to compare others with: such a film is seen, and says nothing of others.
        fading: how opinions fade.
        most: films whose opinions count, those with the most weight.
    """
    ordered = sorted(history, key=lambda event: -np.inf if event.at is None else event.at)
    places = {film: row_of(film) for film in dict.fromkeys(event.film for event in ordered)}
    said: dict[int, float] = {}
    judged: set[int] = set()
    for event in ordered:
        row = places[event.film]
        if row is None or (event.kind == "watched" and row in judged):
            continue
        if event.kind != "watched":
            judged.add(row)
        said.pop(row, None)  # what is said again moves to the end
        said[row] = opinion(event)
    telling = [(row, value) for row, value in said.items() if value and not void(row)]
    rows = np.array([row for row, _ in telling], dtype=np.int64)
    weights = np.array([value for _, value in telling], dtype=np.float64) * _faded(len(telling), fading)
    weights[weights < 0] *= PUSH
    kept = np.sort(np.argsort(-np.abs(weights), kind="stable")[:most])
    rows, weights = rows[kept], weights[kept]
    total, against = float(weights[weights > 0].sum()), -float(weights[weights < 0].sum())
    if against > total > 0:
        weights[weights < 0] *= total / against
    id_of = {row: film for film, row in places.items()}
    return Taste(
        rows=rows,
        films=tuple(id_of[row] for row in rows.tolist()),
        weights=(weights / total if total else weights).astype(np.float32),
        seen=np.array(sorted(said), dtype=np.int64),
        unknown=tuple(film for film, row in places.items() if row is None),
    )


def _faded(count: int, fading: Fading) -> NDArray[np.float64]:
    """Return the share that each of so many opinions, the newest last, has kept of its weight, float64 (count,)."""
    ages = np.arange(count - 1, -1, -1)
    faded: NDArray[np.float64] = np.maximum(0.5 ** (ages / fading.half_life), fading.floor)
    return faded
