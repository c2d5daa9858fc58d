"""Why a page is not one film: a list, a person, a robot check that answered 200, an error page, an article."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from urllib.parse import urlsplit

from kadr.collect.download import shown_url
from kadr.collect.headers import Field
from kadr.collect.page import jsonld
from kadr.collect.page.claims import Claim, Trust
from kadr.collect.page.document import Document, meta, resolved
from kadr.collect.page.heading import Names
from kadr.collect.page.labels import MAX_LABEL
from kadr.collect.page.main_film import canonical, page_titles
from kadr.collect.page.merge import OF_MENUS
from kadr.collect.page.not_films import (
    ANSWERS,
    ASIDES,
    CHALLENGES,
    ERRORS,
    HEADED,
    HEADS,
    LABELS,
    LIST_TITLE,
    LOGINS,
    REVIEWS,
    SHARED_TYPES,
    STATUS,
    TYPES,
)
from kadr.collect.page.opengraph import declared_kind
from kadr.collect.page.schema import film_kind, get, text_of_node, types_of
from kadr.collect.page.titles import read_title
from kadr.text import collapse, normalise

__all__ = ["frames_in", "why_not"]

MAX_TEXT = 20_000
"""Characters of visible text that are looked at."""
LITTLE_TEXT = 2_500
"""Characters: a robot check, an error page or a login has less; a film page with its menus more."""
MANY_FILMS = 8
"""Links of one shape: similar films beside a film are six as a rule, and a page with fact rows is not asked."""
MAX_LINKS = 2_000
MAX_FRAMES = 5
_SHELL_TEXT = 50
"""Characters: a page that waits for its scripts says no more than that it loads."""
_SHOWN = ("a", "td", "li", "h1", "h2", "h3", "dl", "form")
"""Elements of a page that has something to show."""
_UNSEEN = frozenset({"script", "style", "template", "noscript", "svg", "head", "title"})
_FACTS = frozenset(
    {Field.YEAR, Field.RELEASE_DATE, Field.COUNTRIES, Field.DIRECTORS, Field.GENRES, Field.RUNTIME, Field.ACTORS}
)
_PAGED = re.compile(r"(?:[?&/](?:page|p|stranica|str|pg)[=/-]?\d{1,5})(?:\D|$)", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")


def why_not(document: Document, claims: Sequence[Claim]) -> str:
    """Return what a page is in place of one film, in words that pages of one sort share; "" if it may be a film.

    A page that schema.org, its own state or its sharing tags call a film is believed. Of others, what stands on them
    tells: fact rows of a film weigh more than a heading.

    Args:
        document: the page.
        claims: what every reader but `body` said of it.
    """
    if aside := _aside(document):
        return aside
    if any(c.field is Field.TITLE and c.trust >= Trust.STATE for c in claims):
        return _reviewed(document, claims)
    page = _Looks(document, claims)
    return next((why for check in _CHECKS if (why := check(page))), "")


def frames_in(document: Document) -> list[str]:
    """Return the addresses of the pages that a frameset shows in place of a text of its own; none for other pages."""
    if next(document.tree.iter("frameset"), None) is None:
        return []
    links = (frame.get("src") or "" for frame in document.tree.iter("frame"))
    addresses = (resolved(document.base or document.url, link) for link in links)
    return [
        shown_url(address) + ("?..." if "?" in address else "")
        for address in islice(filter(None, addresses), MAX_FRAMES)
    ]


def _aside(document: Document) -> str:
    """Tell a page of reviews, pictures or the cast of a film, which repeats the film's data, by its address."""
    name = _part_named(document.url) and _part_named(canonical(document)[0])
    if not name:
        return ""
    titled = any(normalise(read_title(text, ()).title) == name for text, _ in page_titles(document))
    return "" if titled else "a page beside a film's own"


def _part_named(address: str) -> str:
    """Return the last part of /film/NAME/reviews, "" for any other address."""
    path = [piece.lower() for piece in urlsplit(address).path.split("/") if piece]
    return normalise(path[-1]) if len(path) > 2 and path[-1] in ASIDES else ""


