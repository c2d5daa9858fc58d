"""Take out of installed packages what no running service reads, and write down what takes the space.

Runs inside the build of the image, with the standard library alone. `contents.json`, beside the list of components,
holds by package, in bytes: the wheel as downloaded, what is left of it, the same compressed, and what was cut.
"""

import argparse
import gzip
import io
import json
import shutil
import sys
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path, PurePosixPath

from tools.image.elf import blanked

__all__ = ["cut_of", "main", "trim"]

_FOLDERS = {"tests": "tests", "_pyinstaller": "for packagers", "include": "C headers"}
"""Folders of packages, by what they hold. `testing` is not one: libraries import numpy's."""
_ENDS = {
    ".pyi": "type stubs",
    ".pyx": "sources of extensions",
    ".pxd": "sources of extensions",
    ".c": "sources of extensions",
    ".h": "C headers",
    ".hpp": "C headers",
    ".a": "C headers",
    ".lib": "C headers",
    ".map": "source maps",
}
_PLACES = {
    "numpy/f2py": "compiles Fortran",
    "numpy/distutils": "builds extensions",
    "streamlit/hello": "demonstration",
    "bin": "scripts; `python3 -m` starts them",
    "share": "manuals",
}


def cut_of(path: str) -> str:
    """Return why a file of an installed package is left out, "" where it stays.

    Args:
        path: relative to the folder of the packages, with `/`.
    """
    parts = PurePosixPath(path).parts
    if ".dist-info" in parts[0]:
        return ""  # names, licences
    for place, why in _PLACES.items():
        if path.startswith(f"{place}/"):
            return why
    for folder in parts[:-1]:
        if folder in _FOLDERS:
            return _FOLDERS[folder]
    return _ENDS.get(PurePosixPath(path).suffix, "")


def trim(site: Path) -> dict[str, dict[str, dict[str, int]]]:
    """Remove what is not read, and return by package what is left and by reason what was cut, in bytes."""
    owner = {path: name for name, paths in _owned(site) for path in paths}
    told: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: {"left": Counter(), "cut": Counter()})
    for file in sorted(path for path in site.rglob("*") if path.is_file()):
        path = file.relative_to(site).as_posix()
        of = told[owner.get(path, "others")]
        if why := cut_of(path):
            of["cut"][why] += file.stat().st_size
            file.unlink()
            continue
        of["left"]["bytes"] += file.stat().st_size
        if ".so" in file.suffixes:
            _blank(file, of["cut"])
    for folder in sorted((path for path in site.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    return {name: {key: dict(counts) for key, counts in of.items()} for name, of in sorted(told.items())}


def _blank(file: Path, cut: Counter[str]) -> None:
    """Blank the symbol tables of a library; each byte that became zero counts as cut."""
    content = file.read_bytes()
    left = blanked(content)
    if left != content:
        file.write_bytes(left)
        cut["symbol tables"] += left.count(0) - content.count(0)


def _owned(site: Path) -> Iterator[tuple[str, list[str]]]:
    for found in distributions(path=[str(site)]):
        yield found.metadata["Name"].lower().replace("_", "-"), [file.as_posix() for file in found.files or ()]


def _compressed(site: Path) -> dict[str, int]:
    """Return by package the bytes that its files take in a layer."""
    sizes = {}
    for name, paths in _owned(site):
        packed = io.BytesIO()
        with (
            gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=6, mtime=0) as zipped,
            tarfile.open(fileobj=zipped, mode="w|") as tar,
        ):
            for path in paths:
                if (site / path).is_file():
                    tar.add(site / path, path)
        sizes[name] = packed.getbuffer().nbytes
    return sizes


def main(arguments: list[str]) -> int:
    """Trim a folder of packages, and write `contents.json`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--wheels", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args(arguments)
    # The scripts of all packages are in one folder, which their own lists name from elsewhere.
    for place in ("bin", "share"):
        shutil.rmtree(asked.site / place, ignore_errors=True)
    told = trim(asked.site)
    compressed = _compressed(asked.site)
    wheels = {
        wheel.name.split("-")[0].lower().replace("_", "-"): wheel.stat().st_size for wheel in asked.wheels.glob("*.whl")
    }
    contents = {
        name: {"wheel": wheels.get(name, 0), "compressed": compressed.get(name, 0), **of} for name, of in told.items()
    }
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "contents.json").write_text(json.dumps(contents, indent=1, sort_keys=True) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
