"""Which column holds what: header names, Russian and English, and the config's mapping -> fields."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kadr.errors import ConfigError, SourceError
from kadr.text import words

__all__ = ["Column", "Field", "Plan", "resolve"]


class Field(StrEnum):
    """What a column can hold; the value is the key that `mapping` and `defaults` use."""

    ID = "id"
    SOURCE = "source"
    TITLE = "title"
    ORIGINAL_TITLE = "original_title"
    YEAR = "year"
    RELEASE_DATE = "release_date"
    KIND = "kind"
    GENRES = "genres"
    COUNTRIES = "countries"
    DIRECTORS = "directors"
    ACTORS = "actors"
    RUNTIME = "runtime_minutes"
    AGE_RATING = "age_rating"
    DESCRIPTION = "description"
    SHORT_DESCRIPTION = "short_description"
    TAGLINE = "tagline"
    RATING_KINOPOISK = "rating_kinopoisk"
    RATING_IMDB = "rating_imdb"
    RATING = "rating"
    VOTES_KINOPOISK = "votes_kinopoisk"
    VOTES_IMDB = "votes_imdb"
    VOTES = "votes"
    PAGE_URL = "page_url"
    IMAGE_URL = "image_url"
    FETCHED_AT = "fetched_at"
    TAGS = "tags"
    IMDB = "imdb"
    KINOPOISK = "kinopoisk"
    TMDB = "tmdb"
    WIKIDATA = "wikidata"


_NAMES: Mapping[Field, str] = {
    Field.ID: "id, film id, movie id, _id, uuid, guid, content id, kadr id",
    Field.SOURCE: "source, source name, источник, site, сайт, сервис",
    Field.TITLE: "title, movie title, film title, tvshow title, series title, show title, serial title, primary title,"
    " movie name, film name, series name, show name, name, название, название фильма, название сериала, наименование,"
    " заголовок, имя, фильм, сериал, название кино, наименование фильма",
    Field.ORIGINAL_TITLE: "original title, original name, title original, name original, alternative title,"
    " alternative name, оригинальное название, название оригинала, название оригинал, foreign title,"
    " international title",
    Field.YEAR: "year, release year, start year, movie year, film year, production year, premiere year,"
    " год, год выпуска, год выхода, год производства, год создания",
    Field.RELEASE_DATE: "release date, released, date released, first air date, date published, premiere,"
    " premiere date, world premiere, дата выхода, дата выпуска, дата премьеры, премьера",
    Field.KIND: "kind, content type, title type, media type, type, movie type, тип, вид, тип контента",
    Field.GENRES: "genres, genre, genre names, movie genres, tmdb genres, жанры, жанр",
    Field.COUNTRIES: "countries, country, production countries, country of origin, страны, страна,"
    " страна производства, производство, страна произв ва, страны производства",
    Field.DIRECTORS: "directors, director, directed by, director name, режиссеры, режиссер,"
    " режиссер постановщик, постановщик",
    Field.ACTORS: "actors, actor, cast, cast top3, stars, starring, top cast, main cast, актеры, актер, в ролях,"
    " в главных ролях",
    Field.RUNTIME: "runtime minutes, runtime, runtime min, duration minutes, duration min, duration seconds,"
    " duration sec, duration, length, movie length, film length, running time, длительность, продолжительность,"
    " время, хронометраж, длительность мин, продолжительность мин, хронометраж мин",
    Field.AGE_RATING: "age rating, age limit, age, age restriction, rating age limits, min age, возраст,"
    " возрастное ограничение, возрастной рейтинг, ограничение",
    Field.DESCRIPTION: "description, overview, plot, extract, movie description, film description, full description,"
    " long description, description text, plot summary, storyline, synopsis, summary, about, описание,"
    " описание фильма, полное описание, сюжет, аннотация, содержание, синопсис, о чем, о чем фильм, о фильме",
    Field.SHORT_DESCRIPTION: "short description, short plot, brief, logline, description short, short, teaser,"
    " краткое описание, короткое описание",
    Field.TAGLINE: "tagline, slogan, слоган, девиз",
    Field.RATING_KINOPOISK: "rating kinopoisk, kinopoisk rating, kp rating, rating kp, рейтинг кинопоиска,"
    " рейтинг кинопоиск, кинопоиск рейтинг",
    Field.RATING_IMDB: "rating imdb, imdb rating, imdb score, рейтинг imdb, imdb рейтинг",
    Field.RATING: "rating, vote average, score, tmdb vote average, tmdb rating, rating tmdb, average rating, рейтинг,"
    " оценка, оценка зрителей, рейтинг фильма, средняя оценка",
    Field.VOTES_KINOPOISK: "votes kinopoisk, kinopoisk votes, kinopoisk rating vote count, votes kp, kp votes,"
    " rating kinopoisk vote count, голоса кинопоиск",
    Field.VOTES_IMDB: "votes imdb, imdb votes, imdb rating vote count, rating imdb vote count, num votes imdb,"
    " голоса imdb",
    Field.VOTES: "votes, vote count, num votes, tmdb vote count, tmdb votes, votes tmdb, rating count, голоса,"
    " количество голосов, число голосов, оценок",
    Field.PAGE_URL: "page url, url, link, href, film url, movie url, web url, page, page link, permalink, ссылка,"
    " страница, адрес, ссылка на страницу, ссылка на фильм, адрес страницы",
    Field.IMAGE_URL: "image url, poster url, poster, image, img, img url, cover, cover url, poster link, thumbnail,"
    " thumbnail url, poster path, picture, постер, обложка, картинка, изображение, афиша,"
    " ссылка на постер, ссылка на обложку",
    Field.FETCHED_AT: "fetched at, scraped at, crawled at, parsed at, retrieved at, collected at",
    Field.TAGS: "tags, keywords, plot keywords, теги, тэги, ключевые слова",
    Field.IMDB: "imdb, imdb id, tconst, external id imdb, id imdb, imdb url, imdb title id",
    Field.KINOPOISK: "kinopoisk, kinopoisk id, kp id, kp, kinopoisk url, id kinopoisk, kpid, кинопоиск, id кинопоиска",
    Field.TMDB: "tmdb, tmdb id, external id tmdb, id tmdb, the movie db id",
    Field.WIKIDATA: "wikidata, wikidata id, qid, wikidata url",
}
"""Known headers, best first: where a row has several, the first with a value is taken."""

_KNOWN = {name.strip(): (f, i) for f, names in _NAMES.items() for i, name in enumerate(names.split(","))}
_KNOWN["id"] = (Field.ID, 0)
_SERIES_TITLES = frozenset(
    [
        "tvshow title",
        "series title",
        "show title",
        "serial title",
        "series name",
        "show name",
        "название сериала",
        "сериал",
    ]
)
_LANGUAGES = {
    **dict.fromkeys(("ru", "rus", "russian", "рус", "русское", "русский"), "ru"),
    **dict.fromkeys(("en", "eng", "english", "англ", "английское", "английский"), "en"),
}
_CAMEL = re.compile(r"(?<=[a-zа-яё\d])(?=[A-ZА-ЯЁ])")
_LATE = 100  # rank of a foreign-language variant: behind every plain name of the same field
_TEXTS = frozenset({Field.DESCRIPTION, Field.SHORT_DESCRIPTION})
_TRANSLATED = _TEXTS | {
    Field.TITLE,
    Field.TAGLINE,
    Field.GENRES,
    Field.COUNTRIES,
    Field.DIRECTORS,
    Field.ACTORS,
}
_SHOWN_HEADERS = 12


@dataclass(frozen=True, slots=True)
class Column:
    """One column as a field reads it.

    `header` is the key in a row, or a dotted path into nested JSON. `series` says that the header itself names a
    series. `language` is set when the header says one. `unit` of a runtime is "s", "min" or "" (not said).
    """

    header: str
    series: bool = False
    language: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which columns each field is read from, best first, and the headers that no field takes."""

    columns: Mapping[Field, tuple[Column, ...]]
    unknown: tuple[str, ...]


