"""Arrays of other numbers or dimensions than a file should hold are refused, with the file's name."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kadr.encode.ready import ReadyQueries
from kadr.errors import BundleDamaged
from kadr.film import Description, Film
from kadr.index.columns import build_columns
from kadr.index.lexical import LexicalIndex, LexicalParams, build_lexical
from kadr.index.mentions import Mentions, build_mentions
from kadr.index.themes import Themes
from kadr.index.vectors import VectorIndex, write_vectors

FILMS = [
    Film(id=str(i), title=f"Маяк {i}", actors=("Анна Волк",), descriptions=(Description("Снег", "", "ru"),))
    for i in range(3)
]
NORMS = np.ones(3, dtype=np.float32)


def _themes(folder: Path) -> None:
    Themes.open(folder)


def _mentions(folder: Path) -> None:
    Mentions.open(folder)


def _lexical(folder: Path) -> None:
    LexicalIndex.open(folder, len(FILMS), LexicalParams())


def _vectors(folder: Path) -> None:
    VectorIndex.open(folder / "films.usearch", NORMS)


def _ready(folder: Path) -> None:
    ReadyQueries.open(folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with one of each."""
    Themes.none(len(FILMS)).save(tmp_path)
    build_mentions(FILMS, build_columns(FILMS)).save(tmp_path)
    build_lexical(FILMS, LexicalParams()).save(tmp_path)
    vectors = np.eye(3, 4, dtype=np.float32)
    starts = np.arange(4, dtype=np.uint32)
    write_vectors(tmp_path / "films.usearch", vectors, ["0", "1", "2"], starts=starts, fine=True)
    ReadyQueries.of(["маяк"], vectors[:1]).save(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "opened"),
    [
        ("theme.of_film", _themes),
        ("theme.centres", _themes),
        ("theme.films", _themes),
        ("people.labels", _mentions),
        ("people.ordinary", _mentions),
        ("translations.asked", _lexical),
        ("translations.weights", _lexical),
        ("films.passages", _vectors),
        ("films.fine", _vectors),
        ("vectors", _ready),
    ],
)
def test_an_array_of_another_form_is_refused_by_name(folder: Path, file: str, opened: Callable[[Path], None]) -> None:
    opened(folder)
    path = folder / f"{file}.npy"
    right = np.load(path)
    for wrong in (right.astype(np.float64), right.astype(np.complex64), right[..., None]):
        np.save(path, wrong)
        with pytest.raises(BundleDamaged, match=rf"{file}\.npy: holds .* dimensions; rebuild the bundle"):
            opened(folder)
