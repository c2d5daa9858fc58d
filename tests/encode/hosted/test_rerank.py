"""A cross-encoder through the real client: what is sent and where, what is believed, and what a fault means."""

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kadr.encode.hosted.breaker import BreakerOptions
from kadr.encode.hosted.faults import Asked
from kadr.encode.hosted.lack import Lack
from kadr.encode.hosted.rerank import CrossEncoder, scores_of
from kadr.encode.hosted.secrets import HUB_TOKEN, Keys
from kadr.encode.hosted.single import SingleOptions
from kadr.encode.hosted.wire import ROUTER
from kadr.errors import ConfigError, ServiceError, ServiceWrong
from tests.servers.faults import Fault
from tests.servers.ranking import MODEL, RankingServer, spoilt
from tests.servers.wire import Reply, json_reply

PATIENCE = 20.0
ASKED = Asked("h.example", MODEL, "HF_TOKEN", Keys())
TEXTS = ["a lighthouse", "ten", "a keeper of bees", "маяк и море"]
OWN = "the-own-token-of-tests"
PATIENT = SingleOptions(breaker=BreakerOptions(failures=1_000, misses=1_000))


def letters(query: str, text: str) -> float:
    """Return a relevance that differs from text to text: the share of its letters that the query has."""
    return sum(letter in query for letter in text) / len(text)


@contextlib.contextmanager
def encoder_at(
    server: RankingServer, *, own: bool = True, keys: Keys | None = None, options: SingleOptions = PATIENT
) -> Iterator[CrossEncoder]:
    url = server.url if own else ""
    encoder = CrossEncoder(MODEL, keys or Keys(), router=server.url, url=url, options=options)
    with contextlib.closing(encoder):
        yield encoder


@pytest.mark.parametrize("own", [True, False])
def test_each_passage_gets_its_own_score_whatever_the_order_of_the_answer(*, own: bool) -> None:
    with RankingServer(letters) as server, encoder_at(server, own=own) as encoder:
        got = encoder.ask("  lighthouse\tkeeper ", TEXTS, PATIENCE).get(PATIENCE)
        assert got.lack is None
        assert got.value is not None
        np.testing.assert_allclose(got.value, [letters("lighthouse keeper", text) for text in TEXTS], rtol=1e-6)
        assert got.value.dtype == np.float32
        ((path, asked),) = server.asked
    if own:
        assert path == "/rerank"
        assert asked == {
            "query": "lighthouse keeper",
            "texts": TEXTS,
            "raw_scores": False,
            "return_text": False,
            "truncate": True,
        }
    else:
        assert path == f"/hf-inference/models/{MODEL}/pipeline/text-ranking"
        assert asked == {"inputs": {"query": "lighthouse keeper", "texts": TEXTS}}


def test_the_same_question_is_asked_once_and_another_anew() -> None:
    with RankingServer(letters) as server, encoder_at(server) as encoder:
        first = encoder.ask("sea", TEXTS, PATIENCE).get(PATIENCE)
        again = encoder.ask(" sea  ", TEXTS, 0).get(0)
        assert (first.cached, again.cached) == (False, True)
        assert again.value is first.value
        with pytest.raises(ValueError, match="read-only"):
            again.value[0] = 1  # type: ignore[index]  # it is there
        assert not encoder.ask("sea", TEXTS[:3], PATIENCE).get(PATIENCE).cached
        assert not encoder.ask("lake", TEXTS, PATIENCE).get(PATIENCE).cached
        assert len(server.asked) == 3
        assert encoder.state().cached == 1


def test_a_query_of_any_length_and_of_half_letters_is_sent_in_bounds() -> None:
    with RankingServer(letters) as server, encoder_at(server) as encoder:
        assert encoder.ask("мо\ud83dре " * 2_000, TEXTS, PATIENCE).get(PATIENCE).lack is None
        ((_, asked),) = server.asked
        assert len(asked["query"]) <= 2_000
        assert asked["query"].startswith("мо?ре мо?ре")


def test_a_server_that_takes_fewer_passages_is_given_the_first_ones() -> None:
    with RankingServer(letters, batch_limit=3) as server, encoder_at(server) as encoder:
        got = encoder.ask("sea", TEXTS, PATIENCE).get(PATIENCE)
        assert got.value is not None
        np.testing.assert_allclose(got.value, [letters("sea", text) for text in TEXTS[:3]], rtol=1e-6)
        assert encoder.ask("lake", TEXTS, PATIENCE).get(PATIENCE).lack is None
        assert [len(asked["texts"]) for _, asked in server.asked] == [4, 3, 3], "the limit is learned once"


