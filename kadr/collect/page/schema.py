"""A schema.org object -> claims, whether it stood in JSON-LD or in microdata. Pure functions."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from kadr.collect.headers import Field
from kadr.collect.page.claims import Claim, Trust
from kadr.collect.parts import MAX_ITEMS, list_of
from kadr.film import Kind
from kadr.text import normalise, plain, words

__all__ = ["EPISODES", "Node", "claims_of", "film_kind", "get", "known_ids", "text_of_node", "types_of"]

Node = Mapping[str, Any]
"""An object; keys and types without their vocabulary's prefix."""

_FILMS = frozenset({"movie", "film"})
_SERIES = frozenset({"tvseries", "tvminiseries", "tvserial", "radioseries", "series", "creativeworkseries"})
EPISODES = frozenset({"episode", "tvepisode", "tvseason", "creativeworkseason", "clip", "tvclip", "movieclip"})
"""Parts of a series or film: such a page is not one film's."""
_WORKS = frozenset({"creativework", "videoobject", "product"})
"""Films that sites call by a wider name are told by their properties."""
_FILM_PROPERTIES = ("director", "directors", "countryoforigin", "numberofseasons")
_MAX_DEPTH = 4  # name within person within role within list is the deepest met
_ISO_DURATION = re.compile(
    r"P?(?:(\d{1,3})D)?T?(?:(\d{1,4}(?:[.,]\d{1,3})?)H)?(?:(\d{1,5}(?:[.,]\d{1,3})?)M)?(?:(\d{1,6})(?:[.,]\d{1,9})?S)?",
    re.IGNORECASE,
)
_BARE_YEAR = re.compile(r"\d{4}")
_LABEL = re.compile(r"^[^:|,;]{1,40}:\s")
_SCORE = re.compile(r"(\d{1,5}(?:[.,]\d{1,6})?)(?:\s*(?:/|из|of)\s*\d{1,3})?\s*(%?)")
_NOISE = frozenset(words("смотреть онлайн бесплатно скачать торрент hd watch online free download stream"))
"""Words of search-engine keywords, which say nothing of the film."""
_HOSTS = {
    Field.IMDB: ("imdb.com", re.compile(r"/title/(tt\d{1,10})\b")),
    Field.KINOPOISK: ("kinopoisk.ru", re.compile(r"/(?:film|series)/(?:[\w-]{0,100}-)?(\d{1,9})(?:/|$)")),
    Field.TMDB: ("themoviedb.org", re.compile(r"/(?:movie|tv)/(\d{1,9})\b")),
    Field.WIKIDATA: ("wikidata.org", re.compile(r"/(?:wiki|entity)/(Q\d{1,12})\b")),
}


def get(node: Node, *keys: str) -> Any:
    """Return the first of the properties that holds anything, None without one; keys in lower case."""
    return next((value for key in keys if (value := node.get(key)) not in (None, "", [], {})), None)


def types_of(node: Node) -> frozenset[str]:
    """Return an object's types in lower case, without the address of the vocabulary."""
    raw = node.get("@type")
    items = raw if isinstance(raw, list) else [raw]
    return frozenset(local_name(item) for item in items[:20] if isinstance(item, str))


def local_name(name: str) -> str:
    """Return "movie" for "Movie", "schema:Movie" and "https://schema.org/Movie#"."""
    return re.split(r"[/#:]", name.strip().rstrip("/#")[:200])[-1].lower()


def film_kind(node: Node) -> Kind | None:
    """Return the kind of a film's object, None when it is something else."""
    types = types_of(node)
    if types & _SERIES:
        return Kind.SERIES
    if types & _FILMS:
        return Kind.FILM
    if types & _WORKS and get(node, "name") and get(node, *_FILM_PROPERTIES):
        return Kind.SERIES if get(node, "numberofseasons") else Kind.FILM
    return None


