"""What the map of the catalogue shows: films where the build put them, and the names of themes amid their films."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from app.cards import title_of
from app.texts import language
from kadr.engine import Engine
from kadr.errors import KadrError
from kadr.live import live
from kadr.settings import load_settings
from kadr.vocabulary import genre

__all__ = [
    "COLOURS",
    "MOST_FILMS",
    "WHOLE",
    "Groups",
    "Label",
    "Sight",
    "Spot",
    "Window",
    "group_of",
    "grouped_by",
    "has_map",
    "labels",
    "seen",
    "sight",
    "window_of",
]

MOST_FILMS = 5_000
"""Films on the map at once, the best known ones: a browser draws as many at once, and more are a smear."""
MOST_GROUPS = 9
"""Colours that can still be told apart, besides the one for all others."""
COLOURS = ("genre", "decade")
"""What films may be coloured by."""
_MARGIN = 0.02
_NEAREST = 0.2
_FARTHEST = 0.5
"""The least and the greatest width of a window, of the whole map's: nearer, a handful of films would fill the screen;
farther, nothing would be nearer, as with a theme whose films lie all over the map."""
_MOST_LETTERS = 80
"""Of a title on the map."""
_KEPT = 8
"""Sights that are kept: 5,000 films take a megabyte."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the map: the least and the greatest x and y."""

    left: float = -_MARGIN
    right: float = 1 + _MARGIN
    bottom: float = -_MARGIN
    top: float = 1 + _MARGIN


WHOLE = Window()


@dataclass(frozen=True, slots=True)
class Spot:
    """A film on the map.

    `genre`: its first one by the vocabulary's name, "" where it has none. `near`: whether it is of the theme that is
    looked at, as each is of the whole map.
    """

    film: str
    title: str
    year: int | None
    genre: str
    x: float
    y: float
    near: bool


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen in a window: the best known films, best known first, of so many that lie there."""

    spots: tuple[Spot, ...]
    films: int


@dataclass(frozen=True, slots=True)
class Label:
    """A theme's name at the middle of its films; `films`: how many they are."""

    theme: str
    x: float
    y: float
    films: int


Groups = Mapping[str, Sequence[Spot]]
"""Films by their colour's value: a genre or the first year of a decade, "" for all others, which come last."""


def has_map() -> bool:
    """Return whether the current catalogue has a map; one that cannot be opened has none, and each page says why."""
    try:
        settings = load_settings(os.environ)
        return live(settings.bundle, settings.inference_url).current().engine.places() is not None
    except KadrError:
        return False


def window_of(engine: Engine, theme: str) -> Window:
    """Return the part of the map where a theme's films lie thickest; the whole of it where there is no such theme."""
    lying = _of_theme(engine, theme)
    if not lying.size:
        return WHOLE
    middle = np.median(lying, axis=0)
    reach = np.quantile(np.abs(lying - middle).max(axis=1), 0.8) * 1.6
    half = float(np.clip(reach, _NEAREST / 2, _FARTHEST / 2))
    x, y = (float(each) for each in np.clip(middle, half - _MARGIN, 1 + _MARGIN - half))
    return Window(x - half, x + half, y - half, y + half)


def seen(engine: Engine, window: Window) -> NDArray[np.int64]:
    """Return the rows of the films that lie in a window, best known first."""
    at = engine.places()
    if at is None:
        return np.empty(0, dtype=np.int64)
    x, y = at[:, 0], at[:, 1]
    inside = (x >= window.left) & (x <= window.right) & (y >= window.bottom) & (y <= window.top)
    rows = np.flatnonzero(inside)  # a film without a place is inside of nothing: NaN compares as false
    return rows[np.argsort(-engine.parts.columns.popularity[rows], kind="stable")]


def sight(engine: Engine, theme: str) -> Sight:
    """Return what is seen around a theme, or of the whole map for the name of none."""
    return _sight(engine, engine.manifest.version, theme, language())


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _sight(
    _engine: Engine,
    version: str,  # noqa: ARG001  # what the cache goes by
    theme: str,
    spoken: str,  # noqa: ARG001  # what the cache goes by: titles are the visitor's
) -> Sight:
    rows = seen(_engine, window_of(_engine, theme))
    shown = rows[:MOST_FILMS].tolist()
    at = _engine.places()
    if at is None:
        return Sight((), 0)
    members = _engine.parts.columns.themes.rows_of((theme,)) if theme else np.ones(len(at), dtype=np.bool_)
    spots = [
        Spot(
            film=film.id,
            title=_short(title_of(film)),
            year=film.year,
            genre=genre(film.genres[0]) if film.genres else "",
            x=round(float(at[row, 0]), 4),
            y=round(float(at[row, 1]), 4),
            near=bool(members[row]),
        )
        for row, film in zip(shown, _engine.parts.table.fetch(shown), strict=True)
    ]
    return Sight(tuple(spots), int(rows.size))


def labels(engine: Engine) -> tuple[Label, ...]:
    """Return the themes that have films on the map, the largest first."""
    return _labels(engine, engine.manifest.version)


@st.cache_resource(max_entries=2, show_spinner=False)
def _labels(_engine: Engine, version: str) -> tuple[Label, ...]:  # noqa: ARG001  # the version is what the cache goes by
    found = []
    for theme in _engine.themes():
        lying = _of_theme(_engine, theme.id)
        if lying.size:
            x, y = (round(float(each), 4) for each in np.median(lying, axis=0))
            found.append(Label(theme.id, x, y, len(lying)))
    return tuple(found)


def group_of(spot: Spot, colour: str) -> str:
    """Return the value that decides a film's colour, "" where it has none."""
    if colour == "decade":
        return str(spot.year // 10 * 10) if spot.year else ""
    return spot.genre


def grouped_by(spots: Sequence[Spot], colour: str) -> Groups:
    """Return films by colour: decades in their order, genres by the number of their films, all others last."""
    counts = Counter(group_of(spot, colour) for spot in spots)
    del counts[""]
    common = [value for value, _ in counts.most_common(MOST_GROUPS)]
    order = sorted(common) if colour == "decade" else common
    groups: dict[str, list[Spot]] = {value: [] for value in (*order, "")}
    for spot in spots:
        value = group_of(spot, colour)
        groups[value if value in groups else ""].append(spot)
    return {value: films for value, films in groups.items() if films}


def _short(title: str) -> str:
    return title if len(title) <= _MOST_LETTERS else f"{title[:_MOST_LETTERS]}…"


def _of_theme(engine: Engine, theme: str) -> NDArray[np.float32]:
    """Return the places of a theme's films, float32 (n, 2)."""
    at = engine.places()
    if at is None:
        return np.empty((0, 2), dtype=np.float32)
    lying = at[engine.parts.columns.themes.rows_of((theme,))]
    return lying[np.isfinite(lying).all(axis=1)]
