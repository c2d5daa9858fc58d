import pytest

from kadr.collect.page import facts, jsonld, microdata, opengraph, state
from kadr.collect.page.document import open_document
from kadr.collect.page.refuse import frames_in, why_not
from tests.data import real_data

TEXT = "Смотритель маяка двадцать лет не покидал остров, пока море не принесло ему лодку без гребца. " * 3
ROWS = "<dl><dt>Год</dt><dd>2011</dd><dt>Страна</dt><dd>Россия</dd><dt>Режиссёр</dt><dd>Анна Лодкина</dd></dl>"


def why(html: str, head: str = "", url: str = "https://kino.example/page/7") -> str:
    page = f"<html><head>{head}</head><body>{html}</body></html>".encode()
    document = open_document(page, url, "text/html; charset=utf-8")
    readers = (opengraph, jsonld, microdata, state, facts)
    return why_not(document, [claim for reader in readers for claim in reader.claims(document)])


def ld(json: str) -> str:
    return f'<script type="application/ld+json">{json}</script>'


def cards(count: int, path: str = "/film/{}") -> str:
    linked = (f"<div><a href={path.format(n + 100)}>Фильм {n}</a><p>Год: {1980 + n}</p></div>" for n in range(count))
    return "".join(linked)


def shared(kind: str) -> str:
    return f'<meta property="og:type" content="{kind}"><meta property="og:title" content="Северный маяк">'


CHECK = "<p>Нам очень жаль, но запросы похожи на автоматические.</p>"
PERSON = '{"@context":"https://schema.org","@type":"Person","name":"Анна Лодкина","jobTitle":"режиссёр"}'

REFUSED = {
    "a robot check": [
        (f"{CHECK}<form action=/checkcaptcha><label>Я не робот</label></form>", "<title>Ой!</title>"),
        ("<h1>kino.example</h1><p>Проверяем ваш браузер перед входом</p>", "<title>Один момент…</title>"),
        ("<h2>Checking your browser before accessing kino.example</h2>", "<title>Just a moment...</title>"),
        ("<p>Please verify you are human</p><iframe src=https://x.example/captcha></iframe>", ""),
        ("<p>Enable JavaScript and cookies to continue</p>", "<title>Attention Required! | Shield</title>"),
        ("<p>Введите символы с картинки</p><img src=1.png><input name=code>", "<title>Проверка</title>"),
    ],
    "an error page": [
        ("<h1>Страница не найдена</h1><a href=/>На главную</a>" + cards(6), "<title>Кинозал</title>"),
        ("<h1>Ой</h1><p>Куда-то пропало</p>", "<title>404 Not Found</title>"),
        ("<h1>404</h1><p>Такой страницы нет</p>", "<title>Ошибка 404 — Кинозал</title>"),
        ("<p>Сайт временно недоступен, ведутся технические работы</p>", "<title>Кинозал</title>"),
        ("<h1>Page not found</h1>" + TEXT, "<title>Page not found | Films</title>"),
        ("<h1>503 Service Unavailable</h1>", "<title>503 Service Unavailable</title>"),
    ],
    "a login page": [
        ("<h1>Вход</h1><form><input name=u><input type=password name=p></form>", "<title>Вход | Кинозал</title>"),
        ("<form><input><input type=PASSWORD></form>" + TEXT, "<title>Sign in - Films</title>"),
    ],
    "a person": [
        (f"<h1>Анна Лодкина</h1>{ld(PERSON)}" + cards(20), "<title>Анна Лодкина — фильмы</title>"),
        ("<h1>Анна Лодкина</h1>" + TEXT, shared("profile")),
        (
            (
                "<h1>Анна Лодкина</h1><dl><dt>Дата рождения</dt><dd>1970</dd><dt>Рост</dt><dd>2 м</dd><dt>Жанры</dt>"
                "<dd>драма, комедия</dd></dl>"
            ),
            "<title>Анна Лодкина</title>",
        ),
        ("<h1>Ann Boat</h1><p><b>Born:</b> 5 May 1970</p><p><b>Place of birth</b>: Oslo</p>" + cards(9), ""),
        (ld('{"@type":"ProfilePage","mainEntity":' + PERSON + "}") + "<h1>Анна</h1>", "<title>Анна</title>"),
    ],
    "a list": [
        ("<h1>250 лучших фильмов</h1>" + cards(25), "<title>250 лучших фильмов — Кинозал</title>"),
        ("<h1>Драмы</h1>" + cards(12) + "<a href=?page=2>2</a>", "<title>Драмы</title>"),
        ("<h1>Подборка: море и люди</h1>" + cards(6, "/m/film-{}"), "<title>Подборка</title>"),
        (
            ld('{"@type":"ItemList","itemListElement":[{"@type":"ListItem","position":1,"url":"/film/1"}]}')
            + "<h1>Новинки</h1>",
            "<title>Новинки</title>",
        ),
        ("<main>" + cards(40, "/watch/{}-slug") + "</main>", "<title>Кинозал</title>"),
        ("<h1>Search results</h1>" + cards(5), "<title>Search results</title>"),
    ],
    "an article": [
        (ld('{"@type":"NewsArticle","headline":"Фестиваль открылся"}') + f"<h1>Фестиваль открылся</h1>{TEXT}", ""),
        (f"<h1>Что посмотреть вечером</h1>{TEXT}", shared("article")),
        (
            ld('{"@graph":[{"@type":"WebPage"},{"@type":"BlogPosting","name":"Пять ролей"}]}')
            + f"<h1>Пять ролей</h1>{TEXT}",
            "",
        ),
    ],
    "a game": [
        (
            (
                "<h1>Маяк</h1><dl><dt>Жанр</dt><dd>квест</dd><dt>Разработчик</dt><dd>Порт</dd><dt>Платформы</dt><dd>PC</dd>"
                "<dt>Дата выхода</dt><dd>2011</dd></dl>"
            ),
            "<title>Маяк</title>",
        ),
        (ld('{"@type":"VideoGame","name":"Маяк"}') + "<h1>Маяк</h1>", "<title>Маяк</title>"),
    ],
    "a book": [("<h1>Маяк</h1><p>Год: 2011</p><p>Жанр: роман</p><p>Издательство: Порт</p><p>ISBN: 5</p>", "")],
    "an album": [("<h1>Маяк</h1><p>Год: 2011</p><p>Жанр: рок</p><p>Исполнитель: Порт</p><p>Лейбл: Трос</p>", "")],
    "an empty page": [
        ("<div id=app></div><script>go()</script>", ""),
        ("<div id=app>Загрузка...</div><script src=/a.js></script>", "<title>Кинозал</title>"),
        ("", "<title>Кинозал</title>"),
        ("<p>...</p>", "<title>Кинозал</title>"),
    ],
}


