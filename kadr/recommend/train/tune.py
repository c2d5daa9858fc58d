"""Choosing a model's hyper-parameters on a validation split: seeded trials, their results stored and reused.

Trials are counted, never timed: the same data, space, trials and seed give the same model on any machine. A time limit
only gives up.
"""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from scipy.sparse import csr_array

from kadr.errors import RatingsError
from kadr.recommend.train.interactions import Interactions
from kadr.recommend.train.metrics import ndcg
from kadr.recommend.train.model import Model
from kadr.recommend.train.ranking import ranked
from kadr.recommend.train.split import Held, Split

if TYPE_CHECKING:
    from optuna import Study, Trial
    from optuna.distributions import BaseDistribution

    from kadr.progress import Reporter

__all__ = ["DEPTH", "LEAST_USERS", "Search", "check_validation", "quality", "tuned"]

DEPTH = 20
"""Hyper-parameters are chosen by NDCG at this depth: steadier than at ten."""
LEAST_USERS = 20
"""Users that a choice rests on. With fewer, chance decides between models that differ by a few hundredths."""
M = TypeVar("M", bound=Model)
Parameters = Mapping[str, float | int | str | bool | None]


@dataclass(frozen=True, slots=True)
class Search:
    """How hyper-parameters are looked for.

    Attributes:
        trials: how many are tried, the model's own first; 0 keeps these.
        seed: of the sampler, the tree-structured Parzen estimator.
        limit: seconds after which to give up with an error; None to take what it takes.
    """

    trials: int = 20
    seed: int = 7
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class _Tried:
    """One trial: NDCG@DEPTH on validation, the seconds it took, what was tried."""

    number: int
    value: float
    seconds: float
    parameters: Parameters


def quality(model: Model, split: Split) -> float:
    """Return the mean NDCG@DEPTH of a model that is fitted to a split, over the users held out."""
    found = ranked(model.fit(split.train), split.held, DEPTH)
    return float(ndcg(found.hits, found.wanted, DEPTH).mean())


def check_validation(held: Held) -> None:
    """Raise where too few users are held out to choose by.

    Raises:
        RatingsError: there are fewer than LEAST_USERS.
    """
    if held.n < LEAST_USERS:
        raise RatingsError(
            f"validation: {held.n} users are held out, at least {LEAST_USERS} are needed to choose by;"
            " give more ratings, or keep the models' own values (--trials 0)"
        )


