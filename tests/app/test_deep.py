"""The program's page at the addresses of our pages: what it is told, and that it stays Streamlit's own."""

from pathlib import Path

import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.deep import told, ways_in

PAGE = Path(st.__file__).with_name("static") / "index.html"


def test_every_page_but_the_first_has_a_way_in() -> None:
    assert [way.path for way in ways_in()] == ["/about", "/film", "/for_you", "/map", "/themes"]


def test_the_page_is_streamlits_and_is_told_where_its_server_is_before_its_own_scripts() -> None:
    answer = TestClient(Starlette(routes=ways_in())).get("/film?id=x")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    before, script, after = answer.text.partition("<script>window.__streamlit")
    assert script
    assert before + after.partition("</script>\n")[2] == PAGE.read_text(encoding="utf-8")
    assert "<script" in after
    assert 'type="module"' not in before


def test_a_page_of_another_form_is_left_as_it_is() -> None:
    assert told("<html></html>") == "<html></html>"
