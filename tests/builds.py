"""Building in tests."""

import io
from pathlib import Path

from kadr.build import build
from kadr.build_report import BuildReport
from kadr.config import load_config
from kadr.harvesting import ALL, Extent
from kadr.progress import Lines

__all__ = ["build_from", "bytes_of"]


def build_from(config_file: Path, extent: Extent = ALL) -> BuildReport:
    """Build what a catalogue file says, where it says."""
    config = load_config(config_file)
    return build(config, config.publish.path, Lines(io.StringIO()), extent)


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file that must be the same from build to build."""
    files = (p for p in folder.rglob("*") if p.is_file() and p.name not in ("films.duckdb", "provenance.json"))
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}
