"""What each kind of model does with merged ratings, and what comes of it as a bundle carries it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Protocol

import numpy as np

from kadr.progress import Advance
from kadr.recommend.factors import Factors
from kadr.recommend.train.als import Als
from kadr.recommend.train.gram import Gram
from kadr.recommend.train.interactions import Interactions
from kadr.recommend.train.metrics import ndcg
from kadr.recommend.train.ranking import ranked
from kadr.recommend.train.reduced import EaseUw, FittedFactors, watched
from kadr.recommend.train.split import Held
from kadr.trainer.alternating import alternated

__all__ = ["FIGURE", "KINDS", "Matter", "Solved", "Solver", "measured", "solver_of", "widened"]

DEPTH = 10
"""Films of a list that are looked at: NDCG@10, as tuning has it."""
FIGURE = f"ndcg@{DEPTH}"


@dataclass(frozen=True, slots=True)
class Matter:
    """What is learned from: likes, and how often films are liked together, kept from training to training."""

    data: Interactions
    gram: Gram


@dataclass(frozen=True, slots=True)
class Solved:
    """Weights, and after how many rounds; 0 where there is nothing to repeat."""

    factors: Factors
    rounds: int = 0


class Solver(Protocol):
    """A model with its hyper-parameters."""

    @property
    def name(self) -> str:
        """Its kind, as `KINDS` has it."""

    @property
    def power(self) -> float:
        """What its users' weights are made by: one of n likes counts n^-power."""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Its hyper-parameters, as JSON values."""

    def checked(self, matter: Matter, held: Held, patience: int, advance: Advance) -> Solved:
        """Learn, as long as it gets better at what is held back."""

    def final(self, matter: Matter, rounds: int) -> Solved:
        """Learn from everything, in so many rounds; 0 for as many as its parameters say."""


@dataclass(frozen=True, slots=True)
class ClosedForm:
    """EASE in reduced rank, which is solved at once: there is no round to stop at.

    From the Gram matrix that was kept; but where there are fewer users than films, from the likes, which is shorter.
    """

    model: EaseUw
    name: str = EaseUw.name

    @property
    def power(self) -> float:
        """As the model has it."""
        return self.model.power

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Those of the model."""
        return asdict(self.model)

    def checked(self, matter: Matter, held: Held, patience: int, advance: Advance) -> Solved:
        """Solve; nothing is to be chosen by what is held back."""
        del held, patience, advance
        return self.final(matter, 0)

    def final(self, matter: Matter, rounds: int) -> Solved:
        """Solve."""
        del rounds
        data, gram = matter.data, matter.gram
        users = int(np.count_nonzero(np.diff(data.likes.indptr)))
        if users < gram.films.size:
            return Solved(self.model.fit(data).factors)
        return Solved(self.model.solved(gram, data.counts, users, self._seen(data), data.side.features).factors)

    def _seen(self, data: Interactions) -> Gram | None:
        """Return how often films are watched together; None where nothing was watched but what was liked."""
        if data.ratings is None or not self.model.watched:
            return None
        seen = watched(data.ratings)
        return Gram.of(seen, self.model.power) if seen.nnz > data.likes.nnz else None


@dataclass(frozen=True, slots=True)
class Alternating:
    """Alternating least squares, which ends when patience does."""

    model: Als
    name: str = Als.name
    power: float = 0.0

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Those of the model."""
        return asdict(self.model)

    def checked(self, matter: Matter, held: Held, patience: int, advance: Advance) -> Solved:
        """Alternate until the figure grows no more for `patience` rounds."""

        def quality(factors: Factors, done: int) -> float:
            figure = measured(factors, held)
            advance(done, None, f"{FIGURE} {figure:.4f}")
            return figure

        return Solved(*alternated(self.model, matter.data.likes, patience, quality))

    def final(self, matter: Matter, rounds: int) -> Solved:
        """Alternate so many rounds."""
        model = replace(self.model, iterations=rounds) if rounds else self.model
        return Solved(*alternated(model, matter.data.likes, 1, None))


KINDS = (Als.name, EaseUw.name)
"""The models that can be trained here."""


def solver_of(kind: str, parameters: Mapping[str, Any]) -> Solver:
    """Return the model of a kind, with those of its hyper-parameters that are told; the others are its own."""
    if kind == Als.name:
        return Alternating(Als(**_known(Als, parameters)))
    return ClosedForm(EaseUw(**_known(EaseUw, parameters)))


def measured(factors: Factors, held: Held) -> float:
    """Return the mean NDCG@10 over the users held back."""
    found = ranked(FittedFactors(factors), held, DEPTH)
    return float(ndcg(found.hits, found.wanted, DEPTH).mean())


def widened(factors: Factors, n_films: int) -> Factors:
    """Return factors with rows of 0 for films that came since."""
    more = n_films - factors.n_films
    arrays = (getattr(factors, each.name) for each in fields(factors))
    return Factors(*(np.concatenate((each, np.zeros((more, *each.shape[1:]), each.dtype))) for each in arrays))


def _known(model: type[Als] | type[EaseUw], parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {each.name: parameters[each.name] for each in fields(model) if each.name in parameters}
