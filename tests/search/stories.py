"""A small catalogue where the words mislead, and a stand-in for a cross-encoder that knows what its texts are about."""

import math
import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from kadr.film import Description, Film
from kadr.index.columns import Columns, build_columns
from kadr.index.lexical import LexicalIndex, LexicalParams, build_lexical
from kadr.index.titles import TitleIndex, build_titles
from kadr.search.rank import fuse, lexical_share, top
from kadr.search.refine import Means, Refining
from kadr.search.scoring import Scored
from kadr.search.types import Filters, Mode, Wish
from kadr.text import words

__all__ = ["QUERIES", "QUERY", "Shelf", "answered", "first_places", "means", "mrr", "relevance", "shelf"]

_TEXT = """
The Tin Gardener | A robot tends the last orchard on Earth and learns grief. | machine that looks after fruit trees
Salt Letters | A lighthouse keeper finds a message in a bottle of his own. | man at a beacon gets post from the sea
Night Bakery | Two sisters hide an escape plan in loaves for their jailed father. | girls smuggle instructions to prison
Paper Crown | A boy becomes king of a country of toys for one day. | child rules a kingdom of dolls
The Long Shift | A nurse and a thief share a broken elevator all night. | burglar in a lift with a hospital worker
Glass River | A ferryman who never learned to swim falls for a diver. | boatman loves a woman who works underwater
Echo Valley | A deaf shepherd saves a village from an avalanche. | man who cannot hear rescues people from snow
Second Moon | An astronomer sees a moon that only the left-handed see. | scientist finds a satellite in the sky
Iron Strike | The workers of a machine factory look after each other while it looks like rain. |
Post Road | A man drives the post by the sea and gets to a lonely town. |
Prison Girls | The girls of an old prison read instructions aloud. |
Dolls of the House | A child has many dolls and dreams of a kingdom. |
Up and Down | A hospital worker repairs a lift and meets a burglar of hearts. |
The Wreck | A woman works underwater and loves the silence. |
Wolves | People in the snow hear the wolves, and a man hunts. |
Launch | A scientist puts a satellite into the sky. |
"""
_CONCEPTS = """
robot machin gardener; tends looks after; orchar fruit trees; lighth beacon keeper; messag bottle post letter
sister girls; escape smuggl; plan instru; jailed prison; boy child; king rules kingdo; toys dolls; nurse hospit worker
thief burgla; elevat lift; ferrym boatma; falls loves; diver underw; deaf hear cannot; saves rescue; avalan snow
villag people; astron scient; moon satell; sees finds
"""
_CONCEPT_OF = {
    word: number for number, group in enumerate(_CONCEPTS.replace("\n", ";").split(";")) for word in group.split()
}
_ROWS = [[part.strip() for part in line.split("|")] for line in _TEXT.strip().splitlines()]

QUERIES = {query: row for row, (_, _, query) in enumerate(_ROWS) if query}
"""What is asked, and the row of the film that is meant."""


QUERY = "man at a beacon gets post from the sea"
"""One of which several films hold words."""


class Shelf:
    """The catalogue, indexed; it answers by words alone."""

    def __init__(self, films: Sequence[Film]) -> None:
        self.films = list(films)
        self.columns: Columns = build_columns(self.films)
        self.titles: TitleIndex = build_titles(self.films)
        self.lexical: LexicalIndex = build_lexical(self.films, LexicalParams())

    def scored(self, query: str) -> Scored:
        """Return the scores of a query."""
        exact = self.titles.exact(query)
        found = self.lexical.matching(query, 0.0)
        found[exact] = True
        shares = lexical_share(self.lexical.scores(query))
        return Scored(fuse(shares, None, 0.0, exact), found, exact, Mode.LEXICAL)

    def ranked(self, found: Scored) -> NDArray[np.integer]:
        """Return the rows of the result set, best first."""
        return top(np.flatnonzero(found.found), (found.scores,), len(self.films))

    def fetch(self, rows: Sequence[int]) -> list[Film]:
        """Return the films of rows."""
        return [self.films[row] for row in rows]


def shelf() -> Shelf:
    """Return the catalogue."""
    return Shelf(
        [
            Film(f"s:{row}", title, year=1990 + row, genres=("drama",), descriptions=(Description(text, "", "en"),))
            for row, (title, text, _) in enumerate(_ROWS)
        ]
    )


def relevance(query: str, text: str) -> float:
    """Return how much of what a query is about a text is about, as a probability that few doubt."""
    wanted, told = _concepts(query), _concepts(text)
    share = len(wanted & told) / max(1, len(wanted))
    return 1 / (1 + math.exp(-24 * (share - 0.6)))


def first_places(shelf: Shelf, order: Callable[[str, Scored], NDArray[np.integer]]) -> list[int]:
    """Return the place of each query's film in an order, counted from 1; one beyond the catalogue for none."""
    places = []
    for query, row in QUERIES.items():
        at = np.flatnonzero(order(query, shelf.scored(query)) == row)
        places.append(int(at[0]) + 1 if at.size else len(shelf.films) + 1)
    return places


def mrr(places: Sequence[int]) -> float:
    """Return the mean reciprocal rank."""
    return float(np.mean([1 / place for place in places]))


def means(stories: Shelf) -> Means:
    """Return what a rewriting is read with; the only wish that is understood is for the year 1999."""

    def wish(phrase: str) -> list[Wish]:
        found = Wish("years:1999", "years", phrase, (), filters=Filters(year_from=1999, year_to=1999))
        return [found] if phrase == "1999" else []

    return Means(stories.scored, wish, stories.titles, stories.columns)


def answered(stories: Shelf, refining: Refining, query: str, timeout: float = 20.0) -> NDArray[np.integer]:
    """Return the rows of a whole answer, as an engine makes it."""
    until = time.monotonic() + timeout
    found = stories.scored(query)
    found = refining.widened(found, means(stories), until - time.monotonic())
    return refining.reordered(stories.ranked(found), found, stories.fetch, until - time.monotonic())[0]


def _concepts(text: str) -> set[int]:
    return {_CONCEPT_OF[key] for word in words(text) for key in (word[:6], word) if key in _CONCEPT_OF}
