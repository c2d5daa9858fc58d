"""The shelf as a catalogue that understanding asks, and the table of cases."""

from dataclasses import dataclass
from pathlib import Path

from kadr.index.columns import build_columns
from kadr.index.mentions import build_mentions
from kadr.search.understand import Known
from tests.search.understand.shelf import FILMS

__all__ = ["CASES", "KNOWN", "Case"]

_COLUMNS = build_columns(FILMS)
KNOWN = Known(_COLUMNS, build_mentions(FILMS, _COLUMNS))


@dataclass(frozen=True, slots=True)
class Case:
    """A query, its wishes by key with whether each is soft, and what remains of it; None where that is not judged."""

    query: str
    wishes: dict[str, bool]
    text: str | None


def _case(line: str) -> Case:
    query, wished, left = (part.strip() for part in f"{line} ".split("|"))
    keys = [key.strip() for key in wished.split(",") if key.strip()]
    text = {"": None, "-": "", "=": query}.get(left, left)
    return Case(query, {key.lstrip("~"): key.startswith("~") for key in keys}, text)


_TABLE = Path(__file__).with_name("cases.txt").read_text(encoding="utf-8")
CASES = tuple(_case(line) for line in _TABLE.splitlines() if line and not line.startswith("#"))
