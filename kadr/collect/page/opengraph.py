"""Meta tags (OpenGraph, Twitter cards), headings and the title tag -> claims: about this page, but decorated."""

import re
from collections.abc import Iterable, Mapping, Sequence

from kadr.collect.headers import Field
from kadr.collect.page.claims import Claim, Trust
from kadr.collect.page.document import Document, meta
from kadr.collect.page.main_film import page_titles
from kadr.collect.page.titles import read_title
from kadr.film import Kind
from kadr.text import normalise

__all__ = ["claims", "declared_kind", "pictures"]

_KINDS = {"video.movie": Kind.FILM, "movie": Kind.FILM, "video.tv_show": Kind.SERIES, "tv_show": Kind.SERIES}
_NAMES: Mapping[Field, Sequence[str]] = {
    Field.DIRECTORS: ("video:director", "og:video:director"),
    Field.ACTORS: ("video:actor", "og:video:actor"),
    Field.TAGS: ("video:tag", "og:video:tag"),
}
"""Tags that stand once for each name (ogp.me, "video.movie")."""
_TEXTS: Mapping[Field, Sequence[str]] = {
    Field.RELEASE_DATE: ("video:release_date", "og:video:release_date"),
    Field.DESCRIPTION: ("og:description", "twitter:description", "description"),
    Field.IMAGE_URL: ("og:image:secure_url", "og:image", "twitter:image", "twitter:image:src"),
}
_MAX_IMAGES, _MAX_ALT = 200, 300
_SECONDS = re.compile(r"\d{1,6}")


def claims(document: Document) -> list[Claim]:
    """Return what the page's meta tags and headings say."""
    tags = meta(document)
    found = [
        Claim(Field.TITLE, text, Trust.GUESS if place in {"h1", "title"} else Trust.SHARING, _origin(place))
        for text, place in page_titles(document)
    ]
    if kind := declared_kind(tags):
        found.append(Claim(Field.KIND, kind.value, Trust.SHARING, "meta og:type"))
    for field, keys in _NAMES.items():
        for key in keys:
            names = [name for name in tags.get(key, ()) if "://" not in name]  # the standard has profiles' addresses
            if names:
                found.append(Claim(field, names if len(names) > 1 else names[0], Trust.SHARING, _origin(key)))
    for field, keys in _TEXTS.items():
        for key in keys:
            found += [Claim(field, text, Trust.SHARING, _origin(key)) for text in tags.get(key, ())[:1]]
    for key in ("video:duration", "og:video:duration"):
        for text in tags.get(key, ())[:1]:
            if _SECONDS.fullmatch(text):
                found.append(Claim(Field.RUNTIME, f"PT{int(text) // 60}M", Trust.SHARING, _origin(key)))
    return found + _pictures(document)


def pictures(document: Document, titles: Iterable[str]) -> list[Claim]:
    """Return the pictures whose alternative text is one of the titles, which stand in no heading of the page."""
    names = {normalise(title) for title in titles} - {""}
    images = document.tree.xpath("//img[@src and string-length(@alt) > 1]")[:_MAX_IMAGES] if names else []
    found = [image.get("src") for image in images if normalise(image.get("alt")[:_MAX_ALT]) in names]
    return [Claim(Field.IMAGE_URL, found, Trust.GUESS, "img alt")] if found else []


def _pictures(document: Document) -> list[Claim]:
    """Return the pictures whose alternative text names the page's film: a guess at its poster."""
    names = [normalise(read_title(text, ()).title) for text, _ in page_titles(document)]
    found = []
    for image in document.tree.xpath("//img[@src and string-length(@alt) > 1]")[:_MAX_IMAGES]:
        alt = f" {normalise(image.get('alt')[:_MAX_ALT])} "
        if any(name and f" {name} " in alt for name in names):
            found.append(image.get("src"))
    return [Claim(Field.IMAGE_URL, found, Trust.GUESS, "img alt")] if found else []


def declared_kind(tags: Mapping[str, Sequence[str]]) -> Kind | None:
    """Return the kind that og:type tells, None where it tells none."""
    return next((_KINDS[text.lower()] for text in tags.get("og:type", ())[:1] if text.lower() in _KINDS), None)


def _origin(place: str) -> str:
    return place if place in {"h1", "title"} else f"meta {place}"
