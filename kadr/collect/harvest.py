"""What a source yielded: its films, and what became none, with the reason."""

import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kadr.errors import SourceError
from kadr.film import Film

__all__ = ["Harvest", "Reject", "write_rejects"]


@dataclass(frozen=True, slots=True)
class Reject:
    """A row or page that became no film.

    `row`: its 1-based number among the data rows (the header is none) or among the pages asked for. `field`: what is at
    fault, "page" for a page as a whole. `reason`: what is wrong, in words that rows of one fault share. `title`:
    clipped, for the person who mends it. `url`: of the page, as it may be shown, "" for a row.
    """

    row: int
    field: str
    reason: str
    title: str = ""
    url: str = ""


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
    return shown | {"title": reject.title} | ({"url": reject.url} if reject.url else {})
