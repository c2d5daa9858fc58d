"""Distilling a query encoder from a hosted model. Build side only: it needs scipy.

The model is asked once for the words of the catalogue, and gave the films' vectors already. From these come, each by
solving linear equations (decision record 0006 has what was tried and measured):

1. a linear map from a word's own vector into the space of the films, the best for the sum of a text's words to come to
   lie at its film's vector; the texts are the passages and, as queries are short, a window of each;
2. the table: what each word should mean, pulled by three forces, the texts that it stands in, its own vector, and the
   map, which speaks for rare words.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kadr.analysis import prefix, stem, telling_words
from kadr.encode.distilled import DistilledEncoder, Kin, begins_like_others
from kadr.encode.embedded import ROUNDING, term_weights
from kadr.encode.encoder import Profile
from kadr.errors import EncodeError
from kadr.index.arrays import Groups, Keys
from kadr.index.vectors import int8_rows

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["MAX_PASSAGES", "RANK", "fit_distilled", "vocabulary"]

RANK = 320
"""Numbers a word: 30,000 words make 9.6 MB. Of 384 dimensions 320 lose nothing, and 192 lose .01 to .02 S@10 alone."""
MIN_FILMS_OF_A_WORD = 2
"""A word of one film is found as a word, and says nothing of its likes."""
MAX_PASSAGES = 20_000
"""Films that the fit looks at: more would teach it little, and cost memory."""
WINDOW_WORDS = (8, 30)
"""Length of a window: that of the sentences in which people describe a film."""
OWN_SHARE = 0.25
"""Pull of a word's own vector on its row, against 1 for a text of that word alone. Small catalogues need it: S@10 alone
is .81 with it among 150 films, and .70 without; among 5,000 both are the same."""
MAP_SHARE = 3.0
"""Pull of the map. Less finds more alone and less beside the words: the rows then say again what the words say."""
RIDGE = 0.03
"""Of the mean eigenvalue; between .001 and .1 nothing moved."""
STEPS = 10
"""Of conjugate gradients; twenty found the same."""
LEAN = 0.2
"""Share of the films' mean in a query, which else favours odd films: without it S@10 fused was .003 to .007 lower on
overviews, between .1 and .4 the same."""
MOST_KIN = 16
"""Words that stand in for an unknown one, the commonest first."""
BLOCK = 4_096
TINY = float(np.finfo(np.float32).tiny)

Vectors = NDArray[np.float32]


def vocabulary(passages: Sequence[str], most: int = 30_000) -> list[str]:
    """Return the texts for which the model is to be asked in the role of a query, one a stem, the commonest first.

    A text stands for one word, the commonest form of its stem, and ends with it. In a phrase a word gets a vector more
    like that of a sentence than it gets alone: S@10 fused is .001 to .004 higher on three catalogues.
    """
    films_of_word = Counter(word for text in passages for word in set(telling_words(text)))
    films_of_stem = Counter(found for text in passages for found in {stem(word) for word in telling_words(text)})
    form: dict[str, str] = {}
    for word in sorted(films_of_word, key=lambda word: (-films_of_word[word], word)):
        form.setdefault(stem(word), word)
    least = MIN_FILMS_OF_A_WORD if len(passages) > MIN_FILMS_OF_A_WORD else 1
    kept = sorted((s for s, films in films_of_stem.items() if films >= least), key=lambda s: (-films_of_stem[s], s))
    return [_phrase(form[s]) for s in kept[:most]]


def fit_distilled(
    texts: Sequence[str],
    text_vectors: Vectors,
    passages: Sequence[str],
    passage_vectors: Vectors,
    profile: Profile,
    seed: int = 0,
) -> DistilledEncoder:
    """Return a query encoder fitted on what a hosted model gave. The same input gives the same bits on one machine.

    Args:
        texts: of `vocabulary`, all or some.
        text_vectors: their vectors as queries, float32 (texts, dim), of length one.
        passages: the films' texts.
        passage_vectors: their vectors, float32 (passages, dim), of length one.
        profile: the model's.
        seed: of the sample and the windows.

    Raises:
        EncodeError: there is no passage, a text has no word, two stand for one stem, or a vector is not finite or of
            another dimension.
    """
    from threadpoolctl import threadpool_limits

    if not passages:
        raise EncodeError("there is no passage to fit the distilled encoder on")
    _check("texts", len(texts), text_vectors, profile.dim)
    _check("passages", len(passages), passage_vectors, profile.dim)
    stems = _stems(texts)
    rng = np.random.default_rng(seed)
    sample = np.sort(rng.choice(len(passages), min(len(passages), MAX_PASSAGES), replace=False))
    shown = [passages[i][: profile.max_chars] for i in sample.tolist()]
    # One thread: sums in another order would be other bits, and the bundle's version is a hash.
    with threadpool_limits(limits=1):
        films = np.asarray(passage_vectors[sample], dtype=np.float32)
        mean = films.mean(axis=0)
        lesson = _lesson(shown, films - mean, stems, rng)
        mean_word = lesson.films_of_word @ text_vectors / max(float(lesson.films_of_word.sum()), 1.0)
        words = np.asarray(text_vectors - mean_word, dtype=np.float32)
        directions = _directions(lesson, words)
        table = _table(lesson, words, directions) * lesson.idf[:, None]
    lean = LEAN * mean / max(float(np.linalg.norm(mean)), ROUNDING)
    return _encoder(stems, table, directions, lean, profile)


@dataclass(frozen=True, slots=True)
class _Lesson:
    """What is to be learned: `bags[i]`, sparse (texts, words), of length one, shall come to lie at `films[film_of[i]]`.

    `films`: float32 (films, dim), less their mean. `films_of_word`: float32 (words,), how many films hold each word.
    `idf`: float32 (words,).
    """

    bags: "csr_matrix"
    film_of: NDArray[np.intp]
    films: Vectors
    films_of_word: Vectors
    idf: Vectors

    def blocks(self) -> Iterator[tuple["csr_matrix", NDArray[np.intp]]]:
        """Yield bags and their films some at a time, so that memory stays flat."""
        for start in range(0, len(self.film_of), BLOCK):
            yield self.bags[start : start + BLOCK], self.film_of[start : start + BLOCK]


def _phrase(word: str) -> str:
    return f"история про {word}" if "а" <= word[0] <= "я" else f"a story about {word}"


def _stems(texts: Sequence[str]) -> list[str]:
    """Return the stems that texts of a vocabulary stand for: those of their last words."""
    words = [telling_words(text)[-1:] for text in texts]
    stems = [stem(word) for last in words for word in last]
    if len(set(stems)) < len(texts):
        raise EncodeError(
            "the texts of the distilled encoder have no word, or one stem twice; take them of vocabulary()"
        )
    return stems


def _check(name: str, count: int, vectors: Vectors, dim: int) -> None:
    if vectors.shape != (count, dim):
        raise EncodeError(f"{count} {name} need vectors of {dim} dimensions, got an array of shape {vectors.shape}")
    if not np.isfinite(vectors).all():
        raise EncodeError(f"the vectors of the {name} hold a number that is none; leave out what has no vector")


def _windows(passages: Sequence[str], rng: np.random.Generator) -> Iterator[tuple[int, str]]:
    """Yield a run of words of each passage that is longer than it, and the passage's place."""
    for i, text in enumerate(passages):
        words = text.split()
        length = int(rng.integers(*WINDOW_WORDS, endpoint=True))
        if len(words) > length:
            start = int(rng.integers(len(words) - length + 1))
            yield i, " ".join(words[start : start + length])


