"""The description of the API is true: of what is answered, of what is taken, and in the file that was exported."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter
from starlette.testclient import TestClient

from app.api import models
from app.api.factory import create
from app.api.routes.service import EXAMPLES
from docs.openapi import FILE, description
from kadr.bundle import SourceCount
from kadr.engine import Theme
from kadr.film import Description, Film, SourceLink
from kadr.live import Live
from kadr.search.types import Correction, FacetValue, Hit, Piece, SearchResult, Suggestion, Why, Wish, WordMatch
from kadr.web.models import DescriptionOut, FilmOut, HealthOut, SourceOut
from kadr.web.page import page
from tests.api.conftest import NO_LIMIT, Ask

PAIRS: tuple[tuple[type[BaseModel], Any, set[str]], ...] = (
    (FilmOut, Film, set()),
    (DescriptionOut, Description, set()),
    (SourceOut, SourceLink, set()),
    (models.HitOut, Hit, set()),
    (models.WhyOut, Why, set()),
    (models.WordMatchOut, WordMatch, set()),
    (models.PieceOut, Piece, set()),
    (models.FacetValueOut, FacetValue, set()),
    (models.CorrectionOut, Correction, set()),
    (models.WishOut, Wish, {"filters"}),
    (models.SearchOut, SearchResult, set()),
    (models.SuggestionOut, Suggestion, {"rows"}),
    (models.ThemeOut, Theme, set()),
    (models.BundleSourceOut, SourceCount, set()),
)


@pytest.mark.parametrize(("model", "kind", "hidden"), PAIRS, ids=lambda each: getattr(each, "__name__", ""))
def test_a_model_has_the_fields_of_what_it_describes(model: type[BaseModel], kind: Any, hidden: set[str]) -> None:
    assert set(model.model_fields) == {field.name for field in dataclasses.fields(kind)} - hidden


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("/search?q=маяк&k=100", models.SearchOut),
        ("/search?q=последний трамай", models.SearchOut),
        ("/search?q=комедия 80-х не про войну", models.SearchOut),
        ("/search", models.SearchOut),
        ("/facets?q=маяк", models.FacetsOut),
        ("/suggest?q=мая", models.SuggestionsOut),
        ("/random?k=30&seed=1", models.FilmsOut),
        ("/themes", models.ThemesOut),
        ("/bundle", models.BundleOut),
        ("/health", HealthOut),
        ("/ready", models.ReadyOut),
    ],
)
def test_an_answer_is_as_its_model_has_it(ask: Ask, path: str, model: type[BaseModel]) -> None:
    answer = ask().get(path)
    assert answer.status_code == 200
    made = TypeAdapter(model).validate_json(answer.content, strict=False)
    assert json.loads(made.model_dump_json()) == answer.json()


def test_the_exported_file_is_the_programs() -> None:
    assert FILE.read_text(encoding="utf-8") == description(), "run `make openapi`"


def test_every_route_says_how_it_may_fail_and_that_a_key_may_be_needed() -> None:
    told = json.loads(description())
    assert told["security"] == [{}, {"key": []}, {"bearer": []}]
    assert told["servers"] == [{"url": "/api/v1"}]
    operations = {(path, method): each for path, methods in told["paths"].items() for method, each in methods.items()}
    assert {path for path, _ in operations} >= {
        "/search", "/films/{film_id}", "/films/{film_id}/similar", "/recommendations", "/suggest", "/facets", "/random",
        "/themes", "/bundle", "/health", "/ready", "/metrics",
    }  # fmt: skip
    problem = {"application/problem+json"}
    for (path, _), each in operations.items():
        assert {"200", "400", "422"} <= set(each["responses"])
        assert ("503" in each["responses"]) == (path in {"/search", "/ready"})
        assert all(
            set(answer.get("content", ())) <= (problem | {"text/plain"} if status == "400" else problem)
            for status, answer in each["responses"].items()
            if status not in {"200", "304"}
        )
        assert all(parameter.get("description") for parameter in each.get("parameters", ()))


def test_an_api_describes_itself_once(shelf: Live) -> None:
    api = create(shelf, NO_LIMIT)
    with TestClient(api) as client:
        assert client.get("/docs").status_code == 200
        first = api.openapi_schema
        assert first is not None
        assert client.get("/openapi.json").status_code == client.get("/docs").status_code == 200
    assert api.openapi() is api.openapi_schema is first


def test_the_page_escapes_what_it_shows() -> None:
    told = json.loads(description())
    told["paths"]["/search"]["get"]["description"] = "<script>alert(1)</script>"
    told["info"]["title"] = '"><img src=x>'
    shown = page(told, '/a"b', EXAMPLES)
    assert "<script" not in shown
    assert "<img" not in shown
    assert '/a"b' not in shown


def test_every_link_of_the_page_leads_somewhere(ask: Ask) -> None:
    client = ask()
    assert {name: client.get(path).status_code for name, path in EXAMPLES.items()} == dict.fromkeys(EXAMPLES, 200)


def test_the_api_needs_no_streamlit() -> None:
    code = "import sys, app.api.alone; assert not {'streamlit', 'pandas', 'pyarrow'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2], timeout=60)
