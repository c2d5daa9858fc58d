"""Judged queries, asked of an engine: what `kadr evaluate` and the gate before publishing call."""

from collections.abc import Sequence

from kadr.collect.unpack import shown
from kadr.errors import QueryError, SourceError
from kadr.evaluate.baseline import bm25_baseline
from kadr.evaluate.bootstrap import compare, spread
from kadr.evaluate.flips import flips
from kadr.evaluate.judgments import Judgment, read_judgments
from kadr.evaluate.leaks import leaks
from kadr.evaluate.metrics import DEPTH, Outcome, Scores
from kadr.evaluate.report import Against, Report, Rival, SliceScores, named
from kadr.evaluate.resolve import Resolution, Target, resolve
from kadr.evaluate.slices import Slice
from kadr.evaluate.traits import Sliced
from kadr.evaluate.ways import Answers, Ranking, Searcher, Way
from kadr.search.types import Mode

__all__ = ["evaluate", "measure"]

MAX_UNRESOLVED = 0.2
"""Share of judged films that a catalogue may lack; above it the scores speak of another catalogue than was judged."""
_SHOWN = 5


def evaluate(
    engine: Searcher,
    path: str,
    *,
    slices: Sequence[str] = (),
    baseline: bool = False,
    mode: Mode = Mode.HYBRID,
    against: Way | None = None,
) -> Report:
    """Ask every judged query of a file and score the answers.

    Args:
        engine: what is evaluated.
        path: the file of judgments; see `judgments.read_judgments`.
        slices: parts to score by themselves; see `slices.slices_of` and `traits.TRAITS`.
        baseline: score BM25 on stems over the same films too, and compare.
        mode: which legs are asked to answer.
        against: another way to answer the same queries: another bundle, or other options. Queries whose films only one
            of the two catalogues has are left out, and counted.

    Raises:
        SourceError: the file is no judged set, or more than a fifth of its films are not in a catalogue.
        ConfigError: a slice cannot be made.
        QueryError: the engine refuses a judged query; the message names its row.
    """
    judgments = read_judgments(path)
    resolution = _resolved(path, judgments, engine)
    pairs = _pairs(resolution, _resolved(path, judgments, against.engine) if against else resolution)
    targets = [target for target, _ in pairs]
    sliced = Sliced(targets, engine.films, slices)
    answers = Answers(Way(engine, {"mode": mode}))
    run = measure(targets, answers)
    other, compared = None, None
    if against:
        rival = Answers(against)
        other = measure([target for _, target in pairs], rival)
        left_out = len(resolution.targets) - len(pairs)
        compared = Against(against.name, dict(sorted(rival.counts.items())), flips(targets, run, other), left_out)
    textbook = measure(targets, bm25_baseline(engine.films())) if baseline else None
    return Report(
        slices=tuple(_scored(part, run, textbook, other) for part in sliced.after(answers.traits)),
        answered=dict(sorted(answers.counts.items())),
        lost=tuple(target.judgment for target, outcome in zip(targets, run, strict=True) if not outcome.ranks),
        resolution=resolution,
        leaks=leaks(judgments, engine.films()),
        against=compared,
    )


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
    return Outcome.of(found[:DEPTH], target.answers)


def _scored(
    part: Slice, run: Sequence[Outcome], textbook: Sequence[Outcome] | None, other: Sequence[Outcome] | None
) -> SliceScores:
    here = [run[at] for at in part.places]

    def rival(outcomes: Sequence[Outcome] | None) -> Rival | None:
        if outcomes is None:
            return None
        there = [outcomes[at] for at in part.places]
        return Rival(Scores.of(there), compare(here, there))

    return SliceScores(part.name, Scores.of(here), spread(here), rival(textbook), rival(other))


def _pairs(resolution: Resolution, other: Resolution) -> list[tuple[Target, Target]]:
    """Return the queries that both catalogues can answer, each with its films in both."""
    there = {target.judgment.number: target for target in other.targets}
    numbered = ((target, there.get(target.judgment.number)) for target in resolution.targets)
    return [(target, match) for target, match in numbered if match]


def _resolved(path: str, judgments: Sequence[Judgment], engine: Searcher) -> Resolution:
    resolution = resolve(judgments, engine.films())
    lacking, count = resolution.unresolved, len(judgments)
    if len(lacking) > MAX_UNRESOLVED * count:
        first = ", ".join(named(each) for each in lacking[:_SHOWN])
        raise SourceError(
            f"{shown(path)}: {len(lacking)} of {count} judged films are not in the catalogue, at most "
            f"{MAX_UNRESOLVED:.0%} may be missing: {first}; evaluate the bundle of the catalogue that was judged"
        )
    return resolution
