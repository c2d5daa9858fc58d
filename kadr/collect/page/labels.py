"""What films' pages call things: a label beside a value, or a key in a page's data -> a field."""

from collections.abc import Mapping
from functools import lru_cache

from kadr.collect.headers import Field, resolve
from kadr.errors import SourceError
from kadr.text import normalise

__all__ = ["MAX_LABEL", "field_of_key", "field_of_label", "is_actor", "is_description", "is_director", "is_film_type"]

MAX_LABEL = 40
"""Characters: the longest label of the tables has 30, and a colon and spaces stand around it."""

_LABELS: Mapping[Field, str] = {
    Field.ORIGINAL_TITLE: "оригинальное имя, оригинал, в оригинале, название в оригинале, оригінальна назва,"
    " originaltitel, titre original, título original, titolo originale, исходное название, tytuł oryginalny,"
    " originální název, původní název, orijinal adı, 原題, 原名, 原片名",
    Field.YEAR: "год съёмок, годы, годы выхода, годы выпуска, рік, рік випуску, рік виходу, jahr, produktionsjahr,"
    " erscheinungsjahr, année, année de production, année de sortie, año, año de producción, anno,"
    " anno di produzione, years, year of production, year of release, rok produkcji, rok výroby, rok, ano,"
    " ano de produção, yapım yılı, 製作年, 制作年, 年份",
    Field.RELEASE_DATE: "мировая премьера, премьера в мире, премьера мир, премьера рф, премьера в россии,"
    " премьера в рф, дата релиза, релиз, выход, вышел, дата мировой премьеры, прем'єра, світова прем'єра,"
    " дата виходу, release, releases, in theaters, in theatres, theatrical release, first aired, aired, first air,"
    " originally released, kinostart, erstausstrahlung, date de sortie, sortie, estreno, fecha de estreno, uscita,"
    " data di uscita, release dates, premiera, data premiery, premiéra, data de lançamento, estreia, vizyon tarihi,"
    " 上映日期, 公開日, 劇場公開日",
    Field.GENRES: "genre s, жанр ы, категория жанра, genere, generi, género, géneros, жанри, gatunek, gatunki, žánr,"
    " žánry, gênero, gêneros, tür, 类型, 類型, ジャンル, 장르",
    Field.COUNTRIES: "страна ы, страна и год, страна создания, страны производства, страна производитель,"
    " страна происхождения, производство страна, made in, produced in, countries of origin, country s,"
    " country of production, countries of production, production country, nationality, країна, країни,"
    " країна виробництва, land, länder, produktionsland, produktionsländer, herkunftsland, pays, pays de production,"
    " pays d'origine, nationalité, país, países, país de origen, paese, paesi, paese di produzione, nazione,"
    " kraj, kraj produkcji, kraje produkcji, země, země původu, país de origem, ülke, 制片国家 地区, 国家 地区, 製作国,"
    " 국가",
    Field.DIRECTORS: "режиссер ы, режиссура, режиссёр-постановщик, режиссер фильма, режиссеры фильма, режиссер сериала,"
    " режисер, режисери, постановка, постановщик, реж, director s, direction, a film by, regie, regisseur,"
    " regisseurin, réalisateur, réalisatrice, réalisateurs, réalisation, réalisé par, de, dirección, dirigida por,"
    " dirigido por, regia, regista, registi, dir, reżyseria,"
    " reżyser, režie, režisér, direção, diretor, yönetmen, 导演, 導演, 監督, 감독",
    Field.ACTORS: "актер ы, роли, в ролях актеры, в главной роли, роли исполняли, роли исполняют, главные роли,"
    " актерский состав, актеры и роли, снимались, в фильме снимались, звезды, у ролях, у головних ролях, актори,"
    " star, with, top billed cast, main actors, lead actors, featuring, cast members, darsteller, besetzung,"
    " schauspieler, hauptdarsteller, acteurs, distribution, avec, reparto, protagonistas, actores, interpreti,"
    " attori, interprétation, interprètes, interprètes principaux, obsada, w rolach głównych, hrají, herci,"
    " obsazení, elenco, oyuncular, 主演, 演员, 出演, キャスト, 출연",
    Field.RUNTIME: "продолжительность фильма, длина, время просмотра, хронометраж фильма, хронометраж серии,"
    " длительность серии, тривалість, run time, time, laufzeit, spieldauer, dauer, länge, durée, duración, durata,"
    " czas trwania, délka, stopáž, duração, süre, 片长, 上映時間",
    Field.AGE_RATING: "возрастная категория, зрителям, для зрителей, мпаа рф, рейтинг возраст, вікове обмеження, вік,"
    " altersfreigabe, fsk, rated, certificate",
    Field.TAGLINE: "слоган фильма, гасло, taglines",
    Field.TITLE: "название на русском, русское название, название в россии, в российском прокате",
    Field.KIND: "тип проекта, тип видео, тип произведения, формат, category",
    Field.RATING: "рейтинг фильма, оценка зрителей, rating score, user rating",
    Field.TAGS: "метки, ключевое слово, plot keywords, tag",
}
"""What stands on pages and not in the headers of tables."""
_PAGE_FIELDS = frozenset(
    [
        Field.TITLE,
        Field.ORIGINAL_TITLE,
        Field.YEAR,
        Field.RELEASE_DATE,
        Field.KIND,
        Field.GENRES,
        Field.COUNTRIES,
        Field.DIRECTORS,
        Field.ACTORS,
        Field.RUNTIME,
        Field.AGE_RATING,
        Field.TAGLINE,
        Field.RATING,
        Field.RATING_KINOPOISK,
        Field.RATING_IMDB,
        Field.TAGS,
        Field.IMDB,
        Field.KINOPOISK,
    ]
)
_NOT_ON_PAGES = "name, title, имя, фильм, сериал, movie name, film, serial, id, short, заголовок, возраст актера"
"""Headers of tables that on a page stand over a form, a menu or a person."""
_KEYS: Mapping[Field, str] = {
    Field.TITLE: "title text, ru title, russian title, rus name, name rus, local title, localized title",
    Field.ORIGINAL_TITLE: "original title text, en name, name en, title en, en title, english title, origin title,"
    " orig title, origin name, foreign name, orig name",
    Field.YEAR: "years, year start, produced year, year of release, prod year, release years",
    Field.RELEASE_DATE: "first release date, world premiere date, russian premiere, date release, aired at, air date",
    Field.GENRES: "genres list, genre list, film genres, title genres",
    Field.COUNTRIES: "countries of origin, country list, origin country, origin countries, country names,"
    " historic countries",
    Field.DIRECTORS: "director list, film directors, directors list, movie directors, creators directors",
    Field.ACTORS: "actor list, film actors, main actors, main cast, top actors, actors list, casts",
    Field.RUNTIME: "running time minutes, time minutes, film duration, runtime seconds, movie duration",
    Field.AGE_RATING: "age category, restriction, restriction age, min age rating, age limits",
    Field.DESCRIPTION: "text description, content description, full text, plot text, story",
    Field.SHORT_DESCRIPTION: "short overview, description small, announce",
    Field.KIND: "typename, kind type",
}
_DESCRIPTIONS = (
    "описание, описание фильма, описание сериала, сюжет, сюжет фильма, сюжет сериала, о фильме, о сериале,"
    " краткое содержание, содержание, синопсис, аннотация, про что фильм, о чем фильм, о чем сериал, о проекте,"
    " краткий сюжет, опис, опис фільму, про фільм, synopsis, plot, plot summary, storyline, story, overview,"
    " description, about the film, about the movie, about the show, the story, summary, handlung, inhalt,"
    " inhaltsangabe, beschreibung, résumé, l'histoire, histoire, sinopsis, argumento, trama, opis filmu, obsah,"
    " sinopse, あらすじ, 剧情简介"
)
_DIRECTORS = (
    "director, directors, режиссер, режиссеры, режисер, directing, regisseur, réalisateur, regista, directed by"
)
_ACTORS = "actor, actors, actress, cast, star, stars, актер, актеры, актриса, acting, в главных ролях, в ролях, cameo"
_TYPES = (
    "film, movie, tv series, series, serial, tvseries, tv show, show, feature film, mini series, miniseries, title,"
    " tv mini series, anime, cartoon, short film, video, ott film, content, film page, фильм, сериал, мультфильм"
)


