"""Files of ratings: the forms they come in, what they mean, and what is said of those that are wrong."""

import gzip
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kadr.errors import ConfigError, RatingsError
from kadr.recommend.train import asked, interactions
from kadr.recommend.train.asked import RatingsConfig
from kadr.recommend.train.ratings import Given, read_ratings
from tests.data import real_data


def read(folder: Path, text: str | bytes, name: str = "r.csv", **said: Any) -> Given:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_ratings(RatingsConfig(path, **said))


def triples(given: Given) -> list[tuple[str, str, float]]:
    ratings = given.ratings
    each = zip(ratings.users.tolist(), ratings.items.tolist(), ratings.values.tolist(), strict=True)
    return [(given.users[user], given.films[item].id, round(value, 4)) for user, item, value in each]


def reasons(given: Given) -> dict[str, int]:
    return {each.reason: each.count for each in given.reading.refused}


def test_what_is_liked_by_default_is_the_same_everywhere() -> None:
    assert asked.LIKED_FROM == interactions.LIKED_FROM


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("user_id,movieId,rating\na,1,4\nb,2,5\n", {}),
        ("Пользователь;ID фильма;Оценка\na;1;4,0\nb;2;5,0\n", {}),
        ("ID зрителя;ID фильма;Отметка\na;1;4,0\nb;2;5,0\n", {}),
        ("viewer_no,movie_id,vote\na,1,4\nb,2,5\n", {}),
        ("kto\tchto\tball\na\t1\t4\nb\t2\t5\n", {"mapping": {"user": "kto", "film": "chto", "rating": "ball"}}),
        ('"user","item","score"\n"a","1","4"\n"b","2","5"\n', {}),
        ("\ufeffuser|film|stars\r\na|1|4\r\nb|2|5\r\n", {}),
        ("user,film,rating\na,1,4\r\nb,2,5\r\n", {}),
        ("user,film,rating\r\na,1,4\nb,2,5\r\n", {}),
    ],
)
def test_one_table_in_many_forms(tmp_path: Path, text: str, said: dict[str, Any]) -> None:
    assert triples(read(tmp_path, text, scale=(1, 5), **said)) == [("a", "1", 8.0), ("b", "2", 10.0)]


def test_columns_that_are_not_read_are_told(tmp_path: Path) -> None:
    """Else a column of ratings with a header of its own would silently make a like of each row."""
    reading = read(tmp_path, "user,film,urteil,\na,1,4,x\nb,2,1,y\n").reading
    assert reading.unread == ("urteil",)
    assert reading.scale is None
    assert "not read: 'urteil'; a column is named by mapping, as rating = HEADER" in reading.to_text()
    named = read(tmp_path, "user,film,urteil,\na,1,4,x\nb,2,1,y\n", mapping={"rating": "urteil"}).reading
    assert named.scale == (1.0, 5.0)
    assert "not read" not in named.to_text()
    with pytest.raises(ConfigError, match="has no header 'note'; headers seen: 'user', 'film', 'urteil'"):
        read(tmp_path, "user,film,urteil,\na,1,4,x\n", mapping={"rating": "note"})


def test_a_time_without_end_is_none(tmp_path: Path) -> None:
    given = read(tmp_path, "user,film,rating,time\n1,a,5,inf\n1,b,5,-infinity\n1,c,5,1e999\n1,d,5,7\n")
    assert np.array_equal(given.ratings.times, [np.nan, np.nan, np.nan, 7], equal_nan=True)
    assert not given.reading.timed


def test_utf_16_is_called_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(RatingsError, match=r"r\.csv: is in UTF-16; save it again as UTF-8"):
        read(tmp_path, "user,film,rating\n1,2,3\n".encode("utf-16"))


