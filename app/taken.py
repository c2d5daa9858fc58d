"""A visitor's history as something to take along: a short text for a link, and a table for a file. Pure functions.

What comes back may have been written by anyone: sizes are bounded before anything is unpacked, and what cannot be read
is counted, never guessed.
"""

import base64
import binascii
import csv
import io
import json
import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from app.tables import csv_table, decoded
from kadr.cells import guarded, unguarded
from kadr.film import MAX_RATING, Film
from kadr.recommend.types import EVENT_KINDS, MAX_EVENTS, Event, EventKind

__all__ = [
    "MAX_FILE_BYTES",
    "MAX_LINK",
    "MAX_WANTED",
    "Brought",
    "Missing",
    "Wanted",
    "from_link",
    "from_table",
    "is_table",
    "missing_table",
    "to_link",
    "to_table",
]

MAX_LINK = 4_000
"""Characters of a history in an address: browsers, chats and proxies take twice that. It holds some 230 films."""
MAX_FILE_BYTES = 1_000_000
"""Of a file that is brought back: a thousand films take 60 kB."""
MAX_ROWS = 20 * MAX_EVENTS
"""Of a file: later ones are not read."""
MAX_ID = 1_000
"""Characters of a film's id; some are addresses."""
LAST_SECOND = 253_402_300_799
"""The end of the year 9999: times beyond it are none."""
MAX_WANTED = MAX_EVENTS
"""Films of a watchlist."""
COLUMNS = ("id", "title", "year", "kind", "value", "at")
_WANTED = "wanted"
_KINDS = (*EVENT_KINDS, _WANTED)
"""What an entry may say, in the order that links count in: a new kind comes last."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A film that is to be watched. `at`: when that was said, in seconds since 1970; None where it is not known."""

    film: str
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """A film of another place that the catalogue has not, as the file there names it."""

    title: str
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """What was read.

    Attributes:
        events: the oldest first.
        unread: how many entries could not be read.
        wanted: the watchlist; no film of it has an event.
        missing: films of an export that the catalogue has not, or of which it cannot tell which is meant.
        left: how many events were left out, because a history holds no more.
        people: whether nothing was read because the file holds the ratings of several people.
    """

    events: tuple[Event, ...]
    unread: int = 0
    wanted: tuple[Wanted, ...] = ()
    missing: tuple[Missing, ...] = ()
    left: int = 0
    people: bool = False

    @property
    def films(self) -> tuple[str, ...]:
        """The films that something is said of."""
        return (*(each.film for each in self.wanted), *(event.film for event in self.events))


def to_link(events: Iterable[Event], wanted: Iterable[Wanted] = ()) -> str:
    """Return what was said as text for an address, letters, digits, - and _ alone; "" where it is too much for one."""
    rows = [
        [film, _KINDS.index(kind), value, None if at is None else int(at)]
        for film, kind, value, at in _rows(events, wanted)
    ]
    packed = zlib.compress(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode(), 9)
    text = base64.urlsafe_b64encode(packed).rstrip(b"=").decode()
    return text if len(text) <= MAX_LINK else ""


def from_link(text: str) -> Brought:
    """Read what `to_link` wrote. What is cut short or foreign gives no event, and one unread entry."""
    if len(text) > MAX_LINK:
        return Brought((), 1)
    try:
        packed = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj()
        plain = unpacking.decompress(packed, MAX_FILE_BYTES)
        rows = json.loads(plain) if unpacking.eof else None
    except (ValueError, binascii.Error, zlib.error, RecursionError):
        return Brought((), 1)
    if not isinstance(rows, list):
        return Brought((), 1)
    return _brought([_of_row(row) for row in rows])


def to_table(events: Iterable[Event], films: Mapping[str, Film], wanted: Iterable[Wanted] = ()) -> bytes:
    """Return what was said as a CSV file that spreadsheets open; titles are there for people, ids for us."""
    rows = []
    for film_id, kind, value, at in _rows(events, wanted):
        film = films.get(film_id)
        title, year = (film.title, film.year or "") if film else ("", "")
        number, when = "" if value is None else f"{value:g}", "" if at is None else int(at)
        rows.append([film_id, title, year, kind, number, when])
    return _csv(COLUMNS, rows)


