import itertools
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import given, settings

from kadr.catalogue.records import decode, encode
from kadr.catalogue.table import FilmTable, films_hash, write_films
from kadr.errors import BundleDamaged, QueryError, SourceError
from kadr.film import Film, Kind
from tests.catalogue.films import catalogues, film, plot

FILMS = sorted(
    (
        film(f"Маяк № {n}", 1950 + n % 50, kind=Kind.FILM, genres=("драма",), descriptions=(plot(n % 4),), votes=n)
        for n in range(2500)
    ),
    key=lambda each: each.id,
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("table") / "films[1]*.duckdb"
    write_films(path, FILMS, [n / 10 for n in range(len(FILMS))])
    return path


@pytest.fixture
def table(path: Path) -> Iterator[FilmTable]:
    with FilmTable.open(path) as table:
        yield table


@settings(max_examples=25, deadline=None)
@given(catalogues)
def test_what_is_written_is_fetched(films: list[Film]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "films.duckdb"
        write_films(path, films)
        assert [each.name for each in Path(folder).iterdir()] == ["films.duckdb"]
        with FilmTable.open(path) as table:
            assert len(table) == len(films)
            backwards = list(reversed(range(len(films))))
            assert table.fetch(backwards) == films[::-1]
            assert list(table.iter_films(batch=2)) == films
            assert [table.row_of(each.id) for each in films] == backwards[::-1]
            assert table.rows_hash() == films_hash(films)


def test_fetch_keeps_order_and_repeats(table: FilmTable) -> None:
    asked = [2499, 0, 7, 7, 1200]
    assert table.fetch(asked) == [FILMS[row] for row in asked]
    assert table.fetch([]) == []


@pytest.mark.parametrize("row", [-1, 2500, 2**40])
def test_unknown_row_is_refused(table: FilmTable, row: int) -> None:
    with pytest.raises(QueryError, match=f"row {row} "):
        table.fetch([0, row])


@pytest.mark.parametrize("unknown", ["", "nobody", "\ud800", "' OR 1=1 --"])
def test_unknown_id_has_no_row(table: FilmTable, unknown: str) -> None:
    assert table.row_of(unknown) is None


def test_typed_columns_say_what_the_record_says(path: Path, tmp_path: Path) -> None:
    one = film(
        "Маяк",
        1971,
        own="7",
        kind=Kind.SERIES,
        genres=("драма",),
        descriptions=(plot(0, "a"),),
        external_ids={"imdb": "tt1"},
        extra={"k": "v"},
    )
    write_films(tmp_path / "films.duckdb", [one], [0.5])
    with duckdb.connect(str(tmp_path / "films.duckdb"), read_only=True) as connection:
        query = (
            "SELECT row, title, year, kind, genres, description, descriptions, sources[1].url, external_ids['imdb'], "
            "extra, popularity FROM films"
        )
        assert connection.execute(query).fetchall() == [
            (
                0,
                "Маяк",
                1971,
                "series",
                ["драма"],
                one.description,
                [{"text": one.description, "source": "a", "language": "ru"}],
                "https://a.example/7",
                "tt1",
                {"k": "v"},
                0.5,
            )
        ]
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute("SELECT row, popularity FROM films WHERE year = 1960 ORDER BY row").fetchall()
        assert found == [(row, row / 10) for row, each in enumerate(FILMS) if each.year == 1960]


def test_many_threads_read_at_once(table: FilmTable) -> None:
    def ask(seed: int) -> bool:
        rows = random.Random(seed).sample(range(len(FILMS)), 10)
        return table.fetch(rows) == [FILMS[row] for row in rows] and table.row_of(FILMS[rows[0]].id) == rows[0]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(80)))


def test_hash_changes_with_any_film_and_with_order() -> None:
    one, two = FILMS[:2]
    hashes = {films_hash(each) for each in ([], [one], [two], [one, two], [two, one])}
    assert len(hashes) == 5


