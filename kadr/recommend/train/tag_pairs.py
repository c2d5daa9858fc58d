"""Ratings and tags -> what the tag model is taught by: profiles as vectors, and pairs that no profile knows of."""

from dataclasses import dataclass

from kadr.encode.encoder import Encoder
from kadr.recommend.train.interactions import Ratings
from kadr.recommend.train.tag_model import Pairs, Towers, Training, learn
from kadr.recommend.train.tag_split import TagSplit, balanced, split_tags
from kadr.recommend.train.tag_texts import Texts, tag_texts
from kadr.recommend.train.tags import Tags

__all__ = ["Taught", "pairs_of"]


@dataclass(frozen=True, slots=True)
class Taught:
    """What the tag model is taught by.

    Attributes:
        split: what profiles may know, and the pool that the pairs are drawn from.
        texts: the profiles' vectors.
        encoder: the one that they are of.
        learning, stopping, measuring: pairs to learn from, to stop by and to measure by; half of each are liked.
    """

    split: TagSplit
    texts: Texts
    encoder: Encoder
    learning: Pairs
    stopping: Pairs
    measuring: Pairs

    def towers(self, training: Training | None) -> Towers:
        """Return the projections that the pairs teach; None for the usual training."""
        return learn(self.texts.users, self.texts.films, self.learning, self.stopping, training)


def pairs_of(ratings: Ratings, tags: Tags, seed: int, encoder: Encoder | None) -> Taught:
    """Return the profiles and pairs of some ratings and tags.

    Args:
        ratings: everything that is known of ratings.
        tags: everything that is known of tags.
        seed: of the split.
        encoder: None to fit one on the texts of the profiles.

    Raises:
        RatingsError: too little is both tagged and rated.
    """
    split = split_tags(ratings, tags, seed)
    texts, encoder = tag_texts(split.ratings, split.tags, encoder)
    return Taught(split, texts, encoder, *balanced(texts.speaking(split.pool), seed))
