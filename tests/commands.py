"""Running the command line, inside this process and as one of its own."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["ROOT", "Ended", "Run", "shell"]

ROOT = Path(__file__).parents[1]


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]
"""Runs `kadr` with these arguments."""


def shell(*command: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run python with these arguments in the root of the repository."""
    return subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **options,
    )
