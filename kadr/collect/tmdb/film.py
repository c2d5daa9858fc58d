"""The details of one work, as the API gives them -> Film. Pure functions; a value that is none is left out."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from kadr.collect import parts, values
from kadr.collect.download import shown_url
from kadr.collect.durations import runtime_of
from kadr.collect.json_answers import dig, listed
from kadr.collect.tmdb.countries import country_of
from kadr.collect.tmdb.shapes import SHAPES, Work
from kadr.collect.tmdb.texts import clean, texts_of
from kadr.errors import PageError
from kadr.film import MAX_TITLE, Film, Kind, SourceLink, source_id
from kadr.sources import TmdbSource
from kadr.vocabulary import genre

__all__ = ["ADULT", "LICENCE", "details_query", "film_of"]

T = TypeVar("T")

LICENCE = "TMDB API terms"
ADULT = "an adult title"
SITE = "https://www.themoviedb.org"
IMAGES = "https://image.tmdb.org/"
MAX_ACTORS = 15
"""Those a viewer may ask for; the last of a cast stand in the crowd."""
MAX_READ = 5_000
"""Entries of one list that are looked at; the longest casts and crews have some thousands."""
_JOINT_GENRES = {
    10759: ("боевик", "приключения"),
    10765: ("фантастика", "фэнтези"),
    10768: ("военный", "политический"),
}
"""Genres of series that are two: Action & Adventure, Sci-Fi & Fantasy, War & Politics (its call /genre/tv/list)."""
_US_AGES = {
    "G": 0,
    "PG": 7,
    "PG-13": 13,
    "R": 17,
    "NC-17": 18,
    "TV-Y": 0,
    "TV-Y7": 7,
    "TV-G": 0,
    "TV-PG": 7,
    "TV-14": 14,
    "TV-MA": 17,
}
"""The ages that the Motion Picture Association and the TV Parental Guidelines name. They name none for PG and TV-PG,
only that younger children need their parents: school age is taken."""


def details_query(work: Work, source: TmdbSource) -> Mapping[str, str]:
    """Return the query that asks for all of a work's parts at once."""
    shape = SHAPES[work.kind]
    parts_wanted = (shape.credits, shape.ages, "keywords", "external_ids", "translations")
    return {"language": source.languages[0], "append_to_response": ",".join(parts_wanted)}


def film_of(answer: Mapping[str, Any], work: Work, source: TmdbSource, fetched_at: str, url: str) -> Film:
    """Return the film of an answer.

    Args:
        answer: the details, with the parts that `details_query` names.
        work: what was asked for.
        source: names the source and the languages.
        fetched_at: ISO 8601.
        url: of the answer, for errors.

    Raises:
        PageError: the answer is about another work, or an adult one.
        RowError: it has no title, or one that cannot be.
    """
    if answer.get("id") != work.id:
        raise PageError(shown_url(url), "not the film that was asked for")
    if answer.get("adult") is True:
        raise PageError(shown_url(url), ADULT)
    shape = SHAPES[work.kind]
    texts = texts_of(answer, shape, source.languages, source.name)
    rating = _read(values.rating_of, answer.get("vote_average"))
    page, own = f"{SITE}/{work.path}", work.path.replace("/", "-")
    return Film(
        id=source_id(source.name, own),
        title=texts.title,
        original_title=texts.original[:MAX_TITLE],
        year=_read(values.date_year_of, answer.get(shape.date)),
        kind=work.kind,
        genres=_genres(answer),
        countries=_countries(answer),
        directors=_directors(answer, work.kind),
        actors=_actors(dig(answer, shape.credits, "cast")),
        runtime_minutes=_runtime(answer, work.kind),
        age_rating=_age(answer, work.kind),
        descriptions=texts.descriptions,
        tagline=texts.tagline,
        rating=rating,
        votes=_read(values.votes_of, answer.get("vote_count")) if rating else None,
        page_url=page,
        image_url=_poster(answer),
        sources=(SourceLink(source.name, own, page, LICENCE),),
        fetched_at=fetched_at,
        tags=_names(dig(answer, "keywords", shape.tags)),
        external_ids=_external_ids(answer, work),
    )