def claims_of(node: Node, kind: Kind, trust: Trust, where: str) -> list[Claim]:
    """Return what a film's object says; `where` names the place: "json-ld"."""
    claims = [Claim(Field.KIND, kind.value, trust, f"{where}: @type")]
    for field, key, read in _READ:
        value = node.get(key)
        if value is not None and (found := read(value)) not in ("", [], None):
            claims.append(Claim(field, found, trust, f"{where}: {_ORIGINS.get(key, key)}"))
    claims += _years(node, trust, where)
    claims += _rating(node, trust, where)
    addresses = [*_texts(node.get("sameas")), *_texts(node.get("url")), *_texts(node.get("@id"))]
    claims += [Claim(f, v, trust, f"{where}: sameAs") for f, v in known_ids([*addresses, *_identifiers(node)])]
    return claims


def known_ids(addresses: Iterable[str]) -> list[tuple[Field, str]]:
    """Return the ids in other catalogues that pages' addresses there tell, the first of each."""
    found: dict[Field, str] = {}
    for address in addresses:
        try:
            parts = urlsplit(address.strip()[:2_000])
        except ValueError:
            continue
        host = (parts.hostname or "").lower()
        for field, (name, pattern) in _HOSTS.items():
            if (host == name or host.endswith("." + name)) and (match := pattern.search(parts.path)):
                found.setdefault(field, match[1])
    return list(found.items())


def text_of_node(value: Any, depth: int = 0) -> str:
    """Return a value's own text: of a text, a number, an object's value or name, or the first of a list."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or value is None or depth > _MAX_DEPTH:
        return ""
    if isinstance(value, (int, float)):
        return str(value) if abs(value) < 10**15 else ""
    if isinstance(value, list):
        return next((text for item in value[:MAX_ITEMS] if (text := text_of_node(item, depth + 1))), "")
    if isinstance(value, dict):
        inner = get(value, "@value", "name", "actor", "value", "legalname", "alternatename")
        return text_of_node(inner, depth + 1)
    return ""


def _texts(value: Any) -> list[str]:
    """Return the texts of a list, each once; of a single value, a list of one."""
    items = value if isinstance(value, list) else [value]
    named = [(item.get("name") if isinstance(item, dict) else None) or item for item in items[: MAX_ITEMS * 2]]
    each = [one for item in named for one in (item[: MAX_ITEMS * 2] if isinstance(item, list) else [item])]
    return list(dict.fromkeys(text for item in each if (text := text_of_node(item))))


def _people(value: Any) -> list[str] | str:
    """Return names; one text alone stays a text, which may hold several names."""
    names = _texts(value)
    return names if len(names) > 1 else "".join(names)


def _terms(value: Any) -> list[str]:
    """Return genres or keywords: each text may hold several, or a label before them."""
    names = [name for text in _texts(value) for name in list_of(_LABEL.sub("", plain(text)))]
    names = [
        name.rstrip("/").rpartition("/")[2] if name.startswith(("http://", "https://")) else name for name in names
    ]
    kept: dict[str, str] = {}
    for name in names:
        if not _NOISE & set(words(name)) and not name.endswith(("\u00bb", "\u203a", "...", "\u2026")):
            kept.setdefault(normalise(name), name)
    return list(kept.values())


def _minutes(value: Any) -> str | int:
    """Return a duration in minutes when it is written as ISO 8601 (or nearly so), else as it is."""
    text = text_of_node(value)
    found = _ISO_DURATION.fullmatch(text) if text[:1].upper() in {"P", "T"} else None
    if not found or not any(found.groups()):
        return text
    days, hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in found.groups())
    return max(round(days * 1440 + hours * 60 + minutes + seconds / 60), 0)


def _image(value: Any) -> list[str]:
    """Return a picture's addresses, posters (taller than wide) before the rest."""
    items = value if isinstance(value, list) else [value]
    found: list[tuple[bool, str]] = []
    for item in items[:MAX_ITEMS]:
        if isinstance(item, dict):
            address = text_of_node(get(item, "contenturl", "url", "@id", "thumbnailurl"))
            found.append((not _is_portrait(item), address))
        else:
            found.append((True, text_of_node(item)))
    return [address for _, address in sorted(found, key=lambda pair: pair[0]) if address]


def _is_portrait(image: Node) -> bool:
    sizes = [re.match(r"\d{1,6}", text_of_node(image.get(side))) for side in ("height", "width")]
    return sizes[0] is not None and sizes[1] is not None and int(sizes[0][0]) > int(sizes[1][0])


