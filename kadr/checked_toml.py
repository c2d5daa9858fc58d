"""Reading a TOML file with errors that a person can act on: the key at fault, what is wrong, what is allowed."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from kadr.errors import ConfigError

__all__ = ["Table", "read_document"]

MAX_FILE = 1 << 20
"""1 MiB: some thousand times the sample's configuration."""
MAX_TEXT = 2_000
"""The longest address that browsers and servers agree on; no other text in the file comes near."""
MAX_NUMBER = 10**15
"""No field of a film holds more; Python refuses to write out a number of thousands of digits."""
_SHOWN = 60
_SLASHES = "; in a path write / for \\"


def read_document(path: Path) -> dict[str, Any]:
    """Return the content of a TOML file.

    Raises:
        ConfigError: it is missing, too large, not UTF-8 or no TOML; the message does not name the file.
    """
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


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the file, and where it stands: `at` is empty for the whole file. Methods raise ConfigError."""

    at: str
    values: Mapping[str, Any]

    def key(self, name: str) -> str:
        """Return the whole name of a key of this table."""
        return f"{self.at}.{name}" if self.at else name

    def only(self, *known: str) -> Self:
        """Refuse keys that have no meaning, which are misspelt ones as a rule."""
        for name in self.values:
            if name not in known:
                near = difflib.get_close_matches(name[:_SHOWN].lower(), known, n=1)
                offer = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
                raise ConfigError(f"{self.key(_shown(name))}: unknown key; {offer}")
        return self

    def table(self, name: str) -> "Table":
        """Return a table below this one, an empty one where it is left out."""
        at = self.key(name)
        values = self.values.get(name, {})
        if not isinstance(values, dict):
            raise ConfigError(f"{at}: must be a table of keys and values, got {_sort(values)}")
        return Table(at, values)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text that is not empty, or the default; without one the key is required."""
        if name not in self.values and default is not None:
            return default
        return text_of(self.key(name), self._required(name))

    def texts(self, *, numbers: bool = False) -> dict[str, str]:
        """Return all values as texts, by key; numbers are taken too where a person would write them without quotes."""
        return {
            name: str(value)
            if numbers and is_number(value) and abs(value) < MAX_NUMBER
            else text_of(self.key(_shown(name)), value)
            for name, value in self.values.items()
        }

    def raw(self, name: str) -> str | None:
        """Return a text as it stands, white space at its ends and line breaks too; None where it is left out."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or len(value) > MAX_TEXT:
            raise ConfigError(f"{self.key(name)}: must be text of at most {MAX_TEXT:,} characters")
        return value

    def list_of_texts(self, name: str, most: int) -> tuple[str, ...]:
        """Return a list of texts, an empty one where it is left out."""
        values = self.values.get(name, [])
        if not isinstance(values, list):
            raise ConfigError(f'{self.key(name)}: must be a list of texts, as ["...", "..."], got {_sort(values)}')
        if len(values) > most:
            raise ConfigError(f"{self.key(name)}: has {len(values)} texts, at most {most} are allowed")
        return tuple(text_of(f"{self.key(name)}[{number}]", value) for number, value in enumerate(values, 1))

    def switch(self, name: str, *, default: bool) -> bool:
        """Return true or false, or the default."""
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise ConfigError(f"{self.key(name)}: must be true or false, got {_sort(value)}")
        return value

    def choice(self, name: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """Return one of the allowed texts, or the default; without one the key is required."""
        if name not in self.values and default is not None:
            return default
        value = self.text(name)
        if value not in allowed:
            raise ConfigError(f"{self.key(name)}: {_shown(value)!r} is unknown; allowed: {', '.join(allowed)}")
        return value

    def whole(self, name: str, low: int, high: int | None, default: int | None = None) -> int:
        """Return a whole number within bounds (`high` None: without an upper one), or the default."""
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
        """Return a number from 0 to `high`, or the default."""
        value = self.values.get(name, default)
        if not is_number(value):
            raise ConfigError(f"{self.key(name)}: must be a number, got {_sort(value)}")
        if not 0 <= value <= high:
            raise ConfigError(f"{self.key(name)}: must be between 0 and {high:g}")
        return float(value)

    def _required(self, name: str) -> Any:
        if name not in self.values:
            raise ConfigError(f"{self.key(name)}: is missing; add {name} = ...")
        return self.values[name]


def text_of(at: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ConfigError(f"{at}: must be text, got {_sort(value)}; write it in quotes")
    if not value.strip():
        raise ConfigError(f"{at}: must not be empty")
    if len(value) > MAX_TEXT or any(c < " " for c in value):
        raise ConfigError(f"{at}: must be one line of at most {MAX_TEXT:,} characters{_SLASHES}")
    return value


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _sort(value: Any) -> str:
    """Name a TOML value's type as a person would."""
    names = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list", dict: "a table"}
    return names.get(type(value), "a date or time")


def _shown(text: str, most: int = _SHOWN) -> str:
    """Return a text of the file as one short line."""
    line = "".join(c if c.isprintable() else " " for c in text[:most])
    return line + ("..." if len(text) > most else "")
