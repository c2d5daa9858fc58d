"""What says that two rows are one film: ids, titles, years and texts. Pure functions of rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations

from kadr.film import Film, Kind
from kadr.text import normalise, words

__all__ = ["Evidence", "Row", "agree", "evidence", "near_texts", "near_years", "row_of", "source_of"]

NEAR_TEXT = 0.5
"""Share of the shorter text's stems that a near-equal text holds. Measured on eight Russian services: films of one
title two or more years apart (40 pairs) reach at most 0.41, copies of one text start at 0.8, hardly anything lies
between 0.6 and 0.8."""
MIN_STEMS = 5
"""Texts with fewer stems overlap by chance: such a text is near another only when both have the same stems."""
STEM_LETTERS = 5
"""Russian endings change from the sixth letter on, in most words."""
MAX_TEXTS = 8
"""Texts of one row that are compared; a row of a source carries one or two."""
MAX_YEARS_APART = 1
"""Festival and release years of one film differ by one between sources."""


class Evidence(IntEnum):
    """Why two rows are one film, the strongest first.

    OWN_ID is a source's own id together with a shared title and near years: alone it proves nothing, because a column
    of that name may hold anything. ID is that of a catalogue which numbers films for all, and needs no more.
    """

    OWN_ID = 0
    ID = 1
    TEXT_AND_YEAR = 2
    TEXT_AND_NEAR_YEAR = 3
    TEXT = 4
    YEAR = 5
    NEAR_YEAR = 6


@dataclass(frozen=True, slots=True)
class Row:
    """A film as its source gives it, with what is compared.

    `title` and `original` are normalised; `texts` holds one set of stems a description; `order` is the row's rank in
    precedence, 0 first.
    """

    film: Film
    order: int
    source: str
    title: str
    original: str
    texts: tuple[frozenset[str], ...]


def row_of(film: Film, order: int) -> Row:
    """Return a film with its keys of comparison."""
    texts = tuple(_stems(each.text) for each in film.descriptions[:MAX_TEXTS])
    return Row(film, order, source_of(film), normalise(film.title), normalise(film.original_title), texts)


def source_of(film: Film) -> str:
    """Return the name of the source that a row comes from, empty when it names none."""
    return film.sources[0].name if film.sources else ""


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:STEM_LETTERS] for word in words(text) if len(word) > 3)


def near_texts(one: Row, other: Row) -> bool:
    """Tell whether some text of one row nearly equals, or nearly lies within, some text of the other."""
    for a in one.texts:
        for b in other.texts:
            least = min(len(a), len(b))
            if (least >= MIN_STEMS and len(a & b) >= NEAR_TEXT * least) or (a and a == b):
                return True
    return False


def near_years(one: int | None, other: int | None) -> bool:
    """Tell whether two years may be those of one film: at most one apart, or one is missing."""
    return one is None or other is None or abs(one - other) <= MAX_YEARS_APART


def evidence(one: Row, other: Row) -> Evidence | None:
    """Return why two rows that share a title may be one film, or None. Ids are not looked at here.

    Rows of two sources: a year within one, or a missing year and near-equal texts. A title that is only the original
    title of the other row needs the same year. Rows of one source are namesakes unless their years are the same
    (or one is missing) and their texts do not differ.
    """
    years = one.film.year, other.film.year
    same_source, near = one.source == other.source, near_texts(one, other)
    if one.title != other.title:
        if None in years or years[0] != years[1] or (same_source and not near):
            return None
        return Evidence.TEXT_AND_YEAR if near else Evidence.YEAR
    if same_source and not near:
        no_text = not one.texts or not other.texts
        return Evidence.YEAR if years[0] == years[1] and no_text else None
    if years[0] is None or years[1] is None:
        return Evidence.TEXT if near else None
    if years[0] == years[1]:
        return Evidence.TEXT_AND_YEAR if near else Evidence.YEAR
    if same_source or not near_years(*years):
        return None
    if near:
        return Evidence.TEXT_AND_NEAR_YEAR
    originals_differ = bool(one.original and other.original and one.original != other.original)
    return None if originals_differ else Evidence.NEAR_YEAR


def agree(clusters: Iterable[list[Row]], because: Evidence) -> bool:
    """Tell whether clusters of rows can all be one film.

    No catalogue may number them differently. Unless they share an id of a catalogue, years may span one at most, film
    and series stay apart, and rows of one source that stand in two of the clusters must not be namesakes; rows that
    share title and id in that source are none.
    """
    parts = list(clusters)
    rows = [row for part in parts for row in part]
    ids = {pair for row in rows for pair in row.film.external_ids.items()}
    if len(ids) > len({name for name, _ in ids}):
        return False
    if because is Evidence.ID:
        return True
    years = {row.film.year for row in rows if row.film.year is not None}
    kinds: set[Kind] = {row.film.kind for row in rows if row.film.kind is not None}
    if len(kinds) > 1 or (years and max(years) - min(years) > MAX_YEARS_APART):
        return False
    if because is Evidence.OWN_ID:
        return True
    return not any(_namesakes(a, b) for one, other in combinations(parts, 2) for a in one for b in other)


def _namesakes(one: Row, other: Row) -> bool:
    return one.source == other.source and evidence(one, other) is None
