"""A process that publishes to the stand-in Hub as it is told, line by line: its client reads its settings only once."""

import io
import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

from kadr.config import PublishConfig
from kadr.errors import KadrError
from kadr.progress import Lines
from kadr.publish import preview, publish, rollback
from kadr.publish.hub import HubPlace
from tests.commands import ROOT

__all__ = ["Worker", "environment"]


def environment(hub: str, home: Path) -> dict[str, str]:
    """Return the environment of a process whose Hub is a stand-in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HUGGING", "GITHUB_"))}
    settings = {"HF_ENDPOINT": hub, "HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    return kept | settings | {"HF_TOKEN": "hf_mine"}


class Worker:
    """The process, and a way to ask it."""

    def __init__(self, hub: str, home: Path) -> None:
        command = [sys.executable, "-m", "tests.publish.worker"]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment(hub, home), **pipes)

    def ask(self, do: str, repo: str, **told: Any) -> dict[str, Any]:
        """Publish, preview or roll back, and return what came of it, or the error with its text."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"do": do, "repo": repo, **told}, default=str) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._process:
            assert self._process.stdin
            self._process.stdin.close()


def _done(asked: dict[str, Any]) -> dict[str, Any]:
    told = io.StringIO()
    config = PublishConfig("hub", Path("unused"), asked.get("keep", 3), repo=asked["repo"])
    try:
        if asked["do"] == "look":
            standing = HubPlace(asked["repo"], silence_s=asked["silence_s"]).look()
            return {"current": standing.current, "told": ""}
        if asked["do"] == "fetch":
            return {"folder": str(HubPlace(asked["repo"]).fetch(asked["version"], Path(asked["under"])))}
        if asked["do"] == "rollback":
            return {"version": rollback(config, asked.get("to"), Lines(told), os.environ), "told": told.getvalue()}
        act = {"publish": publish, "preview": preview}[asked["do"]]
        return asdict(act(Path(asked["bundles"]), config, Lines(told), os.environ)) | {"told": told.getvalue()}
    except KadrError as error:
        wait = getattr(error, "wait", None)
        return {"raised": type(error).__name__, "text": str(error), "told": told.getvalue(), "wait": wait}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(_done(json.loads(line))), flush=True)  # noqa: T201  # what the test reads
