"""data/catalogue.toml -> a checked configuration. Pure but for reading the one file."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kadr.checked_toml import Table, read_document
from kadr.encode.presets import MAX_DIM, MIN_DIM, POOLINGS, PROVIDERS, ModelWishes
from kadr.errors import ConfigError
from kadr.search_config import SearchConfig, read_search
from kadr.source_tables import read_sources, resolved
from kadr.sources import CollectConfig, Source

__all__ = ["Config", "EncoderConfig", "PublishConfig", "load_config"]

ENCODERS = ("embedded", "static", "hosted")
QUERY_ENCODERS = ("hosted", "distilled")
PUBLISHERS = ("folder",)
MAX_BATCH, MAX_CONCURRENCY = 256, 64
"""Providers take 32 to 256 texts a call; more calls at once than this meets every provider's limit."""
MOST_CHARS = 100_000
MAX_KEEP = 100
_CONTACT = re.compile(r"(https?://|[^\s@()<>]+@)[^\s@()<>]+\.[^\s@()<>]+", re.ASCII)
"""An address of a page or of a person: what stands in a header of every request."""


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """How texts become vectors.

    `dim`: dimensions of a vector, None for what the encoder gives by itself. `model`: of a static or hosted encoder,
    empty for the default one; `wishes`: what else was said of it. The rest is for hosted models: `query`, who encodes
    queries, hosted or distilled; `distil`, whether the encoder that needs no network is made as well; `batch`, texts a
    call; `concurrency`, calls in flight; `cache`, the file that keeps the vectors that were paid for.
    """

    cache: Path
    name: str = "embedded"
    dim: int | None = None
    model: str = ""
    wishes: ModelWishes = ModelWishes()  # noqa: RUF009  # frozen: one may serve all
    query: str = "hosted"
    distil: bool = True
    batch: int = 32
    concurrency: int = 4


@dataclass(frozen=True, slots=True)
class PublishConfig:
    """Where bundles go: an absolute folder, and how many versions stay in it."""

    kind: str
    path: Path
    keep: int = 3


@dataclass(frozen=True, slots=True)
class Config:
    """The whole file, checked. `sources` stand in file order, at least one; `path` is the file itself, as asked for."""

    sources: tuple[Source, ...]
    collect: CollectConfig
    encoder: EncoderConfig
    search: SearchConfig
    publish: PublishConfig
    path: Path


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
    return replace(config, encoder=replace(config.encoder, name=name, model="", dim=None, wishes=ModelWishes()))


def _config(document: dict[str, Any], path: Path) -> Config:
    top = Table("", document).only("sources", "collect", "encoder", "search", "publish")
    folder = path.parent
    publish = top.table("publish").only("kind", "path", "keep")
    return Config(
        sources=read_sources(top, folder),
        collect=_collect(top.table("collect"), folder),
        encoder=_encoder(_encoder_table(top), folder),
        search=read_search(top.table("search"), folder),
        publish=PublishConfig(
            kind=publish.choice("kind", PUBLISHERS, "folder"),
            path=Path(resolved(publish.text("path", "../bundles"), folder)),
            keep=publish.whole("keep", 1, MAX_KEEP, 3),
        ),
        path=path,
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
        query=table.choice("query", QUERY_ENCODERS, "hosted"),
        distil=table.switch("distil", default=True),
        batch=table.whole("batch", 1, MAX_BATCH, 32),
        concurrency=table.whole("concurrency", 1, MAX_CONCURRENCY, 4),
        cache=Path(resolved(table.text("cache", "../cache/vectors.duckdb"), folder)),
    )
