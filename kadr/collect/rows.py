"""One row -> one film."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from statistics import median_low
from typing import Any, TypeVar

from kadr.collect import parts, values
from kadr.collect.durations import MAX_PLAUSIBLE_MINUTES, runtime_of
from kadr.collect.exported import NESTED, Nested, read_nested
from kadr.collect.headers import Column, Field, Plan
from kadr.collect.tables import Record, Table
from kadr.errors import ConfigError, RowError
from kadr.film import Description, Film, Kind, SourceLink, source_id, title_id
from kadr.text import is_placeholder, language_of, normalise, plain

__all__ = ["film_of", "with_units"]

T = TypeVar("T")

MAX_DESCRIPTION, MAX_DESCRIPTIONS = 20_000, 5
MAX_TAGLINE, MAX_NAME = 500, 200
MAX_EXTRA, MAX_EXTRA_VALUE, MAX_EXTRA_KEY = 100, 1_000, 100
_UNIT_SAMPLE = 1_000  # rows that tell the unit of a whole column
_RATINGS = (
    (Field.RATING_KINOPOISK, Field.VOTES_KINOPOISK),
    (Field.RATING_IMDB, Field.VOTES_IMDB),
    (Field.RATING, Field.VOTES),
)
"""Best first: Kinopoisk has the votes of those who watch in Russian."""
_EXTERNAL = {"imdb": Field.IMDB, "kinopoisk": Field.KINOPOISK, "tmdb": Field.TMDB, "wikidata": Field.WIKIDATA}


class Row:
    """The cells of one row as fields read them; remembers which headers were used, the rest becomes `extra`."""

    def __init__(self, cells: Mapping[str, Any], plan: Plan, defaults: Mapping[Field, str]) -> None:
        self.cells, self.plan, self.defaults = cells, plan, defaults
        self.used: set[str] = set()

    def take(self, field: Field, parse: Callable[[Any], T]) -> T | None:
        """Return the first value that a column of the field yields, else the default, else None.

        A cell that says something else stays unused, so that nothing a file holds is lost.
        """
        value = self.find(field, lambda value, _: parse(value))[0]
        return self.default(field, parse) if value is None else value

    def find(self, field: Field, parse: Callable[[Any, Column], T]) -> tuple[T | None, Column]:
        """Return the first value and the column it came from; no default is used. An empty value counts as none."""
        for column in self.plan.columns.get(field, ()):
            try:
                value = parse(cell_at(self.cells, column.header), column)
            except ValueError:
                continue
            self.used.add(column.header)
            if value or value == 0:
                return value, column
        return None, Column("")

    def default(self, field: Field, parse: Callable[[Any], T]) -> T | None:
        """Return the config's value for rows without one, else None."""
        if field not in self.defaults:
            return None
        try:
            return parse(self.defaults[field])
        except ValueError as cause:
            raise ConfigError(f"defaults.{field}: {cause}") from cause

    def extra(self) -> dict[str, str]:
        """Return what no field took: header -> clipped plain text, empty ones dropped."""
        kept: dict[str, str] = {}
        for header, value in self.cells.items():
            if header in self.used or len(kept) >= MAX_EXTRA:
                continue
            text = plain(values.raw_text(value))[:MAX_EXTRA_VALUE].strip()
            if text:
                kept[values.text_of(header)[:MAX_EXTRA_KEY]] = text
        return kept


def cell_at(cells: Mapping[str, Any], header: str) -> Any:
    """Return the cell under a header, or under a dotted path into nested objects; None when there is none."""
    if header in cells or "." not in header:
        return cells.get(header)
    value: Any = cells
    for key in header.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def with_units(plan: Plan, table: Table) -> Plan:
    """Set the unit of runtime columns that do not say it: seconds when their median would be too long in minutes."""
    columns = plan.columns.get(Field.RUNTIME, ())
    told = tuple(c if c.unit or not _in_seconds(c, table) else replace(c, unit="s") for c in columns)
    return replace(plan, columns={**plan.columns, Field.RUNTIME: told}) if told != columns else plan


