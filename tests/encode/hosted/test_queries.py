"""A visitor's query: shared, batched, remembered, guarded; what it gets when all is well, or nearly."""

import math
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from kadr.encode.encoder import Role
from kadr.encode.hosted.embedder import Guard
from kadr.encode.hosted.lack import Lack
from kadr.encode.hosted.queries import State
from kadr.errors import EncodeError, ServiceBusy, ServiceDrifted
from tests.encode.hosted.scripted import (
    CANARIES,
    DIM,
    OPTIONS,
    PATIENCE,
    SOON,
    Scripted,
    at_work,
    becomes,
    left_behind,
    right,
    service,
)


def test_a_query_gets_its_vector_and_is_remembered_in_every_spelling() -> None:
    model = Scripted()
    with service(model) as (queries, _):
        first = queries.vector("  кто украл\tкой-что ", PATIENCE)
        again = queries.vector("кто украл ко\u0438\u0306-что", 0)
        assert right(first, "кто украл кой-что")
        assert (first.cached, first.lack, again.cached, again.lack) == (False, None, True, None)
        assert again.vector is first.vector
        assert first.vector is not None
        assert (first.vector.dtype == np.float32, first.vector.shape, first.vector.base) == (True, (DIM,), None)
        with pytest.raises(ValueError, match="read-only"):
            first.vector[0] = 0
    (sent,) = model.sent
    assert (sent.texts, sent.role, sent.timeout) == (("кто украл кой-что",), Role.QUERY, 60.0)


def test_those_who_ask_the_same_share_one_request() -> None:
    model = Scripted()
    with service(model) as (queries, _), ThreadPoolExecutor(8) as visitors:
        with model.hanging():
            answers = [visitors.submit(queries.vector, " маяк" * (i % 2) or "маяк", PATIENCE) for i in range(8)]
            becomes(lambda: queries.state().asked == 8)
        assert all(right(answer.result(), "маяк") for answer in answers)
    assert len(model.sent) == 1


def test_queries_that_wait_travel_together_and_those_who_are_watched_go_first() -> None:
    model = Scripted()
    with service(model, replace(OPTIONS, max_calls=2, max_batch=4)) as (queries, _), ThreadPoolExecutor(4) as visitors:
        with model.hanging():
            left_behind(queries, ["a", "b"])
            model.await_calls(2)
            left_behind(queries, [f"left {i}" for i in range(6)])
            watched = [visitors.submit(queries.vector, f"watched {i}", PATIENCE) for i in range(4)]
            becomes(lambda: queries.state().asked == 12)
            assert len(model.sent) == 2
        assert all(right(answer.result(), f"watched {i}") for i, answer in enumerate(watched))
        becomes(lambda: all(right(queries.vector(f"left {i}", 0), f"left {i}") for i in range(6)))
    batches = [sent.texts for sent in model.sent[2:]]
    assert sorted(map(len, batches)) == [2, 4, 4]
    assert {f"watched {i}" for i in range(4)} in map(set, batches)
    assert all(sent.guarded for sent in model.sent[2:]), "the order of a batch is checked"


def test_a_late_vector_answers_the_next_ask() -> None:
    model = Scripted()
    with service(model) as (queries, _):
        with model.hanging():
            answer = queries.vector("маяк", SOON)
            assert (answer.vector, answer.lack) == (None, Lack.SLOW)
        assert right(queries.vector("маяк", PATIENCE), "маяк")
        assert queries.state() == State(None, 0.0, trusted=True, fault="", asked=2, calls=1, cached=0, late=1)


def test_a_query_is_sent_before_anybody_waits_for_it() -> None:
    model = Scripted()
    with service(model) as (queries, _):
        with model.hanging():
            asking = queries.ask("маяк", PATIENCE)
            model.await_calls(1)
            assert not asking.settled
        becomes(lambda: asking.settled)
        assert right(asking.vector(0), "маяк")
        kept = queries.ask("маяк", 0)
        assert kept.settled
        assert kept.vector(0).cached
        assert queries.ask(" ", PATIENCE).vector(PATIENCE).lack is Lack.TEXT


def test_a_visitor_who_did_other_work_for_the_whole_budget_was_missed_all_the_same() -> None:
    model = Scripted()
    with service(model) as (queries, _):
        with model.hanging():
            for i in range(5):
                assert queries.ask(f"q{i}", SOON).vector(0).lack is Lack.SLOW
            assert queries.state().late == 5
            assert queries.state().lack is Lack.SLOW
        becomes(lambda: at_work() == 0)


