"""What goes wrong on the web: the wire fails, the server is busy, a redirect leads astray."""

import ipaddress
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub.utils import httpx  # type: ignore[attr-defined]  # its HTTP client, whatever its name
from hypothesis import given
from hypothesis import strategies as st

from kadr.addresses import is_loopback, is_not_link_local, is_public, may_follow
from kadr.bundle import verify
from kadr.bundle.fetch import place_of
from kadr.bundle.fetch_files import download
from kadr.bundle.fetch_place import Head
from kadr.bundle.fetch_web import WebPlace, hub_place
from kadr.errors import BundleDamaged, ConfigError, ServiceBusy, ServiceRefused, ServiceUnreached, ServiceWrong
from tests.bundle.places import REPO, PublishedHub
from tests.servers.faults import Fault
from tests.servers.hub import Depot, HubServer, Token, at
from tests.servers.shelf import ShelfServer
from tests.servers.wire import Reply

Publish = Callable[[Path, Mapping[str, bytes]], str]
FILE = "versions/{}/films.usearch"


@pytest.fixture
def there(tmp_path: Path, publish: Publish, content: Mapping[str, bytes]) -> Path:
    """A published folder with one version."""
    version = publish(tmp_path / "there" / "versions", content)
    (tmp_path / "there" / "current").write_text(f"{version}\n", encoding="utf-8")
    return tmp_path / "there"


@pytest.fixture
def shelf(there: Path) -> Iterator[ShelfServer]:
    with ShelfServer(there) as server:
        yield server


@pytest.fixture
def place(shelf: ShelfServer) -> Iterator[WebPlace]:
    found = WebPlace(shelf.url, shelf.url, silence_s=0.5)
    yield found
    found.close()


def test_half_a_body_is_kept_and_the_rest_fetched(shelf: ShelfServer, place: WebPlace, root: Path) -> None:
    head = place.head()
    shelf.misbehave(at("films.usearch", Fault.drop_mid_body()))
    with pytest.raises(ServiceBusy, match=r"films\.usearch: the connection broke off"):
        download(place, head, root)
    assert not (root / head.version).exists()
    before = len(shelf.paths)
    verify(download(place, head, root))
    again = shelf.received[before:]
    assert [each.headers.get("range") for each in again if "films.usearch" in each.path] == ["bytes=32-"]
    assert not [each for each in again if "films.duckdb" in each.path]  # it was there whole


def test_a_server_that_gives_no_parts_is_read_from_the_beginning(there: Path, root: Path) -> None:
    with ShelfServer(there, at("films.usearch", Fault.drop_mid_body()), parts=False) as server:
        place = WebPlace(server.url, server.url)
        head = place.head()
        with pytest.raises(ServiceBusy):
            download(place, head, root)
        verify(download(place, head, root))
        place.close()


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_busy_server_is_told_as_such(shelf: ShelfServer, place: WebPlace, status: int) -> None:
    shelf.misbehave([Fault.status(status, "hf_Secret", {"Retry-After": "7"})])
    with pytest.raises(ServiceBusy, match=f"the server answered {status}") as caught:
        place.head()
    assert (caught.value.wait, caught.value.limited) == (7.0, status == 429)
    assert "Secret" not in str(caught.value)
    assert place.head().version


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        (Fault.never_answer(), ServiceBusy, "nothing came for 0.5 s"),
        (Fault.drop_before(), ServiceBusy, "the connection broke off"),
        (Fault.status(403, "no"), ServiceRefused, "it must be open to all"),
        (Fault.status(400, "no"), ServiceWrong, "the server answered 400"),
        (Fault.status(302), ServiceWrong, "the server answered 302"),
        (Fault.status(304), ServiceWrong, "the server answered 304"),
        (Fault.redirect("http://127.0.0.1:x/"), ServiceWrong, "leads to what is no address"),
        (Fault("packed", Reply(200, b"x", {"Content-Encoding": "gzip"})), ServiceWrong, "comes packed"),
        (Fault("page", Reply(200, b"<html>" * 9_999)), BundleDamaged, "does not hold the name of a version"),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_each_fault_of_a_pointer_has_its_words(
    shelf: ShelfServer, place: WebPlace, fault: Fault, kind: type[Exception], said: str
) -> None:
    shelf.misbehave([fault])
    with pytest.raises(kind, match=said):
        place.head()


