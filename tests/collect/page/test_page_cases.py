"""Each folder of `cases` is a page (`inputs/`) and what must be read from it (`output.json`)."""

import json
from pathlib import Path
from typing import Any

import pytest

from kadr.collect.fetch.page import Page
from kadr.collect.page.read import PageFilm, read_page
from kadr.errors import PageError
from kadr.film import FILM_FIELDS

CASES = sorted(path for path in Path(__file__).with_name("cases").iterdir() if path.is_dir())
FETCHED = "2026-02-03T04:05:06+00:00"


def page_of(case: Path) -> Page:
    meta = json.loads((case / "inputs/meta.json").read_text())
    headers = {"content-type": meta.get("content_type", "text/html")}
    return Page(meta["url"], meta["url"], 200, headers, (case / "inputs/page.html").read_bytes(), FETCHED)


def as_json(got: PageFilm) -> dict[str, Any]:
    """Return the fields that are set, as JSON has them, and their origins; without what every page has."""
    film: dict[str, Any] = {}
    for name in FILM_FIELDS:
        value = getattr(got.film, name)
        if name == "descriptions":
            film[name] = [[each.text, each.language] for each in value]
        elif name not in {"sources", "fetched_at"} and value not in (None, "", (), {}):
            film[name] = list(value) if isinstance(value, tuple) else value
    return {"film": film, "origins": dict(sorted(got.origins.items()))}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_page_is_read_as_its_case_says(case: Path) -> None:
    wanted = json.loads((case / "output.json").read_text())
    if "refused" in wanted:
        with pytest.raises(PageError) as caught:
            read_page(page_of(case), "s")
        assert [caught.value.reason, caught.value.detail] == wanted["refused"]
        return
    got = read_page(page_of(case), "s")
    assert as_json(got) == wanted
    assert got.film.fetched_at == FETCHED
    assert got.film.sources[0].id == got.film.id.removeprefix("s:")


def test_every_field_that_is_set_has_an_origin() -> None:
    read = 0
    for case in CASES:
        try:
            got = read_page(page_of(case), "s")
        except PageError:
            continue
        read += 1
        assert set(got.origins) == {name for name in FILM_FIELDS if getattr(got.film, name) not in (None, "", (), {})}
        assert all(got.origins.values())
    assert read > 8
