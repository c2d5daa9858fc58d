import pytest

from kadr.collect.headers import Field
from kadr.collect.page import body
from kadr.collect.page.claims import Claim, Trust
from kadr.collect.page.document import open_document

PLOT = (
    "Смотритель маяка Илья двадцать лет не покидал остров. Однажды ночью море приносит ему лодку без гребца,"
    " а в ней — письмо, подписанное его собственным именем."
)
MORE = "Чтобы узнать правду, ему придётся вернуться в город, где его давно считают погибшим и почти забыли."
ENGLISH = "A keeper has not left his island for twenty years. One night the sea brings him a boat and a letter."


def read(html: str) -> list[Claim]:
    page = f"<html><head><title>Северный маяк</title></head><body>{html}</body></html>"
    return body.claims(open_document(page.encode(), "https://kino.example/7", "text/html; charset=utf-8"))


@pytest.mark.parametrize(
    ("html", "label"),
    [
        (f"<h2>Описание</h2><p>{PLOT}</p>", "Описание"),
        (f"<h3>Сюжет</h3><div><p>{PLOT}</p></div>", "Сюжет"),
        (f"<div class=head><h2><span>О фильме</span></h2></div><div class=text>{PLOT}</div>", "О фильме"),
        (
            f"<h2>Описание фильма «Северный маяк»</h2>{PLOT}<h2>Отзывы</h2><p>Скучно!</p>",
            "Описание фильма «Северный маяк»",
        ),
        (f"<p><b>Описание:</b> {PLOT}</p><p>Отзыв: скука.</p>", "Описание"),
        (f"<div><strong>Сюжет</strong></div><div>{PLOT}</div>", "Сюжет"),
        (f"<p>Описание: {PLOT}</p>", "Описание"),
        (f"<dl><dt>Год</dt><dd>2011</dd><dt>Сюжет</dt><dd>{PLOT}</dd><dt>Жанр</dt><dd>драма</dd></dl>", "Сюжет"),
        (f"<table><tr><td>Описание</td><td>{PLOT}</td></tr><tr><td>Год</td><td>2011</td></tr></table>", "Описание"),
        (f"<section><h2>Краткое содержание</h2><p>{PLOT} <a>Показать ещё</a></p></section>", "Краткое содержание"),
        (f"<h2>О фильме</h2><div><p>Год: 2011</p><p>Страна: Россия</p></div><h2>Сюжет</h2><p>{PLOT}</p>", "Сюжет"),
        (f"<ul><li><a>Описание</a></li><li><a>Кадры</a></li></ul><h2>Описание</h2><p>{PLOT}</p>", "Описание"),
    ],
)
def test_reads_the_text_under_a_label(html: str, label: str) -> None:
    assert read(f"<h1>Северный маяк</h1>{html}") == [
        Claim(Field.DESCRIPTION, PLOT, Trust.FACTS, f'text under "{label}"')
    ]


@pytest.mark.parametrize("label", ["Plot", "Synopsis", "Storyline", "Handlung", "Synopsis:", "Sinopsis", "Trama"])
def test_knows_labels_of_other_languages(label: str) -> None:
    (claim,) = read(f"<h1>Northern Light</h1><h3>{label}</h3><p>{ENGLISH}</p><h3>Reviews</h3><p>Dull.</p>")
    assert (claim.value, claim.trust) == (ENGLISH, Trust.FACTS)


def test_paragraphs_join_and_the_next_heading_ends_the_text() -> None:
    (claim,) = read(
        f"<h2>Сюжет</h2><p>{PLOT}</p><p>{MORE}</p><div><h2>Факты</h2><p>Снято за пять дней в Норвегии.</p></div>"
    )
    assert claim.value == f"{PLOT} {MORE}"


@pytest.mark.parametrize(
    "call",
    [
        "Смотрите фильм Северный маяк онлайн бесплатно в хорошем качестве!",
        "Скачать Северный маяк торрент бесплатно можно по ссылке.",
        "На нашем сайте вы найдёте и другие картины.",
        "Watch Northern Light online for free.",
        "Мы используем cookie, чтобы вам было удобно.",
    ],
)
def test_what_a_site_says_of_itself_is_left_out(call: str) -> None:
    for text in (f"{PLOT} {call}", f"{call} {PLOT}", f"<p>{call}</p><p>{PLOT}</p>"):
        (claim,) = read(f"<h2>Описание</h2><div>{text}</div>")
        assert claim.value == PLOT


def test_main_text_where_nothing_is_labelled() -> None:
    menu = "".join(f"<li><a href=/{n}>Раздел {n}</a></li>" for n in range(20))
    (claim,) = read(
        f"<nav><ul>{menu}</ul></nav><article><h1>Северный маяк</h1><p>{PLOT}</p><p>{MORE}</p><p>Страна: Россия</p>"
        f"</article><footer>Мы используем cookie. Все права защищены.</footer>"
    )
    assert (claim.trust, claim.origin, claim.value) == (Trust.BODY, "main text", f"{PLOT} {MORE}")


def test_a_cell_of_an_old_layout() -> None:
    cells = (
        "<font size=1>&copy; 1999-2003 Прокат на углу. Все кассеты лицензионные, залог вернём.</font>",
        f"<font size=1>Отзывы (2): <b>Петя</b>: {MORE}</font>",
        f"<font face=Arial size=2>{PLOT}</font>",
        f"<font size=2>{MORE}</font>",
    )
    table = "".join(f"<tr><td colspan=2>{cell}" for cell in cells)
    (claim,) = read(f"<table><tr><td><b>Год:</b><td>1999{table}</table>")
    assert (claim.trust, claim.value) == (Trust.BODY, PLOT)
    assert read(f"<table><tr><td>{cells[0]}<tr><td>{cells[1]}</table>") == []


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<h1>Северный маяк</h1>",
        "<h2>Описание</h2><p>Описание появится позже</p>",
        "<h2>Описание</h2><p>Смотреть Северный маяк онлайн в хорошем качестве бесплатно и без рекламы!</p>",
        "<h2>Описание</h2><h2>Отзывы</h2>",
        f"<script>Описание: {PLOT}</script>",
    ],
)
def test_without_a_description_there_is_no_claim(html: str) -> None:
    assert read(html) == []


def test_a_long_text_is_clipped_and_a_hostile_page_ends_soon() -> None:
    (claim,) = read(f"<h2>Сюжет</h2><p>{'Море шумит и шумит. ' * 5_000}</p>")
    assert 19_000 < len(claim.value) <= body.MAX_TEXT
    assert read("<b>Сюжет</b>" * 500 + "<h2>Описание</h2>" * 500) == []
    assert read("<div>" * 200 + "<h3>Сюжет</h3>" + "</div>" * 200) == []
