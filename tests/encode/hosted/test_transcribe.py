"""Hosted Whisper through the real client: sound goes out as it is, words come back clean, and faults are words."""

import contextlib
import io
import json
import wave
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.encode.hosted.breaker import BreakerOptions
from kadr.encode.hosted.faults import Asked
from kadr.encode.hosted.lack import Lack
from kadr.encode.hosted.secrets import HUB_TOKEN, Keys
from kadr.encode.hosted.single import SingleOptions
from kadr.encode.hosted.sound import MOST_BYTES, MOST_SECONDS, Flaw, flaw_of
from kadr.encode.hosted.transcribe import MOST_TEXT, Transcriber, form_of, text_of
from kadr.encode.hosted.wire import ROUTER
from kadr.errors import ConfigError, ServiceBusy, ServiceError
from tests.servers.faults import Fault
from tests.servers.speech import MODEL, SpeechServer, tone
from tests.servers.wire import Reply, json_reply

PATIENCE = 20.0
OWN = "the-own-token-of-tests"
HUB = "hf_token-of-tests"
ASKED = Asked("h.example", MODEL, "HF_TOKEN", Keys())
PATIENT = SingleOptions(breaker=BreakerOptions(failures=1_000, misses=1_000))
SOUND = tone()
WORDS = "про кота, который спас город"


def said(_: bytes) -> str:
    return WORDS


@contextlib.contextmanager
def transcriber_at(
    server: SpeechServer, *, own: bool = True, keys: Keys | None = None, options: SingleOptions = PATIENT
) -> Iterator[Transcriber]:
    url = f"{server.url}/v1" if own else ""
    with contextlib.closing(
        Transcriber(MODEL, keys or Keys(), router=server.url, url=url, options=options)
    ) as transcriber:
        yield transcriber


@pytest.mark.parametrize("own", [True, False])
def test_a_recording_arrives_byte_for_byte_and_comes_back_as_words(*, own: bool) -> None:
    with SpeechServer(said, token=OWN) as server, transcriber_at(server, own=own, keys=Keys(own=OWN)) as transcriber:
        got = transcriber.ask(SOUND, PATIENCE).get(PATIENCE)
        assert (got.value, got.lack) == (WORDS, None)
        assert server.sounds == [SOUND]
        assert server.models == [MODEL]
        assert transcriber.ask(SOUND, 0).get(0).cached  # who was not answered in time need not pay twice
        assert len(server.sounds) == 1


def test_recordings_are_told_apart() -> None:
    high = tone(hertz=880.0)
    with SpeechServer(lambda sound: str(sound == high)) as server, transcriber_at(server) as transcriber:
        assert [transcriber.ask(each, PATIENCE).get(PATIENCE).value for each in (SOUND, high)] == ["False", "True"]