def test_windows_1251_gzip_parquet_and_no_header(tmp_path: Path) -> None:
    wanted = [("а", "1", 8.0), ("б", "2", 10.0)]
    text = "зритель;фильм;оценка\nа;1;4\nб;2;5\n"
    assert triples(read(tmp_path, text.encode("cp1251"), scale=(1, 5))) == wanted
    assert triples(read(tmp_path, gzip.compress(text.encode()), "r.csv.gz", scale=(1, 5))) == wanted
    with duckdb.connect() as connection:
        rows = "VALUES ('а', 1, 4.0, TIMESTAMP '2020-01-01'), ('б', 2, 5.0, NULL)"
        connection.execute(f"CREATE TABLE t AS SELECT * FROM ({rows}) t(user_id, item_id, r, date)")
        connection.execute(f"COPY t TO '{tmp_path / 'r.parquet'}'")
    given = read_ratings(RatingsConfig(tmp_path / "r.parquet", mapping={"rating": "r"}, scale=(1, 5)))
    assert triples(given) == wanted
    assert given.ratings.times[0] == 1_577_836_800
    assert np.isnan(given.ratings.times[1])
    assert triples(read(tmp_path, "7 1 4\n8 2 5\n".replace(" ", "\t"), "u.data", scale=(1, 5))) == [
        ("7", "1", 8.0), ("8", "2", 10.0),
    ]  # fmt: skip


def test_header_and_rows_are_in_one_encoding_however_long_the_table_is(tmp_path: Path) -> None:
    head = "Пользователь;Название;Год;Оценка\r\n"
    text = head + "".join(f"{at};Мост;{1990 + at % 30};{at % 5 + 1}\r\n" for at in range(5_000))
    given = read(tmp_path, text.encode("cp1251"))
    assert (len(text) > 1 << 16, given.reading.scale, given.reading.kept) == (True, (1, 5), 5_000)
    assert (given.films[0].title, given.films[0].year) == ("Мост", 1990)
    damaged = text.encode() + b"x;\xff\xcc;1999;5\r\n"
    assert read(tmp_path, damaged).films[0].title == "Мост", "as its header is in UTF-8"


def test_times_are_read_in_seconds_milliseconds_and_dates_and_put_in_order(tmp_path: Path) -> None:
    dates = ("01.02.2020", "2020-01-01T00:00:00", "1262304000000", "86400", "soon")
    given = read(tmp_path, "user,film,rating,date\n" + "".join(f"a,{n},5,{at}\n" for n, at in enumerate(dates, 1)))
    assert [film for _, film, _ in triples(given)] == ["5", "4", "3", "2", "1"]
    assert given.ratings.times[1:].tolist() == [86_400, 1_262_304_000, 1_577_836_800, 1_580_515_200]
    assert not given.reading.timed


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([0.5, 3.5, 5], (0.5, 5)),
        ([1, 3, 5], (1, 5)),
        ([1, 9, 10], (1, 10)),
        ([55, 80, 100], (0, 100)),
        ([0, 1, 1], (0, 1)),
        ([0, 3, 5], (0, 5)),
        ([1, 4, 5] * 20 + [77], (1, 5)),
    ],
)
def test_a_scale_is_seen_from_the_ratings(tmp_path: Path, values: list[float], scale: tuple[float, float]) -> None:
    given = read(tmp_path, "user,film,rating\n" + "".join(f"{at},1,{value}\n" for at, value in enumerate(values)))
    assert given.reading.scale == scale
    assert given.ratings.values.max() == 10
    assert sum(reasons(given).values()) == values.count(77)


def test_a_stated_scale_counts_and_one_below_nought_is_moved(tmp_path: Path) -> None:
    text = "user,film,rating\na,1,-10\na,2,0\na,3,10\n"
    assert [value for *_, value in triples(read(tmp_path, text, scale=(-10, 10)))] == [0, 5, 10]
    assert [value for *_, value in triples(read(tmp_path, "user,film,rating\na,1,7\n", scale=(1, 10)))] == [7]


def test_play_counts_are_no_ratings(tmp_path: Path) -> None:
    with pytest.raises(RatingsError, match=r"reach up to 900, which is no usual scale; say it, as ratings\.scale"):
        read(tmp_path, "user,film,rating\na,1,900\na,2,450\n")


def test_without_ratings_films_were_watched(tmp_path: Path) -> None:
    given = read(tmp_path, "user,film\na,1\na,2\nb,1\n")
    assert given.reading.scale is None
    assert np.isnan(given.ratings.values).all()
    assert given.ratings.liked().all()


