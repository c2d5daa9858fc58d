"""Labels in a page's visible text and what stands beside them, whatever the markup. Pure functions."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kadr.collect.headers import Field
from kadr.collect.page.inline import (
    BLOCKS,
    BREAKS,
    MAX_NODES,
    MAX_VALUE,
    SPACE,
    UNSEEN,
    is_noise,
    lines_of,
    linked,
    listed,
    with_tail,
)
from kadr.collect.page.labels import MAX_LABEL, field_of_label
from kadr.text import collapse

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["Labelled", "labelled_in"]

MAX_DASHED = 200
"""Characters of a text in which a dash may stand for a colon; in a longer one it is a part of a sentence."""
MAX_ROWS = 300
"""Labels of a page: a film page has fifty, a list page with cards may have thousands."""
MAX_TRIED = 2_000
"""Labels of a page with a value or without."""
_APART = frozenset({"nav", "footer", "form", "select", "menu"})
"""Menus and search forms, unless the page's heading stands inside (one form around the whole page)."""
_COLON = re.compile(r":|\s[-\u2013\u2014]\s")
_NOTE_AFTER = re.compile(r"(?<=\S)\s?\([^()]{1,30}\)$")
"""Release Date (Theaters): ..."""
_NEXT_LABEL = re.compile(r"[|•·;][^:|•·;]{2,40}:")

