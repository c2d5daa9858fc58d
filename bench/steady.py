"""Visitors who search at a steady rate, however late they are served, and remember which edition answered."""

import http.client
import json
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

__all__ = ["MIXED", "Answer", "Visitors", "edition_in"]

VISITORS = 64
"""Who may wait at once; where all do, those who are due come as soon as one of them is served."""
MIXED = -1
"""The edition of an answer whose films are of several, or of none."""
MARK = "edition "
"""What the tagline of each film begins with."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One search: when it was asked for and answered, by `time.monotonic()`, by which edition, and what went wrong."""

    began: float
    ended: float
    edition: int = MIXED
    fault: str = ""

    @property
    def well(self) -> bool:
        """Whether it was answered."""
        return not self.fault


class Visitors:
    """Threads that search from the beginning of a `with` block to its end.

    Args:
        port: of the API on this machine.
        rate: searches a second, all together.
        queries: asked by turns; each finds films.
    """

    def __init__(self, port: int, rate: int, queries: Sequence[str]) -> None:
        self.answers: list[Answer] = []
        self._port, self._rate, self._queries = port, rate, queries
        self._number, self._begin = 0, 0.0
        self._turn = threading.Condition()
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._visit, daemon=True) for _ in range(VISITORS)]

    def __enter__(self) -> Self:
        self._begin = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, edition: int, seconds: float) -> float:
        """Return when the first answer by an edition was there, by `time.monotonic()`.

        Raises:
            TimeoutError: none came in so many seconds.
        """
        with self._turn:
            there = self._turn.wait_for(lambda: any(each.edition == edition for each in self.answers[-500:]), seconds)
            if not there:
                last = self.answers[-1] if self.answers else None
                raise TimeoutError(f"edition {edition} did not answer in {seconds:.0f} s; the last answer: {last}")
            return next(each.ended for each in self.answers if each.edition == edition)

    def _visit(self) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)) as connection:
            while (query := self._next()) is not None:
                answer = _answer(connection, query)
                with self._turn:
                    self.answers.append(answer)
                    self._turn.notify_all()

    def _next(self) -> str | None:
        """Wait until the next search is due, and return its query; None where it is over before."""
        with self._turn:
            due = self._begin + self._number / self._rate  # whoever is late: the pace is kept, as visitors keep it
            self._number += 1
            query, pause = self._queries[self._number % len(self._queries)], due - time.monotonic()
        return None if self._ended.wait(max(0.0, pause)) else query


def edition_in(body: bytes) -> int:
    """Return the edition that all films of an answer are of, `MIXED` where they are not of one."""
    marks = {hit["film"]["tagline"] for hit in json.loads(body)["hits"]}
    mark = marks.pop() if len(marks) == 1 else ""
    return int(mark.removeprefix(MARK)) if mark.startswith(MARK) else MIXED


def _answer(connection: http.client.HTTPConnection, query: str) -> Answer:
    began = time.monotonic()
    try:
        connection.request("GET", "/api/v1/search?" + urlencode({"q": query, "k": 5}))
        got = connection.getresponse()
        body = got.read()
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        return Answer(began, time.monotonic(), fault=type(error).__name__)
    fault = "" if got.status == http.client.OK else f"{got.status} {body[:200]!r}"
    return Answer(began, time.monotonic(), MIXED if fault else edition_in(body), fault)
