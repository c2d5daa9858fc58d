"""Bundles that are published elsewhere, served from their copies here."""

import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kadr.bundle import current, pin
from kadr.bundle.fetch import Mirror, mirror_of
from kadr.engine import Engine
from kadr.errors import BundleDamaged, BundleForeign, BundleMissing, KadrError, ServiceError
from kadr.live import Live
from tests.builds import build_from
from tests.commands import shell
from tests.samples import FEW, write_config, write_films
from tests.servers.faults import Fault
from tests.servers.shelf import ShelfServer


@dataclass
class Shelf:
    """A published place with two versions to choose from, and where its copies go."""

    folder: Path
    server: ShelfServer
    root: Path
    versions: tuple[str, str]

    def publish(self, version: str) -> None:
        (self.folder / "current").write_text(f"{version}\n", encoding="utf-8")

    def mirror(self) -> Mirror:
        return mirror_of(self.server.url, self.root, {})


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """Return a folder with two bundles, and their names."""
    folder, names = tmp_path_factory.mktemp("two"), []
    for number in range(2):
        write_films(folder / "few.jsonl", FEW[number:])
        built = build_from(write_config(folder, few="few.jsonl"))
        names.append(built.version)
        shutil.copytree(built.folder, folder / "versions" / built.version)
    return folder / "versions", names[0], names[1]


@pytest.fixture
def shelf(two: tuple[Path, str, str], tmp_path: Path) -> Iterator[Shelf]:
    shutil.copytree(two[0], tmp_path / "there" / "versions")
    with ShelfServer(tmp_path / "there") as server:
        found = Shelf(tmp_path / "there", server, tmp_path / "copies", (two[1], two[2]))
        found.publish(two[1])
        yield found


@pytest.fixture
def lives() -> Iterator[Callable[..., Live]]:
    """Return what makes a `Live` of a shelf; all are closed at the end."""
    made: list[Live] = []

    def make(shelf: Shelf, opens: Callable[[Path], Engine] = Engine.open, poll_seconds: float = 3600) -> Live:
        made.append(Live(shelf.root, opens, poll_seconds, shelf.mirror()))
        return made[-1]

    yield make
    for live in made:
        live.close()


def _version(live: Live) -> str:
    return live.current().engine.manifest.version


