import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kadr.collect.site.discover import MAX_SITEMAPS, Found, Search
from kadr.errors import ConfigError, PageError, SourceError
from kadr.sources import SiteSource
from tests.collect.site.little_site import Answers, LittleSite, fetching, list_page, sitemap


def found(tmp_path: Path, site: LittleSite, **wishes: object) -> list[str]:
    """Return the paths that are found, in order; `{site}` in a wish stands for the site's address."""
    return [each.address.removeprefix(site.url) for each in search(tmp_path, site, **wishes)[0]]


def search(tmp_path: Path, site: LittleSite, **wishes: object) -> tuple[list[Found], Search]:
    told = {
        key: tuple(str(each).replace("{site}", site.url) for each in value) if isinstance(value, tuple) else value
        for key, value in wishes.items()
    }
    with fetching(tmp_path / "pages.sqlite") as fetcher:
        one = Search(SiteSource("ours", **told), fetcher)  # type: ignore[arg-type]  # a test's own wishes
        return list(one.pages()), one


def test_sitemaps_indexes_gzip_and_other_hosts(tmp_path: Path) -> None:
    answers: Answers = {
        "/index.xml": sitemap("{site}/one.xml", "{site}/two.xml.gz", "{site}/none.xml", "{site}/one.xml", index=True),
        "/one.xml": sitemap("{site}/film/1", "{site}/film/2#x", "https://elsewhere.example/film/9", "/film/3"),
        "/text": "{site}/film/7\nfilm/8\nnonsense\n",
    }
    with LittleSite(answers) as site:
        site.answers["/two.xml.gz"] = gzip.compress(
            sitemap("{site}/film/2?utm_source=x", "{site}/film/4", "{site}/person/1")
            .replace("{site}", site.url)
            .encode()
        )
        got, one = search(tmp_path, site, sitemaps=("{site}/index.xml", "{site}/text"), include=("/film/*",))
        assert [each.address.removeprefix(site.url) for each in got] == [f"/film/{n}" for n in (1, 2, 3, 4, 7)]
        assert one.notes == (f"sitemap {site.url}/none.xml: not found (status 404)",)


def test_robots_names_sitemaps(tmp_path: Path) -> None:
    answers: Answers = {
        "/robots.txt": "User-agent: *\nDisallow: /private\nSitemap: {site}/a.xml\nSitemap: /b.xml\n",
        "/a.xml": sitemap("{site}/film/1"),
        "/b.xml": sitemap("{site}/film/2"),
        "/list": list_page("/film/3"),
    }
    with LittleSite(answers) as site:
        assert found(tmp_path, site, sitemaps=("{site}/robots.txt",)) == ["/film/1", "/film/2"]
        both = found(tmp_path, site, sitemaps=("{site}/robots.txt",), lists=("{site}/list",))
        assert both == ["/film/1", "/film/2", "/film/3"]
        site.answers["/robots.txt"] = "User-agent: *\n"
        site.answers["/sitemap.xml"] = sitemap("{site}/film/8")
        assert found(tmp_path / "..", site, sitemaps=("{site}/robots.txt",)) == ["/film/8"]


def test_a_sitemap_may_be_larger_than_a_page(tmp_path: Path) -> None:
    padding = "<!--" + " " * 500_000 + "-->"
    answers: Answers = {"/a.xml": sitemap("{site}/film/1") + padding, "/film/1": "x" * 500_000}
    with LittleSite(answers) as site, fetching(tmp_path / "pages", max_bytes=100_000) as fetcher:
        one = Search(SiteSource("ours", sitemaps=(f"{site.url}/a.xml",)), fetcher)
        (page,) = one.pages()
        assert one.notes == ()
        with pytest.raises(PageError, match="too large"):
            fetcher.get(page.address)


