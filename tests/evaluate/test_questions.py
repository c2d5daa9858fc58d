"""Questions put to a bundle: which films are asked for, and what is told of one that is not found."""

from pathlib import Path

import pytest

from kadr.bundle import resolve
from kadr.engine import Engine
from kadr.errors import BundleDamaged
from kadr.evaluate.questions import chosen_titles, put_questions
from kadr.film import Film

FILMS = [Film(f"f{number}", f"Картина {number}") for number in range(10)]


def test_the_first_and_the_last_are_asked_for_and_those_between_evenly() -> None:
    assert chosen_titles(FILMS, 3) == ("Картина 0", "Картина 4", "Картина 9")
    assert chosen_titles(FILMS, 10) == tuple(film.title for film in FILMS)
    assert len(chosen_titles(FILMS, 20)) == 10
    assert chosen_titles(FILMS[:1], 3) == ("Картина 0",)
    assert chosen_titles([], 3) == ()


def test_a_bundle_that_does_not_find_a_film_is_damaged(bundles: Path, engine: Engine) -> None:
    titles = chosen_titles(list(engine.films()), 3)
    folder = resolve(bundles)
    put_questions(folder, titles)
    with pytest.raises(BundleDamaged) as raised:
        put_questions(folder, [*titles, "Чего здесь\nнет"])
    assert str(raised.value) == (
        f"{folder.name}: does not find a film by its title, 'Чего здесь нет' (question 4 of 4);"
        " rebuild with `make build`"
    )
