"""What films share: genres, people, countries, years and words, as sparse rows that models learn from. Films that
nobody rated are reached by them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadr.analysis import stems
from kadr.film import Film
from kadr.recommend.train.interactions import ItemSide
from kadr.text import normalise
from kadr.vocabulary import country, genre

__all__ = ["features_of", "side_of"]

LEAST = 2
"""Films that must share a feature: one that a single film has links it to nothing."""
WORDS = 12
"""Words of a description that stand for it, those that the fewest other films have."""
COMMON = 0.1
"""Share of the films from which a word of a description tells nothing."""


def side_of(films: Sequence[Film], vectors: NDArray[np.float32] | None = None) -> ItemSide:
    """Return what a catalogue knows of its films besides who liked them.

    Args:
        films: in row order.
        vectors: float32 (n_films, dim), the meaning of their texts, rows of 0 or NaN where a film has none.
    """
    votes = np.array([np.nan if film.votes is None else film.votes for film in films], dtype=np.float32)
    return ItemSide(features_of(films), None if vectors is None else _unit(vectors), votes)


def features_of(films: Sequence[Film]) -> csr_array:
    """Return the features of films, float32 (n_films, n_features), sparse, rows of length 1, or 0 where none is known.

    A feature weighs the logarithm of how few films have it. Each group that a film has (its genres, its people, its
    words, ...) has the same say, however many it names: else the words of a description would drown the rest.
    """
    told = [dict(_groups(film)) for film in films]
    held: Counter[tuple[str, str]] = Counter(pair for groups in told for pair in _pairs(groups))
    held = Counter(
        {pair: n for pair, n in held.items() if n >= LEAST and (pair[0] != "word" or n <= _most(len(films)))}
    )
    number = {pair: at for at, pair in enumerate(sorted(held))}
    idf = {pair: float(np.log(len(films) / n)) for pair, n in held.items()}
    starts, columns, data = [0], [], []
    for groups in told:
        row = _row(groups, idf)
        places = sorted((number[pair], weight) for pair, weight in row.items())
        columns += [place for place, _ in places]
        data += [weight for _, weight in places]
        starts.append(len(columns))
    return csr_array(
        (np.array(data, dtype=np.float32), np.array(columns, dtype=np.int32), np.array(starts)),
        shape=(len(films), len(number)),
    )


def _groups(film: Film) -> Iterator[tuple[str, frozenset[str]]]:
    yield "genre", frozenset(genre(name) for name in film.genres)
    yield "person", frozenset(normalise(name) for name in film.people) - {""}
    yield "country", frozenset(country(name) for name in film.countries)
    yield "kind", frozenset([film.kind.value] if film.kind else [])
    yield "decade", frozenset([str(film.year // 10)] if film.year else [])
    yield "tag", frozenset(normalise(tag) for tag in film.tags) - {""}
    yield "word", frozenset(stems(f"{film.description} {film.tagline}"))


def _pairs(groups: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    return ((group, name) for group, names in groups.items() for name in names)


def _most(n_films: int) -> float:
    return max(COMMON * n_films, LEAST)


def _row(groups: Mapping[str, frozenset[str]], idf: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """Return the weights of a film's features, their squares adding up to 1."""
    by_group: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
    for group, names in groups.items():
        known = {(group, name): idf[group, name] for name in sorted(names) if idf.get((group, name), 0) > 0}
        if group == "word":
            known = dict(sorted(known.items(), key=lambda each: (-each[1], each[0]))[:WORDS])
        if known:
            by_group[group] = known
    row: dict[tuple[str, str], float] = {}
    for weights in by_group.values():
        length = np.sqrt(len(by_group) * sum(weight * weight for weight in weights.values()))
        row |= {pair: float(weight / length) for pair, weight in weights.items()}
    return row


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    known = np.nan_to_num(vectors)
    lengths = np.linalg.norm(known, axis=1, keepdims=True)
    unit: NDArray[np.float32] = (known / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return unit