def resolve(headers: Iterable[str], nested: Iterable[str], mapping: Mapping[str, str], said_in: str = "") -> Plan:
    """Match headers with fields; `mapping` (field -> header) wins over known names.

    Args:
        headers: the table's headers in order.
        nested: dotted paths one level into nested values; a path that matches no name is not "unknown", its parent is.
        mapping: the config's `mapping` table.
        said_in: the config's file, for messages; "" where there is none.

    Raises:
        ConfigError: `mapping` has a key that is no field.
        SourceError: a mapped header is not in the file, or no column holds a title.
    """
    tops, paths = tuple(headers), tuple(nested)
    columns: dict[Field, tuple[Column, ...]] = {}
    mapped = [(known_field(key, "mapping"), header) for key, header in sorted(mapping.items())]
    for field, header in mapped:
        column = _mapped(header, tops, paths)
        if column is None:
            raise SourceError(
                f"mapping.{field}: the file has no header {header[:60]!r}; headers seen: {shown(tops)}; name one of"
                f" them{_there(said_in)}"
            )
        columns[field] = (Column(column),)
    taken = {c[0].header for c in columns.values()}
    found: dict[Field, list[tuple[int, int, Column]]] = {}
    unknown = []
    for place, header in enumerate((*tops, *paths)):
        match = None if header in taken else _match(header)
        if match and match[0] not in columns:
            found.setdefault(match[0], []).append((match[1], place, match[2]))
        elif place < len(tops) and header not in taken:
            unknown.append(header)
    for name, ranked in found.items():
        columns[name] = tuple(column for _, _, column in sorted(ranked, key=lambda item: item[:2]))
    if Field.TITLE not in columns and Field.ORIGINAL_TITLE not in columns:
        raise SourceError(
            f"no column holds a title; headers seen: {shown(tops)};"
            f' name the right one{_there(said_in)}: mapping.title = "..."'
        )
    return Plan(columns, tuple(unknown))


