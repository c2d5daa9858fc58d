"""Asking the API: a path and a query -> its JSON answer, checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from kadr.collect.download import shown_url
from kadr.collect.fetch.reasons import REFUSED
from kadr.collect.json_answers import NO_JSON, object_of
from kadr.collect.tmdb.token import TMDB_TOKEN, WHERE
from kadr.errors import PageError, SourceError

if TYPE_CHECKING:
    from kadr.collect.fetch.client import Fetcher
    from kadr.collect.fetch.page import Page

__all__ = ["Api"]

API_ERROR = "an error of the API"


@dataclass(frozen=True, slots=True)
class Api:
    """The API, asked politely.

    Attributes:
        fetcher: sends, stores and spaces the requests.
        base: the address, without a slash at the end.
        headers: those that show the token.
        fresh_s: seconds for which a stored answer counts as fresh.
    """

    fetcher: "Fetcher" = field(repr=False)
    base: str
    headers: Mapping[str, str] = field(repr=False)
    fresh_s: float

    def url(self, path: str, query: Mapping[str, str]) -> str:
        """Return the address of a call; the same one in every run, as the store goes by it."""
        return f"{self.base}/{path}?{urlencode(query, safe=',')}"

    def ask(self, path: str, query: Mapping[str, str], *, stale: bool = False) -> tuple[Mapping[str, Any], str]:
        """Return the JSON object that answers a call, and when it was fetched.

        Nothing but such an object is ever stored, so what was stored before stays. An answer that was broken on its
        way is asked for anew, once.

        Args:
            path: of the call.
            query: its parameters.
            stale: whether an old stored answer will do where the API gives none; then nothing is asked twice.

        Raises:
            PageError: no answer, or one that is no JSON object, or an error of the API.
            SourceError: the token is not accepted, which no other call would change; or the store fails.
        """
        url = self.url(path, query)
        try:
            page = self._page(url, stale=stale)
        except PageError as fault:
            if fault.reason != NO_JSON:
                raise
            page = self._page(url, stale=stale)
        return _answer(page), page.fetched_at

    def _page(self, url: str, *, stale: bool) -> "Page":
        try:
            return self.fetcher.get(url, fresh_s=self.fresh_s, headers=self.headers, stale=stale, judge=_judge)
        except PageError as fault:
            if fault.reason == REFUSED and fault.detail == "status 401":
                raise SourceError(
                    f"{fault.url}: does not accept the token (401); set {TMDB_TOKEN} to {WHERE}"
                ) from None
            raise


def _judge(page: "Page") -> None:
    """Keep what is no answer out of the store.

    Raises:
        PageError: it is none.
    """
    _answer(page)


def _answer(page: "Page") -> Mapping[str, Any]:
    """Return the JSON object of an answer.

    Raises:
        PageError: it is none, or says that the API could not answer.
    """
    answer = object_of(page)
    if answer.get("success") is False:  # with status 200, as behind some caches
        code = answer.get("status_code")
        raise PageError(shown_url(page.url), API_ERROR, f"code {code}" if type(code) is int and code < 1000 else "")
    return answer
