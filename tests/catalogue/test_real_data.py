"""Three real catalogues together; they are read in place and never copied."""

import csv
import json
import re

import pytest

from kadr.catalogue.merge import merge
from kadr.film import Description, Film, SourceLink, title_id
from kadr.text import is_placeholder, language_of, plain
from tests.data import real_data


def _film(source: str, title: str, year: int | None, text: str, url: str) -> Film:
    text = plain(text)
    texts = () if is_placeholder(text) else (Description(text, source, language_of(text)),)
    links = (SourceLink(source, "", url),)
    return Film(id=title_id(title, year), title=plain(title), year=year, descriptions=texts, sources=links)


def _rows() -> list[Film]:
    films = []
    with real_data("catalogues/ithinker.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            dated = re.fullmatch(r"(.+) \((\d{4})\)", row["movie_title"].strip())
            title, year = (dated[1], int(dated[2])) if dated else (row["movie_title"], None)
            films.append(_film("ithinker", title, year, row["description"], row["page_url"]))
    with real_data("catalogues/lordserials.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        films += [_film("lordserials", row["tvshow_title"], None, row["description"], row["page_url"]) for row in rows]
    viju = json.loads(real_data("catalogues/viju.json").read_text(encoding="utf-8"))
    return films + [_film("viju", each["title"], each["year"], each["description"] or "", each["id"]) for each in viju]


@pytest.mark.data
def test_three_real_catalogues_merge_without_joining_years_or_losing_rows() -> None:
    rows = _rows()
    merged = merge(rows)
    assert merged.rows_in == len(rows) > 4000
    assert 0.9 * len(rows) < len(merged.films) < len(rows)  # they share some titles, not most
    assert all(count >= 0 for count in merged.merged.values())
    links = {link for each in rows for link in each.sources}
    assert {link for each in merged.films for link in each.sources} == links
    years = {link.url: each.year for each in rows for link in each.sources}
    for each in merged.films:
        known = {years[link.url] for link in each.sources} - {None}
        assert not known or max(y for y in known if y) - min(y for y in known if y) <= 1
