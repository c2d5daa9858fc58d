"""The loopback film site: its lists lead to all of its pages, and it keeps its limits and changes as told."""

import gzip
import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from urllib.parse import urlsplit

import pytest
import requests
from lxml import etree
from protego import Protego

from kadr.film import Description, Film
from tests.servers.site import QUICK, SPECIALS, Becomes, differences, film_site
from tests.servers.site_client import fetch
from tests.servers.site_faults import bomb_body
from tests.servers.site_films import film_of
from tests.servers.site_layouts import LAYOUTS, expected_of, html_of, layout_of
from tests.servers.site_stock import Stock


def test_films_are_many_and_unlike_each_other() -> None:
    films = [film_of(number) for number in range(1, 2_501)]
    assert len({film.title for film in films}) == len({film.path for film in films}) == 2_500
    assert len({film.description for film in films}) == 2_500
    assert {film.language for film in films} == {"ru", "en"}
    assert {film.kind for film in films} == {"film", "series"}
    assert film_of(77) == film_of(77)
    assert film_of(77) != film_of(77, seed=2)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_page_shows_what_its_layout_promises(layout: object) -> None:
    shown = next(each for each in LAYOUTS if each is layout)
    film = next(f for f in map(film_of, range(1, 99)) if layout_of(f.number) is shown and f.original_title)
    text = unescape(html_of(film, "http://films.test", shown))
    for name, value in expected_of(film, "http://films.test", shown).items():
        if name in {"kind", "runtime_minutes", "image_url"}:
            continue
        for each in value if isinstance(value, tuple) else [value]:
            assert str(each) in text, name
    if "directors" not in shown.shows:
        assert film.directors[0] not in text


def test_sitemaps_and_lists_lead_to_every_page_once() -> None:
    with film_site(1_030, SPECIALS) as site:
        index = _locations(fetch(f"{site.url}/sitemap.xml").content)
        assert [urlsplit(each).path for each in index] == ["/sitemap-1.xml", "/sitemap-2.xml.gz", "/sitemap-3.xml"]
        packed = fetch(index[1]).content
        pages = [page for each in (fetch(index[0]).content, gzip.decompress(packed)) for page in _locations(each)]
        pages += _locations(fetch(index[2]).content)
        linked, url = [], f"{site.url}/films"
        while url:
            text = fetch(url).text
            linked += [site.url + unescape(href) for href in re.findall(r'<li><a href="([^"]+)"', text)]
            found = re.search(r'<link rel="next" href="([^"]+)"', text)
            url = found[1] if found else ""
        assert fetch(f"{site.url}/films?page=53").status_code == 404
        listed = {path for path, special in site.stock.specials.items() if special.listed}
        films = {film.path for film in map(film_of, range(1, 1_031))}
        assert sorted(linked) == sorted(pages)
        assert len(set(pages)) == len(pages)
        assert {each.removeprefix(site.url) for each in pages} == listed | films
        assert set(site.truth) == films | {
            path for path, special in site.stock.specials.items() if special.becomes is Becomes.FILM
        }
        assert site.statuses[200] > 52


def _locations(xml: bytes) -> list[str]:
    return [str(each.text) for each in etree.fromstring(xml).iter("{*}loc")]


def test_pages_that_fail_stand_apart() -> None:
    stock = Stock(40, QUICK, 1)
    in_a_row = longest = 0
    for chunk in (1, 2):
        for path, _ in stock.chunk(chunk, 20):
            special = stock.specials.get(path)
            in_a_row = in_a_row + 1 if special and special.becomes is Becomes.FAILED else 0
            longest = max(longest, in_a_row)
    assert longest <= 2


def test_a_page_that_is_known_costs_no_second_transfer() -> None:
    with film_site(3) as site:
        path = next(iter(site.truth))
        first = fetch(site.url + path)
        tag, date = first.headers["ETag"], first.headers["Last-Modified"]
        for header, value in (("If-None-Match", tag), ("If-Modified-Since", date)):
            assert fetch(site.url + path, **{header: value}).status_code == 304
        assert site.statuses == {200: 1, 304: 2}
        site.stock.change(path, year=1931)
        for header, value in (("If-None-Match", tag), ("If-Modified-Since", date)):
            assert fetch(site.url + path, **{header: value}).status_code == 200
        assert "1931" in fetch(site.url + path).text
    with film_site(3, validators=False) as site:
        assert "ETag" not in fetch(site.url + path).headers


