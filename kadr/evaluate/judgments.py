"""A file of judged queries -> judgments."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kadr.collect.parts import split_title
from kadr.collect.tables import Record, Table, read_table
from kadr.collect.unpack import load, shown
from kadr.collect.values import date_year_of, raw_text, text_of
from kadr.errors import RowError, SourceError
from kadr.text import collapse, normalise

__all__ = ["ROLES", "Judgment", "read_judgments"]

T = TypeVar("T")

ROLES: Mapping[str, tuple[str, ...]] = {
    "query": ("query", "text", "q", "запрос"),
    "ids": ("ids", "film ids", "gold ids", "film id", "gold id", "id"),
    "title": ("gold title", "film title", "movie title", "title", "название", "фильм"),
    "year": ("gold year", "film year", "year", "год"),
    "source": ("gold source", "source", "источник"),
}
"""What a judgment needs, and the normalised headers it may stand under, best first: a forum post has a `title` of its
own beside the film's `gold_title`."""
MAX_JUDGMENTS = 100_000
"""Ten times the queries of the largest public test of this kind; at 5 ms a query it already takes eight minutes."""
MAX_CELL = 200
"""Characters of a cell that slicing looks at: a category or a number is shorter."""
MAX_IDS = 1_000


@dataclass(frozen=True, slots=True)
class Judgment:
    """A query and the film, or films, it asks for.

    Attributes:
        number: 1-based row in its file.
        query: what is asked.
        ids: ids of the films that are right; they go before the title.
        title: title of the film that is right, without the notes that catalogues write behind it ("(ТВ, 1988)").
        year: its year, None when not known.
        source: the source whose row is meant, "" for any.
        columns: every non-empty cell by its header, and by its role (`ROLES`), for slicing.
    """

    number: int
    query: str
    ids: tuple[str, ...] = ()
    title: str = ""
    year: int | None = None
    source: str = ""
    columns: Mapping[str, str] = field(default_factory=dict, hash=False)


def read_judgments(path: str) -> tuple[Judgment, ...]:
    """Read judged queries, in file order, from CSV, JSON Lines or any other table that a source of films may be.

    Raises:
        SourceError: the file cannot be read, or a row of it is no judgment: a judged set is mended, not cut.
    """
    blob = load(path)
    try:
        return _judgments(read_table(blob, limit=MAX_JUDGMENTS + 1))
    except SourceError as fault:
        raise SourceError(f"{shown(path)}: {fault}") from fault


def _judgments(table: Table) -> tuple[Judgment, ...]:
    if not table.records:
        raise SourceError("holds no judged query; give it one row a query")
    if len(table.records) > MAX_JUDGMENTS:
        raise SourceError(f"holds more than {MAX_JUDGMENTS:,} judged queries; evaluate a sample of them")
    headers = _headers(table.headers)
    return tuple(_judgment(record, headers) for record in table.records)


def _headers(seen: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Return the headers of each role that the file has, best first."""
    by_name = {normalise(header[:MAX_CELL]): header for header in reversed(seen)}
    found = {role: tuple(by_name[name] for name in names if name in by_name) for role, names in ROLES.items()}
    if not found["query"] or not (found["ids"] or found["title"]):
        names = ", ".join(repr(header[:40]) for header in seen[:8]) or "none"
        raise SourceError(f"needs a column `query`, and `title` or `ids`; headers seen: {names}")
    return found


def _judgment(record: Record, headers: Mapping[str, tuple[str, ...]]) -> Judgment:
    if record.fault:
        raise RowError("row", record.fault, row=record.number)

    def take(role: str, parse: Callable[[Any], T]) -> T | None:
        """Return the first value that a header of the role gives."""
        try:
            return next(filter(None, (parse(record.cells.get(header)) for header in headers[role])), None)
        except ValueError as cause:
            raise RowError(role, str(cause), row=record.number) from cause

    query = take("query", lambda value: collapse(raw_text(value))) or ""
    if not normalise(query):
        raise RowError("query", "is empty or has no letter or digit; delete the row", row=record.number)
    title, noted_year, _ = split_title(take("title", text_of) or "")
    ids = take("ids", _ids) or ()
    if not ids and not normalise(title):
        raise RowError("title", "is empty and there are no ids; name the film", row=record.number)
    year = take("year", date_year_of) or noted_year
    source = take("source", text_of) or ""
    roles = {"title": title, "year": str(year or ""), "source": source}
    texts = {header: raw_text(value)[:MAX_CELL] for header, value in record.cells.items()} | roles
    columns = {header: text for header, text in texts.items() if text}
    return Judgment(record.number, query, ids, title, year, source, columns)


def _ids(value: Any) -> tuple[str, ...]:
    """Return the ids of a JSON list, or of a text with | between them, each once."""
    parts = value if isinstance(value, list) else raw_text(value).split("|")
    return tuple(dict.fromkeys(filter(None, (text_of(part) for part in parts[:MAX_IDS]))))
