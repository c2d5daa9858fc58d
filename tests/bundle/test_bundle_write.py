import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from kadr.bundle import BundleWriter, Draft, current, switch, verify
from kadr.errors import BundleDamaged, BundleError

Publish = Callable[[Path, Mapping[str, bytes]], str]

fork = multiprocessing.get_context("fork")
MEGABYTE = bytes(1 << 20)


def names(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir())


def ended_process() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_building_twice_gives_the_same_version(tmp_path: Path, draft: Draft, content: Mapping[str, bytes]) -> None:
    found = []
    for run, root in enumerate([tmp_path / "a", tmp_path / "b"]):
        with BundleWriter(root) as writer:
            for path, data in sorted(content.items(), reverse=bool(run)):
                (writer.folder / path).parent.mkdir(parents=True, exist_ok=True)
                (writer.folder / path).write_bytes(data)
            (writer.folder / "films.duckdb").write_bytes(b"other random ids %d" % run)
            found.append(writer.commit(draft, {"run": run, "created": f"2026-11-0{run + 1}T00:00:00Z"}))
    assert found[0] == found[1]
    assert verify(tmp_path / "a" / found[0]).quality == verify(tmp_path / "b" / found[0]).quality
    same = {path: (tmp_path / "a" / found[0] / path).read_bytes() for path in content if path != "films.duckdb"}
    assert same == {path: (tmp_path / "b" / found[0] / path).read_bytes() for path in same}


def test_another_content_gives_another_version(tmp_path: Path, publish: Publish, content: Mapping[str, bytes]) -> None:
    first = publish(tmp_path, content)
    second = publish(tmp_path, {**content, "lexical/postings.npy": b"other"})
    assert names(tmp_path) == sorted([first, second])
    verify(tmp_path / first)
    verify(tmp_path / second)


def test_a_version_that_is_there_already_stays_and_the_writer_says_so(
    tmp_path: Path, draft: Draft, publish: Publish
) -> None:
    version = publish(tmp_path, {"films.duckdb": b"first ids"})
    with BundleWriter(tmp_path) as writer:
        (writer.folder / "films.duckdb").write_bytes(b"second ids")
        assert writer.commit(draft, {}) == version
        assert writer.kept
    assert (tmp_path / version / "films.duckdb").read_bytes() == b"first ids"
    assert names(tmp_path) == [version]


@pytest.mark.parametrize("harm", ["bit", "gone", "foreign", "file", "link", "empty"])
def test_a_damaged_version_of_that_name_is_replaced(tmp_path: Path, draft: Draft, publish: Publish, harm: str) -> None:
    root = tmp_path / "bundles"
    target = root / publish(root, {"a": b"a"})
    if harm in ("bit", "foreign"):
        (target / ("a" if harm == "bit" else "b")).write_bytes(b"b")
    elif harm == "gone":
        (target / "a").unlink()
    else:
        target.rename(tmp_path / "aside")
        {"file": target.touch, "link": lambda: target.symlink_to(tmp_path / "aside"), "empty": target.mkdir}[harm]()
    with BundleWriter(root) as writer:
        (writer.folder / "a").write_bytes(b"a")
        assert writer.commit(draft, {}) == target.name
        assert not writer.kept
    verify(target)
    assert not target.is_symlink()
    assert names(root) == [target.name]


def test_a_commit_leaves_the_pointer_alone(tmp_path: Path, publish: Publish) -> None:
    first = publish(tmp_path, {"a": b"1"})
    switch(tmp_path, first)
    publish(tmp_path, {"a": b"2"})
    assert current(tmp_path).name == first


def test_leaving_without_a_commit_leaves_nothing(tmp_path: Path) -> None:
    with BundleWriter(tmp_path / "bundles") as writer:
        (writer.folder / "a").write_bytes(b"a")
    assert names(tmp_path / "bundles") == []


def test_a_build_that_fails_leaves_nothing_and_its_error_is_seen(tmp_path: Path) -> None:
    def build() -> None:
        with BundleWriter(tmp_path) as writer:
            (writer.folder / "a").write_bytes(b"a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        build()
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["manifest.json", "provenance.json", ".hidden", "имя", "a b"])
def test_a_name_that_a_bundle_cannot_hold_is_refused(tmp_path: Path, draft: Draft, name: str) -> None:
    with BundleWriter(tmp_path) as writer:
        (writer.folder / name).touch()
        with pytest.raises(BundleDamaged, match=name):
            writer.commit(draft, {})
    assert names(tmp_path) == []


def test_a_link_is_not_committed(tmp_path: Path, draft: Draft) -> None:
    with BundleWriter(tmp_path) as writer:
        (writer.folder / "films.duckdb").symlink_to("/etc/hostname")
        with pytest.raises(BundleDamaged, match=r"films\.duckdb.*link"):
            writer.commit(draft, {})
    assert names(tmp_path) == []


