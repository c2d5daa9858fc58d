"""Bytes -> rows: CSV, TSV, JSON, JSON Lines here; Parquet and XLSX in `sheets`."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import PurePosixPath
from typing import Any

from kadr.cells import unguarded
from kadr.collect.encoding import decode
from kadr.collect.headers import is_known
from kadr.collect.unpack import MAX_BYTES, Blob
from kadr.errors import SourceError
from kadr.text import plain

__all__ = ["FORMATS", "Record", "Table", "read_table"]

FORMATS = {
    "csv": "csv",
    "tsv": "csv",
    "tab": "csv",
    "txt": "csv",
    "json": "json",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "parquet": "parquet",
    "pq": "parquet",
    "xlsx": "xlsx",
    "xlsm": "xlsx",
}
"""Suffix -> format."""
MAX_ROWS = 2_000_000
"""Twice the largest open list of films (TMDB, about a million); the search itself is built for 300,000."""
MAX_HEADERS = 2_000
MOST_CAPTIONS = 5
"""Rows above a header that are passed over."""
_DELIMITERS = ",;\t|"
_NO_DELIMITER = "\x1f"  # the ASCII unit separator: in no text, so a one-column file is never split
_PATHS = 500
_REREAD = 4
"""Lengths of the file that may be read again after stray quotes: real damage costs one, hostile lines one each."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row: 1-based number among the data rows, its cells by header, or why it has none."""

    number: int
    cells: Mapping[str, Any]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Headers in order, dotted paths one level into nested values, and the rows."""

    headers: tuple[str, ...]
    nested: tuple[str, ...]
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that could not be read; `cells` are those before the fault, to know it by."""

    reason: str
    cells: Sequence[Any] = ()


def read_table(blob: Blob, encoding: str = "", limit: int | None = None) -> Table:
    """Read the rows of a file whose archive was taken off.

    Args:
        blob: content and name; the first bytes decide the format, then the suffix.
        encoding: of a text file, "" to detect it.
        limit: read at most so many rows.

    Raises:
        SourceError: the format is unknown, or the file is broken as a whole.
    """
    kind = _format(blob)
    if kind in {"parquet", "xlsx"}:
        from kadr.collect import sheets

        if kind == "xlsx":
            return from_sheets(sheets.read_xlsx(blob.data), limit)
        return from_objects(_bounded(sheets.read_parquet(blob.data), limit))
    text = decode(blob.data, encoding)
    if kind == "csv":
        return from_grid(map(_own, _csv_rows(text)), limit)
    if kind == "jsonl" and not text.lstrip().startswith("["):
        return from_objects(_bounded(_json_lines(text), limit))
    return from_objects(_bounded(_json_rows(text), limit))


def from_grid(rows: Iterable[list[Any] | Fault], limit: int | None = None) -> Table:
    """Make a table of rows whose first is the header; empty rows are passed over and not counted.

    So are a few lone cells above the header: a sheet's own title, the day it was made.

    Raises:
        SourceError: the header is a fault, or there are too many rows.
    """
    filled = (row for row in rows if isinstance(row, Fault) or any(cell not in (None, "") for cell in row))
    rows = list(islice(filled, MOST_CAPTIONS + 1))
    at = next((i for i, row in enumerate(rows) if not _is_caption(row)), 0)
    first = rows[at] if rows else []
    if isinstance(first, Fault):
        raise SourceError(first.reason)
    headers = _unique(first)
    return Table(
        headers,
        (),
        tuple(_grid_record(n, row, headers) for n, row in enumerate(_bounded(chain(rows[at + 1 :], filled), limit), 1)),
    )


def from_sheets(sheets: Iterable[tuple[str, list[list[Any]]]], limit: int | None = None) -> Table:
    """Make one table of named grids: the first, and those with the same headers; of another a faulty record tells.

    Raises:
        SourceError: there are too many rows.
    """
    (_, first), *others = [(name, from_grid(rows)) for name, rows in sheets] or [("", from_grid(()))]
    records = [*first.records]
    for name, table in others:
        if set(table.headers) == set(first.headers):
            records += table.records
        elif table.records:
            records.append(Record(0, {}, f"the sheet {name!r} has other headers and is not read; save it by itself"))
    numbered = (replace(record, number=number) for number, record in enumerate(records, 1))
    return Table(first.headers, (), tuple(_bounded(numbered, limit)))


def _is_caption(row: list[Any] | Fault) -> bool:
    """Tell whether a row is a lone cell that names no column, as a sheet's own title does."""
    if isinstance(row, Fault):
        return False
    told = [cell for cell in row if cell not in (None, "")]
    return len(told) == 1 and not is_known(str(told[0]))


def from_objects(items: Iterable[Any]) -> Table:
    """Make a table of JSON values; a value that is no object is a faulty record (a `Fault` says why)."""
    headers: dict[str, None] = {}
    nested: dict[str, None] = {}
    records = []
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict):
            records.append(Record(number, {}, item.reason if isinstance(item, Fault) else "is not a JSON object"))
            continue
        records.append(Record(number, item))
        for key, value in islice(item.items(), MAX_HEADERS):
            if len(headers) < MAX_HEADERS:
                headers.setdefault(key)
            if isinstance(value, dict) and len(nested) < _PATHS:
                nested.update(dict.fromkeys(f"{key}.{sub}" for sub in islice(value, 100)))
    return Table(tuple(headers), tuple(nested), tuple(records))


def _format(blob: Blob) -> str:
    start = blob.data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"PK\x03\x04"):
        return "xlsx"
    suffix = PurePosixPath(blob.name).suffix.lower().removeprefix(".")
    if kind := FORMATS.get(suffix):
        return kind
    if start[:1] in (b"[", b"{"):
        return "json"
    if not suffix and start[:1] != b"<":
        return "csv"
    known = ", ".join(sorted(FORMATS))
    raise SourceError(f"{suffix[:20]!r} is not a known format; use one of {known}, plain or in .gz or .zip")


