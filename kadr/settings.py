"""The environment variables that the serving side reads: one table, from which the README's is made."""

import hashlib
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from kadr.errors import ConfigError

__all__ = [
    "HUB_ADDRESS",
    "SETTINGS",
    "Network",
    "Setting",
    "Settings",
    "checked_source",
    "load_settings",
    "settings_table",
]

MAX_RESULTS = 100
"""More films than this on one page nobody reads, and each costs a row from the database."""
MAX_BUDGET_MS = 60_000
MAX_RATE = 100_000
"""Requests a minute and client: more than one process answers."""

MAX_POLL_SECONDS = 24 * 60 * 60
FOLDER_POLL_SECONDS, FAR_POLL_SECONDS = 10, 60
"""Reading one small file costs nothing, and who publishes looks soon; a request a minute no server minds."""

HUB_ADDRESS = re.compile(
    r"hf://datasets/(?P<repo>[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95})(?:@(?P<revision>\w[\w./-]{0,254}))?",
    re.ASCII,
)
"""A data set repository of the Hugging Face Hub, and its branch, tag or commit."""
_WEB = re.compile(
    r"(?:https://(?:[\w.-]+|\[[0-9a-f:]+\])|http://(?:localhost|127\.[0-9.]+|\[::1\]))(?::[0-9]{1,5})?(?:/[\w.~%+-]+)*/?",
    re.ASCII | re.IGNORECASE,
)
_STORE = re.compile(r"(?!https?:|hf:)[a-z][a-z0-9+.-]*://[^\s?#:]+(?::[0-9]{1,5})?(?:/[^\s?#]*)?", re.IGNORECASE)
"""What fsspec opens; a colon only before a port, so that there is no password."""
_URL = re.compile(r"https?://([\w.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?(/[\w./~-]*)?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, the value that counts where it is not set, and what it means."""

    name: str
    default: str
    meaning: str


_BUNDLE = Setting(
    "KADR_BUNDLE",
    "bundles",
    "where bundles are published: a folder, `hf://datasets/owner/name[@revision]`, an https address, or another that"
    " fsspec opens (`s3://...`); of them the current one is served. One bundle's folder serves as well",
)
_CACHE = Setting(
    "KADR_CACHE",
    "",
    "the folder for what is fetched, where `KADR_BUNDLE` is an address; without it `kadr` in the user's own cache",
)
_POLL = Setting(
    "KADR_POLL_SECONDS",
    "",
    f"seconds between two looks at what is current, 1 to {MAX_POLL_SECONDS}; without it {FOLDER_POLL_SECONDS} for a"
    f" folder, {FAR_POLL_SECONDS} for an address",
)
_RESULTS = Setting(
    "KADR_RESULTS", "10", f"films on a page of results when a search asks for no number, 1 to {MAX_RESULTS}"
)
_BUDGET = Setting(
    "KADR_BUDGET_MS",
    "1500",
    "milliseconds that the pages wait for a hosted encoder at the most, 0 to 60000; then the answer comes without it",
)
_INFERENCE_URL = Setting(
    "KADR_INFERENCE_URL",
    "",
    "where hosted inference is asked, if not at its own address: a proxy, or the server of your own that has the token",
)
_HF_TOKEN = Setting(
    "HF_TOKEN",
    "",
    "Hugging Face token with the right to make calls to Inference Providers, and to read the repository that"
    " `KADR_BUNDLE` names; sent to Hugging Face alone",
)
_INFERENCE_TOKEN = Setting("KADR_INFERENCE_TOKEN", "", "the token of that server or proxy, sent to no other")
_API_KEYS = Setting(
    "KADR_API_KEYS",
    "",
    "keys of the HTTP API, parted by commas, 16 to 200 letters, digits, `_` or `-` each; one of them is then asked for",
)
_API_RATE = Setting(
    "KADR_API_RATE", "600", f"requests a minute that the HTTP API takes of one client, 0 to {MAX_RATE}; 0 sets no limit"
)
_API_ORIGINS = Setting(
    "KADR_API_ORIGINS",
    "",
    "sites whose pages may ask the HTTP API (CORS), such as `https://films.example`, parted by commas; `*` means all",
)
_TRUSTED_PROXIES = Setting(
    "KADR_TRUSTED_PROXIES",
    "",
    "addresses or networks of proxies in front, parted by commas; theirs is the word on who a client is",
)
_LOG_QUERIES = Setting("KADR_LOG_QUERIES", "0", "`1` writes what visitors ask for into the log of the HTTP API")

SETTINGS = (
    _BUNDLE,
    _CACHE,
    _POLL,
    _RESULTS,
    _BUDGET,
    _INFERENCE_URL,
    _HF_TOKEN,
    _INFERENCE_TOKEN,
    _API_KEYS,
    _API_RATE,
    _API_ORIGINS,
    _TRUSTED_PROXIES,
    _LOG_QUERIES,
)
"""All of them, in the order of the README's table. The tokens are read where they are used, and kept nowhere else."""

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Settings:
    """The checked values.

    `bundle`: a bundle or the root of several; where `source` is the address of a published place, the folder of its
    copies. `poll_seconds`: between two looks at what is current. `results`: films on a page. `budget_ms`: what a
    visitor waits for a hosted encoder. `inference_url`: where the router is asked, "" for its own address. Of the HTTP
    API: `api_keys`, of which one is asked for where there are any; `api_rate`, requests a minute and client, 0 for any
    number; `api_origins`, whose pages may ask; `trusted_proxies`, which are believed about who a client is;
    `log_queries`, whether the log holds what visitors ask for.
    """

    bundle: Path
    results: int
    budget_ms: int = 1_500
    inference_url: str = ""
    api_keys: tuple[str, ...] = field(default=(), repr=False)
    api_rate: int = 600
    api_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[Network, ...] = ()
    log_queries: bool = False
    source: str = ""
    poll_seconds: int = FOLDER_POLL_SECONDS


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings. A variable that is empty or blank counts as not set, as container files leave it.

    Raises:
        ConfigError: a value has the wrong form. The message names the variable and what is allowed, never the value,
            which may be a secret pasted into the wrong line.
    """
    bundle, source = _bundle(environ)
    poll = _value(environ, _POLL) or str(FAR_POLL_SECONDS if source else FOLDER_POLL_SECONDS)
    inference_url = _address(_INFERENCE_URL.name, _value(environ, _INFERENCE_URL))
    # Not a setting of ours, but the Hub's library does not even load where this is no address.
    _address("HF_ENDPOINT", environ.get("HF_ENDPOINT", "").strip())
    return Settings(
        bundle=bundle,
        results=_whole(environ, _RESULTS, 1, MAX_RESULTS),
        budget_ms=_whole(environ, _BUDGET, 0, MAX_BUDGET_MS),
        inference_url=inference_url,
        api_keys=_keys(environ),
        api_rate=_whole(environ, _API_RATE, 0, MAX_RATE),
        api_origins=_origins(environ),
        trusted_proxies=_networks(environ),
        log_queries=_whole(environ, _LOG_QUERIES, 0, 1) == 1,
        source=source,
        poll_seconds=_number(_POLL, poll, 1, MAX_POLL_SECONDS),
    )


def checked_source(address: str) -> str:
    """Return the address of a published place, without slashes at its end.

    Raises:
        ConfigError: it has a wrong form. The message does not show it, for it may hold a password.
    """
    address = address.strip().rstrip("/")
    if not any(form.fullmatch(address) for form in (HUB_ADDRESS, _WEB, _STORE)):
        raise ConfigError(
            f"{_BUNDLE.name}: must be a folder, hf://datasets/owner/name[@revision], an https address without a"
            " password or query, or an address that fsspec opens"
        )
    return address


def settings_table() -> str:
    """Return the settings as a Markdown table, without a line break at its end."""
    rows = [f"| `{s.name}` | {f'`{s.default}`' if s.default else 'not set'} | {s.meaning} |" for s in SETTINGS]
    return "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows])


def _bundle(environ: Mapping[str, str]) -> tuple[Path, str]:
    """Return the folder of bundles, and the address that they come from, "" for none."""
    bundle = _path(environ, _BUNDLE)
    if "://" not in bundle:
        return Path(bundle), ""
    source = checked_source(bundle)
    named = _path(environ, _CACHE)
    # Two places never share a folder, and who looks into the cache finds his own by its name.
    name = re.sub(r"[^A-Za-z0-9]+", "-", source.partition("://")[2])[-60:].strip("-")
    folder = f"{name}-{hashlib.sha256(source.encode()).hexdigest()[:12]}"
    return (Path(named) if named else _own_cache(environ)) / "bundles" / folder, source


def _own_cache(environ: Mapping[str, str]) -> Path:
    """Return our folder in the user's cache; of one who has no home, that for passing files."""
    if base := environ.get("XDG_CACHE_HOME", "").strip():
        return Path(base) / "kadr"
    home = environ.get("HOME", "").strip()
    return Path(home) / ".cache" / "kadr" if home else Path(tempfile.gettempdir()) / "kadr"


def _keys(environ: Mapping[str, str]) -> tuple[str, ...]:
    keys = _list(environ, _API_KEYS)
    if not all(re.fullmatch(r"[A-Za-z0-9_-]{16,200}", key) for key in keys):
        raise ConfigError(f"{_API_KEYS.name}: must be keys of 16 to 200 letters, digits, _ or -, parted by commas")
    return keys


def _origins(environ: Mapping[str, str]) -> tuple[str, ...]:
    origins = _list(environ, _API_ORIGINS)
    for origin in origins:
        known = _URL.fullmatch(origin)
        if origin != "*" and (known is None or known[3]):
            raise ConfigError(
                f"{_API_ORIGINS.name}: must be sites such as https://films.example, parted by commas, or *"
            )
    return origins


def _networks(environ: Mapping[str, str]) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(each) for each in _list(environ, _TRUSTED_PROXIES))
    except ValueError:
        # Not `from` the cause: it quotes the value.
        raise ConfigError(
            f"{_TRUSTED_PROXIES.name}: must be addresses or networks such as 10.0.0.0/8, parted by commas"
        ) from None


def _address(name: str, url: str) -> str:
    url = url.rstrip("/")
    if url and not _URL.fullmatch(url):
        raise ConfigError(f"{name}: must be an address such as https://proxy.example, without a password")
    return url


def _whole(environ: Mapping[str, str], setting: Setting, low: int, high: int) -> int:
    return _number(setting, _value(environ, setting), low, high)


def _number(setting: Setting, text: str, low: int, high: int) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
        raise ConfigError(f"{setting.name}: must be a whole number from {low} to {high}")
    return int(text)


def _path(environ: Mapping[str, str], setting: Setting) -> str:
    path = _value(environ, setting)
    if not path.isprintable():
        raise ConfigError(f"{setting.name}: must be the path of a folder, on one line")
    return path


def _list(environ: Mapping[str, str], setting: Setting) -> tuple[str, ...]:
    """Return the parts of a value between its commas, each once, blank ones left out."""
    parts = (part.strip() for part in _value(environ, setting).split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def _value(environ: Mapping[str, str], setting: Setting) -> str:
    return environ.get(setting.name, "").strip() or setting.default