@pytest.mark.parametrize("budget", [0.0, -1.0])
def test_without_a_budget_nobody_waits_but_the_query_is_sent(budget: float) -> None:
    model = Scripted()
    with service(model) as (queries, _):
        with model.hanging():
            assert queries.vector("маяк", budget).lack is Lack.SLOW
        becomes(lambda: queries.vector("маяк", budget).cached)
        assert queries.state().late == 0


def test_nobody_waits_for_longer_than_a_call_may_take() -> None:
    model = Scripted()
    with service(model, replace(OPTIONS, timeout=SOON)) as (queries, _), model.hanging():
        assert queries.vector("маяк", math.inf).lack is Lack.SLOW


def test_the_line_is_bounded() -> None:
    model = Scripted()
    with service(model, replace(OPTIONS, max_calls=1, most_waiting=3)) as (queries, _), model.hanging():
        left_behind(queries, ["in a call", "1", "2", "3"])
        assert queries.vector("4", PATIENCE).lack is Lack.BUSY
        assert queries.vector("3", 0).lack is Lack.SLOW, "who stands in it may be joined"


def test_who_stands_in_the_line_for_too_long_is_not_sent() -> None:
    model = Scripted()
    with service(model, replace(OPTIONS, max_calls=1)) as (queries, clock):
        with model.hanging():
            left_behind(queries, ["in a call", "stale"])
            clock.now += 61
            left_behind(queries, ["fresh"])
        becomes(lambda: queries.vector("fresh", 0).cached)
    assert [text for sent in model.sent for text in sent.texts] == ["in a call", "fresh"]


def test_one_refused_text_does_not_spoil_its_batch_and_is_remembered_for_a_while() -> None:
    model = Scripted()
    model.poison = {"яд"}
    texts = ["a", "b", "яд", "c"]
    with service(model, replace(OPTIONS, max_calls=1)) as (queries, clock), ThreadPoolExecutor(4) as visitors:
        with model.hanging():
            left_behind(queries, ["in a call"])
            answers = [visitors.submit(queries.vector, text, PATIENCE) for text in texts]
            becomes(lambda: queries.state().asked == 5)
        for text, answer in zip(texts, answers, strict=True):
            assert answer.result().lack is Lack.TEXT if text == "яд" else right(answer.result(), text)
        known = CANARIES[0].text
        assert sorted(sent.texts for sent in model.sent[2:]) == [("a",), ("b",), ("c",), (known,), ("яд",)]
        assert queries.vector("яд", PATIENCE).lack is Lack.TEXT
        assert len(model.sent) == 7, "it is not sent again"
        assert (queries.state().lack, queries.state().fault) == (None, "a text was refused"), "the service is well"
        model.poison.clear()
        clock.now += 600
        assert right(queries.vector("яд", PATIENCE), "яд")


def test_the_texts_of_a_refused_batch_are_tried_side_by_side() -> None:
    model = Scripted()
    model.poison = {"яд"}
    with service(model) as (queries, _), model.hanging():
        fillers = model.free
        left_behind(queries, ["1", "2", "3", "4", "a", "b", "яд", "c"])
        model.await_calls(4)
        batch = model.free = threading.Event()
        fillers.set()
        model.await_calls(5)
        with model.hanging():
            batch.set()
            model.await_calls(9)
        assert sorted(sent.texts for sent in model.sent[5:]) == [("a",), ("b",), ("c",), ("яд",)]


def test_a_batch_that_is_refused_after_the_breaker_opened_is_not_tried_again() -> None:
    model = Scripted()
    model.poison = {"яд"}
    with service(model, replace(OPTIONS, max_calls=1)) as (queries, clock):
        with model.hanging():
            filler = model.free
            left_behind(queries, ["filler", "a", "яд"])
            model.await_calls(1)
            batch = model.free = threading.Event()
            filler.set()
            model.await_calls(2)
            clock.now += 1
            for i in range(5):
                queries.vector(f"q{i}", SOON)
            assert queries.state().lack is Lack.SLOW
            clock.now += 3
            rest = queries.state().retry_in
            batch.set()
        becomes(lambda: at_work() == 0)
        assert len(model.sent) == 2
        assert queries.state().retry_in == rest, "it was no probe"


@pytest.mark.parametrize("text", ["", " \n\t", "\u3000"])
def test_a_blank_query_is_not_sent(text: str) -> None:
    model = Scripted()
    with service(model) as (queries, _):
        assert queries.vector(text, PATIENCE).lack is Lack.TEXT
    assert not model.sent


def test_canaries_go_with_the_first_call_and_when_the_last_check_is_old() -> None:
    model = Scripted()
    with service(model) as (queries, clock):
        assert queries.state().trusted is None
        for text, later in (("a", 0), ("b", 600), ("c", 1), ("d", 0)):
            clock.now += later
            assert right(queries.vector(text, PATIENCE), text)
        assert queries.state().trusted is True
    assert [sent.guarded for sent in model.sent] == [True, False, True, False]


