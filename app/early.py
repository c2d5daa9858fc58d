"""The page tells the browser early of the program's file that shows text, which it would learn of late.

Streamlit fetches what shows an element when the first such element comes. Nearly all that is read on our pages is one
kind of element: where its file came after the films, all would be drawn twice, and the first time as grey bars.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Early", "files"]

_SHOWN = "Html"
"""The element of `st.html`, as the manifest names it."""
_STATIC = Path(st.__file__).with_name("static")
_ENTRY = "index.html"


def files(manifest: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the paths of the files that show text and that the page does not name itself, below the page's address.

    Args:
        manifest: of Streamlit's files, as Vite writes it: by a module's key its `file` and the keys of its `imports`.
    """
    known = set(_needed(manifest, _ENTRY))
    asked = [key for key, module in manifest.items() if module.get("name") == _SHOWN]
    return [manifest[key]["file"] for first in asked for key in _needed(manifest, first) if key not in known]


class Early:
    """Middleware: names the files in the head of each answer that is a page of ours. All of them stand at the top."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        found = files(json.loads((_STATIC / "manifest.json").read_text(encoding="utf-8")))
        self._link = ", ".join(f"<./{file}>; rel=modulepreload" for file in found)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with the files named where it answers with a page."""

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("link", self._link)
            await send(message)

        page = scope["type"] == "http" and "/" not in scope["path"][1:]
        await self._app(scope, receive, told if page else send)


def _needed(manifest: Mapping[str, Mapping[str, Any]], first: str) -> Iterator[str]:
    """Yield the keys of a module and of all that it imports, each once."""
    waiting, seen = [first], set()
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            waiting += manifest[key].get("imports", ())
            yield key
