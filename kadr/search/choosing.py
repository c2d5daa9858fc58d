"""From the scores of all films to those that may be shown: filters and hard wishes choose, soft wishes move."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kadr.index.columns import Columns
from kadr.search.filters import OTHER, Mask, clauses, conjunction
from kadr.search.scoring import Scored, popular
from kadr.search.types import Filters, Wish
from kadr.search.wishes import PULL, PULL_OF_LONG, moved, softened

__all__ = ["Chosen", "choose"]


FEW = 10
"""Films that a page shows: with fewer, it has room for those that only meet the wishes."""
NO_FILTERS = Filters()
BEHIND = np.float32(0.02)
"""The score of a film that only meets the wishes: less than that of any film with a telling word."""
DOUBTED = ("years", "runtime", "rating", "age", "country", "kind", "genre", "person")
"""Kinds of wishes by how easily they are remembered wrongly."""
VAGUE = frozenset({"mood", "rating"})
"""Kinds of wishes that too many films meet to be an answer by themselves."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What may be shown.

    `found`: scores with the soft wishes in them. `masks`: of the filters and hard wishes, by the facet they belong to.
    `allowed`: films that are in the answer, bool (films,). `wishes`: as they were taken. `relaxed`: whether hard wishes
    were made soft, because no film met them all.
    """

    found: Scored
    masks: Mapping[str, Mask]
    allowed: Mask
    wishes: Sequence[Wish]
    relaxed: bool


def choose(
    found: Scored, masks: Mapping[str, Mask], wishes: Sequence[Wish], columns: Columns, *, long: bool = False
) -> Chosen:
    """Return what may be shown of what was found.

    Where the words of a query find few films, those follow that meet its wishes without a word in common: who asks for
    a French comedy about a dentist is better served by French comedies than by nothing.

    Args:
        found: the scores of all films.
        masks: of the filters, by facet.
        wishes: read out of the query.
        columns: what the films are.
        long: whether the query is a description, whose wishes only move the ranking.
    """
    wishes, relaxed = _meetable(wishes, columns)
    hard = _met([wish for wish in wishes if not wish.soft], columns)
    # Whether films follow is told without the filters: one more filter never makes an answer longer.
    telling = [wish for wish in wishes if wish.filters != NO_FILTERS and wish.kind not in VAGUE]
    if not long and (found.found & hard).sum() < FEW and not all(wish.negated for wish in telling):
        more = _met(telling, columns)
        if not (found.found & hard | more).any():
            # Neither words nor all wishes at once are met: those come first that meet the most of them.
            more, relaxed = np.ones_like(more), columns.n_films > 0
        found = _followed(found, more, columns)
    # What was typed belongs to no facet: counts then show what the next choice gives.
    both = {**masks, OTHER: masks[OTHER] & hard if OTHER in masks else hard}
    scores = moved(found.scores, wishes, columns, found.exact, PULL_OF_LONG if long else PULL)
    allowed = found.found & conjunction(both.values(), columns.n_films)
    return Chosen(replace(found, scores=scores), both, allowed, wishes, relaxed)


def _meetable(wishes: Sequence[Wish], columns: Columns) -> tuple[Sequence[Wish], bool]:
    """Return wishes whose hard ones some film meets together, and whether any had to be made soft for it.

    One of them is made soft where that is enough, the likeliest to be remembered wrongly first; else all are.
    """
    hard = [wish for wish in wishes if not wish.soft and wish.filters != NO_FILTERS]
    if not hard or _met(hard, columns).any():
        return wishes, False
    for doubted in sorted(hard, key=lambda wish: DOUBTED.index(wish.kind) if wish.kind in DOUBTED else len(DOUBTED)):
        if len(hard) > 1 and _met([wish for wish in hard if wish is not doubted], columns).any():
            return tuple(replace(wish, soft=True) if wish is doubted else wish for wish in wishes), True
    return softened(wishes), True


def _met(wishes: Iterable[Wish], columns: Columns) -> Mask:
    """Return the films that meet all wishes, soft ones too."""
    return conjunction((mask for wish in wishes for mask in clauses(columns, wish.filters).values()), columns.n_films)


def _followed(found: Scored, more: Mask, columns: Columns) -> Scored:
    """Return what was found, and behind it more films; those that are best known come first among these."""
    behind = BEHIND * (9 + popular(columns.popularity).scores) / 10  # the wishes order them, fame breaks ties
    scores = np.where(more & ~found.found, np.maximum(found.scores, behind), found.scores)
    return replace(found, scores=scores.astype(np.float32), found=found.found | more)
