"""One file over https, from a public address only. Pages are fetched elsewhere; this is for a table at an address."""

import ipaddress
import socket
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urljoin, urlsplit

from kadr.errors import SourceError

if TYPE_CHECKING:
    import requests

__all__ = ["download", "is_public", "shown_url"]

_TIMEOUTS = (10.0, 60.0)  # seconds to connect, and between two reads
_DEADLINE = 900.0  # seconds for the whole file: 1 GiB at about 10 Mbit/s
_REDIRECTS = 5
_CHUNK = 1 << 16


def shown_url(url: str) -> str:
    """Return an address as it may be printed or logged: without user, password, query and fragment."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return f"{url.split(':', 1)[0][:10]}://(not a valid address)"
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the open internet: not private, loopback, link-local or reserved."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    ip = mapped or ip
    return ip.is_global and not ip.is_multicast


def download(url: str, *, limit: int, allowed: Callable[[str], bool] = is_public) -> bytes:
    """Fetch an https address, following up to five redirects, each checked as the first.

    Args:
        url: the address; it is shown in errors without its query and user.
        limit: the most bytes, after unpacking of the transfer.
        allowed: tells which IP addresses may be connected to; every address of the host must pass.

    Raises:
        SourceError: not https, a host inside the network, no answer in time, another status than 200, too large.
    """
    import requests

    until = time.monotonic() + _DEADLINE
    where = shown_url(url)
    try:
        with requests.Session() as session:
            for _ in range(_REDIRECTS + 1):
                with _get(session, url, allowed) as answer:
                    if not answer.is_redirect:
                        return _body(answer, where, limit, until)
                    url = urljoin(url, answer.headers["location"])
    except (requests.RequestException, OSError, ValueError) as cause:
        # `from None`: the cause's own text repeats the address with its query, which may hold a token.
        raise SourceError(f"{where}: cannot be fetched ({type(cause).__name__}); try it in a browser") from None
    raise SourceError(f"{where}: is redirected more than {_REDIRECTS} times")


def _get(session: "requests.Session", url: str, allowed: Callable[[str], bool]) -> "requests.Response":
    """Send one request to the very IP address that was checked, so that no second look-up can lead elsewhere."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" or not host:
        raise SourceError(f"{shown_url(url)}: only https addresses are read; use https://")
    addresses = list(dict.fromkeys(_addresses(host, parts.port or 443)))
    if not addresses or not all(allowed(address) for address in addresses):
        raise SourceError(f"{shown_url(url)}: leads into a private network; give a public address or a local path")
    session.mount("https://", _pinned(host))
    headers = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": "kadr (+film catalogue reader)"}
    return session.get(_at(parts, addresses[0]), headers=headers, stream=True, timeout=_TIMEOUTS, allow_redirects=False)


def _pinned(host: str) -> "requests.adapters.HTTPAdapter":
    """Return an adapter that connects by number but asks for, and checks, the certificate of `host`."""
    from requests.adapters import HTTPAdapter

    class Pinned(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, **kwargs, server_hostname=host, assert_hostname=host)

    return Pinned()


def _at(parts: SplitResult, address: str) -> str:
    user = parts.netloc.rpartition("@")[0]
    number = f"[{address}]" if ":" in address else address
    place = f"{user}@{number}" if user else number
    return parts._replace(netloc=f"{place}:{parts.port}" if parts.port else place, fragment="").geturl()


def _addresses(host: str, port: int) -> Iterator[str]:
    for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        yield str(address[0])


def _body(answer: "requests.Response", where: str, limit: int, until: float) -> bytes:
    if answer.status_code != 200:
        raise SourceError(f"{where}: the server answered {answer.status_code}; try the address in a browser")
    parts, size = [], 0
    for part in answer.iter_content(_CHUNK):
        size += len(part)
        if size > limit:
            raise SourceError(f"{where}: holds more than {limit:,} bytes; split it into smaller files")
        if time.monotonic() > until:
            raise SourceError(f"{where}: took longer than {_DEADLINE:.0f} seconds; download it and give the local path")
        parts.append(part)
    return b"".join(parts)
