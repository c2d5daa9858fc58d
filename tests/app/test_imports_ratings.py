"""Exports of other places, as these write them; all films in them are invented."""

import csv
import io
import json
import tracemalloc
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.imports import MOST_ENTRIES, MOST_VARIANTS, Entry, Imported, imported, variants
from app.tables import MAX_BYTES, MAX_PACKED, MAX_ROWS, tables
from kadr.recommend.lookup import Named
from kadr.recommend.types import Event, check_history

DAY = datetime(2024, 3, 1, tzinfo=UTC).timestamp()


def _read(name: str, text: str | bytes) -> Imported:
    return imported([(name, text.encode() if isinstance(text, str) else text)])


def _said(read: Imported) -> list[tuple[str, int | None, str, float | None]]:
    return [(each.title, each.named.year, each.kind, each.value) for each in read.entries]


def _archive(files: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


LETTERBOXD = {
    "ratings.csv": "Date,Name,Year,Letterboxd URI,Rating\n2024-03-01,The Tin Orchard,1987,https://boxd.it/1,4.5\n",
    "watched.csv": "Date,Name,Year,Letterboxd URI\n2024-02-01,Salt & Snow,2003,https://boxd.it/2\n",
    "diary.csv": "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n"
    "2024-03-02,Glass Harbour,1999,https://boxd.it/3,,,,2024-03-01\n",
    "watchlist.csv": "Date,Name,Year,Letterboxd URI\n2024-01-01,Night of the Moths,2011,https://boxd.it/4\n",
    "likes/films.csv": "Date,Name,Year,Letterboxd URI\n2024-01-01,A Quiet Ladder,1975,https://boxd.it/5\n",
    "profile.csv": "Date Joined,Username,Given Name\n2020-01-01,somebody,Some\n",
    "comments.csv": "Date,Content,Comment\n2024-01-01,a,b\n",
    "deleted/ratings.csv": "Date,Name,Year,Letterboxd URI,Rating\n2024-03-01,Taken Back,1987,https://boxd.it/6,1\n",
}


def test_the_whole_archive_of_letterboxd_is_read() -> None:
    read = _read("letterboxd-wanted-2024.zip", _archive(LETTERBOXD))
    assert sorted(_said(read)) == [
        ("A Quiet Ladder", 1975, "liked", None),
        ("Glass Harbour", 1999, "watched", None),
        ("Night of the Moths", 2011, "wanted", None),
        ("Salt & Snow", 2003, "watched", None),
        ("The Tin Orchard", 1987, "rated", 9.0),
    ]
    assert (read.unread, read.fault) == (0, "")
    assert {each.at for each in read.entries if each.title in {"The Tin Orchard", "Glass Harbour"}} == {DAY}


@pytest.mark.parametrize("name", sorted(set(LETTERBOXD) - {"profile.csv", "comments.csv", "deleted/ratings.csv"}))
def test_each_file_of_letterboxd_is_read_by_itself(name: str) -> None:
    whole = _said(_read("all.zip", _archive(LETTERBOXD)))
    assert all(each in whole for each in _said(_read(name, LETTERBOXD[name])))
    assert len(_read(name, LETTERBOXD[name]).entries) == 1


def test_imdb_is_read_with_its_ids_and_an_episode_only_by_its_own() -> None:
    head = "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres"
    rows = (
        "tt0000007,9,2024-03-01,Tin Orchard,El huerto,https://www.imdb.com/title/tt0000007/,Movie,3.1,90,1987,Drama",
        "tt0000009,1,2024-03-01,Pilot,Pilot,https://www.imdb.com/title/tt0000009/,TV Episode,9.9,40,1990,Drama",
    )
    film, episode = _read("ratings.csv", "\n".join((head, *rows))).entries
    assert film == Entry(
        "Tin Orchard", Named(("Tin Orchard", "El huerto", "huerto, El"), 1987, {"imdb": "tt0000007"}), "rated", 9.0, DAY
    )
    assert film.named.ids == {"imdb": "tt0000007"}
    assert (episode.title, episode.named.titles, episode.named.ids) == ("Pilot", (), {"imdb": "tt0000009"})


def test_low_ratings_of_imdb_are_of_ten_all_the_same() -> None:
    text = "Const,Your Rating,Date Rated,Title,Title Type,Year\ntt0000007,4,2024-03-01,Tin Orchard,Movie,1987\n"
    assert _said(_read("ratings.csv", text)) == [("Tin Orchard", 1987, "rated", 4.0)]


def test_the_watchlist_of_imdb_is_known_by_its_columns() -> None:
    head = "Position,Const,Created,Modified,Description,Title,Title Type,IMDb Rating,Year,Your Rating,Date Rated"
    rows = ("1,tt0000007,2024-03-01,,,Tin Orchard,Movie,7.0,1987,,", "2,tt0000008,2024-03-01,,,Seen,Movie,7,1990,8,")
    read = _read("d41d8cd9.csv", "\n".join((head, *rows)))
    assert _said(read) == [("Tin Orchard", 1987, "wanted", None), ("Seen", 1990, "rated", 8.0)]
    assert read.entries[0].at == DAY


KINOPOISK = """<html><head><meta http-equiv="content-type" content="text/html; charset=utf8"/></head><body><table>
<tr><td bgcolor="#f2f2f2"><i>русскоязычное название</i></td><td><i>оригинальное название</i></td>
<td><i>год</i></td><td><i>страны</i></td><td><i>моя оценка</i></td>
<td><i>рейтинг КиноПоиска</i></td><td><i>рейтинг IMDb</i></td></tr>
<tr><td>Жестяной сад &amp; Ко</td><td>The Tin Orchard</td>
<td>1987</td><td>Чили</td><td>3</td><td>8.1</td><td>9</td></tr>
<tr><td>Стеклянная гавань (сериал)</td><td></td><td>1999 &ndash; 2001</td><td></td><td>zero</td><td></td><td></td></tr>
<tr><td>Без оценки</td><td></td><td>1999</td><td></td><td></td><td></td><td></td></tr>
</table></body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "utf-16"])
def test_the_page_that_kinopoisk_calls_a_workbook_is_read(encoding: str) -> None:
    read = _read("kinopoisk.ru-movies.xls", KINOPOISK.encode(encoding))
    assert _said(read) == [
        ("Жестяной сад & Ко", 1987, "rated", 3.0),
        ("Стеклянная гавань (сериал)", 1999, "watched", None),
    ]
    assert "The Tin Orchard" in read.entries[0].named.titles
    assert "Стеклянная гавань" in read.entries[1].named.titles
    assert read.unread == 1


@pytest.mark.parametrize("part", [",", ";", "\t"])
def test_tables_with_russian_headers_are_read(part: str) -> None:
    rows = [
        ["Название", "Оригинальное название", "Год", "Ваша оценка", "Дата и время", "Ссылка"],
        ["Жестяной сад", "", "1987", "7,5", "01.03.2024, 00:00", "https://www.kinopoisk.ru/film/77/"],
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=part).writerows(rows)
    (entry,) = _read("votes.csv", out.getvalue()).entries
    assert entry == Entry("Жестяной сад", Named(("Жестяной сад",), 1987, {"kinopoisk": "77"}), "rated", 7.5, DAY)
    assert entry.named.ids == {"kinopoisk": "77"}


@pytest.mark.parametrize(
    "value",
    [
        [{"kinopoiskId": 77, "nameRu": "Жестяной сад", "nameEn": None, "year": "1987", "userRating": 4}],
        {"votes": [{"nameRu": "Жестяной сад", "year": 1987, "kinopoiskId": "77", "моя оценка": "4"}]},
        {"77": {"name": "Жестяной сад", "year": 1987, "score": 4, "kinopoisk_id": 77}},
        {"total": 1, "items": [{"rating": 4, "film": {"kinopoiskId": 77, "nameRu": "Жестяной сад", "year": 1987}}]},
    ],
    ids=["list", "wrapped", "by id", "nested"],
)
def test_json_of_browser_extensions_is_read(value: object) -> None:
    (entry,) = _read("votes.json", json.dumps(value)).entries
    assert (entry.title, entry.named.year, entry.kind, entry.value) == ("Жестяной сад", 1987, "rated", 4.0)
    assert entry.named.ids == {"kinopoisk": "77"}


RATINGS = "userId,movieId,rating,timestamp\n1,11,4.5,1709251200\n1,12,0.5,1709251200\n"


def test_movielens_is_read_with_its_own_tables() -> None:
    movies = 'movieId,title,genres\n11,"Tin Orchard, The (Huerto, El) (1987)",Drama\n12,Glass Harbour (1999),Drama\n'
    links = "movieId,imdbId,tmdbId\n11,0000007,5\n12,,\n"
    read = imported([("links.csv", links.encode()), ("ratings.csv", RATINGS.encode()), ("movies.csv", movies.encode())])
    first, second = read.entries
    assert (first.kind, first.value, first.at, first.named.year) == ("rated", 9.0, DAY, 1987)
    assert first.named.ids == {"movielens": "11", "imdb": "tt0000007", "tmdb": "5"}
    assert {"The Tin Orchard", "El Huerto"} <= set(first.named.titles)
    assert (second.named.titles, second.named.year, second.value) == (("Glass Harbour",), 1999, 1.0)
    assert read == imported(
        [("ml.zip", _archive({"ml/ratings.csv": RATINGS, "ml/links.csv": links, "movies.csv": movies}))]
    )


def test_what_the_site_of_movielens_exports_is_read() -> None:
    text = "movie_id,imdb_id,tmdb_id,rating,average_rating,title\n11,0000007,5,4.5,1.2,Tin Orchard (1987)\n"
    (entry,) = _read("movielens-ratings.csv", text).entries
    assert (entry.value, entry.named.year, entry.named.titles) == (9.0, 1987, ("Tin Orchard",))
    assert entry.named.ids == {"movielens": "11", "imdb": "tt0000007", "tmdb": "5"}


def test_ratings_of_many_people_are_nobodys() -> None:
    assert _read("ratings.csv", RATINGS + "2,11,4.5,1709251200\n") == Imported((), fault="people")


@pytest.mark.parametrize(
    ("given", "values"),
    [("1 5 3", [2, 10, 6]), ("1 5 6", [1, 5, 6]), ("10 55 100", [1, 5.5, 10]), ("4/5 9/10", [8, 9])],
)
def test_the_scale_is_told_by_the_highest_rating(given: str, values: list[float]) -> None:
    text = "title,rating\n" + "\n".join(f"Film {i},{each}" for i, each in enumerate(given.split()))
    assert [each.value for each in _read("mine.csv", text).entries] == values


@pytest.mark.parametrize("value", ["many", "-1", "nan", "101", "1e3", "7/5"])
def test_a_rating_that_is_none_is_counted_and_the_others_are_read(value: str) -> None:
    read = _read("mine.csv", f"title,year,rating\nTin Orchard,1987,{value}\nGlass Harbour,1999,8\n,,5\n")
    assert _said(read) == [("Glass Harbour", 1999, "rated", 8.0)]
    assert read.unread == 2


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Watchlist.csv", "wanted"),
        ("хочу посмотреть.csv", "wanted"),
        ("watched (1).csv", "watched"),
        ("liked.csv", "liked"),
    ],
)
def test_the_name_of_a_file_tells_what_its_films_are(name: str, kind: str) -> None:
    assert _said(_read(name, "title,year\nTin Orchard,1987\n")) == [("Tin Orchard", 1987, kind, None)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n\x00\x98\xff",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500,
        b"PK\x03\x04" + bytes(range(256)),
        b"title,year\nTin Orchard,1987\n",
        b"a,b\n1,2\n",
        b"[[1],[2]]",
        b"[" * 100_000,
        b'{"a": 1}',
        b"<table><tr></tr></table>",
        b'title,rating\n"' + b"x" * 200_000,
        _archive({"xl/workbook.xml": "<a/>", "x.zip": _archive(LETTERBOXD)}),
    ],
    ids=[
        "empty",
        "png",
        "xls",
        "broken zip",
        "no marks",
        "other",
        "lists",
        "deep",
        "scalar",
        "no cells",
        "cell",
        "xlsx",
    ],
)
def test_what_is_no_export_is_told_from_one(data: bytes) -> None:
    before = csv.field_size_limit(10**9)  # as it is where catalogues were read in the same process
    try:
        assert _read("file.csv", data) == Imported((), fault="unknown")
    finally:
        csv.field_size_limit(before)


def test_an_archive_that_unpacks_to_too_much_is_read_no_further() -> None:
    bomb = _archive(
        {"watched.csv": b"Name,Year\n" + b"x,1999\n" * (MAX_BYTES // 7), "ratings.csv": LETTERBOXD["ratings.csv"]}
    )
    assert len(bomb) < 50_000
    tracemalloc.start()
    try:
        assert imported([("letterboxd.zip", bomb)]).fault == "unknown"
        assert tracemalloc.get_traced_memory()[1] < 4 * MAX_BYTES
    finally:
        tracemalloc.stop()
    assert tables("large.csv", b"title,rating\n" + b"x,5\n" * (MAX_BYTES // 4)) == ()


def test_of_a_table_no_more_rows_are_read_than_films_are_seen() -> None:
    assert len(_read("mine.csv", "title,rating\n" + "x,5\n" * (MAX_ROWS + 5)).entries) == MAX_ROWS


def test_an_archive_with_a_password_gives_nothing() -> None:
    data = bytearray(_archive({"ratings.csv": LETTERBOXD["ratings.csv"]}))
    data[6] |= 1  # the flag that says so, in the file's own head and in the list of files
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    assert _read("closed.zip", bytes(data)).fault == "unknown"


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_packed_as_nobody_packs_is_not_unpacked(packing: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        archive.writestr("ratings.csv", "Name,Year,Rating\nA,1990,5\n")
    data = out.getvalue()
    assert _read("a.zip", data).fault == "unknown"
    cut = data.replace(data[46:60], bytes(14))  # its own packing makes a failure of its own
    assert _read("a.zip", cut).fault == "unknown"


def test_of_an_archive_of_very_many_files_some_are_looked_into() -> None:
    files = {f"{number}.csv": "" for number in range(MAX_PACKED)}
    assert _read("a.zip", _archive({**files, "ratings.csv": "Name,Rating\nA,5\n"})).fault == "unknown"
    files.popitem()
    assert len(_read("a.zip", _archive({**files, "ratings.csv": "Name,Rating\nA,5\n"})).entries) == 1


def test_of_an_archive_of_very_many_rows_some_are_read() -> None:
    table = "title,rating\n" + "A,5\n" * MAX_ROWS
    files = {f"{number}.csv": table for number in range(MOST_ENTRIES // MAX_ROWS + 1)}
    assert len(_read("a.zip", _archive(files)).entries) == MOST_ENTRIES


def test_an_archive_of_a_file_without_a_name_gives_nothing() -> None:
    data = _archive({"a.csv": "title,rating\nA,5\n"})
    assert _read("a.zip", data.replace(b"a.csv", b"\0.csv")).fault == "unknown"


def test_what_utf_8_has_not_can_be_shown() -> None:
    (entry,) = _read("r.json", rb'[{"title": "\ud800 Moon", "rating": 5}]').entries
    assert entry.title == "? Moon"


def test_a_title_of_very_many_notes_is_tried_in_few_ways() -> None:
    assert len(variants("a" + "(b)" * 100)) <= MOST_VARIANTS
    assert variants("a (b) (c)")[:2] == ("a (b) (c)", "a")


def test_titles_are_tried_as_others_write_them() -> None:
    assert variants("Glass Harbour") == ("Glass Harbour",)
    assert set(variants("Lodger, The (a.k.a. Tenant) (Mieter, Der)")) == {
        "Lodger, The (a.k.a. Tenant) (Mieter, Der)",
        "The Lodger",
        "Tenant",
        "Der Mieter",
        "Lodger, The",
        "Mieter, Der",
    }
    assert "Salt and Snow" in variants("Salt & Snow")
    assert "Salt Snow" in variants("Salt and Snow")
    assert variants("The Lodger") == ("The Lodger", "Lodger, The")
    assert variants("(1984)")[0] == "(1984)"


@given(st.sampled_from(["a.csv", "a.zip", "a.json", "a.xls"]), st.binary(max_size=300))
def test_no_file_raises(name: str, data: bytes) -> None:
    for head in (b"", b"PK\x03\x04", b"title,rating\n", b"<tr><td>title<td>rating<tr><td>", b'[{"title":"x","rating":'):
        _sound(imported([(name, head + data)]))


@given(
    st.lists(
        st.tuples(st.text(max_size=20), st.text(max_size=8), st.text(max_size=8), st.text(max_size=12)), max_size=5
    )
)
def test_whatever_stands_in_the_cells_can_be_asked_of_the_engine(rows: list[tuple[str, ...]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([("title", "year", "rating", "date"), *rows])
    read = _read("mine.csv", out.getvalue().encode("utf-8", "replace"))
    _sound(read)
    assert len(read.entries) + read.unread <= len(rows)


def _sound(read: Imported) -> None:
    check_history([Event("x", each.kind, each.value, each.at) for each in read.entries if each.kind != "wanted"])
    assert all(each.title for each in read.entries)
