"""Passages: the whole of a film, and windows of a long plot."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kadr.encode.passages import LONG_TEXT, MOST_WINDOWS, OVERLAP, WINDOW, Passages, passage, windows
from kadr.film import Description, Film

SCENE = "Смотритель номер {} поднимается по лестнице, считает ступени и записывает погоду в старую тетрадь. "


def film(*texts: str, title: str = "Маяк") -> Film:
    return Film(id="f", title=title, descriptions=tuple(Description(text.strip()) for text in texts))


def plot(scenes: int) -> str:
    return "".join(SCENE.format(i) for i in range(scenes)).strip()


def test_a_film_of_a_short_description_has_one_passage() -> None:
    short = [film(plot(5)), film("x" * LONG_TEXT), film(), film(plot(10), plot(12))]
    found = Passages.of(short)
    assert found.texts == tuple(passage(each) for each in short)
    assert found.starts.tolist() == [0, 1, 2, 3, 4]
    assert found.several is None


def test_a_long_plot_is_read_in_windows_that_overlap_and_keep_sentences_whole() -> None:
    text = plot(60)
    found = windows(film(text))
    assert 2 <= len(found) <= MOST_WINDOWS
    assert found[0].startswith(SCENE.format(0)[:30])
    assert found[-1].endswith(text[-30:])
    at = [text.index(window) for window in found]
    for (start, window), following in zip(zip(at, found, strict=True), at[1:], strict=False):
        assert window.endswith(".")
        assert text[following:].startswith("Смотритель")
        assert start < following < start + len(window) <= following + OVERLAP + len(SCENE)


def test_all_of_a_plot_is_in_some_window() -> None:
    for scenes in (22, 40, 80, 300, 1_000):
        found = " ".join(windows(film(plot(scenes))))
        assert all(f"номер {i} " in found for i in range(scenes))


def test_a_passage_of_a_window_tells_the_title() -> None:
    one, other = film(plot(60)), film("Коротко.", title="Пекарня")
    found = Passages.of([other, one, other])
    inside = windows(one)
    assert found.starts.tolist() == [0, 1, 2 + len(inside), 3 + len(inside)]
    assert found.texts[1] == passage(one)
    assert found.texts[2:-1] == tuple(f"Маяк. {window}" for window in inside)
    assert found.wholes == [passage(other), passage(one), passage(other)]
    assert found.films.tolist() == [0, *[1] * (1 + len(inside)), 2]
    assert found.several is found.starts


@given(st.lists(st.text(alphabet="аб .!?…»", max_size=6_000), max_size=3), st.integers(1, 3))
@example(["аб в. " * 1_000], 1)
def test_windows_of_any_text_are_parts_of_it_and_bounded(texts: list[str], times: int) -> None:
    shown = film(*(text * times for text in texts))
    found = windows(shown)
    assert len(found) <= MOST_WINDOWS
    for window in found:
        assert any(window in d.text for d in shown.descriptions)
    long = [d.text for d in shown.descriptions if len(d.text) > LONG_TEXT]
    assert bool(found) == bool(long)
    if found:
        assert max(map(len, found)) <= max(WINDOW, sum(map(len, long)) * 2)
    # No letter is passed over.
    letters = sum(len(text.replace(" ", "")) for text in long)
    assert sum(len(window.replace(" ", "")) for window in found) >= letters


@pytest.mark.parametrize("text", ["." * 200_000, "a" * 200_000, "Он идёт. " * 25_000, '."»' * 60_000])
def test_a_huge_text_is_cut_in_no_time(text: str) -> None:
    start = time.perf_counter()
    assert 1 < len(windows(film(text))) <= MOST_WINDOWS
    assert time.perf_counter() - start < 2


def test_more_long_descriptions_than_windows() -> None:
    found = windows(film(*(plot(30 + i) for i in range(12))))
    assert len(found) == MOST_WINDOWS
