"""What follows "but": what is taken away from a plot, and what is to be more of than in the film that is named."""

import pytest

from kadr.search.types import Filters
from kadr.search.understand import understand
from tests.search.understand.shelved import KNOWN


@pytest.mark.parametrize(
    ("query", "unwanted", "text"),
    [
        ("война, без зомби", ["зомби"], "война"),
        ("war but no zombies", ["zombies"], "war"),
        ("war without zombies", ["zombies"], "war"),
        ("школа, но без уроков", ["уроков"], "школа"),
        ("school without lessons", [], "school without lessons"),
        ("мир без зомби", [], "мир без зомби"),
        ("школа, без него", [], "школа, без него"),
        ("школа, без особых причин", [], "школа, без особых причин"),
        ("он учитель, без работы", [], "он учитель, без работы"),
        ("девочка, без имени, ищет дом", [], "девочка, без имени, ищет дом"),
    ],
)
def test_one_thing_is_taken_away_from_a_bare_plot(query: str, unwanted: list[str], text: str) -> None:
    got = understand(query, KNOWN)
    assert ([wish.label for wish in got.wishes], got.text) == (unwanted, text)


@pytest.mark.parametrize(
    ("word", "mood"),
    [
        ("повеселее", "смешной"),
        ("посмешнее", "смешной"),
        ("пострашнее", "страшный"),
        ("подобрее", "добрый"),
        ("помрачнее", "мрачный"),
        ("погрустнее", "грустный"),
        ("полегче", "легкий"),
        ("funnier", "смешной"),
        ("scarier", "страшный"),
        ("darker", "мрачный"),
        ("lighter", "легкий"),
    ],
)
def test_more_of_a_mood_than_a_film_has_is_the_mood(word: str, mood: str) -> None:
    plain, more = (understand(f"{how}, {word}", KNOWN).wishes for how in ("как матрица, но", "like the matrix, but"))
    assert [wish.key for wish in plain] == ["like:матрица", f"mood:{mood}"]
    assert [wish.key for wish in more] == ["like:the matrix", f"mood:{mood}"]
    assert plain[1].filters == more[1].filters != Filters()


def test_an_article_that_is_left_out_is_found_only_where_films_are_compared() -> None:
    for query in ("like Matrix, but without violence", "something like matrix but without violence"):
        assert [wish.key for wish in understand(query, KNOWN).wishes] == ["like:the matrix", "-words:violence"]
    assert not understand("he moves like matrix", KNOWN).wishes
