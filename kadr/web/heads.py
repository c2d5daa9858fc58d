"""HEAD, which every address that serves GET serves, too (RFC 9110, 9.3.2): the same headers, and no body."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Heads"]


class Heads:
    """An ASGI layer; all within it meets a HEAD as the GET that it asks about."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        # A copy: the server looks at its own to know how much it must send.
        inner = {**scope, "method": "GET"}
        try:
            await self._app(inner, receive, sending)
        finally:
            if "route" in inner:
                scope["route"] = inner["route"]
