"""The service itself: health, readiness, figures, log, ids, origins, and what it says without a bundle."""

import json
import logging
import shutil
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.api.desk import MOST_WAITING, THREADS
from app.api.factory import PREFIX
from kadr.engine import Engine
from kadr.errors import BundleDamaged
from kadr.live import Live
from kadr.web.logs import LOG, JsonLines, configure
from tests.api.conftest import Ask, Serve

QUERY = "тайный запрос посетителя"


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Live]:
    live = Live(tmp_path / "later", Engine.open, poll_seconds=3600)
    yield live
    live.close()


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[list[dict[str, object]]]:
    """What the log holds, read back from its own format, when the list is asked for its items."""

    class Lines(list[dict[str, object]]):
        def __iter__(self) -> Iterator[dict[str, object]]:
            return iter(
                [json.loads(JsonLines().format(record)) for record in caplog.records if record.name == LOG.name]
            )

    with caplog.at_level(logging.DEBUG, LOG.name):
        yield Lines()


def test_it_lives_and_is_ready(ask: Ask, engine: Engine) -> None:
    assert ask().get("/health").json() == {"status": "live"}
    assert ask().get("/ready").json() == {"status": "ready", "version": engine.manifest.version}


def test_without_a_bundle_only_searching_and_readiness_say_503(ask: Ask, empty: Live) -> None:
    client = ask(empty)
    for path in ("/search", "/ready"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"], answer.json()["status"]) == (503, "no_bundle", 503)
        assert answer.headers["retry-after"] == "10"
    for path in ("/films/x", "/films/x/similar", "/suggest?q=a", "/facets", "/random", "/themes", "/bundle"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"], answer.json()["status"]) == (404, "no_bundle", 404)
        assert str(empty) not in answer.text
        assert "later" not in answer.text
    assert {client.get(path).status_code for path in ("/health", "/metrics", "/docs", "/openapi.json")} == {200}


def test_having_no_bundle_is_told_to_the_log_once(ask: Ask, empty: Live, lines: list[dict[str, object]]) -> None:
    client = ask(empty)
    for path in ("/search", "/themes", "/ready"):
        assert client.get(path).json()["code"] == "no_bundle"
    assert [line["level"] for line in lines if line["event"] == "no bundle"] == ["warning"]


def test_a_bundle_that_comes_is_served(ask: Ask, empty: Live, bundles: Path, tmp_path: Path) -> None:
    assert ask(empty).get("/ready").status_code == 503
    shutil.copytree(bundles, tmp_path / "later")
    assert ask(empty).get("/ready").status_code == 200


def test_what_cannot_be_opened_is_not_tried_for_each_request(ask: Ask, bundles: Path) -> None:
    tried: list[Path] = []

    def opens(folder: Path) -> Engine:
        tried.append(folder)
        raise BundleDamaged(f"{folder}: is no good")

    client = ask(Live(bundles, opens, poll_seconds=3600))
    answers = [client.get("/search") for _ in range(10)]
    assert {answer.status_code for answer in answers} == {503}
    assert 1 <= len(tried) < 5
    assert str(bundles) not in answers[0].text


def test_the_figures(ask: Ask, engine: Engine) -> None:
    client = ask()
    client.get("/search", params={"q": QUERY})
    client.get("/films/one")
    client.get("/films/two")
    client.get("/nothing")
    client.request("BREW", "/search")
    text = client.get("/metrics").text
    for line in (
        'kadr_api_requests_total{method="GET",route="/search",status="200"} 1.0',
        'kadr_api_requests_total{method="GET",route="/films/{film_id}",status="404"} 2.0',
        'kadr_api_requests_total{method="GET",route="unmatched",status="404"} 1.0',
        'kadr_api_requests_total{method="other",route="/search",status="405"} 1.0',
        'kadr_api_request_seconds_count{route="/search"} 2.0',
        'kadr_search_stage_seconds_count{stage="total"} 1.0',
        'kadr_search_encoder_total{encoder="embedded"} 1.0',
        'kadr_api_cache_total{outcome="miss"} 3.0',
        f'kadr_bundle_info{{version="{engine.manifest.version}"}} 1.0',
    ):
        assert line in text.splitlines()
    age = next(line for line in text.splitlines() if line.startswith("kadr_bundle_age_seconds "))
    assert 0 < float(age.split()[1]) < 86_400


def test_two_apis_count_apart(ask: Ask) -> None:
    first, second = ask(), ask()
    first.get("/themes")
    assert 'route="/themes"' in first.get("/metrics").text
    assert 'route="/themes"' not in second.get("/metrics").text


def test_an_id_that_a_request_brings_goes_with_it(ask: Ask, lines: list[dict[str, object]]) -> None:
    client = ask()
    assert client.get("/themes", headers={"X-Request-ID": "Trace-7.a_b"}).headers["x-request-id"] == "Trace-7.a_b"
    refused = client.get("/nothing", headers={"X-Request-ID": "Trace-8"})
    assert refused.json()["instance"] == "urn:kadr:request:Trace-8"
    assert [line["id"] for line in lines] == ["Trace-7.a_b", "Trace-8"]


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "é", '"><script>', "a,b"])
def test_an_id_that_is_none_is_replaced(ask: Ask, given: str) -> None:
    ids = [ask().get("/health", headers={b"X-Request-ID": given.encode()}).headers["x-request-id"] for _ in range(2)]
    assert [len(each) for each in ids] == [32, 32]
    assert ids[0] != ids[1]


