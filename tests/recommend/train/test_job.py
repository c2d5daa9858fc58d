"""The training as a whole: from a file of ratings to what a bundle serves."""

import io
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadr.errors import ConfigError, RatingsError
from kadr.progress import Lines
from kadr.recommend.card import Weights
from kadr.recommend.collaborative import Collaborative
from kadr.recommend.factors import Factors
from kadr.recommend.fold_in import Fading
from kadr.recommend.train.asked import RatingsConfig
from kadr.recommend.train.gram import Gram
from kadr.recommend.train.interactions import Interactions
from kadr.recommend.train.job import Trained, learn, train
from kadr.recommend.train.mixing import MOST_USERS, Mixture, mixed, some_users, voted
from kadr.recommend.train.recency import FADINGS, well_faded
from kadr.recommend.train.reduced import EaseUw
from kadr.recommend.train.split import Held
from kadr.recommend.train.voted import Voted
from tests.recommend.train.rated_world import films, write_ratings

FILMS = films()
Pair = tuple[list[list[float]], list[list[float]]]
COMEDIES = np.array(["комедия" in film.genres for film in FILMS])


def vectors() -> NDArray[np.float32]:
    told = np.stack([COMEDIES, ~COMEDIES, np.linspace(0, 1, len(FILMS))], axis=1).astype(np.float32)
    told[7] = np.nan
    return told


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> RatingsConfig:
    folder = tmp_path_factory.mktemp("rated")
    return RatingsConfig(write_ratings(folder / "ratings.csv"), scale=(1, 10), trials=2, tuned=folder / "tuned")


@pytest.fixture(scope="module")
def trained(config: RatingsConfig, tmp_path_factory: pytest.TempPathFactory) -> tuple[Trained, Path]:
    folder = tmp_path_factory.mktemp("bundle")
    return train(FILMS, vectors(), config, folder, Lines(io.StringIO())), folder


def test_a_bundle_gets_a_model_that_knows_who_likes_what(trained: tuple[Trained, Path]) -> None:
    found, folder = trained
    opened = Collaborative.open(folder, len(FILMS))
    assert opened is not None
    assert opened.card == found.card
    assert opened.fame.max() == 1
    rows = np.arange(len(FILMS))
    scores = opened.factors.encoded(np.flatnonzero(COMEDIES)[:3]).sum(axis=0) @ opened.factors.decoded(rows).T
    liked = scores[3:][COMEDIES[3:]].mean()
    assert liked > scores[~COMEDIES].mean() + scores.std() / 2


def test_the_card_says_what_it_was_learned_from_and_what_it_is_worth(trained: tuple[Trained, Path]) -> None:
    found, _ = trained
    card = found.card
    assert (card.name, card.kind) == ("ease-uw", "ease-uw")
    assert {name: card.trained_on[name] for name in ("ratings", "users", "films", "liked_from")} == {
        "ratings": 1920, "users": 120, "films": 60, "liked_from": 7.0,
    }  # fmt: skip
    assert card.trained_on["sha256"] == found.reading.sha256
    assert card.figures["users"] == 24
    assert card.figures["ndcg@10"] > card.figures["ndcg@10 popular"] + 0.05
    assert found.counts == {"ratings": 1920, "raters": 120, "rated": 60}
    told = found.to_text()
    assert "1,920 of 1,920 rows count" in told
    assert "60 of 60 rated films are in the catalogue" in told
    assert f"NDCG@10 {card.figures['ndcg@10']:.4f}" in told
    assert found.to_json()["model"]["fusion"]["collaborative"] == 1


def test_two_trainings_give_the_same_bytes_and_tune_once(
    trained: tuple[Trained, Path], config: RatingsConfig, tmp_path: Path
) -> None:
    assert config.tuned is not None
    kept = {path.name: path.stat().st_mtime_ns for path in config.tuned.iterdir()}
    out = io.StringIO()
    train(FILMS, vectors(), config, tmp_path, Lines(out))
    first, second = ({p.name: p.read_bytes() for p in (at / "recommend").iterdir()} for at in (trained[1], tmp_path))
    assert first == second
    assert {path.name: path.stat().st_mtime_ns for path in config.tuned.iterdir()} == kept
    assert "tuning" not in out.getvalue()


