"""What tags say of films and of people, as texts and as vectors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadr.encode.encoder import Encoder, Role
from kadr.encode.fit import fit_embedded
from kadr.errors import RatingsError
from kadr.recommend.train.interactions import Ratings
from kadr.recommend.train.tag_model import Pairs
from kadr.recommend.train.tags import LIKED_FROM, Tags, means

__all__ = ["BLOCK", "MAX_TAGS", "Texts", "bare_texts", "encoded", "film_texts", "tag_texts", "user_texts"]

MAX_TAGS = 128
"""Tags of a film or of a visitor that are read, the commonest first."""
COMMONEST = 50
"""Tags of the films that a visitor liked that stand for the visitor, beside those that they gave themselves."""
BLOCK = 512
"""Visitors whose tags are counted, and texts that are encoded, at once: with 20,000 tags 80 MB at the most."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The vectors of what tags say: `users` float32 (n_users, dim), `films` float32 (n_items, dim), 0 for no text."""

    users: NDArray[np.float32]
    films: NDArray[np.float32]

    def speaking(self, pairs: Pairs) -> Pairs:
        """Return the pairs of which both sides have a text."""
        of_users, of_films = (vectors.astype(bool).max(axis=1) for vectors in (self.users, self.films))
        return pairs.some(of_users[pairs.users] & of_films[pairs.items])


def tag_texts(ratings: Ratings, tags: Tags, encoder: Encoder | None = None) -> tuple[Texts, Encoder]:
    """Return the vectors of all users and films, and the encoder that they are of.

    Args:
        ratings: what is known of likes, and of what a film is rated.
        tags: what is known of tags.
        encoder: None to fit one on these texts.

    Raises:
        RatingsError: no film that was rated has a tag.
    """
    of_films, of_users = film_texts(tags, ratings), user_texts(tags, ratings)
    said = [text for text in (*of_films, *of_users) if text]
    if not said:
        raise RatingsError("tags: none is of a film that was rated; do both files name films by the same ids?")
    encoder = encoder or fit_embedded(said)
    return Texts(encoded(encoder, of_users), encoded(encoder, of_films)), encoder


def film_texts(tags: Tags, ratings: Ratings) -> list[str]:
    """Return what the tags of each film and its mean rating say, (n_items,); "" for a film without tags.

    The rating is a word, "rated75" for 7.5 of ten, in steps of a half: an encoder that counts words knows no numbers.
    """
    rated = means(ratings, ratings.items, ratings.n_items).tolist()
    return [
        text if not text or np.isnan(mean) else f"{text}, rated{round(mean * 2) * 5}"
        for text, mean in zip(bare_texts(tags, ratings.n_items), rated, strict=True)
    ]


def bare_texts(tags: Tags, n_items: int) -> list[str]:
    """Return what the tags of each film alone say, (n_items,), as the text of a visitor who liked nothing else."""
    return [", ".join(names) for names in _named(_commonest(tags.of_films(n_items), MAX_TAGS), tags.names)]


def user_texts(tags: Tags, ratings: Ratings) -> list[str]:
    """Return what the tags of each user say, (n_users,); "" for somebody without.

    First those that they gave, then the fifty commonest of the films that they rated 5 of ten and more.
    """
    of_films = _commonest(tags.of_films(ratings.n_items), MAX_TAGS)
    of_films.data[:] = 1  # how many of the films have it, not how many people gave it
    own = tags.of_users(ratings.n_users)
    chosen = ratings.liked(LIKED_FROM)
    liked = csr_array(
        (np.ones(int(chosen.sum()), dtype=np.float32), (ratings.users[chosen], ratings.items[chosen])),
        shape=(ratings.n_users, ratings.n_items),
    )
    texts = []
    for at in range(0, ratings.n_users, BLOCK):
        given = _named(_commonest(own[at : at + BLOCK], MAX_TAGS), tags.names)
        common = _named(_commonest(liked[at : at + BLOCK] @ of_films, COMMONEST), tags.names)
        both = ([*dict.fromkeys([*first, *then])] for first, then in zip(given, common, strict=True))
        texts += [", ".join(names[:MAX_TAGS]) for names in both]
    return texts


def encoded(encoder: Encoder, texts: Sequence[str]) -> NDArray[np.float32]:
    """Return the vector of each text, float32 (n, dim), of length 1; zeros where it is empty, or of unknown words.

    Raises:
        EncodeError: the encoder cannot take a text.
    """
    vectors = np.zeros((len(texts), encoder.profile.dim), dtype=np.float32)
    said = [at for at, text in enumerate(texts) if text]
    for first in range(0, len(said), BLOCK):
        some = said[first : first + BLOCK]
        vectors[some] = encoder.encode([texts[at] for at in some], Role.PASSAGE)
    for at in said:
        if encoder.is_void(vectors[at]):
            vectors[at] = 0
    return vectors


def _commonest(counts: csr_array, most: int) -> csr_array:
    """Return counts (n, names) with the largest of each row alone, in their order; of equal ones the first names."""
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    order = np.lexsort((counts.indices, -counts.data, rows))  # rows stay together, so that their starts hold
    rank = np.arange(order.size) - counts.indptr[rows]
    kept = order[rank < most]
    starts = np.searchsorted(rows[rank < most], np.arange(counts.shape[0] + 1))
    return csr_array((counts.data[kept], counts.indices[kept], starts), shape=counts.shape)


def _named(counts: csr_array, names: Sequence[str]) -> Iterator[list[str]]:
    """Yield the names of each row, as they stand in it."""
    places, starts = counts.indices.tolist(), counts.indptr.tolist()
    for start, end in pairwise(starts):
        yield [names[at] for at in places[start:end]]
