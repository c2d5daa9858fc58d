"""One call, through the real client, to a server that answers as the real ones do, and fails as they do."""

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from huggingface_hub import constants
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kadr.encode.encoder import Canary, Profile, Role
from kadr.encode.hosted.embedder import Embedder, Guard
from kadr.encode.hosted.secrets import Keys
from kadr.encode.hosted.service import ROUTER, Service
from kadr.errors import (
    EncodeError,
    ServiceBusy,
    ServiceDrifted,
    ServiceError,
    ServiceMissing,
    ServiceRefused,
    ServiceSpent,
    ServiceWrong,
    TextRefused,
    WrongDimension,
)
from tests.servers.faults import PASSING, Fault
from tests.servers.inference import Access, InferenceServer, vector_of
from tests.servers.inference import Service as Served
from tests.servers.wire import Loopback, Reply

DIM = 32
TEXTS = ["a quiet film about the sea", "тихий фильм о море", "two trains meet in the snow", "x"]
PROVIDERS = ("hf-inference", "deepinfra", "scaleway", "together", "tei", "openai")
BARE = ("hf-inference", "tei")
"""Those that answer bare lists, whose order only a canary tells."""


def profile_at(url: str, provider: str = "tei") -> Profile:
    address = {"tei": url, "openai": f"{url}/v1"}.get(provider, "")
    return Profile(provider, "maker/model", DIM, url=address, query_prefix="q: ", passage_prefix="p: ", pooling="mean")


@contextlib.contextmanager
def service_at(url: str, provider: str = "tei", keys: Keys | None = None) -> Iterator[Service]:
    with contextlib.closing(Service(profile_at(url, provider), keys or Keys(), base=url)) as service:
        yield service


def expected(texts: Sequence[str], prefix: str = "q: ") -> NDArray[np.float32]:
    return np.stack([vector_of(f"{prefix}{text}", DIM, "maker/model") for text in texts])


def guard_of(text: str = "a lighthouse keeper") -> Guard:
    vector = tuple(map(float, vector_of(f"q: {text}", DIM, "maker/model")))
    return Guard.of(profile_at("http://a"), Canary(text, vector))


def fault_from(server: InferenceServer, provider: str = "tei", timeout: float = 5) -> ServiceError:
    with service_at(server.url, provider) as service, pytest.raises(ServiceError) as caught:
        service.embed(TEXTS, Role.QUERY, timeout=timeout, guard=guard_of())
    return caught.value


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("token_level", [False, True])
def test_every_provider_gives_the_vectors_of_the_texts(provider: str, *, token_level: bool) -> None:
    served = Served(dim=DIM, unit=False, token_level=token_level)
    with InferenceServer(served) as server, service_at(server.url, provider) as opened:
        service: Embedder = opened
        for role, prefix in ((Role.QUERY, "q: "), (Role.PASSAGE, "p: ")):
            for texts in (TEXTS, TEXTS[:1]):
                vectors = service.embed(texts, role, timeout=10)
                assert vectors.dtype == np.float32
                np.testing.assert_allclose(vectors, expected(texts, prefix), atol=1e-6)
        assert [len(call.texts) for call in server.requests] == [4, 1, 4, 1]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_guard_travels_with_the_texts_and_is_not_in_the_answer(provider: str) -> None:
    with InferenceServer(Served(dim=DIM)) as server, service_at(server.url, provider) as service:
        for _ in range(12):
            vectors = service.embed(TEXTS[:2], Role.PASSAGE, timeout=10, guard=guard_of())
            np.testing.assert_allclose(vectors, expected(TEXTS[:2], "p: "), atol=1e-6)
        places = {call.texts.index("q: a lighthouse keeper") for call in server.requests}
        assert all(len(call.texts) == 3 for call in server.requests)
        assert len(places) > 1  # twelve draws of three places; all alike once in 177,147


