"""Titles and people by hash: the same before and after the disk, in every case, alphabet and order."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from kadr.errors import BundleDamaged
from kadr.film import Description, Film
from kadr.index.arrays import save
from kadr.index.columns import build_columns
from kadr.index.mentions import ROLES, Mentions, build_mentions, sound_keys
from kadr.text import normalise
from tests.index.samples import catalogues, few

FILMS = (
    Film(
        id="a",
        title="Ёлки",
        original_title="Firs",
        directors=("Лев Ди Марко",),
        actors=("Ann Stone", "Пётр Волк"),
        descriptions=(Description("Старый волк уходит в лес."),),
    ),
    Film(id="b", title="Елки!", actors=("Лев Ди Марко", "Пётр Седых")),
)
MENTIONS = build_mentions(FILMS, build_columns(FILMS))


def names(mentions: Mentions, key: str) -> list[str]:
    columns = build_columns(FILMS)
    found = []
    for person in mentions.people_of([key])[0].tolist():
        for role, label in zip(ROLES, mentions.labels[person].tolist(), strict=True):
            if label < len(columns.lists[role].labels):
                found.append(columns.lists[role].labels[label])
    return found


def test_titles_are_known_as_they_are_compared() -> None:
    assert MENTIONS.are_titles(["елки", "firs", "ёлки", "ел", ""]).tolist() == [True, True, False, False, False]
    assert MENTIONS.films_of("елки").tolist() == [0, 1]
    assert MENTIONS.films_of("никто").tolist() == []


def test_people_are_found_by_each_word_and_by_surname() -> None:
    assert names(MENTIONS, "лев") == ["Лев Ди Марко", "Лев Ди Марко"]
    assert names(MENTIONS, "=лев") == []
    assert names(MENTIONS, "=марко") == names(MENTIONS, "=димарко") == ["Лев Ди Марко", "Лев Ди Марко"]
    assert sorted(names(MENTIONS, "петр")) == ["Пётр Волк", "Пётр Седых"]
    assert names(MENTIONS, "=stone") == ["Ann Stone"]
    assert [found.size for found in MENTIONS.people_of(["stone", "нет", "волк"])] == [1, 0, 1]
    assert MENTIONS.people_of([]) == []


def test_a_name_is_heard_in_the_other_alphabet_and_only_there() -> None:
    assert set(sound_keys("марко")) & set(sound_keys("marko", other=True))
    assert not set(sound_keys("марко")) & set(sound_keys("марко", other=True))
    assert names(MENTIONS, "=" + sound_keys("стоун", other=True)[0]) == ["Ann Stone"]


@pytest.mark.parametrize(
    ("latin", "russian"),
    [("scorsese", "скорсезе"), ("murray", "мюррей"), ("gray", "грэй"), ("ishikawa", "исикава"), ("ryder", "райдер"),
     ("nicholson", "николсон"), ("atsushi", "ацуси")],
)  # fmt: skip
def test_a_name_has_one_key_in_both_alphabets(latin: str, russian: str) -> None:
    assert set(sound_keys(latin)) & set(sound_keys(russian, other=True))
    assert set(sound_keys(russian)) & set(sound_keys(latin, other=True))


def test_a_surname_that_texts_use_is_ordinary() -> None:
    ordinary = [MENTIONS.ordinary[int(MENTIONS.people_of([f"={name}"])[0][0])] for name in ("волк", "stone", "седых")]
    assert ordinary == [1, 0, 0]


@few
@given(catalogues)
def test_every_title_and_name_of_a_catalogue_is_found(films: list[Film]) -> None:
    columns = build_columns(films)
    got = build_mentions(films, columns)
    for row, film in enumerate(films):
        assert row in got.films_of(normalise(film.title)).tolist()
        for name in film.people:
            groups = got.people_of(normalise(name).split())
            common = set.intersection(*(set(group.tolist()) for group in groups)) if groups else set()
            assert bool(common) is bool(normalise(name))


def test_the_disk_changes_nothing(tmp_path: Path) -> None:
    MENTIONS.save(tmp_path)
    opened = Mentions.open(tmp_path)
    for field in ("labels", "ordinary"):
        assert np.array_equal(getattr(opened, field), getattr(MENTIONS, field))
    assert opened.films_of("firs").tolist() == [0]
    assert names(opened, "=волк") == ["Пётр Волк"]
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    build_mentions(FILMS, build_columns(FILMS)).save(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first


@pytest.mark.parametrize("name", ["people.labels.npy", "people.keys.npy", "titles.keys.npy"])
def test_files_that_do_not_belong_together_are_refused(tmp_path: Path, name: str) -> None:
    MENTIONS.save(tmp_path)
    save(tmp_path / name, np.load(tmp_path / name)[:-1])
    with pytest.raises(BundleDamaged, match=tmp_path.name):
        Mentions.open(tmp_path)


def test_an_empty_catalogue_mentions_nothing(tmp_path: Path) -> None:
    build_mentions([], build_columns([])).save(tmp_path)
    opened = Mentions.open(tmp_path)
    assert not opened.are_titles(["а"]).any()
    assert opened.people_of(["а"])[0].size == 0
