"""The stand-ins for reranking and chat answer as the real services were seen to."""

from tests.servers.chat import ChatServer
from tests.servers.clients import post
from tests.servers.faults import Fault
from tests.servers.ranking import MODEL, RankingServer, spoilt

OWN = "the-own-token-of-tests"


def shared(query: str, text: str) -> float:
    return len(set(query) & set(text)) / 10


def test_both_dialects_rank_the_best_first() -> None:
    texts = ["x", "panda", "pan"]
    with RankingServer(shared) as server:
        hosted = post(
            f"{server.url}/hf-inference/models/{MODEL}/pipeline/text-ranking",
            {"inputs": {"query": "panda", "texts": texts}},
        )
        own = {"query": "panda", "texts": texts, "raw_scores": False, "return_text": False, "truncate": True}
        assert post(f"{server.url}/rerank", own).json == hosted.json
        assert hosted.json == [
            {"index": 1, "score": 0.4},
            {"index": 2, "score": 0.3},
            {"index": 0, "score": 0},
        ]
        assert post(f"{server.url}/rerank", {**own, "raw_scores": True}).status == 422
        assert post(f"{server.url}/embed", own).status == 404
        assert [path for path, _ in server.asked] == [
            f"/hf-inference/models/{MODEL}/pipeline/text-ranking",
            "/rerank",
            "/rerank",
        ]


def test_a_limit_of_texts_a_token_and_faults() -> None:
    asked = {"query": "a", "texts": ["a", "b"], "raw_scores": False, "return_text": False, "truncate": True}
    with RankingServer(shared, batch_limit=1, token=OWN, faults=[Fault.busy(), None, spoilt(b"NaN")]) as server:
        assert post(f"{server.url}/rerank", asked).status == 401
        assert post(f"{server.url}/rerank", asked, token=OWN).status == 429
        over = post(f"{server.url}/rerank", asked, token=OWN)
        assert (over.status, over.json["error_type"]) == (422, "Validation")
        assert over.json["error"] == "batch size 2 > maximum allowed batch size 1"
        one = post(f"{server.url}/rerank", {**asked, "texts": ["a"]}, token=OWN)
        assert one.body == b'[{"index":0,"score":NaN}]'


def test_a_chat_says_what_it_is_told_to() -> None:
    asked = {"model": "a/b", "messages": [{"role": "system", "content": "x"}, {"role": "user", "content": "hello"}]}
    with ChatServer(str.upper, schemas=False) as server:
        answer = post(f"{server.url}/v1/chat/completions", asked).json
        assert answer["choices"][0]["message"] == {"role": "assistant", "content": "HELLO"}
        assert answer["model"] == "a/b"
        refused = post(f"{server.url}/v1/chat/completions", {**asked, "response_format": {"type": "json_schema"}})
        assert (refused.status, refused.json["error"]["type"]) == (400, "invalid_request_error")
        assert server.users == ["hello", "hello"]
