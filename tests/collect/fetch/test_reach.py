"""Which addresses are connected to: checked where the connection is made."""

import pytest

from kadr.addresses import is_public
from kadr.collect.fetch import reasons
from kadr.collect.fetch.connect import Call, OutOfBounds
from kadr.collect.fetch.reasons import Fault
from kadr.collect.fetch.wire import Wire
from tests.collect.fetch.odd_server import Server, fixed, moved


def test_every_hop_is_checked_where_it_connects(server: Server) -> None:
    """All of 127/8 is this machine; one address of it stands for the open internet here."""
    server.pages |= {"/film": moved(f"http://127.0.0.2:{server.server_port}/inner"), "/inner": fixed(b"secret")}
    wire = Wire(lambda address: address == "127.0.0.1", 2)
    try:
        assert wire.ask(f"{server.url}/inner", {}, 100, 2.0).body == b"secret"
        location = wire.ask(f"{server.url}/film", {}, 100, 2.0).headers["location"]
        with pytest.raises(Fault, match=reasons.PRIVATE):
            wire.ask(location, {}, 100, 2.0)
    finally:
        wire.close()
    assert server.paths == ["/inner", "/film"]


def test_a_host_with_one_address_inside_is_refused(server: Server) -> None:
    seen: list[str] = []

    def nowhere(address: str) -> bool:
        seen.append(address)
        return False

    wire = Wire(nowhere, 2)
    try:
        with pytest.raises(Fault, match=reasons.PRIVATE):
            wire.ask(f"http://localhost:{server.server_port}/", {}, 100, 2.0)
    finally:
        wire.close()
    assert seen
    assert set(seen) <= {"127.0.0.1", "::1"}
    assert server.log == []


@pytest.mark.parametrize("inside", [0, 1, 2])
def test_so_is_a_host_with_one_inside_and_others_outside(inside: int) -> None:
    found = ["8.8.8.8", "9.9.9.9"]
    found.insert(inside, "10.0.0.1")
    call = Call(5.0, is_public, look_up=lambda *_: found)
    with pytest.raises(OutOfBounds):
        list(call.addresses("films.example", 80))
    call = Call(5.0, is_public, look_up=lambda *_: ["8.8.8.8", "8.8.8.8", "9.9.9.9"])
    assert list(call.addresses("films.example", 80)) == ["8.8.8.8", "9.9.9.9"]