@pytest.mark.parametrize(("reason", "html", "head"), [(r, *page) for r, pages in REFUSED.items() for page in pages])
def test_refuses_with_the_reason(reason: str, html: str, head: str) -> None:
    assert why(html, head) == reason


def frames(html: str) -> list[str]:
    return frames_in(open_document(html.encode(), "https://kino.example/a/index.htm", "text/html"))


def test_a_frameset_names_its_pages() -> None:
    many = "".join(f"<frame src=f{n}.htm>" for n in range(99))
    assert frames("<frameset><frame src=menu.htm><frame src=/s?id=5><frame src=javascript:x><frame></frameset>") == [
        "https://kino.example/a/menu.htm",
        "https://kino.example/s?...",
    ]
    assert len(frames(f"<frameset>{many}</frameset>")) == 5
    assert frames("<p>Фильм</p><iframe src=menu.htm></iframe>") == []


MOVIE = '{"@context":"https://schema.org","@type":"Movie","name":"Северный маяк","director":{"name":"Анна"}}'
COMMENTS = "<h2>Отзывы</h2>" + "".join(f"<p><b>Гость {n}</b>: режиссёр: молодец</p>" for n in range(30))
MAIN = f"<h1>Северный маяк</h1>{ROWS}<p>{TEXT}</p>"

KEPT = {
    "plain rows": (MAIN, ""),
    "structured data and cards": (ld(MOVIE) + "<h1>Северный маяк</h1>" + cards(40) + "<a href=?page=2>2</a>", ""),
    "cards, reviews and a page of them": (MAIN + COMMENTS + cards(12, "/f/{}") + "<a href=?page=2>2</a>", ""),
    "breadcrumbs and a list beside rows": (
        MAIN + ld('[{"@type":"BreadcrumbList"},{"@type":"ItemList","name":"Похожие"},{"@type":"Organization"}]'),
        "",
    ),
    "people beside rows": (MAIN + ld(f"[{PERSON}]"), "<title>Северный маяк (2011)</title>"),
    "an article of a blog engine": (MAIN + ld('{"@type":"Article","headline":"Северный маяк"}'), shared("article")),
    "a login in a corner": (MAIN + "<form><h3>Вход</h3><input type=password></form>", "<title>Северный маяк</title>"),
    "a film named 404": (f"<h1>404</h1>{ROWS}", "<title>404 (2011)</title>"),
    "a film named Error": (f"<h1>Ошибка</h1>{ROWS}<p>{TEXT}</p>", "<title>Ошибка — Кинозал</title>"),
    "a film about robots": (f"<h1>Я не робот</h1>{ROWS}<p>Вы не робот?</p>", "<title>Я не робот</title>"),
    "a film told by its tags": ("<h1>Я не робот</h1><p>Я не робот</p>", shared("video.movie")),
    "a film by its state": (
        '<script type="application/json">{"film":{"title":"Маяк","year":2011,"genres":["драма"]}}</script>'
        "<h1>Маяк</h1>" + cards(30),
        "",
    ),
    "its own pages are no list": (
        "<h1>Северный маяк</h1>" + TEXT + "".join(f"<a href=/page/7/cast/{n}>роль {n}</a>" for n in range(40)),
        "",
    ),
    "a captcha in the form of reviews": (MAIN + "<iframe src=https://x.example/recaptcha></iframe>", ""),
    "a short page that shows something": ("<table><tr><td>DVD</td><td>60</td></tr></table><script>go()</script>", ""),
    "a short page without scripts": ("<p>Обновили прокат.</p>", "<title>Новости</title>"),
    "a heading over data of scripts": ("<h1>Маяк</h1><script>go()</script>", ""),
    "a book it was made after": (MAIN + "<p>Издательство: Порт</p><p>ISBN: 5</p>", ""),
}


@pytest.mark.parametrize("name", KEPT)
def test_keeps_what_may_be_a_film(name: str) -> None:
    assert why(*KEPT[name]) == ""


@pytest.mark.data
@pytest.mark.parametrize(("name", "reason"), [("robot_check", "a robot check"), ("list_of_films", "a list")])
def test_refuses_saved_pages(name: str, reason: str) -> None:
    document = open_document(real_data(f"pages/not_a_film/{name}.html").read_bytes(), "https://films.example/page/1")
    claims = [claim for reader in (opengraph, jsonld, microdata, state, facts) for claim in reader.claims(document)]
    assert why_not(document, claims) == reason
