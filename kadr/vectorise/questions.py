"""The texts that a new encoder is asked with: what near and strange are, and whether it helps where words are many."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from kadr.calibrate import Pieces, pieces
from kadr.encode.passages import passage
from kadr.film import Film
from kadr.probes import Probes, probes

__all__ = ["Questions"]

HOSTED_SAMPLE = 150
"""Pieces and nonsense strings where each is paid for: quantiles of .95 are then steady to a film or two."""


@dataclass(frozen=True, slots=True)
class Questions:
    """`pieces`: for the calibration. `probes`: for the weight."""

    pieces: Pieces
    probes: Probes

    @classmethod
    def of(cls, films: Sequence[Film], *, paid: bool) -> Self:
        """Return the questions of a catalogue, fewer where each is paid for; the same films give the same ones."""
        asked = pieces(films, sample=HOSTED_SAMPLE) if paid else pieces(films)
        return cls(asked, probes(films))

    @property
    def probe_queries(self) -> list[str]:
        """What the probes ask, in their order."""
        return [probe.query for probe in self.probes.asked]

    @property
    def by_kind(self) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
        """Pieces, nonsense and what the probes ask."""
        return self.pieces.texts, self.pieces.nonsense, self.probe_queries

    @property
    def reduced_passages(self) -> list[str]:
        """Passages of the films that lost a text to the probes, in the order of `Probes.reduced`."""
        return [passage(film) for film in self.probes.reduced.values()]
