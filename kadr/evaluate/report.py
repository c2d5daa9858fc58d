"""What an evaluation found, as a plain table and as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kadr.evaluate.judgments import Judgment
from kadr.evaluate.metrics import Difference, Scores
from kadr.evaluate.resolve import Resolution
from kadr.text import plain

__all__ = ["Report", "SliceScores", "named"]

_HEADINGS = ("slice", "n", "S@1", "S@10", "MRR@10", "NDCG@10")
_SHOWN_QUERY, _SHOWN_TITLE, _SHOWN_NAME = 80, 60, 40
_DIGITS = 6  # of a share in JSON: finer than one query of a hundred thousand


@dataclass(frozen=True, slots=True)
class SliceScores:
    """The scores of one slice; with a baseline, its scores and how much better the search is (`Difference`)."""

    name: str
    scores: Scores
    baseline: Scores | None = None
    difference: Difference | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """An evaluation.

    Attributes:
        slices: `all` first, then as asked.
        answered: queries by how the engine answered: the mode, and why it fell short of the one asked for.
        lost: judgments whose film is not among the first ten, in file order.
        resolution: what the catalogue knows of the judgments.
    """

    slices: tuple[SliceScores, ...]
    answered: Mapping[str, int]
    lost: tuple[Judgment, ...]
    resolution: Resolution

    def to_json(self, lost: int = 0) -> dict[str, Any]:
        """Return the report as a JSON object with up to `lost` of the lost queries."""
        return {
            "slices": [_slice_json(each) for each in self.slices],
            "answered": dict(self.answered),
            "unresolved": [_judgment_json(each) for each in self.resolution.unresolved],
            "any_source": self.resolution.any_source,
            "missing_ids": self.resolution.missing_ids,
            "lost_count": len(self.lost),
            "lost": [_judgment_json(each) for each in self.lost[:lost]],
        }

    def to_text(self, lost: int = 0) -> str:
        """Return the report as plain lines: table, what was left out, and up to `lost` of the lost queries."""
        lines = [*_table(self.slices), ""]
        lines += [f"answered {name}: {count}" for name, count in self.answered.items()]
        lines += _left_out(self.resolution)
        lines.append(f"lost: {len(self.lost)} of {len(self.resolution.targets)} have no judged film in the first ten")
        lines += [f"  {named(each)}: {plain(each.query)[:_SHOWN_QUERY]}" for each in self.lost[:lost]]
        return "\n".join(lines)


def named(judgment: Judgment) -> str:
    """Return a judgment's row and film for a message: `row 3 'Title' (1999)`."""
    what = plain(judgment.title or "|".join(judgment.ids))[:_SHOWN_TITLE]
    return f"row {judgment.number} {what!r}" + (f" ({judgment.year})" if judgment.year else "")


def _left_out(resolution: Resolution) -> list[str]:
    lines = []
    if resolution.unresolved:
        lines.append(f"not in the catalogue, left out: {len(resolution.unresolved)}")
        lines += [f"  {named(each)}" for each in resolution.unresolved]
    if resolution.any_source:
        lines.append(f"not under that title in the judged source, any source counts: {resolution.any_source}")
    if resolution.missing_ids:
        lines.append(f"judged ids that no film has: {resolution.missing_ids}")
    return lines


def _table(slices: tuple[SliceScores, ...]) -> list[str]:
    rows = [_HEADINGS]
    notes = [""]
    for each in slices:
        rows.append((plain(each.name)[:_SHOWN_NAME], *_cells(each.scores)))
        notes.append("")
        if each.baseline and each.difference:
            rows.append(("  BM25 on stems", *_cells(each.baseline)))
            gap = each.difference
            notes.append(f"  MRR@10 {gap.mean:+.3f} [{gap.low:+.3f}, {gap.high:+.3f}] against it")
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))]) + note
        for row, note in zip(rows, notes, strict=True)
    ]


def _cells(scores: Scores) -> tuple[str, str, str, str, str]:
    shares = scores.success_1, scores.success_10, scores.mrr_10, scores.ndcg_10
    one, ten, mrr, ndcg = (f"{share:.3f}" for share in shares)
    return str(scores.n), one, ten, mrr, ndcg


def _slice_json(each: SliceScores) -> dict[str, Any]:
    found = {"name": each.name, **_rounded(each.scores)}
    if each.baseline and each.difference:
        found |= {"baseline": _rounded(each.baseline), "mrr_10_difference": _rounded(each.difference)}
    return found


def _rounded(numbers: Scores | Difference) -> dict[str, Any]:
    return {name: round(value, _DIGITS) for name, value in asdict(numbers).items()}


def _judgment_json(judgment: Judgment) -> dict[str, Any]:
    return {
        "row": judgment.number,
        "query": judgment.query,
        "ids": list(judgment.ids),
        "title": judgment.title,
        "year": judgment.year,
        "source": judgment.source,
    }
