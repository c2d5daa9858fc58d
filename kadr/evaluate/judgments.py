"""A file of judged queries -> judgments."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kadr.collect.parts import split_title
from kadr.collect.tables import Record, Table, read_table
from kadr.collect.unpack import load, shown
from kadr.collect.values import date_year_of, raw_text, text_of
from kadr.errors import RowError, SourceError
from kadr.text import collapse, normalise

__all__ = ["ROLES", "Judgment", "Named", "read_judgments"]

T = TypeVar("T")

ROLES: Mapping[str, tuple[str, ...]] = {
    "query": ("query", "text", "q", "запрос"),
    "ids": ("ids", "film ids", "gold ids", "film id", "gold id", "id"),
    "title": ("gold title", "film title", "movie title", "title", "название", "фильм"),
    "year": ("gold year", "film year", "year", "год"),
    "source": ("gold source", "source", "источник"),
    "relevant": ("relevant", "relevant films", "gold films"),
}
"""What a judgment needs, and the normalised headers it may stand under, best first: a forum post has a `title` of its
own beside the film's `gold_title`."""
MAX_JUDGMENTS = 100_000
"""Ten times the queries of the largest public test of this kind; at 5 ms a query it already takes eight minutes."""
MAX_CELL = 200
"""Characters of a cell that slicing looks at: a category or a number is shorter."""
MAX_IDS = 1_000
"""Films of one row: a mood that fits more fits any."""
_NAMING = ("ids", "title", "relevant")


@dataclass(frozen=True, slots=True)
class Named:
    """One film that is right: by its id where it has one, else by title, and year where that is known."""

    id: str = ""
    title: str = ""
    year: int | None = None


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
        relevant: several films that are right, each an answer of its own; where there are some, ids are empty, and
            title and year are those of the first.
        columns: every non-empty cell by its header, and by its role (`ROLES`), for slicing.
    """

    number: int
    query: str
    ids: tuple[str, ...] = ()
    title: str = ""
    year: int | None = None
    source: str = ""
    relevant: tuple[Named, ...] = ()
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
    if not found["query"] or not any(found[role] for role in _NAMING):
        names = ", ".join(repr(header[:40]) for header in seen[:8]) or "none"
        raise SourceError(f"needs a column `query`, and `title`, `ids` or `relevant`; headers seen: {names}")
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
    relevant = take("relevant", _relevant) or ()
    first = relevant[0] if relevant else _titled(take("title", text_of) or "", take("year", date_year_of))
    ids = () if relevant else take("ids", _ids) or ()
    if not relevant and not ids and not normalise(first.title):
        raise RowError("title", "is empty and there are no ids; name the film", row=record.number)
    source = take("source", text_of) or ""
    roles = {"title": first.title, "year": str(first.year or ""), "source": source}
    texts = {header: raw_text(value)[:MAX_CELL] for header, value in record.cells.items()} | roles
    columns = {header: text for header, text in texts.items() if text}
    return Judgment(record.number, query, ids, first.title, first.year, source, relevant, columns)


def _titled(title: str, year: int | None) -> Named:
    """Return a film by its title, read as catalogues write it: the year may stand behind it."""
    title, noted, _ = split_title(title)
    return Named("", title, year or noted)


def _relevant(value: Any) -> tuple[Named, ...]:
    """Return the films of a JSON list of objects or titles, of the same as text, or of titles with | between them.

    Raises:
        ValueError: one of them names no film.
    """
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as cause:
            raise ValueError("is not valid JSON") from cause
    parts = value if isinstance(value, list) else raw_text(value).split("|")
    if len(parts) > MAX_IDS:
        raise ValueError(f"names more than {MAX_IDS} films")
    return tuple(dict.fromkeys(_named(part) for part in parts if part not in (None, "")))


def _named(part: Any) -> Named:
    cells = part if isinstance(part, dict) else {"title": part}
    found = _titled(text_of(cells.get("title")), date_year_of(cells.get("year")))
    own = text_of(cells.get("id"))
    if not own and not normalise(found.title):
        raise ValueError("holds an entry without id and title; name the film")
    return Named(own, found.title, found.year)


def _ids(value: Any) -> tuple[str, ...]:
    """Return the ids of a JSON list, or of a text with | between them, each once."""
    parts = value if isinstance(value, list) else raw_text(value).split("|")
    return tuple(dict.fromkeys(filter(None, (text_of(part) for part in parts[:MAX_IDS]))))
