"""The README's table of quality, and the lines that must hold. Pure functions of reports."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from kadr.evaluate.bootstrap import Interval
from kadr.evaluate.metrics import Scores
from kadr.evaluate.report import BASELINE, Report, SliceScores

__all__ = ["END", "HEADER", "START", "Line", "Must", "lines_of", "missed", "table"]

START, END = "<!-- quality -->", "<!-- /quality -->"
HEADER = f"| judged queries | {BASELINE} | Kadr | MRR@10 difference |\n|---|---|---|---|"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: what is asked, and how it was answered."""

    label: str
    scores: SliceScores


@dataclass(frozen=True, slots=True)
class Must:
    """A bound of the issue on one slice of a set.

    `figure`: where it stands in a `SliceScores`, as a dotted name. `strict`: the figure must be above, not at, it.
    """

    part: str
    figure: str
    least: float
    strict: bool = False


def lines_of(report: Report, labels: Sequence[tuple[str, str]]) -> list[Line]:
    """Return the lines of a report: of each slice that has a label, in the order of the labels.

    Raises:
        KeyError: the report lacks a slice.
    """
    by_name = {part.name: part for part in report.slices}
    return [Line(label, by_name[name]) for name, label in labels]


def table(lines: Iterable[Line]) -> str:
    """Return the table in Markdown, without a line break at its end."""
    return "\n".join([HEADER, *(_row(line) for line in lines)])


def missed(label: str, report: Report, musts: Iterable[Must]) -> list[str]:
    """Return a sentence for each bound that a report misses."""
    by_name = {part.name: part for part in report.slices}
    found = []
    for must in musts:
        value = float(attrgetter(must.figure)(by_name[must.part]))
        if value < must.least or (must.strict and value == must.least):
            bound = f"{'above' if must.strict else 'at least'} {must.least}"
            found.append(f"{label}, {must.part}: {must.figure} is {value:.4f}, must be {bound}")
    return found


def _row(line: Line) -> str:
    rival = line.scores.baseline
    there = _pair(rival.scores) if rival else ""
    gap = _gap(rival.difference.mrr_10) if rival else ""
    return f"| {line.label} ({line.scores.scores.n:,}) | {there} | {_pair(line.scores.scores)} | {gap} |"


def _pair(scores: Scores) -> str:
    return f"{_short(scores.success_10)} / {_short(scores.mrr_10)}"


def _gap(gap: Interval) -> str:
    mean, low, high = (f"{value:+.3f}".replace("0.", ".", 1) for value in (gap.mean, gap.low, gap.high))
    return f"{mean} [{low}, {high}]"


def _short(share: float) -> str:
    return f"{share:.3f}".removeprefix("0")
