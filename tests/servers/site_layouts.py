"""How the film pages of the loopback site are built: eight layouts, as eight sites might have them. Pure functions."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from tests.servers.site_films import SiteFilm, film_of
from tests.servers.site_words import LABELS, PRESS

__all__ = ["LAYOUTS", "Layout", "Parts", "data_of", "expected_of", "html_of", "layout_of"]

_ALL = (
    "title",
    "original_title",
    "year",
    "kind",
    "genres",
    "countries",
    "directors",
    "actors",
    "runtime_minutes",
    "age_rating",
    "rating",
    "votes",
    "description",
    "image_url",
)
_SIMILAR = 3
"""Links to other films below each page, so that a reader that takes the first name it meets is found out."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A page before it is put together: what stands in its head, and its main column."""

    head: str
    body: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A way to build a page. `shows`: the fields that can be read from it."""

    name: str
    shows: tuple[str, ...]
    build: Callable[[SiteFilm, str], Parts]


def layout_of(number: int) -> Layout:
    """Return the layout of a film's page: they take turns, two films each, so that each has both languages."""
    return LAYOUTS[number // 2 % len(LAYOUTS)]


def html_of(film: SiteFilm, base: str, layout: Layout, *, head: str = "", data: str | None = None) -> str:
    """Return a film's page.

    Args:
        film: what it is about.
        base: the site's address without a slash at the end.
        layout: how it is built.
        head: more of the head, put before everything else.
        data: the text of a JSON-LD script, in place of the one that the layout would have.
    """
    parts = layout.build(film, base)
    if data is not None:
        parts = replace(parts, head=_script(data))
    labels = LABELS[film.language]
    others = [film_of(film.number + step) for step in range(1, _SIMILAR + 1)]
    links = "".join(f'<li><a href="{other.path}">{escape(other.title)}</a></li>' for other in others)
    return (
        f'<!DOCTYPE html>\n<html lang="{film.language}"><head>{head}'
        f"<title>{escape(film.title)} ({film.year}) — Киносвод</title>{parts.head}</head>\n<body>"
        '<header><a href="/">Киносвод</a><nav><a href="/films">Фильмы</a> <a href="/about">О сайте</a></nav></header>\n'
        f"<main>{parts.body}</main>\n"
        f"<aside><h2>{labels['similar']}</h2><ul>{links}</ul></aside>\n"
        "<footer><p>© Киносвод. Cookies help us. Мы используем файлы cookie.</p></footer></body></html>\n"
    )


def expected_of(film: SiteFilm, base: str, layout: Layout) -> Mapping[str, Any]:
    """Return what a reader must find on a film's page: field of `Film` to value, `description` for its first text."""
    known: dict[str, Any] = {name: getattr(film, name) for name in _ALL if name != "image_url"}
    known["image_url"] = base + film.image
    return {name: known[name] for name in layout.shows if known[name] not in ("", ())}


def data_of(film: SiteFilm, base: str) -> dict[str, Any]:
    """Return a film as schema.org words it."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "TVSeries" if film.kind == "series" else "Movie",
        "url": base + film.path,
        "name": film.title,
        "alternateName": film.original_title,
        "datePublished": f"{film.year}-05-17",
        "genre": list(film.genres),
        "countryOfOrigin": [{"@type": "Country", "name": name} for name in film.countries],
        "director": [{"@type": "Person", "name": name} for name in film.directors],
        "actor": [{"@type": "Person", "name": name} for name in film.actors],
        "duration": f"PT{film.runtime_minutes // 60}H{film.runtime_minutes % 60}M",
        "contentRating": f"{film.age_rating}+",
        "description": film.description,
        "image": base + film.image,
        "aggregateRating": {
            "@type": "AggregateRating",
            "ratingValue": film.rating,
            "bestRating": 10,
            "ratingCount": film.votes,
        },
    }
    return {name: value for name, value in data.items() if value}


def _script(text: str, kind: str = 'type="application/ld+json"') -> str:
    return f"<script {kind}>{text}</script>"


def _json(value: Any) -> str:
    """Return JSON as it may stand in a script: no text in it can end the script."""
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")


def _lead(film: SiteFilm) -> str:
    return f'<h1>{escape(film.title)}</h1><img src="{escape(film.image)}" alt="">'


def _plot(film: SiteFilm) -> str:
    return f"<h2>{LABELS[film.language]['description']}</h2><p>{escape(film.description)}</p>"


def _json_ld(film: SiteFilm, base: str) -> Parts:
    return Parts(_script(_json(data_of(film, base))), _lead(film) + _plot(film))


def _graph(film: SiteFilm, base: str) -> Parts:
    """The film among other things of the page, its people by reference."""
    url = base + film.path
    data = data_of(film, base) | {"@id": f"{url}#film"}
    people = [{"@id": f"{url}#p{at}", "@type": "Person", "name": name} for at, name in enumerate(film.directors)]
    data["director"] = [{"@id": person["@id"]} for person in people]
    del data["@context"]
    crumbs = [{"@type": "ListItem", "position": 1, "name": "Киносвод", "item": f"{base}/"}]
    things = [
        {"@type": "Organization", "@id": f"{base}/#site", "name": "Киносвод", "logo": f"{base}/logo.png"},
        {"@type": "WebPage", "@id": url, "name": f"{film.title} — Киносвод", "mainEntity": {"@id": f"{url}#film"}},
        {"@type": "BreadcrumbList", "itemListElement": crumbs},
        data,
        *people,
    ]
    return Parts(_script(_json({"@context": "https://schema.org", "@graph": things})), _lead(film) + _plot(film))


def _microdata(film: SiteFilm, base: str) -> Parts:
    def people(prop: str, names: Sequence[str]) -> str:
        person = '<span itemprop="{}" itemscope itemtype="https://schema.org/Person"><a itemprop="name">{}</a></span> '
        return "".join(person.format(prop, escape(name)) for name in names)

    kind = "TVSeries" if film.kind == "series" else "Movie"
    original = f'<h2 itemprop="alternateName">{escape(film.original_title)}</h2>' if film.original_title else ""
    genres = " ".join(f'<i itemprop="genre">{escape(name)}</i>' for name in film.genres)
    country = '<b itemprop="countryOfOrigin" itemscope itemtype="https://schema.org/Country">{}</b> '
    countries = "".join(country.format(f'<u itemprop="name">{escape(name)}</u>') for name in film.countries)
    body = (
        f'<div itemscope itemtype="https://schema.org/{kind}"><link itemprop="url" href="{base}{film.path}">'
        f'<h1 itemprop="name">{escape(film.title)}</h1>{original}<img itemprop="image" src="{film.image}" alt="">'
        f'<meta itemprop="datePublished" content="{film.year}"><p>{genres}</p><p>{countries}</p>'
        f"<p>{people('director', film.directors)}</p><p>{people('actor', film.actors)}</p>"
        f'<meta itemprop="duration" content="PT{film.runtime_minutes}M">'
        f'<meta itemprop="contentRating" content="{film.age_rating}+">'
        '<div itemprop="aggregateRating" itemscope itemtype="https://schema.org/AggregateRating">'
        f'<span itemprop="ratingValue">{film.rating}</span> / <span itemprop="bestRating">10</span>'
        f'<meta itemprop="ratingCount" content="{film.votes}"></div>'
        f'<div itemprop="description">{escape(film.description)}</div></div>'
    )
    return Parts("", body)


def _facts(film: SiteFilm) -> Sequence[tuple[str, str]]:
    """Return label and value of each fact row."""
    labels = LABELS[film.language]
    minutes = f"{film.runtime_minutes} {'мин.' if film.language == 'ru' else 'min'}"
    rows = {
        "original_title": film.original_title,
        "kind": labels[film.kind],
        "year": str(film.year),
        "countries": ", ".join(film.countries),
        "genres": ", ".join(film.genres),
        "directors": ", ".join(film.directors),
        "actors": ", ".join(film.actors),
        "runtime_minutes": minutes,
        "age_rating": f"{film.age_rating}+",
    }
    return [(labels[name], value) for name, value in rows.items() if value]


def _sharing_and_list(film: SiteFilm, base: str) -> Parts:
    kind = "video.tv_show" if film.kind == "series" else "video.movie"
    meta = {"og:type": kind, "og:title": film.title, "og:url": base + film.path, "og:image": base + film.image}
    meta |= {"og:site_name": "Киносвод", "og:description": film.description}
    head = "".join(f'<meta property="{name}" content="{escape(value)}">' for name, value in meta.items())
    rows = "".join(f"<dt>{label}:</dt><dd>{escape(value)}</dd>" for label, value in _facts(film))
    return Parts(head, f"{_lead(film)}<dl>{rows}</dl>{_plot(film)}")


def _table(film: SiteFilm, base: str) -> Parts:
    rows = "".join(f"<tr><td>{label}</td><td>{_linked(value)}</td></tr>" for label, value in _facts(film))
    head = f'<meta property="og:image" content="{base}{film.image}">'
    return Parts(head, f'{_lead(film)}<table class="facts">{rows}</table>{_plot(film)}')


def _linked(value: str) -> str:
    return ", ".join(f'<a href="/tag/{at}">{escape(each)}</a>' for at, each in enumerate(value.split(", ")))


def _rows_of_divs(film: SiteFilm, base: str) -> Parts:
    cell = '<div class="row-{0}"><div class="x1">{1}</div><div class="x2"><span>{2}</span></div></div>'
    rows = "".join(cell.format(at, label, _linked(value)) for at, (label, value) in enumerate(_facts(film)))
    head = f'<meta property="og:image" content="{base}{film.image}">'
    return Parts(head, f'{_lead(film)}<section class="about">{rows}</section>{_plot(film)}')


def _state(film: SiteFilm, base: str) -> Parts:
    """The film in the data that the page's own program starts from; nothing but title and plot is drawn."""
    people = [("DIRECTOR", name) for name in film.directors] + [("ACTOR", name) for name in film.actors]
    others = [film_of(film.number + step) for step in range(1, _SIMILAR + 1)]
    entity = {
        "__typename": "TvSeries" if film.kind == "series" else "Film",
        "id": film.number,
        "title": film.title,
        "originalTitle": film.original_title,
        "year": film.year,
        "genres": [{"name": name} for name in film.genres],
        "countries": [{"name": name} for name in film.countries],
        "persons": [{"role": role, "person": {"name": name}} for role, name in people],
        "duration": film.runtime_minutes,
    }
    similar = [{"__typename": "Film", "id": each.number, "title": each.title, "year": each.year} for each in others]
    state = {"props": {"pageProps": {"film": entity, "similar": similar}}, "page": "/film/[id]"}
    script = _script(_json(state), 'id="__NEXT_DATA__" type="application/json"')
    head = f'<meta property="og:image" content="{base}{film.image}">'
    return Parts(head, f'<div id="__next">{_lead(film)}{_plot(film)}</div>{script}')


def _text(film: SiteFilm, base: str) -> Parts:
    """A title and an article; what is text and what surrounds it is for trafilatura to say."""
    del base
    texts = [film.description, *(each.format(title=film.title, year=film.year) for each in PRESS[film.language])]
    article = "".join(f"<p>{escape(text)}</p>" for text in texts)
    return Parts("", f"<article><h1>{escape(film.title)} ({film.year})</h1>{article}</article>")


_FACTS = tuple(name for name in _ALL if name not in ("rating", "votes", "image_url"))
LAYOUTS = (
    Layout("json-ld", _ALL, _json_ld),
    Layout("graph", _ALL, _graph),
    Layout("microdata", _ALL, _microdata),
    Layout("opengraph and dl", (*_FACTS, "image_url"), _sharing_and_list),
    Layout("table", (*_FACTS, "image_url"), _table),
    Layout("divs", (*_FACTS, "image_url"), _rows_of_divs),
    Layout("state", tuple(name for name in _ALL if name not in ("age_rating", "rating", "votes")), _state),
    Layout("text", ("title", "year", "description"), _text),
)
