"""List pages of a site: the addresses that they link to, and how one list page leads to the next."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kadr.collect.fetch.reasons import NO_ANSWER, NOT_FOUND, ODD_ANSWER, REDIRECTS, SERVER_FAULT, TOO_LARGE, TOO_SLOW
from kadr.collect.page.document import open_document
from kadr.collect.site.patterns import canonical, is_same_site
from kadr.collect.site.seen import Seen
from kadr.errors import PageError

if TYPE_CHECKING:
    from kadr.collect.fetch.page import Page
    from kadr.collect.page.document import Document

__all__ = ["PAGE", "ListPage", "follow_list", "read_list"]

PAGE = "{page}"
"""Stands in a list's address for the number of the page, from 1."""
MAX_PAGES = 10_000
"""List pages of one list: a million films at a hundred a page."""
MAX_LINKS = 10_000
"""Links of one page that are looked at: the longest lists that people publish have a few thousand."""
MAX_FAULTS = 3
"""Broken list pages in a row that are stepped over; then the list is at its end, or the site is down."""
_STEPPED_OVER = frozenset({SERVER_FAULT, NO_ANSWER, TOO_SLOW, TOO_LARGE, ODD_ANSWER, REDIRECTS})
"""Faults of one page; after any other the next page would fare no better."""


@dataclass(frozen=True, slots=True)
class ListPage:
    """What a list page links to, in page order, as canonical addresses, and the one that it names as its next page."""

    links: tuple[str, ...]
    following: str = ""


def read_list(document: "Document") -> ListPage:
    """Return the links of a page to pages of the same site, each once."""
    kept: dict[str, None] = {}
    following = ""
    for number, element in enumerate(document.tree.iter("a", "area", "link")):
        if number == MAX_LINKS:
            break
        address = canonical(element.get("href") or "", document.base or document.url)
        if not address or not is_same_site(address, canonical(document.url)):
            continue
        if not following and "next" in (element.get("rel") or "").lower().split():
            following = address
        elif element.tag != "link":
            kept.setdefault(address)
    return ListPage(tuple(kept), following)


def follow_list(
    template: str, get: Callable[[str], "Page"], want: Callable[[str], bool], tell: Callable[[PageError], None]
) -> Iterator[str]:
    """Yield the film addresses that a list links to, each once, page after page as they are asked for.

    With `{page}` in it the address is counted up from 1, else `rel="next"` is followed. The list ends with a page that
    shows no film address that is new to it, that is not found, after three broken pages in a row, or 10,000 pages.

    Args:
        template: the list's address.
        get: fetches a page.
        want: tells whether a canonical address is one of a film page.
        tell: takes the fault of a list page that could not be read.
    """
    seen, faults = Seen(), 0
    is_list = re.compile(r"\d+".join(map(re.escape, _around(template)))).fullmatch if PAGE in template else None
    address = template.replace(PAGE, "1")
    for number in range(2, MAX_PAGES + 2):
        following, fresh = "", 0
        try:
            page = get(address)
            found = read_list(open_document(page.body, page.final_url, page.headers.get("content-type", "")))
            following, faults = found.following, 0
            for link in found.links:
                if want(link) and not (is_list and is_list(link)) and seen.add(link):
                    fresh += 1
                    yield link
        except PageError as fault:
            if fault.reason == NOT_FOUND and number > 2:
                return
            tell(fault)
            faults += 1
            if not is_list or faults == MAX_FAULTS or fault.reason not in _STEPPED_OVER:
                return
        following = template.replace(PAGE, str(number)) if is_list else following
        if not following or (not fresh and not faults):
            return
        address = following


def _around(template: str) -> list[str]:
    """Return what stands around `{page}` as it stands in canonical addresses."""
    mark = "7777777"  # digits pass unchanged
    return canonical(template.replace(PAGE, mark)).split(mark)
