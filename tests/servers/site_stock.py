"""Which films the loopback site has, what is to be read from their pages, and how they change between two runs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.servers.site_faults import FAULTS
from tests.servers.site_films import FIRST_SPECIAL, SiteFilm, film_of
from tests.servers.site_layouts import expected_of, layout_of
from tests.servers.site_lists import woven
from tests.servers.site_markup import MARKUP
from tests.servers.site_special import Becomes, Special
from tests.servers.site_strangers import STRANGERS

__all__ = ["SPECIALS", "Stock"]

SPECIALS: Sequence[Special] = (*FAULTS, *STRANGERS, *MARKUP)
"""Every special page. Their order is that of their films' numbers, which are odd: all are Russian."""
_NUMBERS = {special.path: FIRST_SPECIAL + 2 * place + 1 for place, special in enumerate(SPECIALS)}
_FILM_PATH = re.compile(r"/(?:film|series)/(\d{1,9})-")
_BORN = datetime(2026, 1, 1, tzinfo=UTC)


class Stock:
    """Films from number 1 on, and special pages.

    Films are made when they are asked for, so that thousands take no memory; only those that were changed are kept.
    """

    def __init__(self, films: int, specials: Sequence[Special], seed: int) -> None:
        self._count, self._seed = films, seed
        self._edited: dict[int, SiteFilm] = {}
        self._changed: dict[int, datetime] = {}
        self._removed: dict[int, int] = {}
        self.specials: dict[str, Special] = {}
        self._special_films: dict[str, SiteFilm] = {}
        for special in specials:
            path, at = (each.format(first=self.first.path) for each in (special.path, special.at))
            film = replace(film_of(_NUMBERS[special.path], seed), **{"own_path": path, **special.edit})
            self.specials[path], self._special_films[path] = replace(special, path=path, at=at), film

    @property
    def first(self) -> SiteFilm:
        """The first film, to which special pages lead."""
        return self.film(1)

    @property
    def count(self) -> int:
        """The number of the last film."""
        return self._count

    def film(self, number: int) -> SiteFilm:
        """Return the film of a number, as it is now."""
        return self._edited.get(number) or film_of(number, self._seed)

    def at(self, path: str) -> SiteFilm | int:
        """Return the film that has its page at a path, or the status that is answered there."""
        if path in self._special_films:
            return self._special_films[path]
        found = _FILM_PATH.match(path)
        number = int(found[1]) if found else 0
        if not 1 <= number <= self._count or self.film(number).path != path:
            return 404
        return self._removed.get(number) or self.film(number)

    def change(self, path: str, **fields: Any) -> None:
        """Change fields of a film now; its page keeps its address."""
        film = self._known(path)
        self._changed[film.number] = datetime.now(UTC)
        self._edited[film.number] = replace(film, **fields, own_path=path, revision=film.revision + 1)

    def remove(self, path: str, status: int = 404) -> None:
        """Take a film off the lists, and answer with a status in its place."""
        self._removed[self._known(path).number] = status

    def add(self, count: int = 1) -> Sequence[str]:
        """Add films at the end, and return their paths."""
        first, self._count = self._count + 1, self._count + count
        return [self.film(number).path for number in range(first, self._count + 1)]

    def changed_at(self, film: SiteFilm) -> datetime:
        """Return when a film's page was changed last."""
        return self._changed.get(film.number, _BORN)

    def chunks(self, size: int) -> int:
        """Return how many lists of so many films there are, one at the least."""
        return max(1, -(-self._count // size))

    def chunk(self, number: int, size: int) -> Sequence[tuple[str, SiteFilm]]:
        """Return path and film of everything on a list, counted from 1: so many films, and its share of the specials.

        Special pages that fail stand apart from each other, as on a site that is well for the most part.
        """
        if not 1 <= number <= self.chunks(size):
            return []
        numbers = range((number - 1) * size + 1, min(number * size, self._count) + 1)
        films = [(film.path, film) for film in self._present(numbers)]
        listed = [special for special in self.specials.values() if special.listed]
        well = [special.path for special in listed if special.becomes is not Becomes.FAILED]
        ill = [special.path for special in listed if special.becomes is Becomes.FAILED]
        here = woven(well, ill)[number - 1 :: self.chunks(size)]
        return woven(films, [(path, self._special_films[path]) for path in here])

    def truth(self, base: str, other: str) -> Mapping[str, Mapping[str, Any]]:
        """Return what must be read, by path, from every film that the lists lead to; `other` is the second host."""
        films = self._present(range(1, self._count + 1))
        known = {film.path: expected_of(film, base, layout_of(film.number)) for film in films}
        led_to = {special.at for special in self.specials.values() if special.listed}
        for path, special in self.specials.items():
            if special.becomes is Becomes.FILM and (special.listed or path in led_to):
                expected = expected_of(self._special_films[path], other if special.abroad else base, special.plan)
                both = {**expected, **special.expects}
                known[path] = {name: value for name, value in both.items() if value is not None}
        return known

    def _present(self, numbers: range) -> Iterator[SiteFilm]:
        return (self.film(number) for number in numbers if number not in self._removed)

    def _known(self, path: str) -> SiteFilm:
        film = self.at(path)
        if isinstance(film, int) or film.number >= FIRST_SPECIAL:
            raise KeyError(path)
        return film
