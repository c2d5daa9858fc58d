"""A file of films becomes a harvest: every format, mapping, defaults, rejects, and the errors a person can act on."""

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kadr.collect.files import read_file
from kadr.collect.harvest import Harvest, write_rejects
from kadr.errors import ConfigError, SourceError
from kadr.film import Description, Film, Kind, SourceLink, title_id
from kadr.sources import FileSource


def read(folder: Path, name: str, content: str | bytes, **options: Any) -> Harvest:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_file(FileSource("ours", str(path), **options))


def one(folder: Path, row: dict[str, Any], **options: Any) -> Film:
    return read(folder, "one.json", json.dumps([row]), **options).films[0]


EXPECTED = Film(
    id="ours:k1",
    title="Фонарщик на льду",
    original_title="The Ice Lamplighter",
    year=1987,
    kind=Kind.FILM,
    genres=("драма", "фантастика"),
    directors=("Илья Замойский",),
    actors=("Вера Тихая", "Юрий Долгий"),
    runtime_minutes=104,
    age_rating=12,
    descriptions=(
        Description(
            "Старый фонарщик находит подо льдом город; в нём ещё горит «свет». Он спускается туда.", "ours", "ru"
        ),
    ),
    rating=7.5,
    sources=(SourceLink("ours", "k1"),),
    external_ids={"kinopoisk": "900001"},
    extra={"плёнка": "35 мм"},
)


def test_every_format_gives_the_same_films(formats: dict[str, bytes], tmp_path: Path) -> None:
    for name, data in formats.items():
        harvest = read(tmp_path, name, data)
        assert harvest.films[0] == EXPECTED, name
        second = harvest.films[1]
        assert (second.title, second.kind, second.year) == ("Девять писем, одно эхо", Kind.SERIES, 2011), name
        assert (second.descriptions, second.rating, second.genres) == ((), None, ("детектив",)), name
        assert (harvest.rows, harvest.rejects, harvest.unknown_headers) == (2, (), ("плёнка",)), name


def test_genres_and_countries_may_be_parted_by_a_slash_and_people_may_not(tmp_path: Path) -> None:
    film = one(tmp_path, {"title": "Лента", "genres": "драма/комедия", "countries": "СССР/ГДР", "cast": "AC/DC"})
    assert (film.genres, film.countries, film.actors) == (("драма", "комедия"), ("СССР", "ГДР"), ("AC/DC",))


def test_the_four_column_layout_works_as_it_is(tmp_path: Path) -> None:
    text = (
        "page_url,image_url,movie_title,description\n"
        "https://films.example/a,https://films.example/a.jpg,Тихая заводь (1999),&laquo;Лодка&raquo; <b>плывёт</b>\n"
        "https://films.example/b,,1984,Description not found\n"
    )
    first, second = read(tmp_path, "a.csv", text).films
    assert (first.title, first.year, first.description) == ("Тихая заводь", 1999, "«Лодка» плывёт")
    assert (first.page_url, first.image_url) == ("https://films.example/a", "https://films.example/a.jpg")
    assert first.id == title_id("Тихая заводь", 1999)
    assert first.sources == (SourceLink("ours", "", "https://films.example/a"),)
    assert (second.title, second.year, second.descriptions) == ("1984", None, ())


def test_a_series_header_names_series_but_a_kind_cell_wins(tmp_path: Path) -> None:
    text = "tvshow_title,type\nДом у реки,\nОдин вечер,movie\n"
    assert [f.kind for f in read(tmp_path, "a.csv", text).films] == [Kind.SERIES, Kind.FILM]


def test_mapping_wins_and_reaches_into_nested_json(tmp_path: Path) -> None:
    row = {"title": "wrong", "names": {"ru": "Верно", "en": "Right"}, "y": "2001", "meta": {"a": 1}}
    film = one(tmp_path, row, mapping={"title": "names.ru", "original_title": "names.en", "year": "y"})
    assert (film.title, film.original_title, film.year) == ("Верно", "Right", 2001)
    assert film.extra["title"] == "wrong"
    assert film.extra["meta"] == '{"a":1}'


def test_nested_ratings_are_found_by_name(tmp_path: Path) -> None:
    row = {
        "name": "Полынь",
        "rating": {"kp": 7.1, "imdb": 6.2},
        "votes": {"kp": 10},
        "poster": {"url": "https://a.b/c"},
    }
    film = one(tmp_path, {**row, "externalId": {"imdb": "tt0000123"}})
    assert film.image_url == "https://a.b/c"
    assert film.external_ids == {"imdb": "tt0000123"}


