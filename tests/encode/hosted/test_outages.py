"""Queries while the service is down, gone, broke or hanging: nobody waits for longer than the budget."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from kadr.encode.hosted.lack import Lack
from kadr.encode.hosted.queries import QueryService
from kadr.errors import (
    ServiceBusy,
    ServiceDrifted,
    ServiceMissing,
    ServiceRefused,
    ServiceSpent,
    ServiceWrong,
    TextRefused,
)
from tests.encode.hosted.scripted import (
    CANARIES,
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

ROOT = Path(__file__).resolve().parents[3]
PASSING = [ServiceBusy("503"), ServiceBusy("429", limited=True), ServiceWrong("NaN"), RuntimeError("secret")]


@pytest.mark.parametrize("fault", PASSING, ids=str)
def test_after_three_failures_nothing_is_sent_but_one_probe_that_closes_the_breaker(fault: Exception) -> None:
    model = Scripted(fault, fault, fault)
    lack = Lack.BUSY if str(fault) == "429" else Lack.UNAVAILABLE
    with service(model) as (queries, clock):
        assert [queries.vector(f"q{i}", PATIENCE).lack for i in range(9)] == [lack] * 9
        assert len(model.sent) == 3
        rest = queries.state().retry_in
        assert 3.75 <= rest <= 6.25
        clock.now += rest
        with model.hanging():
            assert [queries.vector(f"p{i}", PATIENCE).lack for i in range(9)] == [lack] * 9, "nobody waits for a probe"
            model.await_calls(4)
        becomes(lambda: queries.state().lack is None)
        assert len(model.sent) == 4
        assert right(queries.vector("p0", 0), "p0")
        assert right(queries.vector("q0", PATIENCE), "q0")
        assert "secret" not in queries.state().fault


@pytest.mark.parametrize(
    ("fault", "lack"),
    [
        (ServiceSpent("402"), Lack.SPENT),
        (ServiceRefused("401"), Lack.REFUSED),
        (ServiceMissing("404"), Lack.MISSING),
    ],
)
def test_a_lasting_fault_is_met_once(fault: Exception, lack: Lack) -> None:
    model = Scripted()
    model.always = fault
    with service(model) as (queries, clock):
        assert queries.vector("a", PATIENCE).lack is lack
        clock.now += 44
        assert queries.vector("b", PATIENCE).lack is lack
        assert queries.state().lack is lack
        assert len(model.sent) == 1


def test_a_service_that_failed_gets_half_as_many_calls_at_once() -> None:
    model = Scripted(ServiceBusy("503"))
    with service(model) as (queries, _):
        assert queries.vector("a", PATIENCE).lack is Lack.UNAVAILABLE
        with model.hanging():
            left_behind(queries, ["b", "c", "d", "e"])
            model.await_calls(3)
        becomes(lambda: queries.vector("e", 0).cached)
    assert sorted(sent.texts for sent in model.sent) == [("a",), ("b",), ("c",), ("d", "e")]


def test_when_calls_fail_together_all_who_wait_are_let_go_and_the_rest_is_not_longer_for_it() -> None:
    model = Scripted()
    model.always = ServiceBusy("503")
    with service(model) as (queries, _), ThreadPoolExecutor(30) as visitors:
        with model.hanging():
            answers = [visitors.submit(queries.vector, f"q{i}", PATIENCE) for i in range(30)]
            model.await_calls(4)
            becomes(lambda: queries.state().asked == 30)
        assert {answer.result(timeout=PATIENCE / 2).lack for answer in answers} == {Lack.UNAVAILABLE}
        becomes(lambda: at_work() == 0)
        assert len(model.sent) == 4
        assert queries.state().retry_in <= 6.25


def test_calls_that_hang_open_the_breaker_and_are_given_up() -> None:
    model = Scripted()
    with service(model, replace(OPTIONS, max_calls=2)) as (queries, clock):
        with model.hanging():
            assert {queries.vector(f"q{i}", SOON).lack for i in range(9)} == {Lack.SLOW}
            assert queries.state().lack is Lack.SLOW
            assert "5 times in a row" in queries.state().fault
            assert queries.state().late == 5
            assert len(model.sent) == 2
            clock.now += 6.3
            model.free = threading.Event()
            model.free.set()  # from here on the service is well, only the old calls still hang
            assert queries.vector("probe", PATIENCE).lack is Lack.SLOW
            becomes(lambda: queries.state().lack is None)
            assert right(queries.vector("new", PATIENCE), "new")
        becomes(lambda: queries.vector("q0", 0).cached)


def test_the_breaker_lets_those_go_who_wait_when_it_opens() -> None:
    model = Scripted()
    with service(model) as (queries, _), model.hanging(), ThreadPoolExecutor(1) as visitors:
        waits = visitors.submit(queries.vector, "patient", PATIENCE)
        model.await_calls(1)
        for i in range(5):
            queries.vector(f"q{i}", SOON)
        assert waits.result(timeout=PATIENCE / 2).lack is Lack.SLOW


def test_a_late_answer_closes_the_breaker() -> None:
    model = Scripted()
    with service(model) as (queries, clock):
        with model.hanging():
            for i in range(5):
                queries.vector(f"q{i}", SOON)
            clock.now += 1
        becomes(lambda: queries.state().lack is None)
        assert right(queries.vector("q0", PATIENCE), "q0")


def test_however_often_calls_hang_their_threads_are_bounded() -> None:
    model = Scripted()
    with service(model, replace(OPTIONS, max_calls=1)) as (queries, clock), model.hanging():
        for _ in range(9):
            for i in range(5):
                queries.vector(f"q{i} {clock.now}", SOON)
            clock.now += 61  # past every cool-down and every probe
        assert len(model.sent) == 4
        assert at_work() == 4


def test_a_probe_whose_text_is_refused_closes_the_breaker_where_a_known_text_is_taken() -> None:
    model = Scripted(*[ServiceBusy("503")] * 3, TextRefused("413"))
    with service(model) as (queries, clock):
        for i in range(3):
            queries.vector(f"q{i}", PATIENCE)
        clock.now += 6.3
        assert queries.vector("яд", PATIENCE).lack is Lack.UNAVAILABLE
        becomes(lambda: queries.vector("яд", PATIENCE).lack is Lack.TEXT)
        assert (queries.state().lack, queries.state().ailing, queries.state().fault) == (None, None, "413")
        assert right(queries.vector("a", PATIENCE), "a")
        assert [sent.texts for sent in model.sent[3:]] == [("яд",), (CANARIES[0].text,), ("a",)]
        assert queries.state().calls == 6


def test_a_service_that_refuses_every_text_is_down() -> None:
    model = Scripted()
    model.always = TextRefused("tei: answered 424 (backend failed); leave the text out")
    with service(model) as (queries, clock):
        assert {queries.vector(f"q{i}", PATIENCE).lack for i in range(20)} == {Lack.UNAVAILABLE}
        assert len(model.sent) == 6, "three texts and a known one with each"
        assert queries.state().fault == "tei: answered 424 (backend failed); it refuses every text"
        assert queries.state().lack is Lack.UNAVAILABLE
        model.always = None
        clock.now += 6.3
        queries.vector("probe", PATIENCE)
        becomes(lambda: queries.state().lack is None)
        assert right(queries.vector("q0", PATIENCE), "q0"), "no text is held against it"


def test_where_the_known_text_itself_is_refused_nothing_else_need_be_asked() -> None:
    model = Scripted(TextRefused("424"))
    with service(model) as (queries, _):
        assert queries.vector(CANARIES[0].text, PATIENCE).lack is Lack.UNAVAILABLE
        assert len(model.sent) == 1


def test_what_the_known_text_meets_counts_where_it_is_no_refusal() -> None:
    model = Scripted(TextRefused("413"), ServiceSpent("402"))
    with service(model) as (queries, _):
        assert queries.vector("a", PATIENCE).lack is Lack.SPENT
        assert (queries.state().lack, queries.state().fault) == (Lack.SPENT, "402")


def test_a_service_that_says_how_long_to_leave_it_alone_is_left_alone_at_once() -> None:
    model = Scripted()
    model.always = ServiceBusy("429", wait=60, limited=True)
    with service(model) as (queries, clock):
        assert {queries.vector(f"q{i}", PATIENCE).lack for i in range(9)} == {Lack.BUSY}
        clock.now += 59.9
        assert queries.vector("a", PATIENCE).lack is Lack.BUSY
        assert len(model.sent) == 1
        model.always = None
        clock.now += 0.1
        queries.vector("a", PATIENCE)
        becomes(lambda: queries.state().lack is None)


def test_closing_lets_those_go_who_wait_and_sends_nothing_more() -> None:
    model = Scripted()
    queries = QueryService(model)
    with model.hanging(), ThreadPoolExecutor(1) as visitors:
        waits = visitors.submit(queries.vector, "a", PATIENCE)
        model.await_calls(1)
        queries.close()
        assert waits.result(timeout=PATIENCE / 2).lack is Lack.UNAVAILABLE
        assert queries.vector("b", PATIENCE).lack is Lack.UNAVAILABLE
        queries.close()
    becomes(lambda: at_work() == 0)
    assert queries.vector("a", PATIENCE).lack is Lack.UNAVAILABLE, "what came after is dropped"
    assert len(model.sent) == 1


def test_a_system_without_threads_to_give_is_a_lack_like_any_other() -> None:
    model = Scripted()
    with service(model) as (queries, _):
        usual = threading.stack_size(1 << 46)  # more than there is room for
        try:
            assert queries.vector("a", PATIENCE).lack is Lack.UNAVAILABLE
        finally:
            threading.stack_size(usual)
        assert right(queries.vector("a", PATIENCE), "a")


FORKS = """
import os, sys
from tests.encode.hosted.scripted import PATIENCE, Scripted
from kadr.encode.hosted.queries import QueryService
model = Scripted()
queries = QueryService(model)
child = os.fork()
right = queries.vector("a", PATIENCE).vector is not None
if child == 0:
    os._exit(not right)
