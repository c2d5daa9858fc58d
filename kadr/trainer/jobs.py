"""Trainings that run beside the server: one at a time, each with its progress to look at."""

import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from kadr.errors import KadrError
from kadr.progress import Advance, Reporter
from kadr.web.logs import LOG, frames
from kadr.web.problems import Fault, Problem

__all__ = ["Job", "Jobs", "Progress", "Work"]

MOST_KEPT = 100
"""Jobs that are remembered; the oldest are forgotten, their models are not."""
AGAIN_SECONDS = "10"

Work = Callable[[Reporter], Mapping[str, Any]]
"""Does a training, tells its progress, and returns what came of it as JSON values."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: its step, how many items are done of how many, 0 where that is not known, and a word on it."""

    step: str = ""
    done: int = 0
    total: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A training as it stands at one moment.

    Attributes:
        id: names it.
        model_name: what is trained.
        state: "running", "done" or "failed".
        started, ended: ISO 8601, UTC; `ended` is "" while it runs.
        progress: how far it is.
        seconds: what each step took that is over, by name.
        messages: what it said on the way.
        result: what came of it; empty while it runs, and where it failed.
        error: why it failed, "" where it did not.
    """

    id: str
    model_name: str
    started: str
    state: Literal["running", "done", "failed"] = "running"
    ended: str = ""
    progress: Progress = Progress()
    seconds: Mapping[str, float] = field(default_factory=dict)
    messages: tuple[str, ...] = ()
    result: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""


class Jobs:
    """All trainings of a server. May be used from many threads at once."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Lock()

    def all(self) -> tuple[Job, ...]:
        """Return the jobs that are remembered, the newest first."""
        with self._lock:
            return tuple(reversed(self._jobs.values()))

    def get(self, job_id: str) -> Job | None:
        """Return a job as it stands now; None where there is none."""
        with self._lock:
            return self._jobs.get(job_id)

    def check_idle(self) -> None:
        """Raise where a training runs.

        Raises:
            Problem: one does.
        """
        with self._lock:
            self._check_idle()

    def start(self, model_name: str, work: Work) -> Job:
        """Begin a training in a thread of its own, and return it as it begins.

        Raises:
            Problem: another one runs.
        """
        job = Job(uuid.uuid4().hex, model_name, _now())
        with self._lock:
            self._check_idle()
            self._jobs[job.id] = job
            while len(self._jobs) > MOST_KEPT:
                self._jobs.popitem(last=False)
        threading.Thread(target=self._run, args=(job.id, work), name="kadr-training", daemon=True).start()
        return job

    def change(self, job_id: str, **values: Any) -> None:
        """Note something of a job."""
        with self._lock:
            self._jobs[job_id] = replace(self._jobs[job_id], **values)

    def _check_idle(self) -> None:
        if any(job.state == "running" for job in self._jobs.values()):
            detail = "A training runs already, and one runs at a time; look at /jobs, and come again when it is over"
            raise Problem("training_runs", Fault(detail), headers={"Retry-After": AGAIN_SECONDS})

    def _run(self, job_id: str, work: Work) -> None:
        watched = Watched(self, job_id)
        try:
            values: dict[str, Any] = {"result": work(watched), "state": "done"}
        except KadrError as error:
            values = {"error": str(error), "state": "failed"}
        except Exception as error:  # noqa: BLE001  # the thread's last stop: a job never stays running for ever
            LOG.error("training failed", extra={"told": {"job": job_id, "error": frames(error)}})
            values = {"error": "The program has a fault, which was logged; no model was changed", "state": "failed"}
        self.change(job_id, **values, ended=_now(), progress=Progress(), seconds=watched.taken())


class Watched(Reporter):
    """Progress that is noted with its job."""

    def __init__(self, jobs: Jobs, job_id: str) -> None:
        super().__init__()
        self._jobs, self._id = jobs, job_id

    def taken(self) -> dict[str, float]:
        """Return the seconds of each step that is over, to the millisecond."""
        return {step: round(seconds, 3) for step, seconds in self.seconds.items()}

    def tell(self, text: str) -> None:
        """Keep it among the job's messages."""
        job = self._jobs.get(self._id)
        self._jobs.change(self._id, messages=(*(job.messages if job else ()), text))

    @contextmanager
    def _show(self, name: str, total: int | None) -> Iterator[Advance]:
        # The step before is over: its time stands in `seconds` only now.
        self._jobs.change(self._id, progress=Progress(name, 0, total or 0), seconds=self.taken())

        def advance(done: int, now_total: int | None = None, note: str = "") -> None:
            self._jobs.change(self._id, progress=Progress(name, done, now_total or total or 0, note))

        yield advance


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
