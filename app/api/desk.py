"""Where a request meets the engine: off the event loop, with the bundle of the moment, its answer kept or not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import anyio
from anyio.to_thread import run_sync
from fastapi import Depends
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from app.api.caching import etag, holds, kept
from app.api.meters import Meters
from kadr.errors import KadrError
from kadr.live import Live, Opened
from kadr.settings import Settings
from kadr.turns import Turns
from kadr.web.asked import Asked, route_of
from kadr.web.logs import LOG
from kadr.web.problems import Fault, Problem

__all__ = ["NOT_KEPT", "Desk", "DeskHere", "Told", "left_ms"]

THREADS = 40
"""Requests at work at once: 50 a second that each wait 300 ms for a hosted model are 15, and a burst has room."""
SERVICE_THREADS = 2
"""Apart from those, for who watches: whether the service lives is asked most when it is at its limit."""
MOST_WAITING = 40
"""Requests that wait for a thread: one more would be answered later than anyone waits, and is told so at once."""
RESERVE_MS = 40.0
"""Of an answer's time, what is left for work after the wait for a hosted model: ranking anew, and writing it down."""
NOT_KEPT = {"Cache-Control": "no-store"}

_BODY = TypeAdapter(Mapping[str, Any])
"""Writes an answer down, in a quarter of the time that `json` takes."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Told:
    """What a route has to say. `lasting`: whether the same question gets the same answer for as long as the bundle."""

    body: Mapping[str, Any]
    lasting: bool = True


class Desk:
    """What routes share: the bundle, the settings, the threads, the counters. May be used from many threads."""

    def __init__(self, live: Live, settings: Settings, meters: Meters) -> None:
        self._live, self.settings, self.meters = live, settings, meters
        self._threads = anyio.CapacityLimiter(THREADS)
        self._own = anyio.CapacityLimiter(SERVICE_THREADS)
        self._turns = Turns()
        self._fault = ""

    @property
    def newer_refused(self) -> bool:
        """Whether what is current now cannot be opened, and an older one serves."""
        return self._live.fault is not None

    async def run(self, work: Callable[[], Result]) -> Result:
        """Do blocking work in one of the threads; one computes at a time, while others wait for a hosted model.

        Raises:
            Problem: too many wait for a thread already.
        """

        def in_turn() -> Result:
            with self._turns.taken():
                return work()

        if self._threads.statistics().tasks_waiting >= MOST_WAITING:
            detail = "The server has more to do than it can; ask again in a moment"
            raise Problem("server_busy", Fault(detail), headers={"Retry-After": "1"})
        return await run_sync(in_turn, limiter=self._threads)

    async def watch(self, work: Callable[[], Result]) -> Result:
        """Do blocking work for who watches the service, whatever else waits."""
        return await run_sync(work, limiter=self._own)

    def opened(self, status: int = 404) -> Opened:
        """Return the bundle of the moment; to be called in a thread.

        Raises:
            Problem: there is none; `status` is what that is to a client.
        """
        try:
            opened = self._live.current()
        except KadrError as error:
            # By its words: what looks anew makes a new error each time.
            if str(error) != self._fault:
                self._fault = str(error)
                LOG.warning("no bundle", extra={"told": {"error": str(error)}})
            # Not the error's own words: they name folders of the server. The operator reads them in the log.
            detail = "No bundle is there, or what is there cannot be opened; the server's operator can mend it"
            headers = {"Retry-After": "10"} if status == 503 else None
            raise Problem("no_bundle", Fault(detail), status=status, headers=headers) from error
        self._fault = ""
        return opened

    async def tell(self, work: Callable[[Opened], Told]) -> Response:
        """Answer by the bundle; nobody is to keep the answer."""
        return await self.run(lambda: _json(work(self.opened()).body, NOT_KEPT))

    async def tell_keeping(
        self, request: Request, said: Mapping[str, Any], work: Callable[[Opened], Told], status: int = 404
    ) -> Response:
        """Answer by the bundle, or tell the client that what it keeps still holds.

        Args:
            request: what is answered.
            said: the parameters, as they count for the answer.
            work: makes the answer, in a thread.
            status: what having no bundle is to a client.
        """

        def told() -> Response:
            opened = self.opened(status)
            tag = etag(opened.engine.manifest.version, route_of(request.scope), {**request.path_params, **said})
            keep = kept(tag, private=bool(self.settings.api_keys))
            hit = holds(tag, request.headers.get("if-none-match", ""))
            self.meters.kept(hit=hit)
            if hit:
                # As the packing says it of the answer itself; it looks at no body that is empty.
                return Response(status_code=304, headers={**keep, "Vary": "Accept-Encoding"})
            answer = work(opened)
            return _json(answer.body, keep if answer.lasting else NOT_KEPT)

        return await self.run(told)


async def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


DeskHere = Annotated[Desk, Depends(_desk)]
"""The desk of the API that a route belongs to."""


def left_ms(request: Request, timeout_ms: float) -> float:
    """Return the milliseconds that an answer may wait for a hosted model, by what it may take and took already."""
    return max(0.0, timeout_ms - RESERVE_MS - Asked.of(request.scope).seconds * 1000)


def _json(body: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    return Response(_BODY.dump_json(body), headers=headers, media_type="application/json")
