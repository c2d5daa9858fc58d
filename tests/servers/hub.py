"""A stand-in for the Hub: what the real client asks of `HF_ENDPOINT` to read and to write repositories.

    with HubServer({"maker/model": Repo(folder)}) as hub:
        subprocess.run(..., env={"HF_ENDPOINT": hub.url, "HF_HUB_DISABLE_XET": "1", "HF_HOME": str(tmp_path)})

A `Repo` is a folder that is only read; a `Depot` (of `hub_depot`) is written to by those who have a token that may:

    with HubServer({"me/films": Depot()}, tokens={"hf_mine": Token("write")}) as hub:
        ...
        hub.repos["me/films"].head.files["current"]

Large files are answered with a redirect, as the original does. `Late` is a fault that comes after the request took
effect, and `at` aims faults at one sort of request. The client reads its environment when it is imported, so what is
tested against this runs in a process of its own.
"""

import hashlib
import re
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, unquote

from tests.servers.faults import Fault, Script
from tests.servers.hub_depot import Depot, Snapshot, blob_id
from tests.servers.hub_writing import WRITE, Writing, refusal
from tests.servers.scripted import ScriptedServer
from tests.servers.wire import Received, Reply, json_reply

__all__ = ["INFERENCE", "WRITE", "Depot", "HubServer", "Late", "Repo", "Token", "at", "served"]

INFERENCE = "inference.serverless.write"
"""The right that "Make calls to Inference Providers" gives a token."""
_ID = r"(?P<repo>[\w.-]+/[\w.-]+)"
_ABOUT = re.compile(
    rf"/api/(?P<kind>models|datasets|spaces)/{_ID}(?:/(?:(?P<what>revision|tree|paths-info)/(?P<revision>[^/]+)/?|(?P<refs>refs)))?"
)
_FILE = re.compile(rf"/(?:(?P<kind>datasets|spaces)/)?{_ID}/resolve/(?P<revision>[^/]+)/(?P<path>.+)")
_LARGE = re.compile(rf"/lfs/{_ID}/(?P<oid>[0-9a-f]{{64}})")


@dataclass(frozen=True)
class Repo:
    """One repository: a folder of files, read when they are first asked for.

    `kind`: models or datasets. `gated`: its files want a token that was granted access, and none is here. `providers`:
    who serves the model, as `served` words it. `tags`: names of revisions beside `main`; all are the same commit.
    """

    folder: Path
    kind: str = "models"
    pipeline_tag: str = "feature-extraction"
    tags: tuple[str, ...] = ()
    gated: bool = False
    private: bool = False
    providers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """The content of each file, by its path in the repository, in order."""
        found = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in found}

    @cached_property
    def sha(self) -> str:
        """The commit: 40 hex digits that the paths and the contents decide."""
        whole = b"".join(b"%s\0%s" % (path.encode(), blob_id(body).encode()) for path, body in self.files.items())
        return hashlib.sha1(whole, usedforsecurity=False).hexdigest()

    def at(self, revision: str) -> Snapshot | None:
        """Return what a revision names: always the one commit; None where it is not known."""
        return Snapshot(self.sha, self.files) if revision in {"main", self.sha, *self.tags} else None


@dataclass(frozen=True, slots=True)
class Late(Fault):
    """A fault in place of the answer to a request that took effect all the same."""


def at(fragment: str, *faults: Fault | None) -> Script:
    """Return a script by which the first requests whose path holds a text fail like this, one after another."""
    left = list(faults)

    def of(_: int, texts: tuple[str, ...]) -> Fault | None:
        return left.pop(0) if left and fragment in texts[0] else None

    return of


