"""Films and series of our own invention, and the answers of TMDB about them, shaped as developer.themoviedb.org says.

A work holds what is true; `details` and `result` say it as the API does, with the nulls and empty texts that it gives
where nobody filled something in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["TmdbWork", "details", "result", "works"]

_GENRES = {
    "movie": ((18, "драма", "Drama"), (36, "история", "History"), (878, "фантастика", "Science Fiction")),
    "tv": (
        (10765, "НФ и Фэнтези", "Sci-Fi & Fantasy"),
        (9648, "детектив", "Mystery"),
        (10766, "Мыльная опера", "Soap"),
    ),
}
_COUNTRIES = (("RU", "Russia"), ("US", "United States of America"), ("KR", "South Korea"), ("SU", "Soviet Union"))
_RATINGS = ({"RU": "16+"}, {"US": "PG-13"}, {"US": "TV-MA", "RU": "12+"}, {"DE": "16"})
_LANGUAGES = ("en", "ru", "ko")
_PLACES = ("рекой", "заливом", "площадью", "станцией", "островом")
_PLACES_EN = ("River", "Bay", "Square", "Station", "Island")
_THINGS = ("Фонарь", "Туман", "Колокол", "Мост", "Змей")
_THINGS_EN = ("Lantern", "Fog", "Bell", "Bridge", "Kite")


@dataclass(frozen=True, slots=True)
class TmdbWork:
    """What is true of a work. `path`: "movie" or "tv". `ru` and `en` are title, overview and tagline, "" for none."""

    path: str
    id: int
    ru: tuple[str, str, str]
    en: tuple[str, str, str]
    original: str
    language: str
    date: str
    votes: int
    average: float
    genres: tuple[tuple[int, str, str], ...] = ()
    countries: tuple[tuple[str, str], ...] = ()
    makers: tuple[str, ...] = ()
    cast: tuple[str, ...] = ()
    minutes: int = 0
    ratings: Mapping[str, str] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()
    poster: str = ""
    imdb: str = ""
    wikidata: str = ""
    adult: bool = False

    @property
    def address(self) -> str:
        """Of its call, below the API's base."""
        return f"/{self.path}/{self.id}"


def works(path: str, count: int) -> list[TmdbWork]:
    """Return works with the ids 1 to `count`; neighbours differ in what is known of them. Votes are often equal."""
    return [_work(path, number) for number in range(1, count + 1)]


def _work(path: str, n: int) -> TmdbWork:
    ru = f"{_THINGS[n % 5]} над {_PLACES[n // 5 % 5]} {n}"
    en = f"{_THINGS_EN[n % 5]} over the {_PLACES_EN[n // 5 % 5]} {n}"
    language = _LANGUAGES[n % 3]
    plot = "Смотритель находит письмо, которое придёт через сто лет"
    return TmdbWork(
        path=path,
        id=n,
        ru=("" if n % 4 == 0 else ru, "" if n % 5 == 0 else f"{plot}: {ru}.", "Свет не врёт" if n % 7 else ""),
        en=(
            en,
            f"A keeper finds a letter that will come in a hundred years: {en}." if n % 6 else "",
            "Light never lies",
        ),
        original={"en": en, "ru": ru, "ko": f"등불 {n}"}[language],
        language=language,
        date=f"{1960 + n * 7 % 60}-{n % 12 + 1:02}-{n % 28 + 1:02}",
        votes=60 + n * 37 % 101,
        average=round(1 + n * 0.137 % 9, 3),
        genres=_GENRES[path][: n % 4],
        countries=(_COUNTRIES[n % 4],),
        makers=tuple(f"Илья Замойский {k}" for k in range(n % 3)),
        cast=tuple(f"Вера Тихая {k}" for k in range(n % 20)),
        minutes=n % 3 * 45,
        ratings=_RATINGS[n % 4],
        keywords=("lighthouse", f"letter {n % 9}")[: n % 3],
        poster=f"/poster{n:06}.jpg" if n % 8 else "",
        imdb=f"tt{n:07}" if n % 3 else "",
        wikidata=f"Q{n}" if n % 2 else "",
    )


def result(work: TmdbWork, language: str) -> dict[str, Any]:
    """Return a work as a list shows it."""
    said = {
        "adult": work.adult,
        "backdrop_path": None,
        "genre_ids": [number for number, _, _ in work.genres],
        "id": work.id,
        "original_language": work.language,
        "overview": _texts(work, language)[1],
        "popularity": 12.5,
        "poster_path": work.poster or None,
        "vote_average": work.average,
        "vote_count": work.votes,
    }
    return (
        said | _named(work, language) | ({"video": False} if work.path == "movie" else {"origin_country": _codes(work)})
    )


