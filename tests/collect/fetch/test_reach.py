"""Which addresses are connected to: checked where the connection is made."""

import socket

import pytest

from kadr.collect.fetch import reasons
from kadr.collect.fetch.reasons import Fault
from kadr.collect.fetch.wire import Wire
from tests.collect.fetch.odd_server import Server, fixed, moved


def test_every_hop_is_checked_where_it_connects(server: Server) -> None:
    """All of 127/8 is this machine; one address of it stands for the open internet here."""
    server.pages |= {"/film": moved(f"http://127.0.0.2:{server.server_port}/inner"), "/inner": fixed(b"secret")}
    wire = Wire(lambda address: address == "127.0.0.1", 2.0, 2)
    try:
        assert wire.ask(f"{server.url}/inner", {}, 100).body == b"secret"
        location = wire.ask(f"{server.url}/film", {}, 100).headers["location"]
        with pytest.raises(Fault, match=reasons.PRIVATE):
            wire.ask(location, {}, 100)
    finally:
        wire.close()
    assert server.paths == ["/inner", "/film"]


def test_a_host_with_one_address_inside_is_refused(server: Server) -> None:
    seen: list[str] = []

    def nowhere(address: str) -> bool:
        seen.append(address)
        return False

    wire = Wire(nowhere, 2.0, 2)
    try:
        with pytest.raises(Fault, match=reasons.PRIVATE):
            wire.ask(f"http://localhost:{server.server_port}/", {}, 100)
    finally:
        wire.close()
    assert seen
    assert set(seen) <= {"127.0.0.1", "::1"}
    assert server.log == []


def test_so_is_a_host_with_one_inside_and_one_outside(server: Server) -> None:
    if len({place[4][0] for place in socket.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM)}) < 2:
        pytest.skip("localhost has only one address on this machine")
    wire = Wire(lambda address: address == "127.0.0.1", 2.0, 2)
    try:
        with pytest.raises(Fault, match=reasons.PRIVATE):
            wire.ask(f"http://localhost:{server.server_port}/", {}, 100)
    finally:
        wire.close()
    assert server.log == []
