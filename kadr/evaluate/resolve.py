"""Judgments -> the films of a catalogue that they mean. A pure function of both, in one pass over the films."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kadr.evaluate.judgments import Judgment, Named
from kadr.film import Film, source_id
from kadr.text import normalise

__all__ = ["Resolution", "Target", "resolve"]

MAX_YEARS_APART = 1
"""Festival and release years of one film differ by one between sources."""


@dataclass(frozen=True, slots=True)
class Target:
    """A judgment and its answers: of each, the ids of the films that give it.

    All films that fit one judged title are one answer; two judged titles that mean the same films are one, too.
    """

    judgment: Judgment
    answers: tuple[frozenset[str], ...]

    @property
    def relevant(self) -> frozenset[str]:
        """The ids of all films that count."""
        return frozenset[str]().union(*self.answers)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a catalogue knows of the judgments.

    Attributes:
        targets: judgments with a film in the catalogue, in file order.
        unresolved: judgments without one.
        any_source: targets whose film the judged source does not hold under that title; films of any source count.
        missing: judged films that the catalogue lacks, within the targets.
    """

    targets: tuple[Target, ...]
    unresolved: tuple[Judgment, ...]
    any_source: int
    missing: int


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
    known to the judged source. Where that gives none, films of any source do, because rows are merged. Of a row that
    names several films each is an answer of its own.
    """
    index = _index(judgments, films)
    targets: list[Target] = []
    unresolved: list[Judgment] = []
    any_source = missing = 0
    for judgment in judgments:
        titled = (Named("", judgment.title, judgment.year),)
        named = judgment.relevant or tuple(Named(each) for each in judgment.ids) or titled
        pairs = [_films_of(each, judgment.source, index) for each in named]
        if judgment.ids and not any(films for films, _ in pairs):
            named, pairs = titled, [_films_of(titled[0], judgment.source, index)]
        found = [films for films, _ in pairs if films]
        if found:
            targets.append(Target(judgment, tuple(dict.fromkeys(found))))
            any_source += any(films and not held for films, held in pairs)
            missing += len(named) - len(found)
        else:
            unresolved.append(judgment)
    return Resolution(tuple(targets), tuple(unresolved), any_source, missing)


def _films_of(named: Named, source: str, index: _Index) -> tuple[frozenset[str], bool]:
    """Return the films that a name means, and whether the judged source holds them."""
    if named.id in index.by_id:
        return index.by_id[named.id], True
    fitting = [known for known in index.by_title.get(normalise(named.title), ()) if _years_fit(named.year, known.year)]
    held = [known for known in fitting if not source or normalise(source) in known.sources]
    return frozenset(known.id for known in held or fitting), bool(held)


def _index(judgments: Sequence[Judgment], films: Iterable[Film]) -> _Index:
    """Keep of all films what the judgments name, so that a large catalogue is streamed, not held."""
    named = [each for judgment in judgments for each in judgment.relevant]
    ids = {each for judgment in judgments for each in judgment.ids} | {each.id for each in named} - {""}
    titles = {normalise(title) for title in (*(j.title for j in judgments), *(each.title for each in named))} - {""}
    by_id: dict[str, frozenset[str]] = defaultdict(frozenset)
    by_title: dict[str, list[_Known]] = defaultdict(list)
    for film in films:
        for each in ids & {film.id, *(source_id(link.name, link.id) for link in film.sources if link.id)}:
            by_id[each] |= {film.id}
        for title in titles & {normalise(film.title), normalise(film.original_title)}:
            sources = frozenset(normalise(link.name) for link in film.sources)
            by_title[title].append(_Known(film.id, film.year, sources))
    return _Index(by_id, by_title)


def _years_fit(judged: int | None, known: int | None) -> bool:
    return judged is None or known is None or abs(judged - known) <= MAX_YEARS_APART
