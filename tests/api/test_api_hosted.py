"""A hosted model behind the search: what it gives is kept, and where it does not answer the visitor does not wait."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from kadr.engine import Engine
from kadr.live import Live
from tests.api.conftest import Ask, Serve
from tests.samples import BROAD
from tests.servers.inference import Fault
from tests.vectorise.shop import TOKEN, Shop, opened_shop

LONG_MS = 9_000
"""What a busy machine may take for one call."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with opened_shop(tmp_path_factory.mktemp("shop")) as opened:
        opened.build()
        yield opened


@pytest.fixture
def hosted(shop: Shop) -> Iterator[Live]:
    live = Live(shop.folder / "bundles", lambda folder: Engine.open(folder, shop.access), poll_seconds=3600)
    yield live
    shop.server.misbehave(())
    live.close()


def test_what_the_model_answers_may_be_kept(ask: Ask, hosted: Live) -> None:
    answer = ask(hosted).get("/search", params={"q": "вторая луна над городом", "timeout_ms": LONG_MS})
    assert (answer.json()["encoder"], answer.json()["degraded"]) == ("hosted", "")
    assert answer.headers["etag"]


def test_a_model_that_hangs_is_not_waited_for_and_its_absence_is_not_kept(ask: Ask, shop: Shop, hosted: Live) -> None:
    client = ask(hosted)
    client.get("/search", params={"q": "письмо", "mode": "lexical"})
    shop.server.misbehave(lambda _number, _texts: Fault.never_answer())
    began = time.perf_counter()
    answer = client.get("/search", params={"q": BROAD, "timeout_ms": 400})
    took = time.perf_counter() - began
    told = answer.json()
    assert (told["degraded"], told["encoder"]) == ("slow", "distilled")
    assert took < 1.5
    assert told["took_ms"]["total"] < 400
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    assert 'kadr_search_degraded_total{reason="slow"} 1.0' in client.get("/metrics").text


def test_who_waits_for_a_model_holds_up_nobody(serve: Serve, shop: Shop, hosted: Live) -> None:
    asked, answered = threading.Event(), threading.Event()

    def held(_number: int, _texts: tuple[str, ...]) -> None:
        asked.set()
        answered.wait(LONG_MS / 1000)

    with serve(hosted) as address, ThreadPoolExecutor(1) as pool:

        def search(**params: str | int) -> Any:
            return requests.get(f"{address}/search", params=params, timeout=LONG_MS).json()

        shop.server.misbehave(held)
        waiting = pool.submit(search, q="часы без стрелок", timeout_ms=LONG_MS)
        assert asked.wait(LONG_MS / 1000)
        assert search(q="письмо", mode="lexical")["hits"]
        assert not waiting.done()
        answered.set()
        assert waiting.result()["encoder"] == "hosted"


def test_no_time_is_no_wait(ask: Ask, shop: Shop, hosted: Live) -> None:
    shop.server.misbehave(lambda _number, _texts: Fault.never_answer())
    answer = ask(hosted).get("/search", params={"q": "поезд в тумане", "timeout_ms": 0}).json()
    assert answer["degraded"]
    assert answer["took_ms"]["encode"] < 200


def test_the_token_is_in_no_answer(ask: Ask, shop: Shop, hosted: Live) -> None:
    shop.server.misbehave(lambda _number, _texts: Fault.refused())
    client = ask(hosted)
    client.get("/search", params={"q": "море", "timeout_ms": LONG_MS})
    bundle = client.get("/bundle")
    assert bundle.json()["encoder"]["lack"] == "refused"
    assert TOKEN not in bundle.text + client.get("/metrics").text
    assert shop.server.url not in bundle.text
