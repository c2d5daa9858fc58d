"""Options of a wrong type are refused by name, whatever a link, a script or a model makes of them."""

import numpy as np
import pytest

from kadr.errors import QueryError
from kadr.film import Kind
from kadr.search.request import Request
from kadr.search.types import Filters


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("k", 1.5), ("k", True), ("k", "10"), ("k", None), ("offset", 0.0), ("offset", False), ("filters", {}),
        ("filters", None), ("mode", 3), ("mode", None), ("sort", ["newest"]), ("measure", ["dot"]), ("facets", 1),
        ("wishes", "no"), ("as_typed", None), ("ignored", "genre:комедия"), ("ignored", (1,)), ("budget_ms", "100"),
        ("budget_ms", True), ("budget_ms", float("nan")), ("page", 2),
    ],
)  # fmt: skip
def test_an_option_of_a_wrong_type_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(QueryError, match=f"^{name}: ") as refusal:
        Request.checked("комедия", {name: value})  # type: ignore[misc]
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 250


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("year_from", "1990"), ("rating_min", True), ("genres_any", "комедия"), ("genres_none", (1,)), ("actors", None),
        ("kinds", ("film",)), ("kinds", Kind.FILM), ("years_any", (1990, 1999)), ("years_any", ((1990,),)),
        ("years_any", ((1999, 1990),)), ("has_poster", 1), ("runtime_max", [90]),
    ],
)  # fmt: skip
def test_a_filter_of_a_wrong_type_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(QueryError, match=f"^{name}: "):
        Request.checked("комедия", {"filters": Filters(**{name: value})})  # type: ignore[arg-type]


def test_a_query_is_text() -> None:
    for query in (None, 7, b"abc"):
        with pytest.raises(QueryError, match=r"^query: must be text"):
            Request.checked(query, {})  # type: ignore[arg-type]


def test_what_fits_is_taken() -> None:
    filters = Filters(years_any=((1980, 1989), (2000, 2009)), kinds=(Kind.FILM,), genres_any=("драма",), rating_min=7)
    got = Request.checked(
        " комедия ",
        {"k": np.int64(5), "filters": filters, "ignored": ("a",), "budget_ms": 0.5, "mode": "lexical"},  # type: ignore[typeddict-item]
    )
    assert (got.query, got.k, got.filters, got.budget_ms) == ("комедия", 5, filters, 0.5)
