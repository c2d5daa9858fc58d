"""What the pages are served with stands beside their script, and counts wherever they are started from."""

import json
import os
import subprocess
import sys
from pathlib import Path

from app.tables import MAX_BYTES

ROOT = Path(__file__).parents[2]
OPTIONS = ("browser.gatherUsageStats", "client.showErrorDetails", "server.maxUploadSize")
CODE = f"""
import json, app.main
from streamlit.config import get_option
print(json.dumps([get_option(name) for name in {OPTIONS}]))
"""


def test_whoever_starts_it_elsewhere_tells_nobody_of_visitors_and_shows_them_no_traceback(tmp_path: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=tmp_path, env=environ, capture_output=True, check=True, timeout=60
    )
    told, shown, megabytes = json.loads(done.stdout.splitlines()[-1])
    assert (told, shown) == (False, "none")
    assert megabytes << 20 >= MAX_BYTES  # the server's bound holds whatever the field says
