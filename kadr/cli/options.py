"""What several commands have in common: their options, where the bundle is, how JSON is printed."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kadr.errors import ConfigError

if TYPE_CHECKING:
    from kadr.engine import Access

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
    type=click.Path(path_type=Path),
    help="A bundle, or the folder that holds bundles. [default: $KADR_BUNDLE, else bundles]",
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


def bundle_path(given: Path | None) -> Path:
    """Return where the bundle is: as given, else as the environment says; one at an address is fetched first."""
    from kadr.settings import load_settings

    if given is not None:
        return given
    settings = load_settings(os.environ)
    if not settings.source:
        return settings.bundle
    from kadr.bundle.fetch import mirror_of

    return mirror_of(settings.source, settings.bundle, os.environ).once()


def root_path(given: Path | None) -> Path:
    """Return the folder that holds bundles, where one bundle alone would not do."""
    from kadr.settings import load_settings

    path = given if given is not None else load_settings(os.environ).bundle
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
