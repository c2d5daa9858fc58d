import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings

from kadr.catalogue.export import HEADERS, export
from kadr.cells import unguarded
from kadr.errors import SourceError
from kadr.film import Film, Kind
from tests.catalogue.films import catalogues, film, plot

FILMS = [
    film(
        'Маяк, "белый"',
        1971,
        own="7",
        kind=Kind.SERIES,
        genres=("драма", "a|b, c"),
        descriptions=(plot(0, "a"), plot(1, "b")),
        external_ids={"imdb": "tt1", "other": "5"},
        extra={"k": "v"},
        page_url="https://a.example/7",
        rating=7.5,
    ),
    film("Пекарня", None),
]


def read_csv(text: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = list(csv.DictReader(text.splitlines(keepends=True)))
    for row in rows:
        for name in ("genres", "actors", "descriptions", "sources", "extra"):
            row[name] = json.loads(row[name]) if row[name] else ({} if name == "extra" else [])
    return rows


def read_jsonl(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize(("suffix", "read"), [("csv", read_csv), ("jsonl", read_jsonl)])
@pytest.mark.parametrize("packed", [False, True])
def test_text_formats(
    tmp_path: Path, suffix: str, read: Callable[[str], list[dict[str, Any]]], *, packed: bool
) -> None:
    path = tmp_path / f"films.{suffix}{'.gz' if packed else ''}"
    assert export(FILMS, path) == 2
    data = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
    one, two = read(data.decode())
    assert tuple(one) == HEADERS
    assert HEADERS[:4] == ("page_url", "image_url", "movie_title", "description")
    assert (one["movie_title"], one["description"]) == ('Маяк, "белый"', FILMS[0].description)
    assert (str(one["year"]), one["kind"], str(one["rating"])) == ("1971", "series", "7.5")
    assert one["genres"] == ["драма", "a|b, c"]
    assert [each["text"] for each in one["descriptions"]] == [each.text for each in FILMS[0].descriptions]
    assert one["sources"] == [{"name": "a", "id": "7", "url": "https://a.example/7", "licence": ""}]
    assert (one["imdb_id"], one["tmdb_id"], one["extra"]) == ("tt1", "", {"k": "v", "other_id": "5"})
    assert (two["movie_title"], two["year"] or None, two["actors"]) == ("Пекарня", None, [])


def test_parquet_has_real_types(tmp_path: Path) -> None:
    path = tmp_path / "films 'a'.parquet"
    assert export(FILMS, path) == 2
    relation = duckdb.read_parquet(str(path))
    assert tuple(relation.columns) == HEADERS
    values = relation.project("movie_title, year, genres, descriptions[2].source, imdb_id, extra").fetchall()
    assert values == [
        ('Маяк, "белый"', 1971, ["драма", "a|b, c"], "b", "tt1", {"k": "v", "other_id": "5"}),
        ("Пекарня", None, [], None, "", {}),
    ]


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "csv.gz", "jsonl.gz", "parquet"])
def test_same_films_same_bytes_and_no_film_is_a_file_too(tmp_path: Path, suffix: str) -> None:
    paths = [tmp_path / f"{name}.{suffix}" for name in ("one", "two")]
    for path in paths:
        export(FILMS, path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert export([], paths[0]) == 0
    assert len(list(tmp_path.iterdir())) == 2


@settings(max_examples=40, deadline=None)
@given(catalogues)
def test_any_film_survives_csv(films: list[Film]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "films.csv"
        export(films, path)
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    assert [unguarded(row["movie_title"]) for row in rows] == [each.title for each in films]
    assert [json.loads(row["tags"] or "[]") for row in rows] == [list(each.tags) for each in films]


@pytest.mark.parametrize("text", ["=1+1", "+7", "-30-", "@home", "\t=1", "\r=1", "\n=1", "＝1", "'=1", "''@a"])
def test_what_a_spreadsheet_would_run_stands_behind_an_apostrophe(tmp_path: Path, text: str) -> None:
    export([film(text, tagline=text, directors=(text,))], tmp_path / "films.csv")
    with (tmp_path / "films.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["movie_title"] == row["tagline"] == f"'{text}"
    assert json.loads(row["directors"]) == [text]  # its cell begins with a bracket
    assert not any(cell.startswith(tuple("=+-@\t\r\n＝")) for cell in row.values())


def test_what_cannot_be_written_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"films\.xml: unknown format; .*\.parquet"):
        export(FILMS, tmp_path / "films.xml")
    with pytest.raises(SourceError, match=r"none/films\.csv: cannot be written: [^/]*; check its folder"):
        export(FILMS, tmp_path / "none" / "films.csv")
    with pytest.raises(SourceError, match=r"films\.csv: cannot be written: .*half a character; mend"):
        export([film("Маяк", tagline="\ud800")], tmp_path / "films.csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["films.csv", "films.csv.gz", "films.parquet"])
def test_an_export_leaves_its_neighbours_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    neighbours = {f"{name}.new", f"{name}.jsonl", f"{name}.new.jsonl"}
    for each in neighbours:
        (tmp_path / each).write_text("mine", encoding="utf-8")
    with pytest.raises(SourceError, match=rf"{name}: cannot be written: [^/]*; check its folder"):
        export(FILMS, tmp_path / name)
    (tmp_path / name).rmdir()
    export(FILMS, tmp_path / name)
    assert {each.name for each in tmp_path.iterdir()} == {name, *neighbours}
    assert {(tmp_path / each).read_text(encoding="utf-8") for each in neighbours} == {"mine"}
