"""What is sent, and where."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.encode.encoder import Profile
from kadr.encode.hosted.secrets import Keys
from kadr.encode.hosted.wire import ROUTER, address_of, body_of
from kadr.errors import ConfigError

HOSTED = Profile("hf-inference", "maker/model-1.0", 8)
TEI = Profile("tei", "any name", 8, url="http://127.0.0.1:8080/")
OPENAI = Profile("openai", "any name", 8, url="https://h.example/v1")
BOTH = Keys(hub="hf_TheHubToken", own="the-own-token")


@pytest.mark.parametrize(
    ("provider", "path"),
    [
        ("hf-inference", "/hf-inference/models/maker/model-1.0/pipeline/feature-extraction"),
        ("deepinfra", "/deepinfra/v1/openai/embeddings"),
        ("scaleway", "/scaleway/v1/embeddings"),
        ("together", "/together/v1/embeddings"),
    ],
)
def test_providers_are_asked_through_the_router_or_what_stands_for_it(provider: str, path: str) -> None:
    profile = replace(HOSTED, provider=provider)
    assert address_of(profile, ROUTER, BOTH) == f"https://router.huggingface.co{path}"
    assert address_of(profile, "https://proxy.example:8443/hf/", BOTH) == f"https://proxy.example:8443/hf{path}"


@pytest.mark.parametrize(
    ("provider", "url", "address"),
    [
        ("tei", "http://tei:80", "http://tei:80/embed"),
        ("tei", "http://tei:80/embed/", "http://tei:80/embed"),
        ("openai", "https://h.example/v1/", "https://h.example/v1/embeddings"),
        ("openai", "https://h.example/v1/embeddings", "https://h.example/v1/embeddings"),
    ],
)
def test_own_servers_are_asked_at_their_route(provider: str, url: str, address: str) -> None:
    assert address_of(replace(TEI, provider=provider, url=url), "not even an address", BOTH) == address


@pytest.mark.parametrize(
    "model", ["model", "../model", "a/..", "a/b/c", "a/b?x", "a/b c", "/b", "a/", "https://a/b", "a/б"]
)
def test_a_model_that_would_be_a_path_is_refused(model: str) -> None:
    with pytest.raises(ConfigError, match=r"^encoder.model: must be organisation/name"):
        address_of(replace(HOSTED, model=model), ROUTER, BOTH)


def test_an_encoder_that_is_not_hosted_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"^encoder.provider: 'embedded' is not hosted inference; known are hf-inf"):
        address_of(replace(HOSTED, provider="embedded"), ROUTER, BOTH)


def test_a_wrong_address_names_its_setting() -> None:
    with pytest.raises(ConfigError, match=r"^KADR_INFERENCE_URL: must be an address"):
        address_of(HOSTED, "https://me:secret@proxy.example", BOTH)
    with pytest.raises(ConfigError, match=r"^encoder.url: must be an address"):
        address_of(replace(TEI, url=""), ROUTER, BOTH)


def test_no_token_travels_in_the_clear_through_public_networks() -> None:
    public = replace(OPENAI, url="http://h.example/v1")
    with pytest.raises(
        ConfigError, match=r"^encoder.url: must begin with https, or KADR_INFERENCE_TOKEN could be read"
    ):
        address_of(public, ROUTER, BOTH)
    with pytest.raises(ConfigError, match=r"^KADR_INFERENCE_URL: must begin with https"):
        address_of(HOSTED, "http://router.huggingface.co", BOTH)
    assert address_of(public, ROUTER, Keys(hub="hf_TheHubToken"))  # nothing would be sent along
    assert address_of(replace(OPENAI, url="http://10.0.0.7/v1"), ROUTER, BOTH)


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_texts_arrive_as_they_are_and_in_a_list(texts: list[str]) -> None:
    bodies: list[tuple[Profile, object]] = [
        (TEI, {"inputs": texts, "normalize": False, "truncate": True}),
        (HOSTED, {"inputs": texts, "truncate": True}),
        (OPENAI, {"input": texts, "model": "any name", "encoding_format": "float"}),
        (replace(OPENAI, served_as="theirs"), {"input": texts, "model": "theirs", "encoding_format": "float"}),
    ]
    for profile, body in bodies:
        assert json.loads(body_of(profile, texts)) == body


def test_half_a_letter_does_no_harm() -> None:
    assert json.loads(body_of(TEI, ["a\ud83db", "я"]))["inputs"] == ["a?b", "я"]


def test_no_dimension_is_asked_for() -> None:
    cut = replace(OPENAI, dim=4, native_dim=8)
    assert b"dimensions" not in body_of(cut, ["a"])
