"""The cache of vectors after damage, kills and other people's files."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pytest

from kadr.encode.encoder import Profile, Role
from kadr.encode.hosted.cache import VectorCache
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
    for place in (0, 4096, 8192, *range(12_288, len(whole), len(whole) // 12)):
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


def foreign_files(path: Path) -> Iterator[tuple[str, bytes]]:
    filled(path, TEXTS)
    yield "cut", path.read_bytes()[:-20_000]
    yield "text", b"no database " * 10_000
    yield "sqlite", b"SQLite format 3\0" + bytes(20_000)
    other = path.with_name("other")
    for name, sql in {
        "another table": "CREATE TABLE films (title VARCHAR)",
        "same names": "CREATE TABLE vectors (a INTEGER); CREATE TABLE about AS SELECT 1 AS format",
    }.items():
        with duckdb.connect(str(other)) as connection:
            connection.execute(sql)
        yield name, other.read_bytes()
        other.unlink()
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE about SET format = 2")
    yield "newer", path.read_bytes()
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE about SET format = 1; UPDATE vectors SET vector = vector[:5]")
    yield "short vectors", path.read_bytes()


def test_a_foreign_file_is_moved_aside_whole(tmp_path: Path) -> None:
    for number, (name, data) in enumerate(list(foreign_files(tmp_path / "made" / "v")), 1):
        path = tmp_path / "vectors.duckdb"
        path.write_bytes(data)
        with VectorCache(path, PROFILE) as cache:
            assert f"damaged-{number}" in "".join(cache.warnings), name
            assert cache.size == 0
        assert path.with_name(f"vectors.duckdb.damaged-{number}").read_bytes() == data
        path.unlink()


@pytest.mark.parametrize("left", [b"", b"DUCK" * 100])
def test_a_file_that_was_never_finished_is_made_anew(path: Path, left: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(left)
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
    dim, moments, done = 2048, random.Random(1), 0
    for _ in range(6):
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
        with pytest.raises(ConfigError, match=r"name another: encoder\.cache"):
            VectorCache(path, PROFILE)
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]  # noqa: PTH208  # names, not paths


def test_a_name_that_looks_like_a_pattern_is_a_name(tmp_path: Path) -> None:
    path = tmp_path / "v[1]*.duckdb"
    path.write_bytes(b"x" * 20_000)
    with VectorCache(path, PROFILE) as cache:
        assert "damaged-1" in cache.warnings[0]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["v[1]*.duckdb", "v[1]*.duckdb.damaged-1"]
