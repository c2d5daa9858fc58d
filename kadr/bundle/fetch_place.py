"""What a published place is to those who read it: a pointer that is asked cheaply, and files of versions."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

__all__ = ["CURRENT", "MAX_POINTER_BYTES", "PIECE_BYTES", "Head", "Part", "Place", "version_path"]

CURRENT = "current"
"""The pointer's path at a published place: a file with the name of one version."""
MAX_POINTER_BYTES = 1024
"""The pointer takes 17; a page of a server that says something else is not read to its end."""
PIECE_BYTES = 1 << 16
"""Read and hashed at a time."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the pointer of a place said.

    `version`: the one that is current there. `token`: what the place knows this state of the pointer by (ETag), "" for
    nothing. `commit`: the state of the whole place that the files are read from, "" where it has none.
    """

    version: str
    token: str = ""
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A file as it comes. `start`: the byte that the pieces begin with, 0 where the place gives no part of a file."""

    start: int
    pieces: Iterator[bytes]


class Place(Protocol):
    """A published place. `where` names it in messages, without anything secret.

    `part` may be called from several threads at once, the other methods from one.
    """

    @property
    def where(self) -> str:
        """Its name."""

    def head(self, last: Head | None = None) -> Head:
        """Return what the pointer says, by one request; `last` is returned where it has not changed since.

        Raises:
            BundleMissing: nothing is published there.
            BundleDamaged: the pointer does not hold a version's name.
            ServiceError: the place does not answer.
        """

    def part(self, path: str, start: int, head: Head) -> AbstractContextManager[Part]:
        """Give a file's content from a byte on, or from its beginning.

        Args:
            path: of the file, from the root of the place.
            start: the first byte that is wanted; at most the file's size.
            head: the state of the place that is read.

        Raises:
            BundleMissing: there is no such file.
            ServiceError: the place does not give it, or breaks off.
        """

    def close(self) -> None:
        """Let go of connections; who asks later opens them anew."""


def version_path(version: str, path: str) -> str:
    """Return where a file of a version lies at a published place."""
    return f"versions/{version}/{path}"
