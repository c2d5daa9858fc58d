"""What an image installs: the serving dependencies of pyproject.toml, less what their packages never import there.

    python -m tools.image.wanted app | uv pip compile ... $(python -m tools.image.wanted --left-out app) -

`make lock` writes requirements-serve.lock and requirements-api.lock with it. The images install them with `--no-deps`,
so that a lock is all that comes; `tests/deploy` keeps that nothing is missing but what is named here.
"""

import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["LEFT_OUT", "TARGETS", "flags", "main", "wanted"]

TARGETS = ("app", "api")
"""`app`: the pages and the HTTP API. `api`: the HTTP API alone."""
PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"

_PAGES_ONLY = "streamlit"
_EVERYWHERE = {
    "hf-xet": "faster downloads from the Hub; without it they go over plain HTTPS",
}
# pandas stays: Streamlit reads the pause of a field that answers while it is typed into ("300ms") with it.
_PAGES = {
    "altair": "st.altair_chart; our charts are SVG",
    "attrs": "of jsonschema",
    "charset-normalizer": "of requests",
    "jinja2": "of altair and pydeck",
    "jsonschema": "of altair",
    "jsonschema-specifications": "of jsonschema",
    "markupsafe": "of jinja2",
    "narwhals": "data frames; our pages hold none",
    "pillow": "st.image of arrays; our pictures are addresses",
    "pyarrow": "what data frames are sent to the browser as",
    "pydeck": "st.pydeck_chart; our map is SVG",
    "referencing": "of jsonschema",
    "requests": "the look-up of this machine's public address in Streamlit's greeting, which the image switches off",
    "rpds-py": "of jsonschema",
    "urllib3": "of requests",
    "watchdog": "reloads pages whose source changes, which no image's does",
}
LEFT_OUT: Mapping[str, Mapping[str, str]] = {"app": _EVERYWHERE | _PAGES, "api": _EVERYWHERE}
"""By target, packages that others ask for and that serving never imports, each with what it would be good for."""


def wanted(target: str, pyproject: str) -> list[str]:
    """Return the requirements of a target, as pyproject.toml's text words them."""
    project = tomllib.loads(pyproject)["project"]
    asked: list[str] = project["dependencies"]
    if target == "api":  # it leaves queries to the distilled encoder, and stays a third smaller
        return [each for each in asked if not each.startswith(_PAGES_ONLY)]
    return [*asked, *project["optional-dependencies"]["local"]]


def flags(target: str) -> list[str]:
    """Return the options that keep what is left out of uv's lock."""
    return [word for name in LEFT_OUT[target] for word in ("--no-emit-package", name)]


def main(arguments: Sequence[str]) -> int:
    """Write the requirements of a target, one a line; with `--left-out` the options for uv, on one line."""
    *options, target = arguments
    lines = [" ".join(flags(target))] if options else wanted(target, PYPROJECT.read_text("utf-8"))
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
