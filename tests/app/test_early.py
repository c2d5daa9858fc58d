"""What shows text is named in the head of each page, so that the browser has it before the text."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app.early import Early, files
from tests.app.shelf import Visit

STATIC = Path(st.__file__).with_name("static")


def test_files_are_those_that_the_page_does_not_name_itself() -> None:
    manifest: dict[str, dict[str, Any]] = {
        "index.html": {"file": "index.js", "imports": ["_react.js"]},
        "_react.js": {"file": "react.js", "imports": ["_base.js"]},
        "_base.js": {"file": "base.js"},
        "_clean.js": {"file": "clean.js", "imports": ["_base.js", "_words.js"]},
        "_words.js": {"file": "words.js", "imports": ["_clean.js"]},
        "Html.tsx": {"file": "html.js", "name": "Html", "imports": ["_react.js", "_clean.js", "index.html"]},
        "Chart.tsx": {"file": "chart.js", "name": "Chart", "imports": ["_react.js"]},
    }
    assert files(manifest) == ["html.js", "clean.js", "words.js"]


def test_this_streamlit_has_such_files() -> None:
    found = files(json.loads((STATIC / "manifest.json").read_text(encoding="utf-8")))
    assert found
    assert all((STATIC / each).is_file() for each in found)


@pytest.mark.parametrize(("path", "told"), [("/", True), ("/film", True), ("/data", False), ("/api/v1/docs", False)])
def test_pages_at_the_top_alone_name_them(path: str, told: bool) -> None:
    async def page(_request: Request) -> Response:
        return HTMLResponse("<p>Page</p>")

    async def data(_request: Request) -> Response:
        return JSONResponse({})

    routes = [Route("/data", data), *(Route(each, page) for each in ("/", "/film", "/api/v1/docs"))]
    with TestClient(Starlette(routes=routes, middleware=[Middleware(Early)])) as client:
        link = client.get(path).headers.get("link", "")
    assert ("<./static/js/Html." in link) is told
    assert link.count("rel=modulepreload") == link.count("<")


def test_the_app_names_files_that_it_serves(address: str) -> None:
    with urlopen(address) as page:  # noqa: S310  # our own address
        named = re.findall(r"<\./([^>]+)>", page.headers["link"])
    assert named
    for each in named:
        with urlopen(f"{address}/{each}") as file:  # noqa: S310  # our own address
            assert file.headers.get_content_subtype() == "javascript"


def test_styles_stand_on_the_page_itself_before_all_that_is_read(visit: Visit) -> None:
    first = visit().main.get("html")[0].proto.body
    assert first.startswith("<style>")
    assert ".kadr-title" in first
