"""Labelled rows that a visitor reads ("Режиссёр: ...", "Country of origin ...") -> claims, in any markup."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kadr.collect import parts, values
from kadr.collect.durations import runtime_of
from kadr.collect.headers import Field
from kadr.collect.page.claims import Claim, Trust
from kadr.collect.page.credited import directors_in
from kadr.collect.page.document import Document
from kadr.collect.page.heading import main_heading
from kadr.collect.page.labelled import Labelled, labelled_in
from kadr.collect.page.people import apart
from kadr.text import is_placeholder, normalise
from kadr.vocabulary import COUNTRIES, country

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["claims"]

_LISTS = {Field.GENRES: 15, Field.COUNTRIES: 15, Field.DIRECTORS: 50, Field.ACTORS: 50, Field.TAGS: 50}
"""Most items: a film with more genres is a menu. An almanac has thirty directors."""
_PEOPLE = frozenset({Field.DIRECTORS, Field.ACTORS})
_MAX_ITEM = {Field.GENRES: 40, Field.COUNTRIES: 60}
_MAX_NAME = 80
_MAX_TEXT = 300
_CORE = frozenset({Field.GENRES, Field.COUNTRIES, Field.DIRECTORS, Field.YEAR, Field.ORIGINAL_TITLE, Field.RUNTIME})
"""Fields of which a film has one value: two rows that differ are of two films."""
_RATING = re.compile(r"\d{1,2}(?:[.,]\d{1,3})?")
_AGE = re.compile(r"(?<!\d)\d{1,2}\s?\+")
_IS_RATING = {Field.KINOPOISK: Field.RATING_KINOPOISK, Field.IMDB: Field.RATING_IMDB}
"""Beside the bare name of a catalogue stands its rating far more often than its id."""

_OF_STUDIOS = frozenset({"производство", "production"})
"""Labels beside which studios stand as well as countries: of these only known countries count."""

Fact = tuple[Field, Any, Labelled]


@dataclass(frozen=True, slots=True)
class Record:
    """Rows of one film: `top` holds them all, or the first of them where they are a `run` of single rows."""

    top: "HtmlElement"
    rows: list[Fact]
    run: bool

    @property
    def look(self) -> tuple[object, str, str]:
        """What cards of one list share: where they stand, their tag and their classes."""
        return self.top.getparent(), "" if self.run else str(self.top.tag), self.top.get("class") or ""


def claims(document: Document) -> list[Claim]:
    """Return what the labelled rows of a page say of its film, at most one claim a field.

    Where rows of one label differ, several films are described, as beside a list of similar ones. Then only the rows
    around or next below the heading count, and none if those are one card of many.
    """
    heading = main_heading(document)
    facts = [fact for row in labelled_in(document.tree, heading) if (fact := _fact(row))]
    chosen: dict[Field, Claim] = {}
    for field, value, row in _of_main(facts, document.tree, heading):
        chosen.setdefault(field, Claim(field, value, Trust.FACTS, f'fact row "{row.label}"'))
    if Field.DIRECTORS not in chosen and (names := directors_in(document.tree)):
        chosen[Field.DIRECTORS] = Claim(Field.DIRECTORS, names, Trust.FACTS, "card of a director")
    return list(chosen.values())


def _fact(row: Labelled) -> Fact | None:
    """Return the field and the value of a row, None where it is no value of that field."""
    if row.field in _LISTS:
        items = _items(row)
        return (row.field, items, row) if items else None
    text = row.text
    if len(text) > _MAX_TEXT or (is_placeholder(text) and not any(c.isdigit() for c in text)):
        return None
    try:
        field, value = _scalar(row.field, text)
    except ValueError:
        return None
    return (field, value, row) if value else None


def _scalar(field: Field, text: str) -> tuple[Field, str]:
    """Return the field and the part of a row's text that is its value.

    Raises:
        ValueError: the text holds no value of the field.
    """
    field = _IS_RATING.get(field, field)
    reader = _READERS.get(field)
    if field in _SHAPES:
        found = _SHAPES[field].search(text)
        text = found[0] if found else text
    if reader and reader(text) is None:
        return field, ""
    return field, text


_SHAPES = {
    Field.AGE_RATING: _AGE,
    Field.RATING: _RATING,
    Field.RATING_KINOPOISK: _RATING,
    Field.RATING_IMDB: _RATING,
}
_READERS: dict[Field, Callable[[Any], object]] = {
    Field.YEAR: values.date_year_of,
    Field.RELEASE_DATE: values.date_year_of,
    Field.RUNTIME: runtime_of,
    Field.AGE_RATING: values.age_of,
    Field.KIND: values.kind_of,
    Field.RATING: values.rating_of,
    Field.RATING_KINOPOISK: values.rating_of,
    Field.RATING_IMDB: values.rating_of,
}


def _items(row: Labelled) -> list[str]:
    longest = _MAX_ITEM.get(row.field, _MAX_NAME)
    items = apart(row.items) if row.field in _PEOPLE else list(row.items)
    kept = [item for item in parts.list_of(items) if _is_item(row.field, item)]
    if row.field is Field.COUNTRIES and normalise(row.label) in _OF_STUDIOS:
        kept = [item for item in kept if country(item) in COUNTRIES]
    if len(row.items) > 2 * _LISTS[row.field] or any(len(item) > longest for item in kept):
        return []
    return kept if len(kept) <= _LISTS[row.field] else []


def _is_item(field: Field, item: str) -> bool:
    if field is Field.TAGS:
        return True
    return not any(c.isdigit() for c in item) and not (field in _PEOPLE and is_placeholder(item))


def _of_main(facts: Sequence[Fact], tree: "HtmlElement", heading: "HtmlElement | None") -> list[Fact]:
    """Return the rows of the page's own film."""
    lines = [(row.place, *row.place.iterancestors()) for _, _, row in facts]
    torn = _torn(facts, lines)
    if tree not in torn:
        return list(facts)
    records = _records(facts, lines, torn)
    below = _below(tree, heading, [record for record in records if not _is_card(record, records)])
    if not below:
        return []
    best = max(below, key=lambda record: len({field for field, _, _ in record.rows}))  # of equals the first
    kept = list(best.rows)
    for record in below:
        if record is not best and not _differ(kept, record.rows):
            kept += record.rows
    return kept


