"""Reading a workflow."""

from typing import Any

from ruamel.yaml import YAML

from tests.commands import ROOT

__all__ = ["GITHUB", "workflow"]

GITHUB = ROOT / ".github"


def workflow(name: str) -> dict[str, Any]:
    """Return a workflow as it is parsed; `on` stays a word, as GitHub reads it."""
    return dict(YAML(typ="safe").load(GITHUB / "workflows" / name))
