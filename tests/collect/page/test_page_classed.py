"""What is read without labels: by the names of elements, by its unit, and in the words of other languages."""

import time

import pytest

from kadr.collect.durations import is_duration, runtime_of
from kadr.collect.fetch.page import Page
from kadr.collect.headers import Field
from kadr.collect.page import classed
from kadr.collect.page.document import open_document
from kadr.collect.page.heading import main_heading
from kadr.collect.page.read import read_page
from kadr.errors import PageError

HEAD = "<h1>Тихий паром</h1>"


def read(body: str) -> dict[Field, object]:
    page = f"<html><head><title>Тихий паром</title></head><body>{body}</body></html>"
    document = open_document(page.encode(), "https://kino.example/film/7", "text/html; charset=utf-8")
    found = classed.claims(document.tree, main_heading(document), classed.FIELDS)
    return {claim.field: claim.value for claim in found}


@pytest.mark.parametrize(
    "html",
    [
        '<div class="movie-genres"><a>драма</a>, <a>детектив</a></div>',
        '<span class="filmInfo_genreItem">драма</span><span class="filmInfo_genreItem">детектив</span>',
        '<p id="genre">драма / детектив</p>',
        '<ul class="genre_list x"><li>драма</li><li>детектив</li></ul>',
    ],
)
def test_genres_by_the_name_of_their_element(html: str) -> None:
    assert read(f"<main>{HEAD}{html}</main>")[Field.GENRES] == ["драма", "детектив"]


def test_only_what_stands_nearest_the_heading_counts() -> None:
    card = '<div class="card"><span class="genre">ужасы</span><span class="year">{}</span></div>'
    cards = "".join(card.format(year) for year in range(1990, 1999))
    own = f'<main>{HEAD}<b class="year">(2011)</b><b class="genre">драма</b></main>'
    assert read(own + cards) == {Field.YEAR: 2011, Field.GENRES: ["драма"]}
    assert Field.YEAR not in read(f"<main>{HEAD}</main>{cards}")  # they differ: none is the page's
    assert read(f'{HEAD}<nav><b class="genre">драма</b></nav><h2 class="genre">Жанр</h2>') == {}


def test_a_list_of_hundreds_is_passed_over() -> None:
    assert read(HEAD + '<b class="genre">драма</b>' * 300) == {}
    start = time.process_time()
    read(HEAD + '<div class="plot genre"><p>' * 50_000)
    assert time.process_time() - start < 5


def test_a_running_time_alone_is_one_if_the_page_has_no_other() -> None:
    assert read(f"{HEAD}<li>1h 47m</li>")[Field.RUNTIME] == "1h 47m"
    assert read(f"{HEAD}<li>1 ч. 47 мин.</li><b>107 мин</b>")[Field.RUNTIME] == "1 ч. 47 мин."
    assert read(f"{HEAD}<li>1h 47m</li><li>98 min</li>") == {}
    assert read(f"{HEAD}<li>2 min</li><li>2018</li><li>107</li><li>3 h ago</li>") == {}


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("107 Minuten", 107),
        ("1 Std. 47 Min.", 107),
        ("107 хв.", 107),
        ("1 год 47 хв", 107),
        ("1 heure 47 min", 107),
        ("1 hora 47 minutos", 107),
        ("1 godz. 47 min.", 107),
        ("107分钟", 107),
        ("1時間47分", 107),
        ("107 dk", 107),
        ("107 мин. / 01:47", 107),
        (6420, 107),
    ],
)
def test_running_times_in_other_languages(text: object, minutes: int) -> None:
    assert runtime_of(text) == minutes


def test_a_year_is_no_hour() -> None:
    with pytest.raises(ValueError, match="duration"):
        runtime_of("2011 год")
    assert not is_duration("2011 год")
    assert not is_duration("19 мин")  # a trailer


PLOT = "Смотритель маяка находит ящик с плёнкой. На ней тот же берег, но маяка ещё нет."


def page(body: str, head: str = "", path: str = "film/7", lang: str = "ru") -> Page:
    url = f"https://kino.example/{path}"
    html = f'<html lang="{lang}"><head><title>Тихий паром (2011)</title>{head}</head><body>{body}</body></html>'
    return Page(url, url, 200, {"content-type": "text/html; charset=utf-8"}, html.encode(), "2026-01-01T00:00:00+00:00")


ROWS = f"{HEAD}<p>Режиссёр: Анна Бор</p><p>Жанр: драма</p>"


@pytest.mark.parametrize(
    ("lang", "text", "language"),
    [
        ("uk", "Доглядач маяка знаходить ящик із плівкою, знятою в рік його народження.", "uk"),
        ("uk", PLOT, "ru"),
        ("de", "Ein Leuchtturmwärter findet eine Kiste mit Filmrollen aus seinem Geburtsjahr.", "de"),
        ("de", "The keeper of the lighthouse finds a box with reels from the year of his birth.", "en"),
        (
            "ja",
            "灯台守は、自分の生まれた年に撮影されたフィルムの入った箱を浜辺で見つける。そこに灯台はまだない。彼は海を越えて、その箱を置いた人を探しに行く。",
            "ja",
        ),
        ("", PLOT, "ru"),
        ("xxx", PLOT, "ru"),
    ],
)
def test_a_description_has_its_own_language(lang: str, text: str, language: str) -> None:
    got = read_page(page(f"{ROWS}<h2>Описание</h2><p>{text}</p>", lang=lang), "s").film
    assert [(each.text, each.language) for each in got.descriptions] == [(text, language)]


def test_a_text_that_meta_tags_clip_at_a_sentence_is_read_whole() -> None:
    head = f'<meta property="og:description" content="{PLOT.partition(". ")[0]}.">'
    got = read_page(page(f'{ROWS}<div class="text">{PLOT}</div>', head), "s").film
    assert got.description == PLOT


@pytest.mark.parametrize("path", ["film/7/reviews", "film/7/kadry/", "serial/parom/trailers"])
def test_a_page_beside_a_films_own_is_refused(path: str) -> None:
    with pytest.raises(PageError, match="beside a film's own"):
        read_page(page(ROWS, path=path), "s")
    own = '<link rel="canonical" href="/film/7/">'
    assert read_page(page(ROWS, own, path=path), "s").film.page_url == "https://kino.example/film/7/"


@pytest.mark.parametrize("path", ["news", "film/trailer", "film/7/online"])
def test_a_film_may_be_called_as_such_a_page(path: str) -> None:
    assert read_page(page(ROWS, path=path), "s").film.title == "Тихий паром"


def test_a_menu_of_genres_and_countries_is_no_film() -> None:
    menu = "<p>Жанры</p><ul><li><a>Драмы</a></li></ul><p>Страны</p><ul><li><a>Россия</a></li></ul>"
    with pytest.raises(PageError, match="nothing on it says"):
        read_page(page(f"{menu}<p>{PLOT}</p>"), "s")
