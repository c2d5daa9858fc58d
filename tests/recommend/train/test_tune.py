import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadr.errors import RatingsError
from kadr.progress import Advance, Lines
from kadr.recommend.train.interactions import Interactions, ItemSide, Ratings
from kadr.recommend.train.ranking import ranked
from kadr.recommend.train.split import Split, strong_rounds
from kadr.recommend.train.tune import Search, quality, tuned

if TYPE_CHECKING:
    from optuna import Trial

FITTED: list[float] = []


@dataclass(frozen=True, slots=True)
class Fitted:
    worth: NDArray[np.float32]
    nbytes: int = 0

    def scores(self, histories: csr_array) -> NDArray[np.float32]:
        return np.tile(self.worth, (histories.shape[0], 1))


@dataclass(frozen=True, slots=True)
class Mixed:
    """Counts of likes, spoilt by noise unless `share` is 1: the larger, the better."""

    name: ClassVar[str] = "mixed"
    share: float = 0.25

    @classmethod
    def suggested(cls, trial: "Trial") -> Self:
        return cls(trial.suggest_float("mixed.share", 0, 1))

    def fit(self, data: Interactions) -> Fitted:
        FITTED.append(self.share)
        noise = np.random.default_rng(0).random(data.n_items).astype(np.float32)
        return Fitted(self.share * data.counts / data.counts.max() + (1 - self.share) * noise)


@dataclass(frozen=True, slots=True)
class Plain:
    """A model with nothing to choose."""

    name: ClassVar[str] = "plain"

    @classmethod
    def suggested(cls, trial: "Trial") -> Self:
        del trial
        return cls()

    def fit(self, data: Interactions) -> Fitted:
        FITTED.append(0)
        return Fitted(data.counts)


def crowd(n_users: int = 150, seed: int = 1) -> Ratings:
    """Ratings of films of which the first are liked the most."""
    draw = np.random.default_rng(seed)
    n = n_users * 15
    items = np.minimum((draw.exponential(8, n)).astype(np.int32), 59)
    return Ratings.of(draw.integers(0, n_users, n), items, np.full(n, 8.0), np.arange(float(n)), (n_users, 60))


def asked(ratings: Ratings, seed: int = 7) -> Split:
    """Return a split in which a fifth of the users is asked."""
    return next(strong_rounds(ratings, ItemSide(), 5, seed)).test


@pytest.fixture
def split() -> Split:
    FITTED.clear()
    return asked(crowd())


def test_the_best_of_all_trials_is_taken_and_the_models_own_values_are_tried_first(split: Split) -> None:
    found = tuned(Mixed, split, Search(6))
    assert FITTED[0] == 0.25
    assert len(FITTED) == 6
    assert quality(found, split) == max(quality(Mixed(share), split) for share in FITTED[:6])


def test_the_same_seed_gives_the_same_trials_and_another_seed_others(split: Split) -> None:
    trials = []
    for seed in (7, 7, 8):
        FITTED.clear()
        tuned(Mixed, split, Search(4, seed))
        trials.append(list(FITTED))
    assert trials[0] == trials[1] != trials[2]


def test_a_choice_is_kept_with_its_history_and_taken_again(split: Split, tmp_path: Path) -> None:
    first = tuned(Mixed, split, Search(3), tmp_path)
    (file,) = tmp_path.iterdir()
    said = json.loads(file.read_text(encoding="utf-8"))
    assert [each["parameters"]["mixed.share"] for each in said["history"]] == FITTED
    assert said["parameters"]["mixed.share"] == first.share
    assert (said["trials"], said["seed"], said["model"]) == (3, 7, "mixed")
    best = max(said["history"], key=lambda each: each["value"])
    assert best["value"] == quality(first, split)
    FITTED.clear()
    assert tuned(Mixed, split, Search(3), tmp_path) == first
    assert FITTED == []


@pytest.mark.parametrize("changed", ["trials", "seed", "likes", "side", "held"])
def test_a_choice_is_not_taken_for_anything_else(split: Split, tmp_path: Path, changed: str) -> None:
    tuned(Plain, split, Search(3), tmp_path)
    votes = ItemSide(votes=np.arange(60, dtype=np.float32))
    held = asked(crowd(), seed=8).held
    other = {
        "likes": Split(asked(crowd(seed=2)).train, split.held),
        "side": Split(Interactions(split.train.likes, split.train.days, split.train.ratings, votes), split.held),
        "held": Split(split.train, held),
    }.get(changed, split)
    FITTED.clear()
    tuned(Plain, other, Search(4 if changed == "trials" else 3, 8 if changed == "seed" else 7), tmp_path)
    assert FITTED


class Stopping(Lines):
    """A reporter after whose second trial somebody stops the run."""

    @contextmanager
    def _show(self, name: str, total: int | None) -> Iterator[Advance]:
        del name, total

        def advance(done: int, *_: object) -> None:
            if done == 2:
                raise KeyboardInterrupt

        yield advance


def test_trials_that_were_stopped_go_on_where_they_were(split: Split, tmp_path: Path) -> None:
    whole = tuned(Mixed, split, Search(5))
    trials = FITTED[:]
    FITTED.clear()
    with pytest.raises(KeyboardInterrupt):
        tuned(Mixed, split, Search(5), tmp_path, Stopping(io.StringIO()))
    assert trials[:2] == FITTED
    assert tuned(Mixed, split, Search(5), tmp_path) == whole
    assert trials == FITTED
    (file,) = tmp_path.iterdir()
    history = json.loads(file.read_text(encoding="utf-8"))["history"]
    assert [each["parameters"]["mixed.share"] for each in history] == trials


def test_nothing_to_choose_is_tried_once_and_no_trials_keep_the_models_values(split: Split) -> None:
    assert tuned(Plain, split, Search(5)) == Plain()
    assert len(FITTED) == 1
    assert tuned(Mixed, split, Search(0)) == Mixed()
    assert len(FITTED) == 1


def test_progress_is_told(split: Split) -> None:
    out = io.StringIO()
    tuned(Mixed, split, Search(2), tell=Lines(out))
    assert "tuning mixed: 2 in" in out.getvalue()


def test_too_small_a_validation_is_refused_before_anything_is_fitted() -> None:
    small = asked(crowd(60))
    FITTED.clear()
    with pytest.raises(RatingsError, match="12 users are held out, at least 20"):
        tuned(Mixed, small, Search(3))
    assert FITTED == []


def test_a_time_limit_gives_up_and_keeps_nothing(split: Split, tmp_path: Path) -> None:
    with pytest.raises(RatingsError, match=r"0 of 3 trials took the 0 s allowed"):
        tuned(Mixed, split, Search(3, limit=0), tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"key": "x"', "\udcff"])
def test_a_damaged_choice_is_named(split: Split, tmp_path: Path, text: str) -> None:
    tuned(Mixed, split, Search(1), tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(RatingsError, match=file.name):
        tuned(Mixed, split, Search(1), tmp_path)


def test_ranking_leaves_out_what_was_seen_and_what_has_no_score(split: Split) -> None:
    worth = split.train.counts.copy()
    worth[3] = np.nan
    found = ranked(Fitted(worth), split.held, 60)
    for row, line in enumerate(found.lists):
        assert not set(line.tolist()) & set(split.held.seen[[row]].indices.tolist())
        assert 3 not in line
