"""The program's page at the address of one of ours: it is told where its server is.

Streamlit's own page at `/film` looks for a server below `/film` first: two requests that end in 404, and half a second
of waiting before it looks at `/`. What it is told here is the folder that the address stands in, so that a proxy may
serve all of this below a path of its own.
"""

from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

__all__ = ["told", "ways_in"]

_PAGE = Path(st.__file__).with_name("static") / "index.html"
_VIEWS = Path(__file__).with_name("views")
_START = "search"
"""The page at `/`, where Streamlit's guess is right."""
_TOLD = '<script>window.__streamlit = {BACKEND_BASE_URL: new URL(".", window.location.href).href}</script>\n'
_HEAD = "</title>"


def told(page: str) -> str:
    """Return Streamlit's page with a script that tells it where its server is, before any script of its own."""
    head, title, rest = page.partition(_HEAD)
    return f"{head}{title}{_TOLD}{rest}" if title else page


def ways_in() -> list[Route]:
    """Return the routes of our pages, but for the one at `/`, for the routes of an application."""
    page = told(_PAGE.read_text(encoding="utf-8"))

    async def answer(_request: Request) -> Response:
        return HTMLResponse(page, headers={"Cache-Control": "no-cache"})

    return [Route(f"/{view.stem}", answer) for view in sorted(_VIEWS.glob("*.py")) if view.stem != _START]
