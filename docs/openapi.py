"""Writes the description of the HTTP API: `python docs/openapi.py`. A test holds the file against the program."""

import json
import sys
from pathlib import Path

from app.api import create
from kadr.engine import Engine
from kadr.live import Live
from kadr.settings import Settings

__all__ = ["description"]

FILE = Path(__file__).with_name("openapi.json")


def description() -> str:
    """Return the description as the file holds it."""
    nowhere = Path("bundles")  # nothing of a bundle stands in it, and none is opened
    api = create(Live(nowhere, Engine.open), Settings(bundle=nowhere, results=10))
    return json.dumps(api.openapi(), ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    """Write the file."""
    FILE.write_text(description(), encoding="utf-8", newline="\n")
    print(f"wrote {FILE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