def test_nesting_is_bounded(tmp_path: Path) -> None:
    answers = {f"/{n}.xml": sitemap(f"{{site}}/{n + 1}.xml", index=True) for n in range(9)}
    answers["/loop.xml"] = sitemap("{site}/loop.xml", "{site}/pages.xml", index=True)
    answers["/pages.xml"] = sitemap("{site}/film/1")
    with LittleSite(answers) as site:
        got, one = search(tmp_path, site, sitemaps=("{site}/0.xml", "{site}/loop.xml"))
        assert [each.address for each in got] == [f"{site.url}/film/1"]
        assert one.notes == (f"sitemap {site.url}/3.xml: indexes are nested too deeply",)


def test_the_number_of_sitemaps_is_bounded(tmp_path: Path) -> None:
    answers = {"/i.xml": sitemap(*(f"{{site}}/{n}.xml" for n in range(MAX_SITEMAPS + 9)), index=True)}
    answers |= {f"/{n}.xml": sitemap(f"{{site}}/film/{n}") for n in range(MAX_SITEMAPS + 9)}
    with LittleSite(answers) as site:
        got, one = search(tmp_path, site, sitemaps=("{site}/i.xml",))
        assert len(got) == MAX_SITEMAPS - 1
        assert one.notes == (f"more than {MAX_SITEMAPS} sitemaps: the others are left out",)


def test_a_page_that_is_no_sitemap_costs_itself(tmp_path: Path) -> None:
    with LittleSite({"/a.xml": "<html><p>Just a moment</p></html>", "/b.xml": sitemap("{site}/film/1")}) as site:
        got, one = search(tmp_path, site, sitemaps=("{site}/a.xml", "{site}/b.xml"))
        assert len(got) == 1
        assert one.notes[0].startswith(f"sitemap {site.url}/a.xml: is no sitemap")


def test_lists_are_counted_up_until_nothing_is_new(tmp_path: Path) -> None:
    answers: Answers = {
        "/films?page=1": list_page(
            "/film/1", "film/2?utm_source=x", "/about", "/films?page=2", "/films?page=9", "#top"
        ),
        "/films?page=2": list_page("/film/2", "/film/3", "https://elsewhere.example/film/9", "/films?page=3"),
        "/films?page=3": list_page("/film/1", "/film/2", "/films?page=17"),
        "/films?page=4": list_page("/film/4"),
    }
    with LittleSite(answers) as site:
        got = found(tmp_path, site, lists=("{site}/films?page={page}",), exclude=("/about",))
        assert got == ["/film/1", "/film/2", "/film/3"]
        assert site.asked == ["/films?page=1", "/films?page=2", "/films?page=3"]


def test_a_second_list_is_read_though_its_beginning_is_known(tmp_path: Path) -> None:
    answers: Answers = {
        "/a/1": list_page("/film/1", "/film/2"),
        "/b/1": list_page("/film/2", "/film/1"),
        "/b/2": list_page("/film/3"),
    }
    with LittleSite(answers) as site:
        got, one = search(tmp_path, site, lists=("{site}/a/{page}", "{site}/b/{page}"), include=("/film/*",))
        assert [each.address.removeprefix(site.url) for each in got] == ["/film/1", "/film/2", "/film/3"]
        assert one.notes == ()


def test_broken_list_pages_are_stepped_over_three_in_a_row_end_it(tmp_path: Path) -> None:
    answers: dict[str, str | bytes | int] = {f"/l/{n}": list_page(f"/film/{n}") for n in range(1, 12)}
    answers |= {"/l/2": 500, "/l/3": 500, "/l/6": 500, "/l/7": 500, "/l/8": 500}
    with LittleSite(answers) as site:
        got, one = search(tmp_path, site, lists=("{site}/l/{page}",), include=("/film/*",))
        assert [each.address.removeprefix(site.url) for each in got] == ["/film/1", "/film/4", "/film/5"]
        assert len(one.notes) == 5
        assert one.notes[0].startswith(f"list page {site.url}/l/2: server fault")


