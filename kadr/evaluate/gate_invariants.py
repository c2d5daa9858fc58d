"""What must hold of a bundle whatever is judged: how many films, how complete, found by their titles, counted right,
and what it learned from ratings.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from kadr.catalogue.merge import Merged
from kadr.catalogue.report import report
from kadr.engine import Engine
from kadr.evaluate.ways import Searcher
from kadr.film import Film, Kind
from kadr.index.arrays import key_of
from kadr.recommend.recommender import COLLABORATIVE
from kadr.search.types import FacetValue, Filters
from kadr.text import normalise

__all__ = ["Invariants", "Learned", "facet_faults", "invariants_of", "latencies_ms", "sampled", "self_retrieval"]

SAMPLE = 1_000
"""Films asked back by their titles: one is 0.1 %, a fifth of what may be lost. A catalogue of fewer is asked whole."""
SEED = 0  # any; fixed, so that two runs ask for the same films


@dataclass(frozen=True, slots=True)
class Learned:
    """What a bundle recommends by: the `ratings` that were learned from, the `films` that have any of them, and `ndcg`,
    NDCG@10 for users held out, 0 to 1; None where the model does not tell it.
    """

    films: int
    ratings: int
    ndcg: float | None


@dataclass(frozen=True, slots=True)
class Invariants:
    """What was measured of one bundle.

    Attributes:
        films: how many there are.
        filled: share of films, 0 to 1, that have each field.
        found: share of the sampled films whose title brings a film of that title first, 0 to 1.
        facet_faults: what the facets of the whole catalogue count wrong, a line each.
        bytes_per_film: size of the bundle's files over its films.
        learned: from ratings; None where it recommends without any.
    """

    films: int
    filled: Mapping[str, float]
    found: float
    facet_faults: tuple[str, ...]
    bytes_per_film: float
    learned: Learned | None


def invariants_of(engine: Engine, films: Sequence[Film]) -> Invariants:
    """Measure a bundle.

    Args:
        engine: the bundle, opened without access to a hosted encoder: none of this is worth a credit.
        films: all of its films.
    """
    size = sum(entry.size for entry in engine.manifest.files.values())
    return Invariants(
        films=len(films),
        filled=report(Merged(tuple(films), len(films), {})).filled,
        found=self_retrieval(engine, sampled(films)),
        facet_faults=tuple(facet_faults(engine, films)),
        bytes_per_film=size / max(len(films), 1),
        learned=_learned(engine),
    )


def sampled(films: Iterable[Film], most: int = SAMPLE) -> tuple[Film, ...]:
    """Return films to ask for by their titles, at most so many.

    A hash of the film's id decides, so that two states of a catalogue are asked for nearly the same films.
    """
    return tuple(sorted(films, key=lambda film: (key_of(f"{SEED}\n{film.id}"), film.id))[:most])


def self_retrieval(engine: Searcher, sample: Sequence[Film]) -> float:
    """Return the share of films, 0 to 1, whose title brings a film of that title first; namesakes are as good.

    Nothing to ask for is nothing lost: 1.
    """
    found = 0
    for film in sample:
        hits = engine.search(film.title, k=1, facets=False).hits
        wanted = normalise(film.title)
        found += bool(hits) and wanted in (normalise(hits[0].film.title), normalise(hits[0].film.original_title))
    return found / len(sample) if sample else 1.0


def facet_faults(engine: Searcher, films: Sequence[Film]) -> list[str]:
    """Return what the facets of the whole catalogue count wrong, a line each.

    A film has one kind, one decade and one age rating at the most, so that the counts of each add up to the films that
    know it. Of the other facets the commonest value must be counted as its filter finds it.
    """
    answer = engine.search("", k=1)
    sums = {
        "kind": sum(film.kind is not None for film in films),
        "decade": sum(film.year is not None for film in films),
        "age": sum(film.age_rating is not None for film in films),
    }
    faults = [f"{answer.total} of {len(films)} films are in the answer to no query"] * (answer.total != len(films))
    for facet, known in sums.items():
        counted = sum(value.count for value in answer.facets[facet])
        if counted != known:
            faults.append(f"{facet}: the counts add up to {counted}, and {known} films know it")
    for facet, values in answer.facets.items():
        if values and (asked := _chosen(facet, values[0])) is not None:
            total = engine.search("", k=1, facets=False, filters=asked).total
            if total != values[0].count:
                faults.append(f"{facet}: {values[0].value!r} is counted {values[0].count} times, and found {total}")
    return faults


def latencies_ms(engines: Sequence[Searcher], queries: Sequence[str]) -> tuple[float, ...]:
    """Return what a query takes each engine, the median in milliseconds, its page and facets included.

    Each query is asked of each engine once, as an engine may keep what it read for it. They take turns, and turns at
    going first, so that whatever slows the machine slows them all.
    """
    taken: list[list[float]] = [[] for _ in engines]
    for number, query in enumerate(queries):
        order = range(len(engines))
        for at in order if number % 2 else reversed(order):
            start = time.perf_counter()
            engines[at].search(query)
            taken[at].append((time.perf_counter() - start) * 1000)
    return tuple(median(times) if times else 0.0 for times in taken)


def _learned(engine: Engine) -> Learned | None:
    model = next((each for each in engine.models() if each.name == COLLABORATIVE), None)
    if model is None:
        return None
    counts, ndcg = engine.manifest.counts, model.figures.get("ndcg@10")
    return Learned(counts.get("rated", 0), counts.get("ratings", 0), ndcg if isinstance(ndcg, float) else None)


def _chosen(facet: str, value: FacetValue) -> Filters | None:
    """Return the filter of a facet's value; None of those whose counts add up."""
    name = value.value
    if facet == "kind":
        return Filters(kinds=(Kind(name),))
    names = {"genre": "genres_any", "country": "countries_any", "director": "directors", "actor": "actors"}
    if facet in names:
        return Filters(**{names[facet]: (name,)})  # type: ignore[arg-type]  # tuples of texts, all four
    return Filters(themes=(name,)) if facet == "theme" else None