@pytest.mark.parametrize(
    ("fault", "lack"),
    [
        (Fault.refused(), Lack.REFUSED),
        (Fault.forbidden(), Lack.REFUSED),
        (Fault.spent(), Lack.SPENT),
        (Fault.missing(), Lack.MISSING),
        (Fault.busy(), Lack.BUSY),
        (Fault.overload(), Lack.UNAVAILABLE),
        (Fault.loading(), Lack.UNAVAILABLE),
        (Fault.html(), Lack.UNAVAILABLE),
        (Fault.html(502), Lack.UNAVAILABLE),
        (Fault.error_json(), Lack.UNAVAILABLE),
        (Fault.no_content(), Lack.UNAVAILABLE),
        (Fault.redirect("http://127.0.0.1:9/"), Lack.MISSING),
        (Fault("nothing", json_reply({})), Lack.UNAVAILABLE),
        (Fault("a list", json_reply([{"text": "x"}])), Lack.UNAVAILABLE),
        (Fault("no words", json_reply({"text": None})), Lack.UNAVAILABLE),
        (Fault.status(400, "Soundfile is malformed."), Lack.TEXT),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_each_fault_is_a_word_and_no_secret_stands_in_it(fault: Fault, lack: Lack) -> None:
    keys = Keys(own=OWN, hub=HUB)
    with SpeechServer(said, faults=[fault]) as server, transcriber_at(server, keys=keys) as transcriber:
        got = transcriber.ask(SOUND, PATIENCE).get(PATIENCE)
        assert (got.value, got.lack) == (None, lack)
        told = transcriber.state().fault
        assert OWN not in told
        assert "127.0.0.1" in told
        assert "catalogue file" not in told
        if lack is Lack.MISSING:
            assert told.endswith("check KADR_SPEECH_MODEL and KADR_SPEECH_URL")


def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    endless = Fault("endless", Reply(200, b'{"text": "' + b"x" * 70_000 + b'"}'))
    with SpeechServer(said, faults=[endless]) as server, transcriber_at(server) as transcriber:
        assert transcriber.ask(SOUND, PATIENCE).get(PATIENCE).lack is Lack.UNAVAILABLE
        assert "gave more than 65,536 bytes" in transcriber.state().fault


def test_a_server_that_quotes_the_token_is_not_quoted() -> None:
    fault = Fault.status(401, f"unknown token {OWN}")
    with SpeechServer(said, faults=[fault]) as server, transcriber_at(server, keys=Keys(own=OWN)) as transcriber:
        assert transcriber.ask(SOUND, PATIENCE).get(PATIENCE).lack is Lack.REFUSED
        assert "unknown token …" in transcriber.state().fault


def test_who_waits_is_let_go_in_time_and_a_late_answer_is_kept() -> None:
    with SpeechServer(said, faults=[Fault.latency(300)]) as server, transcriber_at(server) as transcriber:
        assert transcriber.ask(SOUND, 0.01).get(0.01).lack is Lack.SLOW
        assert transcriber.ask(SOUND, PATIENCE).get(PATIENCE).value == WORDS
        assert len(server.sounds) == 1


def test_hugging_faces_token_goes_to_its_router_alone() -> None:
    with SpeechServer(said) as server, transcriber_at(server, keys=Keys(hub=HUB)) as transcriber:
        assert transcriber.ask(SOUND, PATIENCE).get(PATIENCE).value == WORDS
        assert HUB not in server.log
    assert not Transcriber(MODEL, Keys(own=OWN), router=ROUTER).may_ask
    hosted = Transcriber(MODEL, Keys(hub=HUB), router=ROUTER)
    assert hosted.may_ask
    assert hosted.token_variable == HUB_TOKEN


@pytest.mark.parametrize(
    ("model", "url", "said"),
    [
        ("whisper", "", "KADR_SPEECH_MODEL: must be organisation/name"),
        ("a/b/../c", "", "KADR_SPEECH_MODEL: must be organisation/name"),
        ("whisper", "https://me:sesame@h/v1", "KADR_SPEECH_URL: must be an address"),
        ("whisper", "http://speech.example/v1", "KADR_SPEECH_URL: must begin with https"),
    ],
)
def test_a_wrong_place_is_refused_before_anything_is_sent(model: str, url: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Transcriber(model, Keys(own=OWN), router=ROUTER, url=url)
    assert str(caught.value).startswith(said)
    assert "sesame" not in str(caught.value)


def test_an_address_may_name_the_whole_route() -> None:
    with SpeechServer(said) as server:
        whole = f"{server.url}/v1/audio/transcriptions/"
        with contextlib.closing(Transcriber(MODEL, Keys(), router=ROUTER, url=whole)) as transcriber:
            assert transcriber.ask(SOUND, PATIENCE).get(PATIENCE).value == WORDS


@given(st.binary(max_size=200))
def test_the_form_holds_any_sound(sound: bytes) -> None:
    body, kind = form_of(sound, MODEL)
    edge = kind.partition("boundary=")[2].encode()
    *_, file, end = body.split(b"--" + edge)
    assert file.endswith(b"\r\n\r\n" + sound + b"\r\n")
    assert end == b"--\r\n"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (" Про кота.\n", "Про кота."),
        ("", ""),
        ("a\x00b\u202ec", "abc"),
        ("<script>alert(1)</script>кот", "кот"),
        ("кот\ud800", "кот?"),
        ("x" * 5_000, "x" * MOST_TEXT),
    ],
)
def test_what_was_heard_is_one_clean_bounded_line(text: str, clean: str) -> None:
    assert text_of({"text": text, "chunks": []}, ASKED) == clean


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_any_json_is_words_or_one_of_our_faults(answer: object) -> None:
    with contextlib.suppress(ServiceError):
        assert "\n" not in text_of(answer, ASKED)


def test_a_model_that_is_loading_says_so() -> None:
    with pytest.raises(ServiceBusy):
        text_of({"error": "Model is currently loading", "estimated_time": 20.0}, ASKED)


def wav(*, channels: int = 1, width: int = 2, frames: bytes = SOUND) -> bytes:
    with io.BytesIO() as file:
        with wave.open(file, "wb") as writer:
            writer.setnchannels(channels)
            writer.setsampwidth(width)
            writer.setframerate(16_000)
            writer.writeframes(frames)
        return file.getvalue()


@pytest.mark.parametrize(
    ("sound", "flaw"),
    [
        (SOUND, None),
        (wav(channels=2, frames=tone(31.0)[44:]), None),  # half as long as with one channel
        (tone(MOST_SECONDS), None),
        (tone(MOST_SECONDS + 0.1), Flaw.LONG),
        (tone(MOST_SECONDS + 1, rate=8_000), Flaw.LONG),
        (b"RIFF" * MOST_BYTES, Flaw.LONG),
        (tone(0.2), Flaw.QUIET),
        (tone(peak=0), Flaw.QUIET),
        (tone(peak=100), Flaw.QUIET),
        (wav(frames=b""), Flaw.QUIET),
        (b"", Flaw.BROKEN),
        (b"RIFF\xff\xff\xff\xffWAVE", Flaw.BROKEN),
        (wav(width=1), Flaw.BROKEN),
        (json.dumps({"text": "x"}).encode(), Flaw.BROKEN),
        (SOUND[:24] + bytes(4) + SOUND[28:], Flaw.BROKEN),
    ],
)
def test_a_recording_is_looked_at_before_it_is_sent(sound: bytes, flaw: Flaw | None) -> None:
    assert flaw_of(sound) is flaw


@given(st.binary(max_size=64), st.integers(0, 60))
def test_no_bytes_break_the_look(noise: bytes, at: int) -> None:
    flaw_of(SOUND[:at] + noise)
    flaw_of(SOUND[:at] + noise + SOUND[at + len(noise) :])
