from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.collect.headers import Field
from kadr.collect.page import facts
from kadr.collect.page.claims import Trust
from kadr.collect.page.document import open_document

TITLE = "Северный маяк"


def read(body: str, title: str = TITLE) -> dict[Field, object]:
    page = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    document = open_document(page.encode(), "https://kino.example/film/7", "text/html; charset=utf-8")
    return {claim.field: claim.value for claim in facts.claims(document)}


LAYOUTS = {
    "definition list": """<h1>Северный маяк</h1><dl><dt>Год выпуска</dt><dd>2011</dd><dt>Страна</dt><dd>Россия</dd>
        <dd>Норвегия</dd><dt>Режиссёры</dt><dd><a>Анна Лодкина</a>, <a>Пётр Весло</a></dd><dt>Жанры</dt><dd>драма,
        детектив</dd></dl>""",
    "definition list in wrappers": """<h1>Северный маяк</h1><dl><div><dt>Год:</dt><dd>2011</dd></div><div><dt>Страны:
        </dt><dd>Россия, Норвегия</dd></div><div><dt>Режиссеры:</dt><dd>Анна Лодкина, Пётр Весло</dd></div><div>
        <dt>Жанр:</dt><dd>драма / детектив</dd></div></dl>""",
    "table with th": """<table><caption><h1>Северный маяк</h1></caption><tr><th>Год</th><td>2011</td></tr><tr><th>
        <span>Страна</span></th><td><a>Россия</a> <a>Норвегия</a></td></tr><tr><th>Режиссёр</th><td>Анна Лодкина<br>
        Пётр Весло</td></tr><tr><th>Жанр</th><td><ul><li>драма</li><li>детектив</li></ul></td></tr></table>""",
    "table of two cells": """<h1>Северный маяк</h1><table><tr><td><b>год</b></td><td><div><a>2011</a></div></td></tr>
        <tr><td><b>страна</b></td><td>Россия, Норвегия</td></tr><tr><td><b>режиссёр</b></td><td><a>Анна Лодкина</a>,
        <a>Пётр Весло</a>, <a>...</a></td></tr><tr><td>жанр</td><td><span><a>драма</a>, <a>детектив</a></span>
        <a>слова</a></td></tr></table>""",
    "list, label in bold": """<h1>Северный маяк</h1><ul><li><b>Год:</b> 2011</li><li><b>Страна:</b> Россия, Норвегия
        </li><li><b>Режиссёр</b>: Анна Лодкина, Пётр Весло</li><li><strong>Жанр:</strong> <a>драма</a>, детектив</li>
        </ul>""",
    "paragraphs of plain text": """<h1>Северный маяк</h1><p>Год: 2011</p><p>Страна: Россия, Норвегия</p><p>Режиссеры:
        Анна Лодкина, Пётр Весло</p><p>Жанр: драма, детектив.</p>""",
    "one paragraph with breaks": """<h1>Северный маяк</h1><p><strong>Год</strong>: 2011<br><strong>Страна</strong>:
        <a>Россия</a>, <a>Норвегия</a><br>Режиссёр: <a>Анна Лодкина</a>, <a>Пётр Весло</a><br/>Жанр: драма, детектив
        <br>Бюджет: 5 млн</p>""",
    "one line of spans": """<h1>Северный маяк</h1><div><span>Год:</span> 2011 <span>Страна:</span> <a>Россия</a>,
        <a>Норвегия</a> <span>Бюджет:</span> 5 млн <span>Режиссёр:</span> <a>Анна Лодкина</a>, <a>Пётр Весло</a>
        <span>Жанр:</span> драма, детектив</div>""",
    "pairs of blocks": """<div class=a><h1>Северный маяк</h1><div><div class=x1>Год производства</div><div class=x2>
        <div><a>2011</a></div></div></div><div><div>Страна</div><div><a>Россия</a>, <a>Норвегия</a></div></div><div>
        <div>Режиссер</div><div><span><a>Анна Лодкина</a>, <a>Пётр Весло</a></span></div></div><div><div>Жанр</div>
        <div><div><a>драма</a>, <a>детектив</a></div><a>слова</a></div></div></div>""",
    "flat pairs without classes": """<h1>Северный маяк</h1><div><div>Год</div><div>2011</div><div>Бюджет</div><div>5 млн
        </div><div>Страна</div><div>Россия, Норвегия</div><div>Режиссёр</div><div>Анна Лодкина, Пётр Весло</div>
        <div>Сценарий</div><div>Кто-то Другой</div><div>Жанр</div><div>драма, детектив</div></div>""",
    "flat pairs of utility classes": """<h1>Северный маяк</h1><div class=grid><span class="c k">Год</span>
        <span class="c v">2011</span><span class="c k">Страна</span><span class="c v">Россия</span><span class="c v">
        Норвегия</span><span class="c k">Премия</span><span class="c v">Ника</span><span class="c k">Режиссёр</span>
        <span class="c v">Анна Лодкина</span><span class="c v">Пётр Весло</span><span class="c k">Жанр</span>
        <span class="c v">драма, детектив</span></div>""",
    "wrapped label with an icon": """<article><h1>Северный маяк</h1><section><div><div><p><i class=icon></i><span>Год
        </span></p></div><div><p>2011</p></div></div><div><div><p><span>Страна</span><i></i></p></div><div><ul>
        <li><a>Россия</a></li><li><a>Норвегия</a></li></ul></div></div><div><div><span>Режиссёры</span></div>
        <ul><li><a><img alt=''></a><a>Анна Лодкина</a></li><li><a>Пётр Весло</a></li><li><a>и ещё 2</a></li></ul></div>
        <div><div><span>Жанр</span></div><div><button>драма</button><button>детектив</button></div></div>
        </section></article>""",
    "subheadings": """<h1>Северный маяк</h1><h4>Год:</h4> 2011 <div><h4>Страна:</h4> <a>Россия</a><span>|</span>
        <a>Норвегия</a></div><div><h4>Режиссёры:</h4><span><a>Анна Лодкина</a>,</span> <span><a>Пётр Весло</a> (в
        титрах не указан)</span></div><h3>Жанр</h3><p>драма, детектив</p>""",
    "one run of text": """<h1>Северный маяк</h1><div>Год: 2011. Страна: Россия, Норвегия. Режиссёр: Анна Лодкина, Пётр
        Весло. Жанр: драма, детектив</div>""",
    "label is a link": """<h1>Северный маяк</h1><p><a href=/y>Год</a>: <a>2011</a></p><p><a href=/c>Страна</a>:
        <a>Россия</a>, <a>Норвегия</a></p><p><a href=/d>Режиссёр</a>: <a>Анна Лодкина</a>, <a>Пётр Весло</a></p>
        <p><a href=/g>Жанр</a>: <a>драма</a>, <a>детектив</a></p>""",
    "dashes and bars": """<h1>Северный маяк</h1><p>Год выхода – 2011</p><p>Страна&nbsp;— Россия, Норвегия</p><p>
        Сценарий: Кто-то Другой | Режиссёр: Анна Лодкина, Пётр Весло | Жанр: драма, детектив</p>""",
    "text and links without a colon": """<h1>Северный маяк</h1><p>Год <a>2011</a></p><p>Страна <a>Россия</a>,
        <a>Норвегия</a></p><p>Режиссёры <a>Анна Лодкина</a> <a>Пётр Весло</a></p><p>Жанр <a>драма</a> /
        <a>детектив</a></p>""",
    "labels of two lines and with notes": """<h1>Северный маяк</h1><table><tr><th>Год<br>выпуска</th><td>2011</td></tr>
        <tr><th>Страна<br><small>производства</small></th><td>Россия, Норвегия</td></tr><tr><th>Режиссёр (постановщик)
        </th><td>Анна Лодкина, Пётр Весло</td></tr><tr><th>Жанр:</th><td>драма,<br>детектив</td></tr></table>""",
    "one form around the page": """<form><h1>Северный маяк</h1><p>Год: 2011</p><p>Страна: Россия, Норвегия</p>
        <p>Режиссер: Анна Лодкина, Пётр Весло</p><p>Жанр: драма, детектив</p></form>""",
}
MEANT = {
    Field.YEAR: "2011",
    Field.COUNTRIES: ["Россия", "Норвегия"],
    Field.DIRECTORS: ["Анна Лодкина", "Пётр Весло"],
    Field.GENRES: ["драма", "детектив"],
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_reads_rows_in_any_markup(layout: str) -> None:
    found = read(LAYOUTS[layout])
    assert {field: found.get(field) for field in MEANT} == MEANT


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_menu_of_the_site_adds_nothing(layout: str) -> None:
    menu = """<nav><div>Жанр</div><ul><li><a>ужасы</a></li><li><a>вестерн</a></li></ul></nav><form><label>Страна</label>
        <select><option>Чили</option><option>Перу</option></select><p>Год: 1930</p></form>"""
    heading = LAYOUTS[layout]
    found = read(heading + menu.replace("<form>", "<div><form>").replace("</form>", "</form></div>"))
    if layout == "one form around the page":
        return
    assert {field: found.get(field) for field in MEANT} == MEANT


@pytest.mark.parametrize("layout", LAYOUTS)
def test_films_beside_it_add_nothing(layout: str) -> None:
    cards = "".join(
        f"<div class=card><a>Другой фильм {n}</a><p>Год: {1950 + n}</p><p>Страна: Чили</p><p>Жанр: ужасы {'!' * n}</p>"
        f"<p>Режиссёр: Хуан {'Аб'[n % 2]}</p><p>Возраст: 18+</p></div>"
        for n in range(4)
    )
    found = read(LAYOUTS[layout] + f"<h2>Похожие</h2><div class=similar>{cards}</div>")
    assert {field: found.get(field) for field in MEANT} == MEANT
    assert Field.AGE_RATING not in found


@pytest.mark.parametrize(
    ("labels", "language"),
    [
        (("Year", "Countries of origin", "Directed by", "Genres"), "en"),
        (("Jahr", "Produktionsland", "Regie", "Genre"), "de"),
        (("Année de production", "Pays", "Réalisateurs", "Genres"), "fr"),
        (("Año", "País", "Dirección", "Género"), "es"),
        (("Anno", "Paese", "Regia", "Genere"), "it"),
        (("Рік", "Країна", "Режисер", "Жанр"), "uk"),
        (("ГОД ВЫПУСКА", "СТРАНЫ", "РЕЖИССЁР-ПОСТАНОВЩИК", "ЖАНРЫ"), "ru"),
    ],
)
def test_knows_labels_of_other_languages(labels: tuple[str, ...], language: str) -> None:
    values = ("2011", "Россия, Норвегия", "Анна Лодкина, Пётр Весло", "драма, детектив")
    rows = "".join(f"<li><b>{label}</b> {value}</li>" for label, value in zip(labels, values, strict=True))
    assert read(f"<h1>Северный маяк</h1><ul lang={language}>{rows}</ul>") == MEANT


def test_reads_the_other_fields() -> None:
    rows = {
        "Оригинальное название": "Northern Light",
        "Мировая премьера": "5 мая 2011, ...",
        "Время": "97 мин. / 01:37",
        "Возраст": "16+ (с родителями)",
        "Слоган": "Все сюда",
        "В главных ролях": "Ольга Причал (смотритель), Глеб Якорь",
        "Кинопоиск": "7.8",
        "IMDb": "7.1 (1 204)",
        "Рейтинг": "8,2 / 10",
    }
    body = "".join(f"<tr><td>{label}:</td><td>{value}</td></tr>" for label, value in rows.items())
    assert read(f"<h1>Северный маяк</h1><table>{body}</table>") == {
        Field.ORIGINAL_TITLE: "Northern Light",
        Field.RELEASE_DATE: "5 мая 2011",
        Field.RUNTIME: "97 мин. / 01:37",
        Field.AGE_RATING: "16+",
        Field.TAGLINE: "Все сюда",
        Field.ACTORS: ["Ольга Причал", "Глеб Якорь"],
        Field.RATING_KINOPOISK: "7.8",
        Field.RATING_IMDB: "7.1",
        Field.RATING: "8,2",
    }


@pytest.mark.parametrize(
    ("row", "field", "value"),
    [
        ("Interprétation: Léa Roux, Hugo Blanc", Field.ACTORS, ["Léa Roux", "Hugo Blanc"]),
        ("Interprètes: Léa Roux et Hugo Blanc", Field.ACTORS, ["Léa Roux", "Hugo Blanc"]),
        ("Pays de production: France, Belgique", Field.COUNTRIES, ["France", "Belgique"]),
        ("Country of production: France / Belgium", Field.COUNTRIES, ["France", "Belgium"]),
        ("Производство: Великобритания, Би-би-си", Field.COUNTRIES, ["Великобритания"]),
        ("Производство: СССР, Мосфильм", Field.COUNTRIES, ["СССР"]),
        ("Страна: Зурбагания", Field.COUNTRIES, ["Зурбагания"]),
        ("Режиссёры: Анна Лодкина и Пётр Весло", Field.DIRECTORS, ["Анна Лодкина", "Пётр Весло"]),
        ("Режиссёры: Лана и Лилли Вачовски", Field.DIRECTORS, ["Лана и Лилли Вачовски"]),
        ("Cast: Ann Li, Tom Bird, and Jane Roe", Field.ACTORS, ["Ann Li", "Tom Bird", "Jane Roe"]),
        ("Жанр: Семейный Фильм и Добрая Сказка", Field.GENRES, ["Семейный Фильм и Добрая Сказка"]),
        ("Продолжительность: 104\u2019", Field.RUNTIME, "104\u2019"),
    ],
)
def test_reads_what_a_row_means(row: str, field: Field, value: object) -> None:
    assert read(f"<h1>Северный маяк</h1><p>{row}</p>") == {field: value}


def test_a_row_of_studios_is_no_country() -> None:
    assert read("<h1>Северный маяк</h1><p>Производство: Мосфильм, Би-би-си</p>") == {}


@pytest.mark.parametrize(
    "rows",
    [
        "<li>Страна: —</li><li>Жанр: неизвестно</li><li>Год: скоро</li><li>Режиссёр: нет данных</li>",
        "<dl><dt>Страна</dt><dt>Жанр</dt><dt>Режиссёр</dt></dl>",
        "<table><tr><th>Название</th><th>Год</th><th>Страна</th><th>Режиссёр</th></tr></table>",
        f"<p>Режиссёр: {'очень ' * 900}</p><p>Жанр: {'слово ' * 40}</p>",
        "<p>Жанр: " + ", ".join(f"жанр{chr(1072 + n)}" for n in range(32)) + "</p>",
        "<div><a href=/d>Режиссёр</a><a href=/s>Сценарист</a><a href=/c>Страна</a><a href=/k>Касса</a></div>",
        "<ul><li><a>Taglines</a></li><li><a>Trivia</a></li><li><a>Genres</a></li><li><a>Awards</a></li></ul>",
        "<script>Страна: Чили</script><style>Год: 1999</style><template><p>Жанр: драма</p></template>",
        "<p>Продюсер: Иван Трос</p><p>Бюджет: 100</p><p>Фильм: Другой</p>",
    ],
)
def test_what_is_no_value_is_no_claim(rows: str) -> None:
    assert read(f"<h1>Северный маяк</h1>{rows}") == {}


@pytest.mark.parametrize(
    "card",
    [
        "<li><p><a>{}</a></p><p class=character>Director, Writer</p></li>",
        "<div class=person><div class=name>{}</div><div class=role>Режиссёр</div></div>",
        "<figure><img alt=''><figcaption><b>{}</b><small>режиссер</small></figcaption></figure>",
    ],
)
def test_reads_cards_of_people(card: str) -> None:
    cards = card.format("Анна Лодкина") + card.format("Пётр Весло")
    actor = card.replace("Режиссёр", "Актёр").replace("режиссер", "актёр").replace("Director, Writer", "Editor")
    found = read(f"<h1>Северный маяк</h1><div>{cards}{actor.format('Глеб Якорь')}</div>")
    assert found == {Field.DIRECTORS: ["Анна Лодкина", "Пётр Весло"]}


@pytest.mark.parametrize(
    "html",
    [
        "<h1>Анна Лодкина</h1><p>Режиссёр</p>",
        "<div><p>Читать дальше: о съёмках</p><p>Режиссёр</p></div>",
        "".join(f"<li><a>Анна {chr(1040 + n)}ова</a><i>режиссёр</i></li>" for n in range(30)),
        "<p>Режиссёр Анна Лодкина сняла фильм: он о море.</p><p>Режиссёр <a>Анна Лодкина</a> спорит с <a>морем</a></p>",
    ],
)
def test_people_of_other_pages_and_sentences_are_no_directors(html: str) -> None:
    assert read(html) == {}


def test_cards_of_a_list_are_of_no_film() -> None:
    cards = "".join(
        f"<div class=card><h2>Фильм {n}</h2><p>Год: {1950 + n}</p><p>Страна: {c}</p></div>"
        for n, c in enumerate(["Чили", "Перу", "Куба", "Мали"])
    )
    assert read(f"<h1>Лучшие фильмы</h1><div>{cards}</div>", "Лучшие фильмы") == {}


def test_rows_said_twice_count_once() -> None:
    found = read("""<h1>Северный маяк</h1><p>Режиссёр: Анна Лодкина</p><h2>Съёмочная группа</h2>
        <div><span>Режиссёр</span><ul><li>Анна Лодкина</li></ul></div><p>Год: 2011</p>""")
    assert found == {Field.DIRECTORS: ["Анна Лодкина"], Field.YEAR: "2011"}


def test_a_claim_names_its_label() -> None:
    document = open_document("<h1>Маяк</h1><p>Режиссёр: Анна Лодкина</p>".encode(), "https://kino.example/7")
    (claim,) = facts.claims(document)
    assert (claim.trust, claim.origin) == (Trust.FACTS, 'fact row "Режиссёр"')


def test_a_hostile_page_ends_soon() -> None:
    deep = "<div>" * 200 + "Страна" + "</div>" * 200
    wide = "<div>Режиссёр</div>" * 3_000 + "<p>Жанр: " + "<a>драма</a>, " * 5_000 + "</p>"
    start = process_time()
    assert read(f"<h1>Северный маяк</h1>{deep}{wide}<p>{'Год:' * 20_000}</p><p>{'а-' * 50_000}:</p>") == {}
    assert read("<div>" * 240 + "<b>Год</b>" * 50_000) == {}
    assert process_time() - start < 10  # seconds of this process; a quadratic reader takes minutes


# One of these letters is in none of the labels' beginnings: "Название" is a label, and no name.
NAMES = st.lists(
    st.text("абвгдежзиклмн", min_size=3, max_size=12).map(lambda name: "Ъ" + name), min_size=1, max_size=6, unique=True
)


@given(NAMES, st.sampled_from(["<li>Режиссёр: {}</li>", "<dt>Режиссёр</dt><dd>{}</dd>", "<b>Режиссёр</b> <i>{}</i>"]))
def test_names_come_back_as_they_stand(names: list[str], row: str) -> None:
    found = read("<h1>Северный маяк</h1><div>" + row.format(", ".join(names)) + "</div>")
    assert found == {Field.DIRECTORS: names}
