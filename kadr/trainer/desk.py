"""Where a request meets the models: off the event loop, in few threads, with its answer kept by nobody."""

import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar

import anyio
from anyio.to_thread import run_sync
from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from kadr.trainer.jobs import Jobs
from kadr.trainer.workshop import Workshop

__all__ = ["NOT_KEPT", "Desk", "DeskHere", "answer"]

THREADS = 4
"""Requests at work at once, beside a training: who asks here is a program or two, not an audience."""
NOT_KEPT = {"Cache-Control": "no-store"}

Result = TypeVar("Result")


class Desk:
    """What the routes share: the models, the jobs, the threads."""

    def __init__(self, workshop: Workshop, jobs: Jobs) -> None:
        self.workshop, self.jobs = workshop, jobs
        self._threads = anyio.CapacityLimiter(THREADS)

    async def run(self, work: Callable[[], Result]) -> Result:
        """Do blocking work in one of the threads."""
        return await run_sync(work, limiter=self._threads)


async def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


DeskHere = Annotated[Desk, Depends(_desk)]
"""The desk of the server that a route belongs to."""


def answer(body: Mapping[str, Any], status: int = 200, **headers: str) -> Response:
    """Return JSON values as an answer that nobody is to keep."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode("utf-8", "replace"), status, {**NOT_KEPT, **headers}, "application/json")
