"""What every model that learns from likes promises: one suite for all of them."""

import dataclasses
from typing import Any

import numpy as np
import optuna
import pytest
from numpy.typing import NDArray
from optuna import Trial
from optuna.trial import FixedTrial
from scipy.sparse import csr_array, vstack

from kadr.errors import RatingsError
from kadr.recommend.train.interactions import Interactions, ItemSide
from kadr.recommend.train.model import Fitted, Model
from kadr.recommend.train.registry import MODELS
from tests.recommend.train.some_likes import KINDS, N_ITEMS, interactions, of_likes

LEARNED = [name for name in MODELS if name != "content"]
PERSONAL = [name for name in MODELS if name != "popular"]
LINEAR = ["item-knn", "ease", "ease-uw"]


@pytest.fixture(scope="module")
def fitted() -> dict[str, Fitted]:
    return {name: model().fit(interactions()) for name, model in MODELS.items()}


def histories(*films: list[int], weight: float = 1.0) -> csr_array:
    rows = np.repeat(np.arange(len(films)), [len(each) for each in films])
    columns = np.concatenate([np.array(each, dtype=np.int64) for each in films])
    data = np.full(columns.size, weight, dtype=np.float32)
    return csr_array((data, (rows, columns)), shape=(len(films), N_ITEMS))


def order(scores: NDArray[np.float32]) -> list[int]:
    listed: list[int] = np.argsort(-scores, kind="stable").tolist()
    return listed


def test_the_names_are_those_by_which_models_are_asked_for() -> None:
    assert list(MODELS) == ["popular", "item-knn", "ease", "ease-uw", "als", "content", "fusion", "ease-uw+votes"]
    assert all(model.name == name for name, model in MODELS.items())


@pytest.mark.parametrize("name", MODELS)
def test_every_film_has_a_finite_score_for_every_history(name: str, fitted: dict[str, Fitted]) -> None:
    scores = fitted[name].scores(histories([0, 3], [1], []))
    assert scores.shape == (3, N_ITEMS)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    assert fitted[name].nbytes >= 0


@pytest.mark.parametrize("name", MODELS)
def test_nobody_at_all_may_ask(name: str, fitted: dict[str, Fitted]) -> None:
    assert fitted[name].scores(csr_array((0, N_ITEMS), dtype=np.float32)).shape == (0, N_ITEMS)


@pytest.mark.parametrize("name", MODELS)
def test_the_same_likes_give_the_same_bytes(name: str, fitted: dict[str, Fitted]) -> None:
    asked = histories([0, 3], [1, 2, 5])
    again = MODELS[name]().fit(interactions())
    assert fitted[name].scores(asked).tobytes() == again.scores(asked).tobytes()


@pytest.mark.parametrize("name", PERSONAL)
def test_an_empty_history_prefers_nothing(name: str, fitted: dict[str, Fitted]) -> None:
    assert np.ptp(fitted[name].scores(histories([]))) == 0


def test_popularity_asks_for_no_history(fitted: dict[str, Fitted]) -> None:
    scores = fitted["popular"].scores(histories([], [0, 3]))
    assert np.array_equal(scores[0], scores[1])
    assert np.ptp(scores[0]) > 0


@pytest.mark.parametrize("name", PERSONAL)
def test_who_likes_films_of_a_kind_is_given_others_of_it(name: str, fitted: dict[str, Fitted]) -> None:
    for kind in range(KINDS):
        history = [kind, kind + KINDS]
        (scores,) = fitted[name].scores(histories(history))
        best = [film for film in order(scores) if film not in history][:3]
        assert {film % KINDS for film in best} == {kind}


@pytest.mark.parametrize("name", MODELS)
def test_one_visitor_changes_nothing_for_another(name: str, fitted: dict[str, Fitted]) -> None:
    together = fitted[name].scores(histories([0, 3], [1], [2, 4, 6]))
    alone = fitted[name].scores(histories([1]))
    assert together[1] == pytest.approx(alone[0], abs=1e-5)


