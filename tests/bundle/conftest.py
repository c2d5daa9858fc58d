"""A small bundle of our own invention, and a function that publishes one."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kadr.bundle import BundleWriter, Draft, SourceCount, switch


@pytest.fixture(scope="session")
def draft() -> Draft:
    return Draft(
        counts={"films": 3, "themes": 1},
        sources=(SourceCount("полка", 2), SourceCount("shelf", 1)),
        encoder={"model": "embedded", "dim": 2, "canaries": [{"text": "снег", "vector": [0.6, 0.8]}]},
        quantiser={"dtype": "int8"},
        search={"expansion": 64},
        fusion={"semantic": 0.3},
        quality={"mrr": 0.5},
        films_sha256="ab" * 32,
    )


@pytest.fixture(scope="session")
def content() -> Mapping[str, bytes]:
    return {
        "films.duckdb": b"rows, and random ids",
        "films.usearch": bytes(range(64)),
        "lexical/postings.npy": b"\x93NUMPY" + bytes(40),
        "encoder/words/table.bin": b"x",
        "titles/empty.bin": b"",
    }


@pytest.fixture(scope="session")
def publish(draft: Draft) -> Callable[[Path, Mapping[str, bytes]], str]:
    def write(root: Path, files: Mapping[str, bytes]) -> str:
        with BundleWriter(root) as writer:
            for path, data in files.items():
                (writer.folder / path).parent.mkdir(parents=True, exist_ok=True)
                (writer.folder / path).write_bytes(data)
            return writer.commit(draft, {"run": "test"})

    return write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "bundles"


@pytest.fixture
def trail(root: Path, draft: Draft) -> list[str]:
    """Four versions, each built a day after the other and switched to in turn."""
    found = []
    for day in range(1, 5):
        with BundleWriter(root) as writer:
            (writer.folder / "a").write_bytes(bytes(day))
            found.append(writer.commit(draft, {"created": f"2026-11-0{day}T06:00:00+03:00"}))
        switch(root, found[-1])
    return found
