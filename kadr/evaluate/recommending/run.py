"""Rounds of a protocol -> how each model did. Models are tuned, fitted and asked one at a time, and let go again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from kadr.errors import RatingsError
from kadr.evaluate.recommending.baselines import TopPop, VoteCount
from kadr.evaluate.recommending.meter import Cost, metered
from kadr.evaluate.recommending.report import Protocol
from kadr.evaluate.recommending.scores import Taken, measured
from kadr.evaluate.recommending.summary import summed_up
from kadr.progress import Reporter
from kadr.recommend.fold_in import Fading
from kadr.recommend.train.content_model import Content
from kadr.recommend.train.ease import Ease
from kadr.recommend.train.knn import ItemKnn
from kadr.recommend.train.model import Fitted, Model
from kadr.recommend.train.popular import Popular
from kadr.recommend.train.ranking import ranked
from kadr.recommend.train.recency import FADINGS, well_faded
from kadr.recommend.train.registry import MODELS
from kadr.recommend.train.split import Held, Round, Split, faded
from kadr.recommend.train.tune import Search, check_validation, tuned
from kadr.recommend.train.voted import Voted

__all__ = ["ALWAYS", "DEPTHS", "RECENT", "Plan", "check_rounds", "choose", "compare_models"]

DEPTHS = (10, 20, 40)
RECENT = ", recent first"
"""What the name of a model ends with where older likes weigh less."""
ALWAYS: Sequence[type[Model]] = (TopPop, VoteCount, ItemKnn, Ease)
"""What stands in every table: without them no figure can be read."""
MAX_DENSE = 16_000
"""Liked films up to which a weight for each pair of films is worked out: 6 GB at that."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is compared, and how.

    Attributes:
        models: in the order of the table.
        search: how hyper-parameters are chosen.
        store: a folder for what was chosen; None to keep nothing.
        depths: the k of every measure, ascending.
    """

    models: Sequence[type[Model]]
    search: Search
    store: Path | None = None
    depths: tuple[int, ...] = DEPTHS


@dataclass(slots=True)
class _Chosen:
    """What was chosen on a split: rounds that share it share the choice."""

    tuning: Split
    models: dict[str, Model] = field(default_factory=dict)
    fadings: dict[str, Fading] = field(default_factory=dict)


def choose(names: Sequence[str]) -> tuple[type[Model], ...]:
    """Return the models that stand in every table and then those that are named; all where none is.

    Raises:
        RatingsError: a name is that of no model.
    """
    kinds: tuple[type[Model], ...] = (*ALWAYS, *MODELS.values())
    known = {kind.name: kind for kind in kinds}
    for name in names:
        if name not in known:
            raise RatingsError(f"--models: there is no {name[:40]!r}; there are: {', '.join(known)}")
    return (*ALWAYS, *(known[name] for name in dict.fromkeys(names or known) if known[name] not in ALWAYS))


def check_rounds(rounds: Iterable[Round], search: Search) -> None:
    """Raise where a protocol cannot be run, before minutes are spent on another.

    Raises:
        RatingsError: there are too few ratings for its first round, or to choose hyper-parameters by.
    """
    first = next(iter(rounds), None)
    if first is not None and search.trials:
        check_validation(first.tuning.held)


def compare_models(name: str, rounds: Iterable[Round], plan: Plan, tell: Reporter) -> Protocol:
    """Return how the models of a plan did in a protocol.

    Raises:
        RatingsError: the validation is too small, or a round has nobody to ask.
    """
    taken: dict[str, list[Taken]] = {}
    left_out: dict[str, str] = {}
    shared: _Chosen | None = None
    for number, each in enumerate(rounds, 1):
        if shared is None or shared.tuning is not each.tuning:
            shared = _Chosen(each.tuning)
        if not each.test.held.n:
            raise RatingsError(f"{name}: nobody is left to ask; the test data need users who liked something")
        for model in plan.models:
            why = left_out.get(model.name) or _hindrance(model, each.test)
            if why:
                left_out[model.name] = why
                taken = {label: found for label, found in taken.items() if label.removesuffix(RECENT) != model.name}
                continue
            tell.tell(f"{name}, round {number}: {model.name}")
            for label, found in _asked(model, each.test, shared, plan, tell):
                taken.setdefault(label, []).append(found)
    if not taken:
        raise RatingsError(f"{name}: there is no round to measure; the ratings are too few")
    return summed_up(name, taken, left_out, plan.depths[0])


def _hindrance(model: type[Model], split: Split) -> str:
    """Return why a model cannot be measured, "" where it can."""
    side = split.train.side
    if model is Content and side.vectors is None and side.features is None:
        return "nothing is known of the films; name a file of them with --films"
    if model is Voted and (side.votes is None or not np.isfinite(side.votes).any()):
        return "no votes are known of the films; name a file of them that has votes with --films"
    liked = int((split.train.counts > 0).sum())
    if model is Ease and liked > MAX_DENSE:
        return f"{liked:,} films have likes, too many for a weight for each pair (most {MAX_DENSE:,})"
    return ""


def _asked(kind: type[Model], split: Split, shared: _Chosen, plan: Plan, tell: Reporter) -> Iterator[tuple[str, Taken]]:
    """Yield what a model did, by its name in the table; where order is known, once more with older likes fading."""
    if kind.name not in shared.models:
        shared.models[kind.name] = _chosen(kind, shared.tuning, plan, tell)
    model = shared.models[kind.name]
    personal = split.held.ages is not None and kind not in (TopPop, VoteCount, Popular)
    if personal and kind.name not in shared.fadings:
        shared.fadings[kind.name] = _fading(model, shared.tuning, tell)
    fitted, cost = metered(lambda: model.fit(split.train))
    yield kind.name, _taken(fitted, cost, split, split.held, plan.depths, str(model))
    if personal:
        fading = shared.fadings[kind.name]
        held = faded(split.held, fading.half_life, fading.floor)
        yield kind.name + RECENT, _taken(fitted, cost, split, held, plan.depths, f"{model}, {fading}")


def _chosen(kind: type[Model], tuning: Split, plan: Plan, tell: Reporter) -> Model:
    if kind in (TopPop, VoteCount):
        return kind()
    model = tuned(kind, tuning, plan.search, plan.store, tell)
    # Like recency, and unlike what takes a fit each, this is chosen where nothing else is tuned, too.
    return model.weighed(tuning) if isinstance(model, Voted) and not plan.search.trials else model


def _fading(model: Model, tuning: Split, tell: Reporter) -> Fading:
    with tell.step(f"recency of {model.name}", len(FADINGS)) as advance:
        return well_faded(model.fit(tuning.train), tuning.held, advance)


def _taken(fitted: Fitted, cost: Cost, split: Split, held: Held, depths: Sequence[int], told: str) -> Taken:
    found = ranked(fitted, held, depths[-1])
    values, whole = measured(found, split.train, held.candidates, depths)
    return Taken(np.asarray(held.users), values, whole, int(fitted.nbytes), cost, told)
