"""Catalogue files for tests: the least one, how one is read, and what is said of a wrong one."""

from pathlib import Path

import pytest

from kadr.config import Config, load_config
from kadr.errors import ConfigError
from kadr.sources import FileSource

__all__ = ["SHIPPED", "SITE", "SOURCE", "TMDB", "WIKI", "fault", "files", "load"]

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
