"""What films may be called by who sends ratings: by the catalogue's ids, by those of other catalogues, by numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from kadr.film import Film, Kind, source_id

__all__ = ["Names"]


@dataclass(frozen=True, slots=True)
class Names:
    """The films of one bundle by their names.

    `surely`: the film's own id, and the ids that its sources and other catalogues have for it, as `imdb:tt0000001`, of
    which IMDb's may stand alone, for nobody else's begins so; a source's id is the film's where rows of that source
    were merged, too. TMDB numbers films and series apart: a number there is the film's where both have it. `alone`: the
    ids at sources without the source, None where two films have one.
    """

    surely: Mapping[str, str]
    alone: Mapping[str, str | None]

    @classmethod
    def of(cls, films: Iterable[Film]) -> Self:
        """Return the names of films."""
        own: dict[str, str] = {}
        others: dict[str, str] = {}
        series: dict[str, str] = {}
        alone: dict[str, str | None] = {}
        for film in films:
            own[film.id] = film.id
            for catalogue, number in film.external_ids.items():
                apart = catalogue == "tmdb" and film.kind is Kind.SERIES
                (series if apart else others).setdefault(source_id(catalogue, number), film.id)
                if catalogue == "imdb":
                    others.setdefault(number, film.id)
            for link in film.sources:
                others.setdefault(source_id(link.name, link.id), film.id)
                alone[link.id] = film.id if alone.get(link.id, film.id) == film.id else None
        return cls(series | others | own, alone)

    def ids(self, names: Sequence[str]) -> list[str | None]:
        """Return the id of each film, None for what no film is called, or several are."""
        return [self.surely.get(name) or self.alone.get(name) for name in names]
