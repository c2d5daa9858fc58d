"""From the scores of all films to those that may be shown: filters and hard wishes choose, soft wishes move."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kadr.index.columns import Columns
from kadr.search.filters import OTHER, Mask, conjunction
from kadr.search.rank import top
from kadr.search.scoring import Scored
from kadr.search.types import Filters, Mode, Wish
from kadr.search.wishes import NOTHING_HELD, PULL, PULL_OF_LONG, led, mean_agreement, met_by, pulled, softened, unknown

__all__ = ["Chosen", "choose"]

Scores = NDArray[np.float32]

FEW = 10
"""Films that a page shows: with fewer that answer the query, it has room for others that may be meant."""
NO_FILTERS = Filters()
_NONE: NDArray[np.int64] = np.empty(0, dtype=np.int64)
BEHIND = np.float32(0.02)
"""The score of a film that only meets the wishes, at the most."""
AHEAD = np.float32(0.04)
"""The least score of films that answer a query where others follow them; these lie below it."""
DOUBTED = ("years", "runtime", "rating", "age", "country", "kind", "genre", "person")
"""Kinds of wishes by how easily they are remembered wrongly."""
VAGUE = frozenset({"mood", "rating"})
"""Kinds of wishes that too many films meet to be an answer by themselves."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What may be shown.

    `found`: scores with the soft wishes in them. `masks`: of the filters and hard wishes, by the facet they belong to.
    `allowed`: films that are in the answer, bool (films,). `following`: those of them that do not answer the query, and
    stand behind those that do. `wishes`: as they were taken. `relaxed`: whether hard wishes were made soft, because no
    film met them all.
    """

    found: Scored
    masks: Mapping[str, Mask]
    allowed: Mask
    following: Mask
    wishes: Sequence[Wish]
    relaxed: bool


def choose(
    found: Scored,
    masks: Mapping[str, Mask],
    wishes: Sequence[Wish],
    columns: Columns,
    *,
    long: bool = False,
    holding: Mapping[str, Mask] = NOTHING_HELD,
) -> Chosen:
    """Return what may be shown of what was found.

    A film whose title was typed is never ruled out by the rest of the query («Титаник не мелодрама»), unless a
    namesake meets it. Where few films are left, `_followers` fill the page.

    Args:
        found: the scores of all films.
        masks: of the filters, by facet.
        wishes: read out of the query.
        columns: what the films are.
        long: whether the query is a description, whose wishes only move the ranking.
        holding: by the key of a wish for films without certain words, the films that hold them.
    """
    met = [met_by(wish, columns) for wish in wishes]
    wishes, relaxed = _meetable(wishes, met)
    hard = conjunction((mask for wish, mask in zip(wishes, met, strict=True) if not wish.soft), columns.n_films)
    if not hard[found.titles].any():
        hard[found.titles] = True
    mean = mean_agreement(wishes, columns, holding, met)
    if found.mode is Mode.POPULAR and mean is not None:
        scores = led(mean, found.scores)
    else:
        scores = pulled(found.scores, mean, found.exact, PULL_OF_LONG if long else PULL)
    following = np.zeros_like(hard)
    answers = found.found & hard
    room = FEW - int(np.count_nonzero(answers))
    # Whether films follow is told without the filters: one more filter never makes an answer longer.
    if room > 0 and not long:
        asked = _Asked(wishes, met, mean)
        rows, behind, all_missed = _followers(replace(found, scores=scores), hard, asked, columns)
        best = top(np.arange(rows.size), (behind, columns.popularity[rows]), room)
        relaxed = relaxed or all_missed
        following[rows[best]] = True
        if best.size:
            scores = scores.copy()
            scores[answers] = AHEAD + (1 - AHEAD) * scores[answers]
            scores[rows[best]] = behind[best]
    # What was typed belongs to no facet: counts then show what the next choice gives.
    typed = hard | following
    both = {**masks, OTHER: masks[OTHER] & typed if OTHER in masks else typed}
    every = found.found | following
    allowed = every & conjunction(both.values(), columns.n_films)
    return Chosen(replace(found, scores=scores, found=every), both, allowed, following & allowed, wishes, relaxed)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Wishes, the films that meet each, and how far each film agrees with the soft ones; None where none is soft."""

    wishes: Sequence[Wish]
    met: Sequence[Mask]
    mean: Scores | None


