"""The outermost layer: every request has an id, is counted and logged, and ends in an answer, whatever happens."""

import logging
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kadr.web.asked import REQUEST_ID, Asked, route_of
from kadr.web.logs import LOG, frames
from kadr.web.problems import Fault, Problem, response

__all__ = ["Trace"]

Count = Callable[[str, str, int, float], None]
"""Takes note of an answer: its route's template, the method, the status, the seconds that it took."""

QUIET = frozenset({"/health", "/ready", "/metrics"})
"""What machines ask every few seconds: not worth a line where all is well."""
FAULT = Problem("fault", Fault("The fault was logged. The same request may fail again; others go on."))


class Trace:
    """An ASGI layer. `count` is told of every answer. `log_queries`: whether lines of the log hold the query string."""

    def __init__(self, app: ASGIApp, count: Count, *, log_queries: bool) -> None:
        self._app, self._count, self._log_queries = app, count, log_queries

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked, status = Asked.begin(scope), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = asked.id
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:  # noqa: BLE001  # the last one who can make an answer of it
            LOG.error("fault", extra={"told": {"id": asked.id, "error": frames(error)}})
            if not status:
                await response(FAULT, scope)(scope, receive, sending)
        self._note(scope, asked, status)

    def _note(self, scope: Scope, asked: Asked, status: int) -> None:
        route, seconds = route_of(scope), asked.seconds
        self._count(route, scope["method"], status, seconds)
        quiet = route in QUIET and status < 400
        told = {"id": asked.id, "method": scope["method"][:16], "route": route, "status": status}
        told |= {"ms": round(seconds * 1000, 1), **asked.told}
        if self._log_queries:
            told["query"] = scope["query_string"].decode("latin-1")
        LOG.log(logging.DEBUG if quiet else logging.INFO, "request", extra={"told": told})
