"""The Movie Database on the loopback: lists and details of works of ours, and what goes wrong with them.

    with tmdb_api(works("movie", 40) + works("tv", 10)) as api:
        read_tmdb(TmdbSource("tmdb", url=api.url), fetcher, token=TOKEN, ...)

Answers, statuses and codes are those that developer.themoviedb.org documents ("Errors").
"""

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.servers.tmdb_works import TmdbWork, details, result, works
from tests.servers.wire import Delivery, Loopback, Received, Reply, json_reply, text_reply

__all__ = ["FAULTS", "TOKEN", "TmdbApi", "failure", "tmdb_api", "works"]

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzY29wZXMiOlsiYXBpX3JlYWQiXX0.made-up_signature-0123456789"  # noqa: S105  # opens nothing
PER_PAGE, MAX_PAGES = 20, 500
_BASE = "/3"
_MESSAGES = {
    6: (404, "Invalid id: The pre-requisite id is invalid or not found."),
    7: (401, "Invalid API key: You must be granted a valid key."),
    11: (500, "Internal error: Something went wrong, contact TMDB."),
    22: (400, "Invalid page: Pages start at 1 and max at 500. They are expected to be an integer."),
    23: (400, "Invalid date: Format needs to be YYYY-MM-DD."),
    25: (429, "Your request count (#) is over the allowed limit of (40)."),
    34: (404, "The resource you requested could not be found."),
}
_DATES = {"movie": "primary_release_date", "tv": "first_air_date"}


def failure(code: int, status: int = 0, headers: Mapping[str, str] | None = None) -> Reply:
    """Return a refusal with a code of the API; with another status than the code's where one is given."""
    usual, message = _MESSAGES[code]
    said = {"success": False, "status_code": code, "status_message": message}
    return json_reply(said, status or usual, headers)


FAULTS: Mapping[str, Reply] = {
    "gone": failure(34),
    "fault": failure(11),
    "busy": failure(25, headers={"Retry-After": "0"}),
    "html": text_reply("<!doctype html><title>Please wait</title>", kind="text/html"),
    "cut": Reply(200, b'{"id": 1, "title": "cut sho', {"Content-Type": "application/json"}),
    "list": json_reply([1, 2]),
    "error 200": failure(34, 200),
    "drop": Reply(200, b'{"id": 1}', delivery=Delivery.DROP_MID_BODY),
    "refused": failure(7, 403),
}
"""What may come instead of an answer, by name."""


class TmdbApi(Loopback):
    """The API.

    `faults`: path without the base -> replies that come first, one a visit; the last one stays if `lasting` has the
    path. `spoilt`: path -> keys that replace those of the details. `accepted`: the token, which may be withdrawn.
    """

    def __init__(self, stock: Sequence[TmdbWork]) -> None:
        self.stock = {each.address: each for each in stock}
        self.accepted = TOKEN
        self.faults: dict[str, list[Reply]] = defaultdict(list)
        self.lasting: dict[str, Reply] = {}
        self.spoilt: dict[str, Mapping[str, Any]] = {}
        self._turn = threading.Lock()
        self._found = cache(self._all)  # long lists are asked for page by page
        super().__init__(self._reply)

    @property
    def url(self) -> str:
        """The base address of its calls."""
        return super().url + _BASE

    def asked(self, start: str = "/") -> list[str]:
        """Return the calls that begin so, in order, without base and query."""
        paths = [urlsplit(each.path).path.removeprefix(_BASE) for each in self.received]
        return [path for path in paths if path.startswith(start)]

    def _reply(self, received: Received) -> Reply:
        address = urlsplit(received.path)
        path, query = address.path.removeprefix(_BASE), dict(parse_qsl(address.query))
        if received.headers.get("authorization") != f"Bearer {self.accepted}" or "api_key" in query:
            return failure(7)
        whole = f"{path}?page={query['page']}" if "page" in query else path
        with self._turn:
            if self.faults[whole]:
                return self.faults[whole].pop(0)
        if whole in self.lasting:
            return self.lasting[whole]
        if path.startswith("/discover/") and path[10:] in _DATES:
            return self._list(path[10:], query)
        if path not in self.stock:
            return failure(34)
        appended = tuple(query.get("append_to_response", "").split(","))
        said = details(self.stock[path], query.get("language", "en-US"), appended)
        return json_reply({**said, **self.spoilt.get(path, {})})

    def _list(self, path: str, query: Mapping[str, str]) -> Reply:
        page = query.get("page", "1")
        if not page.isdigit() or not 1 <= int(page) <= MAX_PAGES:
            return failure(22)
        first, last = (query.get(f"{_DATES[path]}.{end}", "") for end in ("gte", "lte"))
        if any(day and len(day) != 10 for day in (first, last)):
            return failure(23)
        votes = int(query.get("vote_count.gte", "0"))
        found = self._found(path, first, last, votes, adult=query.get("include_adult") == "true")
        start = (int(page) - 1) * PER_PAGE
        said = [result(work, query.get("language", "en-US")) for work in found[start : start + PER_PAGE]]
        pages = -(-len(found) // PER_PAGE)
        return json_reply({"page": int(page), "results": said, "total_pages": pages, "total_results": len(found)})

    def _all(self, path: str, first: str, last: str, votes: int, *, adult: bool) -> list[TmdbWork]:
        found = [
            work
            for work in self.stock.values()
            if work.path == path
            and (not first or first <= work.date)
            and (not last or "" < work.date <= last)
            and work.votes >= votes
            and (adult or not work.adult)
        ]
        # Works with as many votes stand in no order that one could rely on.
        return sorted(found, key=lambda work: (-work.votes, work.id * 7919 % 1009))


@contextmanager
def tmdb_api(stock: Sequence[TmdbWork]) -> Iterator[TmdbApi]:
    """Open the API over these works."""
    with TmdbApi(stock) as api:
        yield api
