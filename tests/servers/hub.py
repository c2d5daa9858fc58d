"""A stand-in for the read side of the Hub: what the real client asks of `HF_ENDPOINT` for models, files and a token.

    with HubServer({"maker/model": Repo(folder)}) as hub:
        subprocess.run(..., env={"HF_ENDPOINT": hub.url, "HF_HUB_DISABLE_XET": "1", "HF_HOME": str(tmp_path)})

The client reads its environment when it is imported, so what is tested against this runs in a process of its own.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from tests.servers.faults import Fault, Script
from tests.servers.scripted import ScriptedServer
from tests.servers.wire import Received, Reply, json_reply

__all__ = ["INFERENCE", "HubServer", "Repo", "Token", "served"]

INFERENCE = "inference.serverless.write"
"""The right that "Make calls to Inference Providers" gives a token."""
_ID = r"(?P<repo>[\w.-]+/[\w.-]+)"
_ABOUT = re.compile(rf"/api/(?P<kind>models|datasets)/{_ID}(?:/(?P<what>revision|tree)/(?P<revision>[^/]+))?")
_FILE = re.compile(rf"/(?:(?P<kind>datasets)/)?{_ID}/resolve/(?P<revision>[^/]+)/(?P<path>.+)")


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

    def has(self, revision: str) -> bool:
        """Whether a revision is known."""
        return revision in {"main", self.sha, *self.tags}


@dataclass(frozen=True, slots=True)
class Token:
    """A token of access. `role`: read, write or fineGrained; the last has `rights`, scoped or global."""

    role: str = "fineGrained"
    rights: tuple[str, ...] = (INFERENCE,)
    everywhere: bool = False
    reads_private: bool = False

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


def blob_id(content: bytes) -> str:
    """Return the id that git gives a file, which the Hub uses as its ETag."""
    return hashlib.sha1(b"blob %d\0%s" % (len(content), content), usedforsecurity=False).hexdigest()


class HubServer(ScriptedServer):
    """Serves on the loopback from the constructor on, until `close` or the end of the `with` block.

    Args:
        repos: by id (`maker/model`).
        tokens: those that are known, by their text; without a token only what is public is seen.
        faults: what goes wrong, one a request or a function of its number and its path (as the only text); the
            client's look-up of agent harnesses is not counted.

    `requests` lists what came, in order, that look-up left out. `url` is the value for `HF_ENDPOINT`.
    """

    def __init__(
        self,
        repos: Mapping[str, Repo] = MappingProxyType({}),
        *,
        tokens: Mapping[str, Token] = MappingProxyType({}),
        faults: Sequence[Fault | None] | Script = (),
        port: int = 0,
    ) -> None:
        self.requests: list[Received] = []
        self._repos, self._tokens = repos, tokens
        super().__init__(self._reply, faults, port)

    def _reply(self, received: Received) -> Reply:
        path = unquote(received.path.partition("?")[0])
        if path == "/api/agent-harnesses":
            return _not_found("")
        with self._turn:
            self.requests.append(received)
            fault = self._fault((path,))
        return self._faulty(received, fault, lambda: self._right(path, received))

    def _right(self, path: str, received: Received) -> Reply:
        given = received.headers.get("authorization", "").removeprefix("Bearer ")
        token = self._tokens.get(given)
        if (given and not token) or (path == "/api/whoami-v2" and not token):
            message = "Invalid credentials in Authorization header"
            return json_reply({"error": "Invalid username or password."}, 401, {"X-Error-Message": message})
        if token and path == "/api/whoami-v2":
            return json_reply(token.whoami())
        asked = _ABOUT.fullmatch(path) or _FILE.fullmatch(path)
        if not asked:
            return _not_found("")
        repo = self._repos.get(asked["repo"])
        if (
            not repo
            or repo.kind != (asked["kind"] or "models")
            or (repo.private and not (token and token.reads_private))
        ):
            # To a stranger the Hub says 401 of what is not there, lest he learn that it is.
            return _not_found("RepoNotFound", 404 if token else 401)
        if asked["revision"] and not repo.has(asked["revision"]):
            return _not_found("RevisionNotFound")
        if asked.re is _FILE:
            return _file(repo, asked["path"])
        if asked["what"] == "tree":
            return json_reply([_entry(name, content) for name, content in repo.files.items()])
        return json_reply(_about(asked["repo"], repo, expanded="inferenceProviderMapping" in received.path))


def _about(name: str, repo: Repo, *, expanded: bool) -> dict[str, Any]:
    """Return what the Hub says of a repository; with `expand` it says that and nothing else."""
    if expanded:
        return {"_id": "0" * 24, "id": name, "inferenceProviderMapping": repo.providers}
    return {
        "_id": "0" * 24,
        "id": name,
        "sha": repo.sha,
        "private": repo.private,
        "gated": "manual" if repo.gated else False,
        "disabled": False,
        "pipeline_tag": repo.pipeline_tag,
        "tags": ["sentence-transformers", repo.pipeline_tag],
        "lastModified": "2026-01-01T00:00:00.000Z",
        "siblings": [{"rfilename": path} for path in repo.files],
    }


def _entry(path: str, content: bytes) -> dict[str, Any]:
    return {"type": "file", "path": path, "size": len(content), "oid": blob_id(content)}


def _file(repo: Repo, path: str) -> Reply:
    """Return a file's content; the same for HEAD, of which only the head is sent."""
    if repo.gated:
        headers = {"X-Error-Code": "GatedRepo", "X-Error-Message": "Access to this model is restricted."}
        return json_reply({"error": "Access to this model is restricted."}, 403, headers)
    if path not in repo.files:
        return _not_found("EntryNotFound").plus({"X-Repo-Commit": repo.sha})
    content = repo.files[path]
    headers = {
        "Content-Type": "application/octet-stream",
        "ETag": f'"{blob_id(content)}"',
        "X-Repo-Commit": repo.sha,
    }
    return Reply(200, content, headers)


def _not_found(code: str, status: int = 404) -> Reply:
    """Return a refusal with the Hub's code for what is not there."""
    return json_reply({"error": "Not found"}, status, {"X-Error-Code": code} if code else None)
