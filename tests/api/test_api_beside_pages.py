"""One process, one port: pages at `/`, the API at `/api/v1`; and the API where the pages say what is wrong."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

from docs.screenshot import serving

ROOT = Path(__file__).parents[2]


def fetched(url: str) -> tuple[str, bytes]:
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310  # our own address
        return answer.headers["content-type"], answer.read()


def test_pages_and_api_share_a_port(bundles: Path) -> None:
    with serving(bundles) as address:
        kind, page = fetched(f"{address}/")
        assert (kind.partition(";")[0], b"<html" in page) == ("text/html", True)
        kind, found = fetched(f"{address}/api/v1/search?q=%D0%BC%D0%B0%D1%8F%D0%BA&k=1")
        assert kind == "application/json"
        assert json.loads(found)["hits"][0]["film"]["title"] == "Маяк для двоих"
        for place in ("/api/v1/", "/api/v1"):
            assert b"/api/v1/openapi.json" in fetched(f"{address}{place}")[1]
        assert json.loads(fetched(f"{address}/api/v1/openapi.json")[1])["servers"] == [{"url": "/api/v1"}]


def started(module: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", f"import {module}"]
    environ = {"KADR_API_RATE": "a-secret", "PATH": ""}
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False)


def test_a_wrong_setting_is_one_line_for_the_api_alone_and_left_to_the_pages_beside_them() -> None:
    alone = started("app.api.alone")
    assert (alone.returncode, alone.stderr) == (1, "kadr: KADR_API_RATE: must be a whole number from 0 to 100000\n")
    beside = started("app.main")
    assert beside.returncode == 0
    assert "Traceback" not in beside.stderr
    assert "a-secret" not in beside.stderr
