"""Reranking and rewriting together, through real servers: what they lift, what they may not spoil, what they lack."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kadr.encode.hosted.lack import Lack
from kadr.search.opening import Access
from kadr.search.refine import CHAT_URL, RERANK_URL, Refiner, open_refiner
from kadr.search.refine_params import RERANK, REWRITE, RefineParams
from kadr.search.rerank import LOWEST_OF_FIRST
from kadr.search.scoring import Scored
from tests.search.stories import QUERIES, QUERY, Shelf, answered, first_places, means, mrr, relevance, shelf
from tests.servers.chat import ChatServer
from tests.servers.faults import Fault
from tests.servers.ranking import MODEL, RankingServer

PATIENCE = 20.0
OWN = "the-own-token-of-tests"
BOTH = RefineParams(rerank=MODEL, rewrite="maker/chat")
NOTHING = json.dumps({"retelling": "", "wishes": [], "titles": []})


@pytest.fixture(scope="module")
def stories() -> Shelf:
    return shelf()


@contextlib.contextmanager
def refiner_at(
    params: RefineParams, rank: RankingServer | None = None, chat: ChatServer | None = None, token: str = ""
) -> Iterator[Refiner]:
    urls = {RERANK_URL: rank.url if rank else "", CHAT_URL: f"{chat.url}/v1" if chat else ""}
    refiner = open_refiner(params, Access(urls | {"KADR_INFERENCE_TOKEN": token}), own_encoder=False)
    with contextlib.closing(refiner):
        yield refiner


def everything(stories: Shelf, refiner: Refiner) -> Callable[[str, Scored], NDArray[np.integer]]:
    """Return how a query is answered where every film is in the result set, so that only the order counts."""

    def order(query: str, found: Scored) -> NDArray[np.integer]:
        whole = replace(found, found=np.ones(len(stories.films), np.bool_))
        refining = refiner.begin(query, PATIENCE, rewrite=False)
        return refining.reordered(stories.ranked(whole), whole, stories.fetch, PATIENCE)[0]

    return order


def test_a_cross_encoder_that_knows_its_texts_lifts_the_answer(stories: Shelf) -> None:
    with RankingServer(relevance) as rank, refiner_at(RefineParams(rerank=MODEL), rank) as refiner:
        before = first_places(stories, everything(stories, Refiner()))
        after = first_places(stories, everything(stories, refiner))
    assert mrr(before) < 0.5, "the words mislead"
    assert mrr(after) >= mrr(before) + 0.3
    assert max(after) <= 2


@pytest.mark.parametrize("wrong", [lambda q, t: 1 - relevance(q, t), lambda _, t: 1 / (1 + len(t)), lambda *_: 1.0])
def test_a_bad_one_leaves_the_first_film_among_the_first_three(
    stories: Shelf, wrong: Callable[[str, str], float]
) -> None:
    with RankingServer(wrong) as rank, refiner_at(RefineParams(rerank=MODEL), rank) as refiner:
        for query in QUERIES:
            found = stories.scored(query)
            before, after = stories.ranked(found), everything(stories, refiner)(query, found)
            assert after.tolist().index(before[0]) < LOWEST_OF_FIRST
        assert len(rank.asked) == len(QUERIES)


def test_an_exact_title_stays_first_whatever_it_says(stories: Shelf) -> None:
    def hates_the_wreck(_: str, text: str) -> float:
        return 0.0 if text.startswith("The Wreck") else 1.0

    with RankingServer(hates_the_wreck) as rank, refiner_at(RefineParams(rerank=MODEL), rank) as refiner:
        order = everything(stories, refiner)("the wreck", stories.scored("the wreck"))
        assert stories.films[order[0]].title == "The Wreck"
        ((_, asked),) = rank.asked
        assert len(asked["texts"]) == len(stories.films) - 1, "it is not even read"


def test_scores_fall_from_place_to_place_and_only_the_head_moves(stories: Shelf) -> None:
    params = RefineParams(rerank=MODEL, rerank_depth=4)
    with RankingServer(relevance) as rank, refiner_at(params, rank) as refiner:
        for query in QUERIES:
            found = replace(stories.scored(query), found=np.ones(len(stories.films), np.bool_))
            before = stories.ranked(found)
            after, moved = refiner.begin(query, PATIENCE).reordered(before, found, stories.fetch, PATIENCE)
            assert sorted(after[:4].tolist()) == sorted(before[:4].tolist())
            np.testing.assert_array_equal(after[4:], before[4:])
            np.testing.assert_array_equal(moved.scores[after], found.scores[before])


def test_a_server_that_takes_fewer_films_orders_those(stories: Shelf) -> None:
    with RankingServer(relevance, batch_limit=5) as rank, refiner_at(RefineParams(rerank=MODEL), rank) as refiner:
        query = next(iter(QUERIES))
        found = replace(stories.scored(query), found=np.ones(len(stories.films), np.bool_))
        before = stories.ranked(found)
        after, _ = refiner.begin(query, PATIENCE).reordered(before, found, stories.fetch, PATIENCE)
        np.testing.assert_array_equal(after[5:], before[5:])
        assert sorted(after[:5].tolist()) == sorted(before[:5].tolist())


def test_a_retelling_and_guesses_find_the_film(stories: Shelf) -> None:
    def knows(user: str) -> Any:
        assert json.loads(user) == {"query": "machine that looks after fruit trees"}
        titles = [{"title": "the tin gardener", "year": 1990}, {"title": "No Such Film", "year": None}]
        return json.dumps({"retelling": "A robot tends an orchard.", "wishes": [], "titles": titles})

    query = "machine that looks after fruit trees"
    with ChatServer(knows) as chat, refiner_at(RefineParams(rewrite="maker/chat"), chat=chat) as refiner:
        plain = stories.ranked(stories.scored(query)).tolist()
        refining = refiner.begin(query, PATIENCE)
        found = answered(stories, refining, query).tolist()
        assert refining.lacks == {REWRITE: ""}
    assert 0 not in plain
    assert 0 in found
    assert found[0] == plain[0], "what the query itself says weighs more"


def test_wishes_move_the_order_and_empty_nothing(stories: Shelf) -> None:
    answer = {"retelling": "", "wishes": ["1999", "1999", "nobody knows what"], "titles": []}
    with (
        ChatServer(lambda _: json.dumps(answer)) as chat,
        refiner_at(RefineParams(rewrite="maker/chat"), chat=chat) as refiner,
    ):
        before = stories.scored(QUERY)
        after = refiner.begin(QUERY, PATIENCE).widened(before, means(stories), PATIENCE)
    np.testing.assert_array_equal(after.found, before.found)
    kept = after.scores[before.found] / before.scores[before.found]
    rows = np.flatnonzero(before.found)
    assert kept[rows == 9][0] == kept.max(), "the film of 1999"
    assert kept.min() > 0.9, "a model's wish weighs little"


def test_both_work_within_one_budget(stories: Shelf) -> None:
    with (
        ChatServer(lambda _: NOTHING) as chat,
        RankingServer(relevance) as rank,
        refiner_at(BOTH, rank, chat) as refiner,
    ):
        refining = refiner.begin(QUERY, PATIENCE)
        answered(stories, refining, QUERY)
        assert refining.lacks == {REWRITE: "", RERANK: ""}
        assert refiner.lacks() == {REWRITE: "", RERANK: ""}


def test_a_silent_chat_model_leaves_time_for_the_reranking(stories: Shelf) -> None:
    budget = 2.0
    with (
        ChatServer(lambda _: NOTHING, faults=[Fault.never_answer()]) as chat,
        RankingServer(relevance) as rank,
        refiner_at(BOTH, rank, chat) as refiner,
    ):
        refining = refiner.begin(QUERY, budget)
        start = time.perf_counter()
        answered(stories, refining, QUERY, budget)
        assert refining.lacks == {REWRITE: Lack.SLOW.value, RERANK: ""}
        assert time.perf_counter() - start < budget + 0.5


@pytest.mark.parametrize("fault", [Fault.never_answer(), Fault.spent(), Fault.html(200), Fault.short_count()])
def test_where_nothing_comes_the_answer_stands_and_says_so(stories: Shelf, fault: Fault) -> None:
    always = lambda *_: fault  # noqa: E731  # a script of one fault
    budget = 0.4
    with (
        ChatServer(lambda _: NOTHING, faults=lambda *_: Fault.overload()) as chat,
        RankingServer(relevance, faults=always) as rank,
        refiner_at(BOTH, rank, chat) as refiner,
    ):
        for query in QUERIES:
            refining = refiner.begin(query, budget)
            plain = stories.ranked(stories.scored(query))
            np.testing.assert_array_equal(answered(stories, refining, query, budget), plain)
            assert refining.lacks[REWRITE]
            assert refining.lacks.get(RERANK, "x") or len(plain) < 2


def test_without_time_nothing_is_sent_and_it_says_so(stories: Shelf) -> None:
    with RankingServer(relevance) as rank, refiner_at(RefineParams(rerank=MODEL), rank) as refiner:
        refining = refiner.begin(QUERY, 0)
        answered(stories, refining, QUERY, 0)
        assert refining.lacks == {RERANK: Lack.SLOW.value}
        assert not rank.asked


def test_nobody_waits_for_much_longer_than_the_budget(stories: Shelf) -> None:
    """Fifty answers with chat and reranking, one call in three of each going wrong in another way."""
    kinds = [None, None, Fault.never_answer(), None, Fault.slow_drip(5), None, None, Fault.overload(), None]
    budget, waits = 0.2, []
    with (
        ChatServer(lambda _: NOTHING, faults=lambda n, _: kinds[n % 9]) as chat,
        RankingServer(relevance, faults=lambda n, _: kinds[(n + 4) % 9]) as rank,
        refiner_at(BOTH, rank, chat) as refiner,
    ):
        for i in range(50):
            query = f"man at a beacon gets post number {i}"
            start = time.perf_counter()
            answered(stories, refiner.begin(query, budget), query, budget)
            waits.append(time.perf_counter() - start)
    assert sorted(waits)[48] < budget + 0.5  # a busy machine is no fault
