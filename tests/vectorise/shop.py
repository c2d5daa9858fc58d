"""A small catalogue built through the stand-in of hosted inference, by the real client."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from kadr.build import build
from kadr.build_report import BuildReport
from kadr.config import load_config
from kadr.engine import Access, Engine
from kadr.progress import Lines
from tests.samples import SHELF, write_films
from tests.servers.inference import Access as Doorkeeper
from tests.servers.inference import InferenceServer, Service

__all__ = ["MODEL", "TOKEN", "Shop", "opened_shop"]

MODEL = "intfloat/multilingual-e5-small"
DIM = 384
TOKEN = "a-token-of-our-own-server"  # noqa: S105  # the stand-in's


@dataclass
class Shop:
    """A server, a folder with a catalogue file, and what passes between them."""

    server: InferenceServer
    folder: Path

    @property
    def access(self) -> Access:
        """How the server may be asked."""
        return Access({"KADR_INFERENCE_TOKEN": TOKEN, "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}, self.server.url)

    def write(self, rows: Sequence[Mapping[str, str]] = SHELF, encoder: str = "", search: str = "") -> Path:
        """Write the catalogue and its file."""
        write_films(self.folder / "films.jsonl", rows)
        path = self.folder / "catalogue.toml"
        path.write_text(
            '[[sources]]\nkind = "file"\nname = "shelf"\npath = "films.jsonl"\n'
            f'[encoder]\nname = "hosted"\nmodel = "e5-small"\ncache = "vectors.duckdb"\n{encoder}\n'
            f'[search]\n{search}\n[publish]\npath = "bundles"\n',
            encoding="utf-8",
        )
        return path

    def build(self) -> BuildReport:
        """Build what is written."""
        config = load_config(self.folder / "catalogue.toml")
        return build(config, config.publish.path, Lines(io.StringIO()), access=self.access)

    def open(self, *, with_access: bool = True) -> Engine:
        """Open what is current."""
        return Engine.open(self.folder / "bundles", self.access if with_access else None)

    def asked(self) -> list[str]:
        """Return the texts that were answered well, in order, and forget the calls so far."""
        texts = [text for call in self.server.requests if call.well for text in call.texts]
        self.server.requests.clear()
        return texts


@contextmanager
def opened_shop(folder: Path, poison: Mapping[str, int] = MappingProxyType({})) -> Iterator[Shop]:
    """Serve a model whose vectors are bags of words, and write the catalogue."""
    service = Service(models=(MODEL,), dim=DIM)
    with InferenceServer(service, access=Doorkeeper(token=TOKEN), poison=poison) as server:
        shop = Shop(server, folder)
        shop.write()
        yield shop
