"""The copies of a published place: which one serves, what is asked for, what goes."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from kadr.bundle import current, pin, pinned, unpin, verify
from kadr.bundle.fetch import Mirror
from kadr.bundle.fetch_web import WebPlace
from kadr.errors import BundleDamaged, BundleMissing, ServiceBusy, ServiceError, ServiceUnreached
from tests.bundle.places import PublishedHub
from tests.servers.faults import Fault
from tests.servers.shelf import ShelfServer

Publish = Callable[[Path, Mapping[str, bytes]], str]


@pytest.fixture
def there(tmp_path: Path) -> Path:
    (tmp_path / "there" / "versions").mkdir(parents=True)
    return tmp_path / "there"


@pytest.fixture
def ship(there: Path, publish: Publish) -> Callable[[int], str]:
    """Return a function that publishes a bundle that differs by a number, and returns its version."""

    def run(number: int) -> str:
        version = publish(there / "versions", {"a": bytes([number]) * 100})
        (there / "current").write_text(f"{version}\n", encoding="utf-8")
        return version

    return run


@pytest.fixture
def shelf(there: Path) -> Iterator[ShelfServer]:
    with ShelfServer(there) as server:
        yield server


@pytest.fixture
def mirror(shelf: ShelfServer, root: Path) -> Iterator[Mirror]:
    found = Mirror(WebPlace("films.example", shelf.url), root)
    yield found
    found.close()


def _versions(root: Path) -> set[str]:
    return {path.name for path in root.iterdir() if path.is_dir() and not path.name.startswith(".")}


def test_what_was_opened_is_what_the_next_start_begins_with(
    mirror: Mirror, ship: Callable[[int], str], root: Path, shelf: ShelfServer
) -> None:
    assert mirror.copies() == []
    first = ship(1)
    assert mirror.newest() == root / first
    assert mirror.copies() == []  # nobody could open it yet
    mirror.opened(root / first)
    assert mirror.copies() == [root / first] == [current(root)]
    second = ship(2)
    mirror.opened(mirror.newest())
    assert mirror.copies() == [root / second, root / first]
    asked = len(shelf.received)
    assert mirror.newest() == root / second
    assert [each.path for each in shelf.received[asked:]] == ["/current"]


def test_the_current_copy_the_one_before_and_the_pinned_stay(
    mirror: Mirror, ship: Callable[[int], str], root: Path
) -> None:
    names = []
    for number in range(5):
        names.append(ship(number))
        mirror.opened(mirror.newest())
        if number == 1:
            mirror.hold(names[1])
            unpin(root)
    assert _versions(root) == set(names[-2:])
    mirror.hold(names[3])
    for number in range(5, 8):
        names.append(ship(number))
        assert mirror.newest() == root / names[3]
    unpin(root)
    mirror.opened(mirror.newest())
    assert _versions(root) == {names[7], names[4]}


def test_after_a_rollback_there_no_copy_is_left_over(mirror: Mirror, ship: Callable[[int], str], root: Path) -> None:
    names = []
    for number in range(3):
        names.append(ship(number))
        mirror.opened(mirror.newest())
    ship(1)
    mirror.opened(mirror.newest())
    assert current(root).name == names[1]
    assert len(_versions(root)) == 2


def test_a_pinned_copy_is_served_and_nobody_asked(
    mirror: Mirror, ship: Callable[[int], str], root: Path, shelf: ShelfServer
) -> None:
    first = ship(1)
    mirror.opened(mirror.newest())
    ship(2)
    mirror.hold(first)
    asked = len(shelf.received)
    assert mirror.newest() == root / first
    assert mirror.copies() == [root / first]
    assert len(shelf.received) == asked


def test_a_version_that_is_not_here_is_fetched_to_be_pinned(
    mirror: Mirror, ship: Callable[[int], str], root: Path
) -> None:
    first, second = ship(1), ship(2)
    mirror.hold(first)
    assert mirror.newest() == root / first
    verify(root / first)
    unpin(root)
    assert mirror.newest() == root / second


def test_a_pin_whose_copy_was_lost_is_fetched_again(mirror: Mirror, ship: Callable[[int], str], root: Path) -> None:
    first, second = ship(1), ship(2)
    mirror.opened(mirror.newest())
    (root / "pinned").write_text(f"{first}\n", encoding="utf-8")
    assert mirror.copies() == []  # the current one is not what is wanted
    assert mirror.newest() == root / first
    assert second


def test_a_version_that_nobody_has_is_not_pinned(mirror: Mirror, ship: Callable[[int], str], root: Path) -> None:
    ship(1)
    with pytest.raises(BundleMissing, match="has no versions/0123456789abcdef"):
        mirror.hold("0123456789abcdef")
    assert pinned(root) == ""


def test_what_was_refused_is_not_fetched_at_each_look(
    mirror: Mirror, ship: Callable[[int], str], there: Path, shelf: ShelfServer
) -> None:
    version = ship(1)
    (there / "versions" / version / "a").write_bytes(b"?" * 100)
    refusals = set()
    for _ in range(3):
        with pytest.raises(BundleDamaged) as caught:
            mirror.newest()
        refusals.add(str(caught.value))
    assert len(refusals) == 1
    assert sum(path.endswith("manifest.json") for path in shelf.paths) == 1
    good = ship(2)
    assert mirror.newest().name == good


def test_what_was_published_damaged_and_then_mended_is_taken_up(publish: Publish, tmp_path: Path, root: Path) -> None:
    there, made = PublishedHub(), tmp_path / "made"
    version = publish(made, {"a": b"1" * 100})
    for name in ("a", "manifest.json"):
        there.put(f"versions/{version}/{name}", (made / version / name).read_bytes())
    there.depot.commit({f"versions/{version}/a": b"?" * 100, "current": f"{version}\n".encode()})
    mirror = Mirror(there.place, root)
    with pytest.raises(BundleDamaged):
        mirror.newest()
    there.put(f"versions/{version}/a", b"1" * 100)  # `current` is as it was
    assert verify(mirror.newest()).version == version
    there.close()


def test_a_pinned_copy_that_was_harmed_is_fetched_again(mirror: Mirror, ship: Callable[[int], str], root: Path) -> None:
    version = ship(1)
    mirror.hold(version)
    (root / version / "a").write_bytes(b"?")
    started = Mirror(mirror._place, root)  # the next process
    assert verify(started.newest()).version == version
    (root / version / "a").write_bytes(b"?")
    Mirror(mirror._place, root).hold(version)  # the command
    verify(root / version)


@pytest.mark.parametrize("name", ["latest", "../..", "/tmp", "0123456789ABCDEF", "0123456789abcdef/.."])  # noqa: S108
def test_a_name_that_is_no_version_is_asked_of_nobody(
    mirror: Mirror, ship: Callable[[int], str], shelf: ShelfServer, root: Path, name: str
) -> None:
    ship(1)
    with pytest.raises(BundleMissing, match="a name has 16 digits"):
        mirror.hold(name)
    assert not shelf.received
    assert not root.exists()


def test_a_server_that_asks_to_be_left_alone_is(mirror: Mirror, ship: Callable[[int], str], shelf: ShelfServer) -> None:
    version = ship(1)
    shelf.misbehave([Fault.status(429, "no", {"Retry-After": "1"})])
    for _ in range(3):
        with pytest.raises(ServiceBusy, match="answered 429"):
            mirror.newest()
    assert len(shelf.received) == 1
    time.sleep(1.0)
    assert mirror.newest().name == version


def test_a_copy_that_is_here_needs_nothing_written(mirror: Mirror, ship: Callable[[int], str], root: Path) -> None:
    version = ship(1)
    mirror.opened(mirror.newest())
    (root / ".fetching").rmdir()
    (root / ".fetching").write_bytes(b"")  # in the way of whoever would write, as a disk that is read-only
    assert Mirror(mirror._place, root).newest() == root / version  # the next process


def test_a_place_that_is_gone_leaves_the_copies(there: Path, ship: Callable[[int], str], root: Path) -> None:
    with ShelfServer(there) as shelf:
        mirror = Mirror(WebPlace("films.example", shelf.url), root)
        version = ship(1)
        mirror.opened(mirror.newest())
    with pytest.raises(ServiceUnreached):
        mirror.newest()
    assert Mirror(WebPlace("films.example", "http://127.0.0.1:9"), root).copies() == [root / version]
    mirror.close()


def test_processes_that_share_a_folder_fetch_once(ship: Callable[[int], str], shelf: ShelfServer, root: Path) -> None:
    version = ship(1)
    mirrors = [Mirror(WebPlace("films.example", shelf.url), root) for _ in range(4)]
    found: list[Path] = []
    faults: list[ServiceError] = []

    def fetch(mirror: Mirror) -> None:
        try:
            found.append(mirror.newest())
        except ServiceError as error:
            faults.append(error)

    threads = [threading.Thread(target=fetch, args=(mirror,)) for mirror in mirrors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (found, faults) == ([root / version] * 4, [])
    assert sum(path.endswith("/a") for path in shelf.paths) == 1
    for mirror in mirrors:
        mirror.close()


def test_a_pin_that_is_none_is_said(mirror: Mirror, ship: Callable[[int], str], root: Path) -> None:
    version = ship(1)
    mirror.opened(mirror.newest())
    pin(root, version)
    (root / "pinned").write_text("latest\n", encoding="utf-8")
    for ask in (mirror.newest, mirror.copies):
        with pytest.raises(BundleDamaged, match="pinned: does not hold the name of a version"):
            ask()


def test_who_asks_once_has_the_newest_or_the_last(there: Path, ship: Callable[[int], str], root: Path) -> None:
    with ShelfServer(there) as shelf:
        mirror = Mirror(WebPlace("films.example", shelf.url), root)
        for number in range(4):
            version = ship(number)
            assert mirror.once() == root / version
        assert len(_versions(root)) == 2
    assert mirror.once() == root / version
    with pytest.raises(ServiceUnreached):
        Mirror(WebPlace("films.example", shelf.url), root.with_name("other")).once()
    mirror.close()


def test_a_file_that_is_here_is_not_fetched_again(
    mirror: Mirror, publish: Publish, there: Path, shelf: ShelfServer, root: Path
) -> None:
    files = {"encoder/table.bin": bytes(1_000), "films.usearch": b"1"}
    for number in (b"1", b"2", b"3"):
        version = publish(there / "versions", {**files, "films.usearch": number})
        (there / "current").write_text(version, encoding="utf-8")
        mirror.opened(mirror.newest())
        verify(root / version)
        if number == b"2":
            for copy in root.glob("*/encoder/table.bin"):
                copy.write_bytes(b"?" * 1_000)
    asked = [path for path in shelf.paths if path.endswith("table.bin")]
    assert len(asked) == 2  # the first time, and where the copy here was not what it should be
