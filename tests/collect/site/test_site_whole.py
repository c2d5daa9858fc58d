"""The whole loopback site, with everything that goes wrong on one."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kadr.collect.fetch.client import Fetcher, Manners
from kadr.collect.fetch.store import PageStore
from kadr.collect.harvest import Harvest
from kadr.collect.site.crawl import read_site
from kadr.sources import SiteSource
from tests.servers.site import QUICK, Becomes, FilmSite, differences, film_site

PATIENCE_S = 15.0  # a page of five megabytes on a busy machine


def by_sitemap(site: FilmSite, **more: Any) -> SiteSource:
    return SiteSource("ours", sitemaps=(f"{site.url}/sitemap.xml",), at_once=4, **more)


def by_list(site: FilmSite, **more: Any) -> SiteSource:
    # Every list page links to the first page, and to the list in another order.
    return SiteSource("ours", lists=(f"{site.url}/films?page={{page}}",), exclude=("/", "/films*"), at_once=4, **more)


def harvest(source: SiteSource, store: Path, *, offline: bool = False) -> Harvest:
    manners = Manners(
        delay_s=0, at_once=4, tries=2, backoff_s=0.01, timeout_s=PATIENCE_S, offline=offline, allow_private=True
    )
    with PageStore(store) as pages, Fetcher(pages, manners) as fetcher:
        return read_site(source, fetcher, progress=lambda *_: None)


@pytest.mark.parametrize("way", [by_sitemap, by_list])
def test_every_film_and_nothing_else(tmp_path: Path, way: Callable[[FilmSite], SiteSource]) -> None:
    with film_site(40, specials=QUICK, patience_s=PATIENCE_S) as site:
        got = harvest(way(site), tmp_path / "pages.sqlite")
        wrong = {}
        films = {film.page_url.removeprefix(site.url).removeprefix(site.other_url): film for film in got.films}
        for path, expected in site.truth.items():
            wrong[path] = differences(films[path], expected) if path in films else ["was not found"]
        assert {path: told for path, told in wrong.items() if told} == {}
        assert sorted(set(films) - set(site.truth)) == []
        assert len(films) == len(got.films)
        reasons = {each.url.removeprefix(site.url): each.reason for each in got.rejects}
        for special in site.stock.specials.values():
            if special.listed and special.becomes in {Becomes.REFUSED, Becomes.FAILED} and "?" not in special.path:
                told = reasons[special.path]
                assert not special.reasons or told in special.reasons, (special.path, told)
        assert not [note for note in got.notes if "refused or failed" in note]
        assert harvest(way(site), tmp_path / "pages.sqlite", offline=True).films == got.films


def test_bad_sitemaps_cost_themselves(tmp_path: Path) -> None:
    with film_site(30, bad_sitemaps=True) as site:
        got = harvest(by_sitemap(site), tmp_path / "pages.sqlite")
        assert {film.page_url for film in got.films} == {site.url + path for path in site.truth}
        assert len(got.rejects) <= 1
        notes = " ".join(got.notes)
        for each in ("page.xml", "empty.xml", "missing.xml", "broken.xml", "bomb.xml.gz"):
            assert f"/bad/{each}: " in notes


def test_a_site_that_stumbles_gives_all(tmp_path: Path) -> None:
    with film_site(60, stumbles=3, rate=200) as site:
        got = harvest(by_sitemap(site), tmp_path / "pages.sqlite")
        assert {film.page_url for film in got.films} == {site.url + path for path in site.truth}
        assert sum(count for status, count in site.statuses.items() if status >= 400) >= 10


def test_a_ban_costs_what_it_hides_and_the_next_run_goes_on(tmp_path: Path) -> None:
    with film_site(80, ban_after=50) as site:
        first = harvest(by_sitemap(site), tmp_path / "pages.sqlite")
        assert 40 <= len(first.films) < 50
        assert "refused or failed time after time" in first.notes[-1]
        site.forgive()
        before = Counter(each.path for each in site.requests)
        second = harvest(by_sitemap(site), tmp_path / "pages.sqlite")
        assert len(second.films) == 80
        assert [film for film in second.films if film in first.films] == list(first.films)
        asked = Counter(each.path for each in site.requests) - before
        assert not {film.page_url.removeprefix(site.url) for film in first.films} & set(asked)


def test_what_changed_is_read_anew_and_the_rest_not_even_sent(tmp_path: Path) -> None:
    with film_site(30) as site:
        first = harvest(by_list(site, refresh_days=0), tmp_path / "pages.sqlite")
        paths = list(site.truth)
        site.stock.change(paths[2], title="Совсем другое")
        site.stock.remove(paths[5])
        (added,) = site.stock.add()
        second = harvest(by_list(site, refresh_days=0), tmp_path / "pages.sqlite")
        assert site.statuses[304] == 28
        titles = {film.page_url.removeprefix(site.url): film.title for film in second.films}
        assert titles[paths[2]] == "Совсем другое"
        assert paths[5] not in titles
        assert added in titles
        assert len(second.films) == len(first.films) == 30


def test_pages_that_the_sitemap_calls_old_are_not_asked_for(tmp_path: Path) -> None:
    with film_site(30) as site:
        first = harvest(by_sitemap(site, refresh_days=0), tmp_path / "pages.sqlite")
        asked = len(site.requests)
        assert harvest(by_sitemap(site, refresh_days=0), tmp_path / "pages.sqlite").films == first.films
        assert all(each.path.startswith("/sitemap") for each in site.requests[asked:])