def test_rows_that_cannot_count_are_counted_by_reason_with_examples(tmp_path: Path) -> None:
    text = (
        "user,film,rating,time\n1,10,4,1\n-3,10,4,1\n1,-7,4,1\n,10,4,1\n1,,4,1\n1,11,,1\n1,12,nan,1\n1,12,good,1\n"
        "1,13,99,1\n1,10,2,5\n2,10,5,1,extra\n2,10\n2,14,5,3\n"
    )
    given = read(tmp_path, text, scale=(1, 5))
    assert triples(given) == [("1", "10", 4.0), ("2", "14", 10.0)]  # of two ratings the later counts
    assert reasons(given) == {
        "the user's id is negative": 1,
        "the film's id is negative": 1,
        "has no user": 1,
        "has no film": 1,
        "has no rating": 2,
        "the rating is no number": 2,
        "the rating is outside the scale from 1 to 5": 1,
        "rated again by the same user; the last rating counts": 1,
        "has more cells than the 4 of the first row": 1,
    }
    assert given.reading.rows == given.reading.kept + sum(reasons(given).values())
    told = given.reading.to_text()
    assert "2 of 13 rows count: 2 users, 2 films, ratings from 1 to 5" in told
    assert "'1, 13, 99'" in told


def test_a_repeat_without_a_time_counts_by_its_place(tmp_path: Path) -> None:
    assert triples(read(tmp_path, "user,film,rating\na,1,2\nb,1,5\na,1,4\n", scale=(1, 5))) == [
        ("a", "1", 8.0), ("b", "1", 10.0),
    ]  # fmt: skip


def test_a_quote_that_is_not_closed_swallows_nothing(tmp_path: Path) -> None:
    given = read(tmp_path, 'user,title,rating\na,"Пять, шесть",4\nb,"Обрыв,5\nc,Мост,5\nd,Сад,4\n', scale=(1, 5))
    assert [user for user, *_ in triples(given)] == ["b", "c", "d"]
    assert reasons(given) == {"has more cells than the 3 of the first row": 1}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty; it needs a header, and rows below it"),
        ("user,film,rating\n", "is empty; it needs a row for each rating"),
        (
            "user,film,rating\n-1,2,3\n-2,2,3\n",
            r"none of 2 rows counts; most often \(2 rows\): the user's id is negative",
        ),
        (
            "user,when\n1,2\n",
            r"no column holds the film; headers seen: 'user', 'when'; say which by mapping, as film = HEADER",
        ),
        ("film,rating\n1,2\n", "no column holds the user"),
        (b"\x00\x01\x02\xff\xfe", "no column holds the user"),
    ],
)
def test_what_holds_no_ratings_is_refused_in_one_line(tmp_path: Path, text: str | bytes, told: str) -> None:
    with pytest.raises(RatingsError, match=told) as caught:
        read(tmp_path, text)
    assert str(caught.value).isprintable()
    assert str(tmp_path / "r.csv") in str(caught.value)


def test_a_file_that_is_not_there_or_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file or folder"):
        read_ratings(RatingsConfig(tmp_path / "none.csv"))
    with pytest.raises(ConfigError, match=r"mapping\.user: .* has no header 'who'"):
        read(tmp_path, "a,film\n1,2\n", mapping={"user": "who"})
    with pytest.raises(RatingsError, match="no known format"):
        read(tmp_path, "{}", "r.json")
    with pytest.raises(RatingsError, match="no Parquet file"):
        read(tmp_path, "PAR1", "r.parquet")
    with pytest.raises(RatingsError, match="cannot be read"):
        read(tmp_path, gzip.compress(b"user,film\n1,2\n" * 9)[:-9], "r.csv.gz")
    with pytest.raises(RatingsError, match="holds no ratings"):
        read_ratings(RatingsConfig(tmp_path))


def test_a_folder_as_movielens_has_it_today(tmp_path: Path) -> None:
    (tmp_path / "ratings.csv").write_text("userId,movieId,rating,timestamp\n1,5,0.5,100\n1,6,5.0,90\n2,5,0,90\n")
    (tmp_path / "movies.csv").write_text('movieId,title,genres\n5,"Quiet Shore, The (1999)",Drama\n6,Mist (2001),War\n')
    (tmp_path / "links.csv").write_text("movieId,imdbId,tmdbId\n5,0000055,77\n6,,\n")
    for path in (tmp_path, tmp_path / "ratings.csv"):
        given = read_ratings(RatingsConfig(path))
        assert triples(given) == [("1", "6", 10.0), ("1", "5", 1.0)]
        assert reasons(given) == {"the rating is outside the scale from 0.5 to 5": 1}
        assert given.films[0].title == "Quiet Shore, The (1999)"
        assert given.films[0].external_ids == {"imdb": "0000055", "tmdb": "77"}
        assert not given.films[1].external_ids


