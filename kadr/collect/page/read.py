"""A stored page -> the film it is about. The one function that the rest of the tree calls."""

import re
from collections.abc import Mapping

from kadr.collect.download import shown_url
from kadr.collect.fetch.page import Page
from kadr.collect.headers import Field
from kadr.collect.page import body, classed, facts, jsonld, microdata, opengraph, refuse, state
from kadr.collect.page.build import PageFilm, build
from kadr.collect.page.claims import Claim, Trust
from kadr.collect.page.describe import is_described
from kadr.collect.page.document import Document, open_document
from kadr.collect.page.heading import main_heading
from kadr.collect.page.main_film import REFUSED, SEVERAL, page_titles
from kadr.collect.page.merge import Pool
from kadr.collect.page.titles import read_title
from kadr.collect.values import age_of
from kadr.errors import PageError, RowError

__all__ = ["PageFilm", "read_page"]

_WANTED = (
    Field.ORIGINAL_TITLE,
    Field.YEAR,
    Field.GENRES,
    Field.COUNTRIES,
    Field.DIRECTORS,
    Field.ACTORS,
    Field.RUNTIME,
)
"""Without one of them in its data, a page may have it in labelled rows."""
_CINEMA = re.compile(r"фильм|сериал|режисс|кино|\b(?:films?|movies?|cinema|directed by|tv series)\b", re.IGNORECASE)
_NO_DEFAULTS: Mapping[Field, str] = {}


def read_page(page: Page, source: str, defaults: Mapping[Field, str] = _NO_DEFAULTS) -> PageFilm:
    """Return the film that a page is about, each field with where it came from.

    Every reader says what the page claims; of the claims on a field the most trusted that can be read counts, and
    lists are never mixed. The text of the page is searched for a description only where no place made for one has it.

    Args:
        page: as it was fetched.
        source: the source's name; the film's id is `source:path of the page`, so that it is the same in every run.
        defaults: our field to the value of a film that has none.

    Raises:
        PageError: the page is empty, gone, a frameset, tells of no film or of several, or has no title.
        ConfigError: a default does not fit its field.
    """
    shown = shown_url(page.url)
    if page.status in {404, 410}:
        raise PageError(shown, "not found")
    document = open_document(page.body, page.final_url, page.headers.get("content-type", ""))
    if frames := refuse.frames_in(document):
        raise PageError(shown, "a frameset", f"its pages: {', '.join(frames)}")
    try:
        claims = _claims(document)
        pool = Pool(claims, defaults)
        told = pool.says_film()
        possible = told or _reads_as_film(document)
        if possible and not is_described(pool):
            pool = Pool(claims + body.claims(document), defaults)
        if not possible or not (told or pool.of(Field.DESCRIPTION)):
            raise PageError(shown, REFUSED, "nothing on it says that it is about a film")
        return build(document, pool, source, page.fetched_at)
    except RowError as cause:
        raise PageError(shown, f"{cause.field} {cause.reason}") from cause


def _claims(document: Document) -> list[Claim]:
    """Return what all cheap readers say; a page that is none of a film is refused before its text is searched.

    Labelled rows, the slowest of the cheap, are read only where a field is still unknown.
    """
    claims, fault = _structured(document)
    if fault and fault.detail != SEVERAL:
        raise fault
    claims += opengraph.claims(document) + state.claims(document)
    if not _is_full(Pool(claims, {})):
        claims += facts.claims(document)
        known = {c.field for c in claims if c.field is not Field.DESCRIPTION or c.trust >= Trust.FACTS}
        wanted = classed.FIELDS - known
        if wanted - {Field.ORIGINAL_TITLE}:  # which most films have not: no reason for a search of the page
            claims += classed.claims(document.tree, main_heading(document), wanted)
    if not any(claim.field is Field.IMAGE_URL for claim in claims):
        titles = (c.value for c in claims if c.field is Field.TITLE and c.trust >= Trust.FACTS)
        claims += opengraph.pictures(document, (title for title in titles if isinstance(title, str)))
    if why := refuse.why_not(document, claims):
        raise PageError(shown_url(document.url), REFUSED, why)
    if fault and not Pool(claims, {}).says_film():
        raise fault
    return claims


def _structured(document: Document) -> tuple[list[Claim], PageError | None]:
    """Return what schema.org says in its two forms, and why it was refused where no form describes the page's film.

    Several films, none of them the page's, may be no more than its recommendations: then other places must tell.
    """
    claims: list[Claim] = []
    fault: PageError | None = None
    for reader in (jsonld.claims, microdata.claims):
        try:
            claims += reader(document)
        except PageError as cause:
            fault = fault or cause
    return claims, None if claims else fault


def _reads_as_film(document: Document) -> bool:
    """Tell whether a page of mere text may be about a film: a year in the heading, and a word of cinema."""
    noted = any(read_title(text, ()).year for text, _ in page_titles(document))
    return noted and bool(_CINEMA.search(document.text))


def _is_full(pool: Pool) -> bool:
    described = all(any(claim.trust >= Trust.STATE for claim in pool.of(field)) for field in _WANTED)
    return described and pool.best(Field.AGE_RATING, age_of) is not None and is_described(pool)