def _bounded(rows: Iterable[Any], limit: int | None) -> Iterator[Any]:
    for count, row in enumerate(rows):
        if limit is not None and count >= limit:
            return
        if count >= MAX_ROWS:
            raise SourceError(f"holds more than {MAX_ROWS:,} rows; split it into smaller files")
        yield row


def _unique(row: list[Any]) -> tuple[str, ...]:
    """Return header texts, each once: nameless columns and repeated names are numbered."""
    names: dict[str, None] = {}
    for place, cell in enumerate(row[:MAX_HEADERS], 1):
        name = plain(str(cell if cell is not None else "")[:200]) or f"column {place}"
        names.setdefault(name if name not in names else f"{name} ({place})")
    return tuple(names)


def _grid_record(number: int, row: list[Any] | Fault, headers: tuple[str, ...]) -> Record:
    if isinstance(row, Fault):
        return Record(number, dict(zip(headers, row.cells, strict=False)), row.reason)
    cells = dict(zip(headers, row, strict=False))
    if any(cell not in (None, "") for cell in row[len(headers) :]):
        return Record(number, cells, f"has {len(row)} cells where the header has {len(headers)}; quote the delimiter")
    return Record(number, cells)


def _own(row: list[str] | Fault) -> list[str] | Fault:
    """Return a row with the texts that were written: Kadr guards cells of CSV, and no others."""
    return row if isinstance(row, Fault) else [unguarded(cell) for cell in row]


def _csv_rows(text: str) -> Iterator[list[str] | Fault]:
    """Yield the rows; where a quote is not closed, a fault, and then what the lines after the one it stands in hold.

    Those lines are rows that the quote would have swallowed, or the rest of its own text: until a row comes that is as
    wide as the narrowest before, they are faults, too.
    """
    # Of the whole process, and 128 kB unless set. The file has this bound itself, and readers clip the cells they take.
    csv.field_size_limit(MAX_BYTES)
    file, delimiter = io.StringIO(text, newline=""), _delimiter(text)
    reader = csv.reader(file, delimiter=delimiter)
    start = line = read = spent = width = 0
    doubtful = False
    for row in reader:
        end, lines, read = file.tell(), reader.line_num - read, reader.line_num
        first = _stray(text[start:end], delimiter) if lines > 1 or end == len(text) else ""
        if first:
            reason = f"line {line + 1}: a quote is not closed; close it, and write one inside a cell twice"
            spent, doubtful = spent + end - start, True
            if spent > _REREAD * len(text):
                raise SourceError(reason)
            yield Fault(reason, next(csv.reader([first], delimiter=delimiter)))
            end, lines = start + len(first), 1
            file.seek(end)
        elif row and doubtful and len(row) < width:
            yield Fault(f"line {line + 1}: fewer cells than any row before, after a quote that is not closed", row)
        elif row:
            width, doubtful = min(width or len(row), len(row)), False
            yield row
        start, line = end, line + lines


def _stray(record: str, delimiter: str) -> str:
    """Return a record's first line when the quote that it leaves open is not closed, or only by one that opens another
    cell; else "".

    Inside one line quotes may stand as they like; a quote that ends a cell lines later must stand at the cell's end.
    """
    first, *rest = io.StringIO(record, newline="")
    rows = list(csv.reader([first, ""], delimiter=delimiter))
    if len(rows) == 2:  # the empty line is a row of its own: nothing was left open
        return ""
    opened = '"' + rows[0][-1].replace('"', '""')
    for lines in (rest, [line.replace('\\"', '""') for line in rest]):  # MySQL and Spark write \" inside a cell
        with suppress(csv.Error):
            if len(list(csv.reader([opened, *lines], delimiter=delimiter, strict=True))) == 1:
                return ""
    return first


def _delimiter(text: str) -> str:
    """Choose the delimiter under which the header has most known names, then most cells; quotes are respected."""
    best = (0, 1, _NO_DELIMITER)
    for delimiter in _DELIMITERS:
        try:
            rows = csv.reader(io.StringIO(text[: 1 << 16], newline=""), delimiter=delimiter)
            header = next((row for row in rows if any(row)), [])
        except csv.Error:
            continue
        score = (sum(is_known(cell) for cell in header), len(header), delimiter)
        if score[1] > 1 and score[:2] > best[:2]:
            best = score
    return best[2]


def _json_lines(text: str) -> Iterator[Any]:
    for line in text.split("\n"):
        if line.strip():
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                yield Fault("is not valid JSON; mend the line")


def _json_rows(text: str) -> Iterable[Any]:
    """Return the list of objects that a JSON text holds: the list itself, the longest list in it, or its values."""
    try:
        value = json.loads(text)
    except ValueError as cause:
        lines = text.strip().split("\n", 1)
        if len(lines) == 2 and _is_object(lines[0]):
            return _json_lines(text)
        at = f" at line {cause.lineno}, column {cause.colno}" if isinstance(cause, json.JSONDecodeError) else ""
        raise SourceError(f"broken JSON{at}; export it again") from cause
    except RecursionError as cause:
        raise SourceError("the JSON is nested too deeply; export a list of objects") from cause
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        inner = [v for v in value.values() if isinstance(v, list) and any(isinstance(x, dict) for x in v)]
        if inner:
            return max(inner, key=len)
        if value and all(isinstance(v, dict) for v in value.values()):
            return value.values()
    raise SourceError("the JSON holds no list of objects; export a list with one object a film")


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
