"""Queries that two runs answer differently: what a change won, what it lost, what it moved."""

from collections.abc import Sequence
from dataclasses import dataclass

from kadr.evaluate.judgments import Judgment
from kadr.evaluate.metrics import DEPTH, Outcome, reciprocal_rank
from kadr.evaluate.resolve import Target

__all__ = ["Flip", "Flips", "flips"]


@dataclass(frozen=True, slots=True)
class Flip:
    """A query and the 1-based rank of its first judged film in two runs; None where it is not among the first ten."""

    judgment: Judgment
    rank: int | None
    other: int | None


@dataclass(frozen=True, slots=True)
class Flips:
    """The queries that differ.

    Attributes:
        won: found by the run and not by the other, best rank first.
        lost: found by the other and not by the run, best rank first.
        moved: found by both at different ranks, the largest difference of 1 / rank first.
    """

    won: tuple[Flip, ...]
    lost: tuple[Flip, ...]
    moved: tuple[Flip, ...]


def flips(targets: Sequence[Target], run: Sequence[Outcome], other: Sequence[Outcome]) -> Flips:
    """Return what differs between two runs of the same queries; what is alike stands in file order."""
    found = [Flip(target.judgment, _rank(a), _rank(b)) for target, a, b in zip(targets, run, other, strict=True)]
    won = [each for each in found if each.rank and not each.other]
    lost = [each for each in found if each.other and not each.rank]
    moved = [each for each in found if each.rank and each.other and each.rank != each.other]
    return Flips(
        tuple(sorted(won, key=lambda each: each.rank or 0)),
        tuple(sorted(lost, key=lambda each: each.other or 0)),
        tuple(sorted(moved, key=lambda each: -abs(1 / (each.rank or 1) - 1 / (each.other or 1)))),
    )


def _rank(outcome: Outcome) -> int | None:
    return outcome.ranks[0] if reciprocal_rank(outcome, DEPTH) else None