FAULTS = [
    (Fault.never_answer(), Lack.SLOW),
    (Fault.slow_drip(PATIENCE), Lack.SLOW),
    (Fault.busy("30"), Lack.BUSY),
    (Fault.overload(), Lack.UNAVAILABLE),
    (Fault.loading(), Lack.UNAVAILABLE),
    (Fault.html(502), Lack.UNAVAILABLE),
    (Fault.html(200), Lack.UNAVAILABLE),
    (Fault.spent(), Lack.SPENT),
    (Fault.refused(), Lack.REFUSED),
    (Fault.forbidden(), Lack.REFUSED),
    (Fault.missing(), Lack.MISSING),
    (Fault.redirect("https://elsewhere.example/"), Lack.MISSING),
    (Fault.status(422, "cannot be read"), Lack.TEXT),
    (Fault.error_json(), Lack.UNAVAILABLE),
    (Fault.empty_list(), Lack.UNAVAILABLE),
    (Fault.short_count(), Lack.UNAVAILABLE),
    (Fault.wrong_index(), Lack.UNAVAILABLE),
    (spoilt(b"NaN"), Lack.UNAVAILABLE),
    (spoilt(b"Infinity"), Lack.UNAVAILABLE),
    (spoilt(b"null"), Lack.UNAVAILABLE),
    (spoilt(b"true"), Lack.UNAVAILABLE),
    (spoilt(b'"0.5"'), Lack.UNAVAILABLE),
    (spoilt(b"1e300"), Lack.UNAVAILABLE),
    (spoilt(b"9" * 400), Lack.UNAVAILABLE),
    (Fault.drop_before(), Lack.UNAVAILABLE),
    (Fault.drop_mid_body(), Lack.UNAVAILABLE),
    (Fault.huge(10), Lack.UNAVAILABLE),
    (Fault.huge(10, declared=False), Lack.UNAVAILABLE),
    (Fault.bomb(10), Lack.UNAVAILABLE),
]


@pytest.mark.parametrize(("fault", "lack"), FAULTS, ids=[fault.name for fault, _ in FAULTS])
@pytest.mark.parametrize("own", [True, False])
def test_a_fault_is_a_word_and_no_score(fault: Fault, lack: Lack, *, own: bool) -> None:
    with RankingServer(letters, faults=[fault]) as server, encoder_at(server, own=own) as encoder:
        budget = 0.3 if lack is Lack.SLOW else PATIENCE
        got = encoder.ask("sea", TEXTS, budget).get(budget)
        assert (got.value, got.lack) == (None, lack)


def test_no_secret_and_no_word_of_a_visitor_is_in_a_fault() -> None:
    echo = Fault("echo", Reply(401, f'{{"error": "bad token {OWN} Bearer {OWN}"}}'.encode()))
    with RankingServer(letters, faults=[echo]) as server, encoder_at(server, keys=Keys(own=OWN)) as encoder:
        assert encoder.ask("a secret wish", TEXTS, PATIENCE).get(PATIENCE).lack is Lack.REFUSED
        fault = encoder.state().fault
        assert OWN in server.log
    assert OWN not in fault
    assert "secret wish" not in fault
    assert MODEL in fault
    assert "set KADR_INFERENCE_TOKEN" in fault


def test_a_model_that_is_not_there_names_the_setting() -> None:
    with RankingServer(letters, faults=[Fault.missing()]) as server, encoder_at(server) as encoder:
        encoder.ask("sea", TEXTS, PATIENCE).get(PATIENCE)
        assert encoder.state().fault.endswith("check search.rerank and search.rerank_url in the catalogue file")


def test_tokens_go_where_they_belong() -> None:
    keys = Keys(hub="hf_TheHubTokenOfTests", own=OWN)
    with RankingServer(letters, token=OWN) as server, encoder_at(server, keys=keys) as encoder:
        assert encoder.ask("sea", TEXTS, PATIENCE).get(PATIENCE).lack is None
        assert "hf_TheHub" not in server.log
    assert CrossEncoder(MODEL, keys, router=ROUTER).may_ask
    assert not CrossEncoder(MODEL, Keys(own=OWN), router=ROUTER).may_ask
    assert CrossEncoder(MODEL, Keys(own=OWN), router=ROUTER).token_variable == HUB_TOKEN
    assert CrossEncoder("any", Keys(), router=ROUTER, url="http://10.0.0.7").may_ask


