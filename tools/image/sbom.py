"""Write what an image holds as a list of components: CycloneDX 1.6, in JSON.

Runs inside the build of the image, with the standard library alone: Python itself, the installed packages, and those of
Debian as its package manager lists them. Nothing in it depends on when or where it was written.
"""

import argparse
import json
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

__all__ = ["components", "debian", "main", "packages"]

DPKG = Path("/var/lib/dpkg/status")


def packages(site: Path) -> list[dict[str, Any]]:
    """Return the installed packages of a folder as components, by name."""
    return sorted((_package(found) for found in distributions(path=[str(site)])), key=lambda each: str(each["name"]))


def debian(status: str) -> list[dict[str, Any]]:
    """Return the installed packages that the text of dpkg's status file lists, by name."""
    found = []
    for paragraph in status.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in paragraph.splitlines() if ": " in line and line[0] != " ")
        if fields.get("Status", "").endswith(" installed"):
            name, version, arch = fields["Package"], fields["Version"], fields["Architecture"]
            purl = f"pkg:deb/debian/{name}@{version.replace('+', '%2B').replace(':', '%3A')}?arch={arch}"
            found.append(_component(name, version, purl))
    return sorted(found, key=lambda each: str(each["name"]))


def components(site: Path, status: str) -> dict[str, Any]:
    """Return the whole list."""
    version = platform.python_version()
    python = _component("python", version, f"pkg:generic/python@{version}")
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "container", "name": "kadr", "bom-ref": "kadr"}},
        "components": [python, *packages(site), *debian(status)],
    }


def _package(found: Distribution) -> dict[str, Any]:
    name = found.metadata["Name"].lower().replace("_", "-")
    component = _component(name, found.version, f"pkg:pypi/{name}@{found.version}")
    if licence := next(_licences(found), ""):
        component["licenses"] = [{"license": {"name": licence}}]
    return component


def _licences(found: Distribution) -> Iterator[str]:
    """Give what a package says of its licence, what is most exact first; whole texts are no names."""
    yield from found.metadata.get_all("License-Expression") or ()
    for said in found.metadata.get_all("License") or ():
        if said and "\n" not in said and len(said) < 80:
            yield said
    for said in found.metadata.get_all("Classifier") or ():
        if said.startswith("License :: "):
            yield said.rpartition(" :: ")[2]


def _component(name: str, version: str, purl: str) -> dict[str, Any]:
    return {"type": "library", "name": name, "version": version, "purl": purl, "bom-ref": purl}


def main(arguments: list[str]) -> int:
    """Write `sbom.json` into a folder."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args(arguments)
    status = DPKG.read_text("utf-8") if DPKG.is_file() else ""
    asked.out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(components(asked.site, status), indent=1, ensure_ascii=False)
    (asked.out / "sbom.json").write_text(text + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
