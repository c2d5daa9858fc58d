"""What several commands have in common: their options, where the bundle is, how JSON is printed."""

import json
import os
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
    """Return the settings, with the place of the bundle as given, else as the environment says."""
    from kadr.settings import load_settings

    return load_settings(os.environ if given is None else {**os.environ, "KADR_BUNDLE": given})


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
    """Print a value as JSON, letters as they are."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))
