"""The ranking that every search is held against: BM25 on stems over title and description as one text.

Written out here, on plain Snowball stems, and sharing no parameter with the lexical leg: whatever that leg learns, what
it is measured against must not move.

    score(q, d) = sum over the words t of q of  idf(t) * tf * (k1 + 1) / (tf + k1 * (1 - b + b * |d| / mean |d|))
    idf(t) = ln(1 + (N - df + 0.5) / (df + 0.5))

Robertson & Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009).
"""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache

import numpy as np
import Stemmer

from kadr.analysis import STOP_WORDS
from kadr.evaluate.metrics import DEPTH
from kadr.film import Film
from kadr.index.lexical import field_texts
from kadr.text import words

__all__ = ["bm25_baseline"]

K1, B = 1.2, 0.75
"""The textbook's: k1 between 1.2 and 2, b .75."""


def bm25_baseline(films: Iterable[Film]) -> Callable[[str], list[str]]:
    """Return the ranking of films by BM25 on stems: query -> up to ten film ids, best first.

    Films of equal score stand in row order; films that hold no word of the query are left out.
    """
    stems = _stems()
    ids: list[str] = []
    lengths: list[int] = []
    rows: dict[str, list[int]] = {}
    counts: dict[str, list[int]] = {}
    for row, film in enumerate(films):
        texts = field_texts(film)
        found = stems(f"{texts['title']} {texts['description']}")
        ids.append(film.id)
        lengths.append(len(found))
        for term, count in Counter(found).items():
            rows.setdefault(term, []).append(row)
            counts.setdefault(term, []).append(count)
    size = np.array(lengths, dtype=np.float64)
    norms = K1 * (1 - B + B * size / (size[size > 0].mean() if size.any() else 1.0))

    def rank(query: str) -> list[str]:
        scores = np.zeros(len(ids))
        for term, times in Counter(stems(query)).items():
            if term in rows:
                at, tf = np.array(rows[term]), np.array(counts[term])
                idf = np.log1p((len(ids) - at.size + 0.5) / (at.size + 0.5))
                scores[at] += times * idf * tf * (K1 + 1) / (tf + norms[at])
        best = np.argsort(-scores, kind="stable")[:DEPTH]
        return [ids[row] for row in best.tolist() if scores[row] > 0]

    return rank


def _stems() -> Callable[[str], list[str]]:
    """Return what gives the Snowball stems of a text's words, function words left out."""
    stemmers = {language: Stemmer.Stemmer(language, 0) for language in ("russian", "english")}

    @lru_cache(maxsize=200_000)
    def stem(word: str) -> str:
        return str(stemmers["russian" if "а" <= word[0] <= "я" else "english"].stemWord(word))

    return lambda text: [stem(word) for word in words(text) if word not in STOP_WORDS]
