"""Elements that a page names in its own markup (class="movie-genres", id="synopsis") -> claims, where rows lack them,
and so a running time that stands alone.

A guess: names of classes are nobody's standard, so only plain words count, and only beside the page's heading.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

from kadr.collect import parts, values
from kadr.collect.durations import is_duration, runtime_of
from kadr.collect.headers import Field
from kadr.collect.page.claims import Claim, Trust
from kadr.collect.page.inline import MAX_NODES, UNSEEN, linked, listed, with_tail
from kadr.collect.page.labels import MAX_LABEL, field_of_label
from kadr.text import collapse, normalise

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["FIELDS", "claims"]

MAX_FOUND = 200
"""Elements with a telling name: a page of cards has hundreds, and none of them is alone."""
MAX_DURATION = 40
"""Characters around a running time, spaces of the markup with it."""
MAX_ITEMS = 12
MAX_NAME = 60
LEVELS = 5
"""How far around the heading is looked: a title, its line, its column, its card, the film's part of the page."""
_APART = frozenset({"nav", "footer", "form", "aside", "select"})
_NAMES = {
    **dict.fromkeys(("genre", "genres"), Field.GENRES),
    **dict.fromkeys(("country", "countries"), Field.COUNTRIES),
    **dict.fromkeys(("director", "directors"), Field.DIRECTORS),
    **dict.fromkeys(("year", "years"), Field.YEAR),
    **dict.fromkeys(("runtime", "duration"), Field.RUNTIME),
    **dict.fromkeys(
        ("original title", "title original", "orig title", "original name", "orig name", "origtitle"),
        Field.ORIGINAL_TITLE,
    ),
    **dict.fromkeys(("synopsis", "plot", "storyline", "description", "overview"), Field.DESCRIPTION),
}
_PARTS = (
    "enre",
    "ountr",
    "irector",
    "ear",
    "untime",
    "uration",
    "rig",
    "ynopsis",
    "lot",
    "toryline",
    "escr",
    "verview",
)
"""Of those names, without the first letter, which may be a capital."""
_TELLING = "//*[" + " or ".join(f"contains(@{name}, '{part}')" for name in ("class", "id") for part in _PARTS) + "]"
_ELEMENTS = etree.XPath(_TELLING)
FIELDS = frozenset(_NAMES.values())
"""What may be told so."""
_LISTS = frozenset({Field.GENRES, Field.COUNTRIES, Field.DIRECTORS})
_WORDS = re.compile(r"[A-Z]?[a-z]+")
_TRAILING = frozenset({"item", "items", "list", "value", "text", "link", "content", "data", "block", "wrap", "info"})
"""What follows the name proper: "genre-item", "synopsis_text"."""
_PLAIN_YEAR = re.compile(r"\(?\s*((?:18|19|20)\d\d)(?:\s*[\u2013\u2014-].{0,8})?\s*(?:г\.?|год)?\)?")


def claims(tree: "HtmlElement", heading: "HtmlElement | None", wanted: frozenset[Field]) -> list[Claim]:
    """Return what elements beside the heading hold of the wanted fields, at most one claim a field."""
    if not wanted:
        return []
    found: dict[Field, list[tuple[HtmlElement, str]]] = {}
    for n, (field, element, name) in enumerate(_named(tree)):
        if n >= MAX_FOUND:
            found.clear()
            break
        if field in wanted:
            found.setdefault(field, []).append((element, name))
    above = list(heading.iterancestors()) if heading is not None else []
    around = [*above[:LEVELS], tree]
    told = []
    for field, each in found.items():
        value, name = _nearest(field, each, around)
        if value:
            trust = Trust.BODY if field is Field.DESCRIPTION else Trust.GUESS
            told.append(Claim(field, value, trust, f'element "{name}"'))
    if Field.RUNTIME in wanted - {claim.field for claim in told} and (time := _lone_duration(tree)):
        told.append(Claim(Field.RUNTIME, time, Trust.GUESS, "a duration without a label"))
    return told


def _lone_duration(tree: "HtmlElement") -> str:
    """Return the running time that is the whole text of elements, "" without one or where several differ."""
    found: dict[int | None, str] = {}
    for element in tree.iter():
        text = element.text
        if not text or len(text) > MAX_DURATION or element.tag in UNSEEN or not isinstance(element.tag, str):
            continue
        if any(c.isdigit() for c in text) and is_duration(text):
            found.setdefault(runtime_of(text), text.strip())
    return next(iter(found.values())) if len(found) == 1 else ""


def _named(tree: "HtmlElement") -> Iterator[tuple[Field, "HtmlElement", str]]:
    for element in _ELEMENTS(tree):
        if element.tag in UNSEEN:
            continue
        for name in (*(element.get("class") or "")[:300].split()[:8], (element.get("id") or "")[:100]):
            field = _field(name) if name else None
            if field and not any(e.tag in _APART for e in (element, *element.iterancestors())):
                yield field, element, name
                break


@lru_cache(maxsize=4096)
def _field(name: str) -> Field | None:
    """Return the field whose name ends a class: "movie-genres", "filmInfo_genreItem", "origtitle"."""
    words = [word.lower() for word in _WORDS.findall(name)]
    while words and words[-1] in _TRAILING:
        words.pop()
    return _NAMES.get(" ".join(words[-2:])) or (_NAMES.get(words[-1]) if words else None)


def _nearest(field: Field, each: "list[tuple[HtmlElement, str]]", around: "list[HtmlElement]") -> tuple[object, str]:
    """Return the value in the smallest part of the page around its heading that holds one; none where they differ."""
    lines = [(element, name, {*element.iterancestors()}) for element, name in each]
    for part in around:
        inside = [(element, name) for element, name, line in lines if part in line]
        groups: dict[HtmlElement | None, list[HtmlElement]] = {}
        for element, _ in inside:
            groups.setdefault(element.getparent(), []).append(element)
        read = [value for elements in groups.values() if (value := _value(field, elements))]
        if read:
            return (read[0] if all(value == read[0] for value in read) else None), inside[0][1]
    return None, ""


def _value(field: Field, elements: "list[HtmlElement]") -> object:
    if field in _LISTS:
        lines = "\n".join(map(with_tail, elements)) if len(elements) > 1 else with_tail(elements[0])
        items = (linked("", elements) if next(elements[0].iter("a"), None) is not None else []) or listed(lines)
        kept = [item for item in parts.list_of(items) if not any(c.isdigit() for c in item) and _is_value(item)]
        return kept if 0 < len(kept) <= MAX_ITEMS and all(len(item) <= MAX_NAME for item in kept) else None
    text = _text(elements[0])
    if len(elements) > 1 or not text:
        return None
    if field is Field.YEAR:
        found = _PLAIN_YEAR.fullmatch(text)
        return values.date_year_of(found[1]) if found else None
    if field is Field.RUNTIME:
        return _runtime(text)
    if field is Field.ORIGINAL_TITLE:
        return text if len(text) <= MAX_NAME * 2 and _is_value(text) else None
    return text if len(text) > MAX_NAME else None


def _runtime(text: str) -> str | None:
    try:
        return text if runtime_of(text) else None
    except ValueError:
        return None


def _is_value(item: str) -> bool:
    return bool(normalise(item)) and (len(item) > MAX_LABEL or field_of_label(item) is None)


def _text(element: "HtmlElement") -> str:
    pieces = [piece for n, piece in enumerate(element.itertext()) if n < MAX_NODES]
    text = collapse(" ".join(pieces))
    label, colon, rest = text.partition(":")
    return rest.strip() if colon and len(label) <= MAX_LABEL and field_of_label(label) else text
