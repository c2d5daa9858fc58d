"""The part of GitHub's REST API that releases need. One request a method; a fault is one error of ours."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from kadr.errors import (
    ServiceBusy,
    ServiceError,
    ServiceMissing,
    ServiceRefused,
    ServiceUnreached,
    ServiceWrong,
)
from kadr.publish.parcel import Content

__all__ = ["GithubApi"]

TOKENS = ("GITHUB_TOKEN", "GH_TOKEN")
"""Where GitHub's own tools find a token, in their order in a workflow."""
API = "https://api.github.com"
SILENCE_S = (10.0, 120.0)
"""To connect, and between two bytes: a large file is hashed at its end before an answer comes."""
PAGE = 100
MAX_PAGES = 10
"""A thousand releases; with ours pruned, a repository of that many has its own."""
_CHUNK = 1 << 20


class GithubApi:
    """One repository's releases.

    Args:
        repo: `owner/name`.
        environ: where the token and, of a server of one's own, `GITHUB_API_URL` stand.
    """

    def __init__(self, repo: str, environ: Mapping[str, str]) -> None:
        self._repo = repo
        self._base = f"{environ.get('GITHUB_API_URL', API).rstrip('/')}/repos/{repo}"
        self._token = next((environ[name].strip() for name in TOKENS if environ.get(name, "").strip()), "")

    def releases(self) -> list[dict[str, Any]]:
        """Return all releases, drafts included where the token may see them."""
        found: list[dict[str, Any]] = []
        for page in range(1, MAX_PAGES + 1):
            part = self._json("GET", f"{self._base}/releases?per_page={PAGE}&page={page}")
            found += part
            if len(part) < PAGE:
                break
        return found

    def latest(self) -> str:
        """Return the tag of the release that is the latest, "" where there is none."""
        try:
            return str(self._json("GET", f"{self._base}/releases/latest")["tag_name"])
        except ServiceMissing:
            return ""

    def create(self, tag: str, name: str, body: str, commit: str) -> dict[str, Any]:
        """Begin a draft and return it; its tag is made when it is published, at the commit or at the default branch."""
        asked = {"tag_name": tag, "name": name, "body": body, "draft": True, "make_latest": "false"}
        made: dict[str, Any] = self._json(
            "POST", f"{self._base}/releases", asked | ({"target_commitish": commit} if commit else {})
        )
        return made

    def publish(self, number: int) -> None:
        """Show a release to all and make it the latest."""
        self._json("PATCH", f"{self._base}/releases/{number}", {"draft": False, "make_latest": "true"})

    def delete(self, number: int, tag: str) -> None:
        """Remove a release, and then its tag."""
        self._ask("DELETE", f"{self._base}/releases/{number}").close()
        try:
            self._ask("DELETE", f"{self._base}/git/refs/tags/{tag}").close()
        except (ServiceMissing, ServiceWrong):
            return  # a draft had none

    def assets(self, number: int) -> list[dict[str, Any]]:
        """Return the files of a release."""
        found: list[dict[str, Any]] = self._json("GET", f"{self._base}/releases/{number}/assets?per_page={PAGE}")
        return found

    def delete_asset(self, number: int) -> None:
        """Remove a file of a release."""
        self._ask("DELETE", f"{self._base}/releases/assets/{number}").close()

    def upload(self, release: Mapping[str, Any], name: str, content: Content) -> None:
        """Add a file to a release, at the address that GitHub tells for it."""
        url = f"{str(release['upload_url']).partition('{')[0]}?name={name}"
        with ExitStack() as stack:
            data = content if isinstance(content, bytes) else stack.enter_context(content.open("rb"))
            self._ask("POST", url, data=data, kind="application/octet-stream").close()

    def download(self, number: int, target: Path) -> None:
        """Write a file of a release to the disk."""
        url = f"{self._base}/releases/assets/{number}"
        try:
            with self._ask("GET", url, accept="application/octet-stream") as answer, target.open("wb") as file:
                for part in answer.iter_content(_CHUNK):
                    file.write(part)
        except requests.RequestException:
            raise ServiceBusy(f"github {self._repo}: a file broke off on its way; run it again later") from None

    def _json(self, method: str, url: str, asked: Mapping[str, Any] | None = None) -> Any:
        with self._ask(method, url, asked=asked) as answer:
            try:
                return answer.json()
            except ValueError:
                raise ServiceWrong(
                    f"github {self._repo}: did not answer as GitHub does; check GITHUB_API_URL"
                ) from None

    def _ask(  # the parts of a request, each by its name
        self,
        method: str,
        url: str,
        *,
        asked: Mapping[str, Any] | None = None,
        data: Any = None,
        kind: str = "",
        accept: str = "application/vnd.github+json",
    ) -> requests.Response:
        headers = {"Accept": accept, "X-GitHub-Api-Version": "2022-11-28", "User-Agent": "kadr"}
        headers |= {"Content-Type": kind} if kind else {}
        headers |= {"Authorization": f"Bearer {self._token}"} if self._token and self._is_its_own(url) else {}
        try:
            answer = requests.request(
                method, url, json=asked, data=data, headers=headers, timeout=SILENCE_S, stream=True
            )
        except requests.Timeout:
            raise ServiceBusy(f"github {self._repo}: did not answer in time; run it again later") from None
        except requests.RequestException:
            raise ServiceUnreached(f"github {self._repo}: cannot be reached; run it again later") from None
        if answer.status_code >= 400:
            answer.close()
            raise self._refused(answer)
        return answer

    def _is_its_own(self, url: str) -> bool:
        """Tell whether an address is of GitHub: its API's host, or the one beside it for uploads."""
        api, host = urlsplit(self._base), urlsplit(url)
        names = {api.hostname, str(api.hostname).replace("api.", "uploads.", 1)}
        return host.scheme == api.scheme and host.hostname in names

    def _refused(self, answer: requests.Response) -> ServiceError:
        where, status = f"github {self._repo}", answer.status_code
        after = answer.headers.get("Retry-After", "")
        limited = status == 429 or (status == 403 and (after or answer.headers.get("X-RateLimit-Remaining") == "0"))
        if limited or status >= 500 or status in (408, 409, 425):
            wait = float(after) if after.isdecimal() else None
            return ServiceBusy(f"{where}: is busy ({status}); run it again later", wait=wait, limited=bool(limited))
        if status in (401, 403):
            remedy = "set GITHUB_TOKEN, and give the job `permissions: contents: write`"
            return ServiceRefused(f"{where}: does not let this token do it ({status}); {remedy}")
        if status == 404:
            return ServiceMissing(f"{where}: is not there, or not for this token (404); check publish.repo")
        return ServiceWrong(f"{where}: refused what was sent ({status}); look at its releases")
