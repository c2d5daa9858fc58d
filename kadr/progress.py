"""Telling a person how far long work is: bars on a terminal, plain lines elsewhere. Build side only: it needs rich."""

import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

__all__ = ["Bars", "Lines", "Reporter", "reporter_for"]

EVERY_SECONDS = 5.0
"""How often a long step says where it is when nobody watches a terminal."""

Advance = Callable[[int], None]
"""Called with the number of items done so far."""


class Reporter(ABC):
    """Where progress is told. `seconds` holds how long each step took, in the order of the steps."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str, total: int | None = None) -> Iterator[Advance]:
        """Do one piece of work within this context; call what it gives with the number of items done so far."""
        start = time.perf_counter()
        with self._show(name, total) as advance:
            yield advance
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start

    @abstractmethod
    def tell(self, text: str) -> None:
        """Say something that is no progress, a line or several."""

    @abstractmethod
    @contextmanager
    def _show(self, name: str, total: int | None) -> Iterator[Advance]:
        """Show one step."""
        yield lambda _: None


class Lines(Reporter):
    """Plain lines: one when a step ends, and one every few seconds while it goes on."""

    def __init__(self, out: TextIO) -> None:
        super().__init__()
        self._out = out

    def tell(self, text: str) -> None:
        """Print it."""
        self._say(text)

    @contextmanager
    def _show(self, name: str, total: int | None) -> Iterator[Advance]:
        start = said = time.monotonic()
        done = 0

        def advance(now_done: int) -> None:
            nonlocal done, said
            done = now_done
            if time.monotonic() - said >= EVERY_SECONDS:
                said = time.monotonic()
                of = f" of {total}" if total else ""
                self._say(f"{name}: {done}{of}, {done / (said - start):.0f}/s")

        yield advance
        count = f"{done} in " if done else ""
        self._say(f"{name}: {count}{time.monotonic() - start:.1f} s")

    def _say(self, line: str) -> None:
        print(line, file=self._out, flush=True)


class Bars(Reporter):
    """A bar a step, with counts and rates."""

    def tell(self, text: str) -> None:
        """Print it to where the bars stand."""
        sys.stderr.write(text + "\n")

    @contextmanager
    def _show(self, name: str, total: int | None) -> Iterator[Advance]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description:<22}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, TextColumn("{task.fields[rate]}"), console=Console(stderr=True)) as progress:
            task = progress.add_task(name, total=total, rate="")

            def advance(now_done: int) -> None:
                progress.update(task, completed=now_done, rate=f"{progress.tasks[task].speed or 0:.0f}/s")

            yield advance
            done = total or int(progress.tasks[task].completed) or 1
            progress.update(task, total=done, completed=done)


def reporter_for(out: TextIO) -> Reporter:
    """Return bars where a person watches a terminal, else plain lines."""
    return Bars() if out.isatty() else Lines(out)
