"""Whether the model behind a service is still the one that the index was made with. Pure: no clock, no thread."""

import secrets
from collections.abc import Sequence

from kadr.encode.hosted.embedder import Guard

__all__ = ["Trust"]


class Trust:
    """What canaries have shown. Not safe for threads: its holder locks.

    Attributes:
        held: whether the last canary came back as it was; None before the first.
        losses: how often it did not. What was asked before a loss is not to be believed.
    """

    def __init__(self, guards: Sequence[Guard], check_every: float) -> None:
        """`check_every`: seconds for which one canary speaks for all that is asked singly."""
        self._guards, self._check_every = guards, check_every
        self._checked: float | None = None
        self.held: bool | None = None
        self.losses = 0

    def guard_for(self, count: int, now: float) -> Guard | None:
        """Return a canary for a call of `count` texts where one is due: an order to check, or no recent proof."""
        due = self._checked is None or now - self._checked > self._check_every
        return secrets.choice(self._guards) if self._guards and (due or count > 1) else None

    def proved(self, now: float) -> None:
        """Note that a canary came back as it was."""
        self.held, self._checked = True, now

    def lost(self) -> None:
        """Note that a canary came back changed; the next call carries one again."""
        self.held, self._checked = False, None
        self.losses += 1
