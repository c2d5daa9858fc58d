"""The README's table of recommendations, and the lines that must hold. Pure functions of protocols."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kadr.evaluate.recommending.report import EASE, Protocol, Row
from kadr.evaluate.shown import difference

__all__ = ["END", "HEADER", "START", "Must", "missed", "table"]

START, END = "<!-- recommend -->", "<!-- /recommend -->"
HEADER = (
    "| protocol | model | R@10 | NDCG@10 | NDCG@10 - EASE | coverage@10 | distance@10 | MB |\n"
    "|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True, slots=True)
class Must:
    """A bound of the issue on one model of a protocol.

    Attributes:
        model: whose row.
        figure: where it stands in the row, as a dotted name.
        least: the bound.
        strict: the figure must be above, not at, it.
        times: a model and figure that the bound is a multiple of; None where it is the bound itself.
    """

    model: str
    figure: str
    least: float
    strict: bool = False
    times: tuple[str, str] | None = None


def missed(protocol: Protocol, musts: Iterable[Must]) -> list[str]:
    """Return a sentence for each bound that a protocol misses.

    Raises:
        KeyError: it lacks a model.
    """
    found = []
    for must in musts:
        value = _figure(protocol.row(must.model), must.figure)
        least = must.least * (_figure(protocol.row(must.times[0]), must.times[1]) if must.times else 1)
        if value < least or (must.strict and value == least):
            bound = f"{'above' if must.strict else 'at least'} {least:.4f}"
            found.append(f"{protocol.name}, {must.model}: {must.figure} is {value:.4f}, must be {bound}")
    return found


def table(protocols: Sequence[Protocol]) -> str:
    """Return the table in Markdown, without a line break at its end."""
    return "\n".join([HEADER, *(_line(protocol, row) for protocol in protocols for row in protocol.rows)])


def _figure(row: Row, name: str) -> float:
    part, _, rest = name.partition(".")
    if part == "scores":
        return row.scores[rest]
    rival, key, bound = rest.split(".")
    return float(getattr(row.against[rival][key], bound))


def _line(protocol: Protocol, row: Row) -> str:
    gap = difference(row.against[EASE]["ndcg@10"]) if EASE in row.against else ""
    shares = (row.scores.get(f"{name}@10") for name in ("recall", "ndcg"))
    lists = (row.scores.get(f"{name}@10") for name in ("coverage", "distance"))
    cells = [*(_short(each) for each in shares), gap, *(_short(each) for each in lists), f"{row.nbytes / 1e6:.2f}"]
    return f"| {protocol.name} ({protocol.users:,}) | {row.model} | {' | '.join(cells)} |"


def _short(share: float | None) -> str:
    return "" if share is None else f"{share:.3f}".removeprefix("0")