def _lesson(passages: Sequence[str], films: Vectors, stems: Sequence[str], rng: np.random.Generator) -> _Lesson:
    from scipy.sparse import csr_matrix

    place = {name: i for i, name in enumerate(stems)}
    examples = [*enumerate(passages), *_windows(passages, rng)]
    found: list[NDArray[np.int64]] = []
    counted: list[Vectors] = []
    for _, text in examples:
        names, tf = term_weights(text)
        at = np.array([place.get(name, -1) for name in names], dtype=np.int64)
        found.append(at[at >= 0])
        counted.append(tf[at >= 0])
    columns, weights = np.concatenate(found), np.concatenate(counted)
    rows = np.repeat(np.arange(len(examples)), [len(at) for at in found])
    holding = np.bincount(columns[rows < len(passages)], minlength=len(stems)).astype(np.float32)
    idf: Vectors = (np.log((1 + len(passages)) / (1 + holding)) + 1).astype(np.float32)
    weights *= idf[columns]
    weights /= np.sqrt(np.bincount(rows, weights**2)).astype(np.float32)[rows]
    bags = csr_matrix((weights, (rows, columns)), shape=(len(examples), len(stems)))
    return _Lesson(bags, np.array([i for i, _ in examples]), films, holding, idf)


def _directions(lesson: _Lesson, words: Vectors) -> Vectors:
    """Return the directions in which films and words differ most, float32 (rank, dim), orthonormal but for rounding."""
    films, counts = lesson.films, np.bincount(lesson.film_of, minlength=len(lesson.films)).astype(np.float32)
    moments = (films * counts[:, None]).T @ films + OWN_SHARE * (words.T @ words)
    _, found = np.linalg.eigh(moments.astype(np.float64))
    # In rows, as they will be opened: sums over another layout would be other bits.
    return np.ascontiguousarray(found[:, ::-1][:, :RANK].T.astype(np.float16).astype(np.float32))


