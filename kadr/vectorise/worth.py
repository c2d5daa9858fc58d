"""What a leg is worth on this catalogue: the scale of its cosines, and its weight beside the words."""

from collections.abc import Mapping, Sequence
from typing import Any

from kadr.calibrate import calibrate
from kadr.film import Film
from kadr.index.lexical import LexicalParams
from kadr.index.vectors import VectorIndex
from kadr.search.params import Leg
from kadr.vectorise.made import Made
from kadr.vectorise.questions import Questions
from kadr.weigh import Candidate, in_memory, weigh

__all__ = ["legs_of"]


def legs_of(
    films: Sequence[Film], made: Made, questions: Questions, index: VectorIndex, params: LexicalParams
) -> tuple[Mapping[str, Leg], Mapping[str, Any]]:
    """Return the legs of a bundle by name, and what the probes scored, as JSON values for the manifest.

    Args:
        films: in row order.
        made: their vectors, and each leg's vectors of the questions.
        questions: what was asked.
        index: the films' vectors as the bundle holds them.
        params: of the lexical leg.
    """
    found = {
        name: calibrate(questions.pieces, index, asked.pieces, asked.nonsense) for name, asked in made.legs.items()
    }
    searched = index if made.blind is None else in_memory(made.blind)
    candidates = {
        name: Candidate(searched, made.reduced, asked.probes, found[name]) for name, asked in made.legs.items()
    }
    earned = weigh(films, questions.probes, candidates, params)
    legs = {
        name: Leg(earned.legs[name].weight, scale.floor, scale.ceiling, scale.near) for name, scale in found.items()
    }
    return legs, earned.to_json()
