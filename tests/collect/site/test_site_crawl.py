import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from kadr.collect.fetch.client import Fetcher, Manners
from kadr.collect.fetch.page import Page
from kadr.collect.fetch.store import PageStore
from kadr.collect.harvest import Harvest, Reject
from kadr.collect.site.crawl import REPEATED, read_site
from kadr.errors import ConfigError, SourceError
from kadr.sources import SiteSource
from tests.collect.site.little_site import Answers, LittleSite, fetching, film_page, list_page, sitemap
from tests.commands import ROOT


def harvest(store: Path, source: SiteSource, *, offline: bool = False) -> Harvest:
    with fetching(store, offline=offline) as fetcher:
        return read_site(source, fetcher, progress=lambda *_: None)


def shelf(count: int) -> dict[str, str | bytes | int | None]:
    """Return a site of films behind one sitemap."""
    answers: dict[str, str | bytes | int | None] = {f"/film/{n}": film_page(f"Маяк {n}") for n in range(count)}
    return answers | {"/sitemap.xml": sitemap(*(f"{{site}}/film/{n}" for n in range(count)))}


def source(site: LittleSite, **more: object) -> SiteSource:
    told: dict[str, object] = {"sitemaps": (f"{site.url}/sitemap.xml",)} | more
    return SiteSource("ours", **told)  # type: ignore[arg-type]  # a test's own wishes


def test_films_come_in_the_order_of_the_site_and_pages_that_fail_are_named(tmp_path: Path) -> None:
    answers = shelf(60)
    answers |= {"/film/7": 404, "/film/9": 500, "/film/11": list_page(*(f"/film/{n}" for n in range(40)))}
    done: list[int] = []
    with LittleSite(answers) as site, fetching(tmp_path / "pages.sqlite") as fetcher:
        got = read_site(source(site, at_once=8), fetcher, progress=lambda now, *_: done.append(now))
        assert [film.title for film in got.films] == [f"Маяк {n}" for n in range(60) if n not in (7, 9, 11)]
        assert [(each.row, each.field, each.title, each.url) for each in got.rejects] == [
            (n + 1, "page", "", f"{site.url}/film/{n}") for n in (7, 9, 11)
        ]
        assert [each.reason for each in got.rejects[:2]] == ["not found", "server fault"]
    assert (got.rows, done, got.notes) == (60, list(range(61)), ())
    assert len({film.id for film in got.films}) == 57
    assert all(film.sources[0].name == "ours" for film in got.films)


def test_one_film_once_namesakes_apart(tmp_path: Path) -> None:
    canonical = '<link rel="canonical" href="{site}/film/1">'
    pages = {
        "/film/1": film_page("Маяк", 1987, canonical),
        "/film/2": film_page("Маяк", 2019),
        "/play?film=1": film_page("Маяк", 1987, canonical),
    }
    names = ("{site}/film/1#a", "{site}/film/1?utm_source=x", "{site}/film/2", "{site}/play?film=1")
    with LittleSite(pages | {"/sitemap.xml": sitemap(*names)}) as site:
        got = harvest(tmp_path / "pages.sqlite", source(site))
        assert [(film.title, film.year) for film in got.films] == [("Маяк", 1987), ("Маяк", 2019)]
        again = Reject(3, "page", REPEATED, "Маяк", f"{site.url}/play", f"{site.url}/film/1")
        assert got.rejects == (again,)
        assert got.rows == 3


def test_films_that_claim_one_page_go_by_their_addresses_whichever_comes_first(tmp_path: Path) -> None:
    """One title, another year: another film. The third is the first one again."""
    head = '<link rel="canonical" href="{site}/film">'
    pages: Answers = {
        f"/{n}": film_page("Маяк", year, head) for n, year in ((1, 1987), (2, 2019), (3, 1987), (4, 2024))
    }
    with LittleSite(pages) as site:
        found = []
        for order in ((1, 2, 3, 4), (2, 4, 1)):
            site.answers["/sitemap.xml"] = sitemap(*(f"{{site}}/{n}" for n in order))
            got = harvest(tmp_path / f"{order[0]}.sqlite", source(site))
            found.append({(film.id, film.year, film.page_url) for film in got.films})
            assert [each.reason for each in got.rejects] == [REPEATED] * (len(order) - 3)
        assert found[0] == found[1]
        assert found[0] == {
            (f"ours:{site.host}/{n}", year, f"{site.url}/{n}") for n, year in ((1, 1987), (2, 2019), (4, 2024))
        }


