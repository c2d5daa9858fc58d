"""Themes as a bundle keeps them: what the films tell of, grouped by meaning when the bundle was built.

`themes.json` holds what is shown, one array the theme of each film. The other arrays are for the next build, which
keeps the themes that visitors know.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from kadr.errors import BundleDamaged
from kadr.index.arrays import load, save

__all__ = ["NO_THEME", "Theme", "Themes"]

NO_THEME = -1
"""Stands in `Themes.of_film` for a film that is near to no theme."""
FILE = "themes.json"
MAX_FILE_BYTES = 4 * 1024 * 1024
"""A theme takes 300 bytes, and there are some hundred."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A group of films that tell of the same things.

    `id` keeps its meaning from build to build, so a link may hold it. `name_ru`, `name_en`: how it is called, the same
    in both where the films' texts have one language. `terms`: its telling words, the most telling first. `size`: its
    films.
    """

    id: str
    name_ru: str
    name_en: str
    terms: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Themes:
    """The themes of a catalogue, largest first.

    `of_film`: int32 (n_films,), the place in `themes` of each film's theme, NO_THEME for none. `centres`: float32
    (n_themes, dim), unit length, the direction in which a theme's films lie from `middle`, float32 (dim,), the mean of
    all vectors. `films`: uint64 (n_films,), `kadr.index.arrays.key_of` of each film's id; `founders`: uint64 (any,), of
    the films that were there when the themes were last sought.
    """

    of_film: NDArray[np.int32]
    themes: tuple[Theme, ...]
    centres: NDArray[np.float32]
    middle: NDArray[np.float32]
    films: NDArray[np.uint64]
    founders: NDArray[np.uint64]

    @classmethod
    def none(cls, n_films: int) -> Self:
        """Return what a catalogue has in which no theme was found or sought."""
        nothing, no_keys = np.empty(0, dtype=np.float32), np.empty(0, dtype=np.uint64)
        of_film = np.full(n_films, NO_THEME, dtype=np.int32)
        return cls(of_film, (), nothing.reshape(0, 0), nothing, no_keys, no_keys)

    def find(self, ids: tuple[str, ...]) -> list[int]:
        """Return the places of the themes with these ids; ids that no theme has are left out."""
        place = {theme.id: i for i, theme in enumerate(self.themes)}
        return [place[each] for each in ids if each in place]

    def rows_of(self, ids: tuple[str, ...]) -> NDArray[np.bool_]:
        """Return which films have any of these themes, bool (n_films,)."""
        return np.isin(self.of_film, self.find(ids))

    def counts(self, rows: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return how many of these films, each given once, have each theme, int64 (n_themes,)."""
        return np.bincount(self.of_film[rows] - NO_THEME, minlength=len(self.themes) + 1)[1:]

    def save(self, folder: Path) -> None:
        """Write the themes into a folder, the same bytes for the same themes."""
        folder.mkdir(parents=True, exist_ok=True)
        shown = json.dumps([asdict(theme) for theme in self.themes], ensure_ascii=False, indent=1)
        (folder / FILE).write_text(shown + "\n", encoding="utf-8", newline="\n")
        for name in _ARRAYS:
            save(folder / f"theme.{name}.npy", getattr(self, name))

    @classmethod
    def open(cls, folder: Path, n_films: int | None = None) -> Self:
        """Map the arrays and read the names; `n_films` is how many films there must be, None for any number.

        Raises:
            BundleDamaged: a file is missing, not as `save` writes it, or does not fit those beside it.
        """
        themes = _read(folder / FILE)
        lengths = {"of_film": n_films, "centres": len(themes)}
        arrays = {name: load(folder / f"theme.{name}.npy", *form, lengths.get(name)) for name, form in _ARRAYS.items()}
        opened = cls(themes=themes, **arrays)
        if opened.films.size not in {0, opened.of_film.size} or opened.centres.shape[1] != opened.middle.size:
            raise BundleDamaged(f"{FILE}: the arrays beside it are of other themes; rebuild the bundle")
        return opened


_ARRAYS: dict[str, tuple[Any, int]] = {
    "of_film": (np.int32, 1),
    "centres": (np.float32, 2),
    "middle": (np.float32, 1),
    "films": (np.uint64, 1),
    "founders": (np.uint64, 1),
}
"""Their numbers and how many dimensions they have."""


def _read(path: Path) -> tuple[Theme, ...]:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise BundleDamaged(f"{path.name}: is larger than any list of themes; rebuild the bundle")
        return tuple(_theme(each) for each in json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise BundleDamaged(f"{path.name}: is missing, or no list of themes; rebuild the bundle") from error


def _theme(data: Any) -> Theme:
    theme = Theme(**{**data, "terms": tuple(data["terms"])})
    texts = (theme.id, theme.name_ru, theme.name_en, *theme.terms)
    if not all(isinstance(text, str) for text in texts) or not isinstance(theme.size, int):
        raise TypeError(theme.id)
    return theme
