"""Rows of many sources to one row a film.

Evidence is used from the strongest to the weakest (`evidence.Evidence`). On each level the clusters that it links are
joined all or not at all: where they cannot all be one film, nobody knows which of them belong together, so they stay
apart. That makes the outcome a function of the set of rows, whatever their order within a source.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from kadr.catalogue.combine import combine, distinct_ids
from kadr.catalogue.evidence import Evidence, Row, agree, evidence, near_years, row_of, source_of
from kadr.catalogue.records import encode
from kadr.film import EXTERNAL_IDS, Film, Kind

__all__ = ["BY_ID", "BY_OWN_ID", "BY_TEXT", "BY_YEAR", "Merged", "merge"]

BY_OWN_ID, BY_ID, BY_YEAR, BY_TEXT = "source id and title", "external id", "title and year", "title and text"
_RULE = {Evidence.OWN_ID: BY_OWN_ID, Evidence.ID: BY_ID, Evidence.TEXT: BY_TEXT}
CROWD = 64
"""A title that more rows share ("Без названия") says nothing about them; it also bounds the pairs to compare."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What merging gave.

    Attributes:
        films: ordered by id, so that position is the row number everywhere.
        rows_in: how many rows came in.
        merged: how many rows each rule absorbed into another; together `rows_in` less the films.
    """

    films: tuple[Film, ...]
    rows_in: int
    merged: Mapping[str, int]


def merge(films: Iterable[Film]) -> Merged:
    """Merge rows that are the same film; namesakes stay apart.

    Args:
        films: rows in the order of their sources; earlier sources win single-valued fields and the id. The source of a
            row is its first source link's name, and a source's rank is where it first appears.
    """
    rows = _in_precedence(list(films))
    clusters = _Clusters(rows)
    absorbed: Counter[str] = Counter({BY_OWN_ID: 0, BY_ID: 0, BY_YEAR: 0, BY_TEXT: 0})
    links = _links(rows)
    for level in Evidence:
        absorbed[_RULE.get(level, BY_YEAR)] += clusters.join(links[level], level)
    whole = (combine([row.film for row in cluster]) for cluster in clusters)
    return Merged(distinct_ids(whole), len(rows), dict(absorbed))


def _in_precedence(films: list[Film]) -> list[Row]:
    """Return rows by the rank of their source, then by what they say, so that order within a source plays no part."""
    rank = {name: at for at, name in enumerate(dict.fromkeys(source_of(film) for film in films))}
    ordered = sorted(films, key=lambda film: (rank[source_of(film)], film.id, encode(film)))
    return [row_of(film, at) for at, film in enumerate(ordered)]


def _links(rows: list[Row]) -> Mapping[Evidence, list[tuple[int, int]]]:
    """Return the pairs of rows (by `order`) that each kind of evidence links."""
    links: dict[Evidence, list[tuple[int, int]]] = {level: [] for level in Evidence}
    for alike in _grouped(rows, _own_keys):
        links[Evidence.OWN_ID] += _near(alike)
    for alike in _grouped(rows, _id_keys):
        links[Evidence.ID] += [(alike[0].order, row.order) for row in alike[1:]]
    for alike in _grouped(rows, _title_keys):
        if len(alike) <= CROWD:
            for one, other in combinations(alike, 2):
                level = evidence(one, other)
                if level is not None:
                    links[level].append((one.order, other.order))
    return links


def _grouped(rows: list[Row], keys_of: Callable[[Row], set[str]]) -> Iterator[list[Row]]:
    """Yield the rows that share a key, for each key that two rows or more have."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for key in keys_of(row):
            groups[key].append(row)
    return (alike for alike in groups.values() if len(alike) > 1)


def _near(alike: list[Row]) -> Iterator[tuple[int, int]]:
    """Yield pairs that connect rows of near years. One row stands for its year, so that many rows cost few pairs."""
    first: dict[int | None, Row] = {}
    for row in alike:
        head = first.setdefault(row.film.year, row)
        if head is not row:
            yield head.order, row.order
    for one, other in combinations(first.values(), 2):
        if near_years(one.film.year, other.film.year):
            yield one.order, other.order


def _title_keys(row: Row) -> set[str]:
    return {row.title, row.original} - {""}


def _id_keys(row: Row) -> set[str]:
    """Return the ids under which a row is known in the catalogues that number films for all.

    TMDB numbers films and series apart, so its id 603 names one of each.
    """
    series = "series" if row.film.kind is Kind.SERIES else ""
    known = {name: value for name, value in row.film.external_ids.items() if name in EXTERNAL_IDS}
    return {f"{name}{series if name == 'tmdb' else ''}\n{value}" for name, value in known.items()}


def _own_keys(row: Row) -> set[str]:
    """Return the ids under which a row's sources know it, each with each of its titles."""
    return {f"{link.name}\n{link.id}\n{title}" for link in row.film.sources if link.id for title in _title_keys(row)}


class _Clusters:
    """A partition of the rows that only grows coarser."""

    def __init__(self, rows: list[Row]) -> None:
        self._members = {row.order: [row] for row in rows}
        self._head = {row.order: row.order for row in rows}

    def __iter__(self) -> Iterator[list[Row]]:
        """Yield each cluster's rows in precedence."""
        for members in self._members.values():
            yield sorted(members, key=lambda row: row.order)

    def join(self, links: Iterable[tuple[int, int]], level: Evidence) -> int:
        """Join what the links connect, wherever all of it agrees; return how many clusters were absorbed."""
        absorbed = 0
        for heads in _connected((self._head[one], self._head[other]) for one, other in links):
            if agree([self._members[head] for head in heads], level):
                absorbed += len(heads) - 1
                self._absorb(heads)
        return absorbed

    def _absorb(self, heads: list[int]) -> None:
        for other in heads[1:]:
            moved = self._members.pop(other)
            self._members[heads[0]] += moved
            self._head.update((row.order, heads[0]) for row in moved)


def _connected(links: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Return the connected components of a graph, each sorted."""
    near: dict[int, set[int]] = defaultdict(set)
    for one, other in links:
        if one != other:
            near[one].add(other)
            near[other].add(one)
    seen: set[int] = set()
    components = []
    for start in sorted(near):
        if start not in seen:
            seen.add(start)
            component = [start]
            for at in component:  # grows while it is walked
                fresh = near[at] - seen
                seen |= fresh
                component += fresh
            components.append(sorted(component))
    return components
