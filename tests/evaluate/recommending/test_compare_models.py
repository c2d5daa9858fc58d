import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kadr.errors import RatingsError
from kadr.evaluate.recommending.baselines import TopPop, VoteCount
from kadr.evaluate.recommending.chart import draw
from kadr.evaluate.recommending.meter import metered
from kadr.evaluate.recommending.report import Protocol, Report
from kadr.evaluate.recommending.run import RECENT, Plan, choose, compare_models
from kadr.evaluate.recommending.shown import to_text
from kadr.progress import Lines
from kadr.recommend.train.content_model import Content
from kadr.recommend.train.interactions import Interactions, ItemSide, Ratings
from kadr.recommend.train.split import Held, Round, Split, cold_rounds, last_round, strong_rounds
from kadr.recommend.train.tune import Search
from kadr.recommend.train.voted import Voted

if TYPE_CHECKING:
    from optuna import Trial

GROUPS, OF_GROUP = 4, 12
N_ITEMS = GROUPS * OF_GROUP


def crowd(n_users: int = 120, seed: int = 3, since: int = 7) -> Ratings:
    """Users who each like films of one group of films, and since their like of this number of the next one."""
    draw_ = np.random.default_rng(seed)
    users = np.repeat(np.arange(n_users), 10)
    group = (users + np.tile(np.arange(10) >= since, n_users)) % GROUPS
    items = np.minimum(draw_.exponential(4, users.size).astype(int), OF_GROUP - 1) + OF_GROUP * group
    return Ratings.of(users, items, np.full(users.size, 8.0), np.arange(float(users.size)), (n_users, N_ITEMS))


SIDE = ItemSide(
    vectors=np.repeat(np.eye(GROUPS, dtype=np.float32), OF_GROUP, axis=0),
    votes=np.arange(N_ITEMS, dtype=np.float32),
)