@pytest.mark.parametrize("place", ["/", "/films"])
def test_a_site_whose_canonical_links_all_lead_to_one_place_keeps_its_films(tmp_path: Path, place: str) -> None:
    head = f'<link rel="canonical" href="{{site}}{place}">'
    pages = {f"/film/{n}": film_page(f"Маяк {n}", head=head) for n in range(3)}
    listed = sitemap(*(f"{{site}}/film/{n}" for n in range(3)))
    with LittleSite(pages | {"/sitemap.xml": listed}) as site:
        got = harvest(tmp_path / "pages.sqlite", source(site))
        assert [film.title for film in got.films] == [f"Маяк {n}" for n in range(3)]
        assert len({film.id for film in got.films}) == 3


def test_one_path_on_two_sites_is_two_films(tmp_path: Path) -> None:
    with LittleSite({"/film/1": film_page("Маяк")}) as one, LittleSite({"/film/1": film_page("Маяк")}) as two:
        (tmp_path / "urls.txt").write_text(f"{one.url}/film/1\n{two.url}/film/1\n{two.url}/film/1\nfilm\n")
        got = harvest(tmp_path / "pages.sqlite", SiteSource("ours", urls=str(tmp_path / "urls.txt")))
        assert [film.id for film in got.films] == [f"ours:{one.host}/film/1", f"ours:{two.host}/film/1"]
        assert [film.sources[0].id for film in got.films] == [f"{one.host}/film/1", f"{two.host}/film/1"]
        assert [(each.row, each.field) for each in got.rejects] == [(4, "urls")]
        assert got.rows == 3


def test_a_second_run_and_an_offline_one_need_no_network(tmp_path: Path) -> None:
    named = {"/robots.txt": "User-agent: *\nDisallow: /film/3\nSitemap: {site}/sitemap.xml\n"}
    with LittleSite(shelf(5) | named) as site:
        ours = source(site, sitemaps=(f"{site.url}/robots.txt",))
        first = harvest(tmp_path / "pages.sqlite", ours)
        asked = len(site.asked)
        assert harvest(tmp_path / "pages.sqlite", ours) == first
        assert len(site.asked) == asked
    offline = harvest(tmp_path / "pages.sqlite", ours, offline=True)
    assert len(first.films) == 4
    assert offline.films == first.films
    assert [each.reason for each in (*first.rejects, *offline.rejects)] == ["forbidden by robots.txt", "not stored"]
    with pytest.raises(SourceError, match="not stored"):
        harvest(tmp_path / "none.sqlite", ours, offline=True)


def test_limits(tmp_path: Path) -> None:
    with LittleSite(shelf(9)) as site:
        for least in (2, 3, 1):
            assert len(harvest(tmp_path / "pages.sqlite", source(site, limit=least)).films) == least
        assert site.asked.count("/film/3") == 0


def test_defaults_fill_what_no_page_says(tmp_path: Path) -> None:
    with LittleSite(shelf(1)) as site:
        got = harvest(tmp_path / "pages.sqlite", source(site, defaults={"kind": "series", "countries": "СССР"}))
        assert (got.films[0].kind, got.films[0].countries) == ("film", ("СССР",))
        with pytest.raises(ConfigError, match=r"defaults\.colour"):
            harvest(tmp_path / "pages.sqlite", source(site, defaults={"colour": "red"}))


def test_a_site_without_a_film_says_why(tmp_path: Path) -> None:
    answers: dict[str, str | bytes | int | None] = {f"/film/{n}": 404 for n in range(3)}
    answers["/sitemap.xml"] = sitemap(*(f"{{site}}/film/{n}" for n in range(4)), "{site}/about")
    answers["/film/3"] = list_page(*(f"/film/{n}" for n in range(40)))
    with LittleSite(answers) as site:
        with pytest.raises(SourceError) as caught:
            harvest(tmp_path / "pages.sqlite", source(site, include=("/film/*",)))
        assert str(caught.value).startswith("source ours: none of 4 pages is a film: not found (3), ")
        assert str(caught.value).endswith(f"kadr collect --check {site.url}/film/0")
        with pytest.raises(SourceError) as caught:
            harvest(tmp_path / "pages.sqlite", source(site, include=("/movie/*",)))
        said = "pages found: 0; addresses that include and exclude leave out: 5, such as"
        assert f"no film page was found ({said} {site.url}/film/0)" in str(caught.value)