def film_of(record: Record, plan: Plan, source: str, defaults: Mapping[Field, str]) -> Film:
    """Return the film of one row.

    Raises:
        RowError: the row is broken, has no title, or a year that is none.
        ConfigError: a default does not fit its field.
    """
    if record.fault:
        raise RowError("row", record.fault)
    row = Row(record.cells, plan, defaults)
    title, original, year, kind = _titles(row)
    name = row.take(Field.SOURCE, lambda v: values.text_of(v)[:MAX_NAME]) or source
    id_there = row.take(Field.ID, parts.own_id) or ""
    page = row.take(Field.PAGE_URL, values.url_of) or ""
    rating, votes = _rating(row)
    runtime = row.find(Field.RUNTIME, lambda v, c: runtime_of(v, c.unit))[0]
    runtime = runtime or row.default(Field.RUNTIME, lambda v: runtime_of(v, "min"))
    external = {key: found for key, f in _EXTERNAL.items() if (found := row.take(f, _external(key)))}
    film = Film(
        id=source_id(name, id_there) if id_there else title_id(title, year),
        title=title,
        original_title=original,
        year=year,
        kind=kind,
        genres=row.take(Field.GENRES, _slashed) or (),
        countries=row.take(Field.COUNTRIES, _slashed) or (),
        directors=row.take(Field.DIRECTORS, parts.list_of) or (),
        actors=row.take(Field.ACTORS, parts.list_of) or (),
        runtime_minutes=runtime,
        age_rating=row.take(Field.AGE_RATING, values.age_of),
        descriptions=_descriptions(row, name),
        tagline=(row.take(Field.TAGLINE, values.text_of) or "")[:MAX_TAGLINE].strip(),
        rating=rating,
        votes=votes,
        page_url=page,
        image_url=row.take(Field.IMAGE_URL, values.url_of) or "",
        sources=(SourceLink(name, id_there, page),),
        fetched_at=row.take(Field.FETCHED_AT, values.time_of) or "",
        tags=row.take(Field.TAGS, parts.list_of) or (),
        external_ids=external,
        extra=row.extra(),
    )
    nested = read_nested(record.cells)
    return film if nested is None else _as_exported(film, id_there, nested)


def _slashed(value: Any) -> tuple[str, ...]:
    return parts.list_of(value, also="/")


def _as_exported(film: Film, own_id: str, nested: Nested) -> Film:
    """Return a film that `kadr export` wrote with its id, and with every source's text and link."""
    texts = {normalise(each.text): each for each in nested.descriptions}
    mended = [each for key, each in ((normalise(d.text), d) for d in film.descriptions) if key not in texts]
    extra = {name: text for name, text in film.extra.items() if name not in NESTED}
    return replace(
        film,
        id=own_id or film.id,
        descriptions=(*mended, *nested.descriptions),
        sources=nested.sources,
        extra={**nested.extra, **extra},
    )


def _titles(row: Row) -> tuple[str, str, int | None, Kind | None]:
    """Return title, original title, year and kind, which may all stand in one cell.

    The kind is the one the row says, else the one its header or title implies, else the default.
    """
    text, column = row.find(Field.TITLE, lambda v, _: values.text_of(v))
    original = row.take(Field.ORIGINAL_TITLE, values.text_of) or ""
    title, noted_year, noted_kind = parts.split_title(text or original)
    original = parts.split_title(original)[0]
    year = row.take(Field.YEAR, values.year_of) or row.take(Field.RELEASE_DATE, values.date_year_of) or noted_year
    kind = row.find(Field.KIND, lambda v, _: values.kind_of(v))[0]
    kind = kind or (Kind.SERIES if column.series else noted_kind) or row.default(Field.KIND, values.kind_of)
    return title, original if normalise(original) != normalise(title) else "", year, kind


def _rating(row: Row) -> tuple[float | None, int | None]:
    for rating, votes in _RATINGS:
        value = row.take(rating, values.rating_of)
        if value is not None:
            return value, row.take(votes, values.votes_of)
    return None, None


def _external(catalogue: str) -> Callable[[Any], str]:
    return lambda value: parts.external_id(catalogue, value)


def _descriptions(row: Row, source: str) -> tuple[Description, ...]:
    """Return every different text about the film, the full ones before the short."""
    kept: dict[str, Description] = {}
    for field in (Field.DESCRIPTION, Field.SHORT_DESCRIPTION):
        for column in row.plan.columns.get(field, ()) or (Column(""),):
            raw = cell_at(row.cells, column.header) or row.defaults.get(field)
            if isinstance(raw, (list, dict)):
                continue
            text = values.text_of(raw)[:MAX_DESCRIPTION].strip()
            if len(kept) < MAX_DESCRIPTIONS or is_placeholder(text):
                row.used.add(column.header)
            if text and not is_placeholder(text) and len(kept) < MAX_DESCRIPTIONS:
                language = column.language or language_of(text)
                kept.setdefault(normalise(text), Description(text, source, language))
    return tuple(kept.values())


def _in_seconds(column: Column, table: Table) -> bool:
    numbers = []
    for record in table.records[:_UNIT_SAMPLE]:
        try:
            minutes = runtime_of(cell_at(record.cells, column.header), "s")
        except ValueError:
            continue
        text = values.raw_text(cell_at(record.cells, column.header))
        if minutes and text.replace(".", "", 1).isdigit():
            numbers.append(float(text))
    return bool(numbers) and median_low(numbers) > MAX_PLAUSIBLE_MINUTES
