"""Speaking a query: recorded, transcribed, corrected, and searched when it is confirmed; each fault in plain words."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.helping import forget_helpers
from tests.app.helped import opened
from tests.servers.faults import Fault
from tests.servers.speech import SpeechServer, tone

WORDS = "про смотрителя маяка"
OWN = "the-own-token-of-tests"

Speak = Callable[..., AppTest]


def page() -> None:
    import streamlit as st
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    from app.voice import voice

    st.text_input("query", key="q")
    voice()
    context = get_script_run_ctx()
    assert context
    assert isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager)
    st.session_state["stored"] = sum(map(len, context.uploaded_file_mgr.file_storage.values()))


def search_page() -> None:
    import streamlit as st

    from app.session import keep, restore
    from app.voice import voice

    visit = restore(10, {})
    st.text_input("query", key="q")
    voice()
    keep(visit, 10)


@pytest.fixture
def server() -> Iterator[SpeechServer]:
    with SpeechServer(lambda _: WORDS, token=OWN) as speech:
        yield speech
    forget_helpers()


@pytest.fixture
def at(server: SpeechServer, bundles: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page with its drawer open."""
    app = opened(monkeypatch, bundles, page, KADR_SPEECH_URL=f"{server.url}/v1", KADR_INFERENCE_TOKEN=OWN)
    assert [*app.audio_input] == []  # nothing is loaded before the drawer opens
    return open_drawer(app)


def open_drawer(app: AppTest) -> AppTest:
    app.session_state["voice"] = True
    return app.run()


def record(app: AppTest, sound: bytes) -> AppTest:
    app.audio_input[0].upload("query.wav", sound).run()
    assert not app.exception
    return app


def shown(app: AppTest) -> str:
    return "\n".join(block.proto.body for block in app.html)


def test_what_was_said_is_shown_and_searched_only_when_it_is_confirmed(server: SpeechServer, at: AppTest) -> None:
    record(at, tone())
    assert at.text_area(key="voice_text").value == WORDS
    assert at.text_input(key="q").value == ""
    at.text_area(key="voice_text").set_value(f"  {WORDS}\nи   кота ")
    at.button[0].click().run()
    assert at.text_input(key="q").value == f"{WORDS} и кота"
    assert not at.session_state["voice"]
    assert [*at.audio_input] == []
    assert len(server.sounds) == 1


def test_a_search_that_was_spoken_is_a_link(
    server: SpeechServer, bundles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_drawer(
        opened(monkeypatch, bundles, search_page, KADR_SPEECH_URL=f"{server.url}/v1", KADR_INFERENCE_TOKEN=OWN)
    )
    record(app, tone())
    assert "q" not in app.query_params
    app.button[0].click().run()
    assert app.query_params["q"] == WORDS


def test_a_recording_is_sent_once_and_not_kept(server: SpeechServer, at: AppTest) -> None:
    sound = tone()
    record(at, sound)
    assert at.session_state["stored"] == 0
    at.run()
    at.text_input(key="q").set_value("x").run()
    assert server.sounds == [sound]
    assert "voice_sound" not in at.session_state
    assert at.text_area(key="voice_text").value == WORDS


def test_another_recording_takes_the_place_of_the_first(server: SpeechServer, at: AppTest) -> None:
    record(at, tone())
    server.misbehave([Fault.refused()])
    record(at, tone(hertz=880.0))
    assert "не принимает ключ доступа" in shown(at)
    assert [*at.text_area] == []


def test_a_deleted_recording_takes_its_words_along(at: AppTest) -> None:
    record(at, tone())
    at.audio_input[0].clear().run()
    assert [*at.text_area] == []
    assert "не сохраняется" in shown(at)


def test_words_that_were_emptied_are_not_searched(at: AppTest) -> None:
    record(at, tone())
    at.text_area(key="voice_text").set_value("   ")
    at.button[0].click().run()
    assert at.text_input(key="q").value == ""
    assert at.session_state["voice"]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.spent(), "оплаченные обращения к ней закончились"),
        (Fault.refused(), "не принимает ключ доступа"),
        (Fault.missing(), "нигде не запущена"),
        (Fault.busy(), "слишком много запросов"),
        (Fault.html(502), "сейчас недоступна"),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_a_fault_is_told_plainly_and_the_recording_can_be_tried_again(
    server: SpeechServer, at: AppTest, fault: Fault, said: str
) -> None:
    server.misbehave([fault])
    record(at, tone())
    assert said in shown(at)
    assert OWN not in shown(at)
    assert [*at.text_area] == []
    if fault.name == "html 502":  # the others end with a service that is left alone for a while
        at.button(key="voice_again").click().run()
        assert at.text_area(key="voice_text").value == WORDS


@pytest.mark.parametrize(
    ("sound", "said"),
    [
        (tone(31.0), "длиннее половины минуты"),
        (tone(peak=0), "Слов не слышно"),
        (b"RIFF", "не прочесть"),
    ],
)
def test_a_recording_that_cannot_be_understood_is_not_sent(
    server: SpeechServer, at: AppTest, sound: bytes, said: str
) -> None:
    record(at, sound)
    assert said in shown(at)
    assert server.sounds == []
    assert [*at.button] == []


def test_a_recording_without_words_says_so(
    server: SpeechServer, bundles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SpeechServer(lambda _: " ") as silent:
        app = open_drawer(opened(monkeypatch, bundles, page, KADR_SPEECH_URL=f"{silent.url}/v1"))
        record(app, tone())
    assert "Слов не слышно" in shown(app)
    assert server.sounds == []


def test_words_that_look_like_markup_stay_words(bundles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with SpeechServer(lambda _: "<img src=x onerror=alert(1)> **кот**") as hostile:
        app = open_drawer(opened(monkeypatch, bundles, page, KADR_SPEECH_URL=f"{hostile.url}/v1"))
        record(app, tone())
        assert app.text_area(key="voice_text").value == "**кот**"
        assert "onerror" not in shown(app)


@pytest.mark.parametrize(
    "variables",
    [{}, {"HF_OWN": "a token"}, {"KADR_SPEECH_URL": "https://me:sesame@host"}, {"KADR_SPEECH_MODEL": "x"}],
)
def test_without_access_the_control_explains_itself(
    bundles: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    app = open_drawer(opened(monkeypatch, bundles, page, **variables))
    assert not app.exception
    assert [*app.audio_input] == []
    assert "Голосовой поиск здесь не включён" in shown(app)
    assert "sesame" not in shown(app)


def test_a_recording_is_transcribed_once_though_the_visitor_did_not_wait(server: SpeechServer, at: AppTest) -> None:
    server.misbehave([Fault.latency(400)])
    sound = tone()
    from app.helping import helpers

    short = partial(helpers().heard, sound, 0.05)
    assert short().lack == "slow"
    record(at, sound)
    assert at.text_area(key="voice_text").value == WORDS
    assert len(server.sounds) == 1
