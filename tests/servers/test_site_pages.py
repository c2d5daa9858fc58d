"""Each special page of the loopback film site answers as the table says."""

import time
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import requests

from tests.servers.site import QUICK, SPECIALS, Becomes, FilmSite, Special, film_site
from tests.servers.site_client import outcome
from tests.servers.site_stock import Stock


def holds(body: bytes, name: str) -> bool:
    return any(name.encode(encoding) in body for encoding in ("utf-8", "cp1251", "koi8-r"))


def shown_on(site: FilmSite, path: str) -> str:
    """Return the name of a director of the film that has its page there."""
    film = site.stock.at(path)
    assert not isinstance(film, int)
    return film.directors[0]


@pytest.mark.parametrize("special", QUICK, ids=lambda special: special.path.strip("/") or "home")
def test_a_plain_client_gets_from_each_special_page_what_the_table_says(special: Special) -> None:
    with film_site(1, [replace(special, listed=True), *_reached_from(special)], patience_s=1.0) as site:
        path, placed = next(iter(site.stock.specials.items()))
        got = outcome((site.other_url if special.abroad else site.url) + path)
        if special.becomes is Becomes.FAILED:
            assert got.reason
            assert not special.reasons or got.reason in special.reasons
            return
        assert not got.reason
        if special.becomes is Becomes.REFUSED:
            assert not holds(got.body, shown_on(site, path)) or special.path == "/film/long-title"
        elif special.becomes is Becomes.SAME:
            assert urlsplit(got.url).path == placed.at or special.at == "{first}"
            assert holds(got.body, shown_on(site, placed.at))
            assert placed.at in site.truth
        else:
            assert holds(got.body, shown_on(site, path))
            assert path in site.truth


def test_a_page_that_never_comes() -> None:
    with film_site(1, _named("/film/never")) as site, pytest.raises(requests.Timeout):
        requests.get(f"{site.url}/film/never", timeout=0.4)


def test_a_page_that_drips_outlasts_the_patience_piece_by_piece() -> None:
    started = time.monotonic()
    with (
        film_site(1, _named("/film/drips"), patience_s=0.5) as site,
        requests.get(f"{site.url}/film/drips", timeout=10, stream=True) as answer,
    ):
        pieces = answer.iter_content(16)
        while time.monotonic() < started + 1.0:
            assert next(pieces)


def _named(path: str) -> list[Special]:
    return [special for special in SPECIALS if special.path == path]


def _reached_from(special: Special) -> list[Special]:
    """Return the special pages that this one's answer leads to."""
    return [other for other in SPECIALS if not other.listed and other.path != special.path]


def test_the_table_is_whole() -> None:
    assert len({special.path for special in SPECIALS}) == len(SPECIALS)
    assert {special.becomes for special in SPECIALS} == set(Becomes)
    for special in SPECIALS:
        assert special.does
        assert bool(special.at) == (special.becomes is Becomes.SAME), special.path
        assert special.plan.name == special.layout
    titles = [film.title for film in Stock(0, SPECIALS, 1)._special_films.values()]
    assert len(set(titles)) == len(titles) - 1, "only the namesakes share a title"