@pytest.mark.parametrize("name", LINEAR)
def test_scores_of_a_linear_model_grow_with_the_weights_of_the_history(name: str, fitted: dict[str, Fitted]) -> None:
    whole, less = (fitted[name].scores(histories([0, 5], weight=weight)) for weight in (1.0, 0.25))
    assert less == pytest.approx(whole * 0.25, abs=1e-6)


@pytest.mark.parametrize("name", PERSONAL)
def test_a_film_that_weighs_more_says_more(name: str, fitted: dict[str, Fitted]) -> None:
    mixed = histories([0], [1]).toarray()
    leaning = csr_array(np.stack([mixed[0] + 0.1 * mixed[1], 0.1 * mixed[0] + mixed[1]]))
    scores = fitted[name].scores(leaning)
    assert scores[0, 3] > scores[0, 4]
    assert scores[1, 4] > scores[1, 3]


@pytest.mark.parametrize("name", PERSONAL)
def test_a_film_nobody_liked_may_stand_in_a_history(name: str, fitted: dict[str, Fitted]) -> None:
    assert np.isfinite(fitted[name].scores(histories([N_ITEMS - 1], [N_ITEMS - 1, 0]))).all()


@pytest.mark.parametrize("name", MODELS)
def test_users_without_likes_are_no_fault(name: str) -> None:
    whole = interactions()
    nobody = csr_array((7, N_ITEMS), dtype=np.float32)
    more = dataclasses.replace(whole, likes=csr_array(vstack([nobody, whole.likes])), days=None, ratings=None)
    scores = MODELS[name]().fit(more).scores(histories([0, 3]))
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("name", MODELS)
def test_a_single_film_is_enough(name: str) -> None:
    side = ItemSide(csr_array(np.ones((1, 1), dtype=np.float32)), np.ones((1, 1), dtype=np.float32))
    data = of_likes([(0, 0), (1, 0)], (2, 1), side)
    asked = csr_array(np.ones((1, 1), dtype=np.float32))
    scores = MODELS[name]().fit(data).scores(asked)
    assert scores.shape == (1, 1)
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("name", LEARNED)
def test_a_single_like_is_enough(name: str) -> None:
    assert np.isfinite(MODELS[name]().fit(of_likes([(2, 3)], (4, N_ITEMS))).scores(histories([3], []))).all()


@pytest.mark.parametrize("name", LEARNED)
@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (4, 0), (4, 3)])
def test_no_likes_are_refused(name: str, shape: tuple[int, int]) -> None:
    with pytest.raises(RatingsError, match="nothing to learn from"):
        MODELS[name]().fit(of_likes([], shape))


def test_content_needs_something_known_of_the_films() -> None:
    with pytest.raises(RatingsError, match="neither vectors nor features"):
        MODELS["content"]().fit(of_likes([(0, 0)], (1, 1)))


@pytest.mark.parametrize("name", MODELS)
def test_what_a_tuner_proposes_can_be_proposed_again(name: str) -> None:
    proposed: list[Model] = []

    def objective(trial: Trial) -> float:
        proposed.append(MODELS[name].suggested(trial))
        return 0.0

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=3))
    study.optimize(objective, n_trials=8)
    again = [MODELS[name].suggested(_fixed(trial.params)) for trial in study.trials]
    assert again == proposed
    assert len(set(proposed)) > 1
    assert np.isfinite(proposed[0].fit(interactions()).scores(histories([0, 3]))).all()


def _fixed(parameters: dict[str, Any]) -> Any:
    return FixedTrial(parameters)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_never_changes(name: str) -> None:
    model = MODELS[name]()
    with pytest.raises((dataclasses.FrozenInstanceError, AttributeError, TypeError)):
        model.ridge = 3.0  # type: ignore[attr-defined]
    data = interactions()
    before = _bytes(data)
    model.fit(data).scores(data.likes)
    assert _bytes(data) == before


def _bytes(data: Interactions) -> list[bytes]:
    likes, features = data.likes, data.side.features
    assert features is not None
    return [array.tobytes() for array in (likes.data, likes.indices, likes.indptr, features.data, data.side.vectors)]  # type: ignore[union-attr]
