"""A description out of a page's own text, where no place made for one holds it."""

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING

from kadr.collect.headers import Field
from kadr.collect.page.claims import Claim, Trust
from kadr.collect.page.document import Document
from kadr.collect.page.heading import Names
from kadr.collect.page.inline import is_noise
from kadr.collect.page.labelled import labelled_in
from kadr.collect.page.labels import MAX_LABEL, field_of_label, is_description
from kadr.film import MAX_TITLE
from kadr.text import collapse, is_placeholder, normalise

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["claims"]

MIN_TEXT = 60
"""Characters: shorter is a caption or a call to watch, not what a film is about."""
MAX_TEXT = 20_000
MAX_NODES = 200
MAX_BLOCKS = 2_000
"""Elements of a page that is small: trafilatura found nothing to read in it."""
MAX_LABELS = 20
"""Labels of descriptions on a page: beside its own those of a menu and of similar films."""
MAX_BUTTON = 20
"""Characters of what stands beside a heading without being under it."""
MAX_ROW = 150
"""Characters of a fact row."""
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_UNSEEN = frozenset({"script", "style", "template", "noscript", "svg", "form", "nav", "button", "iframe"})
_ASIDES = _UNSEEN | {"header", "footer", "aside", "ul", "ol"}
_VISITORS = re.compile(r"comment|review|cookie|consent|footer|sidebar|banner|disclaimer|otzyv", re.IGNORECASE)
"""Classes of what visitors wrote and of what the site says of itself."""
_LABELS = _HEADINGS | {"b", "strong", "span", "div", "p", "dt", "th", "td", "summary", "legend", "em", "label", "a"}
_BLOCKS = frozenset({"p", "div", "br", "li", "section", "article", "blockquote"})
_NOT_TOLD = re.compile(
    r"\W{0,5}(?:(?:отзыв|рецензи|коммент|мнени|review|comment|avis|kommentar)\w{0,8}[^:]{0,10}:|\u00a9|\([cс]\)|copyright\b)",
    re.IGNORECASE,
)
"""Beginnings of what visitors wrote and of what a site says of its rights, where no class tells."""
_CALLS = re.compile(
    r"\b(?:смотр(?:еть|ите|и) .{0,80}онлайн|смотр(?:еть|ите|и) бесплатно|онлайн (?:бесплатно )?в хорошем"
    r"|без регистрации|в хорошем (?:hd )?качестве|скачать .{0,40}(?:торрент|бесплатно)|приятного просмотра"
    r"|на нашем сайте|на этом сайте|все права защищены|файлы cookie|используем cookie|пользовательское соглашение"
    r"|политика конфиденциальности|watch .{0,80}online|online for free|free download|all rights reserved|we use cookies"
    r"|use of cookies|cookie policy|accept cookies|privacy policy|terms of (?:use|service)|sign up for"
    r"|subscribe to our)\b",
    re.IGNORECASE,
)
"""What sites say of themselves around a description."""
_STOP = re.compile(r"[.!?…。！？]")
"""What tells sentences from a row of names."""
_ENDED = re.compile(r"[.!?…。！？][\"»”)]?$")
_ROW = re.compile(r"\W{0,3}\w[\w()-]{0,20}(?: [\w()-]{1,20}){0,2}\s?:\s")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


def claims(document: Document) -> list[Claim]:
    """Return the description below a heading that says so, else the page's main text; [] without either.

    The main text is what trafilatura takes for it: half a second to import and 50 ms a page, so it comes last.
    """
    for label, text in islice(_below_headings(document.tree), MAX_LABELS):
        cleaned = _cleaned(text)
        if _STOP.search(cleaned):
            return [Claim(Field.DESCRIPTION, cleaned, Trust.FACTS, f'text under "{label}"')]
    names = Names(document)
    lines = (line for line in _main_text(document).split("\n") if len(line) > MAX_TITLE or names.fit(line) < 3)
    texts = chain(["\n".join(lines)], _blocks(document.tree))
    told = next((cleaned for text in texts if (cleaned := _cleaned(text))), "")
    return [Claim(Field.DESCRIPTION, told, Trust.BODY, "main text")] if told else []


def _below_headings(tree: "HtmlElement") -> Iterator[tuple[str, str]]:
    """Yield label and text of every block that a heading or a label calls a description."""
    for element in tree.iter():
        named = isinstance(element.tag, str) and (
            element.tag in _LABELS or "-" in element.tag
        )  # own elements of a site
        text = element.text if named else None
        if not text or text.isspace():
            continue
        head, colon, rest = text[: MAX_TEXT + MAX_LABEL].partition(":")
        label = collapse(head)
        if not is_description(label) and not _is_titled(element, label):
            continue
        if rest.strip():
            yield label, _joined([rest, *_inline(element)])
        elif element.tag in _HEADINGS or colon or not _own_text(element):
            yield label, _following(element)


def _is_titled(element: "HtmlElement", label: str) -> bool:
    """Tell whether a heading is "Описание фильма «...»": a label of a description, then a title."""
    words = label.split()[:3]
    heads = (" ".join(words[:n]) for n in (3, 2, 1))
    quoted = "«" in label or '"' in label
    return element.tag in _HEADINGS and len(label) < 200 and quoted and any(is_description(h) for h in heads)


def _inline(element: "HtmlElement") -> Iterator[str]:
    for child in element:
        if child.tag not in _UNSEEN:
            yield _readable(child)
        yield child.tail or ""


