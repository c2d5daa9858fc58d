"""What an evaluation found, as values and as JSON; `shown` makes lines of it, `page` a page."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kadr.evaluate.bootstrap import Interval, Spread
from kadr.evaluate.flips import Flip, Flips
from kadr.evaluate.judgments import Judgment
from kadr.evaluate.leaks import Leak
from kadr.evaluate.metrics import Scores
from kadr.evaluate.resolve import Resolution
from kadr.text import plain

__all__ = ["BASELINE", "Against", "Report", "Rival", "SliceScores", "named"]

BASELINE = "BM25 on stems"
_SHOWN_TITLE = 60
_DIGITS = 6  # of a share in JSON: finer than one query of a hundred thousand


@dataclass(frozen=True, slots=True)
class Rival:
    """What something else scores on the same queries, and by how much the search is better (above zero)."""

    scores: Scores
    difference: Spread


@dataclass(frozen=True, slots=True)
class SliceScores:
    """The scores of one slice with their intervals, and those of the baseline and of what it was set against."""

    name: str
    scores: Scores
    spread: Spread
    baseline: Rival | None = None
    against: Rival | None = None


@dataclass(frozen=True, slots=True)
class Against:
    """What the search was set against.

    Attributes:
        name: the bundle or the setting.
        answered: queries by how it answered; see `Report`.
        flips: the queries that differ.
        left_out: queries whose films it does not have: they are in no score of the comparison.
    """

    name: str
    answered: Mapping[str, int]
    flips: Flips
    left_out: int


@dataclass(frozen=True, slots=True)
class Report:
    """An evaluation.

    Attributes:
        slices: `all` first, then as asked.
        answered: queries by how the engine answered: the mode, and why it fell short of the one asked for.
        lost: judgments whose film is not among the first ten, in file order.
        resolution: what the catalogue knows of the judgments.
        leaks: judged queries whose text stands in a film: they measure copying.
        against: what the search was set against, None for nothing.
    """

    slices: tuple[SliceScores, ...]
    answered: Mapping[str, int]
    lost: tuple[Judgment, ...]
    resolution: Resolution
    leaks: tuple[Leak, ...] = ()
    against: Against | None = None

    def to_json(self, lost: int = 0) -> dict[str, Any]:
        """Return the report as a JSON object with up to `lost` of the lost queries, and all that flipped."""
        told = {
            "slices": [_slice_json(each) for each in self.slices],
            "answered": dict(self.answered),
            "unresolved": [_judgment_json(each) for each in self.resolution.unresolved],
            "any_source": self.resolution.any_source,
            "missing": self.resolution.missing,
            "leaks": [_leak_json(each) for each in self.leaks],
            "lost_count": len(self.lost),
            "lost": [_judgment_json(each) for each in self.lost[:lost]],
        }
        return told if self.against is None else told | {"against": _against_json(self.against)}


def named(judgment: Judgment) -> str:
    """Return a judgment's row and film for a message: `row 3 'Title' (1999)`; of several films the first."""
    what = plain(judgment.title or "|".join(judgment.ids) or judgment.relevant[0].id)[:_SHOWN_TITLE]
    more = f" and {len(judgment.relevant) - 1} more" if len(judgment.relevant) > 1 else ""
    return f"row {judgment.number} {what!r}" + (f" ({judgment.year})" if judgment.year else "") + more


def _slice_json(each: SliceScores) -> dict[str, Any]:
    found = {"name": each.name, **_rounded(each.scores), **_spread_json(each.spread, "interval")}
    for name, rival in (("baseline", each.baseline), ("against", each.against)):
        if rival:
            found[name] = {**_rounded(rival.scores), **_spread_json(rival.difference, "difference")}
    return found


def _spread_json(spread: Spread, what: str) -> dict[str, Any]:
    return {f"{name}_{what}": _rounded(getattr(spread, name)) for name in ("success_10", "mrr_10")}


def _against_json(against: Against) -> dict[str, Any]:
    return {
        "name": against.name,
        "answered": dict(against.answered),
        "left_out": against.left_out,
        **{name: [_flip_json(each) for each in getattr(against.flips, name)] for name in ("won", "lost", "moved")},
    }


def _flip_json(flip: Flip) -> dict[str, Any]:
    return {**_judgment_json(flip.judgment), "rank": flip.rank, "other_rank": flip.other}


def _leak_json(leak: Leak) -> dict[str, Any]:
    return {**_judgment_json(leak.judgment), "film": leak.film_id, "share": round(leak.share, _DIGITS)}


def _rounded(numbers: Scores | Interval) -> dict[str, Any]:
    return {name: round(value, _DIGITS) for name, value in asdict(numbers).items()}


def _judgment_json(judgment: Judgment) -> dict[str, Any]:
    return {
        "row": judgment.number,
        "query": judgment.query,
        "ids": list(judgment.ids),
        "title": judgment.title,
        "year": judgment.year,
        "source": judgment.source,
        **({"relevant": [asdict(each) for each in judgment.relevant]} if judgment.relevant else {}),
    }
