"""What the stand-ins for services have in common: calls are numbered, and go wrong as a script says."""

import itertools
import threading
from collections.abc import Callable, Sequence

from tests.servers.faults import NO_FAULT, Fault, Script, script
from tests.servers.wire import Loopback, Received, Reply

__all__ = ["ScriptedServer"]


class ScriptedServer(Loopback):
    """A server on the loopback that answers with `reply`, which asks `_fault` what goes wrong.

    Args:
        reply: what answers; it may be called before the constructor returns.
        faults: what goes wrong: a sequence, one a call, or a function of number and texts.
        port: 0 takes a free one.
    """

    def __init__(
        self, reply: Callable[[Received], Reply], faults: Sequence[Fault | None] | Script, port: int = 0
    ) -> None:
        self._turn = threading.RLock()  # whoever notes a call holds it while its fault is drawn
        self.misbehave(faults)
        super().__init__(reply, port)

    def misbehave(self, faults: Sequence[Fault | None] | Script) -> None:
        """Follow another script of faults from the next call on, whose number is 0 again."""
        with self._turn:
            self._script, self._numbers = script(faults), itertools.count()

    def _fault(self, texts: tuple[str, ...] = ()) -> Fault:
        """Return what goes wrong with this call; it counts from here on."""
        with self._turn:
            return self._script(next(self._numbers), texts) or NO_FAULT

    def _faulty(self, received: Received, fault: Fault, right: Callable[[], Reply]) -> Reply:
        """Return the right reply as a fault has it, when its time has come; or what stands in its place."""
        reply = fault.delivered(fault.reply or right())
        self.rest(received.at + fault.delay_s)
        return reply
