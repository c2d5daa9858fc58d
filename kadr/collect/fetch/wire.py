"""One request and its whole answer; what went wrong as a `Fault`."""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from requests import ConnectionError as NotConnected
from requests import RequestException, Response
from urllib3.exceptions import HTTPError

from kadr.collect.fetch.body import read_body
from kadr.collect.fetch.connect import Call, Line, OutOfBounds
from kadr.collect.fetch.reasons import NO_ANSWER, PRIVATE, TOO_SLOW, Fault, fault_of

__all__ = ["Answer", "Wire"]

_DRAINED = 1 << 16
"""Bytes read of a body that nobody wants, so that its connection can be used again."""
_CAUSES = {
    "NameResolutionError": "no such host",
    "NewConnectionError": "not reachable",
    "ReadTimeoutError": "none in time",
    "ReadTimeout": "none in time",
    "ProtocolError": "cut short",
    "IncompleteRead": "cut short",
    "SSLError": "its certificate or TLS is wrong",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that brought a page, a redirect, or that there is none. `headers` have lower-case names."""

    status: int
    headers: Mapping[str, str] = field(hash=False)
    body: bytes = field(repr=False)


class Wire:
    """Where requests leave; safe to use from several threads.

    Args:
        allowed: tells which IP addresses may be connected to.
        kept: connections to one host that are kept open.
    """

    def __init__(self, allowed: Callable[[str], bool], kept: int) -> None:
        self._allowed = allowed
        self._line = Line(pool_connections=64, pool_maxsize=kept)  # 64 hosts: more than one catalogue has

    def close(self) -> None:
        """Close what is open."""
        self._line.close()

    def ask(self, url: str, headers: Mapping[str, str], limit: int, timeout_s: float, *, cut: bool = False) -> Answer:
        """Send one GET.

        Args:
            url: a normal address.
            headers: to send.
            limit: the most bytes of the body, unpacked.
            timeout_s: seconds for the request and its whole answer.
            cut: take the first `limit` bytes of a longer body.

        Raises:
            Fault: anything but a page, a redirect, 304, 404 or 410.
        """
        late = Fault(NO_ANSWER, "none in time")
        with Call(timeout_s, self._allowed) as call:
            try:
                with contextlib.closing(self._line.ask(call, url, headers)) as response:
                    if call.over:  # headers that were ended look like whole ones
                        raise late
                    late = Fault(TOO_SLOW, f"more than {timeout_s:g} seconds")
                    answer = _answer(response, limit, cut=cut)
            except OutOfBounds:
                raise Fault(PRIVATE, "allow it in the configuration if it is yours") from None
            except Fault as fault:
                raise (late if call.over else fault) from None
            except (RequestException, HTTPError, OSError, ValueError) as cause:
                # `from None`: the cause's own text repeats the address with its query, which may hold a token.
                raise (late if call.over else Fault(NO_ANSWER, _cause(cause))) from None
            if call.over:  # without a length, a body that was ended looks like a whole one
                raise late
        return answer


def _answer(response: Response, limit: int, *, cut: bool) -> Answer:
    headers = {name.lower(): _text(value) for name, value in response.headers.items()}
    fault = fault_of(response.status_code, headers, datetime.now(UTC))
    if fault or response.status_code not in {200, 203}:
        with contextlib.suppress(HTTPError):  # the answer is known; only the connection is lost
            response.raw.read(_DRAINED, decode_content=False)
        if fault:
            raise fault
        return Answer(response.status_code, headers, b"")
    body = read_body(response.raw, headers, limit, cut=cut)
    if not body and "content-length" not in headers:
        raise Fault(NO_ANSWER, "cut short")  # within the headers: the end of the connection was taken for theirs
    return Answer(200, headers, body)


def _text(value: str) -> str:
    """Return a header's value; http.client reads as Latin-1 what servers write as UTF-8."""
    return value.encode("latin-1", "replace").decode("utf-8", "replace")


def _cause(cause: Exception) -> str:
    """Return in a few words why there was no answer, without the words of the library, which hold the address."""
    inner = cause.args[0] if isinstance(cause, NotConnected) and cause.args else cause
    inner = getattr(inner, "reason", inner)
    return _CAUSES.get(type(inner).__name__, type(inner).__name__)
