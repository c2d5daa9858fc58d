"""data/catalogue.toml -> a checked configuration. Pure but for reading the one file."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kadr.checked_toml import Table, read_document
from kadr.encode.presets import MAX_DIM, MIN_DIM, POOLINGS, PROVIDERS, ModelWishes
from kadr.errors import ConfigError

__all__ = ["Config", "EncoderConfig", "PublishConfig", "SearchConfig", "SourceConfig", "load_config"]

SOURCE_KINDS = ("file",)
ENCODERS = ("embedded", "static", "hosted")
QUERY_ENCODERS = ("hosted", "distilled")
PUBLISHERS = ("folder",)
MAX_BATCH, MAX_CONCURRENCY = 256, 64
"""Providers take 32 to 256 texts a call; more calls at once than this meets every provider's limit."""
MAX_EXAMPLES = 200
"""Example queries: a page shows a handful."""
MOST_CHARS = 100_000
MAX_WEIGHT = 100.0
MAX_KEEP = 100
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """A source of films.

    `path` is an absolute local path or an address. `mapping` goes from our field to their header, `defaults` from our
    field to a value; whether the fields exist is checked where the source is read. `limit` rows are read, all if None.
    """

    kind: str
    name: str
    path: str
    mapping: Mapping[str, str] = field(default_factory=dict, hash=False)
    defaults: Mapping[str, str] = field(default_factory=dict, hash=False)
    encoding: str = ""
    limit: int | None = None


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
class SearchConfig:
    """How films are searched.

    `field_weights`: BM25F weights by field, all fields present, at least one above 0. `examples`: queries that visitors
    are likely to ask; with a hosted encoder their vectors travel in the bundle.
    """

    field_weights: Mapping[str, float] = field(
        default_factory=lambda: {"title": 1.5, "original_title": 1.5, "people": 1.5, "description": 1.0, "tags": 1.0},
        hash=False,
    )
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishConfig:
    """Where bundles go: an absolute folder, and how many versions stay in it."""

    kind: str
    path: Path
    keep: int = 3


@dataclass(frozen=True, slots=True)
class Config:
    """The whole file, checked. `sources` stand in file order, at least one; `path` is the file itself, as asked for."""

    sources: tuple[SourceConfig, ...]
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
    top = Table("", document).only("sources", "encoder", "search", "publish")
    folder = path.parent
    search = top.table("search").only("field_weights", "examples")
    publish = top.table("publish").only("kind", "path", "keep")
    return Config(
        sources=_sources(top, folder),
        encoder=_encoder(_encoder_table(top), folder),
        search=SearchConfig(
            _field_weights(search.table("field_weights")), search.list_of_texts("examples", MAX_EXAMPLES)
        ),
        publish=PublishConfig(
            kind=publish.choice("kind", PUBLISHERS, "folder"),
            path=Path(_resolved(publish.text("path", "../bundles"), folder)),
            keep=publish.whole("keep", 1, MAX_KEEP, 3),
        ),
        path=path,
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
        model=_resolved(model, folder) if model.startswith(("./", "../", "/")) else model,
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
        cache=Path(_resolved(table.text("cache", "../cache/vectors.duckdb"), folder)),
    )


def _sources(top: Table, folder: Path) -> tuple[SourceConfig, ...]:
    found = top.values.get("sources", [])
    if not isinstance(found, list) or not all(isinstance(values, dict) for values in found):
        raise ConfigError("sources: must be a list of tables; write [[sources]], with two brackets")
    if not found:
        raise ConfigError("sources: there is none; add a [[sources]] block with kind, name and path")
    sources: list[SourceConfig] = []
    seen: dict[str, int] = {}
    for number, values in enumerate(found, 1):
        at = f"sources[{number}]"
        source = _source(Table(at, values), folder)
        first = seen.setdefault(source.name.casefold(), number)
        if first != number:
            raise ConfigError(f"{at}.name: {source.name!r} is the name of sources[{first}] already; choose another")
        sources.append(source)
    return tuple(sources)


def _source(table: Table, folder: Path) -> SourceConfig:
    kind = table.choice("kind", SOURCE_KINDS)  # first, because it decides which other keys there are
    table.only("kind", "name", "path", "mapping", "defaults", "encoding", "limit")
    name = table.text("name")
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"{table.key('name')}: must be 1 to 64 letters a-z, digits, dots, dashes or underscores,"
            " beginning with a letter or digit"
        )
    return SourceConfig(
        kind=kind,
        name=name,
        path=_resolved(table.text("path"), folder),
        mapping=table.table("mapping").texts(),
        defaults=table.table("defaults").texts(numbers=True),
        encoding=table.text("encoding", ""),
        limit=table.whole("limit", 1, None) if "limit" in table.values else None,
    )


def _field_weights(table: Table) -> dict[str, float]:
    defaults = SearchConfig().field_weights
    table.only(*defaults)
    weights = {name: table.number(name, MAX_WEIGHT, default) for name, default in defaults.items()}
    if not any(weights.values()):
        raise ConfigError(f"{table.at}: at least one field must weigh more than 0")
    return weights


def _resolved(path: str, folder: Path) -> str:
    """Return an address as it is, and a path as an absolute one, counted from the configuration's folder."""
    return path if "://" in path else os.path.realpath(folder / path)  # Path.resolve raises on a loop of links
