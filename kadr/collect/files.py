"""A file of films, in any common format, local or at an https address -> a harvest."""

from collections import Counter
from typing import TYPE_CHECKING

from kadr.collect.exported import NESTED
from kadr.collect.harvest import Harvest, Reject
from kadr.collect.headers import Field, known_field, resolve
from kadr.collect.rows import cell_at, film_of, with_units
from kadr.collect.tables import Record, read_table
from kadr.collect.unpack import load, shown
from kadr.collect.values import raw_text
from kadr.errors import RowError, SourceError
from kadr.progress import Advance
from kadr.sources import FileSource
from kadr.text import plain

if TYPE_CHECKING:
    from kadr.film import Film

__all__ = ["read_file"]

MAX_SHOWN_TITLE = 100
_PROGRESS_ROWS = 500


def read_file(source: FileSource, *, progress: Advance | None = None) -> Harvest:
    """Read films from a file.

    Args:
        source: the file and how to read it.
        progress: called with the number of rows done, every 500 rows and at the end.

    Raises:
        SourceError: the file cannot be read, or no row of it can be used; the message says why and what to do.
        ConfigError: `mapping` or `defaults` name an unknown field, or a default does not fit.
    """
    defaults = {known_field(key, "defaults"): value for key, value in sorted(source.defaults.items())}
    where = shown(source.path)
    blob = load(source.path)
    films: list[Film] = []
    rejects: list[Reject] = []
    try:
        table = read_table(blob, source.encoding, source.limit)
        _check_rows(table.records)
        plan = with_units(resolve(table.headers, table.nested, source.mapping, source.said_in), table)
    except SourceError as fault:
        raise SourceError(f"{where}: {fault}") from fault
    titles = [column.header for column in plan.columns.get(Field.TITLE, plan.columns.get(Field.ORIGINAL_TITLE, ()))]
    for done, record in enumerate(table.records, 1):
        try:
            films.append(film_of(record, plan, source.name, defaults))
        except RowError as fault:
            rejects.append(Reject(record.number, fault.field, fault.reason, _title(record, titles)))
        if progress and (done % _PROGRESS_ROWS == 0 or done == len(table.records)):
            progress(done)
    unknown = tuple(header for header in plan.unknown if header not in NESTED)
    if not films:
        raise SourceError(f"{where}: {_no_film(rejects)}")
    return Harvest(source.name, len(table.records), tuple(films), tuple(rejects), unknown)


def _title(record: Record, headers: list[str]) -> str:
    texts = (raw_text(cell_at(record.cells, header)) for header in headers)
    return plain(next(filter(None, texts), ""))[:MAX_SHOWN_TITLE]


def _check_rows(records: tuple[Record, ...]) -> None:
    if not records:
        raise SourceError("the file holds no row")
    if not any(record.cells for record in records):
        raise SourceError(f"none of {len(records):,} rows can be used: the first {records[0].fault or 'is empty'}")


def _no_film(rejects: list[Reject]) -> str:
    (name, reason), count = Counter((r.field, r.reason) for r in rejects).most_common(1)[0]
    return f"none of {len(rejects):,} rows can be used; most often ({count:,} rows): {name}: {reason}"