@dataclass(frozen=True, slots=True)
class Token:
    """A token of access. `role`: read, write or fineGrained; the last has `rights`, scoped or global."""

    role: str = "fineGrained"
    rights: tuple[str, ...] = (INFERENCE,)
    everywhere: bool = False
    reads_private: bool = False

    @property
    def writes(self) -> bool:
        """Whether repositories may be written with it."""
        return self.role == "write" or WRITE in self.rights

    def whoami(self) -> dict[str, Any]:
        """Return what `/api/whoami-v2` says of it."""
        access: dict[str, Any] = {"displayName": "kadr", "role": self.role, "createdAt": "2026-01-01T00:00:00.000Z"}
        if self.role == "fineGrained":
            rights = list(self.rights)
            entity = {"_id": "0" * 24, "type": "user", "name": "viewer"}
            access["fineGrained"] = {
                "canReadGatedRepos": False,
                "global": rights if self.everywhere else [],
                "scoped": [] if self.everywhere else [{"entity": entity, "permissions": rights}],
            }
        auth = {"type": "access_token", "accessToken": access}
        return {"type": "user", "id": "0" * 24, "name": "viewer", "isPro": False, "orgs": [], "auth": auth}


def served(name: str, *, status: str = "live", task: str = "feature-extraction") -> dict[str, str]:
    """Return how the Hub words that a provider serves a model under a name. `status`: live, staging or error."""
    return {"providerId": name, "status": status, "task": task}


class HubServer(ScriptedServer):
    """Serves on the loopback from the constructor on, until `close` or the end of the `with` block.

    Args:
        repos: by id (`maker/model`); those that a client creates are put there, too.
        tokens: those that are known, by their text; without a token only what is public is seen, and nothing written.
        faults: what goes wrong, one a request or a function of its number and its path (as the only text); the
            client's look-up of agent harnesses is not counted.

    `requests` lists what came, in order, that look-up left out. `url` is the value for `HF_ENDPOINT`.
    """

    def __init__(
        self,
        repos: Mapping[str, Repo | Depot] = MappingProxyType({}),
        *,
        tokens: Mapping[str, Token] = MappingProxyType({}),
        faults: Sequence[Fault | None] | Script = (),
        port: int = 0,
    ) -> None:
        self.requests: list[Received] = []
        self.repos: MutableMapping[str, Repo | Depot] = dict(repos)
        self._tokens, self._writing = tokens, Writing(self.repos)
        super().__init__(self._reply, faults, port)
        self._writing.url = self.url

    def _reply(self, received: Received) -> Reply:
        path = unquote(received.path.partition("?")[0])
        if path == "/api/agent-harnesses":
            return _not_found("")
        with self._turn:
            self.requests.append(received)
            fault = self._fault((path,))
        if isinstance(fault, Late):
            self._right(path, received)
        return self._faulty(received, fault, lambda: self._right(path, received))

    def _right(self, path: str, received: Received) -> Reply:
        given = received.headers.get("authorization", "").removeprefix("Bearer ")
        token = self._tokens.get(given)
        if (given and not token) or (path == "/api/whoami-v2" and not token):
            message = "Invalid credentials in Authorization header"
            return json_reply({"error": "Invalid username or password."}, 401, {"X-Error-Message": message})
        if token and path == "/api/whoami-v2":
            return json_reply(token.whoami())
        if received.method in ("GET", "HEAD") or "/paths-info/" in path:
            return self._read(path, received, token)
        if not path.startswith("/lfs/") and path != "/api/validate-yaml":  # large files go to a signed address
            if token is None:
                return refusal(401, "Invalid username or password.")
            if not token.writes:
                return refusal(403, "Forbidden: you must use a write token to upload to a repository.")
        return self._writing.answer(path, received) or _not_found("")

    def _read(self, path: str, received: Received, token: Token | None) -> Reply:
        if large := _LARGE.fullmatch(path):
            depot = self.repos.get(large["repo"])
            content = depot.stored.get(large["oid"]) if isinstance(depot, Depot) else None
            return _not_found("") if content is None else _part(content, f'"{large["oid"]}"', received)
        asked = _ABOUT.fullmatch(path) or _FILE.fullmatch(path)
        if not asked:
            return _not_found("")
        repo = self.repos.get(asked["repo"])
        if (
            not repo
            or repo.kind != (asked["kind"] or "models")
            or (repo.private and not (token and token.reads_private))
        ):
            # To a stranger the Hub says 401 of what is not there, lest he learn that it is.
            return _not_found("RepoNotFound", 404 if token else 401)
        snapshot = repo.at(asked["revision"] or "main")
        if snapshot is None:
            return _not_found("RevisionNotFound")
        if asked.re is _FILE:
            return self._file(asked["repo"], repo, snapshot, asked["path"], received)
        if asked["refs"]:
            return json_reply(_refs(repo, snapshot))
        if asked["what"] == "tree":
            return json_reply([_entry(name, snapshot) for name in snapshot.files])
        if asked["what"] == "paths-info":
            paths = parse_qs(received.body.decode()).get("paths", [])
            return json_reply([_entry(name, snapshot) for name in paths if name in snapshot.files])
        return json_reply(_about(asked["repo"], repo, snapshot, expanded="inferenceProviderMapping" in received.path))

    def _file(self, name: str, repo: Repo | Depot, snapshot: Snapshot, path: str, received: Received) -> Reply:
        """Return a file's content; the same for HEAD, of which only the head is sent."""
        if repo.gated:
            return refusal(403, "Access to this model is restricted.", "GatedRepo")
        commit = {"X-Repo-Commit": snapshot.sha}
        if path not in snapshot.files:
            return _not_found("EntryNotFound").plus(commit)
        content = snapshot.files[path]
        if path in snapshot.large:
            oid = hashlib.sha256(content).hexdigest()
            linked = {"X-Linked-ETag": f'"{oid}"', "X-Linked-Size": str(len(content)), "ETag": f'"{blob_id(content)}"'}
            # To another host, as in truth: the client asks for the head of a file without going there.
            there = self.url.replace("127.0.0.1", "localhost")
            return Reply(302, b"", {"Location": f"{there}/lfs/{name}/{oid}", **linked, **commit})
        return _part(content, f'"{blob_id(content)}"', received).plus(commit)


