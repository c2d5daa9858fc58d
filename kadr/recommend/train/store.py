"""Trained models on disk: a folder a version, `models/<name>-<version>/`, which nothing changes once it is there.

With the weights stands what they were learned from, so that more ratings can be added to it later.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kadr.bundle.canonical import canonical
from kadr.bundle.disk import locked, staging_path, sweep, sync, sync_tree, text_of, writing
from kadr.errors import BundleDamaged, ConfigError
from kadr.index.arrays import Strings, load, save
from kadr.recommend.card import ModelCard
from kadr.recommend.factors import Factors
from kadr.recommend.train.gram import Gram
from kadr.recommend.train.interactions import Ratings

__all__ = ["About", "Learned", "Store", "Stored", "check_name"]

ABOUT, WHEN = "about.json", "when.json"
FORMAT = 1
MAX_ABOUT = 1 << 20
"""Bytes of a description; a hundred times what one takes."""
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_.-]{0,62}[a-z0-9])?")
_FOLDER = re.compile(rf"({_NAME.pattern})-([1-9][0-9]{{0,8}})")
_ARRAYS = ("users", "items", "values", "times")


@dataclass(frozen=True, slots=True)
class Learned:
    """A model as training leaves it.

    Attributes:
        card: what it says of itself.
        factors: its weights, a row a film.
        fame: float32 (n_films,), how popular each film is by the ratings, in [0, 1].
        films: the id of each film, by its row.
        users: the id of each user as the ratings name them, by its number.
        ratings: what it was learned from, by these numbers.
        gram: how often films are liked together.
    """

    card: ModelCard
    factors: Factors
    fame: NDArray[np.float32]
    films: tuple[str, ...]
    users: tuple[str, ...]
    ratings: Ratings
    gram: Gram

    @property
    def name(self) -> str:
        """The model's name."""
        return self.card.name


@dataclass(frozen=True, slots=True)
class About:
    """A version of a model: its number, from 1, when it was trained (ISO 8601, UTC), and what it says of itself."""

    version: int
    at: str
    card: ModelCard


@dataclass(frozen=True, slots=True)
class Stored:
    """A version of a model: its number, from 1, when it was trained (ISO 8601, UTC), and what was learned."""

    version: int
    at: str
    learned: Learned


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of trained models. Several processes may read and write it."""

    folder: Path

    def names(self) -> tuple[str, ...]:
        """Return the names of all models, in their order."""
        return tuple(sorted({name for name, _ in self._found()}))

    def versions(self, name: str) -> tuple[int, ...]:
        """Return the versions of a model, ascending; none where there is no such model."""
        return tuple(sorted(version for found, version in self._found() if found == name))

    def about(self, name: str, version: int | None = None) -> About:
        """Return what a version of a model says of itself, the newest where none is given; only small files are read.

        Raises:
            ConfigError: there is no such model.
            BundleDamaged: the file cannot be read.
        """
        folder, number = self._folder_of(name, version)
        return About(number, str(_read(folder / WHEN)["at"]), ModelCard.open(folder))

    def load(self, name: str, version: int | None = None) -> Stored:
        """Return a version of a model, the newest where none is given; its arrays are mapped.

        Raises:
            ConfigError: there is no such model.
            BundleDamaged: a file of it is missing or damaged.
        """
        folder, number = self._folder_of(name, version)
        at = str(_read(folder / WHEN)["at"])
        return Stored(number, at, _open(folder))

    def save(self, learned: Learned) -> int:
        """Write a model as the next version of its name, and return that; no version before it changes.

        Raises:
            ConfigError: its name has a wrong form.
            BundleError: the disk refuses; nothing was added.
        """
        check_name(learned.name)
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            with locked(self.folder):
                sweep(self.folder)
                aside = staging_path(self.folder)
                aside.mkdir()
                _write(aside, learned)
                sync_tree(aside)
                version = max(self.versions(learned.name), default=0) + 1
                aside.rename(self.folder / f"{learned.name}-{version}")
                sync(self.folder)
        return version

    def _found(self) -> list[tuple[str, int]]:
        if not self.folder.is_dir():
            return []
        matches = (_FOLDER.fullmatch(path.name) for path in self.folder.iterdir())
        return [(match[1], int(match[2])) for match in matches if match]

    def _folder_of(self, name: str, version: int | None) -> tuple[Path, int]:
        versions = self.versions(name)
        if not versions:
            names = self.names()
            known = f"there are: {', '.join(names)}" if names else "none was trained here, `kadr train` does it"
            raise ConfigError(f"{self.folder}: there is no model {name[:60]!r}; {known}")
        if version is not None and version not in versions:
            known = ", ".join(map(str, versions))
            raise ConfigError(f"{self.folder}: {name} has no version {version}; there are: {known}")
        number = versions[-1] if version is None else version
        return self.folder / f"{name}-{number}", number


def check_name(name: str) -> None:
    """Raise where a text cannot be the name of a model.

    Raises:
        ConfigError: it is not made of small letters, digits, `_`, `.` and `-`, or too long.
    """
    if not _NAME.fullmatch(name):
        raise ConfigError(f"model: {name[:60]!r} is no name; use up to 64 small letters, digits and -")


def _write(folder: Path, learned: Learned) -> None:
    ratings = learned.ratings
    learned.card.save(folder)
    learned.factors.save(folder)
    save(folder / "fame.npy", learned.fame)
    learned.gram.save(folder)
    Strings.of(learned.films).save(folder, "film_ids")
    Strings.of(learned.users).save(folder, "user_ids")
    for name in _ARRAYS:
        save(folder / f"{name}.npy", getattr(ratings, name))
    head = {"format": FORMAT, "power": learned.gram.power}
    (folder / ABOUT).write_text(canonical(head), encoding="utf-8", newline="\n")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    (folder / WHEN).write_text(canonical({"at": at}), encoding="utf-8", newline="\n")


def _open(folder: Path) -> Learned:
    head = _read(folder / ABOUT)
    films, users = (_texts(Strings.open(folder, name)) for name in ("film_ids", "user_ids"))
    arrays = (
        load(folder / "users.npy", np.int32),
        load(folder / "items.npy", np.int32),
        load(folder / "values.npy", np.float32),
        load(folder / "times.npy", np.float64),
    )
    ratings = Ratings(*arrays, len(users), len(films))
    sizes = {array.size for array in arrays}
    beyond = max(int(arrays[0].max(initial=0)) - len(users), int(arrays[1].max(initial=0)) - len(films)) >= 0
    if len(sizes) > 1 or (ratings.size and beyond):
        raise BundleDamaged(f"{folder.name}: its ratings do not fit its films and users; train the model again")
    gram, fame = Gram.open(folder, float(head["power"])), load(folder / "fame.npy", np.float32)
    return Learned(ModelCard.open(folder), Factors.open(folder, len(films)), fame, films, users, ratings, gram)


def _texts(strings: Strings) -> tuple[str, ...]:
    return tuple(strings.take(range(len(strings))))


def _read(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(text_of(path, MAX_ABOUT))
    except (OSError, ValueError, RecursionError) as error:
        raise BundleDamaged(f"{path.parent.name}/{path.name}: cannot be read; train the model again") from error
    if not isinstance(value, dict) or value.get("format", FORMAT) != FORMAT:
        raise BundleDamaged(f"{path.parent.name}/{path.name}: is of another format; train the model again")
    return value
