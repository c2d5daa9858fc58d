"""The cache of vectors after damage, kills and other people's files."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pytest

from kadr.encode.encoder import Profile, Role
from kadr.encode.hosted.cache import VectorCache
from kadr.encode.hosted.cache_file import check_cache
from kadr.errors import ConfigError
from tests.encode.hosted.model import PROFILE, filled, read, vectors_of

TEXTS = [f"film number {i} about the sea" for i in range(50)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "vectors.duckdb"


def test_damage_anywhere_is_noticed_or_harmless(tmp_path: Path) -> None:
    path, texts, noticed = tmp_path / "v", [f"{i}" for i in range(12_000)], 0
    with VectorCache(path, PROFILE) as cache:
        cache.put(texts, Role.PASSAGE, np.random.default_rng(0).standard_normal((12_000, 16)).astype(np.float32))
        good = read(cache, texts)
    whole = path.read_bytes()
    for place in (20, 4096, 8192, *range(12_288, len(whole), len(whole) // 12)):
        data = bytearray(whole)
        data[place : place + 100] = bytes(byte ^ 0xFF for byte in data[place : place + 100])
        path.write_bytes(data)
        with VectorCache(path, PROFILE) as cache:
            noticed += bool(cache.warnings)
            assert cache.size == 0 if cache.warnings else (read(cache, texts) == good).all()
    assert noticed >= 8


def test_a_damaged_file_is_moved_aside_and_the_build_goes_on(path: Path) -> None:
    filled(path, TEXTS)
    data = path.read_bytes()[:8192]
    path.write_bytes(data * 2)
    with VectorCache(path, PROFILE) as cache:
        assert len(cache.warnings) == 1
        assert "moved aside as vectors.duckdb.damaged-1" in cache.warnings[0]
        cache.put(["a"], Role.PASSAGE, vectors_of(["a"], Role.PASSAGE))
    assert path.with_name("vectors.duckdb.damaged-1").read_bytes() == data * 2
    with VectorCache(path, PROFILE) as cache:
        assert (cache.size, cache.warnings) == (1, ())


def spoiled_caches(path: Path) -> Iterator[tuple[str, bytes]]:
    filled(path, TEXTS)
    yield "cut", path.read_bytes()[:-20_000]
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE about SET format = 2")
    yield "newer", path.read_bytes()
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE about SET format = 1; UPDATE vectors SET vector = vector[:5]")
    yield "short vectors", path.read_bytes()


def test_a_cache_that_cannot_be_used_is_moved_aside_whole(tmp_path: Path) -> None:
    for number, (name, data) in enumerate(list(spoiled_caches(tmp_path / "made" / "v")), 1):
        path = tmp_path / "vectors.duckdb"
        path.write_bytes(data)
        check_cache(path)
        with VectorCache(path, PROFILE) as cache:
            assert f"damaged-{number}" in "".join(cache.warnings), name
            assert cache.size == 0
        assert path.with_name(f"vectors.duckdb.damaged-{number}").read_bytes() == data
        path.unlink()


def made_by_duckdb(path: Path, sql: str) -> bytes:
    """Return the bytes of a database that a statement has filled."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(sql)
    data = path.read_bytes()
    path.unlink()
    return data


def foreign_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield files of somebody else's: the name that one was given for the cache by mistake, and its bytes."""
    yield "notes.txt", b"call home"
    for size in (9, 100, 5_000, 20_000):
        yield "vectors.duckdb", (b"no database " * 2_000)[:size]
    yield "catalogue.toml", b'[[sources]]\nkind = "file"\npath = "films.csv"\n'
    yield "story.txt", b"One day DUCKs are swimming in a pond, and one of them meets a lighthouse keeper"
    yield "films.csv", b"title;year\nA film;1999\n" * 1_000
    yield "films.jsonl", b'{"title": "A film", "year": 1999}\n'
    yield "films.json", b'[{"title": "A film"}]'
    yield "zeros", bytes(20_000)
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT 'A film' AS title) TO '{folder / 'p'}' (FORMAT parquet)")
    yield "films.parquet", (folder / "p").read_bytes()
    with contextlib.closing(sqlite3.connect(folder / "s")) as connection:
        connection.execute("CREATE TABLE films (title)")
        connection.commit()
    yield "films.sqlite", (folder / "s").read_bytes()
    for sql in (
        "CREATE TABLE films (title VARCHAR)",
        "CREATE VIEW films AS SELECT 1 AS title",
        "CREATE TABLE vectors (a INTEGER); CREATE TABLE about AS SELECT 1 AS format",
    ):
        yield "films.duckdb", made_by_duckdb(folder / "d", sql)


