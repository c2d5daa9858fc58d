"""Files that visitors bring -> tables: CSV, JSON, the pages that Kinopoisk calls .xls, and archives of these.

Anyone may have written them: everything is bounded before it is unpacked, and what cannot be read gives no table. Pure
functions.
"""

import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import Any

from kadr.text import plain

__all__ = ["MAX_BYTES", "MAX_ROWS", "SUFFIXES", "Table", "csv_table", "decoded", "tables"]

MAX_BYTES = 5_000_000
"""Of one file, and of all that an archive unpacks to: ten thousand films with all their columns take 3 MB."""
MAX_JSON = 2_000_000
"""Of a JSON file: its lists take thirty times the memory."""
MAX_ROWS = 10_000
"""Of a table: later ones are not read. Nobody has seen more films."""
MAX_COLUMNS = 100
MAX_LONG = 100_000
"""Characters of a cell of any table: a longer one begins with a quotation mark that nothing closes."""
MAX_CELL = 10_000
"""Characters of a cell of a page, its markup with it."""
MAX_PACKED = 200
"""Files of an archive that are looked into: Letterboxd's have some ten, and one for each list of the visitor's."""
SUFFIXES = ("csv", "tsv", "txt", "json", "xls", "html", "zip")
"""Endings of the files that are looked into."""
ARCHIVES = b"PK\x03\x04"
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How files in archives are packed that everybody's program makes; others may ask for gigabytes to be unpacked."""
NOT_THE_VISITORS = frozenset(["deleted", "orphaned", "lists", "__macosx"])
"""Folders of Letterboxd's archive, and of macOS's, whose films were taken back, or are not marked at all."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_ROW, _CELL = re.compile(r"<tr\b", re.IGNORECASE), re.compile(r"<t[dh]\b", re.IGNORECASE)
_UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, LookupError, RuntimeError)
"""What zipfile raises where an archive is none, is cut short, holds a file without a name, or is closed with a
password."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it stands in a file. `name`: the file's, in lower case, its folders in the archive before it.

    `rows` may be shorter than `head`, or longer.
    """

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(name: str, data: bytes) -> tuple[Table, ...]:
    """Return the tables of a file; none where it cannot be read, or is larger than is allowed."""
    if len(data) > MAX_BYTES:
        return ()
    files = list(_unpacked(data)) if data.startswith(ARCHIVES) else [(name, data)]
    found = (_table(each.lower(), content) for each, content in files)
    return tuple(table for table in found if table is not None and table.head)


def csv_table(text: str, most: int = MAX_ROWS) -> tuple[list[str], Iterator[list[str]]]:
    """Return the head of a table and its rows, at most so many. Columns are parted by commas, semicolons or tabs.

    Raises:
        csv.Error: a cell is longer than tables have, also while rows are taken.
    """
    head = text.partition("\n")[0]
    table = map(_fitting, csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count)))
    return next(table, []), islice(table, most)


def _fitting(row: list[str]) -> list[str]:
    # csv has a bound of its own, which belongs to the whole process: whoever reads catalogues widens it.
    if any(len(cell) > MAX_LONG for cell in row):
        raise csv.Error("a quotation mark is open")
    return row


def decoded(data: bytes) -> str:
    """Return the text of a file: UTF-16 or UTF-8 where it is such, else Windows-1251, as Russian spreadsheets write.

    Raises:
        UnicodeError: it is none of these.
    """
    if data.startswith(_UTF_16):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1251")


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the files of an archive that may be tables, as far as they are small enough together."""
    left, looked_into = MAX_BYTES, 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                path = PurePosixPath(info.filename.lower())
                known = path.suffix[1:] in SUFFIXES and path.suffix != ".zip"
                known = known and info.compress_type in PACKINGS
                if info.is_dir() or not known or NOT_THE_VISITORS & set(path.parts[:-1]):
                    continue
                looked_into += 1
                if looked_into > MAX_PACKED:
                    return
                with archive.open(info) as file:
                    content = file.read(left + 1)
                left -= len(content)
                if left < 0:
                    return
                yield info.filename, content
    except _UNREADABLE:
        return


def _table(name: str, data: bytes) -> Table | None:
    try:
        text = decoded(data)
        if text.lstrip()[:1] in ("[", "{"):
            return _of_json(name, text) if len(data) <= MAX_JSON else None
        if _ROW.search(text, 0, 10_000):
            return _of_html(name, text)
        head, rows = csv_table(text)
        return Table(name, _cells(head), tuple(_cells(row) for row in rows if row))
    except (UnicodeError, ValueError, csv.Error, RecursionError):
        return None


def _of_html(name: str, text: str) -> Table | None:
    """Read the rows of a page's tables. No parser of HTML: what takes any page may take long over a hostile one."""
    rows = [
        _cells(plain(f"<td{cell[:MAX_CELL]}") for cell in _CELL.split(row)[1:])
        for row in _ROW.split(text)[1 : MAX_ROWS + 2]
    ]
    filled = [row for row in rows if any(row)]
    return Table(name, filled[0], tuple(filled[1:])) if filled else None


def _of_json(name: str, text: str) -> Table | None:
    records = [_flat(each) for each in islice(_records(json.loads(text)), MAX_ROWS)]
    head = tuple(islice(dict.fromkeys(key for record in records for key in record), MAX_COLUMNS))
    return Table(name, head, tuple(tuple(record.get(key, "") for key in head) for record in records))


def _records(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a list, of the first list in an object that has some, or of an object of objects."""
    if isinstance(value, dict):
        lists = [each for each in value.values() if isinstance(each, list) and any(isinstance(e, dict) for e in each)]
        value = lists[0] if lists else list(value.values())
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else iter(())


def _flat(record: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts and numbers of an object, and those of the objects in it under their own names."""
    inner = (pair for each in record.values() if isinstance(each, dict) for pair in each.items())
    flat = {key: _text(value) for key, value in inner}
    return flat | {key: _text(value) for key, value in record.items() if not isinstance(value, dict)}


def _text(value: Any) -> str:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    return str(value).encode(errors="replace").decode()  # half of a pair of surrogates can be shown to nobody


def _cells(cells: Iterable[str] | Sequence[str]) -> tuple[str, ...]:
    return tuple(islice(cells, MAX_COLUMNS))