_STOP = re.compile(r"\s?[.;]\s+\w")
_LAST_WORDS = re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+){0,3}$")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label and its value.

    `items`: of the value as a list, by its links where it has some. `text`: the whole value. `place`: the element that
    holds the label and the value both.
    """

    field: Field
    label: str
    items: tuple[str, ...]
    text: str
    place: "HtmlElement"


def labelled_in(tree: "HtmlElement", heading: "HtmlElement | None") -> list[Labelled]:
    """Return every label of a page that has a value, in page order.

    Args:
        tree: the page, or a part of it.
        heading: of the page; a menu or a form is passed over unless the heading stands in it.
    """
    above = set(heading.iterancestors()) if heading is not None else set()
    rows: list[Labelled] = []
    tried = 0
    for element, text, is_tail in _texts(tree):
        head, colon, rest = _parted(text)
        label = _NOTE_AFTER.sub("", collapse(head))
        field = field_of_label(label) if 1 < len(label) <= MAX_LABEL else None
        owner = element.getparent() if is_tail else element
        first_of_more = colon and ":" in rest and 1 <= len(label.split()) <= 3  # "Script: ... | Director: ..."
        if (field is None and not first_of_more) or owner is None or _is_apart(owner, above):
            continue
        tried += 1
        found = _beside(element, owner, rest, is_tail=is_tail, colon=bool(colon)) if field else None
        row = _row(field, label, *found) if field and found else None
        rows.extend([row] if row else [])
        rows.extend(_further(rest, owner))
        if len(rows) >= MAX_ROWS or tried >= MAX_TRIED:
            break
    return rows


def _texts(tree: "HtmlElement") -> Iterator[tuple["HtmlElement", str, bool]]:
    """Yield element, text and whether it stands after the element, for texts that may hold a label."""
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        if element.text and element.tag not in UNSEEN and not element.text.isspace():
            # A label may stand on two lines: <th>В главных<br>ролях</th>
            whole = _brief(element) if element.tag in {"th", "dt"} and len(element) else ""
            yield element, whole or element.text[:MAX_VALUE], False
        if element.tail and not element.tail.isspace():
            yield element, element.tail[:MAX_VALUE], True


def _parted(text: str) -> tuple[str, str, str]:
    """Return what stands before and after the first colon of a text, or the first dash of a short one."""
    found = _COLON.search(text) if len(text) <= MAX_DASHED else None
    return (text[: found.start()], found[0], text[found.end() :]) if found else text.partition(":")


def _is_apart(owner: "HtmlElement", above: set["HtmlElement"]) -> bool:
    line = (owner, *owner.iterancestors())
    return any(e.tag in UNSEEN or (e.tag in _APART and e not in above) for e in line)


Beside = tuple[str, list["HtmlElement"], "HtmlElement"]
"""The text right after the label, the elements that follow it, and the element that holds both."""


def _beside(element: "HtmlElement", owner: "HtmlElement", rest: str, *, is_tail: bool, colon: bool) -> Beside | None:
    """Return what stands beside a label, or None."""
    two_lines = element.tag in {"th", "dt"} and _brief(element) != ""
    if not is_tail and not rest.strip() and (two_lines or not _has_text(element, after_text=True)):
        label = _whole(element)
        parent = label.getparent()
        if parent is None or (not colon and _is_menu(element, label)):
            return None
        return _flow(label, label.tail or "", label.itersiblings(), parent)
    if not colon and (is_tail or not _is_links(element)):
        return None
    return _flow(None, rest, element.itersiblings() if is_tail else iter(element), owner)


def _is_links(element: "HtmlElement") -> bool:
    """Tell whether an element holds a text and then links, with nothing but commas between: Directed by <a>...</a>."""
    if element.tag == "a" or not len(element) or len(element) > MAX_NODES:
        return False
    between = "".join(child.tail or "" for child in element)
    return all(child.tag == "a" for child in element) and not any(c.isalpha() for c in between)


def _is_menu(element: "HtmlElement", label: "HtmlElement") -> bool:
    """Tell whether a label is a link beside another such link, as in a menu: <li><a>Trivia</a><li><a>Taglines</a>."""
    following = label.getnext()
    if (label.tail or "").strip():
        return False
    in_link = any(e.tag == "a" for e in (element, *element.iterancestors("a")))
    if not in_link or following is None or following.tag != label.tag:
        return False
    return label.tag == "a" or (len(following) == 1 and len(label) == 1 and following[0].tag == label[0].tag)


def _whole(label: "HtmlElement") -> "HtmlElement":
    """Return the outermost element whose only text is the label."""
    for _ in range(MAX_LABEL):
        parent = label.getparent()
        if parent is None or parent.tag == "body" or (parent.text or "").strip():
            break
        if (label.tail or "").strip(" \t\r\n:") or any(_has_text(s) for s in _siblings(label)):
            break
        label = parent
    return label


def _siblings(element: "HtmlElement") -> Iterator["HtmlElement"]:
    for preceding in (False, True):
        for n, sibling in enumerate(element.itersiblings(preceding=preceding)):
            if n > MAX_NODES:
                return
            yield sibling


def _has_text(element: "HtmlElement", *, after_text: bool = False) -> bool:
    """Tell whether an element, or the text after it, says something besides its first text."""
    for n, inner in enumerate(element.iter()):
        if n > MAX_NODES:
            return True
        seen = isinstance(inner.tag, str) and inner.tag not in UNSEEN
        if seen and (inner.text or "").strip() and not (after_text and inner is element):
            return True
        if inner is not element and (inner.tail or "").strip(" \t\r\n:"):
            return True
    return not after_text and bool((element.tail or "").strip(" \t\r\n:"))


def _flow(label: "HtmlElement | None", first: str, following: Iterable["HtmlElement"], owner: "HtmlElement") -> Beside:
    """Return the part of what follows that belongs to the label: up to a line's end, a block's end or another label."""
    first = first.lstrip(" \t\r\n:\u2014\u2013-")
    taken: list[HtmlElement] = []
    said = bool(first.strip())
    for n, sibling in enumerate(following):
        if n > MAX_NODES or (said and _ends(sibling, label)) or _is_label(sibling, label):
            break
        if not isinstance(sibling.tag, str) or sibling.tag in BREAKS:
            continue
        has_text = _has_text(sibling)
        if said and sibling.tag in BLOCKS and not (sibling.tag == "dd" and taken and taken[-1].tag == "dd"):
            break
        taken.append(sibling)
        said = said or has_text
        if said and sibling.tag in BLOCKS and sibling.tag != "dd":
            break
    return first, taken, owner


def _ends(sibling: "HtmlElement", label: "HtmlElement | None") -> bool:
    """Tell whether an element after a value ends it: a line break, or one that looks as the label does."""
    if sibling.tag in BREAKS:
        return True
    same = label is not None and sibling.tag == label.tag != "a"
    return same and label is not None and sibling.get("class") == label.get("class")


def _is_label(sibling: "HtmlElement", label: "HtmlElement | None") -> bool:
    """Tell whether an element is a label itself: a known one, or a short text with a colon."""
    if label is not None and label.tag == "th" == sibling.tag:
        return True
    if not isinstance(sibling.tag, str) or sibling.tag in UNSEEN:
        return False
    text = _brief(sibling)
    if not text:
        return False
    if text.endswith(":") or (sibling.tail or "").lstrip().startswith(":"):
        return True
    return field_of_label(text) is not None


def _brief(element: "HtmlElement") -> str:
    """Return the text of an element if it is as short as a label, else ""."""
    parts: list[str] = []
    size = 0
    for piece in element.itertext():
        parts.append(piece)
        size += len(piece.strip())
        if size > MAX_LABEL or len(parts) > MAX_NODES:
            return ""
    return collapse(" ".join(parts))


def _row(field: Field, label: str, first: str, taken: list["HtmlElement"], owner: "HtmlElement") -> Labelled | None:
    first = SPACE.sub(" ", first)  # a line's end in HTML is but a space
    cut = _NEXT_LABEL.search(first)
    ends = [end for end in (cut.start() if cut else 0, _known_end(first)) if end]
    if ends:
        end = min(ends)
        first, taken = first[:end].rstrip(" .,;|\u2022\u00b7"), []
    shown = [with_tail(piece) for piece in taken]
    stop = None if first else _sentence_end(taken)
    if stop is not None:
        shown[stop:], taken = [lines_of(taken[stop])], taken[: stop + 1]
    lines = "\n".join([first, *shown])
    told = collapse(" ".join(line for line in lines.split("\n") if not is_noise(line)))
    text = (told or collapse(lines)).removesuffix(", ...")
    if not text or len(text) > MAX_VALUE or field_of_label(text) is not None:
        return None
    items = linked(first, taken) or listed(lines)
    return Labelled(field, label, tuple(items), text, owner)


def _sentence_end(taken: list["HtmlElement"]) -> int | None:
    """Return the place of the link or emphasis behind which a sentence ends: "Original title: <em>...</em>. Genre"."""
    ends = (n for n, piece in enumerate(taken) if piece.tag not in BLOCKS and _STOP.match(piece.tail or ""))
    return next(ends, None)


def _known_end(text: str) -> int:
    """Return where another known label with a colon starts inside a text, 0 if none does."""
    head, colon, _ = text.partition(":")
    start = max(len(head) - MAX_LABEL, 0)
    found = _LAST_WORDS.search(head, start) if colon else None
    if not found:
        return 0
    words = found[0].split(" ")
    ends = (" ".join(words[skip:]) for skip in range(len(words)))
    return next((len(head) - len(end) for end in ends if field_of_label(end)), 0)


def _further(rest: str, owner: "HtmlElement") -> Iterator[Labelled]:
    """Yield the rows that follow the first in one run of text: "Страна: США. Год: 1999. Жанр: драма"."""
    for _ in range(20):
        head, colon, after = rest[_known_end(rest) :].partition(":")
        if not colon:
            return
        rest = after
        field = field_of_label(collapse(head))
        row = _row(field, collapse(head), rest.strip(), [], owner) if field else None
        if row:
            yield row