def _table(names: Mapping[Field, str]) -> dict[str, Field]:
    return {normalise(name): field for field, listed in names.items() for name in listed.split(",")}


def _set(names: str) -> frozenset[str]:
    return frozenset(normalise(name) for name in names.split(","))


_LABEL_OF, _KEY_OF = _table(_LABELS), _table(_KEYS)
_NO_LABEL, _DESCRIPTION_SET = _set(_NOT_ON_PAGES), _set(_DESCRIPTIONS)
_DIRECTOR_SET, _ACTOR_SET, _TYPE_SET = _set(_DIRECTORS), _set(_ACTORS), _set(_TYPES)


def field_of_label(text: str) -> Field | None:
    """Return the field that a label names ("Режиссёр:", "Country of origin"), None for any other text.

    Only fields that a visitor reads in a row count: an address or a source is none of them.
    """
    return _field_of_short(text) if len(text) <= MAX_LABEL else None


@lru_cache(maxsize=4096)
def _field_of_short(text: str) -> Field | None:
    name = normalise(text)
    if not name or name in _NO_LABEL:
        return None
    field = _LABEL_OF.get(name) or _field_of_header(name)
    return field if field in _PAGE_FIELDS else None


def field_of_key(key: str) -> Field | None:
    """Return the field that a key of a page's data names ("productionYear", "original_title"), else None."""
    return _KEY_OF.get(spelt(key)) or _field_of_header(key)


def is_description(text: str) -> bool:
    """Tell whether a heading stands over the description of a film."""
    return len(text) <= MAX_LABEL and normalise(text) in _DESCRIPTION_SET


def is_director(role: str) -> bool:
    """Tell whether a word names the role of a director, in the languages of `field_of_label`."""
    return spelt(role) in _DIRECTOR_SET


def is_actor(role: str) -> bool:
    """Tell whether a word names the role of an actor."""
    return spelt(role) in _ACTOR_SET


def is_film_type(name: str) -> bool:
    """Tell whether a type in a page's data is a film or a series ("TvSeries", "FILM")."""
    return spelt(name) in _TYPE_SET


def spelt(key: str) -> str:
    """Return the words of a key written in camel case or with underlines: "productionYear" -> "production year"."""
    return _spelt(key[:MAX_LABEL])


@lru_cache(maxsize=4096)
def _spelt(key: str) -> str:
    parts = [f" {c}" if c.isupper() and i and key[i - 1].islower() else c for i, c in enumerate(key)]
    return normalise("".join(parts))


def _field_of_header(name: str) -> Field | None:
    """Return the field that a table's header of this name would fill."""
    try:
        columns = resolve((name,), (), {}).columns
    except SourceError:  # no title among the headers, which is all that a lone header can lack
        columns = resolve((name, "title"), (), {}).columns
    return next((field for field, found in columns.items() if found[0].header == name), None)
