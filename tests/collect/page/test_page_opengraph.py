import time

import pytest

from kadr.collect.headers import Field
from kadr.collect.page import opengraph
from kadr.collect.page.claims import Trust
from kadr.collect.page.document import open_document
from kadr.collect.page.titles import Titles, read_title, site_names
from kadr.film import Kind

SITES = ("кинозона", "moviezone", "kino example")


@pytest.mark.parametrize(
    ("heading", "titles"),
    [
        ("Тихий паром — смотреть онлайн — КиноЗона", Titles("Тихий паром")),
        ("Тихий паром (1997) смотреть онлайн бесплатно в хорошем качестве HD 720", Titles("Тихий паром", "", 1997)),
        ("Смотреть фильм Тихий паром онлайн бесплатно", Titles("Тихий паром", "", None, Kind.FILM)),
        ("Тихий паром 1999 смотреть онлайн", Titles("Тихий паром", "", 1999)),
        ("«Тихий паром» (The Quiet Ferry, 1999)", Titles("Тихий паром", "The Quiet Ferry", 1999)),
        ("Фильм «Тихий паром» (1997)", Titles("Тихий паром", "", 1997, Kind.FILM)),
        ("Сериал «Тихий паром» (2019)", Titles("Тихий паром", "", 2019, Kind.SERIES)),
        ("Тихий паром / The Quiet Ferry (1997)", Titles("Тихий паром", "The Quiet Ferry", 1997)),
        ("Тихий паром 1 сезон смотреть онлайн", Titles("Тихий паром", "", None, Kind.SERIES)),
        ("Тихий паром (1-2 сезон) (2019)", Titles("Тихий паром", "", 2019, Kind.SERIES)),
        ("Тихий паром (сериал 2010 – 2014)", Titles("Тихий паром", "", 2010, Kind.SERIES)),
        ("Тихий паром (2014) - отзывы, рецензии, актеры", Titles("Тихий паром", "", 2014)),
        ("Quiet Ferry - Part Two (2018) | MovieZone", Titles("Quiet Ferry - Part Two", "", 2018)),
        ("Watch Quiet Ferry (1979) Online Free - MovieZone", Titles("Quiet Ferry", "", 1979)),
        ("Quiet Ferry (TV Series 2017–2020) - IMDb", Titles("Quiet Ferry", "", 2017, Kind.SERIES)),
        ("Kino.Example: Quiet Ferry", Titles("Kino.Example: Quiet Ferry")),  # no space before: may be the title's own
        # Several years, and notes in the forms that catalogues have:
        ("Тихие реки (2015–2018)", Titles("Тихие реки", "", 2015)),
        ("Quiet Rivers (TV Series 2019– )", Titles("Quiet Rivers", "", 2019, Kind.SERIES)),
        ("Quiet Rivers (TV Mini Series 2019) ⭐ 8.1 | Drama", Titles("Quiet Rivers", "", 2019, Kind.SERIES)),
        ("Тихие реки (сериал, 2018 – ...)", Titles("Тихие реки", "", 2018, Kind.SERIES)),
        ("Тихие реки (сериал 2018 – н.в.)", Titles("Тихие реки", "", 2018, Kind.SERIES)),
        ("Quiet Rivers (TV series) - Wikipedia", Titles("Quiet Rivers", "", None, Kind.SERIES)),
        ("Тихий паром (фильм) — Википедия", Titles("Тихий паром", "", None, Kind.FILM)),
        ("Тихий паром — фильм 2018 года", Titles("Тихий паром", "", 2018, Kind.FILM)),
        ("Тихий паром, 2018 — описание, интересные факты — КиноЗона", Titles("Тихий паром", "", 2018)),
        ("Тихий паром 16+ (2018)", Titles("Тихий паром", "", 2018)),
        ("Тихий паром - Film 2018 - film.example.com", Titles("Тихий паром", "", 2018, Kind.FILM)),
        ("Quiet Ferry - Movie Zone", Titles("Quiet Ferry")),  # the host says moviezone
        # Two titles:
        ("Тихий паром (The Quiet Ferry) (1997)", Titles("Тихий паром", "The Quiet Ferry", 1997)),
        ("Тихий паром [The Quiet Ferry] (1997)", Titles("Тихий паром", "The Quiet Ferry", 1997)),
        ("Тихий паром (The Quiet Ferry), 1997", Titles("Тихий паром", "The Quiet Ferry", 1997)),
        ("Тихий паром | The Quiet Ferry (1997)", Titles("Тихий паром", "The Quiet Ferry", 1997)),
        ("Тихий паром - The Quiet Ferry (1997) - КиноЗона", Titles("Тихий паром", "The Quiet Ferry", 1997)),
        ("Тихий паром (1997) The Quiet Ferry", Titles("Тихий паром", "The Quiet Ferry", 1997)),
        ("Тихий паром (1997) WEB-DL 1080p", Titles("Тихий паром", "", 1997)),
        (
            "Тихий паром / The Quiet Ferry (Анна Бор / Anna Bor) [1997, Россия, драма] Dub",
            Titles("Тихий паром", "The Quiet Ferry", 1997),
        ),
        # What it is, and calls in other languages:
        ("Фильм Тихий паром (1997)", Titles("Тихий паром", "", 1997, Kind.FILM)),
        ("Сериал Тихие реки 1 сезон смотреть онлайн", Titles("Тихие реки", "", None, Kind.SERIES)),
        ("Тихие реки: смотреть онлайн сериал в хорошем качестве", Titles("Тихие реки", "", None, Kind.SERIES)),
        ("Тихие реки смотреть онлайн фильм или сериал", Titles("Тихие реки")),  # says both
        ("Дорама Тихие реки 2019 смотреть онлайн все серии", Titles("Тихие реки", "", 2019, Kind.SERIES)),
        ("Фильм про паром (1997)", Titles("Фильм про паром", "", 1997)),
        ("Дивитися Тихий пором онлайн українською", Titles("Тихий пором")),
        ("Ver El transbordador (2018) online gratis", Titles("El transbordador", "", 2018)),
        ("Le Bac en streaming VF gratuit", Titles("Le Bac")),
        ("Cichy prom (2018) oglądaj online za darmo", Titles("Cichy prom", "", 2018)),
        # What looks like decoration and is the title:
        ("Blade Runner 2049", Titles("Blade Runner 2049")),
        ("Бегущий по лезвию 2049 смотреть онлайн", Titles("Бегущий по лезвию 2049")),
        ("1984", Titles("1984")),
        ("9 (2009)", Titles("9", "", 2009)),
        ("Watch the Skies", Titles("Watch the Skies")),
        ("Смотрите, кто говорит (1989)", Titles("Смотрите, кто говорит", "", 1989)),
        ("Смотреть онлайн Смотрите, кто говорит", Titles("Смотрите, кто говорит")),
        ("Download: The True Story", Titles("Download: The True Story")),
        ("Игра онлайн", Titles("Игра онлайн")),
        ("М (Убийца)", Titles("М (Убийца)")),
        ("Человек-паук", Titles("Человек-паук")),
        ("Кино", Titles("Кино")),
        ("", Titles("")),
    ],
)
def test_headings_are_parted(heading: str, titles: Titles) -> None:
    assert read_title(heading, SITES) == titles


