"""schema.org in JSON-LD -> claims: graphs, lists, references and nested objects; of several films, this page's."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from kadr.collect.headers import Field
from kadr.collect.page.claims import Claim, Trust
from kadr.collect.page.document import Document
from kadr.collect.page.json_text import read_json
from kadr.collect.page.main_film import agrees, main_film
from kadr.collect.page.schema import EPISODES, Node, claims_of, film_kind, local_name, text_of_node, types_of

__all__ = ["claims", "nodes"]

_MAX_SCRIPTS = 100
_MAX_NODES = 20_000
_MAX_LIST = 500  # of a cast nobody reads the fifty-first, and a page of more films is a list
_MAX_DEPTH = 12  # as deep as a person's award within a film within a page within a graph goes
_CARRIERS = frozenset({"videoobject", "product"})
_LEADING = frozenset(
    {"@graph", "mainentity", "mainentityofpage", "about", "itemreviewed", "workpresented", "maincontentofpage", "item"}
)
"""Properties through which the main thing of a page is reached; what hangs on others is something else: a similar
film, an entry of a list, what an actor is known for."""


def claims(document: Document) -> list[Claim]:
    """Return what JSON-LD says of the page's film, [] where it describes none.

    Raises:
        PageError: it describes several films, none of which is plainly the page's, or a part of a series.
    """
    found = list(nodes(document))
    films = [(node, kind) for node in found if (kind := film_kind(node)) is not None]
    parts = [node for node in found if types_of(node) & EPISODES]
    chosen = main_film(document, films, parts)
    return claims_of(*chosen, Trust.DATA, "json-ld") if chosen else _of_video(document, found)


def _of_video(document: Document, found: list[Node]) -> list[Claim]:
    """Return what a video or an offer of the page's name says of the film in it: its text, as good as a meta tag."""
    named = (node for node in found if types_of(node) & _CARRIERS and agrees(document, node))
    texts = (text for node in named if (text := text_of_node(node.get("description"))))
    return [Claim(Field.DESCRIPTION, text, Trust.SHARING, "json-ld: description") for text in islice(texts, 1)]


def nodes(document: Document) -> Iterator[Node]:
    """Yield the objects that the page's JSON-LD is about, references resolved: keys in lower case, without prefix."""
    values: list[Any] = []
    for script in list(document.tree.iter("script"))[: _MAX_SCRIPTS * 10]:
        kind = (script.get("type") or "").lower()
        if "ld+json" in kind and len(values) < _MAX_SCRIPTS:
            values += read_json(script.text or "")
    budget = [_MAX_NODES]
    known: dict[str, Node] = {}
    plain = [_plain(value, known, budget, 0) for value in values]
    for value in plain:
        yield from _leading(value, known, 0)


def _plain(value: Any, known: dict[str, Node], budget: list[int], depth: int) -> Any:
    """Return a value with plain keys, and note each object that has an id, the fullest under each."""
    budget[0] -= 1
    if budget[0] < 0 or depth > _MAX_DEPTH:
        return None
    if isinstance(value, list):
        return [_plain(item, known, budget, depth + 1) for item in value[:_MAX_LIST]]
    if not isinstance(value, dict):
        return value
    node = {_key(key): _plain(item, known, budget, depth + 1) for key, item in value.items()}
    mark = node.get("@id")
    if isinstance(mark, str) and len(node) > len(known.get(mark, ())):
        known[mark] = node
    return node


def _key(key: str) -> str:
    return key.lower() if key.startswith("@") else local_name(key)


def _leading(value: Any, known: dict[str, Node], depth: int) -> Iterator[Node]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _leading(item, known, depth + 1)
    elif isinstance(value, dict):
        node = _resolved(value, known)
        if types_of(node):
            yield {key: _followed(item, known) for key, item in node.items()}
        if film_kind(node) is None and "person" not in types_of(node):
            for key in _LEADING & node.keys():
                yield from _leading(node[key], known, depth + 1)


def _resolved(value: Any, known: dict[str, Node]) -> Any:
    """Return the object that a bare reference ({"@id": ...}) names, else the value itself."""
    mark = value.get("@id") if isinstance(value, dict) and len(value) <= 2 else None
    return known.get(mark, value) if isinstance(mark, str) else value


def _followed(value: Any, known: dict[str, Node]) -> Any:
    return [_resolved(item, known) for item in value] if isinstance(value, list) else _resolved(value, known)
