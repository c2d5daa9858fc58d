"""Arrays on disk: what is found, what comes back after saving, what is refused."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.index.arrays import Groups, Keys, Strings, key_of, load, save, smallest_uint

PAIRS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 70_000)), max_size=30, unique=True)


def test_an_array_comes_back_mapped_and_read_only(tmp_path: Path) -> None:
    save(tmp_path / "deep" / "a.npy", np.arange(6, dtype=np.uint16).reshape(2, 3)[:, ::2])
    array = load(tmp_path / "deep" / "a.npy")
    assert array.tolist() == [[0, 2], [3, 5]]
    assert array.dtype == np.uint16
    with pytest.raises(ValueError, match="read-only"):
        array[0, 0] = 1


def test_a_key_is_pinned() -> None:
    # Bundles hold these numbers: another hash would find nothing in them.
    assert key_of("маяк") == int.from_bytes(bytes.fromhex("372d676d7141a6fe"), "little")


@given(st.lists(st.text(max_size=8), unique=True, max_size=12), st.lists(st.text(max_size=8), max_size=6))
def test_keys_find_each_text_where_it_stands(texts: list[str], others: list[str]) -> None:
    keys, places = Keys.of(texts)
    assert sorted(places.tolist()) == list(range(len(texts)))
    assert np.array_equal(keys.sorted, np.unique(keys.sorted))
    expected = [int(places[texts.index(t)]) if t in texts else -1 for t in (*texts, *others)]
    assert keys.find([*texts, *others]).tolist() == expected


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="stands twice"):
        Keys.of(["маяк", "луна", "маяк"])


@given(PAIRS, st.lists(st.integers(0, 5), max_size=8))
def test_groups_hold_their_values_ascending(pairs: list[tuple[int, int]], asked: list[int]) -> None:
    group, value = (np.array([p[i] for p in pairs], dtype=np.int64) for i in (0, 1))
    groups = Groups.of_pairs(group, value, 6, 70_000)
    expected = [sorted(v for g, v in pairs if g == i) for i in range(6)]
    assert [groups[i].tolist() for i in range(len(groups))] == expected
    assert groups.lengths().tolist() == [len(e) for e in expected]
    assert groups.group_of_each().tolist() == [i for i, e in enumerate(expected) for _ in e]
    assert groups.take(np.array(asked, dtype=np.int64)).tolist() == [v for g in asked for v in expected[g]]


@given(st.lists(st.text(max_size=9), max_size=9))
def test_strings_come_back(texts: list[str]) -> None:
    strings = Strings.of(texts)
    assert [strings[i] for i in range(len(strings))] == texts


def test_all_three_come_back_from_disk_empty_or_not(tmp_path: Path) -> None:
    for texts in ([], ["ёж", "", "a"]):
        keys, places = Keys.of(texts)
        groups = Groups.of_pairs(places, places, len(texts), len(texts))
        keys.save(tmp_path / "keys.npy")
        groups.save(tmp_path, "groups")
        Strings.of(texts).save(tmp_path, "strings")
        assert Keys.open(tmp_path / "keys.npy").find([*texts, "no"]).tolist() == [*places.tolist(), -1]
        opened, strings = Groups.open(tmp_path, "groups"), Strings.open(tmp_path, "strings")
        assert [opened[i].tolist() for i in range(len(opened))] == [[i] for i in range(len(texts))]
        assert [strings[i] for i in range(len(strings))] == texts


def test_groups_of_numbers_that_are_no_integers_are_refused(tmp_path: Path) -> None:
    save(tmp_path / "g.starts.npy", np.zeros(2, dtype=np.float32))
    save(tmp_path / "g.values.npy", np.zeros(2, dtype=np.uint16))
    with pytest.raises(TypeError, match=r"g\.starts\.npy"):
        Groups.open(tmp_path, "g")


def test_the_narrowest_type_is_taken() -> None:
    largest = (0, 2**16 - 1, 2**16, 2**32 - 1, 2**32)
    assert [smallest_uint(n) for n in largest] == [np.uint16, np.uint16, np.uint32, np.uint32, np.uint64]
