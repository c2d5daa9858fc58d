"""Who is let in, and how often: keys, buckets, the word of proxies."""

from ipaddress import ip_network

import pytest
from starlette.datastructures import Headers

from kadr.web.clients import Keys, client_of, household
from kadr.web.limits import MOST_CLIENTS, Buckets
from tests.api.conftest import Ask

KEY, OTHER = "first-key-of-sixteen", "second-key-of-sixteen"
TRUSTED = tuple(ip_network(each) for each in ("10.0.0.0/8", "192.0.2.1", "2001:db8::/32"))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-API-Key": KEY}, 200),
        ({"Authorization": f"Bearer {OTHER}"}, 200),
        ({"Authorization": f"bearer  {KEY}"}, 200),
        ({}, 401),
        ({"X-API-Key": ""}, 401),
        ({"X-API-Key": KEY[:-1]}, 401),
        ({"X-API-Key": KEY + "x"}, 401),
        ({"Authorization": KEY}, 401),
        ({"Authorization": f"Basic {KEY}"}, 401),
        ({"X-API-Key": b"\xff\xfe"}, 401),
    ],
)
def test_a_key_opens(ask: Ask, headers: dict[str, str], status: int) -> None:
    client = ask(api_keys=(KEY, OTHER))
    for path in ("/search", "/films/x", "/metrics"):
        answer = client.get(path, headers=headers)
        assert (answer.status_code == 401) == (status == 401)
        if status == 401:
            assert answer.json()["code"] == "key_required"
            assert answer.headers["www-authenticate"] == "Bearer"


def test_what_needs_no_key(ask: Ask) -> None:
    client = ask(api_keys=(KEY,))
    assert {client.get(path).status_code for path in ("/health", "/ready", "/docs", "/openapi.json")} == {200}


def test_keys_are_told_apart_and_none_is_no_key() -> None:
    keys = Keys((KEY, OTHER))
    assert [keys.holder(Headers({"x-api-key": each})) for each in (KEY, OTHER, "", "x")] == [0, 1, None, None]
    assert not Keys(()).asked_for


def test_a_client_that_asks_too_often_is_told_when_to_ask_again(ask: Ask) -> None:
    client = ask(api_rate=60)  # a bucket of ten
    assert [client.get("/films/x").status_code for _ in range(10)] == [404] * 10
    refused = client.get("/films/x")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert refused.headers["retry-after"] == "1"
    assert client.get("/health").status_code == 200


def test_clients_are_counted_apart(ask: Ask) -> None:
    client = ask(address="10.1.1.1", api_rate=30, trusted_proxies=TRUSTED)
    for who in ("203.0.113.1", "203.0.113.2"):
        codes = [client.get("/films/x", headers={"X-Forwarded-For": f"6.6.6.{n}, {who}"}).status_code for n in range(6)]
        assert codes == [404] * 5 + [429]


def test_who_is_not_trusted_cannot_choose_a_name(ask: Ask) -> None:
    client = ask(address="203.0.113.9", api_rate=30, trusted_proxies=TRUSTED)
    codes = [client.get("/films/x", headers={"X-Forwarded-For": f"6.6.6.{n}"}).status_code for n in range(6)]
    assert codes == [404] * 5 + [429]


def test_holders_of_keys_are_counted_by_key_and_strangers_by_address(ask: Ask) -> None:
    client = ask(api_rate=30, api_keys=(KEY, OTHER))
    for key in (KEY, OTHER):
        assert [client.get("/films/x", headers={"X-API-Key": key}).status_code for _ in range(6)] == [404] * 5 + [429]
    guesses = [client.get("/films/x", headers={"X-API-Key": f"guess-{n}"}).status_code for n in range(6)]
    assert guesses == [401] * 5 + [429]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["6.6.6.6"], "203.0.113.9"),
        ("10.1.1.1", ["6.6.6.6"], "6.6.6.6"),
        ("10.1.1.1", ["7.7.7.7, 6.6.6.6"], "6.6.6.6"),
        ("10.1.1.1", ["7.7.7.7", "6.6.6.6, 10.2.2.2"], "6.6.6.6"),
        ("10.1.1.1", ["6.6.6.6, garbage"], "10.1.1.1"),
        ("10.1.1.1", ["6.6.6.6, garbage, 10.3.3.3"], "10.3.3.3"),
        ("10.1.1.1", ["", " "], "10.1.1.1"),
        ("10.1.1.1", ["10.9.9.9"], "10.9.9.9"),
        ("::ffff:10.1.1.1", ["6.6.6.6:4711"], "6.6.6.6"),
        ("2001:db8::1", ["[2a00::7]:443"], "2a00::7"),
        ("192.0.2.1", ["fe80::1%eth0"], "fe80::1"),
        ("testclient", ["6.6.6.6"], "127.0.0.1"),
        ("", ["6.6.6.6"], "127.0.0.1"),
        # What uvicorn made of the header, where who is connected is this machine.
        ("6.6.6.6", ["6.6.6.6"], "127.0.0.1"),
        ("6.6.6.6", ["7.7.7.7, 6.6.6.6:4711"], "127.0.0.1"),
        ("x" * 60_000, ["x" * 60_000], "127.0.0.1"),
    ],
)
def test_the_word_of_proxies_is_read_from_the_right(peer: str, forwarded: list[str], client: str) -> None:
    assert client_of(peer, forwarded, TRUSTED) == client


def test_a_household_has_one_bucket() -> None:
    assert household("2a00:1:2:3:aaaa::1") == household("2a00:1:2:3:bbbb::9") == "2a00:1:2:3::/64"
    assert household("2a00:1:2:4::1") != household("2a00:1:2:3::1")
    assert (household("203.0.113.9"), household("testclient")) == ("203.0.113.9", "testclient")


def test_a_bucket_fills_at_its_rate_and_not_above_its_size() -> None:
    now = [0.0]
    buckets = Buckets(120, lambda: now[0])  # two a second, twenty at the most
    assert [buckets.take("a") for _ in range(20)] == [0.0] * 20
    assert buckets.take("a") == pytest.approx(0.5)
    now[0] = 0.5
    assert buckets.take("a") == 0
    assert buckets.take("a") == pytest.approx(0.5)
    now[0] = 1_000.0
    assert sum(buckets.take("a") == 0 for _ in range(30)) == 20


def test_no_rate_is_no_limit_and_remembers_nobody() -> None:
    buckets = Buckets(0)
    assert {buckets.take(f"{n}") for n in range(50)} == {0.0}
    assert len(buckets) == 0


def test_many_clients_are_forgotten_from_the_one_that_rested_longest() -> None:
    buckets = Buckets(30, lambda: 0.0)
    for _ in range(5):
        assert buckets.take("first") == 0
    assert buckets.take("first") > 0
    for number in range(MOST_CLIENTS):
        buckets.take(f"{number}")
    assert len(buckets) == MOST_CLIENTS
    assert buckets.take("first") == 0
