"""A repository of the stand-in Hub that can be written to: commits, large files, tags. No network in here."""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["NO_COMMIT", "Depot", "Snapshot", "Stale", "blob_id"]

NO_COMMIT = "0" * 40


class Stale(Exception):
    """The parent that a commit names is not the head any more."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a repository holds at one commit: the content of each file by its path; `large` went through LFS."""

    sha: str
    files: Mapping[str, bytes]
    large: frozenset[str] = frozenset()
    message: str = ""


def blob_id(content: bytes) -> str:
    """Return the id that git gives a file, which the Hub uses as its ETag."""
    return hashlib.sha1(b"blob %d\0%s" % (len(content), content), usedforsecurity=False).hexdigest()


@dataclass
class Depot:
    """One repository, empty but for its first commit. Every method may be called from many threads.

    `kind`: models, datasets or spaces. `commits`: oldest first. `tags`: the commit of each.
    """

    kind: str = "datasets"
    private: bool = False
    gated: bool = False
    pipeline_tag: str = ""
    providers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    commits: list[Snapshot] = field(default_factory=list)
    stored: dict[str, bytes] = field(default_factory=dict)
    """Large files by SHA-256, whether a commit names them or not."""
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def __post_init__(self) -> None:
        if not self.commits:
            self._add({".gitattributes": b"*.npy filter=lfs\n"}, frozenset(), "initial commit")

    @property
    def head(self) -> Snapshot:
        """The newest commit."""
        return self.commits[-1]

    def at(self, revision: str) -> Snapshot | None:
        """Return what a branch, tag or commit names."""
        with self._lock:
            if revision == "main":
                return self.head
            sha = self.tags.get(revision, revision)
            return next((commit for commit in self.commits if commit.sha == sha), None)

    def commit(
        self,
        files: Mapping[str, bytes],
        *,
        large: Sequence[str] = (),
        deleted: Sequence[str] = (),
        message: str = "by hand",
        parent: str = "",
    ) -> Snapshot:
        """Add a commit: files to write, paths to delete (a folder ends with a slash).

        Raises:
            Stale: `parent` is given, and is not the head.
            KeyError: a path that is to be deleted is not there.
        """
        with self._lock:
            if parent and parent != self.head.sha:
                raise Stale(parent)
            kept = dict(self.head.files)
            for path in deleted:
                gone = [name for name in kept if name == path or (path.endswith("/") and name.startswith(path))]
                if not gone:
                    raise KeyError(path)
                for name in gone:
                    del kept[name]
            was_large = self.head.large & kept.keys()
            return self._add({**kept, **files}, (was_large - files.keys()) | frozenset(large), message)

    def _add(self, files: Mapping[str, bytes], large: frozenset[str], message: str) -> Snapshot:
        whole = b"".join(b"%s\0%s" % (path.encode(), blob_id(body).encode()) for path, body in sorted(files.items()))
        parent = self.commits[-1].sha if self.commits else NO_COMMIT
        sha = hashlib.sha1(parent.encode() + message.encode() + whole, usedforsecurity=False).hexdigest()
        made = Snapshot(sha, dict(sorted(files.items())), large, message)
        self.stored |= {hashlib.sha256(files[path]).hexdigest(): files[path] for path in large}
        self.commits.append(made)
        return made
