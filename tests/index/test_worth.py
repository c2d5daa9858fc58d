"""What words of a query are worth: sorts of words by their endings, and where they stand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.analysis import telling_words
from kadr.film import Description, Film
from kadr.index.lexical import LexicalParams, build_lexical
from kadr.index.worth import ADJECTIVE, OTHER, VERB, sort_of, worths


@pytest.mark.parametrize(
    ("words", "sort"),
    [
        ("возвращается встретить пытаются погибает вернулась нашли спасли уехал защищают", VERB),
        ("молодой старая заброшенным неизвестного опасными стеклянную", ADJECTIVE),
        ("смотритель маяк сестра корабль город ночь рой сеть 1984 keeper running lovely", OTHER),
    ],
)
def test_endings_tell_sorts_of_words(words: str, sort: int) -> None:
    told = {word: sort_of(word) for word in words.split()}
    wrong = {word for word, found in told.items() if found != sort}
    # «нашли» and «спасли» end as no verb of the table does, and count as any word.
    assert wrong == ({"нашли", "спасли"} if sort == VERB else set())


@given(st.text(), st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.5))
def test_one_positive_worth_a_word(text: str, verbs: float, adjectives: float, opening: float) -> None:
    found = telling_words(text)
    worth = worths(found, verbs, adjectives, opening)
    assert worth.shape == (len(found),)
    assert ((worth >= 0) & (worth <= 1 + opening)).all()


def test_first_words_are_worth_more_than_last_ones() -> None:
    assert worths(("маяк", "остров", "лодка", "шторм"), 0.5, 0.5, 0.2).tolist() == pytest.approx([1.2, 1.1, 1.0, 0.9])


def test_nothing_told_apart_is_worth_one() -> None:
    found = ("молодой", "смотритель", "возвращается", "остров")
    assert worths(found, 1.0, 1.0, 0.0).tolist() == [1, 1, 1, 1]
    assert worths(found, 0.5, 0.75, 0.0).tolist() == [0.75, 1, 0.5, 1]


def test_a_shared_noun_outweighs_a_shared_verb() -> None:
    texts = ("Астроном спорит с кораблём.", "Садовник возвращается в библиотеку.")
    films = [Film(id=str(i), title="Ночь", descriptions=(Description(text, "s"),)) for i, text in enumerate(texts)]
    query = "корабль возвращается"
    told, alike = build_lexical(films, LexicalParams()), build_lexical(films, LexicalParams(verbs=1.0, opening=0.0))
    assert np.argmax(told.scores(query)) == 0
    assert np.ptp(alike.scores(query)) < np.ptp(told.scores(query))


def test_a_word_longer_than_any_is_of_no_sort_and_not_kept() -> None:
    assert sort_of("а" * 60 + "ться") == VERB
    assert sort_of("а" * 4_000 + "ться") == OTHER
