"""Trainings run one at a time, and each can be looked at while it runs."""

import threading
from typing import Any

import pytest

from kadr.recommend.train.store import Store
from kadr.trainer.jobs import Jobs
from kadr.web.problems import Problem
from tests.trainer.trainings import TRAIN, Client, body


def test_one_training_at_a_time(trainer: Client, store: Store, films: list[str]) -> None:
    client = trainer(store)
    go = threading.Event()
    desk = client.app.state.desk  # type: ignore[attr-defined]  # starlette's application has it
    running = desk.jobs.start("other", lambda _: {"waited": go.wait(30)})
    answer = client.post(TRAIN, json=body([1], films[:1]))
    assert (answer.status_code, answer.json()["code"]) == (409, "training_runs")
    assert int(answer.headers["retry-after"]) > 0
    assert client.get(f"/jobs/{running.id}").json()["state"] == "running"
    go.set()


def test_a_fault_of_the_program_ends_a_job_and_is_not_quoted() -> None:
    jobs = Jobs()

    def work(_: Any) -> dict[str, Any]:
        raise ValueError("a secret")

    job = jobs.start("x", work)
    while (now := jobs.get(job.id)) and now.state == "running":
        threading.Event().wait(0.01)
    assert now
    assert (now.state, "secret" in now.error, bool(now.ended)) == ("failed", False, True)
    jobs.check_idle()


def test_progress_is_seen_while_it_runs() -> None:
    jobs, seen, go = Jobs(), threading.Event(), threading.Event()

    def work(tell: Any) -> dict[str, Any]:
        with tell.step("first", 10) as advance:
            advance(4, None, "half way")
            tell.tell("a word")
            seen.set()
            go.wait(30)
        return {"done": True}

    job = jobs.start("x", work)
    assert seen.wait(30)
    now = jobs.get(job.id)
    assert now
    assert (now.progress.step, now.progress.done, now.progress.total, now.progress.note) == ("first", 4, 10, "half way")
    assert now.messages == ("a word",)
    with pytest.raises(Problem):
        jobs.start("y", work)
    go.set()