def _reviewed(document: Document, claims: Sequence[Claim]) -> str:
    """Tell a review by schema.org: the film in it is only what is reviewed, and no rows tell of the film."""
    if "itemReviewed" not in document.text or declared_kind(meta(document)) is not None:
        return ""
    if _facts_in(claims) >= 2:
        return ""
    nodes = list(jsonld.nodes(document))
    reviews = sum(bool(types_of(node) & REVIEWS) for node in nodes)
    return "a review" if 0 < sum(film_kind(node) is not None for node in nodes) <= reviews else ""


def _facts_in(claims: Sequence[Claim]) -> int:
    """Return how many fields the page's rows tell; a menu of genres beside one of countries is none."""
    told = {c.field for c in claims if c.trust is Trust.FACTS and c.field in _FACTS}
    return 0 if told <= OF_MENUS else len(told)


class _Looks:
    """What the checks look at, each read once."""

    def __init__(self, document: Document, claims: Sequence[Claim]) -> None:
        self.document, self.claims = document, claims
        self.tags = meta(document)
        titles = page_titles(document)
        self.titles = [text for text, _ in titles]
        self.headings = [text for text, place in titles if place == "h1"]
        self.segments = {key for text in self.titles for part in _parts(text) if (key := normalise(part))}
        pieces = list(_visible(document))
        self.text = collapse(" ".join(pieces))
        self.words = f" {normalise(self.text)} "
        self.labels = {normalise(label) for piece in pieces if len(label := piece.partition(":")[0]) <= MAX_LABEL}
        self.facts = _facts_in(claims)
        self.declared = declared_kind(self.tags) is not None
        self.short = len(self.text) < LITTLE_TEXT

    @property
    def plain_film(self) -> bool:
        """Whether the page's rows or tags speak of one film."""
        return self.declared or self.facts >= 2


def _robot_check(page: _Looks) -> str:
    if page.plain_film or not page.short:
        return ""
    asked = any(f" {phrase} " in page.words for phrase in CHALLENGES) or bool(page.segments & ANSWERS)
    return "a robot check" if asked or _has_captcha(page.document) else ""


def _has_captcha(document: Document) -> bool:
    forms = (form.get("action") or "" for form in document.tree.iter("form"))
    frames = (frame.get("src") or "" for frame in document.tree.iter("iframe"))
    return any("captcha" in address.lower() or "challenge" in address.lower() for address in (*forms, *frames))


def _error_page(page: _Looks) -> str:
    if page.plain_film:
        return ""
    said = any(STATUS.fullmatch(part) or part in ERRORS for part in page.segments)
    told = page.short and any(f" {phrase} " in page.words for phrase in ERRORS if " " in phrase)
    return "an error page" if said or told else ""


def _login(page: _Looks) -> str:
    asked = any((field.get("type") or "").lower() == "password" for field in page.document.tree.iter("input"))
    return "a login page" if asked and not page.plain_film and page.segments & LOGINS else ""


def _shared_as(page: _Looks) -> str:
    """Return what og:type calls the page, if that is no film."""
    kind = next(iter(page.tags.get("og:type", ())), "").lower()
    why = SHARED_TYPES.get(kind) or SHARED_TYPES.get(kind.partition(".")[0], "")
    return "" if why == "an article" and page.plain_film else why


def _described_as(page: _Looks) -> str:
    """Return what schema.org calls the thing that the page is about, if that is no film."""
    if page.declared:
        return ""
    names = Names(page.document)
    for node in jsonld.nodes(page.document):
        why = next((TYPES[name] for name in sorted(types_of(node)) if name in TYPES), "")
        name = text_of_node(get(node, "name", "headline"))
        if why in {"a list", "an article"}:
            if not page.facts >= 2 and not _is_aside(name, names):
                return why
        elif why and (names.fit(name) == 3 or "profilepage" in types_of(node)):
            return why
    return ""