def test_ratings_prefer_kinopoisk_with_its_votes_and_zero_is_none(tmp_path: Path) -> None:
    row = {"title": "Полынь", "imdb_rating": "6,5", "imdb_votes": 9, "kinopoisk_rating": 7.25, "kp_votes": "1 200"}
    film = one(tmp_path, row)
    assert (film.rating, film.votes) == (7.25, 1200)
    film = one(tmp_path, row | {"kinopoisk_rating": 0})
    assert (film.rating, film.votes) == (6.5, 9)
    assert one(tmp_path, {"title": "Полынь", "imdb_rating": 0, "imdb_votes": 9}).rating is None


def test_what_a_field_cannot_read_stays_in_extra(tmp_path: Path) -> None:
    film = one(tmp_path, {"title": "Полынь", "age": "R", "rating": "85", "poster": "a.jpg", "imdb_id": "x1", "k": None})
    assert film.extra == {"age": "R", "rating": "85", "poster": "a.jpg", "imdb_id": "x1"}
    assert (film.age_rating, film.rating, film.image_url, film.external_ids) == (None, None, "", {})


def test_extra_is_bounded(tmp_path: Path) -> None:
    film = one(tmp_path, {"title": "Полынь", **{f"x{i}": "ы" * 5_000 for i in range(300)}})
    assert len(film.extra) == 100
    assert {len(v) for v in film.extra.values()} == {1_000}


def test_descriptions_full_then_short_with_languages(tmp_path: Path) -> None:
    row = {
        "title": "Полынь",
        "short_description": "Кратко.",
        "overview_en": "Долгий рассказ",
        "описание": "Долго. " * 9_000,
    }
    film = one(tmp_path, row)
    assert [(d.language, d.source) for d in film.descriptions] == [("ru", "ours"), ("en", "ours"), ("ru", "ours")]
    assert film.descriptions[-1].text == "Кратко."
    assert len(film.descriptions[0].text) <= 20_000
    twice = one(tmp_path, {"title": "Полынь", "description": "Кратко!", "short_description": "кратко"})
    assert [d.text for d in twice.descriptions] == ["Кратко!"]


def test_a_column_of_seconds_is_told_by_its_median(tmp_path: Path) -> None:
    rows = [{"title": f"Лента {i}", "duration": seconds} for i, seconds in enumerate([480, 5873, 6000, 0])]
    harvest = read(tmp_path, "a.json", json.dumps(rows))
    assert [f.runtime_minutes for f in harvest.films] == [8, 98, 100, None]


def test_source_column_and_own_ids(tmp_path: Path) -> None:
    film = one(tmp_path, {"title": "Полынь", "source": "кино.example", "id": "12.0", "kp_id": "123.0"})
    assert (film.id, film.sources[0].name) == ("кино.example:12", "кино.example")
    assert film.external_ids == {"kinopoisk": "123"}


def test_defaults_fill_only_what_is_missing(tmp_path: Path) -> None:
    text = "title,kind,country\nА нет,,\nБ есть,фильм,Чехия\n"
    films = read(tmp_path, "a.csv", text, defaults={"kind": "series", "countries": "Польша"}).films
    assert [(f.kind, f.countries) for f in films] == [(Kind.SERIES, ("Польша",)), (Kind.FILM, ("Чехия",))]


def test_bad_rows_are_rejected_with_number_field_reason_and_title(tmp_path: Path) -> None:
    text = "title,year\nХорош,2000\n\n,2001\nДалеко,9999\nМного,1990,лишнее\nТоже хорош,1991\n"
    harvest = read(tmp_path, "a.csv", text)
    assert [f.title for f in harvest.films] == ["Хорош", "Тоже хорош"]
    assert [(r.row, r.field, r.title) for r in harvest.rejects] == [
        (2, "title", ""),
        (3, "year", "Далеко"),
        (4, "row", "Много"),
    ]
    assert "3 cells where the header has 2" in harvest.rejects[2].reason
    assert harvest.rows == 5


def test_broken_json_lines_are_single_rejects(tmp_path: Path) -> None:
    harvest = read(tmp_path, "a.jsonl", '{"title": "Один"}\n{"title": "Дв\n[1]\n{"title": "Три", "year": NaN}\n')
    assert [f.title for f in harvest.films] == ["Один", "Три"]
    assert [r.row for r in harvest.rejects] == [2, 3]


def test_rejects_file_is_written_and_removed(tmp_path: Path) -> None:
    bad = read(tmp_path, "a.csv", "title,year\nХорош,2000\nДалеко,9999\n")
    good = read(tmp_path, "b.csv", "title,year\nХорош,2000\n")
    target = tmp_path / "out" / "rejects.jsonl"
    write_rejects(target, [good, bad])
    lines = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    expected = {
        "source": "ours",
        "row": 2,
        "field": "year",
        "reason": "must lie between 1870 and 2100",
        "title": "Далеко",
    }
    assert lines == [expected]
    assert [p.name for p in target.parent.iterdir()] == ["rejects.jsonl"]
    write_rejects(target, [good])
    assert not target.exists()


