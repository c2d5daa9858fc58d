"""What a source yielded: its films, and what became none, with the reason."""

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kadr.errors import SourceError
from kadr.film import Film

__all__ = ["DAY_S", "SHOWN_REASONS", "Harvest", "Reject", "crashed", "none_is_a_film", "stale_note", "write_rejects"]

DAY_S = 86_400.0
"""Seconds of one of a source's `refresh_days`."""
SHOWN_REASONS = 3
"""Reasons that a line names: those behind them are met by few pages."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row or page that became no film.

    `row`: its 1-based number among the data rows (the header is none) or among the pages asked for. `field`: what is at
    fault, "page" for a page as a whole. `reason`: what is wrong, in words that rows of one fault share. `title`:
    clipped, for the person who mends it. `url`: of the page, as it may be shown, "" for a row. `detail`: what there is
    to add of this one.
    """

    row: int
    field: str
    reason: str
    title: str = ""
    url: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a source yielded: films in its order, the rows that failed, and the headers kept in `extra` only.

    `rows` counts both. `notes`: lines for the person who builds, such as a host that stopped answering.
    """

    source: str
    rows: int
    films: tuple[Film, ...]
    rejects: tuple[Reject, ...] = ()
    unknown_headers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def crashed(fault: Exception) -> str:
    """Return the reason of a reject for what a reader did not foresee: that page is lost, the run goes on."""
    return f"the reader failed ({type(fault).__name__})"


def none_is_a_film(source: str, what: str, rejects: Sequence[Reject], see: str) -> str:
    """Return the message of a `SourceError` where there were pages or answers, but every one was rejected.

    Args:
        source: its name.
        what: the rejects are: "pages", "answers".
        rejects: at least one.
        see: the words before the address of an example, which has the commonest reason.
    """
    common = Counter(reject.reason for reject in rejects).most_common(SHOWN_REASONS)
    reasons = ", ".join(f"{reason} ({count:,})" for reason, count in common)
    example = next(reject.url for reject in rejects if reject.reason == common[0][0])
    return f"source {source}: none of {len(rejects):,} {what} is a film: {reasons}; {see} {example}"


def stale_note(what: str, count: int) -> tuple[str, ...]:
    """Return the note on "pages" or "answers" that were old, none where there were none."""
    said = f"{count:,} {what} were read as they were stored before, because none came that would do"
    return (said,) if count else ()


def write_rejects(path: Path, harvests: Iterable[Harvest]) -> None:
    """Write the rejected rows of all harvests as JSON Lines, in one step; without any, remove an older file.

    Raises:
        SourceError: the file cannot be written.
    """
    lines = [json.dumps({"source": h.source} | _shown(r), ensure_ascii=False) for h in harvests for r in h.rejects]
    try:
        if not lines:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".rejects-") as folder:
            aside = Path(folder, path.name)
            aside.write_text("\n".join(lines) + "\n", encoding="utf-8")
            aside.replace(path)
    except OSError as cause:
        raise SourceError(f"{path}: the rejected rows cannot be written ({cause.strerror})") from cause


def _shown(reject: Reject) -> dict[str, int | str]:
    shown: dict[str, int | str] = {"row": reject.row, "field": reject.field, "reason": reject.reason}
    more = {"url": reject.url, "detail": reject.detail}
    return shown | {"title": reject.title} | {name: text for name, text in more.items() if text}
