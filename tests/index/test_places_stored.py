from pathlib import Path

import numpy as np
import pytest

from kadr.errors import BundleDamaged
from kadr.index.arrays import save
from kadr.index.places import Places

AT = np.array([[0, 1], [0.25, 0.5], [np.nan, np.nan]], dtype=np.float32)
KEYS = np.array([7, 2**63, 1], dtype=np.uint64)
PLACES = Places(AT, KEYS, KEYS[:2])


def test_what_is_saved_is_opened(tmp_path: Path) -> None:
    PLACES.save(tmp_path)
    opened = Places.open(tmp_path, 3)
    assert opened.drawn
    assert opened.at.tobytes() == AT.tobytes()
    assert opened.films.tolist() == KEYS.tolist()
    assert opened.founders.tolist() == KEYS[:2].tolist()


def test_no_map_is_saved_and_opened(tmp_path: Path) -> None:
    Places.none(3).save(tmp_path)
    opened = Places.open(tmp_path, 3)
    assert not opened.drawn
    assert opened.at.shape == (3, 2)


def test_a_bundle_from_before_there_were_maps_has_none(tmp_path: Path) -> None:
    assert not Places.open(tmp_path, 4).drawn
    assert Places.open(tmp_path, 4).at.shape == (4, 2)


@pytest.mark.parametrize(
    "at",
    [
        AT[:2],
        AT[:, :1],
        AT.astype(np.float64),
        AT + 1,
        -AT,
        np.where(AT == 1, np.inf, AT),
        np.where(AT == 1, np.nan, AT),
    ],
    ids=["rows", "columns", "type", "above", "below", "infinite", "half a place"],
)
def test_what_is_no_map_is_refused(tmp_path: Path, at: np.ndarray) -> None:
    PLACES.save(tmp_path)
    save(tmp_path / "places.npy", at)
    with pytest.raises(BundleDamaged, match=r"places\.npy: .*rebuild the bundle"):
        Places.open(tmp_path, 3)


@pytest.mark.parametrize("name", ["films", "founders"])
def test_what_the_next_build_needs_must_be_there(tmp_path: Path, name: str) -> None:
    PLACES.save(tmp_path)
    (tmp_path / f"places.{name}.npy").unlink()
    with pytest.raises(BundleDamaged, match=name):
        Places.open(tmp_path, 3)
