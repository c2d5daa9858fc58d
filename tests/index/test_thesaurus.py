"""The compiled table of synonyms."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.analysis import stem, telling_words
from kadr.errors import BundleDamaged
from kadr.index.thesaurus import Thesaurus
from tests.index.samples import WORDS, few, texts

groups = st.lists(st.lists(st.sampled_from(WORDS), min_size=2, max_size=4), max_size=5)


@few
@given(groups, texts)
def test_a_word_has_the_groups_that_hold_its_stem(given_groups: list[list[str]], text: str) -> None:
    expected = [
        str(number)
        for word in telling_words(text)
        for number, group in enumerate(given_groups)
        if stem(word) in {stem(telling.replace("ё", "е")) for telling in group}
    ]
    assert Thesaurus.of(given_groups).concepts(text) == expected


@few
@given(groups, texts)
def test_the_same_table_comes_back_from_disk(
    tmp_path_factory: pytest.TempPathFactory, given_groups: list[list[str]], text: str
) -> None:
    folder = tmp_path_factory.mktemp("thesaurus")
    built = Thesaurus.of(given_groups)
    built.save(folder)
    assert Thesaurus.open(folder).concepts(text) == built.concepts(text)


def test_the_words_of_groups_come_back_from_disk(tmp_path: Path) -> None:
    Thesaurus.of((("Пёс", "собака"), ("cop", "police"))).save(tmp_path)
    opened = Thesaurus.open(tmp_path)
    assert opened.words_of(opened.concepts("police dog собаку")) == ["cop", "police", "пес", "собака"]
    assert opened.words_of(()) == []


def test_groups_of_other_stems_are_refused(tmp_path: Path) -> None:
    Thesaurus.of((("Пёс", "собака"),)).save(tmp_path)
    Thesaurus.of((("cop", "police", "fuzz"),)).stems.save(tmp_path / "thesaurus.stems.npy")
    with pytest.raises(BundleDamaged, match=r"thesaurus\.groups\.starts\.npy: does not fit"):
        Thesaurus.open(tmp_path)