def test_nobody_there_is_said(there: Path) -> None:
    with ShelfServer(there) as server:
        place = WebPlace("films.example", server.url)
    with pytest.raises(ServiceUnreached, match=r"^films\.example: cannot be reached"):
        place.head()
    place.close()


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/current",
        "http://[fd00:ec2::254]/",
        "http://[::ffff:192.168.0.1]/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/current",
    ],
)
def test_a_redirect_into_a_private_network_is_not_followed(
    shelf: ShelfServer, place: WebPlace, target: str, root: Path
) -> None:
    head = place.head()
    shelf.misbehave(at("films.usearch", Fault.redirect(target)))
    with pytest.raises(ServiceWrong, match="leads into a private network, or away from https"):
        download(place, head, root)


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "a..example"])
def test_a_redirect_to_what_can_be_no_host_is_told(shelf: ShelfServer, place: WebPlace, host: str) -> None:
    shelf.misbehave([Fault.redirect(f"https://{host}/current")])
    with pytest.raises(ServiceWrong, match="current: leads to what is no address"):
        place.head()


def test_redirects_have_an_end(shelf: ShelfServer, place: WebPlace) -> None:
    shelf.misbehave([Fault.redirect("/current")] * 20)
    with pytest.raises(ServiceWrong, match="redirected more than 5 times"):
        place.head()


def test_a_redirect_to_the_same_server_is_followed(shelf: ShelfServer, place: WebPlace) -> None:
    head = place.head()
    shelf.misbehave([Fault.redirect("./current"), None])
    assert place.head().version == head.version


def test_another_part_than_was_asked_for_is_refused(shelf: ShelfServer, place: WebPlace) -> None:
    head = place.head()
    shelf.misbehave([Fault("odd", Reply(206, b"x", {"Content-Range": "bytes 0-0/64"}))])
    with pytest.raises(ServiceWrong, match="gave another part"), place.part(FILE.format(head.version), 5, head):
        pass


def test_a_body_longer_than_the_manifest_says_is_not_read_to_its_end(
    shelf: ShelfServer, place: WebPlace, root: Path
) -> None:
    head = place.head()
    endless = Fault("endless", Reply(200, bytes(1 << 16), repeat=1 << 14, sized=False))  # a gigabyte
    shelf.misbehave(at("films.usearch", endless))
    start = time.monotonic()
    with pytest.raises(BundleDamaged, match=r"films\.usearch: is not what"):
        download(place, head, root)
    assert time.monotonic() - start < 5


def test_the_token_goes_to_the_hub_alone_and_is_never_said(tmp_path: Path) -> None:
    there = PublishedHub()
    there.put("versions/0123456789abcdef/films.usearch", b"large")  # the Hub leads to its store for these
    head = Head("0123456789abcdef", commit=there.depot.head.sha)
    with there.place.part("versions/0123456789abcdef/films.usearch", 0, head) as part:
        assert b"".join(part.pieces) == b"large"
    told = [(each.path.split("/")[1], each.headers.get("authorization")) for each in there.server.received]
    assert told == [("datasets", "Bearer hf_Secret"), ("lfs", None)]
    there.close()
    with ShelfServer(tmp_path) as server:
        place = place_of(server.url, {"HF_TOKEN": "hf_Secret"})
        with pytest.raises(Exception, match="has no current") as caught:
            place.head()
        assert "authorization" not in server.received[0].headers
        place.close()
    assert "Secret" not in f"{caught.value} {vars(place)}"
    assert "Secret" not in str(vars(hub_place(REPO, "main", "http://films.example", "hf_Secret")))


def test_a_port_that_goes_without_saying_is_the_hubs_own_all_the_same() -> None:
    place = hub_place(REPO, "main", "https://hub.example:443", "hf_Secret")
    manner = place._manner(httpx.URL("https://hub.example:443/datasets"), {})
    assert manner["headers"]["authorization"] == "Bearer hf_Secret"


def test_a_private_repository_wants_a_token() -> None:
    with HubServer({REPO: Depot(private=True)}, tokens={"hf_mine": Token("read", reads_private=True)}) as server:
        place = place_of(f"hf://datasets/{REPO}", {"HF_ENDPOINT": f"{server.url}/"})
        with pytest.raises(ServiceRefused, match=r"^datasets/films-of/index: .* set HF_TOKEN to a token that may"):
            place.head()
        place.close()


def test_a_revoked_token_is_left_out_where_all_may_read(publish: Publish, tmp_path: Path, root: Path) -> None:
    version = publish(tmp_path / "made", {"a": b"1"})
    depot = Depot()
    for name in ("a", "manifest.json", "provenance.json"):
        depot.commit({f"versions/{version}/{name}": (tmp_path / "made" / version / name).read_bytes()})
    depot.commit({"current": f"{version}\n".encode()})
    with HubServer({REPO: depot}, tokens={"hf_mine": Token("read")}) as server:
        place = place_of(f"hf://datasets/{REPO}", {"HF_ENDPOINT": server.url, "HF_TOKEN": "hf_revoked"})
        verify(download(place, place.head(), root))
        sent = [each.headers.get("authorization") for each in server.requests]
        assert sent == ["Bearer hf_revoked", *[None] * (len(sent) - 1)]
        depot.private = True
        with pytest.raises(ServiceRefused, match="set HF_TOKEN to a token that may"):
            place.head()
        place.close()


