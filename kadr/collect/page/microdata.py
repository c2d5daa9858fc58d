"""schema.org in microdata (itemscope, itemprop) and in RDFa Lite (typeof, property), its twin -> claims."""

from typing import TYPE_CHECKING, Any

from kadr.collect.page.claims import Claim, Trust
from kadr.collect.page.document import Document, text_in
from kadr.collect.page.main_film import main_film
from kadr.collect.page.schema import EPISODES, Node, claims_of, film_kind, local_name, types_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["claims"]

_MAX_ITEMS = 200
_MAX_ELEMENTS = 20_000
_MAX_DEPTH = 5  # a name within a person within a role within a film; an item may also refer to itself
_MAX_VALUES = 100  # of one property
_LINKS = {"a": "href", "area": "href", "link": "href", "img": "src", "audio": "src", "video": "src", "source": "src"}
_LINKS |= {"iframe": "src", "embed": "src", "object": "data", "data": "value", "meter": "value", "time": "datetime"}
"""Where the value of an element stands, by the microdata standard (html.spec.whatwg.org, "Values")."""
_TOP = "//*[(@itemscope and @itemtype and not(@itemprop)) or (@typeof and not(@property))]"
_FROM_TEXT = frozenset({"name", "genre", "director", "actor", "actors", "keywords", "countryoforigin", "headline"})
"""Properties whose links are wrapped words: their text is meant, not their address."""


def claims(document: Document) -> list[Claim]:
    """Return what microdata says of the page's film, [] where it describes none.

    Raises:
        PageError: it describes several films, none of which is plainly the page's, or a part of a series.
    """
    items = _Items(document)
    films, parts = [], []
    for element in document.tree.xpath(_TOP)[:_MAX_ITEMS]:
        if not _may_be_film(element):
            continue
        node = items.read(element)
        if (kind := film_kind(node)) is not None:
            films.append((node, kind))
        elif types_of(node) & EPISODES:
            parts.append(node)
    chosen = main_film(document, films, parts)
    return claims_of(*chosen, Trust.MARKUP, "microdata") if chosen else []


def _may_be_film(element: "HtmlElement") -> bool:
    types = {local_name(name) for name in _types(element)}
    return not types & {"webpage", "website", "breadcrumblist", "organization", "person", "itemlist", "review"}


def _types(element: "HtmlElement") -> list[str]:
    return (element.get("itemtype") or element.get("typeof") or "").split()[:20]


class _Items:
    """Reads the items of one page, together no more than a bound of elements."""

    def __init__(self, document: Document) -> None:
        self._tree = document.tree
        self._left = _MAX_ELEMENTS
        self._marked: dict[str, HtmlElement] | None = None

    def read(self, element: "HtmlElement", depth: int = 0) -> Node:
        """Return an item with its properties, each a list of texts and items."""
        node: dict[str, Any] = {"@type": _types(element)}
        if mark := element.get("itemid") or element.get("resource"):
            node["@id"] = mark
        pending = [*element, *self._referred(element)][::-1]
        while pending and self._left > 0:
            self._left -= 1
            child = pending.pop()
            names = [local_name(name) for name in (child.get("itemprop") or child.get("property") or "").split()[:10]]
            inner = child.get("itemscope") is not None or child.get("typeof") is not None
            if inner and names and depth < _MAX_DEPTH:
                value: Any = self.read(child, depth + 1)
            for name in names if depth < _MAX_DEPTH or not inner else ():
                values = node.setdefault(name, [])
                if len(values) < _MAX_VALUES:
                    values.append(value if inner else _value(child, name))
            if not inner:
                pending.extend(reversed(child))
        return node

    def _referred(self, element: "HtmlElement") -> list["HtmlElement"]:
        marks = (element.get("itemref") or "").split()[:20]
        if marks and self._marked is None:
            self._marked = {found.get("id"): found for found in reversed(self._tree.xpath("//*[@id]"))}
        return [self._marked[mark] for mark in marks if self._marked and mark in self._marked]


def _value(element: "HtmlElement", name: str) -> str:
    """Return an element's value: where the standard has it, and `content` wherever a site put it."""
    if content := (element.get("content") or "").strip():
        return content
    place = _LINKS.get(element.tag, "") if isinstance(element.tag, str) else ""
    linked = (element.get(place) or "").strip() if place else ""
    return linked if linked and name not in _FROM_TEXT else text_in(element)
