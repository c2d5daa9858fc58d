"""The ranking that every search is held against: BM25 on stems over title and description as one text."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from kadr.evaluate.metrics import DEPTH
from kadr.film import Description, Film
from kadr.index.lexical import FIELDS, LexicalParams, build_lexical, field_texts

__all__ = ["bm25_baseline"]

_TEXTBOOK = LexicalParams(
    k1=1.2,
    idf_power=1.0,
    weights=dict.fromkeys(FIELDS, 0.0) | {"description": 1.0},
    b=dict.fromkeys(FIELDS, 0.75),
    analysers={"stems": 1.0},
)
"""Robertson & Zaragoza, The Probabilistic Relevance Framework (2009): k1 between 1.2 and 2, b 0.75; one field."""


def bm25_baseline(films: Iterable[Film]) -> Callable[[str], list[str]]:
    """Return the ranking of films by BM25 on stems: query -> up to ten film ids, best first.

    Films of equal score stand in row order; films that hold no word of the query are left out.
    """
    plain = [_one_text(film) for film in films]
    index = build_lexical(plain, _TEXTBOOK)
    ids = [film.id for film in plain]

    def rank(query: str) -> list[str]:
        scores = index.scores(query)
        best = np.argsort(-scores, kind="stable")[:DEPTH]
        return [ids[row] for row in best.tolist() if scores[row] > 0]

    return rank


def _one_text(film: Film) -> Film:
    """Return the film with its title and descriptions as its only text.

    The title stays in its own field too, because a film must have one; there it weighs nothing and adds no new word.
    """
    texts = field_texts(film)
    whole = Description(f"{texts['title']} {texts['description']}")
    bare = replace(film, original_title="", directors=(), actors=(), genres=(), tags=(), tagline="")
    return replace(bare, descriptions=(whole,))