@pytest.mark.parametrize("piece", ["(", " - ", "«", "смотреть онлайн ", "a ", "(1999)", "1 сезон ", " / ", "| "])
def test_hostile_headings_are_read_at_once(piece: str) -> None:
    start = time.process_time()
    read_title(piece * 100_000, SITES)
    assert time.process_time() - start < 0.5


def test_a_site_is_known_by_its_tags_and_its_host() -> None:
    tags = {"og:site_name": ["Кино Зона"], "twitter:site": ["@kz"]}
    assert site_names("https://www.kino.example/f", tags) == ("кино зона", "kino example", "kino")
    assert site_names("http://127.0.0.1:80/", {}) == ()


def said(head: str, body: str = "") -> dict[Field, object]:
    page = f"<html><head>{head}</head><body>{body}</body></html>".encode()
    return {claim.field: claim.value for claim in reversed(opengraph.claims(open_document(page, "https://x.example/")))}


def test_meta_tags() -> None:
    tags = {"og:type": "video.tv_show", "og:title": "Ports", "video:duration": "6240", "og:image": "/p.jpg"}
    tags |= {"video:release_date": "2019-05-10", "og:description": "d", "video:director": "https://x.example/p/1"}
    head = "".join(f'<meta property="{name}" content="{text}">' for name, text in tags.items())
    head += '<meta name="video:actor" content="A B"><meta name="video:actor" content="C D">'
    assert said(head) == {
        Field.TITLE: "Ports",
        Field.KIND: "series",
        Field.RUNTIME: "PT104M",
        Field.IMAGE_URL: "/p.jpg",
        Field.RELEASE_DATE: "2019-05-10",
        Field.DESCRIPTION: "d",
        Field.ACTORS: ["A B", "C D"],
    }


def test_headings_are_guesses() -> None:
    page = open_document(b"<html><head><title>T</title></head><h1>H <i>1</i></h1>", "https://x.example/")
    found = [(c.value, c.trust, c.origin) for c in opengraph.claims(page)]
    assert found == [("H 1", Trust.GUESS, "h1"), ("T", Trust.GUESS, "title")]


def test_a_picture_that_bears_the_title_may_be_the_poster() -> None:
    body = (
        '<img src="/logo.png" alt="X"><h1>Ports (1999)</h1><img src="/p.jpg" alt="Poster of Ports"><img src="/q.jpg">'
    )
    assert said("", body)[Field.IMAGE_URL] == ["/p.jpg"]
