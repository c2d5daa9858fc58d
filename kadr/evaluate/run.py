"""Judged queries, asked of an engine: what `kadr evaluate` and the gate before publishing call."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from kadr.collect.unpack import shown
from kadr.errors import QueryError, SourceError
from kadr.evaluate.baseline import bm25_baseline
from kadr.evaluate.judgments import read_judgments
from kadr.evaluate.metrics import DEPTH, Outcome, Scores, compare
from kadr.evaluate.report import Report, SliceScores, named
from kadr.evaluate.resolve import Resolution, Target, resolve
from kadr.evaluate.slices import Slice, slices_of
from kadr.film import Film
from kadr.search.types import Mode, SearchResult

__all__ = ["Ranking", "Searcher", "evaluate", "measure"]

Ranking = Callable[[str], Sequence[str]]
"""A query -> film ids, best first; the order is final, so there are no ties."""

MAX_UNRESOLVED = 0.2
"""Share of judged films that a catalogue may lack; above it the scores speak of another catalogue than was judged."""
_SHOWN = 5


PATIENCE_MS = 60_000
"""Nobody waits for an evaluation's queries: what counts is what the encoder finds, not how soon."""


class Searcher(Protocol):
    """What is evaluated: the part of `kadr.engine.Engine` that is used here."""

    def search(self, query: str, *, k: int, mode: Mode, budget_ms: float) -> SearchResult:
        """Return the first k films for a query; a hosted encoder may take so many milliseconds."""
        ...

    def films(self) -> Iterator[Film]:
        """Yield all films in row order, anew on each call."""
        ...


def evaluate(
    engine: Searcher, path: str, *, slices: Sequence[str] = (), baseline: bool = False, mode: Mode = Mode.HYBRID
) -> Report:
    """Ask every judged query of a file and score the answers.

    Args:
        engine: what is evaluated.
        path: the file of judgments; see `judgments.read_judgments`.
        slices: parts to score by themselves; see `slices.slices_of`.
        baseline: score BM25 on stems over the same films too, and compare.
        mode: which legs are asked to answer.

    Raises:
        SourceError: the file is no judged set, or more than a fifth of its films are not in the catalogue.
        ConfigError: a slice cannot be made.
        QueryError: the engine refuses a judged query; the message names its row.
    """
    judgments = read_judgments(path)
    resolution = resolve(judgments, engine.films())
    _refuse_foreign(path, resolution)
    targets = resolution.targets
    parts = slices_of([target.judgment.columns for target in targets], slices)
    answered: Counter[str] = Counter()
    run = measure(targets, _asking(engine, mode, answered))
    other = measure(targets, bm25_baseline(engine.films())) if baseline else None
    lost = tuple(target.judgment for target, outcome in zip(targets, run, strict=True) if not outcome.ranks)
    scores = tuple(_scored(part, run, other) for part in parts)
    return Report(scores, dict(sorted(answered.items())), lost, resolution)


def measure(targets: Sequence[Target], ranking: Ranking) -> tuple[Outcome, ...]:
    """Return what a ranking finds for each target, in order; only its first ten films are looked at.

    Raises:
        QueryError: the ranking refuses a query; the message names its row.
    """
    return tuple(_outcome(target, ranking) for target in targets)


def _outcome(target: Target, ranking: Ranking) -> Outcome:
    try:
        found = ranking(target.judgment.query)
    except QueryError as fault:
        raise QueryError(f"judged query {named(target.judgment)}: {fault}") from fault
    return Outcome.of(found[:DEPTH], target.relevant, target.wanted)


def _asking(engine: Searcher, mode: Mode, answered: Counter[str]) -> Ranking:
    """Return the engine as a ranking that counts how it answered: a lame encoder must show in the report."""

    def rank(query: str) -> list[str]:
        result = engine.search(query, k=DEPTH, mode=mode, budget_ms=PATIENCE_MS)
        answered[f"{result.mode} ({result.degraded})" if result.degraded else str(result.mode)] += 1
        return [hit.film.id for hit in result.hits]

    return rank


def _scored(part: Slice, run: Sequence[Outcome], other: Sequence[Outcome] | None) -> SliceScores:
    here = [run[at] for at in part.places]
    if other is None:
        return SliceScores(part.name, Scores.of(here))
    there = [other[at] for at in part.places]
    return SliceScores(part.name, Scores.of(here), Scores.of(there), compare(here, there))


def _refuse_foreign(path: str, resolution: Resolution) -> None:
    lacking, count = resolution.unresolved, len(resolution.targets) + len(resolution.unresolved)
    if len(lacking) > MAX_UNRESOLVED * count:
        first = ", ".join(named(each) for each in lacking[:_SHOWN])
        raise SourceError(
            f"{shown(path)}: {len(lacking)} of {count} judged films are not in the catalogue, at most "
            f"{MAX_UNRESOLVED:.0%} may be missing: {first}; evaluate the bundle of the catalogue that was judged"
        )
