"""Connections to checked addresses: a host is looked up once, every address of it checked, and one of these connected.

No second look-up can lead elsewhere, because the connection is made by number while host name, certificate and pool
stay those of the address. Proxies, cookies and .netrc of the machine are not used: a proxy would look up anew.
"""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from requests import PreparedRequest, Request, Response
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

__all__ = ["Call", "Line", "OutOfBounds"]

_CALL: ContextVar["Call"] = ContextVar("call")
_CONNECT_S = 10.0  # a host that takes longer to accept a connection is down
_ADDRESSES = 4  # tried of one host


class OutOfBounds(Exception):
    """A host has an address that may not be connected to."""


def _look_up(host: str, port: int) -> list[str]:
    return [str(place[0]) for *_, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class Call:
    """The bounds of one request, from connecting to the last byte: which addresses, and how long.

    A timeout of the socket counts anew with every byte that comes. So a timer shuts the connection down, whatever it is
    doing then: a handshake, headers that drip, a body without an end.

    Args:
        seconds: until then it must be over.
        allowed: tells which IP addresses may be connected to; every address of a host must pass.
        silence_s: seconds without a byte after which the other side is dead; None: none but the whole time.
        look_up: returns the addresses of a host, given it and a port.
    """

    def __init__(
        self,
        seconds: float,
        allowed: Callable[[str], bool],
        *,
        silence_s: float | None = None,
        look_up: Callable[[str, int], list[str]] = _look_up,
    ) -> None:
        self.timeouts = (min(_CONNECT_S, seconds), min(silence_s or seconds, seconds))
        self._allowed, self._look_up = allowed, look_up
        self._until = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._lever: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._until

    def __enter__(self) -> Self:
        self._token = _CALL.set(self)
        self._timer.start()
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        _CALL.reset(self._token)
        self._timer.cancel()
        with self._lock:
            self._drop()

    def hold(self, connection: socket.socket) -> None:
        """Take the connection that the call uses, by a handle of its own: TLS puts another socket in its place."""
        with self._lock:
            self._drop()
            self._lever = socket.socket(fileno=os.dup(connection.fileno()))
        if self.over:
            self._end()

    def addresses(self, host: str, port: int) -> Iterator[str]:
        """Yield the first addresses of a host, all of which are allowed.

        Raises:
            OutOfBounds: one of them is not.
            OSError: it has none.
        """
        found = self._look_up(host, port)
        if not all(self._allowed(address) for address in found):
            raise OutOfBounds(host)
        yield from list(dict.fromkeys(found))[:_ADDRESSES]

    def _end(self) -> None:
        with self._lock:
            if self._lever is not None:
                try:
                    self._lever.shutdown(socket.SHUT_RDWR)
                except OSError:
                    self._drop()  # the other side was faster: there is nothing left to shut

    def _drop(self) -> None:
        if self._lever is not None:
            self._lever.close()
            self._lever = None


if TYPE_CHECKING:  # for the type checker a mixin is what it is mixed into
    _Base = HTTPConnection
else:
    _Base = object


class _Checked(_Base):
    """A connection within the bounds of the call that uses it."""

    def _new_conn(self) -> socket.socket:
        call, fault = _CALL.get(), OSError()
        try:
            for address in call.addresses(self._dns_host, self.port):
                if call.over:
                    break
                try:
                    made = create_connection((address, self.port), self.timeout, None, self.socket_options)
                except OSError as cause:
                    fault = cause
                    continue
                call.hold(made)
                return made
        except (socket.gaierror, UnicodeError) as cause:  # UnicodeError: a label of more than 63 characters
            raise NameResolutionError(self.host, self, socket.gaierror(str(cause))) from cause
        raise NewConnectionError(self, str(fault)) from fault

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is not None:  # it was open already
            _CALL.get().hold(self.sock)
        super().request(*args, **kwargs)


class _Plain(_Checked, HTTPConnection):
    """http."""


class _Safe(_Checked, HTTPSConnection):
    """https."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SafePool(HTTPSConnectionPool):
    ConnectionCls = _Safe


class Line(HTTPAdapter):
    """Connections that are kept open between calls; safe to use from several threads.

    An adapter without its session: a session reads the whole body of a redirect, however long.
    """

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Put the checked connections in place of the library's own."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SafePool}

    def ask(self, call: Call, url: str, headers: Mapping[str, str]) -> Response:
        """Send one GET and return the answer, its body unread; close it.

        Args:
            call: its bounds, entered.
            url: the address.
            headers: to send.

        Raises:
            OutOfBounds: the host is in a network that is out of bounds.
            requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError: as these libraries do.
        """
        request: PreparedRequest = Request("GET", url, headers=dict(headers)).prepare()
        # A company's own certificates, as requests and pip find them.
        verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
        return self.send(request, stream=True, timeout=call.timeouts, verify=verify)
