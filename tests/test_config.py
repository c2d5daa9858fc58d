"""data/catalogue.toml: what a good file means, and that a bad one is answered with the key at fault."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kadr.collect.headers import Field
from kadr.config import load_config, with_encoder
from kadr.encode.fit import DIM
from kadr.encode.presets import DEFAULT, PRESETS, profile_of
from kadr.errors import ConfigError
from kadr.index.lexical import FIELDS, LexicalParams
from kadr.recommend.train.asked import RatingsConfig
from kadr.search.refine_params import RefineParams
from kadr.search_config import SearchConfig
from kadr.sources import FileSource, SiteSource, TmdbSource, WikipediaSource
from tests.configs import SHIPPED, SOURCE, fault, files, load


def uncommented(text: str) -> str:
    """Return the shipped file with its commented examples switched on."""
    lines = [line.removeprefix("# ") for line in text.splitlines()]
    return "\n".join(line for line in lines if line.startswith("[") or line.partition(" = ")[0].isidentifier())


def test_the_shipped_file_says_the_defaults(tmp_path: Path) -> None:
    shipped, least = load_config(SHIPPED), load(tmp_path, SOURCE)
    assert least.encoder.name == "embedded"
    assert replace(shipped.encoder, cache=least.encoder.cache) == replace(least.encoder, name="local")
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
        # the other tables
        ("[encodr]\n" + SOURCE, "encodr: unknown key; did you mean encoder?"),
        ("encoder = 1\n" + SOURCE, "encoder: must be a table of keys and values, got a number"),
        ("encoder = 'bert'\n" + SOURCE, "encoder.name: 'bert' is unknown; allowed: embedded, local, static, hosted"),
        (SOURCE + "[encoder]\nname = 'bert'", "encoder.name: 'bert' is unknown; allowed: embedded"),
        (SOURCE + "[encoder]\nquery = 'bert'", "encoder.query: 'bert' is unknown; allowed: hosted, local, distilled"),
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