def test_a_table_beside_a_file_of_films_is_no_movielens(tmp_path: Path) -> None:
    (tmp_path / "movies.csv").write_text("id,title\n5,Мост\n")
    assert triples(read(tmp_path, "user,film,rating\n1,5,10\n", "ratings.csv", scale=(1, 10))) == [("1", "5", 10.0)]
    with pytest.raises(RatingsError, match="is no MovieLens data set; it needs"):
        read(tmp_path, "user,film,rating\n1,5,10\n", "ratings.csv", format="movielens")


def test_columns_that_nobody_asks_for_may_hold_texts(tmp_path: Path) -> None:
    text = 'user,film,rating,comment\na,1,4,"длинно, скучно"\nb,2,5,"в две\nстроки"\nc,1,5\n'
    given = read(tmp_path, text, scale=(1, 5))
    assert triples(given) == [("a", "1", 8.0), ("b", "2", 10.0)]
    assert reasons(given) == {"has fewer cells than the 4 of the first row": 1}


def test_a_folder_as_movielens_had_it(tmp_path: Path) -> None:
    (tmp_path / "ratings.dat").write_text("1::5::5::978300760\n2::5::1::978300761\n")
    (tmp_path / "movies.dat").write_bytes("5::Misty Café (1999)::Drama|War\n".encode("latin-1"))
    given = read_ratings(RatingsConfig(tmp_path))
    assert triples(given) == [("1", "5", 10.0), ("2", "5", 2.0)]
    assert (given.reading.scale, given.films[0].title) == ((1, 5), "Misty Café (1999)")


def test_films_are_told_by_other_catalogues_or_by_title_and_year(tmp_path: Path) -> None:
    given = read(tmp_path, "user,imdb,rating\n1,tt0000005,4\n2,tt0000005,5\n", scale=(1, 5))
    assert [(film.id, dict(film.external_ids)) for film in given.films] == [("tt0000005", {"imdb": "tt0000005"})]
    given = read(tmp_path, "user,title,year\n1,Мост,1999\n2,Мост,2007\n")
    assert [(film.title, film.year) for film in given.films] == [("Мост", 1999), ("Мост", 2007)]


def test_twenty_thousand_rows_keep_their_numbers(tmp_path: Path) -> None:
    count = 20_000
    lines = "\n".join(f"{at % 997},{at // 997},{at % 5 + 1}" for at in range(count))
    given = read(tmp_path, f"user,film,rating\n{lines}\n")
    assert (given.reading.kept, given.ratings.n_users, given.ratings.n_items) == (count, 997, count // 997 + 1)
    assert given.users[996] == "996"
    number = given.ratings.items.astype(np.int64) * 997 + given.ratings.users
    assert np.array_equal(given.ratings.values, (number % 5 + 1) * 2)


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 10)), min_size=1, max_size=30))
def test_what_is_read_is_what_each_user_said_last(tmp_path: Path, rows: list[tuple[int, int, int]]) -> None:
    text = "user,film,rating\n" + "".join(f"u{user},f{film},{value}\n" for user, film, value in rows)
    said = {(f"u{user}", f"f{film}"): float(value) for user, film, value in rows}
    found = triples(read(tmp_path, text, scale=(1, 10)))
    assert len(found) == len(said)
    assert {(user, film): value for user, film, value in found} == said


@pytest.mark.data
def test_the_small_movielens_is_read_whole() -> None:
    given = read_ratings(RatingsConfig(real_data("movielens/ml-latest-small")))
    assert (given.reading.rows, given.reading.kept, given.reading.users, given.reading.films) == (
        100_836, 100_836, 610, 9_724,
    )  # fmt: skip
    assert given.reading.timed
    assert sum(bool(film.external_ids.get("imdb")) for film in given.films) == 9_724
