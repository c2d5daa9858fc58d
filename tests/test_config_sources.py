"""The sources of data/catalogue.toml: what each may say, and that a wrong one is answered with the key at fault."""

from pathlib import Path
from typing import Any

import pytest

from kadr.collect.files import read_file
from kadr.errors import ConfigError
from kadr.sources import CollectConfig, SiteSource, TmdbSource, WikipediaSource
from tests.configs import SITE, SOURCE, TMDB, WIKI, fault, files, load


def test_two_lines_are_enough_for_each_source_of_the_web(tmp_path: Path) -> None:
    config = load(
        tmp_path, SITE.replace("web", "kino") + 'url = "https://films.example/"\n' + WIKI + TMDB.replace("web", "db")
    )
    assert config.sources == (
        SiteSource("kino", sitemaps=("https://films.example/robots.txt",)),
        WikipediaSource("web"),
        TmdbSource("db"),
    )
    assert config.collect == CollectConfig(tmp_path.parent.resolve() / "cache" / "collect")


def test_what_a_site_may_say(tmp_path: Path) -> None:
    said = (
        'sitemaps = "https://films.example/map.xml"\nlists = ["https://films.example/all?page={page}"]\n'
        'urls = "more.txt"\ninclude = ["/film/*"]\nexclude = ["*/trailer"]\nlimit = 9\ndelay = 0.5\nat_once = 4\n'
        'refresh_days = 0\n[sources.defaults]\nkind = "film"\nyear = 1999\n'
        '[collect]\nfolder = "kept"\ncontact = "me@films.example"\nallow_private = true\n'
    )
    config = load(tmp_path, SITE + said)
    assert config.sources == (
        SiteSource(
            "web",
            sitemaps=("https://films.example/map.xml",),
            lists=("https://films.example/all?page={page}",),
            urls=str(tmp_path.resolve() / "more.txt"),
            include=("/film/*",),
            exclude=("*/trailer",),
            limit=9,
            delay_s=0.5,
            at_once=4,
            refresh_days=0,
            defaults={"kind": "film", "year": "1999"},
        ),
    )
    assert config.collect == CollectConfig(tmp_path.resolve() / "kept", "me@films.example", allow_private=True)


def test_what_wikipedia_and_tmdb_may_be_asked(tmp_path: Path) -> None:
    both = 'languages = ["{}"]\nyears = [1960, 1999]\nkinds = ["series"]\nlimit = 5\nrefresh_days = 1\n'
    wiki = both.format("en") + 'known_in = 9\nsparql = "http://127.0.0.1:1/sparql"\n'
    tmdb = both.format("en-US") + 'min_votes = 0\nurl = "http://127.0.0.1:1/3/"\n'
    config = load(tmp_path, WIKI + wiki + TMDB.replace("web", "db") + tmdb)
    common: Any = {"years": (1960, 1999), "kinds": ("series",), "limit": 5, "refresh_days": 1}
    assert config.sources == (
        WikipediaSource("web", languages=("en",), known_in=9, sparql="http://127.0.0.1:1/sparql", **common),
        TmdbSource("db", languages=("en-US",), min_votes=0, url="http://127.0.0.1:1/3", **common),
    )


def test_a_source_can_be_read_as_configured(tmp_path: Path) -> None:
    (tmp_path / "films.csv").write_text("Kinotitel;год\nЛодка;1999\n", encoding="utf-8")
    source = load(tmp_path, SOURCE + '[sources.mapping]\ntitle = "Kinotitel"\n[sources.defaults]\nage_rating = 6\n')
    (s,) = files(source)
    film = read_file(s).films[0]
    assert (film.title, film.year, film.age_rating) == ("Лодка", 1999, 6)


@pytest.mark.parametrize("bad", ['[sources.mapping]\ntitel = "x"\n', '[sources.defaults]\ntitel = "x"\n'])
def test_a_field_that_does_not_exist_is_refused_where_the_source_is_read(bad: str, tmp_path: Path) -> None:
    (tmp_path / "films.csv").write_text("title\nЛодка\n", encoding="utf-8")
    (s,) = files(load(tmp_path, SOURCE + bad))
    with pytest.raises(ConfigError, match="titel: no such field"):
        read_file(s)


def test_addresses_and_absolute_paths_stay(tmp_path: Path) -> None:
    for path in ("https://films.example/a/../b.csv?x=1", str(tmp_path.resolve() / "far.csv")):
        assert files(load(tmp_path, SOURCE.replace("films.csv", path)))[0].path == path


