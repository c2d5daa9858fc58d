"""Publishing while visitors search: `python -m bench.publishing`. It takes some five minutes, and ends with 1 where a
gate is not held, whose name is printed last.

A server of the HTTP API follows a data set repository of the stand-in Hub. Visitors search at a steady rate, while one
edition of a catalogue after another is published there, some of them damaged on the way. Each film of an edition says
which one it is of, so that each answer tells which bundle it came from.
"""

import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.burst import waited
from bench.editions import POLL_SECONDS, Edition, Place, built, following, opened_place, resident_mb
from bench.steady import Answer, Visitors

__all__ = ["Findings", "Plan", "broken", "soak"]

FULL_EDITIONS, FULL_DAMAGED, FULL_RATE, FULL_FILMS = 10, frozenset({2, 4, 6}), 100, 200
"""The numbers of the damaged ones leave each of the remainders that `Place.break_in` tells apart."""
SWAP_SECONDS = 60.0
"""In which a published edition must be the one that answers: to be looked for, fetched and opened on a busy machine."""
REFUSED_SECONDS = 2.0
"""Beside the longest swap so far, for which a damaged edition is waited for to do harm."""
SETTLED_SECONDS = 1.0
"""After a swap, until the bundle before it is let go of."""
GROWTH = 1.15
"""By which the memory at the end may be above that after the second swap; before it nobody had two bundles open."""
SLACK_MB = 10.0
KEPT_UP = 0.99
"""Of the searches that were due: the last ones wait, when all ends."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How many editions are published, which of them (from 0, which is good) are damaged, and how many ask a second."""

    editions: int = FULL_EDITIONS
    damaged: frozenset[int] = FULL_DAMAGED
    rate: int = FULL_RATE
    films: int = FULL_FILMS

    @property
    def good(self) -> tuple[int, ...]:
        """The editions that may be served, in order."""
        return tuple(number for number in range(self.editions) if number not in self.damaged)


@dataclass(frozen=True, slots=True)
class Findings:
    """What was seen.

    `answers`: in the order of their ends. `asked_from`: when the publication of each edition began, by
    `time.monotonic()`. `swaps`: seconds from the end of a publication to the first answer by that edition.
    `memory_mb`: of the server, resident, after each good edition settled; empty where the system does not tell.
    """

    plan: Plan
    answers: Sequence[Answer]
    asked_from: Mapping[int, float]
    swaps: Mapping[int, float]
    memory_mb: Sequence[float]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.answers) / (self.answers[-1].ended - self.answers[0].began)

    def to_text(self) -> str:
        """Return the measures, a line each."""
        seconds = [answer.ended - answer.began for answer in self.answers]
        p50, p99 = (waited(seconds, percent) * 1000 for percent in (50, 99))
        swaps = ", ".join(f"{lag:.1f}" for lag in self.swaps.values())
        memory = ", ".join(f"{size:.0f}" for size in self.memory_mb) or "not told here"
        return (
            f"{len(self.answers)} searches, {self.rate:.0f} a second of {self.plan.rate}: p50 {p50:.0f} ms, p99"
            f" {p99:.0f} ms\nseconds from published to served: {swaps} (looked for every {POLL_SECONDS} s)\n"
            f"resident MB after each: {memory}"
        )


def main() -> None:
    """Print what was measured; end with 1 where a gate is not held."""
    with tempfile.TemporaryDirectory() as folder:
        found = soak(Plan(), Path(folder))
    print(found.to_text())
    if faults := [*broken(found), *slow(found)]:
        sys.exit("not held: " + "; ".join(faults))


def soak(plan: Plan, folder: Path) -> Findings:
    """Build the editions, publish them one after another under load, and return what was seen."""
    editions = [built(folder / "editions", number, plan.films) for number in range(plan.editions)]
    with opened_place(folder) as place:
        place.publish(editions[0])
        with following(place, folder) as server, Visitors(server.port, plan.rate, editions[0].queries) as visitors:
            visitors.wait_for(0, SWAP_SECONDS)
            asked_from, memory = {0: 0.0}, [resident_mb(server.pid)]
            swaps: dict[int, float] = {}
            for edition in editions[1:]:
                asked_from[edition.number] = time.monotonic()
                if edition.number in plan.damaged:
                    place.break_in(edition)
                    time.sleep(max(swaps.values(), default=SWAP_SECONDS / 10) + REFUSED_SECONDS)
                else:
                    swaps[edition.number] = _published(place, edition, visitors)
                    time.sleep(SETTLED_SECONDS)
                    memory.append(resident_mb(server.pid))
    answers = sorted(visitors.answers, key=lambda answer: answer.ended)
    return Findings(plan, answers, asked_from, swaps, [size for size in memory if size])


def _published(place: Place, edition: Edition, visitors: Visitors) -> float:
    """Publish an edition, wait until it answers, and return the seconds between."""
    place.publish(edition)
    there = time.monotonic()
    return max(0.0, visitors.wait_for(edition.number, SWAP_SECONDS) - there)


def broken(found: Findings) -> list[str]:
    """Return what was not as it must be, nothing where all was."""
    failed = [answer for answer in found.answers if not answer.well]
    faults = [f"{len(failed)} requests failed: {failed[0].fault}"] if failed else []
    well = [answer for answer in found.answers if answer.well]
    foreign = {answer.edition for answer in well} - set(found.plan.good)
    if foreign:
        faults.append(f"answered by {sorted(foreign)}, which are damaged, or by several at once (-1)")
    early = [answer for answer in well if answer.ended < found.asked_from.get(answer.edition, 0.0)]
    if early:
        faults.append(f"{len(early)} answers by an edition that was not published yet")
    if late := _gone_back(well):
        faults.append(f"{late} answers by an edition older than one that had answered before")
    if missing := set(found.plan.good) - {answer.edition for answer in well}:
        faults.append(f"never served: {sorted(missing)}")
    if len(found.memory_mb) > 2 and found.memory_mb[-1] > GROWTH * found.memory_mb[1] + SLACK_MB:
        faults.append(f"memory grew from {found.memory_mb[1]:.0f} to {found.memory_mb[-1]:.0f} MB")
    return faults


def slow(found: Findings) -> list[str]:
    """Return that the searches were not kept up with, nothing where they were."""
    pace = found.rate / found.plan.rate
    return [] if pace > KEPT_UP else [f"{found.rate:.0f} searches a second of {found.plan.rate}"]


def _gone_back(answers: Sequence[Answer]) -> int:
    """Return how many answers came from an older edition than one whose answer had come before they were asked for."""
    ended = iter(sorted(answers, key=lambda answer: answer.ended))
    newest, late = 0, 0
    pending = next(ended, None)
    for answer in sorted(answers, key=lambda answer: answer.began):
        while pending and pending.ended < answer.began:
            newest, pending = max(newest, pending.edition), next(ended, None)
        late += answer.edition < newest
    return late


if __name__ == "__main__":
    main()