def test_films_change_go_and_come() -> None:
    with film_site(3) as site:
        first, second, third = site.truth
        site.stock.change(first, title="Другое имя")
        site.stock.remove(second, status=410)
        site.stock.remove(third)
        (new,) = site.stock.add()
        assert list(site.truth) == [first, new]
        assert site.truth[first]["title"] == "Другое имя"
        assert [fetch(site.url + path).status_code for path in (first, second, third, new)] == [200, 410, 404, 200]
        packed = fetch(f"{site.url}/sitemap-2.xml.gz").content
        sitemap = fetch(f"{site.url}/sitemap-1.xml").text + gzip.decompress(packed).decode()
        assert f"{first}</loc><lastmod>{datetime.now(UTC).date()}<" in sitemap
        assert f"{new}</loc><lastmod>2026-01-01<" in sitemap
        assert second not in sitemap
        assert third not in sitemap
        with pytest.raises(KeyError):
            site.stock.change(second, year=2000)


def test_who_asks_too_fast_is_told_to_wait() -> None:
    with film_site(3, rate=2) as site:
        answers = [fetch(f"{site.url}/films") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[2].headers["Retry-After"] == "1"
        assert fetch(f"{site.url}/films", **{"User-Agent": "another"}).status_code == 200
        time.sleep(1.01)
        assert fetch(f"{site.url}/films").status_code == 200


def test_who_asks_too_often_is_banned_until_forgiven() -> None:
    with film_site(3, ban_after=2) as site:
        assert [fetch(f"{site.url}/films").status_code for _ in range(4)] == [200, 200, 403, 403]
        site.forgive()
        assert fetch(f"{site.url}/films").status_code == 200


def test_a_site_that_stumbles_answers_the_second_time() -> None:
    with film_site(10, stumbles=2) as site:
        first = [_status(site.url + path) for path in site.truth]
        assert first[::2] == [200] * 5
        assert set(first[1::2]) == {500, 503, 429, "ChunkedEncodingError", "ConnectionError"}
        assert [_status(site.url + path) for path in site.truth] == [200] * 10


def _status(url: str) -> int | str:
    try:
        return fetch(url).status_code
    except requests.RequestException as error:
        return type(error).__name__


def test_robots_txt() -> None:
    with film_site(3, crawl_delay=0.5) as site:
        rules = Protego.parse(fetch(f"{site.url}/robots.txt").text)
        assert rules.crawl_delay("kadr") == 0.5
        assert list(rules.sitemaps) == [f"{site.url}/sitemap.xml"]
    with film_site(3, robots_status=503) as site:
        assert fetch(f"{site.url}/robots.txt").status_code == 503
        assert fetch(f"{site.url}/films").status_code == 200


def test_a_bomb_is_small_until_it_is_unpacked() -> None:
    with film_site(1, bad_sitemaps=True) as site:
        bad = [each for each in _locations(fetch(f"{site.url}/sitemap.xml").content) if "/bad/" in each]
        assert len(bad) == 11
        packed = fetch(next(each for each in bad if each.endswith("bomb.xml.gz"))).content
        assert len(packed) < 2 << 20
        (first,) = site.truth
        for name in ("cut.xml", "plain.txt", "file.xml"):
            assert first in fetch(f"{site.url}/bad/{name}").text
        assert [fetch(f"{site.url}/bad/{name}.xml").status_code for name in ("missing", "broken")] == [404, 500]
    assert packed[-4:] == (1 << 30).to_bytes(4, "little")
    assert len(gzip.decompress(bomb_body(8 << 20))) == 8 << 20


def test_what_was_read_is_compared_with_the_truth() -> None:
    film = Film("a:1", "Кит", year=1999, descriptions=(Description("Кит  плывёт домой."),))
    assert differences(film, {"title": "Кит", "image_url": "", "description": "Кит плывёт домой. И поёт."}) == []
    assert differences(film, {"description": "Кит плывёт"}) == []
    told = differences(film, {"title": "Кот", "year": 1999, "description": "Кот", "genres": ("драма",)})
    assert [each.partition(":")[0] for each in told] == ["title", "description", "genres"]
    assert len(differences(replace(film, descriptions=()), {"description": "Кит"})) == 1