def test_a_loop_of_links_is_left_to_the_reader(tmp_path: Path) -> None:
    (tmp_path / "films.csv").symlink_to(tmp_path / "films.csv")
    assert files(load(tmp_path, SOURCE))[0].path == str(tmp_path.resolve() / "films.csv")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        # sources
        ("", "sources: there is none; add a [[sources]] block with kind, name and path"),
        ("sources = []", "sources: there is none; add a [[sources]] block with kind, name and path"),
        (SOURCE.replace("[[", "[").replace("]]", "]"), "sources: must be a list of tables; write [[sources]], with"),
        ("sources = [1]", "sources: must be a list of tables; write [[sources]], with two brackets"),
        (SOURCE.replace('"films.csv"', "5"), "sources[1].path: must be text, got a number; write it in quotes"),
        (SOURCE.replace('"films.csv"', "true"), "sources[1].path: must be text, got true or false"),
        (SOURCE.replace('"films.csv"', "1999-05-01"), "sources[1].path: must be text, got a date or time"),
        (SOURCE.replace("films.csv", " "), "sources[1].path: must not be empty"),
        (SOURCE.replace("films.csv", "a\\u0000"), "sources[1].path: must be one line of at most 2,000 characters"),
        (SOURCE.replace("films.csv", "a" * 2001), "sources[1].path: must be one line of at most 2,000 characters"),
        (SOURCE.replace('path = "films.csv"', ""), "sources[1].path: is missing; add path = ..."),
        (SOURCE.replace('kind = "file"', ""), "sources[1].kind: is missing; add kind = ..."),
        (SOURCE.replace('"file"', '"hub"'), "sources[1].kind: 'hub' is unknown; allowed: file"),
        (SOURCE.replace("ours", "-ours"), "sources[1].name: must be 1 to 64 letters a-z, digits"),
        (SOURCE.replace("ours", "наши"), "sources[1].name: must be 1 to 64 letters a-z, digits"),
        (SOURCE.replace("ours", "o" * 65), "sources[1].name: must be 1 to 64 letters a-z, digits"),
        (SOURCE.replace("ours", "a/b"), "sources[1].name: must be 1 to 64 letters a-z, digits"),
        (SOURCE + SOURCE.replace("ours", "OURS"), "sources[2].name: 'OURS' is the name of sources[1] already"),
        (SOURCE + "pth = 1", "sources[1].pth: unknown key; did you mean path?"),
        (SOURCE + "Encoding = 'x'", "sources[1].Encoding: unknown key; did you mean encoding?"),
        (SOURCE + SOURCE.replace("ours", "b") + "zz = 1", "sources[2].zz: unknown key; known here: kind, name, path,"),
        (SOURCE + "mapping = 'x'", "sources[1].mapping: must be a table of keys and values, got text"),
        (SOURCE + "mapping = {title = 1}", "sources[1].mapping.title: must be text, got a number"),
        (SOURCE + "defaults = {title = ['x']}", "sources[1].defaults.title: must be text, got a list"),
        (SOURCE + "defaults = {year = true}", "sources[1].defaults.year: must be text, got true or false"),
        (SOURCE + f"defaults = {{year = 0x{'f' * 9000}}}", "sources[1].defaults.year: must be text, got a number"),
        (SOURCE + "defaults = {rating = nan}", "sources[1].defaults.rating: must be text, got a number"),
        (SOURCE + "limit = 0", "sources[1].limit: must be 1 or more"),
        (SOURCE + "limit = 1.5", "sources[1].limit: must be a whole number, got a number"),
        (SOURCE + "limit = true", "sources[1].limit: must be a whole number, got true or false"),
        # sources of the web
        (SITE, "sources[1]: says nowhere to find film pages; add url, sitemaps, lists or urls"),
        (SITE + "path = 'x'", "sources[1].path: unknown key; known here: kind, name, url"),
        (
            SITE + "url = 'films.example'",
            "sources[1].url: must be an address such as https://films.example/sitemap.xml",
        ),
        (SITE + "url = 'https://me:geheim@films.example'", "sources[1].url: must be an address such as"),
        (SITE + "sitemaps = ['https://a.example', 'b']", "sources[1].sitemaps[2]: must be an address"),
        (SITE + "lists = 'file:///etc/passwd'", "sources[1].lists: must be an address"),
        (SITE + "lists = 'https://a.example/?p={pag}'", "sources[1].lists[1]: {pag} means nothing here; {page} counts"),
        (SITE + "urls = 'x'\ninclude = ['film/*']", "sources[1].include[1]: must begin with / or *, as '/film/*' does"),
        (TMDB + "url = 'http://tmdb.example/3'", "sources[1].url: must begin with https://, because a token is sent"),
        (SITE + "urls = 'x'\ndelay = -1", "sources[1].delay: must be between 0 and 600"),
        (SITE + "urls = 'x'\nat_once = 17", "sources[1].at_once: must be between 1 and 16"),
        (SITE + "urls = 'x'\nrefresh_days = -1", "sources[1].refresh_days: must be between 0 and 3650"),
        (WIKI + "years = [1999]", "sources[1].years: must be the first and the last year, as [1960, 2026]"),
        (WIKI + "years = [true, 2000]", "sources[1].years: must be the first and the last year"),
        (WIKI + "years = [2000, 1999]", "sources[1].years: must go up, and lie between 1870 and 2100"),
        (WIKI + "languages = ['ru', 'english']", "sources[1].languages[2]: must be the code of a language"),
        (WIKI + "languages = ['../x']", "sources[1].languages[1]: must be the code of a language"),
        (WIKI + "kinds = ['films']", "sources[1].kinds[1]: must be film or series"),
        (WIKI + "known_in = 0", "sources[1].known_in: must be between 1 and 350"),
        (TMDB + "languages = ['ru_RU']", "sources[1].languages[1]: must be the code of a language, such as 'ru-RU'"),
        (TMDB + "refresh_days = 181", "sources[1].refresh_days: must be between 0 and 180"),
        (TMDB + "token = 'x'", "sources[1].token: unknown key"),
        (SOURCE + "[collect]\ncontact = 'me'", "collect.contact: must be an address, of a page (https://...)"),
        (SOURCE + "[collect]\nallow_private = 1", "collect.allow_private: must be true or false"),
        # hostile keys
        (SOURCE + '"a\\nb" = 1', "sources[1].a b: unknown key"),
        (SOURCE + "k" * 5000 + " = 1", f"sources[1].{'k' * 60}...: unknown key"),
    ],
)
def test_a_wrong_source_is_answered_with_the_key_and_the_way_out(text: str, message: str, tmp_path: Path) -> None:
    assert fault(tmp_path, text).startswith(message)
