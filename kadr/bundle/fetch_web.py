"""A published place on the web: a data set repository of the Hugging Face Hub, or an https address.

Plain GET requests, by the HTTP client of the Hub's library. The Hub names the commit that answered, and the files are
then read from that commit, so that a publication in between mixes nothing. A token goes to the Hub's own host alone.
"""

import socket
import urllib.request
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlsplit

from kadr.addresses import may_follow
from kadr.bundle.fetch_place import CURRENT, MAX_POINTER_BYTES, Head, Part
from kadr.bundle.manifest import is_version
from kadr.encode.hosted.faults import wait_of
from kadr.errors import (
    BundleDamaged,
    BundleMissing,
    ConfigError,
    KadrError,
    ServiceBusy,
    ServiceRefused,
    ServiceUnreached,
    ServiceWrong,
)

__all__ = ["WebPlace", "hub_place", "web_place"]

MOST_REDIRECTS = 5
"""The Hub leads once to its cache, and once to its store."""
CONNECT_S = 10.0
SILENCE_S = 30.0
"""Seconds without a byte after which a transfer is given up; it goes on from there at the next look."""
IDLE_S = 20.0
"""How long a connection is kept for the next file; to the next look it is longer than servers wait."""
_PORTS = {"http": 80, "https": 443}
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_HEADERS = {"user-agent": "kadr", "accept": "*/*", "accept-encoding": "identity"}
"""Nothing is packed: sizes are bounded as they come, and a part of a file is a part of its bytes."""


class _LedInside(Exception):
    """A redirect leads to an address that is not to be followed to."""