def test_equal_films_give_one_record() -> None:
    one, two = film("Маяк", rating=7, extra={"a": "1", "b": "2"}), film("Маяк", rating=7.0, extra={"b": "2", "a": "1"})
    assert one == two
    assert encode(one) == encode(two)


@pytest.mark.parametrize("text", ["", "[]", "{}", "1", encode(FILMS[0])[:-2], encode(FILMS[0]).replace("1", "x")])
def test_foreign_record_is_damage(text: str) -> None:
    with pytest.raises(BundleDamaged):
        decode(text)


def test_the_connection_is_closed_to_writes_and_other_files(table: FilmTable, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    for statement in (
        "DELETE FROM films",
        f"SELECT * FROM '{tmp_path / 'secret.csv'}'",
        f"COPY films TO '{tmp_path / 'out.csv'}'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ):
        with pytest.raises(duckdb.Error):
            table._connection.execute(statement)


def test_closed_table_is_refused(path: Path) -> None:
    table = FilmTable.open(path)
    table.close()
    with pytest.raises(BundleDamaged):
        table.fetch([0])


@pytest.mark.parametrize("content", [b"", b"nonsense" * 1000])
def test_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "films.duckdb"
    path.write_bytes(content)
    with pytest.raises(BundleDamaged, match=r"films\.duckdb"):
        FilmTable.open(path)
    with pytest.raises(BundleDamaged, match="no such file"):
        FilmTable.open(tmp_path / "none.duckdb")


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE films",
        "ALTER TABLE films ADD COLUMN more INTEGER",
        "UPDATE films SET row = row + 1 WHERE row > 2000",
        "DELETE FROM films WHERE row = 5",
        "UPDATE records SET record = NULL WHERE row = 5",
        "DELETE FROM records WHERE row = 5",
        "DROP TABLE records",
    ],
)
def test_changed_table_is_refused(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "films.duckdb"
    write_films(path, FILMS[:2200])
    with duckdb.connect(str(path)) as connection:
        connection.execute(statement)
    with pytest.raises(BundleDamaged, match=r"films\.duckdb"):
        FilmTable.open(path)


def test_changed_record_is_refused_when_read(tmp_path: Path) -> None:
    path = tmp_path / "films.duckdb"
    write_films(path, FILMS[:3])
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE records SET record = '{}' WHERE row = 1")
    with FilmTable.open(path) as table:
        assert table.fetch([0, 2]) == [FILMS[0], FILMS[2]]
        with pytest.raises(BundleDamaged):
            table.fetch([1])


def test_films_out_of_order_or_twice_are_refused(tmp_path: Path) -> None:
    for films in ([FILMS[1], FILMS[0]], [FILMS[0], FILMS[0]]):
        with pytest.raises(SourceError, match="order by id"):
            write_films(tmp_path / "films.duckdb", films)
    with pytest.raises(SourceError, match="popularities"):
        write_films(tmp_path / "films.duckdb", FILMS[:2], [1.0])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["half \ud83d", "nul \0", "\\\0"])
def test_text_that_no_file_holds_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SourceError, match="character"):
        write_films(tmp_path / "films.duckdb", [film("Маяк", tagline=text)])
    write_films(tmp_path / "films.duckdb", [film("Маяк", tagline="\\u0000 as written")])


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "films.duckdb"
    write_films(path, FILMS[:3])
    with pytest.raises(SourceError):
        write_films(path, [*FILMS[:3], film("Маяк", id="zzz", tagline="\ud800")])
    with FilmTable.open(path) as table:
        assert len(table) == 3
    with pytest.raises(SourceError, match="cannot be written"):
        write_films(tmp_path / "no folder" / "films.duckdb", FILMS[:3])
    assert [each.name for each in tmp_path.iterdir()] == ["films.duckdb"]


def test_our_films_are_ordered() -> None:
    assert all(one.id < other.id for one, other in itertools.pairwise(FILMS))
