import csv
from collections import Counter
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kadr.encode.fit import fit_embedded
from kadr.errors import ConfigError, RatingsError
from kadr.recommend.train.asked import RatingsConfig
from kadr.recommend.train.interactions import Ratings
from kadr.recommend.train.ratings import Given, read_ratings
from kadr.recommend.train.tag_files import read_tags
from kadr.recommend.train.tag_model import Pairs
from kadr.recommend.train.tag_split import MOST, balanced, split_tags
from kadr.recommend.train.tag_texts import COMMONEST, MAX_TAGS, bare_texts, encoded, film_texts, tag_texts, user_texts
from kadr.recommend.train.tags import MAX_NAMES, NO_USER, Tags, means
from tests.recommend.train.tag_world import world


def rated(rows: list[tuple[int, int, float]], shape: tuple[int, int]) -> Ratings:
    users, items, values = (np.array(column) for column in zip(*rows, strict=True))
    return Ratings.of(users, items, values.astype(float), np.arange(len(rows), dtype=float), shape)


def said(tags: Tags) -> set[tuple[int, int, str]]:
    rows = zip(tags.users.tolist(), tags.items.tolist(), tags.tags.tolist(), strict=True)
    return {(user, item, tags.names[tag]) for user, item, tag in rows}


def test_tags_are_compared_by_their_words_and_count_once() -> None:
    tags = Tags.of([0, 0, 1, 1, 1], [2, 2, 2, 3, 3], ["Sci-Fi", " sci  fi!", "<b>ЁЛКА</b>", "...", "a" * 61])
    assert said(tags) == {(0, 2, "sci fi"), (1, 2, "елка")}
    assert tags.names == ("sci fi", "елка")
    assert tags.size == 2


def test_only_the_commonest_names_are_kept() -> None:
    names = [f"n{i:05}" for i in range(MAX_NAMES + 1)]
    users = [0] * len(names) + [1] * (len(names) - 1)
    tags = Tags.of(users, [0] * len(users), names + names[1:])
    assert tags.names == tuple(names[1:])  # the first was given once, the others twice
    assert tags.size == 2 * MAX_NAMES


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 3), st.sampled_from("abc")), max_size=30), st.randoms())
def test_the_order_of_the_rows_changes_nothing(rows: list[tuple[int, int, str]], shuffled: object) -> None:
    other = list(rows)
    shuffled.shuffle(other)  # type: ignore[attr-defined]  # hypothesis hands out a random.Random
    one, two = (Tags.of([r[0] for r in each], [r[1] for r in each], [r[2] for r in each]) for each in (rows, other))
    assert one.names == two.names
    assert said(one) == said(two) == set(rows)
    assert one.tags.tobytes() == two.tags.tobytes()


def test_a_films_text_has_its_tags_by_frequency_and_its_mean_rating() -> None:
    ratings = rated([(0, 0, 7.0), (1, 0, 8.0), (0, 1, 2.0)], (3, 4))
    tags = Tags.of([0, 1, 1, NO_USER, 2], [0, 0, 0, 0, 2], ["storm", "storm", "apple", "zebra", "moon"])
    assert film_texts(tags, ratings) == ["storm, apple, zebra, rated75", "", "moon", ""]
    assert bare_texts(tags, 4) == ["storm, apple, zebra", "", "moon", ""]


def test_a_users_text_has_the_own_tags_first_and_then_those_of_liked_films() -> None:
    ratings = rated([(0, 0, 5.0), (0, 1, 9.0), (0, 2, 4.9), (1, 2, 8.0)], (3, 3))
    tags = Tags.of([0, 1, 1, 1, 1], [2, 0, 1, 1, 2], ["own", "both", "both", "one", "not liked"])
    assert user_texts(tags, ratings) == ["own, both, one", "both, not liked, one, own", ""]


def test_texts_are_bounded() -> None:
    names = [f"tag{i:03}" for i in range(200)]
    tags = Tags.of([0] * 300, [0] * 200 + [1] * 100, names + names[100:])
    ratings = rated([(0, 0, 9.0), (1, 0, 9.0), (1, 1, 9.0)], (2, 2))
    first, second = film_texts(tags, ratings)
    assert first.split(", ") == [*names[:MAX_TAGS], "rated90"]
    assert len(second.split(", ")) == 101
    own, others = user_texts(tags, ratings)
    assert own.split(", ") == [*names[100:], *names[:28]]  # those that were given twice come first
    assert others.split(", ") == [*names[100:128], *names[: COMMONEST - 28]]  # 28 are of both films