def test_the_log_tells_how_and_not_what(ask: Ask, lines: list[dict[str, object]]) -> None:
    client = ask()
    client.get("/search", params={"q": QUERY, "genre": "ужасы"}, headers={"User-Agent": "spy"})
    client.get("/search", params={"k": QUERY})
    client.get(f"/films/{QUERY}")
    told = list(lines)
    assert [(line["route"], line["status"]) for line in told] == [
        ("/search", 200), ("/search", 422), ("/films/{film_id}", 404)
    ]  # fmt: skip
    assert (told[0]["event"], told[0]["mode"], told[0]["encoder"]) == ("request", "hybrid", "embedded")
    text = json.dumps(told, ensure_ascii=False)
    assert not [word for word in ("тайный", "ужасы", "%D1", "spy", "203.0.113.9") if word in text]


def test_the_log_tells_queries_where_it_is_asked_to(ask: Ask, lines: list[dict[str, object]]) -> None:
    ask(log_queries=True).get("/search", params={"q": "sea"})
    assert [line["query"] for line in lines] == ["q=sea"]


def test_the_log_is_json_on_standard_output_once(capsys: pytest.CaptureFixture[str]) -> None:
    logger, access = logging.getLogger("kadr"), logging.getLogger("uvicorn.access")
    before, level = list(logger.handlers), logger.level
    try:
        configure()
        configure()
        LOG.info("request", extra={"told": {"status": 200, "route": "/поиск"}})
        line = json.loads(capsys.readouterr().out)
        assert access.disabled  # it would hold whole addresses
    finally:
        logger.handlers[:], access.disabled = before, False
        logger.setLevel(level)
    assert (line["event"], line["status"], line["route"], line["logger"]) == ("request", 200, "/поиск", "kadr.api")
    assert line["time"].endswith("+00:00")


def test_a_page_that_failed_is_logged_with_its_frames_and_without_its_words(
    lines: list[dict[str, object]],
) -> None:
    try:
        int(QUERY)
    except ValueError as error:
        LOG.error("a page failed", exc_info=error)  # as app.main does
    (line,) = lines
    assert line["event"] == "a page failed"
    assert str(line["error"]).startswith("ValueError\n")
    assert "test_api_service.py" in str(line["error"])
    assert QUERY not in json.dumps(line, ensure_ascii=False)