def _own_text(element: "HtmlElement") -> bool:
    """Tell whether an element says anything besides its first text."""
    return any(text.strip() for text in _inline(element))


def _following(label: "HtmlElement") -> str:
    """Return the text that stands below a label, up to the next heading or label."""
    for element in (label, *label.iterancestors()):
        if element.tag == "body":
            break
        pieces = [(element.tail or "").lstrip(" \t\r\n:")]
        for n, sibling in enumerate(element.itersiblings()):
            if n > MAX_NODES or _starts_anew(sibling, element):
                break
            if sibling.tag not in _UNSEEN and len(labelled_in(sibling, None)) < 2:  # else a table of facts
                pieces.append(_readable(sibling))
            pieces.append(sibling.tail or "")
        if len(text := _joined(pieces)) > MAX_BUTTON:
            return text
        parent = element.getparent()
        if parent is None or not _only_wraps(parent, element):
            break
    return ""


def _only_wraps(parent: "HtmlElement", element: "HtmlElement") -> bool:
    """Tell whether an element says what one in it does and hardly more, such as "[edit]" beside a heading."""
    outer, inner = collapse(_readable(parent)), collapse(_readable(element))
    return outer.startswith(inner) and len(outer) <= len(inner) + MAX_BUTTON


def _starts_anew(sibling: "HtmlElement", label: "HtmlElement") -> bool:
    """Tell whether an element begins another part of the page: a heading, a label, or one that looks as the label."""
    if not isinstance(sibling.tag, str):
        return False
    if sibling.tag in _HEADINGS or (sibling.tag == label.tag == "dt") or any(True for _ in sibling.iter(*_HEADINGS)):
        return True
    text = collapse(_readable(sibling))
    if len(text) <= MAX_LABEL:
        colon = text.endswith(":") or (sibling.tail or "").lstrip().startswith(":")
        return colon or field_of_label(text) is not None or bool(labelled_in(sibling, None))
    return len(text) <= MAX_ROW and bool(labelled_in(sibling, None))


def _readable(element: "HtmlElement") -> str:
    """Return the text of an element, its blocks on lines of their own, links that lead to more left out."""
    parts: list[str] = []
    size = 0
    unseen: set[HtmlElement] = set()
    for inner in element.iter():
        parent = inner.getparent()
        hidden = not isinstance(inner.tag, str) or inner.tag in _UNSEEN or (parent in unseen and inner is not element)
        if hidden:
            unseen.add(inner)
        elif inner.text and not (inner.tag == "a" and is_noise(inner.text)):
            parts.append("\n" if inner.tag in _BLOCKS else "")
            parts.append(inner.text)
        elif inner.tag in _BLOCKS:
            parts.append("\n")
        if inner is not element and parent not in unseen:
            parts.append(inner.tail or "")
        size += len(parts[-1]) if parts else 0
        if size > MAX_TEXT:
            break
    return "".join(parts)


def _joined(pieces: list[str]) -> str:
    return "\n".join(piece for piece in pieces if piece.strip())[:MAX_TEXT]


def _main_text(document: Document) -> str:
    from trafilatura import extract

    html = document.text
    text = extract(html, url=None, favor_precision=True, include_comments=False, include_tables=False, fast=True)
    return text or ""


def _blocks(tree: "HtmlElement") -> Iterator[str]:
    """Yield the blocks of sentences of a page in which trafilatura found nothing, such as cells of old layouts."""
    for element in islice(tree.iter("p", "div", "td", "section", "article", "span", "font"), MAX_BLOCKS):
        own = (element.text or "") + "".join(child.tail or "" for child in islice(element, MAX_NODES))
        if (
            len(own) < MIN_TEXT
            or not _STOP.search(own)
            or _NOT_TOLD.match(own)
            or any(_is_aside(e) for e in (element, *element.iterancestors()))
        ):
            continue
        yield _readable(element)


def _is_aside(element: "HtmlElement") -> bool:
    return element.tag in _ASIDES or bool(_VISITORS.search(f"{element.get('class') or ''} {element.get('id') or ''}"))


def _is_row(line: str) -> bool:
    """Tell whether a line is a short row of any label, "Quality: WEB-DL", or an item of a list."""
    if len(line) > MAX_ROW // 2 or _ENDED.search(line):
        return False
    return line.startswith("- ") or _ROW.match(line) is not None


def _is_caption(line: str, after: list[str]) -> bool:
    """Tell whether a first line is a name above the text rather than its start."""
    short = len(line) < MIN_TEXT and _STOP.search(line) is None
    return short and any(next_line[:1].isupper() for next_line in after)


def _cleaned(text: str) -> str:
    """Return a text without lines that a site says of itself and without fact rows; "" if too little is left."""
    kept: list[str] = []
    lines = [collapse(line) for line in text.split("\n")]
    for n, line_text in enumerate(lines):
        head, colon, _ = line_text.partition(":")
        if not line_text or is_noise(line_text) or (colon and field_of_label(head) is not None):
            continue
        if _is_row(line_text) or (not kept and _is_caption(line_text, lines[n + 1 : n + 2])):
            continue
        sentences = [s for s in _SENTENCE.split(line_text) if not _CALLS.search(s)]
        kept.append(" ".join(sentences))
    while len(kept) > 1 and len(kept[-1]) < MIN_TEXT and not _STOP.search(kept[-1]):
        kept.pop()  # the heading of what was left out below
    found = collapse(" ".join(kept))
    return "" if len(found) < MIN_TEXT or is_placeholder(found) or not normalise(found) else found[:MAX_TEXT]
