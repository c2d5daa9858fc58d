"""A report as plain lines."""

from collections.abc import Iterator, Sequence

from kadr.evaluate.bootstrap import Interval
from kadr.evaluate.flips import Flip
from kadr.evaluate.metrics import Scores
from kadr.evaluate.report import BASELINE, Against, Report, SliceScores, named
from kadr.evaluate.resolve import Resolution
from kadr.text import plain

__all__ = ["HEADINGS", "difference", "leak_warning", "query_shown", "to_text"]

HEADINGS: Sequence[str] = ("slice", "n", "S@1", "S@10", "MRR@10", "NDCG@10", "R@10", "S@10: 95%", "MRR@10: 95%")
_SHOWN_QUERY, _SHOWN_NAME, _SHOWN_ROWS = 80, 34, 10


def to_text(report: Report, lost: int = 0, flips: int = 10) -> str:
    """Return a report as plain lines: table, what was left out, up to `lost` of the lost queries.

    Where it was set against something, up to `flips` of the queries that were won, of those lost, of those moved.
    """
    lines = [*_table(report), ""]
    lines += [f"answered {name}: {count}" for name, count in report.answered.items()]
    lines += _left_out(report.resolution)
    lines += [f"warning: {leak_warning(report)}"] if report.leaks else []
    targets = report.slices[0].scores.n
    lines.append(f"lost: {len(report.lost)} of {targets} have no judged film in the first ten")
    lines += [f"  {named(each)}: {query_shown(each.query)}" for each in report.lost[:lost]]
    if report.against:
        lines += ["", *_against(report.against, flips)]
    return "\n".join(lines)


def leak_warning(report: Report) -> str:
    """Return what to say of judged texts that stand in the index, on one line; "" where there is none."""
    if not report.leaks:
        return ""
    rows = ", ".join(str(leak.judgment.number) for leak in report.leaks[:_SHOWN_ROWS])
    more = ", ..." if len(report.leaks) > _SHOWN_ROWS else ""
    return (
        f"judged texts that stand in a film's text, whole or nearly: {len(report.leaks)} (rows {rows}{more}); such"
        " queries measure copying, and flatter the scores"
    )


def difference(gap: Interval) -> str:
    """Return a difference and its interval: `+0.019 [-0.002, +0.040]`."""
    return f"{gap.mean:+.3f} [{gap.low:+.3f}, {gap.high:+.3f}]"


def query_shown(query: str) -> str:
    """Return a query on one line, cut to what a line holds."""
    return plain(query)[:_SHOWN_QUERY]


def _left_out(resolution: Resolution) -> list[str]:
    lines = []
    if resolution.unresolved:
        lines.append(f"not in the catalogue, left out: {len(resolution.unresolved)}")
        lines += [f"  {named(each)}" for each in resolution.unresolved]
    if resolution.any_source:
        lines.append(f"not under that title in the judged source, any source counts: {resolution.any_source}")
    if resolution.missing:
        lines.append(f"judged films that the catalogue lacks, beside others of their query: {resolution.missing}")
    return lines


def _table(report: Report) -> list[str]:
    against = report.against.name if report.against else ""
    rows = [HEADINGS, *(row for each in report.slices for row in _rows(each, against))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    ]


def _rows(each: SliceScores, against: str) -> Iterator[Sequence[str]]:
    """Yield the lines of a slice: its own with its intervals, and one for each rival with those of the difference."""
    intervals = (f"[{gap.low:.3f}, {gap.high:.3f}]" for gap in (each.spread.success_10, each.spread.mrr_10))
    yield _name(each.name), *_cells(each.scores), *intervals
    for name, rival in ((BASELINE, each.baseline), (against, each.against)):
        if rival:
            gaps = difference(rival.difference.success_10), difference(rival.difference.mrr_10)
            yield f"  {_name(name)}", *_cells(rival.scores), *gaps


def _name(name: str) -> str:
    return plain(name)[:_SHOWN_NAME]


def _cells(scores: Scores) -> tuple[str, ...]:
    shares = scores.success_1, scores.success_10, scores.mrr_10, scores.ndcg_10, scores.recall_10
    return str(scores.n), *(f"{share:.3f}" for share in shares)


def _against(against: Against, count: int) -> list[str]:
    flips = against.flips
    lines = [f"against {_name(against.name)}"]
    lines += [f"  it answered {name}: {number}" for name, number in against.answered.items()]
    if against.left_out:
        lines.append(f"  queries whose films it does not have, left out: {against.left_out}")
    lines += _flipped("won, in the first ten only here", flips.won, count)
    lines += _flipped("lost, in the first ten only there", flips.lost, count)
    lines += _flipped("moved within the first ten", flips.moved, count)
    return lines


def _flipped(what: str, flips: Sequence[Flip], count: int) -> list[str]:
    return [f"{what}: {len(flips)}", *(f"  {_flip(each)}" for each in flips[:count])]


def _flip(flip: Flip) -> str:
    """Return the ranks there and here, `-` beyond the tenth, and what was asked."""
    ranks = f"{flip.other or '-':>2} -> {flip.rank or '-':>2}"
    return f"{ranks}  {named(flip.judgment)}: {query_shown(flip.judgment.query)}"
