"""The pages of a catalogue whose queries a hosted model encodes: when it answers, and when it does not."""

import re
from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.hints import EXAMPLES
from app.texts import TEXTS
from kadr.live import live
from tests.app.shelf import ROOT, SECONDS, Visit, html
from tests.samples import BROAD
from tests.servers.inference import Fault
from tests.vectorise.shop import TOKEN, Shop, opened_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with opened_shop(tmp_path_factory.mktemp("shop")) as opened:
        opened.build()
        yield opened


@pytest.fixture
def open_at(shop: Shop, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visit]:
    monkeypatch.setenv("KADR_INFERENCE_URL", shop.server.url)
    monkeypatch.setenv("KADR_INFERENCE_TOKEN", TOKEN)
    monkeypatch.setenv("HF_TOKEN", "")
    monkeypatch.setenv("KADR_BUDGET_MS", "15000")
    live.cache_clear()
    st.cache_data.clear()

    def at(**params: str | list[str]) -> AppTest:
        return visit(shop.folder / "bundles", **params)

    yield at
    shop.server.misbehave(())
    live.cache_clear()
    st.cache_data.clear()


def captions(app: AppTest) -> str:
    return "\n".join(caption.value for caption in app.caption)


def test_a_model_that_answers_goes_without_saying(open_at: Visit) -> None:
    app = open_at(q="вторая луна")
    assert "Вторая луна" in html(app)
    assert "модел" not in html(app).lower() + captions(app).lower()


def test_for_the_examples_no_model_is_asked(shop: Shop, open_at: Visit) -> None:
    st.cache_resource.clear()
    app = open_at()
    assert [button.key for button in app.button if (button.key or "").startswith("example_")]
    open_at(q="письмо в бутылке")  # whose answer comes after all that was asked before
    sent = " ".join(text for call in shop.server.requests for text in call.texts)
    assert "письмо в бутылке" in sent
    assert not [name for name in EXAMPLES if TEXTS[name][0] in sent]


def test_where_the_distilled_encoder_stands_in_a_caption_says_so(shop: Shop, open_at: Visit) -> None:
    shop.server.misbehave(lambda _number, _texts: Fault.spent())
    app = open_at(q=BROAD)
    assert "Смысл запроса понят по запасной модели" in captions(app)
    assert "закончились" in captions(app)
    assert TOKEN not in html(app)


def test_where_the_words_alone_answer_a_notice_says_why(shop: Shop, open_at: Visit) -> None:
    shop.server.misbehave(lambda _number, _texts: Fault.refused())
    app = open_at(q="qwrtplk левшам")
    assert "не принимает ключ доступа" in html(app)
    assert "Показано найденное по словам" in html(app)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (None, "Отвечает, и её ответам можно доверять."),
        (Fault.other_model(), "изменилась после сборки каталога"),
        (Fault.spent(), "закончились"),
    ],
)
def test_the_about_page_tells_how_the_model_stands(shop: Shop, open_at: Visit, fault: Fault | None, said: str) -> None:
    shop.server.misbehave((lambda _number, _texts: fault) if fault else ())
    open_at(q="письмо в бутылке")  # whoever asks first waits for the canary
    app = AppTest.from_file(ROOT / "app" / "views" / "about.py", default_timeout=SECONDS).run()
    assert said in html(app)
    assert "модель по сети, запасная модель в каталоге" in html(app)
    assert TOKEN not in html(app)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (None, "в порядке service"),
        (Fault.refused(), "нужно исправить service"),
        (Fault.other_model(), "нужно исправить canaries"),
    ],
)
def test_the_about_page_shows_the_owner_what_the_doctor_would_say(
    shop: Shop, open_at: Visit, fault: Fault | None, said: str
) -> None:
    shop.server.misbehave((lambda _number, _texts: fault) if fault else ())
    open_at(q="письмо в бутылке")
    app = AppTest.from_file(ROOT / "app" / "views" / "about.py", default_timeout=SECONDS).run()
    assert "service" not in html(app)  # nobody asked, so nothing was sent
    app.session_state["checks"] = True
    app.run()
    text = " ".join(re.sub(r"<[^>]*>", " ", html(app)).split())
    assert said in text
    for name in ("bundle", "disk", "token", "clock" if fault is None else "model"):
        assert f"в порядке {name}" in text
    assert TOKEN not in html(app)


def test_a_slow_model_is_not_waited_for_with_an_empty_page(shop: Shop, open_at: Visit) -> None:
    shop.server.misbehave(lambda _number, _texts: Fault.latency(900))
    app = open_at(q="смотритель чинит лодку и ждёт письма")
    # The page was drawn by what is at hand, and once more when the model had answered, which goes without saying.
    assert "письм" in html(app)
    assert captions(app) == ""
    shop.server.misbehave(())
    assert captions(app.run()) == ""


def test_a_model_that_never_answers_leaves_the_words_and_says_so(
    shop: Shop, open_at: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KADR_BUDGET_MS", "600")
    shop.server.misbehave(lambda _number, _texts: Fault.latency(5_000))
    app = open_at(q="кондуктор потерял поезд в тумане")
    assert "не успела ответить" in html(app) + captions(app)
    assert "Уточняю" not in html(app)
