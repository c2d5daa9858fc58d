import base64
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.posters import data_uri, draw
from kadr.film import Film

SVG = "{http://www.w3.org/2000/svg}"


def _texts(film: Film) -> list[str]:
    return [node.text or "" for node in ET.fromstring(_draw(film)).iter(f"{SVG}text")]  # noqa: S314  # our own drawing


def _draw(film: Film) -> str:
    return draw(film, film.title)


def _film(title: str, *genres: str, year: int | None = None) -> Film:
    return Film(id="1", title=title, genres=genres, year=year)


@given(st.text(min_size=1, max_size=200).map(lambda text: f"Я{text}"))
def test_any_title_makes_a_drawing_of_few_short_lines(title: str) -> None:
    lines = _texts(_film(title))
    assert 1 <= len(lines) <= 8
    assert all(len(line) <= 20 for line in lines)


def test_a_title_is_whole_and_the_year_below() -> None:
    lines = _texts(_film("Старик, который читал любовные романы", year=2001))
    assert (" ".join(lines[:-1]), lines[-1]) == ("Старик, который читал любовные романы", "2001")


def test_a_title_too_long_ends_in_an_ellipsis() -> None:
    assert _texts(_film("очень длинное название " * 20))[-1].endswith("…")


def test_markup_in_a_title_is_text() -> None:
    svg = _draw(_film('<script>alert("&")</script>'))
    assert "<script" not in svg
    assert "".join(_texts(_film('<script>alert("&")</script>'))).replace(" ", "") == '<script>alert("&")</script>'


@pytest.mark.parametrize(("one", "other"), [("драма", "Drama"), ("Комедии", "comedy")])
def test_spellings_of_a_genre_have_one_colour_and_other_genres_others(one: str, other: str) -> None:
    assert _draw(_film("Маяк", one)) == _draw(_film("Маяк", other, "ужасы"))
    assert _draw(_film("Маяк", one)) != _draw(_film("Маяк", "вестерн"))


def test_the_address_holds_the_drawing() -> None:
    head, _, body = data_uri(_draw(_film("Маяк"))).partition(",")
    assert head == "data:image/svg+xml;base64"
    assert base64.b64decode(body).decode() == _draw(_film("Маяк"))


@pytest.mark.parametrize(
    "title",
    [
        "千と千尋の神隠し",
        "となりのトトロ 天空の城ラピュタ 風の谷のナウシカ",
        "기생충 그리고 나",
        "🎬" * 40,
        "👨\u200d👩\u200d👧 и 🏳️\u200d🌈",
    ],
)
def test_wide_letters_stay_inside_the_frame(title: str) -> None:
    nodes = list(ET.fromstring(_draw(_film(title + "1"))).iter(f"{SVG}text"))  # noqa: S314  # our own drawing
    for node in nodes:
        size, text = float(node.attrib["font-size"]), node.text or ""
        wide = sum(ord(letter) > 0x1100 and letter not in "\u200d\ufe0f" for letter in text)
        assert size * (wide + 0.65 * (len(text) - wide)) <= 172


def test_an_emoji_of_several_is_not_torn_apart() -> None:
    family = "👨\u200d👩\u200d👧"
    assert all(line.count("👨") == line.count("👧") for line in _texts(_film(f"Семья {family * 9}")))


def test_a_word_too_long_for_a_line_is_broken() -> None:
    lines = _texts(_film("ъ" * 50))
    assert "".join(lines) == "ъ" * 50
    assert len(lines) == 3
