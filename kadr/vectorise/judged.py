"""Judged queries that have a say in the weights: those of one half of a file, so that the other half can judge them."""

from collections.abc import Sequence

from kadr.evaluate.judgments import read_judgments
from kadr.evaluate.resolve import resolve
from kadr.film import Film
from kadr.index.arrays import key_of
from kadr.search_config import HALVES, Half

__all__ = ["judged_queries"]


def judged_queries(path: str, half: Half, films: Sequence[Film]) -> list[tuple[str, tuple[int, ...]]]:
    """Return the judged queries of one half of a file that some film answers, with the rows of those that do.

    A query's half hangs on its text, so that it stays in it whatever is added to the file.

    Args:
        path: of the judgments, as `kadr evaluate` reads them.
        half: which.
        films: the catalogue in row order.

    Raises:
        UserError: the file cannot be read, or is none of judgments.
    """
    row = {film.id: i for i, film in enumerate(films)}
    return [
        (target.judgment.query, tuple(sorted(row[found] for found in target.relevant)))
        for target in resolve(read_judgments(path), films).targets
        if half in ("all", HALVES[key_of(target.judgment.query) & 1])
    ]
