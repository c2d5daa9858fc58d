"""An engine whose answers are refined: a chat model retells and guesses, a cross-encoder reads the best films again."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from kadr.engine import Access, Engine
from kadr.search.refine import CHAT_URL, RERANK_URL, open_refiner
from kadr.search.refine_params import RefineParams
from kadr.search.types import Sort
from tests.servers.chat import ChatServer
from tests.servers.ranking import MODEL, RankingServer

QUERY = "сёстры пекут хлеб с планом побега для отца"


def prefers_the_lighthouse(_: str, text: str) -> float:
    return 0.99 if "Маяк" in text else 0.01


@pytest.fixture
def ranking() -> Iterator[RankingServer]:
    with RankingServer(prefers_the_lighthouse) as server:
        yield server


@pytest.fixture
def chat() -> Iterator[ChatServer]:
    said = {
        "retelling": "астроном и вторая луна",
        "wishes": [],
        "titles": [{"title": "Последний трамвай", "year": 1968}],
    }
    with ChatServer(lambda _: json.dumps(said, ensure_ascii=False)) as server:
        yield server


@pytest.fixture
def refined(engine: Engine, ranking: RankingServer, chat: ChatServer) -> Iterator[Engine]:
    access = Access({RERANK_URL: ranking.url, CHAT_URL: f"{chat.url}/v1"})
    refiner = open_refiner(RefineParams(rerank=MODEL, rewrite="a/b"), access, own_encoder=False)
    yield replace(engine, parts=replace(engine.parts, refiner=refiner))
    refiner.close()


def ids(engine: Engine, query: str = QUERY, **options: int) -> list[str]:
    return [hit.film.id for hit in engine.search(query, **options).hits]  # type: ignore[arg-type]


def test_both_models_have_their_part(engine: Engine, refined: Engine) -> None:
    plain, result = engine.search(QUERY), refined.search(QUERY)
    assert (plain.refined, result.refined) == ({}, {"rewrite": "", "rerank": ""})
    assert result.hits[0].film.title == "Пекарня напротив тюрьмы", "the first film keeps a place of the first three"
    assert "Последний трамвай" in [hit.film.title for hit in result.hits]
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)


def test_pages_are_parts_of_one_order(refined: Engine) -> None:
    whole = ids(refined, k=9)
    assert ids(refined, k=3) + ids(refined, k=3, offset=3) + ids(refined, k=3, offset=6) == whole


def test_nobody_is_asked_where_there_is_nothing_to_refine(
    refined: Engine, ranking: RankingServer, chat: ChatServer
) -> None:
    assert refined.search("").refined == {}
    assert refined.search(QUERY, sort=Sort.NEWEST).refined == {}
    assert (len(ranking.asked), len(chat.asked)) == (0, 0)


def test_a_model_that_is_not_to_be_asked_is_named(engine: Engine) -> None:
    refiner = open_refiner(RefineParams(rerank=MODEL), None, own_encoder=False)
    without = replace(engine, parts=replace(engine.parts, refiner=refiner))
    result = without.search(QUERY)
    assert result.refined == {"rerank": "no_access"}
    assert [hit.film.id for hit in result.hits] == ids(engine)
