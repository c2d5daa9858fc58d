"""A base image without a registry: Debian as mmdebstrap makes it, and this machine's Python as official images lay it.

What comes out stands in for `python:slim`, whose parts it has: a minimal Debian, Python below /usr/local, pip. Not for
shipping: the image workflow names the official one by its digest.
"""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from tools.image.tools import Buildah, Unfit, run

__all__ = ["base_image"]

SUITE = "bookworm"
"""Debian 12: what links this machine's Python finds its libraries there."""
PACKAGES = (
    "ca-certificates netbase tzdata libssl3 libffi8 libsqlite3-0 zlib1g libbz2-1.0 liblzma5 libreadline8 libexpat1"
    " libuuid1 libncursesw6 libcrypt1 libtirpc3 libnsl2 usr-is-merged"
)
"""What official images have, and the libraries of Python's own extensions. Without the last one all of Perl comes."""
_NOT = ("man", "doc", "locale", "info")
_LEFT = {"test", "tests", "idlelib", "turtledemo", "tkinter", "site-packages", "__pycache__", "lib2to3"}
"""Folders of the standard library that official slim images have not got either, or that no wheel needs to install."""


def base_image(buildah: Buildah, kept: Path) -> str:
    """Return the name of the base image; it is made where it is not there.

    Args:
        buildah: makes images.
        kept: a folder for the file tree, some 200 MB; it is used again.

    Raises:
        Unfit: this machine has not got what that takes.
    """
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    name = f"kadr-base:{version}"
    if buildah.has(name):
        return name
    prefix = Path(sys.base_prefix)
    if prefix == Path("/usr"):
        raise Unfit("the Python that runs this belongs to the system; name one with a folder of its own")
    kept.mkdir(parents=True, exist_ok=True)
    tree = kept / f"base-{version}.tar"
    if not tree.exists():
        making = kept / f"making-{version}.tar"  # mmdebstrap goes by the ending
        _debian(making)
        _add_python(making, prefix, f"python{version}")
        making.rename(tree)
    recipe = kept / "Dockerfile.base"
    recipe.write_text(
        "FROM scratch\n"
        f"ADD {tree.name} /\n"
        f"RUN ldconfig && ln -sf python{version} /usr/local/bin/python3 && python3 --version\n"
        "ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8\n",
        "utf-8",
    )
    buildah.build(recipe, kept, name)
    return name


def _debian(tree: Path) -> None:
    """Write the file tree of a minimal Debian."""
    excluded = [f"--dpkgopt=path-exclude=/usr/share/{place}/*" for place in _NOT]
    cleaned = "--customize-hook=rm -rf $1/var/lib/apt/lists/* $1/var/cache/apt/* $1/var/log/*"
    include = f"--include={','.join(PACKAGES.split())}"
    try:
        run(
            "mmdebstrap",
            "--quiet",
            "--variant=minbase",
            "--hook-dir=/usr/share/mmdebstrap/hooks/maybe-merged-usr",
            *excluded,
            cleaned,
            include,
            SUITE,
            str(tree),
            "http://deb.debian.org/debian",
        )
    except (OSError, subprocess.SubprocessError) as error:
        tree.unlink(missing_ok=True)
        raise Unfit(
            "no Debian could be made; mmdebstrap (apt-get install mmdebstrap) and its mirror are needed"
        ) from error


def _add_python(tree: Path, prefix: Path, name: str) -> None:
    """Put this machine's Python below /usr/local of a file tree, with pip."""
    library = prefix / "lib" / name
    with tarfile.open(tree, "a") as tar:
        tar.add(prefix / "bin" / name, f"./usr/local/bin/{name}")
        for shared in (prefix / "lib").glob(f"lib{name}*.so.*"):
            tar.add(_stripped(shared, tree.parent), f"./usr/local/lib/{shared.name}")
        tar.add(library, f"./usr/local/lib/{name}", filter=_wanted)
        for wheel in (library / "ensurepip" / "_bundled").glob("pip-*.whl"):
            unpacked = tree.parent / wheel.stem
            with zipfile.ZipFile(wheel) as zipped:
                zipped.extractall(unpacked)  # noqa: S202  # the wheel of pip that Python itself brings
            tar.add(unpacked, f"./usr/local/lib/{name}/site-packages")


def _stripped(shared: Path, under: Path) -> Path:
    """Return a copy without debugging symbols, as official images have it."""
    copy = under / shared.name
    run("strip", "--strip-unneeded", "-o", str(copy), str(shared))
    return copy


def _wanted(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    parts = Path(entry.name).parts
    unwanted = not _LEFT.isdisjoint(parts) or parts[-1].startswith("config-") or entry.name.endswith((".a", ".pyc"))
    return None if unwanted else entry