def test_the_whole_vector_is_asked_for_and_the_name_of_the_provider_is_used() -> None:
    with InferenceServer(Served(("theirs/name",), dim=DIM)) as server:
        cut = replace(profile_at(server.url, "scaleway"), dim=8, native_dim=DIM, served_as="theirs/name")
        with contextlib.closing(Service(cut, Keys(), base=server.url)) as service:
            assert service.embed(["x"], Role.QUERY, timeout=10).shape == (1, DIM)
        assert "dimensions" not in server.log


@pytest.mark.parametrize("texts", [[], [" \n"], ["a", ""]])
def test_blank_texts_are_refused_before_anything_is_sent(texts: list[str]) -> None:
    with InferenceServer(Served(dim=DIM)) as server, service_at(server.url) as service:
        with pytest.raises(EncodeError):
            service.embed(texts, Role.QUERY, timeout=1)
        assert not server.requests


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        *((Fault.status(status, "no"), ServiceBusy) for status in (408, 425, 429, 500, 502, 503, 504)),
        *((Fault.status(status, "index out of range"), TextRefused) for status in (400, 413, 422, 424)),
        (Fault.refused(), ServiceRefused),
        (Fault.forbidden(), ServiceRefused),
        (Fault.spent(), ServiceSpent),
        (Fault.missing(), ServiceMissing),
        (Fault.status(410), ServiceMissing),
        (Fault.redirect("https://elsewhere.example/"), ServiceMissing),
        (Fault.html(200), ServiceBusy),
        (Fault.html(502), ServiceBusy),
        (Fault.no_content(), ServiceBusy),
        (Fault.drop_before(), ServiceBusy),
        (Fault.drop_mid_body(), ServiceBusy),
        (Fault.error_json(), ServiceWrong),
        (Fault.error_json(listed=True), ServiceWrong),
        (Fault.nan(), ServiceWrong),
        (Fault.null(), ServiceWrong),
        (Fault.infinite(), ServiceWrong),
        (Fault.zero(), ServiceWrong),
        (Fault.wrong_dimension(), WrongDimension),
        (Fault.empty_list(), ServiceWrong),
        (Fault.short_count(), ServiceWrong),
        (Fault.swapped(), ServiceWrong),
        (Fault.other_model(), ServiceDrifted),
        (Fault.huge(), ServiceWrong),
        (Fault.huge(declared=False), ServiceWrong),
        (Fault.bomb(), ServiceWrong),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else value.__name__,
)
@pytest.mark.parametrize("provider", ["hf-inference", "scaleway"])
def test_every_fault_has_its_kind_and_is_not_tried_again(provider: str, fault: Fault, kind: type[ServiceError]) -> None:
    with InferenceServer(Served(dim=DIM), faults=[fault]) as server:
        found = fault_from(server, provider)
        assert type(found) is kind
        host = server.url.removeprefix("http://")
        assert str(found).startswith(f"{host}, model maker/model: ")
        assert str(found).isprintable()
        assert len(server.requests) == 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_order_is_restored_where_the_answer_tells_it_and_refused_where_it_does_not(provider: str) -> None:
    with InferenceServer(Served(dim=DIM), faults=[Fault.wrong_order(), Fault.wrong_index()]) as server:
        if provider in BARE:
            assert "another order" in str(fault_from(server, provider))
        else:
            with service_at(server.url, provider) as service:
                vectors = service.embed(TEXTS, Role.QUERY, timeout=10)
            np.testing.assert_allclose(vectors, expected(TEXTS), atol=1e-6)
            assert "index does not run from 0 to 4" in str(fault_from(server, provider))


@pytest.mark.parametrize(
    ("fault", "wait", "limited"),
    [
        (Fault.busy("7"), 7, True),
        (Fault.limited(55), 55, True),
        (Fault.loading(20.5), 20.5, False),
        (Fault.overload(), None, False),
    ],
)
def test_a_busy_service_says_how_long(fault: Fault, wait: float | None, *, limited: bool) -> None:
    with InferenceServer(Served(dim=DIM), faults=[fault]) as server:
        busy = fault_from(server, "hf-inference")
        assert isinstance(busy, ServiceBusy)
        assert (busy.wait, busy.limited) == (wait, limited)