def _is_aside(name: str, names: Names) -> bool:
    """Tell whether a list or an article is only a part of the page: its name is not the page's."""
    return bool(name) and not names.fit(name)


def _headed_as(page: _Looks) -> str:
    """Return what the word before the title's quotation marks calls it, if that is no film: Спектакль «...»."""
    if page.declared:
        return ""
    found = (HEADED.match(text) for text in page.titles)
    return next(("a " + HEADS[normalise(match[1])] for match in found if match), "")


def _labelled_as(page: _Looks) -> str:
    """Return what the labels on the page belong to, if that is no film."""
    if page.declared or any(c.field is Field.DIRECTORS and c.trust >= Trust.FACTS for c in page.claims):
        return ""
    return next((why for why, labels in LABELS.items() if len(labels & page.labels) >= 2), "")


def _list(page: _Looks) -> str:
    headed = any(LIST_TITLE.search(normalise(text)) for text in page.headings)
    if page.declared or (page.plain_film and not headed) or any(c.field is Field.DIRECTORS for c in page.claims):
        return ""
    most = _most_alike(page.document)
    titled = any(LIST_TITLE.search(normalise(text)) for text in page.titles)
    paged = any(_PAGED.search(link) for link in _links(page.document))
    enough = MANY_FILMS // 2 if titled else MANY_FILMS if paged else 3 * MANY_FILMS
    return "a list" if most >= enough else ""


def _most_alike(document: Document) -> int:
    """Return how many different pages the links of the commonest shape lead to, menus left out."""
    shapes: dict[str, set[str]] = {}
    own = urlsplit(document.url).path.rstrip("/")
    for link in _links(document):
        path = urlsplit(link).path.rstrip("/")
        if own and path.startswith(own):  # its own cast, reviews and pictures
            continue
        folder, _, last = path.rpartition("/")
        if last:
            shapes.setdefault(_DIGITS.sub("#", folder) + ("/#" if last.isdigit() else "/*"), set()).add(path)
    return max(map(len, shapes.values()), default=0)


def _links(document: Document) -> Iterator[str]:
    apart = {e for tag in ("nav", "footer", "form", "menu") for e in document.tree.iter(tag)}
    for n, link in enumerate(document.tree.iter("a")):
        if n > MAX_LINKS:
            return
        address = resolved(document.base or document.url, link.get("href") or "")
        if address and not any(e in apart for e in link.iterancestors()):
            yield address


def _empty(page: _Looks) -> str:
    """Tell a page that shows nothing, or no more than "Loading..." before its scripts have run."""
    if len(page.text) >= _SHELL_TEXT or page.plain_film or page.tags.get("og:title"):
        return ""
    shown = next(page.document.tree.iter(*_SHOWN), None)
    waits = shown is None and next(page.document.tree.iter("script"), None) is not None
    return "an empty page" if waits or not any(c.isalnum() for c in page.text) else ""


_CHECKS: tuple[Callable[[_Looks], str], ...] = (
    _robot_check,
    _error_page,
    _login,
    _shared_as,
    _described_as,
    _headed_as,
    _labelled_as,
    _list,
    _empty,
)
"""The cheap and certain before the rest."""


def _parts(text: str) -> list[str]:
    """Return a heading whole and in the parts that dashes and bars make of it."""
    return [text, *re.split(r"\s[-\u2013\u2014|\u00b7:]\s|\s*[|:]\s*", text[:1_000])]


def _visible(document: Document) -> Iterator[str]:
    """Yield the texts a visitor reads, up to a limit."""
    size = 0
    body = document.tree.find("body")
    for element in (body if body is not None else document.tree).iter():
        own = isinstance(element.tag, str) and element.tag not in _UNSEEN
        for text in (element.text if own else None, element.tail):
            if text and (piece := text.strip()):
                size += len(piece)
                yield piece[:MAX_TEXT]
        if size > MAX_TEXT:
            return