def tuned(
    model_type: type[M], split: Split, search: Search, store: Path | None = None, tell: "Reporter | None" = None
) -> M:
    """Return a model with the hyper-parameters that did best on a validation split; of equal ones the first tried.

    Args:
        model_type: what to tune.
        split: fitted to its `train`, judged on its `held`; neither holds what the model is tested on later.
        search: how to look.
        store: a folder where each trial is kept when it is over, and taken from when data, space, trials and seed are
            the same: what was stopped goes on where it was. None to keep nothing.
        tell: who is told how far it is.

    Raises:
        RatingsError: fewer than LEAST_USERS users are held out, the time is up, or what is stored cannot be read.
    """
    if search.trials < 1:
        return model_type()
    check_validation(split.held)
    start = _start(model_type)
    space = _space(start)
    key = _key(model_type.name, split, search, space)
    path = None if store is None else store / f"{model_type.name}-{key[:16]}.json"
    kept = _Kept(path, {"key": key, "model": model_type.name, **asdict(search), "space": space})
    chosen, before = kept.read()
    if chosen is None:
        tried = _tried(model_type, split, search, tell, _Course(start, before, kept))
        chosen = max(tried, key=lambda each: (each.value, -each.number)).parameters
        kept.write(tried, chosen)
    return _made(model_type, chosen)


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where trials are kept; nowhere with a path of None. `head`: what they depend on, their key among it."""

    path: Path | None
    head: Mapping[str, Any]

    def read(self) -> tuple[Parameters | None, list[_Tried]]:
        """Return what was chosen before, None where nothing was for the same key, and the trials that are over."""
        if self.path is None:
            return None, []
        try:
            said = json.loads(self.path.read_text(encoding="utf-8"))
            if said["key"] != self.head["key"]:
                return None, []
            chosen = said["parameters"]
            return None if chosen is None else dict(chosen.items()), [_Tried(**each) for each in said["history"]]
        except FileNotFoundError:
            return None, []
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise RatingsError(
                f"{self.path}: holds no tuned values that can be read; delete it to tune anew"
            ) from error

    def write(self, tried: Sequence[_Tried], chosen: Parameters | None = None) -> None:
        """Write trials and, once all are over, the choice; whole or not at all."""
        if self.path is None:
            return
        said = {**self.head, "parameters": chosen, "history": [asdict(each) for each in tried]}
        aside = self.path.with_suffix(".part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            aside.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            aside.replace(self.path)
        except OSError as error:
            raise RatingsError(
                f"{self.path}: tuned values cannot be kept ({error.strerror}); name another folder"
            ) from error


@dataclass(frozen=True, slots=True)
class _Course:
    """How trials go: from a trial that knows the space, over those that are over already, to where all are kept."""

    start: "Trial"
    before: Sequence[_Tried]
    kept: _Kept


def _tried(model_type: type[M], split: Split, search: Search, tell: "Reporter | None", course: _Course) -> list[_Tried]:
    """Return all trials, in their order. Those that are over are asked for again, so that chance goes its way."""
    study, began, tried = _study(search.seed), time.monotonic(), []
    own = _own(model_type, course.start)
    if own:
        study.enqueue_trial(own)
    name = f"tuning {model_type.name}"
    with nullcontext(_silent) if tell is None else tell.step(name, search.trials) as advance:
        for number in range(search.trials):
            if search.limit is not None and time.monotonic() - began > search.limit:
                raise RatingsError(
                    f"{name}: {number} of {search.trials} trials took the {search.limit:.0f} s allowed; allow more, or"
                    " try fewer"
                )
            trial, since = study.ask(), time.monotonic()
            model = model_type.suggested(trial)
            known = next((each for each in course.before[number : number + 1] if each.parameters == trial.params), None)
            value = quality(model, split) if known is None else known.value
            study.tell(trial, value)
            tried.append(known or _Tried(number, value, round(time.monotonic() - since, 3), dict(trial.params)))
            if known is None:
                course.kept.write(tried)
            advance(number + 1, None, f"best NDCG@{DEPTH} {max(each.value for each in tried):.4f}")
            if not trial.params:
                break  # nothing to choose
    return tried


def _silent(done: int, total: int | None = None, note: str = "", /) -> None:
    """Tell nobody."""


def _study(seed: int) -> "Study":
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))


def _start(model_type: type[M]) -> "Trial":
    """Return a trial that was never judged: it knows the space."""
    trial = _study(0).ask()
    model_type.suggested(trial)
    return trial


def _space(start: "Trial") -> dict[str, Any]:
    from optuna.distributions import distribution_to_json

    return {name: json.loads(distribution_to_json(each)) for name, each in sorted(start.distributions.items())}


def _own(model_type: type[M], start: "Trial") -> dict[str, Any]:
    """Return the model's own values of what is tuned, those that the space allows; "als.factors" is its `factors`."""
    own = model_type()
    values = {name: getattr(own, name.rpartition(".")[2], None) for name in start.distributions}
    return {name: value for name, value in values.items() if _allows(start.distributions[name], value)}


def _allows(space: "BaseDistribution", value: object) -> bool:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if isinstance(space, CategoricalDistribution):
        return value in space.choices
    if isinstance(space, FloatDistribution | IntDistribution) and isinstance(value, int | float):
        on_step = not space.step or (value - space.low) % space.step == 0
        return space.low <= value <= space.high and on_step
    return False


def _made(model_type: type[M], parameters: Parameters) -> M:
    from optuna.trial import FixedTrial

    return model_type.suggested(FixedTrial(dict(parameters)))  # type: ignore[arg-type]  # it stands for a Trial


def _key(name: str, split: Split, search: Search, space: Mapping[str, Any]) -> str:
    """Return what a choice depends on, as a SHA-256 in hexadecimal digits."""
    digest = hashlib.sha256(json.dumps([name, search.trials, search.seed, space], sort_keys=True).encode())
    for array in (*_of_train(split.train), *_of_held(split.held)):
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _of_train(train: Interactions) -> Iterator[np.ndarray[Any, Any]]:
    yield from _of_sparse(train.likes)
    side = train.side
    for array in (train.days, side.vectors, side.votes):
        yield np.empty(0) if array is None else array
    if side.features is not None:
        yield from _of_sparse(side.features)
    if train.ratings is not None:
        yield from (train.ratings.users, train.ratings.items, train.ratings.values)


def _of_held(held: Held) -> Iterator[np.ndarray[Any, Any]]:
    for matrix in (held.histories, held.seen, held.targets):
        yield from _of_sparse(matrix)
    yield np.empty(0) if held.candidates is None else held.candidates


def _of_sparse(matrix: csr_array) -> Iterator[np.ndarray[Any, Any]]:
    yield np.array(matrix.shape)
    yield from (matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64), matrix.data)
