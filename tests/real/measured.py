"""What the legs of a bundle find of judged queries, each alone and beside the words."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kadr.engine import Access, Engine
from kadr.evaluate.bootstrap import Interval
from kadr.evaluate.judgments import read_judgments
from kadr.evaluate.metrics import DEPTH, Outcome, reciprocal_rank
from kadr.evaluate.resolve import resolve
from kadr.evaluate.run import measure
from kadr.evaluate.ways import Answers, Way
from kadr.search.types import Mode
from tests.real.bundle import Built
from tests.real.corpus import Slice

__all__ = ["DISTILLED", "HOSTED", "WORDS", "Found", "differences", "measured", "over_slices"]

Found = Mapping[Slice, Sequence[Outcome]]
WORDS, HOSTED, DISTILLED = "words", "hosted", "distilled"
RESAMPLES = 4_000
"""A bound of a 95 % interval then rests on a hundred."""


def measured(built: Built) -> dict[str, Found]:
    """Return what words find, and each leg beside them ("hosted") and alone ("hosted alone"), slice by slice."""
    words = {WORDS: (Mode.LEXICAL, "lexical")}
    hosted = {HOSTED: (Mode.HYBRID, "hybrid"), f"{HOSTED} alone": (Mode.SEMANTIC, "semantic")}
    names = (DISTILLED, Mode.HYBRID), (f"{DISTILLED} alone", Mode.SEMANTIC)
    distilled = {name: (mode, f"{mode} (no_access)") for name, mode in names}
    return {**_found(built, {**words, **distilled}, None), **_found(built, hosted, Access({}))}


def _found(built: Built, asked: Mapping[str, tuple[Mode, str]], access: Access | None) -> Mapping[str, Found]:
    """Return what an engine finds in each mode, and check that each query is answered as said."""
    found: dict[str, dict[Slice, list[Outcome]]] = {name: {} for name in asked}
    with Engine.open(built.bundle, access) as engine:
        for each, path in built.judged.items():
            targets = resolve(read_judgments(str(path)), engine.films()).targets
            for name, (mode, answered) in asked.items():
                answers = Answers(Way(engine, {"mode": mode}))
                found[name][each] = [*measure(targets, answers)]
                assert dict(answers.counts) == {answered: len(targets)}
    return found


def differences(one: Found, other: Found) -> dict[Slice, NDArray[np.float64]]:
    """Return by slice how much better each query was answered, as a difference of its share of MRR@10."""
    return {each: _shares(outcomes) - _shares(other[each]) for each, outcomes in one.items()}


def over_slices(differences: Mapping[Slice, NDArray[np.float64]]) -> Interval:
    """Return the mean over slices, each of which counts alike, with its 95 % interval: bootstrap within slices."""
    draw = np.random.default_rng(0)
    means = np.zeros(RESAMPLES)
    for own in differences.values():
        means += own[draw.integers(0, own.size, (RESAMPLES, own.size))].mean(axis=1)
    low, high = np.quantile(means / len(differences), (0.025, 0.975)).tolist()
    return Interval(float(np.mean([own.mean() for own in differences.values()])), low, high)


def _shares(outcomes: Sequence[Outcome]) -> NDArray[np.float64]:
    return np.array([reciprocal_rank(each, DEPTH) for each in outcomes])
