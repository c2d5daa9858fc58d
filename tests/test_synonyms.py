"""The table of synonyms: ours, and how mistakes in one are told."""

from itertools import chain
from pathlib import Path

import pytest

from kadr.analysis import STOP_WORDS, stem
from kadr.errors import ConfigError
from kadr.synonyms import read_synonyms
from kadr.text import fold

OURS = Path(__file__).parents[1] / "data" / "synonyms.toml"


def test_our_table_is_large_and_has_both_languages() -> None:
    groups = read_synonyms(OURS)
    assert len(groups) >= 150
    assert sum(any(word.isascii() for word in group) for group in groups) >= 150
    assert sum(not all(word.isascii() for word in group) for group in groups) >= 150
    assert [group for group in groups if len(set(group)) != len(group)] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("мент", "полицейский"),
        ("ужастик", "ужасы"),
        ("зомби", "мертвецы"),
        ("cop", "police"),
        ("пёс", "собака"),
        ("мультик", "мультфильм"),
        ("scifi", "фантастика"),
        ("четыре", "iv"),
        ("lighthouse", "маяк"),
        ("boxing", "боксёр"),
        ("knives", "кинжал"),
        ("шахматистка", "chess"),
    ],
)
def test_our_table_knows_slang(one: str, other: str) -> None:
    groups = [{stem(fold(word)) for word in group} for group in read_synonyms(OURS)]
    assert any({stem(fold(one)), stem(fold(other))} <= group for group in groups)


def test_function_words_stand_for_nothing() -> None:
    telling = [w for w in chain.from_iterable(read_synonyms(OURS)) if fold(w) in STOP_WORDS]
    assert set(telling) <= {"фильм", "movie", "film", "сериал"}


def test_groups_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[b]\ngroups = [["x", "y"]]\n[a]\ngroups = [["z", "Ёлка", "w"]]\n', encoding="utf-8")
    assert read_synonyms(path) == (("x", "y"), ("z", "Ёлка", "w"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[a]\ngroups = 3", "a.groups: must be a list of lists"),
        ("[a]\ngroups = [3]", "a.groups[1]"),
        ('[a]\ngroups = [["x", "y"], ["one"]]', "a.groups[2]: must hold two words"),
        ('[a]\ngroups = [["x", "x"]]', "must hold two words"),
        ('[a]\ngroups = [["x", "two words"]]', "a.groups[1][2]: must be one word"),
        ('[a]\ngroups = [["x", "—"]]', "must be one word"),
        ('[a]\ngroup = [["x", "y"]]', "did you mean groups?"),
        ("a = 3", "must be a table"),
        ("[a", "is not valid TOML"),
        ("[a]\ngroups = [" + "['x', 'y'], " * 5001 + "]", "at most 5,000"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_synonyms(path)
    assert told in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        read_synonyms(tmp_path / "none.toml")