def _records(
    facts: Sequence[Fact], lines: "Sequence[tuple[HtmlElement, ...]]", torn: "set[HtmlElement]"
) -> "list[Record]":
    """Return the rows by the largest element around them that holds rows of one film only.

    Elements of one row each that stand side by side are one record, as far as they agree.
    """
    tops: dict[HtmlElement, list[Fact]] = {}
    for fact, line in zip(facts, lines, strict=True):
        whole = [element for element in line if element not in torn]
        tops.setdefault(whole[-1] if whole else line[0], []).append(fact)
    records: list[Record] = []
    for top, rows in tops.items():
        last = records[-1] if records else None
        single = len({field for field, _, _ in rows}) == 1
        if last and last.run and single and last.top.getparent() is top.getparent() and not _differ(last.rows, rows):
            last.rows.extend(rows)
        else:
            records.append(Record(top, rows, single))
    return records


def _is_card(record: "Record", records: "Sequence[Record]") -> bool:
    """Tell whether a record is one of several that look alike and say different things: the cards of a list."""
    alike = (other for other in records if other is not record and other.look == record.look)
    return any(_differ(record.rows, other.rows) for other in alike)


def _torn(facts: Sequence[Fact], lines: "Sequence[tuple[HtmlElement, ...]]") -> "set[HtmlElement]":
    """Return the elements that hold rows of more than one film."""
    seen: dict[HtmlElement, dict[Field, Any]] = {}
    torn: set[HtmlElement] = set()
    for (field, value, _), line in zip(facts, lines, strict=True):
        if field not in _CORE:
            continue
        for element in line:
            if element not in torn and not _agree(field, seen.setdefault(element, {}).setdefault(field, value), value):
                torn.add(element)
    return torn


def _below(tree: "HtmlElement", heading: "HtmlElement | None", records: "list[Record]") -> "list[Record]":
    """Return the records that hold the heading or stand below it, in page order; all where the page has none."""
    if heading is None:
        return records
    places = {element: n for n, element in enumerate(tree.iter())}
    above = set(heading.iterancestors())
    return [record for record in records if record.top in above or places[record.top] > places[heading]]


def _differ(kept: Sequence[Fact], more: Sequence[Fact]) -> bool:
    have = {field: value for field, value, _ in kept if field in _CORE}
    return any(field in have and not _agree(field, have[field], value) for field, value, _ in more)


def _agree(field: Field, one: Any, other: Any) -> bool:
    """Tell whether two values of a field can be of one film: the same, or the one a part of the other."""
    if field in _LISTS:
        a, b = ({normalise(item) for item in items} for items in (one, other))
        return a <= b or b <= a
    if field in _READERS:
        return _READERS[field](one) == _READERS[field](other)
    return normalise(one) == normalise(other)
