"""Published places of every kind, written to by hand: what the tests of fetching read from."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from kadr.bundle.fetch import place_of
from kadr.bundle.fetch_place import Place
from tests.servers.hub import Depot, HubServer, Token
from tests.servers.shelf import ShelfServer

__all__ = ["KINDS", "Published", "PublishedFolder", "PublishedHub"]

REPO = "films-of/index"


class Published(Protocol):
    """A published place, and the hand that writes there."""

    @property
    def place(self) -> Place: ...

    @property
    def paths(self) -> list[str]:
        """What was asked for over the wire, in order; [] where there is no wire."""

    def put(self, path: str, content: bytes) -> None: ...

    def close(self) -> None: ...


class PublishedFolder:
    """A folder, read through a web server or by fsspec."""

    def __init__(self, folder: Path, *, web: bool) -> None:
        folder.mkdir()
        self.folder = folder
        self.server = ShelfServer(folder) if web else None
        self.address = self.server.url if self.server else f"file://{folder}"
        self.place = place_of(self.address, {"HF_TOKEN": "hf_Secret"})

    @property
    def paths(self) -> list[str]:
        return self.server.paths if self.server else []

    def put(self, path: str, content: bytes) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def close(self) -> None:
        self.place.close()
        if self.server:
            self.server.close()


class PublishedHub:
    """A repository of the Hub; what is put is committed at once."""

    def __init__(self, revision: str = "") -> None:
        self.depot = Depot()
        self.server = HubServer({REPO: self.depot}, tokens={"hf_Secret": Token("read")})
        at = f"@{revision}" if revision else ""
        environ = {"HF_ENDPOINT": self.server.url, "HF_TOKEN": "hf_Secret"}
        self.place = place_of(f"hf://datasets/{REPO}{at}", environ)

    @property
    def paths(self) -> list[str]:
        return [each.path.partition("/resolve/")[2].partition("/")[2] for each in self.server.received]

    def put(self, path: str, content: bytes) -> None:
        self.depot.commit({path: content}, large=[path] if path.endswith(".usearch") else [])

    def close(self) -> None:
        self.place.close()
        self.server.close()


KINDS: dict[str, Callable[[Path], Published]] = {
    "hub": lambda _: PublishedHub(),
    "web": lambda folder: PublishedFolder(folder, web=True),
    "store": lambda folder: PublishedFolder(folder, web=False),
}
