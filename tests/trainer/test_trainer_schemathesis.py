"""Schemathesis asks the running training server what its description allows, and what it does not."""

import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import uvicorn

from kadr.live import Live
from kadr.recommend.train.store import Store
from kadr.trainer.factory import create
from tests.trainer.trainings import KEY

SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
EXAMPLES, SECONDS = (300, 600) if SOAK else (2, 5)
"""Of each operation, and what all examples may take."""


def test_the_training_server_is_as_its_description_says(library: Live, store: Store, tmp_path: Path) -> None:
    config = uvicorn.Config(create(store, library, KEY), "127.0.0.1", 0, log_level="error", proxy_headers=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and thread.is_alive() and time.monotonic() < until:
        time.sleep(0.01)
    assert server.started
    address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{address}/openapi.json"]
    # Not that what fits the schema is accepted: whether films and users are known, no schema says.
    command += [
        "--exclude-checks",
        "positive_data_acceptance",
        "--header",
        f"X-API-Key: {KEY}",
        "--max-examples",
        str(EXAMPLES),
    ]
    command += ["--max-time", str(SECONDS), "--seed", "1", "--no-color"]
    try:
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS + 120, check=False)
    finally:
        server.should_exit = True
        thread.join(20)
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]
    assert re.search(r"\d+ generated, \d+ passed\n", done.stdout), done.stdout[-2_000:]  # it warns of unknown ids