def known_field(key: str, where: str) -> Field:
    """Return the field that a config key names.

    Raises:
        ConfigError: there is none of that name; the message lists all.
    """
    try:
        return Field(key)
    except ValueError:
        raise ConfigError(f"{where}.{key[:50]}: no such field; use one of {', '.join(Field)}") from None


def shown(headers: tuple[str, ...]) -> str:
    """Return the first headers, quoted and clipped, for an error message."""
    more = f" and {len(headers) - _SHOWN_HEADERS} more" if len(headers) > _SHOWN_HEADERS else ""
    return ", ".join(repr(h[:40]) for h in headers[:_SHOWN_HEADERS]) + more if headers else "none"


def is_known(header: str) -> bool:
    """Tell whether a header matches a field by name."""
    return _match(header) is not None


def _there(said_in: str) -> str:
    return f" in {said_in}" if said_in else ""


def _mapped(header: str, tops: tuple[str, ...], paths: tuple[str, ...]) -> str | None:
    """Return the header as the file has it, None where it has none of that name."""
    seen = (*tops, *paths)
    if header in seen or header.partition(".")[0] in tops:
        return header
    for candidate in seen:
        if candidate.strip().casefold() == header.strip().casefold():
            return candidate
    return None


def _match(header: str) -> tuple[Field, int, Column] | None:
    """Return field, rank (lower is better) and column of a header, or None."""
    key = words(_CAMEL.sub(" ", header[:200]))
    name = " ".join(key)
    if name in _KNOWN:
        field, rank = _KNOWN[name]
        return field, rank, Column(header, series=name in _SERIES_TITLES, unit=_unit(field, key))
    for language, rest in ((key[-1:], key[:-1]), (key[:1], key[1:])):
        code = _LANGUAGES.get("".join(language), "")
        known = _KNOWN.get(" ".join(rest))
        if not code or not known or known[0] not in _TRANSLATED:
            continue
        field, rank = known
        if field is Field.TITLE and code == "en":
            return Field.ORIGINAL_TITLE, _LATE + rank, Column(header, language=code)
        # A Russian title goes before one whose language is not said; other variants stand behind the plain header.
        rank = rank - _LATE if code == "ru" and field not in _TEXTS else rank + _LATE
        return field, rank, Column(header, language=code, series=" ".join(rest) in _SERIES_TITLES)
    return None


def _unit(field: Field, key: list[str]) -> str:
    if field is not Field.RUNTIME:
        return ""
    if {"seconds", "sec"} & set(key):
        return "s"
    return "min" if {"minutes", "min", "мин"} & set(key) else ""
