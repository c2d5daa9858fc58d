"""The text and the items that elements of a page show. Pure functions."""

import re
from typing import TYPE_CHECKING

from kadr.collect.page.people import without_and
from kadr.text import collapse

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = [
    "BLOCKS",
    "BREAKS",
    "MAX_NODES",
    "MAX_VALUE",
    "SPACE",
    "UNSEEN",
    "is_noise",
    "lines_of",
    "linked",
    "listed",
    "with_tail",
]

MAX_VALUE = 3_000
"""Characters of a value; fifty actors with their parts have fewer."""
MAX_NODES = 400
"""Elements and siblings looked at beside one label."""
UNSEEN = frozenset({"script", "style", "template", "noscript", "option", "textarea", "svg", "head", "title"})
BLOCKS = frozenset(
    ["address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figure", "header", "li", "main", "ol", "p"]
) | {"section", "table", "tbody", "td", "th", "tr", "ul", "h1", "h2", "h3", "h4", "h5", "h6"}
BREAKS = frozenset({"br", "hr"})
_NOISE = re.compile(
    r"(?:\W*|(?:и )?(?:ещ[её]|другие|др|все|показать|смотреть|подробнее|развернуть|далее|читать|and|more|show|see|all"
    r"|full|view|read|alle|mehr|plus|voir|más|ver|altri)\b.{0,40}|.{0,10}\d+ (?:more|ещ[её]|актер|актёр)\b.{0,30})",
    re.IGNORECASE,
)
SPACE = re.compile(r"\s+")
_NOTES = re.compile(r"[(\[][^()\[\]]*[)\]]")
_SEPARATOR = re.compile(r"[|;,\n•·]| / |(?:^|\s)#(?=\w)")
_AND_OTHERS = re.compile(
    r"\s+(?:(?:и|та|і)\s+(?:многие\s+)?(?:другие|др\.?|інші)|and\s+(?:many\s+)?others|et\s+al\.?|u\.\s?a\.|aj\.?)$",
    re.IGNORECASE,
)


def is_noise(text: str) -> bool:
    """Tell whether a link or item leads to more instead of naming something: "...", "и ещё 5", "Show all"."""
    return len(text) <= 60 and _NOISE.fullmatch(text.strip()) is not None


def with_tail(element: "HtmlElement") -> str:
    """Return the text of an element and, if the line goes on behind it, what follows."""
    return lines_of(element) + ("" if element.tag in BLOCKS else SPACE.sub(" ", element.tail or ""))


def lines_of(element: "HtmlElement") -> str:
    """Return the text of an element with its lines and its items apart."""
    parts: list[str] = []
    for n, inner in enumerate(element.iter()):
        if n > MAX_NODES:
            break
        if not isinstance(inner.tag, str) or inner.tag in UNSEEN:
            continue
        before = inner.getprevious()
        if inner.tag in BLOCKS or inner.tag in BREAKS or (before is not None and not (before.tail or "").strip()):
            parts.append("\n")
        parts.append(SPACE.sub(" ", inner.text or ""))
        if inner is not element:
            parts.append(SPACE.sub(" ", inner.tail or ""))
    return "".join(parts)


def listed(lines: str) -> list[str]:
    """Return the items of a text: by lines and separators, notes in parentheses left out."""
    pieces = (collapse(piece) for piece in _SEPARATOR.split(_NOTES.sub(" ", lines[:MAX_VALUE])))
    pieces = (without_and(_AND_OTHERS.sub("", piece)) for piece in pieces)
    return [piece.rstrip(".") if len(piece) > 4 else piece for piece in pieces if piece and not is_noise(piece)]


def linked(first: str, taken: list["HtmlElement"]) -> list[str]:
    """Return the texts of the links that stand as the first one does, and names between commas without a link."""
    paths: list[tuple[tuple[str, ...], str]] = []
    loose = [first]
    for piece in taken:
        for link in piece.iter("a", "li"):
            if link.tag == "li" and next(link.iter("a"), None) is not None:
                continue
            text = collapse("".join(link.itertext())[:MAX_VALUE]).lstrip("#")
            if text and len(paths) < MAX_NODES:
                paths.append((("a", *_path(link, piece)) if link.tag == "li" else _path(link, piece), text))
            loose.append(link.tail or "" if link is not piece else "")
        loose.append(piece.tail or "" if piece.tag not in BLOCKS else "")
    named = [text for path, text in paths if path == paths[0][0] and not is_noise(text)]
    if not named:
        return []
    return named + [name for text in loose if "," in text for name in listed(text) if name[:1].isalpha()]


def _path(link: "HtmlElement", top: "HtmlElement") -> tuple[str, ...]:
    tags: list[str] = []
    for element in (link, *link.iterancestors()):
        tags.append(str(element.tag))
        if element is top:
            break
    return tuple(tags)
