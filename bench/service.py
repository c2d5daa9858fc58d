"""The HTTP API in a process of its own, and visitors who come at a steady rate, whether those before them were served.

They wait from the moment at which they were due, so that a server which falls behind cannot hide it.
"""

import gc
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from bench.common import ROOT

__all__ = ["NO_LOGIN", "Answered", "Server", "Visitor", "api", "visited"]

NO_LOGIN = {"HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}
START_SECONDS = 60.0
VISITORS = 64
"""Who may wait at once: more than a second of waiting for a hosted model keeps at work."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: the id of its process, and its port."""

    pid: int
    port: int


@dataclass(frozen=True, slots=True)
class Answered:
    """One visit: seconds from the moment it was due, the status, and the body."""

    seconds: float
    status: int
    body: Mapping[str, Any]


class Visitor:
    """One connection, kept open from question to question."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def ask(self, target: str, told: object = None) -> tuple[int, Mapping[str, Any]]:
        """Return the status and the body of an answer; what is told goes along as JSON."""
        if told is None:
            self._connection.request("GET", f"/api/v1{target}")
        else:
            body = json.dumps(told).encode()
            self._connection.request("POST", f"/api/v1{target}", body, {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        return answer.status, json.loads(answer.read())


@contextmanager
def api(environ: Mapping[str, str], log: int | None = None) -> Iterator[Server]:
    """Serve the API while the block lasts; what it says goes to an open file, or nowhere.

    Args:
        environ: settings beside those of this process, without its tokens.
        log: the descriptor of that file.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "app.api.alone:api", "--port", str(port), "--log-level", "warning"]
    ours = {name: value for name, value in os.environ.items() if name not in {"HF_TOKEN", "KADR_INFERENCE_TOKEN"}}
    said = subprocess.DEVNULL if log is None else log
    told = {**ours, "KADR_API_RATE": "0", **environ}
    with subprocess.Popen(command, cwd=ROOT, env=told, stdout=said, stderr=None if log is None else said) as server:
        try:
            _wait(port, server)
            yield Server(server.pid, port)
        finally:
            server.terminate()


def _wait(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < until:
        try:
            with closing(Visitor(port)) as visitor:
                if visitor.ask("/ready")[0] == http.client.OK:
                    return
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.1)
    raise TimeoutError(f"the API did not start in {START_SECONDS:.0f} s")


def visited(
    port: int, rate: float, count: int, ask: Callable[[Visitor, int], tuple[int, Mapping[str, Any]]]
) -> Sequence[Answered]:
    """Have visitors ask when each is due, so many a second; return the visits in order.

    Args:
        port: of the API on this machine.
        rate: visits a second.
        count: how many visits.
        ask: makes the visit of a number.
    """
    here = threading.local()
    begin = time.perf_counter() + 0.5

    def visit(number: int) -> Answered:
        if not hasattr(here, "visitor"):
            here.visitor = Visitor(port)
        due = begin + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        status, body = ask(here.visitor, number)
        return Answered(time.perf_counter() - due, status, body)

    gc.disable()  # as timeit does: to look through all answers again and again is the visitors' pause, not the server's
    try:
        with ThreadPoolExecutor(VISITORS) as visitors:
            return list(visitors.map(visit, range(count)))
    finally:
        gc.enable()
