import gc
import json
import logging
import os
import shutil
import threading
import time
from pathlib import Path

import pytest

from kadr.bundle import current, pin, rollback, switch, unpin
from kadr.engine import Engine
from kadr.errors import BundleDamaged, BundleMissing, KadrError
from kadr.live import Live
from tests.builds import build_from

needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are told by /proc, Linux only")
CATALOGUE = """
[[sources]]
kind = "file"
name = "shelf"
path = "films.jsonl"
[publish]
kind = "folder"
path = "out"
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """Return a root with two versions, and their names; the second one is current."""
    folder = tmp_path_factory.mktemp("live")
    (folder / "catalogue.toml").write_text(CATALOGUE, encoding="utf-8")
    names = []
    for title in ("Смотритель маяка", "Письмо с маяка"):
        film = {"title": title, "year": 1994, "description": f"{title}: старик чинит лодку и ждёт письма."}
        (folder / "films.jsonl").write_text(json.dumps(film, ensure_ascii=False), encoding="utf-8")
        build_from(folder / "catalogue.toml")
        names.append(current(folder / "out").name)
    return folder / "out", names[0], names[1]


@pytest.fixture
def root(built: tuple[Path, str, str], tmp_path: Path) -> Path:
    copy = tmp_path / "root"
    shutil.copytree(built[0], copy)
    return copy.resolve()


def _title(live: Live) -> str:
    return live.current().engine.search("").hits[0].film.title


def _open_files(folder: Path) -> set[str]:
    """Return the files under a folder that this process holds open or has mapped."""
    held = [os.path.realpath(entry) for entry in Path("/proc/self/fd").iterdir()]
    held += [line.split(maxsplit=5)[-1] for line in Path("/proc/self/maps").read_text().splitlines()]
    return {Path(path).name for path in held if path.startswith(f"{folder}/")}


def test_what_becomes_current_serves_without_a_restart(root: Path, built: tuple[Path, str, str]) -> None:
    live = Live(root, Engine.open, poll_seconds=0.05)
    assert _title(live) == "Письмо с маяка"
    switched = threading.Event()
    rollback(root)

    def wait() -> None:
        while _title(live) != "Смотритель маяка":
            switched.wait(0.01)
        switched.set()

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    assert switched.wait(20)
    assert live.current().engine.manifest.version == built[1]
    live.close()


def test_nobody_waits_while_the_next_one_opens(root: Path) -> None:
    opening, may_go_on = threading.Event(), threading.Event()
    opened: list[Path] = []

    def opens(folder: Path) -> Engine:
        if opened:
            opening.set()
            assert may_go_on.wait(20)
        opened.append(folder)
        return Engine.open(folder)

    live = Live(root, opens, poll_seconds=3600)
    before = live.current()
    rollback(root)
    looking = threading.Thread(target=live.look)
    looking.start()
    assert opening.wait(20)
    assert live.current() is before
    may_go_on.set()
    looking.join(20)
    assert live.current() is not before
    assert before.engine.search("маяк").hits  # who was at it ends on the old one
    live.close()


@needs_proc
def test_the_old_files_go_with_the_last_who_holds_them(root: Path, built: tuple[Path, str, str]) -> None:
    live = Live(root, Engine.open, poll_seconds=3600)
    slow = live.current()
    rollback(root)
    assert live.look()
    folder = root / built[2]
    assert slow.engine.search("письмо").hits
    assert "films.records.utf8.npy" in _open_files(folder)
    gc.disable()  # dropping the last reference must be enough
    try:
        del slow
        assert _open_files(folder) == set()
    finally:
        gc.enable()
    live.close()


class Heard(logging.Handler):
    """Keeps what was logged."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def test_a_damaged_one_leaves_the_last_one_serving_and_is_told_once(root: Path, built: tuple[Path, str, str]) -> None:
    rollback(root)
    live = Live(root, Engine.open, poll_seconds=3600)
    assert _title(live) == "Смотритель маяка"
    switch(root, built[2])
    damaged = next((root / built[2] / "lexical").rglob("*.npy"))
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"\x7f")
    log, heard = logging.getLogger("kadr.live"), Heard()  # a server that ran before may have kept the root from hearing
    log.addHandler(heard)
    assert not live.look()
    assert not live.look()
    assert _title(live) == "Смотритель маяка"
    log.removeHandler(heard)
    faults: list[KadrError | None] = [live.fault]
    assert [record.levelname for record in heard.records] == ["WARNING"], (log.disabled, log.manager.disable)
    rollback(root)
    assert not live.look()
    faults.append(live.fault)
    assert [type(fault) for fault in faults] == [BundleDamaged, type(None)]
    live.close()


def test_a_fault_in_looking_ends_no_looking(root: Path, built: tuple[Path, str, str]) -> None:
    faults = [MemoryError()]

    def opens(folder: Path) -> Engine:
        if folder.name == built[1] and faults:
            raise faults.pop()
        return Engine.open(folder)

    live = Live(root, opens, poll_seconds=0.05)
    assert _title(live) == "Письмо с маяка"
    rollback(root)
    deadline = time.monotonic() + 20
    while _title(live) != "Смотритель маяка" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert (_title(live), faults) == ("Смотритель маяка", [])
    live.close()


def test_a_missing_bundle_is_told_and_taken_up_when_it_comes(root: Path, tmp_path: Path) -> None:
    live = Live(tmp_path / "later", Engine.open, poll_seconds=3600)
    with pytest.raises(BundleMissing):
        live.current()
    root.rename(tmp_path / "later")
    assert live.look()
    assert _title(live) == "Письмо с маяка"
    live.close()


def test_what_is_refused_is_not_read_again_for_each_visitor(root: Path, built: tuple[Path, str, str]) -> None:
    opened: list[Path] = []

    def opens(folder: Path) -> Engine:
        opened.append(folder)
        return Engine.open(folder)

    (root / built[2] / "films.usearch").write_bytes(b"")
    live = Live(root, opens, poll_seconds=3600)
    for _ in range(5):
        with pytest.raises(BundleDamaged):
            live.current()
    assert len(opened) < 5
    live.close()


def test_many_first_visitors_open_one_engine(root: Path) -> None:
    opened: list[Path] = []

    def opens(folder: Path) -> Engine:
        opened.append(folder)
        return Engine.open(folder)

    live = Live(root, opens, poll_seconds=3600)
    visitors = [threading.Thread(target=live.current) for _ in range(8)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join(20)
    assert len(opened) == 1
    live.close()


def test_a_pinned_version_serves_whatever_becomes_current(root: Path, built: tuple[Path, str, str]) -> None:
    pin(root, built[1])
    live = Live(root, Engine.open, poll_seconds=3600)
    assert _title(live) == "Смотритель маяка"
    switch(root, built[2])
    assert not live.look()
    assert unpin(root)
    assert live.look()
    assert _title(live) == "Письмо с маяка"
    pin(root, built[1])
    assert live.look()
    shutil.rmtree(root / built[1])
    assert not live.look()
    assert isinstance(live.fault, BundleMissing)
    assert _title(live) == "Смотритель маяка"
    live.close()