def test_a_fault_of_the_program_is_a_problem_and_is_logged_without_its_words(
    ask: Ask, bundles: Path, lines: list[dict[str, object]]
) -> None:
    live = Live(bundles, Engine.open, poll_seconds=3600)
    client = ask(live)
    version = live.current().engine.manifest.version
    object.__setattr__(live.current(), "engine", f"broken by {QUERY}")  # what no bundle can do: an engine that is none
    answer = client.get("/themes")
    live.close()
    assert version not in answer.text
    assert (answer.status_code, answer.json()["code"]) == (500, "fault")
    assert answer.json()["instance"].endswith(answer.headers["x-request-id"])
    fault, request = lines
    assert str(fault["error"]).startswith("AttributeError\n")
    assert "desk.py" in str(fault["error"])
    assert (request["status"], request["id"]) == (500, fault["id"])
    assert QUERY not in json.dumps(list(lines), ensure_ascii=False)


def test_pages_elsewhere_may_ask_where_they_are_allowed(ask: Ask) -> None:
    origin = {"Origin": "https://films.example"}
    asking = origin | {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-api-key"}
    closed = ask()
    assert "access-control-allow-origin" not in closed.get("/themes", headers=origin).headers
    assert closed.options("/recommendations", headers=asking).status_code == 405
    client = ask(api_origins=("https://films.example",), api_keys=("a-key-of-sixteen-",))
    assert client.options("/recommendations", headers=asking).status_code == 200  # it carries no key
    refused = client.get("/themes", headers=origin)
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, "https://films.example")
    assert "X-Request-ID" in refused.headers["access-control-expose-headers"]
    other = client.get("/health", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other.headers


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ({"Origin": "https://evil.example"}, ["Origin"]),
        ({"Access-Control-Request-Method": "DELETE"}, ["Access-Control-Request-Method"]),
        ({"Access-Control-Request-Headers": "x-api-key, x-other"}, ["Access-Control-Request-Headers"]),
        (
            {"Origin": "https://evil.example", "Access-Control-Request-Method": "PUT"},
            ["Origin", "Access-Control-Request-Method"],
        ),
    ],
)
def test_a_page_that_may_not_ask_is_told_by_a_problem(ask: Ask, asked: dict[str, str], fields: list[str]) -> None:
    page = {"Origin": "https://films.example", "Access-Control-Request-Method": "GET"}
    refused = ask(api_origins=("https://films.example",)).options("/themes", headers=page | asked)
    assert (refused.status_code, refused.headers["content-type"]) == (400, "application/problem+json")
    assert (refused.json()["code"], refused.headers["vary"]) == ("page_refused", "Origin")
    assert refused.json()["instance"].endswith(refused.headers["x-request-id"])
    assert [each["field"] for each in refused.json()["errors"]] == fields
    assert "access-control-allow-origin" not in refused.headers
    assert "evil" not in refused.text


def test_the_address_of_the_api_alone_leads_to_its_description(ask: Ask) -> None:
    assert ask().get("/").url.path == "/api/v1/docs"
    client = ask()
    for path in (PREFIX, f"{PREFIX}?q=x"):
        bare = client.get(f"http://kadr.example{path}", follow_redirects=False)
        assert (bare.status_code, bare.headers["location"]) == (307, f"{PREFIX}/docs")
    assert client.get(f"http://kadr.example{PREFIX}x").status_code == 404
    assert client.post(f"http://kadr.example{PREFIX}").json()["code"] == "method_not_allowed"


def test_at_its_limit_it_says_so_at_once_and_is_still_watched(serve: Serve, bundles: Path) -> None:
    go_on = threading.Event()

    def opens(folder: Path) -> Engine:
        assert go_on.wait(30)
        return Engine.open(folder)

    with serve(Live(bundles, opens, poll_seconds=3600)) as address, ThreadPoolExecutor(THREADS + MOST_WAITING) as many:
        waiting = [many.submit(status, f"{address}/themes") for _ in range(THREADS + MOST_WAITING)]
        until = time.monotonic() + 20
        while (refused := status(f"{address}/themes", timeout=0.3)) != 429 and time.monotonic() < until:
            time.sleep(0.05)
        assert refused == 429
        assert status(f"{address}/health") == 200
        go_on.set()
        assert Counter(each.result(30) for each in waiting)[200] >= THREADS


def status(url: str, timeout: float = 30) -> int:
    """Return the status of an answer; 0 where none came in time."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as answer:  # noqa: S310  # our own address
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except TimeoutError:
        return 0
