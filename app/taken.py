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
from itertools import islice
from typing import Any, cast

from kadr.film import MAX_RATING, Film
from kadr.recommend.types import EVENT_KINDS, MAX_EVENTS, Event, EventKind

__all__ = ["MAX_FILE_BYTES", "MAX_LINK", "Brought", "from_link", "from_table", "to_link", "to_table"]

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
COLUMNS = ("id", "title", "year", "kind", "value", "at")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
"""With these a spreadsheet's formula begins; the last one keeps it from being one."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Brought:
    """What was read: the events, oldest first, and how many entries could not be."""

    events: tuple[Event, ...]
    unread: int = 0


def to_link(events: Iterable[Event]) -> str:
    """Return events as text for an address, letters, digits, - and _ alone; "" where they are too many for one."""
    rows = [[e.film, EVENT_KINDS.index(e.kind), e.value, None if e.at is None else int(e.at)] for e in events]
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


def to_table(events: Iterable[Event], films: Mapping[str, Film]) -> bytes:
    """Return events as a CSV file in UTF-8 that spreadsheets open; titles are there for people, ids for us."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for event in events:
        film = films.get(event.film)
        title, year = (film.title, film.year or "") if film else ("", "")
        value = "" if event.value is None else f"{event.value:g}"
        at = "" if event.at is None else int(event.at)
        table.writerow([_harmless(event.film), _harmless(title), year, event.kind, value, at])
    return out.getvalue().encode("utf-8-sig")


def from_table(data: bytes) -> Brought:
    """Read what `to_table` wrote, be it that a spreadsheet has saved it anew.

    Spreadsheets part columns by semicolons or tabs, write commas into numbers, and some the letters of Windows-1251.
    """
    if not data:
        return Brought(())
    if len(data) > MAX_FILE_BYTES:
        return Brought((), 1)
    try:
        text = _decoded(data)
        head = text.partition("\n")[0]
        table = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
        places = _places(next(table, []))
        rows = [_of_cells([row[at] if at < len(row) else "" for at in places]) for row in islice(table, MAX_ROWS)]
    except (UnicodeError, ValueError, csv.Error):
        return Brought((), 1)
    return _brought(rows)


def _places(head: Sequence[str]) -> tuple[int, ...]:
    """Return where the columns that are read stand.

    Raises:
        ValueError: there is none, or this is another table.
    """
    return tuple(head.index(name) for name in ("id", "kind", "value", "at"))


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _decoded(data: bytes) -> str:
    if data.startswith(_UTF_16):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1251")


def _of_cells(cells: Sequence[str]) -> Event | None:
    film, kind, *numbers = cells
    number, at = (cell.strip().replace(",", ".") for cell in numbers)
    return _event(film.removeprefix("'"), kind.strip(), number or None, at or None)


def _of_row(row: Any) -> Event | None:
    if not isinstance(row, list) or len(row) != 4:
        return None
    film, kind, value, at = row
    known = isinstance(kind, int) and 0 <= kind < len(EVENT_KINDS)
    return _event(film, EVENT_KINDS[kind] if known else None, value, at)


def _event(film: Any, kind: Any, value: Any, at: Any) -> Event | None:
    """Return an event, None where a part of it has the wrong form. A time that is none is left out."""
    if not isinstance(film, str) or not 0 < len(film) <= MAX_ID or not _is_text(film) or kind not in EVENT_KINDS:
        return None
    number, when = _number(value, MAX_RATING), _number(at, LAST_SECOND)
    if (kind == "rated") != (number is not None) or (value is not None and number is None):
        return None
    return Event(film, cast("EventKind", kind), number, when)


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


def _brought(read: Sequence[Event | None]) -> Brought:
    """Return at most `MAX_EVENTS` events, the last ones, one a film: the last said of it."""
    events = {event.film: event for event in read if event is not None}
    kept = tuple(events.values())[-MAX_EVENTS:]
    return Brought(kept, len([event for event in read if event is None]) + len(events) - len(kept))
