"""The texts that a new encoder is asked with: what near and strange are, and whether it helps where words are many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from kadr.calibrate import Pieces, pieces
from kadr.encode.passages import Passages
from kadr.film import Film
from kadr.probes import Probes, probes, with_judged

__all__ = ["Questions"]

HOSTED_SAMPLE = 150
"""Pieces and nonsense strings where each is paid for: quantiles of .95 are then steady to a film or two."""


@dataclass(frozen=True, slots=True)
class Questions:
    """`pieces`: for the calibration. `probes`: for the weight."""

    pieces: Pieces
    probes: Probes

    @classmethod
    def of(cls, films: Sequence[Film], *, paid: bool, judged: Iterable[tuple[str, Sequence[int]]] = ()) -> Self:
        """Return the questions of a catalogue, fewer where each is paid for; the same films give the same ones.

        Args:
            films: in row order.
            paid: whether each is paid for.
            judged: queries that somebody judged, with the rows of the films that they ask for. They have a say in the
                weights, and in nothing else.
        """
        asked = pieces(films, sample=HOSTED_SAMPLE) if paid else pieces(films)
        return cls(asked, with_judged(probes(films), judged))

    @property
    def probe_queries(self) -> list[str]:
        """What the probes ask, in their order."""
        return [probe.query for probe in self.probes.asked]

    @property
    def by_kind(self) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
        """Pieces, nonsense and what the probes ask."""
        return self.pieces.texts, self.pieces.nonsense, self.probe_queries

    @property
    def reduced(self) -> Passages:
        """Passages of the films that lost a text to the probes, in the order of `Probes.reduced`."""
        return Passages.of(self.probes.reduced.values())
