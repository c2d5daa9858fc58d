import itertools
import random
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
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
from kadr.index.arrays import Strings
from kadr.index.themes import Theme
from tests.catalogue.films import catalogues, film, plot

PARTS = ("starts", "utf8")
FILES = ["films.duckdb", *(f"films.{part}.{kind}.npy" for part in ("ids", "records") for kind in PARTS)]
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
        assert sorted(each.name for each in Path(folder).iterdir()) == FILES
        with FilmTable.open(path) as table:
            assert len(table) == len(films)
            backwards = list(reversed(range(len(films))))
            assert table.fetch(backwards) == films[::-1]
            assert list(table.iter_films()) == films
            assert [table.row_of(each.id) for each in films] == backwards[::-1]
            assert table.rows_hash() == films_hash(films)


def test_a_reader_needs_no_database(path: Path, tmp_path: Path) -> None:
    for file in path.parent.iterdir():
        if file != path:
            shutil.copy(file, tmp_path)
    program = (
        "import sys; from pathlib import Path; from kadr.catalogue.table import FilmTable\n"
        "with FilmTable.open(Path(sys.argv[1])) as table:\n"
        "    print(len(table), table.row_of(table.fetch([7])[0].id), 'duckdb' in sys.modules)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / path.name)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told.split() == ["2500", "7", "False"]


def test_two_writes_give_the_same_records(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_films(tmp_path / name / "films.duckdb", FILMS[:9])
    for file in FILES:
        if file != "films.duckdb":
            assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_fetch_keeps_order_and_repeats(table: FilmTable) -> None:
    asked = [2499, 0, 7, 7, 1200]
    assert table.fetch(asked) == [FILMS[row] for row in asked]
    assert table.fetch([]) == []


def test_titles_are_those_of_the_films(table: FilmTable) -> None:
    asked = [2499, 0, 7, 7, 1200]
    assert table.titles(asked) == [FILMS[row].title for row in asked]
    assert table.titles([]) == []


def test_a_title_is_not_taken_out_of_other_fields(tmp_path: Path) -> None:
    odd = film(
        '"title":"Не то"',
        original_title='\\"title":1',
        extra={"title": "Не то", "z": '"title":"Не то"'},
        tagline='"title":',
    )
    write_films(tmp_path / "films.duckdb", [odd])
    with FilmTable.open(tmp_path / "films.duckdb") as table:
        assert table.titles([0]) == [odd.title]


@pytest.mark.parametrize("record", ["", "{}", '{"title":', '{"title":7}', '{"title":"Мая'])
def test_a_record_without_a_title_is_damage(tmp_path: Path, record: str) -> None:
    write_films(tmp_path / "films.duckdb", FILMS[:1])
    Strings.of([record]).save(tmp_path, "films.records")
    with FilmTable.open(tmp_path / "films.duckdb") as table, pytest.raises(BundleDamaged, match="record"):
        table.titles([0])


@pytest.mark.parametrize("row", [-1, 2500, 2**40])
def test_unknown_row_is_refused(table: FilmTable, row: int) -> None:
    with pytest.raises(QueryError, match=f"row {row} "):
        table.fetch([0, row])
    with pytest.raises(QueryError, match=f"row {row} "):
        table.titles([0, row])


@pytest.mark.parametrize("unknown", ["", "nobody", "\ud800", "' OR 1=1 --"])
def test_unknown_id_has_no_row(table: FilmTable, unknown: str) -> None:
    assert table.row_of(unknown) is None


def test_of_what_is_longer_than_any_id_nothing_is_kept(table: FilmTable) -> None:
    tracemalloc.start()
    for number in range(20):
        assert table.row_of(f"{number}{'x' * 1_000_000}") is None
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 2_000_000


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


def test_closed_table_is_refused(path: Path) -> None:
    table = FilmTable.open(path)
    films = table.iter_films()
    table.close()
    asked: list[Callable[[], object]] = [
        table.iter_films,
        table.rows_hash,
        lambda: table.fetch([0]),
        lambda: table.titles([0]),
        lambda: table.row_of("a"),
        lambda: len(table),
    ]
    for ask in asked:
        with pytest.raises(BundleDamaged, match="closed"):
            ask()
    assert list(films) == FILMS  # who began to read before it reads on


@pytest.mark.parametrize("name", [f"films.{part}.{kind}.npy" for part in ("ids", "records") for kind in PARTS])
def test_missing_or_foreign_file_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "films.duckdb"
    write_films(path, FILMS[:3])
    content = (tmp_path / name).read_bytes()
    for damaged in (content[:-1], b"nonsense" * 1000, b""):
        (tmp_path / name).write_bytes(damaged)
        with pytest.raises(BundleDamaged, match=name):
            FilmTable.open(path)
    (tmp_path / name).unlink()
    with pytest.raises(BundleDamaged, match=f"{name}: is missing"):
        FilmTable.open(path)


def test_records_of_other_ids_are_refused(tmp_path: Path) -> None:
    write_films(tmp_path / "films.duckdb", FILMS[:3])
    Strings.of(["a"]).save(tmp_path, "films.ids")
    with pytest.raises(BundleDamaged, match=r"films\.records: 3 films for 1 ids"):
        FilmTable.open(tmp_path / "films.duckdb")


def test_changed_record_is_refused_when_read(tmp_path: Path) -> None:
    path = tmp_path / "films.duckdb"
    write_films(path, FILMS[:3])
    for changed in (["{}"], ["\n"], [encode(FILMS[0])]):
        Strings.of([encode(FILMS[0]), *changed, encode(FILMS[2])]).save(tmp_path, "films.records")
        with FilmTable.open(path) as table:
            assert table.fetch([0, 2]) == [FILMS[0], FILMS[2]]
            if changed != [encode(FILMS[0])]:
                with pytest.raises(BundleDamaged, match="record"):
                    table.fetch([1])
    utf8 = tmp_path / "films.records.utf8.npy"
    utf8.write_bytes(utf8.read_bytes()[:-9] + b"\xff" * 9)
    with FilmTable.open(path) as table, pytest.raises(BundleDamaged, match="film 2: its record is no text"):
        table.fetch([2])


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
    assert sorted(each.name for each in tmp_path.iterdir()) == FILES


def test_our_films_are_ordered() -> None:
    assert all(one.id < other.id for one, other in itertools.pairwise(FILMS))


def test_themes_stand_in_a_table_of_their_own(tmp_path: Path) -> None:
    themes = [Theme("t1", "маяк, шторм", "lighthouse, storm", ("маяк", "шторм"), 2), Theme("t0", "лес", "лес", (), 1)]
    write_films(tmp_path / "films.duckdb", FILMS[:3], themes=themes)
    with FilmTable.open(tmp_path / "films.duckdb") as table:
        assert len(table) == 3
    with duckdb.connect(str(tmp_path / "films.duckdb"), read_only=True) as connection:
        assert connection.execute("SELECT * FROM themes ORDER BY number").fetchall() == [
            (0, "t1", "маяк, шторм", "lighthouse, storm", ["маяк", "шторм"], 2),
            (1, "t0", "лес", "лес", [], 1),
        ]