def test_a_model_that_is_kept_has_a_name_and_what_more_ratings_are_added_to(config: RatingsConfig) -> None:
    trained, learned = learn(FILMS, None, replace(config, trials=0), Lines(io.StringIO()), "ours")
    assert (learned.name, trained.card) == ("ours", learned.card)
    assert learned.films == tuple(film.id for film in FILMS)
    assert learned.users[:3] == ("0", "1", "2")
    assert learned.ratings.size == 1920
    likes = Interactions.of(learned.ratings).likes
    assert np.allclose(learned.gram.matrix, Gram.of(likes, EaseUw().power).matrix)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "user,film,rating\n1,x:1,5\n1,x:2,4\n",
            "'x:1'; 2 rows were read, user in 'user', film in 'film', rating in 'rating'; name films by imdb",
        ),
        (
            "1::1::5::7\n",
            "as '1'; 1 rows were read, user in 'column 1', film in 'column 2', rating in 'column 3'",
        ),
        (
            "user,film\n" + "".join(f"1,s:{at:02}\n" for at in range(20)),
            "1 users like 5 films .* too few to learn from",
        ),
        ("user,film,rating\n", "is empty"),
        ("user,film,rating\n" + "".join(f"{u},s:{u:02},1\n" for u in range(9)), "0 users like 5 films"),
        (
            "user,film\n" + "".join(f"{user},{film}\n" for user in range(9) for film in ("s:01", "x:1", "x:2")),
            "0 users like 5 films .*; 1 of 3 rated films .* 9 of 27 rows count, user .*; name films by .*; or give",
        ),
    ],
)
def test_ratings_that_nothing_can_be_learned_from_are_told_and_write_nothing(
    tmp_path: Path, text: str, told: str
) -> None:
    path = tmp_path / "r.csv"
    path.write_text(text)
    with pytest.raises(RatingsError, match=told):
        train(FILMS, vectors(), RatingsConfig(path), tmp_path, Lines(io.StringIO()))
    assert [each.name for each in tmp_path.iterdir()] == ["r.csv"]
    with pytest.raises(ConfigError, match="there is no such file"):
        train(FILMS, vectors(), RatingsConfig(tmp_path / "none"), tmp_path, Lines(io.StringIO()))


def test_a_few_users_are_learned_from_with_the_usual_settings(tmp_path: Path) -> None:
    out = io.StringIO()
    path = write_ratings(tmp_path / "r.csv", users=12)
    card = learn(FILMS, vectors(), RatingsConfig(path, scale=(1, 10), trials=2), Lines(out))[0].card
    assert "12 users like 5 films or more, too few to tune by (100 are enough)" in out.getvalue()
    assert (card.fusion, card.history) == (Weights(), Fading())
    known = [replace(FILMS[0], votes=40), *FILMS[1:]]
    card = learn(known, vectors(), RatingsConfig(path, scale=(1, 10), trials=2), Lines(out))[0].card
    assert card.fusion == Weights(votes=Voted().weight)


def test_votes_count_as_much_as_they_tell_new_films(tmp_path: Path) -> None:
    path = write_ratings(tmp_path / "r.csv", users=300)
    rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    likes = Counter(film for _, film, rating, _ in rows if int(rating) >= 8)
    found = []
    for sign in (1, -1):
        known = [replace(film, votes=1000 + sign * 10 * likes[film.id]) for film in FILMS]
        card = learn(known, None, RatingsConfig(path, scale=(1, 10), trials=0), Lines(io.StringIO()))[0].card
        found.append(card.fusion.votes)
    assert found[0] > found[1] == 0


def test_a_model_that_is_no_better_than_popular_films_says_so(tmp_path: Path) -> None:
    config = RatingsConfig(write_ratings(tmp_path / "r.csv"), scale=(1, 10), trials=0)
    trained = learn(FILMS, vectors(), config, Lines(io.StringIO()))[0]
    assert "no better than the most popular" not in trained.to_text()
    equal = {**trained.card.figures, "ndcg@10 popular": trained.card.figures["ndcg@10"]}
    told = replace(trained, card=replace(trained.card, figures=equal)).to_text()
    assert told.endswith("no better than the most popular films: the ratings are too few, or tell too little")


def held(histories: list[list[float]], targets: list[list[float]], ages: list[float] | None = None) -> Held:
    of, right = (csr_array(np.array(rows, dtype=np.float32)) for rows in (histories, targets))
    old = None if ages is None else np.array(ages, dtype=np.float32)
    return Held(of, of, right, np.arange(of.shape[0], dtype=np.int32), ages=old)


