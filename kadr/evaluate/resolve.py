"""Judgments -> the films of a catalogue that they mean. A pure function of both, in one pass over the films."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kadr.evaluate.judgments import Judgment
from kadr.film import Film, source_id
from kadr.text import normalise

__all__ = ["Resolution", "Target", "resolve"]

MAX_YEARS_APART = 1
"""Festival and release years of one film differ by one between sources."""


@dataclass(frozen=True, slots=True)
class Target:
    """A judgment and the ids of the films that count.

    `wanted`: how many different answers they are; all films that fit one title are one answer.
    """

    judgment: Judgment
    relevant: frozenset[str]
    wanted: int = 1


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a catalogue knows of the judgments.

    Attributes:
        targets: judgments with a film in the catalogue, in file order.
        unresolved: judgments without one.
        any_source: targets whose film the judged source does not hold under that title; films of any source count.
        missing_ids: judged ids that no film has, within the targets.
    """

    targets: tuple[Target, ...]
    unresolved: tuple[Judgment, ...]
    any_source: int
    missing_ids: int


@dataclass(frozen=True, slots=True)
class _Known:
    id: str
    year: int | None
    sources: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Index:
    by_id: Mapping[str, frozenset[str]]
    by_title: Mapping[str, Sequence[_Known]]


def resolve(judgments: Sequence[Judgment], films: Iterable[Film]) -> Resolution:
    """Find the films that judgments mean.

    Ids go first: a film is known by its own, and as `source:id` of every source it was merged from. A title meets a
    film's title or original title by `kadr.text.normalise`, with years within one or missing, and the film must be
    known to the judged source. Where that gives none, films of any source do, because rows are merged.
    """
    index = _index(judgments, films)
    targets: list[Target] = []
    unresolved: list[Judgment] = []
    any_source = missing_ids = 0
    for judgment in judgments:
        found = [index.by_id[each] for each in judgment.ids if each in index.by_id]
        if found:
            relevant = frozenset[str]().union(*found)
            targets.append(Target(judgment, relevant, min(len(found), len(relevant))))
            missing_ids += len(judgment.ids) - len(found)
            continue
        fitting = [known for known in index.by_title.get(normalise(judgment.title), ()) if _years_fit(judgment, known)]
        held = [known for known in fitting if not judgment.source or normalise(judgment.source) in known.sources]
        if fitting:
            targets.append(Target(judgment, frozenset(known.id for known in held or fitting)))
            any_source += not held
        else:
            unresolved.append(judgment)
    return Resolution(tuple(targets), tuple(unresolved), any_source, missing_ids)


def _index(judgments: Sequence[Judgment], films: Iterable[Film]) -> _Index:
    """Keep of all films what the judgments name, so that a large catalogue is streamed, not held."""
    ids = {each for judgment in judgments for each in judgment.ids}
    titles = {normalise(judgment.title) for judgment in judgments} - {""}
    by_id: dict[str, frozenset[str]] = defaultdict(frozenset)
    by_title: dict[str, list[_Known]] = defaultdict(list)
    for film in films:
        for each in ids & {film.id, *(source_id(link.name, link.id) for link in film.sources if link.id)}:
            by_id[each] |= {film.id}
        for title in titles & {normalise(film.title), normalise(film.original_title)}:
            sources = frozenset(normalise(link.name) for link in film.sources)
            by_title[title].append(_Known(film.id, film.year, sources))
    return _Index(by_id, by_title)


def _years_fit(judgment: Judgment, known: _Known) -> bool:
    if judgment.year is None or known.year is None:
        return True
    return abs(judgment.year - known.year) <= MAX_YEARS_APART