assert right and os.waitpid(child, 0)[1] == 0
gate = model.hanging()
gate.__enter__()
queries.vector("b", 0.01)
queries.close()
print("done")
"""


def test_it_works_on_both_sides_of_a_fork_and_a_hanging_call_keeps_no_program_alive() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", FORKS], cwd=ROOT, capture_output=True, text=True, timeout=15, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


@pytest.mark.parametrize("fault", [None, ServiceRefused("401"), ServiceDrifted("cosine .4")], ids=str)
def test_warming_up_tells_how_the_service_stands_before_anyone_asks(fault: Exception | None) -> None:
    model = Scripted(fault)
    with service(model) as (queries, _):
        with model.hanging():
            queries.warm_up()
            model.await_calls(1)
        becomes(lambda: queries.state().trusted is not None or queries.state().lack)
        state = queries.state()
        assert (state.asked, state.calls, state.late) == (0, 1, 0)
        assert state.trusted == {"None": True, "401": None, "cosine .4": False}[str(fault)]
    assert model.sent[0].texts == (CANARIES[0].text,)
    assert model.sent[0].guarded


def test_the_first_failure_is_known_at_once_and_forgotten_with_the_first_answer() -> None:
    model = Scripted(ServiceBusy("503"))
    with service(model) as (queries, _):
        assert queries.state().ailing is None
        assert queries.vector("a", PATIENCE).lack is Lack.UNAVAILABLE
        assert (queries.state().lack, queries.state().ailing) == (None, Lack.UNAVAILABLE), "it is asked all the same"
        assert right(queries.vector("b", PATIENCE), "b")
        assert queries.state().ailing is None
