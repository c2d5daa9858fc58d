"""data/catalogue.toml: what a good file means, and that a bad one is answered with the key at fault."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kadr.collect.files import read_file
from kadr.collect.headers import Field
from kadr.config import Config, load_config, with_encoder
from kadr.encode.fit import DIM
from kadr.encode.presets import DEFAULT, PRESETS, profile_of
from kadr.errors import ConfigError
from kadr.index.lexical import FIELDS, LexicalParams
from kadr.recommend.train.asked import RatingsConfig
from kadr.search.refine_params import RefineParams
from kadr.search_config import SearchConfig
from kadr.sources import CollectConfig, FileSource, SiteSource, TmdbSource, WikipediaSource

SHIPPED = Path(__file__).parents[1] / "data" / "catalogue.toml"
SITE, WIKI, TMDB = (f'[[sources]]\nkind = "{kind}"\nname = "web"\n' for kind in ("site", "wikipedia", "tmdb"))
SOURCE = '[[sources]]\nkind = "file"\nname = "ours"\npath = "films.csv"\n'


def load(folder: Path, text: str | bytes) -> Config:
    path = folder / "catalogue.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_config(path)


def files(config: Config) -> tuple[FileSource, ...]:
    """Return the sources, which are files, all of them."""
    assert all(isinstance(source, FileSource) for source in config.sources)
    return tuple(source for source in config.sources if isinstance(source, FileSource))


def fault(folder: Path, text: str | bytes) -> str:
    """Return the error's message without the file's name, having checked that it leads and that all is one line."""
    with pytest.raises(ConfigError) as caught:
        load(folder, text)
    name, message = str(folder / "catalogue.toml") + ": ", str(caught.value)
    assert message.startswith(name)
    assert message.isprintable()
    assert len(message) < len(name) + 400
    return message.removeprefix(name)


def uncommented(text: str) -> str:
    """Return the shipped file with its commented examples switched on."""
    lines = [line.removeprefix("# ") for line in text.splitlines()]
    return "\n".join(line for line in lines if line.startswith("[") or line.partition(" = ")[0].isidentifier())


def test_the_shipped_file_says_the_defaults(tmp_path: Path) -> None:
    shipped, least = load_config(SHIPPED), load(tmp_path, SOURCE)
    assert replace(shipped.encoder, cache=least.encoder.cache) == least.encoder
    assert shipped.encoder.cache == SHIPPED.parents[1].resolve() / "cache" / "vectors.duckdb"
    assert shipped.search == replace(
        least.search,
        synonyms=SHIPPED.parent.resolve() / "synonyms.toml",
        queries=SHIPPED.parent.resolve() / "queries.txt",
    )
    assert (least.search.synonyms, least.search.queries) == (None, None)
    assert (shipped.collect.contact, shipped.collect.allow_private) == ("", False)
    assert shipped.collect.folder == SHIPPED.parents[1].resolve() / "cache" / "collect"
    assert (shipped.publish.kind, shipped.publish.keep) == (least.publish.kind, least.publish.keep)
    assert shipped.publish.path == SHIPPED.parents[1].resolve() / "bundles"
    assert [(s.name, s.path) for s in files(shipped)] == [("sample", str(SHIPPED.parent.resolve() / "sample.jsonl"))]
    assert shipped.path == SHIPPED
    assert shipped.ratings is least.ratings is None


def test_the_commented_examples_of_the_shipped_file_are_right_too(tmp_path: Path) -> None:
    for name in ("synonyms.toml", "queries.txt", "judged.csv", "ratings.csv"):
        (tmp_path / name).touch()
    config = load(tmp_path, uncommented(SHIPPED.read_text(encoding="utf-8")))
    _, plain, full, *web = config.sources
    assert isinstance(plain, FileSource)
    assert isinstance(full, FileSource)
    assert (plain.name, plain.path) == ("my-films", str(tmp_path.resolve() / "my-films.csv"))
    assert (full.path, full.encoding, full.limit) == ("https://films.example/archive.csv.gz", "windows-1251", 500)
    assert full.mapping == {"title": "Kinotitel", "year": "release.year"}
    assert full.defaults == {"countries": "СССР", "kind": "film"}
    assert {*full.mapping, *full.defaults} <= {*Field}
    assert full.notice
    assert [type(source) for source in web] == [SiteSource, WikipediaSource, TmdbSource]
    site, wikipedia, tmdb = web
    assert isinstance(site, SiteSource)
    assert (site.delay_s, site.at_once, site.refresh_days) == (1.0, 2, 7)
    assert site.sitemaps == ("https://kino.example/robots.txt", "https://kino.example/sitemap.xml")
    assert wikipedia == WikipediaSource("wikipedia", years=(1920, 2026), limit=5000)
    assert tmdb == TmdbSource("tmdb")
    assert config.collect.contact == "https://films.example/about"
    assert (config.encoder.model, config.encoder.dim) == (DEFAULT, DIM)
    profile = profile_of("our/model", 64, config.encoder.wishes)
    assert (profile.provider, profile.url, profile.pooling) == ("tei", "https://embeddings.example", "mean")
    assert (profile.query_prefix, profile.passage_prefix, profile.max_chars) == ("query: ", "passage: ", 2000)
    search = config.search
    assert [path.name for path in (search.synonyms, search.queries, search.judgments) if path] == [
        "synonyms.toml", "queries.txt", "judged.csv",
    ]  # fmt: skip
    assert (search.judgments_half, search.fine, search.refine.wanted) == ("first", False, ("rewrite", "rerank"))
    assert config.ratings is not None
    assert config.ratings == replace(
        RatingsConfig(tmp_path.resolve() / "ratings.csv"),
        mapping={"user": "viewer_no", "rating": "mark"},
        scale=(1.0, 10.0),
        tuned=config.encoder.cache.with_name("tuned"),
    )
    usual = RefineParams()
    assert replace(search.refine, rerank="", rewrite="", rerank_url="", rewrite_url="") == usual


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


def test_the_shipped_file_names_every_preset() -> None:
    listed = next(line for line in SHIPPED.read_text(encoding="utf-8").splitlines() if "(the default), " in line)
    assert re.findall(r"[a-z0-9.-]+(?=,| \(|$)", listed.removeprefix("#")) == [*PRESETS]


def test_one_word_is_enough_to_choose_an_encoder(tmp_path: Path) -> None:
    assert load(tmp_path, 'encoder = "hosted"\n' + SOURCE).encoder.name == "hosted"


def test_another_encoder_by_option_takes_nothing_from_the_file_s_model(tmp_path: Path) -> None:
    config = load(tmp_path, SOURCE + '[encoder]\nname = "hosted"\nmodel = "qwen3-8b"\ndim = 512\n')
    other = with_encoder(config, "static").encoder
    assert (other.name, other.model, other.dim, other.cache) == ("static", "", None, config.encoder.cache)
    frugal = load(tmp_path, SOURCE + '[encoder]\ndistil = false\nquery = "distilled"\nbatch = 8\nconcurrency = 1\n')
    spent = with_encoder(frugal, "hosted").encoder
    assert (spent.distil, spent.query, spent.batch, spent.concurrency) == (False, "distilled", 8, 1)
    assert with_encoder(config, "hosted") == config


def test_defaults_are_those_of_the_parts_they_tune() -> None:
    assert SearchConfig().field_weights == LexicalParams().weights
    assert tuple(SearchConfig().field_weights) == FIELDS


def test_every_key_reaches_the_configuration(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        SOURCE
        + 'encoding = "koi8-r"\nlimit = 7\n[sources.mapping]\ntitle = "Kino"\n'
        + "[sources.defaults]\nage_rating = 18\nrating = 7.5\n"
        + '[[sources]]\nkind = "file"\nname = "Theirs.2"\npath = "sub/../b.json"\n'
        + '[encoder]\nname = "embedded"\ndim = 64\n[search.field_weights]\ntitle = 5\ntags = 0\n'
        + '[publish]\nkind = "folder"\npath = "out"\nkeep = 9\n',
    )
    first, second = files(config)
    assert (first.encoding, first.limit, first.mapping) == ("koi8-r", 7, {"title": "Kino"})
    assert first.defaults == {"age_rating": "18", "rating": "7.5"}
    assert (second.name, second.path) == ("Theirs.2", str(tmp_path.resolve() / "b.json"))
    assert (second.encoding, second.limit, second.mapping, second.defaults) == ("", None, {}, {})
    assert config.encoder.dim == 64
    assert config.search.field_weights == {
        **LexicalParams().weights,
        "title": 5.0,
        "tags": 0.0,
    }
    assert (config.publish.path, config.publish.keep) == (tmp_path.resolve() / "out", 9)
    assert (config.publish.repo, config.publish.private, config.publish.url) == ("", False, "")


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


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    text = "\ufeff" + SOURCE.replace("\n", "\r\n")
    assert load(tmp_path, text).sources == load(tmp_path, SOURCE).sources


def test_a_file_of_1_mib_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    filler = "#" * ((1 << 20) - len(SOURCE))
    assert load(tmp_path, SOURCE + filler).sources[0].name == "ours"
    assert "larger than 1 MiB" in fault(tmp_path, SOURCE + filler + "#")


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
        # the other tables
        ("[encodr]\n" + SOURCE, "encodr: unknown key; did you mean encoder?"),
        ("encoder = 1\n" + SOURCE, "encoder: must be a table of keys and values, got a number"),
        ("encoder = 'bert'\n" + SOURCE, "encoder.name: 'bert' is unknown; allowed: embedded, static, hosted"),
        (SOURCE + "[encoder]\nname = 'bert'", "encoder.name: 'bert' is unknown; allowed: embedded"),
        (SOURCE + "[encoder]\nquery = 'local'", "encoder.query: 'local' is unknown; allowed: hosted, distilled"),
        (SOURCE + "[encoder]\ndistil = 'yes'", "encoder.distil: must be true or false, got text"),
        (SOURCE + "[encoder]\nbatch = 0", "encoder.batch: must be between 1 and 256"),
        (SOURCE + "[encoder]\nquery_prefix = 1", "encoder.query_prefix: must be text of at most 2,000 characters"),
        (SOURCE + "[search]\nexamples = 'x'", "search.examples: must be a list of texts"),
        (SOURCE + "[search]\nexamples = ['x', 1]", "search.examples[2]: must be text, got a number"),
        (SOURCE + "[encoder]\ndim = 7", "encoder.dim: must be between 8 and 8192"),
        (SOURCE + "[encoder]\ndim = 8193", "encoder.dim: must be between 8 and 8192"),
        (SOURCE + "[encoder]\ndims = 8", "encoder.dims: unknown key; did you mean dim?"),
        (SOURCE + "[search]\nweights = {}", "search.weights: unknown key; did you mean field_weights?"),
        (SOURCE + "[search.field_weights]\ngenre = 1", "search.field_weights.genre: unknown key; known here: title,"),
        (SOURCE + "[search.field_weights]\ntitle = '1'", "search.field_weights.title: must be a number, got text"),
        (SOURCE + "[search.field_weights]\ntitle = -1", "search.field_weights.title: must be between 0 and 100"),
        (SOURCE + "[search.field_weights]\ntitle = nan", "search.field_weights.title: must be between 0 and 100"),
        (SOURCE + "[search.field_weights]\ntitle = inf", "search.field_weights.title: must be between 0 and 100"),
        (
            SOURCE + f"[search.field_weights]\ntitle = 0x{'f' * 999}",
            "search.field_weights.title: must be between 0 and",
        ),
        (
            SOURCE + "[search.field_weights]\ntitle=0\noriginal_title=0\npeople=0\ndescription=0\ntags=0",
            "search.field_weights: at least one field must weigh more than 0",
        ),
        (SOURCE + "[publish]\nkind = 'ftp'", "publish.kind: 'ftp' is unknown; allowed: folder, hub, url, github"),
        (SOURCE + "[publish]\nkind = 'hub'", "publish.repo: must be the name of a repository, as owner/name"),
        (SOURCE + "[publish]\nrepo = 'a/b/c'", "publish.repo: must be the name of a repository, as owner/name"),
        (SOURCE + "[publish]\nkind = 'url'", "publish.url: must be an address such as s3://bucket/films"),
        (SOURCE + "[publish]\nurl = 's3://key:secret@bucket'", "publish.url: must be an address such as"),
        (SOURCE + "[publish]\nprivate = 1", "publish.private: must be true or false, got a number"),
        (SOURCE + "[publish]\nkeep = 0", "publish.keep: must be between 1 and 100"),
        (SOURCE + "[publish]\nkeep = 101", "publish.keep: must be between 1 and 100"),
        (SOURCE + "[publish]\npath = ''", "publish.path: must not be empty"),
        # hostile keys
        (SOURCE + '"a\\nb" = 1', "sources[1].a b: unknown key"),
        (SOURCE + "k" * 5000 + " = 1", f"sources[1].{'k' * 60}...: unknown key"),
        # no TOML at all
        (SOURCE + "limit = \n", "is not valid TOML: Invalid value (at line 5, column 9)"),
        (SOURCE + 'name = "again"\n', "is not valid TOML: Cannot overwrite a value (at line 5"),
        (SOURCE.replace("films.csv", "C:\\data.csv"), "is not valid TOML: Unescaped '\\' in a string (at line 4"),
        ("x = " + "[" * 100_000, "is not valid TOML: a number is too long, or lists are nested too deeply"),
        ("x = " + "9" * 5_000, "is not valid TOML: a number is too long, or lists are nested too deeply"),
        (SOURCE.encode() + b"# \xff", "is not in UTF-8 (at line 5); save it as UTF-8"),
    ],
)
def test_a_wrong_file_is_answered_with_the_key_and_the_way_out(text: str | bytes, message: str, tmp_path: Path) -> None:
    assert fault(tmp_path, text).startswith(message)


@pytest.mark.parametrize("path", ["C:\\data.csv", "C:\\films.csv"])  # \d is no TOML, \f is a form feed
def test_a_backslash_in_a_path_is_answered_with_what_to_write(path: str, tmp_path: Path) -> None:
    assert "in a path write / for \\" in fault(tmp_path, SOURCE.replace("films.csv", path))


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: there is no such file; name another, or take"):
        load_config(tmp_path / "none.toml")


@pytest.mark.parametrize("path", [".", "a\0b"])
def test_what_is_no_file_is_refused(path: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / path)


KEYS = st.sampled_from(["kind", "name", "path", "mapping", "defaults", "limit", "dim", "keep", "x"])
VALUES = st.recursive(
    st.sampled_from(['"file"', '"embedded"', '"a"', '""', "1", "-1", "nan", "1e400", "true", "1999-01-01", "07:30:00"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda v: "[" + ", ".join(v) + "]"),
        st.dictionaries(KEYS, inner, max_size=3).map(
            lambda d: "{" + ", ".join(f"{k} = {v}" for k, v in d.items()) + "}"
        ),
    ),
    max_leaves=4,
)
TABLES = st.tuples(
    st.sampled_from(["[[sources]]", "[encoder]", "[search]", "[publish]", "[search.field_weights]", ""]),
    st.dictionaries(KEYS, VALUES, max_size=4),
).map(lambda t: t[0] + "\n" + "\n".join(f"{k} = {v}" for k, v in t[1].items()))


@given(st.one_of(st.text(), st.lists(TABLES, max_size=4).map("\n".join).map(SOURCE.__add__)))
@example(SOURCE)
def test_any_text_gives_a_configuration_or_one_readable_line(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(text.encode("utf-8", "replace"))
    try:
        config = load_config(path)
    except ConfigError as error:
        assert str(error).isprintable()  # noqa: PT017 - both outcomes are right, and each is checked
        return
    assert config.sources
    assert config.encoder.dim is None or 8 <= config.encoder.dim <= 8192


def test_ratings_need_a_path_alone_and_may_be_a_folder(tmp_path: Path) -> None:
    (tmp_path / "ml").mkdir()
    ratings = load(tmp_path, SOURCE + '[ratings]\npath = "ml"\n').ratings
    assert ratings is not None
    assert ratings.path == tmp_path.resolve() / "ml"
    assert (ratings.format, ratings.scale, ratings.liked_from, ratings.seed) == ("auto", None, 7.0, 7)
    assert ratings.tuned == tmp_path.parent.resolve() / "cache" / "tuned"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("trials = 3", "ratings.path: is missing; add path = ..."),
        ('path = "none.csv"', "ratings.path: .*none.csv: there is no such file or folder"),
        ('path = "."\nformat = "netflix"', "ratings.format: 'netflix' is unknown; allowed: auto, movielens, table"),
        ('path = "."\nmapping = { viewer = "x" }', "ratings.mapping.viewer: unknown key; known here: user, film"),
        ('path = "."\nscale = [5, 1]', "ratings.scale: the first must be below the second"),
        ('path = "."\nscale = 5', "ratings.scale: must be the lowest and the highest rating, as"),
        ('path = "."\nscale = [1, "5"]', "ratings.scale: must be the lowest and the highest rating, as"),
        ('path = "."\nscale = [nan, inf]', "ratings.scale: the first must be below the second"),
        ('path = "."\nliked_from = 11', "ratings.liked_from: must be between 0 and 10"),
        ('path = "."\ntrials = -1', "ratings.trials: must be between 0 and 1000"),
        ('path = "."\nseeds = 1', "ratings.seeds: unknown key; did you mean seed?"),
    ],
)
def test_a_mistake_in_the_ratings_is_answered_with_its_key(tmp_path: Path, said: str, told: str) -> None:
    assert re.match(told.replace("?", "\\?"), fault(tmp_path, f"{SOURCE}[ratings]\n{said}\n"))