@dataclass(frozen=True, slots=True)
class FittedGroup:
    counts: NDArray[np.float32]
    nbytes: int = 400

    def scores(self, histories: csr_array) -> NDArray[np.float32]:
        member = np.repeat(np.eye(GROUPS, dtype=np.float32), OF_GROUP, axis=0)
        return np.asarray((histories @ member) @ member.T + self.counts / 1_000, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Group:
    """A model that knows the groups: the best there can be."""

    name: ClassVar[str] = "group"

    @classmethod
    def suggested(cls, trial: "Trial") -> Self:
        del trial
        return cls()

    def fit(self, data: Interactions) -> FittedGroup:
        return FittedGroup(data.counts)


def lines() -> Lines:
    return Lines(io.StringIO())


PLAN = Plan((TopPop, VoteCount, Group), Search(1), None, (2, 5))


def compared(rounds: Iterator[Round] | list[Round], plan: Plan = PLAN) -> Protocol:
    return compare_models("strong", rounds, plan, lines())


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return compared(strong_rounds(crowd(), SIDE, 3))


def test_a_better_model_is_above_its_rivals_and_their_intervals_say_so(protocol: Protocol) -> None:
    assert [row.model for row in protocol.rows] == ["top-pop", "votes", "group"]
    assert protocol.users == 120
    assert protocol.rounds == 3
    group, votes = protocol.row("group"), protocol.row("votes")
    gap = group.against["votes"]["ndcg@5"]
    assert gap.low > 0
    assert gap.mean == pytest.approx(group.scores["ndcg@5"] - votes.scores["ndcg@5"])
    assert gap.low <= gap.mean <= gap.high
    assert group.ahead["votes"] == 3
    assert "votes" not in votes.against
    interval = group.intervals["recall@2"]
    assert interval.low <= interval.mean <= interval.high
    assert interval.mean == pytest.approx(group.scores["recall@2"])
    assert group.nbytes == 400
    assert group.parameters == ("Group()",)


def test_every_measure_is_there_at_every_depth(protocol: Protocol) -> None:
    names = ("recall", "ndcg", "map", "f1", "hit", "coverage", "novelty", "popularity", "distance", "gini")
    for row in protocol.rows:
        assert set(row.scores) == {f"{name}@{k}" for name in names for k in (2, 5)}
    top = protocol.row("top-pop")
    assert top.scores["popularity@2"] > protocol.row("group").scores["popularity@2"]
    assert top.scores["coverage@2"] < protocol.row("group").scores["coverage@2"]
    assert protocol.row("group").scores["distance@2"] < 0.2 < top.scores["distance@2"]


def test_where_order_is_known_models_stand_twice_and_fading_helps_those_who_change() -> None:
    found = compared([last_round(crowd(since=5), SIDE)])
    assert [row.model for row in found.rows] == ["top-pop", "votes", "group", f"group{RECENT}"]
    plain, recent = found.row("group"), found.row(f"group{RECENT}")
    assert recent.scores["ndcg@5"] > plain.scores["ndcg@5"]
    assert "half_life=" in recent.parameters[0]


def test_a_user_of_several_rounds_counts_once() -> None:
    rounds = list(cold_rounds(crowd(), SIDE, 4))
    found = compared(rounds, Plan((TopPop, VoteCount), Search(0), None, (2,)))
    asked = [set(each.test.held.users.tolist()) for each in rounds]
    assert found.users == len(set().union(*asked)) < sum(map(len, asked))
    assert found.rounds == 4


def test_models_are_tuned_once_where_rounds_share_their_validation(tmp_path: Path) -> None:
    rounds = list(cold_rounds(crowd(600), SIDE, 3))
    out = io.StringIO()
    compare_models("cold", rounds, Plan((TopPop, Group), Search(1), tmp_path, (2,)), Lines(out))
    assert out.getvalue().count("tuning group") == 1
    assert [path.name.split("-")[0] for path in tmp_path.iterdir()] == ["group"]


def test_films_without_vectors_are_told_apart_by_who_liked_them() -> None:
    found = compared(list(strong_rounds(crowd(), ItemSide(), 3)))
    assert 0 < found.row("top-pop").scores["distance@2"] < 1
    assert found.row("group").scores["distance@2"] < found.row("top-pop").scores["distance@2"]


def test_votes_are_those_from_elsewhere_else_ratings_else_likes() -> None:
    ratings = Ratings.of(np.array([0, 1, 1]), np.array([0, 1, 0]), np.array([9.0, 9.0, 2.0]), np.arange(3.0), (2, 3))
    data = Interactions.of(ratings, ItemSide(votes=np.array([1, np.nan, 5], dtype=np.float32)))
    nobody = csr_array((1, 3), dtype=np.float32)
    assert VoteCount().fit(data).scores(nobody).tolist() == [[1, 0, 5]]
    assert VoteCount().fit(Interactions.of(ratings)).scores(nobody).tolist() == [[2, 1, 0]]
    assert VoteCount().fit(Interactions(data.likes)).scores(nobody).tolist() == [[1, 1, 0]]
    assert TopPop().fit(data).scores(nobody).tolist() == [[1, 1, 0]]


def test_baselines_are_always_there_and_an_unknown_name_is_said() -> None:
    assert [model.name for model in choose(["als", "item-knn"])] == ["top-pop", "votes", "item-knn", "ease", "als"]
    assert {"popular", "ease-uw", "content", "fusion"} < {model.name for model in choose([])}
    with pytest.raises(RatingsError, match="there is no 'als2'; there are: top-pop"):
        choose(["als2"])


def test_a_model_that_cannot_be_measured_is_left_out_with_the_reason() -> None:
    plan = Plan((TopPop, Content, Voted), Search(0), None, (2,))
    found = compared(list(strong_rounds(crowd(), ItemSide(), 3)), plan)
    assert [row.model for row in found.rows] == ["top-pop"]
    assert "nothing is known of the films" in found.left_out["content"]
    assert "no votes are known" in found.left_out["ease-uw+votes"]


def test_nobody_to_ask_is_said() -> None:
    none = csr_array((0, N_ITEMS), dtype=np.float32)
    train = Interactions.of(crowd())
    split = Split(train, Held(none, none, none, np.empty(0, dtype=np.int32)))
    with pytest.raises(RatingsError, match="nobody is left to ask"):
        compared([Round(split, split)])
    with pytest.raises(RatingsError, match="no round"):
        compared([])


def test_the_report_is_lines_and_json(protocol: Protocol) -> None:
    report = Report("what was read", (2, 5), (protocol,))
    text = to_text(report)
    assert text.startswith("what was read\n\nstrong: 120 users, 3 rounds\nmodel")
    gap = protocol.row("group").against["votes"]["ndcg@2"]
    assert f"{gap.mean:+.3f} [{gap.low:+.3f}, {gap.high:+.3f}]" in text
    for name in ("R@2", "N@5", "MAP@2", "cov@2", "gini@2", "peak MB", "N@2 - votes", "group: Group()"):
        assert name in text
    told = json.loads(json.dumps(report.to_json(), allow_nan=False))
    assert told["protocols"][0]["rows"][2]["scores"]["ndcg@5"] == protocol.row("group").scores["ndcg@5"]
    assert told["depths"] == [2, 5]


def test_the_chart_is_a_png_and_the_same_twice(protocol: Protocol, tmp_path: Path) -> None:
    report = Report("", (2, 5), (protocol, protocol))
    for name in ("one.png", "two.png"):
        draw(report, tmp_path / name)
    one, two = ((tmp_path / name).read_bytes() for name in ("one.png", "two.png"))
    assert one.startswith(b"\x89PNG")
    assert one == two


def test_work_is_metered() -> None:
    made, cost = metered(lambda: np.ones(40_000_000, dtype=np.uint8).sum())
    assert made == 40_000_000
    assert cost.seconds > 0
    assert cost.peak is None or cost.peak > 40_000_000