def test_a_model_without_canaries_is_asked_without_them() -> None:
    model = Scripted(canaries=())
    with service(model) as (queries, _):
        queries.warm_up()
        assert right(queries.vector("a", PATIENCE), "a")
        assert queries.state().trusted is None
    assert not any(sent.guarded for sent in model.sent)


def test_a_model_that_drifted_is_not_believed_until_a_canary_comes_back() -> None:
    model = Scripted(None, ServiceDrifted("cosine .4"), ServiceBusy("503"))
    with service(model) as (queries, clock):
        assert right(queries.vector("before", PATIENCE), "before")
        clock.now += 601
        assert queries.vector("a", PATIENCE).lack is Lack.DRIFTED
        assert queries.state().trusted is False
        assert queries.state().fault == "cosine .4"
        assert queries.vector("before", PATIENCE).lack is Lack.DRIFTED, "what it gave before is forgotten"
        assert len(model.sent) == 2
        clock.now += 6.3
        assert queries.vector("b", PATIENCE).lack is Lack.DRIFTED
        becomes(lambda: queries.state().fault == "503")
        assert queries.vector("b", PATIENCE).lack is Lack.DRIFTED, "a failure proves nothing"
        clock.now += 12.6
        assert queries.vector("c", PATIENCE).lack is Lack.DRIFTED
        becomes(lambda: queries.state().trusted)
        assert right(queries.vector("c", 0), "c")
        assert right(queries.vector("before", PATIENCE), "before")
    assert [sent.guarded for sent in model.sent] == [True, True, True, True, False]


def test_what_a_call_brings_that_was_sent_before_the_drift_is_dropped() -> None:
    model = Scripted(None, None, ServiceDrifted("another model"))
    with service(model) as (queries, clock):
        assert right(queries.vector("first", PATIENCE), "first")
        with model.hanging():
            left_behind(queries, ["unguarded"])
            model.await_calls(2)
            clock.now += 601
            model.free = threading.Event()
            model.free.set()
            assert queries.vector("guarded", PATIENCE).lack is Lack.DRIFTED
        becomes(lambda: at_work() == 0)
        assert queries.vector("unguarded", 0).lack is Lack.DRIFTED
        assert queries.state().trusted is False


def test_a_probe_that_was_out_when_the_drift_was_seen_is_dropped_and_its_text_can_be_asked_again() -> None:
    model = Scripted(None, ServiceDrifted("another model"), *[ServiceBusy("503")] * 3)
    with service(model) as (queries, clock):
        queries.vector("first", PATIENCE)
        clock.now += 601
        with model.hanging():
            drifted = model.free
            left_behind(queries, ["a call that hangs"])
            model.await_calls(2)
            model.free = threading.Event()
            model.free.set()
            assert {queries.vector(f"q{i}", PATIENCE).lack for i in range(3)} == {Lack.UNAVAILABLE}
            clock.now += 6.3
            probe = model.free = threading.Event()
            queries.vector("probe", PATIENCE)
            model.await_calls(6)
            drifted.set()
            becomes(lambda: queries.state().trusted is False)
            probe.set()
        becomes(lambda: at_work() == 0)
        assert queries.state().lack is Lack.DRIFTED, "the probe was answered, but not checked since"
        clock.now += 12.6
        queries.vector("next probe", PATIENCE)
        becomes(lambda: queries.state().lack is None)
        assert right(queries.vector("probe", PATIENCE), "probe")


def test_no_thread_runs_before_the_first_query_or_after_the_last_answer() -> None:
    model = Scripted()
    with service(model) as (queries, _):
        assert at_work() == 0
        assert right(queries.vector("a", PATIENCE), "a")
        becomes(lambda: at_work() == 0)


def test_a_text_that_cannot_be_encoded_and_an_answer_of_a_wrong_shape_are_no_faults_of_a_visitor() -> None:
    class Short(Scripted):
        def embed(
            self, texts: Sequence[str], role: Role, *, timeout: float, guard: Guard | None = None
        ) -> NDArray[np.float32]:
            return super().embed([*texts, "one more"], role, timeout=timeout, guard=guard)[:, :3]

    with service(Scripted(EncodeError("blank"))) as (queries, _):
        assert queries.vector("a", PATIENCE).lack is Lack.TEXT
    with service(Short()) as (queries, _):
        assert queries.vector("a", PATIENCE).lack is Lack.UNAVAILABLE
        assert queries.state().fault == "1 vectors were due, and (2, 3) came"
