"""Questions put to a bundle where it was built, before it travels and after: some of its films, by their titles."""

from collections.abc import Sequence
from pathlib import Path

from kadr.engine import Engine
from kadr.errors import BundleDamaged
from kadr.film import Film
from kadr.text import plain

__all__ = ["chosen_titles", "put_questions"]

SHOWN = 80
"""Characters of a title in an error: enough to know the film by."""


def chosen_titles(films: Sequence[Film], most: int) -> tuple[str, ...]:
    """Return so many titles to ask for, two at the least, from the first film's to the last's; fewer of fewer films."""
    last = len(films) - 1
    rows = dict.fromkeys(last * number // (most - 1) for number in range(most)) if films else ()
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
                    f"{folder.name}: does not find a film by its title, {plain(title)[:SHOWN]!r} (question {number} of"
                    f" {len(titles)}); rebuild with `make build`"
                )