def test_a_mixture_adds_parts_in_units_of_their_spread() -> None:
    rng = np.random.default_rng(2)
    factors = Factors.quantised(*rng.normal(size=(2, 5, 3)).astype(np.float32))
    factors.decoder_scales[4] = 0  # a film that nobody rated
    told = rng.normal(size=(5, 4)).astype(np.float32)
    fame = rng.random(5).astype(np.float32)
    history = csr_array(np.array([[1, 0.5, 0, 0, 0]], dtype=np.float32))
    rows = np.arange(5)
    liked_by = (history @ factors.encoded(rows)) @ factors.decoded(rows).T
    near = (history @ told) @ told.T
    wanted = liked_by / liked_by[:, :4].std() + 0.3 * near / near[:, :4].std() + 0.2 * fame / fame[:4].std()
    found = Mixture(factors, fame, told, Weights(1, 0.3, 0.2)).scores(history)
    assert np.allclose(found, wanted, atol=1e-5)
    fame[3:] = 0  # films that nobody liked
    votes = np.array([9, 0, 2, 4, 7], dtype=np.float32)
    found, plain = (Mixture(factors, fame, told, Weights(1, 0.3, 0.2, v), votes).scores(history) for v in (0.5, 0))
    assert np.allclose(found - plain, 0.5 * np.array([0, 0, 0, 4, 7]) / votes[:4].std(), atol=1e-5)


def test_weights_go_to_what_tells_the_held_films() -> None:
    nothing = Factors.quantised(*np.zeros((2, 4, 1), dtype=np.float32))
    nothing.decoder_scales[:] = 1
    flat = np.ones(4, dtype=np.float32)
    told = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], dtype=np.float32)
    by_meaning = held([[1, 0, 0, 0], [0, 0, 1, 0]], [[0, 1, 0, 0], [0, 0, 0, 1]])
    assert mixed(Mixture(nothing, flat, told), by_meaning).content > 0
    assert mixed(Mixture(nothing, flat, None), by_meaning) == Weights()
    fame = np.array([0, 0.1, 0.2, 1], dtype=np.float32)
    by_fame = held([[1, 0, 0, 0], [0, 0, 1, 0]], [[0, 0, 0, 1], [0, 0, 0, 1]])
    assert mixed(Mixture(nothing, fame, None), by_fame).popular > 0


def test_votes_count_where_they_tell_new_films_and_cost_no_more_than_that() -> None:
    # Nobody liked films 2 and 3; ratings say nothing of them and put 1 before 0.
    nothing = Factors.quantised(np.zeros((4, 1), dtype=np.float32), np.ones((4, 1), dtype=np.float32))
    fame, votes = np.array([0.1, 1, 0, 0], dtype=np.float32), np.array([5, 5, 1, 9], dtype=np.float32)
    mixture, weights = Mixture(nothing, fame, None, votes=votes), Weights(1.0, 0.0, 0.2)
    new = replace(held([[1, 0, 0, 0]] * 2, [[0, 0, 0, 1]] * 2), candidates=np.array([False, False, True, True]))
    known = held([[1, 0, 0, 0]] * 2, [[0, 1, 0, 0]] * 2)
    assert voted(weights, (mixture, new), (mixture, known)) == replace(weights, votes=0.1)
    misled = replace(mixture, votes=votes[[0, 1, 3, 2]])
    assert voted(weights, (misled, new), (misled, known)) == weights
    # Where fame hardly counts, any share of votes puts both new films before film 1, which is worth more.
    assert voted(replace(weights, popular=0.001), (mixture, new), (mixture, known)).votes == 0


def test_opinions_fade_where_the_newest_like_tells_the_next() -> None:
    # Film 0 speaks for 2, film 1 for 3; each user liked both, and the next like goes with the newer one.
    encoder = np.array([[1, 0], [0, 1], [0, 0], [0, 0]], dtype=np.float32)
    decoder = np.array([[0, 0], [0, 0], [1, 0], [0, 1]], dtype=np.float32)
    mixture = Mixture(Factors.quantised(encoder, decoder), np.ones(4, dtype=np.float32), None)
    users: Pair = ([[1, 1, 0, 0], [1, 1, 0, 0]], [[0, 0, 1, 0], [0, 0, 0, 1]])
    heard: list[int] = []
    assert well_faded(mixture, held(*users, ages=[0, 1, 1, 0]), heard.append).floor < 1
    assert heard == list(range(1, len(FADINGS) + 1))
    assert well_faded(mixture, held(*users, ages=[0, 0, 0, 0])) == Fading(1, 1)
    assert well_faded(mixture, held(*users)) == Fading()


def test_many_users_are_thinned_evenly() -> None:
    count = MOST_USERS * 2
    marks = csr_array((np.arange(1, count + 1, dtype=np.float32), (range(count), [0] * count)), shape=(count, 2))
    many = Held(marks, marks, marks, np.arange(count, dtype=np.int32), ages=np.arange(count, dtype=np.float32))
    some = some_users(many)
    assert some.n == MOST_USERS
    assert some.users[0] == 0
    assert some.users[-1] == count - 1
    assert some.ages is not None
    assert np.array_equal(some.ages, some.users)
    assert np.array_equal(some.histories.data, some.users + 1)