def test_nobody_there_is_busy() -> None:
    with Loopback(lambda _: Reply(200)) as gone:
        url = gone.url
    with (
        service_at(url) as service,
        pytest.raises(ServiceBusy, match=r"could not be reached \(.*refused"),
    ):
        service.embed(["x"], Role.QUERY, timeout=5)


def test_a_name_that_nobody_has_is_busy() -> None:
    with (
        service_at("http://nobody.invalid") as service,
        pytest.raises(ServiceBusy, match=r"nobody.invalid, model maker/model: could not be"),
    ):
        service.embed(["x"], Role.QUERY, timeout=10)


def test_a_redirect_is_not_followed() -> None:
    with (
        InferenceServer(Served(dim=DIM)) as elsewhere,
        InferenceServer(Served(dim=DIM), faults=[Fault.redirect(f"{elsewhere.url}/embed")]) as server,
    ):
        assert "sends on to another address" in str(fault_from(server))
        assert not elsewhere.requests


@settings(max_examples=60)
@given(
    st.lists(st.one_of(st.none(), st.sampled_from([*PASSING, Fault.swapped(), Fault.other_model()])), max_size=3),
    st.sampled_from(PROVIDERS),
    st.integers(1, 4),
)
def test_with_a_guard_every_call_gives_the_right_vectors_or_an_error(
    faults: list[Fault | None], provider: str, count: int
) -> None:
    quick = [replace(fault, delay_s=0, drip_s=0) if fault else None for fault in faults]
    with InferenceServer(Served(dim=DIM), faults=quick) as server, service_at(server.url, provider) as service:
        for _ in range(len(quick) + 1):
            try:
                vectors = service.embed(TEXTS[:count], Role.QUERY, timeout=10, guard=guard_of())
            except ServiceError:
                continue
            np.testing.assert_allclose(vectors, expected(TEXTS[:count]), atol=1e-6)


def test_the_router_is_the_one_of_the_hub() -> None:
    assert constants.INFERENCE_PROXY_TEMPLATE.startswith(f"{ROUTER}/")


def test_a_token_opens_the_door() -> None:
    keys = Keys(own="sesame-of-tests")
    with InferenceServer(Served(dim=DIM), access=Access("sesame-of-tests")) as server:
        with service_at(server.url, "openai", keys) as service:
            assert service.embed(["x"], Role.QUERY, timeout=10).shape == (1, DIM)
        assert isinstance(fault_from(server, "openai"), ServiceRefused)
        sent = [call.headers.get("authorization") for call in server.requests]
        assert sent == ["Bearer sesame-of-tests", None]


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({"ratelimit": '"api";r=0;t=30', "ratelimit-policy": '"fixed window";"api";q=500;w=300'}, 29, 30),
        ({"ratelimit": '"api";r=7;t=30'}, 0, 0),
        ({"retry-after": "20"}, 19, 20),
        ({}, 0, 0),
    ],
)
def test_a_good_answer_may_say_that_it_was_the_last_for_a_while(
    headers: dict[str, str], least: float, most: float
) -> None:
    body = json.dumps([[0.5] * DIM]).encode()
    good = Fault("good", Reply(200, body, {"Content-Type": "application/json", **headers}))
    with InferenceServer(Served(dim=DIM), faults=[good, None]) as server, service_at(server.url) as service:
        assert service.rest == 0
        service.embed(TEXTS[:1], Role.QUERY, timeout=10)
        assert least <= service.rest <= most
        service.embed(TEXTS[:1], Role.QUERY, timeout=10)
        assert service.rest == 0, "the next answer says nothing of the kind"
