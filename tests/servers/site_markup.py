"""Pages of the loopback site whose markup is broken, or written to do harm. Each holds a film all the same."""

import json
from collections.abc import Callable
from dataclasses import replace
from html import escape

from tests.servers.site_layouts import data_of, html_of
from tests.servers.site_special import Ask, Becomes, Special, page
from tests.servers.wire import Reply

__all__ = ["MARKUP"]

_FILM, _REFUSED = Becomes.FILM, Becomes.REFUSED
_ATTACK = "window.hacked=1"
"""What a script of the page would do, so that a test can tell whether it ran."""


def _with_data(spoil: Callable[[str], str]) -> Callable[[Ask], Reply]:
    """The page with its JSON-LD spoilt."""

    def answer(ask: Ask) -> Reply:
        text = spoil(json.dumps(data_of(ask.film, ask.base), ensure_ascii=False, indent=1).replace("</", "<\\/"))
        return replace(page(ask), body=html_of(ask.film, ask.base, ask.layout, data=text).encode())

    return answer


def _spoilt(old: str, new: str) -> Callable[[Ask], Reply]:
    """The page with a piece of its markup replaced."""
    return lambda ask: replace(page(ask), body=page(ask).body.replace(old.encode(), new.encode()))


def _deep_in_facts(ask: Ask) -> Reply:
    """Fact rows, and JSON-LD that nests too deep for a recursive reader."""
    script = f'<script type="application/ld+json">{"[" * 100_000}{"]" * 100_000}</script>'
    return replace(page(ask), body=html_of(ask.film, ask.base, ask.layout, head=script).encode())


def _cut_in_facts(ask: Ask) -> Reply:
    """Fact rows, and JSON-LD that breaks off in the middle."""
    data = json.dumps(data_of(ask.film, ask.base), ensure_ascii=False)
    script = f'<script type="application/ld+json">{data[: len(data) // 2]}</script>'
    return replace(page(ask), body=html_of(ask.film, ask.base, ask.layout, head=script).encode())


def _nested(ask: Ask) -> Reply:
    divs = "<div>" * 20_000 + "дно" + "</div>" * 20_000
    return replace(page(ask), body=page(ask).body.replace(b"</main>", f"</main>{divs}".encode()))


def _sprinkled(ask: Ask) -> Reply:
    """NUL bytes before every paragraph and heading, and one in front of everything."""
    body = page(ask).body
    for tag in (b"<p>", b"<h1>", b"<h2>", b"<ul>"):
        body = body.replace(tag, b"\0" + tag)
    return replace(page(ask), body=b"\0" + body)


def _poster(address: str) -> Callable[[Ask], Reply]:
    """The page with another address of the poster wherever it stands."""

    def answer(ask: Ask) -> Reply:
        text = page(ask).body.decode()
        for own in (ask.base + ask.film.image, ask.film.image):
            text = text.replace(own, escape(address))
        return replace(page(ask), body=text.encode())

    return answer


_BROKEN = (
    Special(
        "/film/ld-newline",
        "JSON-LD with raw newlines and tabs in a text",
        _FILM,
        _with_data(lambda text: text.replace(". ", ".\n\t")),
    ),
    Special(
        "/film/ld-comma",
        "JSON-LD with trailing commas",
        _FILM,
        _with_data(lambda text: text.replace("\n]", ",\n]").replace("\n }", ",\n }").replace("\n}", ",\n}")),
    ),
    Special("/film/ld-comment", "JSON-LD in a comment", _FILM, _with_data(lambda text: f"<!--\n{text}\n-->")),
    Special(
        "/film/ld-cdata",
        "JSON-LD in CDATA, commented out",
        _FILM,
        _with_data(lambda text: f"\n//<![CDATA[\n{text}\n//]]>\n"),
    ),
    Special(
        "/film/ld-two",
        "two objects one after another, the film second",
        _FILM,
        _with_data(lambda text: '{"@context":"https://schema.org","@type":"WebSite","name":"Киносвод"}\n' + text + ";"),
    ),
    Special("/film/ld-cut", "JSON-LD that breaks off, and fact rows", _FILM, _cut_in_facts, layout="opengraph and dl"),
    Special("/film/ld-deep", "JSON-LD 100,000 levels deep, and fact rows", _FILM, _deep_in_facts, layout="table"),
    Special("/film/unclosed", "tags that nobody closes", _FILM, _spoilt("</p>", ""), layout="microdata"),
)
_HARMFUL = (
    Special(
        "/film/script-title",
        "a script in the title",
        _FILM,
        page,
        edit={"title": f"Полынь <script>{_ATTACK}</script>"},
        expects={"title": "Полынь"},
    ),
    Special(
        "/film/escaped-script",
        "a script in the title, escaped twice",
        _FILM,
        page,
        edit={"title": f"Лебеда &lt;script&gt;{_ATTACK}&lt;/script&gt;"},
        expects={"title": "Лебеда"},
    ),
    Special(
        "/film/script-plot",
        "markup with handlers in the description",
        _FILM,
        page,
        edit={"description": f'Тихий <img src=x onerror="{_ATTACK}">дом на краю <b onclick={_ATTACK}>города</b> ждёт.'},
        expects={"description": "Тихий дом на краю города ждёт."},
    ),
    Special(
        "/film/quotes",
        "quotes that break out of an attribute",
        _FILM,
        page,
        layout="microdata",
        edit={"title": f'Чабрец" onmouseover="{_ATTACK}" \'x', "countries": ('"><b id=hacked>',)},
        expects={"title": f'Чабрец" onmouseover="{_ATTACK}" \'x', "countries": None},
    ),
    Special(
        "/film/javascript-poster",
        "a poster that is a script",
        _FILM,
        _poster(f"javascript:{_ATTACK}"),
        expects={"image_url": ""},
    ),
    Special(
        "/film/data-poster",
        "a poster that is a document",
        _FILM,
        _poster(f"data:text/html,<script>{_ATTACK}</script>"),
        expects={"image_url": ""},
    ),
    Special(
        "/film/turned",
        "marks that turn the direction of writing",
        _FILM,
        page,
        edit={"title": "Мята \u202eавтпахшмёд\u202c \u200fлуг\ufeff"},
        expects={"title": "Мята автпахшмёд луг"},
    ),
    Special(
        "/film/many-actors",
        "100,000 actors",
        _FILM,
        page,
        edit={"actors": tuple(f"Статист {number}" for number in range(100_000))},
        expects=dict.fromkeys(
            ("actors", "runtime_minutes", "age_rating", "description", "image_url", "rating", "votes")
        ),
    ),
    Special("/film/long-title", "a title of a megabyte", _REFUSED, page, edit={"title": "Кит " * 150_000}),
    Special("/film/deep", "20,000 elements, each in the one before", _FILM, _nested),
    Special("/film/nul", "NUL bytes between the elements", _FILM, _sprinkled),
)
MARKUP = (*_BROKEN, *_HARMFUL)
