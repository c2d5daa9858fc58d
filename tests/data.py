"""Real catalogues, pages and ratings for tests that need them: they lie outside the repository."""

import os
from pathlib import Path

import pytest

__all__ = ["real_data"]

DATA = Path(os.environ.get("KADR_TEST_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


def real_data(path: str) -> Path:
    """Return where a file or folder of the real data is; where it is absent, the test that asks is skipped."""
    found = DATA / path
    if not found.exists():
        pytest.skip(f"{path} is not in the folder that KADR_TEST_DATA names")
    return found
