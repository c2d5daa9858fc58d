"""Work done by several threads, its results in the order of what it was done on."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Event, Thread
from typing import TypeVar

__all__ = ["in_order"]

T = TypeVar("T")
R = TypeVar("R")

AHEAD = 8
"""Items under way for each thread. A slow one holds up the order, not the work; more would only take memory."""


def in_order(work: Callable[[T], R], items: Iterable[T], threads: int) -> Generator[R]:
    """Yield `work(item)` for each item, in order. Items are taken one by one, few ahead of what was yielded.

    When the generator is closed, by an interrupt for example, no more work is begun, and nobody waits for that under
    way: it may hang on a slow server for half a minute, and the threads are daemons for that reason.

    Raises:
        Exception: what `work` or `items` raised, in its place; nothing comes after it.
    """
    waiting: SimpleQueue[tuple[T, Future[R]] | None] = SimpleQueue()
    over = Event()
    for _ in range(threads):
        Thread(target=_work, args=(work, waiting, over), daemon=True, name="kadr-in-order").start()
    under_way: deque[Future[R]] = deque()
    try:
        for item in items:
            future: Future[R] = Future()
            under_way.append(future)
            waiting.put((item, future))
            if len(under_way) >= threads * AHEAD:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        over.set()
        for _ in range(threads):
            waiting.put(None)


def _work(work: Callable[[T], R], waiting: "SimpleQueue[tuple[T, Future[R]] | None]", over: Event) -> None:
    while (task := waiting.get()) and not over.is_set():
        item, future = task
        try:
            future.set_result(work(item))
        except BaseException as fault:  # noqa: BLE001  # raised again where the result is asked for
            future.set_exception(fault)
