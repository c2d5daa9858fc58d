from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from kadr.evaluate.judgments import Judgment
from kadr.evaluate.leaks import COPIED, SHINGLE, Leak, leaks
from kadr.film import Description, Film

WORDS = [f"слово{number}" for number in range(120)]
PLOT = "Смотритель маяка находит письмо в бутылке и едет через пустыню искать того, кто его написал."


def _film(*texts: str, own: str = "a", tagline: str = "") -> Film:
    return Film(own, "Маяк", descriptions=tuple(Description(text) for text in texts), tagline=tagline)


def _found(query: str, *films: Film) -> tuple[Leak, ...]:
    return leaks([Judgment(1, query)], films)


def test_a_text_that_a_film_contains_is_told_however_it_is_written() -> None:
    (leak,) = _found(PLOT.upper().replace(",", " –"), _film("Другой текст.", f"Начало. {PLOT} Конец."))
    assert (leak.judgment.number, leak.film_id, leak.film_title, leak.share) == (1, "a", "Маяк", 1.0)


def test_a_tagline_is_a_text_too() -> None:
    assert _found(PLOT, _film(tagline=PLOT))


def test_a_query_as_visitors_type_it_is_no_copy() -> None:
    assert not _found("смотритель маяка находит письмо", _film(PLOT))
    assert not _found("маяк", _film("маяк"))
    assert not _found(" ".join(WORDS[: SHINGLE - 1]), _film(" ".join(WORDS)))
    assert _found(" ".join(WORDS[:SHINGLE]), _film(" ".join(WORDS)))


def test_other_words_for_the_same_plot_are_no_copy() -> None:
    told = "Человек, который смотрит за маяком, вынимает из бутылки письмо и отправляется за автором через пески."
    assert not _found(told, _film(PLOT))


def test_a_word_changed_in_a_long_text_does_not_hide_the_copy() -> None:
    changed = [*WORDS[:90], "иначе", *WORDS[91:]]
    (leak,) = _found(" ".join(changed), _film(" ".join(WORDS)))
    assert COPIED <= leak.share < 1
    assert leak.share == (113 - 8) / 113  # of 113 runs, the eight that hold the changed word


def test_half_a_text_is_no_copy() -> None:
    assert not _found(" ".join(WORDS[:100]), _film(" ".join(WORDS[:60]), " ".join(WORDS[60:])))


def test_the_film_that_holds_most_of_it_is_named() -> None:
    almost = _film(" ".join(WORDS[:-1]), own="almost")
    whole = _film(" ".join(WORDS), own="whole")
    for films in ((almost, whole), (whole, almost)):
        (leak,) = _found(" ".join(WORDS), *films)
        assert leak.film_id == "whole"


def test_leaks_stand_in_file_order_and_namesakes_are_told_apart() -> None:
    other = " ".join(WORDS[20:40])
    judgments = [Judgment(1, PLOT), Judgment(2, "маяк"), Judgment(3, other), Judgment(4, PLOT)]
    films = [_film(other, own="b"), _film(PLOT, own="a")]
    assert [(leak.judgment.number, leak.film_id) for leak in leaks(judgments, films)] == [(1, "a"), (3, "b"), (4, "a")]


@given(
    before=st.lists(st.sampled_from(WORDS), max_size=12),
    copied=st.permutations(WORDS).map(lambda words: words[:20]),
    length=st.integers(SHINGLE, 20),
)
def test_no_place_in_a_text_hides_a_copy(before: Sequence[str], copied: Sequence[str], length: int) -> None:
    query = " ".join(copied[:length])
    assert _found(query, _film(" ".join((*before, query, "конец"))))
