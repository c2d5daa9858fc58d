"""One training: ratings merged, some of the new likes held back, the model solved, measured, and solved with all."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from kadr.film import Film
from kadr.progress import Reporter
from kadr.recommend.card import ModelCard
from kadr.recommend.train.features import features_of
from kadr.recommend.train.gram import Gram
from kadr.recommend.train.interactions import LIKED_FROM, Interactions, ItemSide, Ratings
from kadr.recommend.train.popular import Popular, fame
from kadr.recommend.train.split import Held
from kadr.recommend.train.store import Learned
from kadr.trainer.arriving import Arrived
from kadr.trainer.merging import Merged, held_back, merged
from kadr.trainer.solving import FIGURE, Matter, Solved, Solver, measured, solver_of, widened

__all__ = ["Lesson", "learn"]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is to be learned.

    Attributes:
        name: of the model.
        kind: one of `KINDS`.
        base: what was learned before, from the ratings that count on; None where nothing was.
        came: new ratings, their films by the catalogue's ids.
        catalogue: all films of the bundle.
        share: of the new likes, what is held back to measure on.
        patience: rounds without a better figure after which a model that iterates stops.
    """

    name: str
    kind: str
    base: Learned | None
    came: Arrived
    catalogue: Sequence[Film]
    share: float
    patience: int

    @property
    def solver(self) -> Solver:
        """The model with its hyper-parameters: those that were tuned, where it is not a new one."""
        card = self.base.card if self.base else None
        return solver_of(self.kind, card.parameters if card and card.kind == self.kind else {})

    @property
    def liked_from(self) -> float:
        """The rating, of ten, from which a film counts as liked."""
        return float(self.base.card.trained_on.get("liked_from", LIKED_FROM)) if self.base else LIKED_FROM


def learn(lesson: Lesson, tell: Reporter) -> tuple[Learned, dict[str, Any]]:
    """Learn from old and new ratings together.

    Returns:
        What was learned, and what is told of it: how much came, and NDCG@10 of the likes held back, before and after.

    Raises:
        RatingsError: nobody likes a film.
    """
    with tell.step("merge"):
        whole = merged(lesson.base, lesson.came, [film.id for film in lesson.catalogue])
        side = ItemSide(_features(whole.films, lesson.catalogue))
        rest, held = held_back(whole, lesson.share, lesson.liked_from)
    checked = None if held is None else _check(lesson, _matter(lesson, whole, rest, side), held, tell)
    if checked is None and lesson.share:
        tell.tell(
            "not validated: no user has both a like that is new and another one; validation_split takes new likes"
        )
    with tell.step("solve"):
        matter = _matter(lesson, whole, whole.ratings, side)
        solved = lesson.solver.final(matter, checked["rounds"] if checked else 0)
        known = fame(Popular().fit(matter.data))
    card = _card(lesson, matter.data, checked)
    told = {
        "ratings": whole.ratings.size,
        "new_ratings": int(whole.new.sum()),
        "new_users": len(whole.users) - len(lesson.base.users if lesson.base else ()),
        "rounds": solved.rounds,
        "validation": checked,
    }
    return Learned(card, solved.factors, known, whole.films, whole.users, whole.ratings, matter.gram), told


def _check(lesson: Lesson, matter: Matter, held: Held, tell: Reporter) -> dict[str, Any]:
    """Learn without what is held back, and tell how good it was at it."""
    with tell.step("validate") as advance:
        base = lesson.base
        before = None if base is None else measured(widened(base.factors, matter.data.n_items), held)
        solved: Solved = lesson.solver.checked(matter, held, lesson.patience, advance)
        after = measured(solved.factors, held)
    if before is not None and after <= before:
        tell.tell("the new ratings made the model no better at those of them that were held back")
    return {
        "likes": int(held.targets.nnz),
        "users": held.n,
        "figure": FIGURE,
        "before": None if before is None else round(before, 6),
        "after": round(after, 6),
        "rounds": solved.rounds,
    }


def _matter(lesson: Lesson, whole: Merged, ratings: Ratings, side: ItemSide) -> Matter:
    """Return what is learned from some of all ratings: the matrix of before is changed by the users who rated anew."""
    data, base = Interactions.of(ratings, side, lesson.liked_from), lesson.base
    power = lesson.solver.power
    if base is None or base.gram.power != power:
        return Matter(data, Gram.of(data.likes, power))
    touched = np.unique(whole.ratings.users[whole.new])
    old = base.ratings
    # With the numbers of users and films that there are now.
    old = Ratings(old.users, old.items, old.values, old.times, ratings.n_users, ratings.n_items)
    before = Interactions.of(old, ItemSide(), lesson.liked_from).likes
    return Matter(data, base.gram.updated(before[touched], data.likes[touched]))


def _card(lesson: Lesson, data: Interactions, checked: Mapping[str, Any] | None) -> ModelCard:
    """Return what the new version says of itself; how its parts are mixed, and how opinions fade, stays as it was."""
    before = ModelCard(lesson.name, lesson.kind, {}) if lesson.base is None else lesson.base.card
    return replace(
        before,
        name=lesson.name,
        kind=lesson.kind,
        trained_on={**before.trained_on, **_counts(data, lesson.liked_from)},
        parameters=lesson.solver.parameters,
        figures={f"{FIGURE} of new likes": checked["after"]} if checked else {},
    )


def _counts(data: Interactions, liked_from: float) -> dict[str, Any]:
    ratings = data.ratings
    digest = hashlib.sha256()
    if ratings is not None:
        for array in (ratings.users, ratings.items, ratings.values):
            digest.update(array.tobytes())
    return {
        "ratings": ratings.size if ratings is not None else int(data.likes.nnz),
        "users": int(data.likes.shape[0]),
        "films": int((data.counts > 0).sum()),
        "liked_from": liked_from,
        "sha256": digest.hexdigest(),
    }


def _features(films: Sequence[str], catalogue: Sequence[Film]) -> csr_array:
    """Return the features of films by their ids; films that the catalogue lacks have none."""
    known = features_of(catalogue)
    row_of = {film.id: row for row, film in enumerate(catalogue)}
    places = [(at, row_of[film]) for at, film in enumerate(films) if film in row_of]
    at, rows = (
        (np.array(each, dtype=np.int64) for each in zip(*places, strict=True)) if places else (np.zeros(0, int),) * 2
    )
    taken = csr_array((np.ones(len(places), dtype=np.float32), (at, rows)), shape=(len(films), len(catalogue)))
    return csr_array(taken @ known)
