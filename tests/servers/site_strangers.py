"""Pages of the loopback site that are no film, or a film seen before, and all answer 200."""

from collections.abc import Callable
from html import escape

from tests.servers.site_films import film_of
from tests.servers.site_layouts import html_of, layout_of
from tests.servers.site_special import Ask, Becomes, Special, html_reply, page
from tests.servers.wire import Reply, json_reply

__all__ = ["STRANGERS"]

_FILM, _SAME, _REFUSED = Becomes.FILM, Becomes.SAME, Becomes.REFUSED
_SCRIPT = '<script type="application/ld+json">{}</script>'
_NEWS = (
    "Вчера в городском доме кино открылся фестиваль короткого метра, на который приехали гости из шести стран.",
    "Организаторы обещают сто картин за пять дней, ночные показы на набережной и бесплатный чай для всех зрителей.",
    "Жюри возглавит оператор Рустам Каримзаде, а победителя назовут в воскресенье на площади у старого вокзала.",
)
_PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8


def _html(title: str, body: str, head: str = "") -> Callable[[Ask], Reply]:
    text = f'<!DOCTYPE html><html lang="ru"><head><title>{title}</title>{head}</head><body>{body}</body></html>'
    return lambda _: html_reply(text)


def _list(ask: Ask) -> Reply:
    films = [film_of(number) for number in range(1, 31)]
    items = ",".join(f'{{"@type":"ListItem","position":{f.number},"url":"{ask.base}{f.path}"}}' for f in films)
    data = _SCRIPT.format(f'{{"@context":"https://schema.org","@type":"ItemList","itemListElement":[{items}]}}')
    cards = "".join(f'<li><a href="{f.path}">{escape(f.title)}</a> <span>{f.year}</span></li>' for f in films)
    return html_reply(
        f"<!DOCTYPE html><html><head><title>30 фильмов о море</title>{data}</head><body><h1>30 фильмов о море</h1>"
        f"<ol>{cards}</ol></body></html>"
    )


def _alias(ask: Ask) -> Reply:
    """The first film under another address, which names the first."""
    link = f'<link rel="canonical" href="{ask.base}{ask.first.path}">'
    return html_reply(html_of(ask.first, ask.base, layout_of(ask.first.number), head=link))


_PERSON = (
    '{"@context":"https://schema.org","@type":"Person","name":"Вера Соловей","jobTitle":"режиссёр",'
    '"birthDate":"1951-03-02"}'
)
_ARTICLE = (
    '{"@context":"https://schema.org","@type":"NewsArticle","headline":"В городе открылся фестиваль",'
    '"datePublished":"2026-02-03","author":{"@type":"Person","name":"Анна Седых"}}'
)
_CHECK = (
    '<h1>Проверка браузера</h1><p>Подтвердите, что запросы отправляли вы, а не робот.</p><form id="challenge-form">'
    '<label><input type="checkbox"> Я не робот</label></form><div class="g-recaptcha"></div>'
)
_LOGIN = '<h1>Вход</h1><form><input name="login"><input type="password" name="password"><button>Войти</button></form>'
_NAMESAKE = {"title": "Ледокол и комета, или Зима", "original_title": ""}

STRANGERS = (
    Special("/film/a-list", "a list of films", _REFUSED, _list, ("a list",)),
    Special(
        "/film/a-person",
        "the page of a person",
        _REFUSED,
        _html("Вера Соловей", "<h1>Вера Соловей</h1><p>Режиссёр, 12 фильмов.</p>", _SCRIPT.format(_PERSON)),
        ("a person",),
    ),
    Special(
        "/film/news",
        "an article",
        _REFUSED,
        _html(
            "В городе открылся фестиваль",
            f"<article><h1>В городе открылся фестиваль</h1>{''.join(f'<p>{each}</p>' for each in _NEWS)}</article>",
            _SCRIPT.format(_ARTICLE),
        ),
        ("an article",),
    ),
    Special("/film/robot-check", "a robot check", _REFUSED, _html("Вы не робот?", _CHECK), ("a robot check",)),
    Special(
        "/film/soft-404",
        "an error page with status 200",
        _REFUSED,
        _html("Страница не найдена", "<h1>404</h1><p>Такой страницы нет. Вернитесь на главную.</p>"),
        ("an error page",),
    ),
    Special("/film/closed", "a login page", _REFUSED, _html("Вход", _LOGIN)),
    Special("/film/empty", "no byte at all", _REFUSED, lambda _: html_reply("")),
    Special("/film/blank", "a page without content", _REFUSED, _html("", "")),
    Special("/film/picture", "a picture", _REFUSED, lambda _: Reply(200, _PNG, {"Content-Type": "image/png"})),
    Special("/film/api", "JSON", _REFUSED, lambda ask: json_reply({"id": 7, "ok": ask.visit})),
    Special("/film/alias", "a listed film, named as canonical", _SAME, _alias, at="{first}"),
    Special(
        "{first}?utm_source=mail&utm_medium=x", "a listed film with tracking parameters", _SAME, _alias, at="{first}"
    ),
    Special("{first}#cast", "a listed film with a fragment", _SAME, _alias, at="{first}"),
    Special("/film/namesake-1974", "a film", _FILM, page, edit={**_NAMESAKE, "year": 1974, "directors": ("Ян Седых",)}),
    Special("/film/namesake-2015", "its namesake", _FILM, page, edit={**_NAMESAKE, "year": 2015}, layout="table"),
)
