"""Queries of several kinds for a bundle, and what each takes. Deterministic: a bundle's queries are always the same."""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kadr.engine import Engine
from kadr.search.types import Filters

__all__ = ["Times", "asked", "percentile", "queries_of"]

QUERIES = 300
LENGTHS = {"three words": 3, "sentence": 15, "hundred words": 100}
"""Runs of so many words of descriptions."""
WISHED = 6
"""Words of a description behind a wish."""
WISHES = (
    "french comedy about ",
    "movies of the 80s with Tom Cruise ",
    "not a horror, from the 1990s: ",
    "something funny with high rating about ",
)


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of each query: by the clock, and what the processor spent in the asking thread.

    `scans`: a bare scan of all vectors between two queries, by the processor. `stages`: by the clock.
    """

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    scans: list[float] = field(default_factory=list)
    stages: dict[str, list[float]] = field(default_factory=dict)


def queries_of(engine: Engine, long: Sequence[str] = ()) -> Mapping[str, Sequence[str]]:
    """Return queries by kind: runs of words of descriptions, each of another film, and such runs behind wishes.

    Args:
        engine: of the films.
        long: whole descriptions of another source, one kind more where there are any.
    """
    texts = [film.description.split() for film in engine.films()]
    found = {kind: _runs(texts, length) for kind, length in LENGTHS.items()}
    wished = [WISHES[i % len(WISHES)] + run for i, run in enumerate(_runs(texts, WISHED))]
    kinds = {**found, "with wishes": wished, "whole description": list(long)}
    return {kind: queries for kind, queries in kinds.items() if queries}


def _runs(texts: Sequence[Sequence[str]], length: int) -> list[str]:
    rng = random.Random(0)
    long = [words for words in texts if len(words) > length]
    chosen = rng.sample(long, min(QUERIES, len(long)))
    starts = (rng.randrange(len(words) - length) for words in chosen)
    return [" ".join(words[at : at + length]) for words, at in zip(chosen, starts, strict=True)]


def asked(engine: Engine, queries: Sequence[str], filters: Filters) -> Times:
    """Ask all queries and return what each took."""
    vectors, times = engine.parts.vectors, Times()
    some = next(row for row in range(vectors.n_films) if not vectors.is_void(row))
    direction = vectors.vector(some)
    for query in queries:
        began = time.thread_time()
        vectors.cosines(direction)
        times.scans.append((time.thread_time() - began) * 1000)
        start, began = time.perf_counter(), time.thread_time()
        took = engine.search(query, filters=filters).took_ms
        times.processor.append((time.thread_time() - began) * 1000)
        times.clock.append((time.perf_counter() - start) * 1000)
        for stage, ms in took.items():
            times.stages.setdefault(stage, []).append(ms)
    return times


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that the share of all values lies below: of 300 the fourth largest for .99."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