@pytest.mark.parametrize("token", ["hf_Secret with", "hf_Sécret", "hf_\nSecret"])
def test_a_token_that_is_none_is_said_and_not_shown(token: str) -> None:
    with HubServer({REPO: Depot()}) as server:
        place = place_of(f"hf://datasets/{REPO}", {"HF_ENDPOINT": server.url, "HF_TOKEN": token})
        with pytest.raises(ConfigError, match=r"^HF_TOKEN: holds a space, .* copy it anew$"):
            place.head()
        assert not server.received
        place.close()


def test_a_revision_holds_what_was_published_then() -> None:
    there = PublishedHub()
    there.put("current", b"0123456789abcdef\n")
    there.depot.tags["checked"] = there.depot.head.sha
    there.put("current", b"fedcba9876543210\n")
    for revision, version in (("checked", "0123456789abcdef"), ("main", "fedcba9876543210")):
        place = place_of(f"hf://datasets/{REPO}@{revision}", {"HF_ENDPOINT": there.server.url})
        assert place.head().version == version
        place.close()
    there.close()


def test_a_publication_in_between_mixes_nothing(publish: Publish, tmp_path: Path, root: Path) -> None:
    there = PublishedHub()
    version = publish(tmp_path / "made", {"a": b"1"})
    folder = tmp_path / "made" / version
    for name in ("a", "manifest.json", "provenance.json"):
        there.put(f"versions/{version}/{name}", (folder / name).read_bytes())
    there.put("current", version.encode())
    head = there.place.head()
    there.depot.commit({"current": b"fedcba9876543210\n"}, deleted=[f"versions/{version}/"])
    assert verify(download(there.place, head, root)).version == version
    there.close()


def test_the_hubs_own_address_is_a_web_address_like_any_other() -> None:
    there = PublishedHub()
    there.put("current", b"0123456789abcdef\n")
    there.put("versions/0123456789abcdef/manifest.json", b"{}")
    place = place_of(f"{there.server.url}/datasets/{REPO}/resolve/main", {})
    with place.part("versions/0123456789abcdef/manifest.json", 0, place.head()) as part:
        assert b"".join(part.pieces) == b"{}"
    place.close()
    there.close()


def test_a_commit_that_leaves_the_pointer_is_read_from_all_the_same() -> None:
    there = PublishedHub()
    there.put("current", b"0123456789abcdef\n")
    head = there.place.head()
    there.put("versions/0123456789abcdef/manifest.json", b"{}")
    again = there.place.head(head)
    assert (again.version, again.commit) == (head.version, there.depot.head.sha)
    there.close()


def test_a_pointer_that_did_not_move_costs_no_body(shelf: ShelfServer, place: WebPlace) -> None:
    head = place.head()
    assert place.head(head) is head
    assert shelf.received[-1].headers["if-none-match"] == head.token
    assert shelf.received[-1].headers["cache-control"] == "no-cache", "a cache on the way may not answer for it"
    assert replace(head, token="") == Head(head.version)


ADDRESSES = st.one_of(st.ip_addresses().map(str), st.ip_addresses(network="fc00::/7").map(str))
PRIVATE = ["10.0.0.1", "192.168.1.1", "172.16.0.9", "fd12::1"]


@given(ADDRESSES)
def test_from_a_public_host_only_the_open_internet_is_reached(address: str) -> None:
    assert may_follow(address, "93.184.216.34") == is_public(address)
    assert not (is_public(address) and is_loopback(address))
    if is_public(address):
        assert ipaddress.ip_address(address).is_global


@pytest.mark.parametrize("address", ["169.254.169.254", "100.100.100.200", "fe80::1%eth0", "64:ff9b::a9fe:a9fe"])
def test_a_clouds_own_services_are_reached_from_nowhere(address: str) -> None:
    assert not any(may_follow(address, home) for home in ("93.184.216.34", "127.0.0.1", *PRIVATE))
    assert not is_not_link_local(address)


@pytest.mark.parametrize("home", PRIVATE)
def test_a_host_of_the_own_network_may_lead_to_another(home: str) -> None:
    assert all(may_follow(address, home) for address in PRIVATE)
    assert not may_follow("127.0.0.1", home)  # this machine is not that network
    assert not may_follow(home, "127.0.0.1")
