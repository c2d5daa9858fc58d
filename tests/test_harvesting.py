"""From a catalogue file to a bundle by way of a film site on the loopback, run after run, as a scheduled job does."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from kadr.build import build
from kadr.build_report import BuildReport
from kadr.collect.gather import opened_collector
from kadr.config import load_config
from kadr.engine import Engine
from kadr.errors import ConfigError, SourceError
from kadr.harvesting import ALL, Extent, check_place, films_at, gather
from kadr.progress import Lines
from tests.servers.site import FilmSite, film_site

FILMS = 24


@pytest.fixture
def site() -> Iterator[FilmSite]:
    with film_site(FILMS) as opened:
        yield opened


class Shop:
    """A catalogue file of one site, and what building from it says."""

    def __init__(self, folder: Path, site: FilmSite) -> None:
        self.file, self.bundles, self.said = folder / "data" / "catalogue.toml", folder / "bundles", io.StringIO()
        self.file.parent.mkdir()
        self.file.write_text(
            f'[[sources]]\nkind = "site"\nname = "kino"\nurl = "{site.url}"\ndelay = 0\nat_once = 4\nrefresh_days = 0\n'
            'notice = "Тексты: киносайт"\n[collect]\nallow_private = true\n[publish]\nkind = "folder"\n'
            'path = "../bundles"\n'
        )

    def build(self, extent: Extent = ALL) -> BuildReport:
        self.said = io.StringIO()
        return build(load_config(self.file), self.bundles, Lines(self.said), extent)


def remove(site: FilmSite, count: int) -> None:
    for path in [*site.truth][:count]:
        site.stock.remove(path)


@pytest.fixture
def shop(tmp_path: Path, site: FilmSite) -> Shop:
    return Shop(tmp_path, site)


def test_three_lines_bring_a_site_into_the_search(shop: Shop, site: FilmSite) -> None:
    report = shop.build()
    assert report.catalogue.films == FILMS
    assert report.diff is None
    with Engine.open(shop.bundles) as engine:
        titles = {film.title for film in engine.films()}
        assert titles == {str(each["title"]) for each in site.truth.values()}
        film = next(iter(engine.films()))
        assert engine.search(film.title, k=1).hits[0].film == film
        (source,) = engine.manifest.sources
    assert (source.name, source.films, source.notice) == ("kino", FILMS, "Тексты: киносайт")


def test_a_second_run_asks_only_for_what_changed_and_tells_it(shop: Shop, site: FilmSite) -> None:
    shop.build()
    site.statuses.clear()
    again = shop.build()
    assert again.unchanged
    assert again.diff is not None
    assert again.diff.summary() == f"0 new, 0 changed, 0 gone, {FILMS} as before"
    assert site.statuses.total() < 5  # robots.txt and sitemaps; the days in these say that no page changed
    site.statuses.clear()
    path = next(iter(site.truth))
    site.stock.change(path, year=1931)
    (new,) = site.stock.add(1)
    third = shop.build()
    assert third.diff is not None
    assert third.diff.summary() == f"1 new, 1 changed, 0 gone, {FILMS - 1} as before"
    assert third.diff.changed[0].fields == ("year",)
    assert new in third.diff.new[0].page_url
    assert site.statuses.total() < 7


def test_offline_nothing_is_asked_and_the_films_are_the_same(shop: Shop, site: FilmSite) -> None:
    first = shop.build()
    asked = len(site.requests)
    again = shop.build(Extent(offline=True))
    assert len(site.requests) == asked
    assert again.version == first.version


def test_a_part_does_not_stand_in_for_the_catalogue_and_is_not_remembered(shop: Shop) -> None:
    before = shop.build()
    with pytest.raises(SourceError, match=r"would hold 3 films in place of 24; nothing was changed\. To try a part"):
        shop.build(Extent(limit=3))
    with Engine.open(shop.bundles) as engine:
        assert engine.manifest.version == before.version
    assert shop.build(Extent(limit=3, accept_loss=True)).catalogue.films == 3
    assert shop.build().catalogue.films == FILMS


def test_another_catalogue_may_be_smaller(shop: Shop) -> None:
    shop.build()
    films = shop.file.with_name("own.csv")
    films.write_text("title,year\nЛента,1999\nПлёнка,2001\nЭкран,2003\n", encoding="utf-8")
    shop.file.write_text('[[sources]]\nkind = "file"\nname = "own"\npath = "own.csv"\n')
    assert shop.build().catalogue.films == 3
    films.write_text("title,year\nЛента,1999\n", encoding="utf-8")
    with pytest.raises(SourceError, match="would hold 1 films in place of 3"):
        shop.build()


def test_offline_films_that_are_missing_are_kept_as_well_but_not_counted(shop: Shop, site: FilmSite) -> None:
    shop.build()
    remove(site, 2)
    shop.build()
    for _ in range(2):  # were they counted, the second would be the third run without the films
        assert shop.build(Extent(offline=True)).catalogue.films == FILMS
    assert shop.build().catalogue.films == FILMS  # the second run without them


def test_a_change_of_manners_forgets_nothing(shop: Shop, site: FilmSite) -> None:
    shop.build()
    remove(site, 2)
    shop.file.write_text(shop.file.read_text().replace("delay = 0", "delay = 0.001").replace("киносайт", "сайт"))
    assert shop.build().catalogue.films == FILMS
    shop.file.write_text(shop.file.read_text().replace('name = "kino"\n', 'name = "kino"\nexclude = ["*/series/*"]\n'))
    shop.build()
    assert "were missing" not in shop.said.getvalue()  # another question: nothing is compared


def test_a_site_that_is_down_keeps_its_films_and_what_others_give_is_read_all_the_same(
    shop: Shop,
) -> None:
    before = shop.build()
    with film_site(5) as other:
        good = shop.file.read_text()
        more = f'[[sources]]\nkind = "site"\nname = "two"\nurl = "{other.url}"\ndelay = 0\n'
        shop.file.write_text(good.replace("url = ", 'sitemaps = ["http://127.0.0.1:9/map.xml"]\n# ', 1) + more)
        with pytest.raises(SourceError, match="kino"):
            shop.build()
        with Engine.open(shop.bundles) as engine:
            assert engine.manifest.version == before.version
        assert len(other.requests) > 5
        gathered = gather(load_config(shop.file), Lines(io.StringIO()), ALL, {})
        assert [film.sources[0].name for film in gathered.films] == ["two"] * 5
        assert len(gathered.faults) == 1


def test_a_dead_site_blocks_nothing_where_its_loss_is_accepted(shop: Shop, site: FilmSite) -> None:
    shop.build()
    remove(site, FILMS)
    with pytest.raises(SourceError, match="kino"):
        shop.build()
    for left in (FILMS, FILMS):
        assert shop.build(Extent(accept_loss=True)).catalogue.films == left


def test_films_that_vanish_are_kept_for_a_while_and_told_when_they_go(shop: Shop, site: FilmSite) -> None:
    shop.build()
    remove(site, 2)
    assert shop.build().catalogue.films == FILMS
    assert "2 films were missing and are kept, 0 were missing for the third time" in shop.said.getvalue()
    assert shop.build().catalogue.films == FILMS
    third = shop.build()
    assert third.catalogue.films == FILMS - 2
    assert third.diff is not None
    assert [len(part) for part in (third.diff.new, third.diff.changed, third.diff.gone)] == [0, 0, 2]
    assert "## Kadr: 22 films" in third.to_markdown()


def test_a_source_that_loses_most_of_its_films_stops_the_build(shop: Shop, site: FilmSite) -> None:
    before = shop.build()
    remove(site, 13)
    with pytest.raises(SourceError, match=r"kino: gave 11 films, 24 in the run before; .*--accept-loss"):
        shop.build()
    with Engine.open(shop.bundles) as engine:
        assert engine.manifest.version == before.version
    assert shop.build(Extent(accept_loss=True)).catalogue.films == FILMS  # the missing ones are kept at first


def test_a_bundle_that_was_not_published_counts_for_no_run(shop: Shop, site: FilmSite) -> None:
    shop.build()
    remove(site, 1)
    (shop.bundles / "rejects.jsonl").unlink(missing_ok=True)
    for _ in range(4):
        gather(load_config(shop.file), Lines(io.StringIO()), ALL, {})  # what `kadr collect` does
    assert shop.build().catalogue.films == FILMS


def test_one_page_is_looked_at_with_the_catalogue_s_manners_and_a_saved_one_without_network(
    shop: Shop, site: FilmSite, tmp_path: Path
) -> None:
    path, truth = next(iter(site.truth.items()))
    checked = check_place(shop.file, site.url + path)
    assert checked.film is not None
    assert checked.film.title == truth["title"]
    saved = tmp_path / "page.html"
    saved.write_text("<html><head><title>404</title></head><body><h1>Страница не найдена</h1></body></html>")
    assert check_place(tmp_path / "none.toml", str(saved)).detail == "an error page"
    with pytest.raises(SourceError, match="no such file; the address of a page begins with https://"):
        check_place(shop.file, "kino.example/film/1")


def test_private_addresses_stay_closed_unless_the_catalogue_opens_them(shop: Shop) -> None:
    text = shop.file.read_text().replace("allow_private = true", "allow_private = false")
    shop.file.write_text(text)
    with pytest.raises(SourceError, match="private"):
        shop.build()


def test_a_token_that_is_missing_is_asked_for_by_name(shop: Shop) -> None:
    shop.file.write_text('[[sources]]\nkind = "tmdb"\nname = "tmdb"\n')
    with pytest.raises(ConfigError, match="TMDB_TOKEN: is not set"):
        shop.build()


def test_films_are_read_from_bundles_versions_and_files_alike(shop: Shop, tmp_path: Path) -> None:
    report = shop.build()
    table = tmp_path / "films.csv"
    table.write_text("title,year\nЛента,1999\n", encoding="utf-8")
    assert len(tuple(films_at(shop.bundles, tmp_path))) == FILMS
    assert len(tuple(films_at(Path(report.version), shop.bundles))) == FILMS
    assert [film.title for film in films_at(table, tmp_path)] == ["Лента"]


def test_what_is_not_there_is_no_film(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nosuch\.csv: there is no such file, bundle or version"):
        films_at(tmp_path / "nosuch.csv", tmp_path)
    with pytest.raises(ConfigError, match="--check: give the address of a page"):
        check_place(tmp_path / "none.toml", " ")


def test_two_runs_do_not_ask_one_site_at_once(shop: Shop, site: FilmSite) -> None:
    with opened_collector(load_config(shop.file).collect, {}) as other:
        other.pages()
        asked = len(site.requests)
        with pytest.raises(SourceError, match="another run is collecting into it; wait until it has ended"):
            shop.build()
        assert len(site.requests) == asked
    assert shop.build().catalogue.films == FILMS


def test_each_source_says_what_it_gave(shop: Shop) -> None:
    shop.build()
    assert f"kino: {FILMS} films ({FILMS} with a description, " in shop.said.getvalue()


def test_columns_that_no_field_takes_are_named(shop: Shop, tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("title,plott,year\nЛента,Смотритель маяка.,1999\nПлан,Чертёж.,2001\n", encoding="utf-8")
    shop.file.write_text(f'[[sources]]\nkind = "file"\nname = "mine"\npath = "{table}"\n', encoding="utf-8")
    shop.build()
    assert "mine: kept, but not searched: 'plott'; `mapping`" in shop.said.getvalue()