def test_a_host_that_is_given_up_costs_the_rest_not_the_run(tmp_path: Path) -> None:
    answers = shelf(40) | {f"/film/{n}": 403 for n in range(4, 40)}
    with LittleSite(answers) as site:
        got = harvest(tmp_path / "pages.sqlite", source(site))
        assert len(got.films) == 4
        assert {each.reason for each in got.rejects} == {"refused by the server", "host given up"}
        lost = sum(each.reason == "host given up" for each in got.rejects)
        assert got.notes == (
            f"{site.host} refused or failed time after time: {lost} pages were not asked for; run again later",
        )
        site.answers.update(shelf(40))
        again = harvest(tmp_path / "pages.sqlite", source(site))
        assert len(again.films) == 40
        assert site.asked.count("/film/0") == 1


class Stumbling(Fetcher):
    """Breaks on one page, as a parser may that nobody thought of."""

    def get(self, url: str, **how: Any) -> Page:
        if url.endswith("/film/1"):
            raise ZeroDivisionError
        return super().get(url, **how)


def test_a_page_that_breaks_the_reader_costs_itself(tmp_path: Path) -> None:
    manners = Manners(delay_s=0, allow_private=True)
    with (
        LittleSite(shelf(3)) as site,
        PageStore(tmp_path / "pages.sqlite") as store,
        Stumbling(store, manners) as fetcher,
    ):
        got = read_site(source(site), fetcher, progress=lambda *_: None)
        assert [film.title for film in got.films] == ["Маяк 0", "Маяк 2"]
        assert got.rejects == (Reject(2, "page", "the reader failed (ZeroDivisionError)", "", f"{site.url}/film/1"),)


def test_a_broken_store_ends_the_run(tmp_path: Path) -> None:
    """What is no page's fault is not counted as one."""
    with LittleSite(shelf(3)) as site, fetching(tmp_path / "pages.sqlite") as fetcher:
        fetcher._store.close()
        with pytest.raises(SourceError, match=r"pages\.sqlite"):
            read_site(source(site), fetcher, progress=lambda *_: None)


CRAWL = """
import sys
from pathlib import Path
from kadr.collect.site.crawl import read_site
from kadr.sources import SiteSource
from tests.collect.site.little_site import fetching

with fetching(Path(sys.argv[1]), delay_s=float(sys.argv[3])) as fetcher:
    source = SiteSource("ours", sitemaps=(f"{sys.argv[2]}/sitemap.xml",))
    harvest = read_site(source, fetcher, progress=lambda done, *_: print(done, flush=True))
print(*(film.id for film in harvest.films))
"""


def start(store: Path, site: LittleSite, delay_s: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CRAWL, str(store), site.url, str(delay_s)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_killed_five_times_it_ends_as_if_undisturbed(tmp_path: Path) -> None:
    with LittleSite(shelf(120)) as site:
        undisturbed = harvest(tmp_path / "one.sqlite", source(site))
        site.received.clear()
        for stop in (5, 25, 40, 70, 100):
            with start(tmp_path / "two.sqlite", site, 0.005) as process:
                assert process.stdout is not None
                while process.stdout.readline().strip() != str(stop):
                    assert process.poll() is None
                process.kill()
        last = start(tmp_path / "two.sqlite", site, 0.005)
        out, err = last.communicate(timeout=60)
        assert last.returncode == 0, err
        assert out.splitlines()[-1].split() == [film.id for film in undisturbed.films]
        # Each kill costs the pages under way, no more: what was stored is not asked for again.
        assert len(site.asked) <= 121 + 5 * 4
    assert harvest(tmp_path / "two.sqlite", source(site), offline=True).films != ()


def test_ctrl_c_ends_it_at_once_and_keeps_what_came(tmp_path: Path) -> None:
    """Even while a server lets it wait: for ten seconds, as `fetching` has it."""
    with LittleSite(shelf(50) | {"/film/3": None}) as site:
        with start(tmp_path / "pages.sqlite", site, 0.05) as process:
            assert process.stdout is not None
            while process.stdout.readline().strip() != "3":
                assert process.poll() is None
            began = time.monotonic()
            process.send_signal(signal.SIGINT)
            err = process.communicate(timeout=20)[1]
        assert time.monotonic() - began < 5
        assert err.rstrip().endswith("KeyboardInterrupt")
        before = len(site.asked)
        assert harvest(tmp_path / "pages.sqlite", source(site, limit=3)).rows == 3
        assert len(site.asked) == before
