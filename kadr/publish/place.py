"""What every published place can do, and how a step is tried again where the other side is busy."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from kadr.errors import ServiceBusy
from kadr.progress import Reporter
from kadr.publish.parcel import Parcel
from kadr.publish.plan import Plan, Published, Standing

__all__ = ["Place", "Planned", "patiently"]

TRIES = 6
"""With waits of 1, 2, 4, 8 and 16 seconds a service that restarts is waited for; one that is down is not."""
MOST_SECONDS = 120.0
"""The longest wait that a place may ask for; three of them outlast the Hub's windows of requests, of five minutes."""

Planned = Callable[[Standing], Plan]
"""Says what is to become of a place, from what stands there at the moment of the change."""

_T = TypeVar("_T")


class Place(Protocol):
    """A published place: the Hub, a store at an address, the releases of a repository, a folder.

    `where` names it in messages, without anything secret.
    """

    @property
    def where(self) -> str:
        """Its name."""

    def look(self) -> Standing:
        """Return what stands there, nothing where the place is not there yet."""

    def fetch(self, version: str, under: Path) -> Path:
        """Download a version under a folder and return its own; it is not verified here."""

    def publish(self, parcel: Parcel, planned: Planned, reporter: Reporter) -> Published:
        """Bring a parcel there and make it current, as planned; the pointer moves last, or with the rest at once."""


def patiently(step: Callable[[], _T], reporter: Reporter, rest: Callable[[float], None] = time.sleep) -> _T:
    """Do a step that finds out by itself how far it came, again where the other side was busy, and return its value.

    Raises:
        ServiceBusy: it was busy each time.
        KadrError: any other fault, at once.
    """
    for tried in range(TRIES - 1):
        try:
            return step()
        except ServiceBusy as busy:
            seconds = min(2.0**tried if busy.wait is None else busy.wait, MOST_SECONDS)
            reporter.tell(f"{busy}; once more in {seconds:.0f} s")
            rest(seconds)
    return step()
