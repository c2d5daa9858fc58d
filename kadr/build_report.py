"""What a build did, and what it would do: as values, as JSON, as text for a terminal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kadr.catalogue.diff import Diff
from kadr.catalogue.report import Report

if TYPE_CHECKING:
    from kadr.vectorise.price import Estimate

__all__ = ["BuildReport", "DryRun"]

MOST_SHOWN = 20
"""Texts set aside that are printed; the JSON has all."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    `version`: the bundle that is current now. `unchanged`: a bundle of that version was there before. `catalogue`:
    counts of rows and films. `diff`: against the bundle that was current before, None where there was none. `seconds`:
    by stage. `sizes`: bytes by part of the bundle. `legs`: the weight that each query encoder earned. `encoder`: what a
    hosted model was asked, and which texts it refused; empty without one. `rejects`: the file of rejected rows, None
    when there are none.
    """

    version: str
    folder: Path
    unchanged: bool
    catalogue: Report
    diff: Diff | None
    seconds: Mapping[str, float]
    sizes: Mapping[str, int]
    legs: Mapping[str, float]
    encoder: Mapping[str, Any]
    rejects: Path | None

    @property
    def bytes_per_film(self) -> float:
        """Size of the bundle over its films."""
        return sum(self.sizes.values()) / max(self.catalogue.films, 1)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "version": self.version,
            "folder": str(self.folder),
            "unchanged": self.unchanged,
            "catalogue": self.catalogue.to_json(),
            "diff": self.diff.to_json() if self.diff else None,
            "seconds": dict(self.seconds),
            "bytes": dict(self.sizes),
            "bytes_per_film": round(self.bytes_per_film, 1),
            "legs": dict(self.legs),
            "encoder": dict(self.encoder),
            "rejects": str(self.rejects) if self.rejects else None,
        }

    def to_text(self) -> str:
        """Return what a person wants to know, the version last."""
        return "\n".join(self._lines())

    def to_markdown(self) -> str:
        """Return a step summary for a scheduled job: what changed, what was refused, which bundle is current."""
        refused = "".join(f"| {_cell(reason)} | {count:,} |\n" for reason, count in self.catalogue.rejected.items())
        return (
            f"## Kadr: {self.catalogue.films:,} films, bundle `{self.version}`\n\n"
            + (self.diff.to_markdown() if self.diff else "There was no bundle before.\n")
            + (f"\n| refused | rows and pages |\n|---|---|\n{refused}" if refused else "")
        )

    def _lines(self) -> Iterator[str]:
        yield self.catalogue.to_text()
        yield "seconds"
        yield from (f"  {name:<20}{seconds:>10.1f}" for name, seconds in self.seconds.items())
        yield "bytes"
        yield from (f"  {name:<20}{size:>10,}" for name, size in self.sizes.items())
        yield f"  {'a film':<20}{self.bytes_per_film:>10,.0f}"
        yield "weight beside the words"
        yield from (f"  {name:<20}{weight:>10.2f}" for name, weight in self.legs.items())
        aside = self.encoder.get("set_aside", [])
        if aside:
            yield f"the hosted encoder refused {len(aside)} texts; films among them are found by their words alone"
            yield from (f"  {each.get('title') or each.get('text')}: {each['reason']}" for each in aside[:MOST_SHOWN])
        if self.rejects:
            yield f"refused rows and pages: {self.rejects}"
        if self.diff:
            yield f"against the bundle before: {self.diff.to_text()}"
        state = "is current; its content is as before" if self.unchanged else "is current"
        yield f"bundle {self.version} {state}: {self.folder}"


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a build would do. `estimate`: what a hosted model would be asked, None without one."""

    catalogue: Report
    estimate: "Estimate | None"

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        asked = self.estimate.to_json() if self.estimate else None
        return {"catalogue": self.catalogue.to_json(), "estimate": asked}

    def to_text(self) -> str:
        """Return what a person wants to know."""
        asked = self.estimate.to_text() if self.estimate else "no hosted encoder: nothing would be sent"
        return f"{self.catalogue.to_text()}\n{asked}\nnothing was built"


def _cell(text: str) -> str:
    """Return a text for a cell of a Markdown table, as code, in which nothing else is read."""
    return f"`{text.replace('`', ' ').replace('|', ' ')}`"
