"""The store of pages: kept whole through kills, threads and damage."""

import random
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kadr.collect.fetch.page import Page
from kadr.collect.fetch.store import PageStore
from kadr.errors import SourceError

WHEN, LATER = "2026-11-21T08:00:00+00:00", "2026-11-22T08:00:00+00:00"
BODY = "Полынь и эхо. ".encode() * 5_000

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)
pages = st.builds(
    Page, texts, texts, st.sampled_from([200, 404, 410]), st.dictionaries(texts, texts), st.binary(max_size=500), texts
)


def page(url: str, body: bytes = BODY) -> Page:
    return Page(url, f"{url}/", 200, {"etag": '"ё"'}, body, WHEN)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(pages, max_size=5))
def test_what_was_put_is_got(store: PageStore, put: list[Page]) -> None:
    for each in put:
        store.put(each)
    for each in {each.url: each for each in put}.values():
        assert store.get(each.url) == each


def test_pages_outlive_the_program(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "pages.sqlite"
    with PageStore(path) as store:
        assert (len(store), store.get("a")) == (0, None)
        store.put(page("a", b"first"))
        store.put(page("a"))
        store.put(page("b"))
        store.touch("b", LATER)
        store.touch("none", LATER)
    with PageStore(path) as store:
        assert len(store) == 2
        assert store.get("a") == page("a")
        found = store.get("b")
        assert found is not None
        assert (found.fetched_at, found.body) == (LATER, BODY)
    assert [each.name for each in path.parent.iterdir()] == ["pages.sqlite"]
    assert path.stat().st_size < len(BODY) / 2


def test_threads_share_a_store(store: PageStore) -> None:
    def put(number: int) -> bool:
        url = f"page {number % 40}"
        store.put(page(url, f"{url} {number}".encode()))
        found = store.get(url)
        return found is not None and found.body.startswith(url.encode())

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(put, range(400)))
    assert len(store) == 40


def test_two_runs_share_a_file(tmp_path: Path) -> None:
    with PageStore(tmp_path / "p") as one, PageStore(tmp_path / "p") as two:
        one.put(page("a"))
        two.put(page("b"))
        assert two.get("a") == page("a")
        assert one.get("b") == page("b")
        assert (tmp_path / "p-wal").exists()  # a writer keeps no reader waiting


PUTTING = """
import sys
from pathlib import Path
from kadr.collect.fetch.page import Page
from kadr.collect.fetch.store import PageStore
store, start = PageStore(Path(sys.argv[1])), int(sys.argv[2])
print("open", flush=True)
for number in range(start, 100_000):
    body = (f"page {number} " * 9_000).encode()
    store.put(Page(f"{number}", "x", 200, {}, body, "now"))
    print(number, flush=True)
    store.put(Page("same", "x", 200, {}, body, "now"))
"""


def test_killed_at_any_moment_nothing_that_was_put_is_lost(tmp_path: Path) -> None:
    path, moments, done = tmp_path / "pages.sqlite", random.Random(1), 0
    for _ in range(5):
        command = [sys.executable, "-c", PUTTING, str(path), str(done)]
        process = subprocess.Popen(command, cwd=Path(__file__).parents[3], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=moments.uniform(0.01, 0.4))
        process.send_signal(signal.SIGKILL)
        said = process.stdout.read()  # not communicate(), which forgets what readline() read ahead
        process.stdout.close()
        process.wait(timeout=30)
        done += len(said.splitlines())
        with PageStore(path) as store:
            for number in range(done):
                found = store.get(f"{number}")
                assert found is not None
                assert found.body == (f"page {number} " * 9_000).encode()
            same = store.get("same")
            assert same is None or len(set(same.body.split(b"page")[1:])) == 1  # whole, of whichever moment
            assert len(store) <= done + 2
    assert done > 20


def test_killed_while_it_is_made_the_next_one_makes_it(tmp_path: Path) -> None:
    path = tmp_path / "pages.sqlite"
    with sqlite3.connect(path) as db:  # as far as it can come before its one transaction
        db.execute("PRAGMA journal_mode = WAL")
    db.close()
    with PageStore(path) as store:
        store.put(page("a"))
        assert len(store) == 1


@pytest.mark.parametrize("kind", ["text", "other database", "newer", "our tables elsewhere"])
def test_a_foreign_file_is_left_alone(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "pages.sqlite"
    if kind == "text":
        path.write_bytes(b"these are no pages at all " * 50)
    else:
        if kind == "newer":
            PageStore(path).close()
        with sqlite3.connect(path) as db:
            db.execute("PRAGMA user_version = 2" if kind == "newer" else "CREATE TABLE pages (url TEXT)")
        db.close()
    before = path.read_bytes()
    with pytest.raises(SourceError, match="delete or rename it") as caught:
        PageStore(path)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == before


def test_a_place_that_can_hold_no_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path, tmp_path / "file" / "pages"):
        with pytest.raises(SourceError, match="the store of pages cannot be") as caught:
            PageStore(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_damage_anywhere_is_noticed_or_harmless(tmp_path: Path) -> None:
    """A page that comes back is the page that was put: zlib and SQLite notice the rest."""
    path, rng = tmp_path / "pages.sqlite", random.Random(3)
    with PageStore(path) as store:
        for number in range(40):
            store.put(page(f"{number}", rng.randbytes(3_000)))
        kept = {f"{number}": store.get(f"{number}") for number in range(40)}
    whole, noticed = path.read_bytes(), 0
    for _ in range(150):
        harmed = bytearray(whole)
        at = rng.randrange(len(harmed))
        harmed[at : at + 8] = rng.randbytes(8)
        path.write_bytes(harmed)
        try:
            with PageStore(path) as store:
                for url, true in kept.items():
                    found = store.get(url)
                    assert found is None or true is None or found.body == true.body
        except SourceError as error:
            assert str(path) in str(error)  # noqa: PT017  # which of the two happens is the damage's choice
            noticed += 1
    assert noticed > 75


def test_a_file_cut_short_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "pages.sqlite"
    with PageStore(path) as store:
        for number in range(40):
            store.put(page(f"{number}", random.Random(number).randbytes(9_000)))
    path.write_bytes(path.read_bytes()[:50_000])
    with pytest.raises(SourceError, match="damaged; delete or rename it"), PageStore(path) as store:
        [store.get(f"{number}") for number in range(40)]


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = PageStore(tmp_path / "p")
    store.close()
    with pytest.raises(SourceError, match="closed"):
        store.get("a")
