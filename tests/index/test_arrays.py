"""Arrays on disk: what is found, what comes back after saving, what is refused."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.errors import BundleDamaged
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


def written(path: Path) -> bytes:
    """Write an array, and return the bytes of its file."""
    save(path, np.arange(300, dtype=np.uint32))
    return path.read_bytes()


@pytest.mark.parametrize("left", [0, 4, 9, 60, 127, 128, 1327])
def test_a_file_that_is_cut_short_is_refused(tmp_path: Path, left: int) -> None:
    path = tmp_path / "a.npy"
    path.write_bytes(written(path)[:left])
    with pytest.raises(BundleDamaged, match=r"^a\.npy: is cut short, or no array; rebuild the bundle$"):
        load(path)


@given(st.integers(0, 127), st.integers(0, 255))
def test_no_damage_to_a_header_escapes(tmp_path_factory: pytest.TempPathFactory, at: int, byte: int) -> None:
    path = tmp_path_factory.mktemp("header") / "a.npy"
    content = bytearray(written(path))
    content[at] = byte
    path.write_bytes(content)
    told = ""
    try:
        told = f"a.npy: {load(path, np.uint32).size} numbers"
    except BundleDamaged as error:
        told = str(error)
    assert told.startswith("a.npy: ")


def test_what_is_no_array_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    with pytest.raises(BundleDamaged, match=r"^a\.npy: is missing"):
        load(path)
    np.savez(tmp_path / "a.npz", a=np.zeros(3))
    foreign = [b"PK\x03\x04", (tmp_path / "a.npz").read_bytes(), "слово\n".encode() * 100]
    for content in foreign:
        path.write_bytes(content)
        with pytest.raises(BundleDamaged, match=r"^a\.npy: is cut short, or no array"):
            load(path)
    np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(BundleDamaged, match=r"^a\.npy"):
        load(path)
    (tmp_path / "folder").mkdir()
    with pytest.raises(BundleDamaged, match=r"^folder"):
        load(tmp_path / "folder")


def test_numbers_of_another_kind_are_refused(tmp_path: Path) -> None:
    save(tmp_path / "a.npy", np.zeros((2, 3), dtype=np.float32))
    assert load(tmp_path / "a.npy", np.float32, 2).shape == (2, 3)
    for dtype, ndim in ((np.float32, 1), (np.float16, 2), (np.uint32, 2)):
        with pytest.raises(BundleDamaged, match=r"a\.npy: holds float32 in 2 dimensions"):
            load(tmp_path / "a.npy", dtype, ndim)
    save(tmp_path / "b.npy", np.zeros(3, dtype=">u8"))
    with pytest.raises(BundleDamaged, match=r"b\.npy: holds >u8"):
        Keys.open(tmp_path / "b.npy")


@pytest.mark.parametrize(
    "starts",
    [
        np.array([0, 1.0, 2], dtype=np.float32),
        np.array([0, 1, 2], dtype=np.int64),
        np.array([0, 1, 3], dtype=np.uint32),
        np.array([1, 2, 2], dtype=np.uint32),
        np.array([[0, 2]], dtype=np.uint32),
        np.array([], dtype=np.uint32),
    ],
)
def test_offsets_that_do_not_fit_are_refused(tmp_path: Path, starts: np.ndarray) -> None:
    Groups.of_pairs(np.array([0, 1]), np.array([5, 6]), 2, 7).save(tmp_path, "g")
    Strings.of(["a", "b"]).save(tmp_path, "s")
    for name, opens in (("g", Groups.open), ("s", Strings.open)):
        save(tmp_path / f"{name}.starts.npy", starts)
        with pytest.raises(BundleDamaged, match=rf"^{name}\.starts\.npy: "):
            opens(tmp_path, name)
    save(tmp_path / "g.values.npy", np.zeros(2, dtype=np.float32))
    with pytest.raises(BundleDamaged, match=r"^g\.values\.npy: "):
        Groups.open(tmp_path, "g")


def test_another_length_than_the_files_beside_it_say_is_refused(tmp_path: Path) -> None:
    save(tmp_path / "a.npy", np.zeros((3, 2), dtype=np.float32))
    Groups.of_pairs(np.array([0, 1, 2]), np.array([5, 6, 7]), 3, 8).save(tmp_path, "g")
    Strings.of(["a", "b", ""]).save(tmp_path, "s")
    assert len(load(tmp_path / "a.npy", np.float32, 2, 3)) == len(Groups.open(tmp_path, "g", 3)) == 3
    assert len(Strings.open(tmp_path, "s", 3)) == 3
    for length in (0, 2, 4):
        told = rf"{tmp_path.name}/%s: .* it is of 3 where they are of {length}; rebuild the bundle"
        with pytest.raises(BundleDamaged, match=told % r"a\.npy"):
            load(tmp_path / "a.npy", np.float32, 2, length)
        with pytest.raises(BundleDamaged, match=told % r"g\.starts\.npy"):
            Groups.open(tmp_path, "g", length)
        with pytest.raises(BundleDamaged, match=told % r"s\.starts\.npy"):
            Strings.open(tmp_path, "s", length)


def test_the_narrowest_type_is_taken() -> None:
    largest = (0, 2**16 - 1, 2**16, 2**32 - 1, 2**32)
    assert [smallest_uint(n) for n in largest] == [np.uint16, np.uint16, np.uint32, np.uint32, np.uint64]
