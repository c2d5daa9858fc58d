"""Claims of all readers -> one value a field: the most trusted that can be read. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from kadr.collect.headers import Field
from kadr.collect.page.claims import Claim, Trust
from kadr.errors import ConfigError

__all__ = ["OF_MENUS", "Found", "Pool"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value, where it came from in words for a person, and how far that place is believed."""

    value: T
    origin: str
    trust: Trust = Trust.GUESS


class Pool:
    """The claims on one page's film, the most trusted first; those of equal trust in the order of the page."""

    def __init__(self, claims: Iterable[Claim], defaults: Mapping[Field, str]) -> None:
        self._claims: dict[Field, list[Claim]] = {}
        for claim in sorted(claims, key=lambda claim: -claim.trust):
            self._claims.setdefault(claim.field, []).append(claim)
        self._defaults = defaults

    def of(self, field: Field) -> list[Claim]:
        """Return the claims on a field, best first."""
        return self._claims.get(field, [])

    def take(self, field: Field, parse: Callable[[Any], T]) -> Found[T] | None:
        """Return the first value that can be read, else the default, else None; an empty value counts as none.

        Raises:
            ConfigError: the default does not fit the field.
        """
        return self.best(field, parse) or self.default(field, parse)

    def best(self, field: Field, parse: Callable[[Any], T]) -> Found[T] | None:
        """Return the first value that can be read, None without one; no default is used."""
        return next(iter(self.every(field, parse)), None)

    def every(self, field: Field, parse: Callable[[Any], T]) -> Iterable[Found[T]]:
        """Yield all values that can be read, best first, without the default."""
        for claim in self.of(field):
            try:
                value = parse(claim.value)
            except ValueError:
                continue
            if value or value == 0:
                yield Found(value, claim.origin, claim.trust)

    def default(self, field: Field, parse: Callable[[Any], T]) -> Found[T] | None:
        """Return the config's value for films without one, else None.

        Raises:
            ConfigError: it does not fit the field.
        """
        if field not in self._defaults:
            return None
        try:
            return Found(parse(self._defaults[field]), "default")
        except ValueError as cause:
            raise ConfigError(f"defaults.{field}: {cause}") from cause

    def says_film(self) -> bool:
        """Tell whether the page's type, or two facts, say that it is about a film."""
        if any(claim.trust >= Trust.SHARING for claim in self.of(Field.KIND)):
            return True
        told = {field for field in _FACTS if any(claim.trust >= Trust.SHARING for claim in self.of(field))}
        return len(told) > 1 and not told <= _OF_GOODS and not told <= OF_MENUS


_FACTS = (
    Field.ORIGINAL_TITLE,
    Field.YEAR,
    Field.RELEASE_DATE,
    Field.GENRES,
    Field.COUNTRIES,
    Field.DIRECTORS,
    Field.ACTORS,
    Field.RUNTIME,
    Field.AGE_RATING,
    Field.TAGLINE,
    Field.RATING_KINOPOISK,
    Field.RATING_IMDB,
)
"""Two of these together are said of hardly anything else."""
_OF_GOODS = frozenset({Field.YEAR, Field.RELEASE_DATE, Field.COUNTRIES, Field.AGE_RATING})
"""What a shop says of a kettle or a toy, too."""
OF_MENUS = frozenset({Field.GENRES, Field.COUNTRIES})
"""What menus list beside any page of a site."""