def _read(parse: Callable[[Any], T], value: Any) -> T | None:
    try:
        return parse(value)
    except ValueError:
        return None


def _names(value: Any) -> tuple[str, ...]:
    """Return the names of a list's entries, each once."""
    entries = (each for each in listed(value)[:MAX_READ] if isinstance(dig(each, "name"), str))
    return parts.list_of([each["name"] for each in entries])


def _genres(answer: Mapping[str, Any]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for each in listed(answer.get("genres"))[: parts.MAX_ITEMS]:
        number = dig(each, "id")
        joint = _JOINT_GENRES.get(number) if type(number) is int else None
        found |= dict.fromkeys(joint or map(genre, _names([each])))
    return tuple(found)


def _countries(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Return where the work was made; of series often only the country of origin is known."""
    made = listed(answer.get("production_countries"))[: parts.MAX_ITEMS]
    names = [country_of(_code(dig(each, "iso_3166_1")), clean(dig(each, "name"), parts.MAX_ITEM)) for each in made]
    if not any(names):
        names = [country_of(_code(each)) for each in listed(answer.get("origin_country"))[: parts.MAX_ITEMS]]
    return parts.list_of(names)


def _code(value: Any) -> str:
    return value if isinstance(value, str) and len(value) == 2 and value.isascii() else ""


def _directors(answer: Mapping[str, Any], kind: Kind) -> tuple[str, ...]:
    if kind is Kind.SERIES:
        return _names(answer.get("created_by"))
    crew = listed(dig(answer, "credits", "crew"))[:MAX_READ]
    return _names([each for each in crew if dig(each, "job") == "Director"])


def _actors(cast: Any) -> tuple[str, ...]:
    return _names(sorted(listed(cast)[:MAX_READ], key=_place))[:MAX_ACTORS]


def _place(member: Any) -> int:
    """Return the place in the cast, behind all others where it has none; the sort keeps equal ones as they stand."""
    order = dig(member, "order")
    return order if type(order) is int else MAX_READ


def _runtime(answer: Mapping[str, Any], kind: Kind) -> int | None:
    value = answer.get("runtime")
    if kind is Kind.SERIES:
        value = next(iter(listed(answer.get("episode_run_time"))), None)
    return _read(lambda minutes: runtime_of(minutes, "min"), value)


def _age(answer: Mapping[str, Any], kind: Kind) -> int | None:
    """Return the age from which the work may be watched: by the Russian rating, else by the American one."""
    ratings: dict[str, list[str]] = {}
    for country in listed(dig(answer, SHAPES[kind].ages, "results"))[:MAX_READ]:
        releases = [country] if kind is Kind.SERIES else listed(dig(country, "release_dates"))[:MAX_READ]
        said = (clean(dig(each, "rating" if kind is Kind.SERIES else "certification"), 20) for each in releases)
        ratings.setdefault(_code(dig(country, "iso_3166_1")), []).extend(said)
    ages = [_read(values.age_of, each) for each in ratings.get("RU", ())]
    ages += [_US_AGES.get(each.upper()) for each in ratings.get("US", ())]
    return next((age for age in ages if age is not None), None)


def _poster(answer: Mapping[str, Any]) -> str:
    """Return the poster's address; nothing that leads elsewhere than to TMDB's images."""
    url = _read(values.url_of, answer.get("poster_path")) or ""
    return url if url.startswith(IMAGES) else ""


def _external_ids(answer: Mapping[str, Any], work: Work) -> Mapping[str, str]:
    known = {
        "imdb": dig(answer, "external_ids", "imdb_id") or answer.get("imdb_id"),
        "wikidata": dig(answer, "external_ids", "wikidata_id"),
    }
    found = {name: _read(partial(parts.external_id, name), value) for name, value in known.items()}
    return {"tmdb": str(work.id)} | {name: each for name, each in found.items() if each}
