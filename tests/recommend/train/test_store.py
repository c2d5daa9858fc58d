"""Trained models on disk, and the matrix that is kept up to date."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from kadr.errors import BundleDamaged, BundleError, ConfigError
from kadr.recommend.card import ModelCard, Weights
from kadr.recommend.factors import Factors
from kadr.recommend.train.gram import Gram, shares
from kadr.recommend.train.interactions import Interactions, Ratings
from kadr.recommend.train.store import Learned, Store


def learned(name: str = "ease-uw", seed: int = 3) -> Learned:
    rng = np.random.default_rng(seed)
    ratings = Ratings.of(
        rng.integers(0, 4, 20), rng.integers(0, 6, 20), rng.integers(1, 11, 20).astype(float), rng.random(20), (4, 6)
    )
    vectors = rng.normal(size=(2, 6, 3)).astype(np.float32)
    return Learned(
        card=ModelCard(name, "ease-uw", {"ratings": 20}, {"rank": 3}, {"ndcg@10": 0.5}, Weights(1, 0.25, 0.5)),
        factors=Factors.quantised(*vectors),
        fame=rng.random(6).astype(np.float32),
        films=tuple(f"s:{at}" for at in range(6)),
        users=("a", "б", "3", "четыре"),
        ratings=ratings,
        gram=Gram.of(Interactions.of(ratings).likes, 0.5),
    )


def same(one: Learned, other: Learned) -> bool:
    arrays = ("users", "items", "values", "times")
    return (
        (one.card, one.films, one.users) == (other.card, other.films, other.users)
        and all(np.array_equal(getattr(one.ratings, name), getattr(other.ratings, name)) for name in arrays)
        and (one.ratings.n_users, one.ratings.n_items) == (other.ratings.n_users, other.ratings.n_items)
        and np.array_equal(one.factors.encoder, other.factors.encoder)
        and np.array_equal(one.factors.decoder_scales, other.factors.decoder_scales)
        and np.array_equal(one.fame, other.fame)
        and np.array_equal(one.gram.films, other.gram.films)
        and np.array_equal(one.gram.matrix, other.gram.matrix)
        and one.gram.power == other.gram.power
    )


def test_what_is_stored_comes_back_as_the_next_version_of_its_name(tmp_path: Path) -> None:
    store, first, second = Store(tmp_path / "models"), learned(), learned(seed=4)
    assert store.names() == ()
    assert [store.save(first), store.save(second), store.save(learned("als-2"))] == [1, 2, 1]
    assert store.names() == ("als-2", "ease-uw")
    assert store.versions("ease-uw") == (1, 2)
    assert store.versions("als") == ()
    assert same(store.load("ease-uw", 1).learned, first)
    newest = store.load("ease-uw")
    assert newest.version == 2
    assert same(newest.learned, second)
    about = store.about("ease-uw", 1)
    assert (about.version, about.card) == (1, first.card)
    assert about.at == store.load("ease-uw", 1).at


def test_a_version_never_changes_and_two_trainings_give_the_same_bytes(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save(learned())
    before = {path.name: path.read_bytes() for path in (tmp_path / "ease-uw-1").iterdir()}
    store.save(learned())
    after = {path.name: path.read_bytes() for path in (tmp_path / "ease-uw-1").iterdir()}
    again = {path.name: path.read_bytes() for path in (tmp_path / "ease-uw-2").iterdir()}
    assert before == after
    assert {name: data for name, data in again.items() if name != "when.json"} == {
        name: data for name, data in before.items() if name != "when.json"
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ease-uw-1", "ease-uw-2"]


def test_what_is_not_there_is_named_with_what_is(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save(learned())
    with pytest.raises(ConfigError, match="there is no model 'als'; there are: ease-uw"):
        store.load("als")
    with pytest.raises(ConfigError, match="ease-uw has no version 7; there are: 1"):
        store.load("ease-uw", 7)


@pytest.mark.parametrize("name", ["", "../x", "A", "a/b", "-a", "a" * 65, "имя", ".staging"])
def test_a_name_that_is_no_name_writes_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="is no name"):
        Store(tmp_path / "models").save(learned(name))
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize(
    "name",
    ["gram.npy", "encoder.npy", "users.npy", "fame.npy", "about.json", "when.json", "model.json", "user_ids.utf8.npy"],
)
def test_a_damaged_file_is_named(tmp_path: Path, name: str) -> None:
    store = Store(tmp_path)
    store.save(learned())
    path = tmp_path / "ease-uw-1" / name
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(BundleDamaged, match=name.partition(".")[0]):
        store.load("ease-uw")


def test_ratings_of_other_films_are_refused(tmp_path: Path) -> None:
    store, wrong = Store(tmp_path), learned()
    store.save(replace(wrong, users=("a",)))
    with pytest.raises(BundleDamaged, match="do not fit its films and users"):
        store.load("ease-uw")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BundleError, match="cannot be written"):
        Store(tmp_path / "file").save(learned())


def likes(rows: list[list[int]]) -> csr_array:
    return csr_array(np.array(rows, dtype=np.float32))


def test_the_matrix_is_that_of_its_definition() -> None:
    x = likes([[1, 1, 0, 0], [1, 0, 0, 1], [0, 0, 0, 0], [1, 1, 0, 1]])
    weights = np.array([2**-0.5, 2**-0.5, 0, 3**-0.5])
    assert np.allclose(shares(x, 0.5), weights)
    gram = Gram.of(x, 0.5)
    dense = x.toarray()
    assert gram.films.tolist() == [0, 1, 3]
    assert np.allclose(gram.matrix, (dense.T @ np.diag(weights) @ dense)[np.ix_(gram.films, gram.films)])


_rows = st.lists(st.lists(st.integers(0, 1), min_size=5, max_size=5), min_size=3, max_size=3)


@given(_rows, _rows, _rows, st.sampled_from([0.0, 0.4, 1.0]))
@settings(max_examples=30)
def test_a_matrix_brought_up_to_date_is_that_of_all_likes(
    still: list[list[int]], before: list[list[int]], after: list[list[int]], power: float
) -> None:
    gram = Gram.of(likes([*still, *before]), power).updated(likes(before), likes(after))
    whole = Gram.of(likes([*still, *after]), power)
    at = np.searchsorted(gram.films, whole.films)
    assert np.isin(whole.films, gram.films).all()
    assert np.allclose(gram.matrix[np.ix_(at, at)], whole.matrix, atol=1e-5)
    gone = np.setdiff1d(np.arange(gram.films.size), at)
    assert np.allclose(gram.matrix[gone], 0, atol=1e-5)
