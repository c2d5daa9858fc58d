"""The claims on a page's film -> `Film`, with the origin of each field. Pure."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from kadr.collect import parts, values
from kadr.collect.download import shown_url
from kadr.collect.durations import runtime_of
from kadr.collect.headers import Field
from kadr.collect.page.claims import Trust
from kadr.collect.page.describe import descriptions
from kadr.collect.page.document import Document, meta, resolved
from kadr.collect.page.main_film import canonical
from kadr.collect.page.merge import Found, Pool
from kadr.collect.page.schema import known_ids
from kadr.collect.page.titles import Titles, read_title, site_names
from kadr.collect.rows import MAX_NAME, MAX_TAGLINE
from kadr.errors import PageError
from kadr.film import MAX_TITLE, Film, SourceLink, source_id
from kadr.text import normalise

__all__ = ["PageFilm", "build"]

T = TypeVar("T")

_MAX_ID = 160  # of an id out of an address; longer ones end in a hash instead
_RATINGS = {
    Field.RATING: Field.VOTES,
    Field.RATING_KINOPOISK: Field.VOTES_KINOPOISK,
    Field.RATING_IMDB: Field.VOTES_IMDB,
}
"""Where equally trusted, the site's own comes first, whose votes are counted there."""
_EXTERNAL = {"imdb": Field.IMDB, "kinopoisk": Field.KINOPOISK, "tmdb": Field.TMDB, "wikidata": Field.WIKIDATA}
_NO_POSTER = re.compile(
    r"(?:^|[/._-])(?:logo|no[-_]?(?:poster|image|picture|photo)|placeholder|blank|favicon|spacer)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PageFilm:
    """A film as one page tells of it. `origins`: for each of its fields that is set, where the value came from."""

    film: Film
    origins: Mapping[str, str]


class _Fields:
    """Values by `Film` field, and their origins."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.origins: dict[str, str] = {}

    def put(self, name: str, found: Found[T] | None) -> None:
        if found is not None and (found.value or found.value == 0):
            self.values[name], self.origins[name] = found.value, found.origin


def build(document: Document, pool: Pool, source: str, fetched_at: str) -> PageFilm:
    """Return the film.

    Raises:
        PageError: no claim gives a title.
        RowError: a field is outside its range.
        ConfigError: a default does not fit its field.
    """
    fields = _Fields()
    address, origin = canonical(document)
    id_there = _id_in(address)
    name = pool.default(Field.SOURCE, lambda value: values.text_of(value)[:MAX_NAME])
    source = (name.value if name else "") or source
    fields.put("id", Found(source_id(source, id_there), origin))
    fields.put("page_url", Found(address, origin))
    fields.put("sources", Found((SourceLink(source, id_there, address),), origin))
    fields.put("fetched_at", Found(fetched_at, "fetched"))
    _titles(document, pool, fields)
    _lists(pool, fields)
    fields.put("runtime_minutes", pool.take(Field.RUNTIME, runtime_of))
    fields.put("age_rating", pool.take(Field.AGE_RATING, values.age_of))
    fields.put("tagline", pool.take(Field.TAGLINE, lambda value: values.text_of(value)[:MAX_TAGLINE].strip()))
    fields.put("image_url", pool.take(Field.IMAGE_URL, lambda value: _picture(document, value)))
    fields.put("descriptions", descriptions(pool, source, document.language))
    _rating(pool, fields)
    _external(pool, address, fields)
    return PageFilm(Film(**fields.values), fields.origins)


def _titles(document: Document, pool: Pool, fields: _Fields) -> None:
    """Set title, original title, year and kind, which a heading may hold together."""
    sites = site_names(document.url, meta(document))
    read = [
        (claim.trust, Found(read_title(values.text_of(claim.value), sites), claim.origin))
        for claim in pool.of(Field.TITLE)
        if not isinstance(claim.value, (list, dict))
    ]
    read = [(trust, each) for trust, each in read if _may_be_title(each.value.title, sites)]
    if not read:
        raise PageError(shown_url(document.url), "no title")
    best = _shortest(read)
    fields.put("title", Found(best.value.title, best.origin))
    same = _called(read, best, best.value.title)
    original = _original(pool, best.value.title, same)
    fields.put("original_title", original)
    same += _called(read, best, original.value) if original else []
    kind = pool.best(Field.KIND, values.kind_of) or _noted(same, "kind")
    fields.put("kind", kind or pool.default(Field.KIND, values.kind_of))
    year = pool.best(Field.YEAR, values.date_year_of) or _noted(same, "year")
    year = year or pool.best(Field.RELEASE_DATE, values.date_year_of)
    fields.put("year", year or pool.default(Field.YEAR, values.year_of))


def _called(read: Sequence[tuple[Trust, Found[Titles]]], best: Found[Titles], name: str) -> list[Found[Titles]]:
    return [best, *(each for _, each in read if normalise(each.value.title) == normalise(name))]


def _may_be_title(title: str, sites: Sequence[str]) -> bool:
    key = normalise(title)
    return bool(key) and len(title) <= MAX_TITLE and key not in sites


def _shortest(read: Sequence[tuple[Trust, Found[Titles]]]) -> Found[Titles]:
    """Return the most trusted title; of headings alone, one that others hold with more words around it."""
    trust, best = read[0]
    if trust is Trust.FACTS:
        return _headed(best, [found for level, found in read if level < trust])
    if trust > Trust.SHARING:
        return best
    for _, other in read[1:]:
        inner, outer = f" {normalise(other.value.title)} ", f" {normalise(best.value.title)} "
        if len(inner) < len(outer) and outer.startswith(inner) and _elsewhere(other, read):
            best = other
    return best


def _headed(row: Found[Titles], headings: Sequence[Found[Titles]]) -> Found[Titles]:
    """Return the title of a fact row, or the one in which two headings agree against it: sites call an original so."""
    names = Counter(normalise(each.value.title) for each in headings)
    if normalise(row.value.title) in names:
        return row
    return next((each for each in headings if names[normalise(each.value.title)] > 1), row)


def _elsewhere(found: Found[Titles], read: Sequence[tuple[Trust, Found[Titles]]]) -> bool:
    key = normalise(found.value.title)
    return sum(normalise(each.value.title) == key for _, each in read) > 1 or found.origin == "h1"


def _original(pool: Pool, title: str, same: Sequence[Found[Titles]]) -> Found[str] | None:
    """Return the first other title that is claimed, else one that a heading holds."""

    def other(value: Any) -> str:
        items = value if isinstance(value, list) else [value]
        named = [parts.split_title(values.text_of(item))[0] for item in items if not isinstance(item, (list, dict))]
        return next(
            (name for name in named if 0 < len(name) <= MAX_TITLE and normalise(name) not in {"", normalise(title)}), ""
        )

    found = pool.take(Field.ORIGINAL_TITLE, other)
    if found:
        return found
    titles = (Found(each.value.original, each.origin) for each in same if other(each.value.original))
    return next(titles, None) or next((f for f in pool.every(Field.TITLE, other) if f.trust is Trust.FACTS), None)


def _noted(same: Sequence[Found[Titles]], name: str) -> Found[Any] | None:
    return next((Found(getattr(f.value, name), f.origin) for f in same if getattr(f.value, name) is not None), None)


def _lists(pool: Pool, fields: _Fields) -> None:
    for name, field in (
        ("genres", Field.GENRES),
        ("countries", Field.COUNTRIES),
        ("directors", Field.DIRECTORS),
        ("actors", Field.ACTORS),
        ("tags", Field.TAGS),
    ):
        fields.put(name, pool.take(field, parts.list_of))


def _rating(pool: Pool, fields: _Fields) -> None:
    """Set the most trusted rating, and the votes only from where it came from: they count the same people."""
    ratings = [(found, votes) for rating, votes in _RATINGS.items() for found in pool.every(rating, values.rating_of)]
    if not ratings:
        return
    rating, votes = max(ratings, key=lambda pair: pair[0].trust)  # the first of equals
    fields.put("rating", rating)
    fields.put("votes", next((v for v in pool.every(votes, values.votes_of) if v.trust == rating.trust), None))


def _external(pool: Pool, address: str, fields: _Fields) -> None:
    """Set ids in other catalogues; a page of such a catalogue tells its own id by its address."""
    own = {field: Found(mark, "address") for field, mark in known_ids([address])}
    found = {name: own.get(field) or pool.take(field, _id_of(name)) for name, field in _EXTERNAL.items()}
    told = {name: each for name, each in found.items() if each is not None and each.value}
    if told:
        origins = ", ".join(dict.fromkeys(each.origin for each in told.values()))
        fields.put("external_ids", Found({name: each.value for name, each in told.items()}, origins))


def _id_of(name: str) -> Any:
    return lambda value: parts.external_id(name, value)


def _picture(document: Document, value: Any) -> str:
    """Return the first address of a picture that is no logo and no stand-in, resolved against the page."""
    for item in value if isinstance(value, list) else [value]:
        text = item.get("url") if isinstance(item, dict) else item
        address = resolved(document.base, text) if isinstance(text, str) else ""
        if address and not _NO_POSTER.search(urlsplit(address).path):
            return values.url_of(address)
    return ""


def _id_in(address: str) -> str:
    """Return what names a film in its page's address: path and query, readable, without slashes at the ends."""
    split = urlsplit(address)
    text = unquote(split.path).strip("/") + (f"?{split.query}" if split.query else "")
    text = "-".join(text.split()) or "index"
    if len(text) <= _MAX_ID:
        return text
    return f"{text[: _MAX_ID - 20]}~{hashlib.blake2b(text.encode(), digest_size=8).hexdigest()}"
