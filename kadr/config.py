"""data/catalogue.toml -> a checked configuration. Pure but for reading the one file."""

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from kadr.errors import ConfigError

__all__ = ["Config", "EncoderConfig", "PublishConfig", "SearchConfig", "SourceConfig", "load_config"]

SOURCE_KINDS = ("file",)
ENCODERS = ("embedded",)
PUBLISHERS = ("folder",)
MIN_DIM, MAX_DIM = 8, 1024
"""Below 8 nothing is told apart. 1,024 is what the large hosted models have; a fitted encoder stops gaining before."""
MAX_WEIGHT = 100.0
MAX_KEEP = 100
MAX_FILE = 1 << 20
"""1 MiB: some thousand times the sample's configuration."""
MAX_TEXT = 2_000
"""The longest address that browsers and servers agree on; no other text in the file comes near."""
MAX_NUMBER = 10**15
"""No field of a film holds more; Python refuses to write out a number of thousands of digits."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.IGNORECASE | re.ASCII)
_SHOWN = 60
_SLASHES = "; in a path write / for \\"


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
    """The encoder, and the most dimensions that its vectors may have."""

    name: str = "embedded"
    dim: int = 256


@dataclass(frozen=True, slots=True)
class SearchConfig:
    """How films are searched: BM25F weights by field, all fields present, at least one above 0."""

    field_weights: Mapping[str, float] = field(
        default_factory=lambda: {"title": 1.5, "original_title": 1.5, "people": 1.5, "description": 1.0, "tags": 1.0},
        hash=False,
    )


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
        return _config(_document(path), path)
    except ConfigError as fault:
        raise ConfigError(f"{path}: {fault}") from fault


def with_encoder(config: Config, name: str) -> Config:
    """Return the configuration with another encoder, as `--encoder` asks for.

    Raises:
        ConfigError: there is no encoder of that name.
    """
    if name not in ENCODERS:
        raise ConfigError(f"--encoder: {name!r} is none of {', '.join(ENCODERS)}")
    return replace(config, encoder=replace(config.encoder, name=name))


def _document(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except FileNotFoundError as cause:
        raise ConfigError(
            "there is no such file; name another, or take data/catalogue.toml of Kadr to begin"
        ) from cause
    except (OSError, ValueError) as cause:  # ValueError: a null byte in the path
        raise ConfigError(f"cannot be read ({getattr(cause, 'strerror', None) or 'not a path'})") from cause
    if len(data) > MAX_FILE:
        raise ConfigError(f"is larger than {MAX_FILE >> 20} MiB, so it is no configuration")
    try:
        return tomllib.loads(data.decode("utf-8-sig"))  # Notepad writes a byte order mark, TOML forbids it
    except UnicodeDecodeError as cause:
        line = data.count(b"\n", 0, cause.start) + 1
        raise ConfigError(f"is not in UTF-8 (at line {line}); save it as UTF-8") from cause
    except tomllib.TOMLDecodeError as cause:
        hint = _SLASHES if "\\" in str(cause) else ""
        raise ConfigError(f"is not valid TOML: {_shown(str(cause), 200)}{hint}") from cause
    except (ValueError, RecursionError) as cause:  # a number of thousands of digits, a thousand nested lists
        raise ConfigError("is not valid TOML: a number is too long, or lists are nested too deeply") from cause


def _config(document: dict[str, Any], path: Path) -> Config:
    top = _Table("", document).only("sources", "encoder", "search", "publish")
    folder = path.parent
    encoder = top.table("encoder").only("name", "dim")
    search = top.table("search").only("field_weights")
    publish = top.table("publish").only("kind", "path", "keep")
    return Config(
        sources=_sources(top, folder),
        encoder=EncoderConfig(
            name=encoder.choice("name", ENCODERS, "embedded"), dim=encoder.whole("dim", MIN_DIM, MAX_DIM, 256)
        ),
        search=SearchConfig(_field_weights(search.table("field_weights"))),
        publish=PublishConfig(
            kind=publish.choice("kind", PUBLISHERS, "folder"),
            path=Path(_resolved(publish.text("path", "../bundles"), folder)),
            keep=publish.whole("keep", 1, MAX_KEEP, 3),
        ),
        path=path,
    )


def _sources(top: "_Table", folder: Path) -> tuple[SourceConfig, ...]:
    found = top.values.get("sources", [])
    if not isinstance(found, list) or not all(isinstance(values, dict) for values in found):
        raise ConfigError("sources: must be a list of tables; write [[sources]], with two brackets")
    if not found:
        raise ConfigError("sources: there is none; add a [[sources]] block with kind, name and path")
    sources: list[SourceConfig] = []
    seen: dict[str, int] = {}
    for number, values in enumerate(found, 1):
        at = f"sources[{number}]"
        source = _source(_Table(at, values), folder)
        first = seen.setdefault(source.name.casefold(), number)
        if first != number:
            raise ConfigError(f"{at}.name: {source.name!r} is the name of sources[{first}] already; choose another")
        sources.append(source)
    return tuple(sources)


def _source(table: "_Table", folder: Path) -> SourceConfig:
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


def _field_weights(table: "_Table") -> dict[str, float]:
    defaults = SearchConfig().field_weights
    table.only(*defaults)
    weights = {name: table.number(name, MAX_WEIGHT, default) for name, default in defaults.items()}
    if not any(weights.values()):
        raise ConfigError(f"{table.at}: at least one field must weigh more than 0")
    return weights


def _resolved(path: str, folder: Path) -> str:
    """Return an address as it is, and a path as an absolute one, counted from the configuration's folder."""
    return path if "://" in path else os.path.realpath(folder / path)  # Path.resolve raises on a loop of links


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of the file, and where it stands: `at` is empty for the whole file. Methods raise ConfigError."""

    at: str
    values: Mapping[str, Any]

    def key(self, name: str) -> str:
        return f"{self.at}.{name}" if self.at else name

    def only(self, *known: str) -> Self:
        """Refuse keys that have no meaning, which are misspelt ones as a rule."""
        for name in self.values:
            if name not in known:
                near = difflib.get_close_matches(name[:_SHOWN].lower(), known, n=1)
                offer = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
                raise ConfigError(f"{self.key(_shown(name))}: unknown key; {offer}")
        return self

    def table(self, name: str) -> "_Table":
        """Return a table below this one, an empty one where it is left out."""
        at = self.key(name)
        values = self.values.get(name, {})
        if not isinstance(values, dict):
            raise ConfigError(f"{at}: must be a table of keys and values, got {_sort(values)}")
        return _Table(at, values)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text that is not empty, or the default; without one the key is required."""
        if name not in self.values and default is not None:
            return default
        return _text(self.key(name), self._required(name))

    def texts(self, *, numbers: bool = False) -> dict[str, str]:
        """Return all values as texts, by key; numbers are taken too where a person would write them without quotes."""
        return {
            name: str(value)
            if numbers and _is_number(value) and abs(value) < MAX_NUMBER
            else _text(self.key(_shown(name)), value)
            for name, value in self.values.items()
        }

    def choice(self, name: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(name, default)
        if value not in allowed:
            raise ConfigError(f"{self.key(name)}: {_shown(value)!r} is unknown; allowed: {', '.join(allowed)}")
        return value

    def whole(self, name: str, low: int, high: int | None, default: int | None = None) -> int:
        if name not in self.values and default is not None:
            return default
        value = self._required(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ConfigError(f"{self.key(name)}: must be a whole number, got {_sort(value)}")
        if value < low or (high is not None and value > high):
            bounds = f"{low} or more" if high is None else f"between {low} and {high}"
            raise ConfigError(f"{self.key(name)}: must be {bounds}")
        return value

    def number(self, name: str, high: float, default: float) -> float:
        value = self.values.get(name, default)
        if not _is_number(value):
            raise ConfigError(f"{self.key(name)}: must be a number, got {_sort(value)}")
        if not 0 <= value <= high:
            raise ConfigError(f"{self.key(name)}: must be between 0 and {high:g}")
        return float(value)

    def _required(self, name: str) -> Any:
        if name not in self.values:
            raise ConfigError(f"{self.key(name)}: is missing; add {name} = ...")
        return self.values[name]


def _text(at: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ConfigError(f"{at}: must be text, got {_sort(value)}; write it in quotes")
    if not value.strip():
        raise ConfigError(f"{at}: must not be empty")
    if len(value) > MAX_TEXT or any(c < " " for c in value):
        raise ConfigError(f"{at}: must be one line of at most {MAX_TEXT:,} characters{_SLASHES}")
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _sort(value: Any) -> str:
    """Name a TOML value's type as a person would."""
    names = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list", dict: "a table"}
    return names.get(type(value), "a date or time")


def _shown(text: str, most: int = _SHOWN) -> str:
    """Return a text of the file as one short line."""
    line = "".join(c if c.isprintable() else " " for c in text[:most])
    return line + ("..." if len(text) > most else "")