class WebPlace:
    """Files under an address; see `Place`. Files may be asked for by several threads, once the pointer was.

    Args:
        where: its name in messages.
        root: the address, without a slash at its end.
        revision: where the Hub is asked, the branch, tag or commit; "" elsewhere.
        token: sent to the root's own host alone, "" for none.
        silence_s: seconds without a byte after which a transfer is given up.
    """

    def __init__(
        self, where: str, root: str, revision: str = "", token: str = "", *, silence_s: float = SILENCE_S
    ) -> None:
        self.where = where
        self._root, self._revision, self._token, self._silence_s = root, revision, token, silence_s
        self._home = ""  # the IP address of the root's host, once it was connected to
        self._spurned = False

    def head(self, last: Head | None = None) -> Head:
        """Return what the pointer says; see `Place.head`.

        A token that was revoked is refused even where all may read, and is then left out: what it was given for is
        another service, and its end must not be the end of the films.
        """
        self._spurned = False
        try:
            return self._pointed(last)
        except ServiceRefused as refused:
            if not self._token:
                raise
            self._spurned = True
            try:
                return self._pointed(last)
            except ServiceRefused:
                raise refused from None

    def _pointed(self, last: Head | None) -> Head:
        known = {"if-none-match": last.token} if last and last.token else {}
        # A cache on the way may take what did not change for a week for good until tomorrow.
        with self._asked(CURRENT, "", {"cache-control": "no-cache", **known}) as (answer, commit):
            if answer.status_code == 304 and last:
                return replace(last, commit=commit) if commit not in ("", last.commit) else last
            self._check(answer, CURRENT)
            text = b"".join(_bounded(answer.iter_raw(), MAX_POINTER_BYTES)).decode(errors="replace")
            version = text.removesuffix("\n")
            if not is_version(version):
                raise BundleDamaged(f"{self.where}: {CURRENT} does not hold the name of a version; publish again")
            return Head(version, answer.headers.get("etag", ""), commit)

    @contextmanager
    def part(self, path: str, start: int, head: Head) -> Iterator[Part]:
        """Give a file from a byte on; see `Place.part`."""
        wanted = {"range": f"bytes={start}-"} if start else {}
        with self._asked(path, head.commit, wanted) as (answer, _):
            self._check(answer, path)
            given = answer.headers.get("content-range", "")
            follows = answer.status_code == 206 and given.startswith(f"bytes {start}-")
            if answer.status_code == 206 and not follows:
                raise ServiceWrong(f"{self.where}: {path}: gave another part of the file than was asked for")
            yield Part(start if follows else 0, answer.iter_raw())

    def close(self) -> None:
        """Let go of connections; who asks later opens them anew."""
        if client := self.__dict__.pop("_client", None):
            client.close()

    @contextmanager
    def _asked(self, path: str, commit: str, headers: Mapping[str, str]) -> Iterator[tuple[Any, str]]:
        """Give the answer to a request, redirects followed, and the commit that the Hub says it is of."""
        from huggingface_hub.utils import httpx  # type: ignore[attr-defined]  # its HTTP client, whatever its name

        state = quote(commit or self._revision, safe="")
        url = httpx.URL("/".join(filter(None, (self._root, state, path))))
        try:
            for _ in range(MOST_REDIRECTS + 1):
                with self._client.stream("GET", url, **self._manner(url, headers)) as answer:
                    # Elsewhere it means nothing: of an address of the Hub's own pages the commit is no part.
                    commit = answer.headers.get("x-repo-commit", commit) if self._revision else ""
                    if not answer.has_redirect_location:
                        yield answer, commit
                        return
                    url = answer.url.join(answer.headers["location"])
            raise ServiceWrong(f"{self.where}: {path}: is redirected more than {MOST_REDIRECTS} times")
        except _LedInside:
            raise ServiceWrong(f"{self.where}: {path}: leads into a private network, or away from https") from None
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:  # the last: a label of no host's name
            # `from None`: the cause may repeat an address with the signature in it.
            raise self._broken(path, error, httpx) from None

    def _manner(self, url: Any, headers: Mapping[str, str]) -> dict[str, Any]:
        """Return how a request of an address is sent.

        Raises:
            _LedInside: it is no address to be asked.
            ConfigError: the token is none.
        """
        own = _origin(url) == self._origin
        if url.scheme != "https" and not (url.scheme == "http" and self._origin[0] == "http"):
            raise _LedInside
        if not own and not self._proxied:
            for address in _addresses(url.host):
                self._check_outside(address)
        if own and not (self._token.isascii() and self._token.isprintable() and " " not in self._token):
            raise ConfigError("HF_TOKEN: holds a space, a line break or a letter that no token has; copy it anew")
        granted = {"authorization": f"Bearer {self._token}"} if self._token and own and not self._spurned else {}
        return {"headers": {**_HEADERS, **headers, **granted}, "extensions": {"trace": self._watch(own=own)}}

    def _watch(self, *, own: bool) -> Any:
        """Return what looks at the address of a connection as it opens, before anything is sent."""

        def look(event: str, info: Mapping[str, Any]) -> None:
            if not event.endswith("connect_tcp.complete") or self._proxied:  # a proxy sees to whom it leads
                return
            address = info["return_value"].get_extra_info("server_addr")[0]
            if own:
                self._home = address
            else:
                self._check_outside(address)  # the name may mean another address than a moment ago

        return look

    def _check_outside(self, address: str) -> None:
        if not may_follow(address, self._home):
            raise _LedInside

    @cached_property
    def _proxied(self) -> bool:
        return self._origin[0] == "https" and bool({"https", "all"} & urllib.request.getproxies().keys())

    @cached_property
    def _origin(self) -> tuple[str, str, int | None]:
        parts = urlsplit(self._root)
        port = None if parts.port == _PORTS.get(parts.scheme) else parts.port  # as httpx has it
        return parts.scheme, (parts.hostname or "").strip("[]"), port

    @cached_property
    def _client(self) -> Any:
        from huggingface_hub.utils import httpx  # type: ignore[attr-defined]  # its HTTP client, whatever its name

        try:
            client = httpx.Client(
                trust_env=self._origin[0] == "https",
                follow_redirects=False,  # each is looked at, and none takes the token along
                timeout=httpx.Timeout(self._silence_s, connect=min(CONNECT_S, self._silence_s)),
                limits=httpx.Limits(keepalive_expiry=IDLE_S),
            )
        except (ValueError, OSError, ImportError, httpx.InvalidURL) as error:
            # Its own message may hold the proxy's password.
            raise ConfigError(
                f"{self.where}: cannot be asked: HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE or SSL_CERT_DIR in the"
                f" environment is no good ({type(error).__name__})"
            ) from None
        weakref.finalize(self, client.close)  # a mirror may be dropped without being closed
        return client

    def _check(self, answer: Any, path: str) -> None:
        """Raise what an answer other than the content means."""
        status, said = answer.status_code, f"{self.where}: {path}: the server answered {answer.status_code}"
        if status in {200, 206}:
            if answer.headers.get("content-encoding", "identity") != "identity":
                raise ServiceWrong(f"{self.where}: {path}: comes packed, though it was asked for as it is")
            return
        if status in {404, 410}:
            raise BundleMissing(f"{self.where}: has no {path}; look at KADR_BUNDLE, or run `kadr publish`")
        if status in {401, 403}:
            remedy = "set HF_TOKEN to a token that may read it" if self._revision else "it must be open to all"
            raise ServiceRefused(f"{said}; look at KADR_BUNDLE, and {remedy}")
        if status in _PASSING:
            wait = wait_of(answer.headers, None, datetime.now(UTC))
            raise ServiceBusy(f"{said}; it is asked again", wait=wait, limited=status == 429)
        raise ServiceWrong(f"{said}; try the address in a browser")

    def _broken(self, path: str, error: Exception, httpx: Any) -> KadrError:
        if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | UnicodeError):
            return ServiceWrong(f"{self.where}: {path}: leads to what is no address")
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return ServiceUnreached(f"{self.where}: cannot be reached; it is asked again")
        if isinstance(error, httpx.TimeoutException):
            return ServiceBusy(f"{self.where}: {path}: nothing came for {self._silence_s:g} s; it is asked again")
        return ServiceBusy(
            f"{self.where}: {path}: the connection broke off ({type(error).__name__}); it is asked again"
        )


def hub_place(repo: str, revision: str, endpoint: str, token: str) -> WebPlace:
    """Return a data set repository of the Hub.

    Args:
        repo: owner/name.
        revision: the branch, tag or commit.
        endpoint: the Hub's address.
        token: of who may read it, "" for none; it is not sent in the clear through a network.
    """
    near = urlsplit(endpoint).hostname in {"127.0.0.1", "::1", "localhost"}
    return WebPlace(
        where=f"datasets/{repo}",
        root=f"{endpoint}/datasets/{repo}/resolve",
        revision=revision,
        token=token if endpoint.startswith("https:") or near else "",
    )


def web_place(address: str) -> WebPlace:
    """Return the place of an address without a query."""
    return WebPlace(where=address, root=address.rstrip("/"))


def _origin(url: Any) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _addresses(host: str) -> list[str]:
    """Return the IP addresses of a host, none where nobody knows it: then it cannot be connected to, either."""
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):  # the last: a label of more than 63 characters, or of none
        return []


def _bounded(pieces: Iterator[bytes], most: int) -> Iterator[bytes]:
    """Yield pieces until there are enough bytes of them."""
    for piece in pieces:
        yield piece
        most -= len(piece)
        if most <= 0:
            return
