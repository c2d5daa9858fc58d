"""What several commands have in common: their options, where the bundle is, how JSON is printed."""

import codecs
import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kadr.errors import ConfigError

if TYPE_CHECKING:
    from kadr.engine import Access
    from kadr.settings import Settings

__all__ = [
    "EXIT_MISTAKE",
    "access",
    "bundle_option",
    "bundle_path",
    "config_argument",
    "json_option",
    "loss_option",
    "names_of",
    "offline_option",
    "place_settings",
    "print_json",
    "root_path",
    "sources_option",
    "takes_letters",
]

EXIT_MISTAKE = 2
DEFAULT_CONFIG = Path("data/catalogue.toml")

config_argument = click.argument("config", type=click.Path(path_type=Path), default=DEFAULT_CONFIG)
sources_option = click.option("--sources", help="Read only these sources (names, comma-separated).")
bundle_option = click.option(
    "--bundle",
    metavar="PLACE",
    help="A bundle, a folder of bundles, or the address of published ones. [default: $KADR_BUNDLE, else bundles]",
)
loss_option = click.option(
    "--accept-loss", is_flag=True, help="Go on though less than half of the films of the last run are left."
)
offline_option = click.option("--offline", is_flag=True, help="Read only pages that were fetched before.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def access() -> "Access":
    """Return how a hosted encoder may be asked, as the environment says."""
    from kadr.engine import Access
    from kadr.settings import load_settings

    return Access(os.environ, load_settings(os.environ).inference_url)


def place_settings(given: str | None) -> "Settings":
    """Return the settings, with the place of the bundle as given, else as the environment says.

    Raises:
        ConfigError: the place, or another setting, has a wrong form.
    """
    from kadr.settings import load_settings

    if given is None:
        return load_settings(os.environ)
    try:
        return load_settings({**os.environ, "KADR_BUNDLE": given})
    except ConfigError as fault:
        raise ConfigError(re.sub("^KADR_BUNDLE:", "--bundle:", str(fault))) from fault


def bundle_path(given: str | None) -> Path:
    """Return where the bundle is: as given, else as the environment says; one at an address is fetched first."""
    settings = place_settings(given)
    if not settings.source:
        return settings.bundle
    from kadr.bundle.fetch import mirror_of

    return mirror_of(settings.source, settings.bundle, os.environ).once()


def root_path(path: Path) -> Path:
    """Return the folder that holds bundles, where one bundle alone would not do.

    Raises:
        ConfigError: it is one bundle.
    """
    if (path / "manifest.json").exists():
        raise ConfigError(
            f"{path}: is one bundle; name the folder that holds the bundles, here {path.resolve().parent}"
        )
    return path


def names_of(sources: str | None) -> list[str]:
    """Return the names that --sources lists; none where it was not given."""
    return [name.strip() for name in sources.split(",")] if sources is not None else []


def print_json(value: Any) -> None:
    """Print a value as JSON, letters as they are where the output can take all of them."""
    click.echo(json.dumps(value, ensure_ascii=not takes_letters(sys.stdout), indent=1))


def takes_letters(stream: object) -> bool:
    """Tell whether a stream takes every letter: others than those in UTF-8 lack some."""
    encoding = getattr(stream, "encoding", None)
    return not encoding or codecs.lookup(encoding).name == "utf-8"
