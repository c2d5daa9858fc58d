"""The environment variables that the serving side reads: one table, from which the README's is made."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kadr.errors import ConfigError

__all__ = ["SETTINGS", "Setting", "Settings", "load_settings", "settings_table"]

MAX_RESULTS = 100
"""More films than this on one page nobody reads, and each costs a row from the database."""
MAX_BUDGET_MS = 60_000


_URL = re.compile(r"https?://([\w.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?(/[\w./~-]*)?", re.ASCII | re.IGNORECASE)


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
_BUDGET = Setting(
    "KADR_BUDGET_MS",
    "1500",
    "milliseconds that a visitor waits for a hosted encoder at the most, 0 to 60000; then the answer comes without it",
)
_INFERENCE_URL = Setting(
    "KADR_INFERENCE_URL",
    "",
    "where hosted inference is asked, if not at its own address: a proxy, or the server of your own that has the token",
)
_HF_TOKEN = Setting(
    "HF_TOKEN",
    "",
    "Hugging Face token with the right to make calls to Inference Providers; sent to Hugging Face alone",
)
_INFERENCE_TOKEN = Setting("KADR_INFERENCE_TOKEN", "", "the token of that server or proxy, sent to no other")

SETTINGS = (_BUNDLE, _RESULTS, _BUDGET, _INFERENCE_URL, _HF_TOKEN, _INFERENCE_TOKEN)
"""All of them, in the order of the README's table. The tokens are read where they are used, and kept nowhere else."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The checked values.

    `bundle`: a bundle or the root of several. `results`: films on a page. `budget_ms`: what a visitor waits for a
    hosted encoder. `inference_url`: where the router is asked, "" for its own address.
    """

    bundle: Path
    results: int
    budget_ms: int = 1_500
    inference_url: str = ""


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings. A variable that is empty or blank counts as not set, as container files leave it.

    Raises:
        ConfigError: a value has the wrong form. The message names the variable and what is allowed, never the value,
            which may be a secret pasted into the wrong line.
    """
    bundle = _value(environ, _BUNDLE)
    if not bundle.isprintable():
        raise ConfigError(f"{_BUNDLE.name}: must be the path of a folder, on one line")
    inference_url = _address(_INFERENCE_URL.name, _value(environ, _INFERENCE_URL))
    # Not a setting of ours, but the Hub's library does not even load where this is no address.
    _address("HF_ENDPOINT", environ.get("HF_ENDPOINT", "").strip())
    return Settings(
        bundle=Path(bundle),
        results=_whole(environ, _RESULTS, 1, MAX_RESULTS),
        budget_ms=_whole(environ, _BUDGET, 0, MAX_BUDGET_MS),
        inference_url=inference_url,
    )


def settings_table() -> str:
    """Return the settings as a Markdown table, without a line break at its end."""
    rows = [f"| `{s.name}` | {f'`{s.default}`' if s.default else 'not set'} | {s.meaning} |" for s in SETTINGS]
    return "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows])


def _address(name: str, url: str) -> str:
    url = url.rstrip("/")
    if url and not _URL.fullmatch(url):
        raise ConfigError(f"{name}: must be an address such as https://proxy.example, without a password")
    return url


def _whole(environ: Mapping[str, str], setting: Setting, low: int, high: int) -> int:
    text = _value(environ, setting)
    if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
        raise ConfigError(f"{setting.name}: must be a whole number from {low} to {high}")
    return int(text)


def _value(environ: Mapping[str, str], setting: Setting) -> str:
    return environ.get(setting.name, "").strip() or setting.default
