"""What the benchmarks share: where the real catalogues lie, bundles built from them, a stand-in for a hosted model."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kadr.build import build
from kadr.build_report import BuildReport
from kadr.config import load_config
from kadr.progress import Lines

ROOT = Path(__file__).resolve().parents[1]


def real_data() -> Path | None:
    """Return the folder of real catalogues, named by KADR_TEST_DATA; None where it is not there."""
    folder = Path(os.environ.get("KADR_TEST_DATA", ROOT.parent / "shared" / "data"))
    return folder if (folder / "catalogues").is_dir() else None


def test_data() -> Path:
    """Return the folder of real catalogues; leave with a reason where it is not there."""
    folder = real_data()
    if folder is None:
        print("skipped: KADR_TEST_DATA names no folder with catalogues")
        sys.exit(0)
    return folder


_DATA = Path(__file__).parents[1] / "data"
TABLES = {"synonyms": _DATA / "synonyms.toml", "queries": _DATA / "queries.txt"}
"""What a fork has beside its catalogue file."""


def build_from(files: Mapping[str, Path], root: Path, encoder: str = "embedded") -> BuildReport:
    """Build a bundle of files, by source name, into a folder, with the default settings of an encoder."""
    config = root / "catalogue.toml"
    root.mkdir(parents=True, exist_ok=True)
    tables = "".join(f'{name} = "{path.resolve()}"\n' for name, path in TABLES.items())
    sources = "".join(_source(name, path) for name, path in files.items())
    config.write_text(f'encoder = "{encoder}"\n{sources}[search]\n{tables}', encoding="utf-8")
    return build(load_config(config), root / "bundles", Lines(io.StringIO()))


def _source(name: str, path: Path) -> str:
    return f'[[sources]]\nkind = "file"\nname = "{name}"\npath = "{path.resolve()}"\n'


@contextmanager
def stand_in(model: str, dim: int, *options: str | float) -> Iterator[str]:
    """Run the stand-in for hosted inference in a process of its own, and give its address.

    Args:
        model: organisation/name, the one that it serves.
        dim: of its vectors.
        options: more of its command line.
    """
    command = [sys.executable, "-m", "tests.servers.inference", "--port", "0", "--model", model, "--dim", str(dim)]
    with subprocess.Popen(
        [*command, *map(str, options)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            yield str(server.stdout.readline().strip())  # type: ignore[union-attr]  # it is a pipe
        finally:
            server.stdin.close()  # type: ignore[union-attr]  # it is a pipe
            server.wait()
