"""Which models help beside the search: what the environment names, where tokens go, and words instead of faults."""

import contextlib
import json
from collections.abc import Iterator, Mapping

import pytest

from kadr.search.aside import DEFAULT_CHAT, DEFAULT_SPEECH, Helpers, Said, open_helpers
from kadr.search.opening import Access
from tests.servers.chat import ChatServer
from tests.servers.faults import Fault
from tests.servers.speech import SpeechServer, tone

PATIENCE = 20.0
OWN = "the-own-token-of-tests"
HUB = "hf_token-of-tests"
NOBODY = {"HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}


@contextlib.contextmanager
def helpers_at(environ: Mapping[str, str], base: str = "", *, own_encoder: bool = False) -> Iterator[Helpers]:
    with contextlib.closing(open_helpers(Access({**NOBODY, **environ}, base), own_encoder=own_encoder)) as helpers:
        yield helpers


def test_nobody_helps_where_nothing_is_set() -> None:
    with helpers_at({}) as helpers:
        assert (helpers.can_hear, helpers.can_retell, helpers.teller) == (False, False, "")
        assert helpers.faults == ("HF_TOKEN is not set",)
        assert helpers.heard(tone(), PATIENCE) == Said(lack="no_access")
        assert helpers.retold("x", "ru", PATIENCE) == Said(lack="no_access")


def test_a_token_of_hugging_face_is_enough_for_both() -> None:
    with helpers_at({"HF_TOKEN": HUB}) as helpers:
        assert (helpers.can_hear, helpers.can_retell, helpers.faults) == (True, True, ())
        assert helpers.teller == DEFAULT_CHAT


def test_a_proxy_in_the_routers_place_is_asked_for_the_known_models() -> None:
    with SpeechServer(lambda _: "кот", token=OWN) as server:
        environ = {"HF_TOKEN": HUB, "KADR_INFERENCE_TOKEN": OWN}
        with helpers_at(environ, server.url) as helpers:
            assert helpers.heard(tone(), PATIENCE) == Said("кот")
            assert server.models == [DEFAULT_SPEECH]
            assert HUB not in server.log
        with helpers_at({"KADR_INFERENCE_TOKEN": OWN}, server.url, own_encoder=True) as helpers:
            assert not helpers.can_hear  # what gives vectors does not hear


def test_the_environment_names_models_and_servers() -> None:
    with SpeechServer(lambda _: "кот") as speech, ChatServer(lambda _: json.dumps({"retelling": "Кот."})) as chat:
        environ = {
            "KADR_SPEECH_URL": f"{speech.url}/v1",
            "KADR_SPEECH_MODEL": " my-whisper ",
            "KADR_CHAT_URL": f"{chat.url}/v1",
            "KADR_CHAT_MODEL": "my-chat",
        }
        with helpers_at(environ) as helpers:
            assert helpers.heard(tone(), PATIENCE) == Said("кот")
            assert helpers.retold("Кот спит.", "en", PATIENCE) == Said("Кот.")
            assert helpers.teller == "my-chat"
        assert speech.models == ["my-whisper"]
        assert chat.asked[0][1]["model"] == "my-chat"


def test_one_that_is_named_wrongly_does_not_take_the_other_along() -> None:
    with SpeechServer(lambda _: "кот") as speech:
        environ = {"KADR_SPEECH_URL": f"{speech.url}/v1", "KADR_CHAT_URL": "https://me:sesame@h/v1"}
        with helpers_at(environ) as helpers:
            assert (helpers.can_hear, helpers.can_retell) == (True, False)
            (fault,) = helpers.faults
            assert fault.startswith("KADR_CHAT_URL: must be an address")
            assert "sesame" not in fault


def test_a_token_of_a_wrong_form_takes_both_and_is_not_shown() -> None:
    with helpers_at({"HF_TOKEN": "два слова"}) as helpers:
        assert (helpers.can_hear, helpers.can_retell) == (False, False)
        assert helpers.faults[0].startswith("HF_TOKEN: ")
        assert "слова" not in helpers.faults[0]


@pytest.mark.parametrize(("sound", "lack"), [(tone(40.0), "long"), (tone(peak=0), "quiet"), (b"", "broken")])
def test_a_flawed_recording_is_not_sent(sound: bytes, lack: str) -> None:
    with SpeechServer(lambda _: "кот") as server, helpers_at({"KADR_SPEECH_URL": f"{server.url}/v1"}) as helpers:
        assert helpers.heard(sound, PATIENCE) == Said(lack=lack)
        assert server.sounds == []


def test_a_fault_and_the_end_of_patience_are_words() -> None:
    faults = [Fault.spent(), Fault.latency(500)]
    with SpeechServer(lambda _: "кот", faults=faults[1:]) as server:
        with helpers_at({"KADR_SPEECH_URL": f"{server.url}/v1"}) as helpers:
            assert helpers.heard(tone(), 0.05) == Said(lack="slow")
        server.misbehave(faults[:1])
        with helpers_at({"KADR_SPEECH_URL": f"{server.url}/v1"}) as helpers:
            assert helpers.heard(tone(), PATIENCE) == Said(lack="spent")


def test_what_was_said_shows_in_no_print() -> None:
    assert "секрет" not in repr(Said("секрет"))
