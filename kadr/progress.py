"""Telling a person how far long work is: bars on a terminal, plain lines elsewhere. Build side only: it needs rich."""

import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

__all__ = ["Advance", "Bars", "Lines", "Reporter", "reporter_for"]

EVERY_SECONDS = 5.0
"""How often a long step says where it is when nobody watches a terminal."""


SILENT_SECONDS = 15.0
"""How long a step may go without a word: one that waits for a server that never answers must be seen to wait."""


class Advance(Protocol):
    """Called with the number of items done so far, with how many there are where that is known only on the way, and
    with what came of them.
    """

    def __call__(self, done: int, total: int | None = None, note: str = "", /) -> None:
        """Take note of it."""


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
        yield lambda *_: None


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
        begun = said = time.monotonic()
        start, done, last = begun, 0, ""

        def advance(now_done: int, now_total: int | None = None, note: str = "") -> None:
            nonlocal start, done, last, said
            done, last = now_done, note
            start = start if done else time.monotonic()  # what goes before the first item is not its pace
            if time.monotonic() - said >= EVERY_SECONDS:
                said = time.monotonic()
                where = _where(done, now_total or total, said - start) if done else ""
                self._say(f"{name}: {'; '.join(filter(None, (where, note))) or '…'}")

        def beat() -> None:
            nonlocal said
            while not over.wait(SILENT_SECONDS):
                if (now := time.monotonic()) - said >= SILENT_SECONDS:
                    said = now
                    self._say(f"{name}: {last or 'at work'}, {now - begun:.0f} s so far")

        over = threading.Event()
        threading.Thread(target=beat, daemon=True, name="kadr-progress").start()
        try:
            yield advance
        finally:
            over.set()
        count = f"{done:,} in " if done else ""
        self._say(f"{name}: {count}{time.monotonic() - begun:.1f} s")

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

        start = time.monotonic()
        columns = (TextColumn("{task.description:<22}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        # Not markup: a note may quote what a page says of itself.
        said = TextColumn("{task.fields[said]}", markup=False)
        with Progress(*columns, said, console=Console(stderr=True)) as progress:
            task = progress.add_task(name, total=total, said="")

            def advance(now_done: int, now_total: int | None = None, note: str = "") -> None:
                nonlocal start
                start = start if now_done else time.monotonic()
                rate = _rate(now_done, now_total or total, time.monotonic() - start) if now_done else ""
                said = "; ".join(filter(None, (rate, note)))
                progress.update(task, completed=now_done, total=now_total or total, said=said)

            yield advance
            done = int(progress.tasks[task].completed) or total or 1
            progress.update(task, total=done, completed=done)


def _where(done: int, total: int | None, seconds: float) -> str:
    return f"{done:,}{f' of {total:,}' if total else ''}, {_rate(done, total, seconds)}"


def _rate(done: int, total: int | None, seconds: float) -> str:
    """Return how fast it goes, and how long it will take where that is known."""
    rate = done / max(seconds, 1e-9)
    shown = f"{rate:.0f}/s" if rate >= 10 else f"{rate:.1f}/s"
    if not total or not rate or total <= done:
        return shown
    left = (total - done) / rate
    return f"{shown}, {f'{left:.0f} s' if left < 100 else f'{left / 60:.0f} min'} left"


def reporter_for(out: TextIO) -> Reporter:
    """Return bars where a person watches a terminal, else plain lines."""
    return Bars() if out.isatty() else Lines(out)
