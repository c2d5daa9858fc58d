"""The gate: a bundle is held against the published one before it takes its place."""

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from kadr.bundle.disk import text_of
from kadr.bundle.manifest import PROVENANCE
from kadr.catalogue.diff import Diff, diff
from kadr.collect.unpack import shown
from kadr.config import GateConfig
from kadr.engine import Access, Engine
from kadr.errors import BundleError
from kadr.evaluate.gate_invariants import invariants_of, latencies_ms, sampled
from kadr.evaluate.gate_lines import Line, invariant_lines, latency_line, quality_lines
from kadr.evaluate.judgments import read_judgments
from kadr.evaluate.report import Report
from kadr.evaluate.resolve import resolve
from kadr.evaluate.run import MAX_UNRESOLVED, evaluate
from kadr.evaluate.ways import Way
from kadr.film import Film
from kadr.search.types import Mode
from kadr.text import plain

__all__ = ["Verdict", "gate"]

TIMED = 200
"""Queries that are timed: one bundle against itself then differs by 5 % at the most, on catalogues of 500 to 40,000
films."""
MAX_PROVENANCE_BYTES = 1 << 20  # what a build writes takes a few kilobytes
_PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate found.

    Attributes:
        candidate, published: the versions; `published` is "" where nothing was, or nothing that can be opened.
        lines: all that was looked at; none where both are the same version.
        changes: the films that are new, changed or gone; None where there is nothing to compare with.
        seconds: what the candidate's build took, by stage, as its provenance tells; empty where it does not.
        quality: the judged queries asked of the candidate, and of the published one where there is one; None for none.
        unread: why the published bundle cannot be opened, "" where it can or there is none.
        unjudged: why no judged queries were asked, "" where they were.
        loosened: names of the limits that are looser than by default; `reason` says why.
    """

    candidate: str
    published: str
    lines: tuple[Line, ...]
    changes: Diff | None
    seconds: Mapping[str, float]
    quality: Report | None
    unread: str
    unjudged: str
    loosened: tuple[str, ...]
    reason: str

    @property
    def passed(self) -> bool:
        """Whether every line held."""
        return all(line.held for line in self.lines)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "passed": self.passed,
            "candidate": self.candidate,
            "published": self.published,
            "lines": [asdict(line) for line in self.lines],
            "changes": self.changes.to_json() if self.changes else None,
            "seconds": dict(self.seconds),
            "quality": self.quality.to_json() if self.quality else None,
            "unread": self.unread,
            "unjudged": self.unjudged,
            "loosened": list(self.loosened),
            "reason": self.reason,
        }


def gate(candidate: Path, published: Path | None, limits: GateConfig, access: Access | None = None) -> Verdict:
    """Hold a bundle against the one that is published.

    A published bundle that cannot be opened, as that of another format cannot, holds nobody up: the candidate then
    speaks for itself, and the verdict says why.

    Args:
        candidate: the bundle, or the folder that holds bundles.
        published: the same of what is published; None where nothing is, and the bundle must speak for itself.
        limits: how much worse it may be, and the judged queries.
        access: how a hosted encoder may be asked the judged queries; None where it is not to be.

    Raises:
        BundleError: the candidate cannot be opened.
        SourceError: the judgments cannot be read.
    """
    lines: list[Line] = []
    changes = None
    unjudged = "both are the same version: there is nothing to compare"
    with ExitStack() as stack:
        # Without access: what is asked here by the thousand is worth no credit, and shall not wait for a network.
        quiet = [stack.enter_context(Engine.open(candidate))]
        unread = _opened(published, quiet, stack) if published is not None else ""
        versions = [engine.manifest.version for engine in quiet]
        if len(set(versions)) == len(versions):
            catalogues = [tuple(engine.films()) for engine in quiet]
            changes = diff(catalogues[1], catalogues[0]) if len(catalogues) > 1 else None
            lines += _measured(quiet, catalogues, limits)
            judged, unjudged = _judged(catalogues, limits)
            lines += judged
    quality = None
    if lines and not unjudged:
        quality = _asked(candidate, published if len(versions) > 1 else None, str(limits.judgments), access)
        lines += quality_lines(quality, limits)
    return Verdict(
        candidate=versions[0],
        published=versions[1] if len(versions) > 1 else "",
        lines=tuple(lines),
        changes=changes,
        seconds=_seconds(quiet[0].path),
        quality=quality,
        unread=unread,
        unjudged=unjudged,
        loosened=tuple(name for name in _LIMITS if getattr(limits, name) > getattr(_USUAL, name)),
        reason=limits.reason,
    )


_USUAL = GateConfig()
_LIMITS = tuple(each.name for each in fields(GateConfig) if each.name not in ("judgments", "reason"))


def _seconds(folder: Path) -> dict[str, float]:
    """Return what the build took, by stage; provenance is no part of the bundle, so that it may lack or be odd."""
    try:
        told = json.loads(text_of(folder / PROVENANCE, MAX_PROVENANCE_BYTES))["seconds"]
        return {plain(stage): float(seconds) for stage, seconds in told.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _opened(published: Path, quiet: list[Engine], stack: ExitStack) -> str:
    """Add the published bundle to the engines, and return ""; where it cannot be opened, why."""
    try:
        quiet.append(stack.enter_context(Engine.open(published)))
    except BundleError as fault:
        return str(fault)
    return ""


def _measured(engines: Sequence[Engine], catalogues: Sequence[Sequence[Film]], limits: GateConfig) -> list[Line]:
    """Return what is looked at without judgments: of the first engine, beside the second where there is one."""
    found = [invariants_of(engine, films) for engine, films in zip(engines, catalogues, strict=True)]
    times = latencies_ms(engines, [film.title for film in sampled(catalogues[0], TIMED)])
    lines = invariant_lines(found[0], found[1] if len(found) > 1 else None, limits)
    return [*lines, latency_line(times, limits)]


def _judged(catalogues: Sequence[Sequence[Film]], limits: GateConfig) -> tuple[list[Line], str]:
    """Return the line of how many judged films are there, and why the judged queries are not asked ("" if they are).

    Judgments of another catalogue judge nothing: where the published one has too few of their films they are left out;
    where only the candidate has too few, that is a loss.
    """
    if limits.judgments is None:
        return [], "there is no file of judged queries"
    judgments = read_judgments(str(limits.judgments))
    known = [len(resolve(judgments, films).targets) / len(judgments) for films in catalogues]
    least = 1 - MAX_UNRESOLVED
    if known[-1] < least:
        return [], f"{shown(str(limits.judgments))} judges another catalogue: {known[-1]:.0%} of its films are here"
    there = f"{known[1]:.1%}" if len(known) > 1 else ""
    line = Line("judged queries whose film is there", f"{known[0]:.1%}", there, "", f"{least:.0%}", known[0] >= least)
    return [line], "" if line.held else "too few of the judged films are left"


def _asked(candidate: Path, published: Path | None, judgments: str, access: Access | None) -> Report:
    with ExitStack() as stack:
        engine = stack.enter_context(Engine.open(candidate, access))
        if published is None:
            return evaluate(engine, judgments)
        rival = stack.enter_context(Engine.open(published, access))
        return evaluate(engine, judgments, against=Way(rival, {"mode": Mode.HYBRID}, _PUBLISHED))
