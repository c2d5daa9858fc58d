"""data/catalogue.toml -> a checked configuration. Pure but for reading the one file."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kadr.checked_toml import Table, is_number, read_document
from kadr.encode.presets import MAX_DIM, MIN_DIM, POOLINGS, PROVIDERS, ModelWishes
from kadr.errors import ConfigError
from kadr.film import MAX_RATING
from kadr.recommend.train.asked import FIELDS, FORMATS, LIKED_FROM, SEED, TRIALS, RatingsConfig
from kadr.search_config import SearchConfig, read_search
from kadr.source_tables import read_sources, resolved
from kadr.sources import CollectConfig, Source

__all__ = ["Config", "EncoderConfig", "GateConfig", "PublishConfig", "load_config"]

ENCODERS = ("embedded", "local", "static", "hosted")
QUERY_ENCODERS = ("hosted", "local", "distilled")
PUBLISHERS = ("folder", "hub", "url", "github")
MAX_BATCH, MAX_CONCURRENCY = 256, 64
"""Providers take 32 to 256 texts a call; more calls at once than this meets every provider's limit."""
MOST_CHARS = 100_000
MAX_KEEP = 100
MAX_TRIALS = 1_000
MAX_SCALE = 1e6
MAX_SEED = 2**32 - 1
JUDGED = "judged.jsonl"
"""The judged queries that are taken where none are named, beside the configuration."""
MAX_LOSS, MAX_TIMES = 1.0, 100.0
"""All of a share may be given up, and a search may take a hundred times as long: beyond is a slip of the keyboard."""
TUNED = "tuned"
"""The folder beside the encoder's cache that keeps tuned settings."""
_CONTACT = re.compile(r"(https?://|[^\s@()<>]+@)[^\s@()<>]+\.[^\s@()<>]+", re.ASCII)
"""An address of a page or of a person: what stands in a header of every request."""
_REPO = re.compile(r"([\w-][\w.-]*/)?[\w-][\w.-]*", re.ASCII)
_STORE = re.compile(r"[a-z][a-z0-9+.-]*://[^@?#\s]+", re.ASCII)
"""No user, password or query: what opens a store comes from the environment."""


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """How texts become vectors.

    `dim`: dimensions of a vector, None for what the encoder gives by itself. `model`: of a static or hosted encoder,
    empty for the default one; `wishes`: what else was said of it. `query`: who encodes the queries of a hosted or local
    model, itself or the encoder distilled from it; empty for itself. `distil`: whether that one is made at all. The
    rest is for hosted models: `batch`, texts a call; `concurrency`, calls in flight; `cache`, the file that keeps the
    vectors that were paid for.
    """

    cache: Path
    name: str = "embedded"
    dim: int | None = None
    model: str = ""
    wishes: ModelWishes = ModelWishes()  # noqa: RUF009  # frozen: one may serve all
    query: str = ""
    distil: bool = True
    batch: int = 32
    concurrency: int = 4

    @property
    def asks_model(self) -> bool:
        """Whether the model itself encodes queries."""
        return self.query != "distilled"


@dataclass(frozen=True, slots=True)
class PublishConfig:
    """Where bundles go, and how many versions stay there.

    `path`: the absolute folder that the build writes into, and that `kind` folder means. `repo`: of the Hub's data sets
    (its owner may be left out) or of GitHub. `private`: whether a new one of the Hub is shown to its owner alone.
    `url`: of a store, as fsspec opens it.
    """

    kind: str
    path: Path
    keep: int = 3
    repo: str = ""
    private: bool = False
    url: str = ""

    def __post_init__(self) -> None:
        """Refuse a place that cannot be.

        Raises:
            ConfigError: `repo` or `url` has a wrong form; the message does not show it, for it may hold a password.
        """
        if (self.kind == "hub" or self.repo) and not _REPO.fullmatch(self.repo):
            raise ConfigError("publish.repo: must be the name of a repository, as owner/name")
        if (self.kind == "url" or self.url) and not _STORE.fullmatch(self.url):
            raise ConfigError("publish.url: must be an address such as s3://bucket/films, without a password")