def test_a_file_of_somebody_else_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    made, place = tmp_path / "made", tmp_path / "place"
    made.mkdir()
    place.mkdir()
    for name, data in foreign_files(made):
        path = place / name
        path.write_bytes(data)
        for refuse in (check_cache, lambda path: VectorCache(path, PROFILE)):
            with pytest.raises(ConfigError, match=rf"^encoder\.cache: {name} is a .*name another file"):
                refuse(path)
            assert path.read_bytes() == data
            assert [file.name for file in place.iterdir()] == [name]
        path.unlink()


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "json", "parquet", "sqlite", "csv.gz"])
@pytest.mark.parametrize("empty", [True, False])
def test_whatever_its_suffix_what_is_opened_is_a_file_that_keeps(tmp_path: Path, suffix: str, empty: bool) -> None:
    path = tmp_path / f"vectors.{suffix}"
    if empty:
        path.touch()
    filled(path, TEXTS)
    check_cache(path)
    with VectorCache(path, PROFILE) as cache:
        assert (cache.size, cache.warnings) == (50, ())


def test_a_name_that_means_something_to_duckdb_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (":memory:", "duckdb:v", "md:v"):
        filled(Path(name), TEXTS)
        assert (tmp_path / name).stat().st_size > 12_288


def test_looking_at_a_cache_makes_and_changes_nothing(tmp_path: Path) -> None:
    check_cache(tmp_path / "deep" / "vectors.duckdb")
    assert list(tmp_path.iterdir()) == []
    path = tmp_path / "v"
    path.touch()
    check_cache(path)
    assert path.read_bytes() == b""
    filled(path, TEXTS)
    before = path.read_bytes()
    check_cache(path)
    assert path.read_bytes() == before
    process = putting(path, 0, 1, PROFILE.dim)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        check_cache(path)  # another build has it open, which may have ended when it is wanted
    finally:
        killed(process)


@pytest.mark.parametrize("bytes_left", [0, 20, 400, 4_096, 8_192, 12_000])
def test_a_file_that_was_never_finished_is_made_anew(path: Path, bytes_left: int) -> None:
    filled(path, TEXTS)
    path.write_bytes(path.read_bytes()[:bytes_left])
    with VectorCache(path, PROFILE) as cache:
        assert cache.warnings == ()
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_database_without_tables_is_made_ours(path: Path) -> None:
    path.parent.mkdir()
    duckdb.connect(str(path)).close()
    filled(path, TEXTS)
    with VectorCache(path, PROFILE) as cache:
        assert (cache.size, cache.warnings) == (50, ())


PUTTING = """
import sys
from pathlib import Path
import numpy as np
from kadr.encode.encoder import Profile, Role
from kadr.encode.hosted.cache import VectorCache
start, count, dim = map(int, sys.argv[2:])
cache = VectorCache(Path(sys.argv[1]), Profile("tei", "m", dim))
print("open", flush=True)
for i in range(start, start + count):
    rows = np.random.default_rng(i).standard_normal((64, dim)).astype(np.float32)
    cache.put([f"{i} {k}" for k in range(64)], Role.PASSAGE, rows)
    print(i, flush=True)
sys.stdin.read()
"""
"""Puts as many batches as asked, says so after each, and waits to be killed."""


