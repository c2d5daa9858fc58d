"""The environment variables that the serving side reads: one table, from which the README's is made."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kadr.errors import ConfigError

__all__ = ["SETTINGS", "Setting", "Settings", "load_settings", "settings_table"]

MAX_RESULTS = 100
"""More films than this on one page nobody reads, and each costs a row from the database."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, the value that counts where it is not set, and what it means."""

    name: str
    default: str
    meaning: str


_BUNDLE = Setting(
    "KADR_BUNDLE", "bundles", "the folder of published bundles, of which the current one is served, or one bundle"
)
_RESULTS = Setting(
    "KADR_RESULTS", "10", f"films on a page of results when a search asks for no number, 1 to {MAX_RESULTS}"
)

SETTINGS = (_BUNDLE, _RESULTS)
"""All of them, in the order of the README's table."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The checked values: `bundle` a bundle or the root of several, `results` films on a page."""

    bundle: Path
    results: int


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings. A variable that is empty or blank counts as not set, as container files leave it.

    Raises:
        ConfigError: a value has the wrong form. The message names the variable and what is allowed, never the value,
            which may be a secret pasted into the wrong line.
    """
    bundle = _value(environ, _BUNDLE)
    if not bundle.isprintable():
        raise ConfigError(f"{_BUNDLE.name}: must be the path of a folder, on one line")
    results = _value(environ, _RESULTS)
    if not re.fullmatch(r"[0-9]{1,9}", results) or not 1 <= int(results) <= MAX_RESULTS:
        raise ConfigError(f"{_RESULTS.name}: must be a whole number from 1 to {MAX_RESULTS}")
    return Settings(bundle=Path(bundle), results=int(results))


def settings_table() -> str:
    """Return the settings as a Markdown table, without a line break at its end."""
    rows = [f"| `{s.name}` | `{s.default}` | {s.meaning} |" for s in SETTINGS]
    return "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows])


def _value(environ: Mapping[str, str], setting: Setting) -> str:
    return environ.get(setting.name, "").strip() or setting.default