def _years(node: Node, trust: Trust, where: str) -> list[Claim]:
    """Return years. A full date may be the page's own date of publication, so only a bare year is one of the film."""
    claims = []
    released = node.get("releasedevent")
    dates = [("datePublished", node.get("datepublished")), ("dateCreated", node.get("datecreated"))]
    dates += [("releasedEvent", get(released, "startdate") if isinstance(released, dict) else None)]
    for key, value in dates:
        if text := text_of_node(value):
            field = Field.YEAR if _BARE_YEAR.fullmatch(text) else Field.RELEASE_DATE
            claims.append(Claim(field, text, trust, f"{where}: {key}"))
    for key, value in (("copyrightYear", node.get("copyrightyear")), ("startDate", node.get("startdate"))):
        if text := text_of_node(value):
            claims.append(Claim(Field.YEAR, text[:4], trust, f"{where}: {key}"))
    return claims


def _rating(node: Node, trust: Trust, where: str) -> list[Claim]:
    raw = node.get("aggregaterating")
    rating = raw[0] if isinstance(raw, list) and raw else raw
    if not isinstance(rating, dict):
        return []
    score = _scaled(text_of_node(rating.get("ratingvalue")), text_of_node(rating.get("bestrating")))
    if score is None:
        return []
    counts = [(key, text_of_node(rating.get(key.lower()))) for key in ("ratingCount", "reviewCount")]
    return [
        Claim(Field.RATING, score, trust, f"{where}: aggregateRating.ratingValue"),
        *(Claim(Field.VOTES, count, trust, f"{where}: aggregateRating.{key}") for key, count in counts if count),
    ]


def _scaled(value: str, best: str) -> float | None:
    """Return a rating on the scale to 10. Without a best value schema.org means 5, unless the rating is above that."""
    found, top = _SCORE.fullmatch(value), _SCORE.fullmatch(best)
    if not found:
        return None
    score = float(found[1].replace(",", "."))
    implied = 100.0 if found[2] or score > 10 else 10.0 if score > 5 else 5.0
    most = float(top[1].replace(",", ".")) if top else implied
    return round(score * 10 / most, 3) if 0 < score <= most else None


def _identifiers(node: Node) -> list[str]:
    """Return `identifier` properties that name a catalogue, as addresses there."""
    raw = node.get("identifier")
    found = []
    for item in (raw if isinstance(raw, list) else [raw])[:MAX_ITEMS]:
        if isinstance(item, dict) and "imdb" in text_of_node(item.get("propertyid")).lower():
            found.append(f"https://www.imdb.com/title/{text_of_node(item.get('value'))}")
        elif isinstance(item, str):
            found.append(item)
    return found


_READ: tuple[tuple[Field, str, Callable[[Any], Any]], ...] = (
    (Field.TITLE, "name", text_of_node),
    (Field.TITLE, "headline", text_of_node),
    (Field.ORIGINAL_TITLE, "alternativeheadline", _texts),
    (Field.ORIGINAL_TITLE, "alternatename", _texts),
    (Field.GENRES, "genre", _terms),
    (Field.COUNTRIES, "countryoforigin", _people),
    (Field.DIRECTORS, "director", _people),
    (Field.DIRECTORS, "directors", _people),
    (Field.ACTORS, "actor", _people),
    (Field.ACTORS, "actors", _people),
    (Field.RUNTIME, "duration", _minutes),
    (Field.RUNTIME, "timerequired", _minutes),
    (Field.AGE_RATING, "contentrating", text_of_node),
    (Field.DESCRIPTION, "description", text_of_node),
    (Field.DESCRIPTION, "abstract", text_of_node),
    (Field.TAGS, "keywords", _terms),
    (Field.IMAGE_URL, "image", _image),
    (Field.IMAGE_URL, "thumbnailurl", _image),
)
"""Best first where a field has several."""
_ORIGINS = {
    "alternativeheadline": "alternativeHeadline",
    "alternatename": "alternateName",
    "countryoforigin": "countryOfOrigin[].name",
    "director": "director[].name",
    "directors": "directors[].name",
    "actor": "actor[].name",
    "actors": "actors[].name",
    "timerequired": "timeRequired",
    "contentrating": "contentRating",
    "thumbnailurl": "thumbnailUrl",
}
"""Properties as a person finds them in the page, where lower case is not how they are written."""
