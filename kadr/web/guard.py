"""Who is let in, and with how much: keys, requests a minute, the size of what is sent."""

import math

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kadr.settings import Settings
from kadr.web.clients import Keys, client_of, household
from kadr.web.limits import Buckets
from kadr.web.problems import Fault, Problem, response

__all__ = ["MAX_ADDRESS", "MAX_BODY", "OPEN", "Guard"]

MAX_BODY = 4 * 1024 * 1024
"""A history of 1,000 films takes 100 kB, and a request may hold twenty."""
MAX_ADDRESS = 60_000
"""Bytes of a query string; the server itself refuses a request whose head is longer than 64 kB."""
OPEN = frozenset({"/", "/health", "/ready", "/openapi.json", "/docs"})
"""What needs no key and is not counted: it tells nothing of the catalogue, and spends nothing."""


class Guard:
    """An ASGI layer; refuses before anything is read or worked on. `max_body`: bytes that a body may have."""

    def __init__(self, app: ASGIApp, settings: Settings, max_body: int = MAX_BODY) -> None:
        self._app, self._trusted, self._max_body = app, settings.trusted_proxies, max_body
        self._keys, self._buckets = Keys(settings.api_keys), Buckets(settings.api_rate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._admit(scope)
            body = await _read(Headers(scope=scope), receive, self._max_body)
        except Problem as problem:
            await response(problem, scope)(scope, receive, send)
            return
        await self._app(scope, _again(body, receive), send)

    def _admit(self, scope: Scope) -> None:
        if len(scope["query_string"]) > MAX_ADDRESS:
            detail = f"The query string has {len(scope['query_string'])} bytes, at most {MAX_ADDRESS} are taken"
            raise Problem("address_too_long", Fault(detail, allowed={"maxLength": MAX_ADDRESS}))
        if scope["path"].removeprefix(scope.get("root_path", "")) in OPEN:
            return
        headers = Headers(scope=scope)
        holder = self._keys.holder(headers) if self._keys.asked_for else None
        if wait := self._buckets.take(self._who(scope, headers, holder)):
            seconds = math.ceil(wait)
            detail = f"This client asked too often; ask again in {seconds} s"
            raise Problem("too_many_requests", Fault(detail), headers={"Retry-After": str(seconds)})
        if self._keys.asked_for and holder is None:
            raise Problem(
                "key_required",
                Fault("Send a key of this server as X-API-Key, or as Authorization: Bearer"),
                headers={"WWW-Authenticate": "Bearer"},
            )

    def _who(self, scope: Scope, headers: Headers, holder: int | None) -> str:
        if holder is not None:
            return f"key {holder}"
        peer = scope["client"][0] if scope.get("client") else ""
        return household(client_of(peer, headers.getlist("x-forwarded-for"), self._trusted))


async def _read(headers: Headers, receive: Receive, most: int) -> bytes | None:
    """Return the body of a request; None where it has none.

    Raises:
        Problem: it is too large; no more of it was read than is allowed.
    """
    length = headers.get("content-length", "")
    if not length and "transfer-encoding" not in headers:
        return None
    too_large = Problem("body_too_large", Fault(f"At most {most} bytes are taken", allowed={"maxLength": most}))
    if length.isascii() and length.isdigit() and int(length[:20]) > most:
        raise too_large
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return None  # who asked has gone
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > most:
            raise too_large
    return bytes(body)


def _again(body: bytes | None, receive: Receive) -> Receive:
    """Return a `receive` that gives a body that was read already, and then what comes."""
    if body is None:
        return receive
    left = [body]

    async def give() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await receive()

    return give
