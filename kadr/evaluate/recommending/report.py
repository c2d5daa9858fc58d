"""What a comparison of models found. Plain values; `to_json` has all of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kadr.evaluate.bootstrap import Interval

__all__ = ["EASE", "MEASURES", "RIVALS", "VOTES", "Protocol", "Report", "Row"]

EASE, VOTES = "ease", "votes"
RIVALS = (EASE, VOTES)
"""What each model is set against."""
MEASURES: Mapping[str, str] = {
    "recall": "R",
    "ndcg": "N",
    "map": "MAP",
    "f1": "F1",
    "hit": "HR",
    "coverage": "cov",
    "novelty": "nov",
    "popularity": "pop",
    "distance": "dist",
    "gini": "gini",
}
"""Every measure, and how a table heads it."""


@dataclass(frozen=True, slots=True)
class Row:
    """How one model did in one protocol.

    Attributes:
        model: its name; with ", recent first" where older likes weighed less.
        scores: "ndcg@10" and the like -> mean over users; coverage and gini: mean over rounds. What cannot be said of
            anybody is not there.
        intervals: the same keys, those of Recall and NDCG -> 95 % interval of the mean.
        against: name of a rival -> the same keys -> difference to it, above zero where this model is better.
        ahead: name of a rival -> rounds in which this model's NDCG at the first depth was the higher.
        nbytes: what a bundle would carry, mean over rounds.
        seconds: of fitting, mean over rounds.
        peak: most memory while fitting, bytes, of all rounds; None where the system does not tell.
        parameters: what the model was made with, a text a round; rounds that shared it once.
    """

    model: str
    scores: Mapping[str, float]
    intervals: Mapping[str, Interval]
    against: Mapping[str, Mapping[str, Interval]]
    ahead: Mapping[str, int]
    nbytes: int
    seconds: float
    peak: int | None
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Protocol:
    """One protocol: its name, the users who were asked, its rounds, the models in the order of the table.

    `left_out`: models that could not be measured, and why.
    """

    name: str
    users: int
    rounds: int
    rows: tuple[Row, ...]
    left_out: Mapping[str, str]

    def row(self, model: str) -> Row:
        """Return the row of a model.

        Raises:
            KeyError: there is none.
        """
        for row in self.rows:
            if row.model == model:
                return row
        raise KeyError(model)


@dataclass(frozen=True, slots=True)
class Report:
    """All protocols that were run. `depths`: the k of every measure, ascending. `data`: what was read, in lines."""

    data: str
    depths: tuple[int, ...]
    protocols: tuple[Protocol, ...]

    def to_json(self) -> dict[str, Any]:
        """Return all of it as JSON values."""
        return asdict(self)