def _table(lesson: _Lesson, words: Vectors, directions: Vectors) -> Vectors:
    """Return the row of each word before its idf, float32 (words, rank)."""
    films, own = lesson.films @ directions.T, words @ directions.T
    mapped = words @ _map(lesson, words, films, own)
    goal = OWN_SHARE * own + MAP_SHARE * mapped
    for bags, film_of in lesson.blocks():
        goal += bags.T @ films[film_of]

    def forces(table: Vectors) -> Vectors:
        pulled = (OWN_SHARE + MAP_SHARE) * table
        for bags, _ in lesson.blocks():
            pulled += bags.T @ (bags @ table)
        return pulled

    return _solved(forces, goal, mapped)


def _map(lesson: _Lesson, words: Vectors, films: Vectors, own: Vectors) -> Vectors:
    """Return the ridge regression from sums of word vectors to films, float32 (dim, rank)."""
    squares, products = OWN_SHARE * (words.T @ words), OWN_SHARE * (words.T @ own)
    for bags, film_of in lesson.blocks():
        sums = bags @ words
        squares += sums.T @ sums
        products += sums.T @ films[film_of]
    ridge = max(RIDGE * float(squares.trace()) / len(squares), ROUNDING)
    exact = squares.astype(np.float64) + ridge * np.eye(len(squares))
    return np.linalg.solve(exact, products.astype(np.float64)).astype(np.float32)


def _solved(forces: Callable[[Vectors], Vectors], goal: Vectors, start: Vectors) -> Vectors:
    """Return x of forces(x) = goal, each column by itself, by conjugate gradients (Hestenes & Stiefel 1952)."""
    x = start.copy()
    rest = goal - forces(x)
    way = rest.copy()
    size = (rest**2).sum(axis=0)
    for _ in range(STEPS):
        force = forces(way)
        step = size / np.maximum((way * force).sum(axis=0), TINY)
        x += step * way
        rest -= step * force
        before, size = size, (rest**2).sum(axis=0)
        way = rest + size / np.maximum(before, TINY) * way
    return x


def _encoder(
    stems: Sequence[str], table: Vectors, directions: Vectors, lean: Vectors, profile: Profile
) -> DistilledEncoder:
    terms, places = Keys.of(stems)
    rows, scales = np.empty(table.shape, dtype=np.int8), np.empty(len(table), dtype=np.float32)
    rows[places], scales[places] = int8_rows(table)
    return DistilledEncoder(profile, terms, rows, scales, _kin(stems, places), directions, lean)


def _kin(stems: Sequence[str], places: NDArray[np.int64]) -> Kin:
    """Return the words that begin alike; `stems` are in order of commonness."""
    rows_of: dict[str, list[int]] = {}
    for name, place in zip(stems, places.tolist(), strict=True):
        if begins_like_others(name):
            rows_of.setdefault(prefix(name), []).append(place)
    keys, at = Keys.of(list(rows_of))
    pairs = [(group, row) for group, rows in zip(at.tolist(), rows_of.values(), strict=True) for row in rows[:MOST_KIN]]
    groups, rows = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return Kin(keys, Groups.of_pairs(groups, rows, len(rows_of), len(stems)))
