"""How the tests ask the stand-ins: by plain HTTP, and through the real client of the Hub."""

import json
import os
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

__all__ = ["Answer", "get", "in_client", "post"]


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def post(url: str, body: Any, *, token: str = "", kind: str = "application/json", timeout: float = 10.0) -> Answer:
    """Post a value as JSON, or bytes as they are."""
    headers = {"Content-Type": kind} if kind else {}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return _ask("POST", url, body if isinstance(body, bytes) else json.dumps(body).encode(), headers, timeout)


def get(url: str, *, token: str = "") -> Answer:
    return _ask("GET", url, b"", {"Authorization": f"Bearer {token}"} if token else {}, 10.0)


def _ask(method: str, url: str, body: bytes, headers: dict[str, str], timeout: float) -> Answer:
    where = urlsplit(url)
    connection = HTTPConnection(where.netloc, timeout=timeout)
    try:
        connection.request(method, where.path or "/", body, headers)
        response = connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


def in_client(code: str, hub: str, home: Path, *, token: str = "") -> Any:
    """Run code in a process of its own, where huggingface_hub asks this Hub, and return the JSON that it prints."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HUGGING"))}
    settings = {"HF_ENDPOINT": hub, "HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    if token:
        settings["HF_TOKEN"] = token
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, env=kept | settings, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)
