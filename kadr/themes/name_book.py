"""The names that a chat model gave to themes, kept from build to build in a file that a person may edit."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["NameBook"]

MOST_NAMES = 5_000
"""Kept, the newest: a hundred builds of a catalogue whose themes all changed."""
MAX_BYTES = 8 * 1024 * 1024
"""Of the file: so many names take a third of it."""

Key = tuple[str, tuple[str, ...]]
Names = tuple[str, str]


class NameBook:
    """Names by the model that gave them and the telling words they were given for.

    A theme keeps its words for as long as it stays what it is, so that it is asked for once. A changed name in the file
    is what the next build shows; `fault` says why the file could not be read, "" where it could, or is not there.
    """

    __slots__ = ("_names", "_path", "fault")

    def __init__(self, path: Path) -> None:
        """Read the file; what is in it is not checked for being a name."""
        self._path = path
        self._names: dict[Key, Names] = {}
        self.fault = ""
        try:
            with path.open("rb") as file:
                text = file.read(MAX_BYTES)  # of a longer file no JSON is left
            self._names = dict(map(_entry, json.loads(text)))
        except FileNotFoundError:
            return
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            self.fault = f"{path.name}: is no list of names of themes, and is written anew"

    def get(self, model: str, terms: Sequence[str]) -> Names | None:
        """Return the Russian and the English name that a model gave for these words; None where it was not asked."""
        return self._names.get((model, tuple(terms)))

    def put(self, model: str, terms: Sequence[str], names: Names) -> None:
        """Keep the names for these words."""
        self._names[model, tuple(terms)] = names

    def save(self) -> str:
        """Write the file in one step, and return why that could not be done, "" where it was."""
        kept = [_shown(key, names) for key, names in self._names.items()][-MOST_NAMES:]
        beside = self._path.with_name(self._path.name + ".part")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
            beside.replace(self._path)
        except OSError as error:
            return f"{self._path}: cannot be written ({error.strerror}); the next build asks for these names again"
        return ""


def _shown(key: Key, names: Names) -> Mapping[str, Any]:
    return {"model": key[0], "terms": key[1], "ru": names[0], "en": names[1]}


def _entry(data: Any) -> tuple[Key, Names]:
    texts = (data["model"], *data["terms"], data["ru"], data["en"])
    if not isinstance(data["terms"], list) or not all(isinstance(text, str) for text in texts):
        raise TypeError(data)
    return (data["model"], tuple(data["terms"])), (data["ru"], data["en"])