@dataclass(frozen=True, slots=True)
class GateConfig:
    """How much worse a bundle may be than the published one: `kadr gate`.

    Shares from 0 to 1: `success_10`, what S@10 may lose where its interval excludes zero; `count`, films, and those of
    them that have ratings (at 1 the ratings may go), and `bytes_per_film`, of what is published; `filled`, of each
    field's share of films, and `self_retrieval`, of the films found by their titles, both as the difference. `latency`:
    how many times as long a search may take. `judgments`: the file of judged queries, None for none. `reason`: why one
    is looser than by default, "" where none is.
    """

    success_10: float = 0.02
    count: float = 0.05
    filled: float = 0.05
    self_retrieval: float = 0.005
    latency: float = 1.5
    bytes_per_film: float = 0.1
    judgments: Path | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """The whole file, checked. `sources` stand in file order, at least one; `path` is the file itself, as asked for.

    `ratings`: those that models are trained on; None where there are none.
    """

    sources: tuple[Source, ...]
    collect: CollectConfig
    encoder: EncoderConfig
    search: SearchConfig
    publish: PublishConfig
    path: Path
    ratings: RatingsConfig | None = None
    gate: GateConfig = GateConfig()


def load_config(path: Path) -> Config:
    """Read and check a configuration file. Relative paths in it count from its own folder.

    Raises:
        ConfigError: the file is missing, is no TOML, or a key is unknown, missing or has a wrong value. The message
            names the file and the key; sources are counted from 1.
    """
    try:
        return _config(read_document(path), path)
    except ConfigError as fault:
        raise ConfigError(f"{path}: {fault}") from fault


def with_encoder(config: Config, name: str) -> Config:
    """Return the configuration with another encoder, as `--encoder` asks for.

    Raises:
        ConfigError: there is no encoder of that name.
    """
    if name not in ENCODERS:
        raise ConfigError(f"--encoder: {name!r} is none of {', '.join(ENCODERS)}")
    if name == config.encoder.name:
        return config
    # What the file says of a model is said of that encoder's model; the rest is a matter of taste and money.
    asked = config.encoder
    query = asked.query if asked.query == "distilled" else ""
    return replace(config, encoder=replace(asked, name=name, model="", dim=None, query=query, wishes=ModelWishes()))


def _config(document: dict[str, Any], path: Path) -> Config:
    top = Table("", document).only("sources", "collect", "encoder", "search", "ratings", "publish", "gate")
    folder = path.parent
    encoder = _encoder(_encoder_table(top), folder)
    return Config(
        sources=read_sources(top, folder),
        collect=_collect(top.table("collect"), folder),
        encoder=encoder,
        search=read_search(top.table("search"), folder),
        publish=_publish(top.table("publish"), folder),
        path=path,
        ratings=_ratings(top.table("ratings"), folder, encoder.cache.with_name(TUNED))
        if "ratings" in top.values
        else None,
        gate=_gate(top.table("gate"), folder),
    )


def _collect(table: Table, folder: Path) -> CollectConfig:
    table.only("folder", "contact", "allow_private")
    contact = table.text("contact", "")
    if contact and not _CONTACT.fullmatch(contact):
        raise ConfigError(f"{table.key('contact')}: must be an address, of a page (https://...) or of mail (me@...)")
    return CollectConfig(
        folder=Path(resolved(table.text("folder", "../cache/collect"), folder)),
        contact=contact,
        allow_private=table.switch("allow_private", default=False),
    )


def _encoder_table(top: Table) -> Table:
    """Return the table of the encoder; `encoder = "hosted"` is short for one that holds its name alone."""
    if isinstance(top.values.get("encoder"), str):
        return Table("encoder", {"name": top.values["encoder"]})
    return top.table("encoder")


