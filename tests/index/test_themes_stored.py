from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.errors import BundleDamaged
from kadr.index.themes import FILE, NO_THEME, Theme, Themes
from tests.index.samples import few

IDS = ("t1", "t2", "t3")
of_films = st.lists(st.integers(NO_THEME, 2), max_size=20)


def themes_of(of_film: list[int]) -> Themes:
    array = np.array(of_film, dtype=np.int32)
    themes = tuple(
        Theme(id_, f"тема «{id_}»", f"theme {id_}", ("маяк", "sea"), int((array == at).sum()))
        for at, id_ in enumerate(IDS)
    )
    keys = np.arange(len(of_film), dtype=np.uint64)
    return Themes(array, themes, np.eye(3, 5, dtype=np.float32), np.zeros(5, dtype=np.float32), keys, keys[:2])


@few
@given(of_films, st.lists(st.sampled_from((*IDS, "nobody", "")), max_size=3), st.lists(st.booleans(), max_size=20))
def test_rows_and_counts_are_those_of_a_plain_filter(of_film: list[int], asked: list[str], marks: list[bool]) -> None:
    themes = themes_of(of_film)
    names = [IDS[place] if place != NO_THEME else None for place in of_film]
    assert themes.rows_of(tuple(asked)).tolist() == [name in asked for name in names]
    assert [IDS[place] for place in themes.find(tuple(asked))] == [each for each in asked if each in IDS]
    mask = np.array([*marks, *([False] * 20)][: len(of_film)], dtype=np.bool_)
    counted = [sum(mask[row] for row, name in enumerate(names) if name == each) for each in IDS]
    assert themes.counts(np.flatnonzero(mask)).tolist() == counted


@few
@given(of_films)
def test_stored_themes_come_back(tmp_path_factory: pytest.TempPathFactory, of_film: list[int]) -> None:
    folder, themes = tmp_path_factory.mktemp("themes"), themes_of(of_film)
    themes.save(folder)
    back = Themes.open(folder)
    assert back.themes == themes.themes
    for name in ("of_film", "centres", "middle", "films", "founders"):
        assert np.array_equal(getattr(back, name), getattr(themes, name))
        assert getattr(back, name).dtype == getattr(themes, name).dtype


def test_no_themes_are_stored_too(tmp_path: Path) -> None:
    Themes.none(3).save(tmp_path)
    back = Themes.open(tmp_path)
    assert back.themes == ()
    assert back.of_film.tolist() == [NO_THEME] * 3
    assert back.rows_of(("t1",)).tolist() == [False] * 3
    assert back.counts(np.ones(3, dtype=np.bool_)).size == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "7",
        "[7]",
        '[{"id": "t1"}]',
        '[{"id": 1, "name_ru": "", "name_en": "", "terms": [], "size": 1}]',
        '[{"id": "t", "name_ru": "", "name_en": "", "terms": [], "size": "1"}]',
        '[{"id": "t", "name_ru": "", "name_en": "", "terms": [], "size": 1, "more": 1}]',
        "[" * 100_000,
        " " * (5 * 1024 * 1024),
    ],
)
def test_a_damaged_list_is_refused_by_name(tmp_path: Path, text: str) -> None:
    themes_of([0]).save(tmp_path)
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(BundleDamaged, match=r"^themes\.json: "):
        Themes.open(tmp_path)


def test_a_missing_list_is_refused_by_name(tmp_path: Path) -> None:
    themes_of([0]).save(tmp_path)
    (tmp_path / FILE).unlink()
    with pytest.raises(BundleDamaged, match=r"^themes\.json: "):
        Themes.open(tmp_path)
