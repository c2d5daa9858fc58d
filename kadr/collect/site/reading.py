"""One page, read once: before it is stored, so that what comes for a day in place of a film page is not kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kadr.collect.fetch.page import Page
from kadr.collect.headers import Field
from kadr.collect.page.read import PageFilm, read_page
from kadr.errors import PageError

__all__ = ["Reading"]

PASSING = frozenset({"a robot check", "a login page", "an error page", "an empty page", "an empty answer"})
"""What a healthy page may be instead for a day (reasons and details of `read_page`)."""


@dataclass(slots=True)
class Reading:
    """Reads what is got for one address."""

    source: str
    defaults: Mapping[Field, str] = field(default_factory=dict)
    _page: Page | None = None
    _got: PageFilm | None = None
    _fault: Exception | None = None

    def judge(self, page: Page) -> None:
        """Refuse a page that is not worth storing: it says nothing of the film page that it came in place of.

        Raises:
            PageError: what it is instead.
        """
        self._read(page)
        if isinstance(self._fault, PageError) and not PASSING.isdisjoint((self._fault.reason, self._fault.detail)):
            raise self._fault

    def is_film(self, page: Page) -> bool:
        """Tell whether a page is one of a film."""
        self._read(page)
        return self._fault is None

    def film(self, page: Page) -> PageFilm:
        """Return the film of a page.

        Raises:
            PageError: it is no page of one film.
            ConfigError: a default does not fit its field.
        """
        self._read(page)
        if self._got is None:
            raise self._fault or AssertionError
        return self._got

    def _read(self, page: Page) -> None:
        if page == self._page:
            return
        self._page, self._got, self._fault = page, None, None
        try:
            self._got = read_page(page, self.source, self.defaults)
        except Exception as fault:  # noqa: BLE001  # raised again by `film`; the page is stored all the same
            self._fault = fault