def putting(path: Path, start: int, count: int, dim: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", PUTTING, str(path), str(start), str(count), str(dim)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=Path(__file__).parents[3], stdin=pipe, stdout=pipe, text=True)


def killed(process: "subprocess.Popen[str]") -> list[str]:
    """Kill a process; return what it said."""
    process.send_signal(signal.SIGKILL)
    said, _ = process.communicate(timeout=30)
    return said.splitlines()


def test_killed_at_any_moment_nothing_that_was_put_is_lost(path: Path) -> None:
    """Batches of 256 KiB in half precision: the log reaches 16 MiB, and is worked in, every 60th or so."""
    dim, moments, done, kills = 2048, random.Random(1), 0, 0
    while kills < 6 or (done <= 60 and kills < 30):  # a busy machine puts less between two
        kills += 1
        process = putting(path, done, 10_000, dim)
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=moments.uniform(0.01, 1.0))
        done += sum(line.isdigit() for line in killed(process))
        with VectorCache(path, Profile("tei", "m", dim)) as cache:
            assert cache.warnings == ()
            assert cache.missing([f"{i} {k}" for i in range(done) for k in (0, 31, 63)], Role.PASSAGE) == []
            assert cache.size % 64 == 0  # a batch is there as a whole or not at all
            extra = f"{done} 0"
            done += not cache.missing([extra], Role.PASSAGE)  # it was put, and killed before it could say so
            if done:
                true = np.random.default_rng(done - 1).standard_normal((64, dim))[63]
                (found,) = read(cache, [f"{done - 1} 63"])
                assert found @ true / np.linalg.norm(true) > 0.999999
    assert done > 60


def test_killed_while_it_is_made_the_next_one_makes_it(path: Path) -> None:
    moments = random.Random(2)
    for _ in range(4):
        process = putting(path, 0, 0, 16)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=moments.uniform(0.15, 0.45))
        killed(process)
        with VectorCache(path, Profile("tei", "m", 16)) as cache:
            assert (cache.warnings, cache.size) == ((), 0)
        path.unlink()


def test_damage_in_the_last_changes_costs_those_alone(path: Path) -> None:
    first = filled(path, TEXTS[:20])
    process = putting(path, 0, 5, PROFILE.dim)
    assert process.stdout is not None
    while process.stdout.readline().strip() != "4":
        pass
    killed(process)
    (log,) = path.parent.glob("*.wal")
    data = bytearray(log.read_bytes())
    data[len(data) // 2] ^= 0xFF
    log.write_bytes(data)
    with VectorCache(path, PROFILE) as cache:
        assert len(cache.warnings) == 1
        assert "last changes" in cache.warnings[0]
        assert (read(cache, TEXTS[:20]) == first).all()
    assert path.with_name("vectors.duckdb.damaged-1.wal").read_bytes() == data


def test_two_builds_do_not_share_a_file(path: Path) -> None:
    process = putting(path, 0, 1, PROFILE.dim)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        with pytest.raises(ConfigError, match="another build is using"):
            VectorCache(path, PROFILE)
    finally:
        killed(process)
    assert [file.name for file in path.parent.iterdir() if "damaged" in file.name] == []


def test_a_place_that_can_hold_no_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "folder", tmp_path / "file" / "v"):
        for refuse in (check_cache, lambda path: VectorCache(path, PROFILE)):
            with pytest.raises(ConfigError, match=r"^encoder\.cache: .*name another file"):
                refuse(path)
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]  # noqa: PTH208  # names, not paths


def test_a_name_that_looks_like_a_pattern_is_a_name(tmp_path: Path) -> None:
    path = tmp_path / "v[1]*.duckdb"
    filled(path, TEXTS)
    path.write_bytes(path.read_bytes()[:20_000])
    with VectorCache(path, PROFILE) as cache:
        assert "damaged-1" in cache.warnings[0]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["v[1]*.duckdb", "v[1]*.duckdb.damaged-1"]
