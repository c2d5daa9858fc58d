"""Questions put to a bundle before and after it travels: three of its films, asked back by their titles."""

from collections.abc import Sequence
from pathlib import Path

from kadr.engine import Engine
from kadr.errors import BundleDamaged
from kadr.film import Film

__all__ = ["QUESTIONS", "chosen_titles", "put_questions"]

QUESTIONS = 3
"""The first film, one in the middle and the last: an index that is cut short or shifted fails one of them."""


def chosen_titles(films: Sequence[Film]) -> tuple[str, ...]:
    """Return the titles to ask for, fewer where there are fewer films."""
    last = len(films) - 1
    rows = dict.fromkeys(last * number // (QUESTIONS - 1) for number in range(QUESTIONS)) if films else ()
    return tuple(films[row].title for row in rows)


def put_questions(folder: Path, titles: Sequence[str]) -> None:
    """Ask a verified bundle, through the front door and without the network, for films by their titles.

    Raises:
        BundleDamaged: the best hit of one is no film of that title.
        BundleError: it cannot be opened.
    """
    with Engine.open(folder) as engine:
        for number, title in enumerate(titles, start=1):
            hits = engine.search(title, k=1, facets=False).hits
            if not hits or not hits[0].why.exact_title:
                raise BundleDamaged(
                    f"{folder.name}: does not find a film by its title (question {number} of {len(titles)});"
                    " rebuild with `make build`"
                )
