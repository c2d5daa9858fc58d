"""What a chat model's rewriting may add to a query's answer: bounded voices, never trusted alone. Pure functions.

The retelling is searched like a query, and its score joins with a weight. Guessed titles are looked up in the
catalogue; each film found gets a bonus, a quarter of it where nothing in the query itself speaks for the film. Wishes
move the order as little as those of a long description do, and take no film out of the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kadr.encode.hosted.rewrite import Guess
from kadr.index.columns import Columns
from kadr.index.titles import TitleIndex
from kadr.search.query_type import QueryType, query_type
from kadr.search.rank import BELOW_EXACT, EXACT_TITLE
from kadr.search.scoring import Scored
from kadr.search.types import Wish
from kadr.search.wishes import PULL_OF_LONG, moved, softened

__all__ = [
    "GUESS_WEIGHT",
    "RETELLING_WEIGHT",
    "UNSUPPORTED",
    "Guessed",
    "resolved",
    "wished",
    "with_rewriting",
    "worth_rewriting",
]

RETELLING_WEIGHT, GUESS_WEIGHT = 0.3, 0.3
"""Weights beside the query's own score, whose weight is 1, where nobody chose others: no real model was measured
(decision record 0015), so both together weigh less than the visitor's own words."""
UNSUPPORTED = 0.25
"""Share of its bonus that a guessed film keeps which neither a telling word of the query nor nearness speaks for."""
YEARS_APART = 2
"""Models remember a film and mistake its year; countries release it in different ones. Beyond, it is a namesake."""
LEAST_CLOSENESS = 0.8
"""Of a title that is not spelt as the catalogue has it."""
MOST_NAMESAKES = 3
"""Films, the best known, that one guess without a year may mean."""

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Guessed:
    """Films of the catalogue that were guessed. `rows`: int64 (n,), each once; `voice`: float32 (n,), in (0, 1]."""

    rows: NDArray[np.int64]
    voice: Scores


def worth_rewriting(query: str, exact: NDArray[np.integer]) -> bool:
    """Tell whether a query may gain by being put in other words: a title, or what looks like one, does not.

    Args:
        query: what a visitor wrote.
        exact: the rows whose very title that is.
    """
    return bool(query) and not exact.size and query_type(query) is not QueryType.TITLE


def resolved(guesses: Sequence[Guess], titles: TitleIndex, years: Scores, popularity: Scores) -> Guessed:
    """Return the films that guessed titles mean; a title that the catalogue lacks means none.

    The first guess speaks with 1, the second with 1/2, and so on; a title spelt otherwise with its closeness of that.

    Args:
        guesses: the likeliest first.
        titles: the catalogue's.
        years: by row, float32, NaN where unknown.
        popularity: by row, higher is better known.
    """
    voices: dict[int, float] = {}
    for i, guess in enumerate(guesses):
        rows, closeness = _meant(guess, titles, years, popularity)
        for row in rows.tolist():
            voices.setdefault(row, closeness / (i + 1))
    return Guessed(np.array(list(voices), dtype=np.int64), np.array(list(voices.values()), dtype=np.float32))


def with_rewriting(
    own: Scored, retold: Scored | None, guessed: Guessed, retelling_weight: float, guess_weight: float
) -> Scored:
    """Return the score of a query with what its rewriting adds.

    Exact titles keep their score, and no other film reaches it: the sum is divided by the weights, so that it stays a
    score in [0, 1]. A guess adds at most `guess_weight` before that, one without support a quarter of it. Both may
    bring films into the result set.

    Args:
        own: the score of the query itself; what supports a guess is its result set.
        retold: the score of the retelling, None where there is none.
        guessed: the guessed films.
        retelling_weight: of the retelling, against 1 of the query.
        guess_weight: of the guesses, against 1 of the query.
    """
    total, sum_of_weights = own.scores.copy(), np.float32(1)
    found = own.found.copy()
    if retold is not None:
        total += np.float32(retelling_weight) * np.minimum(retold.scores, np.float32(BELOW_EXACT))
        sum_of_weights += np.float32(retelling_weight)
        found |= retold.found
    if guessed.rows.size:
        support = np.where(own.found[guessed.rows], np.float32(1), np.float32(UNSUPPORTED))
        total[guessed.rows] += np.float32(guess_weight * BELOW_EXACT) * guessed.voice * support
        sum_of_weights += np.float32(guess_weight)
        found[guessed.rows] = True
    scores = total / sum_of_weights
    scores[own.exact] = EXACT_TITLE
    return replace(own, scores=scores, found=found)


def wished(found: Scored, wishes: Sequence[Wish], columns: Columns) -> Scored:
    """Return the scores moved by wishes that a model named: each once, all of them soft.

    Args:
        found: the scores; exact titles stay above all others.
        wishes: as they were understood of the model's phrases.
        columns: what the films are.
    """
    each = tuple({wish.key: wish for wish in softened(wishes)}.values())
    return replace(found, scores=moved(found.scores, each, columns, found.exact, PULL_OF_LONG))


def _meant(guess: Guess, titles: TitleIndex, years: Scores, popularity: Scores) -> tuple[NDArray[np.integer], float]:
    """Return the rows that a guess means, the best known first, and how close their title is to it."""
    rows, closeness = titles.exact(guess.title), 1.0
    if not rows.size:
        near, close = titles.near(guess.title)
        if not near.size or close[0] < LEAST_CLOSENESS:
            return near[:0], 0.0
        rows, closeness = near[close == close[0]], float(close[0])
    if guess.year is not None:
        apart = np.abs(years[rows] - np.float32(guess.year))
        rows = rows[~(apart > YEARS_APART)]  # a film of unknown year stays: NaN is not above anything
    best = np.lexsort((rows, -popularity[rows]))
    return rows[best[:MOST_NAMESAKES]], closeness
