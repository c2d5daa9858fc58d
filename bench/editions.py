"""Editions of one catalogue, a place that they are published to, whole or damaged, and a server that follows it."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.common import ROOT
from bench.service import Server, api
from bench.steady import MARK
from kadr.build import build
from kadr.config import load_config
from kadr.progress import Lines
from tests.publish.worker import Worker, environment
from tests.servers.hub import Depot, HubServer, Token

__all__ = ["POLL_SECONDS", "Edition", "Place", "built", "following", "opened_place", "resident_mb"]

POLL_SECONDS = 1
"""The least that there is, so that a look is likely in the middle of anything."""
_REPO = "me/films"
_SAMPLE = ROOT / "data" / "sample.jsonl"


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of the catalogue. `bundle`: its folder, named after the version. `queries`: each finds films."""

    number: int
    bundle: Path
    queries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """The repository, and the process that publishes to it."""

    hub: HubServer
    worker: Worker

    def publish(self, edition: Edition) -> None:
        """Publish an edition as `kadr publish` does.

        Raises:
            RuntimeError: it was not published.
        """
        done = self.worker.ask("publish", _REPO, bundles=edition.bundle)
        if done.get("version") != edition.bundle.name:
            raise RuntimeError(f"edition {edition.number} was not published: {done.get('text')}")

    def break_in(self, edition: Edition) -> None:
        """Make an edition current that is damaged, in a way that its number decides; no publisher of ours does so."""
        files = {path.relative_to(edition.bundle).as_posix(): path.read_bytes() for path in _files(edition.bundle)}
        largest = max(files, key=lambda name: len(files[name]))
        if edition.number % 3 == 0:
            del files[largest]
        elif edition.number % 3 == 1:
            files["manifest.json"] = files["manifest.json"][:-100]
        else:
            middle = len(files[largest]) // 2
            files[largest] = files[largest][:middle] + b"?" + files[largest][middle + 1 :]
        version = edition.bundle.name
        named = {f"versions/{version}/{name}": content for name, content in files.items()}
        depot = self.hub.repos[_REPO]
        if not isinstance(depot, Depot):
            raise TypeError(f"{_REPO} cannot be written to")
        depot.commit({**named, "current": f"{version}\n".encode()})


def built(folder: Path, number: int, films: int) -> Edition:
    """Build an edition of the sample catalogue's first films, each of which says which edition it is of."""
    rows = [json.loads(line) for line in _SAMPLE.read_text(encoding="utf-8").splitlines()[:films]]
    marked = (json.dumps(row | {"tagline": f"{MARK}{number}"}, ensure_ascii=False) for row in rows)
    root = folder / str(number)
    root.mkdir(parents=True)
    (root / "films.jsonl").write_text("\n".join(marked), encoding="utf-8")
    config = root / "catalogue.toml"
    config.write_text('[[sources]]\nkind = "file"\nname = "sample"\npath = "films.jsonl"\n', encoding="utf-8")
    report = build(load_config(config), root / "bundles", Lines(io.StringIO()))
    # A title finds its film, and the first words of a description some more.
    queries = [row["title"] for row in rows[::5]] + [" ".join(row["description_ru"].split()[:6]) for row in rows[::5]]
    return Edition(number, report.folder, tuple(queries))


@contextmanager
def opened_place(folder: Path) -> Iterator[Place]:
    """Open an empty Hub, and a process that publishes to it."""
    with (
        HubServer(tokens={"hf_mine": Token("write")}) as hub,
        Worker(hub.url, folder / "publisher") as worker,
    ):
        yield Place(hub, worker)


@contextmanager
def following(place: Place, folder: Path) -> Iterator[Server]:
    """Serve the HTTP API from what is published, in a process of its own; wait until it answers."""
    environ = environment(place.hub.url, folder / "server") | {
        "KADR_BUNDLE": f"hf://datasets/{_REPO}",
        "KADR_CACHE": str(folder / "cache"),
        "KADR_POLL_SECONDS": str(POLL_SECONDS),
    }
    with (folder / "server.log").open("wb") as log, api(environ, log.fileno()) as server:
        yield server


def resident_mb(process: int) -> float:
    """Return the resident memory of a process in MB, 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS:"))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
