"""Titles of a real catalogue are found as they are typed: the promises of `bench/titles.py`, on a sample."""

import csv
import random
from collections.abc import Callable

import pytest

from kadr.film import Film
from kadr.index.titles import TitleIndex, build_titles
from kadr.keyboard import swapped
from kadr.search.suggest import Suggester
from kadr.text import language_of, normalise
from kadr.transliteration import to_latin
from tests.data import real_data

pytestmark = pytest.mark.data
SAMPLE = 300


@pytest.fixture(scope="module")
def index() -> TitleIndex:
    with real_data("catalogues/merged_ru.csv").open(encoding="utf-8") as file:
        titles = [row["title"] for row in csv.DictReader(file) if normalise(row["title"])]
    return build_titles([Film(id=str(i), title=title) for i, title in enumerate(titles)])


@pytest.fixture(scope="module")
def titles(index: TitleIndex) -> list[str]:
    low, high = index.names.block("title")
    found = [index.names.texts[i] for i in range(low, high)]
    one_alphabet = [t for t in found if len(t) >= 4 and language_of(t) == "ru" and not any("a" <= c <= "z" for c in t)]
    return random.Random(11).sample(one_alphabet, SAMPLE)


def _without_a_letter(title: str) -> str:
    at = len(title) // 2
    return title[:at] + title[at + 1 :]


def _exchanged(title: str) -> str:
    at = len(title) // 2
    return title[: at - 1] + title[at] + title[at - 1] + title[at + 1 :]


@pytest.mark.parametrize(
    ("typed", "least"),
    [
        (_without_a_letter, 0.92),
        (_exchanged, 0.92),
        (swapped, 0.95),
        (lambda title: " ".join((*to_latin(word), word)[0] for word in title.split()), 0.95),
    ],
    ids=["a letter too few", "two exchanged", "layout", "alphabet"],
)
def test_a_title_comes_first(index: TitleIndex, titles: list[str], typed: Callable[[str], str], least: float) -> None:
    block = index.names.block("title")
    asked = [(title, typed(title)) for title in titles]
    # Where another title is as near as its own, nobody could tell which was meant.
    told = [(title, text) for title, text in asked if len(index.names.texts.near(normalise(text), 1, block).ids) < 2]
    assert len(told) >= 0.8 * SAMPLE
    firsts = [index.near_titles(text).names[:1].tolist() for _, text in told]
    found = sum(names == [index.names.texts.same(t, block)[0]] for (t, _), names in zip(told, firsts, strict=True))
    exact = sum(normalise(text) == title for title, text in told)
    assert (found + exact) / len(told) >= least


def test_half_a_title_suggests_it(index: TitleIndex, titles: list[str]) -> None:
    suggester = Suggester(index)
    found = sum(
        title in [normalise(each.text) for each in suggester.suggest(title[: max(4, len(title) * 2 // 3)])]
        for title in titles
    )
    assert found / len(titles) >= 0.9
