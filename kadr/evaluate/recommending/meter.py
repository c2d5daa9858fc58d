"""What a piece of work costs: seconds, and the most memory that the process held meanwhile."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

__all__ = ["Cost", "metered"]

T = TypeVar("T")
_RESET, _STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the clock, and the peak of the process's resident memory in bytes, what it held before included.

    `peak` is None where the system does not tell (it needs Linux).
    """

    seconds: float
    peak: int | None


def metered(work: Callable[[], T]) -> tuple[T, Cost]:
    """Return what work gives, and what it cost."""
    told = _reset()
    start = time.perf_counter()
    made = work()
    return made, Cost(time.perf_counter() - start, _peak() if told else None)


def _reset() -> bool:
    """Let the kernel count the peak anew; tell whether it does."""
    try:
        _RESET.write_text("5", encoding="ascii")  # proc(5): 5 resets the peak resident set size
    except OSError:
        return False
    return True


def _peak() -> int | None:
    try:
        lines = _STATUS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM:")), None)