def _encoder(table: Table, folder: Path) -> EncoderConfig:
    asked = ("provider", "url", "pooling", "query_prefix", "passage_prefix", "max_chars")
    table.only("name", "dim", "model", "query", "distil", "batch", "concurrency", "cache", *asked)
    model = table.text("model", "")
    return EncoderConfig(
        name=table.choice("name", ENCODERS, "embedded"),
        dim=table.whole("dim", MIN_DIM, MAX_DIM) if "dim" in table.values else None,
        model=resolved(model, folder) if model.startswith(("./", "../", "/")) else model,
        wishes=ModelWishes(
            provider=table.choice("provider", PROVIDERS, ""),
            url=table.text("url", ""),
            pooling=table.choice("pooling", POOLINGS, ""),
            query_prefix=table.raw("query_prefix"),
            passage_prefix=table.raw("passage_prefix"),
            max_chars=table.whole("max_chars", 1, MOST_CHARS) if "max_chars" in table.values else None,
        ),
        query=table.choice("query", QUERY_ENCODERS, ""),
        distil=table.switch("distil", default=True),
        batch=table.whole("batch", 1, MAX_BATCH, 32),
        concurrency=table.whole("concurrency", 1, MAX_CONCURRENCY, 4),
        cache=Path(resolved(table.text("cache", "../cache/vectors.duckdb"), folder)),
    )


def _publish(table: Table, folder: Path) -> PublishConfig:
    table.only("kind", "path", "keep", "repo", "private", "url")
    return PublishConfig(
        kind=table.choice("kind", PUBLISHERS, "folder"),
        path=Path(resolved(table.text("path", "../bundles"), folder)),
        keep=table.whole("keep", 1, MAX_KEEP, 3),
        repo=table.text("repo", ""),
        private=table.switch("private", default=False),
        url=table.text("url", ""),
    )


def _gate(table: Table, folder: Path) -> GateConfig:
    usual = GateConfig()
    most = {"latency": MAX_TIMES}
    names = ("success_10", "count", "filled", "self_retrieval", "latency", "bytes_per_film")
    table.only(*names, "judgments", "reason")
    limits = {name: table.number(name, most.get(name, MAX_LOSS), getattr(usual, name)) for name in names}
    looser = [name for name in names if limits[name] > getattr(usual, name)]
    reason = table.text("reason", "")
    if looser and not reason:
        raise ConfigError(
            f"{table.key(looser[0])}: is looser than {getattr(usual, looser[0]):g}, and that takes a reason;"
            f' add {table.key("reason")} = "..."'
        )
    judged = Path(resolved(table.text("judgments", JUDGED), folder))
    if "judgments" in table.values and not judged.is_file():
        raise ConfigError(f"{table.key('judgments')}: {judged}: there is no such file")
    return GateConfig(**limits, judgments=judged if judged.is_file() else None, reason=reason)


def _ratings(table: Table, folder: Path, tuned: Path) -> RatingsConfig:
    table.only("path", "format", "mapping", "scale", "liked_from", "trials", "seed")
    path = Path(resolved(table.text("path"), folder))
    if not path.exists():
        raise ConfigError(f"{table.key('path')}: {path}: there is no such file or folder")
    liked_from = table.number("liked_from", MAX_RATING, LIKED_FROM)
    return RatingsConfig(
        path=path,
        format=table.choice("format", FORMATS, "auto"),
        mapping=table.table("mapping").only(*FIELDS).texts(),
        scale=_scale(table),
        liked_from=liked_from,
        trials=table.whole("trials", 0, MAX_TRIALS, TRIALS),
        seed=table.whole("seed", 0, MAX_SEED, SEED),
        tuned=tuned,
    )


def _scale(table: Table) -> tuple[float, float] | None:
    """Return the lowest and the highest rating that can be given, None where nothing is said."""
    if "scale" not in table.values:
        return None
    said = table.values["scale"]
    at = table.key("scale")
    if not isinstance(said, list) or len(said) != 2 or not all(is_number(value) for value in said):
        raise ConfigError(f"{at}: must be the lowest and the highest rating, as [1, 10]")
    low, high = map(float, said)
    if not -MAX_SCALE <= low < high <= MAX_SCALE or high <= 0:
        raise ConfigError(f"{at}: the first must be below the second, and neither beyond {MAX_SCALE:,.0f}")
    return low, high
