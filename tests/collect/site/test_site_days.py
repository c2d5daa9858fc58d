"""A site from day to day: what a bad day of it costs, and what is said where nothing is found."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kadr.collect.fetch.store import PageStore
from kadr.collect.harvest import Harvest, stale_note
from kadr.collect.site.advice import OTHER_LISTS, OTHER_PATTERNS, OTHER_WAYS, on_page
from kadr.collect.site.check import check
from kadr.collect.site.crawl import read_site
from kadr.errors import SourceError
from kadr.sources import SiteSource
from tests.collect.site.little_site import Answers, LittleSite, fetching, film_page, list_page, sitemap

CHECK = "<html><title>Just a moment...</title><h1>Checking your browser</h1><p>Please verify you are human</p></html>"
EMPTY = "<html><head><title>Кино</title></head><body><div id=app></div></body></html>"
FILMS = {f"/film/{n}": film_page(f"Маяк {n}") for n in range(4)}


def run(site: LittleSite, store: Path, *, days_later: float = 0.0, **wishes: object) -> Harvest:
    """Crawl so many days after the run before."""
    if days_later:
        with PageStore(store) as pages:
            for path in (*site.answers, "/robots.txt"):
                if page := pages.get(f"{site.url}{path}"):
                    when = datetime.fromisoformat(page.fetched_at) - timedelta(days=days_later)
                    pages.put(replace(page, fetched_at=when.astimezone(UTC).isoformat(timespec="seconds")))
    source = SiteSource("ours", sitemaps=(f"{site.url}/sitemap.xml",))
    with fetching(store) as fetcher:
        return read_site(replace(source, **wishes), fetcher, progress=lambda *_: None)  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", [CHECK, EMPTY])
@pytest.mark.parametrize("lastmod", ["", "2020-01-01"])
def test_a_day_of_robot_checks_costs_nothing(tmp_path: Path, bad: str, lastmod: str) -> None:
    """Neither the day itself, by what is stored, nor those after it."""
    listed = sitemap(*(f"{{site}}{path}" for path in FILMS), lastmod=lastmod)
    with LittleSite(FILMS | {"/sitemap.xml": listed}) as site:
        first = run(site, tmp_path / "p")
        site.answers.update(dict.fromkeys(FILMS, bad))
        second = run(site, tmp_path / "p", days_later=100)
        assert [film.id for film in second.films] == [film.id for film in first.films]
        assert second.notes == stale_note("pages", 4)
        site.answers.update(FILMS)
        site.received.clear()
        third = run(site, tmp_path / "p", days_later=1)
        assert ([film.id for film in third.films], third.notes) == ([film.id for film in first.films], ())
        assert sorted(site.asked) == sorted([*FILMS, "/sitemap.xml"])


def test_a_page_that_is_bad_on_its_first_day_is_asked_for_on_the_next(tmp_path: Path) -> None:
    bad: Answers = {"/film/1": CHECK, "/film/2": 404, "/film/3": list_page(*FILMS, *"abcdefghijklm")}
    listed = {"/sitemap.xml": sitemap(*(f"{{site}}{path}" for path in FILMS))}
    with LittleSite({**FILMS, **listed, **bad}) as site:
        assert [film.title for film in run(site, tmp_path / "p").films] == ["Маяк 0"]
        site.received.clear()
        assert len(run(site, tmp_path / "p").films) == 1
        assert site.asked == ["/film/1"], "what says nothing of the page; the rest is an hour's matter"
        site.answers.update(FILMS)
        site.received.clear()
        assert len(run(site, tmp_path / "p", days_later=1).films) == 4
        assert sorted(site.asked) == ["/film/1", "/film/2", "/film/3", "/sitemap.xml"]


def told(site: LittleSite, store: Path, **wishes: Any) -> str:
    with pytest.raises(SourceError) as caught:
        run(site, store, **wishes)
    assert str(caught.value).startswith("source ours: no film page was found (pages found: 0")
    return str(caught.value).rpartition("); ")[2]


def test_what_to_do_where_nothing_is_found(tmp_path: Path) -> None:
    with LittleSite({"/sitemap.xml": 404}) as site:
        assert told(site, tmp_path / "1") == OTHER_WAYS
        site.answers["/sitemap.xml"] = 403
        assert told(site, tmp_path / "2").endswith("try later, or take another source")
        site.answers["/sitemap.xml"] = sitemap("{site}/film/1")
        assert told(site, tmp_path / "3", include=("/movie/[0-9]+",)) == OTHER_PATTERNS
        site.answers["/"] = "<frameset><frame src='/menu'></frameset>"
        assert told(site, tmp_path / "7", sitemaps=(), lists=(f"{site.url}/",)) == OTHER_LISTS
        site.answers["/robots.txt"] = "User-agent: *\nDisallow: /"
        assert told(site, tmp_path / "4") == "the site asks not to be read; take another source"
        assert told(site, tmp_path / "4", sitemaps=(), lists=(f"{site.url}/list",)).startswith("the site asks not")
        site.answers["/robots.txt"] = 503
        assert told(site, tmp_path / "5") == "try later, or take another source"
        source = SiteSource("ours", sitemaps=(f"{site.url}/sitemap.xml",))
        for how, says in (
            ({"offline": True}, "leave --offline out"),
            ({"allow_private": False}, "allow_private = true"),
        ):
            with fetching(tmp_path / f"{says[:5]}", **how) as fetcher, pytest.raises(SourceError, match=says):
                read_site(source, fetcher, progress=lambda *_: None)
    with pytest.raises(SourceError, match="check the address for a typo, or try later"):
        run(site, tmp_path / "6")


def test_where_a_site_lets_nobody_in_any_more_its_stored_pages_serve(tmp_path: Path) -> None:
    listed = {"/sitemap.xml": sitemap(*(f"{{site}}{path}" for path in FILMS))}
    with LittleSite(FILMS | listed) as site:
        first = run(site, tmp_path / "p")
        site.answers = dict.fromkeys(site.answers, 403)
        again = run(site, tmp_path / "p", days_later=12)
    assert [film.title for film in again.films] == [film.title for film in first.films]
    assert "were read as they were stored before" in " ".join(again.notes)


def test_pages_that_all_meet_one_fault_are_answered_with_what_to_do_about_it(tmp_path: Path) -> None:
    urls = tmp_path / "urls.txt"
    urls.write_text("http://127.0.0.1:9/film/1\nhttp://127.0.0.1:9/film/2\n")
    says = r"private address \(2\); .*allow_private = true in \[collect\]; the first was http"
    with fetching(tmp_path / "p", allow_private=False) as fetcher, pytest.raises(SourceError, match=says):
        read_site(SiteSource("ours", urls=str(urls)), fetcher, progress=lambda *_: None)


def test_a_check_asks_once_and_leaves_a_good_copy_alone(tmp_path: Path) -> None:
    with LittleSite({"/film/1": FILMS["/film/1"]}) as site, fetching(tmp_path / "p", tries=4) as fetcher:
        assert check(f"{site.url}/film/1", fetcher).film
        site.answers["/film/1"] = CHECK
        got = check(f"{site.url}/film/1", fetcher)
        assert (got.detail, got.advice) == ("a robot check", on_page("", "a robot check"))
        with PageStore(tmp_path / "p") as pages:
            kept = pages.get(f"{site.url}/film/1")
        assert kept is not None
        assert "Checking your browser" not in kept.body.decode()
        site.answers["/robots.txt"] = 500
    with LittleSite({"/robots.txt": 500}) as site, fetching(tmp_path / "q", tries=4) as fetcher:
        got = check(f"{site.url}/film/1", fetcher)
        assert (got.reason, got.detail) == ("host given up", "its robots.txt: server fault")
        assert [each.path for each in site.received] == ["/robots.txt"]
    assert on_page("host given up", "its robots.txt: no answer") == "check the address for a typo, or try later"
    assert on_page("host given up", "10 pages in a row failed") == "the site refused too often; try later"
