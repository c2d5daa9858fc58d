"""Taking turns at computing.

Of Python's threads one gets on at a time, whatever the machine has, and the more of them want to, the more is lost on
handing that over: on two cores eight searches at once took a third more of the processor than one after the other, and
133 were done in a second in place of 161 (`python -m bench.turns`). So those who compute come one after the other, in
the order in which they came, and whoever waits for a service steps aside meanwhile.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Turns", "aside"]


class _Held(threading.local):
    by: "Turns | None" = None


_HELD = _Held()


class Turns:
    """Turns that threads take, one at a time. A thread takes no second one while it has one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for a turn, and have it for as long as the block lasts."""
        self._take()
        _HELD.by = self
        try:
            yield
        finally:
            _HELD.by = None
            self._give()

    def _take(self, *, again: bool = False) -> None:
        """Wait for a turn; whoever had one before is the next in line, because those behind came later."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Lock()
            mine.acquire()
            (self._waiting.appendleft if again else self._waiting.append)(mine)
        mine.acquire()  # which the one before releases

    def _give(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


@contextmanager
def aside() -> Iterator[None]:
    """Let others have this thread's turn for as long as the block lasts; a thread that has none just goes on."""
    held = _HELD.by
    if held is None:
        yield
        return
    _HELD.by = None
    held._give()  # noqa: SLF001  # one idea, in two halves
    try:
        yield
    finally:
        held._take(again=True)  # noqa: SLF001
        _HELD.by = held
