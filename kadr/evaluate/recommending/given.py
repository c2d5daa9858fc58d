"""A file of ratings, and one of films where there is one -> what rounds are dealt from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from kadr.collect.files import read_file
from kadr.encode.fit import fit_embedded
from kadr.encode.passages import Passages
from kadr.errors import RatingsError
from kadr.film import Film
from kadr.recommend.train.asked import RatingsConfig
from kadr.recommend.train.features import side_of
from kadr.recommend.train.interactions import LIKED_FROM, ItemSide, Ratings
from kadr.recommend.train.matching import match
from kadr.recommend.train.ratings import read_ratings
from kadr.recommend.train.split import Round, cold_rounds, last_round, strong_rounds
from kadr.recommend.train.tag_texts import encoded
from kadr.sources import FileSource

__all__ = ["COLD_ROUNDS", "PROTOCOLS", "Dealt", "Known", "read_known"]

PROTOCOLS = ("strong", "last", "cold")
COLD_ROUNDS = 10
"""Which films are hidden decides much: between rounds NDCG@10 of one model differed by up to .07."""


@dataclass(frozen=True, slots=True)
class Dealt:
    """How ratings are dealt out: folds of users, the seed, the rating (of ten) of a like, rounds of new films."""

    folds: int = 5
    seed: int = 7
    least: float = LIKED_FROM
    cold: int = COLD_ROUNDS


@dataclass(frozen=True, slots=True)
class Known:
    """Ratings, what is known of their films, and what was read, in lines."""

    ratings: Ratings
    side: ItemSide
    told: str

    def rounds(self, protocol: str, dealt: Dealt) -> Iterable[Round]:
        """Return the rounds of one of PROTOCOLS.

        Raises:
            RatingsError: there are too few ratings for it, or they have no times.
        """
        if protocol == "strong":
            return strong_rounds(self.ratings, self.side, dealt.folds, dealt.seed, dealt.least)
        if protocol == "cold":
            return cold_rounds(self.ratings, self.side, dealt.cold, dealt.seed, dealt.least)
        return self._last(dealt)

    def _last(self, dealt: Dealt) -> Iterator[Round]:
        yield last_round(self.ratings, self.side, dealt.least)


def read_known(
    ratings: Path,
    films: Path | None,
    mapping: Mapping[str, str] = MappingProxyType({}),
    scale: tuple[float, float] | None = None,
) -> Known:
    """Read ratings; with a file of films, as ratings of these films.

    Tags of films are not used: in MovieLens they are by the very users who are asked.

    Args:
        ratings: a file, or the folder of a MovieLens data set.
        films: a file of films, None for none.
        mapping: as `RatingsConfig` has it.
        scale: likewise.

    Raises:
        ConfigError: there is no such file, or the mapping names what is not there.
        RatingsError: no rating can be read, or none is of one of the films.
        SourceError: the films cannot be read.
    """
    given = read_ratings(RatingsConfig(ratings, mapping=mapping, scale=scale))
    told = given.reading.to_text()
    if films is None:
        return Known(given.ratings, ItemSide(), told)
    found = [replace(film, tags=()) for film in read_file(FileSource("films", str(films.resolve()))).films]
    matched = match(given, found)
    if not matched.ratings.size:
        raise RatingsError(f"{films}: holds none of the rated films, by id or by title and year; name another file")
    return Known(matched.ratings, _side(found), f"{told}\n{matched.report.to_text()}")


def _side(films: Sequence[Film]) -> ItemSide:
    """Return what is known of films, with their texts as the embedded encoder, fitted on them, reads them."""
    texts = Passages.of(films).wholes
    return side_of(films, encoded(fit_embedded(texts), texts))
