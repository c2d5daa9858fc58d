"""Where a published bundle comes from: the source's commit, the run of the workflow, the packages. No secrets."""

import json
import platform
import re
from collections.abc import Mapping
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from kadr.bundle.canonical import canonical
from kadr.bundle.disk import text_of
from kadr.bundle.manifest import PROVENANCE

__all__ = ["provenance"]

MAX_BYTES = 1024 * 1024
"""What the build writes takes a few kilobytes."""
_RUN = {
    "repository": "GITHUB_REPOSITORY",
    "commit": "GITHUB_SHA",
    "ref": "GITHUB_REF",
    "workflow": "GITHUB_WORKFLOW",
    "run_id": "GITHUB_RUN_ID",
    "run_attempt": "GITHUB_RUN_ATTEMPT",
    "actor": "GITHUB_ACTOR",
    "event": "GITHUB_EVENT_NAME",
}
"""What GitHub Actions tells of a run, by our names."""
_MOST = 200
"""Characters of one such value; a branch's name may have 255 and says as much in fewer."""


def provenance(folder: Path, environ: Mapping[str, str]) -> str:
    """Return the text of `provenance.json` as it is published: what the build wrote, and who publishes.

    Args:
        folder: the bundle. What it says of itself is taken over where it can be read.
        environ: the process's environment, of which what GitHub tells of the run is read, and nothing else.
    """
    return canonical({**_built(folder), "published": published_by(environ)})


def published_by(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the run's commit and address where there is one, Python and all installed packages."""
    run = {key: _line(environ[name]) for key, name in _RUN.items() if environ.get(name)}
    server = _line(environ.get("GITHUB_SERVER_URL", ""))
    if server and "repository" in run and "run_id" in run:
        run["url"] = f"{server}/{run['repository']}/actions/runs/{run['run_id']}"
    found = {str(each.metadata["Name"]).lower(): each.version for each in distributions()}
    return {"run": run, "python": platform.python_version(), "packages": dict(sorted(found.items()))}


def _built(folder: Path) -> dict[str, Any]:
    try:
        told = json.loads(text_of(folder / PROVENANCE, MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _line(value: str) -> str:
    """Return a value as one line, and without what stands in an address before an @."""
    return re.sub(r"//[^/@\s]*@", "//", "".join(c for c in value[:_MOST] if c.isprintable()))
