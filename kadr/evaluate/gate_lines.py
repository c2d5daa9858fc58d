"""What the gate looks at, line by line: measured here and there, and whether that is allowed. Pure functions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kadr.collect.growth import LEAST_SHARE
from kadr.config import GateConfig
from kadr.evaluate.gate_invariants import Invariants, Learned
from kadr.evaluate.report import Report, Rival
from kadr.evaluate.shown import difference

__all__ = ["Line", "invariant_lines", "latency_line", "quality_lines"]

LEAST_FOUND = 0.98
"""Share of films that must be found by their titles where nothing is published to compare with. Of the sample and of
catalogues of 4,757, 9,742 and 39,840 films each title that was asked found its film."""
LEAST_MS = 1.0
"""Nobody feels a millisecond: without it a catalogue of forty films would fail by its noise."""
_GONE = (
    "what is published recommends by ratings, and this bundle does not; the build told why (`ratings: ...`): mend what"
    " [ratings] names and build again, or let them go with count = 1 in [gate] and a reason"
)
_FEWER = "look whether what [ratings] names is whole; if it is right, allow it with count in [gate] and a reason"
_EDGE = 1e-9  # what is exactly as much worse as allowed is allowed, however floats round


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is looked at, in words: here, there ("" for nothing there), what changed, what was allowed.

    `advice`: what to do where it does not hold, "" where its name says enough.
    """

    name: str
    candidate: str
    published: str
    change: str
    limit: str
    held: bool
    advice: str = ""


def invariant_lines(here: Invariants, there: Invariants | None, limits: GateConfig) -> Iterator[Line]:
    """Hold what was measured of a candidate against the same of the published bundle, None where there is none."""
    yield _films(here, there, limits)
    yield from _filled(here, there, limits)
    yield _titles(here, there, limits)
    faults = "; ".join(here.facet_faults)
    yield Line("facets", faults or "add up", "", "", "must add up", not faults)
    yield _size(here, there, limits)
    yield from _learned(here.learned, there.learned if there else None, limits)


def _films(here: Invariants, there: Invariants | None, limits: GateConfig) -> Line:
    if there is None:
        return Line("films", f"{here.films:,}", "", "", "at least 1", here.films > 0)
    return _count("films", here.films, there.films, limits.count)


def _count(name: str, here: int, there: int, limit: float, advice: str = "") -> Line:
    change = here / there - 1 if there else 0.0
    held = change >= -limit - _EDGE
    return Line(name, f"{here:,}", f"{there:,}", f"{change:+.1%}", f"-{limit:.1%}", held, advice)


def _filled(here: Invariants, there: Invariants | None, limits: GateConfig) -> Iterator[Line]:
    """Yield a line for each field that either knows of any film."""
    for name, share in here.filled.items():
        was = there.filled[name] if there else None
        if share or was:
            yield _share(f"have {name}", share, was, limits.filled if was is not None else None)


def _titles(here: Invariants, there: Invariants | None, limits: GateConfig) -> Line:
    name = "found by their titles"
    if there is None:
        held = here.found >= LEAST_FOUND
        return Line(name, f"{here.found:.1%}", "", "", f"at least {LEAST_FOUND:.0%}", held)
    return _share(name, here.found, there.found, limits.self_retrieval)


def _share(name: str, here: float, there: float | None, limit: float | None) -> Line:
    if there is None or limit is None:
        return Line(name, f"{here:.1%}", "", "", "", held=True)
    change = here - there
    # Points, so that .90 -> .89 is not taken for a hundredth of .90.
    changed, allowed = f"{100 * change:+.1f} points", f"-{100 * limit:.1f} points"
    return Line(name, f"{here:.1%}", f"{there:.1%}", changed, allowed, change >= -limit - _EDGE)


def _size(here: Invariants, there: Invariants | None, limits: GateConfig) -> Line:
    name, size = "bytes a film", f"{here.bytes_per_film:,.0f}"
    if there is None:
        return Line(name, size, "", "", "", held=True)
    change = here.bytes_per_film / there.bytes_per_film - 1
    held = change <= limits.bytes_per_film + _EDGE
    return Line(name, size, f"{there.bytes_per_film:,.0f}", f"{change:+.1%}", f"+{limits.bytes_per_film:.1%}", held)


def _learned(here: Learned | None, there: Learned | None, limits: GateConfig) -> Iterator[Line]:
    """Yield what became of the ratings, and of what they are worth; nothing where neither bundle learned from any.

    Visitors rate more in one month than in another, and a service may forget old ratings: only where most are gone is
    that taken for a fault. Where a dense catalogue loses them, each film may still have some.
    """
    films = "films with ratings"
    if here is None:
        if there is not None:
            held = limits.count >= 1
            yield Line(films, "no model", f"{there.films:,}", "-100.0%", f"-{limits.count:.1%}", held, _GONE)
        return
    if there is None:
        yield Line(films, f"{here.films:,}", "", "", "", held=True)
        yield Line("ratings", f"{here.ratings:,}", "", "", "", held=True)
    else:
        yield _count(films, here.films, there.films, limits.count, _FEWER)
        yield _count("ratings", here.ratings, there.ratings, max(limits.count, 1 - LEAST_SHARE), _FEWER)
    yield _worth(here.ndcg, there.ndcg if there else None)


def _worth(here: float | None, there: float | None) -> Line:
    """Tell, and do not hold: it is measured on other users each time."""
    change = "" if here is None or there is None else f"{here - there:+.3f}"
    shown = ["" if each is None else f"{each:.3f}" for each in (here, there)]
    return Line("NDCG@10 by ratings", shown[0], shown[1], change, "", held=True)


def latency_line(times: Sequence[float], limits: GateConfig) -> Line:
    """Hold what a search takes, in milliseconds: of the candidate, and of the published bundle where there is one."""
    here = times[0]
    if len(times) == 1:
        return Line("a search, median", f"{here:.1f} ms", "", "", "", held=True)
    there = times[1]
    ratio = here / there if there else 1.0
    held = ratio <= limits.latency or here - there < LEAST_MS
    return Line(
        "a search, median", f"{here:.1f} ms", f"{there:.1f} ms", f"x {ratio:.2f}", f"x {limits.latency:.2f}", held
    )


def quality_lines(quality: Report, limits: GateConfig) -> Iterator[Line]:
    """Hold the answers to judged queries: S@10 may not fall, the rest is told."""
    whole = quality.slices[0]
    rival: Rival | None = whole.against
    if rival is None:
        yield Line("S@10", f"{whole.scores.success_10:.3f}", "", "", "", held=True)
        yield Line("MRR@10", f"{whole.scores.mrr_10:.3f}", "", "", "", held=True)
        return
    gap = rival.difference.success_10
    # Both: a fall that chance explains is no fall, and one that is certain but small is none to stop for.
    held = gap.mean >= -limits.success_10 - _EDGE or gap.high >= 0
    limit = f"-{limits.success_10:.3f}, if certain"
    there = f"{rival.scores.success_10:.3f}"
    yield Line("S@10", f"{whole.scores.success_10:.3f}", there, difference(gap), limit, held)
    change, there = difference(rival.difference.mrr_10), f"{rival.scores.mrr_10:.3f}"
    yield Line("MRR@10", f"{whole.scores.mrr_10:.3f}", there, change, "", held=True)