def _meetable(wishes: Sequence[Wish], met: Sequence[Mask]) -> tuple[Sequence[Wish], bool]:
    """Return wishes whose hard ones some film meets together, and whether any had to be made soft for it.

    One of them is made soft where that is enough, the likeliest to be remembered wrongly first; else all are.
    """
    hard = [
        (wish, mask) for wish, mask in zip(wishes, met, strict=True) if not wish.soft and wish.filters != NO_FILTERS
    ]
    if not hard or conjunction((mask for _, mask in hard), hard[0][1].size).any():
        return wishes, False
    for doubted, _ in sorted(hard, key=lambda each: _doubt(each[0])):
        others = [mask for wish, mask in hard if wish is not doubted]
        if others and conjunction(others, others[0].size).any():
            return tuple(replace(wish, soft=True) if wish is doubted else wish for wish in wishes), True
    return softened(wishes), True


def _doubt(wish: Wish) -> int:
    return DOUBTED.index(wish.kind) if wish.kind in DOUBTED else len(DOUBTED)


def _followers(found: Scored, hard: Mask, asked: _Asked, columns: Columns) -> tuple[NDArray[np.int64], Scores, bool]:
    """Return the rows of films that may fill a page behind those that answer a query, and their scores.

    First those that were found and contradict no hard wish, but do not know what it asks: a film without a year may
    well be of the nineties, and one that was found by its plot is more than one that only has the genre. Then those
    that meet the wishes without a word in common: who asks for a French comedy about a dentist is better served by
    French comedies than by nothing. They are few, and counted apart (`Chosen.following`): a hundred comedies are no
    answer to a query about one bakery. Also returned: whether no film meets all wishes either, so that those stand
    first that meet the most.
    """
    doubtful = _uncontradicted(found, hard, asked, columns)
    nearly: Scores = (BEHIND + (AHEAD - BEHIND) * (1 + found.scores[doubtful]) / 3).astype(np.float32)
    both = zip(asked.wishes, asked.met, strict=True)
    telling = [(wish, mask) for wish, mask in both if wish.filters != NO_FILTERS and wish.kind not in VAGUE]
    if all(wish.negated for wish, _ in telling):
        return doubtful, nearly, False
    more = conjunction((mask for _, mask in telling), columns.n_films)
    all_missed = bool(columns.n_films) and not (doubtful.size or (found.found & hard).any() or more.any())
    more = more | all_missed
    more &= ~(found.found & hard)
    more[doubtful] = False
    meeting = np.flatnonzero(more)
    fame = columns.popularity[meeting] - columns.popularity.min(initial=np.inf)
    mean = None if asked.mean is None else asked.mean[meeting]
    known = pulled(fame / max(float(fame.max(initial=0)), 1e-6), mean, _NONE, PULL)
    least = BEHIND * (9 + known) / 10  # the wishes order them, fame breaks ties
    return np.concatenate([doubtful, meeting]), np.concatenate([nearly, least]).astype(np.float32), all_missed


def _uncontradicted(found: Scored, hard: Mask, asked: _Asked, columns: Columns) -> NDArray[np.int64]:
    """Return the rows that were found and meet no more than a part of the hard wishes, but contradict none.

    Where no word speaks for a film, it must meet one of them.
    """
    wished = [(wish, met) for wish, met in zip(asked.wishes, asked.met, strict=True) if not wish.soft]
    some = found.found & ~hard
    if found.mode is Mode.POPULAR:
        meets = [met for wish, met in wished if not wish.negated]
        some &= np.logical_or.reduce(meets) if meets else False
    rows = np.flatnonzero(some)
    for wish, met in wished:
        rows = rows[met[rows] | (False if wish.negated else unknown(wish, columns)[rows])]
    return rows
