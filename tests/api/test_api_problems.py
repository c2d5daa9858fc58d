"""Every error is a problem with a code, a field and what is allowed, and tells nothing of the value that was given."""

import time
from typing import Any

import pytest

from kadr.web.guard import MAX_ADDRESS, MAX_BODY
from kadr.web.problems import CODES, MEDIA_TYPE
from kadr.web.refusing import MOST_PARAMETERS
from tests.api.conftest import Ask

SECRET = "SeCrEt"  # noqa: S105  # a word to look for in answers


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, MEDIA_TYPE)
    told: dict[str, Any] = answer.json()
    assert (told["code"], told["status"], told["title"]) == (code, status, CODES[code][1])
    assert told["type"] == f"urn:kadr:problem:{code}"
    assert told["instance"] == f"urn:kadr:request:{answer.headers['x-request-id']}"
    assert answer.headers["cache-control"] == "no-store"
    assert {name: told[name] for name in ("detail", "field", "allowed")} == told["errors"][0]
    assert SECRET not in answer.text
    return told


@pytest.mark.parametrize(
    ("query", "field", "allowed"),
    [
        ("k=0", "k", {"type": "integer", "minimum": 1, "maximum": 100}),
        ("k=101", "k", {"type": "integer", "minimum": 1, "maximum": 100}),
        ("k=+5", "k", {"type": "integer", "minimum": 1, "maximum": 100}),
        ("k=١٢", "k", {"type": "integer", "minimum": 1, "maximum": 100}),
        ("k=1_0", "k", {"type": "integer", "minimum": 1, "maximum": 100}),
        ("k=", "k", {"type": "integer", "minimum": 1, "maximum": 100}),
        (f"k={'9' * 5000}", "k", {"type": "integer", "minimum": 1, "maximum": 100}),
        ("offset=10001", "offset", {"type": "integer", "minimum": 0, "maximum": 10000}),
        (f"mode={SECRET}", "mode", {"type": "string", "enum": ["hybrid", "semantic", "lexical"]}),
        ("mode=popular", "mode", {"type": "string", "enum": ["hybrid", "semantic", "lexical"]}),
        (f"facets={SECRET}", "facets", {"type": "boolean"}),
        ("facets=1", "facets", {"type": "boolean"}),
        ("rating_min=nan", "rating_min", {"type": "number", "minimum": 0, "maximum": 10.0}),
        ("rating_min=1e999", "rating_min", {"type": "number", "minimum": 0, "maximum": 10.0}),
        (
            "kind=book",
            "kind",
            {"type": "array", "maxItems": 2, "items": {"type": "string", "enum": ["film", "series"]}},
        ),
        ("timeout_ms=10001", "timeout_ms", {"type": "integer", "minimum": 0, "maximum": 10000}),
        ("q=" + "я" * 4001, "q", {"type": "string", "maxLength": 4000}),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(ask: Ask, query: str, field: str, allowed: dict[str, Any]) -> None:
    told = problem(ask().get(f"/search?{query}"), 422, "invalid_value")
    assert (told["field"], told["allowed"]) == (field, allowed)
    assert len(told["errors"]) == 1


def test_all_wrong_values_are_told_at_once(ask: Ask) -> None:
    told = problem(ask().get("/search?k=0&year_from=1800&sort=x"), 422, "invalid_value")
    assert {each["field"] for each in told["errors"]} == {"k", "year_from", "sort"}


def test_an_unknown_parameter_is_told_with_those_that_there_are(ask: Ask) -> None:
    told = problem(ask().get("/films/x/similar?limit=5&k=0"), 400, "unknown_parameter")
    assert told["field"] == "limit"
    assert {"film_id", "k", "by", "sequels", "genre"} <= set(told["allowed"]["enum"])
    assert {each["field"] for each in told["errors"]} == {"limit", "k"}


def test_a_parameter_given_twice(ask: Ask) -> None:
    client = ask()
    assert problem(client.get("/search?k=1&k=1"), 400, "repeated_parameter")["field"] == "k"
    assert client.get("/search?genre=драма&genre=комедия").status_code == 200


def test_more_parameters_than_anyone_needs_are_refused_before_they_cost_time(ask: Ask) -> None:
    client = ask()
    names = [f"{number:x}" for number in range(11_800)]
    began = time.process_time()
    for path in ("/search", "/health"):
        told = problem(client.get(f"{path}?{'&'.join(names)}"), 400, "too_many_parameters")
        assert told["allowed"] == {"maxItems": MOST_PARAMETERS}
    assert time.process_time() - began < 2  # seconds; each took six and more where every name was looked up
    problem(client.get(f"/search?{'&'.join(names[: MOST_PARAMETERS + 1])}"), 400, "too_many_parameters")
    problem(client.get(f"/search?{'&'.join(names[:MOST_PARAMETERS])}"), 400, "unknown_parameter")


def test_too_many_values_of_a_filter(ask: Ask) -> None:
    told = problem(ask().get("/search?" + "&".join(f"genre=g{n}" for n in range(21))), 422, "invalid_value")
    assert (told["field"], told["allowed"]["maxItems"]) == ("genre", 20)


@pytest.mark.parametrize("path", ["/nothing", "/search/", "/search/x", "/%E2%80%AE", "/..%2f.."])
def test_no_such_address(ask: Ask, path: str) -> None:
    problem(ask().get(path), 404, "not_found")


@pytest.mark.parametrize(("method", "path"), [("POST", "/search"), ("DELETE", "/films/x"), ("TRACE", "/health")])
def test_another_method(ask: Ask, method: str, path: str) -> None:
    answer = ask().request(method, path)
    assert problem(answer, 405, "method_not_allowed")["allowed"] == {"enum": ["GET", "HEAD"]}
    assert answer.headers["allow"] == "GET, HEAD"


def test_head_is_answered_as_get_without_a_body(ask: Ask) -> None:
    client = ask()
    for path in ("/search?k=20", "/bundle", "/health", "/docs", "/openapi.json", "/nothing", "/search?k=0"):
        got, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (got.status_code, b"")
        # What the clock says of a search may take a digit more or less.
        assert abs(int(head.headers["content-length"]) - int(got.headers["content-length"])) < 40
        for name in ("content-type", "etag", "cache-control", "content-encoding", "vary"):
            assert head.headers.get(name) == got.headers.get(name)
    assert client.head("/recommendations").headers["allow"] == "POST"
    assert 'kadr_api_requests_total{method="HEAD",route="/bundle",status="200"} 1.0' in client.get("/metrics").text


def test_a_body_that_is_too_large_is_not_read(ask: Ask) -> None:
    client = ask()
    told = problem(client.post("/recommendations", content=b"x" * (MAX_BODY + 1)), 413, "body_too_large")
    assert told["allowed"] == {"maxLength": MAX_BODY}
    problem(client.post("/search", content=b"", headers={"Content-Length": "9" * 40}), 413, "body_too_large")


def test_a_body_that_does_not_say_its_length_is_cut_off(ask: Ask) -> None:
    chunks = (b"x" * 65_536 for _ in range(MAX_BODY // 65_536 + 1))
    problem(ask().post("/recommendations", content=chunks), 413, "body_too_large")


def test_an_address_that_is_too_long(ask: Ask) -> None:
    told = problem(ask().get("/search?q=" + "x" * MAX_ADDRESS), 400, "address_too_long")
    assert told["allowed"] == {"maxLength": MAX_ADDRESS}


def test_codes_and_titles_are_as_the_description_has_them(ask: Ask) -> None:
    page = ask().get("/docs")
    assert page.status_code == 200
    assert all(f"<code>{code}</code>" in page.text for code in CODES)
    assert "src=" not in page.text
    assert "http://" not in page.text
