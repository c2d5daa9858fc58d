"""One file over https, from a public address only. Pages are fetched elsewhere; this is for a table at an address."""

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from kadr.addresses import is_public
from kadr.errors import SourceError

if TYPE_CHECKING:
    import requests

    from kadr.collect.fetch.connect import Call, Line

__all__ = ["download", "shown_url"]

_SILENCE = 60.0  # seconds between two reads
_DEADLINE = 900.0  # seconds for the whole file: 1 GiB at about 10 Mbit/s
_REDIRECTS = 5
_CHUNK = 1 << 16
_HEADERS = {"User-Agent": "kadr (+film catalogue reader)", "Accept-Encoding": "gzip, deflate", "Accept": "*/*"}


def shown_url(url: str) -> str:
    """Return an address as it may be printed or logged: without user, password, query and fragment."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return f"{url.split(':', 1)[0][:10]}://(not a valid address)"
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


def download(url: str, *, limit: int, allowed: Callable[[str], bool] = is_public) -> bytes:
    """Fetch an https address, following up to five redirects, each checked as the first.

    Args:
        url: the address; it is shown in errors without its query and user.
        limit: the most bytes, after unpacking of the transfer.
        allowed: tells which IP addresses may be connected to; every address of the host must pass.

    Raises:
        SourceError: not https, a host inside the network, no answer in time, another status than 200, too large.
    """
    from requests import RequestException
    from urllib3.exceptions import HTTPError

    from kadr.collect.fetch.connect import Call, Line

    where, call = shown_url(url), Call(_DEADLINE, allowed, silence_s=_SILENCE)
    try:
        with contextlib.closing(Line()) as line, call:
            body = _followed(line, call, url, limit)
    except (RequestException, HTTPError, OSError, ValueError) as cause:
        if not call.over:
            # `from None`: the cause's own text repeats the address with its query, which may hold a token.
            raise SourceError(f"{where}: cannot be fetched ({type(cause).__name__}); try it in a browser") from None
    if call.over:  # a body without a length that was ended then looks like a whole one
        raise SourceError(f"{where}: took longer than {_DEADLINE:.0f} seconds; download it and give the local path")
    return body


def _followed(line: "Line", call: "Call", url: str, limit: int) -> bytes:
    from kadr.collect.fetch.connect import OutOfBounds

    where = shown_url(url)
    for _ in range(_REDIRECTS + 1):
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname:
            raise SourceError(f"{shown_url(url)}: only https addresses are read; use https://")
        try:
            answer = line.ask(call, url, _HEADERS)
        except OutOfBounds:
            out = "leads into a private network; give a public address or a local path"
            raise SourceError(f"{shown_url(url)}: {out}") from None
        with contextlib.closing(answer):
            if not answer.is_redirect:
                return _body(answer, where, limit)
            url = urljoin(url, answer.headers["location"])
    raise SourceError(f"{where}: is redirected more than {_REDIRECTS} times")


def _body(answer: "requests.Response", where: str, limit: int) -> bytes:
    if answer.status_code != 200:
        raise SourceError(f"{where}: the server answered {answer.status_code}; try the address in a browser")
    parts, size = [], 0
    for part in answer.iter_content(_CHUNK):
        size += len(part)
        if size > limit:
            raise SourceError(f"{where}: holds more than {limit:,} bytes; split it into smaller files")
        parts.append(part)
    return b"".join(parts)