def _about(name: str, repo: Repo | Depot, snapshot: Snapshot, *, expanded: bool) -> dict[str, Any]:
    """Return what the Hub says of a repository; with `expand` it says that and nothing else."""
    if expanded:
        return {"_id": "0" * 24, "id": name, "inferenceProviderMapping": repo.providers}
    return {
        "_id": "0" * 24,
        "id": name,
        "sha": snapshot.sha,
        "private": repo.private,
        "gated": "manual" if repo.gated else False,
        "disabled": False,
        "pipeline_tag": repo.pipeline_tag,
        "tags": ["sentence-transformers", repo.pipeline_tag],
        "lastModified": "2026-01-01T00:00:00.000Z",
        "siblings": [{"rfilename": path} for path in snapshot.files],
    }


def _refs(repo: Repo | Depot, head: Snapshot) -> dict[str, Any]:
    tags = repo.tags if isinstance(repo, Depot) else dict.fromkeys(repo.tags, head.sha)
    return {
        "branches": [{"name": "main", "ref": "refs/heads/main", "targetCommit": head.sha}],
        "tags": [{"name": name, "ref": f"refs/tags/{name}", "targetCommit": sha} for name, sha in tags.items()],
        "converts": [],
    }


def _entry(path: str, snapshot: Snapshot) -> dict[str, Any]:
    content = snapshot.files[path]
    told: dict[str, Any] = {"type": "file", "path": path, "size": len(content), "oid": blob_id(content)}
    if path in snapshot.large:
        oid = hashlib.sha256(content).hexdigest()
        told["lfs"] = {"oid": oid, "size": len(content), "pointerSize": 134}
    return told


def _part(content: bytes, etag: str, received: Received) -> Reply:
    """Return a content, what of it was asked for from some byte on, or that it is what the client has."""
    if received.headers.get("if-none-match") == etag:
        return Reply(304, headers={"ETag": etag})
    headers = {"Content-Type": "application/octet-stream", "ETag": etag, "Accept-Ranges": "bytes"}
    asked = re.fullmatch(r"bytes=(\d+)-", received.headers.get("range", ""))
    if not asked or not content:
        return Reply(200, content, headers)
    start = int(asked[1])
    if start >= len(content):
        return Reply(416, b"", {"Content-Range": f"bytes */{len(content)}"})
    return Reply(206, content[start:], headers | {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"})


def _not_found(code: str, status: int = 404) -> Reply:
    """Return a refusal with the Hub's code for what is not there."""
    return json_reply({"error": "Not found"}, status, {"X-Error-Code": code} if code else None)
