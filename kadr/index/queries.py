"""Popular queries that are suggested beside titles and people: an editable list, and what each finds here."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from kadr.errors import ConfigError
from kadr.index.lexical import LexicalIndex
from kadr.text import collapse, normalise

__all__ = ["answered", "read_queries"]

MOST_LETTERS = 80
"""Characters of a query that fits a line of suggestions."""
FEWEST_FILMS = 3
"""Films that must answer a query before it is suggested: a promise that the catalogue keeps."""
MOST_FILMS = 20


def read_queries(path: Path) -> tuple[str, ...]:
    """Return the queries of a text file, the most popular first: one a line, without comments (`#`) and repeats.

    Raises:
        ConfigError: the file cannot be read, or a line is no query; the message names it.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as text in UTF-8; mend it, or take it away") from error
    queries: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        text = collapse(line.partition("#")[0])
        if not text:
            continue
        if not normalise(text) or len(text) > MOST_LETTERS:
            raise ConfigError(f"{path}: line {number}: a query has words, and at most {MOST_LETTERS} characters")
        queries.setdefault(normalise(text), text)
    return tuple(queries.values())


def answered(queries: Iterable[str], lexical: LexicalIndex) -> Mapping[str, Sequence[int]]:
    """Return the rows that answer each query by its words, the best first; queries of too few films are left out."""
    found: dict[str, Sequence[int]] = {}
    for query in queries:
        scores = lexical.scores(query)
        rows = np.flatnonzero(scores > 0)
        if rows.size >= FEWEST_FILMS:
            found[query] = rows[np.argsort(-scores[rows], kind="stable")[:MOST_FILMS]].tolist()
    return found