@pytest.mark.parametrize("films", [True, -1, "3", 1.0])
def test_a_mistyped_draft_is_not_published(tmp_path: Path, draft: Draft, films: int) -> None:
    with BundleWriter(tmp_path) as writer:
        (writer.folder / "a").touch()
        with pytest.raises(BundleDamaged, match=r"counts\.films"):
            writer.commit(replace(draft, counts={"films": films}), {})
    assert names(tmp_path) == []


def test_a_root_that_cannot_be_made_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "bundles").touch()
    with pytest.raises(BundleError, match="bundles: cannot be written") as caught:
        BundleWriter(tmp_path / "bundles").__enter__()
    assert caught.value.exit_code == 3


def test_a_new_writer_sweeps_what_ended_processes_left_and_nothing_else(tmp_path: Path) -> None:
    gone, alive = ended_process(), os.getppid()
    for name in (f".staging-{gone}-00000001", f".staging-{alive}-00000002", f".staging-{alive}-00000003", "other"):
        (tmp_path / name / "sub").mkdir(parents=True)
        (tmp_path / name / "sub" / "file").touch()
    (tmp_path / f".staging-{gone}-00000004").touch()
    (tmp_path / f".staging-{gone}-00000005").symlink_to(tmp_path / "other")
    (tmp_path / f".staging-{gone}-not-ours").touch()
    day_old = time.time() - 24 * 60 * 60 - 60
    os.utime(tmp_path / f".staging-{alive}-00000003", (day_old, day_old))
    with BundleWriter(tmp_path):
        pass
    assert names(tmp_path) == sorted([f".staging-{alive}-00000002", f".staging-{gone}-not-ours", "other"])
    assert (tmp_path / "other" / "sub" / "file").exists()


def slow_write(root: Path, draft: Draft, told: Connection) -> None:
    with BundleWriter(root) as writer:
        told.send("entered")
        with (writer.folder / "films.usearch").open("wb") as file:
            for part in range(8):
                file.write(MEGABYTE)
                if part == 3:
                    file.flush()
                    told.send("half")
        told.send("committing")
        version = writer.commit(draft, {})
        told.send("committed")
        switch(root, version)
        told.send("switched")


@pytest.mark.parametrize(
    ("stage", "delay_ms"),
    [
        ("entered", 0),
        ("half", 0),
        *(("committing", ms) for ms in (0, 4, 8, 16, 32)),
        ("committed", 0),
        ("committed", 4),
    ],
)
def test_a_killed_writer_leaves_the_current_version_and_the_next_one_cleans_up(
    tmp_path: Path, draft: Draft, publish: Publish, stage: str, delay_ms: int
) -> None:
    before = publish(tmp_path, {"a": b"before"})
    switch(tmp_path, before)
    here, there = fork.Pipe(duplex=False)
    child = fork.Process(target=slow_write, args=(tmp_path, draft, there))
    child.start()
    there.close()
    told = ""
    while told != stage:
        told = here.recv()
    time.sleep(delay_ms / 1000)
    child.kill()
    child.join()
    with suppress(EOFError):
        while True:
            told = here.recv()
    if told not in ("committed", "switched"):
        assert current(tmp_path).name == before
    verify(current(tmp_path))
    versions = [name for name in names(tmp_path) if len(name) == 16]
    for version in versions:  # what bears a version's name is whole, however the writer ended
        verify(tmp_path / version)
    after = publish(tmp_path, {"a": b"after"})
    switch(tmp_path, after)
    assert set(names(tmp_path)) == {*versions, after, "current", "history"}


def write_one(root: Path, draft: Draft, seed: int, repeats: int) -> None:
    for _ in range(repeats):
        with BundleWriter(root) as writer:
            (writer.folder / "films.usearch").write_bytes(MEGABYTE + bytes([seed]))
            switch(root, writer.commit(draft, {"seed": seed}))


@pytest.mark.parametrize("seeds", [(1, 2, 3), (1, 1, 1)])
def test_concurrent_writers_all_end_with_whole_bundles(tmp_path: Path, draft: Draft, seeds: tuple[int, ...]) -> None:
    children = [fork.Process(target=write_one, args=(tmp_path, draft, seed, 3)) for seed in seeds]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * len(seeds)
    versions = [name for name in names(tmp_path) if len(name) == 16]
    assert len(versions) == len(set(seeds))
    for version in versions:
        verify(tmp_path / version)
    assert set((tmp_path / "history").read_text().split()) == set(versions)
    assert set(names(tmp_path)) == {*versions, "current", "history"}