def test_means_are_those_of_each_and_unknown_where_there_is_none() -> None:
    ratings = rated([(0, 0, 4.0), (0, 1, 8.0), (1, 1, 6.0)], (2, 3))
    np.testing.assert_array_equal(means(ratings, ratings.items, 3), [4.0, 7.0, np.nan])
    np.testing.assert_array_equal(means(ratings, ratings.users, 2), [6.0, 6.0])


def test_empty_texts_and_unknown_words_have_no_vector() -> None:
    ratings, tags = world()
    encoder = fit_embedded([text for text in film_texts(tags, ratings) if text])
    vectors = encoded(encoder, ["", "moon", "qwxyz", "sea storm"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [0, 1, 0, 1], atol=1e-5)


def test_tags_of_films_that_nobody_rated_are_refused() -> None:
    ratings = rated([(0, 0, 9.0)], (1, 2))
    with pytest.raises(RatingsError, match="none is of a film"):
        tag_texts(ratings, Tags.of([], [], []))


# What is held out is in no profile.


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_all_that_a_user_said_of_a_film_falls_into_one_part(seed: int) -> None:
    ratings, tags = world(12, 10)
    twice = Ratings.of(
        np.concatenate((ratings.users, ratings.users)),
        np.concatenate((ratings.items, ratings.items)),
        np.concatenate((ratings.values, 11 - ratings.values)),
        np.arange(2.0 * ratings.size),
        (12, 10),
    )
    split = split_tags(twice, tags, seed)
    held = set(zip(split.pool.users.tolist(), split.pool.items.tolist(), strict=True))
    known = set(zip(split.ratings.users.tolist(), split.ratings.items.tolist(), strict=True))
    assert not held & known
    assert held | known == set(zip(ratings.users.tolist(), ratings.items.tolist(), strict=True))
    assert len(held) == split.pool.size
    assert {(user, item) for user, item, _ in said(split.tags)}.isdisjoint(held)
    assert {row for row in said(tags) if row[:2] not in held} == said(split.tags)
    last = {(u, i): 11 - v for u, i, v in zip(ratings.users, ratings.items, ratings.values, strict=True)}
    assert all(
        liked == (last[user, item] >= 5)
        for user, item, liked in zip(split.pool.users, split.pool.items, split.pool.liked, strict=True)
    )


def test_a_rating_in_the_pool_changes_no_profile() -> None:
    ratings, tags = world()
    split = split_tags(ratings, tags, 3)
    held = np.isin(
        ratings.users * ratings.n_items + ratings.items, split.pool.users * ratings.n_items + split.pool.items
    )
    other = Ratings.of(
        ratings.users, ratings.items, np.where(held, 10 - ratings.values, ratings.values), ratings.times, (60, 40)
    )
    again = split_tags(other, tags, 3)
    assert (again.pool.liked != split.pool.liked).any()
    assert film_texts(split.tags, split.ratings) == film_texts(again.tags, again.ratings)
    assert user_texts(split.tags, split.ratings) == user_texts(again.tags, again.ratings)


def test_pairs_are_balanced_and_in_one_part_only() -> None:
    ratings, tags = world()
    pool = split_tags(ratings, tags, 1).pool
    parts = balanced(pool, 1)
    assert [part.size for part in parts] == [2 * n for n in _thirds(min(Counter(pool.liked.tolist()).values()))]
    assert all(2 * part.liked.sum() == part.size for part in parts)
    pairs = [(u, i) for part in parts for u, i in zip(part.users.tolist(), part.items.tolist(), strict=True)]
    assert len(set(pairs)) == len(pairs)


def test_of_very_many_pairs_some_are_drawn() -> None:
    n = 2 * MOST + 10_000
    pool = Pairs(np.zeros(n, dtype=np.int32), np.arange(n, dtype=np.int32), np.arange(n) % 2 == 0)
    parts = balanced(pool, 1)
    assert sum(part.size for part in parts) == 2 * MOST
    assert np.unique(np.concatenate([part.items for part in parts])).size == 2 * MOST


def _thirds(most: int) -> list[int]:
    return [round(0.7 * most), round(0.8 * most) - round(0.7 * most), most - round(0.8 * most)]


def test_films_that_were_only_watched_are_refused() -> None:
    ratings, tags = world(4, 4)
    watched = Ratings.of(ratings.users, ratings.items, np.full(ratings.size, np.nan), ratings.times, (4, 4))
    with pytest.raises(RatingsError, match="no values"):
        split_tags(watched, tags, 0)


# Files.


@pytest.fixture
def rating_file(tmp_path: Path) -> Given:
    path = tmp_path / "ratings.csv"
    path.write_text("user,film,rating\nann,m1,4.5\nann,m2,2\nbob,m2,5\n", encoding="utf-8")
    return read_ratings(RatingsConfig(path))


def test_tags_are_read_with_quotes_and_strangers(tmp_path: Path, rating_file: Given) -> None:
    path = tmp_path / "tags.csv"
    path.write_text(
        'user,film,tag,time\nann,m1,"sea, storm",1\nzoe,m2,Moon,2\nbob,m9,far,3\nbob,m2\n'
        "bob,m2,moon,4\nbob,m2,MOON,5\n",
        encoding="utf-8",
    )
    tags, reading = read_tags(tmp_path, rating_file)
    films = [film.id for film in rating_file.films]
    users = list(rating_file.users)
    assert said(tags) == {
        (users.index("ann"), films.index("m1"), "sea storm"),
        (NO_USER, films.index("m2"), "moon"),
        (users.index("bob"), films.index("m2"), "moon"),
    }
    assert (reading.rows, reading.kept, reading.strangers, reading.short) == (6, 3, 1, 1)
    assert "3 different tags of 6 rows" in reading.to_text()


def test_a_table_in_windows_1251_says_the_same_as_one_in_utf_8(tmp_path: Path, rating_file: Given) -> None:
    text = "пользователь;фильм;тег\r\nann;m1;шторм\r\nbob;m2;луна\r\n"
    for encoding in ("cp1251", "utf-8"):
        (tmp_path / f"{encoding}.csv").write_bytes(text.encode(encoding))
    one, other = (read_tags(tmp_path / f"{encoding}.csv", rating_file)[0] for encoding in ("cp1251", "utf-8"))
    assert said(one) == said(other)
    assert set(one.names) == {"шторм", "луна"}


def test_a_parquet_file_says_the_same_as_a_table(tmp_path: Path, rating_file: Given) -> None:
    table, columns = tmp_path / "some.tsv", tmp_path / "tags.parquet"
    table.write_text("пользователь\tфильм\tтег\nann\tm1\tшторм\nbob\tm2\tлуна\n", encoding="utf-8")
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT * FROM (VALUES ('шторм', 'm1', 'ann'), ('луна', 'm2', 'bob'), (NULL, 'm2', 'ann'))"
            f" AS t(tag, movieId, userId)) TO '{columns}' (FORMAT parquet)"
        )
    (one, _), (two, reading) = (read_tags(path, rating_file) for path in (table, columns))
    assert said(one) == said(two)
    assert reading.short == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("user,film,stars\nann,m1,5\n", "needs columns user, film and tag; headers seen: 'user', 'film', 'stars'"),
        ("user,film,tag\nann,m7,sea\n", "none of 1 tags is of a film that was rated"),
        ("user,film,tag\n", "none of 0 tags"),
        ("", "is empty"),
        ("user,film,tag\nann,m1," + "x" * 200_000 + "\n", "is no table"),
    ],
)
def test_a_file_that_holds_no_tags_says_why(tmp_path: Path, rating_file: Given, text: str, message: str) -> None:
    path = tmp_path / "tags.csv"
    path.write_text(text, encoding="utf-8")
    before = csv.field_size_limit(131_072)  # as Python has it: reading catalogues widens it for the whole process
    try:
        with pytest.raises(RatingsError, match=message):
            read_tags(path, rating_file)
    finally:
        csv.field_size_limit(before)


def test_a_missing_file_is_named(tmp_path: Path, rating_file: Given) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.csv: there is no such file of tags"):
        read_tags(tmp_path / "nowhere.csv", rating_file)
    with pytest.raises(ConfigError, match="holds no tags"):
        read_tags(tmp_path, rating_file)


def test_a_damaged_parquet_file_is_refused(tmp_path: Path, rating_file: Given) -> None:
    path = tmp_path / "tags.parquet"
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(RatingsError, match="Parquet"):
        read_tags(path, rating_file)
