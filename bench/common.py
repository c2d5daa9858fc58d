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

HERE = Path(__file__).resolve().parent


def test_data() -> Path:
    """Return the folder of real catalogues, named by KADR_TEST_DATA; leave with a reason where it is not there."""
    folder = Path(os.environ.get("KADR_TEST_DATA", HERE.parent.parent / "shared" / "data"))
    if not (folder / "catalogues").is_dir():
        print("skipped: KADR_TEST_DATA names no folder with catalogues")
        sys.exit(0)
    return folder


def build_from(files: Mapping[str, Path], root: Path) -> BuildReport:
    """Build a bundle of files, by source name, into a folder, with the default settings."""
    config = root / "catalogue.toml"
    root.mkdir(parents=True, exist_ok=True)
    config.write_text("".join(_source(name, path) for name, path in files.items()), encoding="utf-8")
    return build(load_config(config), root / "bundles", Lines(io.StringIO()))


def _source(name: str, path: Path) -> str:
    return f'[[sources]]\nkind = "file"\nname = "{name}"\npath = "{path.resolve()}"\n'