def details(work: TmdbWork, language: str, appended: tuple[str, ...]) -> dict[str, Any]:
    """Return all about a work, with the parts that were asked for."""
    title, overview, tagline = _texts(work, language)
    del title
    said = {
        "adult": work.adult,
        "backdrop_path": None,
        "genres": [{"id": n, "name": ru if language.startswith("ru") else en} for n, ru, en in work.genres],
        "homepage": "",
        "id": work.id,
        "origin_country": _codes(work),
        "original_language": work.language,
        "overview": overview,
        "popularity": 12.5,
        "poster_path": work.poster or None,
        "production_companies": [{"id": 1, "logo_path": None, "name": "Студия Полынь", "origin_country": ""}],
        "production_countries": [{"iso_3166_1": code, "name": name} for code, name in work.countries],
        "spoken_languages": [],
        "status": "Released",
        "tagline": tagline,
        "vote_average": work.average,
        "vote_count": work.votes,
    }
    said |= _named(work, language) | (_of_film(work) if work.path == "movie" else _of_series(work))
    makers = {name: make(work) for name, make in _PARTS.items() if name in appended}
    return said | {name: part for name, part in makers.items() if part is not None}


def _named(work: TmdbWork, language: str) -> dict[str, Any]:
    title = _texts(work, language)[0] or work.original  # what nobody translated comes in the original
    names = ("title", "original_title", "release_date")
    if work.path == "tv":
        names = ("name", "original_name", "first_air_date")
    return dict(zip(names, (title, work.original, work.date), strict=True))


def _of_film(work: TmdbWork) -> dict[str, Any]:
    money = {"belongs_to_collection": None, "budget": 0, "revenue": 0}
    return {**money, "imdb_id": work.imdb or None, "runtime": work.minutes, "video": False}


def _of_series(work: TmdbWork) -> dict[str, Any]:
    return {
        "created_by": [{"id": 10 + k, "credit_id": "0", "name": name} for k, name in enumerate(work.makers)],
        "episode_run_time": [work.minutes] if work.minutes else [],
        "in_production": False,
        "last_episode_to_air": None,
        "next_episode_to_air": None,
        "number_of_episodes": 8,
        "number_of_seasons": 1,
        "seasons": [],
        "type": "Scripted",
    }


def _texts(work: TmdbWork, language: str) -> tuple[str, str, str]:
    return {"ru": work.ru, "en": work.en}.get(language[:2], ("", "", ""))


def _codes(work: TmdbWork) -> list[str]:
    return [code for code, _ in work.countries]


def _credits(work: TmdbWork) -> dict[str, Any]:
    """Return cast and crew; of a series those of the latest season, in which the first actors are gone."""
    known = work.cast if work.path == "movie" else work.cast[2:]
    cast = [{"id": 100 + k, "name": name, "character": "", "order": k} for k, name in enumerate(known)]
    crew = [{"id": 9, "name": "Пётр Монтажёр", "job": "Editor", "department": "Editing"}]
    if work.path == "movie":
        crew += [{"id": 10, "name": name, "job": "Director", "department": "Directing"} for name in work.makers]
    return {"cast": cast[::-1], "crew": crew}  # in no order that one could rely on


def _aggregate_credits(work: TmdbWork) -> dict[str, Any] | None:
    if work.path != "tv":
        return None
    role = {"credit_id": "0", "character": "", "episode_count": 8}
    said = [
        {"id": 100 + k, "name": name, "roles": [role], "total_episode_count": 8, "order": k}
        for k, name in enumerate(work.cast)
    ]
    return {"cast": said[::-1], "crew": []}


def _keywords(work: TmdbWork) -> dict[str, Any]:
    said = [{"id": k, "name": name} for k, name in enumerate(work.keywords)]
    return {"keywords" if work.path == "movie" else "results": said}


def _external(work: TmdbWork) -> dict[str, Any]:
    ids = {"imdb_id": work.imdb or None, "wikidata_id": work.wikidata or None, "facebook_id": None}
    return ids if work.path == "movie" else ids | {"tvdb_id": None}


def _translations(work: TmdbWork) -> dict[str, Any]:
    """Return the translations; a title that is the original one is left out of them."""
    key, said = "title" if work.path == "movie" else "name", []
    for code, country, texts in (("de", "DE", ("", "", "")), ("en", "US", work.en), ("ru", "RU", work.ru)):
        title = "" if texts[0] == work.original else texts[0]
        data = {key: title, "overview": texts[1], "tagline": texts[2], "homepage": ""}
        said.append({"iso_3166_1": country, "iso_639_1": code, "name": code, "english_name": code, "data": data})
    return {"translations": said}


def _release_dates(work: TmdbWork) -> dict[str, Any] | None:
    if work.path != "movie":
        return None
    first = {"certification": "", "descriptors": [], "iso_639_1": "", "note": "", "release_date": work.date, "type": 1}
    return {
        "results": [
            {"iso_3166_1": code, "release_dates": [first, first | {"certification": age, "type": 3}]}
            for code, age in work.ratings.items()
        ]
    }


def _content_ratings(work: TmdbWork) -> dict[str, Any] | None:
    if work.path != "tv":
        return None
    return {"results": [{"descriptors": [], "iso_3166_1": c, "rating": age} for c, age in work.ratings.items()]}


_PARTS = {
    "credits": _credits,
    "aggregate_credits": _aggregate_credits,
    "keywords": _keywords,
    "external_ids": _external,
    "translations": _translations,
    "release_dates": _release_dates,
    "content_ratings": _content_ratings,
}
