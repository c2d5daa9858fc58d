"""A place in one word, as `--to` names it."""

from dataclasses import replace
from pathlib import Path

from kadr.config import PublishConfig

__all__ = ["aimed"]

_HUB = "hf://datasets/"
_GITHUB = "github:"


def aimed(config: PublishConfig, to: str) -> PublishConfig:
    """Return the configuration with another place; the rest of it counts as it stands.

    `hf://datasets/owner/name` is of the Hub, `github:owner/name` the releases of a repository (`github:` of the one
    whose workflow runs), another address a store, and what is no address a folder.

    Raises:
        ConfigError: the name of a repository, or the address, cannot be.
    """
    if to.startswith(_HUB):
        return replace(config, kind="hub", repo=to.removeprefix(_HUB).strip("/"))
    if to.startswith(_GITHUB) and "://" not in to:
        return replace(config, kind="github", repo=to.removeprefix(_GITHUB))
    if "://" in to:
        return replace(config, kind="url", url=to)
    return replace(config, kind="folder", path=Path(to).resolve())
