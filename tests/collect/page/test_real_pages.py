"""The saved pages of two real sites are read as an independent parser read them."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from kadr.collect.fetch.page import Page
from kadr.collect.page.read import read_page
from kadr.errors import PageError
from kadr.film import Film, Kind
from kadr.text import normalise
from tests.data import real_data

pytestmark = pytest.mark.data
DISAGREEMENTS = {
    ("47", "directors"): "the truth has the row Слоган in this place: its parser took each row for the one above",
    ("47", "genres"): "the truth has the row Страна in this place, as above; the page says Испания as a country only",
    ("47", "countries"): "the truth has the row Платформа in this place, as above",
}
"""(page, field) -> why the truth is not what the page says."""


def page(path: str, url: str) -> Page:
    return Page(
        url,
        url,
        200,
        {"content-type": "text/html; charset=utf-8"},
        real_data(f"pages/{path}").read_bytes(),
        "2026-01-01",
    )


@cache
def truth() -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = json.loads(real_data("pages/kinopoisk_truth.json").read_text())
    return found


def kinopoisk() -> list[tuple[str, Page]]:
    return [(number, page(f"kinopoisk/movie_{number}.html", wanted["link"])) for number, wanted in truth().items()]


def differences(film: Film, wanted: Mapping[str, Any]) -> set[str]:
    """Return the fields that differ; descriptions agree if one begins with the other, spaces aside."""
    title = re.sub(r"\s*\([^()]*\d{4}[^()]*\)$", "", wanted["rus_name"])
    mine, theirs = ("".join(text.split()) for text in (film.description, wanted["full_description"]))
    agreed = {
        "title": film.title == title,
        "original_title": normalise(film.original_title) == normalise(wanted["orig_name"] or ""),
        "year": str(film.year) == wanted["year"],
        "directors": list(film.directors) == wanted["directors"],
        "genres": list(film.genres) == wanted["genres"],
        "countries": list(film.countries) == wanted["country"],
        "runtime_minutes": wanted["time"].startswith(f"{film.runtime_minutes} "),
        "description": bool(mine) and (mine.startswith(theirs) or theirs.startswith(mine)),
    }
    return {name for name, agrees in agreed.items() if not agrees}


def test_a_hundred_pages_agree_with_the_truth() -> None:
    read = {number: read_page(each, "kinopoisk") for number, each in kinopoisk()}
    assert all(each.origins["descriptions"].startswith("json-ld") for each in read.values())  # without trafilatura
    films = {number: each.film for number, each in read.items()}
    found = {(number, name) for number, film in films.items() for name in differences(film, truth()[number])}
    assert found == set(DISAGREEMENTS)  # 3 of 800 fields
    assert all(film.kind is Kind.FILM and film.rating and film.votes and film.image_url for film in films.values())
    assert all(film.external_ids["kinopoisk"] == truth()[n]["link"].rpartition("/")[2] for n, film in films.items())


@pytest.mark.parametrize(
    ("mark", "title", "year", "directors"),
    [
        ("tt0086425", "Terms of Endearment", 1983, ("James L. Brooks",)),
        ("tt0088247", "The Terminator", 1984, ("James Cameron",)),
        ("tt0103639", "Aladdin", 1992, ("Ron Clements", "John Musker")),
        ("tt0114478", "Smoke", 1995, ("Wayne Wang", "Paul Auster")),
    ],
)
def test_pages_of_imdb(mark: str, title: str, year: int, directors: tuple[str, ...]) -> None:
    film = read_page(page(f"imdb/www_imdb_com_title_{mark}_.html", f"https://www.imdb.com/title/{mark}/"), "imdb").film
    assert (film.title, film.year, film.directors, film.kind) == (title, year, directors, Kind.FILM)
    assert film.external_ids["imdb"] == mark
    assert film.genres
    assert film.countries
    assert film.actors
    assert film.votes
    assert film.runtime_minutes
    assert film.image_url
    assert film.description.endswith(".")  # whole, though the JSON-LD of one page cuts it


@pytest.mark.parametrize(("name", "detail"), [("list_of_films", "a list"), ("robot_check", "a robot check")])
def test_pages_that_are_no_film_say_why(name: str, detail: str) -> None:
    with pytest.raises(PageError) as caught:
        read_page(page(f"not_a_film/{name}.html", f"https://x.example/{name}"), "x")
    assert (caught.value.reason, caught.value.detail) == ("not a film page", detail)