@pytest.mark.parametrize(
    ("model", "url", "message"),
    [
        ("../model", "", r"^search.rerank: must be organisation/name"),
        ("a/b:fastest", "", r"^search.rerank: must be organisation/name"),
        ("any", "ftp://h", r"^search.rerank_url: must be an address"),
        ("any", "https://me:sesame@h.example", r"^search.rerank_url: must be an address"),
        ("any", "http://h.example", r"^search.rerank_url: must begin with https"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_once(model: str, url: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        CrossEncoder(model, Keys(own=OWN), router=ROUTER, url=url)
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    ("router", "message"),
    [("ftp://h", r"^KADR_INFERENCE_URL: must be an address"), ("http://h.example", r"^KADR_INFERENCE_URL: must begin")],
)
def test_what_stands_for_the_router_is_named_where_it_is_no_good(router: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        CrossEncoder(MODEL, Keys(own=OWN), router=router)


def test_the_memory_is_bounded_and_a_closed_encoder_asks_nobody() -> None:
    with (
        RankingServer(letters) as server,
        encoder_at(server, options=replace(PATIENT, most_kept=2)) as encoder,
    ):
        for query in ("a", "b", "c", "a"):
            assert not encoder.ask(query, TEXTS, PATIENCE).get(PATIENCE).cached
        encoder.close()
        assert encoder.ask("d", TEXTS, PATIENCE).get(PATIENCE).lack is Lack.UNAVAILABLE
        assert len(server.asked) == 4


@pytest.mark.parametrize("options", [SingleOptions(timeout=1.0), replace(PATIENT, timeout=0.3, max_calls=100)])
def test_nobody_waits_for_much_longer_than_the_budget(options: SingleOptions) -> None:
    """Neither where the breaker sends visitors away at once nor where it never opens."""
    kinds = [None, Fault.never_answer(), Fault.slow_drip(5), Fault.overload(), Fault.latency(30), spoilt(b"NaN")]
    budget, waits = 0.05, []
    with (
        RankingServer(letters, faults=lambda number, _: kinds[number % len(kinds)]) as server,
        encoder_at(server, options=options) as encoder,
    ):
        for i in range(100):
            start = time.perf_counter()
            encoder.ask(f"q{i}", TEXTS, budget).get(budget)
            waits.append(time.perf_counter() - start)
    assert sorted(waits)[98] < budget + 0.5  # a busy machine is no fault


@given(st.lists(st.floats(-20, 20, width=32), min_size=1, max_size=60), st.randoms())
def test_the_index_decides_not_the_order(scores: list[float], random: Any) -> None:
    rows = [{"index": i, "score": score} for i, score in enumerate(scores)]
    random.shuffle(rows)
    np.testing.assert_array_equal(scores_of(rows, len(scores), ASKED), np.array(scores, dtype=np.float32))


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["index", "score", "error", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JUNK, st.integers(1, 4))
@example([{"index": 1, "score": 0.5}, {"index": 0, "score": -2}], 2)
def test_whatever_comes_it_is_the_scores_or_an_error_of_the_service(answer: Any, count: int) -> None:
    with contextlib.suppress(ServiceError):
        scores = scores_of(answer, count, ASKED)
        assert scores.shape == (count,)
        assert np.isfinite(scores).all()
        assert sorted(row["index"] for row in answer) == list(range(count))


@pytest.mark.parametrize("rows", [[(0, 1.0), (0, 0.5)], [(0, 1.0), (2, 0.5)], [(-1, 1.0), (0, 0.5)], [(0, 1.0)]])
def test_each_index_must_be_there_once(rows: list[tuple[int, float]]) -> None:
    with pytest.raises(ServiceWrong, match=r"gave [12] scores"):
        scores_of([{"index": index, "score": score} for index, score in rows], 2, ASKED)


def test_an_answer_is_not_read_beyond_what_it_may_have() -> None:
    with RankingServer(letters, faults=[Fault.huge(10, declared=False)]) as server, encoder_at(server) as encoder:
        encoder.ask("sea", TEXTS, PATIENCE).get(PATIENCE)
        assert "gave more than 4,608 bytes" in encoder.state().fault


def test_an_answer_as_the_hub_was_seen_to_give_it() -> None:
    """The figures stand in an issue of huggingface.js (2496)."""
    answer = json.loads('[{"score":0.83948773,"index":1},{"score":0.00027905524,"index":0}]')
    np.testing.assert_allclose(scores_of(answer, 2, ASKED), [0.00027905524, 0.83948773])
    assert json_reply(answer).status == 200
