"""What tells words from letters without sense."""

from pathlib import Path

import numpy as np
import pytest

from kadr.calibrate import nonsense
from kadr.errors import BundleDamaged
from kadr.index.letters import LEAST_WORDS, Letters
from tests.commands import ROOT

TEXTS = (ROOT / "data" / "sample.jsonl").read_text("utf-8").splitlines()
LETTERS = Letters.of(TEXTS[::2])
OTHERS = [word for line in TEXTS[1::2] for word in line.split() if word.isalpha() and len(word) > 3]
"""Words of the other half of the films; some stand in the first half, too."""


@pytest.mark.parametrize("latin", [True, False])
def test_words_of_either_language_are_told_from_random_letters(latin: bool) -> None:
    some = [word for word in OTHERS if word.isascii() is latin]
    queries = [" ".join(some[at : at + 3]) for at in range(0, 3_000, 7)]
    assert np.mean([LETTERS.make_words(query) for query in queries]) > 0.9
    empty = [text for text in nonsense(1_000, 2026) if text[0].isascii() is latin]
    assert np.mean([LETTERS.make_words(text) for text in empty]) < 0.03


def test_of_an_alphabet_that_was_hardly_seen_any_letters_may_be_words() -> None:
    """A Russian catalogue without a table of synonyms, whose visitors ask in English."""
    russian = [word for word in OTHERS if not word.isascii()]
    letters = Letters.of([*russian, "Hollywood", "The End"])
    assert len({*russian}) > LEAST_WORDS
    assert letters.make_words("two sisters bake bread")
    assert letters.make_words("zqxkw wvrtp")
    assert letters.make_words(" ".join(russian[:3]))
    assert not letters.make_words("щфэжд ъъмтк")
    assert not letters.make_words("щфэжд ъъмтк sisters")


@pytest.mark.parametrize("query", ["", "   ", "1984", "?!", "\ud800", "2001 42"])
def test_what_has_no_letters_is_no_word(query: str) -> None:
    assert not LETTERS.make_words(query)


def test_where_nothing_was_read_there_must_be_letters_at_least() -> None:
    assert Letters.of([]).make_words("город")
    assert not Letters.of([]).make_words("12 ?!")


def test_the_order_of_texts_changes_nothing_and_they_come_back(tmp_path: Path) -> None:
    turned = Letters.of(TEXTS[::2][::-1])
    assert np.array_equal(turned.common.sorted, LETTERS.common.sorted)
    LETTERS.save(tmp_path)
    assert np.array_equal(Letters.open(tmp_path).common.sorted, LETTERS.common.sorted)
    (tmp_path / "letters.npy").write_bytes(b"no array")
    with pytest.raises(BundleDamaged, match=r"letters\.npy"):
        Letters.open(tmp_path)