def _waited(live: Live, version: str) -> bool:
    """Wait until a version serves, and tell whether it does."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            if _version(live) == version:
                return True
        except KadrError:
            pass
        time.sleep(0.02)
    return False


def test_the_first_visitor_is_not_kept_waiting(shelf: Shelf, lives: Callable[..., Live]) -> None:
    shelf.server.misbehave([Fault.latency(1_000)])
    live = lives(shelf)
    start = time.monotonic()
    with pytest.raises(BundleMissing, match="is being fetched; come again in a moment"):
        live.current()
    assert time.monotonic() - start < 0.9
    assert _waited(live, shelf.versions[0])


def test_what_is_published_is_swapped_in_without_a_restart(shelf: Shelf, lives: Callable[..., Live]) -> None:
    live = lives(shelf, poll_seconds=0.05)
    assert _waited(live, shelf.versions[0])
    shelf.publish(shelf.versions[1])
    assert _waited(live, shelf.versions[1])
    shelf.publish(shelf.versions[0])
    assert _waited(live, shelf.versions[0])
    assert live.fault is None


def test_a_start_without_a_network_has_the_last_good_copy(shelf: Shelf, lives: Callable[..., Live]) -> None:
    first = lives(shelf)
    assert first.look()
    shelf.server.close()
    again = lives(shelf)
    assert _version(again) == shelf.versions[0]
    assert not again.look()
    assert again.fault is None  # who cannot be reached has refused nothing


def test_where_nothing_is_here_and_nobody_answers_the_reason_is_said(shelf: Shelf, lives: Callable[..., Live]) -> None:
    shelf.server.close()
    live = lives(shelf)
    assert not live.look()
    with pytest.raises(ServiceError, match="cannot be reached"):
        live.current()


def test_a_damaged_one_leaves_the_last_one_serving_and_is_told_once_elsewhere(
    shelf: Shelf, lives: Callable[..., Live], caplog: pytest.LogCaptureFixture
) -> None:
    live = lives(shelf)
    assert live.look()
    (shelf.folder / "versions" / shelf.versions[1] / "films.usearch").write_bytes(b"?")
    shelf.publish(shelf.versions[1])
    with caplog.at_level(logging.WARNING, "kadr.live"):
        assert [live.look() for _ in range(3)] == [False] * 3
    assert isinstance(live.fault, BundleDamaged)
    assert len(caplog.records) == 1
    assert _version(live) == shelf.versions[0]
    shelf.publish(shelf.versions[0])
    assert not live.look()
    assert live.fault is None


def test_what_serves_is_what_the_next_start_begins_with(shelf: Shelf, lives: Callable[..., Live]) -> None:
    live = lives(shelf)
    for version in (shelf.versions[0], shelf.versions[1], shelf.versions[0]):
        shelf.publish(version)
        assert live.look(), live.fault
        assert current(shelf.root).name == version
    assert _version(live) == shelf.versions[0]


def test_what_cannot_be_opened_is_not_what_the_next_start_begins_with(shelf: Shelf, lives: Callable[..., Live]) -> None:
    def opens(folder: Path) -> Engine:
        if folder.name == shelf.versions[1]:
            raise BundleForeign("for another encoder")
        return Engine.open(folder)

    live = lives(shelf, opens)
    assert live.look()
    shelf.publish(shelf.versions[1])
    assert not live.look()
    assert isinstance(live.fault, BundleForeign)
    assert _version(live) == shelf.versions[0]
    shelf.server.close()
    assert _version(lives(shelf, opens)) == shelf.versions[0]


def test_a_copy_that_was_damaged_gives_way_and_is_fetched_again(shelf: Shelf, lives: Callable[..., Live]) -> None:
    live = lives(shelf)
    assert live.look()
    shelf.publish(shelf.versions[1])
    assert live.look()
    (shelf.root / shelf.versions[1] / "films.usearch").write_bytes(b"?")
    again = lives(shelf)
    assert again.current().engine.manifest.version == shelf.versions[0]  # the one before is better than none
    assert _waited(again, shelf.versions[1])


def test_a_pinned_copy_serves_until_it_is_let_go(shelf: Shelf, lives: Callable[..., Live]) -> None:
    live = lives(shelf)
    assert live.look()
    pin(shelf.root, shelf.versions[0])
    shelf.publish(shelf.versions[1])
    assert not live.look()
    (shelf.root / "pinned").unlink()
    assert live.look()
    shelf.mirror().hold(shelf.versions[0])
    assert live.look()
    assert _version(live) == shelf.versions[0]


def test_a_disk_that_refuses_leaves_what_serves(shelf: Shelf, lives: Callable[..., Live]) -> None:
    live = lives(shelf)
    assert live.look()
    yard = shelf.root / ".fetching"
    yard.rmdir()
    yard.write_text("in the way", encoding="utf-8")
    shelf.publish(shelf.versions[1])
    assert not live.look()
    assert "cannot be written" in str(live.fault)
    assert _version(live) == shelf.versions[0]


SERVED = """
import os, time
from kadr.live import live
from kadr.settings import load_settings
settings = load_settings(os.environ)
found = live(settings.bundle, settings.inference_url)
until = time.monotonic() + 20
while time.monotonic() < until:
    try:
        print(found.current().engine.manifest.version, found is live(settings.bundle, settings.inference_url))
        break
    except Exception as error:
        time.sleep(0.05)
found.close()
"""


def test_the_environment_says_where_bundles_come_from(shelf: Shelf, tmp_path: Path) -> None:
    environ = {**os.environ, "KADR_BUNDLE": shelf.server.url, "KADR_CACHE": str(tmp_path / "cache")}
    ended = shell("-c", SERVED, env=environ)
    assert ended.stdout.split() == [shelf.versions[0], "True"], ended.stderr
    shelf.server.close()
    offline = shell("-c", SERVED, env=environ)
    assert offline.stdout.split() == [shelf.versions[0], "True"], offline.stderr


def test_many_first_visitors_open_one_copy(shelf: Shelf, lives: Callable[..., Live]) -> None:
    assert lives(shelf).look()
    opened: list[Path] = []

    def opens(folder: Path) -> Engine:
        opened.append(folder)
        return Engine.open(folder)

    live = lives(shelf, opens)
    visitors = [threading.Thread(target=live.current) for _ in range(8)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join(20)
    assert len(opened) == 1
