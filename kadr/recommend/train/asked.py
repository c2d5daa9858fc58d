"""What a catalogue file asks of the training. Light: the configuration is read by commands that train nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["FIELDS", "FORMATS", "SEED", "TRIALS", "RatingsConfig"]

FIELDS = ("user", "film", "rating", "time", "title", "year", "imdb", "tmdb", "kinopoisk")
"""What a column of ratings can hold."""
FORMATS = ("auto", "movielens", "table")
TRIALS = 24
"""Settings that are tried: four for each that is tuned. So many fits take two minutes of one core where 6,259 films
are liked by 610 people (ml-latest-small: 124 s of processor time). It is done once, and kept."""
SEED = 7
LIKED_FROM = 7.0
"""3.5 of five, as MovieLens is mostly read; `kadr.recommend.train.interactions` says the same, and a test compares."""


@dataclass(frozen=True, slots=True)
class RatingsConfig:
    """Where ratings are, and how they are read and learned from.

    Attributes:
        path: a file, or the folder of a MovieLens data set.
        format: "movielens", "table", or "auto" to see from the files.
        mapping: field -> header, for what is not recognised by its header; see FIELDS.
        scale: the lowest and the highest rating that can be given, None to see from the ratings.
        liked_from: the rating, of ten, from which a film counts as liked.
        trials: settings that are tried when models are tuned.
        seed: of everything that is drawn.
        tuned: the file that keeps tuned settings, so that they are tuned once; None to keep none.
    """

    path: Path
    format: str = "auto"
    mapping: Mapping[str, str] = field(default_factory=dict, hash=False)
    scale: tuple[float, float] | None = None
    liked_from: float = LIKED_FROM
    trials: int = TRIALS
    seed: int = SEED
    tuned: Path | None = None
