"""What the benchmarks share: where the real catalogues lie, and bundles built from them."""

import io
import os
import sys
from collections.abc import Mapping
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


def build_from(files: Mapping[str, Path], root: Path) -> BuildReport:
    """Build a bundle of files, by source name, into a folder, with the default settings."""
    config = root / "catalogue.toml"
    root.mkdir(parents=True, exist_ok=True)
    tables = "".join(f'{name} = "{path.resolve()}"\n' for name, path in TABLES.items())
    sources = "".join(_source(name, path) for name, path in files.items())
    config.write_text(f"{sources}[search]\n{tables}", encoding="utf-8")
    return build(load_config(config), root / "bundles", Lines(io.StringIO()))


def _source(name: str, path: Path) -> str:
    return f'[[sources]]\nkind = "file"\nname = "{name}"\npath = "{path.resolve()}"\n'
