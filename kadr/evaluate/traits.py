"""What is known of a judged query without a column of its file: how long it is, in which language, what it shares with
the film it asks for, how it was answered. Slices are made of these as of columns.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from kadr.analysis import stems
from kadr.evaluate.resolve import Target
from kadr.evaluate.slices import Bins, Slice, slices_of
from kadr.film import Film
from kadr.index.lexical import FIELDS, field_texts
from kadr.search.query_type import query_type
from kadr.search.types import SearchResult
from kadr.text import language_of, words

__all__ = ["BINS", "TRAITS", "Sliced", "told_after", "traits_of"]

OF_QUERY = ("length", "language", "type")
OF_FILM = ("overlap", "field")
OF_ANSWER = ("mode", "encoder")
TRAITS = (*OF_QUERY, *OF_FILM, *OF_ANSWER)
"""All of them, in the order of the help."""
BINS: Bins = {"length": (4, 9, 21), "overlap": (0.2, 0.5, 0.8)}
"""Where a trait that is a number is parted. Words: a search box, a sentence, a few sentences, a retelling. Overlap:
few stems in common (.2), half of them (.5), and .8, from which on a text is nearly a copy."""
_DIGITS = 4  # of a share: finer than one stem of a thousand


class Sliced:
    """Judged queries that are to be sliced: by columns of their file, and by traits.

    A column of the file goes before a trait of its name, for all its rows: whoever made the file knows better.

    Raises:
        ConfigError: a slice cannot be made. What can be told before anything is asked is told then, because asking
            costs minutes.
    """

    def __init__(self, targets: Sequence[Target], films: Callable[[], Iterable[Film]], specs: Sequence[str]) -> None:
        columns = frozenset[str]().union(*(target.judgment.columns for target in targets))
        self._specs = specs
        self._asked = frozenset(_column(spec) for spec in specs) & set(TRAITS) - columns
        told = traits_of(targets, films, self._asked)
        self._rows = [{**row, **target.judgment.columns} for row, target in zip(told, targets, strict=True)]
        self._slices(self._rows, [spec for spec in specs if _column(spec) not in self._asked & set(OF_ANSWER)])

    def after(self, answered: Sequence[Mapping[str, str]]) -> tuple[Slice, ...]:
        """Return the slices, when the traits of the answers are known, too; one mapping a query."""
        told = [{name: value for name, value in row.items() if name in self._asked} for row in answered]
        return self._slices([{**row, **own} for row, own in zip(told, self._rows, strict=True)], self._specs)

    def _slices(self, rows: Sequence[Mapping[str, str]], specs: Sequence[str]) -> tuple[Slice, ...]:
        return slices_of(rows, specs, {name: BINS[name] for name in self._asked & BINS.keys()})


def traits_of(
    targets: Sequence[Target], films: Callable[[], Iterable[Film]], asked: Collection[str]
) -> list[dict[str, str]]:
    """Return the traits of each query that can be told before it is answered, empty ones left out.

    - `length`: words. `language`: "ru" or "en", by its letters. `type`: of `kadr.search.query_type`.
    - `overlap`: the share of its stems that a relevant film holds in all its texts, 0 to 1; of several films the
      highest.
    - `field`: where the relevant film holds its most telling words: the field whose stems of the query have the
      greatest sum of idf, over all relevant films; "none" where no field has one.

    Args:
        targets: the queries and their films.
        films: gives the catalogue; read, once, only where a trait of the film is asked for.
        asked: names of traits; others are not made.
    """
    made = [_of_query(target.judgment.query) for target in targets]
    if set(OF_FILM) & set(asked):
        made = [{**own, **found} for own, found in zip(made, _shared(targets, films()), strict=True)]
    return [{name: value for name, value in row.items() if value and name in asked} for row in made]


def told_after(result: SearchResult) -> dict[str, str]:
    """Return the traits of an answer: `mode`, who answered, and `encoder`, whose vector was used, "none" for none."""
    return {"mode": str(result.mode), "encoder": result.encoder or "none"}


def _of_query(query: str) -> dict[str, str]:
    return {"length": str(len(words(query))), "language": language_of(query), "type": query_type(query).value}


def _shared(targets: Sequence[Target], films: Iterable[Film]) -> list[dict[str, str]]:
    """Return overlap and field of each query; one pass over the films."""
    asked = [frozenset(stems(target.judgment.query)) for target in targets]
    all_asked = frozenset[str]().union(*asked)
    relevant = frozenset[str]().union(*(target.relevant for target in targets))
    held: dict[str, dict[str, frozenset[str]]] = {}
    common: Counter[str] = Counter()
    count = 0
    for film in films:
        fields = {name: all_asked.intersection(stems(text)) for name, text in field_texts(film).items()}
        common.update(frozenset[str]().union(*fields.values()))
        count += 1
        if film.id in relevant:
            held[film.id] = fields
    idf = {term: math.log1p((count - df + 0.5) / (df + 0.5)) for term, df in common.items()}
    return [
        _of_film(own, [held[film] for film in sorted(target.relevant)], idf)
        for own, target in zip(asked, targets, strict=True)
    ]


def _column(spec: str) -> str:
    """Return the column that a slice names, before its sign."""
    return re.split("[<>=]", spec, maxsplit=1)[0].strip()


def _of_film(
    asked: frozenset[str], films: Sequence[Mapping[str, frozenset[str]]], idf: Mapping[str, float]
) -> dict[str, str]:
    if not asked:
        return {"overlap": "", "field": "none"}
    shares = [len(asked & frozenset[str]().union(*fields.values())) / len(asked) for fields in films]
    telling = {
        name: max(math.fsum(sorted(idf[term] for term in asked & fields[name])) for fields in films) for name in FIELDS
    }
    best = max(FIELDS, key=lambda name: telling[name])
    return {"overlap": str(round(max(shares), _DIGITS)), "field": best if telling[best] else "none"}
