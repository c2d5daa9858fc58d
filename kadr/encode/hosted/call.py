"""A call of a job on its way, and what came of all of them."""

from dataclasses import dataclass, field

from kadr.encode.hosted.embedder import Guard

__all__ = ["HANGS", "Call", "Tally"]

HANGS = 2
"""Calls of the same texts that may take all the time they have: a model that is loaded meanwhile takes one of them."""


@dataclass(slots=True, eq=False)
class Call:
    """Texts that are sent together with a canary, and how that failed.

    `tries`: in a row, whatever the reason. `hung`: so many took all the time there is, `said` being the last one's
    words. `refused`: its one text was. `wrong` and `drifted`: so many of all answers could not be believed.
    """

    texts: tuple[str, ...]
    guard: Guard | None = None
    tries: int = 0
    hung: int = 0
    said: str = ""
    refused: bool = False
    wrong: int = 0
    drifted: int = 0

    @property
    def halves(self) -> tuple["Call", "Call"]:
        """The first and the second half of the texts, as calls that were not tried yet; but one more that hangs is
        enough where the whole hung.
        """
        middle, hung = len(self.texts) // 2, min(self.hung, HANGS - 1)
        return Call(self.texts[:middle], self.guard, hung=hung), Call(self.texts[middle:], self.guard, hung=hung)

    def is_suspect(self, tries: int) -> bool:
        """Tell whether its texts may be at fault, rather than the service, which a canary is to show."""
        return self.refused or self.hung >= HANGS or self.tries >= tries


@dataclass(slots=True)
class Tally:
    """What came of the calls so far: requests sent, those that failed, texts kept, and why others were set aside."""

    requests: int = 0
    failed: int = 0
    kept: int = 0
    refused: dict[str, str] = field(default_factory=dict)
