"""Translations learned from films that two services describe."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kadr.film import Description, Film
from kadr.index.lexical import LexicalIndex, LexicalParams, build_lexical
from kadr.index.translations import MIN_PAIRS, MOST, learn_translations

PLACES = [f"город{letter}{number}" for letter in "абвгдежз" for number in range(40)]


def described_twice(count: int) -> list[Film]:
    """Return films that one service calls a sloop's and another a vessel's, among words that mean nothing."""
    rng = random.Random(7)
    films = []
    for number in range(count):
        meant = {0: ("шлюп", "фрегат"), 1: ("улица", "проспект")}.get(number % 10, ("жизнь", "бытие"))
        one, other = (f"{word} {' '.join(rng.sample(PLACES, 8))}" for word in meant)
        films.append(Film(id=str(number), title=f"Номер {number}", descriptions=(Description(one), Description(other))))
    return films


TWICE = described_twice(MIN_PAIRS)
ONCE = Film(id="x", title="Последний", descriptions=(Description("фрегат уходит"),))


def test_what_two_services_say_of_one_film_is_learned() -> None:
    found = {(each.asked, each.held): each.probability for each in learn_translations(TWICE)}
    best = {asked: max((p, held) for (a, held), p in found.items() if a == asked)[1] for asked, _ in found}
    assert (best["шлюп"], best["фрегат"], best["улиц"], best["проспект"]) == ("фрегат", "шлюп", "проспект", "улиц")
    assert "жизн" not in best  # it stands nearly everywhere
    assert all(0 < probability <= 1 for probability in found.values())
    assert all(sum(asked == each for asked, _ in found) <= MOST for each in best)


@pytest.mark.parametrize(
    "films",
    [TWICE[:-1], [replace(film, descriptions=film.descriptions[:1]) for film in TWICE]],
    ids=["few pairs", "one text a film"],
)
def test_nothing_is_learned_of_too_little(films: list[Film]) -> None:
    assert learn_translations(films) == ()


def test_copies_teach_nothing() -> None:
    copies = [replace(film, descriptions=(film.descriptions[0],) * 2) for film in TWICE]
    assert learn_translations(copies) == ()


def test_a_film_is_found_by_the_other_word_behind_the_word_itself(tmp_path: Path) -> None:
    films = [*TWICE, ONCE]
    index = build_lexical(films, LexicalParams())
    scores, plain = index.scores("шлюп"), build_lexical(films, LexicalParams(translations=0.0)).scores("шлюп")
    assert scores[-1] > 0 == plain[-1]
    assert scores[-1] < scores[:-1].max()
    assert np.array_equal(scores > 0, scores >= plain) or (scores >= plain).all()
    index.save(tmp_path)
    opened = LexicalIndex.open(tmp_path, len(films), index.params)
    assert np.array_equal(opened.scores("шлюп проспект"), index.scores("шлюп проспект"))


def test_the_order_of_other_films_changes_nothing() -> None:
    assert learn_translations(TWICE) == learn_translations(TWICE[::-1])
