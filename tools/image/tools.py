"""The programs that make images, as functions."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["Buildah", "Unfit", "run"]

NETWORK = ("/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt", "/etc/resolv.conf")
"""Files of this machine that say how the package index is reached; they are lent to a build, and no part of it."""


class Unfit(Exception):
    """This machine cannot do what is asked; the message says why."""


def run(*command: str) -> str:
    """Run a program and return what it printed.

    Raises:
        OSError: it is not there.
        subprocess.CalledProcessError: it failed; `stderr` holds what it said.
    """
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  # our own words
    return done.stdout


class Buildah:
    """Buildah with a store of its own, which goes when the folder is removed.

    Args:
        store: a folder for images, some gigabytes.
    """

    def __init__(self, store: Path) -> None:
        if not shutil.which("buildah"):
            raise Unfit("buildah is not at hand (apt-get install buildah)")
        self._base = ["buildah", "--root", str(store / "images"), "--runroot", str(store / "run")]

    def has(self, name: str) -> bool:
        """Return whether an image of this name was made."""
        listed = json.loads(run(*self._base, "images", "--json") or "[]")
        return any(f"localhost/{name}" in (image.get("names") or ()) for image in listed or ())

    def build(
        self, recipe: Path, context: Path, name: str, *, target: str = "", arguments: Mapping[str, str] | None = None
    ) -> None:
        """Build an image.

        Raises:
            subprocess.CalledProcessError: a step failed.
        """
        command = ["build", "--isolation", "chroot", "--format", "docker", "--layers", "--file", str(recipe)]
        command += ["--tag", name, *(["--target", target] if target else [])]
        for key, value in (arguments or {}).items():
            command += ["--build-arg", f"{key}={value}"]
        for file in NETWORK:
            if Path(file).is_file():
                command += ["--volume", f"{file}:{file}:ro"]
        run(*self._base, *command, str(context))

    def config(self, name: str) -> dict[str, Any]:
        """Return an image's configuration: Cmd, Env, User, Healthcheck, Labels, Volumes, WorkingDir."""
        told: dict[str, Any] = json.loads(run(*self._base, "inspect", "--type", "image", name))
        config: dict[str, Any] = told["Docker"]["config"]
        return config

    def layers(self, name: str, folder: Path) -> Sequence[int]:
        """Write an image as a registry would get it, and return the compressed size of each layer in bytes."""
        shutil.rmtree(folder, ignore_errors=True)
        run(*self._base, "push", "--quiet", name, f"dir:{folder}")
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        return [int(layer["size"]) for layer in manifest["layers"]]

    def mounted(self, name: str) -> tuple[str, Path]:
        """Return a working container of an image, and where its files are mounted; `removed` ends it."""
        container = run(*self._base, "from", name).strip()
        return container, Path(run(*self._base, "mount", container).strip())

    def removed(self, container: str) -> None:
        """Remove a working container."""
        run(*self._base, "rm", container)
