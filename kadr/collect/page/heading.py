"""What a page calls itself: its main heading and its titles, by which a film in its data is told from others."""

from typing import TYPE_CHECKING

from kadr.collect.page.document import Document, meta, text_in
from kadr.collect.page.main_film import page_titles
from kadr.collect.page.titles import read_title, site_names
from kadr.collect.parts import split_title
from kadr.text import normalise

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["Names", "main_heading"]

MAX_HEADINGS = 20


def main_heading(document: Document) -> "HtmlElement | None":
    """Return the first heading that the page's other titles repeat (a logo may be one, too), else the first."""
    headings = list(document.tree.iter("h1"))[:MAX_HEADINGS]
    titles = [normalise(text) for text, where in page_titles(document) if where != "h1"]
    for heading in headings:
        name = normalise(split_title(text_in(heading))[0])
        if name and any(name in title for title in titles):
            return heading
    return next((h for h in headings if normalise(text_in(h))), None)


class Names:
    """The names of a page, and how well another name fits them.

    Attributes:
        years: those that stand in the headings.
    """

    def __init__(self, document: Document) -> None:
        sites = site_names(document.url, meta(document))
        shown = [text for text, _ in page_titles(document)]
        read = [read_title(text, sites) for text in shown]
        self.years = frozenset(titles.year for titles in read if titles.year)
        self._own = frozenset(key for t in read for name in (t.title, t.original) if (key := normalise(name)))
        self._shown = tuple(normalise(text) for text in shown)

    def fit(self, title: str) -> int:
        """Return 3 for the page's own name, 2 for its start, 1 for a part of it, 0 for another."""
        key = normalise(split_title(title)[0])
        if not key:
            return 0
        if key in self._own:
            return 3
        if any(name.startswith(f"{key} ") for name in self._shown):
            return 2
        return 1 if any(f" {key} " in f" {name} " for name in self._shown) else 0
