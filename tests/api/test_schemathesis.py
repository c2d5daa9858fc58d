"""Schemathesis asks the running API what its description allows, and what it does not; every check is on."""

import os
import subprocess
import sys
from pathlib import Path

from tests.api.conftest import Serve

SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
EXAMPLES, SECONDS = (500, 900) if SOAK else (5, 25)
"""Of each operation, and what all examples may take; the cases at the edges of each parameter come besides."""


def test_the_running_api_is_as_its_description_says(serve: Serve, tmp_path: Path) -> None:
    with serve() as address:
        command = [
            str(Path(sys.executable).with_name("schemathesis")),
            "run",
            f"{address}/openapi.json",
            "--checks",
            "all",
        ]
        command += ["--max-examples", str(EXAMPLES), "--max-time", str(SECONDS), "--seed", "1", "--no-color"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS + 120, check=False)
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]
    assert "No issues found" in done.stdout
