"""Films whose every field is hostile, and a bundle that holds them as they are."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from kadr.bundle import BundleWriter, Draft, SourceCount, read_manifest, resolve, switch
from kadr.catalogue.table import films_hash, write_films
from kadr.collect.fetch.page import Page
from kadr.collect.page.read import read_page
from kadr.film import Description, Film, Kind, SourceLink
from kadr.index.columns import build_columns
from kadr.index.lexical import LexicalParams, build_lexical
from kadr.index.mentions import build_mentions
from kadr.index.themes import NO_THEME, Theme, Themes
from kadr.index.titles import build_titles

__all__ = ["ATTACKER", "PAYLOADS", "RUN", "hostile_films", "publish", "read_film", "theme_id"]

ATTACKER = "http://127.0.0.1:9"
"""Stands in the payloads for the attacker's address until there is one; nobody listens there."""
RUN = "window.hacked=1;alert(document.domain)"
PAYLOADS = {
    "elements": f'<script>{RUN}</script><img id="hacked" src="{ATTACKER}/a.png" onerror="{RUN}"><svg onload="{RUN}">',
    "attributes": f'"\' onmouseover="{RUN}" style="background:url({ATTACKER}/b)" id=\'hacked\' x=\'',
    "endings": f'</p></article></style></script></title></svg>--><b id="hacked">{ATTACKER}</b><script>{RUN}</script>',
    "styles": f"<style>@import url({ATTACKER}/c);*{{display:none}}</style><link rel=stylesheet href={ATTACKER}/d>",
    "frames": f'<iframe id="hacked" srcdoc="<script>parent.hacked=1</script>" src="{ATTACKER}/e"></iframe>',
    "leading away": f'<base href="{ATTACKER}/"><meta http-equiv="refresh" content="0;url={ATTACKER}/f">',
    "markdown": f"![x]({ATTACKER}/g.png) [щупальце](javascript:{RUN}) # **x** `y` :red[z] :material/bolt: $\\frac12$",
    "entities": f"&lt;script&gt;{RUN}&lt;/script&gt; &#60;b id=hacked&#62; &amp;lt;i&amp;gt; %3Cscript%3E",
    "templates": "{{constructor.constructor('window.hacked=1')()}} ${window.hacked=1} {0} %s {film.title}",
    "turning": "\u202egnp.exe\u202c \u200fщуп\u200b\ufeff \x07\x1b[31m",
}
"""What a page may hold, by how it would do harm."""


def hostile_films(attacker: str) -> list[Film]:
    """Return a film for each payload, which stands in all of its fields, as if no reader had looked at it."""
    made = []
    for place, (name, payload) in enumerate(PAYLOADS.items()):
        text = payload.replace(ATTACKER, attacker)
        film = Film(
            id=f"хищник:{place:02}{text}",
            title=f"Кракен {name} {text}",
            original_title=f"Kraken {text}",
            year=1900 + place,
            kind=Kind.SERIES,
            genres=(text, "драма"),
            countries=(text,),
            directors=(f"Режиссёр {text}",),
            actors=(f"Актёр {text}",),
            age_rating=18,
            descriptions=(Description(f"Щупальца {text} тянут на дно корабль.", text, "ru"),),
            tagline=text,
            rating=7.5,
            votes=1_000,
            page_url=f'{attacker}/page"onmouseover="{RUN}',
            image_url=f'{"https://127.0.0.1:9" if place % 2 else attacker}/poster.png"onerror="{RUN}',
            sources=(SourceLink(text, text, f"javascript:{RUN}", text),),
            fetched_at=text,
            tags=(text,),
            external_ids={"imdb": text},
            extra={text: text},
        )
        made.append(film)
    return made


def read_film(attacker: str) -> Film:
    """Return the film of a page whose every field holds every payload."""
    text = " \x00 ".join(PAYLOADS.values()).replace(ATTACKER, attacker)
    data = {
        "@context": "https://schema.org",
        "@type": "Movie",
        "name": f"Левиафан из глубин <script>{RUN}</script>",
        "alternateName": f"Leviathan {PAYLOADS['elements']}",
        "datePublished": "1999",
        "genre": [f"драма <i id=hacked>{RUN}</i>", text],
        "countryOfOrigin": f"Исландия<script>{RUN}</script>",
        "director": {"@type": "Person", "name": f'Вера Ким"><img id=hacked src={attacker}/x onerror={RUN}>'},
        "actor": [{"@type": "Person", "name": f"Олег Марвин {name} {text}"[:150]} for name in PAYLOADS],
        "description": f"Левиафан поднимается со дна и гасит маяки один за другим, пока смотритель спит. {text}",
        "image": f"javascript:{RUN}",
        "url": f"javascript:{RUN}",
        "sameAs": f"javascript:{RUN}",
        "keywords": text,
    }
    script = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    body = f'<html lang="ru"><head><title>Левиафан</title><script type="application/ld+json">{script}</script></head>'
    address = f"{attacker}/film/1"
    page = Page(address, address, 200, {"content-type": "text/html; charset=utf-8"}, body.encode(), "2026-01-01")
    return read_page(page, "site").film


def theme_id(place: int) -> str:
    """Return the id of the theme at a place."""
    return f"t{place:08}"


def _themes(groups: Mapping[str, Sequence[int]], n_films: int) -> Themes:
    """Return themes by their names, with the rows of their films."""
    of_film = np.full(n_films, NO_THEME, dtype=np.int32)
    for place, rows in enumerate(groups.values()):
        of_film[list(rows)] = place
    themes = [Theme(theme_id(i), name, name, (name,), len(rows)) for i, (name, rows) in enumerate(groups.items())]
    nothing = Themes.none(n_films)
    centres = np.zeros((len(themes), nothing.middle.size), dtype=nothing.centres.dtype)
    return Themes(of_film, tuple(themes), centres, nothing.middle, nothing.films, nothing.founders)


def publish(films_: list[Film], shelf: Path, root: Path, themes: Mapping[str, Sequence[int]]) -> Path:
    """Publish a bundle of films as they are, past every reader; vectors and encoder are those of another bundle.

    `themes`: by name the places of their films among all, in the order of the films' ids.
    """
    base = resolve(shelf)
    manifest = read_manifest(base)
    count = manifest.counts["films"]
    fill = [Film(id=f"я:{n:02}", title=f"Тихий причал {n}", year=1950 + n, rating=5.0) for n in range(count)]
    raw = sorted((films_ + fill)[:count], key=lambda film: film.id)
    grouped = _themes(themes, count)
    columns = build_columns(raw, grouped)
    with BundleWriter(root) as writer:
        shutil.copytree(base / "encoder", writer.folder / "encoder")
        shutil.copy(base / "films.usearch", writer.folder)
        columns.save(writer.folder / "columns")
        shutil.copy(base / "columns" / "norms.npy", writer.folder / "columns")
        write_films(writer.folder / "films.duckdb", raw, columns.popularity.tolist(), grouped.themes)
        build_titles(raw).save(writer.folder / "titles")
        build_mentions(raw, columns).save(writer.folder / "mentions")
        build_lexical(raw, LexicalParams()).save(writer.folder / "lexical")
        names = tuple(SourceCount(payload, 1) for payload in sorted(PAYLOADS.values()))
        draft = Draft(
            counts=manifest.counts,
            sources=names,
            encoder=manifest.encoder,
            quantiser=manifest.quantiser,
            search=manifest.search,
            fusion=manifest.fusion,
            quality=manifest.quality,
            films_sha256=films_hash(raw),
        )
        version = writer.commit(draft, {})
    switch(root, version)
    return root
