"""A comparison of models as plain lines."""

from collections.abc import Iterator, Sequence

from kadr.evaluate.bootstrap import Interval
from kadr.evaluate.recommending.report import MEASURES, RIVALS, Protocol, Report, Row
from kadr.evaluate.shown import difference

__all__ = ["to_text"]

_LISTS = ("coverage", "novelty", "popularity", "distance", "gini")
_RIGHT = ("map", "f1", "hit")
_PRECISE = {"novelty": 2, "popularity": 1}
MB = 1_000_000
Cells = Sequence[str]


def to_text(report: Report) -> str:
    """Return a report as plain lines: of each protocol what was right, what the lists are like, what models cost."""
    return "\n".join([report.data, *(f"\n{_protocol(each, report.depths)}" for each in report.protocols)])


def _protocol(protocol: Protocol, depths: Sequence[int]) -> str:
    rounds = f", {protocol.rounds} rounds" if protocol.rounds > 1 else ""
    lines = [f"{protocol.name}: {protocol.users:,} users{rounds}"]
    for rows in (_right(protocol, depths), _lists(protocol, depths[0]), _gaps(protocol, depths[0])):
        lines += [*_lines_of(rows), ""]
    lines += [f"{row.model}: {told}" for row in protocol.rows for told in row.parameters]
    lines += [f"left out: {model}: {why}" for model, why in protocol.left_out.items()]
    return "\n".join(lines)


def _lines_of(rows: Iterator[Cells]) -> list[str]:
    """Return rows of cells as lines with columns, the first to the left and the others to the right."""
    table = list(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))])
        for row in table
    ]


def _right(protocol: Protocol, depths: Sequence[int]) -> Iterator[Cells]:
    first = depths[0]
    both = [f"{MEASURES[name]}@{k}" for k in depths for name in ("recall", "ndcg")]
    yield ("model", *both, *(f"{MEASURES[name]}@{first}" for name in _RIGHT), f"N@{first}: 95%")
    keys = [*(f"{name}@{k}" for k in depths for name in ("recall", "ndcg")), *(f"{name}@{first}" for name in _RIGHT)]
    for row in protocol.rows:
        yield (row.model, *(_cell(row, key) for key in keys), _interval(row.intervals[f"ndcg@{first}"]))


def _lists(protocol: Protocol, k: int) -> Iterator[Cells]:
    yield ("model", *(f"{MEASURES[name]}@{k}" for name in _LISTS), "MB", "fit s", "peak MB")
    for row in protocol.rows:
        peak = "-" if row.peak is None else f"{row.peak / MB:,.0f}"
        cells = (_cell(row, f"{name}@{k}", _PRECISE.get(name, 3)) for name in _LISTS)
        yield (row.model, *cells, f"{row.nbytes / MB:.2f}", f"{row.seconds:.1f}", peak)


def _gaps(protocol: Protocol, k: int) -> Iterator[Cells]:
    yield ("model", *(f"N@{k} - {rival}{text}" for rival in RIVALS for text in ("", ", rounds ahead")))
    for row in protocol.rows:
        cells: list[str] = []
        for rival in RIVALS:
            there = rival in row.against
            cells.append(difference(row.against[rival][f"ndcg@{k}"]) if there else "")
            cells.append(f"{row.ahead[rival]} of {protocol.rounds}" if there else "")
        yield (row.model, *cells)


def _cell(row: Row, key: str, digits: int = 4) -> str:
    return f"{row.scores[key]:,.{digits}f}" if key in row.scores else "-"


def _interval(interval: Interval) -> str:
    return f"[{interval.low:.3f}, {interval.high:.3f}]"
