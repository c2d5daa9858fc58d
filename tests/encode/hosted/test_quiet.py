"""After failures of every kind, no token stands in anything that was said, logged or sent to a stranger."""

import contextlib
import logging
import traceback

import pytest

from kadr.encode.encoder import Profile, Role
from kadr.encode.hosted.secrets import Keys
from kadr.encode.hosted.service import ROUTER, Service
from kadr.errors import KadrError, ServiceError
from tests.servers.faults import PASSING, Fault
from tests.servers.inference import InferenceServer
from tests.servers.inference import Service as Served
from tests.servers.wire import Loopback, Received, Reply, json_reply

HUB, OWN = "hf_TheHubTokenOfTests", "the-own-token-of-tests"
KEYS = Keys(hub=HUB, own=OWN)
DIM = 32
LOGGERS = ("", "httpx2", "httpcore2", "httpcore2.connection", "httpcore2.http11", "huggingface_hub")
EVERY = [
    *PASSING,
    Fault.refused(),
    Fault.forbidden(),
    Fault.spent(),
    Fault.missing(),
    Fault.huge(1),
    Fault.other_model(),
]


def profile_at(url: str, provider: str) -> Profile:
    return Profile(provider, "maker/model", DIM, url=url if provider in {"tei", "openai"} else "")


def said_by(service: Service, timeout: float = 2) -> str:
    """Return what a traceback and the error's parts show of a call that fails; nothing where it does not."""
    try:
        with contextlib.closing(service):
            service.embed(["the words of a visitor"], Role.QUERY, timeout=timeout)
    except ServiceError as error:
        parts = [str(error), repr(error), repr(vars(error)), repr(service)]
        return "\n".join([*parts, *traceback.format_exception(error)])
    return ""


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    for name in LOGGERS:
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def test_no_fault_makes_a_token_public(log: pytest.LogCaptureFixture) -> None:
    said: list[str] = []
    for provider in ("hf-inference", "scaleway", "tei", "openai"):
        with InferenceServer(Served(dim=DIM), faults=EVERY) as server:
            profile = profile_at(server.url, provider)
            said += [said_by(Service(profile, KEYS, base=server.url)) for _ in EVERY]
            assert all(call.headers["authorization"] == f"Bearer {OWN}" for call in server.requests)
            assert HUB not in server.log
            assert not any(OWN in call.path or OWN in str(call.texts) for call in server.requests)
    assert sum(bool(text) for text in said) > 80
    assert "httpcore2" in {record.name.partition(".")[0] for record in log.records}
    written = "\n".join([*said, log.text, *(str(vars(record)) for record in log.records)])
    assert HUB not in written
    assert OWN not in written


@pytest.mark.parametrize("status", [200, 400, 401, 402, 403, 404, 418, 429, 503])
def test_a_server_that_repeats_the_token_is_not_repeated(status: int) -> None:
    def echo(received: Received) -> Reply:
        return json_reply({"error": f"bad key {received.headers['authorization']}, is {OWN}!"}, status)

    with Loopback(echo) as server:
        said = said_by(Service(profile_at(server.url, "openai"), KEYS))
        assert OWN in server.log  # it was sent, and it was in the answer
    assert "bad key Bearer …" in said
    assert OWN not in said


@pytest.mark.parametrize("provider", ["hf-inference", "tei", "openai"])
def test_the_token_of_the_hub_goes_to_no_stranger(provider: str) -> None:
    with InferenceServer(Served(dim=DIM), faults=EVERY) as server:
        for _ in EVERY:
            said_by(Service(profile_at(server.url, provider), Keys(hub=HUB), base=server.url))
        assert len(server.requests) == len(EVERY)
        assert not any("authorization" in call.headers for call in server.requests)
        assert HUB not in server.log


def test_no_login_of_another_program_is_sent(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Neither from the netrc file, which HTTP clients read, nor the Hub's, which its client sends to any address."""
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hunter2\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HF_TOKEN", HUB)
    with InferenceServer(Served(dim=DIM)) as server:
        said_by(Service(profile_at(server.url, "tei"), Keys()))
        assert "authorization" not in server.requests[0].headers


def test_plain_http_is_not_sent_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with InferenceServer(Served(dim=DIM)) as proxy, InferenceServer(Served(dim=DIM)) as server:
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(variable, proxy.url)
        assert said_by(Service(profile_at(server.url, "tei"), KEYS)) == ""
        assert not proxy.requests


@pytest.mark.parametrize(
    "url", [f"https://{HUB}@h.example", f"https://h.example/?token={OWN}", f"http://x.example/#{OWN}"]
)
def test_an_address_with_a_secret_is_refused_unseen(url: str) -> None:
    for profile, base in ((profile_at(url, "tei"), ROUTER), (profile_at("", "together"), url)):
        with pytest.raises(KadrError) as caught:
            Service(profile, KEYS, base=base)
        assert HUB not in str(caught.value)
        assert OWN not in str(caught.value)
