"""A long plot in short: on demand, marked as a model's, kept in the session; nothing where it is not of use."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.helping import forget_helpers
from tests.app.helped import opened
from tests.servers.chat import ChatServer
from tests.servers.faults import Fault

OWN = "the-own-token-of-tests"
MODEL = "maker/<b>chatty</b>"


def page() -> None:
    import streamlit as st

    from app.retelling import retelling
    from kadr.film import Description, Film

    letters = st.session_state.get("letters", 2_000)
    plot = "Кот спасает город. " * (letters // 19 + 1)
    descriptions = (Description(plot[:letters]),) if letters else ()
    retelling(Film(st.session_state.get("film", "t1"), "Кот", descriptions=descriptions))


def retold(_: str) -> str:
    return json.dumps({"retelling": "Кот &lt;i&gt; спас город &amp; ушёл."}, ensure_ascii=False)


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with ChatServer(retold, token=OWN) as chat:
        yield chat
    forget_helpers()


@pytest.fixture
def at(server: ChatServer, bundles: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    place = {"KADR_CHAT_URL": f"{server.url}/v1", "KADR_CHAT_MODEL": MODEL, "KADR_INFERENCE_TOKEN": OWN}
    return opened(monkeypatch, bundles, page, **place)


def shown(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(block.proto.body for block in app.html)


def test_a_plot_is_retold_when_it_is_asked_for_and_said_to_be_a_models(server: ChatServer, at: AppTest) -> None:
    assert (server.users, shown(at)) == ([], "")
    at.button(key="retell").click().run()
    assert "Кот спас город &amp; ушёл." in shown(at)
    assert "Пересказала модель maker/&lt;b&gt;chatty&lt;/b&gt;" in shown(at)
    assert "может ошибаться" in shown(at)
    assert [*at.button] == []
    assert json.loads(server.users[0])["plot"] == ("Кот спасает город. " * 106)[:2_000]
    assert "in Russian" in server.asked[0][1]["messages"][0]["content"]


def test_a_retelling_stays_with_its_film_and_is_paid_for_once(server: ChatServer, at: AppTest) -> None:
    at.button(key="retell").click().run()
    at.session_state["film"] = "t2"
    at.run()
    assert shown(at) == ""
    at.session_state["film"] = "t1"
    at.run()
    assert "Кот спас город" in shown(at)
    assert len(server.users) == 1


def test_each_language_has_its_own(server: ChatServer, at: AppTest) -> None:
    at.button(key="retell").click().run()
    at.session_state["lang"] = "en"
    at.run()
    assert shown(at) == ""
    at.button(key="retell").click().run()
    assert "it may be wrong" in shown(at)
    assert "in English" in server.asked[1][1]["messages"][0]["content"]


@pytest.mark.parametrize(("letters", "offered"), [(0, False), (1_200, False), (1_201, True)])
def test_what_is_short_needs_no_retelling(at: AppTest, letters: int, *, offered: bool) -> None:
    at.session_state["letters"] = letters
    at.run()
    assert bool([*at.button]) is offered


@pytest.mark.parametrize("variables", [{}, {"HF_OWN": "a token"}, {"KADR_CHAT_URL": "https://me:sesame@host"}])
def test_without_access_there_is_no_button(
    bundles: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    app = opened(monkeypatch, bundles, page, **variables)
    assert shown(app) == ""
    assert [*app.button] == []
    forget_helpers()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.spent(), "оплаченные обращения к ней закончились"),
        (Fault.refused(), "не принимает ключ доступа"),
        (Fault.missing(), "нигде не запущена"),
        (Fault.html(502), "сейчас недоступна"),
        (Fault("words", delay_s=0.0), "не смогла пересказать"),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_a_fault_is_told_plainly_and_it_can_be_asked_again(
    server: ChatServer, at: AppTest, fault: Fault, said: str
) -> None:
    if fault.harmless:
        server._say = lambda _: "no object"
    server.misbehave([fault])
    at.button(key="retell").click().run()
    assert said in shown(at)
    assert OWN not in shown(at)
    assert at.button(key="retell")
