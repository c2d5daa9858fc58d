"""Addresses: which are taken, what they are, and that nothing of a refused one is shown."""

from urllib.parse import urlsplit

import pytest
from huggingface_hub.utils import httpx  # type: ignore[attr-defined]  # whichever version the Hub's library uses
from hypothesis import example, given
from hypothesis import strategies as st

from kadr.encode.hosted.addresses import checked_address, host_of, is_hugging_face, is_near
from kadr.errors import ConfigError

PIECES = st.sampled_from(
    [
        *("http://", "https://", "HTTPS://", "ftp://", "//", "router.huggingface.co", "a", "b.example", "[::1]", "::1"),
        *(
            "127.0.0.1",
            ":",
            ":80",
            ":443",
            ":99999",
            "@",
            "user:pass",
            "/",
            "/v1",
            "\\",
            "?",
            "#",
            "%",
            "%2f",
            "..",
            ".",
        ),
        *("\n", " ", "\t", "\0", "я", "xn--", "-", "_", "0x7f", "1"),
    ]
)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://router.huggingface.co", "router.huggingface.co"),
        ("HTTP://A.Example:8080/v1/".replace("HTTP", "http"), "a.example:8080"),
        ("http://tei_1:80/", "tei_1:80"),
        ("http://[::1]:8080/embed", "[::1]:8080"),
        ("http://192.168.0.7:8080/embed", "192.168.0.7:8080"),
        ("https://h.example/a//b/%7E;x=1", "h.example"),
    ],
)
def test_plain_addresses_are_taken(address: str, host: str) -> None:
    checked = checked_address(address, "encoder.url")
    assert checked == address.rstrip("/")
    assert host_of(checked) == host


@pytest.mark.parametrize(
    "host",
    [
        *("169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "100.100.100.200"),
        *("[fe80::1]", "[::ffff:169.254.169.254]", "[fd00:ec2::254]"),
    ],
)
def test_where_a_cloud_tells_its_secrets_nothing_is_asked(host: str) -> None:
    with pytest.raises(ConfigError, match=r"encoder\.url: must be an address"):
        checked_address(f"http://{host}/latest/embed", "encoder.url")


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "host.example",
            "ftp://h.example",
            "https://",
            "https://:80",
            "https://h.example:0",
            "https://h.example:65536",
        ),
        *("https://me:hunter2@h.example", "https://hunter2@h.example", "https://h.example/?key=hunter2"),
        *("https://h.example/#hunter2", "https://h.example/a b", "https://h.example\n", "https://h.example\\@hunter2"),
        *("https://кино.example", "https://h..example", "https://[zz]", "https://[127.0.0.1]", "https://-a.example"),
        *(f"https://{'a' * 64}.example", f"https://{'a.' * 127}aa", f"https://h.example/{'a' * 2000}"),
    ],
)
def test_others_are_refused_and_not_shown(address: str) -> None:
    with pytest.raises(ConfigError, match=r"^encoder.url: must be an address such as") as caught:
        checked_address(address, "encoder.url")
    assert "hunter2" not in str(caught.value)


@given(st.lists(PIECES, max_size=6).map("".join))
@example("https://router.huggingface.co:443\\@b.example")
@example("https://router.huggingface.co:443/v1")
def test_all_parsers_agree_on_the_host_of_what_is_taken(address: str) -> None:
    try:
        checked = checked_address(address, "x")
    except ConfigError:
        return
    parts, sent = urlsplit(checked), httpx.URL(checked)
    assert parts.username is None
    assert (parts.scheme, parts.hostname, parts.port) == (sent.scheme, sent.host, parts.port)
    assert host_of(checked).split("]")[-1].partition(":")[0] in {"", parts.hostname}
    if is_hugging_face(checked):
        assert sent.host == "router.huggingface.co"
        assert (sent.scheme, sent.port) == ("https", None)


@pytest.mark.parametrize(
    "address",
    [
        "https://router.huggingface.co",
        "https://Router.HuggingFace.co:443/hf-inference",
        "https://abc123.us-east-1.aws.endpoints.huggingface.cloud/v1",
    ],
)
def test_hugging_face_is_known(address: str) -> None:
    assert is_hugging_face(address)


@pytest.mark.parametrize(
    "address",
    [
        *("http://router.huggingface.co", "https://router.huggingface.co:8443", "https://huggingface.co"),
        *(
            "https://router.huggingface.co.evil.example",
            "https://evilrouter.huggingface.co",
            "https://a.huggingface.co",
        ),
        *("https://endpoints.huggingface.cloud", "https://xendpoints.huggingface.cloud", "http://127.0.0.1:8080"),
        *("https://evil.example/router.huggingface.co", "http://a.endpoints.huggingface.cloud"),
    ],
)
def test_nobody_else_is_taken_for_it(address: str) -> None:
    assert not is_hugging_face(checked_address(address, "x"))


@pytest.mark.parametrize("host", ["127.0.0.1", "10.1.2.3", "192.168.0.9", "[::1]", "[fd00::1]", "[::ffff:10.0.0.1]"])
@pytest.mark.parametrize("port", ["", ":8080"])
def test_private_numbers_are_near(host: str, port: str) -> None:
    assert is_near(f"http://{host}{port}/v1")


@pytest.mark.parametrize("host", ["localhost", "tei", "text_embeddings-1", "box.local", "a.b.internal", "x.localhost"])
def test_private_names_are_near(host: str) -> None:
    assert is_near(f"http://{host}")


@pytest.mark.parametrize(
    "host",
    ["8.8.8.8", "134744072", "0x08080808", "[::ffff:8.8.8.8]", "[2001:4860:4860::8888]", "h.example", "a.locals"],
)
def test_public_ones_are_not(host: str) -> None:
    assert not is_near(f"http://{host}")


def test_an_address_that_was_not_checked_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="not an address"):
        host_of("nothing")
