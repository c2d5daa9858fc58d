"""What the wishes of a query do to an answer: hard ones say which films may be in it, soft ones move its order.

Free functions of arrays. A soft wish multiplies a score by a bounded factor, so that it decides between films which
the words and the meaning find about as good, lifts no film that they do not find, and never empties an answer. Where
nothing but soft wishes is asked, they lead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from kadr.index.columns import Columns
from kadr.search.filters import Mask, clauses, conjunction
from kadr.search.rank import BELOW_EXACT, EXACT_TITLE
from kadr.search.types import Wish

__all__ = [
    "NOTHING_HELD",
    "PULL",
    "PULL_OF_LONG",
    "agreement",
    "led",
    "liked",
    "mean_agreement",
    "met_by",
    "moved",
    "pulled",
    "softened",
    "unknown",
]

Scores = NDArray[np.float32]

PULL = 0.25
"""How far all soft wishes of a query move a score: a film that fits them passes one that contradicts them and scores
up to (1 + .25) / (1 - .25) times as much. A decade that is half remembered is worth about one telling word."""
PULL_OF_LONG = 0.05
"""The same for a long description, whose years, countries and genres are as often its plot's as the film's."""
FAME = 0.05
"""What being known counts beside the wishes of a query that is nothing else: less than one year off."""
OF_THE_MOOD = 0.5
"""How far a film agrees with a mood that has not the first genre of it: what frightens is horror, and then mystery."""
YEARS_OFF = 10.0
"""Years beside the wished ones at which agreement has turned into contradiction: people err by a few."""

NOTHING_HELD: Mapping[str, Mask] = MappingProxyType({})
"""For queries in which no words are denied."""
_COLUMNS = {
    "genre": ("genre",), "mood": ("genre",), "country": ("country",), "language": ("country",), "kind": ("kind",),
    "person": ("director", "actor"), "runtime": ("runtime",), "age": ("age",), "rating": ("rating",),
    "years": ("year",),
}  # fmt: skip
"""The columns of which a film must know one to agree with a wish or to contradict it."""


def softened(wishes: Sequence[Wish]) -> tuple[Wish, ...]:
    """Return the wishes with none of them hard: what is done where no film meets them all."""
    return tuple(replace(wish, soft=True) for wish in wishes)


def moved(
    scores: Scores,
    wishes: Sequence[Wish],
    columns: Columns,
    exact: NDArray[np.integer],
    pull: float = PULL,
    holding: Mapping[str, Mask] = NOTHING_HELD,
) -> Scores:
    """Return scores moved by the soft wishes, float32 (n_films,), in the range that they came in.

    score * (1 + pull * a) / (1 + pull), where a in [-1, 1] is the mean agreement of the film with the wishes. Films
    whose title was typed stay above all others, and those that agree are first among them.

    Args:
        scores: fused scores in [0, 1].
        wishes: all wishes; hard ones are passed over.
        columns: what the films are.
        exact: rows of the films whose title was typed.
        pull: how far the wishes move a score, from 0 (not at all) to 1.
        holding: by the key of a wish for films without certain words, the films that hold them.
    """
    return pulled(scores, mean_agreement(wishes, columns, holding), exact, pull)


def mean_agreement(
    wishes: Sequence[Wish],
    columns: Columns,
    holding: Mapping[str, Mask] = NOTHING_HELD,
    met: Sequence[Mask | None] | None = None,
) -> Scores | None:
    """Return how far films agree with the soft wishes on the whole, float32 (n_films,); None where none is soft.

    `met`: of each wish what `met_by` gives, where that was worked out.
    """
    both = zip(wishes, met or [None] * len(wishes), strict=True)
    soft = [agreement(wish, columns, mask) for wish, mask in both if wish.soft and wish.kind in _COLUMNS]
    soft += [np.where(holding[wish.key], -1, 1).astype(np.float32) for wish in wishes if wish.key in holding]
    if not soft:
        return None
    mean: Scores = reduce(np.add, soft) / np.float32(len(soft))
    return mean


def pulled(scores: Scores, mean: Scores | None, exact: NDArray[np.integer], pull: float) -> Scores:
    """Return scores moved by what `mean_agreement` gave; `moved` says how."""
    if mean is None:
        return scores
    changed: Scores = scores * ((1 + np.float32(pull) * mean) / np.float32(1 + pull))
    span = np.float32(EXACT_TITLE - BELOW_EXACT)
    changed[exact] = np.float32(BELOW_EXACT) + span * (1 + mean[exact]) / 2
    return changed


def led(mean: Scores, fame: Scores) -> Scores:
    """Return the scores of a query that is soft wishes and no words, float32 (n_films,) in [0, 1].

    Here nothing but the wishes is asked, so that they lead, and fame decides between films that agree as much.
    """
    scores: Scores = (np.float32(0.5) * (1 + mean) + np.float32(FAME) * fame).astype(np.float32)
    scores /= np.float32(1 + FAME)
    return scores


def met_by(wish: Wish, columns: Columns) -> Mask:
    """Return which films a wish allows where it is hard, bool (n_films,)."""
    return conjunction(clauses(columns, wish.filters).values(), columns.n_films)


def agreement(wish: Wish, columns: Columns, met: Mask | None = None) -> Scores:
    """Return how far each film agrees with a wish, float32 (n_films,).

    1 it does, -1 it contradicts it, 0 it does not know the field. Between them: years beside the wished ones, from
    which agreement falls evenly, to -1 at `YEARS_OFF`; and genres of a mood that are not its first, `OF_THE_MOOD`.
    `met`: what `met_by` gives, worked out where it is not given.
    """
    if wish.kind == "years":
        spans = wish.filters.years_any or ((wish.filters.year_from, wish.filters.year_to),)
        return reduce(np.maximum, (_years(columns.numbers["year"], low, high) for low, high in spans))
    met = met_by(wish, columns) if met is None else met
    agreed: Scores = met.astype(np.float32)  # a third of the time that np.where takes
    agreed *= 2
    agreed -= 1
    if wish.kind == "mood" and wish.filters.genres_any:
        agreed[met & ~columns.lists["genre"].rows_of(wish.filters.genres_any[:1])] = OF_THE_MOOD
    agreed[unknown(wish, columns)] = 0
    return agreed


def unknown(wish: Wish, columns: Columns) -> Mask:
    """Tell which films neither agree with a wish nor contradict it: they do not know the field. Bool (n_films,)."""
    known = np.zeros(columns.n_films, dtype=np.bool_)
    for name in _COLUMNS.get(wish.kind, ()):
        if name in columns.numbers:
            known |= np.isfinite(columns.numbers[name])
        else:
            starts = columns.lists[name].values.starts
            known |= starts[1:] > starts[:-1]
    return ~known


def _years(years: Scores, low: int | None, high: int | None) -> Scores:
    off = np.zeros_like(years)
    if low is not None:
        off = np.maximum(off, low - years)
    if high is not None:
        off = np.maximum(off, years - high)
    agreed: Scores = np.clip(1 - 2 * off / np.float32(YEARS_OFF), -1, 1)
    agreed[np.isnan(agreed)] = 0
    return agreed


def liked(scores: Scores | None, near: Scores, rows: Sequence[int]) -> Scores:
    """Return the scores of «фильм как Матрица, но про …», float32 (n_films,) in [0, 1].

    The likeness counts as much as what else is asked: a film must be like the named one and about the other thing.

    Args:
        scores: what the rest of the query found, in [0, 1]; None where it says nothing else.
        near: nearness of each film to the named one, in [0, 1].
        rows: the named film, and its namesakes; they are known, and stand last.
    """
    both: Scores = near.copy() if scores is None else (scores + near) / np.float32(2)
    both[list(rows)] = 0
    return both
