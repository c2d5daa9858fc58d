"""What the head of a data set repository holds, compared with a parcel. Reads alone."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kadr.bundle import Manifest
from kadr.bundle.manifest import MANIFEST, PROVENANCE, FileEntry
from kadr.errors import BundleError
from kadr.publish.parcel import CURRENT, HISTORY, Parcel, version_folder, version_in
from kadr.publish.plan import Standing, standing_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from huggingface_hub import HfApi
    from huggingface_hub.hf_api import RepoFile

__all__ = ["Head", "download", "read_commit", "read_head", "strays"]

MAX_LIST_BYTES = 64 * 1024
MAX_MANIFEST_BYTES = 16 * 1024 * 1024
THREADS = 8
"""Downloads at once: a bundle is some hundred small files, each a round trip."""
_DATASET = "dataset"


@dataclass(frozen=True, slots=True)
class Head:
    """One commit: its id, what stands there by our files, its files by their paths, and the manifest of one version.

    `manifest`: of the version that was asked about, None where it is not there or cannot be read.
    """

    commit: str
    standing: Standing
    files: "Mapping[str, RepoFile]"
    manifest: Manifest | None

    def holds(self, parcel: Parcel) -> bool:
        """Tell whether a parcel's version is there whole, as its own manifest has it.

        It may be from another build: the bytes of the database differ from build to build, the films do not.
        """
        if self.manifest is None or self.manifest.version != parcel.version:
            return False
        folder = version_folder(parcel.version)
        inside = {path.removeprefix(folder): file for path, file in self.files.items() if path.startswith(folder)}
        listed = self.manifest.files
        if inside.keys() - {PROVENANCE} != {*listed, MANIFEST}:
            return False
        return all(_same(inside[path], entry, path, parcel) for path, entry in listed.items())


def read_head(api: "HfApi", repo: str, version: str, silence_s: float) -> Head:
    """Return the head of a repository, and what it holds of one version."""
    from huggingface_hub.hf_api import RepoFile

    commit = read_commit(api, repo, silence_s)
    listed = api.list_repo_tree(repo, recursive=True, revision=commit, repo_type=_DATASET)
    files = {each.path: each for each in listed if isinstance(each, RepoFile)}

    def text(path: str, limit: int) -> str:
        return _text(repo, commit, path) if path in files and files[path].size <= limit else ""

    versions = {version_in(path) for path in files} - {""}
    standing = standing_of(text(CURRENT, MAX_LIST_BYTES), text(HISTORY, MAX_LIST_BYTES), versions)
    written = text(version_folder(version) + MANIFEST, MAX_MANIFEST_BYTES) if version else ""
    return Head(commit, standing, files, _manifest(written))


def read_commit(api: "HfApi", repo: str, silence_s: float) -> str:
    """Return the id of the commit that is a repository's head."""
    # Said here, too: this one call of the client waits for ever, whatever its session is set to.
    return str(api.repo_info(repo, repo_type=_DATASET, revision="main", timeout=silence_s).sha)


def download(repo: str, commit: str, paths: "Sequence[str]", under: Path) -> Path:
    """Download files of a commit under a folder and return it.

    Plainly, without the client's cache: what is checked must be what the Hub gives now.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in pool.map(lambda path: _write(repo, commit, path, under / path), paths):
            pass  # the first fault is raised here
    return under


def strays(head: Head, parcel: Parcel) -> list[str]:
    """Return the paths in a version's folder that are no part of the parcel: a reader would refuse them."""
    folder = version_folder(parcel.version)
    mine = {folder + path for path in parcel.files()}
    return sorted(path for path in head.files if path.startswith(folder) and path not in mine)


def _text(repo: str, commit: str, path: str) -> str:
    with _answer(repo, commit, path) as answer:
        return bytes(answer.read()).decode(errors="replace")


def _write(repo: str, commit: str, path: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with _answer(repo, commit, path) as answer, target.open("wb") as file:
        for part in answer.iter_bytes():
            file.write(part)


@contextmanager
def _answer(repo: str, commit: str, path: str) -> "Iterator[Any]":
    from huggingface_hub import get_session, hf_hub_url, hf_raise_for_status
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]  # exported, but not by name

    url = hf_hub_url(repo, path, repo_type=_DATASET, revision=commit)
    with get_session().stream("GET", url, headers=build_hf_headers(library_name="kadr")) as answer:
        hf_raise_for_status(answer)
        yield answer


def _manifest(text: str) -> Manifest | None:
    try:
        return Manifest.from_json(text) if text else None
    except BundleError:
        return None


def _same(file: "RepoFile", entry: FileEntry, path: str, parcel: Parcel) -> bool:
    """Tell whether a file of the repository is the one that its manifest lists, as far as the Hub tells.

    Of a large file it tells the SHA-256; of a small one git's own hash, which can be compared where we have the file.
    """
    if file.size != entry.size:
        return False
    if file.lfs is not None:
        return bool(file.lfs.sha256 == entry.sha256)
    ours = parcel.manifest.files.get(path)
    return ours != entry or file.blob_id == _blob_id((parcel.folder / path).read_bytes())


def _blob_id(content: bytes) -> str:
    """Return the id that git gives a file; those that are not large files are of a few megabytes at most."""
    return hashlib.sha1(b"blob %d\0%s" % (len(content), content), usedforsecurity=False).hexdigest()
