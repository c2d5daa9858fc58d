"""Distances are those of the textbook, and no filter loses a text that is near enough."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.errors import BundleDamaged
from kadr.index.arrays import save
from kadr.index.fuzzy import EVERY, MAX_KEPT, MAX_LETTERS, Spellings, errors_allowed
from tests.index.samples import few

words = st.text(alphabet="абвя ax7漢", min_size=1, max_size=9)


def plainly(a: str, b: str) -> int:
    """Return the distance of two texts by the matrix itself (optimal string alignment)."""
    d = [[i + j if not i * j else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            d[i][j] = min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                d[i][j] = min(d[i][j], d[i - 2][j - 2] + 1)
    return d[-1][-1]


@given(st.lists(words, max_size=12), words, st.integers(0, 2))
def test_near_is_what_lies_within(texts: list[str], asked: str, errors: int) -> None:
    found = Spellings.of(texts).near(asked, errors)
    expected = [(i, d, len(t)) for i, t in enumerate(texts) if (d := plainly(asked, t)) <= errors]
    assert list(zip(found.ids.tolist(), found.errors.tolist(), found.lengths.tolist(), strict=True)) == expected


@given(st.lists(words, max_size=12), words, st.integers(0, 2))
def test_a_beginning_is_that_of_the_best_beginning(texts: list[str], asked: str, errors: int) -> None:
    found = Spellings.of(texts).beginning(asked, errors)
    best = {i: min(plainly(asked, t[:j]) for j in range(len(t) + 1)) for i, t in enumerate(texts)}
    # A text shorter than what was typed, but for the errors, begins nothing.
    expected = {i: d for i, d in best.items() if d <= errors and len(texts[i]) >= len(asked) - errors}
    assert dict(zip(found.ids.tolist(), found.errors.tolist(), strict=True)) == expected
    for i, d, length in zip(found.ids.tolist(), found.errors.tolist(), found.lengths.tolist(), strict=True):
        assert plainly(asked, texts[i][:length]) == d


@few
@given(st.lists(words, max_size=12, unique=True).map(sorted), words)
def test_what_is_saved_is_what_is_opened(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], asked: str
) -> None:
    folder = tmp_path_factory.mktemp("spellings")
    built = Spellings.of(texts)
    built.save(folder, "words")
    opened = Spellings.open(folder, "words")
    assert [opened[i] for i in range(len(opened))] == texts
    for each in (built, opened):
        low, high = each.span(asked)
        assert texts[low:high] == [t for t in texts if t.startswith(asked)]
        low, high = each.same(asked)
        assert texts[low:high] == [t for t in texts if t == asked]
        assert each.holding(asked, 100).tolist() == [i for i, t in enumerate(texts) if asked in t]
        assert each.near(asked, 1).ids.tolist() == built.near(asked, 1).ids.tolist()


def test_a_block_is_searched_alone() -> None:
    texts = Spellings.of(["анна", "яна", "анна", "инна"])
    assert texts.same("анна", (2, 4)) == (2, 3)
    assert texts.near("анна", 1, (2, 4)).ids.tolist() == [2, 3]
    assert texts.beginning("инн", 0, (2, 4)).ids.tolist() == [3]


@given(st.text(alphabet="абвг", max_size=6), st.integers(0, 3 * EVERY), st.integers(0, 6 * EVERY))
def test_a_text_has_its_place_in_a_block_of_any_bounds(asked: str, low: int, high: int) -> None:
    first = sorted("".join(letters) for letters in product("абвг", repeat=3))
    texts = [*first, *first[10:], *first]  # three blocks
    low, high = (min(bound, len(first)) for bound in sorted((low, high)))
    spellings = Spellings.of(texts)
    for start in (0, 2 * len(first) - 10):
        block = start + low, start + high
        held = texts[slice(*block)]
        a, b = spellings.span(asked, block)
        assert held[a - block[0] : b - block[0]] == [text for text in held if text.startswith(asked)]
        a, b = spellings.same(asked, block)
        assert held[a - block[0] : b - block[0]] == [text for text in held if text == asked]


def test_long_texts_are_compared_to_their_end() -> None:
    long = "длинное название " * 6
    texts = Spellings.of([long, long + "!", long[:-9]])
    assert texts.near(long, 1).ids.tolist() == [0, 1]
    typo = long[:3] + long[4:]
    assert texts.near(typo, 1).errors.tolist() == [1]
    assert texts.near(f"{long}!?", 1).ids.tolist() == [1]


def test_thousands_of_likely_texts_keep_the_likeliest() -> None:
    texts = Spellings.of([f"{a}{b}{c}абв" for a in "абвгдежзик" * 3 for b in "абвгдежзик" * 2 for c in "абвгдежзик"])
    assert 0 in texts.near("ааабв", 2).ids.tolist()


@pytest.mark.parametrize(("letters", "errors"), [(0, 0), (3, 0), (4, 1), (7, 1), (8, 2), (60, 2)])
def test_errors_allowed(letters: int, errors: int) -> None:
    assert errors_allowed(letters) == errors


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    Spellings.of(["маяк", "море"]).save(tmp_path, "words")
    save(tmp_path / "words.starts.npy", np.array([0, 4], dtype=np.uint16))
    with pytest.raises(BundleDamaged, match=r"words\.starts\.npy"):
        Spellings.open(tmp_path, "words")
    save(tmp_path / "words.starts.npy", np.array([0.0, 4.0, 8.0]))
    with pytest.raises(BundleDamaged, match=r"words\.starts\.npy"):
        Spellings.open(tmp_path, "words")


@given(
    st.text(alphabet="абвгд", min_size=20, max_size=90),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 80), st.sampled_from("абж")), max_size=3),
    st.integers(0, 2),
)
def test_a_long_text_is_found_by_what_is_left_of_it(text: str, edits: list[tuple[int, int, str]], errors: int) -> None:
    asked = text
    for kind, at, letter in edits:
        spot = at % len(asked)
        behind = {0: asked[spot + 1 :], 1: letter + asked[spot:], 2: letter + asked[spot + 1 :]}
        swapped = asked[spot + 1 : spot + 2] + asked[spot] + asked[spot + 2 :]
        asked = asked[:spot] + behind.get(kind, swapped)
    texts = [text, text[::-1], "ж" * len(text)]
    found = Spellings.of(texts).near(asked, errors)
    expected = [(i, d) for i, t in enumerate(texts) if (d := plainly(asked, t)) <= errors]
    assert list(zip(found.ids.tolist(), found.errors.tolist(), strict=True)) == expected


def test_places_that_are_remembered_stay_right_and_few() -> None:
    texts = sorted(f"слово{n}" for n in range(50))
    spellings = Spellings.of(texts)
    for _ in range(2):
        for within in (None, (0, 20), (20, 50)):
            low, high = within or (0, 50)
            for at, text in enumerate(texts):
                first, end = spellings.same(text, within)
                assert (end - first == 1 and first == at) if low <= at < high else first == end
    for n in range(2 * MAX_KEPT):
        assert spellings.same(f"нет{n}") == (0, 0)
    spellings.same("длинное" * MAX_LETTERS)
    assert len(spellings._found) <= MAX_KEPT
    assert all(len(text) <= MAX_LETTERS for text, _, _ in spellings._found)
    assert spellings.same(texts[7]) == (7, 8)