def test_limit_and_progress(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("title\n" + "".join(f"Лента {i}\n" for i in range(1_300)), encoding="utf-8")
    seen: list[int] = []
    assert read_file(FileSource("ours", str(path)), progress=lambda now, *_: seen.append(now)).rows == 1_300
    assert seen == [500, 1_000, 1_300]
    assert [f.title for f in read_file(FileSource("ours", str(path), limit=2)).films] == ["Лента 0", "Лента 1"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", "", "empty"),
        ("a.csv", "title,year\n", "no row"),
        ("a.csv", "colour,size\nred,4\n", "mapping.title"),
        ("a.csv", "title,year\n,1999\n,2000\nИмя,9999\n", r"most often \(2 rows\): title"),
        ("a.csv", 'title,year\n"' + "ы" * 200_000, "quote is not closed"),
        ("a.doc", "title\nИмя\n", "known format"),
        ("a.json", '[{"title": "И"', "line 1"),
        ("a.json", "[" * 100_000, "nested too deeply|broken JSON"),
        ("a.json", '{"a": 1}', "no list of objects"),
        ("a.json", "[1, 2]", "not a JSON object"),
        ("a.parquet", b"PAR1" + b"\x00" * 50, "Parquet file is broken"),
        ("a.xlsx", b"PK\x03\x04" + b"\x00" * 50, "broken"),
        ("a.csv.gz", b"\x1f\x8b" + b"\x00" * 50, "gz is broken"),
    ],
)
def test_errors_name_the_file_and_what_to_do(tmp_path: Path, name: str, content: str | bytes, says: str) -> None:
    with pytest.raises(SourceError, match=says) as caught:
        read(tmp_path, name, content)
    assert str(tmp_path / name) in str(caught.value)
    assert "\n" not in str(caught.value)


def workbook(**sheets: list[list[Any]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(out)
    return out.getvalue()


def test_sheets_with_the_same_headers_are_read_and_of_others_it_is_told(tmp_path: Path) -> None:
    data = workbook(
        old=[["Старые фильмы"], ["title", "year"], ["Мост", 1950], ["", 1951]],
        new=[["year", "title"], [2001, "Маяк"]],
        note=[["Проверено"]],
        people=[["name", "born"], ["Ильин", 1920], ["Орлов", 1930]],
        last=[["title", "year"], ["Сад", 2020]],
    )
    harvest = read(tmp_path, "a.xlsx", data)
    assert [(film.title, film.year) for film in harvest.films] == [("Мост", 1950), ("Маяк", 2001), ("Сад", 2020)]
    assert [(each.row, each.reason) for each in harvest.rejects[1:]] == [
        (4, "the sheet 'people' has other headers and is not read; save it by itself")
    ]
    assert (harvest.rejects[0].row, harvest.rows) == (2, 5)
    assert [film.title for film in read(tmp_path, "a.xlsx", data, limit=3).films] == ["Мост", "Маяк"]


def test_an_apostrophe_of_a_workbook_is_the_author_s(tmp_path: Path) -> None:
    """Kadr guards the cells of CSV alone."""
    harvest = read(tmp_path, "a.xlsx", workbook(films=[["title", "year"], ["'-30-", 1959]]))
    assert [film.title for film in harvest.films] == ["'-30-"]
    assert [film.title for film in read(tmp_path, "a.csv", b"title,year\n'-30-,1959\n").films] == ["-30-"]


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        read_file(FileSource("ours", str(tmp_path / "none.csv")))
    with pytest.raises(SourceError, match="folder"):
        read_file(FileSource("ours", str(tmp_path)))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"mapping": {"titel": "a"}}, "mapping.titel: no such field"),
        ({"defaults": {"kindd": "series"}}, "defaults.kindd: no such field"),
        ({"defaults": {"kind": "сериалл"}}, "defaults.kind: is neither"),
    ],
)
def test_wrong_settings_are_config_errors(tmp_path: Path, options: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        read(tmp_path, "a.csv", "title\nИмя\n", **options)


def test_a_mapped_header_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"mapping.year: the file has no header 'jahr'"):
        read(tmp_path, "a.csv", "title\nИмя\n", mapping={"year": "jahr"})


def test_lone_surrogates_do_not_pass(tmp_path: Path) -> None:
    film = read(tmp_path, "a.json", b'[{"title": "Ok \\ud800", "id": "\\ud800", "x": "\\udfff"}]').films[0]
    repr(film).encode()