def missing_table(missing: Iterable[Missing]) -> bytes:
    """Return films that were not found as a CSV file that spreadsheets open."""
    return _csv(("title", "year"), [[each.title, each.year or ""] for each in missing])


def is_table(data: bytes) -> bool:
    """Tell whether a file is one that `to_table` wrote, be it that a spreadsheet has saved it anew."""
    try:
        _places(csv_table(decoded(data), 0)[0])
    except (ValueError, csv.Error):
        return False
    return True


def from_table(data: bytes) -> Brought:
    """Read what `to_table` wrote, be it that a spreadsheet has saved it anew.

    Spreadsheets part columns by semicolons or tabs, write commas into numbers, and some the letters of Windows-1251.
    """
    if not data:
        return Brought(())
    if len(data) > MAX_FILE_BYTES:
        return Brought((), 1)
    try:
        head, table = csv_table(decoded(data), MAX_ROWS)
        places = _places(head)
        rows = [_of_cells([row[at] if at < len(row) else "" for at in places]) for row in table]
    except (UnicodeError, ValueError, csv.Error):
        return Brought((), 1)
    return _brought(rows)


def _places(head: Sequence[str]) -> tuple[int, ...]:
    """Return where the columns that are read stand.

    Raises:
        ValueError: there is none, or this is another table.
    """
    return tuple(head.index(name) for name in ("id", "kind", "value", "at"))


def _csv(head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(head)
    table.writerows([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _rows(events: Iterable[Event], wanted: Iterable[Wanted]) -> list[tuple[str, str, float | None, float | None]]:
    """Return the film, kind, value and time of each entry, the watchlist first: where few fit, its films go first."""
    marked = [(each.film, _WANTED, None, each.at) for each in wanted]
    return [*marked, *((each.film, each.kind, each.value, each.at) for each in events)]


def _of_cells(cells: Sequence[str]) -> Event | Wanted | None:
    film, kind, *numbers = cells
    number, at = (cell.strip().replace(",", ".") for cell in numbers)
    return _said(unguarded(film), kind.strip(), number or None, at or None)


def _of_row(row: Any) -> Event | Wanted | None:
    if not isinstance(row, list) or len(row) != 4:
        return None
    film, kind, value, at = row
    known = isinstance(kind, int) and 0 <= kind < len(_KINDS)
    return _said(film, _KINDS[kind] if known else None, value, at)


def _said(film: Any, kind: Any, value: Any, at: Any) -> Event | Wanted | None:
    """Return what is said of a film, None where a part of it has the wrong form. A time that is none is left out."""
    if not isinstance(film, str) or not 0 < len(film) <= MAX_ID or not _is_text(film) or kind not in _KINDS:
        return None
    number, when = _number(value, MAX_RATING), _number(at, LAST_SECOND)
    if (kind == "rated") != (number is not None) or (value is not None and number is None):
        return None
    return Wanted(film, when) if kind == _WANTED else Event(film, cast("EventKind", kind), number, when)


def _is_text(text: str) -> bool:
    """Tell whether a text is more than half of a character, which JSON may spell and nothing can write."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _number(value: Any, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and 0 <= number <= most else None


def _brought(read: Sequence[Event | Wanted | None]) -> Brought:
    """Return at most `MAX_EVENTS` events, the last ones, one a film: the last said of it; so with the watchlist."""
    events = {each.film: each for each in read if isinstance(each, Event)}
    wanted = {each.film: each for each in read if isinstance(each, Wanted) and each.film not in events}
    kept, watchlist = tuple(events.values())[-MAX_EVENTS:], tuple(wanted.values())[-MAX_WANTED:]
    lost = len(events) - len(kept) + len(wanted) - len(watchlist)
    return Brought(kept, len([each for each in read if each is None]) + lost, watchlist)