def test_rel_next_is_followed_where_no_number_stands(tmp_path: Path) -> None:
    answers: Answers = {
        "/films": list_page("/film/1", head='<base href="{site}/deep/"><link rel="next" href="../films/second">'),
        "/films/second": list_page("/film/2").replace(
            "<li>", '<li><a rel="nofollow next" href="/films/third">more</a>'
        ),
        "/films/third": list_page("/film/3", head='<link rel="next" href="https://elsewhere.example/films">'),
    }
    with LittleSite(answers) as site:
        assert found(tmp_path, site, lists=("{site}/films",)) == ["/film/1", "/film/2", "/film/3"]
        site.answers["/films/third"] = list_page("/film/1", head='<link rel="next" href="/films">')
        assert found(tmp_path / "..", site, lists=("{site}/films",)) == ["/film/1", "/film/2"]
        assert site.asked.count("/films") == 2


def test_nothing_is_asked_before_it_is_needed(tmp_path: Path) -> None:
    answers: Answers = {f"/l/{n}": list_page(f"/film/{n}") for n in range(1, 12)}
    with LittleSite(answers) as site, fetching(tmp_path / "pages.sqlite") as fetcher:
        pages = Search(SiteSource("ours", lists=(f"{site.url}/l/{{page}}",), include=("/film/*",)), fetcher).pages()
        assert [next(pages).address, next(pages).address] == [f"{site.url}/film/{n}" for n in (1, 2)]
        assert site.asked == ["/l/1", "/l/2"]


def test_a_file_of_addresses(tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text("https://one.example/film/1\nhttps://two.example/person/1\nthree\n")
    with LittleSite({}) as site:
        got, one = search(tmp_path, site, urls=str(tmp_path / "urls.txt"), include=("/film/*",))
        assert [each.address for each in got] == ["https://one.example/film/1"]
        assert [each.row for each in one.rejects] == [3]
        assert one.summary() == (
            "pages found: 1; addresses that include and exclude leave out: 1, such as https://two.example/person/1"
        )
        with pytest.raises(SourceError, match="no such file"):
            search(tmp_path, site, urls=str(tmp_path / "none.txt"))


def test_how_old_a_stored_page_may_be(tmp_path: Path) -> None:
    day = 86_400
    for lastmod, least, most in (
        ("", 7 * day, 7 * day),
        ("2999-01-01", 7 * day, 7 * day),
        ("2020-01-01", 90 * day, 90 * day),
        ("nonsense", 7 * day, 7 * day),
    ):
        with LittleSite({"/a.xml": sitemap("{site}/film/1", lastmod=lastmod)}) as site:
            (one,), _ = search(tmp_path, site, sitemaps=("{site}/a.xml",))
            assert least <= one.fresh_s <= most


def test_a_page_that_changed_since_it_was_fetched_is_asked_for(tmp_path: Path) -> None:
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="seconds")
    before = (datetime.now(UTC) - timedelta(days=3)).isoformat(timespec="seconds")

    def ages(*told: str) -> list[float]:
        entries = "".join(
            f"<url><loc>{{site}}/film/{n}</loc><lastmod>{each}</lastmod></url>" for n, each in enumerate(told)
        )
        with LittleSite({"/a.xml": f"<urlset>{entries}</urlset>"}) as site:
            return [each.fresh_s / 86_400 for each in search(tmp_path, site, sitemaps=("{site}/a.xml",))[0]]

    assert ages(yesterday) == [pytest.approx(1, abs=0.01)]
    assert ages(yesterday, before) == [pytest.approx(1, abs=0.01), pytest.approx(3, abs=0.01)]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    assert ages(now) == [pytest.approx(1 / 24, abs=0.01)]
    assert ages(now, now) == [7, 7], "all at once: it was the sitemap that was written"


@pytest.mark.parametrize("wrong", [{"lists": ("films?page={page}",)}, {"sitemaps": ("sitemap.xml",)}])
def test_what_is_no_address_is_named(tmp_path: Path, wrong: dict[str, tuple[str, ...]]) -> None:
    with LittleSite({}) as site, pytest.raises(ConfigError, match=next(iter(wrong))):
        search(tmp_path, site, **wrong)


def test_notes_are_few(tmp_path: Path) -> None:
    with LittleSite({}) as site:
        got, one = search(tmp_path, site, sitemaps=tuple(f"{{site}}/{n}.xml" for n in range(30)))
        assert got == []
        assert len(one.notes) == 21
        assert one.notes[-1] == "... and 10 more such lines"
