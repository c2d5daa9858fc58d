"""Cards of people on a page, a name over what the person did -> names. Pure functions."""

from typing import TYPE_CHECKING

from kadr.collect.page.inline import UNSEEN
from kadr.collect.page.labels import MAX_LABEL, is_director
from kadr.text import collapse

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["directors_in"]

MAX_DIRECTORS = 10
"""Cards of directors: a page with more lists people."""
MAX_NAME = 80
MAX_CARDS = 200
_APART = frozenset({"nav", "footer", "form", "h1"})


def directors_in(tree: "HtmlElement") -> list[str]:
    """Return the names that stand right before the word "Director" in a card: <p>Name</p><p>Director, Writer</p>."""
    names: dict[str, None] = {}
    cards = 0
    for element in tree.iter():
        text = element.text if isinstance(element.tag, str) and element.tag not in UNSEEN else None
        if not text or len(text) > MAX_LABEL or len(element) or not _says_director(text):
            continue
        cards += 1
        name = _before(element)
        if name:
            names[name] = None
        if cards > MAX_CARDS or len(names) > MAX_DIRECTORS:
            return []
    return list(names)


def _says_director(text: str) -> bool:
    return ":" not in text and any(is_director(role) for role in text.split(","))


def _before(role: "HtmlElement") -> str:
    """Return the name that is all that stands before a role in their card, "" where it is not so."""
    if role.getnext() is not None or (role.tail or "").strip():
        return ""
    name = role.getprevious()
    if name is None or not isinstance(name.tag, str) or (name.tail or "").strip():
        return ""
    line = {str(e.tag) for e in (*name.iter(), *name.iterancestors())}
    text = collapse(" ".join(name.itertext())) if not line & _APART else ""
    named = 2 <= len(text) <= MAX_NAME and text[0].isupper() and not any(c.isdigit() or c == ":" for c in text)
    return text if named and 2 <= len(text.split()) <= 5 else ""
