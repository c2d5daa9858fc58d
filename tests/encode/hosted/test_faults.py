"""Faults: every status, header and body on the error that says what to do, in one line without secrets."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.encode.hosted.faults import Asked, Reply, fault_of, told, wait_of
from kadr.encode.hosted.secrets import Keys
from kadr.errors import (
    ServiceBusy,
    ServiceError,
    ServiceMissing,
    ServiceRefused,
    ServiceSpent,
    ServiceWrong,
    TextRefused,
)

HUB, OWN = "hf_TheHubTokenOfTests", "the-own-token-of-tests"
KEYS = Keys(hub=HUB, own=OWN)
ASKED = Asked("router.huggingface.co", "maker/model", "HF_TOKEN", KEYS)
NOW = datetime(2026, 11, 21, 5, 0, 0, tzinfo=UTC)
CREDITS = "You have exceeded your monthly included credits for Inference Providers."
DAY = 86_400


def fault(status: int, body: Any = b"", headers: Mapping[str, str] | None = None) -> ServiceError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return fault_of(Reply(status, headers or {}, raw), ASKED, NOW)


def kind(status: int, body: Any = b"") -> type[ServiceError]:
    return type(fault(status, body))


def test_every_status_has_its_kind() -> None:
    for status in (204, 202, 408, 425, 429, 500, 501, 502, 503, 504, 520, 599):
        assert kind(status) is ServiceBusy, status
    for status in (400, 413, 422, 424):
        assert kind(status, {"error": "index out of range in self"}) is TextRefused, status
    for status in (401, 403):
        assert kind(status) is ServiceRefused, status
    for status in (301, 302, 303, 307, 308, 404, 405, 410):
        assert kind(status) is ServiceMissing, status
    assert kind(402, {"error": CREDITS}) is ServiceSpent
    assert kind(418) is ServiceWrong


@pytest.mark.parametrize(
    "text",
    [
        "The requested model 'm' is not supported by any provider you have enabled.",
        "Model maker/model is not supported by provider hf-inference",
        "https://api-inference.huggingface.co/ is no longer supported. Use another one.",
    ],
)
def test_a_400_of_a_model_that_nobody_serves_blames_no_text(text: str) -> None:
    assert kind(400, {"error": text}) is ServiceMissing
    assert kind(400, {"error": {"message": text, "code": "model_not_supported"}}) is ServiceMissing


def test_only_429_is_a_limit() -> None:
    for status in (429, 503):
        busy = fault(status)
        assert isinstance(busy, ServiceBusy)
        assert busy.limited == (status == 429)


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({}, {}, None),
        ({"retry-after": "7"}, {}, 7),
        ({"retry-after": " 0 "}, {}, 0),
        ({"retry-after": "9" * 5000}, {}, DAY),
        ({"retry-after": "-1"}, {}, None),
        ({"retry-after": "1.5"}, {}, None),
        ({"retry-after": "soon"}, {}, None),
        ({"retry-after": ""}, {}, None),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=90), usegmt=True)}, {}, 90),
        ({"retry-after": "Sat, 21 Nov 2026 05:01:30 -0000"}, {}, 90),
        ({"retry-after": format_datetime(NOW - timedelta(days=1))}, {}, 0),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, {}, DAY),
        ({"retry-after": "Mon, 99 Foo 99999 99:99:99 GMT"}, {}, None),
        ({"ratelimit": '"api";r=0;t=55'}, {}, 55),
        ({"ratelimit": '"api";r=3;t=55'}, {}, None),
        ({"ratelimit": f'"api";r=0;t={"9" * 5000}'}, {}, None),
        ({"ratelimit": '"api";r=0;t=55', "retry-after": "60"}, {"estimated_time": 20.0}, 60),
        ({}, {"error": "loading", "estimated_time": 20.5}, 20.5),
        ({}, {"estimated_time": 10**400}, DAY),
        ({}, {"estimated_time": -1}, None),
        ({}, {"estimated_time": True}, None),
        ({}, {"estimated_time": "20"}, None),
        ({}, {"estimated_time": float("nan")}, None),
        ({}, [20], None),
    ],
)
def test_the_wait_is_what_the_service_says_within_reason(
    headers: Mapping[str, str], body: Any, seconds: float | None
) -> None:
    assert wait_of(headers, body, NOW) == seconds
    busy = fault(503, body, headers)
    assert isinstance(busy, ServiceBusy)
    assert busy.wait == seconds


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": "one"}, "(one)"),
        ({"error": {"message": "two", "code": "x"}}, "(two)"),
        ({"message": "three", "code": 3, "error_type": "Backend"}, "(three)"),
        ({"detail": [{"loc": ["body"], "msg": "four"}]}, "(four)"),
        ("five", "(five)"),
        (b"length limit exceeded", "(length limit exceeded)"),
        (b"<html><title>502</title>", "(a page of HTML)"),
        (b"a\r\nb\x1b[31m\xe2\x80\xae\0", "(a b [31m)"),
        (("ы" * 500).encode(), "(" + "ы" * 199 + "…)"),
        (b"", "answered 503 Service Unavailable; it may answer later"),
        ({"error": None}, "answered 503 Service Unavailable; it may answer later"),
        ([], "answered 503 Service Unavailable; it may answer later"),
        (b"[" * 20_000, "[[[["),
    ],
)
def test_the_servers_own_words_are_in_the_message(body: Any, words: str) -> None:
    message = str(fault(503, body))
    assert message.startswith("router.huggingface.co, model maker/model: answered 503")
    assert words in message
    assert message.isprintable()
    assert len(message) < 400


@pytest.mark.parametrize("status", [200, 204, 307, 400, 401, 402, 404, 429, 418, 503])
@pytest.mark.parametrize("secret", [HUB, OWN, "hf_SomebodyElsesToken", "hf_\u200bzero"])
def test_no_message_repeats_a_token(status: int, secret: str) -> None:
    body = {"error": f"{'x' * 195} token {secret} is bad: Bearer {secret}, loading"}
    found = told(body, ASKED) if status == 200 else fault(status, body)
    direct = fault(status, {"error": f"token {secret} is bad"})
    for message in (str(found), str(direct)):
        assert secret not in message
        assert "hf_S" not in message


@given(
    st.integers(0, 20_000),
    st.sampled_from([b"%s", b'{"error": "%s"}', b'{"error": {"message": "%s"}}', b"x%s x", b"%s\x00\n\t"]),
    st.sampled_from(["token %s", "%s", "Bearer %s", "Bearer \t %s"]),
)
def test_not_even_the_beginning_of_a_token_is_repeated_wherever_a_message_is_cut(
    blanks: int, form: bytes, said: str
) -> None:
    """White space is squeezed and long answers are cut, first by who reads them."""
    body = form % (" " * blanks + said % OWN).encode()
    most = 16_384
    reply = Reply(401, {}, body[:most], whole=len(body) <= most)
    assert OWN[:8] not in str(fault_of(reply, ASKED, NOW))
    assert OWN[:8] not in ASKED.quoted(body.decode())
    assert OWN[:8] not in str(Asked("h", body.decode(), "HF_TOKEN", KEYS).missing("gone"))


def test_the_last_word_of_what_was_not_read_to_its_end_is_left_out() -> None:
    cut = fault_of(Reply(503, {}, b"it is over capacity, half a tok", whole=False), ASKED, NOW)
    assert "(it is over capacity, half a)" in str(cut)


def test_the_remedy_names_what_to_set() -> None:
    hub = str(fault(401, {"error": "Invalid username or password."}))
    assert "set HF_TOKEN to a fine-grained token that may 'Make calls to Inference Providers'" in hub
    own = Asked("tei", "m", "KADR_INFERENCE_TOKEN", KEYS)
    assert str(fault_of(Reply(401, {}, b""), own, NOW)) == (
        "tei, model m: answered 401 Unauthorized; set KADR_INFERENCE_TOKEN to the token of that server"
    )
    assert "encoder.model, encoder.provider and encoder.url in the catalogue file" in str(fault(404))
    assert "which sends on to another address" in str(fault(307))
    assert "buy credits or wait" in str(fault(402, {"error": CREDITS}))
    assert CREDITS in str(fault(402, {"error": CREDITS}))


def test_a_model_of_many_lines_makes_one_line() -> None:
    odd = Asked("h", "a\nb" * 500, "HF_TOKEN", KEYS)
    message = str(odd.missing("gone"))
    assert message.isprintable()
    assert len(message) < 400


@given(st.integers(100, 599).filter(lambda s: s != 200), st.binary(max_size=300), st.text(max_size=40))
def test_whatever_comes_has_an_error_of_one_line(status: int, body: bytes, value: str) -> None:
    headers = {"retry-after": value, "ratelimit": value}
    message = str(fault(status, body, headers))
    assert message.isprintable()
    assert message.startswith("router.huggingface.co, model maker/model: ")
